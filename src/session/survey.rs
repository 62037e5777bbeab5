//! What lies in a repository without images.yaml, to a proposal of one.

use super::files::{read_file, readable};
use super::{Tree, Verbosity};
use crate::forge::Origin;
use crate::forge::github::WORKFLOWS;
use crate::io::{door, git};
use crate::scaffold::propose::{Branch, Proposal, RepositoryFiles, WorkflowFile, is_dockerfile, propose};
use crate::source::{FileId, SourceFile, Sources};
use crate::workflow::{self, Bake, Workflow};
use std::path::Path;

/// Reads the Dockerfiles and workflows among some files of a tree, by their paths from its root, and makes a proposal, which may be
/// empty. `origin` is the repository that this is, if somebody knows it.
pub(crate) fn survey(
    tree: &Tree,
    paths: &[String],
    origin: Option<&Origin>,
    verbosity: Verbosity,
) -> anyhow::Result<Proposal> {
    let mut files = Files { tree, paths, verbosity, sources: Sources::without(door::known()), notes: Vec::new() };
    let dockerfiles = files.dockerfiles()?;
    let workflows = files.workflows()?;
    let branch = match tree.branch()? {
        Some(git::Branch::Default(name)) => Branch { name, unsure: None },
        // Who works on a branch of this name works on the default one.
        Some(git::Branch::Current(name)) if matches!(name.as_str(), "main" | "master") => Branch { name, unsure: None },
        Some(git::Branch::Current(name)) => {
            Branch { name, unsure: Some("git does not say which branch is the default; this is the current one") }
        }
        None => Branch { name: "main".to_owned(), unsure: Some("git does not say which branch this is") },
    };
    let folder = tree.workspace().root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut proposal = propose(&RepositoryFiles {
        sources: &files.sources,
        dockerfiles: &dockerfiles,
        workflows: &workflows,
        origin,
        branch: &branch,
        folder: &folder,
    });
    for note in &files.notes {
        proposal.note(note);
    }
    Ok(proposal)
}

struct Files<'a> {
    tree: &'a Tree,
    paths: &'a [String],
    verbosity: Verbosity,
    sources: Sources,
    /// What could not be read.
    notes: Vec<String>,
}

impl Files<'_> {
    /// Adds a text; the inner error says why there is none.
    fn add(&mut self, path: &str) -> anyhow::Result<Result<FileId, String>> {
        let path = self.tree.workspace().root.join(Path::new(path));
        let found = readable(read_file(self.tree, &path, self.verbosity))?;
        Ok(found.map(|(name, text)| self.sources.add(SourceFile::new(name, text))).map_err(|absent| absent.why))
    }

    fn dockerfiles(&mut self) -> anyhow::Result<Vec<(String, FileId)>> {
        let mut found = Vec::new();
        for path in self.paths.iter().filter(|path| is_dockerfile(path)) {
            match self.add(path)? {
                Ok(id) => found.push((path.clone(), id)),
                Err(why) => self.notes.push(format!("{path} could not be read: {why}")),
            }
        }
        Ok(found)
    }

    fn workflows(&mut self) -> anyhow::Result<Vec<WorkflowFile>> {
        let mut found = Vec::new();
        for path in self.paths {
            let Some(name) = path.strip_prefix(WORKFLOWS).and_then(|name| name.strip_prefix('/')) else { continue };
            let (_, extension) = name.rsplit_once('.').unwrap_or_default();
            if name.contains('/') || !matches!(extension, "yml" | "yaml") {
                continue;
            }
            let read = self.add(path)?.ok().and_then(|id| workflow::read(self.sources.file(id), id).0);
            match read {
                Some(workflow) => {
                    let bakes = self.bakes(&workflow)?;
                    found.push(WorkflowFile { name: name.to_owned(), workflow, bakes });
                }
                None => self.notes.push(format!("{path} could not be read as a workflow")),
            }
        }
        Ok(found)
    }

    /// The bake files of a workflow's builds.
    fn bakes(&mut self, workflow: &Workflow) -> anyhow::Result<Vec<(String, Bake)>> {
        let mut found = Vec::new();
        for path in workflow::bake_files(workflow).into_iter().filter(|path| self.paths.contains(path)) {
            let Ok(id) = self.add(&path)? else { continue };
            found.extend(workflow::read_bake(self.sources.file(id), id).0.map(|bake| (path, bake)));
        }
        Ok(found)
    }
}
