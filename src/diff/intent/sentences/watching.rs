//! What is watched, and which Dockerfiles are looked at.

use super::{Sentence, SentenceKind, grouped, is};
use crate::diff::intent::compare::Differences;
use crate::diff::intent::{DockerfileCheck, How, Intent};
use crate::model::Duration;
use crate::words::{counted, list, plural};
use std::collections::BTreeMap;

pub(super) fn bases(differences: &Differences<'_>, out: &mut Vec<Sentence>) {
    let watched = grouped(differences.watched.iter().map(|watched| (watched.interval, watched.reference.as_str())));
    for (interval, names) in watched {
        let text = format!(
            "{} {} watched, {}: {}",
            counted(names.len(), "new base image"),
            is(&names),
            every(interval),
            list(&names)
        );
        out.push(Sentence::of_images(SentenceKind::Watched, text, &[]));
    }
    let gone: Vec<&str> = differences.unwatched.iter().map(|watched| watched.reference.as_str()).collect();
    if !gone.is_empty() {
        let text = format!("{} {} no longer watched: {}", counted(gone.len(), "base image"), is(&gone), list(&gone));
        out.push(Sentence::of_images(SentenceKind::Unwatched, text, &[]));
    }
    for (name, before, now) in &differences.republished {
        let text = format!("{name} is looked for at {} in place of {}", now.repo_url, before.repo_url);
        out.push(Sentence::of_images(SentenceKind::Repository, text, &[*name]));
    }
    let intervals = differences.rewatched.iter().filter(|(before, now)| before.interval != now.interval);
    let groups = grouped(intervals.map(|(before, now)| ((before.interval, now.interval), now.reference.as_str())));
    for ((before, now), names) in groups {
        let text = format!("{} {} looked at {} in place of {}", list(&names), is(&names), every(now), every(before));
        out.push(Sentence::of_images(SentenceKind::Rewatched, text, &[]));
    }
    let what = differences.rewatched.iter().filter(|(before, now)| before.what != now.what);
    for ((before, now), names) in grouped(what.map(|(a, b)| ((a.what.as_str(), b.what.as_str()), b.repo_url.as_str())))
    {
        let text = format!("of {}, Kargo watches {now} in place of {before}", list(&names));
        out.push(Sentence::of_images(SentenceKind::Rewatched, text, &[]));
    }
}

pub(super) fn checks(old: &Intent, new: &Intent, differences: &Differences<'_>, out: &mut Vec<Sentence>) {
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
    let there = new.images();
    for image in old.checks.keys() {
        let now = name_now.get(image.as_str()).copied().unwrap_or(image);
        // Of an image that is gone this goes without saying.
        if !new.checks.contains_key(now) && there.contains(now) {
            changes.push(("no longer looked at".to_owned(), now));
        }
    }
    for (what, names) in grouped(changes) {
        let (word, is) = (plural(names.len(), "Dockerfile"), is(&names));
        out.push(Sentence::of_images(
            SentenceKind::Checks,
            format!("the {word} of {} {is} {what}", list(&names)),
            &names,
        ));
    }
}

fn by(check: &DockerfileCheck) -> &'static str {
    match check.how {
        How::Request => "by Kargo",
        How::Job => "by a Job in the cluster",
        How::Workflow => "by a workflow",
    }
}

fn every(interval: Duration) -> String {
    let words = interval.in_words();
    words.strip_prefix("1 ").map_or_else(|| format!("every {words}"), |unit| format!("every {unit}"))
}
