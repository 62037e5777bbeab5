//! What two intents differ in, as values.

use super::{Intent, Rebuild, Watched};
use crate::model::Policy;
use std::collections::{BTreeMap, BTreeSet};

/// What differs between what two sets mean. Images that were renamed count as one image.
#[derive(Debug, Default)]
pub struct Differences<'a> {
    /// Images with another name, or in another Project: before and now.
    pub renamed: Vec<(&'a str, &'a str)>,
    /// Images of the new side alone, those under another name left out.
    pub images_added: Vec<&'a str>,
    /// Images of the old side alone, those under another name left out.
    pub images_removed: Vec<&'a str>,
    /// Rebuilds that came, without those in `moved`.
    pub gained: Vec<&'a Rebuild>,
    /// Rebuilds that went, without those in `moved`.
    pub lost: Vec<&'a Rebuild>,
    /// Rebuilds for another tag of the same repository: before and now.
    pub moved: Vec<(&'a Rebuild, &'a Rebuild)>,
    /// Rebuilds of which anything else differs: before and now.
    pub kept: Vec<(&'a Rebuild, &'a Rebuild)>,
    /// Bases that are newly watched, by reference.
    pub watched: Vec<&'a Watched>,
    /// Bases that are no longer watched.
    pub unwatched: Vec<&'a Watched>,
    /// Warehouses that watch otherwise: before and now.
    pub rewatched: Vec<(&'a Watched, &'a Watched)>,
    /// Images of one name that are published elsewhere: the name, before and now.
    pub republished: Vec<(&'a str, &'a Watched, &'a Watched)>,
    /// What is rebuilt once because the new set is applied.
    pub fired: Vec<Fired<'a>>,
}

/// A rebuild that applying the new set causes.
#[derive(Clone, Copy, Debug)]
pub struct Fired<'a> {
    /// As it is in the new set.
    pub rebuild: &'a Rebuild,
    /// What of the change makes new Freight.
    pub why: Why,
}

/// Why applying a set rebuilds an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// What the Warehouse finds is new Freight: its name or what it watches is new.
    Freight,
    /// The Stage is new, and has never been promoted.
    Stage,
    /// The Stage was manual: it takes what nobody has promoted.
    Automatic,
    /// The Stage waited for longer: it takes what still waits.
    Sooner,
}

impl<'a> Differences<'a> {
    /// Finds what of two intents differs.
    pub fn between(old: &'a Intent, new: &'a Intent) -> Self {
        let mut differences = Self::default();
        let (before, now) = (old.images(), new.images());
        differences.renamed = renamed(old, new, &before, &now);
        let name_now: BTreeMap<&str, &str> = differences.renamed.iter().copied().collect();
        let names_before: BTreeSet<&str> = differences.renamed.iter().map(|(_, now)| *now).collect();
        differences.images_added = now
            .iter()
            .copied()
            .filter(|name| !old.watched.contains_key(*name) && !before.contains(name) && !names_before.contains(name))
            .collect();
        differences.images_removed = before
            .iter()
            .copied()
            .filter(|name| !new.watched.contains_key(*name) && !now.contains(name) && !name_now.contains_key(name))
            .collect();
        differences.rebuilds(old, new, &name_now);
        differences.warehouses(old, new);
        differences.fired = fired(old, new);
        differences
    }

    fn rebuilds(&mut self, old: &'a Intent, new: &'a Intent, name_now: &BTreeMap<&str, &'a str>) {
        let name_of = |rebuild: &'a Rebuild| name_now.get(rebuild.image.as_str()).copied().unwrap_or(&rebuild.image);
        let by_edge = |rebuilds: &'a Intent| -> BTreeMap<(&'a str, &'a str), &'a Rebuild> {
            rebuilds
                .rebuilds
                .values()
                .map(|rebuild| ((rebuild.base.as_str(), rebuild.image.as_str()), rebuild))
                .collect()
        };
        let now = by_edge(new);
        let before: BTreeMap<(&str, &str), &Rebuild> =
            old.rebuilds.values().map(|rebuild| ((rebuild.base.as_str(), name_of(rebuild)), rebuild)).collect();
        self.gained = now.iter().filter(|(edge, _)| !before.contains_key(*edge)).map(|(_, rebuild)| *rebuild).collect();
        self.lost = before.iter().filter(|(edge, _)| !now.contains_key(*edge)).map(|(_, rebuild)| *rebuild).collect();
        self.kept = before
            .iter()
            .filter_map(|(edge, before)| Some((*before, *now.get(edge)?)))
            .filter(|(before, now)| differs(before, now))
            .collect();
        // One tag of a repository for another.
        let repository =
            |rebuild: &'a Rebuild| rebuild.base.rsplit_once(':').map_or(rebuild.base.as_str(), |(name, _)| name);
        let mut lost: BTreeMap<(&str, &str), Vec<&Rebuild>> = BTreeMap::new();
        let mut gained: BTreeMap<(&str, &str), Vec<&Rebuild>> = BTreeMap::new();
        for rebuild in &self.lost {
            lost.entry((name_of(rebuild), repository(rebuild))).or_default().push(rebuild);
        }
        for rebuild in &self.gained {
            gained.entry((&rebuild.image, repository(rebuild))).or_default().push(rebuild);
        }
        for (key, lost) in lost {
            if let ([before], Some([now])) = (&lost[..], gained.get(&key).map(Vec::as_slice)) {
                self.moved.push((before, now));
            }
        }
        let moved: BTreeSet<*const Rebuild> = self
            .moved
            .iter()
            .flat_map(|(before, now)| [std::ptr::from_ref(*before), std::ptr::from_ref(*now)])
            .collect();
        self.lost.retain(|rebuild| !moved.contains(&std::ptr::from_ref(*rebuild)));
        self.gained.retain(|rebuild| !moved.contains(&std::ptr::from_ref(*rebuild)));
    }

    fn warehouses(&mut self, old: &'a Intent, new: &'a Intent) {
        let bases = |intent: &'a Intent| -> BTreeMap<&'a str, &'a Watched> {
            let bases = intent.watched.values().filter(|watched| watched.is_base);
            bases.map(|watched| (watched.reference.as_str(), watched)).collect()
        };
        // A base that some other Warehouse watched before, as one that only watched, is not new.
        let references = |intent: &'a Intent| -> BTreeSet<&'a str> {
            intent.watched.values().map(|w| w.reference.as_str()).collect()
        };
        let (before, now) = (references(old), references(new));
        self.watched = bases(new).into_iter().filter(|(name, _)| !before.contains(name)).map(|(_, w)| w).collect();
        self.unwatched = bases(old).into_iter().filter(|(name, _)| !now.contains(name)).map(|(_, w)| w).collect();
        let kept = new.watched.iter().filter_map(|(name, now)| Some((name.as_str(), old.watched.get(name)?, now)));
        let moved = kept.filter(|(_, then, now)| then.repo_url != now.repo_url && !then.is_base && !now.is_base);
        self.republished = moved.collect();
        let same = |watched: &&'a Watched| {
            let found = old.watched.values().find(|other| other.reference == watched.reference);
            found.filter(|other| other.interval != watched.interval || other.what != watched.what)
        };
        // By reference where many are alike would be quadratic: names decide first.
        self.rewatched = new
            .watched
            .iter()
            .filter_map(|(name, watched)| match old.watched.get(name) {
                Some(other) if other.repo_url == watched.repo_url => {
                    (other.interval != watched.interval || other.what != watched.what).then_some((other, watched))
                }
                None if before.contains(watched.reference.as_str()) => same(&watched).map(|other| (other, watched)),
                _ => None,
            })
            .collect();
    }
}

fn differs(before: &Rebuild, now: &Rebuild) -> bool {
    before.policy != now.policy
        || before.at_first != now.at_first
        || before.together != now.together
        || before.target != now.target
        || before.inputs != now.inputs
        || before.waits != now.waits
}

/// The namespace and the name of what is named with both.
pub(super) fn apart(name: &str) -> (&str, &str) {
    name.rsplit_once('/').unwrap_or(("", name))
}

/// Images whose Project is another: of one name there is one.
fn relocated<'a>(before: &BTreeSet<&'a str>, now: &BTreeSet<&'a str>) -> Vec<(&'a str, &'a str)> {
    let of = |names: &BTreeSet<&'a str>, others: &BTreeSet<&'a str>| {
        let mut by_name: BTreeMap<&'a str, Vec<&'a str>> = BTreeMap::new();
        for name in names.difference(others).filter(|name| name.contains('/')) {
            by_name.entry(apart(name).1).or_default().push(name);
        }
        by_name
    };
    let came = of(now, before);
    let pairs = of(before, now).into_iter().filter_map(|(name, gone)| match (&gone[..], came.get(name)?.as_slice()) {
        ([before], [now]) => Some((*before, *now)),
        _ => None,
    });
    pairs.collect()
}

/// Images whose name alone is another: the one that went and the one that came are watched alike.
fn renamed<'a>(
    old: &'a Intent,
    new: &'a Intent,
    before: &BTreeSet<&'a str>,
    now: &BTreeSet<&'a str>,
) -> Vec<(&'a str, &'a str)> {
    let mut pairs = relocated(before, now);
    let told: BTreeSet<&str> = pairs.iter().flat_map(|(before, now)| [*before, *now]).collect();
    let by_place = |intent: &'a Intent, names: &BTreeSet<&'a str>, other: &BTreeSet<&'a str>| {
        let mut places: BTreeMap<(&'a str, &'a str), Vec<&'a str>> = BTreeMap::new();
        for (name, watched) in
            intent.watched.iter().filter(|(name, watched)| !watched.is_base && names.contains(name.as_str()))
        {
            if !other.contains(name.as_str()) && !told.contains(name.as_str()) {
                places.entry((&watched.repo_url, &watched.what)).or_default().push(name);
            }
        }
        places
    };
    let (gone, came) = (by_place(old, before, now), by_place(new, now, before));
    pairs.extend(gone.iter().filter_map(|(place, names)| match (&names[..], came.get(place).map(Vec::as_slice)) {
        ([before], Some([now])) => Some((*before, *now)),
        _ => None,
    }));
    pairs
}

/// What applying the new set rebuilds, where that is not only written down. Freight has the name of its Warehouse and what it found in its identity, so that a
/// Warehouse of another name finds new Freight; and a Stage that has not been promoted takes the newest there is (Kargo
/// v1.11.2 `pkg/api/freight.go`, `pkg/controller/stages/regular_stages.go`).
fn fired<'a>(old: &Intent, new: &'a Intent) -> Vec<Fired<'a>> {
    let before: BTreeMap<&str, &Policy> =
        old.rebuilds.values().map(|rebuild| (rebuild.stage.as_str(), &rebuild.policy)).collect();
    // Another Project has no Freight and no Promotions yet.
    let moved = !old.projects.is_empty() && !new.projects.is_empty() && old.projects.is_disjoint(&new.projects);
    let why = |rebuild: &Rebuild| {
        let watched =
            |intent: &'_ Intent| intent.watched.get(&rebuild.warehouse).map(|w| (w.repo_url.clone(), w.what.clone()));
        if moved || watched(old) != watched(new) || watched(new).is_none() {
            rebuild.at_first.then_some(Why::Freight)
        } else if !old.stages.contains(&rebuild.stage) && rebuild.at_first {
            Some(Why::Stage)
        } else {
            // A Promotion that waits after an update keeps the steps that it has.
            let sooner = |then: &&Policy| then.fixed_delay().is_none() && then.wait() > rebuild.policy.wait();
            // Freight that waits is for images, whichever Stage they are in.
            let same = old.rebuilds.get(&(rebuild.base.clone(), rebuild.image.clone())).map(|then| &then.policy);
            match before.get(rebuild.stage.as_str()).copied() {
                Some(then) if !then.is_automatic() => Some(Why::Automatic),
                then => then.or(same).filter(sooner).map(|_| Why::Sooner),
            }
        }
    };
    let automatic = new.rebuilds.values().filter(|rebuild| rebuild.policy.is_automatic());
    automatic.filter_map(|rebuild| Some(Fired { rebuild, why: why(rebuild)? })).collect()
}
