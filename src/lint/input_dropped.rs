//! An input that images.yaml sends and that the host drops, since the workflow does not declare it.

use super::examples::{BUILD, ON_NODE};
use super::target::{Dispatched, Target, by_host, images_are};
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::model::inputs::BUILT_IN;
use crate::source::Span;
use indexmap::IndexMap;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 161,
        name: "InputDropped",
        severity: Severity::Warning,
        can_be_ignored: true,
        title: "an input that the workflow does not declare and its host drops",
        why: "
Gitea and Forgejo go through the inputs that a workflow declares, and do not look at others: the workflow is started, and
what `inputs` of `images.yaml` sends is nowhere in it. The three inputs that every rebuild sends may be left undeclared.
",
        wrong: &[
            ("images.yaml", &[OF_GITEA, ON_NODE, "  inputs: {channel: stable}\n"]),
            (".gitea/workflows/web.yml", &["on: workflow_dispatch\n", BUILD]),
        ],
        right: &[(
            ".gitea/workflows/web.yml",
            &["on: {workflow_dispatch: {inputs: {channel: {type: string}}}}\n", BUILD],
        )],
    }),
    needs: Needs::Files,
    check,
};

const OF_GITEA: &str = r#"
gitea: {url: "https://gitea.example.com"}
images:
- name: web
  repository: acme/web
  source: {provider: gitea, repo: acme/web, workflow: web.yml}
"#;

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for of_host in by_host(context) {
        let Dispatched { host, name, first, workflow, targets } = &of_host;
        // Of one that is not dispatched at all that is said.
        let is_told = host.undispatched.is_some() && workflow.dispatch.is_none();
        if host.undeclared.is_some() || is_told {
            continue;
        }
        let mut dropped: IndexMap<&str, Vec<&Target<'_>>> = IndexMap::new();
        for target in targets {
            for input in target.inputs.keys().filter(|input| !BUILT_IN.contains(input) && !of_host.declares(input)) {
                dropped.entry(input).or_default().push(target);
            }
        }
        let place = match (&workflow.dispatch, &workflow.triggers) {
            (Some(dispatch), _) => dispatch.inputs_span.unwrap_or(dispatch.span),
            (None, Some(triggers)) => triggers.key,
            (None, None) => targets.first().map_or(first.span, |target| Span::new(target.file, 0, 0)),
        };
        for (input, targets) in dropped {
            let message = format!(
                "{} does not declare the input `{input}`, which {} sent, so it is not there when the workflow runs",
                first.source.pipeline.file_name(),
                images_are(&targets)
            );
            report.push(
                Diagnostic::new(RULE.code, message, place)
                    .here(format!("{name} drops other inputs than these"))
                    .label(first.span, "rebuilds of this image run that workflow")
                    .help(format!("declare it under `inputs`: `{}`", super::declaration(input)))
                    .help("or remove it from `inputs` of images.yaml"),
            );
        }
    }
}
