//! What a registry is asked and what it answers, as values: manifests, provenance, and how it asks for a token.
//!
//! | file | what is in it |
//! |---|---|
//! | [`document`] | manifests, indexes and configurations (OCI image-spec v1.1, Docker's schema 2) |
//! | [`provenance`] | attestations that `BuildKit` puts beside an image, and which bases they name |
//! | [`challenge`] | what a registry that refuses asks for (distribution-spec, RFC 9110 11.6.1) |
//! | [`version`] | the tag that Kargo takes for the newest |

pub mod challenge;
pub mod document;
pub mod provenance;
pub mod version;

pub use document::{Config, Descriptor, Digest, Manifest, Platform};
pub use provenance::Material;
