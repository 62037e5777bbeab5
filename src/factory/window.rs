//! The windows of a Stage: the expression for whether they are open, and the step that waits until they are.

use super::intent::{SCHEDULE, record};
use super::requests::{HostSteps, Waiting};
use crate::grammar::schedule::{MONDAY, Opening, Schedule};
use crate::grammar::window::WEEK;
use crate::kargo::expression::{delimited, json};
use crate::kargo::stage::Variable;
use crate::kargo::step::Step;
use crate::model::Duration;
use std::rc::Rc;

/// Between two looks at the clock.
const INTERVAL: Duration = Duration::minutes(5);
/// The variable with the expression for whether a Stage is open.
const OPEN: &str = "open";

/// The variables of a Stage and the step that waits for its schedule, if a condition holds. The variables are what people and `diff`
/// read, and what Kargo compares.
pub(super) fn wait(host: &HostSteps<'_>, due: Rc<str>, schedule: &Schedule) -> ([Variable; 2], Step) {
    let opening = schedule.opening();
    let variables = [
        Variable { name: SCHEDULE.into(), value: schedule.to_string().into() },
        Variable { name: OPEN.into(), value: open(&opening).into() },
    ];
    let waiting = Waiting {
        until: delimited(&format!("vars.{OPEN}")).into(),
        longest: opening.longest_closed(),
        interval: INTERVAL,
        looks: None,
    };
    (variables, host.wait_until(record::WAIT_FOR_WINDOW.to_owned(), due, waiting))
}

/// Whether it is open now, in numbers alone: Kargo's image knows no time zones.
fn open(Opening { week, offsets, closed }: &Opening) -> String {
    let local = match offsets.as_slice() {
        [(_, 0)] => "at".to_owned(),
        [(_, offset)] => format!("at + {offset}"),
        // An index after `findLast`, or after the `last(filter(...))` that becomes one, is lost (expr v1.17.8).
        _ => format!("at + reduce({}, #[0] <= at ? #[1] : #acc, 0)", json(offsets)),
    };
    let closed = match closed.as_slice() {
        [] => String::new(),
        _ => format!(" and none({}, #[0] <= at and at < #[1])", json(closed)),
    };
    format!(
        "let at = int(now().Unix()); let minute = (int(floor(({local}) / 60)) + {MONDAY}) % {WEEK}; any({}, #[0] <= minute and minute < #[1]){closed}",
        json(week)
    )
}
