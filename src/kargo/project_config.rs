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
    /// Who may tell Kargo of pushes. Kargo's status has the address for each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub webhook_receivers: Vec<WebhookReceiver>,
}

/// An item of `webhookReceivers` (Kargo v1.11.2 `kargo.akuity.io_projectconfigs.yaml`).
#[derive(Debug, Serialize)]
pub struct WebhookReceiver {
    /// Unique in the list.
    pub name: &'static str,
    /// One key: the kind of the receiver.
    #[serde(flatten)]
    pub receiver: BTreeMap<&'static str, ReceiverConfig>,
}

/// What every kind of receiver has.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceiverConfig {
    /// The Secret that it shares with whoever calls it.
    pub secret_ref: SecretRef,
    /// What is done when it is called; of `generic` alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<WebhookAction>,
}

/// An item of `actions`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookAction {
    /// `Refresh`: the targets look at once.
    pub action: &'static str,
    /// An expression, without delimiters, that must hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when_expression: Option<String>,
    /// Which Warehouses.
    pub target_selection_criteria: Vec<WebhookTargets>,
}

/// An item of `targetSelectionCriteria`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookTargets {
    /// `Warehouse`.
    pub kind: &'static str,
    /// Those that are found by what Kargo indexes.
    pub index_selector: IndexSelector,
    /// Empty: any; Go writes it back.
    pub label_selector: BTreeMap<Text, Text>,
}

/// `indexSelector`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexSelector {
    /// All of which must hold.
    pub match_indices: Vec<IndexRequirement>,
}

/// An item of `matchIndices`.
#[derive(Debug, Serialize)]
pub struct IndexRequirement {
    /// `subscribedURLs`: what a Warehouse watches.
    pub key: &'static str,
    /// `Equals`.
    pub operator: &'static str,
    /// A text with an expression.
    pub value: String,
}

/// A Secret in the namespace of the Project.
#[derive(Debug, Serialize)]
pub struct SecretRef {
    /// Its name.
    pub name: String,
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
