//! The files of a repository, as workflows are worked out on them.

use crate::source::{FileId, SourceFile, Sources};
use crate::workflow::repository::Files;
use std::cell::RefCell;
use std::collections::HashMap;

/// Files that are read when somebody asks for them, each once.
pub(super) struct RepositoryFiles<'a> {
    /// Reads a file and adds it to the sources.
    add: &'a dyn Fn(&str) -> Option<FileId>,
    sources: &'a RefCell<Sources>,
    paths: &'a [String],
    known: RefCell<HashMap<String, Option<FileId>>>,
}

impl<'a> RepositoryFiles<'a> {
    /// `paths` are all files, sorted, as far as they are known.
    pub(super) fn new(
        add: &'a dyn Fn(&str) -> Option<FileId>,
        sources: &'a RefCell<Sources>,
        paths: &'a [String],
    ) -> Self {
        Self { add, sources, paths, known: RefCell::default() }
    }
}

impl Files for RepositoryFiles<'_> {
    fn open(&self, path: &str, read: &mut dyn FnMut(FileId, &SourceFile)) -> bool {
        let known = self.known.borrow().get(path).copied();
        let id = known.unwrap_or_else(|| {
            let id = (self.add)(path);
            self.known.borrow_mut().insert(path.to_owned(), id);
            id
        });
        let Some(id) = id else { return false };
        read(id, self.sources.borrow().file(id));
        true
    }

    fn paths(&self) -> &[String] {
        self.paths
    }
}
