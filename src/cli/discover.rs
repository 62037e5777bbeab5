//! `discover`: Dockerfiles to images.lock.yaml.

use super::ended::{Ended, Wrong};
use super::load::{self, checkout};
use super::report::{self, Done, File, FileState, Findings, Format, no_such_image};
use super::{Exit, Global};
use crate::io::read::{self, FileText, exists};
use crate::io::terminal::{Clock, Look};
use crate::io::workspace::Workspace;
use crate::io::write::Writer;
use crate::lock::{Base, Lock, change};
use crate::model::Model;
use crate::session::{Checkout, Discovered, Failure, NewLock, Options};
use crate::words::{append, counted, duration};
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;
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
    /// How to say what was found: human for people, json for programs
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true)]
    format: Format,
}

/// What was found, for programs.
#[derive(Debug, Serialize)]
struct Looked {
    /// images.lock.yaml.
    lock: String,
    /// The images that were looked for.
    images: Vec<Image>,
    /// Images that the lock had, and images.yaml no longer has.
    gone: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Image {
    name: String,
    /// `owner/name@branch:path`
    dockerfile: String,
    state: ImageState,
    /// Why nothing was found; `edges` are those of the lock then.
    why: Option<String>,
    edges: Vec<Edge>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum ImageState {
    New,
    Changed,
    Unchanged,
    Failed,
}

#[derive(Debug, Serialize)]
struct Edge {
    kind: &'static str,
    image: String,
    written: String,
    line: Option<u32>,
}

pub(super) fn run(global: &Global, flags: &Flags) -> Result<Exit, Ended> {
    let mut found = Findings::default();
    let done = discover(global, flags, &mut found);
    report::finish(("discover", flags.format, flags.check), global, &found, done)
}

fn discover(global: &Global, flags: &Flags, found: &mut Findings) -> Result<Done<Looked>, Ended> {
    let clock = Clock::start();
    let options = Options { online: !flags.offline, checkouts: flags.checkout.clone(), ..global.options() };
    let session = load::read(global, options)?;
    let (model, problems) = session.images();
    if problems.stop() {
        *found = Findings::new(problems, session.into_sources());
        return Err(Ended::problems());
    }
    check_names(&model, &flags.names)?;
    let (root, path) = (session.workspace().root.clone(), session.workspace().lock());
    let shown = Workspace::shown(&path);
    let Discovered { sources, problems, failures, looked_for, lock } =
        session.discover((&model, &problems), &flags.names)?;
    *found = Findings::new(problems, sources);
    let failed = table(&failures, looked_for.len(), &shown);
    let Some(mut lock) = lock else { return Err(Ended::Problems(failed)) };
    if !flags.check && lock.is_stale {
        let meanwhile = || {
            Wrong::new(format!("another run has written into {shown} meanwhile, and what it wrote cannot be read"))
                .help("run `image-factory discover` again")
        };
        lock = write(&root, &path, lock)?.ok_or_else(meanwhile)?;
    }
    let NewLock { before, after, is_stale, .. } = lock;
    let changes = change::between(&before, &after);
    let (mut out, mut said) = (String::new(), String::new());
    if flags.check && is_stale {
        out = change::render(&changes);
        if !global.quiet {
            let how = if changes.is_empty() { "is not written as `discover` writes it" } else { "is stale" };
            append!(said, "{shown} {how}\n  help: run `image-factory discover` and commit the result\n");
        }
    }
    let state = if is_stale { FileState::Written } else { FileState::Unchanged };
    let files = (is_stale || exists(&path)).then(|| File::new(&path, state)).into_iter().collect();
    if !global.quiet && !flags.check {
        // All of a first lock is new, and long.
        if is_stale && !before.images.is_empty() {
            said.push_str(&changed(&changes));
        }
        said.push_str(&summary(looked_for.len(), &changes, clock.elapsed(), &shown));
    }
    said.push_str(&failed);
    let exit = match failures.is_empty() {
        false => Exit::Machine,
        true if flags.check && is_stale => Exit::No,
        true => Exit::Ok,
    };
    let wrong = failed.lines().next().map(Wrong::new).into_iter().collect();
    let why: BTreeMap<&str, &str> = failures.iter().map(|failure| (&*failure.image, &*failure.why)).collect();
    let images = looked_for.into_iter().map(|looked_for| image(looked_for, &why, &before, &after)).collect();
    let gone = before.images.keys().filter(|name| !after.images.contains_key(*name)).cloned().collect();
    Ok(Done { exit, files, result: Looked { lock: shown, images, gone }, wrong, out, paint: Some(Look::marked), said })
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

/// What became of an image.
fn image((name, dockerfile): (String, String), why: &BTreeMap<&str, &str>, before: &Lock, after: &Lock) -> Image {
    let why = why.get(name.as_str()).map(|why| (*why).to_owned());
    let (then, now) = (before.images.get(&name), after.images.get(&name));
    let state = match (&why, then) {
        (Some(_), _) => ImageState::Failed,
        (None, None) => ImageState::New,
        (None, then) if then == now => ImageState::Unchanged,
        _ => ImageState::Changed,
    };
    let edge = |base: &Base| Edge {
        kind: base.kind.word(),
        image: base.image.value.clone(),
        written: base.written.as_ref().unwrap_or(&base.image.value).clone(),
        line: base.line,
    };
    let edges = now.map_or_else(Vec::new, |entry| entry.bases.iter().map(edge).collect());
    Image { name, dockerfile, state, why, edges }
}

/// Whether these are images with a Dockerfile to look for; else what is wrong with each that is not.
fn check_names(model: &Model, names: &[String]) -> Result<(), Ended> {
    let wrong = |name: &String| match model.images.iter().find(|image| image.name == *name) {
        Some(image) if image.lists_bases => {
            let wrong = Wrong::new(format!("images.yaml lists the bases of {name}, so nothing is looked for"));
            Some(wrong.help("remove its `baseImages` to have its Dockerfile read"))
        }
        Some(_) => None,
        None => Some(no_such_image(model, name, "no Dockerfile to read")),
    };
    let wrong: Vec<Wrong> = names.iter().filter_map(wrong).collect();
    if wrong.is_empty() { Ok(()) } else { Err(Ended::Wrong(wrong)) }
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
