//! Bases from images.lock.yaml.

use super::Resolver;
use super::bases::Found;
use super::image::Draft;
use crate::config::{Lock, LockedDockerfile, LockedImage, Slot};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::ManagedImage;
use crate::reference::EdgeKind;
use crate::source::At;
use std::collections::HashSet;

impl Resolver {
    pub(super) fn locked_bases(&mut self, image: &ManagedImage, locked: &At<LockedImage>) -> Vec<Found> {
        if let Some(dockerfile) = locked.value.dockerfile.get()
            && let Some(difference) = stale(image, &dockerfile.value)
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
        let kinds = EdgeKind::ALL.map(|kind| (kind.name(), kind));
        let mut found = Vec::new();
        for base in locked.value.bases.items() {
            let Some(reference) = base.value.image.get() else {
                if base.value.image.is_absent() {
                    self.report(Diagnostic::new(Code::MissingKey, "a base without `image`", base.span));
                }
                continue;
            };
            if base.value.kind.is_absent() {
                self.report(
                    Diagnostic::new(Code::MissingKey, "a base without `kind`", base.span)
                        .help("write one of final, build, copy, mount, frontend"),
                );
            }
            let Some(kind) = self.choice(&base.value.kind, "the kind", &kinds) else { continue };
            found.push(Found { image: reference.clone(), kind: Some(kind) });
        }
        found
    }
}

/// The entries that no image uses.
pub(super) fn unused(lock: Option<&Lock>, managed: &[Draft<'_>]) -> Vec<At<String>> {
    let entries = lock.and_then(|lock| lock.images.get()).into_iter().flat_map(|at| &at.value.0);
    let used: HashSet<&str> = managed
        .iter()
        .map(|draft| &draft.image)
        .filter(|image| !image.lists_bases)
        .map(|image| image.name.as_str())
        .collect();
    entries.filter(|(name, _)| !used.contains(name.value.as_str())).map(|(name, _)| name.clone()).collect()
}

/// What images.yaml says of the Dockerfile and the lock does not, in words.
fn stale(image: &ManagedImage, locked: &LockedDockerfile) -> Option<String> {
    let text = |slot: &Slot<String>| slot.get().map(|at| at.value.clone());
    let now = [
        ("repo", Some(image.source.repo.clone())),
        ("branch", Some(image.source.branch.clone())),
        ("path", Some(image.source.dockerfile())),
        ("target", image.source.target.clone()),
        ("platform", image.source.platform.clone()),
    ];
    let then = [&locked.repo, &locked.branch, &locked.path, &locked.target, &locked.platform].map(text);
    for ((key, now), then) in now.into_iter().zip(then) {
        if now != then {
            let show = |value: Option<String>| value.map_or("none".to_owned(), |value| format!("`{value}`"));
            return Some(format!("its {key} is {}, now {}", show(then), show(now)));
        }
    }
    let args = locked.build_args.get().into_iter().flat_map(|at| &at.value.0);
    let mut args: Vec<(&str, &str)> =
        args.filter_map(|(key, value)| Some((key.value.as_str(), value.get()?.value.as_str()))).collect();
    let mut now: Vec<(&str, &str)> =
        image.source.build_args.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    args.sort_unstable();
    now.sort_unstable();
    (args != now).then(|| "its build arguments have changed".to_owned())
}
