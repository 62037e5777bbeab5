//! The digest that a base has when rebuilds for it begin: it is written down, and what comes after it is built on.
//!
//! | written down on | key | what |
//! |---|---|---|
//! | Stage | `of`, `at` | the base that it was promoted for, of another one everything is new; and since when that stands there |
//! | Stage | `bases`, `times` | the same of a Stage that is promoted for several bases, for each |
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

use super::intent::{BASELINE, BASES, record};
use super::moved::Moved;
use super::reading::Reading;
use super::retries::writes;
use super::rounds::{FREIGHT, RECORD, SENT, freight, with_freight};
use crate::kargo::expression::{delimited, json, string};
use crate::kargo::stage::Variable;
use crate::kargo::step::set_metadata::{Update, Value};
use crate::kargo::step::{Step, set_metadata};
use crate::model::{Base, Dependent, Model, OnEnroll};
use std::rc::Rc;

/// Which base a Stage was promoted for.
const OF: &str = "of";
/// Since when that stands there.
const AT: &str = "at";
/// The same of a Stage that is promoted for several bases: by Warehouse.
const OF_EACH: &str = "bases";
const AT_EACH: &str = "times";
/// Milliseconds after which no reconciliation of a Stage is under way that does not know it.
const STAYS: u32 = 5000;
/// Freight that nobody has: names of Freight are digests.
const MISSING: &str = "none-before-the-record-stays";
/// For which images the Stage has let Freight pass.
const DUE: &str = "due";

/// What a Stage that dispatches does for the images that are not built on what is there already.
pub(super) struct Baseline<'a> {
    moved: &'a Moved<'a>,
    /// For each base the images, if there is more than one base.
    images: Vec<Vec<&'a str>>,
    soaks: bool,
}

impl<'a> Baseline<'a> {
    /// None if nothing is promoted by itself or everything is to be built.
    pub(super) fn new(model: &'a Model, moved: &'a Moved<'a>, dependents: &[&Dependent]) -> Option<Self> {
        let held = |dependents: &[&Dependent]| {
            let held = dependents.iter().filter(|dependent| is_held(dependent));
            held.map(|dependent| model.images[dependent.image].name.as_str()).collect()
        };
        let images: Vec<Vec<&str>> = match moved {
            Moved::Always(_) => vec![held(dependents)],
            Moved::OneOf(_) => dependents.chunks(1).map(held).collect(),
        };
        let soaks = dependents.iter().any(|dependent| dependent.policy.delay().is_some());
        images.iter().any(|images| !images.is_empty()).then_some(Self { moved, images, soaks })
    }

    /// The variable of the Stage that lists the images.
    pub(super) fn variable(&self) -> Variable {
        let lists = self.images.iter().map(|images| serde_json::json!(images)).collect();
        Variable { name: BASELINE.into(), value: self.moved.by_base(lists).into() }
    }

    /// What the plan has to know: whether this is the first that the Stage is given, and which images are not built on it.
    pub(super) fn reads(&self, reading: &mut Reading) {
        let unknown = if self.soaks { " or vars.record[ctx.stage] == nil" } else { "" };
        let list = self.moved.of(&format!("fromJSON(vars.{BASELINE})"));
        let due = if self.soaks { &list } else { "[]" };
        let new = new(self.moved, "len(vars.stage) == 0");
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
                    "vars.enrolls ? filter({list}, not (# in (vars.record.{DUE} ?? {due})) or vars.record[{} + #] != nil) : []",
                    string(SENT)
                ),
            ),
            (AT, at(self.moved)),
        ]);
        reading
            .outputs
            .extend([(BASELINE, "vars.enrolls".to_owned()), (AT, self.moved.with(&kept_at(self.moved), "vars.at"))]);
        if let Moved::OneOf(_) = self.moved {
            reading.outputs.push((OF, self.moved.with(&kept_of(self.moved), &self.moved.reference())));
        }
    }

    /// What the record of the Freight has besides.
    pub(super) fn order() -> (String, Value) {
        (BASELINE.to_owned(), Value::Text(delimited(&format!("outputs.plan.{BASELINE}")).into()))
    }

    /// What is written down on the Stage.
    pub(super) fn marks(&self) -> Vec<(String, Value)> {
        marks(self.moved, "outputs.plan")
    }

    /// The step that writes this once more, with what else is to stay there, and `values` on the Freight; the first time it does
    /// not end before that has stayed.
    pub(super) fn settle(&self, mut others: Vec<(String, Value)>, values: Value) -> Step {
        others.extend(marks(self.moved, "vars"));
        settle(self.moved, others, values)
    }
}

/// The Stages that take Freight from one in which it waits.
#[derive(Default)]
pub(super) struct Waiting {
    /// Those that are for this base alone.
    pub(super) of_base: Vec<String>,
    /// Those of images, which are for other bases too.
    pub(super) of_images: Vec<String>,
}

/// The variables and the steps of the Stage in which Freight waits, if what it lets pass makes a difference.
pub(super) fn soak(
    model: &Model,
    base: &Base,
    stages: &Waiting,
    dependents: &[&Dependent],
) -> Option<(Vec<Variable>, Vec<Step>)> {
    if !dependents.iter().any(|dependent| is_held(dependent)) {
        return None;
    }
    let images: Vec<String> = dependents.iter().map(|d| model.images[d.image].name.to_string()).collect();
    let moved = &Moved::Always(base);
    // Of older versions nothing is written down here, but where the Freight went.
    let names: Vec<String> = stages.of_base.iter().chain(&stages.of_images).cloned().collect();
    let mut before = "stageMetadata(#) != nil".to_owned();
    if !stages.of_images.is_empty() {
        // For which of their bases these were promoted, they know, if they know of any.
        let known = format!("{} in keys(stageMetadata(#).{OF_EACH})", string(&base.name.warehouse()));
        before = format!("{before} and (stageMetadata(#).{OF_EACH} == nil or {known})");
    }
    let others = format!("filter({}, {before})", json(&names));
    let empty = format!("len(vars.record.{DUE} ?? [{FREIGHT:?}]) == 0");
    let reading = Reading {
        hosts: Vec::new(),
        reads: vec![("stage", STAGE.to_owned()), ("record", RECORD.to_owned()), ("others", others)],
        vars: vec![
            ("first", format!("{} or {empty}", new(moved, "len(vars.stage) == 0 and len(vars.others) == 0"))),
            (AT, at(moved)),
        ],
        outputs: [(BASELINE, "vars.first"), (AT, "vars.at")].map(|(name, var)| (name, var.to_owned())).into(),
    };
    let due = || {
        let due = format!("outputs.plan.{BASELINE} ? [] : fromJSON(vars.{DUE})");
        Value::Map(vec![(DUE.to_owned(), Value::Text(delimited(&due).into()))])
    };
    let marked = Update::stage(Value::Map(marks(moved, "outputs.plan")));
    let soak = set_metadata::step(record::SOAK, vec![Update::freight(&freight(), due()), marked]);
    let settle = settle(moved, marks(moved, "vars"), due()).when(delimited(&format!("outputs.plan.{BASELINE}")));
    let steps = reading.steps().into_iter().chain([soak, settle].map(|step| step.retried(writes(model))));
    Some((with_freight([Variable { name: DUE.into(), value: json(&images).into() }]), steps.collect()))
}

/// What is written down on this Stage.
const STAGE: &str = "stageMetadata(ctx.stage) ?? {}";

/// Which base the Stage was promoted for, or which bases. One that does not know its bases has been promoted for all of them, if it
/// knows anything.
fn kept_of(moved: &Moved<'_>) -> String {
    match moved {
        Moved::Always(_) => format!("vars.stage.{OF}"),
        Moved::OneOf(_) => format!("vars.stage.{OF_EACH} ?? (len(vars.stage) == 0 ? {{}} : fromJSON(vars.{BASES}))"),
    }
}

/// Since when that stands there.
fn kept_at(moved: &Moved<'_>) -> String {
    match moved {
        Moved::Always(_) => format!("vars.stage.{AT}"),
        Moved::OneOf(_) => format!("vars.stage.{AT_EACH} ?? {{}}"),
    }
}

/// Whether a Stage has never been promoted for this base; `never` says so of one that does not know its base.
fn new(moved: &Moved<'_>, never: &str) -> String {
    let (of, base) = (moved.of(&kept_of(moved)), moved.reference());
    match moved {
        Moved::Always(_) => format!(r#"({of} ?? ({never} ? "" : {base})) != {base}"#),
        Moved::OneOf(_) => format!(r#"({of} ?? "") != {base}"#),
    }
}

/// What is written down on the Stage, as `from` has it.
fn marks(moved: &Moved<'_>, from: &str) -> Vec<(String, Value)> {
    let of = |name: &str| Value::Text(delimited(&format!("{from}.{name}")).into());
    match moved {
        Moved::Always(base) => {
            vec![(OF.to_owned(), Value::Text(base.reference.to_string().into())), (AT.to_owned(), of(AT))]
        }
        Moved::OneOf(_) => vec![(OF_EACH.to_owned(), of(OF)), (AT_EACH.to_owned(), of(AT))],
    }
}

/// Since when the base stands on the Stage.
fn at(moved: &Moved<'_>) -> String {
    format!("{} ? {} ?? now().UnixMilli() : now().UnixMilli()", same(moved), moved.of(&kept_at(moved)))
}

fn same(moved: &Moved<'_>) -> String {
    format!("{} == {}", moved.of(&kept_of(moved)), moved.reference())
}

/// Only a first Promotion reads what stands there. The name of Freight that is not there is an error, after which Kargo tries the
/// step again.
fn settle(moved: &Moved<'_>, marks: Vec<(String, Value)>, values: Value) -> Step {
    let first = format!("outputs.plan.{BASELINE}");
    let name = format!("quote({first} and not vars.stays ? {MISSING:?} : vars.{FREIGHT})");
    let updates = vec![Update::stage(Value::Map(marks)), Update::freight(&delimited(&name).into(), values)];
    let now = moved.with(&kept_at(moved), &format!("({})", at(moved)));
    let mut vars = vec![
        var("stage", &format!("{first} ? {STAGE} : {{}}")),
        var("at", &format!("{first} ? {now} : outputs.plan.{AT}")),
        var("stays", &format!("{} and now().UnixMilli() - {} >= {STAYS}", same(moved), moved.of("vars.at"))),
    ];
    if let Moved::OneOf(_) = moved {
        let now = moved.with(&kept_of(moved), &moved.reference());
        vars.push(var(OF, &format!("{first} ? {now} : outputs.plan.{OF}")));
    }
    set_metadata::step(record::SETTLE, updates).with(vars)
}

fn is_held(dependent: &Dependent) -> bool {
    dependent.policy.is_automatic() && dependent.on_enroll == OnEnroll::Baseline
}

fn var(name: &'static str, expression: &str) -> Variable {
    Variable { name: name.into(), value: Rc::from(delimited(expression)) }
}
