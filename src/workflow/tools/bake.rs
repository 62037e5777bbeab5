//! Bake: its action, and the builds that its files say. The action's inputs are in its action.yml, and read in its src/context.ts.

use super::build_push::{context_and_file, is_address, publish};
use super::list::{RAW_LINES, WORDS};
use crate::workflow::bake::{Definition, Files, Override, Target};
use crate::workflow::build::{Build, BuildArg, Condition, ConditionKind, Location, NamedContext, Tool};
use crate::workflow::compose;
use crate::workflow::evaluate::StepRun;
use crate::workflow::value::{Text, Truth, Unknown, Why};
use std::path::Path;

/// Where bake looks unless it is told (bake/bake.go, `defaultFilenames`); it reads all that are there.
const FILES: [&str; 4] =
    ["docker-bake.json", "docker-bake.hcl", "docker-bake.override.json", "docker-bake.override.hcl"];

/// What a run of bake is told.
pub(super) struct BakeRun {
    pub(super) by_action: bool,
    /// The folder that it runs in, from the workspace.
    pub(super) directory: Text,
    pub(super) files: Vec<Text>,
    pub(super) targets: Vec<Text>,
    /// `pattern.key=value`, each.
    pub(super) set: Vec<Text>,
    pub(super) push: Truth,
}

pub(super) fn read(step: &mut StepRun<'_, '_>, name: &str) {
    let source = step.input("source").filter(|source| !source.marked().starts_with("{{defaultContext}}"));
    if let Some(source) = source.as_ref().filter(|source| is_address(source)) {
        step.gap(elsewhere(source));
        return step.open_outputs(Some(name));
    }
    let run = BakeRun {
        by_action: true,
        directory: source.or_else(|| step.input("workdir")).unwrap_or_default(),
        files: step.list("files", WORDS),
        targets: step.list("targets", WORDS),
        set: step.list("set", RAW_LINES),
        push: step.flag("push"),
    };
    let mut template = step.build(Tool::Action(name.to_owned()), None);
    template.push_span = step.input("push").and_then(|push| push.span());
    builds(step, &run, &template, &|_| None);
    step.open_outputs(Some(name));
}

fn elsewhere(source: &Text) -> Unknown {
    Unknown::new(Why::Absent(format!("the bake files at {source}")), source.span())
}

/// Adds the builds of a run. `variable` has those of a script, over those of the step.
pub(super) fn builds(step: &StepRun<'_, '_>, run: &BakeRun, template: &Build, variable: &dyn Fn(&str) -> Option<Text>) {
    let variable = &|name: &str| variable(name).or_else(|| step.known_variable(name));
    let (remote, names): (Vec<&Text>, Vec<&Text>) = run.targets.iter().partition(|target| is_address(target));
    for source in remote.into_iter().chain(run.files.iter().filter(|file| is_address(file))) {
        step.gap(elsewhere(source));
    }
    let Some(definition) = definition(step, run, variable) else { return };
    let overrides: Vec<Override> = run.set.iter().filter_map(|line| Override::parse(line, variable)).collect();
    let known: Option<Vec<&str>> = names.iter().map(|name| name.known()).collect();
    // Where it is not known which, all may be.
    let unsure = names.iter().flat_map(|name| name.holes()).next().filter(|_| known.is_none());
    let targets = match &known {
        Some(names) => definition.selected(names, &overrides),
        None => definition.all(&overrides),
    };
    for target in targets {
        let mut build = build_of(step, run, &target, &overrides, template);
        let other = |name: &str| {
            let all = definition.selected(&[name], &overrides);
            let target = all.into_iter().find(|target| target.name.value == name)?;
            Some(build_of(step, run, &target, &overrides, template))
        };
        let mut left = MAX_LINKED;
        link(&mut build, &other, &mut left);
        for hole in unsure.into_iter().chain(&target.unsure) {
            build.conditions.push(Condition {
                kind: ConditionKind::Script,
                holds: Truth::Unknown(hole.clone()),
                text: "the targets".to_owned(),
                span: hole.place(),
            });
        }
        step.add(build);
    }
}

/// Targets that lead to one by being contexts of each other, at most: bake refuses those that lead back to themselves.
const MAX_LINKED: usize = 32;

/// Says of contexts that are the results of other targets what builds those.
fn link(build: &mut Build, other: &dyn Fn(&str) -> Option<Build>, left: &mut usize) {
    for context in &mut build.contexts {
        let name = context.source.strip_prefix("target:");
        let Some(rest) = left.checked_sub(1) else { return };
        if let Some(mut linked) = name.and_then(|name| other(name.known()?)) {
            *left = rest;
            link(&mut linked, other, left);
            context.build = Some(Box::new(linked));
        }
    }
}

/// What the files of a run say together; `None` if there are none.
fn definition(step: &StepRun<'_, '_>, run: &BakeRun, variable: &dyn Fn(&str) -> Option<Text>) -> Option<Definition> {
    let names = if run.files.is_empty() {
        compose::FILES.iter().chain(&FILES).map(|name| Text::from(*name)).collect()
    } else {
        run.files.clone()
    };
    let (mut files, mut is_any) = (Files::default(), false);
    let (services, names): (Vec<Text>, Vec<Text>) = names.into_iter().partition(is_compose);
    if let Some(targets) = super::compose::targets(step, &run.directory, &services, variable) {
        is_any = true;
        files.add_services(targets);
    }
    for path in &names {
        let name = path.strip_prefix("cwd://").unwrap_or_else(|| path.clone());
        step.open(&run.directory, &name, &mut |id, file| {
            is_any = true;
            // Parsed and worked out anew each time.
            if !step.may_work(8 * file.text().len()) {
                return;
            }
            step.problems(files.add(file, id, path.marked()));
        });
    }
    is_any.then(|| files.read(variable))
}

/// Whether bake reads a file as a Compose file.
fn is_compose(name: &Text) -> bool {
    let extension = Path::new(name.marked()).extension();
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml"))
}

fn build_of(step: &StepRun<'_, '_>, run: &BakeRun, target: &Target, overrides: &[Override], template: &Build) -> Build {
    let mut template = template.clone();
    template.tool = Tool::Bake { target: target.name.value.clone(), by_action: run.by_action };
    let mut build = build_of_target(step, &run.directory, target, template);
    // `--push` is `*.push=true`, and the last one counts.
    let set = overrides.iter().rev().find_map(|one| one.push(&target.name.value));
    let push = match set {
        Some(value) if run.push.is_no() => Truth::of_text(value, is_true),
        _ => run.push.clone(),
    };
    push_to(&mut build, &push, set.is_some_and(|value| Truth::of_text(value, is_true).is_no()));
    build
}

/// What a target builds in a folder; nothing is said of pushing.
pub(super) fn build_of_target(step: &StepRun<'_, '_>, directory: &Text, target: &Target, mut build: Build) -> Build {
    let mut target = target.clone();
    target.normalize();
    build.span = target.name.span;
    // A path that is marked as one of the folder that bake runs in is one here too.
    let local = |path: &Text| path.strip_prefix("cwd://").unwrap_or_else(|| path.clone());
    let context = target.context.as_ref().map(local).filter(|context| !context.is_empty());
    // The Dockerfile is always relative to the context, unless it is marked.
    let (context, file) = context_and_file(step, directory, &context.unwrap_or_else(|| Text::from(".")), None);
    let own = target.dockerfile.as_ref().filter(|file| !file.is_empty());
    build.dockerfile = match (&context, own) {
        _ if target.inline.is_some() => Location::Away(Text::from("dockerfile-inline")),
        (_, Some(file)) if file.marked().starts_with("cwd://") => step.locate(directory, &local(file)),
        (Location::Here(folder), Some(file)) => Location::Here(super::path::under(folder, file)),
        _ => file,
    };
    build.context = context;
    let named = |(name, source): (&String, &Text)| {
        let (name, source) = (Text::from(name.as_str()), local(source));
        let is_path = !is_address(&source) && !source.marked().starts_with("target:");
        let location = is_path.then(|| step.locate(directory, &source));
        NamedContext { name, source, location, build: None }
    };
    build.contexts = target.contexts.iter().map(named).collect();
    build.target = target.stage.clone().filter(|target| !target.is_empty());
    build.tags = target.tags.clone().unwrap_or_default();
    let platforms = target.platforms.iter().flatten().flat_map(|list| list.split(|c| c == ','));
    build.platforms = platforms.map(|one| one.trim()).filter(|one| !one.is_empty()).collect();
    let args = target.args.iter();
    build.args = args
        .map(|(name, (value, span))| BuildArg {
            name: Text::placed(name, Some(*span)),
            value: value.clone(),
            span: Some(*span),
        })
        .collect();
    build.outputs = target.outputs.clone().unwrap_or_default();
    build
}

/// As Go's `strconv.ParseBool` has it.
fn is_true(text: &str) -> bool {
    matches!(text, "1" | "t" | "T" | "true" | "TRUE" | "True")
}

/// What `push` makes of the outputs of a target (bake/bake.go, `setPushOverride`): one that writes files does not push.
fn push_to(build: &mut Build, push: &Truth, is_off: bool) {
    let kind = |output: &Text| {
        let fields = output.split(|c| c == ',');
        fields.iter().find_map(|field| field.trim().strip_prefix("type="))
    };
    let is = |output: &Text, name: &str| kind(output).is_some_and(|kind| kind.known() == Some(name));
    if is_off {
        build.outputs.retain(|output| !is(output, "registry"));
    }
    let mut more = Truth::No;
    for output in build.outputs.iter_mut().filter(|output| (is_off || !push.is_no()) && is(output, "image")) {
        let mut fields = output.split(|c| c == ',');
        fields.retain(|field| field.trim().strip_prefix("push=").is_none());
        fields.push(Text::from(if is_off { "push=false" } else { "push=true" }));
        let mut all = Text::default();
        for (number, field) in fields.iter().enumerate() {
            all.push_str(if number > 0 { "," } else { "" }, None);
            all.push(field);
        }
        *output = all;
        more = push.clone();
    }
    let is_plain = build.outputs.iter().all(|output| is(output, "docker"));
    publish(build, &if is_plain { push.clone() } else { Truth::No });
    if let Truth::Unknown(_) = more {
        build.pushed = more;
    }
}
