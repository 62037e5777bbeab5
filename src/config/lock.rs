//! images.lock.yaml as written: what each managed image was found to be built on.

use super::value::{Entries, Slot};
use serde::Deserialize;

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lock {
    /// 1.
    pub version: Slot<u32>,
    /// An entry for each managed image, by name.
    pub images: Slot<Entries<Slot<LockedImage>>>,
}

/// One image.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LockedImage {
    /// The Dockerfile that was read.
    pub dockerfile: Slot<LockedDockerfile>,
    /// What it is built on.
    pub bases: Slot<Vec<Slot<LockedBase>>>,
    /// The lines of the Dockerfile that decide it.
    pub lines: Slot<Vec<Slot<String>>>,
}

/// Which Dockerfile was read, and how.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct LockedDockerfile {
    /// `owner/name`.
    pub repo: Slot<String>,
    /// Branch.
    pub branch: Slot<String>,
    /// Path in the repository.
    pub path: Slot<String>,
    /// `source.target`, if set.
    pub target: Slot<String>,
    /// `source.buildArgs`, if set.
    pub build_args: Slot<Entries<Slot<String>>>,
    /// `source.platform`, if set.
    pub platform: Slot<String>,
}

/// One edge; a row for each image and kind.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LockedBase {
    /// The reference, normalised.
    pub image: Slot<String>,
    /// The reference as the Dockerfile has it, where that differs.
    pub written: Slot<String>,
    /// `final`, `build`, `copy`, `mount` or `frontend`.
    pub kind: Slot<String>,
    /// Line in the Dockerfile, from 1.
    pub line: Slot<u32>,
}
