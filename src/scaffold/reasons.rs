//! Why a Dockerfile is not proposed, in words that say what would help.

use super::auxiliary;
use super::dispatch::{Certainty, Start, certainty};
use super::propose::{Found, WorkflowFile};
use crate::words::some_of;
use crate::workflow::build::{Build, Location};
use crate::workflow::value::{HOLE, Text, Truth};

/// Why no dispatch is known that builds and pushes a Dockerfile.
pub(super) fn reason(input: &Found<'_>, path: &str) -> String {
    let builds = input.workflows.iter().flat_map(|file| {
        let runs = file.runs.iter();
        runs.flat_map(move |run| run.evaluation.builds.iter().map(move |build| (file, &run.start, build)))
    });
    let best =
        builds.filter_map(|(file, start, build)| of_build(file, start, build, path)).min_by_key(|(rank, _)| *rank);
    match (best, auxiliary::of(path)) {
        (Some((_, why)), _) => why,
        (None, Some(auxiliary)) => format!("{}, as the path says", auxiliary.why()),
        (None, None) => "published elsewhere or not at all: no workflow here builds and pushes it".to_owned(),
    }
}

/// How much it says, and what.
fn of_build(file: &WorkflowFile, start: &Start, build: &Build, path: &str) -> Option<(u8, String)> {
    let Location::Here(dockerfile) = &build.dockerfile else { return None };
    let is_this = dockerfile.known() == Some(path);
    // A path that may be any file says nothing of this one.
    if !is_this && (dockerfile.marked().starts_with(HOLE) || dockerfile.fits_path(path).is_none()) {
        return None;
    }
    let name = &file.name;
    Some(match (start, certainty(build) != Certainty::Unlikely) {
        (Start::NoWorkflow(why), _) => (0, format!("GitHub takes {name} for no workflow: {why}")),
        (Start::IfAdded, true) if is_this => {
            (0, format!("{name} has no `workflow_dispatch`; `image-factory init --edit-workflows` adds it"))
        }
        (Start::Event(words), true) => {
            let dispatch = if file.workflow.dispatch.is_some() {
                "a dispatch of it does not"
            } else {
                "it has no `workflow_dispatch`"
            };
            (1, format!("{name} pushes after {words} alone: {dispatch}"))
        }
        (Start::Dispatch(_), true) if is_this => (3, format!("a dispatch of {name} pushes to where nobody else looks")),
        (Start::Dispatch(_), _) if !is_this => {
            (5, format!("which images {name} builds is known only when it runs: {}", holes(dockerfile)))
        }
        (Start::Dispatch(_), _) => (2, not_pushed(name, build)),
        (Start::Open, _) => (4, unknown_inputs(file)),
        _ => (6, format!("{name} builds and does not push")),
    })
}

fn holes(text: &Text) -> String {
    text.holes().map(|hole| format!("`{hole}`")).collect::<Vec<_>>().join(", ")
}

fn not_pushed(name: &str, build: &Build) -> String {
    if let Some(condition) = build.conditions.iter().find(|condition| condition.holds.is_no()) {
        return format!("a dispatch of {name} does not get there: `{}` does not hold", condition.text.trim());
    }
    match build.publishes() {
        Truth::Unknown(unknown) => {
            format!("whether a dispatch of {name} pushes is known only when it runs: `{unknown}`")
        }
        _ => format!("a dispatch of {name} builds and does not push"),
    }
}

fn unknown_inputs(file: &WorkflowFile) -> String {
    let inputs = file.workflow.dispatch.iter().flat_map(|dispatch| &dispatch.inputs);
    let required = inputs.filter(|input| input.default.is_none() && input.required.as_ref().is_some_and(|at| at.value));
    let names: Vec<&str> = required.map(|input| input.name.value.as_str()).collect();
    match names.as_slice() {
        [] => format!("with which inputs {} pushes nobody here knows", file.name),
        names => format!("{} requires inputs that nobody here knows: {}", file.name, some_of(names)),
    }
}
