//! `ProjectConfig`: which Stages are promoted without anybody's word. It has the name of its namespace.

use crate::constructs::{ObjectKind, Text};
use serde::Serialize;
use std::collections::BTreeMap;

/// `spec`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectConfigSpec {
    /// The first that selects a Stage decides (Kargo v1.11.2 `pkg/api/auto_promotion.go`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub promotion_policies: Vec<PromotionPolicy>,
}

impl ObjectKind for ProjectConfigSpec {
    const API_VERSION: &'static str = super::API_VERSION;
    const KIND: &'static str = "ProjectConfig";
}

/// An item of `promotionPolicies`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PromotionPolicy {
    /// Which Stages of the Project it is for.
    pub stage_selector: StageSelector,
    /// Whether they are promoted automatically; a Stage without a policy is not.
    pub auto_promotion_enabled: bool,
}

/// `stageSelector`; an empty one would select every Stage, so there is none.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StageSelector {
    /// The Stage of exactly this name.
    Name(String),
    /// Stages with these labels.
    MatchLabels(BTreeMap<Text, Text>),
}
