//! The steps of one image in a Stage that rebuilds ([`super::rounds`]): what asks, what writes down that it was taken, and what waits
//! for the run.

use super::intent::Purpose;
use super::intent::record::READY;
use super::moved::Moved;
use super::requests::{Dispatch, HostSteps};
use super::rounds::{FREIGHT, SENT, freight};
use super::runs;
use crate::kargo::expression::{delimited, string};
use crate::kargo::stage::Variable;
use crate::kargo::step::set_metadata::{Update, Value};
use crate::kargo::step::{Retry, Step, set_metadata};
use crate::model::{Dependent, ManagedImage};
use std::rc::Rc;

/// What the images of a Stage have in common.
pub(super) struct Round<'a> {
    pub(super) moved: &'a Moved<'a>,
    /// What else must hold for a try, behind a condition.
    pub(super) goes_on: String,
    /// Of what writes something down.
    pub(super) retry: Retry,
    /// Whether a step tells all that was not dispatched, so that none needs to stop the others.
    pub(super) reports: bool,
}

/// The steps of one image.
pub(super) struct OfImage {
    /// The variable with its bodies, if it has several.
    pub(super) bodies: Option<Variable>,
    /// Asks once, and writes down that this was taken.
    pub(super) first: [Step; 2],
    /// Asks until it is taken or refused, and writes that down.
    pub(super) second: [Step; 2],
    /// Waits for the run, if that is wanted.
    pub(super) third: Option<Step>,
}

impl Round<'_> {
    /// The steps for an image and its uses of the bases, of which `dependent` is the first.
    pub(super) fn of(
        &self,
        host: &HostSteps<'_>,
        image: &ManagedImage,
        (dependent, uses): (&Dependent, &[&Dependent]),
    ) -> OfImage {
        let run = runs::wanted(dependent, image);
        let name = string(&image.name);
        let mut dispatch = Dispatch {
            what: format!("rebuild of {}", image.name),
            pipeline: &image.source.pipeline,
            branch: &image.source.branch,
            inputs: &dependent.inputs,
            body: None,
            run: run.map(|(run, _)| run),
        };
        let (bodies, body) = self.moved.body(host, &dispatch, uses).unzip();
        dispatch.body = body;
        let key = format!("{SENT}{}", image.name);
        let sent: Rc<str> = delimited("now().UnixMilli()").into();
        let write = |purpose: Purpose, of: &str| {
            let mut values = vec![(key.clone(), Value::Text(Rc::clone(&sent)))];
            values.extend(run.map(|_| runs::kept(&image.name, of)));
            set_metadata::step(purpose.alias(&image.name), vec![Update::freight(&freight(), Value::Map(values))])
                .when(delimited(&format!("status({}) == \"Succeeded\"", string(of))))
                .retried(self.retry.clone())
        };
        let (word, goes_on) = (host.word(), &self.goes_on);
        let alias = Purpose::Try.alias(&image.name);
        let due = format!("outputs.plan.{word} and not ({name} in outputs.plan.sent) and {goes_on}");
        let tried = write(Purpose::Tried, &alias);
        let first = [host.try_once(alias, &dispatch, delimited(&due).into()), tried];
        let alias = Purpose::Trigger.alias(&image.name);
        // The record is read again: a Promotion that is cut off in this round goes on with the step that it waited in.
        let due = format!(
            "{name} in outputs.{READY}.{word} and now().UnixMilli() < outputs.{READY}.end and (freightMetadata(vars.{FREIGHT})?.[{}] ?? 0) < outputs.plan.since",
            string(&key)
        );
        let triggered = write(Purpose::Triggered, &alias);
        let trigger = host.trigger(alias, &dispatch, delimited(&due).into());
        let second = [if self.reports { trigger.continues() } else { trigger }, triggered];
        let third = run.map(|(run, timeout)| runs::wait(host, image, run, *timeout));
        OfImage { bodies, first, second, third }
    }
}
