//! Bases from images.lock.yaml.

use super::Resolver;
use super::bases::Found;
use super::image::Draft;
use crate::diagnostic::{Code, Diagnostic};
use crate::lock::{Base, Dockerfile, Entry, Lock};
use crate::model::ManagedImage;
use crate::source::At;
use std::collections::HashSet;

impl Resolver {
    pub(super) fn locked_bases(&mut self, image: &ManagedImage, entry: &Entry) -> Vec<Found> {
        if let Some(dockerfile) = &entry.dockerfile
            && let Some(difference) = stale(image, dockerfile)
        {
            self.report(
                Diagnostic::new(
                    Code::StaleLock,
                    format!("the lock of {} was made from another Dockerfile: {difference}", image.name),
                    dockerfile.span,
                )
                .label(image.span, "the image")
                .help("run `image-factory discover`"),
            );
        }
        self.diagnostics.extend(entry.problems.iter().cloned());
        let found = |base: &Base| Found { image: base.image.as_at(), kind: Some(base.kind) };
        entry.bases.iter().map(found).collect()
    }
}

/// The entries that no image uses, in the order of the text.
pub(super) fn unused(lock: &Lock, managed: &[Draft<'_>]) -> Vec<At<String>> {
    let used: HashSet<&str> = managed
        .iter()
        .map(|draft| &draft.image)
        .filter(|image| !image.lists_bases)
        .map(|image| image.name.as_str())
        .collect();
    let entries = lock.images.iter().map(|(name, entry)| (name, entry.span));
    let unreadable = lock.unreadable.iter().map(|name| (&name.value, name.span));
    let unused = entries.chain(unreadable).filter(|(name, _)| !used.contains(name.as_str()));
    let mut unused: Vec<At<String>> = unused.map(|(name, span)| At::new(name.clone(), span)).collect();
    unused.sort_by_key(|name| name.span);
    unused
}

/// What images.yaml says of the Dockerfile and the lock does not, in words.
fn stale(image: &ManagedImage, locked: &Dockerfile) -> Option<String> {
    let path = image.source.dockerfile();
    let now = [
        ("repo", Some(&image.source.repo)),
        ("branch", Some(&image.source.branch)),
        ("path", Some(&path)),
        ("target", image.source.target.as_ref()),
        ("platform", image.source.platform.as_ref()),
    ];
    let then = [
        locked.repo.as_ref(),
        locked.branch.as_ref(),
        locked.path.as_deref(),
        locked.target.as_ref(),
        locked.platform.as_ref(),
    ];
    for ((key, now), then) in now.into_iter().zip(then) {
        if now != then {
            let show = |value: Option<&String>| value.map_or("none".to_owned(), |value| format!("`{value}`"));
            return Some(format!("its {key} is {}, now {}", show(then), show(now)));
        }
    }
    let same = locked.build_args.iter().all(|(name, value)| image.source.build_args.get(name) == Some(value))
        && locked.build_args.len() == image.source.build_args.len();
    (!same).then(|| "its build arguments have changed".to_owned())
}
