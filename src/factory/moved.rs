//! Which base a Promotion is for: the one of its Stage, or the one of several whose Freight it has.
//!
//! A Stage that requests Freight of several Warehouses is promoted once for each of them that moves, one Promotion after the other, and
//! each can tell whose Freight it has (Kargo v1.11.2 `pkg/controller/stages/regular_stages.go`, `autoPromoteFreight`;
//! `pkg/promotion/evaluator.go`). One Warehouse with several subscriptions would make one Freight of all, but takes no two tags of
//! one repository (`pkg/webhook/kubernetes/warehouse/webhook.go`, `validateSub`), and would look at each base once for every image.
//! So the first Promotion waits, the others wait for it, and find that what they are for was sent after they were made.

use super::intent::{BASES, BODIES, TOGETHER, record};
use super::placeholders;
use super::requests::{Dispatch, HostSteps, Waiting};
use crate::grammar::kubernetes::Shard;
use crate::kargo::expression::{delimited, json, string};
use crate::kargo::stage::Variable;
use crate::kargo::step::Step;
use crate::model::{Base, Dependent, Duration, ManagedImage, Model, Pace, Policy};
use serde_json::Value;
use std::collections::BTreeMap;

/// The variable with the name of the Warehouse whose Freight is promoted, and an expression for that.
const BASE: &str = "base";
const ORIGIN: &str = "vars.base";

/// How often the clock is looked at while a rebuild waits for other bases, and the shortest and the longest time between: Kargo
/// makes less than ten seconds ten (v1.11.2 `pkg/controller/promotions/promotions.go`, `calculateRequeueInterval`).
const LOOKS: u64 = 10;
const SHORTEST: Duration = Duration::seconds(10);
const LONGEST: Duration = Duration::minutes(5);

/// The bases that a Stage is promoted for.
pub(super) enum Moved<'a> {
    /// One.
    Always(&'a Base),
    /// Several, by name; or one that others may join.
    OneOf(Vec<&'a Base>),
}

impl<'a> Moved<'a> {
    /// Its bases.
    pub(super) fn bases(&self) -> &[&'a Base] {
        match self {
            Self::Always(base) => std::slice::from_ref(base),
            Self::OneOf(bases) => bases,
        }
    }

    /// Which of Kargo's controllers looks after the Stage: that of its bases if they have one, else that of everything.
    pub(super) fn shard<'m>(&'m self, model: &'m Model) -> Option<&'m Shard> {
        let mut shards = self.bases().iter().map(|base| base.shard.as_ref());
        let first = shards.next().flatten();
        if shards.all(|shard| shard == first) { first } else { model.shard.as_ref() }
    }

    /// What one Promotion rebuilds: each image with its uses of the bases, the first beforehand. `dependents` are one of each image,
    /// or of one image one for each base.
    pub(super) fn targets<'d>(
        &self,
        dependents: &'d [&'d Dependent],
    ) -> impl Iterator<Item = (&'d Dependent, &'d [&'d Dependent])> {
        let size = if matches!(self, Self::Always(_)) { 1 } else { dependents.len().max(1) };
        dependents.chunks(size).filter_map(|uses| Some((*uses.first()?, uses)))
    }

    /// The variables by which expressions know what moved.
    pub(super) fn variables(&self) -> Vec<Variable> {
        let Self::OneOf(bases) = self else { return Vec::new() };
        let bases = bases.iter().map(|base| (base.name.warehouse().to_string(), base.reference.to_string().into()));
        let bases = Variable { name: BASES.into(), value: json(&bases.collect::<BTreeMap<String, Value>>()).into() };
        vec![bases, Variable { name: BASE.into(), value: delimited("quote(ctx.targetFreight.origin.name)").into() }]
    }

    /// An expression for the reference of what moved.
    pub(super) fn reference(&self) -> String {
        match self {
            Self::Always(base) => string(&base.reference.to_string()),
            Self::OneOf(_) => format!("fromJSON(vars.{BASES})[{ORIGIN}]"),
        }
    }

    /// An expression for the digest that it has now.
    pub(super) fn digest(&self) -> String {
        match self {
            Self::Always(base) => format!("imageFrom({}).Digest", string(&base.reference.repo_url())),
            Self::OneOf(_) => format!(
                r#"let base = {}; imageFrom(base[:lastIndexOf(base, ":")], warehouse({ORIGIN})).Digest"#,
                self.reference()
            ),
        }
    }

    /// Of something that is kept for each base, that for the one that moved.
    pub(super) fn of(&self, kept: &str) -> String {
        match self {
            Self::Always(_) => kept.to_owned(),
            Self::OneOf(_) => format!("({kept})[{ORIGIN}]"),
        }
    }

    /// What is kept for each base, with another value for the one that moved and none for those that went.
    pub(super) fn with(&self, kept: &str, value: &str) -> String {
        match self {
            Self::Always(_) => value.to_owned(),
            // As text: a map that an expression makes is none to Kargo.
            Self::OneOf(_) => format!(
                r#""{{" + join(concat(map(filter(toPairs({kept}), #[0] != {ORIGIN} and #[0] in keys(fromJSON(vars.{BASES}))), toJSON(#[0]) + ":" + toJSON(#[1])), [toJSON({ORIGIN}) + ":" + toJSON({value})]), ",") + "}}""#
            ),
        }
    }

    /// A text that is kept for each base: as it is, or as JSON by the name of the Warehouse.
    pub(super) fn by_base(&self, texts: Vec<Value>) -> String {
        match self {
            Self::Always(_) => texts.first().map(Value::to_string).unwrap_or_default(),
            Self::OneOf(bases) => {
                let names = bases.iter().map(|base| base.name.warehouse().to_string());
                json(&names.zip(texts).collect::<BTreeMap<_, _>>())
            }
        }
    }

    /// The variable with the bodies of a dispatch by what moved, and the body that takes one of them; none if there is but one.
    pub(super) fn body(
        &self,
        host: &HostSteps<'_>,
        dispatch: &Dispatch<'_>,
        uses: &[&Dependent],
    ) -> Option<(Variable, String)> {
        let Self::OneOf(_) = self else { return None };
        let bodies: Vec<String> =
            uses.iter().map(|dependent| host.body(dispatch, &dependent.inputs)).collect::<Option<_>>()?;
        if bodies.iter().all(|body| *body == bodies[0]) {
            return None;
        }
        let bodies = bodies.iter().map(|body| Value::from(placeholders::kept(body)));
        let value = self.by_base(bodies.collect());
        // Here, since what an expression takes from a variable is not evaluated again.
        let value = host.evaluated(value);
        let kept = self.of(&format!("fromJSON(vars.{BODIES})"));
        let body = format!("\"{}\"", delimited(&placeholders::now(kept, &value)));
        Some((Variable { name: BODIES.into(), value: value.into() }, body))
    }

    /// How quickly the rebuilds of its base go out, and how many they are, if there are pauses between them. One image of several
    /// bases has none.
    pub(super) fn pace(&self, dependents: &[&Dependent]) -> Option<(Pace, usize)> {
        let Self::Always(base) = self else { return None };
        let count = dependents.len();
        base.pace.filter(|pace| pace.pauses(count) > 0).map(|pace| (pace, count))
    }

    /// How long a rebuild waits for other bases to move too, if it does. Whoever promotes a Stage by hand waits for nothing.
    pub(super) fn together(&self, model: &Model, policy: &Policy, dependents: &[&Dependent]) -> Option<Duration> {
        model.images[dependents.first()?.image].rebuilds.waits(self.bases().len(), policy)
    }

    /// The variable that says so, and the step that waits.
    pub(super) fn wait(host: &HostSteps<'_>, image: &ManagedImage, together: Duration) -> (Variable, Step) {
        let due = format!("outputs.plan.{} and not ({} in outputs.plan.sent)", host.word(), string(&image.name));
        let end = delimited(&format!("outputs.plan.since + {}", together.as_seconds() * 1000));
        let until = format!("now().UnixMilli() >= {end}");
        let variable = Variable { name: TOGETHER.into(), value: together.to_string().into() };
        let seconds = |seconds| Duration::seconds(u32::try_from(seconds).unwrap_or(u32::MAX));
        let interval = seconds(together.as_seconds() / LOOKS).clamp(SHORTEST, LONGEST);
        // It has looked once more before it is given up.
        let longest = seconds(together.as_seconds() + 2 * interval.as_seconds());
        let waiting = Waiting { until: until.into(), longest, interval, looks: None };
        let step = host.wait_until(record::WAIT_FOR_BASES.to_owned(), delimited(&due).into(), waiting);
        (variable, step)
    }
}
