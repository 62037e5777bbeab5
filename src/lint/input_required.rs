//! An input that the workflow requires and is not sent: GitHub answers 422.

use super::Context;
use super::target::targets;
use crate::diagnostic::{Code, Diagnostic};

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for target in targets(context) {
        let image = target.image;
        for input in target.facts.workflow.dispatch.iter().flat_map(|dispatch| &dispatch.inputs) {
            let Some(required) = input.required.as_ref().filter(|required| required.value) else { continue };
            let sent = target.inputs.keys().any(|name| name.eq_ignore_ascii_case(&input.name.value));
            if sent || input.default.is_some() {
                continue;
            }
            let name = &input.name.value;
            report.push(
                Diagnostic::new(
                    Code::InputRequired,
                    format!("{} requires the input `{name}`, which {} is not sent", image.source.workflow, image.name),
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
