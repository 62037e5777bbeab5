//! An input that the workflow requires and is not sent: GitHub answers 422.

use super::Context;
use super::target::{Target, by_workflow, images_are};
use crate::diagnostic::{Code, Diagnostic};

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for targets in by_workflow(context).values() {
        let Some(first) = targets.first() else { continue };
        for input in first.facts.workflow.dispatch.iter().flat_map(|dispatch| &dispatch.inputs) {
            let Some(required) = input.required.as_ref().filter(|required| required.value) else { continue };
            if input.default.is_some() {
                continue;
            }
            let is_sent =
                |target: &Target<'_>| target.inputs.keys().any(|name| name.eq_ignore_ascii_case(&input.name.value));
            let without: Vec<&Target<'_>> = targets.iter().filter(|target| !is_sent(target)).collect();
            let Some(image) = without.first().map(|target| target.image) else { continue };
            let name = &input.name.value;
            report.push(
                Diagnostic::new(
                    Code::InputRequired,
                    format!(
                        "{} requires the input `{name}`, which {} not sent",
                        image.source.workflow,
                        images_are(&without)
                    ),
                    input.name.span,
                )
                .label(required.span, "without it GitHub refuses the dispatch (422)")
                .label(image.span, "rebuilds of this image run that workflow")
                .help(format!(
                    "send it: write `inputs: {{{name}: ...}}` on the image; or give it a `default` in the workflow"
                )),
            );
        }
    }
}
