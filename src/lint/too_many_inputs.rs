//! A workflow that declares more inputs than GitHub takes.

use super::examples::{BUILD, CONCURRENCY, ON_NODE, WEB};
use super::target::{Dispatched, by_host};
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::forge::Most;
use crate::workflow::DispatchInput;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 154,
        name: "TooManyInputs",
        severity: Severity::Error,
        can_be_ignored: true,
        title: "a workflow with more inputs than its host takes",
        why: "
GitHub takes at most 25 inputs of `workflow_dispatch`, and does not run a file that declares more: every dispatch of it
is refused. Forgejo counts those that have a value, sent or a default, and answers 500 to more than 10 of them; there it is
a warning, since `LIMIT_DISPATCH_INPUTS` of an instance may say another number.
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
    for Dispatched { host, name, first, workflow, targets } in by_host(context) {
        let (Some(most), Some(dispatch)) = (host.most, workflow.dispatch.as_ref()) else { continue };
        let is_sent = |input: &DispatchInput| {
            let mut sent = targets.iter().flat_map(|target| target.inputs.keys());
            sent.any(|sent| host.is_same(sent, &input.name.value))
        };
        let (counted, number, declares, setting): (Vec<&DispatchInput>, _, _, _) = match most {
            Most::Declared(most) => (dispatch.inputs.iter().collect(), most, "declares", None),
            Most::Valued(most, setting) => {
                let has_value = |input: &&DispatchInput| input.default.is_some() || is_sent(input);
                (dispatch.inputs.iter().filter(has_value).collect(), most, "would be started with", Some(setting))
            }
        };
        let Some(over) = counted.get(number) else { continue };
        let message =
            format!("{} {declares} {} inputs; {name} takes {number}", first.source.pipeline.file_name(), counted.len());
        let problem = Diagnostic::new(RULE.code, message, over.name.span)
            .here("this is one too many")
            .label(first.span, "rebuilds of this image run that workflow")
            .help("put several values into one input, as JSON for example");
        report.push(match setting {
            None => problem,
            Some(setting) => Diagnostic {
                severity: Severity::Warning,
                ..problem.help(format!("or have `{setting}` of the instance say another number"))
            },
        });
    }
}
