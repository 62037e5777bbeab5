//! `discover`: Dockerfiles to images.lock.yaml.

use super::load::{self, checkout};
use super::report::{meant, report, wrong};
use super::{Exit, Global};
use crate::io::read::{self, FileText};
use crate::io::terminal::{self, Clock, Look};
use crate::io::workspace::Workspace;
use crate::io::write::Writer;
use crate::lock::change;
use crate::model::Model;
use crate::session::{Checkout, Failure, NewLock, Options};
use crate::words::{append, counted, duration};
use clap::Args;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Write nothing; show what would change, and exit with 1 if anything would
    #[arg(long)]
    check: bool,
    /// Read the Dockerfiles of this repository from this folder; may be given several times
    #[arg(long, value_name = "OWNER/REPO=DIR", value_parser = checkout)]
    checkout: Vec<Checkout>,
    /// Never use the network
    #[arg(long)]
    offline: bool,
    /// Look only for these images; the entries of the others stay as they are
    #[arg(value_name = "IMAGE")]
    names: Vec<String>,
}

pub(super) fn run(global: &Global, flags: &Flags) -> anyhow::Result<Exit> {
    let clock = Clock::start();
    let options = Options { online: !flags.offline, checkouts: flags.checkout.clone(), ..global.options() };
    let Some(session) = load::read(global, options)? else { return Ok(Exit::Input) };
    let (model, problems) = session.images();
    if problems.stop() {
        report(&problems, session.sources(), global);
        return Ok(Exit::Input);
    }
    if let Err(message) = check_names(&model, &flags.names) {
        terminal::message(&message);
        return Ok(Exit::Input);
    }
    let (root, path) = (session.workspace().root.clone(), session.workspace().lock());
    let shown = Workspace::shown(&path);
    let found = session.discover((&model, &problems), &flags.names)?;
    report(&found.problems, &found.sources, global);
    let failed = table(&found.failures, found.wanted, &shown);
    let Some(mut lock) = found.lock else {
        terminal::message(&failed);
        return Ok(Exit::Input);
    };
    if !flags.check && lock.is_stale {
        let Some(written) = write(&root, &path, lock)? else {
            return Ok(wrong(&format!(
                "another run has written into {shown} meanwhile, and what it wrote cannot be read\n  help: run `image-factory discover` again"
            )));
        };
        lock = written;
    }
    let changes = change::between(&lock.before, &lock.after);
    if flags.check && lock.is_stale {
        terminal::print_painted(&change::render(&changes), Look::marked)?;
        if !global.quiet {
            let how = if changes.is_empty() { "is not written as `discover` writes it" } else { "is stale" };
            terminal::message(&format!("{shown} {how}\n  help: run `image-factory discover` and commit the result\n"));
        }
    }
    if !global.quiet && !flags.check {
        // All of a first lock is new, and long.
        if lock.is_stale && !lock.before.images.is_empty() {
            terminal::message(&changed(&changes));
        }
        terminal::message(&summary(found.wanted, &changes, clock.elapsed(), &shown));
    }
    if !found.failures.is_empty() {
        terminal::message(&failed);
        return Ok(Exit::Machine);
    }
    Ok(if flags.check && lock.is_stale { Exit::No } else { Exit::Ok })
}

/// Writes the lock: on what it says when nobody else writes it any more. `None` if that cannot be read.
fn write(root: &Path, path: &PathBuf, lock: NewLock) -> anyhow::Result<Option<NewLock>> {
    let writer = Writer::new(root, [path])?;
    let now = match read::text_if_any(root, path)? {
        Some(FileText::Ok(text)) => Some(text),
        None => None,
        Some(_) => return Ok(None),
    };
    let lock = if now == lock.read { Some(lock) } else { lock.onto(now) };
    if let Some(lock) = lock.as_ref().filter(|lock| lock.is_stale) {
        writer.apply(&[(path.clone(), lock.text.as_str())], &[])?;
    }
    Ok(lock)
}

/// Whether these are images with a Dockerfile to look for; else what is wrong with each that is not.
fn check_names(model: &Model, names: &[String]) -> Result<(), String> {
    let mut message = String::new();
    for name in names {
        match model.images.iter().find(|image| image.name == *name) {
            Some(image) if image.lists_bases => {
                append!(message, "error: images.yaml lists the bases of {name}, so nothing is looked for\n");
                message.push_str("  help: remove its `baseImages` to have its Dockerfile read\n");
            }
            Some(_) => {}
            None if model.externals.iter().any(|image| image.name == *name) => {
                append!(message, "error: {name} has no `source`, so there is no Dockerfile to read\n");
            }
            None => {
                let help = meant(name, "images that are built", model.images.iter().map(|image| image.name.as_str()));
                append!(message, "error: there is no image `{name}` in images.yaml\n  help: {help}\n");
            }
        }
    }
    if message.is_empty() { Ok(()) } else { Err(message) }
}

/// What is otherwise in a lock that is written.
fn changed(changes: &[change::Change]) -> String {
    const SHOWN: usize = 50;
    let mut text = change::render(&changes[..changes.len().min(SHOWN)]);
    if changes.len() > SHOWN {
        append!(text, "and {} more images\n", changes.len() - SHOWN);
    }
    text
}

/// What failed and why, one line an image.
fn table(failures: &[Failure], wanted: usize, lock: &str) -> String {
    const SHOWN: usize = 50;
    if failures.is_empty() {
        return String::new();
    }
    let shown = &failures[..failures.len().min(SHOWN)];
    let width = |text: fn(&Failure) -> &str, head: &str| {
        shown.iter().map(|failure| text(failure).chars().count()).chain([head.len()]).max().unwrap_or(0)
    };
    let (name, place) = (width(|failure| &failure.image, "image"), width(|failure| &failure.dockerfile, "Dockerfile"));
    let mut text = format!("{} of {wanted} images failed; what {lock} said of them stays\n", failures.len());
    append!(text, "  {:name$}  {:place$}  why\n", "image", "Dockerfile");
    for Failure { image, dockerfile, why } in shown {
        append!(text, "  {image:name$}  {dockerfile:place$}  {why}\n");
    }
    if failures.len() > SHOWN {
        append!(text, "  and {} more\n", failures.len() - SHOWN);
    }
    text
}

/// `discover: 2 images, 1 new, 1 changed, 0 gone, 3.1 ms -> image-factory/images.lock.yaml`
fn summary(images: usize, changes: &[change::Change], time: Duration, output: &str) -> String {
    let (mut came, mut differ, mut went) = (0, 0, 0);
    for change in changes {
        match change.what {
            change::What::Came(_) => came += 1,
            change::What::Went(_) => went += 1,
            change::What::Changed { .. } => differ += 1,
        }
    }
    let what = if changes.is_empty() {
        "nothing new".to_owned()
    } else {
        format!("{came} new, {differ} changed, {went} gone")
    };
    format!("discover: {}, {what}, {} -> {output}\n", counted(images, "image"), duration(time))
}
