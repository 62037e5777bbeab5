//! What a cluster adds to an object that was applied, which is no difference to what was applied.
//!
//! Two kinds: fields that only servers and controllers write are taken away when a set is read; fields that they fill in if
//! nobody wrote them ([`is_default`]) count as equal to no field at all.

use super::value::{Map, Value};
use crate::factory::intent::{SYNC_WAVE, kind};

/// Fields of `metadata` that the API server and garbage collection write.
const METADATA: [&str; 10] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generateName",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// Labels and annotations of servers, controllers and deployers, by prefix.
const MARKS: [&str; 9] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "kubernetes.io/metadata.name",
    "kargo.akuity.io/abort",
    "kargo.akuity.io/create-actor",
    "kargo.akuity.io/refresh",
    "kargo.akuity.io/reverify",
    "argocd.argoproj.io/",
    "kustomize.toolkit.fluxcd.io/",
    "openshift.io/sa.scc.",
];

/// Finalizers of Kargo and of Kubernetes itself, by prefix.
const FINALIZERS: [&str; 3] = ["kargo.akuity.io/", "foregroundDeletion", "orphan"];

/// Takes away what only servers and controllers write.
pub(super) fn strip(kind: &str, object: &mut Map) {
    object.remove("status");
    match kind {
        // Its only field is a list of finalizers.
        kind::NAMESPACE => object.remove("spec"),
        // Old clusters and OpenShift list the Secrets that they made; ours have none.
        kind::SERVICE_ACCOUNT => {
            object.remove("secrets");
            object.remove("imagePullSecrets");
        }
        _ => {}
    }
    let Some(Value::Map(metadata)) = object.get_mut("metadata") else { return };
    metadata.retain(|key, value| {
        if METADATA.contains(&key) {
            return false;
        }
        match (key, value) {
            ("labels" | "annotations", Value::Map(pairs)) => {
                let is_ours = |name: &str| name == SYNC_WAVE || !MARKS.iter().any(|mark| name.starts_with(mark));
                pairs.retain(|name, _| is_ours(name));
                !pairs.is_empty()
            }
            ("labels" | "annotations", Value::Null) => false,
            ("finalizers", Value::List(names)) => {
                names.retain(|name| {
                    name.text().is_none_or(|name| !FINALIZERS.iter().any(|prefix| name.starts_with(prefix)))
                });
                !names.is_empty()
            }
            _ => true,
        }
    });
}

/// What is filled in, by kind, name of the field and value as JSON: the defaults of Kargo's CRDs and of its webhooks (Kargo
/// v1.11.2 `charts/kargo/resources/crds`, `pkg/subscription/image.go`), those of the CRD of `AnalysisTemplates`, and what
/// Go writes of fields that are not set.
const DEFAULTS: [(&str, &str, &str); 20] = [
    (kind::WAREHOUSE, "interval", r#""5m0s""#),
    (kind::WAREHOUSE, "freightCreationPolicy", r#""Automatic""#),
    (kind::WAREHOUSE, "imageSelectionStrategy", r#""SemVer""#),
    (kind::WAREHOUSE, "strictSemvers", "true"),
    (kind::WAREHOUSE, "discoveryLimit", "20"),
    (kind::WAREHOUSE, "cacheByTag", "false"),
    (kind::WAREHOUSE, "insecureSkipTLSVerify", "false"),
    (kind::PROJECT_CONFIG, "autoPromotionEnabled", "false"),
    (kind::PROJECT_CONFIG, "spec", "{}"),
    (kind::STAGE, "direct", "false"),
    (kind::STAGE, "availabilityStrategy", r#""OneOf""#),
    (kind::STAGE, "availabilityStrategy", r#""""#),
    (kind::STAGE, "requiredSoakTime", r#""0s""#),
    (kind::STAGE, "continueOnError", "false"),
    (kind::STAGE, "errorThreshold", "0"),
    (kind::STAGE, "vars", "[]"),
    (kind::ANALYSIS_TEMPLATE, "name", r#""""#),
    (kind::ANALYSIS_TEMPLATE, "optional", "false"),
    (kind::ANALYSIS_TEMPLATE, "protocol", r#""TCP""#),
    (kind::ANALYSIS_TEMPLATE, "resources", "{}"),
];

/// Whether a field that one side alone has says nothing. `name` is the field's own.
pub(super) fn is_default(kind: &str, name: &str, value: &Value) -> bool {
    if *value == Value::Null {
        return true;
    }
    let small = match value {
        Value::List(items) => items.is_empty(),
        Value::Map(fields) => fields.is_empty(),
        _ => true,
    };
    small && DEFAULTS.iter().any(|(of, field, json)| *of == kind && *field == name && *json == value.to_json())
}
