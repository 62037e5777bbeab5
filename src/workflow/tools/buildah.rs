//! redhat-actions/buildah-build and push-to-registry: their inputs are in their action.yml, and read in their src/index.ts.

use super::build_push::{build_args, context_and_file};
use super::list::{LINES, ListStyle, WORDS};
use crate::workflow::build::Tool;
use crate::workflow::evaluate::StepRun;
use crate::workflow::value::{Text, Truth};

/// Tags of these actions stand between blanks.
fn words(step: &StepRun<'_, '_>, name: &str, style: ListStyle) -> Vec<Text> {
    let lines = step.list(name, style);
    lines.iter().flat_map(|line| line.split(char::is_whitespace)).filter(|word| !word.is_empty()).collect()
}

/// Names with a tag each, unless a tag has a name of its own.
fn references(step: &StepRun<'_, '_>) -> Vec<Text> {
    let mut tags = words(step, "tags", LINES);
    if tags.is_empty() {
        tags.push(Text::from("latest"));
    }
    let Some(image) = step.input("image") else { return tags };
    let full = |tag: &Text| {
        if tag.marked().contains(['/', ':']) {
            return tag.clone();
        }
        let mut reference = image.clone();
        reference.push_str(":", None);
        reference.push(tag);
        reference
    };
    tags.iter().map(full).collect()
}

pub(super) fn build(step: &mut StepRun<'_, '_>, name: &str) {
    let mut build = step.build(Tool::Action(name.to_owned()), None);
    let root = Text::default();
    let context = step.input("context").unwrap_or_else(|| Text::from("."));
    let files = ["containerfiles", "dockerfiles"].iter().flat_map(|name| step.list(name, LINES)).next();
    (build.context, build.dockerfile) = context_and_file(step, &root, &context, files.as_ref());
    build.args = build_args(step.list("build-args", LINES), |name| step.known_variable(name));
    build.platforms = step.list("platforms", WORDS);
    build.tags = references(step);
    step.add(build);
    step.open_outputs(Some(name));
}

/// Pushes what a step before has built.
pub(super) fn push(step: &mut StepRun<'_, '_>, name: &str) {
    let runs = step.runs();
    let registry = step.input("registry");
    for reference in references(step) {
        let mut full = registry.clone().unwrap_or_default();
        if registry.is_some() {
            full.push_str("/", None);
        }
        full.push(&reference);
        step.each_build(&mut |build| {
            if !build.tags.contains(&reference) && !build.tags.contains(&full) {
                return;
            }
            build.pushed = build.pushed.clone().or(runs.clone());
            if !matches!(runs, Truth::No) && !build.destinations.contains(&full) {
                build.destinations.push(full.clone());
            }
        });
    }
    step.open_outputs(Some(name));
}
