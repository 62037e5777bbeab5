//! Objects to facts.

use super::tree::{Unreadable, each};
use super::{Freight, Order, Outcome, Phase, Project, Projects, Promotion, Stage, Step, Warehouse, Watch};
use crate::factory::intent::{BASELINE, GROUP, RUN, SENT, kind};
use crate::grammar::duration::Duration;
use crate::grammar::moment::Moment;
use crate::source::visible_line;
use crate::words::bounded;
use serde_json::{Value, json};
use std::io::Read;

/// Bytes of a name or a message that are kept: a report of ours has 4,000 (`factory/rounds.rs`).
const LONGEST: usize = 8000;
/// Steps of a Promotion that are kept: a Stage of 1 MiB has fewer.
const MAX_STEPS: usize = 8192;
/// Who made a Promotion (Kargo v1.11.2 `api/v1alpha1/annotations.go`).
const ACTOR: &str = "kargo.akuity.io/create-actor";

/// Reads what kubectl prints ([`super::each`]).
pub fn read(text: impl Read, projects: &mut Projects) -> Result<(), Unreadable> {
    each(text, |object| take(projects, &object))
}

/// Takes what an object says, if it is one of Kargo's that is asked for.
pub fn take(projects: &mut Projects, object: &Value) {
    let version = object["apiVersion"].as_str().unwrap_or_default();
    let is_of_kargo = version.split_once('/').is_some_and(|(group, _)| group == GROUP);
    let (Some(kind), Some(name)) = (object["kind"].as_str(), text(&object["metadata"]["name"])) else { return };
    if !is_of_kargo {
        return;
    }
    let project = || text(&object["metadata"]["namespace"]).unwrap_or_default();
    match kind {
        kind::STAGE => {
            let project = projects.entry(project()).or_default();
            project.manifests.add_object(object);
            project.stages.insert(name, stage(&object["spec"], &object["status"]));
        }
        kind::WAREHOUSE => {
            let project = projects.entry(project()).or_default();
            project.manifests.add_object(object);
            project.warehouses.insert(name, warehouse(&object["status"]));
        }
        kind::PROJECT_CONFIG => {
            let project = projects.entry(project()).or_default();
            project.manifests.add_object(object);
            project.has_config = true;
        }
        "Promotion" => {
            let Some(stage) = text(&object["spec"]["stage"]) else { return };
            let of_stage = projects.entry(project()).or_default().promotions.entry(stage).or_default();
            let promotion = promotion(name, object);
            // Names begin with the Stage and go on with the time, in letters that sort by it; those that people make are others.
            let at = of_stage.partition_point(|other| (other.made, &other.name) < (promotion.made, &promotion.name));
            of_stage.insert(at, promotion);
        }
        "Freight" => {
            let Some(origin) = text(&object["origin"]["name"]) else { return };
            let of_warehouse = projects.entry(project()).or_default().freight.entry(origin).or_default();
            let freight = freight(name, object);
            let at = of_warehouse.partition_point(|other| (other.found, &other.name) < (freight.found, &freight.name));
            of_warehouse.insert(at, freight);
        }
        _ => {}
    }
}

impl Project {
    /// Where no `ProjectConfig` was given, Stages say themselves whether they are automatic.
    pub fn complete(&mut self, namespace: &str) {
        if self.has_config {
            return;
        }
        let automatic = self.stages.iter().filter(|(_, stage)| stage.automatic);
        let policies: Vec<Value> =
            automatic.map(|(name, _)| json!({"stageSelector": {"name": name}, "autoPromotionEnabled": true})).collect();
        self.manifests.add_object(&json!({
            "apiVersion": format!("{GROUP}/v1alpha1"), "kind": kind::PROJECT_CONFIG,
            "metadata": {"name": namespace, "namespace": namespace}, "spec": {"promotionPolicies": policies}
        }));
    }
}

/// A text as it may be shown; none if it is empty or something else.
fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(|text| visible_line(&bounded(text.to_owned(), LONGEST)))
}

fn moment(value: &Value) -> Option<Moment> {
    value.as_str()?.parse().ok()
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The reasons for which a Warehouse is not ready while all may be well. `Reconciling` does not tell: it stays after a failure.
const UNDER_WAY: [&str; 2] = ["DiscoveryInProgress", "AwaitingFreightCreation"];

/// The condition `Ready` of a Warehouse.
fn watch(status: &Value) -> Watch {
    let mut conditions = status["conditions"].as_array().into_iter().flatten();
    let Some(ready) = conditions.find(|condition| condition["type"] == "Ready") else { return Watch::New };
    let message = text(&ready["message"]).unwrap_or_default();
    match ready["status"].as_str() {
        Some("True") => Watch::Found,
        Some("False") if !UNDER_WAY.iter().any(|reason| ready["reason"] == *reason) => Watch::Nothing(message),
        _ => Watch::UnderWay(message),
    }
}

fn stage(spec: &Value, status: &Value) -> Stage {
    // By `Warehouse/NAME`, and a Stage that controls others has those that come of them beside its own.
    let holds = ["autoPromotionHolds", "effectiveAutoPromotionHolds"].into_iter().flat_map(|key| fields(&status[key]));
    let hold = |(origin, hold): (&String, &Value)| {
        Some((origin.split_once('/')?.1.to_owned(), text(&hold["freightName"]).unwrap_or_default()))
    };
    let requests = spec["requestedFreight"].as_array().into_iter().flatten();
    let rests = |request: &Value| Some((text(&request["origin"]["name"])?, text(&request["sources"]["stages"][0])?));
    Stage {
        rests_in: requests.filter_map(rests).collect(),
        holds: holds.filter_map(hold).collect(),
        automatic: status["autoPromotionEnabled"] == true,
    }
}

fn warehouse(status: &Value) -> Warehouse {
    let found = &status["discoveredArtifacts"];
    Warehouse {
        watch: watch(status),
        sees: text(&found["images"][0]["references"][0]["digest"]),
        looked: moment(&found["discoveredAt"]),
    }
}

fn promotion(name: String, object: &Value) -> Promotion {
    let (spec, status) = (&object["spec"], &object["status"]);
    let steps = status["stepExecutionMetadata"].as_array().into_iter().flatten().take(MAX_STEPS);
    Promotion {
        name,
        freight: text(&spec["freight"]).unwrap_or_default(),
        phase: match status["phase"].as_str() {
            Some("Running") => Phase::Running,
            Some("Succeeded") => Phase::Succeeded,
            Some("Failed" | "Errored") => Phase::Failed,
            Some("Aborted") => Phase::Aborted,
            _ => Phase::Pending,
        },
        message: text(&status["message"]).unwrap_or_default(),
        made: moment(&object["metadata"]["creationTimestamp"]),
        finished: moment(&status["finishedAt"]),
        actor: text(&object["metadata"]["annotations"][ACTOR]),
        steps: steps.filter_map(step).collect(),
    }
}

fn step(step: &Value) -> Option<Step> {
    Some(Step {
        alias: text(&step["alias"])?,
        outcome: match step["status"].as_str() {
            Some("Succeeded") => Outcome::Succeeded,
            Some("Skipped") => Outcome::Skipped,
            Some("Failed" | "Errored" | "Aborted") => Outcome::Failed,
            _ => Outcome::Running,
        },
        message: text(&step["message"]).unwrap_or_default(),
    })
}

fn freight(name: String, object: &Value) -> Freight {
    let (image, status) = (&object["images"][0], &object["status"]);
    let part = |key| text(&image[key]);
    let seconds = |text: &Value| text.as_str()?.parse::<Duration>().ok().map(Duration::as_seconds);
    let image_of = |(key, at): (&String, &Value)| {
        let sent = Moment::from_seconds(at.as_i64()?.div_euclid(1000));
        Some((visible_line(key.strip_prefix(SENT)?), sent))
    };
    let metadata = &status["metadata"];
    Freight {
        name,
        found: moment(&object["discoveredAt"]).or_else(|| moment(&object["metadata"]["creationTimestamp"])),
        image: part("repoURL").map(|url| (url, part("tag").unwrap_or_default(), part("digest").unwrap_or_default())),
        is_in: fields(&status["currentlyIn"]).map(|(stage, stay)| (stage.clone(), moment(&stay["since"]))).collect(),
        was_in: fields(&status["verifiedIn"])
            .map(|(stage, stay)| (stage.clone(), seconds(&stay["longestSoak"]).unwrap_or(0)))
            .collect(),
        approved: fields(&status["approvedFor"]).map(|(stage, _)| stage.clone()).collect(),
        sent: fields(metadata).filter_map(image_of).collect(),
        orders: fields(metadata)
            .filter(|(_, order)| order.get("since").is_some())
            .map(|(stage, order)| {
                let since = order["since"].as_i64().map(|since| Moment::from_seconds(since.div_euclid(1000)));
                (stage.clone(), Order { since, is_baseline: order[BASELINE] == true })
            })
            .collect(),
        runs: fields(metadata)
            .filter_map(|(key, run)| Some((visible_line(key.strip_prefix(RUN)?), text(&run["page"])?)))
            .collect(),
    }
}
