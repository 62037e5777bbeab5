//! Registries that tell Kargo of pushes.

use super::images::Text;
use super::schema::Reserved;
use super::value::{Anything, Entries, Slot, Written};
use crate::grammar::fixed::FixedText;
use crate::grammar::kargo::Receiver;
use crate::grammar::kubernetes::ObjectName;
use crate::grammar::request::BodyPath;
use crate::reference::Registry;
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
    /// Whatever else posts JSON that names the repository; the key of the Secret is `secret`.
    pub generic: Slot<GenericWebhook>,
    /// GitHub's container registry, by Kargo's receiver `github`; the key of the Secret is `secret`.
    pub ghcr: Slot<Webhook>,
    /// Harbor; the key of the Secret is `auth-header`.
    pub harbor: Slot<Webhook>,
    /// Quay; the key of the Secret is `secret`.
    pub quay: Slot<Webhook>,
    /// Not there: Kargo's receiver for GitLab is for pushes of code.
    #[schemars(with = "Reserved")]
    pub gitlab: Slot<Anything>,
}

/// One of them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["secret"]))]
pub struct Webhook {
    /// The Secret in the Project's Namespace, with what only the registry and Kargo know.
    pub secret: Text<ObjectName>,
}

/// Something that posts JSON.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["secret", "repository"]))]
pub struct GenericWebhook {
    /// The Secret in the Project's Namespace, of which Kargo makes the address: who knows that may call.
    pub secret: Text<ObjectName>,
    /// The registry that stands before the path; by default the body has it.
    pub registry: Text<Registry>,
    /// Where the path of the repository stands in the body.
    pub repository: Text<BodyPath>,
    /// What the body must say, by where it stands; else nothing is done.
    #[schemars(extend("examples" = [{"events[0].action": "push"}]))]
    pub when: Slot<Entries<Text<FixedText>, Written<BodyPath>>>,
}

impl Webhooks {
    /// Each with its receiver.
    pub fn all(&self) -> [(Receiver, &Slot<Webhook>); 6] {
        let Self { artifactory, azure, dockerhub, ghcr, harbor, quay, .. } = self;
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
