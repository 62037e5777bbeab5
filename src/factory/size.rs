//! Whether an object fits: etcd, the API server and `kubectl apply` each have a limit.

use super::intent::kind;
use crate::constructs::ApiObject;
use crate::diagnostic::{Code, Diagnostic};

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
    let what = object.identity();
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

fn advice(kind: &str) -> &'static str {
    match kind {
        kind::STAGE => {
            "move some of the images to an images.yaml of another `project`, give some of them another `rebuildDelay`, or build some on another tag"
        }
        kind::PROJECT_CONFIG => "move some of the images to an images.yaml of another `project`",
        kind::NAMESPACE => "shorten `namespace.annotations`",
        _ => "shorten its `tags`",
    }
}
