//! Which Stages are promoted by themselves.

use super::variable;
use crate::diff::set::{ManifestSet, Object};
use crate::diff::value::Value;
use crate::factory::intent::{DELAY, GROUP, SCHEDULE, kind};
use crate::model::{Duration, Policy};
use std::collections::HashMap;
use std::sync::Arc;

/// The promotion policies of all Projects of a set, and which Stages they make automatic.
pub(super) struct Policies {
    /// By namespace and name.
    automatic: HashMap<(String, String), bool>,
}

/// The policies of one Project in their order; the first that selects a Stage decides (Kargo v1.11.2
/// `pkg/api/auto_promotion.go`).
#[derive(Default)]
struct Rules<'a> {
    names: HashMap<&'a str, (usize, bool)>,
    labels: Vec<(usize, &'a Value, bool)>,
}

impl Policies {
    pub(super) fn read(set: &ManifestSet) -> Self {
        let mut rules: HashMap<&str, Rules<'_>> = HashMap::new();
        for (key, object) in
            set.objects.iter().filter(|(key, _)| key.group == GROUP && key.kind == kind::PROJECT_CONFIG)
        {
            let policies = object.value.items_at(&["spec", "promotionPolicies"]);
            let rules = rules.entry(key.namespace.as_deref().unwrap_or_default()).or_default();
            for (index, policy) in policies.iter().enumerate() {
                let automatic = policy.get("autoPromotionEnabled") == Some(&Value::Bool(true));
                let name = policy.text_at(&["stageSelector", "name"]).or_else(|| policy.text_at(&["stage"]));
                if let Some(name) = name {
                    rules.names.entry(name).or_insert((index, automatic));
                } else if let Some(labels) = policy.at(&["stageSelector", "matchLabels"]) {
                    rules.labels.push((index, labels, automatic));
                }
            }
        }
        let stages = set.objects.iter().filter(|(key, _)| key.group == GROUP && key.kind == kind::STAGE);
        let automatic = stages.map(|(key, object)| {
            let namespace = key.namespace.clone().unwrap_or_default();
            let decides = rules.get(namespace.as_str()).is_some_and(|rules| rules.decide(object));
            ((namespace, key.name.clone()), decides)
        });
        Self { automatic: automatic.collect() }
    }

    /// When a Stage rebuilds, within the schedule that one of its variables says: by itself if it is automatic, and the Stage in which the Freight waits is too.
    pub(super) fn of(&self, stage: &Object, request: &Value) -> Policy {
        let sources = request.get("sources").unwrap_or(&Value::Null);
        let upstream: Vec<&str> = sources.items_at(&["stages"]).iter().filter_map(Value::text).collect();
        let namespace = stage.identity.namespace.as_deref().unwrap_or_default();
        let is_automatic =
            |name: &str| self.automatic.get(&(namespace.to_owned(), name.to_owned())).copied().unwrap_or(false);
        let direct = sources.get("direct") == Some(&Value::Bool(true));
        if !is_automatic(&stage.identity.name) || (!direct && !upstream.iter().copied().all(is_automatic)) {
            return Policy::MANUAL;
        }
        // Kargo ignores the soak time of Freight that also comes directly.
        let delay = sources.text_at(&["requiredSoakTime"]).filter(|_| !direct);
        let spec = stage.value.get("spec").unwrap_or(&Value::Null);
        let schedule = variable(spec, SCHEDULE);
        let length = |text: &str| text.parse::<Duration>().ok();
        let policy = match variable(spec, DELAY).and_then(length) {
            Some(delay) => Policy::after_update(delay),
            None => Policy::automatic(delay.and_then(length).unwrap_or(Duration::ZERO)),
        };
        policy.within(schedule.and_then(|text| text.parse().ok()).map(Arc::new))
    }
}

impl Rules<'_> {
    fn decide(&self, stage: &Object) -> bool {
        let labels = stage.value.at(&["metadata", "labels"]).unwrap_or(&Value::Null);
        let carries = |wanted: &Value| wanted.fields().all(|(name, value)| labels.get(name) == Some(value));
        let by_label = self.labels.iter().find(|(_, wanted, _)| carries(wanted)).map(|(index, _, yes)| (*index, *yes));
        let by_name = self.names.get(stage.identity.name.as_str()).copied();
        by_label.into_iter().chain(by_name).min().is_some_and(|(_, automatic)| automatic)
    }
}
