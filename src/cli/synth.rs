//! `synth`: images.yaml to manifests.

use super::at::{At, told};
use super::change::{Change, in_the_way, unfit_output};
use super::ended::{Ended, Wrong};
use super::report::{self, Done, Findings, Format};
use super::{Exit, Global, load, revision};
use crate::constructs::Identity;
use crate::emit::{self, FilePlan};
use crate::factory::intent::MANAGED_BY;
use crate::io::git::ignored::ignored_by;
use crate::io::read::{self, exists};
use crate::io::terminal::{self, Clock, Look};
use crate::io::workspace::Workspace;
use crate::io::write::{self, Existing, State, Writer};
use crate::model::name::MANAGED_BY_LABEL;
use crate::session::{Added, Counts, Following, Options, Session, Synthesis, Verbosity};
use crate::words::{append, counted, duration, first_of};
use anyhow::Context;
use clap::Args;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;
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
    #[arg(long, conflicts_with_all = ["check", "split", "out", "format"])]
    stdout: bool,
    /// Write a file for each object, and kustomization.yaml; `split: true` in images.yaml does so each time
    #[arg(long)]
    split: bool,
    /// Replace files in the way although image-factory did not make them
    #[arg(long)]
    force: bool,
    /// Write nothing; say when each rebuild would begin if its base moved at this time, as 2026-12-04T22:00Z or now
    #[arg(long, value_name = "TIME", conflicts_with_all = ["check", "split", "out", "stdout", "force", "format"])]
    at: Option<At>,
    /// How to say what was done: human for people, json for programs
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true)]
    format: Format,
}

/// What was made, for programs.
#[derive(Debug, Serialize)]
struct Made {
    /// The file or the folder with the manifests.
    output: String,
    /// Whether each object has a file of its own.
    split: bool,
    #[serde(flatten)]
    counts: Counts,
    /// Triggers that chains of images repeat (`cascade: reduce`).
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    followers: Rc<[Following]>,
    /// Images whose bases were found in this checkout, and are in the lock now.
    found: Vec<String>,
    /// Objects of a former run that are no longer made. They stay in the cluster until somebody removes them.
    gone: Vec<Identity>,
    /// Files of a run that wrote elsewhere, which somebody may remove.
    left: Vec<String>,
}

pub(super) fn run(global: &Global, flags: &Flags) -> Result<Exit, Ended> {
    let global = &global.of(flags.file.as_ref());
    let mut found = Findings::default();
    if let Some(at) = flags.at {
        let done = preview(global, flags, at, &mut found);
        return report::finish(("synth", Format::Human, false), global, &found, done);
    }
    let done = synth(global, flags, &mut found);
    report::finish(("synth", flags.format, flags.check), global, &found, done)
}

/// When rebuilds would begin; nothing is made.
fn preview(global: &Global, flags: &Flags, at: At, found: &mut Findings) -> Result<Done<()>, Ended> {
    let options = Options { locked: flags.locked, ..global.options() };
    let moved = at.moment();
    let (begins, problems, sources) = load::read(global, options)?.begins(moved)?;
    *found = Findings::new(problems, sources);
    found.stop()?;
    let (files, wrong, said) = (Vec::new(), Vec::new(), String::new());
    Ok(Done { exit: Exit::Ok, files, result: (), wrong, out: told(moved, &begins), paint: None, said })
}

fn synth(global: &Global, flags: &Flags, found: &mut Findings) -> Result<Done<Made>, Ended> {
    let clock = Clock::start();
    // What is not in a file leaves none behind.
    let to_stdout = flags.stdout || (global.is_stdin() && !flags.check);
    if to_stdout && flags.format == Format::Json {
        return Err(Wrong::new("the manifests of stdin are printed, so nothing else can be")
            .help("leave `--format` out; or add `--check`, which prints none")
            .into());
    }
    let options = Options { locked: flags.locked, ..global.options() };
    let session = load::read(global, options)?;
    let workspace = session.workspace().clone();
    let (folder, split) = session.output();
    let Synthesis { sources, documents, problems, counts, added, followers } = session.synth()?;
    let followers: Rc<[Following]> = followers.into();
    *found = Findings::new(problems, sources);
    let lock = added.as_ref().map(|Added { lock, .. }| (workspace.lock(), lock.as_str()));
    let images = added.as_ref().map_or(&[][..], |added| &added.images);
    let (out, split) = (flags.out.clone().unwrap_or(folder), flags.split || split);
    let made = |gone: &[Identity], left: &[PathBuf]| Made {
        output: shown_output(&out, split),
        split,
        counts,
        followers: Rc::clone(&followers),
        found: images.to_vec(),
        gone: gone.to_vec(),
        left: left.iter().map(|file| Workspace::shown(file)).collect(),
    };
    let mut said = if global.quiet { String::new() } else { found_here(images, &workspace, to_stdout, flags.check) };
    if to_stdout {
        found.stop()?;
        let (files, result, wrong) = (Vec::new(), made(&[], &[]), Vec::new());
        return Ok(Done { exit: Exit::Ok, files, result, wrong, out: documents.into_text(), paint: None, said });
    }
    let plan =
        if split { documents.split().context("cannot write the manifests as YAML")? } else { documents.into_plan() };
    let root = &workspace.root;
    let existing = match write::existing(root, &out, &plan)? {
        Ok(existing) => existing,
        Err(unfit) => {
            found.problems.add_of_output([unfit_output(&Workspace::shown(&out), unfit)]);
            Vec::new()
        }
    };
    found.problems.add_of_output(in_the_way(&plan, &existing, &Workspace::shown(&out), flags.force));
    found.stop()?;
    if flags.check {
        let change = Change::between(plan, &existing);
        let gone = change.gone(&out)?;
        let is_stale = !change.is_empty() || lock.is_some();
        if is_stale && !global.quiet {
            let stale = if change.is_empty() { "the lock" } else { &Workspace::shown(&out) };
            append!(said, "{}{stale} is stale\n", orphans(&gone, &shown_output(&out, split)));
            said.push_str("  help: run `image-factory synth` and commit the result\n");
        }
        let exit = if is_stale { Exit::No } else { Exit::Ok };
        let shown = change.shown(&out, lock.as_ref())?;
        let (files, result, wrong) = (change.files(&out, lock.as_ref()), made(&gone, &[]), Vec::new());
        return Ok(Done { exit, files, result, wrong, out: shown, paint: Some(Look::diff), said });
    }
    // From here on nobody else writes there. What another run has written meanwhile would be left behind, or be missed.
    let inside = plan.folders().into_iter().map(|folder| out.join(folder).join(emit::KUSTOMIZATION));
    let ours: Vec<PathBuf> = [out.join(emit::MANIFEST)].into_iter().chain(inside).collect();
    // What a run that was killed has left beside the lock is swept too.
    let beside = Some(workspace.lock()).filter(|path| lock.is_some() || exists(path));
    let writer = Writer::new(root, beside.iter().chain(&ours))?;
    let locked = added.as_ref().and_then(|added| added.read.as_deref());
    if let Some((path, _)) = lock.as_ref().filter(|(path, _)| !read::says(root, path, locked)) {
        terminal::message(&format!("{} was changed meanwhile, and is read again\n", Workspace::shown(path)));
        drop(writer);
        return synth(global, flags, found);
    }
    let existing = write::existing(root, &out, &plan)?.unwrap_or_default();
    let change = Change::between(plan, &existing);
    let gone = change.gone(&out)?;
    let is_first = !existing.iter().any(is_ours);
    let left = if is_first && flags.out.is_none() { left_behind(&workspace, &out)? } else { Vec::new() };
    let new = change.paths(&out, lock.as_ref()).into_iter().find(|path| !exists(path));
    change.apply(&writer, &out, lock.as_ref())?;
    let ignored = new.and_then(|path| Some((ignored_by(root, &path)?, path)));
    let output = shown_output(&out, split);
    if !global.quiet {
        said.push_str(&removed(&change.remove, &out));
        said.push_str(&no_longer_made(&left));
        if let Some((rule, path)) = ignored {
            append!(said, "git ignores {}, so that it will not be committed: {rule}\n", Workspace::shown(&path));
            said.push_str("  help: take that line away, or write elsewhere: `out: DIR` in images.yaml\n");
        }
        said.push_str(&orphans(&gone, &output));
        said.push_str(&following(&followers));
        said.push_str(&summary(&counts, clock.elapsed(), &output));
    }
    let (files, result, wrong) = (change.files(&out, lock.as_ref()), made(&gone, &left), Vec::new());
    Ok(Done { exit: Exit::Ok, files, result, wrong, out: String::new(), paint: None, said })
}

/// What to say of bases that were found in this checkout.
fn found_here(images: &[String], workspace: &Workspace, to_stdout: bool, check: bool) -> String {
    if images.is_empty() {
        return String::new();
    }
    let wrote = match (to_stdout, check) {
        (true, _) => "not added, with `--stdout`, to",
        (_, true) => "not yet in",
        _ => "added to",
    };
    format!("bases found in this checkout, {wrote} {}: {}\n", Workspace::shown(&workspace.lock()), first_of(images, 10))
}

/// Which triggers are left out, since chains of images repeat them.
fn following(followers: &[Following]) -> String {
    if followers.is_empty() {
        return String::new();
    }
    let names = followers
        .iter()
        .map(|Following { base, image, through }| format!("{image} for {base} (through {})", through.join(", ")));
    let names: Vec<String> = names.collect();
    format!("left out by `cascade: reduce`: {}\n", first_of(&names, 10))
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
    let Counts { managed, bases, externals, projects, objects } = *counts;
    let mut parts = vec![counted(managed, "managed image"), counted(bases, "base image")];
    parts.extend((externals > 0).then(|| counted(externals, "external image")));
    parts.extend((projects > 1).then(|| counted(projects, "Project")));
    parts.extend([counted(objects, "object"), duration(time)]);
    format!("synth: {} -> {output}\n", parts.join(", "))
}
