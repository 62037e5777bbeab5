//! What the cluster is told of the objects as such: in which waves Argo CD applies them, and which of Kargo's controllers looks
//! after them.

use super::intent::{SYNC_WAVE, kind};
use crate::constructs::{Metadata, Text};
use crate::grammar::kubernetes::Shard;
use crate::kargo::SHARD_LABEL;

/// The annotation of an object of that kind. Kargo's webhooks take a Project where its Namespace is there, and everything else
/// where the Project is (Kargo v1.11.2 `pkg/webhook/kubernetes`); Argo CD prunes in the opposite order.
pub(super) fn sync_wave(of: &str) -> (Text, Text) {
    let wave = match of {
        kind::NAMESPACE => "0",
        kind::PROJECT => "1",
        kind::WAREHOUSE => "3",
        kind::STAGE => "4",
        // The ProjectConfig, and what Stages that are verified need.
        _ => "2",
    };
    (SYNC_WAVE.into(), wave.into())
}

/// The field for the shard, and its label beside that: Kargo's webhooks write it, and what is stored stays what was applied (Kargo
/// v1.11.2 `pkg/webhook/kubernetes/stage/webhook.go`, line 90, `.../warehouse/webhook.go`, line 62).
pub(super) fn shard(metadata: &mut Metadata, shard: Option<&Shard>) -> Option<String> {
    let shard = shard?.to_string();
    metadata.labels.insert(SHARD_LABEL.into(), shard.clone().into());
    Some(shard)
}
