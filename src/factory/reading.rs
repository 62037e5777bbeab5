//! What a Promotion has to know of Kargo's API before it does anything.
//!
//! Kargo evaluates an expression of a step once for each start of it, and where a read in one fails, the step has failed for good,
//! whatever its `retry` says: that is for what a runner does (Kargo v1.11.2 `pkg/promotion/local_orchestrator.go`, lines 86 and
//! 129). So what must not be lost is read in two steps, of which the second reads only what the first could not. All that is
//! written down is written by runners, which try again, and depends on nothing else that is read.

use super::intent::record;
use crate::kargo::expression::delimited;
use crate::kargo::stage::Variable;
use crate::kargo::step::{Step, compose_output};
use std::borrow::Cow;

/// Expressions by their names.
type Named = Vec<(&'static str, String)>;

/// What is read, and what comes of it.
#[derive(Default)]
pub(super) struct Reading {
    /// Maps or lists of what is written down; none of them uses another.
    pub(super) reads: Named,
    /// What is worked out from these, each from those before it, without another read.
    pub(super) vars: Named,
    /// What the steps behind it see as `outputs.plan`.
    pub(super) outputs: Named,
    /// The same of hosts.
    pub(super) hosts: Vec<(String, String)>,
}

impl Reading {
    /// The steps `read` and `plan`.
    pub(super) fn steps(&self) -> [Step; 2] {
        self.steps_as(record::READ, record::PLAN)
    }

    /// The two steps, by their aliases. Those behind them see the outputs of the second.
    pub(super) fn steps_as(&self, first: &str, second: &str) -> [Step; 2] {
        let read = self.step(first, str::to_owned, |_, output| output.to_owned()).continues();
        let known = format!("outputs.{first} != nil");
        // Not by `??`: an output may be nothing, as an empty list is.
        let plan = self.step(
            second,
            |read| format!("{known} ? {{}} : {read}"),
            |name, output| format!("{known} ? outputs.{first}.{name} : {output}"),
        );
        [read, plan]
    }

    fn step(&self, alias: &str, read: impl Fn(&str) -> String, output: impl Fn(&str, &str) -> String) -> Step {
        let reads = self.reads.iter().map(|(name, expression)| (*name, read(expression)));
        let vars = reads.chain(self.vars.iter().cloned());
        let own = self.outputs.iter().map(|(name, expression)| (Cow::Borrowed(*name), expression));
        let all = own.chain(self.hosts.iter().map(|(word, expression)| (Cow::Owned(word.clone()), expression)));
        let outputs = all.map(|(name, expression)| {
            let value = delimited(&output(&name, expression));
            (name, value)
        });
        compose_output::step(alias, outputs).when(delimited("always()")).with(
            vars.map(|(name, expression)| Variable { name: name.into(), value: delimited(&expression).into() })
                .collect(),
        )
    }
}
