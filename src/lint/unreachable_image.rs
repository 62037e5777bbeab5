//! Images that only stages use which the shipped one does not need: no rebuild follows them, and that may be a surprise.

use super::examples::WEB;
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use indexmap::IndexSet;
use std::collections::HashSet;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 128,
        name: "UnreachableImage",
        severity: Severity::Note,
        can_be_ignored: true,
        title: "an image that only unreachable stages use",
        why: "
A stage that the shipped one does not need is not built with it, so no rebuild follows its image. That is right for a
stage of tests or documentation. It is a surprise where another stage than the last is shipped and nobody has said so.
",
        wrong: &[("images.yaml", &[WEB]), ("Dockerfile", &["FROM node:22 AS app\nFROM python:3.13 AS docs\n"])],
        right: &[(
            "Dockerfile",
            &[r"
FROM node:22 AS app
FROM python:3.13 AS docs
COPY --from=app /app /app
"],
        )],
    }),
    needs: Needs::Files,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for (image, facts) in context.images() {
        let Some((_, facts)) = facts.dockerfile.found() else { continue };
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
                RULE.code,
                format!("{} is not rebuilt for {}", image.name, super::some_of(&names)),
                first.span,
            )
            .here(format!("{shipped} does not need the stage that uses this"))
            .help("if another stage is shipped, name it as `source.target`"),
        );
    }
}
