//! An input that is sent and that the workflow does not declare: GitHub answers 422 and nothing is built.

use super::examples::{BUILD, CONCURRENCY, ON_NODE, WEB};
use super::target::{Dispatched, Target, by_host, images_are};
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Fix, Severity};
use crate::emit::is_word_of_another_type;
use crate::forge::{DeclaredAs, Most};
use crate::model::inputs::VERSION_BUMP;
use crate::source::Span;
use indexmap::IndexMap;
use std::collections::HashSet;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 102,
        name: "InputUndeclared",
        severity: Severity::Error,
        can_be_ignored: true,
        title: "an input that the workflow does not declare",
        why: r#"
GitHub refuses a dispatch with an input that the workflow does not declare: 422, "Unexpected inputs provided", and
nothing is built. Every rebuild sends `version_bump`, `triggered_by` and `base_image`, and what `inputs` adds. Declare
them, or set those that the workflow has no use for to `null`. GitLab answers 400 to inputs that `spec: inputs` does not
have, and Azure DevOps to parameters that the pipeline does not have. Gitea and Forgejo drop them.
"#,
        wrong: &[
            ("images.yaml", &[WEB, ON_NODE]),
            (
                ".github/workflows/web.yml",
                &[
                    r"
on:
  workflow_dispatch:
    inputs:
      base_image: {type: string}
",
                    CONCURRENCY,
                    BUILD,
                ],
            ),
        ],
        right: &[("images.yaml", &[WEB, ON_NODE, "  inputs: {version_bump: null, triggered_by: null}\n"])],
    }),
    needs: Needs::Files,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for of_host in by_host(context) {
        let Dispatched { host, workflow, targets, .. } = &of_host;
        let (Some(dispatch), Some(status)) = (workflow.dispatch.as_ref(), host.undeclared) else { continue };
        let mut problems: IndexMap<Vec<&str>, Vec<&Target<'_>>> = IndexMap::new();
        for target in targets {
            let missing = target.inputs.keys().copied().filter(|sent| !of_host.declares(sent)).collect();
            problems.entry(missing).or_default().push(target);
        }
        let place = dispatch.inputs_span.unwrap_or(dispatch.span);
        let problems = problems.iter().filter(|(missing, _)| !missing.is_empty());
        // GitHub runs no file that declares more than it takes.
        let all: HashSet<&str> = problems.clone().flat_map(|(missing, _)| missing.iter().copied()).collect();
        let fits = match host.most {
            Some(Most::Declared(most)) => dispatch.inputs.len() + all.len() <= most,
            _ => false,
        };
        let (below, declared): (_, fn(&str) -> String) = match host.form {
            DeclaredAs::Workflow => ("inputs", declaration),
            // Other pipelines of the file are sent nothing.
            DeclaredAs::Spec => ("inputs", |name| format!("{}: {{default: \"\"}}", key(name))),
            DeclaredAs::Parameters => {
                ("parameters", |name| format!("{{name: {}, type: string, default: \"\"}}", key(name)))
            }
        };
        let refusal = format!("{} refuses a dispatch with other inputs than these ({status})", of_host.name);
        report.extend(problems.filter_map(|(missing, targets)| {
            let declarations: Vec<String> = missing.iter().map(|name| declared(name)).collect();
            let problem = problem(targets, missing, (below, &declarations), place)?.here(&refusal);
            Some(problem.fix(fits.then(|| Fix::dispatch(place, declarations))))
        }));
    }
}

fn problem(
    targets: &[&Target<'_>],
    missing: &[&str],
    (below, declarations): (&str, &[String]),
    place: Span,
) -> Option<Diagnostic> {
    let image = targets.first()?.image;
    let quoted: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let nothing: Vec<String> = missing.iter().map(|name| format!("{}: null", key(name))).collect();
    let (word, these) = if missing.len() == 1 { ("input", "it") } else { ("inputs", "them") };
    let problem = Diagnostic::new(
        RULE.code,
        format!(
            "{} does not declare the {word} {}, which {} sent",
            image.source.pipeline.file_name(),
            quoted.join(", "),
            images_are(targets)
        ),
        place,
    )
    .label(image.span, "rebuilds of this image run that workflow")
    .help(format!("declare {these} under `{below}`: `{}`", declarations.join(", ")))
    .help(format!("or do not send {these}: write `inputs: {{{}}}` on the image", nothing.join(", ")));
    Some(problem)
}

/// The declaration of an input in a workflow, as one entry of a mapping: `triggered_by: {type: string}`.
pub fn declaration(name: &str) -> String {
    match name {
        VERSION_BUMP => format!("{VERSION_BUMP}: {{type: choice, options: [patch, minor, major], default: patch}}"),
        _ => format!("{}: {{type: string}}", key(name)),
    }
}

/// A name as a key of YAML: in quotes unless it is a plain word.
fn key(name: &str) -> String {
    let plain = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !is_word_of_another_type(name);
    if plain { name.to_owned() } else { format!("{name:?}") }
}
