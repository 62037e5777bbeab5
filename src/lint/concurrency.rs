//! A workflow without `concurrency`: a dispatch can arrive twice, and two bases can move at once.

use super::Context;
use super::target::targets;
use crate::diagnostic::{Code, Diagnostic};
use std::collections::BTreeSet;

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    let mut seen = BTreeSet::new();
    for target in targets(context) {
        let workflow = &target.facts.workflow;
        let grouped = workflow.concurrency.is_some() || workflow.jobs.iter().any(|job| job.concurrency.is_some());
        let Some(dispatch) = workflow.dispatch.as_ref().filter(|_| !grouped) else { continue };
        // Several images of one workflow have one problem.
        if !seen.insert(target.file) {
            continue;
        }
        report.push(
            Diagnostic::new(
                Code::NoConcurrency,
                format!("{} has no `concurrency`, so two rebuilds can run at once", target.image.source.workflow),
                dispatch.span,
            )
            .here("dispatched once for each base that moves, and perhaps twice")
            .help(format!(
                "add at the top level of the workflow: `concurrency: {{group: rebuild-{}}}`",
                target.image.name
            )),
        );
    }
}
