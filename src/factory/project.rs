//! The Namespace, the Project and the policies of its Stages.

use super::intent::kind;
use super::{PlannedStage, metadata};
use crate::constructs::{ApiObject, Metadata, Text};
use crate::grammar::fixed::FixedText;
use crate::grammar::kargo::Receiver;
use crate::grammar::kubernetes::{LabelKey, ObjectName};
use crate::grammar::request::BodyPath;
use crate::k8s::Namespace;
use crate::kargo::PROJECT_LABEL;
use crate::kargo::expression::{delimited, string};
use crate::kargo::project::Project;
use crate::kargo::project_config::{
    IndexRequirement, IndexSelector, ProjectConfigSpec, PromotionPolicy, ReceiverConfig, SecretRef, StageSelector,
    WebhookAction, WebhookReceiver, WebhookTargets,
};
use crate::model::{GenericWebhook, Model};
use indexmap::IndexMap;
use std::collections::BTreeMap;
use std::fmt;

/// Above so many automatic Stages one policy by label takes the place of a policy for each: Kargo goes through the list for
/// every Stage.
const MAX_POLICIES: usize = 1_000;
/// The label of automatic Stages where one policy selects them all.
const AUTOMATIC_LABEL: &str = "image-factory/promotion";
const AUTOMATIC: &str = "automatic";

/// Whether there are so many automatic Stages that a label selects them; they carry [`automatic_label`] then.
pub(super) fn selects_by_label(stages: &[PlannedStage<'_>]) -> bool {
    stages.iter().filter(|stage| stage.automatic).count() > MAX_POLICIES
}

/// The label of automatic Stages.
pub(super) fn automatic_label() -> (Text, Text) {
    (AUTOMATIC_LABEL.into(), AUTOMATIC.into())
}

/// Namespace, Project and `ProjectConfig`.
pub(super) fn objects(model: &Model, stages: &[PlannedStage<'_>]) -> [ApiObject; 3] {
    let name = &model.project.name;
    let mut namespace = cluster_scoped(metadata(
        model,
        name,
        format!("holds the Kargo Project {name} and the Secrets that its Stages read"),
    ));
    namespace.labels.extend(texts(&model.project.labels));
    namespace.annotations.extend(texts(&model.project.annotations));
    namespace.labels.insert(PROJECT_LABEL.into(), "true".into());
    let project = cluster_scoped(metadata(model, name, "rebuilds images when their base images change".to_owned()));
    let automatic: Vec<&str> = stages.iter().filter(|stage| stage.automatic).map(|stage| stage.name.as_str()).collect();
    let description = format!("promotes {} of {} Stages automatically", automatic.len(), stages.len());
    let policies = policies(&automatic, selects_by_label(stages));
    [
        ApiObject::bare::<Namespace>(namespace),
        ApiObject::bare::<Project>(project),
        ApiObject::new(
            metadata(model, name, description),
            ProjectConfigSpec { promotion_policies: policies, webhook_receivers: receivers(model) },
        ),
    ]
}

fn texts<V: fmt::Display>(map: &IndexMap<LabelKey, V>) -> impl Iterator<Item = (Text, Text)> {
    map.iter().map(|(key, value)| (key.to_string().into(), value.to_string().into()))
}

fn cluster_scoped(metadata: Metadata) -> Metadata {
    Metadata { namespace: None, ..metadata }
}

fn receivers(model: &Model) -> Vec<WebhookReceiver> {
    let receiver = |(receiver, secret): &(Receiver, ObjectName)| {
        let kind = match receiver {
            // Of GitHub's packages, not of its repositories.
            Receiver::Ghcr => "github",
            other => other.word(),
        };
        let config = ReceiverConfig { secret_ref: SecretRef { name: secret.to_string() }, actions: Vec::new() };
        WebhookReceiver { name: receiver.word(), receiver: BTreeMap::from([(kind, config)]) }
    };
    model.webhooks.iter().map(receiver).chain(model.generic_webhook.iter().map(generic)).collect()
}

/// What has Warehouses look that watch the repository which a body names.
fn generic(webhook: &GenericWebhook) -> WebhookReceiver {
    let path = webhook.repository.expression();
    let url =
        webhook.registry.as_ref().map_or_else(|| path.clone(), |it| format!("{} + {path}", string(&format!("{it}/"))));
    let says = |(path, value): (&BodyPath, &FixedText)| format!("{} == {}", path.expression(), string(value));
    let when: Vec<String> = webhook.when.iter().map(says).collect();
    let watched = IndexRequirement {
        key: "subscribedURLs",
        operator: "Equals",
        value: delimited(&format!("normalizeImage({url})")),
    };
    let action = WebhookAction {
        action: "Refresh",
        when_expression: (!when.is_empty()).then(|| when.join(" and ")),
        target_selection_criteria: vec![WebhookTargets {
            kind: kind::WAREHOUSE,
            index_selector: IndexSelector { match_indices: vec![watched] },
            label_selector: BTreeMap::new(),
        }],
    };
    let name = Receiver::Generic.word();
    let config = ReceiverConfig { secret_ref: SecretRef { name: webhook.secret.to_string() }, actions: vec![action] };
    WebhookReceiver { name, receiver: BTreeMap::from([(name, config)]) }
}

fn policies(automatic: &[&str], by_label: bool) -> Vec<PromotionPolicy> {
    let policy = |stage_selector| PromotionPolicy { stage_selector, auto_promotion_enabled: true };
    if by_label {
        return vec![policy(StageSelector::MatchLabels(BTreeMap::from([automatic_label()])))];
    }
    automatic.iter().map(|name| policy(StageSelector::Name((*name).to_owned()))).collect()
}
