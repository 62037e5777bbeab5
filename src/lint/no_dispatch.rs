//! A workflow that cannot be dispatched.

use super::Context;
use super::target::{Target, by_workflow, images_are};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use indexmap::IndexSet;

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for targets in by_workflow(context).values() {
        let Some(target) = targets.first() else { continue };
        let workflow = &target.facts.workflow;
        if workflow.dispatch.is_some() {
            continue;
        }
        let (place, why) = match &workflow.triggers {
            Some(triggers) => (triggers.key, "`workflow_dispatch` is not among these events"),
            None => (Span::new(target.file, 0, 0), "there is no `on`, so nothing starts it"),
        };
        let mut yaml = String::from("workflow_dispatch: {inputs: {");
        let inputs: IndexSet<&str> = targets.iter().flat_map(|target| target.inputs.keys().copied()).collect();
        for (number, name) in inputs.iter().enumerate() {
            yaml.push_str(if number == 0 { "" } else { ", " });
            yaml.push_str(&super::input_undeclared::declaration(name));
        }
        yaml.push_str("}}");
        report.push(
            Diagnostic::new(
                Code::NoDispatch,
                format!(
                    "{} cannot be dispatched, so {} never rebuilt",
                    target.image.source.workflow,
                    images_are(&targets.iter().collect::<Vec<&Target<'_>>>())
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
