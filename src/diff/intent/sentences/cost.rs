//! What a change costs: workflow runs and requests, from now on and by being applied.

use super::{Sentence, SentenceKind, grouped, images};
use crate::diff::intent::compare::{Differences, Fired, Why};
use crate::diff::intent::{Intent, Rebuild};
use crate::model::Duration;
use crate::words::{counted, list, thousands};
use std::collections::{BTreeMap, BTreeSet};

/// What a new digest costs: workflow runs that nobody has to ask for.
pub(super) fn runs(old: &Intent, new: &Intent, out: &mut Vec<Sentence>) {
    let runs = |intent: &Intent| -> BTreeMap<String, usize> {
        let automatic = intent.rebuilds.values().filter(|rebuild| rebuild.policy.is_automatic());
        grouped(automatic.map(|rebuild| (rebuild.base.clone(), ()))).into_iter().map(|(k, v)| (k, v.len())).collect()
    };
    let (before, now) = (runs(old), runs(new));
    let changed: Vec<String> = now
        .iter()
        .filter_map(|(base, runs)| {
            let before = before.get(base).filter(|before| *before != runs)?;
            Some(format!("{base} {} -> {}", thousands(*before as u64), thousands(*runs as u64)))
        })
        .collect();
    if !changed.is_empty() {
        let text = format!("workflow runs that a new digest starts by itself: {}", list(&changed));
        out.push(Sentence::of_images(SentenceKind::Runs, text, &[]));
    }
}

pub(super) fn requests(old: &Intent, new: &Intent, out: &mut Vec<Sentence>) {
    let (before, now) = (old.requests(), new.requests());
    let (total_before, total): (u64, u64) = (before.values().sum(), now.values().sum());
    let registries: BTreeSet<&&str> = before.keys().chain(now.keys()).collect();
    let changed: Vec<String> = registries
        .into_iter()
        .filter_map(|registry| {
            let of = |counts: &BTreeMap<&str, u64>| counts.get(registry).copied().unwrap_or(0);
            let (before, now) = (of(&before), of(&now));
            (before != now).then(|| format!("{registry} {} -> {}", thousands(before), thousands(now)))
        })
        .collect();
    // A change that costs no request is worth the words, a report without any change of intent is not.
    let text = match (changed.is_empty(), out.is_empty()) {
        (true, true) => return,
        (true, false) if total == 0 => return,
        (true, false) => format!("registry requests per day stay at {} or more", thousands(total)),
        (false, _) => format!(
            "registry requests per day, at least: {} -> {} ({})",
            thousands(total_before),
            thousands(total),
            list(&changed)
        ),
    };
    out.push(Sentence::of_images(SentenceKind::Requests, text, &[]));
}

pub(super) fn applying(differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    for whys in [&[Why::Freight, Why::Stage][..], &[Why::Automatic], &[Why::Sooner]] {
        let fired: Vec<&Fired<'_>> = differences.fired.iter().filter(|fired| whys.contains(&fired.why)).collect();
        if fired.is_empty() {
            continue;
        }
        let times = grouped(fired.iter().map(|fired| (time(fired), fired.rebuild)));
        let parts: Vec<String> = times
            .iter()
            .map(|((_, time), rebuilds)| {
                let bases: BTreeSet<&str> = rebuilds.iter().map(|rebuild| rebuild.base.as_str()).collect();
                let bases: Vec<&str> = bases.into_iter().collect();
                format!("{} {time} (for {})", list(&images(rebuilds)), list(&bases))
            })
            .collect();
        let rebuilds: Vec<&Rebuild> = fired.iter().map(|fired| fired.rebuild).collect();
        let runs = counted(rebuilds.len(), "workflow run");
        let parts = parts.join("; ");
        let text = match whys {
            [Why::Automatic] => {
                format!("applying this may start {runs}, if the present digest was never promoted: {parts}")
            }
            [Why::Sooner] => {
                format!("applying this may start {runs} sooner, if a digest is waiting: {parts}")
            }
            _ => {
                let is_there = |why| fired.iter().any(|fired| fired.why == why);
                let why = match (is_there(Why::Freight), is_there(Why::Stage)) {
                    (true, true) => {
                        "the first digest of a new Warehouse counts as new, and a new Stage takes what is there"
                    }
                    (true, false) => "the first digest of a new Warehouse counts as new",
                    _ => "a new Stage takes the digest that is there",
                };
                format!("applying this starts {runs}: {parts}, since {why}")
            }
        };
        out.push(Sentence::of_rebuilds(SentenceKind::Applying, text, &rebuilds));
    }
    if differences.fired.is_empty() && !out.is_empty() {
        out.push(Sentence::of_images(
            SentenceKind::Applying,
            "applying this starts no workflow run by itself".to_owned(),
            &[],
        ));
    }
}

/// When it fires, in the order of time. A base that was watched before may have been quiet for a part of the delay.
fn time(fired: &Fired<'_>) -> (Duration, String) {
    let delay = fired.rebuild.policy.wait();
    let words = match (delay.is_zero(), fired.why) {
        (true, _) => "at once".to_owned(),
        (false, Why::Freight) => format!("after {}", delay.in_words()),
        (false, _) => format!("within {}", delay.in_words()),
    };
    (delay, words)
}
