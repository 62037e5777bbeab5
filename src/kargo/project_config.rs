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
