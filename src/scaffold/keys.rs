//! The keys of one entry, and what is unsure about each.

use super::builds::Destination;
use super::dispatch::{Inputs, takes};
use super::image::Image;
use super::name::Name;
use super::propose::{Found, WorkflowFile, writable};
use crate::edit::entry::{Line, Value};
use crate::forge::Origin;
use crate::forge::github;
use crate::grammar::Invalid;
use crate::grammar::build::{Platform, Target};
use crate::grammar::git::RepoPath;
use crate::model::Reference;
use crate::model::inputs::BUILT_IN;
use crate::source::visible_line;
use crate::words::{UNSURE, some_of};
use std::str::FromStr;

/// What stands behind a value of which this is unsure.
fn unsure(why: &[String]) -> Option<String> {
    (!why.is_empty()).then(|| format!("{UNSURE} {}", visible_line(&why.join("; "))))
}

/// The entry. `alone` if no other image of the repository is proposed.
pub(super) fn entry(input: &Found<'_>, image: &Image<'_>, name: &Name, alone: bool) -> Vec<Line> {
    let (registry, repository, why) = repository(input, image, name, alone);
    let also = (!image.also.is_empty()).then(|| format!("it is pushed to {} too", image.also.join(", ")));
    let mut lines = vec![
        Line::text("name", &name.name).comment(unsure(&image.unsure)),
        Line::text("registry", registry),
        Line::text("repository", repository).comment(unsure(&why).or(also)),
    ];
    lines.extend(image.watched.line());
    lines.push(Line::new("source", Value::Lines(source(input, image, name))));
    if !image.bases.is_empty() {
        let why = "of the targets of bake too that its contexts are";
        lines.push(Line::new("baseImages", Value::List(image.bases.clone())).comment(Some(why.to_owned())));
    }
    if let Some((workflow, inputs)) =
        image.start.and_then(|(index, inputs)| Some((input.workflows.get(index)?, inputs)))
    {
        lines.extend(sent(workflow, inputs));
    }
    lines
}

/// `inputs`: what is sent beside what every rebuild sends, and what of that the workflow does not take.
fn sent(workflow: &WorkflowFile, inputs: &Inputs) -> Option<Line> {
    let has = |name: &str| inputs.keys().any(|sent| sent.eq_ignore_ascii_case(name));
    let is_taken = |name: &str| workflow.workflow.dispatch.as_ref().is_some_and(|dispatch| takes(dispatch, name));
    let not_sent = BUILT_IN.into_iter().filter(|name| !has(name) && !is_taken(name));
    let pairs: Vec<(String, Option<String>)> = inputs
        .iter()
        .map(|(name, value)| (name.clone(), Some(value.clone())))
        .chain(not_sent.map(|name| (name.to_owned(), None)))
        .collect();
    (!pairs.is_empty()).then(|| Line::new("inputs", Value::Inputs(pairs)))
}

/// Registry and repository, and what is unsure about them.
fn repository(input: &Found<'_>, image: &Image<'_>, name: &Name, alone: bool) -> (String, String, Vec<String>) {
    const REGISTRY: &str = "ghcr.io";
    let (registry, owner, last, why) = match &image.to {
        Destination::Known(to) => return (to.registry().to_owned(), to.repository().to_owned(), Vec::new()),
        Destination::Guess { registry, owner, name, why } => (registry.as_deref(), owner, name, why),
    };
    let is_good = |registry: &str, guess: &String| {
        Reference::parse(&format!("{registry}/{guess}")).is_ok_and(|it| it.refused_by_kargo().is_none())
    };
    let repo = input.origin.map(|origin| origin.repo.to_ascii_lowercase());
    let own = repo.as_ref().and_then(|repo| repo.split_once('/')).map(|(owner, _)| owner.to_owned());
    let owner = owner.clone().or(own);
    let spelt = last.as_deref().into_iter().chain(name.spelling.as_deref()).chain([name.name.as_str()]);
    let spelt = spelt.filter_map(|name| Some(format!("{}/{name}", owner.as_ref()?)));
    let whole = repo.filter(|_| alone && last.is_none());
    let registry = registry.filter(|registry| is_good(registry, &"a/b".to_owned())).unwrap_or(REGISTRY);
    let (repository, from) = match whole.into_iter().chain(spelt).find(|guess| is_good(registry, guess)) {
        Some(guess) => (guess, "this is a guess from origin"),
        None => (format!("owner/{}", name.name), "nobody knows the owner"),
    };
    (registry.to_owned(), repository, vec![format!("{why}; {from}")])
}

fn source(input: &Found<'_>, image: &Image<'_>, name: &Name) -> Vec<Line> {
    let mut lines = vec![repo(input.origin), Line::text("dockerfile", image.path).comment(unsure(&image.args_unsure))];
    if let Some(context) = image.context.as_ref().filter(|text| is_of_form::<RepoPath>(text)) {
        lines.push(Line::text("context", context));
    }
    if let Some(target) = image.target.as_ref().filter(|text| is_of_form::<Target>(text)) {
        lines.push(Line::text("target", target));
    }
    if let Some(platform) = image.platform.as_ref().filter(|text| is_of_form::<Platform>(text)) {
        lines.push(Line::text("platform", platform));
    }
    if !image.args.is_empty() {
        let args = image.args.iter().map(|(name, given)| (name.clone(), given.all().to_vec()));
        lines.push(Line::new("buildArgs", Value::Given(args.collect())));
    }
    if !image.contexts.is_empty() {
        lines.push(Line::new("contexts", Value::Map(image.contexts.clone())));
    }
    let file = |index: usize| input.workflows.get(index).map(|file| file.name.as_str());
    let others: Vec<&str> = image.others.iter().filter_map(|index| file(*index)).collect();
    let also = format!("{} {} it too", some_of(&others), if others.len() == 1 { "builds" } else { "build" });
    lines.push(if let Some(file) = image.start.and_then(|(index, _)| file(index)) {
        Line::text("workflow", file).comment((!others.is_empty()).then_some(also))
    } else {
        let why = "no workflow is here yet; `image-factory workflow` prints one".to_owned();
        Line::text("workflow", format!("{}.yml", name.name)).comment(unsure(&[why]))
    });
    lines
}

fn repo(origin: Option<&Origin>) -> Line {
    let Some(origin) = origin else {
        let why = "this checkout has no origin; write the repository on GitHub".to_owned();
        return Line::text("repo", "OWNER/NAME").comment(unsure(&[why]));
    };
    if origin.repo.parse::<github::Repo>().is_err() {
        let why = format!("origin is {}/{}, which is no repository on GitHub", origin.host, origin.repo);
        return Line::text("repo", "OWNER/NAME").comment(unsure(&[why]));
    }
    let elsewhere = !origin.is(&origin.repo, &github::API);
    let why = format!("origin is at {}; if that is GitHub Enterprise, set `github.apiUrl`", origin.host);
    Line::text("repo", &origin.repo).comment(unsure(if elsewhere { std::slice::from_ref(&why) } else { &[] }))
}

pub(super) fn is_of_form<T: FromStr<Err = Invalid>>(text: &str) -> bool {
    writable::<T>(text).is_ok()
}
