//! A job: what it needs, its condition, its matrix.

use super::run::{Level, Run};
use crate::source::{At, Span};
use crate::workflow::build::{Condition, ConditionKind, FrameKind};
use crate::workflow::context::Place;
use crate::workflow::expression::condition;
use crate::workflow::matrix::{Cell, expand};
use crate::workflow::value::{Object, Text, Truth, Unknown, Value, Why};
use crate::workflow::written::Written;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

/// The longest output of a job, in bytes
/// (<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idoutputs>).
const MAX_OUTPUT: usize = 1 << 20;

/// What others see of a job.
#[derive(Clone, Debug)]
pub(super) struct JobState {
    /// Whether it runs, as far as its own workflow says.
    runs: Truth,
    /// Whether it and all that it needs run.
    success: Truth,
    /// An object, which all that need the job share.
    outputs: Value,
    /// The builds of it and of all that it needs, by their numbers.
    builds: Vec<Range<usize>>,
}

impl JobState {
    /// As `needs.ID` or `jobs.ID`.
    pub(super) fn value(&self, id: &str) -> Value {
        let result = match &self.runs {
            Truth::Yes => Value::from("success"),
            Truth::No => Value::from("skipped"),
            Truth::Unknown(unknown) => Value::Unknown(
                unknown
                    .computed(&format!("needs.{id}.result"))
                    .one_of(vec![Value::from("success"), Value::from("skipped")]),
            ),
        };
        Value::from(Object::from_iter([("result", result), ("outputs", self.outputs.clone())]))
    }
}

impl Run<'_> {
    /// Works out a job; `states` has those that came before.
    pub(super) fn job(
        &self,
        outer: &Level,
        id: &At<String>,
        job: &Written,
        states: &HashMap<&str, JobState>,
    ) -> JobState {
        let mut level = outer.clone();
        let needs = job.get("needs").map(Written::words).unwrap_or_default();
        let mut before = Truth::Yes;
        let mut needed = Object::default();
        let mut builds = outer.needed.to_vec();
        for need in &needs {
            let Some(state) = states.get(&*need.value) else { continue };
            before = before.and(state.success.clone());
            needed.insert(need.value.as_str(), state.value(&need.value));
            for range in &state.builds {
                if !builds.contains(range) {
                    builds.push(range.clone());
                }
            }
        }
        level.needed = Rc::new(builds.clone());
        let from = self.built();
        level.contexts.set("needs", needed);
        level.contexts.set_success(before.clone());
        let runs = job_condition(&mut level, job, &needs, before.clone());
        level.contexts.set_success(Truth::Yes);
        let cells = self.cells(&level, job);
        let total = cells.len();
        let mut all = Vec::new();
        for (number, cell) in cells.into_iter().enumerate() {
            if !self.may_go_on(id.span) {
                break;
            }
            let exists = cell.exists.clone();
            let outputs = self.cell(&level, id, job, cell, (number, total));
            if !exists.is_no() {
                all.push(outputs);
            }
        }
        let outputs = match &runs {
            Truth::No => Object::default(),
            Truth::Yes => merged(&id.value, &all, None),
            Truth::Unknown(unknown) => merged(&id.value, &all, Some(unknown)),
        };
        builds.push(from..self.built());
        JobState { success: before.and(runs.clone()), runs, outputs: Value::from(outputs), builds }
    }

    /// The cells of the matrix; one without values where there is none.
    fn cells(&self, level: &Level, job: &Written) -> Vec<Cell> {
        let Some(node) = job.at(&["strategy", "matrix"]) else {
            return vec![Cell { values: Object::default(), exists: Truth::Yes }];
        };
        let matrix = expand(&node.value(&level.contexts.at(Place::Strategy)), node.span);
        if let Some(gap) = matrix.gap {
            self.gap(gap.or_at(Some(node.span)));
        }
        matrix.cells
    }

    /// Works out one job of a matrix; its outputs.
    fn cell(
        &self,
        level: &Level,
        id: &At<String>,
        job: &Written,
        cell: Cell,
        (number, total): (usize, usize),
    ) -> Object {
        let shown = cell.values.iter().map(|(name, value)| (name.to_owned(), value.text())).collect();
        let mut level = level.through(FrameKind::Job, id.value.as_str(), Some(id.span));
        if let Some(frame) = level.way.last_mut() {
            frame.cell = shown;
        }
        if !cell.exists.is_yes() {
            let span = job.at(&["strategy", "matrix"]).map(|node| node.span);
            let text = "matrix".to_owned();
            level.conditions.push(Condition { kind: ConditionKind::Matrix, holds: cell.exists, text, span });
        }
        if job.at(&["strategy", "matrix"]).is_some() {
            level.contexts.set("matrix", cell.values);
        }
        let count = |count: usize| Value::from(count.to_string());
        level.contexts.set("strategy", Object::from_iter([("job-index", count(number)), ("job-total", count(total))]));
        level.take_env(job, Some(Place::JobEnv));
        level.take_defaults(job);
        level.take_group(job, Place::JobConcurrency);
        if let Some(uses) = job.get("uses") {
            if uses.text().is_none() {
                let why = Why::NotUnderstood("`uses` of a job, which is no text".to_owned());
                self.gap(Unknown::new(why, Some(uses.span)));
                return Object::default();
            }
            return self.reusable(&level, &uses.text_value(&level.contexts), job, uses.span);
        }
        let contexts = self.job_steps(&level, job);
        let declared = job.get("outputs").map_or(&[][..], Written::entries);
        declared.iter().map(|(name, value)| (name.value.as_str(), output(value.value(&contexts), value.span))).collect()
    }
}

/// An output, unless GitHub refuses it for its length.
fn output(value: Value, span: Span) -> Value {
    match &value {
        Value::Text(text) if text.size() > MAX_OUTPUT => {
            let why = Why::Limit(format!("an output that comes to more than {MAX_OUTPUT} bytes"));
            Value::Unknown(Unknown::new(why, Some(span)))
        }
        _ => value,
    }
}

/// Adds what has to hold for a job to run, and says whether it does.
fn job_condition(level: &mut Level, job: &Written, needs: &[At<String>], before: Truth) -> Truth {
    let written = job.get("if");
    let own = written.map(|node| condition(node.text().unwrap_or(&Text::default()), &level.contexts.at(Place::JobIf)));
    let asks_status = own.as_ref().is_some_and(|own| own.asks_status);
    let mut runs = Truth::Yes;
    if !asks_status && !before.is_yes() {
        runs = before.clone();
        level.conditions.push(Condition {
            kind: ConditionKind::Needs,
            holds: before,
            text: needs.iter().map(|need| need.value.as_str()).collect::<Vec<_>>().join(", "),
            span: needs.first().map(|need| need.span),
        });
    }
    if let (Some(own), Some(node)) = (own, written) {
        runs = runs.and(own.holds.clone());
        let text = node.text().map(Text::to_string).unwrap_or_default();
        level.conditions.push(Condition { kind: ConditionKind::Job, holds: own.holds, text, span: Some(node.span) });
    }
    runs
}

/// The outputs of all jobs of a matrix: the one that ends last has the say. `unsure` is why it may not run.
fn merged(id: &str, all: &[Object], unsure: Option<&Unknown>) -> Object {
    let mut merged = Object::default();
    let names: Vec<String> = all.iter().flat_map(|outputs| outputs.iter().map(|(name, _)| name.to_owned())).collect();
    let place = all.iter().flat_map(Object::iter).find_map(|(_, value)| value.first_unknown()?.place());
    for name in names {
        let mut values: Vec<Value> = all.iter().filter_map(|outputs| outputs.get(&name).cloned()).collect();
        if unsure.is_some() {
            values.push(Value::from(""));
        }
        let value = match values.split_first() {
            Some((first, rest)) if rest.iter().all(|value| value == first) => first.clone(),
            _ => {
                let why = Why::Job { job: id.to_owned(), part: format!("outputs.{name}") };
                Value::Unknown(Unknown::new(why, place).one_of(values))
            }
        };
        merged.insert(name, value);
    }
    match all.iter().find_map(Object::rest) {
        Some(rest) => merged.with_rest(rest.clone()),
        None => merged,
    }
}
