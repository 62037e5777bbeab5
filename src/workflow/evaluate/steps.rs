//! Steps, one after the other: of a job, or of a composite action.

use super::run::{Level, Run};
use super::step::StepRun;
use super::workspace::Workspace;
use crate::workflow::build::{Condition, ConditionKind, FrameKind};
use crate::workflow::context::{Contexts, Place};
use crate::workflow::expression::condition;
use crate::workflow::value::{Object, Text, Truth, Unknown, Value, Why};
use crate::workflow::written::Written;

/// What the machine of a job remembers from step to step.
pub(crate) struct Machine {
    pub(super) workspace: Workspace,
    /// Variables that steps have set for those after them.
    pub(super) env: Object,
    /// The number of the first build of the job.
    pub(super) first_build: usize,
}

impl Run<'_> {
    /// Works out the steps of a job, and gives the contexts that its outputs see.
    pub(super) fn job_steps(&self, level: &Level, job: &Written) -> Contexts {
        let mut machine = Machine { workspace: self.workspace(), env: Object::default(), first_build: self.built() };
        let mut level = level.clone();
        self.steps(&mut level, job.get("steps").map_or(&[][..], Written::items), &mut machine);
        level.contexts
    }

    /// Works out steps; `steps` of the contexts has them in the end.
    pub(super) fn steps(&self, level: &mut Level, steps: &[Written], machine: &mut Machine) {
        for node in steps {
            if !self.may_go_on(node.span) {
                return;
            }
            let id = node.get("id").and_then(Written::word).unwrap_or_default().to_owned();
            let state = self.step(level, node, &id, machine);
            if !id.is_empty() {
                level.contexts.put("steps", &id, state);
            }
        }
    }

    /// Works out a step, and gives what `steps.ID` is.
    fn step(&self, outer: &Level, node: &Written, id: &str, machine: &mut Machine) -> Value {
        let what = node.get("uses").or_else(|| node.get("run"));
        let span = what.map_or(node.span, |what| what.span);
        let name = match (node.get("uses"), node.get("name")) {
            (Some(uses), _) => uses.text().map(Text::to_string),
            (None, name) => name.and_then(Written::text).map(Text::to_string),
        };
        let mut level = outer.through(FrameKind::Step, name.unwrap_or_else(|| "run".to_owned()), Some(span));
        if !machine.env.is_empty() || machine.env.rest().is_some() {
            level.contexts.set("env", over(level.contexts.object("env"), &machine.env));
        }
        level.take_env(node, None);
        let mut runs = Truth::Yes;
        if let Some(written) = node.get("if") {
            let text = written.text().cloned().unwrap_or_default();
            runs = condition(&text, &level.contexts.at(Place::StepIf)).holds;
            level.conditions.push(Condition {
                kind: ConditionKind::Step,
                holds: runs.clone(),
                text: text.to_string(),
                span: Some(written.span),
            });
        }
        let mut step = StepRun::new(self, machine, level, node, id);
        step.work(runs.is_no());
        let (outputs, env) = step.left_behind();
        let outcome = match &runs {
            Truth::Yes => {
                machine.env = over(std::mem::take(&mut machine.env), &env);
                Value::from("success")
            }
            Truth::No => return state(Object::default(), Value::from("skipped")),
            Truth::Unknown(unknown) => {
                machine.env = over(std::mem::take(&mut machine.env), &perhaps(&env, "env", unknown));
                Value::Unknown(unknown.clone().one_of(vec![Value::from("success"), Value::from("skipped")]))
            }
        };
        match &runs {
            Truth::Unknown(unknown) => state(perhaps(&outputs, &format!("steps.{id}.outputs"), unknown), outcome),
            _ => state(outputs, outcome),
        }
    }
}

fn state(outputs: Object, outcome: Value) -> Value {
    Value::from(Object::from_iter([
        ("outputs", Value::from(outputs)),
        ("outcome", outcome.clone()),
        ("conclusion", outcome),
    ]))
}

/// Variables that steps set beyond which none are kept.
const MAX_VARIABLES: usize = 1_000;

/// An object with the values of another over its own; of too many no more than that there are such.
fn over(mut object: Object, more: &Object) -> Object {
    for (name, value) in more.iter() {
        if object.len() >= MAX_VARIABLES && object.get(name).is_none() {
            let why = format!("more than {MAX_VARIABLES} variables");
            return object.with_rest(Unknown::new(Why::Limit(why), None));
        }
        object.insert(name, value.clone());
    }
    match more.rest() {
        Some(rest) => object.with_rest(rest.clone()),
        None => object,
    }
}

/// Values that are there only if something runs of which this is not known.
fn perhaps(object: &Object, name: &str, why: &Unknown) -> Object {
    let mut all = Object::default();
    for (key, value) in object.iter() {
        let text = format!("{name}.{key}");
        all.insert(key, Value::Unknown(why.computed(&text).one_of(vec![value.clone(), Value::from("")])));
    }
    match object.rest() {
        Some(rest) => all.with_rest(rest.clone()),
        None => all,
    }
}

/// What `outputs` of a step is that nobody reads.
pub(super) fn open_outputs(id: &str, action: Option<&str>, node: &Written) -> Unknown {
    let (step, part, action) = (id.to_owned(), "outputs".to_owned(), action.map(str::to_owned));
    Unknown::new(Why::Step { step, part, action }, Some(node.span))
}
