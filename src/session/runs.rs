//! What the rebuild of each image builds: its workflow, worked out for the inputs that it is sent.

use super::facts::Texts;
use super::files::{Places, readable};
use super::repository::RepositoryFiles;
use crate::diagnostic::Diagnostic;
use crate::io::forge::Wanted;
use crate::model::Model;
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::workflow::evaluate::{Evaluation, Evaluator};
use crate::workflow::event::{Event, Input};
use crate::workflow::repository::{Files, Repositories, Repository};
use indexmap::{IndexMap, IndexSet};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// What is read while workflows are worked out.
pub(super) struct Runs<'a> {
    places: &'a Places,
    online: bool,
    /// The command, for the line of progress.
    title: &'static str,
    sources: RefCell<Sources>,
    texts: RefCell<&'a mut Texts>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    /// Why the machine did not give a file that is here.
    failure: RefCell<Option<anyhow::Error>>,
}

/// What each dispatch that was asked for builds, by its number.
pub(super) type ByNumber = HashMap<usize, Rc<Evaluation>>;

/// Reads a file and adds it to the sources.
type Add<'f> = Box<dyn Fn(&str) -> Option<FileId> + 'f>;

/// A dispatch of a workflow that was read.
pub(super) struct Asked {
    /// What its answer is found by.
    pub(super) number: usize,
    pub(super) workflow: Wanted,
    /// Where images.yaml names the workflow.
    pub(super) named: Option<Span>,
    pub(super) event: Event,
}

impl<'a> Runs<'a> {
    pub(super) fn new(
        places: &'a Places,
        (online, title): (bool, &'static str),
        sources: Sources,
        texts: &'a mut Texts,
    ) -> Self {
        let (sources, texts) = (RefCell::new(sources), RefCell::new(texts));
        Self { places, online, title, sources, texts, diagnostics: RefCell::default(), failure: RefCell::default() }
    }

    /// What each dispatch builds, by its number; the sources and the problems of what was read.
    pub(super) fn of(self, asked: Vec<Asked>) -> anyhow::Result<(ByNumber, Sources, Vec<Diagnostic>)> {
        let mut found = HashMap::new();
        let mut by_repository: IndexMap<Wanted, Vec<Asked>> = IndexMap::new();
        for asked in asked {
            let repository = Wanted { path: String::new(), ..asked.workflow.clone() };
            by_repository.entry(repository).or_default().push(asked);
        }
        for (repository, asked) in &by_repository {
            self.repository(repository, asked, &mut found)?;
        }
        match self.failure.into_inner() {
            Some(failure) => Err(failure),
            None => Ok((found, self.sources.into_inner(), self.diagnostics.into_inner())),
        }
    }

    /// The dispatches of one repository and branch.
    fn repository(&self, own: &Wanted, asked: &[Asked], found: &mut ByNumber) -> anyhow::Result<()> {
        let named = asked.first().and_then(|asked| asked.named);
        let default_branch = self.places.default_branch(own)?;
        let others: Vec<Wanted> = self.places.checkouts().map(|repo| Wanted { repo, ..own.clone() }).collect();
        let own_add = |path: &str| self.add(own, path, named);
        let own_paths = self.places.paths(own);
        let own_files = RepositoryFiles::new(&own_add, &self.sources, &own_paths);
        let adds: Vec<Add<'_>> =
            others.iter().map(|other| Box::new(|path: &str| self.add(other, path, named)) as Add<'_>).collect();
        let files: Vec<RepositoryFiles<'_>> =
            adds.iter().map(|add| RepositoryFiles::new(add, &self.sources, &[])).collect();
        let others: Vec<Repository<'_>> = others
            .iter()
            .zip(&files)
            .map(|(other, files)| Repository {
                name: Some(&other.repo),
                default_branch: None,
                files: files as &dyn Files,
            })
            .collect();
        let name = Some(own.repo.as_str()).filter(|repo| !repo.is_empty());
        let own_repository = Repository { name, default_branch: default_branch.as_deref(), files: &own_files };
        let evaluator = Evaluator::new(Repositories { own: own_repository, others: &others });
        let mut done: HashMap<_, Rc<Evaluation>> = HashMap::new();
        for Asked { number, workflow, event, .. } in asked {
            let inputs: Vec<(&String, &Input)> = event.inputs.iter().collect();
            let run = done.entry((&workflow.path, &event.git_ref, inputs)).or_insert_with(|| {
                let evaluation = evaluator.evaluate(event, &workflow.path);
                self.diagnostics.borrow_mut().extend(evaluation.problems.iter().cloned());
                Rc::new(evaluation)
            });
            found.insert(*number, Rc::clone(run));
        }
        Ok(())
    }

    /// Reads a file of a repository and adds it to the sources.
    fn add(&self, repository: &Wanted, path: &str, named: Option<Span>) -> Option<FileId> {
        let file = Wanted { path: path.to_owned(), ..repository.clone() };
        let found = self.places.find(std::slice::from_ref(&file), self.online, self.title).pop()?;
        match readable(found) {
            Ok(Ok((name, text))) => {
                let mut texts = self.texts.borrow_mut();
                Some(texts.add(&mut self.sources.borrow_mut(), SourceFile::new(name, text)))
            }
            Ok(Err(absent)) => {
                self.diagnostics.borrow_mut().extend(named.and_then(|named| absent.problem(named)));
                None
            }
            Err(failure) => {
                self.failure.borrow_mut().get_or_insert(failure);
                None
            }
        }
    }
}

/// The dispatch of each image that is rebuilt, by its number; an input that not every rebuild sends with the same value is any.
pub(super) fn events(model: &Model) -> HashMap<usize, Event> {
    let mut sent: HashMap<usize, IndexMap<&str, IndexSet<&str>>> = HashMap::new();
    for dependent in model.bases.iter().flat_map(|base| &base.dependents) {
        let inputs = sent.entry(dependent.image).or_default();
        for (name, value) in &dependent.inputs {
            inputs.entry(name).or_default().insert(value);
        }
    }
    let with = |event: Event, (name, values): (&str, IndexSet<&str>)| match values.first() {
        Some(value) if values.len() == 1 => event.with(name, Input::Is((*value).to_owned())),
        _ => event.with(name, Input::Any),
    };
    let event = |(image, inputs): (usize, IndexMap<&str, IndexSet<&str>>)| {
        (image, inputs.into_iter().fold(Event::dispatch(&model.images[image].source.branch), with))
    };
    sent.into_iter().map(event).collect()
}
