//! Who is built on a base and is not rebuilt for it, and why.

use super::Plan;
use crate::dockerfile::{self, Request};
use crate::model::{Idle, IdleFor, ManagedImage, Reference, texts};
use crate::source::{SourceFile, Sources};
use serde::Serialize;
use std::collections::HashSet;

/// An image that is built on a base and is not rebuilt for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Not {
    /// The image.
    pub image: String,
    /// The base, as people write it.
    pub base: String,
    /// Why, for programs.
    pub reason: Reason,
    /// Why, for people.
    pub says: String,
}

/// Why an image is not rebuilt for a base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// Somebody has to promote its Stage.
    Manual,
    /// A chain of images rebuilds it, and the base itself does not (`cascade: reduce`).
    Reduced,
    /// It names a digest and no tag.
    Digest,
    /// `triggers` leaves that use out.
    Triggers,
    /// `ignoreBases` leaves it out.
    Ignored,
    /// It names a version that is published once.
    Version,
    /// Nothing tells whether a release of the image that publishes the base moves that tag.
    Unsure,
    /// No stage that is needed for the image names it.
    Unreachable,
}

impl Plan<'_> {
    /// Those who have a Stage that waits for somebody, or for a base that moves by a tag of which nothing is known, or none since a
    /// chain repeats it. `moves` are bases that move, `rebuilt` images that are rebuilt.
    pub(super) fn held(&self, moves: impl Fn(usize) -> bool, rebuilt: impl Fn(usize) -> bool) -> Vec<Not> {
        let repositories: HashSet<_> = self.repositories(&rebuilt);
        let mut found = Vec::new();
        for (number, base) in self.model.bases.iter().enumerate() {
            let familiar = base.reference.familiar();
            let not = |image: usize, reason, says| Not {
                image: self.name(image).to_owned(),
                base: familiar.clone(),
                reason,
                says,
            };
            if !moves(number) {
                if self.publishers[number].is_none() && repositories.contains(&base.reference.name()) {
                    let why = format!("its `tags` do not tell whether a release moves {familiar}");
                    found.extend(self.of_base[number].iter().map(|edge| not(edge.image, Reason::Unsure, why.clone())));
                }
                continue;
            }
            for edge in self.of_base[number].iter().filter(|edge| !self.is_automatic(edge)) {
                let why = format!("somebody has to promote {}", self.rebuilds[edge.rebuild].stage);
                found.push(not(edge.image, Reason::Manual, why));
            }
            for follower in &base.followers {
                let through: Vec<&str> = follower.through.iter().map(|image| self.name(*image)).collect();
                let why = format!("`cascade: reduce` leaves that to the chain {}", through.join(" -> "));
                found.push(not(follower.image, Reason::Reduced, why));
            }
        }
        found
    }

    /// Those who have no Stage for one of these references, or for a repository of an image that is rebuilt.
    pub(super) fn without_stage(&self, moved: &HashSet<Reference>, rebuilt: impl Fn(usize) -> bool) -> Vec<Not> {
        let (names, repositories): (HashSet<_>, _) =
            (moved.iter().map(Reference::name).collect(), self.repositories(&rebuilt));
        let is_meant = |idle: &&Idle| {
            let name = idle.base.name();
            let is_one = match idle.why {
                IdleFor::Digest => names.contains(&name),
                _ => moved.contains(&idle.base.by_tag()),
            };
            is_one || repositories.contains(&name)
        };
        self.model.idle.iter().filter(is_meant).map(not).collect()
    }

    /// All bases for which an image has no Stage.
    pub(super) fn idle_of(&self, image: usize) -> Vec<Not> {
        self.model.idle.iter().filter(|idle| *idle.image == *self.name(image)).map(not).collect()
    }

    /// Those who name one of these references where it is not needed.
    pub(super) fn unreachable(&self, moved: &HashSet<Reference>) -> Vec<Not> {
        let not = |image: &ManagedImage, base: &Reference| Not {
            image: image.name.to_string(),
            base: base.familiar(),
            reason: Reason::Unreachable,
            says: "its Dockerfile names it in a stage that is not needed".to_owned(),
        };
        let mut found = Vec::new();
        for (number, image) in self.model.images.iter().enumerate() {
            let is_used = |base: &Reference| self.of_image[number].iter().any(|edge| self.base(edge.base) == base);
            let unused = moved.iter().filter(|base| !is_used(base));
            found.extend(unused.filter(|base| is_unreachable_of(image, base)).map(|base| not(image, base)));
        }
        found
    }

    /// Images of which it is not known what they are built on.
    pub(super) fn unknown(&self) -> Vec<String> {
        let stateless = |(number, image): &(usize, &ManagedImage)| {
            let is_read = image.dockerfile.as_ref().is_some_and(|file| file.bases.is_some());
            !image.lists_bases && !is_read && self.of_image[*number].is_empty()
        };
        let images = self.model.images.iter().enumerate().filter(stateless);
        images.map(|(_, image)| image.name.to_string()).collect()
    }

    fn repositories(&self, rebuilt: impl Fn(usize) -> bool) -> HashSet<String> {
        let images = self.model.images.iter().enumerate().filter(|(number, _)| rebuilt(*number));
        images.map(|(_, image)| image.repo_url.to_string()).collect()
    }
}

fn not(idle: &Idle) -> Not {
    let (reason, says) = match idle.why {
        IdleFor::Triggers(kind) => (Reason::Triggers, format!("`triggers` leaves `{kind}` out")),
        IdleFor::IgnoreBases => (Reason::Ignored, "`ignoreBases` leaves it out".to_owned()),
        IdleFor::Digest => (Reason::Digest, "it names a digest, which never moves, and no tag".to_owned()),
        IdleFor::FixedVersion => (Reason::Version, "that version is published once, and never moves".to_owned()),
    };
    Not { image: idle.image.to_string(), base: idle.base.familiar(), reason, says }
}

/// Whether the Dockerfile of an image names a base, by its tag, only where that is not needed, as far as the lines of the lock tell.
pub fn is_unreachable_of(image: &ManagedImage, base: &Reference) -> bool {
    let Some(file) = &image.dockerfile else { return false };
    let word = base.repository().rsplit('/').next().unwrap_or_default();
    if !file.lines.iter().any(|line| line.contains(word)) {
        return false;
    }
    let mut sources = Sources::new();
    let id = sources.add(SourceFile::new("Dockerfile", file.lines.join("\n")));
    let source = &image.source;
    let (ways, contexts, platform) = (source.ways(), texts(&source.contexts), source.platform());
    let target = source.target.as_deref();
    let request = |build_args| Request { target, build_args, contexts: &contexts, platform: &platform };
    let read = dockerfile::read_each(sources.file(id), id, ways.iter().map(request));
    let Some((facts, _)) = read else { return false };
    let is_it = |edge: &dockerfile::Edge| edge.reference.as_ref().is_ok_and(|reference| reference.by_tag() == *base);
    facts.unreachable.iter().any(is_it) && !facts.edges.iter().any(is_it)
}
