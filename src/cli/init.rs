//! `init`: proposes images.yaml and the factory's workflow from what lies in a repository.

use super::report::report;
use super::{Exit, Global};
use crate::config;
use crate::diagnostic::Diagnostic;
use crate::forge::github::WORKFLOWS;
use crate::io::workspace::Workspace;
use crate::io::{read, terminal, write};
use crate::scaffold::propose::Proposal;
use crate::session::{Options, Session, Tree, survey};
use crate::templates;
use crate::words::{append, counted};
use clap::Args;
use std::path::{Path, PathBuf};

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
    let tree = Tree::disk(Workspace { images: images.clone(), root: root.clone() });
    let listed = tree.listing()?;
    if !listed.by_git && !global.quiet {
        terminal::message("git does not say which files it ignores, so all are looked at\n");
    }
    let proposal = survey(&tree, &listed.paths, global.verbosity())?;
    if proposal.images() + proposal.commented() == 0 {
        terminal::message(&nothing(&root, listed.paths.len(), &proposal));
        return Ok(Exit::No);
    }
    let text = proposal.text(SCHEMA);
    if !is_read(&text, global)? {
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

/// Whether our own reader takes the text; what it does not take is said.
fn is_read(text: &str, global: &Global) -> anyhow::Result<bool> {
    let mut session = Session::read(Tree::memory([(IMAGES, text)]), Options::default())?;
    let (_, problems) = session.model()?;
    let stops = report(&problems.only(Diagnostic::is_error), session.sources(), global);
    if stops {
        terminal::message("the proposal has errors, so nothing is written\n  help: write images.yaml by hand\n");
    }
    Ok(!stops)
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
