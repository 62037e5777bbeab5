//! `synth`: images.yaml to manifests.

use super::load;
use super::report::{report, unified};
use super::{Exit, Global};
use crate::constructs::Identity;
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::{self, FilePlan};
use crate::io::checkout::Unfit;
use crate::io::terminal::{self, Clock};
use crate::io::workspace::Workspace;
use crate::io::write::{self, Existing, State, Writer};
use crate::session::{Added, Counts, Options, Synthesis};
use crate::words::{counted, duration, first_of};
use anyhow::Context;
use clap::Args;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct Flags {
    /// Write into this folder [default: dist/ at the root of the checkout]
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
    /// Write a file for each object, and kustomization.yaml
    #[arg(long)]
    split: bool,
    /// Replace files in the way although image-factory did not make them
    #[arg(long)]
    force: bool,
}

pub(super) fn run(global: &Global, flags: &Flags) -> anyhow::Result<Exit> {
    let clock = Clock::start();
    let options = Options { locked: flags.locked || flags.check, ..global.options() };
    let Some(session) = load::read(global, options)? else { return Ok(Exit::Input) };
    let workspace = session.workspace().clone();
    let Synthesis { sources, documents, mut problems, counts, added } = session.synth()?;
    let mut lock = None;
    let mut found = String::new();
    if let Some(Added { images, lock: text }) = added {
        let path = workspace.lock();
        let wrote = if flags.stdout { "not added, with --stdout, to" } else { "added to" };
        let (shown, images) = (Workspace::shown(&path), first_of(&images, 10));
        found = format!("bases found in this checkout, {wrote} {shown}: {images}\n");
        lock = Some((path, text));
    }
    if flags.stdout {
        if report(&problems, &sources, global) {
            return Ok(Exit::Input);
        }
        if !global.quiet {
            terminal::message(&found);
        }
        terminal::print(documents.text())?;
        return Ok(Exit::Ok);
    }
    let out = flags.out.clone().unwrap_or_else(|| workspace.dist());
    let plan = if flags.split {
        documents.split().context("cannot write the manifests as YAML")?
    } else {
        documents.into_plan()
    };
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
        let change = Change::between(plan, &existing);
        let gone = change.gone(&out)?;
        return check(global, &change, &gone, &out);
    }
    // From here on nobody else writes there. What another run has written meanwhile would be left behind, or be missed.
    let manifest = out.join(emit::MANIFEST);
    let writer = Writer::new(root, lock.iter().map(|(path, _)| path).chain([&manifest]))?;
    let existing = write::existing(root, &out, &plan)?.unwrap_or_default();
    let change = Change::between(plan, &existing);
    let gone = change.gone(&out)?;
    let files = change.write.files.iter().map(|file| (out.join(&file.name), file.text.as_str()));
    let lock = lock.iter().map(|(path, text)| (path.clone(), text.as_str()));
    let remove: Vec<PathBuf> = change.remove.iter().map(|name| out.join(name)).collect();
    writer.apply(&files.chain(lock).collect::<Vec<_>>(), &remove)?;
    if !global.quiet {
        terminal::message(&found);
        terminal::message(&orphans(&gone));
        terminal::message(&summary(&counts, clock.elapsed(), &shown_output(&out, flags.split)));
    }
    Ok(Exit::Ok)
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
fn check(global: &Global, change: &Change, gone: &[Identity], out: &Path) -> anyhow::Result<Exit> {
    if change.is_empty() {
        return Ok(Exit::Ok);
    }
    let folder = Workspace::shown(out);
    let mut diff = String::new();
    let removed = change.remove.iter().map(|name| (name, ""));
    for (name, text) in change.write.files.iter().map(|file| (&file.name, file.text.as_str())).chain(removed) {
        let before = if change.before.contains(name) { write::text(&out.join(name))? } else { String::new() };
        let shown = format!("{folder}/{name}");
        let (from, to) =
            (if before.is_empty() { "/dev/null" } else { &shown }, if text.is_empty() { "/dev/null" } else { &shown });
        diff.push_str(&unified(&before, text, (from, to)));
    }
    terminal::print(&diff)?;
    if !global.quiet {
        terminal::message(&orphans(gone));
        terminal::message(&format!("{folder} is stale\n  help: run `image-factory synth` and commit the result\n"));
    }
    Ok(Exit::No)
}

/// What a person should know of objects that are no longer made.
fn orphans(gone: &[Identity]) -> String {
    if gone.is_empty() {
        return String::new();
    }
    let lines = emit::delete_lines(gone).join("\n  ");
    format!("no longer made, but still in the cluster if it was applied; remove it with\n  {lines}\n")
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
