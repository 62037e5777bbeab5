//! Kargo's kinds, one a room, typed as far as we write them (Kargo v1.11.2 api/v1alpha1).
//!
//! Its CRDs validate nothing inside of subscriptions and step configs, so the types do: what they cannot say, Kargo does
//! not take. Values are written as Kargo's own defaulting and Go's marshalling would give them back, so that a second
//! apply changes nothing.

pub mod backoff;
pub mod expression;
pub mod project;
pub mod project_config;
pub mod stage;
pub mod step;
pub mod warehouse;

/// The group of all of Kargo's kinds.
pub const GROUP: &str = "kargo.akuity.io";
/// Group and version of all of Kargo's kinds.
pub const API_VERSION: &str = "kargo.akuity.io/v1alpha1";
/// Marks a Namespace that a Project may adopt; the value is the text `true`.
pub const PROJECT_LABEL: &str = "kargo.akuity.io/project";
/// What an object is for, shown by Kargo's UI.
pub const DESCRIPTION: &str = "kargo.akuity.io/description";
/// A Stage's colour in Kargo's UI, as `#rrggbb`.
pub const COLOR: &str = "kargo.akuity.io/color";
/// The label by which a controller of a shard finds what it looks after (Kargo v1.11.2 `pkg/controller/labels.go`).
pub const SHARD_LABEL: &str = "kargo.akuity.io/shard";
