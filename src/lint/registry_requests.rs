//! More requests to a registry than it answers.
//!
//! Docker Hub takes 100 pulls in six hours from an address without a login, and counts each GET of a manifest as one
//! (docs.docker.com/docker-hub/usage/pulls). Kargo sends at least one each time that it looks at a tag (Kargo v1.11.2
//! `pkg/image/repository_client.go`). Other registries publish no such number.

use super::{Context, Edges, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
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
    let mut watched: Vec<(u64, Span)> = model
        .watches()
        .filter(|watch| watch.registry() == REGISTRY)
        .map(|watch| {
            let of_base = watch.base.and_then(|base| {
                base.dependents.first().map(|dependent| edges.place(dependent, &base.reference, model))
            });
            (watch.per_day(), of_base.unwrap_or(watch.place))
        })
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
