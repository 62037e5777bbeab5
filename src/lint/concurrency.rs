//! A workflow without `concurrency`: a dispatch can arrive twice, and two bases can move at once.
//!
//! GitHub runs one of a group at a time and keeps one more waiting; a newer one takes the place of that which waits
//! (docs.github.com, "Control the concurrency of workflows and jobs"). So images, branches and pull requests that share a
//! workflow need groups of their own.

use super::Context;
use super::target::by_workflow;
use crate::diagnostic::{Code, Diagnostic};

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for targets in by_workflow(context).values() {
        let [target, others @ ..] = &targets[..] else { continue };
        let workflow = &target.facts.workflow;
        let grouped = workflow.concurrency.is_some() || workflow.jobs.iter().any(|job| job.concurrency.is_some());
        let Some(dispatch) = workflow.dispatch.as_ref().filter(|_| !grouped) else { continue };
        let problem = Diagnostic::new(
            Code::NoConcurrency,
            format!("{} has no `concurrency`, so two rebuilds can run at once", target.image.source.workflow),
            dispatch.span,
        )
        .here("dispatched once for each base that moves, and perhaps twice");
        report.push(if others.is_empty() {
            problem.help(
                "add at the top level of the workflow: `concurrency: {group: \"${{ github.workflow }}-${{ github.ref }}\"}`",
            )
        } else {
            problem.help(format!(
                "add `concurrency` with a `group` for each image that it builds, as in `group: build-${{{{ inputs.image }}}}`: \
                 in one group a rebuild of {} that waits would be dropped for one of {}",
                target.image.name, others[0].image.name
            ))
        });
    }
}
