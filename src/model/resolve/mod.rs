//! images.yaml as written, to what it means: the only part of the model that knows how it is written.
//!
//! Every problem is collected; a [`Model`] comes out either way, and may be used only if none is an error. The steps, each of
//! which has values in, and values and problems out:
//!
//! | step | from | to |
//! |---|---|---|
//! | `settings`, with `analysis` | the root | what is shared |
//! | `projects` | `projects` at the root, drafts | which images are in which Project |
//! | `base_settings` | `baseImages` at the root | settings by base |
//! | `image`, with `place`, `tags`, `source` | `images` | drafts of managed images, external images |
//! | `locked` | drafts, the lock | what is known of Dockerfiles |
//! | `edges`, with `bases` | drafts, the lock, the state | who uses which base |
//! | `naming` | who uses which base | bases with their dependents |
//! | [`cascade`] | bases | the same without what chains repeat |
//! | this one | all of it | the model |
//!
//! `keys` and `trigger` read what `defaults`, bases and images share, and all steps report through `report`.

mod analysis;
mod base_settings;
mod bases;
mod delivery;
mod edges;
mod hook;
mod hosts;
mod image;
mod keys;
mod locked;
mod naming;
mod notifications;
mod pace;
mod place;
mod projects;
mod report;
mod settings;
mod source;
mod tags;
mod trigger;
mod wait;

use crate::config::File;
use crate::config::state::State;
use crate::diagnostic::Diagnostic;
use crate::forge::AnyRepo;
use crate::grammar::git::Folder;
use crate::grammar::kubernetes::ObjectName;
use crate::lock::Lock;
use crate::model::cascade;
use crate::model::{Base, Dockerfile, Hosts, ManagedImage, Model, Project, Source};
use crate::reference::RepoUrl;
use crate::source::{At, Span};
use base_settings::{BaseSettingsMap, base_settings};
use image::{Draft, Images, images};
use indexmap::IndexMap;
use report::Report;
use settings::{Settings, settings};
use std::collections::HashSet;

/// What a model is made from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// images.yaml.
    pub root: &'a File,
    /// The files that it includes.
    pub included: &'a [File],
    /// images.lock.yaml, if there is one.
    pub lock: Option<&'a Lock>,
    /// What the Python original's state says of images that have neither `baseImages` nor a lock entry.
    pub state: &'a State,
}

/// The names of managed images whose bases neither images.yaml nor the lock tells, and that are therefore to be looked up
/// in the state of the Python original.
pub fn images_without_bases<'a>(root: &'a File, included: &'a [File], lock: &Lock) -> Vec<&'a str> {
    std::iter::once(root)
        .chain(included)
        .flat_map(|file| file.images.items())
        .filter(|image| {
            let managed = !image.value.source.is_absent()
                || image.value.enrollment.get().is_some_and(|e| !e.value.source.is_absent());
            managed && image.value.base_images.is_absent()
        })
        .filter_map(|image| image.value.name.get())
        .map(|name| &*name.value)
        .filter(|name| !lock.images.contains_key(*name))
        .collect()
}

/// Makes the model.
pub fn resolve(input: &Input<'_>) -> (Model, Vec<Diagnostic>) {
    Listed::new(input.root, input.included).model(input.lock, input.state)
}

/// Images as images.yaml lists them, before it is known what they are built on: whoever can tell may add to the lock first.
pub struct Listed<'a> {
    root: &'a File,
    report: Report,
    settings: Settings,
    projects: Vec<Project>,
    base_settings: BaseSettingsMap,
    images: Images<'a>,
}

/// A managed image of which it is known where it is built.
#[derive(Clone, Copy, Debug)]
pub struct ListedImage<'a> {
    /// Its name.
    pub name: &'a ObjectName,
    /// Where images.yaml lists it.
    pub span: Span,
    /// Whether images.yaml lists its bases.
    pub lists_bases: bool,
    /// Where it is built; the place is that of the Dockerfile's path.
    pub source: At<&'a Source>,
}

impl<'a> Listed<'a> {
    /// Reads what images.yaml and the files that it includes say.
    pub fn new(root: &'a File, included: &'a [File]) -> Self {
        let mut report = Report::default();
        let settings = settings(root, &mut report);
        for file in included {
            settings::refuse_root_keys(file, &mut report);
        }
        let projects = projects::projects(root, &settings.project, &mut report);
        let files = || std::iter::once(root).chain(included);
        let base_settings = base_settings(files(), &settings.defaults.zone, &mut report);
        let items = files().flat_map(|file| file.images.items().map(|item| (item, file.of_project)));
        let mut images = images(items, &settings, &base_settings, &mut report);
        projects::assign(root, included, &mut images, &mut report);
        Self { root, report, settings, projects, base_settings, images }
    }

    /// The images that are rebuilt, by name.
    pub fn managed(&self) -> impl Iterator<Item = ListedImage<'_>> {
        self.images.managed.iter().filter_map(|draft| {
            let source = At::new(draft.source.as_ref()?, draft.places.dockerfile);
            Some(ListedImage { name: &draft.name, span: draft.span, lists_bases: draft.lists_bases, source })
        })
    }

    /// Where code hosts are.
    pub fn hosts(&self) -> &Hosts {
        &self.settings.hosts
    }

    /// Folders of this checkout that other repositories are checked out in.
    pub fn checkouts(&self) -> &IndexMap<AnyRepo, Folder> {
        &self.settings.checkouts
    }

    /// Makes the model with what the lock and the state of the Python original tell.
    pub fn model(self, lock: Option<&Lock>, state: &State) -> (Model, Vec<Diagnostic>) {
        let Self { root, mut report, settings, projects, base_settings, images } = self;
        let nothing = Lock::default();
        let lock = lock.unwrap_or(&nothing);
        let managed = images.managed.iter();
        let dockerfiles: Vec<_> = managed.map(|draft| locked::dockerfile(draft, lock, &mut report)).collect();
        let (edges, idle) = edges::edges(&images, (lock, state), &settings, &mut report);
        edges::report_unused_settings(&edges, &base_settings, &images, &mut report);
        let mut bases = naming::bases(edges, &settings, &base_settings, &images, &mut report);
        let unused_entries = locked::unused(lock, &images.managed);
        let Images { managed, externals, .. } = images;
        leave_out_drafts(&mut bases, &managed);
        let mut images: Vec<_> = managed
            .into_iter()
            .zip(dockerfiles)
            .filter_map(|(draft, file)| managed_image(draft, file, &settings))
            .collect();
        let built_on: HashSet<RepoUrl> = bases.iter().map(|base| base.reference.repo_url()).collect();
        for image in &mut images {
            image.is_base = built_on.contains(&image.repo_url);
        }
        cascade::reduce(&mut bases, &images);
        let model = Model {
            default_policy: settings.defaults.policy.over(None, None),
            images,
            project: settings.project,
            other_projects: projects,
            kargo: settings.kargo,
            kargo_span: root.kargo_version.get().map(|at| at.span),
            hosts: settings.hosts,
            retry: settings.retry,
            webhooks: settings.webhooks,
            generic_webhook: settings.delivery.generic_webhook,
            shard: settings.delivery.shard,
            sync_waves: settings.delivery.sync_waves,
            urgent: settings.urgent,
            notifications: settings.notifications,
            analysis: settings.analysis,
            checkouts: settings.checkouts,
            externals,
            bases,
            elsewhere: Vec::new(),
            unused_entries,
            idle,
        };
        delivery::budgets(root, &model, &mut report);
        (model, report.into_diagnostics())
    }
}

/// Takes images away that stay drafts, and bases that nobody else is built on; dependents are then indices of those that are
/// left.
fn leave_out_drafts(bases: &mut Vec<Base>, drafts: &[Draft<'_>]) {
    if drafts.iter().all(|draft| draft.source.is_some()) {
        return;
    }
    let mut left = 0..;
    let indices: Vec<Option<usize>> =
        drafts.iter().map(|draft| draft.source.as_ref().and_then(|_| left.next())).collect();
    for base in &mut *bases {
        base.dependents.retain_mut(|dependent| indices[dependent.image].map(|index| dependent.image = index).is_some());
    }
    bases.retain(|base| !base.dependents.is_empty());
}

fn managed_image(draft: Draft<'_>, dockerfile: Option<Dockerfile>, settings: &Settings) -> Option<ManagedImage> {
    Some(ManagedImage {
        source: draft.source?,
        name: draft.name,
        span: draft.span,
        project: draft.project,
        places: draft.places,
        repo_url: draft.repo_url,
        tags: draft.tags,
        interval: settings.defaults.image_interval,
        rebuilds: settings.defaults.trigger.over(draft.keys.trigger),
        is_base: false,
        lists_bases: draft.lists_bases,
        dockerfile,
    })
}

/// Images and bases by name, to find two of one name.
#[derive(Default)]
struct Names(IndexMap<String, (String, Option<Span>)>);

impl Names {
    /// Takes a name for an owner, or says who has it.
    fn take(&mut self, name: &str, owner: String, span: Option<Span>) -> Option<(String, Option<Span>)> {
        if let Some(first) = self.0.get(name) {
            return Some(first.clone());
        }
        self.0.insert(name.to_owned(), (owner, span));
        None
    }
}

/// Puts things in the order of their names.
fn by_name<T>(mut things: Vec<T>, name: impl Fn(&T) -> &str) -> Vec<T> {
    things.sort_by(|a, b| name(a).cmp(name(b)));
    things
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::read_images;
    use crate::source::{SourceFile, Sources};

    /// Of each base, the images that are rebuilt for it.
    fn rebuilt(text: &str) -> Vec<(String, Vec<String>)> {
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new("images.yaml", text));
        let (root, problems) = read_images(&sources, id);
        assert!(problems.is_empty(), "{problems:?}");
        let input = Input { root: &root, included: &[], lock: None, state: &State::default() };
        let (model, problems) = resolve(&input);
        assert!(problems.iter().any(Diagnostic::is_error), "{problems:?}");
        let name = |dependent: &crate::model::Dependent| model.images[dependent.image].name.to_string();
        let of = |base: &Base| (base.name.to_string(), base.dependents.iter().map(name).collect());
        model.bases.iter().map(of).collect()
    }

    #[test]
    fn an_image_that_cannot_be_built_is_no_image_and_its_neighbours_stay_who_they_are() {
        for broken in ["repo: o", "repo: o/a, workflow: build", "workflow: a.yml", "repo: \"${{x}}\""] {
            let image = |name: &str, source: &str, base: &str| {
                format!("- {{name: {name}, repository: o/{name}, source: {{{source}}}, baseImages: [{base}]}}\n")
            };
            let text = image("a", broken, "node, alpine")
                + &image("b", "repo: o/b", "node")
                + &image("c", broken, "node")
                + &image("d", "repo: o/d", "node, debian");
            let node = ("node-latest".to_owned(), vec!["b".to_owned(), "d".to_owned()]);
            let debian = ("debian-latest".to_owned(), vec!["d".to_owned()]);
            assert_eq!(rebuilt(&text), [debian, node], "{broken}");
        }
    }
}
