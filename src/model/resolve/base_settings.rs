//! The settings of single bases: `baseImages` at the root.

use super::keys::{InputKeys, PolicyKeys};
use super::pace::PaceKeys;
use super::place::reference;
use super::report::Report;
use super::wait::{WaitKey, wait};
use crate::config::File;
use crate::diagnostic::{Code, Diagnostic};
use crate::grammar::kubernetes::{ObjectName, Shard};
use crate::grammar::schedule::Zone;
use crate::model::Interval;
use crate::reference::Reference;
use crate::source::Span;
use indexmap::IndexMap;

/// Settings of one base.
pub(super) struct BaseSettings {
    pub(super) span: Span,
    /// The whole entry.
    pub(super) item_span: Span,
    /// Whether the file says enough without `baseImages`.
    pub(super) list_may_go: bool,
    pub(super) name: Option<ObjectName>,
    pub(super) name_span: Option<Span>,
    pub(super) interval: Option<Interval>,
    pub(super) shard: Option<Shard>,
    pub(super) policy: PolicyKeys,
    pub(super) inputs: InputKeys,
    pub(super) pace: PaceKeys,
    pub(super) wait: WaitKey,
}

/// Settings by the reference that is watched.
pub(super) type BaseSettingsMap = IndexMap<Reference, BaseSettings>;

pub(super) fn base_settings<'a>(
    files: impl Iterator<Item = &'a File>,
    zone: &Zone,
    report: &mut Report,
) -> BaseSettingsMap {
    let mut map = BaseSettingsMap::new();
    for (file, item) in files.flat_map(|file| file.base_images.items().map(move |item| (file, item))) {
        let Some(image) = item.value.image.get() else {
            if item.value.image.is_absent() {
                report.push(
                    Diagnostic::new(Code::MissingKey, "the key `image` is missing", item.span).help(
                        "write the reference that the settings are for, as in `image: \"node:22-bookworm-slim\"`",
                    ),
                );
            }
            continue;
        };
        let policy = PolicyKeys::read(item.value.timing(), zone, report);
        let inputs = InputKeys::read(&item.value.version_bump, &item.value.inputs, report);
        let settings = BaseSettings {
            span: image.span,
            item_span: item.span,
            list_may_go: !(file.images.is_absent() && file.include.is_absent() && file.projects.is_absent()),
            name: report.read(&item.value.name, "the name"),
            name_span: item.value.name.get().map(|at| at.span),
            interval: report.looks(&item.value.interval, "`interval`"),
            shard: report.read(&item.value.shard, "the shard"),
            policy,
            inputs,
            pace: PaceKeys::read(&item.value.stagger, &item.value.max_parallel, report),
            wait: wait(&item.value.wait_for_run, report),
        };
        let Some(reference) = reference(&image.value, image.span, report) else { continue };
        let reference = reference.by_tag();
        if let Some(first) = map.get(&reference) {
            let message = format!("{} has settings already", reference.familiar());
            report.push(
                Diagnostic::new(Code::DuplicateBase, message, image.span)
                    .label(first.span, "its first settings")
                    .help("put the two together"),
            );
            continue;
        }
        map.insert(reference, settings);
    }
    map
}
