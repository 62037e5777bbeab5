//! A base with the tag `latest`, or with none: any release of the image can arrive, major versions included.

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use std::collections::HashSet;

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    // What we build ourselves is released when we say so.
    let ours: HashSet<&str> = context.model.images.iter().map(|image| image.repo_url.as_str()).collect();
    for base in &context.model.bases {
        if base.reference.tag() != Some("latest") || ours.contains(base.reference.name().as_str()) {
            continue;
        }
        for dependent in &base.dependents {
            let image = &context.model.images[dependent.image];
            let name = base.reference.familiar();
            let name = name.trim_end_matches(":latest");
            report.push(
                Diagnostic::new(
                    Code::MovingTag,
                    format!("{} is built on {name}:latest, which can become any version", image.name),
                    context.edge(dependent, &base.reference),
                )
                .here("each release of it is a rebuild, a new major version too")
                .help(format!("name a version that moves as far as you want, as in `{name}:1`")),
            );
        }
    }
}
