//! Names of bases, who watches them, and what their dependents are sent.

use super::bases::Users;
use super::image::{Draft, Images};
use super::settings::{BaseSettings, BaseSettingsMap, InputKeys, Settings};
use super::{Names, Resolver};
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::forge::github::MAX_INPUTS;
use crate::model::inputs::{BASE_IMAGE, TRIGGERED_BY, VERSION_BUMP};
use crate::model::name::{base_name, object_name};
use crate::model::{Base, Dependent, WatchedBy};
use crate::reference::Reference;
use crate::source::Span;
use indexmap::IndexMap;
use std::collections::{BTreeMap, HashMap};

impl Resolver {
    pub(super) fn name_bases(
        &mut self,
        users: BTreeMap<Reference, Users>,
        settings: &Settings,
        base_settings: &BaseSettingsMap,
        images: &Images<'_>,
    ) -> Vec<Base> {
        let mut names = Names::default();
        let watchers = images
            .managed
            .iter()
            .map(|draft| (&draft.image.name, draft.image.span, &draft.image.repo_url, &draft.image.tags));
        let watchers: Vec<_> = watchers
            .chain(images.externals.iter().map(|image| (&image.name, image.span, &image.repo_url, &image.tags)))
            .collect();
        let mut by_tag: HashMap<(&str, &str), &str> = HashMap::new();
        for (name, span, repo_url, tags) in &watchers {
            if let Some((other, place)) = names.take(&object_name(&[name]), format!("image {name}"), Some(*span)) {
                self.collision(&object_name(&[name]), &format!("image {name}"), *span, &other, place);
            }
            if let Some(tag) = tags.single_tag() {
                by_tag.insert((repo_url, tag), name);
            }
        }
        let mut bases = Vec::with_capacity(users.len());
        for (reference, users) in users {
            let written = base_settings.get(&reference);
            let repo_url = reference.name();
            let watcher = reference.tag().and_then(|tag| by_tag.get(&(repo_url.as_str(), tag)));
            let (name, watched_by) = if let Some(name) = watcher {
                if let Some((renamed, span)) =
                    written.and_then(|settings| settings.name.as_ref().zip(settings.name_span))
                    && renamed != name
                {
                    self.report(
                        Diagnostic::new(
                            Code::NoEffect,
                            format!("{} is watched as image {name}, so this name is not used", reference.familiar()),
                            span,
                        )
                        .help("remove it")
                        .fix(Fix::remove_key(span)),
                    );
                }
                ((*name).to_owned(), WatchedBy::ImageOfThatName)
            } else {
                let name = written.and_then(|settings| settings.name.clone()).unwrap_or_else(|| base_name(&reference));
                let owner = format!("base {}", reference.familiar());
                let place = written
                    .and_then(|settings| settings.name_span)
                    .or_else(|| users.0.values().find_map(|spans| spans.first().copied()));
                if let Some((other, other_place)) = names.take(&object_name(&[&name]), owner.clone(), place)
                    && let Some(place) = place
                {
                    self.collision(&object_name(&[&name]), &owner, place, &other, other_place);
                    continue;
                }
                let interval =
                    written.and_then(|settings| settings.interval).unwrap_or(settings.defaults.base_interval);
                (name, WatchedBy::Own(interval))
            };
            let dependents = users.0.into_iter().map(|(index, spans)| {
                let draft = &images.managed[index];
                let (own, base) = (Some(draft.policy), written.map(|base| base.policy));
                Dependent {
                    image: index,
                    policy: settings.defaults.policy.over(own, base),
                    inputs: self.inputs(draft, written, settings, &name),
                    spans: spans.into_iter().collect(),
                    delay: settings.defaults.policy.delay_over(own, base).map(|delay| delay.span),
                }
            });
            let dependents = dependents.collect();
            bases.push(Base { name, reference, watched_by, dependents });
        }
        bases
    }

    fn collision(&mut self, name: &str, owner: &str, span: Span, other: &str, other_span: Option<Span>) {
        let mut diagnostic = Diagnostic::new(
            Code::NameCollision,
            format!("{other} and {owner} would both be the Warehouse {name}"),
            span,
        )
        .here(owner.to_owned());
        if let Some(other_span) = other_span.filter(|other_span| *other_span != span) {
            diagnostic = diagnostic.label(other_span, other.to_owned());
        }
        let base = [owner, other].into_iter().find_map(|text| text.strip_prefix("base "));
        self.report(match base {
            Some(reference) => diagnostic.help(format!(
                "give the base a name of its own: `baseImages: [{{image: \"{reference}\", name: ...}}]` at the root"
            )),
            None => diagnostic.help("give one of the images another name"),
        });
    }

    /// What the workflow is sent: the built-in inputs, then each layer over them, the image's last.
    fn inputs(
        &mut self,
        draft: &Draft<'_>,
        base: Option<&BaseSettings>,
        settings: &Settings,
        base_name: &str,
    ) -> IndexMap<String, String> {
        let none = InputKeys::default();
        let layers = [&settings.defaults.inputs, base.map_or(&none, |base| &base.inputs), &draft.inputs];
        let bump = layers.iter().rev().find_map(|layer| layer.version_bump).unwrap_or("patch");
        let mut inputs: IndexMap<String, Option<String>> = IndexMap::from([
            (VERSION_BUMP.to_owned(), Some(bump.to_owned())),
            (TRIGGERED_BY.to_owned(), Some("kargo-base-image-update".to_owned())),
            (BASE_IMAGE.to_owned(), Some(object_name(&[base_name]))),
        ]);
        for (key, value) in layers.iter().flat_map(|layer| &layer.inputs) {
            inputs.insert(key.clone(), value.clone());
        }
        let inputs: IndexMap<String, String> =
            inputs.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
        if inputs.len() > MAX_INPUTS {
            let message =
                format!("{} would be sent {} inputs; GitHub takes {MAX_INPUTS}", draft.image.name, inputs.len());
            self.report(
                Diagnostic::new(Code::TooManyInputs, message, draft.image.span)
                    .help("put several values into one input, as JSON for example"),
            );
        }
        inputs
    }
}
