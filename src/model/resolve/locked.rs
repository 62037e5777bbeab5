//! What images.lock.yaml says of images: their Dockerfiles and their bases.

use super::bases::Found;
use super::image::Draft;
use super::report::Report;
use crate::diagnostic::{Code, Diagnostic};
use crate::grammar::build::BuildArgument;
use crate::grammar::fixed::{FixedText, Unevaluated};
use crate::grammar::given::Given;
use crate::lock::{self, Entry, Lock};
use crate::model::{Dockerfile, EdgeKind, Source};
use crate::source::At;
use indexmap::IndexMap;
use std::borrow::Borrow;
use std::collections::{BTreeMap, HashSet};
use std::hash::Hash;
use std::ops::Deref;

/// What is known of the Dockerfile of an image. What images.yaml says of the path wins: it is the one that is built.
pub(super) fn dockerfile(draft: &Draft<'_>, lock: &Lock, report: &mut Report) -> Option<Dockerfile> {
    let source = draft.source.as_ref()?;
    let entry = if draft.lists_bases { None } else { lock.images.get(&*draft.name) };
    let locked = entry.and_then(|entry| entry.dockerfile.as_ref());
    let path = match (&source.dockerfile, locked) {
        (Some(path), _) => path.clone(),
        (None, Some(locked)) => {
            let path = locked.path.as_ref()?;
            report.read_as(&path.value, path.span, Code::InvalidValue, "the path in the lock")?
        }
        (None, None) => return None,
    };
    let bases = entry.map(|entry| bases_to_compare(entry, report));
    let lines = entry.map_or_else(Vec::new, |entry| entry.lines.clone());
    Some(Dockerfile { path, lines, bases })
}

/// The bases of an entry that its Dockerfile has too, sorted.
fn bases_to_compare(entry: &Entry, report: &mut Report) -> Vec<Unevaluated> {
    let rows = entry.bases.iter().filter(|row| row.kind != EdgeKind::Frontend).map(|row| &row.image);
    let fixed = rows.filter(|image| report.is_fixed(&image.value, image.span, "the reference"));
    let mut bases: Vec<Unevaluated> = fixed.filter_map(|image| image.value.parse().ok()).collect();
    bases.sort_unstable();
    bases.dedup();
    bases
}

/// The bases of an entry, whatever is wrong with them.
pub(super) fn bases(draft: &Draft<'_>, entry: &Entry, report: &mut Report) -> Vec<Found> {
    if let (Some(source), Some(dockerfile)) = (&draft.source, &entry.dockerfile)
        && let Some(difference) = stale(source, dockerfile)
    {
        report.push(
            Diagnostic::new(
                Code::StaleLock,
                format!("the lock of {} was made from another Dockerfile: {difference}", draft.name),
                dockerfile.span,
            )
            .label(draft.span, "the image")
            .help("run `image-factory discover`"),
        );
    }
    report.extend(entry.problems.iter().cloned());
    let found = |base: &lock::Base| Found { image: base.image.as_at(), kind: Some(base.kind) };
    entry.bases.iter().map(found).collect()
}

/// The entries that no image uses, in the order of the text.
pub(super) fn unused(lock: &Lock, managed: &[Draft<'_>]) -> Vec<At<String>> {
    let used: HashSet<&str> = managed.iter().filter(|draft| !draft.lists_bases).map(|draft| &*draft.name).collect();
    let entries = lock.images.iter().map(|(name, entry)| (name, entry.span));
    let unreadable = lock.unreadable.iter().map(|name| (&name.value, name.span));
    let unused = entries.chain(unreadable).filter(|(name, _)| !used.contains(name.as_str()));
    let mut unused: Vec<At<String>> = unused.map(|(name, span)| At::new(name.clone(), span)).collect();
    unused.sort_by_key(|name| name.span);
    unused
}

/// What images.yaml says of the Dockerfile and the lock does not, in words.
fn stale(source: &Source, locked: &lock::Dockerfile) -> Option<String> {
    let path = source.dockerfile();
    let now = [
        ("repo", Some(source.pipeline.repo())),
        ("branch", Some(source.branch.as_str())),
        ("path", Some(path.as_str())),
        ("target", source.target.as_deref()),
        ("platform", source.platform.as_deref()),
    ];
    let then = [
        locked.repo.as_deref(),
        locked.branch.as_deref(),
        locked.path.as_ref().map(|path| path.value.as_str()),
        locked.target.as_deref(),
        locked.platform.as_deref(),
    ];
    for ((key, now), then) in now.into_iter().zip(then) {
        if now != then {
            let show = |value: Option<&str>| value.map_or("none".to_owned(), |value| format!("`{value}`"));
            return Some(format!("its {key} is {}, now {}", show(then), show(now)));
        }
    }
    let is_given = |given: &Given<FixedText>, then: &[String]| given.all().iter().map(|value| &**value).eq(then);
    let is_same_argument = |(name, given): (&BuildArgument, &Given<FixedText>)| {
        locked.build_args.get(name.as_str()).is_some_and(|then| is_given(given, then))
    };
    if source.build_args.len() != locked.build_args.len() || !source.build_args.iter().all(is_same_argument) {
        return Some("its build arguments have changed".to_owned());
    }
    (!is_same(&source.contexts, &locked.contexts)).then(|| "its named contexts have changed".to_owned())
}

fn is_same<N, V>(now: &IndexMap<N, V>, then: &BTreeMap<String, String>) -> bool
where
    N: Borrow<str> + Hash + Eq,
    V: Deref<Target = str>,
{
    now.len() == then.len()
        && then.iter().all(|(name, value)| now.get(name.as_str()).is_some_and(|now| **now == **value))
}
