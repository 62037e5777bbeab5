//! Names of bases, who watches them, and what their dependents are sent.

use super::Names;
use super::base_settings::{BaseSettings, BaseSettingsMap};
use super::edges::{Edges, Use, Users};
use super::image::{Draft, Images};
use super::keys::InputKeys;
use super::report::Report;
use super::settings::Settings;
use super::wait::waits;
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::forge::Pipeline;
use crate::forge::webhook::{BODY, Method};
use crate::grammar::fixed::{FixedText, InputName};
use crate::grammar::kargo::VersionBump;
use crate::grammar::kubernetes::ObjectName;
use crate::grammar::placeholder::{Placeholder, replaced};
use crate::model::inputs::{BASE_IMAGE, TRIGGERED_BY, VERSION_BUMP};
use crate::model::name::BaseName;
use crate::model::{Base, Dependent, Interval, TagRule, WatchedBy};
use crate::reference::{Reference, RepoUrl};
use crate::source::Span;
use indexmap::IndexMap;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The bases, by name. Dependents are indices of the drafts.
pub(super) fn bases(
    edges: Edges,
    settings: &Settings,
    base_settings: &BaseSettingsMap,
    images: &Images<'_>,
    report: &mut Report,
) -> Vec<Base> {
    let mut names = NamesInProjects::default();
    let watchers = Watchers::of(images, settings, &mut names, report);
    let mut bases = Vec::with_capacity(edges.len());
    for (reference, users) in edges {
        let written = base_settings.get(&reference);
        let watcher = watchers.of_tag(&reference);
        let written_interval = written.and_then(|settings| settings.interval);
        let (name, watched_by) = if let Some(Watcher { name, project, interval }) = watcher {
            if let Some(written) = written {
                report_unused_name(&reference, written, name, report);
            }
            let interval = written_interval.unwrap_or(interval);
            (name.clone().into(), WatchedBy::ImageOfThatName { project, interval })
        } else {
            let interval = written_interval.unwrap_or(settings.defaults.base_interval);
            (own_name(&reference, written), WatchedBy::Own(interval))
        };
        let places = (written.and_then(|settings| settings.name_span), images);
        if !names.take_for_base((&name, &reference, watched_by), &users, places, report) {
            continue;
        }
        let dependents = dependents(users, (&name, &reference), written, settings, images, report);
        let shard = written.and_then(|settings| settings.shard.clone()).or_else(|| settings.delivery.shard.clone());
        let pace = settings.defaults.pace.over(written.map(|base| &base.pace), &dependents, settings, report);
        bases.push(Base { name, reference, watched_by, shard, dependents, pace, followers: Vec::new() });
    }
    bases.sort_by(|a, b| a.name.cmp(&b.name));
    bases
}

/// Names of Warehouses, in each Project.
#[derive(Default)]
struct NamesInProjects(HashMap<Option<usize>, Names>);

impl NamesInProjects {
    fn take(
        &mut self,
        project: Option<usize>,
        name: &str,
        owner: String,
        span: Option<Span>,
    ) -> Option<(String, Option<Span>)> {
        self.0.entry(project).or_default().take(name, owner, span)
    }

    /// Takes the name of a base where it has a Warehouse of its own: in each Project that uses it. `false` if another has the name,
    /// which is reported.
    fn take_for_base(
        &mut self,
        (name, reference, watched_by): (&BaseName, &Reference, WatchedBy),
        users: &Users,
        (written, images): (Option<Span>, &Images<'_>),
        report: &mut Report,
    ) -> bool {
        let mut seen = HashSet::new();
        let warehouse = name.warehouse();
        for (image, user) in &users.0 {
            let project = images.managed[*image].project;
            if watched_by.own_in(project).is_none() || !seen.insert(project) {
                continue;
            }
            let owner = format!("base {}", reference.familiar());
            let place = written.or_else(|| user.spans.first().copied());
            if let Some((other, other_place)) = self.take(project, &warehouse, owner.clone(), place)
                && let Some(place) = place
            {
                report.push(collision(&warehouse, &owner, place, &other, other_place));
                return false;
            }
        }
        true
    }
}

/// An image whose Warehouse watches one tag.
#[derive(Clone, Copy)]
struct Watcher<'a> {
    name: &'a ObjectName,
    project: Option<usize>,
    interval: Interval,
}

/// The images whose Warehouses watch one tag, by repository and tag.
struct Watchers<'a>(HashMap<(&'a str, &'a str), Watcher<'a>>);

impl<'a> Watchers<'a> {
    /// Takes the names of all images.
    fn of(images: &'a Images<'_>, settings: &Settings, names: &mut NamesInProjects, report: &mut Report) -> Self {
        let interval = settings.defaults.image_interval;
        let managed = images.managed.iter().map(|draft| {
            let watcher = Watcher { name: &draft.name, project: draft.project, interval };
            (watcher, draft.span, &draft.repo_url, &draft.tags)
        });
        let externals = images.externals.iter().map(|image| {
            let watcher = Watcher { name: &image.name, project: image.project, interval: image.interval };
            (watcher, image.span, &image.repo_url, &image.tags)
        });
        let mut by_tag = HashMap::new();
        let all = managed.chain(externals);
        all.for_each(|(watcher, span, repo_url, tags): (Watcher<'a>, Span, &'a RepoUrl, &'a TagRule)| {
            let name = watcher.name;
            let (warehouse, owner) = (ObjectName::joined(&[name]), format!("image {name}"));
            if let Some((other, place)) = names.take(watcher.project, &warehouse, owner.clone(), Some(span)) {
                report.push(collision(&warehouse, &owner, span, &other, place));
            }
            if let Some(tag) = tags.single_tag() {
                by_tag.insert((repo_url.as_str(), tag), watcher);
            }
        });
        Self(by_tag)
    }

    fn of_tag(&self, reference: &Reference) -> Option<Watcher<'a>> {
        self.0.get(&(reference.name().as_str(), reference.tag()?)).copied()
    }
}

/// A name of its own that a base has and that is not used.
fn report_unused_name(reference: &Reference, written: &BaseSettings, name: &ObjectName, report: &mut Report) {
    if let Some(span) = written.name.as_ref().filter(|own| *own != name).and(written.name_span) {
        let message = format!("{} is watched as image {name}, so this name is not used", reference.familiar());
        let diagnostic = Diagnostic::new(Code::NoEffect, message, span);
        report.push(diagnostic.help("remove it").fix(Fix::remove_key(span)));
    }
}

/// The name of a base that no image watches.
fn own_name(reference: &Reference, written: Option<&BaseSettings>) -> BaseName {
    let own = written.and_then(|settings| settings.name.clone());
    own.map_or_else(|| BaseName::of(reference), BaseName::from)
}

fn collision(name: &str, owner: &str, span: Span, other: &str, other_span: Option<Span>) -> Diagnostic {
    let message = format!("{other} and {owner} would both be the Warehouse {name}");
    let mut diagnostic = Diagnostic::new(Code::NameCollision, message, span).here(owner.to_owned());
    if let Some(other_span) = other_span.filter(|other_span| *other_span != span) {
        diagnostic = diagnostic.label(other_span, other.to_owned());
    }
    let base = [owner, other].into_iter().find_map(|text| text.strip_prefix("base "));
    match base {
        Some(reference) => diagnostic.help(format!(
            "give the base a name of its own: `baseImages: [{{image: \"{reference}\", name: ...}}]` at the root"
        )),
        None => diagnostic.help("give one of the images another name"),
    }
}

fn dependents(
    users: Users,
    base_of: (&BaseName, &Reference),
    written: Option<&BaseSettings>,
    settings: &Settings,
    images: &Images<'_>,
    report: &mut Report,
) -> Vec<Dependent> {
    let dependent = |(image, Use { spans, pinned }): (usize, Use)| {
        let draft = &images.managed[image];
        let (own, base) = (Some(&draft.keys.policy), written.map(|base| &base.policy));
        Dependent {
            image,
            policy: settings.defaults.policy.over(own, base),
            cascade: draft.keys.cascade.unwrap_or(settings.defaults.cascade),
            pinned,
            on_enroll: settings.defaults.policy.on_enroll_over(own, base),
            inputs: inputs(draft, written, settings, base_of, report),
            spans: spans.into_iter().collect(),
            delay: settings.defaults.policy.delay_over(own, base).map(|delay| delay.span),
            waits: waits(
                [&draft.keys.wait, written.map_or(&None, |base| &base.wait), &settings.defaults.wait],
                draft.source.as_ref().map(|source| &source.pipeline),
                settings,
                report,
            ),
        }
    };
    users.0.into_iter().map(dependent).collect()
}

/// What the workflow is sent: the built-in inputs, then each layer over them, the image's last.
fn inputs(
    draft: &Draft<'_>,
    base: Option<&BaseSettings>,
    settings: &Settings,
    (name, reference): (&BaseName, &Reference),
    report: &mut Report,
) -> IndexMap<InputName, FixedText> {
    let none = InputKeys::default();
    let layers = [&settings.defaults.inputs, base.map_or(&none, |base| &base.inputs), &draft.keys.inputs];
    let bump = layers.iter().rev().find_map(|layer| layer.version_bump).unwrap_or(VersionBump::Patch);
    let mut inputs: IndexMap<InputName, Option<FixedText>> = IndexMap::from([
        (InputName::constant(VERSION_BUMP), Some(bump.into())),
        (InputName::constant(TRIGGERED_BY), Some(FixedText::TRIGGERED_BY)),
        (InputName::constant(BASE_IMAGE), Some(name.warehouse().into())),
    ]);
    for (key, value) in layers.iter().flat_map(|layer| &layer.inputs) {
        inputs.insert(key.clone(), value.clone());
    }
    let (image, tag) = (reference.to_string(), reference.tag_or_latest());
    let known = |placeholder| match placeholder {
        Placeholder::Image => Some(image.as_str()),
        Placeholder::Tag => Some(&*tag),
        Placeholder::Digest | Placeholder::Previous | Placeholder::Freight | Placeholder::Promotion => None,
    };
    // A value that is none has been reported where it was read.
    let put_in = |value: FixedText| match replaced(&value, known) {
        Ok(Cow::Borrowed(_)) => Some(value.clone()),
        Ok(Cow::Owned(text)) => text.parse().ok(),
        Err(_) => None,
    };
    let Some(pipeline) = draft.source.as_ref().map(|source| &source.pipeline) else { return IndexMap::new() };
    if let Pipeline::Webhook(hook) = pipeline
        && (hook.body.is_some() || hook.method == Method::Get)
    {
        let body = hook.body.clone().and_then(put_in);
        return body.map(|body| (InputName::constant(BODY), body)).into_iter().collect();
    }
    let inputs: IndexMap<InputName, FixedText> =
        inputs.into_iter().filter_map(|(key, value)| Some((key, put_in(value?)?))).collect();
    let (limits, host) = (pipeline.limits(), pipeline.host().name);
    if let Some(most) = limits.inputs.filter(|most| inputs.len() > *most) {
        let message = format!("{} would be sent {} inputs; {host} takes {most}", draft.name, inputs.len());
        report.push(
            Diagnostic::new(Code::TooManyInputs, message, draft.span)
                .help("put several values into one input, as JSON for example"),
        );
    }
    for (name, why) in inputs.keys().filter_map(|name| Some((name, limits.name?(name)?))) {
        let message = format!("{} would be sent the input `{name}`, which cannot be: {why}", draft.name);
        report.push(Diagnostic::new(Code::InvalidValue, message, draft.span).help("give the input another name"));
    }
    inputs
}
