//! The ways in which an image uses another.

use std::fmt;

/// How an image uses its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// What the shipped stage is built on, through stages that are built on stages.
    Final,
    /// What another stage is built on.
    Build,
    /// The image of a COPY --from.
    Copy,
    /// The image of a RUN --mount with `from`.
    Mount,
    /// What reads the Dockerfile: `# syntax=`.
    Frontend,
}

impl EdgeKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Final, Self::Build, Self::Copy, Self::Mount, Self::Frontend];
    /// The kinds that trigger unless `triggers` says otherwise.
    pub const DEFAULT: [Self; 4] = [Self::Final, Self::Build, Self::Copy, Self::Mount];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Final => "final",
            Self::Build => "build",
            Self::Copy => "copy",
            Self::Mount => "mount",
            Self::Frontend => "frontend",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for EdgeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
