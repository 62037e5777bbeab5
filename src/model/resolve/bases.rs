//! What each managed image is built on, from the first source that knows, and what of it is watched.

use super::image::{Draft, Images};
use super::locked;
use super::place::reference;
use super::report::Report;
use super::settings::Settings;
use crate::config::state::{State, StateImage};
use crate::diagnostic::{Code, Diagnostic};
use crate::lock::Lock;
use crate::model::{IdleFor, tags};
use crate::reference::{EdgeKind, Reference};
use crate::source::{At, Span};

/// A base as it was found, before anything is decided about it.
pub(super) struct Found {
    pub(super) image: At<String>,
    /// `None` for bases that were listed by hand: they trigger whatever `triggers` says.
    pub(super) kind: Option<EdgeKind>,
}

/// The bases of an image.
pub(super) fn found(draft: &Draft<'_>, lock: &Lock, state: &State, report: &mut Report) -> Vec<Found> {
    if draft.lists_bases {
        let listed = draft.written.base_images.items();
        return listed.map(|at| Found { image: At::new(at.value.to_string(), at.span), kind: None }).collect();
    }
    if let Some(entry) = lock.images.get(&*draft.name) {
        return locked::bases(draft, entry, report);
    }
    if let Some(state) = state.images.get(&*draft.name) {
        return of_state(draft, state, report);
    }
    // Where it is built is not known either without a source, and that has been said.
    if draft.source.is_some() {
        report.push(
            Diagnostic::new(
                Code::UnknownBases,
                format!("the bases of {} are not known, so nothing rebuilds it", draft.name),
                draft.span,
            )
            .help("run `image-factory discover`, which reads its Dockerfile, or list them: `baseImages: [\"node:22-bookworm-slim\"]`"),
        );
    }
    Vec::new()
}

/// The bases that the state of the Python original has.
fn of_state(draft: &Draft<'_>, state: &StateImage, report: &mut Report) -> Vec<Found> {
    let problem = |message: String, place: String| {
        Diagnostic::new(Code::StateFile, message, draft.span)
            .here(place)
            .help("mend the file, or list the bases under `baseImages`")
    };
    let bases = match &state.bases {
        Ok(bases) => bases,
        Err(why) => {
            let message = format!("the bases of {} are not known: {why}", draft.name);
            report.push(problem(message, format!("its state is {}", state.path)));
            return Vec::new();
        }
    };
    let mut found = Vec::new();
    for base in bases {
        match &base.reference {
            Ok(reference) => {
                found.push(Found { image: At::new(reference.clone(), draft.span), kind: Some(EdgeKind::Final) });
            }
            Err(why) => report.push(problem(
                format!("base {} of {} is not known: {why}", base.name, draft.name),
                format!("its state, {}, names the base; {} would say which image it is", state.path, base.path),
            )),
        }
    }
    found
}

/// What a registry can be asked about for a base that triggers; an error is one that does not, with the reason where it is a
/// reference.
pub(super) fn watchable(
    found: &Found,
    draft: &Draft<'_>,
    settings: &Settings,
    report: &mut Report,
) -> Result<Reference, Option<(Reference, IdleFor)>> {
    let triggers = draft.keys.triggers.as_ref().unwrap_or(&settings.defaults.triggers);
    if found.image.value == "scratch" {
        return Err(None);
    }
    let idle = |why| Reference::parse(&found.image.value).ok().map(|reference| (reference, why));
    if let Some(kind) = found.kind.filter(|kind| !triggers.contains(kind)) {
        return Err(idle(IdleFor::Triggers(kind)));
    }
    let ignore = draft.keys.ignore.as_ref().unwrap_or(&settings.defaults.ignore);
    if !ignore.is_empty() && ignore.is_match(&found.image.value) {
        return Err(idle(IdleFor::IgnoreBases));
    }
    let reference = reference(&found.image.value, found.image.span, report).ok_or(None)?;
    let watched = reference.by_tag();
    let is_ignored = || {
        [reference.to_string(), reference.familiar(), watched.to_string(), watched.familiar()]
            .iter()
            .any(|text| ignore.is_match(text))
    };
    if !ignore.is_empty() && is_ignored() {
        return Err(Some((reference, IdleFor::IgnoreBases)));
    }
    if let Some(digest) = reference.digest() {
        report.push(pinned(&reference, digest, draft, found.image.span));
        if reference.tag().is_none() {
            return Err(Some((reference, IdleFor::Digest)));
        }
    }
    Ok(watched)
}

/// What to say of a base with a digest, which never moves.
fn pinned(reference: &Reference, digest: &str, draft: &Draft<'_>, span: Span) -> Diagnostic {
    let name = &draft.name;
    let short: String = digest.chars().take(19).collect();
    if reference.tag().is_some() {
        let watched = reference.by_tag().familiar();
        return Diagnostic::new(Code::PinnedDigest, format!("{name} pins {watched} to {short}..."), span)
            .here(format!("{watched} is watched, but a rebuild changes nothing until the pin moves"))
            .help("remove the digest, or let a bot move the pin and rebuild on its commit");
    }
    let familiar = reference.familiar();
    let image = familiar.split('@').next().unwrap_or_default();
    Diagnostic::new(Code::PinnedDigest, format!("{name} pins {image} to {short}... and names no tag"), span)
        .here("a digest never moves, so there is nothing to watch")
        .help("write the tag that it was pinned from, as in `node:22@sha256:...`")
}

/// Whether a base that we build ourselves is named by a version, which is published once and never again. The owners are
/// indices of the images that publish it, at least one.
pub(super) fn never_moves(
    reference: &Reference,
    owners: &[usize],
    images: &Images<'_>,
    user: &Draft<'_>,
    span: Span,
    report: &mut Report,
) -> bool {
    let tag = reference.tag().unwrap_or("latest");
    let followed = owners.iter().any(|owner| images.managed[*owner].tags.single_tag() == Some(tag));
    if followed || !tags::is_exact_version(tag) {
        return false;
    }
    let owner = &images.managed[owners[0]].name;
    report.push(
        Diagnostic::new(
            Code::FixedVersion,
            format!("{} is built on version {tag} of {owner}, which never moves", user.name),
            span,
        )
        .here(format!("a rebuild of {owner} publishes another tag, so nothing triggers"))
        .help("build on a tag that moves, as `latest` or a major version"),
    );
    true
}
