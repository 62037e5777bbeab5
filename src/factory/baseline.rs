//! The digest that a base has when rebuilds for it begin: it is written down, and what comes after it is built on.
//!
//! | written down on | key | what |
//! |---|---|---|
//! | Stage | `of`, `at` | the base that it was promoted for, of another one everything is new; and since when that stands there |
//! | Freight | `baseline`, below the name of the Stage | whether its first Promotion to that Stage builds no more than is due |
//! | Freight | `due` | by the Stage in which it waits: the images that it is built on for, none if it was the first there |
//!
//! A Stage of which anything is written down was there before this was: nothing is new to it. What stands on Freight stays, and a
//! Promotion that starts again, as after the end of Kargo's controller, is what it was by that. What stands on a Stage may be lost
//! again: a reconciliation of the Stage that began before writes back what it knew (Kargo v1.11.2
//! `pkg/controller/stages/regular_stages.go`, whose patches compare with what the server has answered meanwhile). So a first
//! Promotion writes it, fails and tries again until it has stayed for a time, or the next digest would be taken for the first.
//!
//! Freight that waits is not held by the Stage that dispatches but by the one in which it waits: of two digests that come within the
//! delay, only the second gets through.
//!
//! An image that joins a Stage which is there starts nothing, since Kargo does not promote the same Freight twice; and one that
//! changes its Stage is built on what it was due for.

use super::intent::{BASELINE, record};
use super::reading::Reading;
use super::retries::writes;
use super::rounds::{FREIGHT, RECORD, SENT, freight, with_freight};
use crate::kargo::expression::{delimited, string};
use crate::kargo::stage::Variable;
use crate::kargo::step::set_metadata::{Update, Value};
use crate::kargo::step::{Step, set_metadata};
use crate::model::{Base, Dependent, Model, OnEnroll};
use std::rc::Rc;

/// Which base a Stage was promoted for.
const OF: &str = "of";
/// Since when that stands there.
const AT: &str = "at";
/// Milliseconds after which no reconciliation of a Stage is under way that does not know it.
const STAYS: u32 = 5000;
/// Freight that nobody has: names of Freight are digests.
const MISSING: &str = "none-before-the-record-stays";
/// For which images the Stage has let Freight pass.
const DUE: &str = "due";

/// What a Stage that dispatches does for the images that are not built on what is there already.
pub(super) struct Baseline {
    base: String,
    images: Vec<String>,
    soaks: bool,
}

impl Baseline {
    /// None if nothing is promoted by itself or everything is to be built.
    pub(super) fn new(model: &Model, base: &Base, dependents: &[&Dependent]) -> Option<Self> {
        let held = |dependent: &&&Dependent| is_held(dependent);
        let images: Vec<String> =
            dependents.iter().filter(held).map(|d| model.images[d.image].name.to_string()).collect();
        let soaks = dependents.iter().any(|dependent| dependent.policy.delay().is_some());
        (!images.is_empty()).then(|| Self { base: base.reference.to_string(), images, soaks })
    }

    /// The variable of the Stage that lists the images.
    pub(super) fn variable(&self) -> Variable {
        Variable { name: BASELINE, value: list(&self.images).into() }
    }

    /// What the plan has to know: whether this is the first that the Stage is given, and which images are not built on it.
    pub(super) fn reads(&self, reading: &mut Reading) {
        let unknown = if self.soaks { " or vars.record[ctx.stage] == nil" } else { "" };
        let due = if self.soaks { format!("fromJSON(vars.{BASELINE})") } else { "[]".to_owned() };
        let new = new(&self.base, "len(vars.stage) == 0");
        reading.reads.push(("stage", STAGE.to_owned()));
        reading.vars.extend([
            (
                "enrolls",
                format!(
                    r#"{new} or vars.order.{BASELINE} == true and vars.order.done in ["", ctx.promotion]{unknown}"#
                ),
            ),
            (
                "known",
                format!(
                    "vars.enrolls ? filter(fromJSON(vars.{BASELINE}), not (# in (vars.record.{DUE} ?? {due})) or vars.record[{} + #] != nil) : []",
                    string(SENT)
                ),
            ),
            (AT, at(&self.base)),
        ]);
        reading.outputs.extend([(BASELINE, "vars.enrolls"), (AT, "vars.at")].map(|(name, var)| (name, var.to_owned())));
    }

    /// What the record of the Freight has besides.
    pub(super) fn order() -> (String, Value) {
        (BASELINE.to_owned(), Value::Text(delimited(&format!("outputs.plan.{BASELINE}")).into()))
    }

    /// What is written down on the Stage.
    pub(super) fn marks(&self) -> Vec<(String, Value)> {
        marks(&self.base, &format!("outputs.plan.{AT}"))
    }

    /// The step that writes this once more, with what else is to stay there, and `values` on the Freight; the first time it does
    /// not end before that has stayed.
    pub(super) fn settle(&self, mut others: Vec<(String, Value)>, values: Value) -> Step {
        others.extend(marks(&self.base, "vars.at"));
        settle(&self.base, others, values)
    }
}

/// The variables and the steps of the Stage in which Freight waits, if what it lets pass makes a difference. `stages` are those
/// that take it from there.
pub(super) fn soak(
    model: &Model,
    base: &Base,
    stages: &[String],
    dependents: &[&Dependent],
) -> Option<(Vec<Variable>, Vec<Step>)> {
    if !dependents.iter().any(|dependent| is_held(dependent)) {
        return None;
    }
    let images: Vec<String> = dependents.iter().map(|d| model.images[d.image].name.to_string()).collect();
    let reference = base.reference.to_string();
    // Of older versions nothing is written down here, but where the Freight went.
    let others = format!("filter({}, stageMetadata(#) != nil)", list(stages));
    let empty = format!("len(vars.record.{DUE} ?? [{FREIGHT:?}]) == 0");
    let reading = Reading {
        reads: vec![("stage", STAGE.to_owned()), ("record", RECORD.to_owned()), ("others", others)],
        vars: vec![
            ("first", format!("{} or {empty}", new(&reference, "len(vars.stage) == 0 and len(vars.others) == 0"))),
            (AT, at(&reference)),
        ],
        outputs: [(BASELINE, "vars.first"), (AT, "vars.at")].map(|(name, var)| (name, var.to_owned())).into(),
    };
    let due = || {
        let due = format!("outputs.plan.{BASELINE} ? [] : fromJSON(vars.{DUE})");
        Value::Map(vec![(DUE.to_owned(), Value::Text(delimited(&due).into()))])
    };
    let marked = Update::stage(Value::Map(marks(&reference, &format!("outputs.plan.{AT}"))));
    let soak = set_metadata::step(record::SOAK, vec![Update::freight(&freight(), due()), marked]);
    let settle =
        settle(&reference, marks(&reference, "vars.at"), due()).when(delimited(&format!("outputs.plan.{BASELINE}")));
    let steps = reading.steps().into_iter().chain([soak, settle].map(|step| step.retried(writes(model))));
    Some((with_freight([Variable { name: DUE, value: list(&images).into() }]), steps.collect()))
}

/// What is written down on this Stage.
const STAGE: &str = "stageMetadata(ctx.stage) ?? {}";

/// Whether a Stage has never been promoted for this base; `never` says so of one that does not know its base.
fn new(base: &str, never: &str) -> String {
    let base = string(base);
    format!(r#"(vars.stage.{OF} ?? ({never} ? "" : {base})) != {base}"#)
}

fn marks(base: &str, at: &str) -> Vec<(String, Value)> {
    vec![(OF.to_owned(), Value::Text(base.into())), (AT.to_owned(), Value::Text(delimited(at).into()))]
}

/// Since when the base stands on the Stage.
fn at(base: &str) -> String {
    format!("{} ? vars.stage.{AT} ?? now().UnixMilli() : now().UnixMilli()", same(base))
}

fn same(base: &str) -> String {
    format!("vars.stage.{OF} == {}", string(base))
}

/// Only a first Promotion reads what stands there. The name of Freight that is not there is an error, after which Kargo tries the
/// step again.
fn settle(base: &str, marks: Vec<(String, Value)>, values: Value) -> Step {
    let first = format!("outputs.plan.{BASELINE}");
    let name = format!("quote({first} and not vars.stays ? {MISSING:?} : vars.{FREIGHT})");
    let updates = vec![Update::stage(Value::Map(marks)), Update::freight(&delimited(&name).into(), values)];
    set_metadata::step(record::SETTLE, updates).with(vec![
        var("stage", &format!("{first} ? {STAGE} : {{}}")),
        var("at", &format!("{first} ? ({}) : outputs.plan.{AT}", at(base))),
        var("stays", &format!("{} and now().UnixMilli() - vars.at >= {STAYS}", same(base))),
    ])
}

fn is_held(dependent: &Dependent) -> bool {
    dependent.policy.is_automatic() && dependent.on_enroll == OnEnroll::Baseline
}

/// A list of texts; without a delimiter it stays a text.
fn list(texts: &[String]) -> String {
    serde_json::to_string(texts).unwrap_or_default()
}

fn var(name: &'static str, expression: &str) -> Variable {
    Variable { name, value: Rc::from(delimited(expression)) }
}
