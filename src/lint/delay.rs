//! A delay that a base hardly ever outlasts: each new digest starts the time again, and the rebuild never comes.
//!
//! How often images move, as their publishers say:
//!
//! | images | cadence | source |
//! |---|---|---|
//! | Docker official images | at least once a month, with Debian and Ubuntu | docker-library/official-images#16164, docker-library/faq |
//! | `nightly`, `edge` and the like | each day | their names |
//! | what is built here | when a base of it moves and rebuilds it, after its own delay | images.yaml and its lock |
//!
//! Nothing else tells: the lock has names of bases and no digest, and a registry has no history of a tag, only what it is now.

use super::examples::{ON_NODE, WEB};
use super::{Context, Edges, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::model::{Base, Dependent, Duration, Model, Reference, WatchedBy};
use crate::source::Span;
use indexmap::IndexMap;
use std::collections::HashMap;

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
official images are rebuilt at least once a month, so a delay of 45 days may never end, and security fixes never arrive. An
image that is built here moves at least as often as what it is built on rebuilds it. Of other images nobody knows how often
they move: neither the lock nor a registry has a tag's history.
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
    let mut cadences = Cadences::of(model);
    for base in &model.bases {
        let Some(Cadence { time: cadence, why }) = cadences.of_base(base) else { continue };
        for dependent in &base.dependents {
            let (Some(delay), Some(place)) = (dependent.policy.delay(), dependent.delay) else { continue };
            if delay >= cadence {
                let waiting = Waiting { dependent, reference: &base.reference, cadence, why: why.clone() };
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
        .here(first.why.clone())
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
    why: String,
}

/// How often a base moves at least.
#[derive(Clone)]
struct Cadence {
    time: Duration,
    /// From what that is known.
    why: String,
}

/// How often bases move, those that are built here by what they are built on.
struct Cadences<'a> {
    model: &'a Model,
    /// Images by name, which is that of the base that they are.
    built: HashMap<&'a str, usize>,
    /// By image: each base with the use that it makes of it.
    bases: HashMap<usize, Vec<(&'a Base, &'a Dependent)>>,
    /// By image. One that is being asked for has none.
    known: HashMap<usize, Option<Cadence>>,
}

impl<'a> Cadences<'a> {
    fn of(model: &'a Model) -> Self {
        let built = model.images.iter().enumerate().map(|(index, image)| (image.name.as_str(), index)).collect();
        let mut bases: HashMap<usize, Vec<_>> = HashMap::new();
        for base in &model.bases {
            for dependent in &base.dependents {
                bases.entry(dependent.image).or_default().push((base, dependent));
            }
        }
        Self { model, built, bases, known: HashMap::new() }
    }

    fn of_base(&mut self, base: &Base) -> Option<Cadence> {
        if matches!(base.watched_by, WatchedBy::Own(_)) {
            return cadence(&base.reference).map(|(time, why)| Cadence { time, why: why.to_owned() });
        }
        let image = *self.built.get(&*base.name)?;
        if let Some(known) = self.known.get(&image) {
            return known.clone();
        }
        self.known.insert(image, None);
        let uses = self.bases.get(&image).cloned().unwrap_or_default();
        let cadences = uses.into_iter().filter(|(_, dependent)| dependent.policy.is_automatic()).filter_map(
            |(base, dependent)| {
                let Cadence { time, why } = self.of_base(base)?;
                // What waits for longer than that is told of itself, and may never be rebuilt.
                let starves = dependent.policy.delay().is_some_and(|delay| delay >= time);
                let (name, base) = (&self.model.images[image].name, base.reference.familiar());
                let why = format!("{name} is rebuilt when {base} moves: {why}");
                (!starves).then(|| Cadence { time: time.plus(dependent.policy.wait()), why })
            },
        );
        let fastest = cadences.min_by_key(|cadence| cadence.time);
        self.known.insert(image, fastest.clone());
        fastest
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
