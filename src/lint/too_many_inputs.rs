//! A workflow that declares more inputs than GitHub takes.

use super::examples::{BUILD, CONCURRENCY, ON_NODE, WEB};
use super::target::by_workflow;
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::forge::github::MAX_INPUTS;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 154,
        name: "TooManyInputs",
        severity: Severity::Error,
        can_be_ignored: true,
        title: "a workflow with more inputs than GitHub takes",
        why: "
GitHub takes at most 25 inputs of `workflow_dispatch`, and does not run a file that declares more: every dispatch of it
is refused.
",
        wrong: &[
            ("images.yaml", &[WEB, ON_NODE]),
            (
                ".github/workflows/web.yml",
                &[
                    "
on:
  workflow_dispatch:
    inputs:
      {version_bump: {}, triggered_by: {}, base_image: {}, i4: {}, i5: {}, i6: {}, i7: {}, i8: {}, i9: {}, i10: {}, i11: {},
      i12: {}, i13: {}, i14: {}, i15: {}, i16: {}, i17: {}, i18: {}, i19: {}, i20: {}, i21: {}, i22: {}, i23: {}, i24: {},
      i25: {}, i26: {}}
",
                    CONCURRENCY,
                    BUILD,
                ],
            ),
        ],
        right: &[(
            ".github/workflows/web.yml",
            &[
                "
on:
  workflow_dispatch:
    inputs: {version_bump: {}, triggered_by: {}, base_image: {}}
",
                CONCURRENCY,
                BUILD,
            ],
        )],
    }),
    needs: Needs::Files,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for targets in by_workflow(context).values() {
        let Some((target, dispatch)) =
            targets.first().and_then(|target| Some((target, target.workflow.dispatch.as_ref()?)))
        else {
            continue;
        };
        let Some(over) = dispatch.inputs.get(MAX_INPUTS) else { continue };
        let message = format!(
            "{} declares {} inputs; GitHub takes {MAX_INPUTS}",
            target.image.source.pipeline.name(),
            dispatch.inputs.len()
        );
        report.push(
            Diagnostic::new(RULE.code, message, over.name.span)
                .here("this is one too many")
                .label(target.image.span, "rebuilds of this image run that workflow")
                .help("put several values into one input, as JSON for example"),
        );
    }
}
