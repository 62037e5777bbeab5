//! The repositories that workflows are read from.

use crate::source::{FileId, SourceFile};

/// The files of one repository: a checkout, a revision, texts in memory.
pub trait Files {
    /// Hands over the text of a file by its path from the root, as in `.github/workflows/ship.yml`, with what places in it refer to
    /// it by. `false` if there is no such text. A file has the same id each time.
    fn open(&self, path: &str, read: &mut dyn FnMut(FileId, &SourceFile)) -> bool;

    /// The paths of all files from the root, sorted.
    fn paths(&self) -> &[String];
}

/// A repository.
#[derive(Clone, Copy)]
pub struct Repository<'a> {
    /// `owner/name`, if that is known.
    pub name: Option<&'a str>,
    /// Its default branch, if that is known.
    pub default_branch: Option<&'a str>,
    /// Its files.
    pub files: &'a dyn Files,
}

/// The repository that workflows run in, and others of which there are checkouts.
#[derive(Clone, Copy)]
pub struct Repositories<'a> {
    /// The repository that the workflow is in.
    pub own: Repository<'a>,
    /// Others, whose reusable workflows and actions are followed.
    pub others: &'a [Repository<'a>],
}

impl<'a> Repositories<'a> {
    /// One repository alone.
    pub fn of(own: Repository<'a>) -> Self {
        Self { own, others: &[] }
    }

    /// The repository of a name, if its files are here.
    pub fn named(&self, name: &str) -> Option<Repository<'a>> {
        let is = |repository: &&Repository<'a>| repository.name.is_some_and(|own| own.eq_ignore_ascii_case(name));
        std::iter::once(&self.own).chain(self.others).find(is).copied()
    }
}
