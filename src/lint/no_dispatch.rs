//! A workflow that cannot be dispatched.

use super::examples::{BUILD, CONCURRENCY, ON_NODE, WEB};
use super::target::{Dispatched, Target, by_host, images_are};
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Fix, Severity};
use crate::source::Span;
use indexmap::IndexSet;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 101,
        name: "NoDispatch",
        severity: Severity::Error,
        can_be_ignored: true,
        title: "a workflow that cannot be dispatched",
        why: "
GitHub starts a workflow by its API only if `workflow_dispatch` is among its events, and answers 422 otherwise. It must
be there on the branch that is built, and the file must be on the default branch too. The workflow takes the three
inputs that every rebuild sends, unless `inputs` in `images.yaml` takes them away. Gitea refuses it likewise since 1.27, and
starts it without inputs before; Forgejo starts it without inputs.
",
        wrong: &[
            ("images.yaml", &[WEB, ON_NODE]),
            (".github/workflows/web.yml", &["on:\n  push: {branches: [main]}\n", CONCURRENCY, BUILD]),
        ],
        right: &[(
            ".github/workflows/web.yml",
            &[
                r"
on:
  push: {branches: [main]}
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      base_image: {type: string}
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
    for Dispatched { host, workflow, targets, .. } in by_host(context) {
        let Some(target) = targets.first() else { continue };
        if workflow.dispatch.is_some() || host.undispatched.is_none() {
            continue;
        }
        let (place, why) = match &workflow.triggers {
            Some(triggers) => (triggers.key, "`workflow_dispatch` is not among these events"),
            None => (Span::new(target.file, 0, 0), "there is no `on`, so nothing starts it"),
        };
        let inputs: IndexSet<&str> = targets.iter().flat_map(|target| target.inputs.keys().copied()).collect();
        let inputs: Vec<String> = inputs.into_iter().map(super::input_undeclared::declaration).collect();
        let yaml = format!("workflow_dispatch: {{inputs: {{{}}}}}", inputs.join(", "));
        let default_branch =
            if host.on_default_branch { " and on the default branch if that is another one" } else { "" };
        let fix = workflow.triggers.is_some().then(|| Fix::dispatch(place, inputs));
        report.push(
            Diagnostic::new(
                RULE.code,
                format!(
                    "{} cannot be dispatched, so {} never rebuilt",
                    target.image.source.pipeline.file_name(),
                    images_are(&targets.iter().collect::<Vec<&Target<'_>>>())
                ),
                place,
            )
            .here(why)
            .label(target.image.places.workflow, "this workflow would be run")
            .help(format!("add under `on`, on the branch {}{default_branch}: `{yaml}`", target.image.source.branch))
            .fix(fix),
        );
    }
}
