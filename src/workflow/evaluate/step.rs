//! What the tools see of a step, and what they give back.

use super::run::{Level, Run};
use super::steps::{Machine, open_outputs};
use super::workspace::join;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, SourceFile, Span};
use crate::workflow::build::{Build, Condition, ConditionKind, Frame, Location, Tool};
use crate::workflow::expression::Scope as _;
use crate::workflow::script;
use crate::workflow::tools::list::{ListStyle, items};
use crate::workflow::value::{Object, Text, Truth, Unknown, Value, Why};
use crate::workflow::written::{Folder, Written};
use std::rc::Rc;

/// A step that is being worked out.
pub(crate) struct StepRun<'s, 'a> {
    pub(super) run: &'s Run<'a>,
    pub(super) machine: &'s mut Machine,
    pub(super) level: Level,
    pub(super) node: &'s Written,
    pub(super) id: &'s str,
    /// What it uses, or its script.
    pub(super) span: Span,
    outputs: Object,
    env: Object,
}

impl<'s, 'a> StepRun<'s, 'a> {
    pub(super) fn new(
        run: &'s Run<'a>,
        machine: &'s mut Machine,
        level: Level,
        node: &'s Written,
        id: &'s str,
    ) -> Self {
        let span = node.get("uses").or_else(|| node.get("run")).map_or(node.span, |what| what.span);
        let (outputs, env) = (Object::default(), Object::default());
        Self { run, machine, level, node, id, span, outputs, env }
    }

    /// Works it out. One that does not run changes nothing for those after it, but its builds are told.
    pub(super) fn work(&mut self, is_skipped: bool) {
        if let Some(uses) = self.node.get("uses") {
            let uses = uses.text_value(&self.level.contexts);
            self.uses(&uses, is_skipped);
        } else if let Some(run) = self.node.get("run") {
            let text = run.text_value(&self.level.contexts);
            script::run(self, &text);
        }
    }

    /// Its outputs, and the variables that it sets.
    pub(super) fn left_behind(self) -> (Object, Object) {
        (self.outputs, self.env)
    }

    /// An input of an action, without white space around it; `None` if it is empty or not there.
    pub(crate) fn input(&self, name: &str) -> Option<Text> {
        let text = self.node.get("with")?.input(name)?.text_value(&self.level.contexts).trim();
        (!text.is_empty()).then_some(text)
    }

    /// The items of an input that is a list.
    pub(crate) fn list(&self, name: &str, style: ListStyle) -> Vec<Text> {
        let Some(node) = self.node.get("with").and_then(|with| with.input(name)) else { return Vec::new() };
        // A list of YAML, which GitHub refuses, is read item by item.
        let nodes = if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() };
        nodes.iter().flat_map(|node| items(&node.text_value(&self.level.contexts), style)).collect()
    }

    /// Whether an input is `true`, as actions read a boolean.
    pub(crate) fn flag(&self, name: &str) -> Truth {
        self.input(name)
            .map_or(Truth::No, |text| Truth::of_text(&text, |text| matches!(text, "true" | "True" | "TRUE")))
    }

    /// A variable of the environment, as a script sees it: those of workflows and steps, and those that the runner sets.
    pub(crate) fn variable(&self, name: &str) -> Value {
        let env = self.level.contexts.object_of("env");
        let found = env.and_then(|env| env.iter().find(|(own, _)| *own == name)).map(|(_, value)| value.clone());
        let from_github = || {
            let name = name.strip_prefix("GITHUB_")?;
            if matches!(name, "OUTPUT" | "ENV" | "PATH" | "STEP_SUMMARY" | "TOKEN" | "STATE" | "EVENT_PATH") {
                return None;
            }
            Some(self.github(&name.to_ascii_lowercase()))
        };
        let runner = || {
            let name = name.strip_prefix("RUNNER_")?;
            Some(self.level.contexts.context("runner")?.property(&name.to_ascii_lowercase()))
        };
        let rest = || env?.rest().map(|rest| Value::Unknown(rest.part(name)));
        found.or_else(from_github).or_else(runner).or_else(rest).unwrap_or(Value::Null)
    }

    /// A variable of the environment, if it is set for certain.
    pub(crate) fn known_variable(&self, name: &str) -> Option<Text> {
        match self.variable(name) {
            Value::Null => None,
            value => Some(value.text()),
        }
    }

    /// The folder that a script runs in, from the workspace.
    pub(crate) fn directory(&self) -> Text {
        match self.node.get("working-directory") {
            Some(own) => own.text_value(&self.level.contexts).trim(),
            None => self.level.directory.trim(),
        }
    }

    /// The shell of a script, as it is written; bash where nothing is.
    pub(crate) fn shell(&self) -> Option<Text> {
        match self.node.get("shell") {
            Some(own) => Some(own.text_value(&self.level.contexts)),
            None => self.level.shell.clone(),
        }
    }

    /// Where a path is that is relative to a folder of the workspace.
    pub(crate) fn locate(&self, folder: &Text, path: &Text) -> Location {
        self.machine.workspace.locate(&join(folder, path))
    }

    /// The text of a file at a path from a folder of the workspace, if it is in a repository that is here.
    pub(crate) fn file(&self, folder: &Text, path: &Text) -> Option<Rc<Text>> {
        self.found(folder, path, |repository, path| self.run.documents.text(repository, path))
    }

    /// What is read of a file. One that is there and cannot be read may build something, which is said.
    fn found<T>(&self, folder: &Text, path: &Text, read: impl FnOnce(Folder, &str) -> Option<T>) -> Option<T> {
        let (repository, path) = self.located(folder, path)?;
        let path = path.known()?;
        let found = read(repository, path);
        let paths = self.run.documents.repository(repository).files.paths();
        if found.is_none() && paths.binary_search_by(|known| known.as_str().cmp(path)).is_ok() {
            self.gap(Unknown::new(Why::Absent(format!("{path} is there, and cannot be read")), None));
        }
        found
    }

    /// The repository that a path from a folder of the workspace is in, if it is here, and the path from its root.
    fn located(&self, folder: &Text, path: &Text) -> Option<(Folder, Text)> {
        let (repository, path) = self.machine.workspace.folder(&join(folder, path))?;
        if repository == Folder::Own && path.known().is_none() {
            self.run.sought(path.clone());
        }
        Some((repository, path))
    }

    /// A file of YAML at a path from a folder of the workspace, if it is in a repository that is here.
    pub(crate) fn yaml(&self, folder: &Text, path: &Text) -> Option<Rc<Written>> {
        self.found(folder, path, |repository, path| self.run.documents.yaml(repository, path))
    }

    /// The paths of the files below a folder of the workspace, from there; `None` if they are not known.
    pub(crate) fn paths(&self, folder: &Text, path: &Text) -> Option<Vec<String>> {
        let (repository, path) = self.machine.workspace.folder(&join(folder, path))?;
        let root = path.known()?;
        let all = self.run.documents.repository(repository).files.paths();
        let below = |path: &String| {
            let rest = path.strip_prefix(root)?;
            if root.is_empty() { Some(rest) } else { rest.strip_prefix('/') }.map(str::to_owned)
        };
        (!all.is_empty()).then(|| all.iter().filter_map(below).collect())
    }

    /// Hands over the text of a file at a path from a folder of the workspace, if it is in a repository that is here.
    pub(crate) fn open(&self, folder: &Text, path: &Text, read: &mut dyn FnMut(FileId, &SourceFile)) {
        self.found(folder, path, |repository, path| {
            self.run.documents.repository(repository).files.open(path, read).then_some(())
        });
    }

    /// Counts what is to be worked out; whether there may be more.
    pub(crate) fn may_work(&self, amount: usize) -> bool {
        self.run.may_work(amount)
    }

    /// A part of `github`.
    pub(crate) fn github(&self, name: &str) -> Value {
        self.level.contexts.context("github").map_or(Value::Null, |github| github.property(name))
    }

    /// Whether it runs, if what it is a part of does.
    pub(crate) fn runs(&self) -> Truth {
        let own = self.level.conditions.iter().filter(|condition| condition.kind == ConditionKind::Step);
        own.fold(Truth::Yes, |all, condition| all.and(condition.holds.clone()))
    }

    /// What it uses, or its script.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// Says that variables may have been set for this step that are not known, and why.
    pub(crate) fn open_environment(&mut self, unknown: Unknown) {
        let env = self.level.contexts.object("env").with_rest(unknown);
        self.level.contexts.set("env", env);
    }

    /// A build of this step of which nothing else is known yet.
    pub(crate) fn build(&self, tool: Tool, span: Option<Span>) -> Build {
        let build = Build::new(tool, span.unwrap_or(self.span), self.level.way.clone(), self.level.conditions.clone());
        Build { groups: self.level.groups.clone(), ..build }
    }

    /// Adds a build.
    pub(crate) fn add(&self, build: Build) {
        self.run.build(build);
    }

    /// The builds of the job so far, to be changed: a later step may tag and push what an earlier one built.
    pub(crate) fn each_build(&self, change: &mut dyn FnMut(&mut Build)) {
        self.run.each_of(self.machine.first_build..self.run.built(), change);
    }

    /// The same with those of the jobs that this one needs.
    pub(crate) fn each_reached(&self, change: &mut dyn FnMut(&mut Build)) {
        for range in self.level.needed.iter() {
            self.run.each_of(range.clone(), change);
        }
        self.each_build(change);
    }

    /// What has to hold for it, and what leads to it.
    pub(crate) fn stands(&self) -> (&[Condition], &[Frame]) {
        (&self.level.conditions, &self.level.way)
    }

    /// Adds problems of a file that it reads.
    pub(crate) fn problems(&self, found: Vec<Diagnostic>) {
        self.run.problems(found);
    }

    /// Says that there may be more builds, and why.
    pub(crate) fn gap(&self, unknown: Unknown) {
        self.run.gap(unknown.or_at(Some(self.span)));
    }

    /// Says that this step may push what was built, in a way that is not read here.
    pub(crate) fn unread(&self) {
        if self.level.conditions.iter().all(|condition| !condition.holds.is_no()) {
            self.run.unread(self.span);
        }
    }

    /// Sets an output of the step.
    pub(crate) fn set_output(&mut self, name: &str, value: Value) {
        self.outputs.insert(name, value);
    }

    /// Says that it may have more outputs, which `action` or a script computes.
    pub(crate) fn open_outputs(&mut self, action: Option<&str>) {
        let rest = self.open_output(action);
        self.outputs = std::mem::take(&mut self.outputs).with_rest(rest);
    }

    /// An output of the step that `action` or a script computes and nobody reads.
    pub(crate) fn open_output(&self, action: Option<&str>) -> Unknown {
        open_outputs(self.id, action, self.node)
    }

    /// Takes an object for its outputs.
    pub(super) fn set_outputs(&mut self, outputs: Object) {
        self.outputs = outputs;
    }

    /// Sets a variable for the steps after it.
    pub(crate) fn set_variable(&mut self, name: &str, value: Value) {
        self.env.insert(name, value);
    }

    /// Says that it may set variables that are not known.
    pub(crate) fn open_variables(&mut self) {
        let why = crate::workflow::value::Why::Context("env".to_owned());
        self.env = std::mem::take(&mut self.env).with_rest(Unknown::new(why, Some(self.span)));
    }
}
