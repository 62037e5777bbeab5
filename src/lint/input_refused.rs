//! A value that the type of an input does not take: GitHub answers 422.

use super::examples::{BUILD, CONCURRENCY, ON_NODE, WEB};
use super::target::{Dispatched, Target, by_host, images_are};
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::forge::Declarations;
use crate::model::inputs::{BASE_IMAGE, TRIGGERED_BY, VERSION_BUMP};
use crate::workflow::InputKind;
use indexmap::IndexMap;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 104,
        name: "InputRefused",
        severity: Severity::Error,
        can_be_ignored: true,
        title: "a value that an input does not take",
        why: "
An input of type `choice` takes only what is among its `options`, and one of type `boolean` only `true` and `false`.
GitHub answers 422 to anything else, and nothing is built; GitLab answers 400 to what is none of `options` or of the type
of an input of `spec: inputs`, and Azure DevOps to what is none of `values` or of the type of a parameter. Gitea and Forgejo take any text. `version_bump` is `patch` unless `versionBump` says
otherwise.
",
        wrong: &[
            ("images.yaml", &[WEB, ON_NODE]),
            (
                ".github/workflows/web.yml",
                &[
                    r"
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [minor, major]}
      triggered_by: {type: string}
      base_image: {type: string}
",
                    CONCURRENCY,
                    BUILD,
                ],
            ),
        ],
        right: &[("images.yaml", &[WEB, ON_NODE, "  versionBump: minor\n"])],
    }),
    needs: Needs::Files,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for Dispatched { host, first, workflow, targets, .. } in by_host(context) {
        if host.kind.is_none() {
            continue;
        }
        let file = first.source.pipeline.file_name();
        for input in workflow.dispatch.iter().flat_map(|dispatch| &dispatch.inputs) {
            let name = &input.name.value;
            let mut refusals: IndexMap<&str, (String, Vec<&Target<'_>>)> = IndexMap::new();
            for target in &targets {
                let sent = target.inputs.iter().filter(|(sent, _)| host.is_same(sent, name));
                for value in sent.flat_map(|(_, values)| values) {
                    if let Some(why) = refused(host, &input.kind.value, value) {
                        refusals.entry(value).or_insert((why, Vec::new())).1.push(target);
                    }
                }
            }
            for (value, (why, of)) in refusals {
                let Some(image) = of.first().map(|target| target.image) else { continue };
                let message = format!(
                    "the input `{name}` of {file} does not take \"{}\", which {} sent",
                    shown(value),
                    images_are(&of)
                );
                let problem = Diagnostic::new(RULE.code, message, input.kind.span)
                    .here(why)
                    .label(image.span, "rebuilds of this image run that workflow");
                report.push(match name.as_str() {
                    BASE_IMAGE | TRIGGERED_BY => problem.help(format!(
                        "give the input the type `string`, or do not send it: write `inputs: {{{name}: null}}` on the image"
                    )),
                    VERSION_BUMP => problem.help(
                        "add the value to its options, or set `versionBump` to one that is there; `inputs: {version_bump: null}` does not send it",
                    ),
                    _ => problem.help(format!("write another value under `inputs: {{{name}: ...}}`, or change the type in the workflow")),
                });
            }
        }
    }
}

/// Why a type refuses a value. An environment is only known to GitHub.
fn refused(host: &Declarations, kind: &InputKind, value: &str) -> Option<String> {
    let is = |one: &str| if host.any_case_of_values { one.eq_ignore_ascii_case(value) } else { one == value };
    match kind {
        InputKind::Choice(options) if !options.iter().any(|option| is(&option.value)) => {
            let options: Vec<&str> = options.iter().map(|option| option.value.as_str()).collect();
            Some(format!("it takes one of {}", super::some_of(&options)))
        }
        InputKind::Boolean if !["true", "false"].into_iter().any(is) => Some("it takes `true` or `false`".to_owned()),
        InputKind::Number if value.trim().parse::<f64>().is_err() => Some("it takes a number".to_owned()),
        _ => None,
    }
}

fn shown(value: &str) -> String {
    let short: String = value.chars().take(40).collect();
    if short.len() < value.len() { format!("{short}...") } else { short }
}
