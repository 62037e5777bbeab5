//! `discover`: Dockerfiles to images.lock.yaml.

use super::load::{self, checkout};
use super::report::report;
use super::{Exit, Global};
use crate::config::nearest;
use crate::diagnostic::{Code, Diagnostic, any_error};
use crate::io::forge::Wanted;
use crate::io::terminal::{self, Clock};
use crate::io::workspace::Workspace;
use crate::io::write;
use crate::lock::{Lock, change};
use crate::model::{ManagedImage, Model};
use crate::session::dockerfiles;
use crate::session::existing::{Existing, foreign};
use crate::session::files::Places;
use crate::source::{FileId, Span};
use crate::words::{append, counted};
use clap::Args;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Flags of `discover`.
#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Write nothing; show what would change, and exit with 1 if anything would
    #[arg(long)]
    check: bool,
    /// Read the Dockerfiles of this repository from this folder; may be given several times
    #[arg(long, value_name = "OWNER/REPO=DIR", value_parser = checkout)]
    checkout: Vec<(String, PathBuf)>,
    /// Never use the network
    #[arg(long)]
    offline: bool,
    /// Look only for these images; the entries of the others stay as they are
    #[arg(value_name = "IMAGE")]
    names: Vec<String>,
}

pub(super) fn run(global: &Global, flags: &Flags) -> anyhow::Result<Exit> {
    let clock = Clock::start();
    let Some(mut read) = load::read(global)? else { return Ok(Exit::Input) };
    let (model, mut diagnostics) = read.resolve_images();
    let existing = Existing::of(&read);
    if existing == Existing::Foreign {
        diagnostics.push(foreign(&read.workspace));
    }
    if any_error(&diagnostics) {
        report(&diagnostics, &read.sources, global);
        return Ok(Exit::Input);
    }
    let wanted = match select(&model, &flags.names) {
        Ok(wanted) => wanted,
        Err(message) => {
            terminal::message(&message);
            return Ok(Exit::Input);
        }
    };
    let files: Vec<Wanted> = wanted.iter().map(|image| dockerfiles::wanted(&image.source)).collect();
    let places = Places::new(&read.workspace, flags.checkout.clone(), &model.github.api_url)?;
    let found = places.find(&files, !flags.offline, "discover", global.options());
    let mut lock = Lock::default();
    let mut failures = Vec::new();
    for (image, found) in wanted.iter().zip(found) {
        let entry = match found {
            Ok((name, text)) => {
                let (entry, problems) = dockerfiles::entry(&mut read.sources, image, name, text);
                diagnostics.extend(problems);
                entry.ok_or_else(|| "its Dockerfile has errors, shown above".to_owned())
            }
            Err(absent) => Err(absent.why),
        };
        match entry {
            Ok(entry) => _ = lock.images.insert(image.name.clone(), entry),
            Err(why) => failures.push(Failed { image, why }),
        }
    }
    let before = match existing {
        Existing::Ours => std::mem::take(&mut read.lock.lock),
        // Entries that cannot be read cannot stay.
        _ if failures.is_empty() && flags.names.is_empty() => Lock::default(),
        _ => {
            diagnostics.extend(read.lock.diagnostics.iter().cloned());
            diagnostics.extend(read.lock.id.map(cannot_stay));
            report(&diagnostics, &read.sources, global);
            terminal::message(&table(&failures, model.images.len(), &read.workspace));
            return Ok(Exit::Input);
        }
    };
    keep(&mut lock, &before, &wanted, &failures, !flags.names.is_empty());
    report(&diagnostics, &read.sources, global);
    let text = lock.text();
    let path = read.workspace.lock();
    let shown = Workspace::shown(&path);
    let changes = change::between(&before, &lock);
    let now = read.lock.id.map(|id| read.sources.file(id).text());
    // A lock of nothing needs no file.
    let stale = now != Some(&text) && !(now.is_none() && lock.images.is_empty());
    if flags.check && stale {
        terminal::print(&change::render(&changes))?;
        if !global.quiet {
            let how = if changes.is_empty() { "is not written as `discover` writes it" } else { "is stale" };
            terminal::message(&format!("{shown} {how}\n  help: run `image-factory discover` and commit the result\n"));
        }
    } else if stale {
        write::apply(&[(path, &text)], &[])?;
    }
    if !global.quiet && !flags.check {
        terminal::message(&summary(wanted.len(), &changes, clock.milliseconds(), &shown));
    }
    if !failures.is_empty() {
        terminal::message(&table(&failures, wanted.len(), &read.workspace));
        return Ok(Exit::Machine);
    }
    Ok(if flags.check && stale { Exit::No } else { Exit::Ok })
}

/// What to say of a lock that cannot be read when something in it has to stay.
fn cannot_stay(lock: FileId) -> Diagnostic {
    let message = "what the lock says of images that were not read cannot be kept, since it cannot be read itself";
    Diagnostic::new(Code::InvalidValue, message, Span::new(lock, 0, 0))
        .help("restore the file; or remove it, and run `image-factory discover` for all images")
}

/// The images to look for: all whose bases images.yaml does not list, or those that are named.
fn select<'m>(model: &'m Model, names: &[String]) -> Result<Vec<&'m ManagedImage>, String> {
    if names.is_empty() {
        return Ok(model.images.iter().filter(|image| !image.lists_bases).collect());
    }
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
                append!(message, "error: there is no image `{name}` in images.yaml\n");
                if let Some(near) = nearest(name, model.images.iter().map(|image| image.name.as_str())) {
                    append!(message, "  help: did you mean `{near}`?\n");
                }
            }
        }
    }
    if !message.is_empty() {
        return Err(message);
    }
    let names: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    Ok(model.images.iter().filter(|image| names.contains(image.name.as_str())).collect())
}

/// Keeps entries that were not looked for, where images are named, and those of images that could not be read.
fn keep(lock: &mut Lock, before: &Lock, wanted: &[&ManagedImage], failures: &[Failed<'_>], named: bool) {
    let wanted: BTreeSet<&str> = wanted.iter().map(|image| image.name.as_str()).collect();
    let failed: BTreeSet<&str> = failures.iter().map(|failed| failed.image.name.as_str()).collect();
    for (name, entry) in &before.images {
        if failed.contains(name.as_str()) || (named && !wanted.contains(name.as_str())) {
            lock.images.insert(name.clone(), entry.clone());
        }
    }
}

/// An image whose bases could not be found, and why.
struct Failed<'m> {
    image: &'m ManagedImage,
    why: String,
}

/// What failed and why, one line an image.
fn table(failures: &[Failed<'_>], wanted: usize, workspace: &Workspace) -> String {
    const SHOWN: usize = 50;
    if failures.is_empty() {
        return String::new();
    }
    let shown = &failures[..failures.len().min(SHOWN)];
    let dockerfile = |failed: &Failed<'_>| {
        let source = &failed.image.source;
        format!("{}@{}:{}", source.repo, source.branch, source.dockerfile())
    };
    let width = |text: &dyn Fn(&Failed<'_>) -> String, head: &str| {
        shown.iter().map(|failed| text(failed).chars().count()).chain([head.len()]).max().unwrap_or(0)
    };
    let (name, place) = (width(&|failed| failed.image.name.clone(), "image"), width(&dockerfile, "Dockerfile"));
    let mut text = format!(
        "{} of {wanted} images failed; what {} said of them stays\n",
        failures.len(),
        Workspace::shown(&workspace.lock())
    );
    append!(text, "  {:name$}  {:place$}  why\n", "image", "Dockerfile");
    for failed in shown {
        append!(text, "  {:name$}  {:place$}  {}\n", failed.image.name, dockerfile(failed), failed.why);
    }
    if failures.len() > SHOWN {
        append!(text, "  and {} more\n", failures.len() - SHOWN);
    }
    text
}

/// `discover: 2 images, 1 new, 1 changed, 0 gone, 3.1 ms -> image-factory/images.lock.yaml`
fn summary(images: usize, changes: &[change::Change], milliseconds: f64, output: &str) -> String {
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
    format!("discover: {}, {what}, {milliseconds:.1} ms -> {output}\n", counted(images, "image"))
}
