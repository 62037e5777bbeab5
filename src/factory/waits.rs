//! What a Stage waits for before it sends anything: its delay after an update, then its window. Each is a step that looks at the
//! clock; what is urgent waits for neither.

use super::intent::{DELAY, URGENT, record};
use super::reading::Reading;
use super::requests::{HostSteps, Waiting};
use super::window;
use crate::kargo::expression::{delimited, json, string};
use crate::kargo::stage::Variable;
use crate::kargo::step::Step;
use crate::model::{Duration, Model, Pace, Policy};
use std::rc::Rc;

/// Between two looks at the clock while an update is not old enough, at most; the last comes when it is.
const INTERVAL: Duration = Duration::hours(1);
/// More than one such interval: the step ends by itself only if Kargo could not look.
const PATIENCE: Duration = Duration::hours(2);

/// The variables and steps of a Stage that wait, if there is anything to send for these images.
pub(super) fn waits(
    model: &Model,
    host: &HostSteps<'_>,
    images: &[&str],
    policy: &Policy,
) -> (Vec<Variable>, Vec<Step>) {
    let (mut variables, mut steps) = (Vec::new(), Vec::new());
    let images = json(images);
    let urgent = if is_told(model, policy) { format!(" and not outputs.plan.{URGENT}") } else { String::new() };
    let due = format!("outputs.plan.{} and any({images}, not (# in outputs.plan.sent)){urgent}", host.word());
    let due: Rc<str> = delimited(&due).into();
    if let Some(delay) = policy.fixed_delay() {
        variables.push(Variable { name: DELAY.into(), value: delay.to_string().into() });
        steps.push(wait_for_delay(host, Rc::clone(&due), delay));
    }
    if let Some(schedule) = policy.schedule() {
        let (of_window, step) = window::wait(host, due, schedule);
        variables.extend(of_window);
        steps.push(step);
    }
    if let (Some(label), true) = (&model.urgent, is_told(model, policy)) {
        variables.push(Variable { name: URGENT.into(), value: label.to_string().into() });
    }
    (variables, steps)
}

/// What must hold before anything is sent: a Promotion that waited in vain sends nothing before its time.
pub(super) fn is_over(policy: &Policy) -> String {
    let over = |alias: &str| format!(" and status({}) in [\"Succeeded\", \"Skipped\"]", string(alias));
    let delay = policy.fixed_delay().map(|_| over(record::WAIT_FOR_DELAY));
    let window = policy.schedule().map(|_| over(record::WAIT_FOR_WINDOW));
    [delay, window].into_iter().flatten().collect()
}

/// Has the plan say whether the Promotion is urgent, and why: somebody made it (Kargo names no actor of Promotions that it makes
/// itself: v1.11.2 `pkg/webhook/kubernetes/promotion/webhook.go`, lines 218 and 403), or the Freight says so. It is read once,
/// at the beginning, where a read that fails is repeated; a step that waits is ended by aborting its Promotion.
pub(super) fn reads(model: &Model, policy: &Policy, reading: &mut Reading) {
    let Some(label) = model.urgent.as_ref().filter(|_| is_told(model, policy)) else { return };
    let actor = "ctx.meta.promotion.actor";
    let label = format!("vars.record[{}]", string(label));
    reading.vars.push((
        "reason",
        format!(
            r#"{label} != nil ? "said on the Freight: " + string({label}) : {actor} != "" ? "promoted by " + {actor} : """#
        ),
    ));
    reading.outputs.push((URGENT, r#"vars.reason != """#.to_owned()));
    reading.outputs.push(("reason", "quote(vars.reason)".to_owned()));
}

/// Whether the manifests say what is urgent: where something waits.
pub(super) fn is_told(model: &Model, policy: &Policy) -> bool {
    model.urgent.is_some() && (policy.fixed_delay().is_some() || policy.schedule().is_some())
}

/// The step that waits until so long after the first Promotion was made that nothing was sent for. It looks again when that is,
/// and once an hour: what it asks costs nothing.
fn wait_for_delay(host: &HostSteps<'_>, due: Rc<str>, delay: Duration) -> Step {
    let over = format!("outputs.plan.since + {}", delay.as_seconds() * 1000);
    let left = format!("int(ceil(({over} - now().UnixMilli()) / 1000))");
    let shortest = Pace::SHORTEST.as_seconds();
    // Kargo's schema of the step wants a number and a unit in the text as it is written too.
    let interval = format!("0h{}s", delimited(&format!("max({shortest}, min({}, {left}))", INTERVAL.as_seconds())));
    let waiting = Waiting {
        until: format!("now().UnixMilli() >= {}", delimited(&over)).into(),
        longest: delay.plus(PATIENCE),
        interval: INTERVAL,
        looks: Some(interval.into()),
    };
    host.wait_until(record::WAIT_FOR_DELAY.to_owned(), due, waiting)
}
