//! A base with the tag `latest`, or with none: any release of the image can arrive, major versions included.

use super::examples::WEB;
use super::{Context, Edges, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use std::collections::HashSet;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 120,
        name: "MovingTag",
        severity: Severity::Warning,
        can_be_ignored: true,
        title: "a base with the tag latest, or with none",
        why: "
The tag `latest` is moved to each new release, a new major version too, and a FROM without a tag means the same. The
rebuild that follows can break the image on a day on which nobody changed anything. The tag of a major or a minor
version still moves with each fix.
",
        wrong: &[("images.yaml", &[WEB]), ("Dockerfile", &["FROM node\n"])],
        right: &[("Dockerfile", &["FROM node:22\n"])],
    }),
    needs: Needs::Nothing,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    let model = context.model;
    // What we build ourselves is released when we say so.
    let ours: HashSet<&str> = model.images.iter().map(|image| image.repo_url.as_str()).collect();
    let edges = Edges::of(context);
    for base in &model.bases {
        if base.reference.tag() != Some("latest") || ours.contains(base.reference.name().as_str()) {
            continue;
        }
        let name = base.reference.familiar();
        let name = name.trim_end_matches(":latest");
        for dependent in &base.dependents {
            report.push(
                Diagnostic::new(
                    RULE.code,
                    format!(
                        "{} is built on {name}:latest, which can become any version",
                        model.images[dependent.image].name
                    ),
                    edges.place(dependent, &base.reference, model),
                )
                .here("each release is a rebuild, a new major version too")
                .help(format!(
                    "write a tag of {name} that moves only as far as you want, such as that of a major or a minor version"
                )),
            );
        }
    }
}
