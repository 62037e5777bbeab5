//! Paths in a repository.

use crate::workflow::evaluate::{join, normal};
use crate::workflow::value::Text;

/// A path under a folder, both from the root of a repository, without empty parts and dots.
pub(super) fn under(folder: &Text, path: &Text) -> Text {
    let joined = join(folder, path);
    normal(&joined).unwrap_or(joined)
}
