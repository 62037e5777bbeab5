//! More requests to a registry than it answers.
//!
//! Docker Hub takes 100 pulls in six hours from an address without a login, and counts each GET of a manifest as one
//! (docs.docker.com/docker-hub/usage/pulls). Kargo sends at least one each time that it looks at a tag (Kargo v1.11.2
//! `pkg/image/repository_client.go`). Other registries publish no such number.

use super::{Context, Edges, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::model::{Interval, WatchedBy};
use crate::source::Span;

const REGISTRY: &str = "docker.io";
/// Four times 100.
const PER_DAY: u64 = 400;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 125,
        name: "RegistryRequests",
        severity: Severity::Warning,
        can_be_ignored: true,
        title: "more requests than a registry answers",
        why: "
Docker Hub answers 100 pulls in six hours to an address without a login, and counts each GET of a manifest as one. Kargo
asks at least once each time that it looks at a tag. Past the limit it learns of no new image, and other programs behind
the same address cannot pull either.
",
        wrong: &[(
            "images.yaml",
            &[r"
defaults: {baseInterval: 5m}
images:
  - {name: shell, registry: docker.io, repository: acme/shell, tag: stable}
  - {name: proxy, registry: docker.io, repository: acme/proxy, tag: stable}
"],
        )],
        right: &[(
            "images.yaml",
            &[r"
defaults: {baseInterval: 1h}
images:
  - {name: shell, registry: docker.io, repository: acme/shell, tag: stable}
  - {name: proxy, registry: docker.io, repository: acme/proxy, tag: stable}
"],
        )],
    }),
    needs: Needs::Nothing,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    let model = context.model;
    let edges = Edges::of(context);
    let bases = model.bases.iter().filter_map(|base| match base.watched_by {
        WatchedBy::Own(interval) => Some((
            base.reference.repo_url(),
            interval,
            base.dependents.first().map(|dependent| edges.place(dependent, &base.reference, model))?,
        )),
        WatchedBy::ImageOfThatName => None,
    });
    let images = model.images.iter().map(|image| (image.repo_url.clone(), image.interval, image.span));
    let externals = model.externals.iter().map(|image| (image.repo_url.clone(), image.interval, image.span));
    let mut watched: Vec<(u64, Span)> = bases
        .chain(images)
        .chain(externals)
        .filter(|(repo_url, _, _)| repo_url.split('/').next() == Some(REGISTRY))
        .map(|(_, interval, span)| (per_day(interval), span))
        .collect();
    let total: u64 = watched.iter().map(|(requests, _)| requests).sum();
    watched.sort_by_key(|(requests, span)| (std::cmp::Reverse(*requests), *span));
    let Some((most, place)) = watched.first().filter(|_| total > PER_DAY) else { return };
    report.push(
        Diagnostic::new(
            RULE.code,
            format!("Kargo would ask Docker Hub at least {total} times a day; without a login it answers {PER_DAY}"),
            *place,
        )
        .here(format!("{most} of them are for this; {} images of Docker Hub are watched", watched.len()))
        .help("write longer intervals (`defaults: {baseInterval: 24h, imageInterval: 1h}`), or give Kargo a login for docker.io"),
    );
}

/// How often something is looked at in a day. Kargo looks no more often than every five minutes.
fn per_day(interval: Interval) -> u64 {
    let seconds = interval.max(Interval::FIVE_MINUTES).as_seconds();
    (24 * 60 * 60_u64).div_ceil(seconds.max(1))
}
