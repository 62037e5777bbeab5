//! `synth`: images.yaml to manifests.

use super::load;
use super::report::{report, unified};
use super::revision;
use super::{Exit, Global};
use crate::constructs::Identity;
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::{self, FilePlan};
use crate::factory::intent::MANAGED_BY;
use crate::io::checkout::Unfit;
use crate::io::git::ignored::ignored_by;
use crate::io::read::{self, exists};
use crate::io::terminal::{self, Clock, Look};
use crate::io::workspace::Workspace;
use crate::io::write::{self, Existing, State, Writer};
use crate::model::name::MANAGED_BY_LABEL;
use crate::session::{Added, Counts, Options, Session, Synthesis, Verbosity};
use crate::words::{counted, duration, first_of};
use anyhow::Context;
use clap::Args;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct Flags {
    /// The images.yaml to read, as --images has it; of `-`, which is stdin, the manifests are printed
    #[arg(value_name = "FILE", conflicts_with = "images")]
    file: Option<PathBuf>,
    /// Write into this folder [default: `out` of images.yaml, else dist/ at the root of the checkout]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write nothing; show what would change, and exit with 1 if anything would
    #[arg(long)]
    check: bool,
    /// Use images.lock.yaml as it is; never add to it
    #[arg(long)]
    locked: bool,
    /// Print the manifests and write nothing
    #[arg(long, conflicts_with_all = ["check", "split", "out"])]
    stdout: bool,
    /// Write a file for each object, and kustomization.yaml; `split: true` in images.yaml does so each time
    #[arg(long)]
    split: bool,
    /// Replace files in the way although image-factory did not make them
    #[arg(long)]
    force: bool,
}

pub(super) fn run(global: &Global, flags: &Flags) -> anyhow::Result<Exit> {
    let clock = Clock::start();
    let global = &global.of(flags.file.as_ref());
    // What is not in a file leaves none behind.
    let to_stdout = flags.stdout || (global.is_stdin() && !flags.check);
    let options = Options { locked: flags.locked, ..global.options() };
    let Some(session) = load::read(global, options)? else { return Ok(Exit::Input) };
    let workspace = session.workspace().clone();
    let (folder, split) = session.output();
    let Synthesis { sources, documents, mut problems, counts, added } = session.synth()?;
    let mut lock = None;
    let mut locked = None;
    let mut found = String::new();
    if let Some(Added { images, lock: text, read }) = added {
        let path = workspace.lock();
        let wrote = match (to_stdout, flags.check) {
            (true, _) => "not added, with --stdout, to",
            (_, true) => "not yet in",
            _ => "added to",
        };
        let (shown, images) = (Workspace::shown(&path), first_of(&images, 10));
        found = format!("bases found in this checkout, {wrote} {shown}: {images}\n");
        (lock, locked) = (Some((path, text)), read);
    }
    if to_stdout {
        if report(&problems, &sources, global) {
            return Ok(Exit::Input);
        }
        if !global.quiet {
            terminal::message(&found);
        }
        terminal::print(documents.text())?;
        return Ok(Exit::Ok);
    }
    let out = flags.out.clone().unwrap_or(folder);
    let split = flags.split || split;
    let plan =
        if split { documents.split().context("cannot write the manifests as YAML")? } else { documents.into_plan() };
    let root = &workspace.root;
    let existing = match write::existing(root, &out, &plan)? {
        Ok(existing) => existing,
        Err(unfit) => {
            problems.add_of_output([unfit_output(&Workspace::shown(&out), unfit)]);
            Vec::new()
        }
    };
    problems.add_of_output(in_the_way(&plan, &existing, &Workspace::shown(&out), flags.force));
    if report(&problems, &sources, global) {
        return Ok(Exit::Input);
    }
    if flags.check {
        if !global.quiet {
            terminal::message(&found);
        }
        let change = Change::between(plan, &existing);
        let gone = change.gone(&out)?;
        return check(global, &change, &gone, (&out, split), lock.as_ref());
    }
    // From here on nobody else writes there. What another run has written meanwhile would be left behind, or be missed.
    let manifest = out.join(emit::MANIFEST);
    let writer = Writer::new(root, lock.iter().map(|(path, _)| path).chain([&manifest]))?;
    if let Some((path, _)) = lock.as_ref().filter(|(path, _)| !read::says(root, path, locked.as_deref())) {
        terminal::message(&format!("{} was changed meanwhile, and is read again\n", Workspace::shown(path)));
        drop(writer);
        return run(global, flags);
    }
    let existing = write::existing(root, &out, &plan)?.unwrap_or_default();
    let change = Change::between(plan, &existing);
    let gone = change.gone(&out)?;
    let is_first = !existing.iter().any(is_ours);
    let left = if is_first && flags.out.is_none() { left_behind(&workspace, &out)? } else { Vec::new() };
    let files = change.write.files.iter().map(|file| (out.join(&file.name), file.text.as_str()));
    let lock = lock.iter().map(|(path, text)| (path.clone(), text.as_str()));
    let remove: Vec<PathBuf> = change.remove.iter().map(|name| out.join(name)).collect();
    let written: Vec<(PathBuf, &str)> = files.chain(lock).collect();
    let new: Vec<&PathBuf> = written.iter().map(|(path, _)| path).filter(|path| !exists(path)).collect();
    writer.apply(&written, &remove)?;
    let ignored = new.first().and_then(|path| Some((path, ignored_by(root, path)?)));
    let output = shown_output(&out, split);
    if !global.quiet {
        terminal::message(&found);
        terminal::message(&removed(&change.remove, &out));
        terminal::message(&no_longer_made(&left));
        if let Some((path, rule)) = ignored {
            let path = Workspace::shown(path);
            terminal::message(&format!(
                "git ignores {path}, so that it will not be committed: {rule}\n  help: take that line away, or write elsewhere: `out: DIR` in images.yaml\n"
            ));
        }
        terminal::message(&orphans(&gone, &output));
        terminal::message(&summary(&counts, clock.elapsed(), &output));
    }
    Ok(Exit::Ok)
}

fn is_ours(file: &Existing) -> bool {
    matches!(file.state, State::Same | State::Differs)
}

/// Files of ours in the folder that was that of the output before: `dist`, or what the last commit says. They are the user's to
/// remove, since another images.yaml may have made them.
fn left_behind(workspace: &Workspace, out: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut folders = BTreeSet::from([workspace.output(None)]);
    if let Ok(Some(tree)) = revision::tree("HEAD", workspace)? {
        let quiet = Options { verbosity: Verbosity::Quiet, ..Options::default() };
        folders.insert(Session::read(tree, quiet)?.output().0);
    }
    let mut left = Vec::new();
    for folder in folders.iter().filter(|folder| *folder != out) {
        let files = write::existing(&workspace.root, folder, &FilePlan::default())?.unwrap_or_default();
        left.extend(files.into_iter().filter(is_ours).map(|file| folder.join(file.name)));
    }
    Ok(left)
}

/// Files that a run has removed since it no longer makes them, as when `split` is switched.
fn removed(names: &[String], out: &Path) -> String {
    if names.is_empty() {
        return String::new();
    }
    format!("no longer made, and removed from {}: {}\n", Workspace::shown(out), first_of(names, 10))
}

fn no_longer_made(files: &[PathBuf]) -> String {
    let Some(folder) = files.first().and_then(|file| file.parent()) else { return String::new() };
    let names: Vec<String> = files.iter().map(|file| Workspace::shown(file)).collect();
    format!(
        "of a run that wrote elsewhere, and no longer made: {}\n  help: remove what is no longer wanted in {}\n",
        first_of(&names, 10),
        Workspace::shown(folder)
    )
}

/// What stands where files of ours would, and was not made by us: `force` replaces files alone.
fn in_the_way(plan: &FilePlan, existing: &[Existing], folder: &str, force: bool) -> Vec<Diagnostic> {
    let planned: BTreeSet<&str> = plan.files.iter().map(|file| file.name.as_str()).collect();
    let problem = |file: &Existing| {
        let path = format!("{folder}/{}", file.name);
        match file.state {
            State::Unfit(unfit) => Some(unfit_output(&path, unfit)),
            State::Foreign if !force => Some(
                Diagnostic::global(Code::ForeignFile, format!("{path} was not made by image-factory"))
                    .help("move it away, write elsewhere with --out DIR, or replace it with --force"),
            ),
            _ => None,
        }
    };
    existing.iter().filter(|file| planned.contains(file.name.as_str())).filter_map(problem).collect()
}

fn unfit_output(path: &str, unfit: Unfit) -> Diagnostic {
    Diagnostic::global(Code::NotAFile, format!("{path} {unfit}"))
        .help("remove it, or write elsewhere with --out DIR; nothing is written outside of the checkout through a link")
}

/// What a run does to the folder of the output.
struct Change {
    /// Files that are new or differ.
    write: FilePlan,
    /// Files of ours that are no longer made.
    remove: Vec<String>,
    /// Files of ours that are there and differ, or go.
    before: BTreeSet<String>,
    /// The files that stay.
    kept: FilePlan,
}

impl Change {
    fn between(plan: FilePlan, existing: &[Existing]) -> Self {
        let named = |state| existing.iter().filter(move |file| file.state == state).map(|file| file.name.as_str());
        let same: BTreeSet<&str> = named(State::Same).collect();
        let made: BTreeSet<&str> = plan.files.iter().map(|file| file.name.as_str()).collect();
        let remove = named(State::Differs).filter(|name| !made.contains(name)).map(str::to_owned).collect();
        let before = named(State::Differs).map(str::to_owned).collect();
        let (kept, write) = plan.files.into_iter().partition(|file| same.contains(file.name.as_str()));
        Self { write: FilePlan { files: write }, remove, before, kept: FilePlan { files: kept } }
    }

    fn is_empty(&self) -> bool {
        self.write.files.is_empty() && self.remove.is_empty()
    }

    /// Objects of a former run that this one does not make. They stay in the cluster until somebody removes them.
    fn gone(&self, folder: &Path) -> anyhow::Result<Vec<Identity>> {
        let mut then = BTreeSet::new();
        for name in &self.before {
            then.extend(write::objects(&folder.join(name))?);
        }
        if !then.is_empty() {
            for file in self.write.files.iter().chain(&self.kept.files) {
                for identity in emit::identities(&file.text) {
                    then.remove(&identity);
                }
            }
        }
        Ok(then.into_iter().collect())
    }
}

/// Shows what would change, as a unified diff.
fn check(
    global: &Global,
    change: &Change,
    gone: &[Identity],
    (out, split): (&Path, bool),
    lock: Option<&(PathBuf, String)>,
) -> anyhow::Result<Exit> {
    if change.is_empty() && lock.is_none() {
        return Ok(Exit::Ok);
    }
    let folder = Workspace::shown(out);
    let mut diff = String::new();
    if let Some((path, text)) = lock {
        let before = if exists(path) { write::text(path)? } else { String::new() };
        diff.push_str(&of_file(&Workspace::shown(path), &before, text));
    }
    let removed = change.remove.iter().map(|name| (name, ""));
    for (name, text) in change.write.files.iter().map(|file| (&file.name, file.text.as_str())).chain(removed) {
        let before = if change.before.contains(name) { write::text(&out.join(name))? } else { String::new() };
        diff.push_str(&of_file(&format!("{folder}/{name}"), &before, text));
    }
    terminal::print_painted(&diff, Look::diff)?;
    if !global.quiet {
        terminal::message(&orphans(gone, &shown_output(out, split)));
        let stale = if change.is_empty() { "the lock" } else { &folder };
        terminal::message(&format!("{stale} is stale\n  help: run `image-factory synth` and commit the result\n"));
    }
    Ok(Exit::No)
}

/// What becomes of a file; where a text is empty, there is none.
fn of_file(name: &str, before: &str, now: &str) -> String {
    let header = |text: &str| if text.is_empty() { "/dev/null".to_owned() } else { name.to_owned() };
    unified(before, now, (&header(before), &header(now)))
}

/// What a person should know of objects that are no longer made; nobody reads hundreds of lines before pasting them.
fn orphans(gone: &[Identity], output: &str) -> String {
    const LINES: usize = 20;
    if gone.is_empty() {
        return String::new();
    }
    let what = "no longer made, but still in the cluster if it was applied; remove it with";
    let lines = emit::delete_lines(gone);
    let sweep = || emit::sweep_line(gone, &format!("{MANAGED_BY_LABEL}={MANAGED_BY}"), output);
    match (lines.len() > LINES).then(sweep).flatten() {
        Some(line) => format!(
            "{} {what} this line, in bash or zsh, once the manifests are applied\n  {line}\n",
            counted(gone.len(), "object")
        ),
        None => format!("{what}\n  {}\n", lines.join("\n  ")),
    }
}

fn shown_output(out: &Path, split: bool) -> String {
    if split { format!("{}/", Workspace::shown(out)) } else { Workspace::shown(&out.join(emit::MANIFEST)) }
}

/// `synth: 2 managed images, 2 base images, 11 objects, 3.1 ms -> dist/image-factory.k8s.yaml`
fn summary(counts: &Counts, time: Duration, output: &str) -> String {
    let Counts { managed, bases, externals, objects } = *counts;
    let mut parts = vec![counted(managed, "managed image"), counted(bases, "base image")];
    parts.extend((externals > 0).then(|| counted(externals, "external image")));
    parts.extend([counted(objects, "object"), duration(time)]);
    format!("synth: {} -> {output}\n", parts.join(", "))
}
