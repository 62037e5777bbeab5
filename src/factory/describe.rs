//! Sentences about objects, for people who read them in a cluster or a review.

use super::moved::Moved;
use crate::model::{Base, Dependent, Dockerfile, Duration, Factory, ManagedImage, Model, OnEnroll, Policy, TagRule};
use crate::words::first_of;
use std::collections::BTreeMap;

/// Names that are listed before "and 7 more": a description of 500 names helps nobody.
const LISTED: usize = 20;

/// "rebuilds backstage, uv after 168h without a newer digest of docker.io/library/node:22-bookworm-slim"
pub(super) fn trigger(model: &Model, moved: &Moved<'_>, policy: &Policy, dependents: &[&Dependent]) -> String {
    let images: Vec<String> =
        moved.targets(dependents).map(|(first, _)| model.images[first.image].name.to_string()).collect();
    let bases: Vec<String> = moved.bases().iter().map(|base| base.reference.to_string()).collect();
    let names = listed(images, ", ");
    let mut text = format!("rebuilds {names} {}", policy.words_for(&listed(bases, " or ")));
    if let Some(together) = moved.together(model, policy, dependents) {
        text = format!("{text}, once for those that move within {}", together.short());
    }
    if let Some((pace, count)) = moved.pace(dependents) {
        let last = Duration::seconds(u32::try_from(pace.seconds(count)).unwrap_or(u32::MAX));
        text = format!("{text}, {pace} (the last {} after the first)", last.short());
    }
    let at_first: Vec<&Dependent> =
        dependents.iter().copied().filter(|dependent| dependent.on_enroll == OnEnroll::Rebuild).collect();
    if policy.is_automatic() && !at_first.is_empty() {
        let names = || at_first.iter().map(|d| model.images[d.image].name.as_str()).collect::<Vec<_>>().join(", ");
        let who = match moved {
            _ if at_first.len() == dependents.len() => String::new(),
            Moved::Always(_) => names() + " ",
            Moved::OneOf(_) => format!("for {} of them ", at_first.len()),
        };
        text = format!("{text} ({who}also for the one that is there at first)");
    }
    text
}

/// "; app follows through web-base": whom a base does not trigger itself, since a chain does.
pub(super) fn followers(followers: &BTreeMap<&str, Vec<&str>>) -> String {
    let mut by_chain: BTreeMap<&[&str], Vec<&str>> = BTreeMap::new();
    for (image, through) in followers {
        by_chain.entry(through).or_default().push(image);
    }
    let says = |(through, images): (&[&str], Vec<&str>)| {
        let verb = if images.len() == 1 { "follows" } else { "follow" };
        format!("; {} {verb} through {}", first_of(&images, LISTED), through.join(", "))
    };
    by_chain.into_iter().take(LISTED).map(says).collect()
}

fn listed(mut names: Vec<String>, between: &str) -> String {
    if let Some(more) = names.len().checked_sub(LISTED).filter(|more| *more > 0) {
        names.truncate(LISTED);
        names.push(format!("{more} more"));
    }
    names.join(between)
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

/// The Dockerfile as people name it: "apps/web/Dockerfile of acme/web at main".
pub(super) fn place(image: &ManagedImage, dockerfile: &Dockerfile) -> String {
    format!("{} of {} at {}", dockerfile.path, image.source.pipeline.repo(), image.source.branch)
}

/// "compares the lines of apps/web/Dockerfile of acme/web at main that decide the bases of web with those of the lock"
pub(super) fn analysis_by_http(image: &ManagedImage, dockerfile: &Dockerfile, compared: bool) -> String {
    let place = place(image, dockerfile);
    if compared {
        return format!("compares the lines of {place} that decide the bases of {} with those of the lock", image.name);
    }
    let why = if image.lists_bases {
        "they are listed in images.yaml"
    } else if dockerfile.lines.is_empty() {
        "the lock has no lines of it"
    } else {
        "it has lines that Kargo would evaluate"
    };
    format!("looks for {place}; edges are not compared, since {why}")
}

/// What an analysis by a Job does.
pub(super) fn analysis_by_job(image: &ManagedImage, dockerfile: &Dockerfile) -> String {
    let place = place(image, dockerfile);
    if dockerfile.bases.is_some() {
        format!("analyzes {place} in a Job, and compares the bases of {} with those of the lock", image.name)
    } else {
        format!("analyzes {place} in a Job; the bases of {} are not compared", image.name)
    }
}

/// What an analysis by a workflow does.
pub(super) fn analysis_by_workflow(image: &ManagedImage, factory: &Factory) -> String {
    format!(
        "runs {} of {} at {}, which finds out what {} is built on",
        factory.pipeline.name(),
        factory.pipeline.repo(),
        factory.branch,
        image.name
    )
}
