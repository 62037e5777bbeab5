//! Which workflow a rebuild would start, and what it lacks for that.

use super::builds::{MatchedBuild, PushTarget};
use super::propose::WorkflowFile;
use crate::model::inputs::BUILT_IN;
use crate::words::plural;

/// A workflow for an image.
pub(super) struct Choice {
    /// The file's name; none if no workflow builds the image.
    pub(super) name: Option<String>,
    /// What is unsure about it.
    pub(super) unsure: Vec<String>,
    /// What `lint` will say of it.
    pub(super) lint: Vec<String>,
}

/// Takes the workflow that pushes, can be started and has the name of the image, as far as there is one.
pub(super) fn choose(made: &[&MatchedBuild], files: &[WorkflowFile], image: &str) -> Choice {
    let mut indices: Vec<usize> = made.iter().map(|made| made.workflow).collect();
    indices.sort_unstable();
    indices.dedup();
    let pushes = |index: usize| {
        made.iter()
            .any(|made| made.workflow == index && made.pushed.iter().any(|to| !matches!(to, PushTarget::Local(_))))
    };
    let can_start = |index: usize| files.get(index).is_some_and(|file| file.workflow.dispatch.is_some());
    let is_named = |index: usize| {
        let name = files.get(index).and_then(|file| file.name.rsplit_once('.'));
        name.is_some_and(|(stem, _)| stem == image)
    };
    let rank = |index: &usize| (!pushes(*index), !can_start(*index), !is_named(*index), *index);
    let best = indices.iter().copied().min_by_key(rank);
    let Some((index, file)) = best.and_then(|index| Some((index, files.get(index)?))) else {
        return Choice { name: None, unsure: vec!["no workflow here builds it".to_owned()], lint: Vec::new() };
    };
    let mut unsure = Vec::new();
    let others: Vec<&str> = indices
        .iter()
        .filter(|other| **other != index && pushes(**other) >= pushes(index))
        .filter_map(|other| files.get(*other))
        .map(|file| file.name.as_str())
        .collect();
    if !others.is_empty() {
        unsure.push(format!("{} too", builds(&others)));
    }
    if let Some(pattern) = made.iter().filter(|made| made.workflow == index).find_map(|made| made.pattern.as_ref()) {
        unsure.push(format!("it builds {pattern}, which may be this one"));
    }
    Choice { name: Some(file.name.clone()), unsure, lint: lacks(file) }
}

fn builds(names: &[&str]) -> String {
    match names {
        [one] => format!("{one} builds it"),
        [first @ .., last] => format!("{} and {last} build it", first.join(", ")),
        [] => String::new(),
    }
}

/// What keeps a dispatch from working, under the codes that `lint` has for it.
fn lacks(file: &WorkflowFile) -> Vec<String> {
    let Some(dispatch) = &file.workflow.dispatch else {
        return vec!["IF101: it has no workflow_dispatch".to_owned()];
    };
    let has = |name: &str| dispatch.inputs.iter().any(|input| input.name.value.eq_ignore_ascii_case(name));
    let missing: Vec<&str> = BUILT_IN.into_iter().filter(|name| !has(name)).collect();
    let mut lacks = Vec::new();
    if !missing.is_empty() {
        lacks.push(format!("IF102: it does not declare the {} {}", plural(missing.len(), "input"), missing.join(", ")));
    }
    let needed: Vec<&str> = dispatch
        .inputs
        .iter()
        .filter(|input| input.required.as_ref().is_some_and(|at| at.value) && input.default.is_none())
        .map(|input| input.name.value.as_str())
        .filter(|name| !BUILT_IN.iter().any(|sent| sent.eq_ignore_ascii_case(name)))
        .collect();
    if !needed.is_empty() {
        lacks.push(format!(
            "IF103: it requires the {} {}, which nothing sends",
            plural(needed.len(), "input"),
            needed.join(", ")
        ));
    }
    lacks
}
