//! Where an image names a base.

use super::Session;
use crate::impact::why::Place;
use crate::model::{Model, Reference};

impl Session {
    /// Where an image of the model, by its number, names a base that it is rebuilt for: in its Dockerfile as the lock has it, else
    /// in images.yaml.
    pub(crate) fn place(&self, model: &Model, image: usize, base: &Reference) -> Option<Place> {
        let number = image;
        let image = &model.images[number];
        let entry = self.lock.lock.images.get(&*image.name).filter(|_| !image.lists_bases);
        if let Some(entry) = entry {
            let path = entry.dockerfile.as_ref().and_then(|file| file.path.as_ref()).map(|path| path.value.clone());
            let path = path.unwrap_or_else(|| image.source.dockerfile().to_string());
            return Place::in_dockerfile(&path, entry, base);
        }
        let of = model.bases.iter().find(|of| of.reference == *base)?;
        let span = of.dependents.iter().find(|dependent| dependent.image == number)?.place(&model.images);
        let (file, line) = (self.sources.file(span.file).name().to_owned(), self.sources.line_col(span).line);
        Some(Place { file, line, kind: None })
    }
}
