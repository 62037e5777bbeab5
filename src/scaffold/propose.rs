//! What lies in a repository, to entries of images.yaml.
//!
//! An entry is proposed where a dispatch of a workflow that is here, with the inputs written beside it, builds that Dockerfile and pushes
//! that repository, and in a repository without workflows. Nothing is decided that a text does not say: what is guessed carries a comment
//! that begins with `unsure:` and says why. What is left out is counted by cause.

use super::auxiliary::{self, Auxiliary};
use super::builds::{self, Made};
use super::dispatch::{Run, Start};
use super::image::{self, Image};
use super::keys;
use super::name::{self, Names};
use super::reasons::reason;
use crate::diagnostic::any_error;
use crate::dockerfile::{self, Facts, Request};
use crate::edit::entry::Line;
use crate::forge::Origin;
use crate::forge::github;
use crate::grammar::Invalid;
use crate::grammar::build::Platform;
use crate::grammar::fixed::{FixedText, InputName};
use crate::grammar::git::{Branch as BranchName, FilePath};
use crate::grammar::given;
use crate::model::name::BaseName;
use crate::source::{FileId, Sources, secret, visible_line};
use crate::words::UNSURE;
use crate::workflow::Workflow;
use std::collections::BTreeMap;
use std::str::FromStr;

pub use super::auxiliary::is_dockerfile;

/// What was found in a repository.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The texts of the Dockerfiles.
    pub sources: &'a Sources,
    /// The Dockerfiles, by path from the root of the repository.
    pub dockerfiles: &'a [(String, FileId)],
    /// Every workflow of the repository that can be read.
    pub workflows: &'a [WorkflowFile],
    /// Whether there is any workflow, also one that cannot be read.
    pub has_workflows: bool,
    /// The repository, if its origin is known.
    pub origin: Option<&'a Origin>,
    /// The branch that images are built from.
    pub branch: &'a Branch,
    /// The name of the folder that the repository is in.
    pub folder: &'a str,
}

/// A workflow with what its runs build.
#[derive(Clone, Debug)]
pub struct WorkflowFile {
    /// The file's name, without its folder.
    pub name: String,
    /// What it says of its events.
    pub workflow: Workflow,
    /// Its runs, as [`super::dispatch::runs`] tries them.
    pub runs: Vec<Run>,
}

/// The branch that images are built from.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Without `refs/heads/`.
    pub name: String,
    /// How it is known, where that is not what git says.
    pub note: Option<&'static str>,
    /// Why it may be another one.
    pub unsure: Option<&'static str>,
}

/// Dockerfiles that are not proposed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The cause, as in `ship.yml has no workflow_dispatch`.
    pub why: String,
    /// Their paths.
    pub dockerfiles: Vec<String>,
}

/// What images.yaml could say.
#[derive(Clone, Debug, Default)]
pub struct Proposal {
    /// The branch of all images, unless that is the default of images.yaml and certain.
    pub(super) branch: Option<Line>,
    /// The entries, each as the lines of its mapping.
    pub(super) images: Vec<Vec<Line>>,
    /// The Dockerfile of each.
    pub(super) paths: Vec<String>,
    /// What is not proposed, by cause.
    pub(super) left_out: Vec<LeftOut>,
    /// What was found and could not be used, a line each.
    pub(super) notes: Vec<String>,
    /// Workflows that would push images if they could be dispatched.
    pub(super) without_dispatch: Vec<String>,
}

impl Proposal {
    /// The branch of all images, unless that is the default of images.yaml and certain.
    pub fn branch(&self) -> Option<&Line> {
        self.branch.as_ref()
    }

    /// The entries.
    pub fn images(&self) -> &[Vec<Line>] {
        &self.images
    }

    /// The path of the Dockerfile of each entry.
    pub fn dockerfiles(&self) -> &[String] {
        &self.paths
    }

    /// What is not proposed, by cause.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// What was found and could not be used, a line each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The files of workflows that would push images if `workflow_dispatch` were among their events.
    pub fn without_dispatch(&self) -> &[String] {
        &self.without_dispatch
    }

    /// Adds something that could not be used.
    pub fn note(&mut self, note: &str) {
        self.notes.push(visible_line(note));
    }

    /// Takes an entry out, by its number.
    pub fn leave_out(&mut self, number: usize, why: &str) {
        if number < self.images.len().min(self.paths.len()) {
            self.images.remove(number);
            let path = self.paths.remove(number);
            self.left_out_of(why, path);
        }
    }

    fn left_out_of(&mut self, why: &str, path: String) {
        let why = visible_line(why);
        match self.left_out.iter_mut().find(|left| left.why == why) {
            Some(left) if left.dockerfiles.contains(&path) => {}
            Some(left) => left.dockerfiles.push(path),
            None => self.left_out.push(LeftOut { why, dockerfiles: vec![path] }),
        }
    }
}

/// `a/Dockerfile is`, `a/Dockerfile and 2 more are`.
fn is_or_are(paths: &[&str]) -> String {
    match paths {
        [one] => format!("{one} is"),
        [first, rest @ ..] => format!("{first} and {} more are", rest.len()),
        [] => String::new(),
    }
}

/// Proposes an entry for each image that a dispatch builds and pushes.
pub fn propose(input: &Found<'_>) -> Proposal {
    let mut proposal = Proposal { branch: branch(input.branch), ..Proposal::default() };
    let mut left = BTreeMap::new();
    for (path, file) in input.dockerfiles {
        if let Err(why) = writable::<FilePath>(path) {
            left.insert(path.as_str(), None);
            proposal.note(&format!("{path} cannot be named in images.yaml: {why}"));
        } else if read(input, *file, None, &BTreeMap::new(), &Platform::DEFAULT).1 {
            let why = "BuildKit would refuse the text; `image-factory analyze` says why".to_owned();
            left.insert(path.as_str(), Some(why));
        }
    }
    let made: Vec<Made<'_>> = builds::all(input)
        .into_iter()
        .filter(|made| !left.contains_key(made.path.as_str()) && is_writable(input, made))
        .collect();
    let (mut images, shared) = image::all(input, made);
    let is_image = |images: &[Image<'_>], path: &str| images.iter().any(|image| image.path == path);
    let mut not_shipped: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut sleeping = Vec::new();
    for (path, file) in input.dockerfiles {
        if is_image(&images, path) || left.contains_key(path.as_str()) {
            continue;
        }
        match auxiliary::of(path) {
            Some(Auxiliary::NotShipped(why)) => not_shipped.entry(why).or_default().push(path),
            auxiliary => sleeping.push((path.as_str(), *file, auxiliary)),
        }
    }
    for (why, paths) in not_shipped {
        proposal.note(&format!("{} left out as {why} that no workflow builds", is_or_are(&paths)));
    }
    // Where a repository has development containers and nothing else, it is a repository of them.
    let is_of_them =
        sleeping.iter().all(|(.., auxiliary)| auxiliary.is_some_and(|it| it.why() == auxiliary::DEVELOPMENT_CONTAINER));
    for (path, file, auxiliary) in &sleeping {
        if shared.contains(path) {
            let why = "another image here is pushed to the same repository with the same tags";
            left.insert(path, Some(why.to_owned()));
        } else if !input.has_workflows && (auxiliary.is_none() || is_of_them) {
            images.push(Image::of_file(input, path, *file, "no workflow here pushes it"));
        } else if let Some(image) = of_its_name(input, path, *file).filter(|_| auxiliary.is_none()) {
            images.push(image);
        } else {
            left.insert(path, Some(reason(input, path)));
        }
    }
    for path in shared.iter().filter(|path| is_image(&images, path)) {
        proposal.left_out_of("built in another way too, which is pushed with the same tags", (*path).to_owned());
    }
    for (path, why) in left {
        if let Some(why) = why {
            proposal.left_out_of(&why, path.to_owned());
        }
    }
    proposal.left_out.sort_by_key(|left| std::cmp::Reverse(left.dockerfiles.len()));
    let mut names = Names { bases: images.iter().flat_map(|image| bases(image, input)).collect(), ..Names::default() };
    let alone = images.len() == 1;
    for image in &images {
        let name = name::choose(image, input, &mut names);
        proposal.images.push(keys::entry(input, image, &name, alone));
        proposal.paths.push(image.path.to_owned());
    }
    for file in input.workflows {
        let is_there = |path: &str| input.dockerfiles.iter().any(|(known, _)| known == path);
        for build in file.runs.iter().filter(|run| run.start != Start::Open).flat_map(|run| &run.evaluation.builds) {
            if let Some(path) = build.dockerfile.here().filter(|path| !is_there(path)) {
                let note = visible_line(&format!("{} builds {path}, which is not here", file.name));
                if !proposal.notes.contains(&note) {
                    proposal.notes.push(note);
                }
            }
        }
        let would_push = |run: &Run| {
            let mut builds = run.evaluation.builds.iter();
            run.start == Start::IfAdded && builds.any(|build| builds::of_build(input, build).is_some())
        };
        if file.runs.iter().any(would_push) {
            proposal.without_dispatch.push(file.name.clone());
        }
    }
    proposal
}

/// The image of a Dockerfile that nobody can tell more of than that a workflow has its name, and can be dispatched.
fn of_its_name<'a>(input: &Found<'a>, path: &'a str, file: FileId) -> Option<Image<'a>> {
    let name = name::slug(&name::of_path(input, path));
    for (index, workflow) in input.workflows.iter().enumerate() {
        let is_of_name = workflow.name.rsplit_once('.').is_some_and(|(stem, _)| stem == name);
        for run in workflow.runs.iter().filter(|_| is_of_name) {
            let Start::Dispatch(inputs) = &run.start else { continue };
            if run.evaluation.builds.is_empty() {
                let why = format!("nobody here can tell what {} pushes", workflow.name);
                return Some(Image { start: Some((index, inputs)), ..Image::of_file(input, path, file, &why) });
            }
        }
    }
    None
}

/// Whether all that is sent can stand in images.yaml.
fn is_writable(input: &Found<'_>, made: &Made<'_>) -> bool {
    let file = input.workflows.get(made.workflow);
    file.is_some_and(|file| writable::<github::WorkflowFile>(&file.name).is_ok())
        && made
            .inputs
            .iter()
            .all(|(name, value)| writable::<InputName>(name).is_ok() && writable::<FixedText>(value).is_ok())
}

fn branch(branch: &Branch) -> Option<Line> {
    let good = writable::<BranchName>(&branch.name).is_ok();
    if branch.unsure.is_none() && branch.note.is_none() && branch.name == "main" {
        return None;
    }
    let unsure = |why: &str| Some(format!("{UNSURE} {why}"));
    Some(if good {
        let note = branch.note.map(str::to_owned);
        Line::text("branch", &branch.name).comment(branch.unsure.and_then(unsure).or(note))
    } else {
        Line::text("branch", "main").comment(unsure("the branch here has a name that cannot be used"))
    })
}

/// Whether a text can stand in images.yaml: it has the form of its key, and no credential in it or the stars of one.
pub(super) fn writable<T: FromStr<Err = Invalid>>(text: &str) -> Result<(), Invalid> {
    text.parse::<T>()?;
    if secret::is_masked(text) || !secret::find(text).is_empty() {
        return Err("it holds a credential".into());
    }
    Ok(())
}

/// The names of the Warehouses of what an image is built on.
fn bases(image: &Image<'_>, input: &Found<'_>) -> Vec<String> {
    let ways = given::ways(image.args.iter().map(|(name, given)| (name, given))).unwrap_or_default();
    let facts = ways.iter().map(|args| read(input, image.file, image.target.as_deref(), args, &Platform::DEFAULT).0);
    let edges = facts.flat_map(|facts| facts.edges);
    edges.filter_map(|edge| edge.reference.ok()).map(|reference| BaseName::of(&reference).warehouse().into()).collect()
}

/// Reads a Dockerfile; with whether it has errors.
pub(super) fn read(
    input: &Found<'_>,
    file: FileId,
    target: Option<&str>,
    build_args: &BTreeMap<String, String>,
    platform: &str,
) -> (Facts, bool) {
    let request = Request { target, build_args, contexts: &BTreeMap::new(), platform };
    let (facts, problems) = dockerfile::read(input.sources.file(file), file, &request);
    (facts, any_error(&problems))
}
