//! Stages: one `rebuild-trigger-<base>` for each base and policy, and `soak-<base>` where one of them waits.

use super::baseline::{self, Baseline};
use super::intent::{FOLLOWERS, kind, record};
use super::requests::Requests;
use super::{PlannedStage, delivery, describe, metadata, rounds, size};
use crate::constructs::ApiObject;
use crate::diagnostic::{Code, Diagnostic};
use crate::grammar::kubernetes::ObjectName;
use crate::kargo::COLOR;
use crate::kargo::stage::{
    FreightOrigin, FreightSources, PromotionTemplate, PromotionTemplateSpec, RequestedFreight, StageSpec, Variable,
};
use crate::kargo::step::{Step, compose_output};
use crate::model::cascade::Follower;
use crate::model::name::{soak_stage, trigger_stage};
use crate::model::{Base, Dependent, Model, Policy};
use std::collections::{BTreeMap, HashMap};

/// Kargo's UI paints Stages: those that dispatch by themselves, those that wait for somebody, those that only hold Freight.
const AUTOMATIC_COLOR: &str = "#2563eb";
const MANUAL_COLOR: &str = "#6b7280";
const SOAK_COLOR: &str = "#d97706";

/// What is known of a Stage before it is made.
struct Plan<'a> {
    name: ObjectName,
    base: &'a Base,
    /// Of whom.
    dependents: Vec<&'a Dependent>,
    role: Role,
}

/// What a Stage does for its dependents.
enum Role {
    /// It rebuilds them.
    Trigger(Policy),
    /// Freight waits in it for these Stages.
    Soak(Vec<String>),
}

/// All Stages that rebuild or wait, by name.
pub(super) fn stages<'a>(
    model: &'a Model,
    requests: &'a Requests<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<PlannedStage<'a>> {
    let mut plans: Vec<Plan<'_>> = model.bases.iter().flat_map(|base| plan(model, base)).collect();
    plans.sort_by(|a, b| a.name.cmp(&b.name));
    report_collisions(model, &plans, diagnostics);
    plans.dedup_by(|a, b| a.name == b.name);
    let planned = plans.into_iter().map(|plan| PlannedStage {
        name: plan.name.clone(),
        automatic: is_automatic(&plan),
        make: Box::new(move || stage(model, &plan, requests)),
    });
    planned.collect()
}

fn is_automatic(plan: &Plan<'_>) -> bool {
    match &plan.role {
        Role::Trigger(policy) => policy.is_automatic(),
        Role::Soak(_) => true,
    }
}

/// The Stages of a base. The bare name is for the default policy if a dependent has it, else for the policy of the dependent
/// whose name sorts first, so that a base with one policy always has the name that one expects.
fn plan<'a>(model: &Model, base: &'a Base) -> Vec<Plan<'a>> {
    let mut by_policy: BTreeMap<&Policy, Vec<&Dependent>> = BTreeMap::new();
    for dependent in &base.dependents {
        by_policy.entry(&dependent.policy).or_default().push(dependent);
    }
    let first = base.dependents.iter().min_by_key(|dependent| &model.images[dependent.image].name);
    let unsuffixed = if by_policy.contains_key(&model.default_policy) {
        Some(&model.default_policy)
    } else {
        first.map(|d| &d.policy)
    };
    let mut plans = Vec::with_capacity(by_policy.len() + 1);
    let (mut waiting, mut of_whom) = (Vec::new(), Vec::<&Dependent>::new());
    for (policy, mut dependents) in by_policy {
        dependents.sort_by_key(|dependent| &model.images[dependent.image].name);
        let suffix = if Some(policy) == unsuffixed { String::new() } else { policy.suffix() };
        let name = trigger_stage(&base.name, &suffix);
        if policy.delay().is_some() {
            waiting.push(name.to_string());
            of_whom.extend(dependents.iter().copied());
        }
        plans.push(Plan { name, base, dependents, role: Role::Trigger(policy.clone()) });
    }
    if !waiting.is_empty() {
        of_whom.sort_by_key(|dependent| &model.images[dependent.image].name);
        plans.push(Plan { name: soak_stage(&base.name), base, dependents: of_whom, role: Role::Soak(waiting) });
    }
    plans
}

/// A base called `x-manual` and the manual Stage of `x` would have one name.
fn report_collisions(model: &Model, plans: &[Plan<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, &Plan<'_>> = HashMap::new();
    for plan in plans {
        let Some(first) = seen.insert(&plan.name, plan) else { continue };
        let (a, b) = (&first.base.reference, &plan.base.reference);
        let mut diagnostic =
            Diagnostic::global(Code::NameCollision, format!("{a} and {b} would both have the Stage {}", plan.name))
                .help(format!(
                    "give one of the bases a name of its own: `baseImages: [{{image: \"{}\", name: ...}}]` at the root",
                    b.familiar()
                ));
        for base in [first.base, plan.base] {
            if let Some(dependent) = base.dependents.first() {
                let image = &model.images[dependent.image];
                diagnostic =
                    diagnostic.label(image.span, format!("{} is built on {}", image.name, base.reference.familiar()));
            }
        }
        diagnostics.push(diagnostic);
    }
}

fn stage(model: &Model, plan: &Plan<'_>, requests: &Requests<'_>) -> ApiObject {
    let automatic = is_automatic(plan);
    let base = plan.base;
    let dependents = &plan.dependents;
    let (description, color, sources, vars, steps) = match &plan.role {
        Role::Soak(stages) => {
            let (vars, steps) = baseline::soak(model, base, stages, dependents).unwrap_or_else(|| rest(base));
            (describe::soak(base), SOAK_COLOR, FreightSources::Direct, vars, steps)
        }
        Role::Trigger(policy) => {
            let color = if automatic { AUTOMATIC_COLOR } else { MANUAL_COLOR };
            let sources = match policy.delay() {
                // Never `direct` as well: Kargo ignores the soak time then.
                Some(delay) => FreightSources::Soaked {
                    stage: soak_stage(&base.name).into(),
                    required_soak_time: delay.to_string(),
                },
                None => FreightSources::Direct,
            };
            let baseline = Baseline::new(model, base, dependents);
            let (mut vars, steps) =
                rounds::rebuilds(model, requests, &plan.name, base, (dependents, baseline.as_ref(), policy.schedule()));
            let followers = followers(model, base, dependents);
            let description = describe::trigger(model, base, policy, dependents) + &describe::followers(&followers);
            if !followers.is_empty() {
                let value = serde_json::to_string(&followers).unwrap_or_default();
                vars.push(Variable { name: FOLLOWERS, value: value.into() });
            }
            (description, color, sources, vars, steps)
        }
    };
    let mut metadata = metadata(model, &plan.name, description);
    metadata.annotations.insert(COLOR.into(), color.into());
    let origin = FreightOrigin { kind: kind::WAREHOUSE, name: base.name.warehouse().into() };
    let growth = match &plan.role {
        Role::Soak(_) => size::status_of_promotion(steps.len()),
        Role::Trigger(_) => size::status_of_rebuilds(dependents.iter().map(|d| &model.images[d.image])),
    };
    let shard = delivery::shard(&mut metadata, base.shard.as_ref());
    let spec = StageSpec {
        shard,
        requested_freight: vec![RequestedFreight { origin, sources }],
        promotion_template: PromotionTemplate { spec: PromotionTemplateSpec { vars, steps } },
        verification: None,
    };
    ApiObject::new(metadata, spec).growing_by(growth)
}

/// The images that chains from one of these dependents end at, and that the base does not trigger itself, each with its chain.
fn followers<'m>(model: &'m Model, base: &Base, dependents: &[&Dependent]) -> BTreeMap<&'m str, Vec<&'m str>> {
    let name = |image: &usize| model.images[*image].name.as_str();
    let begins = |follower: &&Follower| {
        follower.through.first().is_some_and(|first| dependents.iter().any(|dependent| dependent.image == *first))
    };
    let followers = base.followers.iter().filter(begins);
    followers.map(|follower| (name(&follower.image), follower.through.iter().map(name).collect())).collect()
}

/// A Stage without a step is a control-flow Stage, in which Freight never soaks.
fn rest(base: &Base) -> (Vec<Variable>, Vec<Step>) {
    (Vec::new(), vec![compose_output::step(record::SOAK, [("base", base.reference.to_string())])])
}
