//! How manifests reach a cluster, and what of the cluster looks after them.

use super::value::Slot;
use schemars::JsonSchema;
use serde::Deserialize;

/// What Argo CD is told.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Argocd {
    /// Whether objects carry the waves in which Argo CD applies them: Namespace, Project, what the Stages need, Warehouses, Stages.
    #[schemars(extend("default" = false))]
    pub sync_waves: Slot<bool>,
}
