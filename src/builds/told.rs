//! Parts of builds as they are told: texts, places, answers.

use crate::source::{Sources, Span};
use crate::workflow::build;
use crate::workflow::value::{self, Truth, Unknown};
use serde::Serialize;

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file, as messages name it.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// Why something is so, or is not known, and where that comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// In words, or as workflows name it: `secrets.TOKEN`.
    pub why: String,
    /// Where.
    pub at: Option<Place>,
}

/// Yes, no, or not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// What it is.
    pub is: Is,
    /// Why it is not known, or why not.
    pub because: Option<Reason>,
}

/// An answer without its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Is {
    /// For certain.
    Yes,
    /// For certain not.
    No,
    /// Nobody knows before the run.
    Unknown,
}

/// A text, of which parts may not be known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Text {
    /// With `${{ secrets.X }}` for what is not known.
    pub text: String,
    /// What is not known of it, each once; none if all is.
    pub unknown: Vec<Hole>,
}

/// A part of a text that is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hole {
    /// Why.
    #[serde(flatten)]
    pub reason: Reason,
    /// What it can be; none if that is no finite set.
    pub choices: Vec<String>,
}

/// A text by a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The text.
    pub value: Text,
}

/// Where a file or folder is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Location {
    /// Which kind of place.
    pub kind: LocationKind,
    /// Of another repository its name.
    pub repo: Option<Text>,
    /// The path, or the address.
    pub path: Text,
}

/// Which kind of place something is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LocationKind {
    /// In this repository: the path is from its root, which is `.`.
    Here,
    /// In another repository, that is checked out too.
    Other,
    /// At an address, or on stdin.
    Away,
    /// Not known.
    Unknown,
}

impl Place {
    /// The first character of a span.
    pub(super) fn of(span: Span, sources: &Sources) -> Self {
        let at = sources.line_col(span);
        Self { file: sources.file(span.file).name().to_owned(), line: at.line, column: at.column }
    }
}

impl Reason {
    /// What something that is not known comes from.
    pub(super) fn of(unknown: &Unknown, sources: &Sources) -> Self {
        let at = unknown.place().map(|span| Place::of(span, sources));
        Self { why: unknown.root().to_string(), at }
    }
}

impl Answer {
    /// It is so.
    pub(super) const YES: Self = Self { is: Is::Yes, because: None };

    pub(super) fn no(because: Reason) -> Self {
        Self { is: Is::No, because: Some(because) }
    }

    pub(super) fn unknown(because: Reason) -> Self {
        Self { is: Is::Unknown, because: Some(because) }
    }

    pub(super) fn of(truth: &Truth, sources: &Sources) -> Self {
        match truth {
            Truth::Yes => Self::YES,
            Truth::No => Self { is: Is::No, because: None },
            Truth::Unknown(unknown) => Self::unknown(Reason::of(unknown, sources)),
        }
    }

    /// Whether it is known not to be so.
    pub fn is_no(&self) -> bool {
        self.is == Is::No
    }
}

impl Text {
    pub(super) fn of(text: &value::Text, sources: &Sources) -> Self {
        let mut unknown: Vec<Hole> = Vec::new();
        for hole in text.holes() {
            let choices = hole.choices().iter().map(|choice| choice.text().to_string()).collect();
            let hole = Hole { reason: Reason::of(hole, sources), choices };
            if !unknown.contains(&hole) {
                unknown.push(hole);
            }
        }
        Self { text: text.to_string(), unknown }
    }
}

impl Location {
    pub(super) fn of(location: &build::Location, sources: &Sources) -> Self {
        let (kind, repo, path) = match location {
            build::Location::Here(path) => (LocationKind::Here, None, path),
            build::Location::Other(repo, path) => (LocationKind::Other, Some(Text::of(repo, sources)), path),
            build::Location::Away(path) => (LocationKind::Away, None, path),
            build::Location::Unknown(path) => (LocationKind::Unknown, None, path),
        };
        let is_root = path.is_empty() && matches!(kind, LocationKind::Here | LocationKind::Other);
        let path = if is_root { value::Text::from(".") } else { path.clone() };
        Self { kind, repo, path: Text::of(&path, sources) }
    }
}
