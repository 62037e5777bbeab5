//! image-factory compiles one reviewed file, images.yaml, into the Kargo manifests that rebuild container images when their
//! base images change.
//!
//! Data goes one way:
//!
//! ```text
//! text -> config (as written, with places) -> model (validated, a graph) -> factory (decides what exists)
//!      -> constructs + kargo/k8s (typed objects) -> emit (YAML text, file plan) -> files
//! ```
//!
//! | room | what is in it |
//! |---|---|
//! | [`source`] | text and places in it |
//! | [`diagnostic`] | problems as values, the table of codes, renderers |
//! | `yaml` | YAML text to a tree with places |
//! | [`dockerfile`] | Dockerfiles to stages and edges, as BuildKit reads them |
//! | [`config`] | images.yaml, its lock and the Python original's state, exactly as written |
//! | [`workflow`] | GitHub's workflow files and bake files: what starts them and what they build |
//! | [`model`] | what they mean: references, durations, names, policies, the graph |
//! | [`discover`] | what Dockerfiles say, as entries of the lock |
//! | [`lint`] | rules over all of this, one a file; fixes applied to text |
//! | [`scaffold`] | new entries of images.yaml: from a repository, or one more |
//! | [`constructs`] | a small cdk8s: objects, metadata, order |
//! | [`kargo`], [`rollouts`], [`k8s`] | the kinds that are written |
//! | [`factory`] | policy: which objects an image gets |
//! | [`emit`] | objects to YAML text and a plan of files |
//! | [`diff`] | two sets of manifests to what changes: in sentences, by object and field |
//! | [`templates`] | what is handed out as text: workflows |
//! | [`io`] | files, environment, network, clock, terminal |
//! | [`cli`] | the shell: one file a command |

pub mod cli;
pub mod config;
pub mod constructs;
pub mod diagnostic;
pub mod diff;
pub mod discover;
pub mod dockerfile;
pub mod emit;
pub mod factory;
pub mod io;
pub mod k8s;
pub mod kargo;
pub mod lint;
pub mod model;
pub mod rollouts;
pub mod scaffold;
pub mod source;
pub mod templates;
pub mod workflow;
mod yaml;
