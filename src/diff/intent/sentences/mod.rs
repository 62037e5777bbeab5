//! What two intents differ in, in sentences: grouped, so that a change of three hundred images reads like one of three.

mod cost;
mod delivery;
mod fields;
mod rebuilds;
mod watching;

use super::compare::{Differences, apart};
use super::{Intent, Rebuild, Rounds};
use crate::diff::change::Change;
use crate::emit::Identity;
use crate::words::{list, plural, thousands};
use serde::{Serialize, Serializer};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// What a sentence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SentenceKind {
    /// The Project has another name, or images are in another.
    Project,
    /// Images have other names.
    Renamed,
    /// Images that were not there before.
    ImagesAdded,
    /// Images that are not there any more.
    ImagesRemoved,
    /// Images are rebuilt for another tag of a base: `rebuilds` are the new ones.
    Moved,
    /// A base rebuilds more.
    Gained,
    /// A base rebuilds less.
    Lost,
    /// Bases trigger images no longer that chains of images end at.
    Cascade,
    /// Rebuilds of a base go out with pauses between them, or otherwise than before.
    Pace,
    /// What skips delays and windows.
    Urgent,
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
    /// What is published is looked for elsewhere.
    Repository,
    /// Requests carry the token of another Secret.
    Credentials,
    /// Requests are tried for longer, or for less.
    Retry,
    /// The steps are those of another Kargo.
    Kargo,
    /// Others hear how Promotions end, or of something else.
    Notifications,
    /// Other controllers of Kargo look after objects, or Argo CD applies them otherwise.
    Delivery,
    /// Dispatches are tried in rounds and written down, or no longer.
    Rounds,
    /// The Namespace has other labels or annotations.
    Namespace,
    /// Other fields of objects that stay.
    Fields,
    /// A new digest starts more or fewer workflow runs.
    Runs,
    /// Registries get more or fewer requests, or as many.
    Requests,
    /// What is rebuilt because this is applied.
    Applying,
}

impl SentenceKind {
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
            Self::Cascade => "cascade",
            Self::Pace => "pace",
            Self::Urgent => "urgent",
            Self::Policy => "policy",
            Self::Workflow => "workflow",
            Self::Watched => "bases-added",
            Self::Unwatched => "bases-removed",
            Self::Rewatched => "watching",
            Self::Checks => "analysis",
            Self::Repository => "repository",
            Self::Credentials => "credentials",
            Self::Retry => "retry",
            Self::Kargo => "kargo-version",
            Self::Notifications => "notifications",
            Self::Delivery => "delivery",
            Self::Rounds => "rounds",
            Self::Namespace => "namespace",
            Self::Fields => "fields",
            Self::Runs => "runs",
            Self::Requests => "requests",
            Self::Applying => "applying",
        }
    }
}

impl Serialize for SentenceKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// A sentence without its full stop.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sentence {
    /// What it is about.
    pub kind: SentenceKind,
    /// The words; of many names the first few.
    pub text: String,
    /// The rebuilds that it is about, all of them.
    pub rebuilds: Vec<RebuildName>,
    /// The images that it is about, all of them.
    pub images: Vec<String>,
}

/// Which rebuild: that of an image for a base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RebuildName {
    /// The base, as people write it.
    pub base: String,
    /// Name of the image.
    pub image: String,
}

impl Sentence {
    fn of_rebuilds(kind: SentenceKind, text: String, rebuilds: &[&Rebuild]) -> Self {
        let name = |rebuild: &&Rebuild| RebuildName { base: rebuild.base.clone(), image: rebuild.image.clone() };
        Self { kind, text, rebuilds: rebuilds.iter().map(name).collect(), images: owned(&images(rebuilds)) }
    }

    fn of_images(kind: SentenceKind, text: String, images: &[&str]) -> Self {
        Self { kind, text, rebuilds: Vec::new(), images: owned(images) }
    }
}

/// All sentences, in the order in which a reviewer wants them: who is rebuilt, when, how, and what it costs.
/// `changed` are the objects that are there before and afterwards, with what differs.
pub fn sentences<'a>(
    old: &Intent,
    new: &Intent,
    differences: &Differences<'_>,
    changed: impl IntoIterator<Item = (&'a Identity, &'a [Change])>,
) -> Vec<Sentence> {
    let mut out = Vec::new();
    project(old, new, &mut out);
    let (moved, renamed): (Vec<_>, Vec<_>) =
        differences.renamed.iter().partition(|(before, now)| apart(before).1 == apart(now).1);
    relocated(&moved, &mut out);
    for (before, now) in renamed {
        out.push(Sentence::of_images(
            SentenceKind::Renamed,
            format!("the image {before} is now called {now}"),
            &[*now],
        ));
    }
    came_and_went(old, new, differences, &mut out);
    rebuilds::moved(differences, &mut out);
    rebuilds::gained(old, differences, &mut out);
    rebuilds::lost(new, differences, &mut out);
    rebuilds::followers(old, new, differences, &mut out);
    urgent(old, new, &mut out);
    rebuilds::paces(old, new, &mut out);
    rebuilds::policies(new, differences, &mut out);
    rebuilds::at_first(differences, &mut out);
    rebuilds::together(differences, &mut out);
    rebuilds::waits(differences, &mut out);
    rebuilds::workflows(differences, &mut out);
    delivery::told(old, new, &mut out);
    watching::bases(differences, &mut out);
    watching::checks(old, new, differences, &mut out);
    kargo(old, new, &mut out);
    delivery::shards(old, new, &mut out);
    delivery::waves(old, new, &mut out);
    rounds(old, new, &mut out);
    let said = !out.is_empty();
    fields::fields(changed, said, &mut out);
    cost::runs(old, new, &mut out);
    cost::requests(old, new, &mut out);
    cost::applying(differences, &mut out);
    out
}

fn project(old: &Intent, new: &Intent, out: &mut Vec<Sentence>) {
    if old.projects == new.projects || old.projects.is_empty() || new.projects.is_empty() {
        return;
    }
    let mut say = |text| out.push(Sentence::of_images(SentenceKind::Project, text, &[]));
    if old.projects.is_disjoint(&new.projects) {
        let names = |intent: &Intent| list(&intent.projects.iter().collect::<Vec<_>>());
        say(format!(
            "the Kargo Project is {} in place of {}: everything is made anew in another Namespace, so make the Secret with the token \
             there first",
            names(new),
            names(old)
        ));
        return;
    }
    let between = |a: &Intent, b: &Intent| {
        let names: Vec<String> = a.projects.difference(&b.projects).cloned().collect();
        let verb = if names.len() == 1 { "is" } else { "are" };
        (!names.is_empty()).then(|| format!("the Kargo {} {} {verb}", plural(names.len(), "Project"), list(&names)))
    };
    if let Some(came) = between(new, old) {
        say(format!("{came} new: make the Secret with the token in the Namespace first"));
    }
    if let Some(gone) = between(old, new) {
        say(format!("{gone} gone"));
    }
}

/// Images that are in another Project.
fn relocated(moved: &[&(&str, &str)], out: &mut Vec<Sentence>) {
    let projects = |(before, now): &&(&'_ str, &'_ str)| (apart(before).0.to_owned(), apart(now).0.to_owned());
    for ((before, now), images) in grouped(moved.iter().map(|image| (projects(image), image.1))) {
        let names: Vec<&str> = images.iter().map(|image| apart(image).1).collect();
        let (is, its) = (is(&names), if names.len() == 1 { "its Warehouse is" } else { "their Warehouses are" });
        let text = format!(
            "{} {is} now in the Kargo Project {now} in place of {before}: {its} made anew there, and so is what rebuilds for {}",
            list(&names),
            if names.len() == 1 { "it" } else { "them" }
        );
        out.push(Sentence::of_images(SentenceKind::Project, text, &images));
    }
}

/// The versions of Kargo that the steps are written for.
fn kargo(old: &Intent, new: &Intent, out: &mut Vec<Sentence>) {
    if let (Some(before), Some(now)) = (old.kargo, new.kargo)
        && before != now
    {
        let (before, now) = (before.word(), now.word());
        let text = format!("the steps are written for Kargo {now} and newer, in place of {before} and newer");
        out.push(Sentence::of_images(SentenceKind::Kargo, text, &[]));
    }
}

/// What skips delays and windows.
fn urgent(old: &Intent, new: &Intent, out: &mut Vec<Sentence>) {
    let text = match (&old.urgent, &new.urgent) {
        (old, new) if old == new => return,
        (_, Some(label)) => format!(
            "a Promotion by hand, and one of Freight with {label} in its metadata, now waits for no fixed delay and no window"
        ),
        (_, None) => "a Promotion by hand waits for its fixed delay and its window again".to_owned(),
    };
    out.push(Sentence::of_images(SentenceKind::Urgent, text, &[]));
}

/// What another version of this tool has made of the steps: GitHub is sent the same.
fn rounds(old: &Intent, new: &Intent, out: &mut Vec<Sentence>) {
    let (Some(before), Some(now)) = (old.rounds, new.rounds) else { return };
    let text = match now.cmp(&before) {
        Ordering::Equal => return,
        Ordering::Greater if before == Rounds::InTurn => {
            "all dispatches of a Stage are tried once before any is waited for, and what was taken is written down, so that a \
             Promotion that is repeated sends only what is missing"
        }
        Ordering::Greater => {
            "one failed request of Kargo to its own API ends no dispatch any more, and dispatches of a Stage that are put off wait \
             together"
        }
        Ordering::Less if now == Rounds::InTurn => {
            "the dispatches of a Stage wait for each other, and what was taken is no longer written down, so that a Promotion that \
             is repeated sends all again"
        }
        Ordering::Less => {
            "one failed request of Kargo to its own API can end dispatches again, and dispatches of a Stage that are put off wait one \
             after the other"
        }
    };
    out.push(Sentence::of_images(SentenceKind::Rounds, text.to_owned(), &[]));
}

fn came_and_went(old: &Intent, new: &Intent, differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    let place = |intent: &Intent, image: &str| intent.watched.get(image).map(|watched| watched.repo_url.clone());
    for (kind, intent, images, words) in [
        (SentenceKind::ImagesAdded, new, &differences.images_added, ["image is", "images are", "new"]),
        (SentenceKind::ImagesRemoved, old, &differences.images_removed, ["image is", "images are", "gone"]),
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

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn is(names: &[&str]) -> &'static str {
    if names.len() == 1 { "is" } else { "are" }
}
