//! Where the bases of each managed image come from, and the graph that they make.

use super::Resolver;
use super::image::{Draft, Images};
use super::settings::{BaseSettingsMap, Settings};
use crate::config::state::State;
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::lock::Lock;
use crate::model::graph::cycles;
use crate::model::{Base, tags};
use crate::reference::{EdgeKind, Reference};
use crate::source::{At, Span};
use indexmap::IndexSet;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A base as it was found, before anything is decided about it.
pub(super) struct Found {
    pub(super) image: At<String>,
    /// `None` for bases that were listed by hand: they trigger whatever `triggers` says.
    pub(super) kind: Option<EdgeKind>,
}

/// Who uses a base, as indices of managed images, and where that is written.
#[derive(Default)]
pub(super) struct Users(pub(super) BTreeMap<usize, IndexSet<Span>>);

impl Resolver {
    pub(super) fn bases(
        &mut self,
        lock: &Lock,
        state: &State,
        settings: &Settings,
        base_settings: &BaseSettingsMap,
        images: &Images<'_>,
    ) -> Vec<Base> {
        let mut managed_by_repo: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, draft) in images.managed.iter().enumerate() {
            managed_by_repo.entry(&draft.image.repo_url).or_default().push(index);
        }
        let mut users: BTreeMap<Reference, Users> = BTreeMap::new();
        let mut walks: BTreeMap<(usize, usize), Span> = BTreeMap::new();
        for (index, draft) in images.managed.iter().enumerate() {
            for found in self.found(draft, lock, state) {
                let Some(reference) = self.watchable(&found, draft, settings) else { continue };
                let owners = managed_by_repo.get(reference.name().as_str()).map_or(&[][..], Vec::as_slice);
                if !owners.is_empty() && self.never_moves(&reference, owners, images, draft, found.image.span) {
                    continue;
                }
                if let [owner] = owners {
                    walks.entry((index, *owner)).or_insert(found.image.span);
                }
                users.entry(reference).or_default().0.entry(index).or_default().insert(found.image.span);
            }
        }
        self.report_cycles(&walks, &images.managed);
        // What an image is built on that is not understood may be this very base.
        let all_known = !self.lost_images
            && !self.diagnostics.iter().any(|found| found.is_error() || found.code == Code::UnknownBases);
        let watched: HashSet<(&str, Option<&str>)> =
            images.externals.iter().map(|image| (image.repo_url.as_str(), image.tags.single_tag())).collect();
        for (reference, settings) in base_settings.iter().filter(|_| all_known) {
            let external = reference.tag().is_some() && watched.contains(&(&*reference.name(), reference.tag()));
            if !users.contains_key(reference) && !external {
                self.report(
                    Diagnostic::new(
                        Code::UnusedBase,
                        format!("no image is built on {}", reference.familiar()),
                        settings.span,
                    )
                    .here("these settings change nothing")
                    .help("remove them, or list the image under `images` to watch it all the same")
                    .fix(Fix::remove_item(settings.item_span, settings.list_may_go)),
                );
            }
        }
        let bases = self.name_bases(users, settings, base_settings, images);
        let mut bases: Vec<Base> = bases;
        bases.sort_by(|a, b| a.name.cmp(&b.name));
        bases
    }

    /// The bases of an image, from the first source that knows.
    fn found(&mut self, draft: &Draft<'_>, lock: &Lock, state: &State) -> Vec<Found> {
        let image = &draft.image;
        if !draft.written.base_images.is_absent() {
            return draft.written.base_images.items().map(|at| Found { image: at.clone(), kind: None }).collect();
        }
        if let Some(entry) = lock.images.get(&image.name) {
            return self.locked_bases(image, entry);
        }
        if let Some(state) = state.images.get(&image.name) {
            let bases = match &state.bases {
                Ok(bases) => bases,
                Err(why) => {
                    self.report(
                        Diagnostic::new(
                            Code::StateFile,
                            format!("the bases of {} are not known: {why}", image.name),
                            image.span,
                        )
                        .here(format!("its state is {}", state.path))
                        .help("mend the file, or list the bases under `baseImages`"),
                    );
                    return Vec::new();
                }
            };
            let mut found = Vec::new();
            for base in bases {
                match &base.reference {
                    Ok(reference) => {
                        found
                            .push(Found { image: At::new(reference.clone(), image.span), kind: Some(EdgeKind::Final) });
                    }
                    Err(why) => self.report(
                        Diagnostic::new(
                            Code::StateFile,
                            format!("base {} of {} is not known: {why}", base.name, image.name),
                            image.span,
                        )
                        .here(format!(
                            "its state, {}, names the base; {} would say which image it is",
                            state.path, base.path
                        ))
                        .help("mend the file, or list the bases under `baseImages`"),
                    ),
                }
            }
            return found;
        }
        // Where it is built is not known either then, and that has been said.
        if image.source.repo.is_empty() {
            return Vec::new();
        }
        self.report(
            Diagnostic::new(
                Code::UnknownBases,
                format!("the bases of {} are not known, so nothing rebuilds it", image.name),
                image.span,
            )
            .help("run `image-factory discover`, which reads its Dockerfile, or list them: `baseImages: [\"node:22-bookworm-slim\"]`"),
        );
        Vec::new()
    }

    /// What a registry can be asked about for a base that triggers; `None` if it does not trigger, or cannot.
    fn watchable(&mut self, found: &Found, draft: &Draft<'_>, settings: &Settings) -> Option<Reference> {
        let triggers = draft.triggers.as_ref().unwrap_or(&settings.defaults.triggers);
        if found.kind.is_some_and(|kind| !triggers.contains(&kind)) || found.image.value == "scratch" {
            return None;
        }
        let ignore = draft.ignore.as_ref().unwrap_or(&settings.defaults.ignore);
        if !ignore.is_empty() && (ignore.is_match(&found.image.value)) {
            return None;
        }
        let reference = self.reference(&found.image)?;
        if !ignore.is_empty()
            && [
                reference.to_string(),
                reference.familiar(),
                reference.by_tag().to_string(),
                reference.by_tag().familiar(),
            ]
            .iter()
            .any(|text| ignore.is_match(text))
        {
            return None;
        }
        if let Some(digest) = reference.digest() {
            let name = &draft.image.name;
            let short: String = digest.chars().take(19).collect();
            let watched = reference.by_tag().familiar();
            let diagnostic = if reference.tag().is_some() {
                Diagnostic::new(Code::PinnedDigest, format!("{name} pins {watched} to {short}..."), found.image.span)
                    .here(format!("{watched} is watched, but a rebuild changes nothing until the pin moves"))
                    .help("remove the digest, or let a bot move the pin and rebuild on its commit")
            } else {
                Diagnostic::new(
                    Code::PinnedDigest,
                    format!(
                        "{name} pins {} to {short}... and names no tag",
                        reference.familiar().split('@').next().unwrap_or_default()
                    ),
                    found.image.span,
                )
                .here("a digest never moves, so there is nothing to watch")
                .help("write the tag that it was pinned from, as in `node:22@sha256:...`")
            };
            self.report(diagnostic);
            reference.tag()?;
        }
        Some(reference.by_tag())
    }

    /// Whether a base that we build ourselves is named by a version, which is published once and never again.
    fn never_moves(
        &mut self,
        reference: &Reference,
        owners: &[usize],
        images: &Images<'_>,
        user: &Draft<'_>,
        span: Span,
    ) -> bool {
        let tag = reference.tag().unwrap_or("latest");
        let followed = owners.iter().any(|owner| images.managed[*owner].image.tags.single_tag() == Some(tag));
        if followed || !tags::is_exact_version(tag) {
            return false;
        }
        let owner = &images.managed[owners[0]].image.name;
        self.report(
            Diagnostic::new(
                Code::FixedVersion,
                format!("{} is built on version {tag} of {owner}, which never moves", user.image.name),
                span,
            )
            .here(format!("a rebuild of {owner} publishes another tag, so nothing triggers"))
            .help("build on a tag that moves, as `latest` or a major version"),
        );
        true
    }

    fn report_cycles(&mut self, walks: &BTreeMap<(usize, usize), Span>, managed: &[Draft<'_>]) {
        for walk in cycles(walks.keys().copied()) {
            let name = |node: &usize| managed[*node].image.name.as_str();
            let mut names: Vec<&str> = walk.iter().map(name).collect();
            names.push(name(&walk[0]));
            let shown = if names.len() > 12 {
                format!("{} -> ... -> {}", names[..6].join(" -> "), names[names.len() - 3..].join(" -> "))
            } else {
                names.join(" -> ")
            };
            let mut diagnostic: Option<Diagnostic> = None;
            for (position, node) in walk.iter().enumerate() {
                let next = walk[(position + 1) % walk.len()];
                let Some(span) = walks.get(&(*node, next)) else { continue };
                let text = format!("{} is built on {}", name(node), name(&next));
                diagnostic = Some(match diagnostic {
                    None => Diagnostic::new(Code::Cycle, format!("images are built on each other: {shown}"), *span)
                        .here(text),
                    Some(diagnostic) => diagnostic.label(*span, text),
                });
            }
            if let Some(diagnostic) = diagnostic {
                self.report(diagnostic.help(
                    "every rebuild would trigger the next for ever; take one edge away, or name it under `ignoreBases`",
                ));
            }
        }
    }
}
