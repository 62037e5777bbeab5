//! Images that only stages use which the shipped one does not need: no rebuild follows them, and that may be a surprise.

use super::{Context, Looked};
use crate::diagnostic::{Code, Diagnostic};

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for (image, dockerfile) in context.model.images.iter().zip(&context.facts.dockerfiles) {
        let Some((_, facts)) = Looked::found(dockerfile) else { continue };
        let used = |name: &str| facts.edges.iter().any(|edge| edge.image == name);
        let Some(first) = facts.unreachable.iter().find(|edge| !used(&edge.image)) else { continue };
        let mut names: Vec<&str> = Vec::new();
        for edge in facts.unreachable.iter().filter(|edge| !used(&edge.image)) {
            if !names.contains(&edge.image.as_str()) {
                names.push(&edge.image);
            }
        }
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
