//! Named contexts: what stands in the place of a stage or an image.

use super::graph::{NodeBase, SCRATCH, reference};
use super::instruction::Word;
use super::report::Problems;
use crate::reference::{ContextSource, Reference};
use std::collections::{BTreeMap, HashMap};

/// What is built with `--build-context`, by the names that `BuildKit` looks for.
pub(super) struct NamedContexts(HashMap<String, String>);

impl NamedContexts {
    pub(super) fn of(given: &BTreeMap<String, String>) -> Self {
        // buildx makes one name of `node`, `node:latest` and `docker.io/library/node`.
        let name = |name: &String| Reference::parse(name).map_or_else(|_| name.clone(), |name| name.context_name());
        Self(given.iter().map(|(key, source)| (name(key), source.clone())).collect())
    }

    /// The context that stands in the place of a stage; `BuildKit` asks for none of two names.
    pub(super) fn of_stage(&self, name: &str, word: &Word, report: &mut Problems) -> Option<NodeBase> {
        let is_own = [SCRATCH, "context"].iter().any(|own| name.eq_ignore_ascii_case(own));
        if is_own { None } else { self.of_image(name, word, report) }
    }

    /// The context that stands in the place of an image.
    pub(super) fn of_image(&self, name: &str, word: &Word, report: &mut Problems) -> Option<NodeBase> {
        if self.0.is_empty() {
            return None;
        }
        let source = self.0.get(&Reference::parse(name).ok()?.context_name())?;
        Some(match ContextSource::image(source) {
            Some(SCRATCH) => NodeBase::Scratch,
            Some(image) => match reference(word, image, report) {
                Some(reference) => NodeBase::Image(image.to_owned(), reference),
                None => NodeBase::Refused,
            },
            None => NodeBase::Files,
        })
    }
}
