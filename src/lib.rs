//! image-factory compiles one reviewed file, images.yaml, into the Kargo manifests that rebuild container images when their
//! base images change.
//!
//! A [`session`] is a run: a tree of files in; a model, manifests and problems out. The command line, the tests and the benches ask it
//! all the same.
//!
//! ```
//! use image_factory::session::{Options, Session, Tree};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let images = "\
//! - name: web
//!   repository: acme/web
//!   source: {repo: acme/web}
//!   rebuildDelay: 7d
//! ";
//! let tree = Tree::memory([("images.yaml", images), ("Dockerfile", "FROM node:22-bookworm-slim\n")]);
//! let synthesis = Session::read(tree, Options::default())?.synth()?;
//!
//! assert!(!synthesis.problems.stop(), "{:?}", synthesis.problems);
//! assert_eq!(synthesis.added.map(|added| added.images), Some(vec!["web".to_owned()]), "found in its Dockerfile");
//! assert!(synthesis.documents.text().contains("name: rebuild-trigger-node-22-bookworm-slim"));
//! # Ok(())
//! # }
//! ```
//!
#![cfg_attr(doc, doc = include_str!("../ARCHITECTURE.md"))]

pub mod builds;
pub mod cli;
pub mod cluster;
pub mod config;
pub mod constructs;
pub mod diagnostic;
pub mod diff;
pub mod discover;
pub mod dockerfile;
pub mod doctor;
pub mod edit;
pub mod emit;
pub mod factory;
pub mod forge;
pub mod grammar;
pub mod graph;
pub mod impact;
pub mod io;
pub mod k8s;
pub mod kargo;
pub mod lint;
pub mod lock;
pub mod model;
pub mod policies;
pub mod reference;
pub mod registry;
pub mod rollouts;
pub mod scaffold;
pub mod session;
pub mod source;
pub mod stale;
pub mod status;
pub mod style;
pub mod templates;
pub mod trigger;
pub mod words;
pub mod workflow;
mod yaml;
