//! An input that the workflow requires and is not sent: GitHub answers 422.

use super::examples::{BUILD, CONCURRENCY, DISPATCH, ON_NODE, WEB};
use super::target::{Dispatched, Target, by_host, images_are};
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::forge::DeclaredAs;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 103,
        name: "InputRequired",
        severity: Severity::Error,
        can_be_ignored: true,
        title: "an input that the workflow requires and is not sent",
        why: "
GitHub answers 422 to a dispatch without an input that is `required` and has no `default`. Nobody fills in a form when a
base moves, so `images.yaml` has to send it or the workflow has to know what to take instead. Forgejo answers 400, and so
do GitLab and Azure DevOps where an input of `spec: inputs` or a parameter has no `default`; Gitea does not look.
",
        wrong: &[
            ("images.yaml", &[WEB, ON_NODE]),
            (
                ".github/workflows/web.yml",
                &[DISPATCH, "      environment: {type: string, required: true}\n", CONCURRENCY, BUILD],
            ),
        ],
        right: &[("images.yaml", &[WEB, ON_NODE, "  inputs: {environment: staging}\n"])],
    }),
    needs: Needs::Files,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for Dispatched { host, name: host_name, workflow, targets, .. } in by_host(context) {
        let Some(status) = host.required else { continue };
        for input in workflow.dispatch.iter().flat_map(|dispatch| &dispatch.inputs) {
            let Some(required) = input.required.as_ref().filter(|required| required.value) else { continue };
            if input.default.is_some() {
                continue;
            }
            let is_sent = |target: &Target<'_>| target.inputs.keys().any(|name| host.is_same(name, &input.name.value));
            let without: Vec<&Target<'_>> = targets.iter().filter(|target| !is_sent(target)).collect();
            let Some(image) = without.first().map(|target| target.image) else { continue };
            let name = &input.name.value;
            report.push(
                Diagnostic::new(
                    RULE.code,
                    format!(
                        "{} requires the input `{name}`, which {} not sent",
                        image.source.pipeline.file_name(),
                        images_are(&without)
                    ),
                    input.name.span,
                )
                .label(required.span, format!("without it {host_name} refuses the dispatch ({status})"))
                .label(image.span, "rebuilds of this image run that workflow")
                .help(if image.source.pipeline.sends_inputs() {
                    format!(
                        "send it: write `inputs: {{{name}: ...}}` on the image; or give it a `default` in the workflow"
                    )
                } else {
                    let send_as = if host.form == DeclaredAs::Parameters { "parameters" } else { "inputs" };
                    format!("give it a `default`: rebuilds send variables; or have them send {send_as}, by `sendAs: {send_as}`")
                }),
            );
        }
    }
}
