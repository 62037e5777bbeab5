//! An input that is sent and that the workflow does not declare: GitHub answers 422 and nothing is built.

use super::examples::{BUILD, CONCURRENCY, ON_NODE, WEB};
use super::target::{Target, by_workflow, images_are};
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Fix, Severity};
use crate::emit::is_word_of_another_type;
use crate::forge::github::MAX_INPUTS;
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
them, or set those that the workflow has no use for to `null`.
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
    for targets in by_workflow(context).values() {
        let Some(dispatch) = targets.first().and_then(|target| target.workflow.dispatch.as_ref()) else {
            continue;
        };
        let declared: HashSet<String> =
            dispatch.inputs.iter().map(|input| input.name.value.to_ascii_lowercase()).collect();
        let mut problems: IndexMap<Vec<&str>, Vec<&Target<'_>>> = IndexMap::new();
        for target in targets {
            let sent = target.inputs.keys().copied();
            let missing: Vec<&str> = sent.filter(|sent| !declared.contains(&sent.to_ascii_lowercase())).collect();
            problems.entry(missing).or_default().push(target);
        }
        let place = dispatch.inputs_span.unwrap_or(dispatch.span);
        let problems = problems.iter().filter(|(missing, _)| !missing.is_empty());
        // GitHub runs no file that declares more than it takes.
        let all: HashSet<&str> = problems.clone().flat_map(|(missing, _)| missing.iter().copied()).collect();
        let fits = declared.len() + all.len() <= MAX_INPUTS;
        report.extend(problems.filter_map(|(missing, targets)| problem(targets, missing, place, fits)));
    }
}

/// `fits`: whether the workflow may declare all that is missing.
fn problem(targets: &[&Target<'_>], missing: &[&str], place: Span, fits: bool) -> Option<Diagnostic> {
    let image = targets.first()?.image;
    let quoted: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let declarations: Vec<String> = missing.iter().map(|name| declaration(name)).collect();
    let nothing: Vec<String> = missing.iter().map(|name| format!("{}: null", key(name))).collect();
    let (word, these) = if missing.len() == 1 { ("input", "it") } else { ("inputs", "them") };
    let problem = Diagnostic::new(
        RULE.code,
        format!(
            "{} does not declare the {word} {}, which {} sent",
            image.source.pipeline.name(),
            quoted.join(", "),
            images_are(targets)
        ),
        place,
    )
    .here("GitHub refuses a dispatch with other inputs than these (422)")
    .label(image.span, "rebuilds of this image run that workflow")
    .help(format!("declare {these} under `inputs`: `{}`", declarations.join(", ")))
    .help(format!("or do not send {these}: write `inputs: {{{}}}` on the image", nothing.join(", ")))
    .fix(fits.then(|| Fix::dispatch(place, declarations)));
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
