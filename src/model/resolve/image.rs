//! One entry of `images`: managed if it has `source`, else external.

use super::settings::{BaseSettingsMap, InputKeys, PolicyKeys, Settings};
use super::{Names, Resolver, by_name};
use crate::config::{self, Slot};
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::model::tags::{TagFilter, TagRule};
use crate::model::{ExternalImage, ManagedImage, Places, Source, check, name};
use crate::reference::{self, EdgeKind, Reference};
use crate::source::{At, Span};
use globset::GlobSet;
use indexmap::IndexMap;
use std::collections::HashMap;

/// A managed image with what is still needed to find its bases.
pub(super) struct Draft<'a> {
    pub(super) image: ManagedImage,
    pub(super) written: &'a config::Image,
    pub(super) policy: PolicyKeys,
    pub(super) inputs: InputKeys,
    pub(super) triggers: Option<Vec<EdgeKind>>,
    pub(super) ignore: Option<GlobSet>,
}

/// All images, by name.
pub(super) struct Images<'a> {
    pub(super) managed: Vec<Draft<'a>>,
    pub(super) externals: Vec<ExternalImage>,
}

impl Resolver {
    pub(super) fn images<'a>(
        &mut self,
        items: impl Iterator<Item = &'a At<config::Image>>,
        settings: &Settings,
        bases: &BaseSettingsMap,
    ) -> Images<'a> {
        let mut names = Names::default();
        let mut repositories: HashMap<(String, TagRule), (String, Span)> = HashMap::new();
        let mut images = Images { managed: Vec::new(), externals: Vec::new() };
        for item in items {
            let image = &item.value;
            for (slot, key) in [(&image.updates, "updates"), (&image.local, "local")] {
                if let Some(at) = slot.get() {
                    self.report(
                        Diagnostic::new(Code::NoEffect, format!("nothing acts on `{key}` yet"), at.span)
                            .help("it can stay; it changes nothing"),
                    );
                }
            }
            let name = self.image_name(item, &mut names);
            let enrolled = image.enrollment.get().map(|at| &at.value);
            let source = match enrolled {
                Some(enrollment) => image.source.or(&enrollment.source),
                None => &image.source,
            };
            let repo_url = self.repo_url(item, enrolled, source.is_absent(), settings);
            let (Some(name), Some(repo_url)) = (name.clone(), repo_url) else {
                self.rest_of_broken(item, source, name, settings);
                continue;
            };
            let span = name.span;
            let (owner, tags) = if source.is_absent() {
                self.keys_without_use(image);
                let Some(tags) = self.external_tags(item) else { continue };
                let watched = tags.single_tag().and_then(|tag| Reference::parse(&format!("{repo_url}:{tag}")).ok());
                let interval = watched
                    .and_then(|reference| bases.get(&reference))
                    .and_then(|base| base.interval)
                    .unwrap_or(settings.defaults.base_interval);
                let external = ExternalImage {
                    name: name.value.clone(),
                    span,
                    repo_url: repo_url.clone(),
                    tags: tags.clone(),
                    interval,
                };
                images.externals.push(external);
                (name.value, tags)
            } else {
                let draft = self.managed(item, source, name.clone(), repo_url.clone(), settings);
                let tags = draft.image.tags.clone();
                images.managed.push(draft);
                (name.value, tags)
            };
            let key = (repo_url.clone(), tags);
            if let Some((first, first_span)) = repositories.get(&key) {
                self.report(
                    Diagnostic::new(
                        Code::DuplicateRepository,
                        format!("{owner} and {first} are both {repo_url} with the same tags"),
                        span,
                    )
                    .label(*first_span, format!("{first} is named here"))
                    .help("remove one of them, or give them different `tags`, as release branches have"),
                );
            } else {
                repositories.insert(key, (owner, span));
            }
        }
        images.managed = by_name(images.managed, |draft| &draft.image.name);
        images.externals = by_name(images.externals, |image| &image.name);
        images
    }

    /// Reads the rest of an entry that cannot be used, so that all of its problems show at once.
    fn rest_of_broken(
        &mut self,
        item: &At<config::Image>,
        source: &Slot<config::Source>,
        name: Option<At<String>>,
        settings: &Settings,
    ) {
        self.lost_images = true;
        if source.is_absent() {
            self.keys_without_use(&item.value);
            self.external_tags(item);
            return;
        }
        let name = name.unwrap_or_else(|| At::new("this image".to_owned(), start_of(item.span)));
        self.managed(item, source, name, String::new(), settings);
        for base in item.value.base_images.items() {
            self.reference(base);
        }
    }

    /// Checks what only rebuilds use on an image without `source`: it may become managed, and a mistake is one before that.
    fn keys_without_use(&mut self, image: &config::Image) {
        self.policy_keys(&image.rebuild_delay, &image.auto_rebuild);
        self.input_keys(&image.version_bump, &image.inputs);
        self.triggers(&image.triggers);
        self.globs(&image.ignore_bases);
        for base in image.base_images.items() {
            self.reference(base);
        }
    }

    fn image_name(&mut self, item: &At<config::Image>, names: &mut Names) -> Option<At<String>> {
        let Some(at) = item.value.name.get() else {
            if item.value.name.is_absent() {
                self.report(
                    Diagnostic::new(Code::MissingKey, "the key `name` is missing", start_of(item.span))
                        .help("write a name that no other image has"),
                );
            }
            return None;
        };
        if !self.checked(at, Code::Name, "the name", name::check_object_name) {
            return None;
        }
        if let Some((_, first)) = names.take(&at.value, at.value.clone(), Some(at.span)) {
            let mut diagnostic =
                Diagnostic::new(Code::DuplicateName, format!("the name `{}` is taken", at.value), at.span)
                    .here("named again here")
                    .help("give one of the two another name");
            if let Some(first) = first {
                diagnostic = diagnostic.label(first, "first named here");
            }
            self.report(diagnostic);
            return None;
        }
        Some(at.clone())
    }

    /// Registry and repository, as Kargo takes them.
    fn repo_url(
        &mut self,
        item: &At<config::Image>,
        enrolled: Option<&config::Enrollment>,
        external: bool,
        settings: &Settings,
    ) -> Option<String> {
        let image = &item.value;
        let absent = Slot::Absent;
        let repository = image.repository.or(enrolled.map_or(&absent, |enrollment| &enrollment.repository));
        let registry = image.registry.or(enrolled.map_or(&absent, |enrollment| &enrollment.registry));
        if let (true, Some(at)) = (repository.is_absent(), image.repo_url.get()) {
            return self.repository_reference(at, "");
        }
        let registry_text = self.text(registry, "the registry", reference::check_written_registry);
        let Some(at) = repository.get() else {
            if repository.is_absent() {
                let place = image.name.get().map_or(start_of(item.span), |name| name.span);
                self.report(
                    Diagnostic::new(Code::MissingKey, "the key `repository` is missing", place)
                        .help("write the path in the registry, as in `repository: myorg/myapp`"),
                );
            }
            return None;
        };
        if !self.without_expression(at, "the repository") || (registry_text.is_none() && !registry.is_absent()) {
            return None;
        }
        let built_in = if external { "docker.io" } else { "ghcr.io" };
        let default = if external { None } else { settings.defaults.registry.as_deref() };
        let registry = registry_text.as_deref().or(default).unwrap_or(built_in);
        if let Some(rest) = at.value.strip_prefix(&format!("{registry}/")) {
            self.report(
                Diagnostic::new(Code::Reference, format!("the repository repeats the registry {registry}"), at.span)
                    .help(format!("write `{rest}`"))
                    .fix(is_repository(&at.value).then(|| Fix::replace(at.span, &*at.value, rest))),
            );
            return None;
        }
        self.repository_reference(at, &format!("{registry}/"))
    }

    /// A repository as it is written, behind its registry and a slash where that is written elsewhere.
    fn repository_reference(&mut self, at: &At<String>, registry: &str) -> Option<String> {
        let reference = self.reference_under(registry, at)?;
        if reference.tag().is_some() || reference.digest().is_some() {
            self.report(
                Diagnostic::new(Code::Reference, "a repository has no tag and no digest", at.span)
                    .help(format!("write `{}` here, and the tag under `tag` or `tags`", reference.name())),
            );
            return None;
        }
        Some(reference.name())
    }

    /// A reference that Docker and Kargo take.
    pub(super) fn reference(&mut self, at: &At<String>) -> Option<Reference> {
        self.reference_under("", at)
    }

    fn reference_under(&mut self, registry: &str, at: &At<String>) -> Option<Reference> {
        let text = format!("{registry}{}", at.value);
        if !self.without_expression(at, "the reference") {
            return None;
        }
        let problem = match Reference::parse(&text) {
            Ok(reference) => match reference.refused_by_kargo() {
                None => return Some(reference),
                Some(why) => why.to_owned(),
            },
            Err(why) => why.to_string(),
        };
        let shown: String = text.chars().take(80).collect();
        let message = format!("`{shown}` is not an image that can be watched: {problem}");
        let lower = Reference::in_lower_case(&text);
        let lower = lower.as_deref().and_then(|lower| lower.strip_prefix(registry));
        let fix = lower.map(|lower| Fix::replace(at.span, &*at.value, lower));
        self.report(Diagnostic::new(Code::Reference, message, at.span).fix(fix));
        None
    }

    fn managed<'a>(
        &mut self,
        item: &'a At<config::Image>,
        source: &'a Slot<config::Source>,
        name: At<String>,
        repo_url: String,
        settings: &Settings,
    ) -> Draft<'a> {
        let image = &item.value;
        let absent = Slot::Absent;
        let no_flag = Slot::Absent;
        let enrolled = image.enrollment.get().map(|at| &at.value);
        let delay = image.rebuild_delay.or(enrolled.map_or(&absent, |enrollment| &enrollment.rebuild_delay));
        let auto = image.auto_rebuild.or(enrolled.map_or(&no_flag, |enrollment| &enrollment.auto_rebuild));
        let policy = self.policy_keys(delay, auto);
        let inputs = self.input_keys(&image.version_bump, &image.inputs);
        let triggers = self.triggers(&image.triggers);
        let ignore = self.globs(&image.ignore_bases);
        if let (false, Some(at)) = (source.is_absent(), image.tag.get()) {
            self.report(Diagnostic::new(Code::InvalidValue, "`tag` is for images without `source`", at.span).help(
                format!(
                    "to watch one tag of a managed image, write `tags: {{strategy: Digest, constraint: \"{}\"}}`",
                    at.value
                ),
            ));
        }
        if !source.is_absent() {
            // Without `repository`, `repoURL` is read here too.
            let no_repository = image.repository.or(enrolled.map_or(&absent, |it| &it.repository)).is_absent();
            for (slot, key, unused) in [
                (&image.repo_url, "repoURL", !no_repository),
                (&image.allow_tags, "allowTags", true),
                (&image.image_selection_strategy, "imageSelectionStrategy", true),
            ] {
                if let Some(at) = slot.get() {
                    self.report(
                        Diagnostic::new(
                            Code::NoEffect,
                            format!("`{key}` is only read on images without `source`"),
                            at.span,
                        )
                        .help("write `registry`, `repository` and `tags`")
                        .fix(unused.then(|| Fix::remove_key(at.span))),
                    );
                }
            }
        }
        let tags = self.tags(&image.tags).unwrap_or_else(|| TagRule::SemVer {
            constraint: TagRule::RELEASES.to_owned(),
            filter: TagFilter::default(),
        });
        let places = places(source.get().map(|at| &at.value), &name, settings);
        let source = self.source(source.get().map(|at| &at.value), &name, settings);
        let image = ManagedImage {
            name: name.value,
            span: name.span,
            places,
            repo_url,
            tags,
            interval: settings.defaults.image_interval,
            source,
            lists_bases: !image.base_images.is_absent(),
            dockerfile: None,
        };
        Draft { image, written: &item.value, policy, inputs, triggers, ignore }
    }

    fn source(&mut self, written: Option<&config::Source>, name: &At<String>, settings: &Settings) -> Source {
        let absent = config::Source::default();
        let exists = written.is_some();
        let source = written.unwrap_or(&absent);
        let provider = self.choice(&source.provider, "the provider", &[("github", true), ("gitlab", false)]);
        if let (Some(false), Some(at)) = (provider, source.provider.get()) {
            self.report(
                Diagnostic::new(Code::NotSupportedYet, "rebuilding through GitLab is not supported yet", at.span)
                    .help("remove `source` to only watch the image, or build it by a workflow on GitHub"),
            );
        } else {
            for (slot, key) in [(&source.pipeline, "pipeline"), (&source.job, "job")] {
                if let Some(at) = slot.get() {
                    self.report(
                        Diagnostic::new(Code::NoEffect, format!("`{key}` is for GitLab"), at.span)
                            .help("write `workflow` for a workflow on GitHub")
                            .fix(Fix::remove_key(at.span)),
                    );
                }
            }
        }
        if exists && source.repo.is_absent() {
            self.report(
                Diagnostic::new(Code::MissingKey, format!("{} has a `source` without `repo`", name.value), name.span)
                    .help("write the repository that builds it, as in `repo: myorg/myrepo`"),
            );
        }
        let workflow = self
            .text(&source.workflow, "the workflow", |text| check::workflow(text).map(drop))
            .and_then(|text| check::workflow(&text).map(str::to_owned).ok())
            // One that cannot be used is not another.
            .unwrap_or_else(|| if source.workflow.is_absent() { format!("{}.yml", name.value) } else { String::new() });
        let mut build_args = IndexMap::new();
        for (key, value) in source.build_args.get().into_iter().flat_map(|at| &at.value.0) {
            let name = "the name of the build argument";
            let key_ok = self.checked(key, Code::InvalidValue, name, check::build_argument);
            if let Some(value) = self.text(value, "the build argument", check::no_nul)
                && key_ok
            {
                build_args.insert(key.value.clone(), value);
            }
        }
        Source {
            repo: self.repo(&source.repo, "the repository of the source").unwrap_or_default(),
            branch: self
                .text(&source.branch, "the branch", check::branch)
                .unwrap_or_else(|| settings.defaults.branch.clone()),
            dockerfile: self.text(&source.dockerfile, "the path of the Dockerfile", check::file),
            context: self.text(&source.context, "the context", check::path),
            workflow,
            target: self.text(&source.target, "the target", check::target),
            platform: self.text(&source.platform, "the platform", check::platform),
            build_args,
        }
    }
}

fn places(source: Option<&config::Source>, name: &At<String>, settings: &Settings) -> Places {
    let place =
        |slot: fn(&config::Source) -> &Slot<String>| source.and_then(|source| slot(source).get()).map(|at| at.span);
    Places {
        repo: place(|source| &source.repo).unwrap_or(name.span),
        branch: place(|source| &source.branch).or(settings.defaults.branch_span).unwrap_or(name.span),
        workflow: place(|source| &source.workflow).unwrap_or(name.span),
        dockerfile: place(|source| &source.dockerfile).unwrap_or(name.span),
    }
}

/// Whether a text is a repository that can be watched, with its registry and without a tag.
fn is_repository(text: &str) -> bool {
    Reference::parse(text).is_ok_and(|reference| {
        reference.tag().is_none() && reference.digest().is_none() && reference.refused_by_kargo().is_none()
    })
}

/// The first character of a thing that has no better place.
pub(super) fn start_of(span: Span) -> Span {
    Span { end: span.start + 1, ..span }
}
