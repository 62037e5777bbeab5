//! `init`: proposes images.yaml and the factory's workflow from what lies in a repository.

use super::ended::{Ended, Wrong};
use super::first::{self, File, SCHEMA};
use super::report::{self, Done, FileState, Findings, Format};
use super::{Exit, Global, proposed, workflow};
use crate::edit::add_dispatch;
use crate::edit::entry::Line;
use crate::forge::Origin;
use crate::forge::github::{WORKFLOWS, WorkflowFile};
use crate::io::read::FileText;
use crate::io::workspace::Workspace;
use crate::io::{read, terminal};
use crate::lint::declaration;
use crate::model::inputs::BUILT_IN;
use crate::scaffold::propose::{self, Proposal, is_dockerfile};
use crate::session::{Tree, settle, survey};
use crate::source::{SourceFile, Sources, visible};
use crate::style::{BOLD, Look};
use crate::templates;
use crate::words::{append, counted};
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Show what would be written, and write nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Write without asking
    #[arg(long, short)]
    yes: bool,
    /// Add `workflow_dispatch` to the workflows that push images and lack it; they are shown first
    #[arg(long)]
    edit_workflows: bool,
    /// The repository on GitHub that this is [default: that of the remote origin]
    #[arg(long, value_name = "OWNER/NAME", value_parser = first::repo)]
    repo: Option<String>,
    /// The action that the factory's workflow uses, in who has a copy of image-factory
    #[arg(long, value_name = "OWNER/image-factory@REF", value_parser = workflow::action)]
    action: Option<String>,
    /// How to say what was done: human for people, json for programs, which needs --yes or --dry-run
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true)]
    format: Format,
}

/// What is proposed, for programs.
#[derive(Debug, Serialize)]
struct Proposed {
    /// `owner/name` of the repository, if somebody knows it.
    repository: Option<String>,
    /// `defaults` of images.yaml.
    defaults: Option<proposed::Proposed>,
    images: Vec<proposed::Proposed>,
    /// Dockerfiles that are not proposed, by cause; in images.yaml they are comments.
    left_out: Vec<LeftOut>,
    /// What was found and could not be used.
    notes: Vec<String>,
}

/// Dockerfiles that are not proposed.
#[derive(Debug, Serialize)]
struct LeftOut {
    why: String,
    dockerfiles: Vec<String>,
}

pub(super) fn run(global: &Global, flags: &Flags) -> Result<Exit, Ended> {
    let mut found = Findings::default();
    let done = init(global, flags, &mut found);
    report::finish(("init", flags.format, flags.dry_run), global, &found, done)
}

fn init(global: &Global, flags: &Flags, found: &mut Findings) -> Result<Done<Proposed>, Ended> {
    let for_people = flags.format == Format::Human;
    if !for_people && !flags.yes && !flags.dry_run {
        return Err(Wrong::new("nobody is asked where a program reads the answer")
            .help("add `--yes`, which writes, or `--dry-run`, which does not")
            .into());
    }
    let root = Workspace::here()?;
    let images = first::place(global, &root)?;
    let taken = match &global.images {
        Some(_) => Some(images.clone()),
        // One above this repository is another's.
        None => Workspace::find(None)?.map(|found| found.images).filter(|images| images.starts_with(&root)),
    };
    if let Some(taken) = taken.filter(|images| read::exists(images)) {
        return Err(Wrong::new(format!("{} is there already; nothing is written", Workspace::shown(&taken)))
            .help("`image-factory add NAME` adds an image to it")
            .into());
    }
    let workspace = Workspace { images: images.clone(), root: root.clone() };
    let tree = Tree::disk(workspace.clone());
    let listed = tree.listing()?;
    if !listed.by_git && !global.quiet && for_people {
        terminal::message("git does not say which files it ignores, so all are looked at\n");
    }
    let origin = origin(flags, &tree, &listed.paths)?;
    let survey = |tree: &Tree| survey(tree, &listed.paths, origin.as_ref(), global.verbosity());
    let mut proposal = survey(&tree)?;
    let mut edits = Vec::new();
    if flags.edit_workflows {
        edits = edited(&tree, &proposal)?;
        proposal = survey(&Tree::disk(workspace.clone()).with(texts(&edits)))?;
    }
    if proposal.images().is_empty() && proposal.left_out().is_empty() {
        let said = nothing(&root, listed.paths.len(), &proposal);
        return Ok(done(Exit::No, Vec::new(), for_programs(&proposal, origin.as_ref()), said));
    }
    // Where nobody knows the repository, each entry has a placeholder for it.
    if first::is_usable(origin.as_ref()) {
        settle(&workspace, &mut proposal, SCHEMA, |text| {
            let images = (workspace.images.clone(), text);
            Tree::disk(workspace.clone()).with(texts(&edits).into_iter().chain([images]).collect())
        })?;
    }
    let text = proposal.text(SCHEMA);
    *found = first::errors(&images, &text)?;
    if found.problems.stop() {
        let said = "the proposal has errors, so nothing is written\n  help: write images.yaml by hand\n";
        return Err(Ended::Problems(said.to_owned()));
    }
    let factory = File {
        path: root.join(WORKFLOWS).join(&*WorkflowFile::FACTORY),
        text: templates::factory(flags.action.as_deref()).map_err(Wrong::new)?,
        what: Some("the workflow that `image-factory workflow --ci` prints"),
    };
    let all: Vec<File> = first::files(images, text).into_iter().chain([factory]).collect();
    let new: Vec<&File> = all.iter().filter(|file| !read::exists(&file.path)).collect();
    if for_people {
        terminal::print_painted(&changes(&edits), Look::diff)?;
        show(&all, &proposal, origin.as_ref(), global)?;
    }
    let number = new.len() + edits.len();
    let what = if number == 1 { "this file" } else { &format!("these {number} files") };
    let result = for_programs(&proposal, origin.as_ref());
    let mut files = first::states(&all);
    files.extend(edits.iter().map(|edit| report::File::new(&edit.path, FileState::Written)));
    if flags.dry_run {
        return Ok(done(Exit::Ok, files, result, String::new()));
    }
    match if flags.yes { Some(true) } else { terminal::confirm(&format!("write {what}? [y/N] "))? } {
        Some(true) => {}
        Some(false) => return Ok(done(Exit::No, Vec::new(), result, "nothing is written\n".to_owned())),
        None => {
            return Err(Wrong::new("nothing is written, since there is no terminal to ask on")
                .help(format!(
                    "`image-factory init --yes` writes {what}, and `image-factory init --dry-run` shows as much"
                ))
                .into());
        }
    }
    let said = if global.quiet { String::new() } else { wrote(flags, &new, &edits) };
    first::write(&root, &all, edits.iter().map(|edit| (edit.path.clone(), edit.after.as_str())).collect())?;
    Ok(done(Exit::Ok, files, result, said))
}

fn done(exit: Exit, files: Vec<report::File>, result: Proposed, said: String) -> Done<Proposed> {
    Done { exit, files, result, wrong: Vec::new(), out: String::new(), paint: None, said }
}

fn for_programs(proposal: &Proposal, origin: Option<&Origin>) -> Proposed {
    let entries = |all: &[Vec<Line>]| all.iter().map(|entry| proposed::Proposed::new(entry)).collect();
    Proposed {
        repository: origin.filter(|origin| first::is_usable(Some(origin))).map(|origin| origin.repo.clone()),
        defaults: proposal.branch().map(|branch| proposed::Proposed::new(std::slice::from_ref(branch))),
        images: entries(proposal.images()),
        left_out: proposal.left_out().iter().map(left_out).collect(),
        notes: proposal.notes().to_vec(),
    }
}

fn left_out(left: &propose::LeftOut) -> LeftOut {
    LeftOut { why: left.why.clone(), dockerfiles: left.dockerfiles.clone() }
}

/// Shows people what would be written, and what they should know of it.
fn show(files: &[File], proposal: &Proposal, origin: Option<&Origin>, global: &Global) -> anyhow::Result<()> {
    let (there, new): (Vec<&File>, Vec<&File>) = files.iter().partition(|file| read::exists(&file.path));
    terminal::print_painted(&shown(&new), painted)?;
    for file in there {
        terminal::message(&format!("{} is there already, and is left alone\n", Workspace::shown(&file.path)));
    }
    if global.quiet {
        return Ok(());
    }
    terminal::message(&summary(proposal));
    if !first::is_usable(origin) {
        terminal::message(
            "nobody knows which repository on GitHub this is: OWNER/NAME stands for it, and `lint` and `synth` refuse that\n  \
             help: name it with `--repo`, as in `image-factory init --repo acme/web`, or replace it in the file\n",
        );
    }
    Ok(())
}

/// A workflow with one more event.
struct Edit {
    path: PathBuf,
    before: String,
    after: String,
}

/// The workflows that would push images if they could be dispatched, with `workflow_dispatch` among their events.
fn edited(tree: &Tree, proposal: &Proposal) -> anyhow::Result<Vec<Edit>> {
    let inputs: Vec<String> = BUILT_IN.into_iter().map(declaration).collect();
    let mut edits = Vec::new();
    for name in proposal.without_dispatch() {
        let path = tree.workspace().root.join(WORKFLOWS).join(name);
        let Some(FileText::Ok(before)) = tree.text_if_any(&path)? else { continue };
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new(name.clone(), before.clone()));
        match add_dispatch(sources.file(id), id, &inputs) {
            Some(after) => edits.push(Edit { path, before, after }),
            None => terminal::message(&format!(
                "`workflow_dispatch` cannot be added to {} as it is written; add it by hand\n",
                Workspace::shown(&path)
            )),
        }
    }
    Ok(edits)
}

fn texts(edits: &[Edit]) -> BTreeMap<PathBuf, String> {
    edits.iter().map(|edit| (edit.path.clone(), edit.after.clone())).collect()
}

/// What becomes of workflows, as a unified diff without credentials.
fn changes(edits: &[Edit]) -> String {
    let diff = |edit: &Edit| {
        let name = Workspace::shown(&edit.path);
        let masked = |text: &str| SourceFile::new(name.clone(), text).text().to_owned();
        visible(&report::unified(&masked(&edit.before), &masked(&edit.after), (&name, &name)))
    };
    edits.iter().map(diff).collect()
}

fn wrote(flags: &Flags, files: &[&File], edits: &[Edit]) -> String {
    let paths = files.iter().map(|file| &file.path).chain(edits.iter().map(|edit| &edit.path));
    let names: Vec<String> = paths.map(|path| Workspace::shown(path)).collect();
    let mut text = format!("wrote {}\n", names.join(", "));
    if flags.action.is_none() && files.iter().any(|file| file.path.ends_with(&*WorkflowFile::FACTORY)) {
        text.push_str(workflow::OWNER);
    }
    text.push_str(
        "  next: confirm the lines with `# unsure:`, then `image-factory lint` and `image-factory synth`; commit it all\n",
    );
    text
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

fn shown(files: &[&File]) -> String {
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
    let mut text = format!("init: {}", counted(proposal.images().len(), "image"));
    append!(text, ", {} unsure", counted(proposal.unsure(), "line"));
    let left_out: usize = proposal.left_out().iter().map(|left| left.dockerfiles.len()).sum();
    if left_out > 0 {
        append!(text, "; {} not proposed, for reasons in comments", counted(left_out, "Dockerfile"));
    }
    text.push('\n');
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
