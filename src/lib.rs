//! image-factory compiles one reviewed file, images.yaml, into the Kargo manifests that rebuild container images when their
//! base images change.
//!
//! Data goes one way:
//!
//! ```text
//! text -> config (as written, with places) -> model (validated, a graph) -> factory (decides what exists)
//!      -> constructs + kargo/k8s (typed objects) -> emit (YAML text, file plan) -> files
//! ```

pub mod config;
pub mod constructs;
pub mod diagnostic;
pub mod emit;
pub mod factory;
pub mod k8s;
pub mod kargo;
pub mod model;
pub mod source;
