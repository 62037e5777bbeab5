//! Facts of a cluster to answers.

use super::causes::{of_dispatch, of_warehouse, under_way};
use super::{Base, Cause, Dockerfile, Got, Image, Rebuild, State, Status};
use crate::cluster::{Freight, Outcome, Phase, Project, Promotion, Step, Watch};
use crate::diff::intent;
use crate::factory::intent::{Purpose, REFUSED, record};
use crate::grammar::moment::Moment;
use crate::model::Policy;
use crate::model::name::ANALYSIS_STAGE;
use crate::source::visible_line;
use crate::words::some_of;
use std::collections::{BTreeMap, BTreeSet};

/// What to do about what somebody has to promote.
const BY_HAND: &str = "`image-factory trigger` with the base promotes it";
/// The same of what has failed.
const AGAIN: &str = "mend it, then `image-factory trigger` with the base sends what is missing";

/// What is happening in a Project at a moment.
pub fn judge(name: &str, project: &Project, now: Moment) -> Status {
    let intent = project.intent();
    let mut by_stage: BTreeMap<(&str, &str), Vec<&intent::Rebuild>> = BTreeMap::new();
    for rebuild in intent.rebuilds.values() {
        by_stage.entry((&rebuild.warehouse, &rebuild.stage)).or_default().push(rebuild);
    }
    let mut bases = Vec::new();
    for (warehouse, watched) in &intent.watched {
        let newest = project.newest(warehouse);
        let of_base = by_stage.range((warehouse.as_str(), "")..).take_while(|((of, _), _)| of == warehouse);
        let mut rebuilds: Vec<Rebuild> =
            of_base.filter_map(|((_, stage), uses)| rebuild(project, (stage, uses), newest?, now)).collect();
        rebuilds.sort_by_key(|rebuild| rebuild.state);
        let (is_wrong, cause) = cause(project, warehouse, newest);
        // What nothing is built on is told of if it is wrong alone.
        if rebuilds.is_empty() && !watched.is_base && !is_wrong {
            continue;
        }
        let worst = rebuilds.iter().map(|rebuild| rebuild.state).min();
        let none = if newest.is_none() { State::Waiting } else { State::Done };
        let state = if is_wrong { State::Failed } else { worst.unwrap_or(none) };
        bases.push(Base {
            image: visible_line(&watched.reference),
            warehouse: visible_line(warehouse),
            state,
            digest: newest.and_then(|freight| Some(freight.image.as_ref()?.2.clone())),
            since: newest.and_then(|freight| freight.found),
            cause,
            rebuilds,
        });
    }
    bases.sort_by(|a, b| (a.state, &a.image).cmp(&(b.state, &b.image)));
    Status { project: name.to_owned(), bases, dockerfiles: dockerfiles(project) }
}

/// What is wrong with a Warehouse or to be known of it, and whether it is wrong.
fn cause(project: &Project, warehouse: &str, newest: Option<&Freight>) -> (bool, Option<Cause>) {
    let Some(known) = project.warehouses.get(warehouse) else { return (false, None) };
    match &known.watch {
        Watch::Nothing(message) => return (true, Some(of_warehouse(message))),
        // Each poll says so for a moment.
        Watch::UnderWay(message) if newest.is_none() => return (false, Some(under_way(message))),
        Watch::New | Watch::UnderWay(_) | Watch::Found => {}
    }
    let (Some(sees), Some(newest)) = (&known.sees, newest.and_then(|freight| freight.image.as_ref())) else {
        return (false, None);
    };
    let digest = |freight: &Freight| freight.image.as_ref().is_some_and(|(.., digest)| digest == sees);
    let is_old = *sees != newest.2 && project.freight.get(warehouse).is_some_and(|all| all.iter().any(digest));
    let moved_back = || Cause {
        says: "its tag was moved back to an older digest, which is old Freight to Kargo and triggers nothing"
            .to_owned(),
        help: BY_HAND.to_owned(),
    };
    (false, is_old.then(moved_back))
}

/// What a Stage has made of Freight.
fn rebuild(
    project: &Project,
    (stage, uses): (&str, &[&intent::Rebuild]),
    freight: &Freight,
    now: Moment,
) -> Option<Rebuild> {
    let first = uses.first()?;
    let policy = &first.policy;
    let promotion = project.promoted(stage, &freight.name).next_back();
    let order = freight.orders.get(stage).copied().unwrap_or_default();
    let names: BTreeSet<String> = uses.iter().map(|rebuild| visible_line(&rebuild.image)).collect();
    let of_image = |name: &String| image(freight, promotion, (order.since, order.is_baseline), name);
    let images: Vec<Image> = names.iter().map(of_image).collect();
    let missing: Vec<&str> = images
        .iter()
        .filter(|image| matches!(image.got, Got::NotDispatched | Got::RunFailed))
        .map(|image| image.name.as_str())
        .collect();
    let told = match promotion {
        Some(promotion) => of_promotion(project, (stage, policy), (promotion, order.since), &missing, now),
        None => unpromoted(project, (stage, policy), (&first.warehouse, freight), now),
    };
    Some(Rebuild {
        stage: visible_line(stage),
        state: told.state,
        policy: policy.words().when,
        says: told.says,
        begins: told.begins.filter(|at| *at > now),
        promotion: promotion.map(|promotion| promotion.name.clone()),
        ended: promotion.and_then(|promotion| promotion.finished),
        help: told.help.map(str::to_owned),
        images,
    })
}

/// How it stands.
struct Told {
    state: State,
    says: String,
    begins: Option<Moment>,
    help: Option<&'static str>,
}

impl Told {
    fn new(state: State, says: impl Into<String>) -> Self {
        Self { state, says: says.into(), begins: None, help: None }
    }

    fn begins(self, at: Option<Moment>) -> Self {
        Self { begins: at, ..self }
    }

    fn help(self, help: &'static str) -> Self {
        Self { help: Some(help), ..self }
    }
}

fn of_promotion(
    project: &Project,
    (stage, policy): (&str, &Policy),
    (promotion, since): (&Promotion, Option<Moment>),
    missing: &[&str],
    now: Moment,
) -> Told {
    match promotion.phase {
        Phase::Pending => {
            let others = project.promotions.get(stage).into_iter().flatten();
            let mut running = others.filter(|other| other.phase == Phase::Running);
            let says = match running.next() {
                Some(other) => format!("waits for the Promotion {}, which runs", other.name),
                None => "its Promotion is about to begin".to_owned(),
            };
            Told::new(State::Waiting, says)
        }
        Phase::Running => match promotion.current() {
            Some(step) => at_work(step, policy, since.or(promotion.made), now),
            None => Told::new(State::Running, "its Promotion has begun"),
        },
        Phase::Succeeded => Told::new(State::Done, "was promoted"),
        Phase::Aborted => Told::new(State::Failed, "its Promotion was ended before it was done").help(AGAIN),
        Phase::Failed if missing.is_empty() => {
            Told::new(State::Failed, format!("its Promotion failed: {}", of_dispatch(&promotion.message).says))
                .help(AGAIN)
        }
        Phase::Failed => Told::new(State::Failed, format!("not built: {}", some_of(missing))).help(AGAIN),
    }
}

/// What a step does that runs.
fn at_work(step: &Step, policy: &Policy, since: Option<Moment>, now: Moment) -> Told {
    let of = |purpose: Purpose| purpose.image(&step.alias);
    match step.alias.as_str() {
        record::WAIT_FOR_WINDOW => {
            Told::new(State::Waiting, "waits for its window").begins(policy.schedule().map(|_| policy.opens(now)))
        }
        record::WAIT_FOR_DELAY => {
            let over = policy.fixed_delay().zip(since).map(|(delay, since)| since.plus(delay));
            Told::new(State::Waiting, "waits for its delay").begins(over.map(|at| policy.opens(at)))
        }
        record::WAIT_FOR_BASES => Told::new(State::Waiting, "waits for other bases to move too"),
        alias if record::is_pause(alias) => Told::new(State::Running, "pauses between dispatches"),
        alias => match (record::waits_for(alias), Purpose::Await.image(alias)) {
            (Some(host), _) => {
                let said = if step.message.is_empty() {
                    String::new()
                } else {
                    format!(": {}", of_dispatch(&step.message).says)
                };
                Told::new(State::Waiting, format!("waits until {host} takes requests again{said}"))
            }
            (_, Some(image)) => Told::new(State::Running, format!("waits for the run of {image}")),
            _ => match (of(Purpose::Try), of(Purpose::Trigger)) {
                (Some(image), _) => Told::new(State::Running, format!("asks for {image}")),
                (_, Some(image)) => Told::new(State::Waiting, format!("asks again for {image}, which was put off")),
                (None, None) => Told::new(State::Running, format!("is at its step {alias}")),
            },
        },
    }
}

/// Why Freight was not promoted.
fn unpromoted(
    project: &Project,
    (stage, policy): (&str, &Policy),
    (warehouse, freight): (&str, &Freight),
    now: Moment,
) -> Told {
    // Promotions are not kept for ever (Kargo v1.11.2 `charts/kargo/values.yaml`, `garbageCollector`).
    if freight.is_in.contains_key(stage) || freight.was_in.contains_key(stage) {
        return Told::new(State::Done, "was promoted");
    }
    if !policy.is_automatic() {
        return Told::new(State::Manual, "waits for somebody to promote it").help(BY_HAND);
    }
    let known = project.stages.get(stage);
    if let Some(held) = known.and_then(|known| known.holds.get(warehouse)) {
        return Told::new(
            State::Held,
            format!("somebody has promoted the Freight {held}, which stays until it is released"),
        )
        .help("`image-factory trigger` with the base promotes the newest, which releases it");
    }
    if let (Some(required), false) = (policy.delay(), freight.approved.contains(stage)) {
        let rested = project.rested((stage, warehouse), freight, now);
        let left = required.as_seconds().saturating_sub(rested.unwrap_or(0));
        if left > 0 {
            let over = Moment::from_seconds(now.as_seconds().saturating_add(i64::try_from(left).unwrap_or(i64::MAX)));
            let says = if rested.is_some() { "rests" } else { "is about to rest" };
            return Told::new(State::Waiting, format!("{says} for {}", required.in_words()))
                .begins(Some(policy.opens(over)));
        }
    }
    let mut others = project.promotions.get(stage).into_iter().flatten();
    match others.rfind(|other| matches!(other.phase, Phase::Pending | Phase::Running)) {
        Some(other) => Told::new(State::Waiting, format!("waits for the Promotion {} of an older digest", other.name)),
        None => Told::new(State::Waiting, "Kargo has not promoted it yet").begins(policy.begins(now)),
    }
}

/// What an image got.
fn image(
    freight: &Freight,
    promotion: Option<&Promotion>,
    (since, is_baseline): (Option<Moment>, bool),
    name: &str,
) -> Image {
    let step = |alias: String| promotion.and_then(|promotion| promotion.step(&alias));
    let mut asked = [Purpose::Trigger, Purpose::Try].into_iter().filter_map(|purpose| step(purpose.alias(name)));
    let asked = asked.find(|step| step.outcome != Outcome::Skipped);
    let sent = freight.sent.get(name).copied().filter(|at| since.is_none_or(|since| *at >= since));
    let is_over = promotion.is_none_or(|promotion| !matches!(promotion.phase, Phase::Pending | Phase::Running));
    let refused = |step: &Step| step.message.contains(REFUSED) || is_over;
    let awaited = step(Purpose::Await.alias(name)).filter(|step| step.outcome == Outcome::Failed);
    let (got, cause) = match (sent, asked.map(|step| (step, step.outcome))) {
        (Some(_), _) | (None, Some((_, Outcome::Succeeded))) => match awaited {
            Some(step) => (Got::RunFailed, Some(of_dispatch(&step.message))),
            None => (Got::Dispatched, None),
        },
        (None, Some((step, Outcome::Failed))) if refused(step) => {
            (Got::NotDispatched, Some(of_dispatch(&step.message)))
        }
        (None, Some((step, Outcome::Failed))) => (Got::PutOff, Some(of_dispatch(&step.message))),
        (None, Some((step, _))) if Purpose::Trigger.image(&step.alias).is_some() => (Got::PutOff, None),
        (None, _) if is_baseline => (Got::Baseline, None),
        (None, _) => match promotion {
            Some(promotion) if promotion.phase == Phase::Succeeded => (Got::Nothing, None),
            Some(promotion) if promotion.phase == Phase::Failed => {
                (Got::NotDispatched, Some(of_dispatch(&promotion.message)))
            }
            Some(promotion) if promotion.phase == Phase::Aborted => (Got::NotDispatched, None),
            _ => (Got::NotYet, None),
        },
    };
    Image { name: name.to_owned(), got, at: sent, run: freight.runs.get(name).cloned(), cause }
}

/// Dockerfiles that are not what the lock says: the last Promotion of the Stage that looks at them has failed.
fn dockerfiles(project: &Project) -> Vec<Dockerfile> {
    let of_stage = |(stage, promotions): (&String, &Vec<Promotion>)| {
        let image = stage.strip_prefix(ANALYSIS_STAGE)?.to_owned();
        let last = promotions.iter().rev().find(|promotion| promotion.phase != Phase::Pending)?;
        let failed = last.phase == Phase::Failed && project.stages.contains_key(stage);
        failed.then(|| Dockerfile { image, stage: stage.clone(), says: of_dispatch(&last.message).says })
    };
    project.promotions.iter().filter_map(of_stage).collect()
}
