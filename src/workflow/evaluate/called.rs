//! A workflow that an event starts or a job calls: its jobs in the order of what they need, and its outputs.

use super::job::JobState;
use super::run::{Level, Run};
use crate::source::{At, Span};
use crate::workflow::build::{Build, FrameKind, Location, Tool};
use crate::workflow::context::{Place, call_inputs};
use crate::workflow::value::{Object, Text, Truth, Unknown, Value, Why};
use crate::workflow::written::{Folder, Written};
use std::collections::HashMap;
use std::rc::Rc;

/// Where workflows are.
const WORKFLOWS: &str = ".github/workflows/";

impl Run<'_> {
    /// Works out a workflow; the outputs are those of `on.workflow_call`.
    pub(super) fn workflow(&self, level: &Level, root: &Rc<Written>) -> Object {
        let mut level = level.clone();
        level.contexts.set("env", Object::default());
        level.take_env(root, Some(Place::WorkflowEnv));
        (level.directory, level.shell) = (Text::default(), None);
        level.take_defaults(root);
        level.take_group(root, Place::WorkflowConcurrency);
        let jobs = root.get("jobs").map_or(&[][..], Written::entries);
        let order = order(jobs);
        for (id, _) in jobs.iter().enumerate().filter(|(index, _)| !order.contains(index)).map(|(_, job)| job) {
            let why = format!("the job `{}`, which needs itself or what is not there", id.value);
            self.gap(Unknown::new(Why::NotUnderstood(why), Some(id.span)));
        }
        let mut states: HashMap<&str, JobState> = HashMap::new();
        let (from, mut ranges) = (self.built(), Vec::new());
        for index in &order {
            let Some((id, job)) = jobs.get(*index) else { continue };
            let before = self.built();
            let state = self.job(&level, id, job, &states);
            ranges.push(before..self.built());
            states.insert(&id.value, state);
        }
        self.reorder(from, &order, &ranges);
        outputs(&level, root, jobs, &states)
    }

    /// Works out a reusable workflow that a job calls, and gives its outputs.
    pub(super) fn reusable(&self, level: &Level, uses: &Text, job: &Written, span: Span) -> Object {
        let with = job.get("with");
        let shown = uses.to_string();
        let Some((folder, path)) = uses.known().and_then(|uses| self.found(level.folder, uses)) else {
            self.elsewhere(level, &shown, with, span);
            return not_here(&shown, span);
        };
        let Some(root) = self.documents.yaml(folder, &path) else {
            self.gap(Unknown::new(Why::Absent(format!("{shown} is not there, or cannot be read")), Some(span)));
            return not_here(&shown, span);
        };
        let inner = level.through(FrameKind::Reusable, path.as_str(), Some(span));
        let mut inner = match inner.opened(format!("{folder:?} {path}")) {
            Ok(inner) => inner,
            Err(why) => {
                self.gap(Unknown::new(Why::Limit(why), Some(span)));
                return not_here(&shown, span);
            }
        };
        inner.folder = folder;
        let declared = root.at(&["on", "workflow_call", "inputs"]);
        let inputs = call_inputs(declared, with, &level.contexts.at(Place::JobWith), &inner.contexts);
        for name in ["matrix", "steps", "needs"] {
            inner.contexts.set(name, if name == "matrix" { Value::Null } else { Value::from(Object::default()) });
        }
        inner.contexts.set("inputs", inputs);
        inner.contexts.set_success(Truth::Yes);
        self.workflow(&inner, &root)
    }

    /// Which file a reusable workflow is, if its repository is here.
    fn found(&self, caller: Folder, uses: &str) -> Option<(Folder, String)> {
        if let Some(path) = uses.strip_prefix("./") {
            return path.starts_with(WORKFLOWS).then(|| (caller, path.to_owned()));
        }
        let (repository, rest) = uses.split_once("/.github/workflows/")?;
        let (file, _) = rest.split_once('@')?;
        Some((self.documents.named(repository)?, format!("{WORKFLOWS}{file}")))
    }

    /// A reusable workflow that is not here may build anything.
    fn elsewhere(&self, level: &Level, uses: &str, with: Option<&Written>, span: Span) {
        let unknown = Unknown::new(Why::Absent(format!("{uses} is not checked out here")), Some(span));
        self.gap(unknown.clone());
        let hole = || Text::hole(unknown.clone());
        let with = with.map_or(&[][..], Written::entries);
        let seen = level.contexts.at(Place::JobWith);
        let with = with.iter().map(|(name, value)| (name.value.clone(), value.text_value(&seen)));
        let tool = Tool::Elsewhere { uses: uses.to_owned(), with: with.collect() };
        self.build(Build {
            dockerfile: Location::Unknown(hole()),
            context: Location::Unknown(hole()),
            groups: level.groups.clone(),
            pushed: Truth::Unknown(unknown.clone()),
            ..Build::new(tool, span, level.way.clone(), level.conditions.clone())
        });
    }
}

/// Outputs of what is not here.
fn not_here(uses: &str, span: Span) -> Object {
    let unknown = Unknown::new(Why::Absent(format!("{uses} is not checked out here")), Some(span));
    Object::default().with_rest(unknown)
}

/// The outputs that a reusable workflow declares.
fn outputs(level: &Level, root: &Written, jobs: &[(At<String>, Written)], states: &HashMap<&str, JobState>) -> Object {
    let declared = root.at(&["on", "workflow_call", "outputs"]).map_or(&[][..], Written::entries);
    if declared.is_empty() {
        return Object::default();
    }
    let mut all = Object::default();
    for (id, _) in jobs {
        if let Some(state) = states.get(&*id.value) {
            all.insert(id.value.as_str(), state.value(&id.value));
        }
    }
    let contexts = level.contexts.with("jobs", all);
    let value = |node: &Written| node.get("value").map_or(Value::Null, |value| value.value(&contexts));
    declared.iter().map(|(name, node)| (name.value.as_str(), value(node))).collect()
}

/// The jobs in an order in which each comes after those that it needs, else in that of the text. Those that cannot come are left
/// out.
fn order(jobs: &[(At<String>, Written)]) -> Vec<usize> {
    let index: HashMap<&str, usize> =
        jobs.iter().enumerate().map(|(index, (id, _))| (id.value.as_str(), index)).collect();
    let mut missing: Vec<usize> = Vec::with_capacity(jobs.len());
    let mut waiting: Vec<Vec<usize>> = vec![Vec::new(); jobs.len()];
    for (number, (_, job)) in jobs.iter().enumerate() {
        let needs = job.get("needs").map(Written::words).unwrap_or_default();
        missing.push(needs.len());
        for need in needs {
            if let Some(needed) = index.get(need.value.as_str()).and_then(|needed| waiting.get_mut(*needed)) {
                needed.push(number);
            }
        }
    }
    let mut ready: std::collections::BTreeSet<usize> =
        missing.iter().enumerate().filter(|(_, missing)| **missing == 0).map(|(index, _)| index).collect();
    let mut order = Vec::with_capacity(jobs.len());
    while let Some(next) = ready.pop_first() {
        order.push(next);
        for waiting in waiting.get(next).into_iter().flatten() {
            if let Some(missing) = missing.get_mut(*waiting) {
                *missing -= 1;
                if *missing == 0 {
                    ready.insert(*waiting);
                }
            }
        }
    }
    order
}
