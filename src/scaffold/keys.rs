//! The keys of one entry, and what is unsure about each.

use super::builds::{MatchedBuild, PushTarget};
use super::dispatch::{self, Choice};
use super::propose::{Draft, RepositoryFiles, read, writable};
use super::text::UNSURE;
use crate::edit::entry::{Line, Value};
use crate::forge::Origin;
use crate::forge::github::{self, WorkflowFile};
use crate::grammar::Invalid;
use crate::grammar::build::{BuildArgument, Platform, Target};
use crate::grammar::fixed::FixedText;
use crate::grammar::git::RepoPath;
use crate::model::Reference;
use crate::reference::{ContextSource, ImageName};
use crate::source::visible_line;
use indexmap::IndexMap;
use std::collections::BTreeMap;
use std::str::FromStr;

/// What stands behind a value of which this is unsure.
fn unsure(why: &[String]) -> Option<String> {
    (!why.is_empty()).then(|| format!("{UNSURE}{}", visible_line(&why.join("; "))))
}

/// The entry. `alone` if no other image of the repository is proposed; `repositories` has the names of those before it. Of
/// two with one repository the second is put to sleep.
pub(super) fn entry(
    input: &RepositoryFiles<'_>,
    draft: &mut Draft<'_>,
    name: &str,
    alone: bool,
    repositories: &mut BTreeMap<String, String>,
) -> Vec<Line> {
    let made: Vec<&MatchedBuild> = draft.made.iter().collect();
    let choice = dispatch::choose(&made, input.workflows, name);
    if let Some(file) = &choice.name {
        draft.gaps = choice.lint.iter().map(|gap| format!("{file}: {gap}")).collect();
    }
    let (registry, repository, why) = repository(input, draft, name, alone);
    let reference = format!("{registry}/{repository}");
    if let Some(first) = repositories.get(&reference)
        && draft.commented.is_none()
    {
        draft.commented = Some(format!("{first} is pushed to the same repository; give both different `tags`"));
    } else {
        repositories.entry(reference).or_insert_with(|| name.to_owned());
    }
    let about: Vec<String> = draft.commented.iter().chain(&draft.unsure).cloned().collect();
    vec![
        Line::text("name", name).comment(unsure(&about)),
        Line::text("registry", registry),
        Line::text("repository", repository).comment(unsure(&why)),
        Line::new("source", Value::Lines(source(input, draft, name, &choice))),
    ]
}

/// Registry and repository, and what is unsure about them.
fn repository(
    input: &RepositoryFiles<'_>,
    draft: &Draft<'_>,
    name: &str,
    alone: bool,
) -> (String, String, Vec<String>) {
    let pushed = draft.made.iter().flat_map(|made| &made.pushed);
    if let Some(to) = &draft.to {
        let mut others: Vec<String> = Vec::new();
        for reference in pushed.filter_map(|to| if let PushTarget::To(reference) = to { Some(reference) } else { None })
        {
            let other = reference.name();
            if reference != to && !others.contains(&other) {
                others.push(other);
            }
        }
        let why =
            if others.is_empty() { Vec::new() } else { vec![format!("it is pushed to {} too", others.join(", "))] };
        return (to.registry().to_owned(), to.repository().to_owned(), why);
    }
    let computed = pushed.clone().find_map(|to| if let PushTarget::Computed(tag) = to { Some(tag) } else { None });
    let reason = match computed {
        Some(tag) => format!("its tag `{tag}` is computed"),
        None => "no workflow here pushes it".to_owned(),
    };
    let guess = input.origin.map(|origin| origin.repo.to_ascii_lowercase()).and_then(|repo| {
        let (owner, _) = repo.split_once('/')?;
        let is_good = |guess: &String| {
            Reference::parse(&format!("ghcr.io/{guess}")).is_ok_and(|it| it.refused_by_kargo().is_none())
        };
        let spelt = draft.spelling.as_deref().into_iter().chain([name]).map(|name| format!("{owner}/{name}"));
        let whole = (alone && draft.commented.is_none()).then(|| repo.clone());
        whole.into_iter().chain(spelt).find(is_good)
    });
    let (repository, from) = match guess {
        Some(guess) => (guess, "this is a guess from origin"),
        None => (format!("owner/{name}"), "nobody knows the owner"),
    };
    ("ghcr.io".to_owned(), repository, vec![format!("{reason}; {from}")])
}

fn source(input: &RepositoryFiles<'_>, draft: &Draft<'_>, name: &str, choice: &Choice) -> Vec<Line> {
    let first = |part: fn(&MatchedBuild) -> Option<&String>| draft.made.iter().find_map(part);
    let platform = first(|made| made.platform.as_ref()).filter(|text| is_of_form::<Platform>(text));
    let (args, mut args_unsure) = build_args(input, draft);
    let contexts = contexts(draft, &mut args_unsure);
    let mut lines = vec![repo(input.origin), Line::text("dockerfile", draft.path).comment(unsure(&args_unsure))];
    if let Some(context) = first(|made| made.context.as_ref()).filter(|text| is_of_form::<RepoPath>(text)) {
        lines.push(Line::text("context", context));
    }
    if let Some(target) = draft.target.as_ref().filter(|text| is_of_form::<Target>(text)) {
        lines.push(Line::text("target", target));
    }
    lines.extend(platform.map(|platform| Line::text("platform", platform)));
    if !args.is_empty() {
        lines.push(Line::new("buildArgs", Value::Map(args)));
    }
    if !contexts.is_empty() {
        lines.push(Line::new("contexts", Value::Map(contexts)));
    }
    let file = choice.name.as_ref().filter(|text| is_of_form::<WorkflowFile>(text));
    let is_here = |file: &String| input.workflows.iter().any(|here| here.name == *file);
    let long = Some(format!("{name}.yaml")).filter(is_here);
    let file = file.cloned().or(long).unwrap_or_else(|| format!("{name}.yml"));
    lines.push(Line::text("workflow", file).comment(unsure(&choice.unsure)));
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

fn is_of_form<T: FromStr<Err = Invalid>>(text: &str) -> bool {
    writable::<T>(text).is_ok()
}

/// The named contexts, of each name the first that is known; what is not known goes to what is unsure.
fn contexts(draft: &Draft<'_>, unsure: &mut Vec<String>) -> Vec<(String, String)> {
    let mut all: IndexMap<&String, Option<&String>> = IndexMap::new();
    for (name, source) in draft.made.iter().flat_map(|made| &made.contexts) {
        let source = source.as_ref().filter(|text| is_of_form::<ContextSource>(text));
        let known = all.entry(name).or_default();
        *known = known.or(source);
    }
    all.retain(|name, _| is_of_form::<ImageName>(name));
    let unknown = all.iter().filter(|(_, source)| source.is_none());
    unsure.extend(unknown.map(|(name, _)| format!("its context {name} is known only when a workflow runs")));
    all.into_iter().filter_map(|(name, source)| Some((name.clone(), source?.clone()))).collect()
}

/// The build arguments that decide what the image is built on, and what is unsure about them.
pub(super) fn build_args(input: &RepositoryFiles<'_>, draft: &Draft<'_>) -> (Vec<(String, String)>, Vec<String>) {
    let (facts, _) = read(input, draft.file, draft.target.as_deref(), &BTreeMap::new(), &Platform::DEFAULT);
    let (mut args, mut why) = (Vec::new(), Vec::new());
    for arg in facts.args.iter().filter(|arg| arg.used) {
        let set =
            |made: &MatchedBuild| made.args.iter().find(|(name, _)| *name == arg.name).map(|(_, value)| value.clone());
        let given = |made: &MatchedBuild| set(made).flatten().filter(|text| is_of_form::<FixedText>(text));
        let is_given = |made: &MatchedBuild| set(made).is_some();
        let default = arg.default.as_deref().map(|text| text.trim_matches(['"', '\'']));
        match draft.made.iter().find_map(given) {
            Some(value) if Some(value.as_str()) == default => {}
            Some(value) if is_of_form::<BuildArgument>(&arg.name) => {
                args.push((arg.name.clone(), value));
            }
            None if draft.made.iter().any(is_given) => {
                why.push(format!("its FROM uses {}, which a workflow computes", arg.name));
            }
            None if arg.value.is_none() => why.push(format!("its FROM uses {}, which has no value", arg.name)),
            _ => {}
        }
    }
    (args, why)
}
