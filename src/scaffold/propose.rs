//! What lies in a repository, to entries of images.yaml.
//!
//! Nothing is decided that a text does not say: what is guessed carries a comment that begins with `unsure:` and says why.
//! What is hardly an image of its own comes out asleep: as a comment.

use super::built::{self, Built, Made, Pushed};
use super::dispatch::{self, Choice};
use super::entry::{Line, Value};
use super::oddity::{self, Oddity};
use crate::diagnostic::any_error;
use crate::discover::origin::Origin;
use crate::dockerfile::{self, Facts, Request};
use crate::model::check;
use crate::model::{PLATFORM, Reference};
use crate::source::{FileId, Sources, visible_line};
use crate::workflow::{Bake, Workflow};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};

pub use super::oddity::is_dockerfile;

/// What was found in a repository.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The texts of the Dockerfiles.
    pub sources: &'a Sources,
    /// The Dockerfiles, by path from the root of the repository.
    pub dockerfiles: &'a [(String, FileId)],
    /// The workflows.
    pub workflows: &'a [WorkflowFile],
    /// The repository, if its origin is known.
    pub origin: Option<&'a Origin>,
    /// The branch that images are built from.
    pub branch: &'a Branch,
    /// The name of the folder that the repository is in.
    pub folder: &'a str,
}

/// A workflow with the bake files that its builds name.
#[derive(Clone, Debug)]
pub struct WorkflowFile {
    /// The file's name, without its folder.
    pub name: String,
    /// What it says.
    pub workflow: Workflow,
    /// The bake files, by path from the root of the repository.
    pub bakes: Vec<(String, Bake)>,
}

/// A branch.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Its name.
    pub name: String,
    /// Why it may be another one.
    pub unsure: Option<&'static str>,
}

/// What images.yaml could say.
#[derive(Clone, Debug, Default)]
pub struct Proposal {
    /// The branch of all images, unless that is the default of images.yaml and certain.
    pub(super) branch: Option<Line>,
    /// The entries.
    pub(super) images: Vec<Vec<Line>>,
    /// Entries that are hardly images of their own.
    pub(super) asleep: Vec<Vec<Line>>,
    /// What was found and could not be used, a line each.
    pub(super) notes: Vec<String>,
}

impl Proposal {
    /// How many images it has.
    pub fn images(&self) -> usize {
        self.images.len()
    }

    /// How many more it has in comments.
    pub fn asleep(&self) -> usize {
        self.asleep.len()
    }

    /// What was found and could not be used, a line each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Adds something that could not be used.
    pub fn note(&mut self, note: &str) {
        self.notes.push(visible_line(note));
    }
}

/// One image on the way to its entry.
struct Draft<'a> {
    path: &'a str,
    file: FileId,
    target: Option<String>,
    /// The repository that a workflow pushes it to.
    to: Option<Reference>,
    made: Vec<Made<'a>>,
    /// What is unsure about the image as such.
    unsure: Vec<String>,
    /// Why it is hardly an image of its own.
    asleep: Option<String>,
}

/// Makes a proposal.
pub fn propose(input: &Input<'_>) -> Proposal {
    let mut proposal = Proposal { branch: branch(input.branch), ..Proposal::default() };
    let built = built::all(input);
    let users = users(input);
    let mut drafts: Vec<Draft<'_>> = Vec::new();
    for (path, file) in input.dockerfiles {
        if let Err(why) = check::file(path).and_then(|()| no_expression(path)) {
            proposal.note(&format!("{path} cannot be named in images.yaml: {why}"));
            continue;
        }
        match of_dockerfile(path, *file, &built) {
            Ok(found) => drafts.extend(found),
            Err(why) => proposal.note(&format!("{path} is left out: {why}, and no workflow builds it")),
        }
    }
    for draft in &mut drafts {
        mark_base(draft, &users);
        mark_broken(draft, input);
    }
    let mut names = BTreeSet::new();
    let mut repositories: BTreeMap<String, String> = BTreeMap::new();
    let alone = drafts.iter().filter(|draft| draft.asleep.is_none()).count() == 1;
    // Those that are awake choose their names first.
    drafts.sort_by_key(|draft| draft.asleep.is_some());
    for mut draft in drafts {
        let name = own_name(&mut draft, input, &mut names);
        let entry = entry(input, &mut draft, &name, alone, &mut repositories);
        let list = if draft.asleep.is_some() { &mut proposal.asleep } else { &mut proposal.images };
        list.push(entry);
    }
    for built in &built {
        if let Some(path) = built.dockerfile.whole()
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
    let good = check::branch(&branch.name).and_then(|()| no_expression(&branch.name)).is_ok();
    if branch.unsure.is_none() && branch.name == "main" {
        return None;
    }
    let unsure = |why: &str| Some(format!("unsure: {why}"));
    Some(if good {
        Line::text("branch", &branch.name).comment(branch.unsure.and_then(unsure))
    } else {
        Line::text("branch", "main").comment(unsure("the branch here has a name that cannot be used"))
    })
}

fn no_expression(text: &str) -> Result<(), String> {
    if check::has_expression(text) { Err("Kargo would take a part of it for an expression".to_owned()) } else { Ok(()) }
}

/// The images that are made from a Dockerfile. The error says why it is none of this repository's.
fn of_dockerfile<'a>(path: &'a str, file: FileId, built: &[Built<'a>]) -> Result<Vec<Draft<'a>>, &'static str> {
    let mut made: Vec<Made<'a>> = built.iter().filter_map(|built| built.of(path)).collect();
    if made.iter().any(|made| !made.is_open) {
        made.retain(|made| !made.is_open);
    }
    let odd = oddity::of(path);
    let is_built = made.iter().any(|made| !made.is_open);
    if let (Some(Oddity::Foreign(why)), false) = (odd, is_built) {
        return Err(why);
    }
    let pushes = |made: &Made<'_>| made.pushed.iter().any(|to| matches!(to, Pushed::To(_)));
    if made.iter().any(pushes) {
        // The others try whether it builds.
        made.retain(pushes);
    }
    let mut groups: IndexMap<(Option<String>, Option<String>), Vec<Made<'a>>> = IndexMap::new();
    for one in made {
        let to = first_repository(&one).map(Reference::name);
        groups.entry((one.target.clone(), to)).or_default().push(one);
    }
    if groups.is_empty() {
        groups.insert((None, None), Vec::new());
    }
    let draft = |((target, _), made): ((Option<String>, Option<String>), Vec<Made<'a>>)| {
        let to = made.first().and_then(first_repository).cloned();
        let mut draft = Draft { path, file, target, to, made, unsure: Vec::new(), asleep: None };
        if let Some(odd) = odd {
            let why = odd.why().to_owned();
            if is_built { draft.unsure.push(why) } else { draft.asleep = Some(why) }
        }
        draft
    };
    Ok(groups.into_iter().map(draft).collect())
}

fn first_repository<'m>(made: &'m Made<'_>) -> Option<&'m Reference> {
    made.pushed.iter().find_map(|to| if let Pushed::To(reference) = to { Some(reference) } else { None })
}

/// The Dockerfiles here, by the images that they are built on.
fn users<'a>(input: &Input<'a>) -> BTreeMap<String, BTreeSet<&'a str>> {
    let mut users: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (path, file) in input.dockerfiles {
        let (facts, _) = read(input, *file, None, &BTreeMap::new(), PLATFORM);
        for edge in facts.edges.iter().chain(&facts.unreachable) {
            if let Ok(reference) = Reference::parse(&edge.image) {
                users.entry(reference.name()).or_default().insert(path);
            }
        }
    }
    users
}

/// Reads a Dockerfile; with whether it has errors.
fn read(
    input: &Input<'_>,
    file: FileId,
    target: Option<&str>,
    build_args: &BTreeMap<String, String>,
    platform: &str,
) -> (Facts, bool) {
    let request = Request { target, build_args, platform };
    let (facts, problems) = dockerfile::read(input.sources.file(file), file, &request);
    (facts, any_error(&problems))
}

/// Says of an image that others here are built on it, and puts to sleep what is nothing but that.
fn mark_base(draft: &mut Draft<'_>, users: &BTreeMap<String, BTreeSet<&str>>) {
    let local = draft.made.iter().flat_map(|made| &made.pushed).find_map(|to| match to {
        Pushed::Local(name) => Reference::parse(name).ok(),
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
            draft.asleep = Some(format!("it is only a base of {}, and no workflow pushes it", of(local)));
        }
        _ => {}
    }
}

fn mark_broken(draft: &mut Draft<'_>, input: &Input<'_>) {
    let (_, broken) = read(input, draft.file, draft.target.as_deref(), &BTreeMap::new(), PLATFORM);
    if broken {
        let why = format!("BuildKit would refuse {}; `image-factory analyze` says why", draft.path);
        if draft.made.is_empty() {
            draft.asleep.get_or_insert(why);
        } else {
            draft.unsure.push(why);
        }
    }
}

/// Folders that say nothing of what is built in them.
const PLAIN_FOLDERS: [&str; 8] =
    ["docker", "build", "deploy", "images", "dockerfiles", "containers", "container", "src"];

/// A name that nothing else has: from where it is pushed to, else from the file and its folder.
fn own_name(draft: &mut Draft<'_>, input: &Input<'_>, names: &mut BTreeSet<String>) -> String {
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let project = input.origin.map_or(input.folder.to_owned(), |origin| last(&origin.repo));
    let (folders, file) = draft.path.rsplit_once('/').unwrap_or(("", draft.path));
    let local = draft.made.iter().flat_map(|made| &made.pushed).find_map(|to| match to {
        Pushed::Local(name) => Some(name.clone()),
        _ => None,
    });
    let wanted = if let Some(to) = &draft.to {
        last(to.repository())
    } else if let Some(local) = local {
        local
    } else {
        let mut parts = folders.split('/').rev().filter(|part| !part.is_empty() && !PLAIN_FOLDERS.contains(part));
        let folder = parts.next();
        let stem = oddity::stem(file).unwrap_or_default();
        let mut name = match folder {
            // `api.Dockerfile` and `docker/Dockerfile.api` are named after what they build.
            _ if !stem.is_empty() && (file.starts_with(stem) || (folder.is_none() && !folders.is_empty())) => {
                stem.to_owned()
            }
            folder => [folder.unwrap_or(&project), stem].join("-"),
        };
        if let Some(target) = &draft.target {
            name = format!("{name}-{target}");
        }
        name
    };
    let mut name = slug(&wanted);
    if names.contains(&name) {
        let target = draft.target.as_deref().unwrap_or_default();
        let longer = slug(&match target {
            // The folder has the name that is taken.
            "" if folders.rsplit('/').next() == Some(&*wanted) => folders.to_owned(),
            "" => format!("{folders}-{wanted}"),
            target => format!("{wanted}-{target}"),
        });
        let longer = if longer == name { format!("{name}-2") } else { longer };
        let mut numbered = (2..).map(|number| format!("{longer}-{number}"));
        let other = if names.contains(&longer) { numbered.find(|name| !names.contains(name)) } else { Some(longer) };
        draft.unsure.push(format!("the name {name} is taken"));
        name = other.unwrap_or(name);
    }
    names.insert(name.clone());
    name
}

/// A text as a DNS name: lower-case letters and digits, with single hyphens between them.
fn slug(text: &str) -> String {
    const LONGEST: usize = 63;
    let lower = text.to_ascii_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = words.collect::<Vec<_>>().join("-");
    name.truncate(LONGEST);
    let name = name.trim_end_matches('-');
    if name.is_empty() { "image".to_owned() } else { name.to_owned() }
}

/// What stands behind a value of which this is unsure.
fn unsure(why: &[String]) -> Option<String> {
    (!why.is_empty()).then(|| format!("unsure: {}", visible_line(&why.join("; "))))
}

fn entry(
    input: &Input<'_>,
    draft: &mut Draft<'_>,
    name: &str,
    alone: bool,
    repositories: &mut BTreeMap<String, String>,
) -> Vec<Line> {
    let made: Vec<&Made<'_>> = draft.made.iter().collect();
    let choice = dispatch::choose(&made, input.workflows, name);
    let (registry, repository, why) = repository(input, draft, name, alone);
    let reference = format!("{registry}/{repository}");
    if let Some(first) = repositories.get(&reference)
        && draft.asleep.is_none()
    {
        draft.asleep = Some(format!("{first} is pushed to the same repository; give both different `tags`"));
    } else {
        repositories.entry(reference).or_insert_with(|| name.to_owned());
    }
    let about: Vec<String> = draft.asleep.iter().chain(&draft.unsure).cloned().collect();
    vec![
        Line::text("name", name).comment(unsure(&about)),
        Line::text("registry", registry),
        Line::text("repository", repository).comment(unsure(&why)),
        Line::new("source", Value::Lines(source(input, draft, name, &choice))),
    ]
}

/// Registry and repository, and what is unsure about them.
fn repository(input: &Input<'_>, draft: &Draft<'_>, name: &str, alone: bool) -> (String, String, Vec<String>) {
    let pushed = draft.made.iter().flat_map(|made| &made.pushed);
    if let Some(to) = &draft.to {
        let mut others: Vec<String> = Vec::new();
        for reference in pushed.filter_map(|to| if let Pushed::To(reference) = to { Some(reference) } else { None }) {
            let other = reference.name();
            if reference != to && !others.contains(&other) {
                others.push(other);
            }
        }
        let why =
            if others.is_empty() { Vec::new() } else { vec![format!("it is pushed to {} too", others.join(", "))] };
        return (to.registry().to_owned(), to.repository().to_owned(), why);
    }
    let computed = pushed.clone().find_map(|to| if let Pushed::Computed(tag) = to { Some(tag) } else { None });
    let reason = match computed {
        Some(tag) => format!("its tag `{tag}` is computed"),
        None => "no workflow here pushes it".to_owned(),
    };
    let guess = input.origin.map(|origin| origin.repo.to_ascii_lowercase()).and_then(|repo| {
        let (owner, _) = repo.split_once('/')?;
        let guess = if alone { repo.clone() } else { format!("{owner}/{name}") };
        Reference::parse(&format!("ghcr.io/{guess}")).ok().filter(|it| it.refused_by_kargo().is_none()).map(|_| guess)
    });
    let (repository, from) = match guess {
        Some(guess) => (guess, "this is a guess from origin"),
        None => (format!("owner/{name}"), "nobody knows the owner"),
    };
    ("ghcr.io".to_owned(), repository, vec![format!("{reason}; {from}")])
}

fn source(input: &Input<'_>, draft: &Draft<'_>, name: &str, choice: &Choice) -> Vec<Line> {
    let first = |part: for<'m> fn(&'m Made<'_>) -> Option<&'m String>| draft.made.iter().find_map(part);
    let platform = first(|made| made.platform.as_ref()).filter(|platform| check::platform(platform).is_ok());
    let (args, args_unsure) = build_args(input, draft);
    let mut lines = vec![repo(input.origin), Line::text("dockerfile", draft.path).comment(unsure(&args_unsure))];
    let usable =
        |text: &&String, check: fn(&str) -> Result<(), String>| check(text).and_then(|()| no_expression(text)).is_ok();
    if let Some(context) = first(|made| made.context.as_ref()).filter(|context| usable(context, check::path)) {
        lines.push(Line::text("context", context));
    }
    if let Some(target) = draft.target.as_ref().filter(|target| usable(target, check::target)) {
        lines.push(Line::text("target", target));
    }
    lines.extend(platform.map(|platform| Line::text("platform", platform)));
    if !args.is_empty() {
        lines.push(Line::new("buildArgs", Value::Map(args)));
    }
    let file = choice.name.as_ref().filter(|file| usable(file, |file| check::workflow(file).map(drop)));
    let mut comment = unsure(&choice.unsure).unwrap_or_default();
    if !choice.lint.is_empty() {
        let gap = if comment.is_empty() { "" } else { "; " };
        comment.push_str(&visible_line(&format!("{gap}lint will say {}", choice.lint.join(", and "))));
    }
    let file = file.cloned().unwrap_or_else(|| format!("{name}.yml"));
    lines.push(Line::text("workflow", file).comment(Some(comment).filter(|comment| !comment.is_empty())));
    lines
}

fn repo(origin: Option<&Origin>) -> Line {
    const API: &str = "https://api.github.com";
    let Some(origin) = origin else {
        let why = "this checkout has no origin; write the repository on GitHub".to_owned();
        return Line::text("repo", "OWNER/NAME").comment(unsure(&[why]));
    };
    if check::repo(&origin.repo).is_err() {
        let why = format!("origin is {}/{}, which is no repository on GitHub", origin.host, origin.repo);
        return Line::text("repo", "OWNER/NAME").comment(unsure(&[why]));
    }
    let elsewhere = !origin.is(&origin.repo, API);
    let why = format!("origin is at {}; if that is GitHub Enterprise, set `github.apiUrl`", origin.host);
    Line::text("repo", &origin.repo).comment(unsure(if elsewhere { std::slice::from_ref(&why) } else { &[] }))
}

/// The build arguments that decide what the image is built on, and what is unsure about them.
fn build_args(input: &Input<'_>, draft: &Draft<'_>) -> (Vec<(String, String)>, Vec<String>) {
    let (facts, _) = read(input, draft.file, draft.target.as_deref(), &BTreeMap::new(), PLATFORM);
    let (mut args, mut why) = (Vec::new(), Vec::new());
    for arg in facts.args.iter().filter(|arg| arg.used) {
        let given = |made: &'_ Made<'_>| {
            let set = made.args.iter().find(|set| set.name.value == arg.name)?;
            let value = set.value.as_ref().filter(|_| !set.is_expression)?.value.clone();
            Some(value).filter(|value| no_expression(value).and_then(|()| check::no_nul(value)).is_ok())
        };
        let is_given = |made: &Made<'_>| made.args.iter().any(|set| set.name.value == arg.name);
        let default = arg.default.as_deref().map(|text| text.trim_matches(['"', '\'']));
        match draft.made.iter().find_map(given) {
            Some(value) if Some(value.as_str()) == default => {}
            Some(value) if check::build_argument(&arg.name).and_then(|()| no_expression(&arg.name)).is_ok() => {
                args.push((arg.name.clone(), value));
            }
            Some(_) => {}
            None if draft.made.iter().any(is_given) => {
                why.push(format!("its FROM uses {}, which a workflow computes", arg.name));
            }
            None if arg.value.is_none() => why.push(format!("its FROM uses {}, which has no value", arg.name)),
            None => {}
        }
    }
    (args, why)
}
