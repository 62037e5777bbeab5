//! What is done in a cluster to start rebuilds, by the lines of the README ("Testing by hand", "What is urgent").

use crate::cluster::{Freight, Phase, Project, Promotion};
use crate::diff::intent::{Intent, Rebuild};
use crate::factory::intent::{GROUP, record};
use crate::grammar::moment::Moment;
use crate::source::visible_line;
use crate::words::{append, shell_quoted};
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// The annotation with the reason, on what somebody starts.
pub const REASON: &str = "image-factory/reason";

/// What is done for a Stage.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Its name.
    pub stage: String,
    /// The images that it rebuilds.
    pub images: Vec<String>,
    /// What is promoted.
    pub freight: String,
    /// In this order.
    pub calls: Vec<Call>,
}

/// One call of kubectl.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Its arguments.
    pub arguments: Vec<String>,
    /// What it reads from its input.
    pub input: Option<String>,
}

impl Call {
    fn new(arguments: &[&str]) -> Self {
        Self { arguments: arguments.iter().map(|word| (*word).to_owned()).collect(), input: None }
    }

    /// As it is typed; `typed` types its arguments.
    pub fn typed(&self, typed: impl Fn(&[&str]) -> String) -> String {
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let mut line = typed(&arguments);
        if let Some(input) = &self.input {
            append!(line, " <<<{}", shell_quoted(input));
        }
        line
    }
}

/// What is wanted.
pub struct Wanted<'w> {
    /// The Namespace.
    pub namespace: &'w str,
    /// The Warehouse of the base.
    pub warehouse: &'w str,
    /// Why.
    pub reason: Option<&'w str>,
}

/// What is done for each Stage that rebuilds for a base, or why nothing can be.
pub fn plan(project: &Project, wanted: &Wanted<'_>, now: Moment) -> Result<Vec<Plan>, String> {
    let intent = project.intent();
    let mut by_stage: BTreeMap<&str, Vec<&Rebuild>> = BTreeMap::new();
    for rebuild in intent.rebuilds.values().filter(|rebuild| rebuild.warehouse == wanted.warehouse) {
        by_stage.entry(&rebuild.stage).or_default().push(rebuild);
    }
    if by_stage.is_empty() {
        return Err(format!("the cluster has no Stage that rebuilds for the Warehouse {}", wanted.warehouse));
    }
    let Some(freight) = project.newest(wanted.warehouse) else {
        return Err(format!("Kargo has found no digest for the Warehouse {} yet; `status` says why", wanted.warehouse));
    };
    let of_stage = |(stage, uses): (&str, Vec<&Rebuild>)| {
        let images: BTreeSet<String> = uses.iter().map(|rebuild| visible_line(&rebuild.image)).collect();
        let calls = calls(project, wanted, (stage, uses.first()?), (freight, &intent), now);
        Some(calls.map(|calls| Plan {
            stage: stage.to_owned(),
            images: images.into_iter().collect(),
            freight: freight.name.clone(),
            calls,
        }))
    };
    by_stage.into_iter().filter_map(of_stage).collect()
}

fn calls(
    project: &Project,
    wanted: &Wanted<'_>,
    (stage, rebuild): (&str, &Rebuild),
    (freight, intent): (&Freight, &Intent),
    now: Moment,
) -> Result<Vec<Call>, String> {
    let policy = &rebuild.policy;
    if policy.delay().is_some_and(|delay| rests(project, wanted, stage, freight, now) < delay.as_seconds()) {
        let approve = approve(wanted, stage, freight, intent.urgent.as_deref());
        let note = wanted.reason.map(|reason| note(wanted, freight, reason));
        // Kargo then promotes it by itself where that is automatic; a second Promotion would send what the first has sent.
        let by_hand = (!policy.is_automatic()).then(|| promote(wanted, stage, freight));
        return Ok([Some(approve), note, by_hand].into_iter().flatten().collect());
    }
    let all = || project.promotions.get(stage).into_iter().flatten();
    let Some(running) = all().find(|promotion| promotion.phase == Phase::Running) else {
        return match all().find(|other| other.phase == Phase::Pending && other.freight == freight.name) {
            Some(pending) => Err(format!("the Promotion {} of the Stage {stage} is about to begin", pending.name)),
            None => Ok(vec![promote(wanted, stage, freight)]),
        };
    };
    match (is_waiting(running), intent.urgent.is_some()) {
        (true, true) => Ok(vec![abort(wanted, running), promote(wanted, stage, freight)]),
        (true, false) => Err(format!(
            "the Promotion {} of the Stage {stage} waits for its time, and so would another: `urgent` in images.yaml lets what somebody promotes skip that",
            running.name
        )),
        (false, _) if running.freight == freight.name => Err(format!(
            "the Promotion {} of the Stage {stage} is at work already; `status` says how far it is",
            running.name
        )),
        (false, _) => Ok(vec![promote(wanted, stage, freight)]),
    }
}

/// For how many seconds Freight has rested where it has to; for ever if somebody has approved it.
fn rests(project: &Project, wanted: &Wanted<'_>, stage: &str, freight: &Freight, now: Moment) -> u64 {
    if freight.approved.contains(stage) {
        return u64::MAX;
    }
    project.rested((stage, wanted.warehouse), freight, now).unwrap_or(0)
}

/// Whether a Promotion waits for a delay or a window.
fn is_waiting(promotion: &Promotion) -> bool {
    let alias = promotion.current().map(|step| step.alias.as_str());
    matches!(alias, Some(record::WAIT_FOR_DELAY | record::WAIT_FOR_WINDOW))
}

fn approve(wanted: &Wanted<'_>, stage: &str, freight: &Freight, urgent: Option<&str>) -> Call {
    let text = |text: &str| json!(text).to_string();
    let label =
        urgent.map(|label| format!(r#","metadata":{{{}:{}}}"#, text(label), text(wanted.reason.unwrap_or("by hand"))));
    let patch = format!(r#"{{"status":{{"approvedFor":{{{}:{{}}}}{}}}}}"#, text(stage), label.unwrap_or_default());
    let kind = format!("freights.{GROUP}");
    Call::new(&[
        "patch",
        &kind,
        &freight.name,
        "-n",
        wanted.namespace,
        "--subresource=status",
        "--type=merge",
        "-p",
        &patch,
    ])
}

fn note(wanted: &Wanted<'_>, freight: &Freight, reason: &str) -> Call {
    let annotation = format!("{REASON}={reason}");
    let kind = format!("freights.{GROUP}");
    Call::new(&["annotate", &kind, &freight.name, "-n", wanted.namespace, "--overwrite", &annotation])
}

fn abort(wanted: &Wanted<'_>, promotion: &Promotion) -> Call {
    let kind = format!("promotions.{GROUP}");
    Call::new(&["annotate", &kind, &promotion.name, "-n", wanted.namespace, "kargo.akuity.io/abort=terminate"])
}

/// A Promotion, whose name and steps Kargo's webhook makes; in this order of its fields.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Promoted<'p> {
    api_version: String,
    kind: &'static str,
    metadata: Metadata<'p>,
    spec: Spec<'p>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata<'p> {
    generate_name: &'static str,
    namespace: &'p str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<&'static str, &'p str>,
}

#[derive(Serialize)]
struct Spec<'p> {
    stage: &'p str,
    freight: &'p str,
}

fn promote(wanted: &Wanted<'_>, stage: &str, freight: &Freight) -> Call {
    let annotations = wanted.reason.iter().map(|reason| (REASON, *reason)).collect();
    let promotion = Promoted {
        api_version: format!("{GROUP}/v1alpha1"),
        kind: "Promotion",
        metadata: Metadata { generate_name: "by-hand-", namespace: wanted.namespace, annotations },
        spec: Spec { stage, freight: &freight.name },
    };
    // Texts are always JSON.
    let input = serde_json::to_string(&promotion).unwrap_or_default();
    Call { input: Some(input), ..Call::new(&["create", "-f", "-"]) }
}
