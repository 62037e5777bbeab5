//! Warehouse: what is watched.

use crate::constructs::ObjectKind;
use serde::Serialize;

/// `spec`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WarehouseSpec {
    /// The shard of the controller that looks after it, if that has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<String>,
    /// How often, as Go prints a duration; Kargo's operator sets a lower bound (5m0s by default).
    pub interval: String,
    /// `Automatic`.
    pub freight_creation_policy: &'static str,
    /// Ours have one each: two tags of one repository cannot be in one Warehouse.
    pub subscriptions: Vec<Subscription>,
}

impl ObjectKind for WarehouseSpec {
    const API_VERSION: &'static str = super::API_VERSION;
    const KIND: &'static str = "Warehouse";
}

/// An item of `subscriptions`: an object with exactly one key.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Subscription {
    /// Images of a repository.
    Image(ImageSubscription),
}

/// `image` (Kargo v1.11.2 pkg/subscription/schemas/image.json).
///
/// Kargo drops keys that it does not know without a word, which is why nothing but this type may write them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageSubscription {
    /// Registry and repository, no scheme and no tag. Part of the Freight's identity.
    #[serde(rename = "repoURL")]
    pub repo_url: String,
    /// How an image is picked.
    pub image_selection_strategy: ImageSelectionStrategy,
    /// The tag for `Digest`, a range of versions for `SemVer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraint: Option<String>,
    /// Whether versions need three parts; Kargo's default.
    pub strict_semvers: bool,
    /// RE2, unanchored; one must match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow_tags_regexes: Vec<String>,
    /// RE2, unanchored; none may match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ignore_tags_regexes: Vec<String>,
    /// How many images are looked at, newest first; 1 to 100.
    pub discovery_limit: u8,
}

/// `imageSelectionStrategy`.
#[derive(Debug, Clone, Copy, Serialize)]
pub enum ImageSelectionStrategy {
    /// What one tag points at.
    Digest,
    /// The last tag of the alphabet.
    Lexical,
    /// The image that was built last.
    NewestBuild,
    /// The highest semantic version among the tags.
    SemVer,
}
