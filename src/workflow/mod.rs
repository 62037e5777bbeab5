//! GitHub's workflow files, read for what the rules of `lint` ask of them: what starts a run, which inputs it takes,
//! which runs exclude each other, and which image builds it makes with which build arguments.
//!
//! [`evaluate::evaluate`] says what a run builds: files, an event and the path of a workflow in; builds out, of which each value is known,
//! known in part, or not known and why ([`value`]).
//!
//! Facts, no judgement: a file that is YAML but an odd workflow gives what can be read of it. The syntax is that of
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax>.

mod bake;
pub mod build;
mod builds;
mod command;
mod context;
pub mod evaluate;
pub mod event;
mod expression;
mod facts;
mod list;
mod matrix;
mod read;
pub mod repository;
mod script;
mod shell;
mod steps;
mod tools;
pub mod value;
mod word;
mod written;

pub use bake::{Bake, BakeGroup, BakeTarget, BakeVariable, read_bake};
pub use builds::{ImageBuild, bake_files};
pub use evaluate::evaluate;
pub use facts::{
    Build, BuildArg, BuildTool, Dispatch, DispatchInput, InputKind, Job, MetadataStep, Triggers, Workflow,
};
pub use read::read;
