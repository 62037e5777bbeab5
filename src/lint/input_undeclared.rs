//! An input that is sent and that the workflow does not declare: GitHub answers 422 and nothing is built.

use super::Context;
use super::target::{Target, targets};
use crate::diagnostic::{Code, Diagnostic};

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for target in targets(context) {
        let Some(dispatch) = &target.facts.workflow.dispatch else { continue };
        let missing: Vec<&str> = target
            .inputs
            .keys()
            .copied()
            .filter(|sent| !dispatch.inputs.iter().any(|input| input.name.value.eq_ignore_ascii_case(sent)))
            .collect();
        if !missing.is_empty() {
            let place = dispatch.inputs_span.unwrap_or(dispatch.span);
            report.push(problem(&target, &missing, place));
        }
    }
}

fn problem(target: &Target<'_>, missing: &[&str], place: crate::source::Span) -> Diagnostic {
    let image = target.image;
    let quoted: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let declarations: Vec<String> = missing.iter().map(|name| declaration(name)).collect();
    let nothing: Vec<String> = missing.iter().map(|name| format!("{}: null", key(name))).collect();
    let (word, these) = if missing.len() == 1 { ("input", "it") } else { ("inputs", "them") };
    Diagnostic::new(
        Code::InputUndeclared,
        format!(
            "{} does not declare the {word} {}, which {} is sent",
            image.source.workflow,
            quoted.join(", "),
            image.name
        ),
        place,
    )
    .here("GitHub refuses a dispatch with other inputs than these (422)")
    .label(image.span, "rebuilds of this image run that workflow")
    .help(format!("declare {these} under `inputs`: `{}`", declarations.join(", ")))
    .help(format!("or do not send {these}: write `inputs: {{{}}}` on the image", nothing.join(", ")))
}

/// The declaration of an input, as one entry of a flow mapping.
pub(super) fn declaration(name: &str) -> String {
    match name {
        "version_bump" => "version_bump: {type: choice, options: [patch, minor, major], default: patch}".to_owned(),
        _ => format!("{}: {{type: string}}", key(name)),
    }
}

/// A name as a key of YAML: in quotes unless it is a plain word.
fn key(name: &str) -> String {
    let plain = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !matches!(
            name.to_ascii_lowercase().as_str(),
            "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
        );
    if plain { name.to_owned() } else { format!("{name:?}") }
}
