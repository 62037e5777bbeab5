//! Whether a run builds an image from its Dockerfile and pushes it to where it is watched.

use super::refused;
use super::told::{Answer, Place, Reason};
use crate::reference::is_one_repository;
use crate::source::Sources;
use crate::words::list;
use crate::workflow::build::{Build, Location, may_be_name, name_and_tag};
use crate::workflow::evaluate::Evaluation;
use crate::workflow::value::Truth;

/// What a run should build.
#[derive(Clone, Copy, Debug)]
pub struct Image<'a> {
    /// Its name.
    pub name: &'a str,
    /// The path of its Dockerfile from the root of the repository.
    pub dockerfile: &'a str,
    /// Where it is watched, as in `ghcr.io/acme/web`.
    pub repository: &'a str,
}

/// Whether it does; of a no why, by the build that comes nearest.
pub(super) fn hits(run: &Evaluation, image: &Image<'_>, sources: &Sources) -> Answer {
    if let Some(refusal) = run.refused.first() {
        return Answer::no(refused(refusal, sources));
    }
    let mut unsure = None;
    let mut nearest: Option<(u8, Reason)> = None;
    for build in &run.builds {
        let is_it = of_file(&build.dockerfile, image.dockerfile);
        let reaches = to_repository(build, image.repository);
        match is_it.clone().and(build.publishes()).and(reaches.clone()) {
            Truth::Yes => return Answer::YES,
            Truth::Unknown(unknown) => unsure = unsure.or(Some(unknown)),
            Truth::No => {
                let (rank, reason) = miss(build, &is_it, image, sources);
                if nearest.as_ref().is_none_or(|(known, _)| rank > *known) {
                    nearest = Some((rank, reason));
                }
            }
        }
    }
    if let Some(unknown) = unsure.as_ref().or(run.gaps.first()) {
        return Answer::unknown(Reason::of(unknown, sources));
    }
    let nothing = || Reason { why: "it builds no image".to_owned(), at: None };
    Answer::no(nearest.map_or_else(nothing, |(_, reason)| reason))
}

/// Why a build is not the one, and how near it comes.
fn miss(build: &Build, is_it: &Truth, image: &Image<'_>, sources: &Sources) -> (u8, Reason) {
    let reason = |why: String, span| Reason { why, at: Some(Place::of(span, sources)) };
    let file = match &build.dockerfile {
        Location::Here(path) => path.to_string(),
        _ => "a Dockerfile elsewhere".to_owned(),
    };
    if is_it.is_no() {
        return (0, reason(format!("it builds {file}, and not {}", image.dockerfile), build.span));
    }
    if let Some(condition) = build.conditions.iter().find(|condition| condition.holds.is_no()) {
        let text = if condition.text.is_empty() { "a condition".to_owned() } else { format!("`{}`", condition.text) };
        return (1, reason(format!("{text} does not hold"), condition.span.unwrap_or(build.span)));
    }
    if build.pushed.is_no() || build.destinations.is_empty() {
        return (2, reason("it is built, and not pushed".to_owned(), build.span));
    }
    let mut pushed: Vec<String> = build.destinations.iter().map(|to| name_and_tag(to).0.to_string()).collect();
    pushed.dedup();
    (3, reason(format!("it is pushed to {}, and not to {}", list(&pushed), image.repository), build.span))
}

/// Whether a Dockerfile is that of the image.
fn of_file(location: &Location, path: &str) -> Truth {
    let (Location::Here(text) | Location::Other(_, text) | Location::Away(text) | Location::Unknown(text)) = location;
    match (location, text.holes().next()) {
        (Location::Here(_), None) => Truth::from(text.marked() == path),
        (Location::Here(_), Some(hole)) if text.fits_path(path).is_some() => {
            Truth::Unknown(hole.clone().or_at(text.span()))
        }
        (Location::Unknown(_), Some(hole)) => Truth::Unknown(hole.clone().or_at(text.span())),
        _ => Truth::No,
    }
}

/// Whether a build reaches a repository, if it is pushed.
fn to_repository(build: &Build, repository: &str) -> Truth {
    if build.destinations.is_empty()
        && let Truth::Unknown(unknown) = &build.pushed
    {
        return Truth::Unknown(unknown.clone());
    }
    build.destinations.iter().fold(Truth::No, |any, destination| {
        let (name, _) = name_and_tag(destination);
        any.or(match name.holes().next() {
            None => Truth::from(is_one_repository(name.marked(), repository)),
            Some(hole) if may_be_name(&name, repository) => Truth::Unknown(hole.clone().or_at(name.span())),
            Some(_) => Truth::No,
        })
    })
}
