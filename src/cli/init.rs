//! `init`: proposes images.yaml and the factory's workflow from what lies in a repository.

use super::first::{self, File, SCHEMA};
use super::report::wrong;
use super::workflow;
use super::{Exit, Global};
use crate::forge::Origin;
use crate::forge::github::{WORKFLOWS, WorkflowFile};
use crate::io::workspace::Workspace;
use crate::io::{read, terminal, write};
use crate::scaffold::propose::{Proposal, is_dockerfile};
use crate::session::{Tree, survey};
use crate::style::{BOLD, Look};
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
    /// The repository on GitHub that this is [default: that of the remote origin]
    #[arg(long, value_name = "OWNER/NAME", value_parser = first::repo)]
    repo: Option<String>,
    /// The action that the factory's workflow uses, in who has a copy of image-factory
    #[arg(long, value_name = "OWNER/image-factory@REF", value_parser = workflow::action)]
    action: Option<String>,
}

pub(super) fn run(global: &Global, flags: &Flags) -> anyhow::Result<Exit> {
    let root = Workspace::here()?;
    let images = first::place(global, &root)?;
    let taken = match &global.images {
        Some(_) => Some(images.clone()),
        // One above this repository is another's.
        None => Workspace::find(None)?.map(|found| found.images).filter(|images| images.starts_with(&root)),
    };
    if let Some(taken) = taken.filter(|images| read::exists(images)) {
        return Ok(wrong(&format!(
            "{} is there already; nothing is written\n  help: `image-factory add NAME` adds an image to it",
            Workspace::shown(&taken)
        )));
    }
    let tree = Tree::disk(Workspace { images: images.clone(), root: root.clone() });
    let listed = tree.listing()?;
    if !listed.by_git && !global.quiet {
        terminal::message("git does not say which files it ignores, so all are looked at\n");
    }
    let origin = origin(flags, &tree, &listed.paths)?;
    let proposal = survey(&tree, &listed.paths, origin.as_ref(), global.verbosity())?;
    if proposal.images() + proposal.commented() == 0 {
        terminal::message(&nothing(&root, listed.paths.len(), &proposal));
        return Ok(Exit::No);
    }
    let text = proposal.text(SCHEMA);
    if !first::is_read(&images, &text, global)? {
        terminal::message("the proposal has errors, so nothing is written\n  help: write images.yaml by hand\n");
        return Ok(Exit::Input);
    }
    let factory = match templates::factory(flags.action.as_deref()) {
        Ok(text) => text,
        Err(why) => anyhow::bail!("{why}"),
    };
    let factory = File {
        path: root.join(WORKFLOWS).join(&*WorkflowFile::FACTORY),
        text: factory,
        what: Some("the workflow that `image-factory workflow --ci` prints"),
    };
    let all = first::files(images, text).into_iter().chain([factory]);
    let (there, new): (Vec<File>, Vec<File>) = all.partition(|file| read::exists(&file.path));
    terminal::print_painted(&shown(&new), painted)?;
    for file in &there {
        terminal::message(&format!("{} is there already, and is left alone\n", Workspace::shown(&file.path)));
    }
    if !global.quiet {
        terminal::message(&summary(&proposal));
        if !first::is_usable(origin.as_ref()) {
            terminal::message(
                "nobody knows which repository on GitHub this is: OWNER/NAME stands for it, and `lint` and `synth` refuse that\n  \
                 help: name it with --repo, as in `image-factory init --repo acme/web`, or replace it in the file\n",
            );
        }
    }
    decide(flags, &root, &new, global)
}

/// Writes if that is wanted.
fn decide(flags: &Flags, root: &Path, new: &[File], global: &Global) -> anyhow::Result<Exit> {
    let plural = if new.len() == 1 { "this file" } else { &format!("these {} files", new.len()) };
    if flags.dry_run {
        return Ok(Exit::Ok);
    }
    if !flags.yes {
        match terminal::confirm(&format!("write {plural}? [y/N] "))? {
            Some(true) => {}
            Some(false) => {
                terminal::message("nothing is written\n");
                return Ok(Exit::No);
            }
            None => {
                return Ok(wrong(&format!(
                    "nothing is written, since there is no terminal to ask on\n  \
                     help: `image-factory init --yes` writes {plural}, and `image-factory init --dry-run` shows as much"
                )));
            }
        }
    }
    let files: Vec<(PathBuf, &str)> = new.iter().map(|file| (file.path.clone(), file.text.as_str())).collect();
    write::apply(root, &files)?;
    if !global.quiet {
        let names: Vec<String> = new.iter().map(|file| Workspace::shown(&file.path)).collect();
        let mut text = format!("wrote {}\n", names.join(", "));
        if flags.action.is_none() && new.iter().any(|file| file.path.ends_with(&*WorkflowFile::FACTORY)) {
            text.push_str(workflow::OWNER);
        }
        text.push_str(
            "  next: confirm the lines with `# unsure:`, then `image-factory lint` and `image-factory synth`; commit it all\n",
        );
        terminal::message(&text);
    }
    Ok(Exit::Ok)
}

/// The repository that this is: as it was named, as git knows it, or as somebody says who is asked.
fn origin(flags: &Flags, tree: &Tree, paths: &[String]) -> anyhow::Result<Option<Origin>> {
    let on_github = |repo: &String| Origin::parse(&format!("https://github.com/{repo}"));
    if let Some(repo) = &flags.repo {
        return Ok(on_github(repo));
    }
    let origin = tree.origin()?.as_deref().and_then(Origin::parse);
    let asks = !flags.yes && !flags.dry_run && paths.iter().any(|path| is_dockerfile(path));
    if asks && !first::is_usable(origin.as_ref()) {
        return Ok(first::ask_repo()?.as_ref().and_then(on_github).or(origin));
    }
    Ok(origin)
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

/// The names of files, and YAML.
fn painted(look: Look, text: &str) -> String {
    let line = |line: &str| if line.starts_with("--- ") { look.paint_line(BOLD, line) } else { look.yaml(line) };
    text.split_inclusive('\n').map(line).collect()
}

fn summary(proposal: &Proposal) -> String {
    let mut text = format!("init: {}", counted(proposal.images(), "image"));
    if proposal.commented() > 0 {
        append!(text, ", {} more in comments", proposal.commented());
    }
    append!(text, ", {} unsure\n", counted(proposal.unsure(), "line"));
    for gap in proposal.gaps() {
        append!(text, "  lint will say of {gap}\n");
    }
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
        "  help: what git ignores is not looked at; for images that are built elsewhere `image-factory add NAME --repo OWNER/NAME` makes images.yaml, and `image-factory workflow --ci` prints the workflow that keeps it up to date\n"
    );
    text
}
