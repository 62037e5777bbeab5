//! images.lock.yaml: what each managed image was found to be built on, as values with their places.
//!
//! | file | what is in it |
//! |---|---|
//! | this one | the values, from the Dockerfile or from the lock to the model |
//! | `read` | text to values, with what is wrong in it |
//! | `write` | values to text |
//! | [`change`] | which images and edges came and went |

pub mod change;
mod read;
mod write;

pub use read::read;
pub use write::{GENERATED, is_ours};

use crate::diagnostic::Diagnostic;
use crate::reference::EdgeKind;
use crate::source::{At, Span};
use std::collections::BTreeMap;
use std::ops::Deref;

/// A value and where it stands: in the lock if it was read from there, else where it was found. Values are the same wherever
/// they stand.
#[derive(Clone, Copy, Debug)]
pub struct Placed<T> {
    /// What is written, or was found.
    pub value: T,
    /// In the lock, or where it was found.
    pub span: Span,
}

impl<T> Placed<T> {
    /// Puts a value and its place together.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

impl<T: Clone> Placed<T> {
    /// The same, for what looks at places too.
    pub(crate) fn as_at(&self) -> At<T> {
        At::new(self.value.clone(), self.span)
    }
}

impl<T> From<At<T>> for Placed<T> {
    fn from(At { value, span }: At<T>) -> Self {
        Self { value, span }
    }
}

impl<T> Deref for Placed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: PartialEq> PartialEq for Placed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Placed<T> {}

/// What images.lock.yaml says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// By the image's name.
    pub images: BTreeMap<String, Placed<Entry>>,
    /// The names of entries that are none; that has been reported.
    pub unreadable: Vec<Placed<String>>,
}

/// What an image is built on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The Dockerfile that was read. An entry that somebody wrote may lack it.
    pub dockerfile: Option<Placed<Dockerfile>>,
    /// A row for each image and kind, in the order of the Dockerfile.
    pub bases: Vec<Base>,
    /// The lines that decide the bases; none when they cannot be compared.
    pub lines: Vec<String>,
    /// What rows lack that are left out, for whoever uses the entry to report.
    pub problems: Vec<Diagnostic>,
    /// Whether rows are left out.
    pub is_part: bool,
}

/// Which Dockerfile, and how it was read. In a lock that somebody wrote any of it may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dockerfile {
    /// `owner/name`.
    pub repo: Option<String>,
    /// The branch that it was read from.
    pub branch: Option<String>,
    /// Path in the repository.
    pub path: Option<Placed<String>>,
    /// The stage that is shipped, if images.yaml says.
    pub target: Option<String>,
    /// Values of ARGs, by their names: of each one, or all with which the Dockerfile is built.
    pub build_args: BTreeMap<String, Vec<String>>,
    /// Named contexts, by their names.
    pub contexts: BTreeMap<String, String>,
    /// The platform, if images.yaml says.
    pub platform: Option<String>,
}

/// An image and how it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// The reference, normalised unless somebody else wrote it.
    pub image: Placed<String>,
    /// The reference as the Dockerfile has it, where that differs.
    pub written: Option<String>,
    /// How it is used.
    pub kind: EdgeKind,
    /// The line of the first such use, from 1.
    pub line: Option<u32>,
}

impl Lock {
    /// Whether all that was written is here; if not, that has been reported, or is a problem of an entry.
    pub fn is_whole(&self) -> bool {
        self.unreadable.is_empty() && !self.images.values().any(|entry| entry.is_part)
    }
}
