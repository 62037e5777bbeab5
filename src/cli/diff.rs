//! `diff`: what would be rebuilt otherwise than before, and which objects change.

use super::load;
use super::report::report;
use super::{Exit, Global};
use crate::diagnostic::Diagnostic;
use crate::diff::{self, ManifestSet, render};
use crate::emit::FilePlan;
use crate::io::checkout::Refused;
use crate::io::read::{self, FileText};
use crate::io::revision::{NoRevision, Revision};
use crate::io::workspace::Workspace;
use crate::io::write::{self, State};
use crate::io::{door, terminal};
use crate::session::{Problems, Session, Synthesis, Tree};
use crate::source::{FileId, SourceFile, Sources};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Compare with what images.yaml and its lock gave in this revision of git: a branch, a tag, a commit
    #[arg(long, value_name = "GITREF")]
    base: Option<String>,
    /// Compare with these manifests, `-` is stdin; also with what `kubectl get -o yaml` prints
    #[arg(long, value_name = "FILE", conflicts_with = "base")]
    against: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// Forms of the result.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For a comment on a pull request
    Markdown,
    /// For programs
    Json,
}

pub(super) fn run(global: &Global, flags: &Flags) -> anyhow::Result<Exit> {
    let Some(session) = load::read(global, global.options())? else { return Ok(Exit::Input) };
    let workspace = session.workspace().clone();
    let old = match (&flags.base, &flags.against) {
        (Some(name), _) => base(name, &workspace, global)?,
        (None, Some(path)) => against(path, global)?,
        (None, None) => committed(&workspace, global)?,
    };
    let Some(old) = old else { return Ok(Exit::Input) };
    let Some(new) = side(session, "images.yaml as it is now", global)? else { return Ok(Exit::Input) };
    let changes = diff::compare(&old, &new);
    let look = terminal::stdout_look();
    terminal::print(&match flags.format {
        Format::Human => render::human(&changes, look.color, look.width()),
        Format::Markdown => render::markdown(&changes),
        Format::Json => render::json(&changes),
    })?;
    Ok(if changes.is_empty() { Exit::Ok } else { Exit::No })
}

/// The manifests that are made of what was read; `None` if there are none, which has been said then.
fn side(session: Session, name: &str, global: &Global) -> anyhow::Result<Option<ManifestSet>> {
    let Synthesis { sources, documents, problems, .. } = session.synth()?;
    if problems.stop() {
        terminal::message(&format!("there are no manifests of {name}:\n"));
        report(&problems.only(Diagnostic::is_error), &sources, global);
        return Ok(None);
    }
    Ok(parse(vec![(name.to_owned(), documents.into_text())], global))
}

/// What the work tree had in a revision.
fn base(name: &str, workspace: &Workspace, global: &Global) -> anyhow::Result<Option<ManifestSet>> {
    let revision = match Revision::open(&workspace.root, name)? {
        Ok(revision) => revision,
        Err(why) => {
            terminal::message(&no_revision(name, &why));
            return Ok(None);
        }
    };
    let candidates = Workspace::CANDIDATES.map(|path| workspace.root.join(path));
    let Some(images) = [workspace.images.clone()].into_iter().chain(candidates).find(|path| revision.has(path)) else {
        if !global.quiet {
            terminal::message(&format!("{name} has no images.yaml, so everything is new\n"));
        }
        return Ok(Some(ManifestSet::new()));
    };
    let then = Workspace { images, root: workspace.root.clone() };
    side(Session::read(Tree::revision(then, revision), global.options())?, name, global)
}

fn no_revision(name: &str, why: &NoRevision) -> String {
    match why {
        NoRevision::NoGit => {
            "error: git is not here, and --base needs it\n  help: install git, or compare with a file by --against\n"
                .to_owned()
        }
        NoRevision::NotFound { shallow: false } => format!(
            "error: git knows no revision `{name}` here\n  help: name a branch, a tag or a commit, as in `--base origin/main`; fetch it first if it is elsewhere\n"
        ),
        NoRevision::NotFound { shallow: true } => format!(
            "error: git knows no revision `{name}` here, and this clone is shallow\n  help: fetch it all: `git fetch --unshallow`, or `fetch-depth: 0` for actions/checkout\n"
        ),
        NoRevision::Other(said) => format!("error: git could not find `{name}`: {said}\n"),
    }
}

/// Manifests from anywhere.
fn against(path: &Path, global: &Global) -> anyhow::Result<Option<ManifestSet>> {
    let (name, text) = if path == Path::new("-") {
        ("stdin".to_owned(), Some(read::stdin()?))
    } else {
        (Workspace::shown(path), read::text_of_named(path)?)
    };
    Ok(match text {
        Some(FileText::Ok(text)) => parse(vec![(name, text)], global),
        Some(FileText::NotUtf8 { .. }) => wrong(&format!("{name} is not UTF-8 text")),
        Some(FileText::TooLarge) => wrong(&format!("{name} is larger than {} MiB", read::MAX_FILE >> 20)),
        Some(FileText::Unfit(unfit)) => wrong(&format!("{name} {unfit}\n  help: {}", unfit.help())),
        None => wrong(&format!("{name} does not exist")),
    })
}

fn wrong(why: &str) -> Option<ManifestSet> {
    terminal::message(&format!("error: {why}\n"));
    None
}

/// The files of ours in the folder of the output.
fn committed(workspace: &Workspace, global: &Global) -> anyhow::Result<Option<ManifestSet>> {
    let folder = workspace.dist();
    let ours = match write::existing(&workspace.root, &folder, &FilePlan::default())? {
        Ok(ours) => ours,
        Err(unfit) => return Err(Refused { path: folder, unfit }.into()),
    };
    let ours = ours.iter().filter(|file| file.state == State::Differs && file.name != "kustomization.yaml");
    let mut files = Vec::new();
    for file in ours {
        let path = folder.join(&file.name);
        files.push((Workspace::shown(&path), write::text(&path)?));
    }
    if files.is_empty() && !global.quiet {
        terminal::message(&format!(
            "there are no manifests in {} yet, so everything is new\n",
            Workspace::shown(&folder)
        ));
    }
    Ok(parse(files, global))
}

/// One set of some files, or what is wrong with them.
fn parse(files: Vec<(String, String)>, global: &Global) -> Option<ManifestSet> {
    let mut sources = Sources::without(door::known());
    let ids: Vec<FileId> = files.into_iter().map(|(name, text)| sources.add(SourceFile::new(name, text))).collect();
    let mut set = ManifestSet::new();
    let diagnostics: Vec<Diagnostic> = ids.into_iter().flat_map(|id| set.add(&sources, id)).collect();
    let broken = report(&Problems::of(diagnostics, &sources), &sources, global);
    (!broken).then_some(set)
}
