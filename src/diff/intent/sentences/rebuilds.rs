//! Who is rebuilt for what, when and how.

use super::{Sentence, SentenceKind, grouped, images, is};
use crate::diff::intent::compare::Differences;
use crate::diff::intent::{Intent, Rebuild};
use crate::words::{counted, list, plural};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn moved(differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    let groups = grouped(
        differences
            .moved
            .iter()
            .map(|(before, now)| ((before.base.as_str(), now.base.as_str(), &before.policy, &now.policy), *now)),
    );
    for ((before, now, then, policy), rebuilds) in groups {
        let images = images(&rebuilds);
        let when = match (then, policy) {
            (then, now) if then == now => format!("as before {}", now.words().when),
            (_, now) if !now.is_automatic() => format!("and no longer automatically, but {}", now.words().when),
            (then, now) if !then.is_automatic() => format!("and now automatically, {}", now.words().when),
            (then, now) if then.delay().is_some() && now.delay().is_some() => {
                format!("and the delay goes from {} to {}", then.words().delay, now.words().delay)
            }
            (then, now) => format!("and now {}, no longer {}", now.words().when, then.words().when),
        };
        let text = format!("{} {} now rebuilt for {now} in place of {before}, {when}", list(&images), is(&images));
        out.push(Sentence::of_rebuilds(SentenceKind::Moved, text, &rebuilds));
    }
}

pub(super) fn gained(old: &Intent, differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    let before: BTreeSet<&str> = old.rebuilds.keys().map(|(base, _)| base.as_str()).collect();
    let groups = grouped(differences.gained.iter().map(|rebuild| ((rebuild.base.as_str(), &rebuild.policy), *rebuild)));
    // Bases that gain the same images under one policy share a sentence.
    let alike = grouped(
        groups
            .into_iter()
            .map(|((base, policy), rebuilds)| ((before.contains(base), policy, images(&rebuilds)), (base, rebuilds))),
    );
    for ((also, policy, names), bases) in alike {
        let (bases, rebuilds): (Vec<&str>, Vec<Vec<&Rebuild>>) = bases.into_iter().unzip();
        let rebuilds = rebuilds.concat();
        let verb = if bases.len() == 1 { "rebuilds" } else { "rebuild" };
        let also = if also { " also" } else { "" };
        let text = format!(
            "{} now{also} {verb} {} ({}), {}",
            list(&bases),
            list(&names),
            repositories(&rebuilds),
            policy.words().when
        );
        out.push(Sentence::of_rebuilds(SentenceKind::Gained, text, &rebuilds));
    }
}

pub(super) fn lost(new: &Intent, differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    let still: BTreeSet<&str> =
        new.rebuilds.values().filter(|r| r.policy.is_automatic()).map(|rebuild| rebuild.image.as_str()).collect();
    let there = new.images();
    let groups = grouped(differences.lost.iter().map(|rebuild| (rebuild.base.as_str(), *rebuild)));
    let alike = grouped(groups.into_iter().map(|(base, rebuilds)| (images(&rebuilds), (base, rebuilds))));
    for (names, bases) in alike {
        let (bases, rebuilds): (Vec<&str>, Vec<Vec<&Rebuild>>) = bases.into_iter().unzip();
        let verb = if bases.len() == 1 { "rebuilds" } else { "rebuild" };
        let mut text = format!("{} no longer {verb} {}", list(&bases), list(&names));
        let idle: Vec<&str> =
            names.iter().copied().filter(|name| there.contains(name) && !still.contains(name)).collect();
        if !idle.is_empty() {
            let who = if idle.len() == names.len() { pronoun(&names).to_owned() } else { list(&idle) };
            text = format!("{text}, and nothing else rebuilds {who} automatically");
        }
        out.push(Sentence::of_rebuilds(SentenceKind::Lost, text, &rebuilds.concat()));
    }
}

/// Images that a base does not trigger itself, since a chain does.
pub(super) fn followers(old: &Intent, new: &Intent, differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    let mut say = |followers: Vec<(&(String, String), &Vec<String>)>, words: [&str; 2]| {
        for ((base, through), images) in
            grouped(followers.into_iter().map(|((base, image), through)| ((base, through), image)))
        {
            let images: Vec<&str> = images.into_iter().map(String::as_str).collect();
            let verb = if images.len() == 1 { words[0] } else { words[1] };
            let text = format!("{} {verb} for {base} through {} alone", list(&images), list(through));
            out.push(Sentence::of_images(SentenceKind::Cascade, text, &images));
        }
    };
    let name_now: BTreeMap<&str, &str> = differences.renamed.iter().copied().collect();
    let now = |name: &String| name_now.get(name.as_str()).map_or_else(|| name.clone(), |now| (*now).to_owned());
    let followed = old.followers.iter();
    let followed: BTreeMap<(String, String), Vec<String>> = followed
        .map(|((base, image), through)| ((base.clone(), now(image)), through.iter().map(now).collect()))
        .collect();
    let came = new.followers.iter().filter(|(edge, through)| followed.get(*edge) != Some(through));
    say(came.collect(), ["is now rebuilt", "are now rebuilt"]);
    // Where it is gained or gone altogether, that is said.
    let gained: BTreeSet<(&str, &str)> =
        differences.gained.iter().map(|rebuild| (rebuild.base.as_str(), rebuild.image.as_str())).collect();
    let there = new.images();
    let went = followed.iter().filter(|((base, image), _)| {
        let edge = (base.clone(), image.clone());
        !new.followers.contains_key(&edge) && !gained.contains(&(base, image)) && there.contains(image.as_str())
    });
    say(went.collect(), ["is no longer rebuilt", "are no longer rebuilt"]);
}

/// How quickly the rebuilds of a base go out.
pub(super) fn paces(old: &Intent, new: &Intent, out: &mut Vec<Sentence>) {
    let is_base = |base: &&String| new.rebuilds.keys().any(|(of, _)| of == *base);
    let bases: BTreeSet<&String> = old.paces.keys().chain(new.paces.keys()).filter(is_base).collect();
    let changes = bases.into_iter().map(|base| ((old.paces.get(base), new.paces.get(base)), base.as_str()));
    for ((before, now), bases) in grouped(changes.filter(|((before, now), _)| before != now)) {
        let bases = list(&bases);
        let text = match (before, now) {
            (None, Some(now)) => format!("the rebuilds for {bases} now go out {now}"),
            (Some(before), Some(now)) => format!("the rebuilds for {bases} go out {now}, in place of {before}"),
            (before, _) => {
                let before = before.map(|before| format!(", in place of {before}")).unwrap_or_default();
                format!("the rebuilds for {bases} now go out all at once{before}")
            }
        };
        out.push(Sentence::of_images(SentenceKind::Pace, text, &[]));
    }
}

pub(super) fn policies(new: &Intent, differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    let of_image = grouped(new.rebuilds.values().map(|rebuild| (rebuild.image.as_str(), rebuild.base.as_str())));
    let changed = differences.kept.iter().filter(|(before, now)| before.policy != now.policy);
    let by_image = grouped(changed.map(|(before, now)| ((&before.policy, &now.policy, now.image.as_str()), *now)));
    // Images of which all bases changed alike are named without them.
    let groups = grouped(by_image.into_iter().map(|((before, now, image), rebuilds)| {
        let bases: Vec<&str> = rebuilds.iter().map(|rebuild| rebuild.base.as_str()).collect();
        let all = of_image.get(image).is_some_and(|all| all.len() == bases.len());
        ((before, now, if all { None } else { Some(bases) }), rebuilds)
    }));
    for ((before, now, bases), rebuilds) in groups {
        let rebuilds = rebuilds.concat();
        let names = images(&rebuilds);
        let bases = bases.map(|bases| format!(" for {}", list(&bases))).unwrap_or_default();
        let (who, is) = (list(&names), is(&names));
        let text = match (before.delay(), now.delay()) {
            (_, _) if !now.is_automatic() => format!(
                "{who} {is} no longer rebuilt automatically{bases}: somebody has to promote the {}",
                stages(&rebuilds)
            ),
            (_, _) if !before.is_automatic() => {
                format!("{who} {is} now rebuilt automatically{bases}, {}", now.words().when)
            }
            (Some(_), Some(_)) => {
                format!("the delay of {who}{bases} goes from {} to {}", before.words().delay, now.words().delay)
            }
            (_, _) => format!("{who} {is} now rebuilt{bases} {}, no longer {}", now.words().when, before.words().when),
        };
        out.push(Sentence::of_rebuilds(SentenceKind::Policy, text, &rebuilds));
    }
}

/// Whether images are built on what their bases are when that begins.
pub(super) fn at_first(differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    let automatic = |(before, now): &&(&Rebuild, &Rebuild)| before.policy.is_automatic() && now.policy.is_automatic();
    let changed = differences.kept.iter().filter(automatic).filter(|(before, now)| before.at_first != now.at_first);
    for (at_first, rebuilds) in grouped(changed.map(|(_, now)| (now.at_first, *now))) {
        let starts = if at_first { "now starts" } else { "no longer starts" };
        let who = list(&images(&rebuilds));
        let text = format!("the digest that a base has at first {starts} a rebuild of {who}");
        out.push(Sentence::of_rebuilds(SentenceKind::Policy, text, &rebuilds));
    }
}

/// Whether bases that move together start one rebuild.
pub(super) fn together(differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    let changed = differences.kept.iter().filter(|(before, now)| before.together != now.together);
    for ((before, now), rebuilds) in grouped(changed.map(|(before, now)| ((before.together, now.together), *now))) {
        let names = images(&rebuilds);
        let (who, is) = (list(&names), is(&names));
        let its = if names.len() == 1 { "its" } else { "their" };
        let text = match (before, now) {
            (_, None) => {
                format!("{who} {is} now rebuilt once for each of {its} bases, not once for those that move together")
            }
            (None, Some(wait)) if wait.is_zero() => {
                format!("{who} {is} now rebuilt by the {}, for all of {its} bases", stages(&rebuilds))
            }
            (None, Some(wait)) => format!(
                "{who} {is} now rebuilt once for those of {its} bases that move within {}, not once for each",
                wait.in_words()
            ),
            (Some(_), Some(wait)) if wait.is_zero() => {
                format!("a rebuild of {who} no longer waits for other bases to move too")
            }
            (Some(_), Some(wait)) => {
                format!("a rebuild of {who} waits {} for other bases to move too", wait.in_words())
            }
        };
        out.push(Sentence::of_rebuilds(SentenceKind::Policy, text, &rebuilds));
    }
}

/// Whether Promotions wait for the runs that they start.
pub(super) fn waits(differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    let changed = differences.kept.iter().filter(|(before, now)| before.waits != now.waits);
    for ((before, now), rebuilds) in grouped(changed.map(|(before, now)| ((before.waits, now.waits), *now))) {
        let who = list(&images(&rebuilds));
        let text = match (before, now) {
            (_, None) => format!("Promotions no longer wait for the runs of {who}"),
            (None, Some(now)) => {
                format!("Promotions now wait for the runs of {who}, {} at most, and fail with them", now.in_words())
            }
            (Some(before), Some(now)) => {
                format!("Promotions wait {} in place of {} for the runs of {who}", now.in_words(), before.in_words())
            }
        };
        out.push(Sentence::of_rebuilds(SentenceKind::Policy, text, &rebuilds));
    }
}

pub(super) fn workflows(differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    let mut changes = Vec::new();
    for (before, now) in &differences.kept {
        let mut what = Vec::new();
        for (verb, old, new) in [
            ("run the workflow", &before.target.workflow, &now.target.workflow),
            ("run in the repository", &before.target.repo, &now.target.repo),
            ("run on the branch", &before.target.branch, &now.target.branch),
            ("are asked of", &before.target.api, &now.target.api),
        ] {
            if old != new {
                what.push(format!("{verb} {new} in place of {old}"));
            }
        }
        for (name, value) in &now.inputs {
            match before.inputs.get(name) {
                Some(old) if old == value => {}
                Some(old) => what.push(format!("send {name} {} in place of {}", quoted(value), quoted(old))),
                None => what.push(format!("also send {name} {}", quoted(value))),
            }
        }
        for name in before.inputs.keys().filter(|name| !now.inputs.contains_key(*name)) {
            what.push(format!("no longer send {name}"));
        }
        changes.extend(what.into_iter().map(|what| (what, *now)));
    }
    // What differs in the same rebuilds is one sentence.
    let alike = grouped(grouped(changes).into_iter().map(|(what, rebuilds)| {
        let edges: Vec<(&str, &str)> = rebuilds.iter().map(|r| (r.base.as_str(), r.image.as_str())).collect();
        (edges, (what, rebuilds))
    }));
    for whats in alike.into_values() {
        let (whats, mut rebuilds): (Vec<String>, Vec<Vec<&Rebuild>>) = whats.into_iter().unzip();
        let rebuilds = rebuilds.pop().unwrap_or_default();
        let text = format!("the rebuilds of {} {}", list(&images(&rebuilds)), list(&whats));
        out.push(Sentence::of_rebuilds(SentenceKind::Workflow, text, &rebuilds));
    }
}

/// "acme/web", "2 repositories".
fn repositories(rebuilds: &[&Rebuild]) -> String {
    let repositories: BTreeSet<&str> = rebuilds.iter().map(|rebuild| rebuild.target.repo.as_str()).collect();
    match repositories.first() {
        Some(one) if repositories.len() == 1 => (*one).to_owned(),
        _ => counted(repositories.len(), "repository"),
    }
}

/// "Stage rebuild-trigger-node-22", "Stages a and b".
fn stages(rebuilds: &[&Rebuild]) -> String {
    let stages: BTreeSet<&str> = rebuilds.iter().map(|rebuild| rebuild.stage.as_str()).collect();
    let stages: Vec<&str> = stages.into_iter().collect();
    format!("{} {}", plural(stages.len(), "Stage"), list(&stages))
}

fn quoted(value: &str) -> String {
    const LONGEST: usize = 60;
    let cut: String = value.chars().take(LONGEST).collect();
    format!("{cut:?}{}", if cut.len() < value.len() { "..." } else { "" })
}

fn pronoun(names: &[&str]) -> &'static str {
    if names.len() == 1 { "it" } else { "them" }
}
