//! Images that only stages use which the shipped one does not need: no rebuild follows them, and that may be a surprise.

use super::{Context, Looked};
use crate::diagnostic::{Code, Diagnostic};
use indexmap::IndexSet;
use std::collections::HashSet;

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for (image, dockerfile) in context.model.images.iter().zip(&context.facts.dockerfiles) {
        let Some((_, facts)) = Looked::found(dockerfile) else { continue };
        let used: HashSet<&str> = facts.edges.iter().map(|edge| edge.image.as_str()).collect();
        let mut unused = facts.unreachable.iter().filter(|edge| !used.contains(edge.image.as_str())).peekable();
        let Some(first) = unused.peek().copied() else { continue };
        let names: IndexSet<&str> = unused.map(|edge| edge.image.as_str()).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let shipped = match &image.source.target {
            Some(target) => format!("the stage {target}"),
            None => "the last stage".to_owned(),
        };
        report.push(
            Diagnostic::new(
                Code::UnreachableImage,
                format!("{} is not rebuilt for {}", image.name, super::some_of(&names)),
                first.span,
            )
            .here(format!("{shipped} does not need the stage that uses this"))
            .help("if another stage is shipped, name it as `source.target`"),
        );
    }
}
