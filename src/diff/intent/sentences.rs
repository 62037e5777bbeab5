//! What two intents differ in, in sentences: grouped, so that a change of three hundred images reads like one of three.

use super::compare::{Differences, Fired, Why};
use super::words::{count, delay, duration, list, thousands, when};
use super::{Check, How, Intent, Rebuild};
use crate::model::{Duration, Policy};
use std::collections::{BTreeMap, BTreeSet};

/// What a sentence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The Project has another name.
    Project,
    /// Images have other names.
    Renamed,
    /// Images came.
    ImagesAdded,
    /// Images went.
    ImagesRemoved,
    /// Images are rebuilt for another tag of a base: `edges` are the new ones.
    Moved,
    /// A base rebuilds more.
    Gained,
    /// A base rebuilds less.
    Lost,
    /// Rebuilds are automatic, manual, or wait otherwise than before.
    Policy,
    /// Rebuilds run another workflow, or send it something else.
    Workflow,
    /// Bases are newly watched.
    Watched,
    /// Bases are no longer watched.
    Unwatched,
    /// Something is watched otherwise than before.
    Rewatched,
    /// Dockerfiles are looked at otherwise than before.
    Checks,
    /// Registries get more or fewer requests.
    Requests,
    /// What is rebuilt because this is applied.
    Applying,
}

impl Kind {
    /// What it is called in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Renamed => "renamed",
            Self::ImagesAdded => "images-added",
            Self::ImagesRemoved => "images-removed",
            Self::Moved => "base-changed",
            Self::Gained => "rebuilds-added",
            Self::Lost => "rebuilds-removed",
            Self::Policy => "policy",
            Self::Workflow => "workflow",
            Self::Watched => "bases-added",
            Self::Unwatched => "bases-removed",
            Self::Rewatched => "watching",
            Self::Checks => "analysis",
            Self::Requests => "requests",
            Self::Applying => "applying",
        }
    }
}

/// A sentence without its full stop.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    /// What it is about.
    pub kind: Kind,
    /// The words; of many names the first few.
    pub text: String,
    /// The rebuilds that it is about, all of them: base and image.
    pub edges: Vec<(String, String)>,
    /// The images that it is about, all of them.
    pub images: Vec<String>,
}

impl Sentence {
    fn of_rebuilds(kind: Kind, text: String, rebuilds: &[&Rebuild]) -> Self {
        let edges = rebuilds.iter().map(|rebuild| (rebuild.base.clone(), rebuild.image.clone())).collect();
        Self { kind, text, edges, images: owned(&images(rebuilds)) }
    }

    fn of_images(kind: Kind, text: String, images: &[&str]) -> Self {
        Self { kind, text, edges: Vec::new(), images: owned(images) }
    }
}

/// All sentences, in the order in which a reviewer wants them: who is rebuilt, when, how, and what it costs.
pub fn sentences(old: &Intent, new: &Intent, differences: &Differences<'_>) -> Vec<Sentence> {
    let mut out = Vec::new();
    project(old, new, &mut out);
    for (before, now) in &differences.renamed {
        out.push(Sentence::of_images(Kind::Renamed, format!("the image {before} is now called {now}"), &[*now]));
    }
    came_and_went(old, new, differences, &mut out);
    moved(differences, &mut out);
    gained(old, differences, &mut out);
    lost(new, differences, &mut out);
    policies(new, differences, &mut out);
    workflows(differences, &mut out);
    bases(differences, &mut out);
    checks(old, new, differences, &mut out);
    requests(old, new, &mut out);
    applying(differences, &mut out);
    out
}

fn project(old: &Intent, new: &Intent, out: &mut Vec<Sentence>) {
    if old.projects != new.projects && !old.projects.is_empty() && !new.projects.is_empty() {
        let names = |intent: &Intent| list(&intent.projects.iter().collect::<Vec<_>>());
        let text = format!("the Kargo Project is {} in place of {}", names(new), names(old));
        out.push(Sentence::of_images(Kind::Project, text, &[]));
    }
}

fn came_and_went(old: &Intent, new: &Intent, differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    let place = |intent: &Intent, image: &str| intent.watched.get(image).map(|watched| watched.repo_url.clone());
    for (kind, intent, images, words) in [
        (Kind::ImagesAdded, new, &differences.images_added, ["image is", "images are", "new"]),
        (Kind::ImagesRemoved, old, &differences.images_removed, ["image is", "images are", "gone"]),
    ] {
        if images.is_empty() {
            continue;
        }
        let names: Vec<String> = images
            .iter()
            .map(|image| place(intent, image).map_or((*image).to_owned(), |place| format!("{image} ({place})")))
            .collect();
        let [one, several, what] = words;
        let verb = if images.len() == 1 { one } else { several };
        let text = format!("{} {verb} {what}: {}", thousands(images.len() as u64), list(&names));
        out.push(Sentence::of_images(kind, text, images));
    }
}

fn moved(differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    let groups = grouped(
        differences.moved.iter().map(|(before, now)| ((before.base.as_str(), now.base.as_str(), now.policy), *now)),
    );
    for ((before, now, policy), rebuilds) in groups {
        let images = images(&rebuilds);
        let text =
            format!("{} {} now rebuilt for {now} in place of {before}, {}", list(&images), is(&images), when(policy));
        out.push(Sentence::of_rebuilds(Kind::Moved, text, &rebuilds));
    }
}

fn gained(old: &Intent, differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    let before: BTreeSet<&str> = old.rebuilds.keys().map(|(base, _)| base.as_str()).collect();
    let groups = grouped(differences.gained.iter().map(|rebuild| ((rebuild.base.as_str(), rebuild.policy), *rebuild)));
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
            when(policy)
        );
        out.push(Sentence::of_rebuilds(Kind::Gained, text, &rebuilds));
    }
}

fn lost(new: &Intent, differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    let still: BTreeSet<&str> =
        new.rebuilds.values().filter(|r| r.policy != Policy::Manual).map(|rebuild| rebuild.image.as_str()).collect();
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
        out.push(Sentence::of_rebuilds(Kind::Lost, text, &rebuilds.concat()));
    }
}

fn policies(new: &Intent, differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    let of_image = grouped(new.rebuilds.values().map(|rebuild| (rebuild.image.as_str(), rebuild.base.as_str())));
    let changed = differences.kept.iter().filter(|(before, now)| before.policy != now.policy);
    let by_image = grouped(changed.map(|(before, now)| ((before.policy, now.policy, now.image.as_str()), *now)));
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
            (_, _) if now == Policy::Manual => format!(
                "{who} {is} no longer rebuilt automatically{bases}: somebody has to promote the {}",
                stages(&rebuilds)
            ),
            (_, _) if before == Policy::Manual => format!("{who} {is} now rebuilt automatically{bases}, {}", when(now)),
            (Some(_), Some(_)) => {
                format!("the delay of {who}{bases} goes from {} to {}", delay(before), delay(now))
            }
            (None, _) => format!("{who} {is} rebuilt{bases} {}, and no longer at once", when(now)),
            (_, None) => format!("{who} {is} rebuilt{bases} at once, and no longer {}", when(before)),
        };
        out.push(Sentence::of_rebuilds(Kind::Policy, text, &rebuilds));
    }
}

fn workflows(differences: &Differences<'_>, out: &mut Vec<Sentence>) {
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
    let groups = grouped(changes);
    for (what, rebuilds) in groups {
        let names = images(&rebuilds);
        out.push(Sentence::of_rebuilds(Kind::Workflow, format!("the rebuilds of {} {what}", list(&names)), &rebuilds));
    }
}

fn bases(differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    let watched = grouped(differences.watched.iter().map(|watched| (watched.interval, watched.reference.as_str())));
    for (interval, names) in watched {
        let text = format!(
            "{} {} watched, {}: {}",
            count(names.len(), "new base image"),
            is(&names),
            every(interval),
            list(&names)
        );
        out.push(Sentence::of_images(Kind::Watched, text, &[]));
    }
    let gone: Vec<&str> = differences.unwatched.iter().map(|watched| watched.reference.as_str()).collect();
    if !gone.is_empty() {
        let text = format!("{} {} no longer watched: {}", count(gone.len(), "base image"), is(&gone), list(&gone));
        out.push(Sentence::of_images(Kind::Unwatched, text, &[]));
    }
    let intervals = differences.rewatched.iter().filter(|(before, now)| before.interval != now.interval);
    let groups = grouped(intervals.map(|(before, now)| ((before.interval, now.interval), now.reference.as_str())));
    for ((before, now), names) in groups {
        let text = format!("{} {} looked at {} in place of {}", list(&names), is(&names), every(now), every(before));
        out.push(Sentence::of_images(Kind::Rewatched, text, &[]));
    }
    let what = differences.rewatched.iter().filter(|(before, now)| before.what != now.what);
    for ((before, now), names) in grouped(what.map(|(a, b)| ((a.what.as_str(), b.what.as_str()), b.repo_url.as_str())))
    {
        let text = format!("of {}, {now} is watched in place of {before}", list(&names));
        out.push(Sentence::of_images(Kind::Rewatched, text, &[]));
    }
}

fn checks(old: &Intent, new: &Intent, differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    let name_before: BTreeMap<&str, &str> = differences.renamed.iter().map(|(before, now)| (*now, *before)).collect();
    let before = |image: &str| old.checks.get(name_before.get(image).copied().unwrap_or(image));
    let mut changes: Vec<(String, &str)> = Vec::new();
    for (image, now) in &new.checks {
        let what = match before(image) {
            Some(before) if before == now => continue,
            None => format!("now looked at {} each time that the image was built", by(now)),
            Some(before) if before.how != now.how => format!("looked at {}, and no longer {}", by(now), by(before)),
            Some(_) if now.expected.is_none() => "only looked for, and no longer compared".to_owned(),
            Some(before) if before.expected.is_none() => "now compared with the lock".to_owned(),
            Some(_) => "compared with what the lock now says of it".to_owned(),
        };
        changes.push((what, image));
    }
    let name_now: BTreeMap<&str, &str> = differences.renamed.iter().copied().collect();
    for image in old.checks.keys() {
        let now = name_now.get(image.as_str()).copied().unwrap_or(image);
        // Of an image that is gone this goes without saying.
        if !new.checks.contains_key(now) && new.images().contains(now) {
            changes.push(("no longer looked at".to_owned(), now));
        }
    }
    for (what, names) in grouped(changes) {
        let (word, is) = if names.len() == 1 { ("Dockerfile", "is") } else { ("Dockerfiles", "are") };
        out.push(Sentence::of_images(Kind::Checks, format!("the {word} of {} {is} {what}", list(&names)), &names));
    }
}

fn by(check: &Check) -> &'static str {
    match check.how {
        How::Request => "by Kargo",
        How::Job => "by a Job in the cluster",
        How::Workflow => "by a workflow",
    }
}

fn requests(old: &Intent, new: &Intent, out: &mut Vec<Sentence>) {
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
    if !changed.is_empty() {
        let text = format!(
            "registry requests per day, at least: {} -> {} ({})",
            thousands(total_before),
            thousands(total),
            list(&changed)
        );
        out.push(Sentence::of_images(Kind::Requests, text, &[]));
    }
}

fn applying(differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    for (certain, whys) in [(true, &[Why::Freight, Why::Stage][..]), (false, &[Why::Automatic][..])] {
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
                format!("{time} {} (for {})", list(&images(rebuilds)), list(&bases))
            })
            .collect();
        let rebuilds: Vec<&Rebuild> = fired.iter().map(|fired| fired.rebuild).collect();
        let runs = count(rebuilds.len(), "workflow run");
        let parts = parts.join("; ");
        let text = if certain {
            let why = match (fired.iter().any(|f| f.why == Why::Freight), fired.iter().any(|f| f.why == Why::Stage)) {
                (true, true) => "what a new Warehouse finds and what a new Stage gets counts as new",
                (true, false) => "what a new Warehouse finds counts as new",
                _ => "a new Stage takes what is there",
            };
            format!("applying this starts {runs} once, since {why}: {parts}")
        } else {
            format!("applying this starts up to {runs}, for what nobody has promoted so far: {parts}")
        };
        out.push(Sentence::of_rebuilds(Kind::Applying, text, &rebuilds));
    }
}

/// When it fires, in the order of time. A base that was watched before may have been quiet for a part of the delay.
fn time(fired: &Fired<'_>) -> (Duration, String) {
    let delay = fired.rebuild.policy.delay().unwrap_or(Duration::ZERO);
    let words = match (delay.is_zero(), fired.why) {
        (true, _) => "at once".to_owned(),
        (false, Why::Freight) => format!("after {}", duration(delay)),
        (false, _) => format!("within {}", duration(delay)),
    };
    (delay, words)
}

fn grouped<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, Vec<V>> {
    let mut groups: BTreeMap<K, Vec<V>> = BTreeMap::new();
    for (key, value) in pairs {
        groups.entry(key).or_default().push(value);
    }
    groups
}

/// The images of rebuilds by name, each once.
fn images<'a>(rebuilds: &[&'a Rebuild]) -> Vec<&'a str> {
    rebuilds.iter().map(|rebuild| rebuild.image.as_str()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// "acme/web", "2 repositories".
fn repositories(rebuilds: &[&Rebuild]) -> String {
    let repositories: BTreeSet<&str> = rebuilds.iter().map(|rebuild| rebuild.target.repo.as_str()).collect();
    match repositories.first() {
        Some(one) if repositories.len() == 1 => (*one).to_owned(),
        _ => count(repositories.len(), "repository"),
    }
}

/// "Stage rebuild-trigger-node-22", "Stages a and b".
fn stages(rebuilds: &[&Rebuild]) -> String {
    let stages: BTreeSet<&str> = rebuilds.iter().map(|rebuild| rebuild.stage.as_str()).collect();
    let stages: Vec<&str> = stages.into_iter().collect();
    format!("{} {}", if stages.len() == 1 { "Stage" } else { "Stages" }, list(&stages))
}

fn every(interval: Duration) -> String {
    let words = duration(interval);
    words.strip_prefix("1 ").map_or_else(|| format!("every {words}"), |unit| format!("every {unit}"))
}

fn quoted(value: &str) -> String {
    const LONGEST: usize = 60;
    let cut: String = value.chars().take(LONGEST).collect();
    format!("{cut:?}{}", if cut.len() < value.len() { "..." } else { "" })
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn is(names: &[&str]) -> &'static str {
    if names.len() == 1 { "is" } else { "are" }
}

fn pronoun(names: &[&str]) -> &'static str {
    if names.len() == 1 { "it" } else { "them" }
}
