//! `builds`: what a dispatch builds and pushes.

use super::analyze::build_arg;
use super::ended::{Ended, Wrong};
use super::load::{self, checkout};
use super::report::{self, Done, Findings, Format, meant};
use super::{Exit, Global};
use crate::builds::{Run, tree};
use crate::diagnostic::Diagnostic;
use crate::forge::github::WORKFLOWS;
use crate::io::terminal::Look;
use crate::io::workspace::Workspace;
use crate::io::{door, terminal};
use crate::model::Model;
use crate::session::{Checkout, Dispatched, Options, Session, Told, Tree};
use crate::words::{columns, some_of};
use crate::workflow::event::Input;
use clap::Args;
use serde::Serialize;
use std::path::Path;

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Images of images.yaml, as their rebuilds are dispatched; or workflows of this checkout, by file or path, with the
    /// defaults of their inputs. The beginning of one name will do [default: all images, a line each]
    #[arg(value_name = "IMAGE|WORKFLOW")]
    names: Vec<String>,
    /// Of a workflow, what an input is sent; may be given several times
    #[arg(long = "input", value_name = "NAME=VALUE", value_parser = input)]
    inputs: Vec<(String, String)>,
    /// Of a workflow, the branch or tag that it runs on [default: the default branch, as far as git knows it]
    #[arg(long = "ref", value_name = "REF")]
    git_ref: Option<String>,
    /// How to say it: human for people, json for programs
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true)]
    format: Format,
    /// Ask GitHub for workflows that are in no checkout
    #[arg(long)]
    online: bool,
    /// Read the files of this repository from this folder; may be given several times
    #[arg(long, value_name = "OWNER/REPO=DIR", value_parser = checkout)]
    checkout: Vec<Checkout>,
}

/// Reads `NAME=VALUE`, without a credential that it may be: all of it is shown again.
fn input(text: &str) -> Result<(String, String), String> {
    build_arg(&door::known().masked(text))
}

/// What dispatches build, for programs.
#[derive(Debug, Serialize)]
struct Made {
    runs: Vec<Run>,
}

pub(super) fn run(global: &Global, flags: &Flags) -> Result<Exit, Ended> {
    let mut found = Findings::default();
    let done = builds(global, flags, &mut found);
    report::finish(("builds", flags.format, false), global, &found, done)
}

fn builds(global: &Global, flags: &Flags, found: &mut Findings) -> Result<Done<Made>, Ended> {
    let options = Options { online: flags.online, checkouts: flags.checkout.clone(), ..global.options() };
    let mut session = session(global, flags, options)?;
    let (model, problems) = session.model()?;
    let named = named(flags, &session, &model);
    let is_workflow = |named: &Result<_, _>| matches!(named, Ok(Dispatched::Workflow(..)));
    if problems.stop() && (flags.names.is_empty() || !named.iter().all(is_workflow)) {
        // Warnings are for `synth` and `lint`, which people run more often.
        *found = Findings::new(problems.only(Diagnostic::is_error), session.into_sources());
        return Err(Ended::problems());
    }
    let (named, wrong): (Vec<_>, Vec<_>) = named.into_iter().partition(Result::is_ok);
    let wrong: Vec<Wrong> = wrong.into_iter().filter_map(Result::err).collect();
    if !wrong.is_empty() {
        return Err(Ended::Wrong(wrong));
    }
    let Told { runs, problems, sources } = session.builds(&model, named.into_iter().flatten().collect())?;
    let exit = match (problems.stop(), runs.iter().any(Run::misses)) {
        (true, _) => Exit::Input,
        (false, true) => Exit::No,
        (false, false) => Exit::Ok,
    };
    *found = Findings::new(problems, sources);
    let look = terminal::stdout_look();
    let out = if flags.names.is_empty() { lines(&runs, look) } else { trees(&runs, look) };
    let said = if runs.is_empty() && !global.quiet { "there are no images that are built\n" } else { "" };
    let (files, wrong, said) = (Vec::new(), Vec::new(), said.to_owned());
    Ok(Done { exit, files, result: Made { runs }, wrong, out, paint: None, said })
}

/// What images.yaml says; where there is none and a workflow alone is asked for, as if it were empty.
fn session(global: &Global, flags: &Flags, options: Options) -> Result<Session, Ended> {
    let is_file = |name: &String| is_workflow(name);
    if global.images.is_none() && !flags.names.is_empty() && flags.names.iter().all(is_file) {
        let root = Workspace::here()?;
        if Workspace::find(None)?.is_none_or(|found| found.root != root) {
            let workspace = Workspace { images: root.join(Workspace::CANDIDATES[0]), root };
            return Ok(Session::read(Tree::stdin(workspace, Vec::new()), options)?);
        }
    }
    load::read(global, options)
}

/// Whether a name is that of a file: an image has no slash in it, and hardly this end.
fn is_workflow(name: &str) -> bool {
    name.contains('/') || [".yml", ".yaml"].iter().any(|end| name.ends_with(end))
}

/// What is meant by each name, in their order; all images where there is none.
fn named(flags: &Flags, session: &Session, model: &Model) -> Vec<Result<Dispatched, Wrong>> {
    let images: Vec<&str> = model.images.iter().map(|image| image.name.as_str()).collect();
    let settings = || {
        Wrong::new("an image is dispatched with the inputs and on the branch of images.yaml")
            .help("name its workflow to try others, as in `image-factory builds web.yml --input tag=1`")
    };
    let has_settings = !flags.inputs.is_empty() || flags.git_ref.is_some();
    if flags.names.is_empty() {
        return if has_settings {
            vec![Err(settings())]
        } else {
            (0..images.len()).map(Dispatched::Image).map(Ok).collect()
        };
    }
    let workflows = session.workflows();
    let one = |name: &String| match meaning(name, &images, &workflows, &session.workspace().root)? {
        Meaning::Image(_) if has_settings => Err(settings()),
        Meaning::Image(number) => Ok(Dispatched::Image(number)),
        Meaning::Workflow(file) => {
            let mut event = session.dispatch(flags.git_ref.as_deref()).map_err(|why| Wrong::new(format!("{why:#}")))?;
            for (name, value) in &flags.inputs {
                event = event.with(name, Input::Is(value.clone()));
            }
            Ok(Dispatched::Workflow(format!("{WORKFLOWS}/{file}"), event))
        }
    };
    flags.names.iter().map(one).collect()
}

/// What a name can mean.
enum Meaning {
    /// An image, by its number.
    Image(usize),
    /// A workflow, by the name of its file.
    Workflow(String),
}

fn meaning(name: &str, images: &[&str], workflows: &[String], root: &Path) -> Result<Meaning, Wrong> {
    let image = |name: &str| images.iter().position(|image| *image == name).map(Meaning::Image);
    let path = std::path::absolute(name).ok();
    let below = path.as_deref().and_then(|path| path.strip_prefix(root.join(WORKFLOWS)).ok()?.to_str());
    let from_root = name.strip_prefix(WORKFLOWS).and_then(|name| name.strip_prefix('/'));
    let file =
        [Some(name), below, from_root].into_iter().flatten().find(|file| workflows.iter().any(|known| known == file));
    if let Some(found) = image(name).or_else(|| file.map(|file| Meaning::Workflow(file.to_owned()))) {
        return Ok(found);
    }
    let begun: Vec<&str> = images.iter().copied().filter(|image| image.starts_with(name)).collect();
    let files: Vec<&str> = workflows.iter().map(String::as_str).filter(|file| file.starts_with(name)).collect();
    match (begun.as_slice(), files.as_slice()) {
        ([one], _) => image(one).ok_or_else(|| Wrong::new(format!("there is no image `{name}`"))),
        ([], [one]) => Ok(Meaning::Workflow((*one).to_owned())),
        ([], []) => {
            let file = name.rsplit('/').next().unwrap_or_default();
            let is_file = is_workflow(name);
            let what = if is_file { "workflow" } else { "image or workflow" };
            let known = images.iter().copied().filter(|_| !is_file).chain(workflows.iter().map(String::as_str));
            let what_all = if is_file { "workflows" } else { "images and workflows" };
            let asked = if is_file { file } else { name };
            Err(Wrong::new(format!("there is no {what} `{name}`")).help(meant(asked, what_all, known)))
        }
        (several, files) => {
            let all = if several.is_empty() { files } else { several };
            let all: Vec<String> = all.iter().map(|name| format!("`{name}`")).collect();
            Err(Wrong::new(format!("`{name}` is the beginning of several names"))
                .help(format!("write one of {}", some_of(&all))))
        }
    }
}

/// All of each run.
fn trees(runs: &[Run], look: Look) -> String {
    runs.iter().map(|run| tree::tree(run, look)).collect::<Vec<_>>().join("\n")
}

/// A line for each run.
fn lines(runs: &[Run], look: Look) -> String {
    let longest = runs.iter().filter_map(|run| run.image.as_deref()).map(columns).max().unwrap_or(0);
    runs.iter().map(|run| tree::line(run, longest, look)).collect()
}
