//! A base with the tag `latest`, or with none: any release of the image can arrive, major versions included.

use super::{Context, Edges};
use crate::diagnostic::{Code, Diagnostic};
use std::collections::HashSet;

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
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
                    Code::MovingTag,
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
