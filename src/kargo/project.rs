//! Project: cluster-scoped, and without a spec since Kargo 1.7.

use crate::constructs::ObjectKind;

/// The kind; it has no spec.
#[derive(Debug)]
pub struct Project;

impl ObjectKind for Project {
    const API_VERSION: &'static str = super::API_VERSION;
    const KIND: &'static str = "Project";
}
