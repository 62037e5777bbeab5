//! What the rules of `lint` are told of files: Dockerfiles, workflows and the lock.

use super::files::{Found, Kind, Places, readable};
use super::runs::{Asked, ByNumber, Runs, events};
use super::{Session, dockerfiles};
use crate::config;
use crate::diagnostic::{Diagnostic, any_error};
use crate::discover;
use crate::dockerfile;
use crate::forge::Provider;
use crate::forge::github::{WORKFLOWS, WorkflowFile};
use crate::io::forge::Wanted;
use crate::lint::{self, Facts, ImageFacts, Looked};
use crate::lock::Entry;
use crate::model::{ManagedImage, Model, Source};
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::workflow::{self, Workflow};
use indexmap::IndexMap;
use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;

/// Which files are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Workflows that are in this checkout.
    Workflows,
    /// Dockerfiles and bake files too, and what is in no checkout where the code host may be asked.
    All,
}

/// Reads what there is to read. The problems are those of the files themselves.
pub(super) fn gather(
    session: &mut Session,
    model: &Model,
    places: &Places,
    reach: Reach,
) -> anyhow::Result<(Facts, Vec<Diagnostic>)> {
    let Session { sources, lock, images: listed, options, .. } = session;
    let all = reach == Reach::All;
    let online = all && options.online;
    let mut texts = Texts::of(sources);
    let mut diagnostics = Vec::new();
    let mut files: IndexMap<Wanted, Span> = IndexMap::new();
    let mut workflow_of = Vec::with_capacity(model.images.len());
    for image in &model.images {
        workflow_of.push(places.pipeline_file(&image.source).map(|path| {
            let entry = files.entry(dockerfiles::in_repo(&image.source, path));
            let index = entry.index();
            entry.or_insert(image.places.workflow);
            index
        }));
    }
    let (mut wanted, named): (Vec<Wanted>, Vec<Span>) = files.into_iter().unzip();
    let workflows = wanted.len();
    if all {
        wanted.extend(model.images.iter().map(|image| dockerfiles::wanted(&image.source)));
    }
    let found = places.find(&wanted, online, "lint").into_iter().map(readable).collect::<anyhow::Result<Vec<_>>>()?;
    for (found, named) in found.iter().zip(&named) {
        diagnostics.extend(found.as_ref().err().and_then(|absent| absent.problem(*named)));
    }
    let mut found = found.into_iter();
    let workflow = |(found, Wanted { provider, .. }): (_, &_)| {
        let read = match provider {
            Provider::GitLab => workflow::gitlab::read,
            Provider::AzureDevOps => workflow::azure::read,
            _ => workflow::read,
        };
        texts.looked(sources, found, |sources, id| {
            let (workflow, problems) = read(sources.file(id), id);
            diagnostics.extend(problems);
            workflow
        })
    };
    let workflows: Vec<Looked<Workflow>> = found.by_ref().take(workflows).zip(&wanted).map(workflow).collect();
    let own = |(workflow, wanted): (&Looked<Workflow>, _)| Some((workflow.found()?.0, places.own(wanted)?));
    let own_workflows = workflows.iter().zip(&wanted).filter_map(own).collect();
    let mut runs = ByNumber::new();
    if all {
        let mut events = events(model);
        let asked = workflow_of.iter().enumerate().filter_map(|(number, workflow)| {
            let index = (*workflow)?;
            workflows.get(index)?.found()?;
            // What a run of another host's builds is not worked out.
            model.images.get(number)?.source.pipeline.workflow_path()?;
            let (workflow, named) = (wanted.get(index)?.clone(), named.get(index).copied());
            Some(Asked { number, workflow, named, event: events.remove(&number)? })
        });
        let asked = asked.collect();
        let (found, read, problems) =
            Runs::new(places, (online, "lint"), std::mem::take(sources), &mut texts).of(asked)?;
        (runs, *sources) = (found, read);
        diagnostics.extend(problems);
    }
    let workflows: Vec<Rc<_>> = workflows.into_iter().map(Rc::new).collect();
    let locked = Some(&lock.lock).filter(|lock| lock.is_whole());
    let mut tags = Tags { places, known: HashMap::new() };
    let mut images = Vec::with_capacity(model.images.len());
    for (index, (image, workflow)) in model.images.iter().zip(workflow_of).enumerate() {
        let mut facts = ImageFacts {
            dockerfile: Looked::Unasked,
            now: None,
            locked: None,
            workflow: workflow.map_or_else(|| Rc::new(Looked::Unasked), |index| Rc::clone(&workflows[index])),
            run: runs.remove(&index).unwrap_or_default(),
            branch_is_tag: false,
        };
        if let Some(found) = found.next() {
            facts.locked = locked.and_then(|lock| lock.images.get(&*image.name)).map(|entry| entry.value.clone());
            facts.branch_is_tag = tags.has(&image.source)?;
            if !image.lists_bases {
                diagnostics.extend(found.as_ref().err().and_then(|absent| absent.problem(image.places.dockerfile)));
                facts.dockerfile = texts.looked(sources, found, |sources, id| {
                    let (dockerfile, now, problems) = dockerfile(sources, image, id);
                    diagnostics.extend(problems);
                    facts.now = now;
                    dockerfile
                });
            }
        }
        images.push(facts);
    }
    let factory = if all { factory(sources, places, &mut texts)? } else { None };
    let old_schemas = if all { old_schemas(sources, places, listed) } else { Vec::new() };
    let files = listed.iter().map(|(id, _)| *id).collect();
    let own_repo = places.own_repo();
    Ok((Facts { files, images, own_workflows, factory, old_schemas, own_repo, online }, diagnostics))
}

/// Where these texts name a schema for editors that another version of this tool has made, and which file it is.
fn old_schemas(sources: &Sources, places: &Places, files: &[(FileId, PathBuf)]) -> Vec<(Span, String)> {
    let old = files.iter().filter_map(|(id, path)| {
        let (span, schema) = lint::schema_named(sources.file(*id), *id)?;
        let (name, text) = places.beside(path, schema)?.ok()?;
        config::is_other_schema(&text).then_some((span, name))
    });
    old.collect()
}

/// The workflow of this checkout that runs this tool, under the name that it has by default.
fn factory(sources: &mut Sources, places: &Places, texts: &mut Texts) -> anyhow::Result<Option<FileId>> {
    let Some(found) = places.here(&format!("{WORKFLOWS}/{}", WorkflowFile::FACTORY)) else { return Ok(None) };
    Ok(texts.looked(sources, readable(found)?, |_, _| Some(())).found().map(|(id, ())| id))
}

/// What a Dockerfile says and the entry that `discover` would write of it, unless it has errors; they are among the problems.
fn dockerfile(
    sources: &Sources,
    image: &ManagedImage,
    id: FileId,
) -> (Option<dockerfile::Facts>, Option<Entry>, Vec<Diagnostic>) {
    let (facts, mut problems) = dockerfiles::facts(sources, &image.source, id);
    if any_error(&problems) {
        return (None, None, problems);
    }
    let now = match discover::entry(dockerfiles::named(image), &facts) {
        Ok(entry) => Some(entry.value),
        Err(more) => {
            problems.extend(more);
            None
        }
    };
    (Some(facts), now, problems)
}

/// The tags of checkouts, each asked for once.
struct Tags<'a> {
    places: &'a Places,
    /// By repository and branch: whether the branch is a tag.
    known: HashMap<(Provider, &'a str, &'a str), bool>,
}

impl<'a> Tags<'a> {
    /// Whether the branch of a source is a tag of the checkout of its repository.
    fn has(&mut self, source: &'a Source) -> anyhow::Result<bool> {
        let pipeline = &source.pipeline;
        let key = (pipeline.provider(), pipeline.repo(), source.branch.as_str());
        if let Some(is_tag) = self.known.get(&key) {
            return Ok(*is_tag);
        }
        let is_tag = self.places.is_tag(key.0, key.1, key.2)?;
        self.known.insert(key, is_tag);
        Ok(is_tag)
    }
}

/// Texts that are in the sources already, by name: several images are built from one Dockerfile.
pub(super) struct Texts(HashMap<String, FileId>);

impl Texts {
    /// Begins with what was read already; a comment in a text that is there twice would be idle in one of them.
    pub(super) fn of(sources: &Sources) -> Self {
        Self(sources.files().map(|(id, file)| (file.name().to_owned(), id)).collect())
    }

    /// Adds a file, unless it is there already.
    pub(super) fn add(&mut self, sources: &mut Sources, file: SourceFile) -> FileId {
        if let Some(known) = self.0.get(file.name()) {
            return *known;
        }
        let name = file.name().to_owned();
        let id = sources.add(file);
        self.0.insert(name, id);
        id
    }

    /// A file that was looked for, and what is read from its text.
    pub(super) fn looked<T>(
        &mut self,
        sources: &mut Sources,
        found: Found,
        read: impl FnOnce(&Sources, FileId) -> Option<T>,
    ) -> Looked<T> {
        match found {
            Ok((name, text)) => {
                let id = self.add(sources, SourceFile::new(name, text));
                read(sources, id).map_or(Looked::Broken(id), |value| Looked::Found(id, value))
            }
            Err(absent) => match absent.kind {
                Kind::Missing => Looked::Missing(absent.why),
                Kind::NoBranch => Looked::NoBranch,
                Kind::Unknown | Kind::NoText | Kind::Unreadable(_) => Looked::Unknown(absent.why),
                // That is an error, whatever it may say.
                Kind::Unfit(_) => Looked::Unasked,
            },
        }
    }
}
