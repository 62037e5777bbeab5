//! A workflow without `concurrency`: a dispatch can arrive twice, and two bases can move at once.
//!
//! GitHub runs one of a group at a time and keeps one more waiting; a newer one takes the place of that which waits
//! (docs.github.com, "Control the concurrency of workflows and jobs"). So images, branches and pull requests that share a
//! workflow need groups of their own.

use super::examples::{BUILD, CONCURRENCY, DISPATCH, ON_NODE, WEB};
use super::target::by_workflow;
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 106,
        name: "NoConcurrency",
        severity: Severity::Warning,
        can_be_ignored: true,
        title: "a dispatched workflow without concurrency",
        why: "
Several bases can move at once, and a dispatch whose answer is lost is sent again. Two runs at once may push the same
version, or the older one may push last. With `concurrency` GitHub runs one of a group at a time and keeps only the
newest of those that wait; so images that share a workflow need a group each.
",
        wrong: &[("images.yaml", &[WEB, ON_NODE]), (".github/workflows/web.yml", &[DISPATCH, BUILD])],
        right: &[(".github/workflows/web.yml", &[DISPATCH, CONCURRENCY, BUILD])],
    }),
    needs: Needs::Files,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for targets in by_workflow(context).values() {
        let [target, others @ ..] = &targets[..] else { continue };
        let workflow = &target.workflow;
        let Some(dispatch) = workflow.dispatch.as_ref().filter(|_| !workflow.has_concurrency) else { continue };
        let problem = Diagnostic::new(
            RULE.code,
            format!(
                "{} has no `concurrency`, so two rebuilds can run at once",
                target.image.source.pipeline.file_name()
            ),
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
