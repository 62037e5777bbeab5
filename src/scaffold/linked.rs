//! What an image is built on of which a named context is what another target of bake builds: its own bases and those of the other.

use super::builds::Made;
use super::propose::{Found, writable};
use crate::diagnostic::any_error;
use crate::dockerfile::{self, Facts, Request};
use crate::grammar::build::Platform;
use crate::reference::{EdgeKind, ImageName};
use crate::workflow::build::{Build, NamedContext};
use crate::workflow::value::Text;
use std::collections::BTreeMap;

/// One Dockerfile as it is built, and what its contexts are.
struct Way<'a> {
    path: &'a str,
    target: Option<&'a str>,
    /// Those whose value is not known have none.
    args: BTreeMap<String, Option<String>>,
    contexts: BTreeMap<String, String>,
    linked: Vec<(&'a str, &'a Build)>,
}

/// All of them, as `baseImages` has them. The error says of what they are not known.
pub(super) fn bases(input: &Found<'_>, made: &Made<'_>) -> Result<Vec<String>, String> {
    let known = made.contexts.iter().filter_map(|(name, source)| Some((name.clone(), source.clone()?)));
    let way = Way {
        path: &made.path,
        target: made.target.as_deref(),
        args: made.args.iter().cloned().collect(),
        contexts: known.collect(),
        linked: made.linked.iter().map(|(name, build)| (name.as_str(), build)).collect(),
    };
    let mut found = Vec::new();
    add(input, &way, &mut found)?;
    Ok(found)
}

fn add(input: &Found<'_>, way: &Way<'_>, found: &mut Vec<String>) -> Result<(), String> {
    let facts = facts(input, way).ok_or_else(|| format!("what {} is built on is not known here", way.path))?;
    for edge in facts.edges.iter().filter(|edge| edge.kind != EdgeKind::Frontend) {
        let Ok(reference) = &edge.reference else { continue };
        let image = reference.familiar();
        if writable::<ImageName>(&image).is_ok() && !found.contains(&image) {
            found.push(image);
        }
    }
    for (name, build) in &way.linked {
        let not_known = || format!("what builds the context {name} is not known here");
        add(input, &of_build(build).ok_or_else(not_known)?, found)?;
    }
    Ok(())
}

fn of_build(build: &Build) -> Option<Way<'_>> {
    let name = |context: &NamedContext| context.name.known().map(str::to_owned);
    let arg = |name: &Text, value: &Text| Some((name.known()?.to_owned(), value.known().map(str::to_owned)));
    let linked = |context: &'_ NamedContext| context.build.is_some();
    Some(Way {
        path: build.dockerfile.here()?,
        target: match &build.target {
            Some(target) => Some(target.known()?),
            None => None,
        },
        args: build.args.iter().map(|set| arg(&set.name, &set.value)).collect::<Option<_>>()?,
        contexts: build
            .contexts
            .iter()
            .filter(|context| !linked(context))
            .map(|context| Some((name(context)?, context.known()?)))
            .collect::<Option<_>>()?,
        linked: build
            .contexts
            .iter()
            .filter_map(|context| Some((context.name.known()?, context.build.as_deref()?)))
            .collect(),
    })
}

/// What a Dockerfile says, if all that decides its bases is known.
fn facts(input: &Found<'_>, way: &Way<'_>) -> Option<Facts> {
    let (_, file) = input.dockerfiles.iter().find(|(path, _)| path == way.path)?;
    let known = way.args.iter().filter_map(|(name, value)| Some((name.clone(), value.clone()?)));
    let build_args: BTreeMap<String, String> = known.collect();
    let mut contexts = way.contexts.clone();
    // No image: what it is built on is added by itself.
    contexts.extend(way.linked.iter().map(|(name, _)| ((*name).to_owned(), "target:".to_owned())));
    let request =
        Request { target: way.target, build_args: &build_args, contexts: &contexts, platform: &Platform::DEFAULT };
    let (facts, problems) = dockerfile::read(input.sources.file(*file), *file, &request);
    let is_open = facts.args.iter().any(|arg| arg.used && way.args.get(&arg.name).is_some_and(Option::is_none));
    (!any_error(&problems) && facts.unresolved.is_empty() && !is_open).then_some(facts)
}
