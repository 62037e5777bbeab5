//! The ways in which an image uses another.

use crate::grammar::{Form, choice};
use std::fmt;

choice! {
    /// How an image uses its base.
    EdgeKind {
        /// What the shipped stage is built on, through stages that are built on stages.
        Final = "final",
        /// What another stage is built on.
        Build = "build",
        /// The image of a COPY --from.
        Copy = "copy",
        /// The image of a RUN --mount with `from`.
        Mount = "mount",
        /// What reads the Dockerfile: `# syntax=`.
        Frontend = "frontend",
    }
}

impl Form for EdgeKind {}

impl EdgeKind {
    /// The kinds that trigger unless `triggers` says otherwise.
    pub const DEFAULT: [Self; 4] = [Self::Final, Self::Build, Self::Copy, Self::Mount];
}

impl fmt::Display for EdgeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
