//! A delay that a base hardly ever outlasts: each new digest starts the time again, and the rebuild never comes.
//!
//! How often images move, as their publishers say:
//!
//! | images | cadence | source |
//! |---|---|---|
//! | Docker official images | at least once a month, with Debian and Ubuntu | docker-library/official-images#16164, docker-library/faq |
//! | `nightly`, `edge` and the like | each day | their names |

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Duration, Reference, WatchedBy};

/// Tags that follow a development branch.
const DAILY: &[&str] =
    &["nightly", "edge", "canary", "dev", "devel", "unstable", "snapshot", "main", "master", "latest-dev"];

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for base in &context.model.bases {
        // What we build moves as often as we build it.
        let known = if base.watched_by == WatchedBy::ImageOfThatName { None } else { cadence(&base.reference) };
        let Some((cadence, why)) = known else { continue };
        for dependent in &base.dependents {
            let (Some(delay), Some(place)) = (dependent.policy.delay(), dependent.delay) else { continue };
            if delay < cadence {
                continue;
            }
            let image = &context.model.images[dependent.image];
            report.push(
                Diagnostic::new(
                    Code::LongDelay,
                    format!(
                        "{} waits until {} has been quiet for {}, which may never be",
                        image.name,
                        base.reference.familiar(),
                        delay.in_largest_unit()
                    ),
                    place,
                )
                .here(why)
                .label(context.edge(dependent, &base.reference), "each new digest of this starts the time again")
                .help(format!("write a delay that is well below {}", cadence.in_largest_unit())),
            );
        }
    }
}

/// How often a base moves, if that is known, and from what.
fn cadence(reference: &Reference) -> Option<(Duration, &'static str)> {
    let tag = reference.tag().unwrap_or("latest");
    let is = |word: &str| tag.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    if DAILY.iter().any(|daily| is(daily)) {
        return Some((Duration::hours(24), "a tag of this name usually moves each day"));
    }
    let official = reference.registry() == "docker.io" && reference.repository().starts_with("library/");
    official.then(|| (Duration::hours(30 * 24), "Docker's official images move at least once a month"))
}
