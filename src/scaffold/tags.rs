//! Which tags of an image are watched: those that its rebuild pushes, and none that another image of its repository has.

use crate::edit::entry::{Line, Value};
use crate::grammar::kargo::Regex;
use crate::model::tags::is_exact_version;
use crate::reference::Tag;
use crate::workflow::value::{HOLE, Text, Why};

/// How an image's tags are watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Watched {
    /// The highest version, which is what images.yaml means without `tags`.
    Versions,
    /// One tag.
    One(String),
    /// The newest of those that an expression allows.
    Newest(String),
}

impl Watched {
    /// `tags` of the entry.
    pub(super) fn line(&self) -> Option<Line> {
        let text = |key, text: &str| Line::text(key, text);
        let lines = match self {
            Self::Versions => return None,
            Self::One(tag) => vec![text("strategy", "Digest"), text("constraint", tag)],
            Self::Newest(allow) => {
                vec![text("strategy", "NewestBuild"), Line::new("allow", Value::List(vec![allow.clone()]))]
            }
        };
        Some(Line::new("tags", Value::Lines(lines)))
    }
}

/// Tags by which people know what is current.
const CURRENT: [&str; 6] = ["latest", "stable", "main", "master", "edge", "nightly"];

/// Of an image that has a repository for itself.
pub(super) fn alone(tags: &[Text]) -> Watched {
    let known = known(tags);
    let is_version = |tag: &&String| is_exact_version(tag) && !tag.contains('-');
    // What is computed may be a version, unless it is that of the commit or the run.
    let may_be_version = tags.iter().filter(|tag| tag.known().is_none()).any(|tag| !is_of_run(tag));
    if may_be_version || known.iter().any(|tag| is_version(&tag)) {
        return Watched::Versions;
    }
    let current = CURRENT.iter().find(|word| known.iter().any(|tag| tag == *word)).map(|&word| word.to_owned());
    match current.or_else(|| known.iter().find(|tag| !is_exact_version(tag)).or(known.first()).cloned()) {
        Some(tag) => Watched::One(tag),
        None => tags.first().and_then(|tag| pattern(tag, &[])).map_or(Watched::Versions, Watched::Newest),
    }
}

/// Of each image of those that share a repository: what no other of them has; `None` if there is nothing of the kind. `hints` are words
/// of each that tell it from the others.
pub(super) fn apart(all: &[(&[Text], Vec<String>)]) -> Vec<Option<Watched>> {
    let others =
        |index: usize| all.iter().enumerate().filter(move |(other, _)| *other != index).map(|(_, (tags, _))| tags);
    let of = |(index, (tags, hints)): (usize, &(&[Text], Vec<String>))| {
        let is_own = |tag: &String| !others(index).flat_map(|tags| tags.iter()).any(|other| other.fits(tag).is_some());
        let rank = |(number, tag): &(usize, String)| {
            let hinted = hints.iter().any(|hint| !hint.is_empty() && tag.contains(hint.as_str()));
            (CURRENT.contains(&tag.as_str()), is_exact_version(tag), !hinted, *number)
        };
        let own = known(tags).into_iter().filter(is_own).enumerate();
        if let Some((_, tag)) = own.min_by_key(rank) {
            return Some(Watched::One(tag));
        }
        let theirs: Vec<&Text> = others(index).flat_map(|tags| tags.iter()).collect();
        tags.iter().find_map(|tag| pattern(tag, &theirs)).map(Watched::Newest)
    };
    all.iter().enumerate().map(of).collect()
}

/// The tags that are known whole and are such.
fn known(tags: &[Text]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for tag in tags.iter().filter_map(Text::known).filter(|tag| tag.parse::<Tag>().is_ok()) {
        if !found.iter().any(|known| known == tag) {
            found.push(tag.to_owned());
        }
    }
    found
}

/// Whether what is not known of a tag is the commit, the number or the time of the run.
fn is_of_run(tag: &Text) -> bool {
    tag.holes().all(|hole| match hole.root() {
        Why::Context(name) => ["github.sha", "github.run", "github.event"].iter().any(|start| name.starts_with(start)),
        Why::Command(command) => ["git rev-parse", "date"].iter().any(|start| command.trim().starts_with(start)),
        _ => false,
    })
}

/// An expression for a tag of which the beginning or the end is known, and which none of the others has.
fn pattern(tag: &Text, others: &[&Text]) -> Option<String> {
    if tag.known().is_some() {
        return None;
    }
    let (prefix, suffix) = (tag.prefix(), tag.suffix());
    let differs = |part: &str, has: &dyn Fn(&Text) -> bool| part.len() > 1 && !others.iter().any(|other| has(other));
    let starts = |other: &Text| {
        let start = other.prefix();
        start.starts_with(prefix) || (other.marked().contains(HOLE) && prefix.starts_with(start))
    };
    let ends = |other: &Text| {
        let end = other.suffix();
        end.ends_with(suffix) || (other.marked().contains(HOLE) && suffix.ends_with(end))
    };
    let text = if differs(prefix, &starts) {
        format!("^{}", escaped(prefix))
    } else if differs(suffix, &ends) {
        format!("{}$", escaped(suffix))
    } else {
        return None;
    };
    text.parse::<Regex>().is_ok().then_some(text)
}

/// A text as an expression that matches it; tags have no other characters that mean something.
fn escaped(text: &str) -> String {
    text.replace('.', "\\.")
}
