//! Whether an object fits: etcd, the API server and `kubectl apply` each have a limit.

use super::intent::kind;
use crate::constructs::ApiObject;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::ManagedImage;

/// What we let an object have; etcd takes requests of 1.5 MiB, and Kargo adds status.
const MAX_OBJECT: usize = 1 << 20;
/// The longest annotation; `kubectl apply` without `--server-side` keeps the whole object in one.
const MAX_ANNOTATION: usize = 262_144;

/// The problem with an object's size, if there is one.
///
/// A Promotion holds a copy of its Stage's steps and, for each, what became of it; so a Stage counts with that.
pub(super) fn check(object: &ApiObject, written: usize) -> Option<Diagnostic> {
    if 2 * written + object.growth() <= MAX_ANNOTATION {
        return None;
    }
    let size = object.stored_size();
    let grown = size + object.growth();
    let project = object.metadata().namespace.as_ref().map(|project| format!(" of the Project {project}"));
    let what = format!("{}{}", object.identity(), project.unwrap_or_default());
    if grown > MAX_OBJECT {
        let message = if size > MAX_OBJECT {
            format!("{what} would have {size} bytes; the limit is {MAX_OBJECT}")
        } else {
            format!("a Promotion of {what} would have about {grown} bytes; the limit is {MAX_OBJECT}")
        };
        return Some(Diagnostic::global(Code::ObjectTooLarge, message).help(advice(object.kind())));
    }
    (size > MAX_ANNOTATION).then(|| {
        Diagnostic::global(
            Code::ServerSideOnly,
            format!(
                "{what} has {size} bytes, and `kubectl apply` takes {MAX_ANNOTATION} unless it is told `--server-side`"
            ),
        )
        .help("apply with `kubectl apply --server-side`")
    })
}

/// Bytes of status that Kargo keeps for a Promotion of so many steps, at most (`stepExecutionMetadata` and `state`; an
/// estimate from Kargo v1.11.2 `api/v1alpha1/promotion_types.go`).
pub(super) fn status_of_promotion(steps: usize) -> usize {
    steps * 400
}

/// The same for a Stage that rebuilds, whose Promotion has most to say when each image is put off and then dispatched, or refused.
///
/// Measured with Kargo v1.11.2's engine: 162,014 bytes for 180 images of 20 letters, 125,574 for 100 of 53. The name of an image
/// stands there twelve times at most, its repository, workflow and branch once.
pub(super) fn status_of_rebuilds<'i>(images: impl Iterator<Item = &'i ManagedImage>) -> usize {
    const OF_ALL: usize = 10_000;
    const OF_EACH: usize = 600;
    const NAMES: usize = 12;
    let of_each = images.map(|ManagedImage { name, source, .. }| {
        let place = source.pipeline.repo().len() + source.pipeline.name().len() + source.branch.len();
        OF_EACH + NAMES * name.len() + place
    });
    OF_ALL + of_each.sum::<usize>()
}

fn advice(kind: &str) -> &'static str {
    match kind {
        kind::STAGE => {
            "put some of the images into a Project of their own (`projects`), give some of them another `rebuildDelay`, or build some on another tag"
        }
        kind::PROJECT_CONFIG => "put some of the images into a Project of their own (`projects`)",
        kind::NAMESPACE => "shorten `namespace.annotations`",
        _ => "shorten its `tags`",
    }
}
