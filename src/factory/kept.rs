//! What a Stage that rebuilds writes down, on the Freight and on itself, beside what was sent ([`super::rounds`]).
//!
//! | written down on | key | what |
//! |---|---|---|
//! | Freight | `since`, below the name of the Stage | since when dispatches count |
//! | Freight | `done` | which Promotion was the last that all of them were sent by, if one was |
//! | Freight | `previous` | the digest that the base had before, where somebody is told of it |
//! | Stage | `last` | whose Freight it was promoted for |
//! | Stage | `digest` | the digest of that, by base where there are several |

use super::baseline::Baseline;
use super::intent::{DIGEST, URGENT, record};
use super::moved::Moved;
use super::reading::Reading;
use super::rounds::{LAST, freight};
use crate::grammar::kubernetes::ObjectName;
use crate::kargo::expression::delimited;
use crate::kargo::step::set_metadata::{Update, Value};
use crate::kargo::step::{Step, set_metadata};

/// The output and the key of the digest before.
pub(super) const PREVIOUS: &str = "previous";

/// What is to be kept.
pub(super) struct Kept<'a> {
    pub(super) stage: &'a ObjectName,
    pub(super) baseline: Option<&'a Baseline<'a>>,
    /// Whose digest is kept, if it is.
    pub(super) previous: Option<&'a Moved<'a>>,
}

impl Kept<'_> {
    /// What the plan has to know of it.
    pub(super) fn reads(&self, reading: &mut Reading) {
        if let Some(baseline) = self.baseline {
            baseline.reads(reading);
        }
        let Some(moved) = self.previous else { return };
        let nothing = if let Moved::Always(_) = moved { "\"\"" } else { "{}" };
        reading.reads.push(("digests", format!("stageMetadata(ctx.stage)?.{DIGEST} ?? {nothing}")));
        let before = format!(r#"vars.order.{PREVIOUS} ?? {} ?? """#, moved.of("vars.digests"));
        reading.vars.push(("digest", moved.digest()));
        reading.outputs.extend([(PREVIOUS, before), (DIGEST, moved.with("vars.digests", "vars.digest"))]);
    }

    /// Writes down since when dispatches count for this Freight, before the first is sent.
    pub(super) fn begin(&self, urgent: bool) -> [Step; 2] {
        let carried = Value::Text(delimited("outputs.plan.carried").into());
        let mut marks = self.marks();
        marks.extend(self.baseline.into_iter().flat_map(Baseline::marks));
        let mut updates = vec![Update::freight(&freight(), self.order("")), Update::stage(Value::Map(marks))];
        if urgent {
            let reason = Value::Text(delimited("quote(outputs.plan.reason)").into());
            updates.push(Update::freight(&freight(), Value::Map(vec![(format!("{URGENT}-{}", self.stage), reason)])));
        }
        [
            set_metadata::step(record::CARRY, vec![Update::freight(&freight(), carried)])
                .when(delimited("len(outputs.plan.carried) > 0")),
            set_metadata::step(record::BEGIN, updates).when(delimited("always()")),
        ]
    }

    /// Writes once more what stands on the Stage.
    pub(super) fn settle(&self) -> Step {
        let step = match self.baseline {
            Some(baseline) => baseline.settle(self.marks(), self.order("")),
            None => set_metadata::step(record::SETTLE, vec![Update::stage(Value::Map(self.marks()))]),
        };
        step.when(delimited("always()"))
    }

    /// Writes down that everything was sent, unless something before it has failed.
    pub(super) fn finish(&self) -> Step {
        set_metadata::step(record::FINISH, vec![Update::freight(&freight(), self.order(&delimited("ctx.promotion")))])
    }

    /// What stands on the Stage.
    fn marks(&self) -> Vec<(String, Value)> {
        let digest = self.previous.map(|_| (DIGEST.to_owned(), output(DIGEST)));
        [(LAST.to_owned(), Value::Text(freight()))].into_iter().chain(digest).collect()
    }

    /// What stands on the Freight for this Stage.
    fn order(&self, done: &str) -> Value {
        let mut order = vec![("since".to_owned(), output("since")), ("done".to_owned(), Value::Text(done.into()))];
        order.extend(self.baseline.map(|_| Baseline::order()));
        order.extend(self.previous.map(|_| (PREVIOUS.to_owned(), output(PREVIOUS))));
        Value::Map(vec![(self.stage.to_string(), Value::Map(order))])
    }
}

fn output(name: &str) -> Value {
    Value::Text(delimited(&format!("outputs.plan.{name}")).into())
}
