//! The graph of images, with where each use of a base is written.

use super::Session;
use crate::graph::{Graph, Use};
use crate::lock;
use crate::model::{Base, Dependent, Model};
use crate::reference::Reference;
use crate::source::Span;
use std::collections::HashMap;

impl Session {
    /// The graph of a model that this session made.
    pub(crate) fn graph(&self, model: &Model) -> Graph {
        let uses = self.uses(model);
        Graph::of(model, &self.sources, &|base, dependent| uses.of(base, dependent))
    }

    fn uses<'s>(&'s self, model: &'s Model) -> Uses<'s> {
        let mut rows: HashMap<(usize, Span), Vec<&lock::Base>> = HashMap::new();
        for (index, image) in model.images.iter().enumerate().filter(|(_, image)| !image.lists_bases) {
            for row in self.lock.lock.images.get(&*image.name).into_iter().flat_map(|entry| &entry.bases) {
                rows.entry((index, row.image.span)).or_default().push(row);
            }
        }
        Uses { session: self, model, rows }
    }
}

/// Where uses of bases are written.
struct Uses<'s> {
    session: &'s Session,
    model: &'s Model,
    /// Rows of the lock, by image and place.
    rows: HashMap<(usize, Span), Vec<&'s lock::Base>>,
}

impl Uses<'_> {
    /// How an image uses a base, and where.
    fn of(&self, base: &Base, dependent: &Dependent) -> Vec<Use> {
        let image = &self.model.images[dependent.image];
        let sources = &self.session.sources;
        let mut uses = Vec::new();
        for span in &dependent.spans {
            let Some(rows) = self.rows.get(&(dependent.image, *span)) else {
                if image.lists_bases {
                    let (file, line) = (sources.file(span.file).name().to_owned(), sources.line_col(*span).line);
                    uses.push(Use { kind: Use::LISTED, file, line: Some(line) });
                }
                continue;
            };
            // One place may name several bases, as a variable with several values does.
            let is_of = |row: &&&lock::Base| {
                rows.len() == 1 || Reference::parse(&row.image.value).is_ok_and(|it| it.by_tag() == base.reference)
            };
            let dockerfile =
                image.dockerfile.as_ref().map_or_else(|| image.source.dockerfile(), |known| known.path.clone());
            uses.extend(
                rows.iter()
                    .filter(is_of)
                    .map(|row| Use::of(row.kind, dockerfile.to_string(), row.line.map(|line| line as usize))),
            );
        }
        uses.sort_by_key(|it| it.line);
        uses.dedup();
        uses
    }
}
