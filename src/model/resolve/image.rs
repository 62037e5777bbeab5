//! One entry of `images`: managed if it has `source`, else external.

use super::base_settings::BaseSettingsMap;
use super::hook::inputs_beside_body;
use super::keys::{InputKeys, PolicyKeys, cascade, globs, triggers};
use super::place::{PlaceKeys, reference};
use super::report::Report;
use super::settings::Settings;
use super::source::source;
use super::tags::{external_tags, tags};
use super::trigger::TriggerKeys;
use super::wait::{WaitKey, wait};
use super::{Names, by_name};
use crate::config::{self, Slot};
use crate::diagnostic::{Code, Diagnostic};
use crate::forge::Pipeline;
use crate::grammar::kargo::VersionRange;
use crate::grammar::kubernetes::ObjectName;
use crate::grammar::pace::Cascade;
use crate::model::tags::{TagFilter, TagRule};
use crate::model::{ExternalImage, Places, Source};
use crate::reference::{EdgeKind, Reference, Registry, RepoUrl};
use crate::source::{At, Span};
use globset::GlobSet;
use std::collections::HashMap;

/// A managed image with what is still needed to find its bases.
pub(super) struct Draft<'a> {
    pub(super) name: ObjectName,
    pub(super) span: Span,
    /// Which entry of `projects` has it, if one has.
    pub(super) project: Option<usize>,
    pub(super) places: Places,
    pub(super) repo_url: RepoUrl,
    pub(super) tags: TagRule,
    /// `None` if something about it cannot be used, which has been reported then.
    pub(super) source: Option<Source>,
    pub(super) lists_bases: bool,
    pub(super) written: &'a config::Image,
    pub(super) keys: RebuildKeys,
}

/// What only rebuilds use of an entry.
pub(super) struct RebuildKeys {
    pub(super) policy: PolicyKeys,
    pub(super) trigger: TriggerKeys,
    pub(super) inputs: InputKeys,
    pub(super) wait: WaitKey,
    pub(super) triggers: Option<Vec<EdgeKind>>,
    pub(super) ignore: Option<GlobSet>,
    pub(super) cascade: Option<Cascade>,
}

/// All images, by name.
#[derive(Default)]
pub(super) struct Images<'a> {
    pub(super) managed: Vec<Draft<'a>>,
    pub(super) externals: Vec<ExternalImage>,
    /// Whether one was left out since something about it cannot be used.
    pub(super) is_part: bool,
}

/// An entry, and what it says one level deeper.
#[derive(Clone, Copy)]
struct Item<'a> {
    at: &'a At<config::Image>,
    enrolled: Option<&'a config::Enrollment>,
    source: &'a Slot<config::Source>,
    project: Option<usize>,
}

impl<'a> Item<'a> {
    fn of((at, project): (&'a At<config::Image>, Option<usize>)) -> Self {
        let enrolled = at.value.enrollment.get().map(|at| &at.value);
        let source = enrolled.map_or(&at.value.source, |enrolled| at.value.source.or(&enrolled.source));
        Self { at, enrolled, source, project }
    }

    fn image(self) -> &'a config::Image {
        &self.at.value
    }

    fn place(self) -> PlaceKeys<'a> {
        PlaceKeys::of(self.image(), self.enrolled)
    }
}

/// `items` are the entries, each with the entry of `projects` that has its file.
pub(super) fn images<'a>(
    items: impl Iterator<Item = (&'a At<config::Image>, Option<usize>)>,
    settings: &Settings,
    bases: &BaseSettingsMap,
    report: &mut Report,
) -> Images<'a> {
    let mut names = Names::default();
    let mut repositories = Repositories::default();
    let mut images = Images::default();
    let managed_registry = settings.defaults.registry.as_ref().unwrap_or(&Registry::GITHUB);
    for item in items.map(Item::of) {
        for (slot, key) in [(&item.image().updates, "updates"), (&item.image().local, "local")] {
            report.no_effect(slot, format!("nothing acts on `{key}` yet"), "it can stay; it changes nothing", false);
        }
        let name = image_name(item.at, &mut names, report);
        let is_external = item.source.is_absent();
        let default = if is_external { &Registry::DOCKER_HUB } else { managed_registry };
        let repo_url = item.place().repo_url(item.at, default, report);
        let (Some(name), Some(repo_url)) = (&name, repo_url) else {
            images.is_part = true;
            check_the_rest(item, name.as_ref(), settings, report);
            continue;
        };
        if is_external {
            rebuild_keys(item, settings, report);
            check_bases(item, report);
            let Some(external) = external(item, name, repo_url, settings, bases, report) else { continue };
            repositories.take(&external.repo_url, &external.tags, name, report);
            images.externals.push(external);
        } else {
            let draft = managed(item, name, repo_url, settings, report);
            repositories.take(&draft.repo_url, &draft.tags, name, report);
            images.managed.push(draft);
        }
    }
    let defaults = settings.defaults.trigger;
    defaults.report_unused(images.managed.iter().map(|draft| defaults.over(draft.keys.trigger)), report);
    images.managed = by_name(images.managed, |draft| &draft.name);
    images.externals = by_name(images.externals, |image| &image.name);
    images
}

fn image_name(item: &At<config::Image>, names: &mut Names, report: &mut Report) -> Option<At<ObjectName>> {
    let Some(at) = item.value.name.get() else {
        if item.value.name.is_absent() {
            report.push(
                Diagnostic::new(Code::MissingKey, "the key `name` is missing", start_of(item.span))
                    .help("write a name that no other image has"),
            );
        }
        return None;
    };
    let name: ObjectName = report.read_as(&at.value, at.span, Code::Name, "the name")?;
    if let Some((_, first)) = names.take(&name, name.to_string(), Some(at.span)) {
        let mut diagnostic = Diagnostic::new(Code::DuplicateName, format!("the name `{name}` is taken"), at.span)
            .here("named again here")
            .help("give one of the two another name");
        if let Some(first) = first {
            diagnostic = diagnostic.label(first, "first named here");
        }
        report.push(diagnostic);
        return None;
    }
    Some(At::new(name, at.span))
}

/// Reads the rest of an entry that cannot be used, so that all of its problems show at once.
fn check_the_rest(item: Item<'_>, name: Option<&At<ObjectName>>, settings: &Settings, report: &mut Report) {
    rebuild_keys(item, settings, report);
    if item.source.is_absent() {
        check_bases(item, report);
        external_tags(item.at, report);
        return;
    }
    check_keys_of_others(item, report);
    tags(&item.image().tags, report);
    let place = name.map_or(start_of(item.at.span), |name| name.span);
    source(item.source, name.map(|name| &name.value), place, settings, report);
    check_bases(item, report);
}

fn check_bases(item: Item<'_>, report: &mut Report) {
    for base in item.image().base_images.items() {
        reference(&base.value, base.span, report);
    }
}

/// What only rebuilds use. It is read on an image without `source` too: that may become managed, and a mistake is one before.
fn rebuild_keys(item: Item<'_>, settings: &Settings, report: &mut Report) -> RebuildKeys {
    let (image, enrolled) = (item.image(), item.enrolled.filter(|_| !item.source.is_absent()));
    RebuildKeys {
        policy: PolicyKeys::read(image.timing(enrolled), &settings.defaults.zone, report),
        trigger: settings.defaults.trigger.of_image(&image.trigger, &image.together, report),
        inputs: InputKeys::read(&image.version_bump, &image.inputs, report),
        wait: wait(&image.wait_for_run, report),
        triggers: triggers(&image.triggers, report),
        ignore: globs(&image.ignore_bases, report),
        cascade: cascade(&image.cascade, image.timing(enrolled).auto_rebuild, report),
    }
}

/// Keys of images without `source` on one that has it.
fn check_keys_of_others(item: Item<'_>, report: &mut Report) {
    let image = item.image();
    if let Some(at) = image.tag.get() {
        let tag = &*at.value;
        report.push(Diagnostic::new(Code::InvalidValue, "`tag` is for images without `source`", at.span).help(
            format!("to watch one tag of a managed image, write `tags: {{strategy: Digest, constraint: \"{tag}\"}}`"),
        ));
    }
    let help = "write `registry`, `repository` and `tags`";
    let message = |key| format!("`{key}` is only read on images without `source`");
    // Without `repository`, `repoURL` is read here too.
    let has_repository = !item.place().repository.is_absent();
    report.no_effect(&image.repo_url, message("repoURL"), help, has_repository);
    report.no_effect(&image.allow_tags, message("allowTags"), help, true);
    report.no_effect(&image.image_selection_strategy, message("imageSelectionStrategy"), help, true);
}

fn managed<'a>(
    item: Item<'a>,
    name: &At<ObjectName>,
    repo_url: RepoUrl,
    settings: &Settings,
    report: &mut Report,
) -> Draft<'a> {
    let keys = rebuild_keys(item, settings, report);
    check_keys_of_others(item, report);
    let source = source(item.source, Some(&name.value), name.span, settings, report);
    if let Some(Pipeline::Webhook(hook)) = source.as_ref().map(|source| &source.pipeline) {
        inputs_beside_body(hook, item.image().inputs.get().map(|at| at.span), report);
    }
    let releases = || TagRule::SemVer { constraint: VersionRange::RELEASES, filter: TagFilter::default() };
    Draft {
        name: name.value.clone(),
        span: name.span,
        project: item.project,
        places: places(item.source.get().map(|at| &at.value), name.span, settings),
        repo_url,
        tags: tags(&item.image().tags, report).unwrap_or_else(releases),
        source,
        lists_bases: !item.image().base_images.is_absent(),
        written: item.image(),
        keys,
    }
}

fn external(
    item: Item<'_>,
    name: &At<ObjectName>,
    repo_url: RepoUrl,
    settings: &Settings,
    bases: &BaseSettingsMap,
    report: &mut Report,
) -> Option<ExternalImage> {
    let tags = external_tags(item.at, report)?;
    let watched = tags.single_tag().and_then(|tag| Reference::parse(&format!("{repo_url}:{tag}")).ok());
    let settings_of_base = watched.and_then(|reference| bases.get(&reference));
    let interval = settings_of_base.and_then(|base| base.interval).unwrap_or(settings.defaults.base_interval);
    let (name, span, project) = (name.value.clone(), name.span, item.project);
    Some(ExternalImage { name, span, project, repo_url, tags, interval })
}

fn places(source: Option<&config::Source>, name: Span, settings: &Settings) -> Places {
    let place = |span: fn(&config::Source) -> Option<Span>| source.and_then(span);
    Places {
        repo: place(|source| Some(source.repo.get()?.span)).unwrap_or(name),
        branch: place(|source| Some(source.branch.get()?.span)).or(settings.defaults.branch_span).unwrap_or(name),
        workflow: place(|source| {
            let file = source.pipeline_file.get().map(|at| at.span);
            source.workflow.get().map(|at| at.span).or(file)
        })
        .unwrap_or(name),
        dockerfile: place(|source| Some(source.dockerfile.get()?.span)).unwrap_or(name),
    }
}

/// Who watches which tags of a repository, to find two that watch the same.
#[derive(Default)]
struct Repositories(HashMap<(RepoUrl, TagRule), At<ObjectName>>);

impl Repositories {
    fn take(&mut self, repo_url: &RepoUrl, tags: &TagRule, name: &At<ObjectName>, report: &mut Report) {
        let key = (repo_url.clone(), tags.clone());
        let Some(first) = self.0.get(&key) else {
            self.0.insert(key, name.clone());
            return;
        };
        let message = format!("{} and {} are both {repo_url} with the same tags", name.value, first.value);
        report.push(
            Diagnostic::new(Code::DuplicateRepository, message, name.span)
                .label(first.span, format!("{} is named here", first.value))
                .help("remove one of them, or give them different `tags`, as release branches have"),
        );
    }
}

/// The first character of a thing that has no better place.
pub(super) fn start_of(span: Span) -> Span {
    Span { end: span.start + 1, ..span }
}
