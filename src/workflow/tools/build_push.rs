//! docker/build-push-action: its inputs are in its action.yml, and read in its src/context.ts.

use super::list::{LINES, WORDS, fields};
use crate::workflow::build::{Build, BuildArg, Location, NamedContext, Tool, name_and_tag};
use crate::workflow::evaluate::StepRun;
use crate::workflow::value::{Text, Truth, Unknown, Why};

pub(super) fn read(step: &mut StepRun<'_, '_>, name: &str) {
    let mut build = step.build(Tool::Action(name.to_owned()), None);
    let root = Text::default();
    let context = step.input("context").unwrap_or_else(|| Text::from(DEFAULT_CONTEXT));
    let file = step.input("file");
    (build.context, build.dockerfile) = context_and_file(step, &root, &context, file.as_ref());
    build.contexts = step.list("build-contexts", LINES).iter().filter_map(|line| named(step, &root, line)).collect();
    build.target = step.input("target");
    build.args = build_args(step.list("build-args", LINES), |name| step.known_variable(name));
    build.platforms = step.list("platforms", WORDS);
    build.tags = step.list("tags", WORDS);
    build.outputs = step.list("outputs", super::list::RAW_LINES);
    build.push_span = step.input("push").and_then(|push| push.span());
    publish(&mut build, &step.flag("push"));
    step.add(build);
    // imageid, digest, metadata.
    step.open_outputs(Some(name));
}

/// The context that the action has unless another is given: the repository at the commit of the run, by its address.
const DEFAULT_CONTEXT: &str = "{{defaultContext}}";

/// Where a context and its Dockerfile are. The file is relative to where the build runs, and to the context only if it is not given or
/// the context is an address.
pub(super) fn context_and_file(
    step: &StepRun<'_, '_>,
    directory: &Text,
    context: &Text,
    file: Option<&Text>,
) -> (Location, Location) {
    let in_context = |folder: &Location| match (folder, file) {
        (Location::Here(folder), file) => {
            let default = Text::from("Dockerfile");
            Location::Here(super::path::under(folder, file.unwrap_or(&default)))
        }
        (other, _) => other.clone(),
    };
    if let Some(rest) = context.strip_prefix(DEFAULT_CONTEXT) {
        let folder = rest.strip_prefix(":").unwrap_or_default();
        let folder = super::path::under(&Text::default(), &folder);
        return (Location::Here(folder.clone()), in_context(&Location::Here(folder)));
    }
    if is_address(context) {
        return (Location::Away(context.clone()), Location::Away(context.clone()));
    }
    let folder = step.locate(directory, context);
    let dockerfile = match file {
        Some(file) if is_address(file) => Location::Away(file.clone()),
        Some(file) => step.locate(directory, file),
        None => step.locate(directory, &super::path::under(context, &Text::from("Dockerfile"))),
    };
    (folder, dockerfile)
}

/// Whether a context is an address, or stdin, and no path.
pub(super) fn is_address(context: &Text) -> bool {
    let text = context.marked();
    text == "-" || text.contains("://") || text.starts_with("git@") || text.starts_with("github.com/")
}

/// `name=source`.
pub(super) fn named(step: &StepRun<'_, '_>, directory: &Text, line: &Text) -> Option<NamedContext> {
    let (name, source) = line.split_once('=')?;
    let is_path = !is_address(&source) && !source.marked().starts_with("target:");
    let location = is_path.then(|| step.locate(directory, &source));
    Some(NamedContext { name, source, location, build: None })
}

/// `NAME=value` each; of those with one name the last. `NAME` alone has the value of the environment.
pub(super) fn build_args(lines: Vec<Text>, variable: impl Fn(&str) -> Option<Text>) -> Vec<BuildArg> {
    let mut args: Vec<BuildArg> = Vec::new();
    for line in lines {
        let span = line.span();
        let (name, value) = line.split_once('=').unwrap_or_else(|| {
            let why = Why::Environment(line.to_string());
            let value = line.known().and_then(&variable).unwrap_or_else(|| Text::hole(Unknown::new(why, span)));
            (line.clone(), value)
        });
        args.retain(|arg| arg.name != name);
        if !name.is_empty() {
            args.push(BuildArg { name, value, span });
        }
    }
    args
}

/// What is pushed by its digest has no tag.
fn without_tag(name: &Text) -> Text {
    let mut reference = name_and_tag(name).0;
    reference.push_str("@", None);
    reference.push_hole(Unknown::new(Why::Context("digest".to_owned()), name.span()));
    reference
}

/// Says whether and where a build is pushed: all of its tags if `push` is set, and what its outputs say.
pub(super) fn publish(build: &mut Build, push: &Truth) {
    build.pushed = push.clone();
    let outputs: Vec<Vec<Text>> = build.outputs.iter().map(fields).collect();
    let by_digest = |field: &Text| field.known() == Some("push-by-digest=true");
    if !push.is_no() && !outputs.iter().flatten().any(by_digest) {
        build.destinations.clone_from(&build.tags);
    }
    for fields in &outputs {
        let field = |name: &str| fields.iter().find_map(|field| field.trim().strip_prefix(name)?.strip_prefix("="));
        let is_registry = field("type").is_some_and(|kind| kind.known() == Some("registry"));
        let is_image = field("type").is_some_and(|kind| kind.known() == Some("image"));
        let pushes = match field("push") {
            _ if is_registry => Truth::Yes,
            _ if is_image && !push.is_no() => push.clone(),
            Some(push) if is_image => Truth::of_text(&push, |text| text == "true"),
            _ => Truth::No,
        };
        if pushes.is_no() {
            continue;
        }
        build.pushed = build.pushed.clone().or(pushes);
        let names = field("name").map_or_else(|| build.tags.clone(), |names| names.split(|c| c == ','));
        if fields.iter().any(by_digest) {
            build.destinations.extend(names.iter().map(without_tag));
        } else {
            build.destinations.extend(names);
        }
    }
    let mut distinct: Vec<Text> = Vec::new();
    for destination in std::mem::take(&mut build.destinations) {
        if !distinct.contains(&destination) {
            distinct.push(destination);
        }
    }
    build.destinations = distinct;
}
