//! The graph: who uses which base, and whether images are built on each other.

use super::base_settings::BaseSettingsMap;
use super::bases::{found, never_moves, watchable};
use super::image::{Draft, Images};
use super::report::Report;
use super::settings::Settings;
use crate::config::state::State;
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::lock::Lock;
use crate::model::graph::cycles;
use crate::model::{Idle, IdleFor};
use crate::reference::{Reference, RepoUrl};
use crate::source::Span;
use indexmap::IndexSet;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Who uses a base, by index of the managed image.
#[derive(Default)]
pub(super) struct Users(pub(super) BTreeMap<usize, Use>);

/// How an image uses a base.
pub(super) struct Use {
    /// Where that is written.
    pub(super) spans: IndexSet<Span>,
    /// Whether each of these places names a digest.
    pub(super) pinned: bool,
}

impl Users {
    fn add(&mut self, image: usize, span: Span, pinned: bool) {
        let user = self.0.entry(image).or_insert_with(|| Use { spans: IndexSet::new(), pinned: true });
        user.spans.insert(span);
        user.pinned &= pinned;
    }
}

/// The bases that are watched, and who uses each.
pub(super) type Edges = BTreeMap<Reference, Users>;

/// Finds the bases of all images, and those that start nothing. Images that are built on each other in a circle are reported.
pub(super) fn edges(
    images: &Images<'_>,
    (lock, state): (&Lock, &State),
    settings: &Settings,
    report: &mut Report,
) -> (Edges, Vec<Idle>) {
    let mut idle = Vec::new();
    let mut owners: HashMap<&RepoUrl, Vec<usize>> = HashMap::new();
    for (index, draft) in images.managed.iter().enumerate() {
        owners.entry(&draft.repo_url).or_default().push(index);
    }
    let mut edges = Edges::new();
    let mut walks: BTreeMap<(usize, usize), Span> = BTreeMap::new();
    for (index, draft) in images.managed.iter().enumerate() {
        for found in found(draft, lock, state, report) {
            let span = found.image.span;
            let starts_nothing = |(base, why)| Idle { image: draft.name.clone(), base, span, why };
            let reference = match watchable(&found, draft, settings, report) {
                Ok(reference) => reference,
                Err(why) => {
                    idle.extend(why.map(starts_nothing));
                    continue;
                }
            };
            let owners = owners.get(&reference.repo_url()).map_or(&[][..], Vec::as_slice);
            if !owners.is_empty() && never_moves(&reference, owners, images, draft, span, report) {
                idle.push(starts_nothing((reference, IdleFor::FixedVersion)));
                continue;
            }
            if let [owner] = owners {
                walks.entry((index, *owner)).or_insert(span);
            }
            edges.entry(reference).or_default().add(index, span, found.image.value.contains('@'));
        }
    }
    report_cycles(&walks, &images.managed, report);
    (edges, idle)
}

fn report_cycles(walks: &BTreeMap<(usize, usize), Span>, managed: &[Draft<'_>], report: &mut Report) {
    for walk in cycles(walks.keys().copied()) {
        let name = |node: &usize| managed[*node].name.as_str();
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
                None => {
                    Diagnostic::new(Code::Cycle, format!("images are built on each other: {shown}"), *span).here(text)
                }
                Some(diagnostic) => diagnostic.label(*span, text),
            });
        }
        if let Some(diagnostic) = diagnostic {
            report.push(diagnostic.help(
                "every rebuild would trigger the next for ever; take one edge away, or name it under `ignoreBases`",
            ));
        }
    }
}

/// Reports settings of bases that nobody uses. Where an image is not understood, it may be built on this very base.
pub(super) fn report_unused_settings(
    edges: &Edges,
    base_settings: &BaseSettingsMap,
    images: &Images<'_>,
    report: &mut Report,
) {
    if images.is_part || report.has_error_or(Code::UnknownBases) {
        return;
    }
    let externals = images.externals.iter().map(|image| (image.repo_url.as_str(), image.tags.single_tag()));
    let externals: HashSet<(&str, Option<&str>)> = externals.collect();
    let is_watched =
        |reference: &Reference| reference.tag().is_some() && externals.contains(&(&*reference.name(), reference.tag()));
    for (reference, settings) in base_settings {
        if !edges.contains_key(reference) && !is_watched(reference) {
            report.push(
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
}
