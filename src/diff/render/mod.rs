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

use super::intent::{Sentence, SentenceKind, is_description};
use super::{Change, Segment, Warning};
use crate::emit::Identity;
use crate::factory::intent::kind;

/// Sentences of one kind that people are shown; the rest is counted.
const SENTENCES: usize = 12;

/// Commands of one warning that people are shown; nobody pastes more.
const COMMANDS: usize = 20;

/// The commands of a warning for people: the first few, and a comment that counts the rest.
fn commands(warning: &Warning) -> Vec<String> {
    let mut lines: Vec<String> = warning.commands.iter().take(COMMANDS).map(|line| shown::one_line(line)).collect();
    if warning.commands.len() > COMMANDS {
        lines.push(format!("# and {} more; `--format json` has them all", warning.commands.len() - COMMANDS));
    }
    lines
}

/// The changes of an object for people, and how many more follow from them or from a sentence: what it says of itself and of its
/// failures, and which Stages are automatic.
fn leading<'a>(identity: &Identity, changes: &'a [Change], full: bool) -> (Vec<&'a Change>, usize) {
    let is_policies = |change: &Change| change.path.starts_with(&["spec", "promotionPolicies"]);
    let is_echo = |change: &&Change| {
        let ends = change.path.0.last();
        is_description(change)
            || matches!(ends, Some(Segment::Field(name)) if &**name == "errorExpression")
            || identity.kind == kind::PROJECT_CONFIG && is_policies(change)
    };
    let (echoes, leads): (Vec<&Change>, Vec<&Change>) = changes.iter().partition(is_echo);
    if full || echoes.is_empty() || (leads.is_empty() && !echoes.iter().any(|change| is_policies(change))) {
        return (changes.iter().collect(), 0);
    }
    (leads, echoes.len())
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
