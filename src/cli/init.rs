//! `init`: proposes images.yaml and the factory's workflow from what lies in a repository.

use super::report::report;
use super::{Exit, Global};
use crate::config;
use crate::diagnostic::any_error;
use crate::forge::Origin;
use crate::forge::github::WORKFLOWS;
use crate::io::workspace::Workspace;
use crate::io::{git, listing, read, terminal, write};

use crate::model::resolve::{Input, resolve};
use crate::scaffold::propose::{Branch, Proposal, RepositoryFiles, WorkflowFile, is_dockerfile, propose};
use crate::session::files::read_file;
use crate::source::{FileId, SourceFile, Sources};
use crate::templates;
use crate::words::{append, counted};
use crate::workflow;
use clap::Args;
use std::path::{Path, PathBuf};

/// Flags of `init`.
#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Show what would be written, and write nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Write without asking
    #[arg(long, short)]
    yes: bool,
}

/// Where images.yaml is put: in a folder of its own, since the lock and the schema lie beside it, and three files more in the
/// root of a repository are many. It is also the first place that is looked at.
const IMAGES: &str = "image-factory/images.yaml";
const SCHEMA: &str = "images.schema.json";
const FACTORY: &str = "image-factory.yml";

/// A file that would be written.
struct File {
    path: PathBuf,
    text: String,
    /// What it is; none if the text itself is shown.
    what: Option<&'static str>,
}

pub(super) fn run(global: &Global, flags: &Flags) -> anyhow::Result<Exit> {
    let root = Workspace::here()?;
    // One above this repository is another's.
    let is_ours = |found: &Workspace| global.images.is_some() || found.images.starts_with(&root);
    let found = Workspace::find(global.images.as_deref())?.filter(is_ours);
    if let Some(found) = found.filter(|found| read::exists(&found.images)) {
        let shown = Workspace::shown(&found.images);
        terminal::message(&format!(
            "{shown} is there already; nothing is written\n  help: `image-factory add NAME` adds an image to it\n"
        ));
        return Ok(Exit::Ok);
    }
    let images = match &global.images {
        Some(path) => std::path::absolute(path)?,
        None => root.join(IMAGES),
    };
    let listed = listing::files(&root)?;
    if !listed.by_git && !global.quiet {
        terminal::message("git does not say which files it ignores, so all are looked at\n");
    }
    let mut sources = Sources::new();
    let proposal = look(&root, &listed.paths, &mut sources, global)?;
    if proposal.images() + proposal.commented() == 0 {
        terminal::message(&nothing(&root, listed.paths.len(), &proposal));
        return Ok(Exit::No);
    }
    let text = proposal.text(SCHEMA);
    if !is_read(&images, &text, global) {
        return Ok(Exit::Input);
    }
    let factory = match templates::factory() {
        Ok(text) => text,
        Err(why) => anyhow::bail!("{why}"),
    };
    let beside = images.parent().unwrap_or(&root).join(SCHEMA);
    let all = [
        File { path: images, text, what: None },
        File { path: beside, text: config::images_schema(), what: Some("the JSON Schema of images.yaml, for editors") },
        File {
            path: root.join(WORKFLOWS).join(FACTORY),
            text: factory,
            what: Some("the workflow that `image-factory workflow --ci` prints"),
        },
    ];
    let (there, new): (Vec<File>, Vec<File>) = all.into_iter().partition(|file| read::exists(&file.path));
    terminal::print(&shown(&new))?;
    for file in &there {
        terminal::message(&format!("{} is there already, and is left alone\n", Workspace::shown(&file.path)));
    }
    if !global.quiet {
        terminal::message(&summary(&proposal));
    }
    decide(flags, &new, global)
}

/// Writes if that is wanted.
fn decide(flags: &Flags, new: &[File], global: &Global) -> anyhow::Result<Exit> {
    let plural = if new.len() == 1 { "this file" } else { &format!("these {} files", new.len()) };
    if flags.dry_run {
        return Ok(Exit::Ok);
    }
    if !flags.yes {
        match terminal::confirm(&format!("write {plural}? [y/N] "))? {
            Some(true) => {}
            Some(false) => {
                terminal::message("nothing is written\n");
                return Ok(Exit::Ok);
            }
            None => {
                terminal::message(&format!(
                    "nothing is written, since there is no terminal to ask on\n  help: `image-factory init --yes` writes {plural}\n"
                ));
                return Ok(Exit::Ok);
            }
        }
    }
    let files: Vec<(PathBuf, &str)> = new.iter().map(|file| (file.path.clone(), file.text.as_str())).collect();
    write::apply(&files, &[])?;
    if !global.quiet {
        let names: Vec<String> = new.iter().map(|file| Workspace::shown(&file.path)).collect();
        let mut text = format!("wrote {}\n", names.join(", "));
        if new.iter().any(|file| file.path.ends_with(FACTORY)) {
            text.push_str("  help: in the workflow, replace OWNER by who has a copy of image-factory\n");
        }
        text.push_str(
            "  next: look at the lines with `# unsure:`, then `image-factory lint` and `image-factory synth`\n",
        );
        terminal::message(&text);
    }
    Ok(Exit::Ok)
}

/// Reads Dockerfiles and workflows, and makes a proposal, which may be empty.
fn look(root: &Path, paths: &[String], sources: &mut Sources, global: &Global) -> anyhow::Result<Proposal> {
    let mut notes = Vec::new();
    let mut dockerfiles: Vec<(String, FileId)> = Vec::new();
    for path in paths.iter().filter(|path| is_dockerfile(path)) {
        match read_file(&root.join(path), global.options()) {
            Ok((name, text)) => dockerfiles.push((path.clone(), sources.add(SourceFile::new(name, text)))),
            Err(absent) => notes.push(format!("{path} could not be read: {absent}")),
        }
    }
    let mut workflows: Vec<WorkflowFile> = Vec::new();
    for path in paths {
        let Some(name) = path.strip_prefix(WORKFLOWS).and_then(|name| name.strip_prefix('/')) else { continue };
        let (_, extension) = name.rsplit_once('.').unwrap_or_default();
        if name.contains('/') || !matches!(extension, "yml" | "yaml") {
            continue;
        }
        let read = match read_file(&root.join(path), global.options()) {
            Ok((shown, text)) => {
                let id = sources.add(SourceFile::new(shown, text));
                workflow::read(sources.file(id), id).0
            }
            Err(_) => None,
        };
        match read {
            Some(workflow) => {
                let bakes = bakes(root, paths, &workflow, sources, global);
                workflows.push(WorkflowFile { name: name.to_owned(), workflow, bakes });
            }
            None => notes.push(format!("{path} could not be read as a workflow")),
        }
    }
    let origin = git::origin(root)?.as_deref().and_then(Origin::parse);
    let branch = match git::branch(root)? {
        Some(git::Branch::Default(name)) => Branch { name, unsure: None },
        Some(git::Branch::Current(name)) => {
            Branch { name, unsure: Some("git does not say which branch is the default; this is the current one") }
        }
        None => Branch { name: "main".to_owned(), unsure: Some("git does not say which branch this is") },
    };
    let folder = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut proposal = propose(&RepositoryFiles {
        sources,
        dockerfiles: &dockerfiles,
        workflows: &workflows,
        origin: origin.as_ref(),
        branch: &branch,
        folder: &folder,
    });
    for note in &notes {
        proposal.note(note);
    }
    Ok(proposal)
}

/// The bake files of a workflow's builds.
fn bakes(
    root: &Path,
    paths: &[String],
    workflow: &workflow::Workflow,
    sources: &mut Sources,
    global: &Global,
) -> Vec<(String, workflow::Bake)> {
    let mut wanted: Vec<String> = workflow.builds().flat_map(|(_, build)| workflow::bake_files(build)).collect();
    wanted.sort();
    wanted.dedup();
    let mut found = Vec::new();
    for path in wanted.into_iter().filter(|path| paths.contains(path)) {
        let Ok((name, text)) = read_file(&root.join(&path), global.options()) else { continue };
        let id = sources.add(SourceFile::new(name, text));
        found.extend(workflow::read_bake(sources.file(id), id).0.map(|bake| (path, bake)));
    }
    found
}

/// Whether our own reader takes the text; what it does not take is said.
fn is_read(path: &Path, text: &str, global: &Global) -> bool {
    let mut sources = Sources::new();
    let id = sources.add(SourceFile::new(Workspace::shown(path), text));
    let (file, mut diagnostics) = config::read_images(&sources, id);
    let state = config::state::State::default();
    diagnostics.extend(resolve(&Input { root: &file, included: &[], lock: None, state: &state }).1);
    diagnostics.retain(crate::diagnostic::Diagnostic::is_error);
    if any_error(&diagnostics) {
        report(&diagnostics, &sources, global);
        terminal::message("the proposal has errors, so nothing is written\n  help: write images.yaml by hand\n");
        return false;
    }
    true
}

fn shown(files: &[File]) -> String {
    let mut out = String::new();
    for file in files {
        let name = Workspace::shown(&file.path);
        match file.what {
            None => append!(out, "--- {name}\n{}", file.text),
            Some(what) => append!(out, "--- {name}: {what}\n"),
        }
    }
    out
}

fn summary(proposal: &Proposal) -> String {
    let mut text = format!("init: {}", counted(proposal.images(), "image"));
    if proposal.commented() > 0 {
        append!(text, ", {} more in comments", proposal.commented());
    }
    append!(text, ", {} unsure\n", counted(proposal.unsure(), "line"));
    text
}

fn nothing(root: &Path, files: usize, proposal: &Proposal) -> String {
    let mut text = format!(
        "nothing to propose: none of the {} in {} is a Dockerfile, Dockerfile.*, *.Dockerfile or Containerfile of this repository\n",
        counted(files, "file"),
        Workspace::shown(root)
    );
    for note in proposal.notes() {
        append!(text, "  note: {note}\n");
    }
    append!(
        text,
        "  help: what git ignores is not looked at; images that are built elsewhere are written into {IMAGES} by hand\n"
    );
    text
}
