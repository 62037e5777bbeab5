//! A delay that a base hardly ever outlasts: each new digest starts the time again, and the rebuild never comes.
//!
//! How often images move, as their publishers say:
//!
//! | images | cadence | source |
//! |---|---|---|
//! | Docker official images | at least once a month, with Debian and Ubuntu | docker-library/official-images#16164, docker-library/faq |
//! | `nightly`, `edge` and the like | each day | their names |

use super::examples::{ON_NODE, WEB};
use super::{Context, Edges, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::model::{Dependent, Duration, Reference, WatchedBy};
use crate::source::Span;
use indexmap::IndexMap;

/// Tags that follow a development branch.
const DAILY: &[&str] =
    &["nightly", "edge", "canary", "dev", "devel", "unstable", "snapshot", "main", "master", "latest-dev"];

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 121,
        name: "LongDelay",
        severity: Severity::Warning,
        can_be_ignored: true,
        title: "a delay that the base hardly ever outlasts",
        why: "
A delay begins again with each new digest of the base: it is a time of quiet, not a time after a release. Docker's
official images are rebuilt at least once a month, so a delay of 45 days may never end, and security fixes never arrive.
",
        wrong: &[("images.yaml", &[WEB, ON_NODE, "  rebuildDelay: 45d\n"])],
        right: &[("images.yaml", &[WEB, ON_NODE, "  rebuildDelay: 7d\n"])],
    }),
    needs: Needs::Nothing,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    let model = context.model;
    // One delay of `defaults` is that of many images and bases: it is said once.
    let mut delays: IndexMap<Span, (Duration, Vec<Waiting<'_>>)> = IndexMap::new();
    for base in &model.bases {
        // What we build moves as often as we build it.
        let own = matches!(base.watched_by, WatchedBy::Own(_));
        let known = if own { cadence(&base.reference) } else { None };
        let Some((cadence, why)) = known else { continue };
        for dependent in &base.dependents {
            let (Some(delay), Some(place)) = (dependent.policy.delay(), dependent.delay) else { continue };
            if delay >= cadence {
                let waiting = Waiting { dependent, reference: &base.reference, cadence, why };
                delays.entry(place).or_insert((delay, Vec::new())).1.push(waiting);
            }
        }
    }
    if delays.is_empty() {
        return;
    }
    let edges = Edges::of(context);
    for (place, (delay, mut waiting)) in delays {
        // What moves most often is the worst.
        waiting.sort_by_key(|waiting| waiting.cadence);
        let [first, others @ ..] = &waiting[..] else { continue };
        let pair =
            |waiting: &Waiting<'_>| (model.images[waiting.dependent.image].name.as_str(), waiting.reference.familiar());
        let (image, base) = pair(first);
        let mut problem = Diagnostic::new(
            RULE.code,
            format!("{image} waits until {base} has been quiet for {}, which may never be", delay.in_largest_unit()),
            place,
        )
        .here(first.why)
        .label(edges.place(first.dependent, first.reference, model), "each new digest of this starts the time again")
        .help(format!(
            "write a delay that is well below {}, or one that begins with the first update: `delay: {{mode: fixed, for: {}}}`",
            first.cadence.in_largest_unit(),
            delay.in_largest_unit()
        ));
        if !others.is_empty() {
            let others: Vec<String> =
                others.iter().map(pair).map(|(image, base)| format!("{image} for {base}")).collect();
            let others: Vec<&str> = others.iter().map(String::as_str).collect();
            problem = problem.help(format!("it is the delay of {} too", super::some_of(&others)));
        }
        report.push(problem);
    }
}

/// An image that waits longer than its base is usually quiet.
struct Waiting<'a> {
    dependent: &'a Dependent,
    reference: &'a Reference,
    cadence: Duration,
    why: &'static str,
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
