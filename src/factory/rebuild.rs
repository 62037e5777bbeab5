//! Stages: one `rebuild-trigger-<base>` for each base and policy, one `rebuild-<image>` for each policy of an image whose bases start
//! one rebuild together, and `soak-<base>` where one of them waits.

use super::baseline::{self, Waiting};
use super::intent::{FOLLOWERS, kind, record};
use super::moved::Moved;
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
use crate::model::name::{image_stage, soak_stage, trigger_stage};
use crate::model::{Base, Dependent, ManagedImage, Model, Policy, Rebuilds};
use std::collections::{BTreeMap, HashMap};

/// Kargo's UI paints Stages: those that dispatch by themselves, those that wait for somebody, those that only hold Freight.
const AUTOMATIC_COLOR: &str = "#2563eb";
const MANUAL_COLOR: &str = "#6b7280";
const SOAK_COLOR: &str = "#d97706";

/// What is known of a Stage before it is made.
struct Plan<'a> {
    name: ObjectName,
    moved: Moved<'a>,
    /// Of whom; one for each base, if there are several.
    dependents: Vec<&'a Dependent>,
    role: Role,
}

/// What a Stage does for its dependents.
enum Role {
    /// It rebuilds them.
    Trigger(Policy),
    /// Freight waits in it for these Stages.
    Soak(Waiting),
}

/// A base and a dependent of it.
type Use<'a> = (&'a Base, &'a Dependent);

/// All Stages that rebuild or wait, by name.
pub(super) fn stages<'a>(
    model: &'a Model,
    requests: &'a Requests<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<PlannedStage<'a>> {
    let mut plans = plans(model);
    report_collisions(model, &plans, diagnostics);
    plans.dedup_by(|a, b| a.name == b.name);
    let planned = plans.into_iter().map(|plan| PlannedStage {
        name: plan.name.clone(),
        automatic: is_automatic(&plan),
        make: Box::new(move || stage(model, &plan, requests)),
    });
    planned.collect()
}

/// What each Stage that rebuilds is for, by its name: of which policy, for which bases and dependents, and how quickly.
pub(super) fn each_trigger(model: &Model, mut take: impl FnMut(&ObjectName, &Policy, &Moved<'_>, &[&Dependent])) {
    for Plan { name, moved, dependents, role } in &plans(model) {
        if let Role::Trigger(policy) = role {
            take(name, policy, moved, dependents);
        }
    }
}

/// The plans of all Stages, by name.
fn plans(model: &Model) -> Vec<Plan<'_>> {
    let mut plans = plans_of_images(model);
    let mut waiting: HashMap<&str, Vec<String>> = HashMap::new();
    for plan in plans.iter().filter(|plan| plan.dependents.iter().any(|dependent| dependent.policy.delay().is_some())) {
        for base in plan.moved.bases() {
            waiting.entry(&base.name).or_default().push(plan.name.to_string());
        }
    }
    let of_bases: Vec<Plan<'_>> = model
        .bases
        .iter()
        .flat_map(|base| plan(model, base, waiting.remove(&*base.name).unwrap_or_default()))
        .collect();
    plans.extend(of_bases);
    plans.sort_by(|a, b| a.name.cmp(&b.name));
    plans
}

fn is_automatic(plan: &Plan<'_>) -> bool {
    match &plan.role {
        Role::Trigger(policy) => policy.is_automatic(),
        Role::Soak(_) => true,
    }
}

/// The Stages of a base; `of_images` are others that wait for its Freight.
fn plan<'a>(model: &'a Model, base: &'a Base, of_images: Vec<String>) -> Vec<Plan<'a>> {
    let own = base.dependents.iter().filter(|dependent| image(model, dependent).rebuilds == Rebuilds::PerBase);
    let mut plans: Vec<Plan<'_>> = by_policy(model, own.map(|dependent| (base, dependent)).collect())
        .into_iter()
        .map(|(suffix, policy, uses)| Plan {
            name: trigger_stage(&base.name, &suffix),
            moved: Moved::Always(base),
            dependents: uses.into_iter().map(|(_, dependent)| dependent).collect(),
            role: Role::Trigger(policy.clone()),
        })
        .collect();
    let waits = |dependent: &&Dependent| dependent.policy.delay().is_some();
    let mut waiting: Vec<&Dependent> = base.dependents.iter().filter(waits).collect();
    if !waiting.is_empty() {
        waiting.sort_by_key(|dependent| &image(model, dependent).name);
        let stages = plans.iter().filter(|plan| plan.dependents.iter().any(waits));
        let of_base = stages.map(|plan| plan.name.to_string()).collect();
        let role = Role::Soak(Waiting { of_base, of_images });
        plans.push(Plan { name: soak_stage(&base.name), moved: Moved::Always(base), dependents: waiting, role });
    }
    plans
}

/// The Stages of images whose bases start one rebuild together.
fn plans_of_images(model: &Model) -> Vec<Plan<'_>> {
    let mut uses: BTreeMap<usize, Vec<Use<'_>>> = BTreeMap::new();
    for base in &model.bases {
        for dependent in base.dependents.iter().filter(|one| image(model, one).rebuilds != Rebuilds::PerBase) {
            uses.entry(dependent.image).or_default().push((base, dependent));
        }
    }
    let plans = uses.into_values().flat_map(|uses| by_policy(model, uses)).filter_map(|(suffix, policy, uses)| {
        let name = image_stage(&image(model, uses.first()?.1).name, &suffix);
        let (bases, dependents) = uses.into_iter().unzip();
        Some(Plan { name, moved: Moved::OneOf(bases), dependents, role: Role::Trigger(policy.clone()) })
    });
    plans.collect()
}

/// What has one policy, with the suffix of its Stage, by name of image and base. The bare name is for the default policy if one of
/// them has it, else for that of the first, so that a base or an image with one policy always has the name that one expects.
fn by_policy<'a>(model: &Model, mut uses: Vec<Use<'a>>) -> Vec<(String, &'a Policy, Vec<Use<'a>>)> {
    uses.sort_by_key(|(base, dependent)| (&image(model, dependent).name, &base.name));
    let first = uses.first().map(|(_, dependent)| &dependent.policy);
    let mut by_policy: BTreeMap<&Policy, Vec<Use<'_>>> = BTreeMap::new();
    for (base, dependent) in uses {
        by_policy.entry(&dependent.policy).or_default().push((base, dependent));
    }
    let has_default = by_policy.contains_key(&model.default_policy);
    let bare = if has_default { Some(&model.default_policy) } else { first };
    let suffix = |policy: &Policy| if Some(policy) == bare { String::new() } else { policy.suffix() };
    by_policy.into_iter().map(|(policy, uses)| (suffix(policy), policy, uses)).collect()
}

fn image<'a>(model: &'a Model, dependent: &Dependent) -> &'a ManagedImage {
    &model.images[dependent.image]
}

/// A base called `x-manual` and the manual Stage of `x` would have one name, and so would the Stages of an image called `trigger-x`
/// and of a base called `x`.
fn report_collisions(model: &Model, plans: &[Plan<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, &Plan<'_>> = HashMap::new();
    for plan in plans {
        let Some(first) = seen.insert(&plan.name, plan) else { continue };
        let whose = |plan: &Plan<'_>| match (&plan.moved, plan.dependents.first()) {
            (Moved::OneOf(_), Some(dependent)) => format!("image {}", image(model, dependent).name),
            (moved, _) => moved.bases().first().map(|base| base.reference.to_string()).unwrap_or_default(),
        };
        let message = format!("{} and {} would both have the Stage {}", whose(first), whose(plan), plan.name);
        let base = [plan, first].into_iter().find_map(|plan| match &plan.moved {
            Moved::Always(base) => Some(base.reference.familiar()),
            Moved::OneOf(_) => None,
        });
        let of_images = [plan, first].iter().filter(|plan| matches!(plan.moved, Moved::OneOf(_))).count();
        let own =
            base.map(|base| format!("a name of its own: `baseImages: [{{image: \"{base}\", name: ...}}]` at the root"));
        let help = match own {
            Some(own) if of_images == 0 => format!("give one of the bases {own}"),
            Some(own) => format!("give the image another name, or the base {own}"),
            None => "give one of the images another name".to_owned(),
        };
        let mut diagnostic = Diagnostic::global(Code::NameCollision, message).help(help);
        for plan in [first, plan] {
            if let (Some(dependent), Some(base)) = (plan.dependents.first(), plan.moved.bases().first()) {
                let image = image(model, dependent);
                diagnostic =
                    diagnostic.label(image.span, format!("{} is built on {}", image.name, base.reference.familiar()));
            }
        }
        diagnostics.push(diagnostic);
    }
}

fn stage<'a>(model: &'a Model, plan: &Plan<'_>, requests: &Requests<'a>) -> ApiObject {
    let Plan { name, moved, dependents, role } = plan;
    let color = match role {
        Role::Soak(_) => SOAK_COLOR,
        Role::Trigger(policy) if policy.is_automatic() => AUTOMATIC_COLOR,
        Role::Trigger(_) => MANUAL_COLOR,
    };
    let (description, delay, (vars, steps)) = match (role, moved.bases()) {
        (Role::Soak(stages), [base, ..]) => {
            let waits = baseline::soak(model, base, stages, dependents).unwrap_or_else(|| rest(base));
            (describe::soak(base), None, waits)
        }
        (Role::Soak(_), []) => (String::new(), None, (Vec::new(), Vec::new())),
        (Role::Trigger(policy), _) => {
            let (mut vars, steps) = rounds::rebuilds(model, requests, (name, policy), (moved, dependents));
            let followers: Vec<_> = moved.bases().iter().map(|base| followers(model, base, dependents)).collect();
            let mut description = describe::trigger(model, moved, policy, dependents);
            if followers.iter().any(|followers| !followers.is_empty()) {
                let lists = followers.iter().map(|followers| serde_json::json!(followers)).collect();
                vars.push(Variable { name: FOLLOWERS.into(), value: moved.by_base(lists).into() });
                description += &describe::followers(&followers.into_iter().flatten().collect());
            }
            (description, policy.delay(), (vars, steps))
        }
    };
    let growth = match role {
        Role::Soak(_) => size::status_of_promotion(steps.len()),
        Role::Trigger(_) => {
            let pauses = moved.pace(dependents).map_or(0, |(pace, count)| 2 * pace.pauses(count));
            size::status_of_rebuilds(moved.targets(dependents).map(|(first, _)| image(model, first)))
                + size::status_of_promotion(pauses)
        }
    };
    let mut metadata = metadata(model, name, description);
    metadata.annotations.insert(COLOR.into(), color.into());
    let request = |base: &&Base| RequestedFreight {
        origin: FreightOrigin { kind: kind::WAREHOUSE, name: base.name.warehouse().into() },
        sources: match delay {
            // Never `direct` as well: Kargo ignores the soak time then.
            Some(delay) => {
                FreightSources::Soaked { stage: soak_stage(&base.name).into(), required_soak_time: delay.to_string() }
            }
            None => FreightSources::Direct,
        },
    };
    let shard = delivery::shard(&mut metadata, moved.shard(model));
    let spec = StageSpec {
        shard,
        requested_freight: moved.bases().iter().map(request).collect(),
        promotion_template: PromotionTemplate { spec: PromotionTemplateSpec { vars, steps } },
        verification: None,
    };
    ApiObject::new(metadata, spec).growing_by(growth)
}

/// The images that chains from one of these dependents end at, and that the base does not trigger itself, each with its chain.
fn followers<'m>(model: &'m Model, base: &Base, dependents: &[&Dependent]) -> BTreeMap<&'m str, Vec<&'m str>> {
    let name = |image: &usize| model.name_of(*image);
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
