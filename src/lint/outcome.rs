//! What becomes of a dispatch for an image: which builds of the run publish it, or why none does.

use super::target::Target;
use crate::reference::is_one_repository;
use crate::workflow::build::{Build, Tool, may_be_name, name_and_tag};
use crate::workflow::value::{HOLE, Text, Unknown};

/// What becomes of a dispatch.
pub(super) enum Outcome<'a> {
    /// These publish it, or may.
    Published(Vec<&'a Build>),
    /// These are its builds, and none of them both runs and is pushed.
    Held(Vec<&'a Build>),
    /// These are pushed, all of them to other repositories.
    Elsewhere(Vec<&'a Build>),
    /// Nobody can tell before the run.
    Unknown,
}

impl<'a> Outcome<'a> {
    /// What becomes of a rebuild of this image.
    pub(super) fn of(target: &Target<'a>) -> Self {
        let (run, url) = (target.run, &target.image.repo_url);
        if target.workflow.dispatch.is_none() {
            return Self::Unknown;
        }
        let (pushed, held): (Vec<&Build>, Vec<&Build>) =
            run.builds.iter().partition(|build| !build.publishes().is_no());
        let (own, others): (Vec<&Build>, Vec<&Build>) = pushed
            .into_iter()
            .partition(|build| build.destinations.is_empty() || build.destinations.iter().any(|to| may_be(to, url)));
        if !own.is_empty() {
            return Self::Published(own);
        }
        // What is called for nothing is no gap.
        let is_called = |gap: &Unknown| {
            !held.iter().any(|build| matches!(build.tool, Tool::Elsewhere { .. }) && Some(build.span) == gap.place())
        };
        if run.gaps.iter().any(is_called) || !run.unread.is_empty() {
            return Self::Unknown;
        }
        let named: Vec<&Build> =
            held.iter().copied().filter(|build| build.tags.iter().any(|tag| may_be(tag, url))).collect();
        if !named.is_empty() {
            Self::Held(named)
        } else if !others.is_empty() {
            Self::Elsewhere(others)
        } else if !held.is_empty() {
            Self::Held(held)
        } else {
            Self::Unknown
        }
    }
}

/// The repository and the tag of a reference, as far as they are told apart: of one with a digest, and of one whose tag may be in
/// a hole, the tag is none.
pub(super) fn parts(reference: &Text) -> (Text, Option<Text>) {
    let (name, tag) = name_and_tag(reference);
    let may_hold_it = name.marked().rsplit('/').next().is_some_and(|last| last.contains(HOLE));
    let tag = match tag {
        _ if reference.marked().contains('@') => None,
        None if may_hold_it => None,
        tag => Some(tag.unwrap_or_else(|| Text::from("latest"))),
    };
    (name, tag)
}

/// Whether a reference may be one of a repository, as `ghcr.io/acme/web`.
pub(super) fn may_be(reference: &Text, url: &str) -> bool {
    let (name, _) = parts(reference);
    name.known().map_or_else(|| may_be_name(&name, url), |name| is_one_repository(name, url))
}

/// Whether all of a reference's name is known, and that of a repository.
pub(super) fn is_of(reference: &Text, url: &str) -> bool {
    parts(reference).0.known().is_some_and(|name| is_one_repository(name, url))
}
