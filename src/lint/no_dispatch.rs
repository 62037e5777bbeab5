//! A workflow that cannot be dispatched.

use super::Context;
use super::target::targets;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for target in targets(context) {
        let workflow = &target.facts.workflow;
        if workflow.dispatch.is_some() {
            continue;
        }
        let (place, why) = match &workflow.triggers {
            Some(triggers) => (triggers.key, "`workflow_dispatch` is not among these events"),
            None => (Span::new(target.file, 0, 0), "there is no `on`, so nothing starts it"),
        };
        let mut yaml = String::from("workflow_dispatch: {inputs: {");
        for (number, name) in target.inputs.keys().enumerate() {
            yaml.push_str(if number == 0 { "" } else { ", " });
            yaml.push_str(&super::input_undeclared::declaration(name));
        }
        yaml.push_str("}}");
        report.push(
            Diagnostic::new(
                Code::NoDispatch,
                format!(
                    "{} cannot be dispatched, so {} is never rebuilt",
                    target.image.source.workflow, target.image.name
                ),
                place,
            )
            .here(why)
            .label(target.image.places.workflow, "this workflow would be run")
            .help(format!(
                "add under `on`, on the branch {} and on the default branch if that is another one: `{yaml}`",
                target.image.source.branch
            )),
        );
    }
}
