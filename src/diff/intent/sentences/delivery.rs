//! Who applies objects and who looks after them.

use super::{Sentence, SentenceKind, grouped};
use crate::diff::intent::Intent;
use crate::factory::intent::kind;
use crate::words::{counted, first_of, list};
use std::collections::BTreeSet;

/// Names that a sentence lists.
const SHOWN: usize = 4;

/// Of what stays, what another controller of Kargo looks after.
pub(super) fn shards(old: &Intent, new: &Intent, out: &mut Vec<Sentence>) {
    let is_there = |intent: &Intent, (kind, name): &(&str, String)| match *kind {
        kind::STAGE => intent.stages.contains(name),
        _ => intent.watched.contains_key(name),
    };
    let objects: BTreeSet<_> = old.shards.keys().chain(new.shards.keys()).collect();
    let moved = objects.into_iter().filter_map(|object| {
        let (before, now) = (old.shards.get(object), new.shards.get(object));
        let stays = is_there(old, object) && is_there(new, object);
        (stays && before != now).then_some(((before, now), &object.1))
    });
    let controller = |shard: Option<&String>| match shard {
        Some(shard) => format!("Kargo's controller of the shard {shard}"),
        None => "Kargo's controller without a shard".to_owned(),
    };
    for ((before, now), mut names) in grouped(moved) {
        let objects = counted(names.len(), "object");
        let verb = if names.len() == 1 { "is" } else { "are" };
        // A Warehouse of an image and its Stage may have one name.
        names.dedup();
        let text = format!(
            "{objects} {verb} looked after by {} in place of {}: {}",
            controller(now),
            controller(before),
            first_of(&names, SHOWN)
        );
        out.push(Sentence::of_images(SentenceKind::Delivery, text, &[]));
    }
}

/// Whether Argo CD applies in waves. Nothing of it is Kargo's.
pub(super) fn waves(old: &Intent, new: &Intent, out: &mut Vec<Sentence>) {
    if old.waves == new.waves || old.stages.is_empty() && old.projects.is_empty() {
        return;
    }
    let text = if new.waves {
        "Argo CD applies in waves: the Namespace, the Project, what its Stages need, Warehouses, Stages"
    } else {
        "Argo CD applies everything in one wave again"
    };
    out.push(Sentence::of_images(SentenceKind::Delivery, text.to_owned(), &[]));
}

/// Who hears how Promotions end, where something is promoted before and now.
pub(super) fn told(old: &Intent, new: &Intent, out: &mut Vec<Sentence>) {
    let all: BTreeSet<&String> = old.told.keys().chain(new.told.keys()).collect();
    for who in all {
        let [before, now] = [old, new].map(|intent| intent.told.get(who));
        let of = |events: &BTreeSet<&str>| list(&events.iter().copied().collect::<Vec<_>>());
        let text = match (before, now) {
            (None, Some(now)) => format!("{who}: from now on told of {}", of(now)),
            (Some(before), None) => format!("{who}: no longer told of {}", of(before)),
            (Some(before), Some(now)) if before != now => {
                format!("{who}: told of {} in place of {}", of(now), of(before))
            }
            _ => continue,
        };
        out.push(Sentence::of_images(SentenceKind::Notifications, text, &[]));
    }
}
