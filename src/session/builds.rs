//! What dispatches build: those of images as their rebuilds send them, and those of workflows of this checkout.

use super::facts::Texts;
use super::files::{Kind, readable};
use super::runs::{Asked, Runs, events};
use super::survey::workflow_name;
use super::{Problems, Session, dockerfiles};
use crate::builds::{Image, Run};
use crate::diagnostic::Diagnostic;
use crate::forge::Provider;
use crate::forge::github::WORKFLOWS;
use crate::io::forge::Wanted;
use crate::io::git::Branch;
use crate::lint::Looked;
use crate::model::Model;
use crate::source::{Sources, Span};
use crate::workflow;
use crate::workflow::event::Event;

/// What is dispatched.
pub(crate) enum Dispatched {
    /// An image of the model, by its number.
    Image(usize),
    /// A workflow of this checkout, by its path from the root, and the event.
    Workflow(String, Event),
}

/// What dispatches build.
pub(crate) struct Told {
    /// A run for each that was asked for.
    pub(crate) runs: Vec<Run>,
    /// Problems of the workflows, and of what says there what is built.
    pub(crate) problems: Problems,
    /// The texts that the problems point at.
    pub(crate) sources: Sources,
}

impl Session {
    /// The workflows of this checkout: the names of their files, sorted.
    pub(crate) fn workflows(&self) -> Vec<String> {
        let listing = self.tree.listing_of(&self.workspace().root.join(WORKFLOWS));
        let mut names = listing.map(|listing| listing.paths).unwrap_or_default();
        names.retain(|name| workflow_name(&format!("{WORKFLOWS}/{name}")).is_some());
        names
    }

    /// A dispatch of a workflow of this checkout without inputs: on a branch or a tag, else on the default branch, as far as git
    /// knows that.
    pub(crate) fn dispatch(&self, git_ref: Option<&str>) -> anyhow::Result<Event> {
        let tree = self.tree();
        Ok(match git_ref {
            Some(whole) if whole.starts_with("refs/") => Event { git_ref: whole.to_owned(), ..Event::dispatch("") },
            Some(name) if tree.is_tag(&self.workspace().root, name)? => {
                Event { git_ref: format!("refs/tags/{name}"), ..Event::dispatch("") }
            }
            Some(name) => Event::dispatch(name),
            None => match tree.branch()? {
                Some(Branch::Default(name) | Branch::Current(name)) => Event::dispatch(&name),
                None => Event::dispatch("main"),
            },
        })
    }

    /// Tells what dispatches build.
    pub(crate) fn builds(mut self, model: &Model, dispatched: Vec<Dispatched>) -> anyhow::Result<Told> {
        let places = self.places(model)?;
        let mut texts = Texts::of(&self.sources);
        let mut events = events(model);
        let mut asked: Vec<(Wanted, Option<Span>, Event)> = Vec::new();
        let mut images = Vec::new();
        for dispatched in dispatched {
            let (image, workflow, named, event) = match dispatched {
                Dispatched::Image(number) => {
                    let image = &model.images[number];
                    let Some(path) = image.source.pipeline.workflow_path() else { continue };
                    let event = events.remove(&number).unwrap_or_else(|| Event::dispatch(&image.source.branch));
                    (Some(image), dockerfiles::in_repo(&image.source, path), Some(image.places.workflow), event)
                }
                Dispatched::Workflow(path, event) => {
                    let (repo, branch) = (places.own_repo().unwrap_or_default(), event.ref_name().to_owned());
                    (None, Wanted { provider: Provider::GitHub, repo, branch, path }, None, event)
                }
            };
            images.push(image);
            asked.push((workflow, named, event));
        }
        let wanted: Vec<Wanted> = asked.iter().map(|(workflow, ..)| workflow.clone()).collect();
        let mut diagnostics = Vec::new();
        let mut looked = Vec::new();
        for (found, (_, named, _)) in places.find(&wanted, self.options.online, "builds").into_iter().zip(&asked) {
            let found = readable(found)?;
            let unfit = found.as_ref().err().filter(|absent| matches!(absent.kind, Kind::Unfit(_))).cloned();
            diagnostics.extend(unfit.as_ref().zip(*named).and_then(|(absent, named)| absent.problem(named)));
            let read = texts.looked(&mut self.sources, found, |sources, id| {
                let (workflow, problems) = workflow::read(sources.file(id), id);
                diagnostics.extend(problems.into_iter().filter(Diagnostic::is_error));
                workflow
            });
            looked.push(unfit.map_or(read, |absent| Looked::Missing(absent.why)));
        }
        let requests = asked.iter().zip(&looked).enumerate().filter(|(_, (_, looked))| looked.found().is_some());
        let requests = requests.map(|(number, ((workflow, named, event), _))| Asked {
            number,
            workflow: workflow.clone(),
            named: *named,
            event: event.clone(),
        });
        let runs = Runs::new(&places, (self.options.online, "builds"), std::mem::take(&mut self.sources), &mut texts);
        let (mut found, sources, problems) = runs.of(requests.collect())?;
        diagnostics.extend(problems);
        let told = asked.iter().zip(&looked).zip(&images).enumerate();
        let told = told.map(|(number, (((workflow, _, event), looked), image))| {
            let dockerfile = image.map(|image| image.source.dockerfile());
            let image = image.zip(dockerfile.as_ref()).map(|(image, dockerfile)| Image {
                name: &image.name,
                dockerfile,
                repository: image.repo_url.as_str(),
            });
            let repo = Some(workflow.repo.as_str()).filter(|repo| !repo.is_empty());
            let what = (repo, workflow.path.as_str(), event);
            match (found.remove(&number), looked) {
                (Some(run), _) => Run::new(what, image.as_ref(), &run, &sources),
                (None, Looked::Missing(why)) => Run::not_read(what, image.as_ref(), (true, why)),
                (None, Looked::Unknown(why)) => Run::not_read(what, image.as_ref(), (false, why)),
                (None, Looked::NoBranch) => Run::not_read(what, image.as_ref(), (true, "there is no such branch")),
                (None, _) => Run::not_read(what, image.as_ref(), (true, "the workflow cannot be read")),
            }
        });
        let runs = told.collect();
        Ok(Told { runs, problems: Problems::of(diagnostics, &sources), sources })
    }
}
