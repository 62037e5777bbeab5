//! A lock that was made before the Dockerfile became what it is.

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::discover::{Base, Entry};

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for (index, image) in context.model.images.iter().enumerate() {
        let entry = |entries: &'_ [Option<Entry>]| entries.get(index).cloned().flatten();
        let (Some(now), Some(locked)) = (entry(&context.facts.now), entry(&context.facts.locked)) else { continue };
        // What was made from another Dockerfile is another problem, and `resolve` has said so.
        if locked.dockerfile.as_ref().is_some_and(|dockerfile| now.dockerfile.as_ref() != Some(dockerfile)) {
            continue;
        }
        let rows = |entry: &Entry| entry.bases.iter().map(|base| (base.image.clone(), base.kind)).collect::<Vec<_>>();
        let (now_rows, locked_rows) = (rows(&now), rows(&locked));
        if now_rows == locked_rows {
            continue;
        }
        let came = now.bases.iter().filter(|base| !locked_rows.contains(&(base.image.clone(), base.kind)));
        let went = locked.bases.iter().filter(|base| !now_rows.contains(&(base.image.clone(), base.kind)));
        let line = |sign: &str, base: &Base| format!("{sign}{} ({})", base.image, base.kind);
        let changes: Vec<String> = came.map(|base| line("+", base)).chain(went.map(|base| line("-", base))).collect();
        let changes: Vec<&str> = changes.iter().map(String::as_str).collect();
        let what = if changes.is_empty() { "the order of its bases".to_owned() } else { super::some_of(&changes) };
        let message = format!("the Dockerfile of {} is no longer what the lock was made from: {what}", image.name);
        let mut problem = Diagnostic::new(Code::OldLock, message, image.places.dockerfile);
        if let Some((_, facts)) = context.facts.dockerfiles.get(index).and_then(super::Looked::found)
            && let Some(edge) = facts.edges.iter().find(|edge| {
                let is_new = |base: &&Base| base.line == u32::try_from(edge.line).ok();
                now.bases
                    .iter()
                    .filter(|base| !locked_rows.contains(&(base.image.clone(), base.kind)))
                    .any(|base| is_new(&base))
            })
        {
            problem = problem.label(edge.span, "the lock does not have this");
        }
        report.push(problem.help("run `image-factory discover`, then `image-factory synth`"));
    }
}
