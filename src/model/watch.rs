//! What Kargo asks registries for, and how often.

use super::{Base, Interval, Model};
use crate::reference::RepoUrl;
use crate::source::Span;

/// A repository that a Warehouse looks at.
#[derive(Clone, Debug)]
pub struct Watch<'a> {
    /// Registry and path.
    pub repo_url: RepoUrl,
    /// How often.
    pub interval: Interval,
    /// The image that is watched, or one that is built on the base that is.
    pub place: Span,
    /// The base, if it is one.
    pub base: Option<&'a Base>,
}

impl Watch<'_> {
    /// The registry, as `docker.io`.
    pub fn registry(&self) -> &str {
        self.repo_url.registry()
    }

    /// At least how many requests that is in a day: one for each look (Kargo v1.11.2 `pkg/image/repository_client.go`).
    pub fn per_day(&self) -> u64 {
        self.interval.looks_a_day()
    }
}

impl Model {
    /// All that is watched, once in each Project that watches it.
    pub fn watches(&self) -> impl Iterator<Item = Watch<'_>> {
        let bases = self.bases.iter().flat_map(move |base| {
            let in_each = self.projects_of(base).into_iter();
            in_each.filter_map(move |(project, first)| {
                let interval = base.watched_by.own_in(project)?;
                let place = first.place(&self.images);
                Some(Watch { repo_url: base.reference.repo_url(), interval, place, base: Some(base) })
            })
        });
        let images = self.images.iter().map(|image| (&image.repo_url, image.interval, image.span));
        let externals = self.externals.iter().map(|image| (&image.repo_url, image.interval, image.span));
        let images = images.chain(externals).map(|(repo_url, interval, place)| Watch {
            repo_url: repo_url.clone(),
            interval,
            place,
            base: None,
        });
        bases.chain(images)
    }
}
