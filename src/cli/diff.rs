//! `diff`: what would be rebuilt otherwise than before, and which objects change.

use super::ended::{Ended, Wrong};
use super::report::{Findings, report};
use super::{Exit, Global, load, revision};
use crate::diagnostic::Diagnostic;
use crate::diff::render::{self, View};
use crate::diff::{self, ManifestSet};
use crate::emit::{self, FilePlan, GENERATED, KUSTOMIZATION};
use crate::io::checkout::Refused;
use crate::io::read::{self, FileText};
use crate::io::workspace::Workspace;
use crate::io::write::{self, State};
use crate::io::{door, terminal};
use crate::session::{Problems, Session, Synthesis, Tree};
use crate::source::{FileId, SourceFile, Sources};
use clap::{Args, ValueEnum};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Compare with what images.yaml and its lock gave in this revision of git: a branch, a tag, a commit [default: the manifests
    /// in HEAD]
    #[arg(long, value_name = "GITREF")]
    base: Option<String>,
    /// Compare with these manifests, `-` is stdin; also with what `kubectl get -o yaml` prints
    #[arg(long, value_name = "FILE", conflicts_with = "base")]
    against: Option<PathBuf>,
    /// Show values, lists and what follows from something else whole; json always does
    #[arg(long, conflicts_with = "summary")]
    full: bool,
    /// Show what it means, and no objects and fields; not with json, which has everything
    #[arg(long)]
    summary: bool,
    /// How to print it: human for people, markdown for a comment on a pull request, json for programs
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true)]
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

impl Flags {
    /// Whether stdout is for programs.
    pub(super) fn is_json(&self) -> bool {
        matches!(self.format, Format::Json)
    }
}

/// One of the two sides: what it is called, and its manifests.
struct Side {
    name: String,
    set: ManifestSet,
}

pub(super) fn run(global: &Global, flags: &Flags) -> Result<Exit, Ended> {
    if flags.summary && matches!(flags.format, Format::Json) {
        return Err(Wrong::new("`--summary` cannot be used with `--format json`, which has everything")
            .help("the sentences are under `intent`")
            .into());
    }
    let session = load::read(global, global.options())?;
    let workspace = session.workspace().clone();
    let mut old = match (&flags.base, &flags.against) {
        (Some(name), _) => base(name, &workspace, global)?,
        (None, Some(path)) => against(path, global)?,
        (None, None) => committed(&workspace, &session.output().0, global)?,
    };
    let shown = session.tree().shown(&workspace.images);
    let new = made(session, shown, global)?;
    // What others made is none of our business; what a commit has is ours, whatever the Project was called then.
    let of_others = if flags.against.is_some() { old.set.keep_projects_of(&new.set) } else { BTreeMap::new() };
    let mut changes = diff::compare(&old.set, &new.set);
    changes.of_others = of_others;
    (changes.from, changes.to) = (old.name, new.name);
    let look = terminal::stdout_look();
    let view = View {
        color: look.color,
        width: look.width(),
        full: flags.full,
        summary: flags.summary,
        // Where there is a prompt below it.
        summary_last: look.columns.is_some(),
    };
    terminal::print(&match flags.format {
        Format::Human => render::human(&changes, view),
        Format::Markdown => render::markdown(&changes, view),
        Format::Json => render::json(&changes),
    })?;
    Ok(if changes.is_empty() { Exit::Ok } else { Exit::No })
}

/// The manifests that are made of what was read.
fn made(session: Session, name: String, global: &Global) -> Result<Side, Ended> {
    let Synthesis { sources, documents, problems, .. } = session.synth()?;
    if problems.stop() {
        terminal::message(&format!("there are no manifests of {name}:\n"));
        report(&problems.only(Diagnostic::is_error), &sources, global);
        return Err(Ended::problems());
    }
    parse(name.clone(), vec![(name, documents.into_text())], global)
}

/// What the work tree had in a revision.
fn base(name: &str, workspace: &Workspace, global: &Global) -> Result<Side, Ended> {
    match revision::tree(name, workspace)? {
        Ok(Some(tree)) => then(tree, name, global),
        Ok(None) => Ok(Side { name: format!("{name}, which has no images.yaml"), set: ManifestSet::new() }),
        Err(why) => Err(revision::missing(name, &why).into()),
    }
}

/// What images.yaml of a revision makes.
fn then(tree: Tree, name: &str, global: &Global) -> Result<Side, Ended> {
    let images = tree.shown(&tree.workspace().images);
    if global.verbose {
        terminal::message(&format!("comparing with what {images} makes\n"));
    }
    made(Session::read(tree, global.options())?, format!("images.yaml of {name}"), global)
}

/// Manifests from anywhere.
fn against(path: &Path, global: &Global) -> Result<Side, Ended> {
    let (name, text) = if path == Path::new("-") {
        ("stdin".to_owned(), Some(read::stdin()?))
    } else {
        (Workspace::shown(path), read::text_of_named(path)?)
    };
    let is_blank = |line: &str| line.trim().is_empty() || line.starts_with(['#', '%']) || matches!(line, "---" | "...");
    let manifests =
        "give it manifests, as `kubectl get -o yaml` prints them; a list without items is a cluster without objects";
    let (why, help) = match text {
        // What a command that has failed gives is no cluster without objects.
        Some(FileText::Ok(text)) if text.lines().all(is_blank) => ("is empty".to_owned(), manifests),
        Some(FileText::Ok(text)) => return parse(name.clone(), vec![(name, text)], global),
        Some(FileText::NotUtf8 { .. }) => ("is not UTF-8 text".to_owned(), manifests),
        Some(FileText::TooLarge) => (format!("is larger than {} MiB", read::MAX_FILE >> 20), manifests),
        Some(FileText::Unfit(unfit)) => (unfit.to_string(), unfit.help()),
        None => ("does not exist".to_owned(), manifests),
    };
    Err(Wrong::new(format!("{name} {why}, so there is nothing to compare with")).help(help).into())
}

/// The manifests of the last commit; where it has none, what its images.yaml makes; and where there is no commit, the manifests
/// as they are.
fn committed(workspace: &Workspace, output: &Path, global: &Global) -> Result<Side, Ended> {
    let Ok(tree) = revision::tree(HEAD, workspace)? else { return as_they_are(workspace, output, global) };
    let Some(tree) = tree else { return base(HEAD, workspace, global) };
    let folder = Session::output_of(&tree)?;
    let listed = match tree.text_if_any(&folder.join(KUSTOMIZATION))? {
        Some(FileText::Ok(text)) => text,
        _ => String::new(),
    };
    let inside = emit::folders(&listed).into_iter().map(|inside| folder.join(inside));
    let folders: BTreeSet<PathBuf> = inside.chain([folder.clone()]).collect();
    let mut files = Vec::new();
    for path in tree.listing()?.paths {
        let path = workspace.root.join(path);
        if !path.parent().is_some_and(|parent| folders.contains(parent)) || !is_manifest(&path) {
            continue;
        }
        if let Some(FileText::Ok(text)) = tree.text_if_any(&path)?
            && text.starts_with(GENERATED)
        {
            files.push((tree.shown(&path), text));
        }
    }
    if files.is_empty() {
        return base(HEAD, workspace, global);
    }
    parse(format!("{} of {HEAD}", Workspace::shown(&folder)), files, global)
}

/// The commit that the work tree is at.
const HEAD: &str = "HEAD";

fn is_manifest(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml") && !path.ends_with(KUSTOMIZATION)
}

/// The files of ours in the folder of the output.
fn as_they_are(workspace: &Workspace, folder: &Path, global: &Global) -> Result<Side, Ended> {
    let ours = match write::existing(&workspace.root, folder, &FilePlan::default())? {
        Ok(ours) => ours,
        Err(unfit) => return Err(Ended::Machine(Refused { path: folder.to_owned(), unfit }.into())),
    };
    let paths = ours.iter().filter(|file| file.state == State::Differs).map(|file| folder.join(&file.name));
    let mut files = Vec::new();
    for path in paths.filter(|path| is_manifest(path)) {
        files.push((Workspace::shown(&path), write::text(&path)?));
    }
    let shown = Workspace::shown(folder);
    let name = if files.is_empty() { format!("{shown}, which has no manifests") } else { shown };
    parse(name, files, global)
}

/// One set of some files; what is wrong with them is said.
fn parse(name: String, files: Vec<(String, String)>, global: &Global) -> Result<Side, Ended> {
    let mut sources = Sources::without(door::known());
    let ids: Vec<FileId> = files.into_iter().map(|(name, text)| sources.add(SourceFile::new(name, text))).collect();
    let mut set = ManifestSet::new();
    let diagnostics: Vec<Diagnostic> = ids.into_iter().flat_map(|id| set.add(&sources, id)).collect();
    let found = Findings::new(Problems::of(diagnostics, &sources), sources);
    found.show(global);
    found.stop()?;
    Ok(Side { name, set })
}
