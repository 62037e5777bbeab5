//! Names of objects: a pure function of what they are for, so that a Warehouse is never renamed because other images come
//! and go. A renamed Warehouse is new Freight to Kargo, and so a rebuild (Kargo v1.11.2 pkg/api/freight.go).

use crate::grammar::kubernetes::{ObjectName, dns_name};
use crate::reference::Reference;
use std::fmt;
use std::ops::Deref;

/// The label by which what is ours is found again.
pub const MANAGED_BY_LABEL: &str = "app.kubernetes.io/managed-by";

/// Kargo's mark of a Namespace that a Project may adopt (v1.11.2 `api/v1alpha1/labels.go`), as `kargo::PROJECT_LABEL` for rooms that
/// know no Kargo.
pub const PROJECT_LABEL: &str = "kargo.akuity.io/project";

/// How the name of a Stage begins that rebuilds for a base.
pub const TRIGGER_STAGE: &str = "rebuild-trigger-";
/// How the name of a Stage begins that rebuilds an image for several bases at once.
pub const IMAGE_STAGE: &str = "rebuild-";
/// How the name of a Stage begins in which Freight of a base waits.
pub const SOAK_STAGE: &str = "soak-";
/// How the name of a Stage begins that looks at the Dockerfile of an image.
pub const ANALYSIS_STAGE: &str = "analyze-dockerfile-";

/// The name of a base: what a DNS name is made of, and of any length, since [`ObjectName::joined`] cuts it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BaseName(String);

impl BaseName {
    /// The name that a base gets from its reference: `node-22-bookworm-slim`, `bitnami-node-18`, `ghcr.io-org-base-1.4`.
    ///
    /// A digest is no part of it: pinned and unpinned users of a tag share its Warehouse.
    pub fn of(reference: &Reference) -> Self {
        Self(dns_name(&reference.by_tag().familiar()))
    }

    /// The name of its Warehouse.
    pub fn warehouse(&self) -> ObjectName {
        ObjectName::joined(&[self])
    }
}

impl From<ObjectName> for BaseName {
    fn from(name: ObjectName) -> Self {
        Self(name.into())
    }
}

impl Deref for BaseName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The Stage that rebuilds for a base; `suffix` tells the Stages of its policies apart.
pub fn trigger_stage(base: &str, suffix: &str) -> ObjectName {
    ObjectName::joined(&[TRIGGER_STAGE, base, suffix])
}

/// The Stage that rebuilds an image for several bases at once; `suffix` tells the Stages of its policies apart.
pub fn image_stage(image: &str, suffix: &str) -> ObjectName {
    ObjectName::joined(&[IMAGE_STAGE, image, suffix])
}

/// The Stage in which Freight of a base waits.
pub fn soak_stage(base: &str) -> ObjectName {
    ObjectName::joined(&[SOAK_STAGE, base])
}

/// The Stage that looks at the Dockerfile of an image.
pub fn analysis_stage(image: &str) -> ObjectName {
    ObjectName::joined(&[ANALYSIS_STAGE, image])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_name(text: &str) -> bool {
        text.parse::<ObjectName>().is_ok()
    }

    #[test]
    fn bases_are_named_after_their_reference() {
        for (reference, name) in [
            ("node:22-bookworm-slim", "node-22-bookworm-slim"),
            ("docker.io/library/python:3.12-slim", "python-3.12-slim"),
            ("bitnami/node:18", "bitnami-node-18"),
            ("ghcr.io/org/base:1.4", "ghcr.io-org-base-1.4"),
            ("node", "node-latest"),
            ("localhost:5000/team/App_x:1", ""),
            ("localhost:5000/team/app_x:1", "localhost-5000-team-app-x-1"),
            ("node:V1_X", "node-v1-x"),
            ("node:1.", "node-1"),
            ("node:1.-rc", "node-1-rc"),
            ("node:1--rc", "node-1--rc"),
            ("node:_x", "node--x"),
            ("node:22@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "node-22"),
        ] {
            if name.is_empty() {
                assert!(Reference::parse(reference).is_err());
            } else {
                assert_eq!(&*BaseName::of(&Reference::parse(reference).unwrap()), name);
                assert!(is_name(name), "{name}");
            }
        }
    }
}
