//! What Dockerfiles say, as entries of images.lock.yaml.
//!
//! | room | what is in it |
//! |---|---|
//! | this one | facts of a Dockerfile to an [`Entry`] |
//! | [`analysis`] | one Dockerfile for people and programs, compared with what was expected |

pub mod analysis;

use crate::diagnostic::{Code, Diagnostic};
use crate::dockerfile::{Edge, Facts};
use crate::grammar::build::{Platform, Target};
use crate::grammar::has_expression;
use crate::lock::{Base, Dockerfile, Entry, Placed};
use crate::model::{Reference, Source, texts};
use crate::source::{At, secret};
use std::collections::HashSet;

/// The lock's entry of an image, from what its Dockerfile says; the place of its source is where images.yaml names that.
///
/// The error is every reference that `BuildKit` takes and the model does not.
pub fn entry(source: At<&Source>, facts: &Facts) -> Result<Placed<Entry>, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let mut seen = HashSet::new();
    let mut bases = Vec::new();
    for edge in &facts.edges {
        match &edge.reference {
            Ok(reference) => {
                let base = base(edge, reference);
                if seen.insert((base.image.value.clone(), base.kind)) {
                    bases.push(base);
                }
            }
            Err(why) => {
                let message = format!("`{}` is not an image that can be watched: {why}", edge.image);
                problems.push(Diagnostic::new(Code::InvalidImage, message, edge.span));
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    // The analysis Stage compares these lines in an expression, in which Kargo would evaluate what they hold, and never finds
    // stars where a credential stood; without lines it only checks that the Dockerfile is there.
    let comparable = !facts.lines.iter().any(|line| has_expression(line) || secret::is_masked(line));
    let entry = Entry {
        dockerfile: Some(Placed::new(dockerfile(source), source.span)),
        bases,
        lines: if comparable { facts.lines.clone() } else { Vec::new() },
        ..Entry::default()
    };
    Ok(Placed::new(entry, source.span))
}

fn dockerfile(At { value: source, span }: At<&Source>) -> Dockerfile {
    Dockerfile {
        repo: Some(source.pipeline.repo().to_owned()),
        branch: Some(source.branch.to_string()),
        path: Some(Placed::new(source.dockerfile().into(), span)),
        target: source.target.as_ref().map(Target::to_string),
        build_args: source
            .build_args
            .iter()
            .map(|(name, given)| (name.to_string(), given.all().iter().map(ToString::to_string).collect()))
            .collect(),
        contexts: texts(&source.contexts),
        platform: source.platform.as_ref().map(Platform::to_string),
    }
}

fn base(edge: &Edge, reference: &Reference) -> Base {
    let image = reference.to_string();
    let written = (edge.written != image).then(|| edge.written.clone());
    Base { image: Placed::new(image, edge.span), written, kind: edge.kind, line: u32::try_from(edge.line).ok() }
}
