//! image-factory compiles one reviewed file, images.yaml, into the Kargo manifests that rebuild container images when their
//! base images change.
//!
#![cfg_attr(doc, doc = include_str!("../ARCHITECTURE.md"))]

pub mod cli;
pub mod config;
pub mod constructs;
pub mod diagnostic;
pub mod diff;
pub mod discover;
pub mod dockerfile;
pub mod edit;
pub mod emit;
pub mod factory;
pub mod forge;
pub mod io;
pub mod k8s;
pub mod kargo;
pub mod lint;
pub mod lock;
pub mod model;
pub mod reference;
pub mod rollouts;
pub mod scaffold;
pub mod session;
pub mod source;
pub mod templates;
pub mod words;
pub mod workflow;
mod yaml;
