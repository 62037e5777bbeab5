//! Sentences about objects, for people who read them in a cluster or a review.

use crate::model::{Base, Dependent, Model, Policy, TagRule};

/// Names that are listed before "and 7 more": a description of 500 names helps nobody.
const LISTED: usize = 20;

/// "rebuilds backstage, uv after 168h without a newer digest of docker.io/library/node:22-bookworm-slim"
pub(super) fn trigger(model: &Model, base: &Base, policy: Policy, dependents: &[&Dependent]) -> String {
    let mut names: Vec<&str> = dependents.iter().take(LISTED).map(|d| model.images[d.image].name.as_str()).collect();
    let more = format!("{} more", dependents.len().saturating_sub(LISTED));
    if dependents.len() > LISTED {
        names.push(&more);
    }
    let names = names.join(", ");
    let reference = &base.reference;
    match policy {
        Policy::Manual => format!("rebuilds {names} for a digest of {reference} that somebody promotes"),
        Policy::Automatic(delay) if delay.is_zero() => format!("rebuilds {names} at each new digest of {reference}"),
        Policy::Automatic(delay) => {
            format!("rebuilds {names} after {} without a newer digest of {reference}", delay.short())
        }
    }
}

/// "watches the digest of docker.io/library/node:22", "watches versions >=0.0.0 of ghcr.io/org/app"
pub(super) fn warehouse(repo_url: &str, tags: &TagRule) -> String {
    match tags {
        TagRule::Digest { tag } => format!("watches the digest of {repo_url}:{tag}"),
        TagRule::SemVer { constraint, .. } => format!("watches versions {constraint} of {repo_url}"),
        TagRule::Lexical(_) => format!("watches the last tag of {repo_url} by the alphabet"),
        TagRule::NewestBuild(_) => format!("watches the newest build of {repo_url}"),
    }
}

/// What a soak Stage is for.
pub(super) fn soak(base: &Base) -> String {
    format!("holds each new digest of {} until it has been quiet for long enough", base.reference)
}
