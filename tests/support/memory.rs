//! A repository in memory, for workflows to be worked out on.

use image_factory::source::{FileId, SourceFile, Sources, Span};
use image_factory::workflow::repository::Files;
use std::cell::RefCell;

/// Texts by their paths.
pub(crate) struct Memory {
    paths: Vec<String>,
    texts: Vec<String>,
    read: RefCell<(Sources, Vec<Option<FileId>>)>,
}

impl Memory {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let mut files: Vec<_> = files.to_vec();
        files.sort_unstable();
        let paths = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        let texts = files.iter().map(|(_, text)| (*text).to_owned()).collect();
        let read = RefCell::new((Sources::new(), vec![None; files.len()]));
        Self { paths, texts, read }
    }

    /// Whether a place lies in a text.
    #[allow(dead_code, reason = "only properties ask")]
    pub(crate) fn has(&self, span: Span) -> bool {
        let read = self.read.borrow();
        read.0.file(span.file).text().get(span.start as usize..span.end as usize).is_some()
    }

    /// The text at a place.
    #[allow(dead_code, reason = "not all that read files ask")]
    pub(crate) fn covered(&self, span: Span) -> String {
        self.read.borrow().0.text(span).to_owned()
    }
}

impl Files for Memory {
    fn open(&self, path: &str, read: &mut dyn FnMut(FileId, &SourceFile)) -> bool {
        let Some(index) = self.paths.iter().position(|known| known == path) else { return false };
        let mut inner = self.read.borrow_mut();
        let (sources, ids) = &mut *inner;
        let id = *ids[index].get_or_insert_with(|| sources.add(SourceFile::new(path, &*self.texts[index])));
        read(id, sources.file(id));
        true
    }

    fn paths(&self) -> &[String] {
        &self.paths
    }
}
