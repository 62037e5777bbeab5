//! `lint` without files: texts by path in, problems out, as the command makes them of a checkout that has all of them.

use image_factory::config::state::State;
use image_factory::config::{self, File};
use image_factory::diagnostic::{Diagnostic, any_error, ignore};
use image_factory::discover;
use image_factory::dockerfile::{self, Request};
use image_factory::lint::{self, Context, Facts, ImageFacts, Looked, WorkflowFacts};
use image_factory::lock::{self, Entry, Lock, Placed};
use image_factory::model::resolve::Listed;
use image_factory::model::{ManagedImage, Model, Source};
use image_factory::source::{At, FileId, SourceFile, Sources};
use image_factory::workflow::{self, Bake, Workflow};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The repository that the texts are a checkout of.
pub(crate) const REPO: &str = "acme/web";

/// What came of a run.
pub(crate) struct Linted {
    pub(crate) sources: Sources,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Runs `lint` over files by path: `images.yaml`, what is in `teams/`, `images.lock.yaml`, Dockerfiles and workflows.
pub(crate) fn lint(files: &BTreeMap<String, String>) -> Linted {
    let mut run = Run { files, ids: BTreeMap::new(), sources: Sources::new(), diagnostics: Vec::new() };
    let images =
        std::iter::once("images.yaml".to_owned()).chain(files.keys().filter(|path| is_included(path)).cloned());
    let ids: Vec<FileId> = images.filter_map(|path| run.file(&path)).collect();
    let mut read: Vec<File> = ids.iter().map(|id| run.images(*id)).collect();
    let root = if read.is_empty() { File::default() } else { read.remove(0) };
    let mut lock = run.file("images.lock.yaml").map(|id| run.lock(id)).unwrap_or_default();
    let state = State::default();
    let listed = Listed::new(&root, &read);
    // What the lock does not know is read from the Dockerfiles, as `synth` would.
    for image in listed.managed().filter(|image| !image.lists_bases) {
        if lock.is_whole()
            && !lock.images.contains_key(&image.name)
            && let Some(entry) = run.entry(image)
        {
            lock.images.insert(image.name.clone(), entry);
        }
    }
    let (model, problems) = listed.model(Some(&lock), &state);
    run.diagnostics.extend(problems);
    let facts = run.facts(&model, ids, &lock);
    let Run { sources, mut diagnostics, .. } = run;
    let context = Context { model: &model, sources: &sources, facts: &facts };
    diagnostics.extend(lint::all(&context));
    lint::point_at_dockerfiles(&context, &mut diagnostics);
    let outcome = ignore::apply(diagnostics, &sources, &lint::codes());
    let mut diagnostics = outcome.kept;
    diagnostics.extend(outcome.unused.into_iter().map(|unused| unused.diagnostic));
    Linted { sources, diagnostics }
}

fn named(image: &ManagedImage) -> At<&Source> {
    At::new(&image.source, image.places.dockerfile)
}

fn is_included(path: &str) -> bool {
    path.starts_with("teams/")
}

struct Run<'a> {
    files: &'a BTreeMap<String, String>,
    ids: BTreeMap<String, FileId>,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
}

impl Run<'_> {
    /// A file, the same each time.
    fn file(&mut self, path: &str) -> Option<FileId> {
        let text = self.files.get(path)?;
        let sources = &mut self.sources;
        let add = || sources.add(SourceFile::new(path, text.as_str()));
        Some(*self.ids.entry(path.to_owned()).or_insert_with(add))
    }

    fn images(&mut self, id: FileId) -> File {
        let (file, problems) = config::read_images(&self.sources, id);
        self.diagnostics.extend(problems);
        file
    }

    fn lock(&mut self, id: FileId) -> Lock {
        let (lock, problems) = lock::read(&self.sources, id);
        self.diagnostics.extend(problems);
        lock
    }

    fn dockerfile(&self, source: &Source, id: FileId) -> (dockerfile::Facts, Vec<Diagnostic>) {
        let build_args = source.build_args.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let request =
            Request { target: source.target.as_deref(), build_args: &build_args, platform: source.platform() };
        dockerfile::read(self.sources.file(id), id, &request)
    }

    fn entry(&mut self, image: &ManagedImage) -> Option<Placed<Entry>> {
        let source = &image.source;
        // A file that is here is taken for that of a repository that nobody has a checkout of.
        let id = self.file(&source.dockerfile())?;
        let (facts, problems) = self.dockerfile(source, id);
        if any_error(&problems) { None } else { discover::entry(named(image), &facts).ok() }
    }

    fn facts(&mut self, model: &Model, files: Vec<FileId>, lock: &Lock) -> Facts {
        let mut facts = Facts { files, images: Vec::new() };
        let locked = Some(lock).filter(|lock| lock.is_whole());
        let mut workflows: BTreeMap<String, Rc<Looked<WorkflowFacts>>> = BTreeMap::new();
        for image in &model.images {
            let here = image.source.repo == REPO;
            let path = format!(".github/workflows/{}", image.source.workflow);
            let key = format!("{here} {path}");
            let workflow = workflows.entry(key).or_insert_with(|| {
                Rc::new(self.looked(here, &path, |run, id| {
                    let (workflow, problems) = workflow::read(run.sources.file(id), id);
                    run.diagnostics.extend(problems);
                    let workflow = workflow?;
                    let bakes = run.bakes(&workflow);
                    Some(WorkflowFacts { workflow, bakes })
                }))
            });
            let mut now = None;
            let dockerfile = if image.lists_bases {
                Looked::Unasked
            } else {
                self.looked(here, &image.source.dockerfile(), |run, id| {
                    let (facts, problems) = run.dockerfile(&image.source, id);
                    let broken = any_error(&problems);
                    run.diagnostics.extend(problems);
                    if broken {
                        return None;
                    }
                    match discover::entry(named(image), &facts) {
                        Ok(entry) => now = Some(entry.value),
                        Err(problems) => run.diagnostics.extend(problems),
                    }
                    Some(facts)
                })
            };
            let locked = locked.and_then(|lock| lock.images.get(&image.name)).map(|entry| entry.value.clone());
            let workflow = Rc::clone(workflow);
            facts.images.push(ImageFacts { dockerfile, now, locked, workflow, branch_is_tag: false });
        }
        facts
    }

    fn bakes(&mut self, workflow: &Workflow) -> Vec<(String, Bake)> {
        let paths: BTreeSet<String> = workflow.builds().flat_map(|(_, build)| workflow::bake_files(build)).collect();
        let mut bakes = Vec::new();
        for path in paths {
            let Some(id) = self.file(&path) else { continue };
            let (bake, problems) = workflow::read_bake(self.sources.file(id), id);
            self.diagnostics.extend(problems);
            bakes.extend(bake.map(|bake| (path, bake)));
        }
        bakes
    }

    fn looked<T>(&mut self, here: bool, path: &str, read: impl FnOnce(&mut Self, FileId) -> Option<T>) -> Looked<T> {
        match self.file(path) {
            Some(id) => read(self, id).map_or(Looked::Broken(id), |value| Looked::Found(id, value)),
            None if here => Looked::Missing(format!("not found here: there is no {path}")),
            None => Looked::Unknown(format!("not found here: there is no {path}")),
        }
    }
}
