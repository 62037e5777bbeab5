//! A run without its command line: texts in, a model, problems and manifests out.

pub(crate) mod diagnose;
pub(crate) mod dockerfiles;
pub(crate) mod existing;
pub(crate) mod facts;
pub(crate) mod files;
pub(crate) mod read;
pub(crate) mod synthesis;

/// What a run may say while it works.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Say which files are read, and what is asked for over the network.
    pub verbose: bool,
    /// Show no progress.
    pub quiet: bool,
}
