//! What lies in a repository, to entries of images.yaml.
//!
//! Nothing is decided that a text does not say: what is guessed carries a comment that begins with `unsure:` and says why.
//! What is hardly an image of its own comes out as a comment.

use super::auxiliary::{self, Auxiliary};
use super::builds::{self, BuildPattern, MatchedBuild, PushTarget};
use super::keys;
use super::name::{self, Names};
use super::text::UNSURE;
use crate::diagnostic::any_error;
use crate::dockerfile::{self, Facts, Request};
use crate::edit::entry::Line;
use crate::forge::Origin;
use crate::grammar::Invalid;
use crate::grammar::build::Platform;
use crate::grammar::git::{Branch as BranchName, FilePath};
use crate::model::Reference;
use crate::model::name::BaseName;
use crate::source::{FileId, Sources, secret, visible_line};
use crate::workflow::Workflow;
use crate::workflow::evaluate::Evaluation;
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

pub use super::auxiliary::is_dockerfile;

/// What was found in a repository.
#[derive(Clone, Copy, Debug)]
pub struct RepositoryFiles<'a> {
    /// The texts of the Dockerfiles.
    pub sources: &'a Sources,
    /// The Dockerfiles, by path from the root of the repository.
    pub dockerfiles: &'a [(String, FileId)],
    /// Every workflow of the repository that can be read.
    pub workflows: &'a [WorkflowFile],
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
    /// What runs of it build: one that is dispatched, if it can be, before one of another event.
    pub runs: Vec<Evaluation>,
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

/// What images.yaml could say.
#[derive(Clone, Debug, Default)]
pub struct Proposal {
    /// The branch of all images, unless that is the default of images.yaml and certain.
    pub(super) branch: Option<Line>,
    /// The entries, each as the lines of its mapping.
    pub(super) images: Vec<Vec<Line>>,
    /// Entries that are hardly images of their own.
    pub(super) commented: Vec<Vec<Line>>,
    /// What was found and could not be used, a line each.
    pub(super) notes: Vec<String>,
    /// What `lint` will say of workflows, a line each. It is no part of the text, since it is over when the workflow is mended.
    pub(super) gaps: BTreeSet<String>,
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

    /// More of them, in comments.
    pub fn commented(&self) -> &[Vec<Line>] {
        &self.commented
    }

    /// What was found and could not be used, a line each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What `lint` will say of the workflows, a line each.
    pub fn gaps(&self) -> impl Iterator<Item = &str> {
        self.gaps.iter().map(String::as_str)
    }

    /// Adds something that could not be used.
    pub fn note(&mut self, note: &str) {
        self.notes.push(visible_line(note));
    }
}

/// One image on the way to its entry.
pub(super) struct Draft<'a> {
    /// Path of the Dockerfile.
    pub(super) path: &'a str,
    /// The text of that Dockerfile.
    pub(super) file: FileId,
    /// The stage that is built, unless it is the last.
    pub(super) target: Option<String>,
    /// The repository that a workflow pushes it to.
    pub(super) to: Option<Reference>,
    /// The builds of it.
    pub(super) made: Vec<MatchedBuild>,
    /// Its name as the folder spells it: a repository may have `_` and `.` where a name may not.
    pub(super) spelling: Option<String>,
    /// What is unsure about the image as such.
    pub(super) unsure: Vec<String>,
    /// Why it is hardly an image of its own.
    pub(super) commented: Option<String>,
    /// What `lint` will say of its workflow.
    pub(super) gaps: Vec<String>,
}

/// Entries in comments beyond which nobody reads them.
const MAX_COMMENTED: usize = 20;

/// `a/Dockerfile is`, `a/Dockerfile and 2 more are`.
fn is_or_are(paths: &[&str]) -> String {
    match paths {
        [one] => format!("{one} is"),
        [first, rest @ ..] => format!("{first} and {} more are", rest.len()),
        [] => String::new(),
    }
}

/// Proposes an entry for each Dockerfile that is built, and in comments for the others.
pub fn propose(input: &RepositoryFiles<'_>) -> Proposal {
    let mut proposal = Proposal { branch: branch(input.branch), ..Proposal::default() };
    let built = builds::all(input);
    let users = users(input);
    let mut drafts: Vec<Draft<'_>> = Vec::new();
    let mut left_out: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, file) in input.dockerfiles {
        if let Err(why) = writable::<FilePath>(path) {
            proposal.note(&format!("{path} cannot be named in images.yaml: {why}"));
            continue;
        }
        match of_dockerfile(path, *file, &built) {
            Ok(found) => drafts.extend(found),
            Err(why) => left_out.entry(why).or_default().push(path),
        }
    }
    for (why, paths) in left_out {
        proposal.note(&format!("{} left out as {why} that no workflow builds", is_or_are(&paths)));
    }
    wake_development_containers(&mut drafts);
    for draft in &mut drafts {
        mark_base(draft, &users);
        mark_broken(draft, input);
    }
    let mut names = Names { bases: drafts.iter().flat_map(|draft| bases(draft, input)).collect(), ..Names::default() };
    let mut repositories: BTreeMap<String, String> = BTreeMap::new();
    let alone = drafts.iter().filter(|draft| draft.commented.is_none()).count() == 1;
    // Those that are awake choose their names first.
    drafts.sort_by_key(|draft| draft.commented.is_some());
    let (mut commented, mut too_many) = (0, Vec::new());
    for mut draft in drafts {
        commented += usize::from(draft.commented.is_some());
        if commented > MAX_COMMENTED {
            too_many.push(draft.path);
            continue;
        }
        let name = name::choose(&mut draft, input, &mut names);
        let entry = keys::entry(input, &mut draft, &name, alone, &mut repositories);
        if draft.commented.is_some() {
            proposal.commented.push(entry);
        } else {
            proposal.images.push(entry);
            proposal.gaps.extend(draft.gaps);
        }
    }
    if !too_many.is_empty() {
        proposal.note(&format!("{} hardly images of their own either", is_or_are(&too_many)));
    }
    for built in &built {
        if let Some(path) = built.dockerfile.known()
            && !input.dockerfiles.iter().any(|(known, _)| known == path)
            && let Some(file) = input.workflows.get(built.workflow)
        {
            proposal.note(&format!("{} builds {path}, which is not here", file.name));
        }
    }
    proposal.notes.dedup();
    proposal
}

fn branch(branch: &Branch) -> Option<Line> {
    let good = writable::<BranchName>(&branch.name).is_ok();
    if branch.unsure.is_none() && branch.note.is_none() && branch.name == "main" {
        return None;
    }
    let unsure = |why: &str| Some(format!("{UNSURE}{why}"));
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

/// The images that are made from a Dockerfile. The error says why it is none of this repository's.
fn of_dockerfile<'a>(path: &'a str, file: FileId, built: &[BuildPattern<'_>]) -> Result<Vec<Draft<'a>>, &'static str> {
    let mut made: Vec<MatchedBuild> = built.iter().filter_map(|built| built.of(path)).collect();
    if made.iter().any(|made| !made.is_open) {
        made.retain(|made| !made.is_open);
    }
    let auxiliary = auxiliary::of(path);
    let is_built = made.iter().any(|made| !made.is_open);
    if let (Some(Auxiliary::NotShipped(why)), false) = (auxiliary, is_built) {
        return Err(why);
    }
    let pushes = |made: &MatchedBuild| made.pushed.iter().any(|to| matches!(to, PushTarget::To(_)));
    if made.iter().any(pushes) {
        // The others try whether it builds.
        made.retain(pushes);
    }
    let mut groups: IndexMap<(Option<String>, Option<String>), Vec<MatchedBuild>> = IndexMap::new();
    for one in made {
        let to = first_repository(&one).map(Reference::name);
        groups.entry((one.target.clone(), to)).or_default().push(one);
    }
    if groups.is_empty() {
        groups.insert((None, None), Vec::new());
    }
    let draft = |((target, _), made): ((Option<String>, Option<String>), Vec<MatchedBuild>)| {
        let to = made.first().and_then(first_repository).cloned();
        let mut draft = Draft {
            path,
            file,
            target,
            to,
            made,
            spelling: None,
            unsure: Vec::new(),
            commented: None,
            gaps: Vec::new(),
        };
        if let Some(auxiliary) = auxiliary {
            let why = by_its_path(auxiliary.why());
            if is_built { draft.unsure.push(why) } else { draft.commented = Some(why) }
        }
        draft
    };
    Ok(groups.into_iter().map(draft).collect())
}

fn by_its_path(why: &str) -> String {
    format!("by its path it is {why}")
}

/// Where a repository has development containers and nothing else, it is a repository of them.
fn wake_development_containers(drafts: &mut [Draft<'_>]) {
    let why = by_its_path(auxiliary::DEVELOPMENT_CONTAINER);
    if drafts.iter().all(|draft| draft.commented.as_ref() == Some(&why)) {
        for draft in drafts {
            draft.unsure.extend(draft.commented.take());
        }
    }
}

fn first_repository(made: &MatchedBuild) -> Option<&Reference> {
    made.pushed.iter().find_map(|to| if let PushTarget::To(reference) = to { Some(reference) } else { None })
}

/// The Dockerfiles here, by the images that they are built on.
fn users<'a>(input: &RepositoryFiles<'a>) -> BTreeMap<String, BTreeSet<&'a str>> {
    let mut users: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (path, file) in input.dockerfiles {
        let (facts, _) = read(input, *file, None, &BTreeMap::new(), &Platform::DEFAULT);
        for edge in facts.edges.iter().chain(&facts.unreachable) {
            if let Ok(reference) = &edge.reference {
                users.entry(reference.name()).or_default().insert(path);
            }
        }
    }
    users
}

/// The names of the Warehouses of what an image is built on.
fn bases(draft: &Draft<'_>, input: &RepositoryFiles<'_>) -> Vec<String> {
    let (args, _) = keys::build_args(input, draft);
    let args = args.into_iter().collect();
    let (facts, _) = read(input, draft.file, draft.target.as_deref(), &args, &Platform::DEFAULT);
    let references = facts.edges.iter().filter_map(|edge| edge.reference.as_ref().ok());
    references.map(|reference| BaseName::of(reference).warehouse().into()).collect()
}

/// Reads a Dockerfile; with whether it has errors.
pub(super) fn read(
    input: &RepositoryFiles<'_>,
    file: FileId,
    target: Option<&str>,
    build_args: &BTreeMap<String, String>,
    platform: &str,
) -> (Facts, bool) {
    let request = Request { target, build_args, contexts: &BTreeMap::new(), platform };
    let (facts, problems) = dockerfile::read(input.sources.file(file), file, &request);
    (facts, any_error(&problems))
}

/// Says of an image that others here are built on it, and puts to sleep what is nothing but that.
fn mark_base(draft: &mut Draft<'_>, users: &BTreeMap<String, BTreeSet<&str>>) {
    let local = draft.made.iter().flat_map(|made| &made.pushed).find_map(|to| match to {
        PushTarget::Local(name) => Reference::parse(name).ok(),
        _ => None,
    });
    let of = |reference: &Reference| {
        let all = users.get(&reference.name()).into_iter().flatten();
        all.copied().filter(|path| *path != draft.path).collect::<Vec<_>>().join(", ")
    };
    match (&draft.to, &local) {
        (Some(to), _) if !of(to).is_empty() => {
            let why = format!("it is a base of {}, and perhaps of nothing else", of(to));
            draft.unsure.push(why);
        }
        (None, Some(local)) if !of(local).is_empty() => {
            draft.commented = Some(format!("it is only a base of {}, and no workflow pushes it", of(local)));
        }
        _ => {}
    }
}

fn mark_broken(draft: &mut Draft<'_>, input: &RepositoryFiles<'_>) {
    let (_, broken) = read(input, draft.file, draft.target.as_deref(), &BTreeMap::new(), &Platform::DEFAULT);
    if broken {
        let why = format!("BuildKit would refuse {}; `image-factory analyze` says why", draft.path);
        if draft.made.is_empty() {
            draft.commented.get_or_insert(why);
        } else {
            draft.unsure.push(why);
        }
    }
}
