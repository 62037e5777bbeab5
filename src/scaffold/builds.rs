//! What dispatches build and push: each build with its Dockerfile, its repository and its tags.

use super::dispatch::{Certainty, Inputs, Start, certainty};
use super::propose::Found;
use crate::forge::is_loopback;
use crate::grammar::build::Platform;
use crate::model::Reference;
use crate::workflow::build::{Build, Location, NamedContext, Tool, name_and_tag};
use crate::workflow::value::{HOLE, Text};
use std::collections::BTreeSet;

/// A build that a dispatch makes and pushes.
#[derive(Clone, Debug)]
pub(super) struct Made<'a> {
    /// The workflow, by its index.
    pub(super) workflow: usize,
    /// What it is sent beside what every rebuild sends.
    pub(super) inputs: &'a Inputs,
    /// How many different images the dispatch pushes.
    pub(super) images: usize,
    /// Path of the Dockerfile in the repository.
    pub(super) path: String,
    /// A folder of the repository other than its root.
    pub(super) context: Option<String>,
    pub(super) target: Option<String>,
    pub(super) platform: Option<String>,
    /// Where it is pushed to.
    pub(super) to: Destination,
    /// Other repositories that it is pushed to.
    pub(super) also: Vec<String>,
    /// Its tags in the first repository.
    pub(super) tags: Vec<Text>,
    /// Build arguments with their values, as far as they are known.
    pub(super) args: Vec<(String, Option<String>)>,
    /// Named contexts: an image, a folder of the repository or what is neither, as far as it is known.
    pub(super) contexts: Vec<(String, Option<String>)>,
    /// Named contexts that are what other builds make.
    pub(super) linked: Vec<(String, Build)>,
    /// What is unsure about the build.
    pub(super) unsure: Vec<String>,
}

/// A repository in a registry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Destination {
    /// The reference has no tag.
    Known(Reference),
    /// Parts of it, as far as they are known, and what is not.
    Guess {
        /// As in `ghcr.io`.
        registry: Option<String>,
        /// As in `acme`.
        owner: Option<String>,
        /// As in `web`.
        name: Option<String>,
        /// Why it is not known whole.
        why: String,
    },
}

/// All builds that dispatches make and push for certain, or likely. `here` are the Dockerfiles.
pub(super) fn all<'a>(input: &Found<'a>) -> Vec<Made<'a>> {
    let mut found = Vec::new();
    for (workflow, file) in input.workflows.iter().enumerate() {
        for run in &file.runs {
            let Start::Dispatch(inputs) = &run.start else { continue };
            let from = found.len();
            for build in &run.evaluation.builds {
                found.extend(of_build(input, build).map(|made| Made { workflow, inputs, ..made }));
            }
            let made = found.get_mut(from..).unwrap_or_default();
            let images: BTreeSet<String> = made.iter().map(|made| format!("{} {:?}", made.path, made.to)).collect();
            for made in made {
                made.images = images.len();
            }
        }
    }
    found
}

static NOTHING: Inputs = Inputs::new();

/// What a build makes and pushes; `None` if that is nothing, or nothing that others see.
pub(super) fn of_build<'a>(input: &Found<'a>, build: &Build) -> Option<Made<'a>> {
    if let Tool::Elsewhere { uses, with } = &build.tool {
        return elsewhere(input, build, uses, with);
    }
    let path = build.dockerfile.here()?;
    let (destinations, why) = match certainty(build) {
        Certainty::Certain => (&build.destinations, None),
        Certainty::Likely(what) => (&build.destinations, Some(format!("whether it is pushed depends on {what}"))),
        Certainty::Unlikely if is_left_to_others(build) => (&build.tags, Some("no step is seen to push it".to_owned())),
        Certainty::Unlikely => return None,
    };
    if !input.dockerfiles.iter().any(|(known, _)| known == path) {
        return None;
    }
    let all: Vec<(Destination, Option<Text>)> = destinations.iter().filter_map(destination).collect();
    let to =
        all.iter().find(|(to, _)| matches!(to, Destination::Known(_))).or(all.first()).map(|(to, _)| to.clone())?;
    let mut also: Vec<String> = Vec::new();
    for (other, _) in &all {
        if let Destination::Known(other) = other
            && !matches!(&to, Destination::Known(to) if to == other)
            && !also.contains(&other.name())
        {
            also.push(other.name());
        }
    }
    let known = |text: &Text| text.known().filter(|text| !text.is_empty()).map(str::to_owned);
    let context = match &build.context {
        Location::Here(context) => known(context),
        _ => None,
    };
    let platform = match build.platforms.as_slice() {
        [one] => known(one),
        _ => None,
    };
    let arg = |name: &Text, value: &Text| Some((name.known()?.to_owned(), value.known().map(str::to_owned)));
    let named = |context: &NamedContext| Some((context.name.known()?.to_owned(), context.known()));
    let linked =
        |context: &NamedContext| Some((context.name.known()?.to_owned(), Build::clone(context.build.as_ref()?)));
    Some(Made {
        workflow: 0,
        inputs: &NOTHING,
        images: 0,
        path: path.to_owned(),
        context,
        target: build.target.as_ref().and_then(known),
        platform: platform.filter(|platform| Platform::DEFAULT != **platform),
        tags: all.iter().filter(|(other, _)| *other == to).filter_map(|(_, tag)| tag.clone()).collect(),
        to,
        also,
        args: build.args.iter().filter_map(|set| arg(&set.name, &set.value)).collect(),
        contexts: build.contexts.iter().filter(|context| context.build.is_none()).filter_map(named).collect(),
        linked: build.contexts.iter().filter_map(linked).collect(),
        unsure: why.into_iter().collect(),
    })
}

/// Whether a build has the name of a registry, and is of an action that leaves the push to another step, which may be anything.
fn is_left_to_others(build: &Build) -> bool {
    let has_host =
        |tag: &Text| tag.known().is_some_and(|tag| tag.split('/').next().is_some_and(|host| host.contains('.')));
    matches!(&build.tool, Tool::Action(name) if name == "redhat-actions/buildah-build")
        && build.runs().is_yes()
        && build.tags.iter().any(has_host)
}

/// What a reusable workflow that is not here may build: what it is given names a Dockerfile, or its folder.
fn elsewhere<'a>(input: &Found<'a>, build: &Build, uses: &str, with: &[(String, Text)]) -> Option<Made<'a>> {
    if build.runs().is_no() {
        return None;
    }
    let given = |names: &[&str]| {
        let is = |name: &String| names.iter().any(|other| name.eq_ignore_ascii_case(other));
        with.iter().find(|(name, _)| is(name)).and_then(|(_, value)| value.known()).filter(|value| !value.is_empty())
    };
    let trimmed = |path: &str| path.trim_start_matches("./").trim_matches('/').to_owned();
    let file = given(&["file", "dockerfile", "dockerfile-path", "dockerfile_path", "containerfile"]).map(trimmed);
    let file = file.unwrap_or_else(|| "Dockerfile".to_owned());
    let folder = given(&["context", "path", "directory", "working-directory", "build-context"]).map(trimmed);
    let folder = folder.filter(|folder| !folder.is_empty() && folder != ".");
    let in_folder = folder.as_ref().map(|folder| format!("{folder}/{file}"));
    let mut candidates = in_folder.into_iter().chain([file]);
    let (path, _) = candidates.find_map(|path| input.dockerfiles.iter().find(|(known, _)| *known == path))?;
    let why = format!("{uses}, which is not here, decides where it is pushed");
    let registry = given(&["registry"]).map(str::to_owned);
    let named =
        given(&["image", "image-name", "image_name", "images", "repository", "name", "tags"]).unwrap_or_default();
    let whole = registry.as_ref().filter(|registry| !named.starts_with(registry.as_str()));
    let whole = whole.map_or(named.to_owned(), |registry| format!("{registry}/{named}"));
    let to = match destination(&Text::from(whole.as_str())) {
        Some((Destination::Known(reference), _)) if reference.repository().contains('/') => Destination::Guess {
            registry: Some(reference.registry().to_owned()),
            owner: reference.repository().rsplit_once('/').map(|(owner, _)| owner.to_owned()),
            name: reference.repository().rsplit('/').next().map(str::to_owned),
            why,
        },
        _ => {
            Destination::Guess { registry, owner: None, name: Some(named.to_owned()).filter(|name| is_name(name)), why }
        }
    };
    Some(Made {
        workflow: 0,
        inputs: &NOTHING,
        images: 0,
        path: path.clone(),
        context: folder,
        target: given(&["target"]).map(str::to_owned),
        platform: None,
        to,
        also: Vec::new(),
        tags: Vec::new(),
        args: Vec::new(),
        contexts: Vec::new(),
        linked: Vec::new(),
        unsure: Vec::new(),
    })
}

/// Where a reference leads, and its tag; `None` if nobody but the machine that builds sees it.
pub(super) fn destination(text: &Text) -> Option<(Destination, Option<Text>)> {
    let (name, tag) = name_and_tag(text);
    if name.known().is_none() {
        return Some((parts(&name), tag));
    }
    if name.is_empty() {
        return None;
    }
    // Registries know lower case alone, and names of repositories on GitHub have both: workflows fold them in many ways.
    let lower = name.marked().to_ascii_lowercase();
    let not_known = |why: String| Destination::Guess { registry: None, owner: None, name: None, why };
    Some(match Reference::parse(&lower) {
        Ok(reference) if is_of_this_machine(reference.registry()) => return None,
        // The name of an image of the machine that builds: a push of it would go to the official images.
        Ok(_) if !lower.contains('/') => return None,
        Ok(reference) => match reference.refused_by_kargo() {
            None => (Destination::Known(reference), tag),
            Some(why) => (not_known(format!("it is pushed to {lower}: {why}")), None),
        },
        Err(_) => (not_known(format!("it is pushed to `{lower}`, which is no repository")), None),
    })
}

/// Whether a registry is one that a run starts for itself.
fn is_of_this_machine(registry: &str) -> bool {
    is_loopback(registry.rsplit_once(':').map_or(registry, |(host, _)| host))
}

/// What is known of a name that has holes.
fn parts(name: &Text) -> Destination {
    let parts: Vec<Text> = name.split(|c| c == '/');
    let why = format!("`{name}` is known only when it runs");
    let known = |part: &Text| part.known().map(str::to_ascii_lowercase).filter(|part| is_name(part));
    let is_host = |part: &str| part.contains(['.', ':']) || part == "localhost";
    let (registry, path) = match parts.as_slice() {
        [first, rest @ ..] if !rest.is_empty() && first.marked().contains(is_host_mark) => {
            (first.known().filter(|first| is_host(first)).map(str::to_ascii_lowercase), rest)
        }
        // What is called a registry is one; anything else before the last slash is whose it is.
        [first, rest @ ..] if !rest.is_empty() && names_a_registry(first) => (None, rest),
        [_, _, ..] => (Some("docker.io".to_owned()), parts.as_slice()),
        all => (None, all),
    };
    let (owner, last) = match path {
        [owner @ .., last] if !owner.is_empty() => {
            (owner.iter().map(known).collect::<Option<Vec<String>>>().map(|parts| parts.join("/")), known(last))
        }
        [last] => (None, known(last)),
        _ => (None, None),
    };
    Destination::Guess { registry, owner, name: last, why }
}

fn is_host_mark(c: char) -> bool {
    matches!(c, '.' | ':')
}

fn names_a_registry(part: &Text) -> bool {
    let is_hole = part.marked().chars().eq([HOLE]);
    let name = part.to_string().to_ascii_uppercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    is_hole && words.any(|word| matches!(word, "REGISTRY" | "HOST" | "SERVER" | "URL" | "ACR" | "ECR"))
}

/// Whether a text can be a part of a repository's name.
fn is_name(text: &str) -> bool {
    !text.is_empty() && Reference::parse(&format!("ghcr.io/a/{text}")).is_ok_and(|it| it.refused_by_kargo().is_none())
}
