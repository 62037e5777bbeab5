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
use super::requests::retry;
use super::rounds::{FREIGHT, SENT, freight, with_freight};
use crate::kargo::expression::{delimited, string};
use crate::kargo::stage::Variable;
use crate::kargo::step::set_metadata::{Update, Value};
use crate::kargo::step::{Retry, Step, set_metadata};
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
    retry: Retry,
}

impl Baseline {
    /// None if nothing is promoted by itself or everything is to be built.
    pub(super) fn new(model: &Model, base: &Base, dependents: &[&Dependent]) -> Option<Self> {
        let held = |dependent: &&&Dependent| is_held(dependent);
        let images: Vec<String> =
            dependents.iter().filter(held).map(|d| model.images[d.image].name.to_string()).collect();
        let soaks = dependents.iter().any(|dependent| dependent.policy.delay().is_some());
        (!images.is_empty()).then(|| Self { base: base.reference.to_string(), images, soaks, retry: retry(model) })
    }

    /// The variable of the Stage that lists the images.
    pub(super) fn variable(&self) -> Variable {
        Variable { name: BASELINE, value: list(&self.images).into() }
    }

    /// What the plan has to know: whether this is the first that the Stage is given, and which images are not built on it.
    pub(super) fn of_plan(&self) -> Vec<Variable> {
        let unknown = if self.soaks { " or vars.record[ctx.stage] == nil" } else { "" };
        let due = if self.soaks { format!("fromJSON(vars.{BASELINE})") } else { "[]".to_owned() };
        let new = new(&self.base, "len(vars.stage) == 0");
        vec![
            var("stage", STAGE),
            var(
                "enrolls",
                &format!(
                    r#"{new} or vars.order.{BASELINE} == true and vars.order.done in ["", ctx.promotion]{unknown}"#
                ),
            ),
            var(
                "known",
                &format!(
                    "vars.enrolls ? filter(fromJSON(vars.{BASELINE}), not (# in (vars.record.{DUE} ?? {due})) or vars.record[{} + #] != nil) : []",
                    string(SENT)
                ),
            ),
        ]
    }

    /// The output of the plan that the record keeps.
    pub(super) fn output() -> (&'static str, String) {
        (BASELINE, delimited("vars.enrolls"))
    }

    /// What the record of the Freight has besides.
    pub(super) fn order() -> (String, Value) {
        (BASELINE.to_owned(), Value::Text(delimited(&format!("outputs.plan.{BASELINE}")).into()))
    }

    /// What is written down on the Stage.
    pub(super) fn marks(&self) -> Vec<(String, Value)> {
        marks(&self.base)
    }

    /// Writes once more on the Freight when what is written down on the Stage stays, and fails before.
    pub(super) fn stays(values: Value) -> Update {
        stays(&format!("outputs.plan.{BASELINE}"), values)
    }

    /// What that needs.
    pub(super) fn variables_of_marks(&self) -> Vec<Variable> {
        variables_of_marks(&self.base)
    }

    /// For as long as a dispatch is tried: what is not written down would be taken for new once more.
    pub(super) fn retry(&self) -> Retry {
        self.retry.clone()
    }
}

/// The variables and the step of the Stage in which Freight waits, if what it lets pass makes a difference. `stages` are those
/// that take it from there.
pub(super) fn soak(
    model: &Model,
    base: &Base,
    stages: &[String],
    dependents: &[&Dependent],
) -> Option<(Vec<Variable>, Step)> {
    if !dependents.iter().any(|dependent| is_held(dependent)) {
        return None;
    }
    let images: Vec<String> = dependents.iter().map(|d| model.images[d.image].name.to_string()).collect();
    let reference = base.reference.to_string();
    // Of older versions nothing is written down here, but where the Freight went.
    let never = format!("len(vars.stage) == 0 and all({}, stageMetadata(#) == nil)", list(stages));
    let empty = format!("len(freightMetadata(vars.{FREIGHT})?.{DUE} ?? [{FREIGHT:?}]) == 0");
    let first = format!("{} or {empty}", new(&reference, &never));
    let due = || {
        let due = format!("vars.first ? [] : fromJSON(vars.{DUE})");
        Value::Map(vec![(DUE.to_owned(), Value::Text(delimited(&due).into()))])
    };
    let marks = Update::stage(Value::Map(marks(&reference)));
    let updates = vec![Update::freight(&freight(), due()), marks, stays("vars.first", due())];
    let mut vars = variables_of_marks(&reference);
    vars.push(var("first", &first));
    let step = set_metadata::step(record::SOAK, updates).retried(retry(model)).with(vars);
    Some((with_freight([Variable { name: DUE, value: list(&images).into() }]), step))
}

/// What is written down on this Stage.
const STAGE: &str = "stageMetadata(ctx.stage) ?? {}";

/// Whether a Stage has never been promoted for this base; `never` says so of one that does not know its base.
fn new(base: &str, never: &str) -> String {
    let base = string(base);
    format!(r#"(vars.stage.{OF} ?? ({never} ? "" : {base})) != {base}"#)
}

fn marks(base: &str) -> Vec<(String, Value)> {
    vec![(OF.to_owned(), Value::Text(base.into())), (AT.to_owned(), Value::Text(delimited("vars.at").into()))]
}

fn variables_of_marks(base: &str) -> Vec<Variable> {
    let same = format!("vars.stage.{OF} == {}", string(base));
    let at = format!("{same} ? vars.stage.{AT} ?? now().UnixMilli() : now().UnixMilli()");
    vec![
        var("stage", STAGE),
        var("at", &at),
        var("stays", &format!("{same} and now().UnixMilli() - vars.at >= {STAYS}")),
    ]
}

/// The name of Freight that is not there is an error, after which Kargo tries the step again.
fn stays(first: &str, values: Value) -> Update {
    let name = format!("quote({first} and not vars.stays ? {MISSING:?} : vars.{FREIGHT})");
    Update::freight(&delimited(&name).into(), values)
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
