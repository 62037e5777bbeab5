//! Images, from the builds that make them: one for each way in which a Dockerfile is built into a repository.

use super::builds::{Destination, Made};
use super::dispatch::Inputs;
use super::keys::is_of_form;
use super::linked;
use super::propose::{Found, read};
use super::tags::{self, Watched};
use crate::dockerfile::Facts;
use crate::grammar::build::{BuildArgument, Platform};
use crate::grammar::fixed::FixedText;
use crate::grammar::given::{self, Given};
use crate::reference::{ContextSource, ImageName};
use crate::source::FileId;
use crate::workflow::value::Text;
use indexmap::{IndexMap, IndexSet};
use std::collections::BTreeMap;

/// One image on the way to its entry.
#[derive(Clone, Debug)]
pub(super) struct Image<'a> {
    /// Path of the Dockerfile.
    pub(super) path: &'a str,
    /// The text of that Dockerfile.
    pub(super) file: FileId,
    /// The stage that is built, unless it is the last.
    pub(super) target: Option<String>,
    pub(super) context: Option<String>,
    pub(super) platform: Option<String>,
    /// Where it is pushed to.
    pub(super) to: Destination,
    /// Other repositories that it is pushed to.
    pub(super) also: Vec<String>,
    /// Its tags, as the workflow pushes them.
    pub(super) pushed: Vec<Text>,
    /// Those that are watched.
    pub(super) watched: Watched,
    /// The build arguments that decide what it is built on.
    pub(super) args: Vec<(String, Given<String>)>,
    /// Named contexts.
    pub(super) contexts: Vec<(String, String)>,
    /// What it is built on, where that does not follow from its own Dockerfile.
    pub(super) bases: Vec<String>,
    /// What is unsure about arguments and contexts.
    pub(super) args_unsure: Vec<String>,
    /// The workflow that a rebuild starts, by its index, and what it is sent; none where there is no workflow at all.
    pub(super) start: Option<(usize, &'a Inputs)>,
    /// Other workflows that build it, by their index.
    pub(super) others: Vec<usize>,
    /// What tells it from other images of its repository.
    pub(super) variant: Option<String>,
    /// What is unsure about the image as such.
    pub(super) unsure: Vec<String>,
}

/// What makes an image another: Dockerfile, stage, repository, and what decides its bases.
type Way<'a> = (&'a str, Option<String>, Destination, [Vec<(String, String)>; 2]);

/// The images that dispatches push, and those that cannot be told apart in the registry: the name of the first and the path of each other.
pub(super) fn all<'a>(input: &Found<'a>, made: Vec<Made<'a>>) -> (Vec<Image<'a>>, Vec<&'a str>) {
    let mut ways: IndexMap<Way<'a>, Vec<(Made<'a>, Vec<String>)>> = IndexMap::new();
    for made in made {
        let Some((path, file)) = input.dockerfiles.iter().find(|(path, _)| *path == made.path) else { continue };
        let (args, mut why) = build_args(input, *file, &made);
        let contexts = contexts(&made, &mut why);
        let way = (path.as_str(), made.target.clone(), made.to.clone(), [args, contexts]);
        ways.entry(way).or_default().push((made, why));
    }
    let images: Vec<Image<'a>> = ways.into_iter().filter_map(|(way, made)| image(input, way, &made)).collect();
    let mut images = joined(input, images);
    let shared = apart(&mut images);
    let mut left = Vec::new();
    let mut number = 0;
    images.retain(|image| {
        let stays = !shared.contains(&number);
        number += 1;
        if !stays {
            left.push(image.path);
        }
        stays
    });
    (images, left)
}

fn image<'a>(input: &Found<'a>, way: Way<'a>, all: &[(Made<'a>, Vec<String>)]) -> Option<Image<'a>> {
    let (path, target, to, [args, contexts]) = way;
    let (_, file) = input.dockerfiles.iter().find(|(known, _)| known == path)?;
    let rank = |made: &Made<'_>| {
        let flags = made.inputs.values().filter(|value| matches!(value.as_str(), "true" | "false")).count();
        (!made.unsure.is_empty(), !is_named(input, made, path), flags, made.images, made.inputs.len(), made.workflow)
    };
    let (best, why) = all.iter().min_by_key(|(made, _)| rank(made))?;
    let is_of_run = |made: &&Made<'_>| made.workflow == best.workflow && made.inputs == best.inputs;
    let of_run: Vec<&Made<'_>> = all.iter().map(|(made, _)| made).filter(is_of_run).collect();
    let tags: Vec<Text> = of_run.iter().flat_map(|made| made.tags.iter().cloned()).collect();
    let others: IndexSet<usize> =
        all.iter().map(|(made, _)| made.workflow).filter(|workflow| *workflow != best.workflow).collect();
    let (bases, not_known) = match linked::bases(input, best) {
        _ if best.linked.is_empty() => (Vec::new(), None),
        Ok(bases) => (bases, None),
        Err(why) => (Vec::new(), Some(why)),
    };
    let args_unsure = why.iter().cloned().chain(not_known).collect();
    // One platform after the other, each on a machine of its own, makes one image.
    let platforms: IndexSet<&Option<String>> = of_run.iter().map(|made| &made.platform).collect();
    let platform = if platforms.len() == 1 { best.platform.clone() } else { None };
    Some(Image {
        path,
        file: *file,
        target,
        context: best.context.clone(),
        platform,
        to,
        also: best.also.clone(),
        watched: tags::alone(&tags),
        pushed: tags,
        args: args.into_iter().map(|(name, value)| (name, Given::One(value))).collect(),
        contexts,
        bases,
        args_unsure,
        start: Some((best.workflow, best.inputs)),
        others: others.into_iter().collect(),
        variant: None,
        unsure: best.unsure.clone(),
    })
}

/// Puts images together that one run builds of one Dockerfile and pushes with the same tags: of all that they are built on a rebuild is
/// the same.
fn joined<'a>(input: &Found<'_>, images: Vec<Image<'a>>) -> Vec<Image<'a>> {
    let mut groups: Vec<Vec<Image<'a>>> = Vec::new();
    for image in images {
        let is_of = |group: &Vec<Image<'_>>| {
            group.first().is_some_and(|first| {
                (first.path, &first.target, &first.to, &first.contexts, first.start)
                    == (image.path, &image.target, &image.to, &image.contexts, image.start)
            })
        };
        match groups.iter_mut().find(|group| is_of(group)) {
            Some(group) => group.push(image),
            None => groups.push(vec![image]),
        }
    }
    let one = |group: Vec<Image<'a>>| {
        let tags: Vec<(&[Text], Vec<String>)> =
            group.iter().map(|image| (image.pushed.as_slice(), hints(image))).collect();
        if group.len() == 1 || tags::apart(&tags).iter().any(Option::is_some) {
            return group;
        }
        let args = every(input, &group);
        match (group.first().cloned(), args) {
            (Some(first), Some(args)) => {
                let pushed: Vec<Text> = group.iter().flat_map(|image| image.pushed.iter().cloned()).collect();
                vec![Image { args, watched: tags::alone(&pushed), pushed, ..first }]
            }
            _ => group,
        }
    };
    groups.into_iter().flat_map(one).collect()
}

/// The values of all build arguments of these images, if each value of one is built with each of the others.
fn every(input: &Found<'_>, images: &[Image<'_>]) -> Option<Vec<(String, Given<String>)>> {
    let first = images.first()?;
    let (facts, _) = read(input, first.file, first.target.as_deref(), &BTreeMap::new(), &Platform::DEFAULT);
    let names: IndexSet<&String> = images.iter().flat_map(|image| image.args.iter().map(|(name, _)| name)).collect();
    let mut args = Vec::new();
    for name in names {
        let default = facts.args.iter().find(|arg| arg.name == *name).and_then(|arg| arg.value.clone());
        let value = |image: &Image<'_>| {
            let given = image.args.iter().find(|(own, _)| own == name);
            given.and_then(|(_, given)| given.all().first().cloned()).or_else(|| default.clone())
        };
        let values: IndexSet<String> = images.iter().map(value).collect::<Option<_>>()?;
        args.push((name.clone(), Given::new(values.into_iter().collect())?));
    }
    let ways = given::ways(args.iter().map(|(name, given)| (name, given)))?;
    (ways.len() == images.len()).then_some(args)
}

/// Whether a workflow has the name of the image or of the folder of its Dockerfile.
fn is_named(input: &Found<'_>, made: &Made<'_>, path: &str) -> bool {
    let file = input.workflows.get(made.workflow).and_then(|file| file.name.rsplit_once('.'));
    let image = match &made.to {
        Destination::Known(reference) => reference.repository().rsplit('/').next(),
        Destination::Guess { name, .. } => name.as_deref(),
    };
    let folder = path.rsplit('/').nth(1);
    file.is_some_and(|(stem, _)| image == Some(stem) || folder == Some(stem))
}

/// Gives images of one repository tags that no other of them has. Returns the numbers of those that have none.
fn apart(images: &mut [Image<'_>]) -> IndexSet<usize> {
    let mut shared: IndexMap<Destination, Vec<usize>> = IndexMap::new();
    for (index, image) in images.iter().enumerate() {
        shared.entry(image.to.clone()).or_default().push(index);
    }
    let mut left = IndexSet::new();
    for indices in shared.values().filter(|indices| indices.len() > 1) {
        let of: Vec<&Image<'_>> = indices.iter().filter_map(|index| images.get(*index)).collect();
        let all: Vec<(&[Text], Vec<String>)> = of.iter().map(|image| (image.pushed.as_slice(), hints(image))).collect();
        let found = tags::apart(&all);
        let targets: IndexSet<&Option<String>> = of.iter().map(|image| &image.target).collect();
        let by_target = targets.len() == of.len();
        let is_hopeless = found.iter().all(Option::is_none);
        for (number, (index, watched)) in indices.iter().zip(found).enumerate() {
            let Some(image) = images.get_mut(*index) else { continue };
            match watched {
                Some(watched) => {
                    image.variant = if by_target { image.target.clone() } else { variant(&watched) };
                    image.watched = watched;
                }
                None if is_hopeless && number == 0 => {}
                None => _ = left.insert(*index),
            }
        }
    }
    left
}

/// Words that tell an image from others: values of its build arguments, its stage, the folder of its Dockerfile.
fn hints(image: &Image<'_>) -> Vec<String> {
    let args = image.args.iter().flat_map(|(_, given)| given.all().to_vec());
    let folders = image.path.split('/').rev().skip(1).map(str::to_owned);
    args.chain(image.target.clone()).chain(folders).collect()
}

fn variant(watched: &Watched) -> Option<String> {
    match watched {
        Watched::One(tag) if tag != "latest" => Some(tag.clone()),
        Watched::Newest(pattern) => {
            Some(pattern.trim_matches(['^', '$']).replace('\\', "").trim_matches('-').to_owned())
        }
        _ => None,
    }
}

/// The build arguments that decide what an image is built on, and what is unsure about them.
fn build_args(input: &Found<'_>, file: FileId, made: &Made<'_>) -> (Vec<(String, String)>, Vec<String>) {
    let (facts, _) = read(input, file, made.target.as_deref(), &BTreeMap::new(), &Platform::DEFAULT);
    let (mut args, mut why) = (Vec::new(), Vec::new());
    for arg in used(&facts) {
        let set = made.args.iter().find(|(name, _)| *name == arg.name).map(|(_, value)| value.as_deref());
        let default = arg.default.as_deref().map(|text| text.trim_matches(['"', '\'']));
        match set {
            Some(Some(value)) if Some(value) == default => {}
            Some(Some(value)) if is_of_form::<FixedText>(value) && is_of_form::<BuildArgument>(&arg.name) => {
                args.push((arg.name.clone(), value.to_owned()));
            }
            Some(_) => why.push(format!("its FROM uses {}, which a workflow computes", arg.name)),
            None if arg.value.is_none() => why.push(format!("its FROM uses {}, which has no value", arg.name)),
            None => {}
        }
    }
    (args, why)
}

/// The named contexts that are known; what is not goes to what is unsure.
fn contexts(made: &Made<'_>, unsure: &mut Vec<String>) -> Vec<(String, String)> {
    let mut known = Vec::new();
    for (name, source) in made.contexts.iter().filter(|(name, _)| is_of_form::<ImageName>(name)) {
        match source.as_ref().filter(|text| is_of_form::<ContextSource>(text)) {
            Some(source) => known.push((name.clone(), source.clone())),
            None => unsure.push(format!("its context {name} is known only when a workflow runs")),
        }
    }
    known
}

fn used(facts: &Facts) -> impl Iterator<Item = &crate::dockerfile::Arg> {
    facts.args.iter().filter(|arg| arg.used)
}

impl<'a> Image<'a> {
    /// One of which nothing is known but its Dockerfile.
    pub(super) fn of_file(input: &Found<'_>, path: &'a str, file: FileId, why: &str) -> Self {
        let (facts, _) = read(input, file, None, &BTreeMap::new(), &Platform::DEFAULT);
        let no_value = |name: &str| format!("its FROM uses {name}, which has no value");
        Self {
            path,
            file,
            target: None,
            context: None,
            platform: None,
            to: Destination::Guess { registry: None, owner: None, name: None, why: why.to_owned() },
            also: Vec::new(),
            pushed: Vec::new(),
            watched: Watched::Versions,
            args: Vec::new(),
            contexts: Vec::new(),
            bases: Vec::new(),
            args_unsure: used(&facts).filter(|arg| arg.value.is_none()).map(|arg| no_value(&arg.name)).collect(),
            start: None,
            others: Vec::new(),
            variant: None,
            unsure: Vec::new(),
        }
    }
}
