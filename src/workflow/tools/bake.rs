//! Bake: its action, and the builds that its files say. The action's inputs are in its action.yml, and read in its src/context.ts.

use super::build_push::{context_and_file, is_address, publish};
use super::list::{RAW_LINES, WORDS};
use crate::source::{At, Span};
use crate::workflow::bake::{Bake, BakeTarget, read_bake};
use crate::workflow::build::{Build, BuildArg, Location, Tool};
use crate::workflow::evaluate::StepRun;
use crate::workflow::value::{Text, Truth, Unknown, Why};
use std::path::Path;

/// Where bake looks unless it is told (<https://docs.docker.com/build/bake/reference/#file-lookup>); Compose files, which it reads
/// too, are not read here.
const FILES: [&str; 2] = ["docker-bake.hcl", "docker-bake.json"];

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
        let why = Why::Absent(format!("the bake files at {source}"));
        step.gap(Unknown::new(why, source.span()));
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

/// Adds the builds of a run. `variable` has those of a script.
pub(super) fn builds(step: &StepRun<'_, '_>, run: &BakeRun, template: &Build, variable: &dyn Fn(&str) -> Option<Text>) {
    let mut files = run.files.clone();
    if files.is_empty() {
        files.extend(FILES.map(Text::from));
    }
    files.retain(|name| !is_compose(name));
    let names: Option<Vec<&str>> = run.targets.iter().map(Text::known).collect();
    for path in &files {
        let mut bake = None;
        step.open(&run.directory, path, &mut |id, file| {
            let (read, problems) = read_bake(file, id);
            bake = read;
            step.problems(problems);
        });
        let Some(bake) = bake else { continue };
        // Where it is not known which, all may be.
        let targets = match &names {
            Some(names) => bake.selected(names),
            None => bake.targets.iter().collect(),
        };
        let scope = Texts { step, bake: &bake, variable };
        for target in targets {
            let mut build = build_of(&scope, run, target, template);
            if names.is_none()
                && let Some(hole) = run.targets.iter().flat_map(Text::holes).next()
            {
                build.conditions.push(crate::workflow::build::Condition {
                    kind: crate::workflow::build::ConditionKind::Script,
                    holds: Truth::Unknown(hole.clone()),
                    text: "the targets".to_owned(),
                    span: hole.place(),
                });
            }
            step.add(build);
        }
    }
}

/// Whether bake would read a file as a Compose file.
fn is_compose(name: &Text) -> bool {
    let extension = Path::new(name.marked()).extension();
    extension.is_some_and(|extension| extension == "yaml" || extension == "yml")
}

fn build_of(scope: &Texts<'_, '_, '_>, run: &BakeRun, target: &BakeTarget, template: &Build) -> Build {
    let bake = scope.bake;
    let part =
        |part: fn(&BakeTarget) -> Option<&At<String>>| bake.inherited_part(target, part).map(|at| scope.text(at));
    let mut texts = Parts {
        context: part(|target| target.context.as_ref()).unwrap_or_else(|| Text::from(".")),
        dockerfile: part(|target| target.dockerfile.as_ref()),
        target: part(|target| target.target.as_ref()),
        tags: target.tags.iter().map(|at| scope.text(at)).collect(),
        platforms: target.platforms.iter().map(|at| scope.text(at)).collect(),
        outputs: Vec::new(),
        args: bake
            .effective_args(&target.name.value)
            .into_iter()
            .map(|arg| BuildArg {
                name: Text::placed(&arg.name.value, Some(arg.name.span)),
                value: arg.value.as_ref().map(|at| scope.text(at)).unwrap_or_default(),
                span: Some(arg.span),
            })
            .collect(),
    };
    for line in &run.set {
        texts.set(&target.name.value, line);
    }
    let mut build = template.clone();
    build.tool = Tool::Bake { target: target.name.value.clone(), by_action: run.by_action };
    build.span = target.name.span;
    // The Dockerfile is always relative to the context.
    let (context, file) = context_and_file(scope.step, &run.directory, &texts.context, None);
    build.dockerfile = match (&context, &texts.dockerfile, file) {
        (Location::Here(folder), Some(file), _) => Location::Here(super::path::under(folder, file)),
        (_, _, file) => file,
    };
    build.context = context;
    (build.target, build.tags, build.platforms) = (texts.target, texts.tags, texts.platforms);
    (build.outputs, build.args) = (texts.outputs, texts.args);
    publish(&mut build, &run.push);
    build
}

/// The texts of a target.
struct Parts {
    context: Text,
    dockerfile: Option<Text>,
    target: Option<Text>,
    tags: Vec<Text>,
    platforms: Vec<Text>,
    outputs: Vec<Text>,
    args: Vec<BuildArg>,
}

impl Parts {
    /// A line of `set`: `pattern.key=value`. buildx splits the left side at its first two dots (bake/bake.go, `newOverrides`).
    fn set(&mut self, target: &str, line: &Text) {
        let Some((pattern, rest)) = line.split_once('.') else { return };
        let fits = pattern.known().and_then(|pattern| globset::Glob::new(pattern).ok());
        if !fits.is_some_and(|glob| glob.compile_matcher().is_match(target)) {
            return;
        }
        let Some((key, value)) = rest.split_once('=') else { return };
        match key.marked().split_once('.').map_or((key.marked(), None), |(key, name)| (key, Some(name))) {
            ("args", Some(_)) => {
                let name = key.cut("args.".len()..key.marked().len());
                self.args.retain(|arg| arg.name != name);
                self.args.push(BuildArg { name, value, span: line.span() });
            }
            ("context", None) => self.context = value,
            ("dockerfile", None) => self.dockerfile = Some(value),
            ("target", None) => self.target = Some(value),
            ("tags", None) => self.tags = value.split(|c| c == ',').iter().map(Text::trim).collect(),
            ("platform", None) => self.platforms = value.split(|c| c == ',').iter().map(Text::trim).collect(),
            ("output", None) => self.outputs.push(value),
            _ => {}
        }
    }
}

/// Texts of a bake file to those of a build.
struct Texts<'b, 's, 'a> {
    step: &'b StepRun<'s, 'a>,
    bake: &'b Bake,
    variable: &'b dyn Fn(&str) -> Option<Text>,
}

impl Texts<'_, '_, '_> {
    /// A text of a bake file, of which parts may be as they are written.
    fn text(&self, at: &At<String>) -> Text {
        let span = Some(at.span);
        let written = at.value.as_str();
        let bare = written.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        let mut rest = bare.unwrap_or(written);
        let mut all = Text::default();
        while let Some((before, after)) = rest.split_once("${") {
            all.push_str(before, span);
            let (name, left) = after.split_once('}').unwrap_or((after, ""));
            all.push(&self.value(name.trim(), span));
            rest = left;
        }
        all.push_str(rest, span);
        all
    }

    fn value(&self, name: &str, span: Option<Span>) -> Text {
        let own = self.bake.variables.iter().find(|variable| variable.name.value == name);
        let env = || {
            let value = (self.variable)(name).unwrap_or_else(|| self.step.variable(name).text());
            (!value.is_empty()).then_some(value)
        };
        let default = || own?.default.as_ref().map(|default| Text::placed(&default.value, span));
        let unknown = || Text::hole(Unknown::new(Why::Command(name.to_owned()), span));
        own.and_then(|_| env()).or_else(default).unwrap_or_else(unknown).at(span)
    }
}
