//! The Namespace, the Project and the policies of its Stages.

use super::{PlannedStage, metadata};
use crate::constructs::{ApiObject, Metadata, Text};
use crate::k8s::Namespace;
use crate::kargo::PROJECT_LABEL;
use crate::kargo::project::Project;
use crate::kargo::project_config::{ProjectConfigSpec, PromotionPolicy, StageSelector};
use crate::model::Model;
use indexmap::IndexMap;
use std::collections::BTreeMap;

/// Above so many automatic Stages one policy by label takes the place of a policy for each: Kargo goes through the list for
/// every Stage.
const MAX_POLICIES: usize = 1_000;
/// The label of automatic Stages where one policy selects them all.
const AUTOMATIC_LABEL: &str = "image-factory/promotion";
const AUTOMATIC: &str = "automatic";

/// Whether there are so many automatic Stages that a label selects them.
fn selects_by_label(automatic: usize) -> bool {
    automatic > MAX_POLICIES
}

/// The label of automatic Stages.
fn automatic_label() -> (Text, Text) {
    (AUTOMATIC_LABEL.into(), AUTOMATIC.into())
}

/// Labels the automatic Stages where one policy selects them all.
pub(super) fn label(stages: &mut [PlannedStage]) {
    if selects_by_label(stages.iter().filter(|stage| stage.automatic).count()) {
        for stage in stages.iter_mut().filter(|stage| stage.automatic) {
            stage.object.label(automatic_label());
        }
    }
}

/// Namespace, Project and `ProjectConfig`.
pub(super) fn objects(model: &Model, stages: &[PlannedStage]) -> [ApiObject; 3] {
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
    let automatic: Vec<&str> = stages.iter().filter(|stage| stage.automatic).map(PlannedStage::name).collect();
    let description = format!("promotes {} of {} Stages automatically", automatic.len(), stages.len());
    let policies = policies(&automatic);
    [
        ApiObject::bare::<Namespace>(namespace),
        ApiObject::bare::<Project>(project),
        ApiObject::new(metadata(model, name, description), ProjectConfigSpec { promotion_policies: policies }),
    ]
}

fn texts(map: &IndexMap<String, String>) -> impl Iterator<Item = (Text, Text)> {
    map.iter().map(|(key, value)| (key.clone().into(), value.clone().into()))
}

fn cluster_scoped(metadata: Metadata) -> Metadata {
    Metadata { namespace: None, ..metadata }
}

fn policies(automatic: &[&str]) -> Vec<PromotionPolicy> {
    let policy = |stage_selector| PromotionPolicy { stage_selector, auto_promotion_enabled: true };
    if selects_by_label(automatic.len()) {
        return vec![policy(StageSelector::MatchLabels(BTreeMap::from([automatic_label()])))];
    }
    automatic.iter().map(|name| policy(StageSelector::Name((*name).to_owned()))).collect()
}
