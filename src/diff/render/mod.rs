//! Reports as text, one format a file; pure.
//!
//! No format writes a control character, a terminal escape or a mark of direction that stands in a manifest as it is.

mod human;
mod json;
mod markdown;
mod mermaid;
mod shown;

pub use human::{View, human};
pub use json::json;
pub use markdown::markdown;

use super::intent::{Sentence, SentenceKind, is_description, is_echo, is_name, is_told_above};
use super::{Change, Renamed, Report, Warning};
use crate::emit::Identity;
use crate::words::{counted, list, plural};
use std::collections::BTreeMap;

/// Sentences of one kind that people are shown; the rest is counted.
const SENTENCES: usize = 12;

/// Commands of one warning that people are shown; nobody pastes more.
const COMMANDS: usize = 20;

/// The commands of a warning for people: the first few, and a comment that counts the rest.
fn commands(warning: &Warning, full: bool) -> Vec<String> {
    let most = if full { usize::MAX } else { COMMANDS };
    let mut lines: Vec<String> = warning.commands.iter().take(most).map(|line| shown::one_line(line)).collect();
    if warning.commands.len() > most {
        lines.push(format!("# and {} more (--full)", warning.commands.len() - most));
    }
    lines
}

/// The changes of an object for people, and how many more follow from them, from a sentence or from what the object is called.
fn leading<'a>(identity: &Identity, changes: &'a [Change], full: bool) -> (Vec<&'a Change>, usize) {
    if full {
        return (changes.iter().collect(), 0);
    }
    let (echoes, leads): (Vec<&Change>, Vec<&Change>) = changes.iter().partition(|change| is_echo(identity, change));
    if !leads.is_empty() || echoes.iter().any(|change| is_told_above(identity, change)) {
        let is_renamed = leads.is_empty() && echoes.iter().any(|change| is_name(change));
        let follow = echoes.iter().filter(|change| !is_renamed && !is_name(change));
        return (leads, follow.count());
    }
    // What an object says of itself says the most of what is left.
    let (said, others): (Vec<&Change>, Vec<&Change>) = echoes.into_iter().partition(|change| is_description(change));
    if said.is_empty() { (others, 0) } else { (said, others.len()) }
}

/// The objects that are in another Namespace and otherwise as they were, and those that have another name or more that differs.
/// Another Namespace alone is one thing, however many objects are in it.
fn moved(renamed: &[Renamed], full: bool) -> (Vec<&Renamed>, Vec<&Renamed>) {
    renamed.iter().partition(|renamed| {
        !full && renamed.from.name == renamed.to.name && leading(&renamed.to, &renamed.changes, false).0.is_empty()
    })
}

/// "6 objects move to the Namespace b"
fn moving(moved: &[&Renamed]) -> Option<String> {
    let mut namespaces: BTreeMap<&str, usize> = BTreeMap::new();
    for renamed in moved {
        *namespaces.entry(renamed.to.namespace.as_deref().unwrap_or_default()).or_default() += 1;
    }
    let to = |(namespace, count): (&str, usize)| {
        let verb = if count == 1 { "moves" } else { "move" };
        format!("{} {verb} to the Namespace {}", counted(count, "object"), shown::one_line(namespace))
    };
    let texts: Vec<String> = namespaces.into_iter().map(to).collect();
    (!texts.is_empty()).then(|| list(&texts))
}

/// `Stage rebuild-trigger-node-22`; of several Projects `Stage payments/rebuild-trigger-node-22`.
fn named(identity: &Identity, qualified: bool) -> String {
    shown::one_line(&match &identity.namespace {
        Some(namespace) if qualified => format!("{} {namespace}/{}", identity.kind, identity.name),
        _ => identity.to_string(),
    })
}

/// "is now called b", "is now in the Namespace b"
fn renaming(Renamed { from, to, .. }: &Renamed) -> (&'static str, String) {
    if from.name == to.name {
        ("is now in the Namespace", shown::one_line(to.namespace.as_deref().unwrap_or_default()))
    } else {
        ("is now called", shown::one_line(&to.name))
    }
}

/// "and 2 more fields that follow from this"
fn more_that_follow(echoes: usize) -> Option<String> {
    let follow = if echoes == 1 { "follows" } else { "follow" };
    (echoes > 0).then(|| format!("and {} that {follow} from this", counted(echoes, "more field")))
}

/// What was not compared: "7 objects of the Project b were not compared".
fn not_compared(report: &Report) -> Vec<String> {
    let line = |count: usize, of: &str| {
        format!("{} {of} {} not compared", counted(count, "object"), if count == 1 { "was" } else { "were" })
    };
    let projects: Vec<String> = report.of_others.keys().map(|project| shown::one_line(project)).collect();
    let others = report.of_others.values().sum();
    let of = format!("of the {} {}", plural(projects.len(), "Project"), list(&projects));
    [(report.left_out, "that image-factory did not make"), (others, &of)]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, of)| line(count, of))
        .collect()
}

/// The sentences for people: of each kind the first few that are about the most, and then how many more there are.
fn for_people(sentences: &[Sentence], full: bool) -> Vec<(SentenceKind, String)> {
    let mut out = Vec::new();
    for group in sentences.chunk_by(|a, b| a.kind == b.kind) {
        let mut order: Vec<&Sentence> = group.iter().collect();
        let hidden = if group.len() > SENTENCES && !full {
            order.sort_by_key(|sentence| std::cmp::Reverse(sentence.rebuilds.len().max(sentence.images.len())));
            order.split_off(SENTENCES - 1)
        } else {
            Vec::new()
        };
        out.extend(order.iter().map(|sentence| (sentence.kind, sentence.text.clone())));
        if let Some(first) = hidden.first() {
            let rebuilds: usize = hidden.iter().map(|sentence| sentence.rebuilds.len()).sum();
            let about = if rebuilds > 0 { format!(", about {rebuilds} rebuilds") } else { String::new() };
            let what = first.kind.word().replace('-', " ");
            out.push((first.kind, format!("{} more changes like these ({what}){about}", hidden.len())));
        }
    }
    out
}
