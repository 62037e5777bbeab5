//! Registries that tell Kargo of pushes.

use super::images::Text;
use super::value::Slot;
use crate::grammar::kargo::Receiver;
use crate::grammar::kubernetes::ObjectName;
use schemars::JsonSchema;
use serde::Deserialize;

/// Registries that tell Kargo of pushes, so that it need not wait for its next look.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Webhooks {
    /// Artifactory; the key of the Secret is `secret-token`.
    pub artifactory: Slot<Webhook>,
    /// Azure Container Registry; the key of the Secret is `secret`.
    pub azure: Slot<Webhook>,
    /// Docker Hub; the key of the Secret is `secret`.
    pub dockerhub: Slot<Webhook>,
    /// GitHub's container registry; the key of the Secret is `secret`.
    pub ghcr: Slot<Webhook>,
    /// Harbor; the key of the Secret is `auth-header`.
    pub harbor: Slot<Webhook>,
    /// Quay; the key of the Secret is `secret`.
    pub quay: Slot<Webhook>,
}

/// One of them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["secret"]))]
pub struct Webhook {
    /// The Secret in the Project's Namespace, with what only the registry and Kargo know.
    pub secret: Text<ObjectName>,
}

impl Webhooks {
    /// Each with its receiver.
    pub fn all(&self) -> [(Receiver, &Slot<Webhook>); 6] {
        let Self { artifactory, azure, dockerhub, ghcr, harbor, quay } = self;
        [
            (Receiver::Artifactory, artifactory),
            (Receiver::Azure, azure),
            (Receiver::DockerHub, dockerhub),
            (Receiver::Ghcr, ghcr),
            (Receiver::Harbor, harbor),
            (Receiver::Quay, quay),
        ]
    }
}
