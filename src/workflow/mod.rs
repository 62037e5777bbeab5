//! Files of CI: what starts a run, of GitHub's workflows, which Gitea and Forgejo have too ([`read()`]), and of GitLab's file
//! ([`gitlab`]) and those of Azure DevOps ([`azure`]); and what a run of GitHub's builds ([`evaluate::evaluate`]).
//!
//! Facts, no judgement: a file that is YAML but an odd workflow gives what can be read of it. The syntax is that of
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax>.
//!
//! What a run builds is worked out before it: files, an event and the path of a workflow in; builds out, of which each value is known,
//! known in part, or not known and why ([`value`]).

pub mod azure;
mod bake;
pub mod build;
mod compose;
mod context;
pub mod evaluate;
pub mod event;
mod expression;
mod facts;
pub mod gitlab;
mod make;
mod matrix;
mod read;
pub mod repository;
mod script;
mod tools;
pub mod value;
mod written;

pub use evaluate::evaluate;
pub use facts::{Dispatch, DispatchInput, InputKind, Triggers, Workflow};
pub use read::read;
