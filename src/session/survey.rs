//! What lies in a repository without images.yaml, to a proposal of one.

use super::files::read_file;
use super::repository::RepositoryFiles;
use super::{Tree, Verbosity};
use crate::forge::Origin;
use crate::forge::github::{self, WORKFLOWS};
use crate::io::{door, git};
use crate::scaffold::dispatch::runs;
use crate::scaffold::propose::{Branch, Found, Proposal, WorkflowFile, is_dockerfile, propose};
use crate::source::{FileId, SourceFile, Sources};
use crate::workflow::evaluate::Evaluator;
use crate::workflow::repository::{Repositories, Repository};
use crate::workflow::{self, Workflow};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

/// Reads the Dockerfiles and workflows among some files of a tree, by their paths from its root, and makes a proposal, which may be
/// empty. `origin` is the repository that this is, if somebody knows it.
pub(crate) fn survey(
    tree: &Tree,
    paths: &[String],
    origin: Option<&Origin>,
    verbosity: Verbosity,
) -> anyhow::Result<Proposal> {
    let sources = RefCell::new(Sources::without(door::known()));
    let mut sorted = paths.to_vec();
    sorted.sort_unstable();
    let add = |path: &str| {
        sorted.binary_search_by(|known| known.as_str().cmp(path)).ok()?;
        add(tree, path, verbosity, &sources).ok()
    };
    let mut notes = Vec::new();
    let mut read = Vec::new();
    for path in paths {
        let Some(name) = workflow_name(path) else { continue };
        match add(path).and_then(|id| workflow::read(sources.borrow().file(id), id).0) {
            Some(workflow) => read.push((name, path.as_str(), workflow)),
            None => notes.push(format!("{path} could not be read as a workflow")),
        }
    }
    let branch = branch(tree, &read)?;
    let opened = RepositoryFiles::new(&add, &sources, &sorted);
    let default_branch = branch.unsure.is_none().then_some(branch.name.as_str());
    let name = origin.map(|origin| origin.repo.as_str());
    let evaluator = Evaluator::new(Repositories::of(Repository { name, default_branch, files: &opened }));
    let workflows: Vec<WorkflowFile> = read
        .into_iter()
        .map(|(name, path, workflow)| {
            let runs = runs(&evaluator, &workflow, path, &branch.name, &sorted);
            WorkflowFile { name: name.to_owned(), workflow, runs }
        })
        .collect();
    let named: BTreeSet<&str> = workflows
        .iter()
        .flat_map(|file| &file.runs)
        .flat_map(|run| &run.evaluation.builds)
        .filter_map(|build| build.dockerfile.here())
        .collect();
    let dockerfiles = dockerfiles(tree, paths, &named, verbosity, &sources, &mut notes);
    let folder = tree.workspace().root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut proposal = propose(&Found {
        sources: &sources.borrow(),
        dockerfiles: &dockerfiles,
        workflows: &workflows,
        has_workflows: paths.iter().any(|path| workflow_name(path).is_some()),
        origin,
        branch: &branch,
        folder: &folder,
    });
    for note in &notes {
        proposal.note(note);
    }
    Ok(proposal)
}

/// The branch that images are built from: the default one as a clone has noted it, or the current one if it has the name of one; else
/// what filters of workflows and branches that git knows say of it.
fn branch(tree: &Tree, read: &[(&str, &str, Workflow)]) -> anyhow::Result<Branch> {
    const USUAL: [&str; 2] = ["main", "master"];
    let sure = |name: String, note| Branch { name, note, unsure: None };
    let current = match tree.branch()? {
        Some(git::Branch::Default(name)) => return Ok(sure(name, None)),
        // Who works on a branch of this name works on the default one.
        Some(git::Branch::Current(name)) if USUAL.contains(&name.as_str()) => return Ok(sure(name, None)),
        Some(git::Branch::Current(name)) => Some(name),
        None => None,
    };
    let filters = read.iter().filter_map(|(_, _, workflow)| workflow.triggers.as_ref());
    let named: BTreeSet<&str> =
        filters.flat_map(|triggers| &triggers.branches).map(|name| name.value.as_str()).collect();
    let mut usual = USUAL.into_iter().filter(|name| named.contains(name));
    let by_filters = match (usual.next(), usual.next()) {
        (Some(name), None) => Some(name),
        (None, _) => named.first().copied().filter(|_| named.len() == 1),
        _ => None,
    };
    if let Some(name) = by_filters {
        return Ok(sure(
            name.to_owned(),
            Some("git does not say which branch is the default; filters of workflows do"),
        ));
    }
    let mut known = Vec::new();
    for name in USUAL {
        if tree.is_branch(name)? {
            known.push(name);
        }
    }
    if let [name] = known.as_slice() {
        return Ok(sure((*name).to_owned(), Some("git does not say which branch is the default; this one is there")));
    }
    Ok(match current {
        Some(name) => Branch {
            name,
            note: None,
            unsure: Some("git does not say which branch is the default; this is the current one"),
        },
        None => Branch { name: "main".to_owned(), note: None, unsure: Some("git does not say which branch this is") },
    })
}

/// Adds a text; the error says why there is none.
fn add(tree: &Tree, path: &str, verbosity: Verbosity, sources: &RefCell<Sources>) -> Result<FileId, String> {
    let path = tree.workspace().root.join(Path::new(path));
    let (name, text) = read_file(tree, &path, verbosity).map_err(|absent| absent.why)?;
    Ok(sources.borrow_mut().add(SourceFile::new(name, text)))
}

/// The Dockerfiles: by their names, and those that a workflow builds, whatever they are called.
fn dockerfiles(
    tree: &Tree,
    paths: &[String],
    named: &BTreeSet<&str>,
    verbosity: Verbosity,
    sources: &RefCell<Sources>,
    notes: &mut Vec<String>,
) -> Vec<(String, FileId)> {
    let mut found = Vec::new();
    for path in paths.iter().filter(|path| is_dockerfile(path) || named.contains(path.as_str())) {
        match add(tree, path, verbosity, sources) {
            Ok(id) => found.push((path.clone(), id)),
            Err(why) => notes.push(format!("{path} could not be read: {why}")),
        }
    }
    found
}

/// The name of a workflow's file, if a path is one.
pub(super) fn workflow_name(path: &str) -> Option<&str> {
    let name = path.strip_prefix(WORKFLOWS)?.strip_prefix('/')?;
    let (_, extension) = name.rsplit_once('.').unwrap_or_default();
    // Ours builds nothing.
    let is_factory = name == &*github::WorkflowFile::FACTORY;
    (!name.contains('/') && !is_factory && matches!(extension, "yml" | "yaml")).then_some(name)
}
