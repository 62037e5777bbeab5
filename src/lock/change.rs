//! Which images and edges came and went between two locks.

use super::{Base, Entry, Lock};
use crate::words::append;

/// What became of an image's entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The image's name.
    pub image: String,
    /// How.
    pub what: What,
}

/// How an entry changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It is new, with these edges.
    Came(Vec<String>),
    /// It is gone, with these edges.
    Went(Vec<String>),
    /// It was read again and says something else.
    Changed {
        /// Edges that are new.
        came: Vec<String>,
        /// Edges that are gone.
        went: Vec<String>,
    },
}

/// The changes from one lock to another, by the names of the images.
pub fn between(before: &Lock, after: &Lock) -> Vec<Change> {
    let mut changes = Vec::new();
    for (image, entry) in &before.images {
        let what = match after.images.get(image) {
            None => What::Went(edges(entry)),
            Some(now) if now == entry => continue,
            Some(now) => {
                let (then, now) = (edges(entry), edges(now));
                What::Changed { came: missing(&now, &then), went: missing(&then, &now) }
            }
        };
        changes.push(Change { image: image.clone(), what });
    }
    for (image, entry) in &after.images {
        if !before.images.contains_key(image) {
            changes.push(Change { image: image.clone(), what: What::Came(edges(entry)) });
        }
    }
    changes.sort_by(|a, b| a.image.cmp(&b.image));
    changes
}

fn edges(entry: &Entry) -> Vec<String> {
    entry.bases.iter().map(|Base { kind, image, .. }| format!("{kind} {}", image.value)).collect()
}

/// Those of `all` that are not among `found`.
fn missing(all: &[String], found: &[String]) -> Vec<String> {
    all.iter().filter(|edge| !found.contains(edge)).cloned().collect()
}

/// The changes for people: a line for each image, and below it a line for each edge. What is hidden in a lock that somebody
/// wrote is made visible.
pub fn render(changes: &[Change]) -> String {
    let mut text = String::new();
    for Change { image, what } in changes {
        let none = Vec::new();
        let (mark, came, went) = match what {
            What::Came(edges) => ('+', edges, &none),
            What::Went(edges) => ('-', &none, edges),
            What::Changed { came, went } => ('~', came, went),
        };
        append!(text, "{mark} {image}\n");
        for edge in went {
            append!(text, "    - {edge}\n");
        }
        for edge in came {
            append!(text, "    + {edge}\n");
        }
        if mark == '~' && came.is_empty() && went.is_empty() {
            text.push_str("    the same bases, from another Dockerfile or other lines of it\n");
        }
    }
    crate::source::visible(&text)
}

#[cfg(test)]
mod tests {
    use super::super::Placed;
    use super::*;
    use crate::reference::EdgeKind;
    use crate::source::Span;

    fn placed<T>(value: T) -> Placed<T> {
        Placed::new(value, Span::from_parts([0, 0, 0]))
    }

    fn entry(bases: &[&str], lines: &[&str]) -> Entry {
        let base = |image: &&str| Base {
            image: placed((*image).to_owned()),
            written: None,
            kind: EdgeKind::Final,
            line: None,
        };
        Entry {
            bases: bases.iter().map(base).collect(),
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            ..Entry::default()
        }
    }

    fn lock(images: &[(&str, Entry)]) -> Lock {
        let images = images.iter().map(|(name, entry)| ((*name).to_owned(), placed(entry.clone())));
        Lock { images: images.collect(), ..Lock::default() }
    }

    #[test]
    fn images_and_edges_that_came_and_went_are_named() {
        let before = lock(&[
            ("a", entry(&["x/1"], &[])),
            ("b", entry(&["x/1", "x/2"], &[])),
            ("c", entry(&["x/1"], &["FROM x/1"])),
            ("same", entry(&["x/1"], &[])),
        ]);
        let after = lock(&[
            ("b", entry(&["x/2", "x/3"], &[])),
            ("c", entry(&["x/1"], &["from x/1"])),
            ("d", entry(&["x/1"], &[])),
            ("same", entry(&["x/1"], &[])),
        ]);
        assert_eq!(
            render(&between(&before, &after)),
            "- a\n    - final x/1\n\
             ~ b\n    - final x/1\n    + final x/3\n\
             ~ c\n    the same bases, from another Dockerfile or other lines of it\n\
             + d\n    + final x/1\n"
        );
    }
}
