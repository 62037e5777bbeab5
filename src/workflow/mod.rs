//! GitHub's workflow files, read for what the rules of `lint` ask of them: what starts a run, which inputs it takes,
//! which runs exclude each other, and which image builds it makes with which build arguments.
//!
//! Facts, no judgement: a file that is YAML but an odd workflow gives what can be read of it. The syntax is that of
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax>.

mod bake;
mod builds;
mod command;
mod facts;
mod list;
mod read;
mod shell;
mod steps;
mod word;

pub use bake::{Bake, BakeGroup, BakeTarget, BakeVariable, read_bake};
pub use builds::{ImageBuild, bake_files};
pub use facts::{
    Build, BuildArg, BuildTool, Dispatch, DispatchInput, InputKind, Job, MetadataStep, Triggers, Workflow,
};
pub use read::read;
