//! What Dockerfiles say, as entries of images.lock.yaml: values and their text, no files.
//!
//! | room | what is in it |
//! |---|---|
//! | this one | facts of a Dockerfile to an [`Entry`] |
//! | [`lock`] | the entries and the text of the file |
//! | [`change`] | which images and edges came and went |
//! | [`analysis`] | one Dockerfile for people and programs, compared with what was expected |

pub mod analysis;
pub mod change;
pub mod lock;

pub use lock::{Base, Dockerfile, Entry, Lock};

use crate::diagnostic::{Code, Diagnostic};
use crate::dockerfile::{Edge, Facts};
use crate::model::check::has_expression;
use crate::model::{Reference, Source};
use std::collections::HashSet;

/// The lock's entry of an image, from what its Dockerfile says.
///
/// The error is every reference that `BuildKit` takes and the model does not.
pub fn entry(source: &Source, facts: &Facts) -> Result<Entry, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let mut seen = HashSet::new();
    let mut bases = Vec::new();
    for edge in &facts.edges {
        match &edge.reference {
            Ok(reference) => {
                let base = base(edge, reference);
                if seen.insert((base.image.clone(), base.kind)) {
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
    // The analysis Stage compares these lines in an expression, in which Kargo would evaluate what they hold; without
    // lines it only checks that the Dockerfile is there.
    let comparable = !facts.lines.iter().any(|line| has_expression(line));
    Ok(Entry {
        dockerfile: Some(Dockerfile {
            repo: source.repo.clone(),
            branch: source.branch.clone(),
            path: source.dockerfile(),
            target: source.target.clone(),
            build_args: source.build_args.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            platform: source.platform.clone(),
        }),
        bases,
        lines: if comparable { facts.lines.clone() } else { Vec::new() },
    })
}

fn base(edge: &Edge, reference: &Reference) -> Base {
    let image = reference.to_string();
    let written = (edge.written != image).then(|| edge.written.clone());
    Base { image, written, kind: edge.kind, line: u32::try_from(edge.line).ok() }
}
