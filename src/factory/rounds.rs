//! The steps of a Stage that rebuilds: each dispatch is tried once and none waits, then those that must wait do.
//!
//! | step | what it does |
//! |---|---|
//! | `check-<secret>` | fails if there is no token |
//! | `read`, `plan` | read what was sent for this Freight, and for the one before |
//! | `carry`, `begin` | write down which dispatches count for this Freight |
//! | `wait-for-bases` | waits for other bases to move too, where they start one rebuild ([`super::moved`]) |
//! | `wait-for-delay` | waits until the update is old enough, where there is such a delay and something to send |
//! | `wait-for-window` | waits until rebuilds may begin, where there is a schedule and something to send |
//! | `try-<image>`, `tried-<image>` | asks once; writes down that it was taken |
//! | `wait-for-turn-...` | waits after a group of these, and of those below, where there is a pace and some of the group was taken |
//! | `left` | finds those that are worth another try |
//! | `wait-for-<host>` | waits, with requests that start nothing, until the host answers |
//! | `ready` | says for how long the rest waits together |
//! | `trigger-<image>`, `triggered-<image>` | asks until it is taken or refused; writes it down |
//! | `settle` | writes down once more what a reconciliation of the Stage may have taken away |
//! | `look` … `failed` | wait for the runs, where that is wanted ([`super::runs`]) |
//! | `report` | fails with all that was not dispatched, and with all runs that did not end well |
//! | `finish` | writes down that everything was: whoever promotes this Freight again wants all of it again |
//! | `say`, `notify-<n>-<who>` | tell how it has ended, where somebody wants to hear ([`super::notifications`]) |
//!
//! The record is metadata of the Freight: `sent-<image>`, when the host took a dispatch, and under the name of the Stage since
//! when dispatches count. They count from the moment at which the first Promotion was made, not from that at which it began: a
//! build takes what its base's tag is when it runs, so a dispatch that went out while this Promotion waited for another one has
//! rebuilt for this digest too. The Stage remembers whose Freight was before. All times are milliseconds since 1970.
//!
//! What is written down on a Stage may be lost or become again what it was ([`super::baseline`]). Without the Freight before, what
//! was sent for it while this Promotion waited is sent again; nothing is left out for that.
//!
//! A host may answer `wait-for-<host>` and still put off every dispatch. So those of the second round have one time together,
//! `retry.timeout`: when it is over each that is left is asked for once more, and after twice that time none is. A read that fails
//! in `trigger-<image>` is one that Kargo does not repeat ([`super::reading`]); `report` names the image then.

use super::baseline::Baseline;
use super::dispatches::{OfImage, Round};
use super::intent::record::{self, READY};
use super::intent::{PACE, Purpose, REFUSED};
use super::kept::Kept;
use super::moved::Moved;
use super::pauses;
use super::placeholders::{digest, sends};
use super::reading::Reading;
use super::requests::{HostSteps, LIMITED, Requests};
use super::retries::writes;
use super::{notifications, runs, waits};
use crate::grammar::kubernetes::ObjectName;
use crate::grammar::placeholder::Placeholder;
use crate::kargo::expression::{delimited, string};
use crate::kargo::stage::Variable;
use crate::kargo::step::{Step, compose_output, fail};
use crate::model::{Dependent, Model, Policy};
use indexmap::IndexMap;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Before the name of an image: when the host took a dispatch of it.
pub const SENT: &str = "sent-";
/// Which Freight a Stage dispatched for last.
pub(super) const LAST: &str = "last";
/// Answers of that kind after which the rest of the first round is left to the second.
const ENOUGH: u32 = 3;
/// What Go says of a request that ran into its timeout (net/http).
const HANG: &str = "Client.Timeout";
/// Of a report; the Promotion and the Stage both keep it.
const LONGEST_REPORT: usize = 4000;

/// Variables and steps of a Stage for its dependents.
pub(super) fn rebuilds<'a>(
    model: &'a Model,
    requests: &Requests<'a>,
    (stage, policy): (&ObjectName, &Policy),
    (moved, dependents): (&Moved<'_>, &[&Dependent]),
) -> (Vec<Variable>, Vec<Step>) {
    let previous = !model.notifications.is_empty() || sends(dependents, Placeholder::Previous);
    let baseline = Baseline::new(model, moved, dependents);
    let baseline = baseline.as_ref();
    let kept = Kept { stage, baseline, previous: previous.then_some(moved) };
    let host_of = |dependent: &Dependent| requests.of(&model.images[dependent.image].source.pipeline);
    let hosts = dependents.iter().map(|dependent| host_of(dependent)).map(|host| (host.word().clone(), host));
    let hosts: BTreeMap<Cow<'_, str>, Rc<HostSteps<'_>>> = hosts.collect();
    let hosts: BTreeMap<&str, &HostSteps<'_>> = hosts.iter().map(|(word, host)| (&**word, &**host)).collect();
    let reports = hosts.values().all(|host| host.reports());
    let explains = hosts.values().all(|host| host.explains());
    let retry = writes(model);
    let guards = hosts.values().filter_map(|host| host.guard_of_dispatches()).map(|step| (step.alias.clone(), step));
    let mut steps: Vec<Step> = guards.collect::<IndexMap<_, _>>().into_values().collect();
    let waited: BTreeMap<_, _> = dependents
        .iter()
        .filter_map(|dependent| {
            let image = &model.images[dependent.image];
            let (run, _) = runs::wanted(dependent, image)?;
            Some((image.source.pipeline.word(), (host_of(dependent), run)))
        })
        .collect();
    let for_runs = !waited.is_empty();
    steps.extend(plan(hosts.values().copied(), &kept, for_runs, |reading| waits::reads(model, policy, reading)));
    let urgent = waits::is_told(model, policy);
    steps.extend(kept.begin(urgent).map(|step| step.retried(retry.clone())));
    let mut own: Vec<Variable> = moved.variables().into_iter().chain(baseline.map(Baseline::variable)).collect();
    let pace = moved.pace(dependents);
    let ordered = pace.map(|_| pauses::in_order(model, dependents));
    let dependents = ordered.as_deref().unwrap_or(dependents);
    let targets = || moved.targets(dependents);
    if let (Some(together), Some((first, _))) = (moved.together(model, policy, dependents), targets().next()) {
        let (variable, wait) = Moved::wait(&host_of(first), &model.images[first.image], together);
        own.push(variable);
        // A wait in vain is no reason to build nothing.
        steps.push(wait.continues());
    }
    let names: Vec<&str> = targets().map(|(first, _)| model.images[first.image].name.as_str()).collect();
    let (of_waits, before) =
        hosts.values().next().map(|host| waits::waits(model, host, &names, policy)).unwrap_or_default();
    own.extend(of_waits);
    steps.extend(before);
    own.extend(pace.map(|(pace, _)| Variable { name: PACE.into(), value: pace.to_string().into() }));
    own.extend(digest(moved, dependents));
    let (mut first, mut second, mut third) = (Vec::new(), Vec::new(), Vec::new());
    let mut group: Vec<&str> = Vec::new();
    let goes_on = format!("{}{}", goes_on(explains), waits::is_over(policy));
    let round = Round { moved, goes_on, retry: retry.clone(), reports };
    for (index, (dependent, uses)) in targets().enumerate() {
        let (image, host) = (&model.images[dependent.image], host_of(dependent));
        if let Some((pace, _)) = pace.filter(|(pace, _)| index > 0 && index % pace.at_once() == 0) {
            for (round, steps) in [(Purpose::Try, &mut first), (Purpose::Trigger, &mut second)] {
                steps.push(pauses::step(&host, round, index / pace.at_once(), &group, pace));
            }
            group.clear();
        }
        group.push(&image.name);
        let OfImage { bodies, first: tried, second: triggered, third: waited } =
            round.of(&host, image, (dependent, uses));
        own.extend(bodies);
        first.extend(tried);
        second.extend(triggered);
        third.extend(waited);
    }
    steps.extend(first);
    steps.push(left(explains));
    let any_left: Rc<str> = delimited("len(outputs.left.images) > 0").into();
    let waiting = hosts.values().map(|host| host.wait(Rc::clone(&any_left)));
    steps.extend(waiting.map(|wait| if reports { wait.continues() } else { wait }));
    let paused = pace.map_or(0, |(pace, count)| pace.seconds(count));
    steps.push(ready(model, paused, hosts.values().copied()));
    steps.extend(second);
    steps.push(kept.settle().retried(retry.clone()));
    if for_runs {
        steps.extend(runs::look());
        steps.extend(third);
        steps.extend(explains.then(|| runs::failed().retried(retry.clone())));
    }
    if reports {
        steps.push(report(hosts.values().copied(), for_runs));
    }
    steps.push(kept.finish().retried(retry));
    steps.extend(notifications::of_rebuilds(model, stage, moved, for_runs));
    let shared = hosts.values().flat_map(|host| host.variables_of_dispatches()).cloned();
    let of_runs = waited.values().flat_map(|(host, run)| host.variables_of_runs(run));
    (with_freight(own.into_iter().chain(shared).chain(of_runs)), steps)
}

/// What is to be sent, from what was: `since` when dispatches count, the images whose dispatch counts already (`sent`), those of
/// them that went out for the Freight before (`carried`), and for each host whether there is a token. What need not be built on is
/// as good as sent.
fn plan<'h>(
    hosts: impl Iterator<Item = &'h HostSteps<'h>>,
    kept: &Kept<'_>,
    for_runs: bool,
    more: impl FnOnce(&mut Reading),
) -> [Step; 2] {
    let recorded = format!("# startsWith {}", string(SENT));
    let (good, run) = if for_runs { (runs::is_good(), runs::carried()) } else { Default::default() };
    let known = if kept.baseline.is_some() { "vars.known" } else { "[]" };
    let mut reading = Reading {
        hosts: Vec::new(),
        reads: vec![
            ("record", RECORD.to_owned()),
            ("before", format!("freightMetadata(stageMetadata(ctx.stage)?.{LAST} ?? vars.{FREIGHT}) ?? {{}}")),
        ],
        vars: vec![
            ("order", "vars.record[ctx.stage] ?? {}".to_owned()),
            (
                "since",
                format!(
                    r#"vars.order.since != nil and vars.order.done in ["", ctx.promotion] ? vars.order.since : {}"#,
                    made()
                ),
            ),
        ],
        outputs: vec![
            ("since", "vars.since".to_owned()),
            (
                "sent",
                format!(
                    "concat(map(filter(uniq(concat(keys(vars.record), keys(vars.before))), {recorded} and max(vars.record[#] ?? 0, vars.before[#] ?? 0) >= vars.since{good}), #[{}:]), {known})",
                    SENT.len()
                ),
            ),
            (
                "carried",
                format!(
                    r#""{{" + join(map(filter(keys(vars.before), {recorded} and vars.before[#] >= vars.since and (vars.record[#] ?? 0) < vars.before[#]), toJSON(#) + ":" + toJSON(vars.before[#]){run}), ",") + "}}""#
                ),
            ),
        ],
    };
    reading.hosts.extend(hosts.map(|host| (host.word().to_string(), host.has_token())));
    kept.reads(&mut reading);
    more(&mut reading);
    reading.steps()
}

/// When the Promotion was made: its name is `<stage>.<ULID>.<freight>` (Kargo v1.11.2 `pkg/api/promotion.go`), and the first ten
/// letters of a ULID are the time, in Crockford's base 32.
fn made() -> &'static str {
    r#"(ctx.promotion matches "[.][0-9a-hjkmnp-tv-z]{26}[.][0-9a-f]+$" ? reduce(split(split(ctx.promotion, ".")[-2][:10], ""), #acc * 32 + indexOf("0123456789abcdefghjkmnpqrstvwxyz", #), 0) : now().UnixMilli())"#
}

/// Whether the first round goes on: the rest is better left to the second once the host has said more than once that there are
/// too many requests, or has let some wait for nothing.
fn goes_on(explains: bool) -> String {
    let limited = if explains { LIMITED } else { r"HTTP \\(429\\)" };
    format!(r#"count(values(stepMetas), .Message matches "{limited}|{HANG}") < {ENOUGH}"#)
}

/// The images that are worth another try: all that were not dispatched, but for those that were refused for good, where that
/// can be told.
fn left(explains: bool) -> Step {
    let for_good =
        if explains { format!(" and not (stepMetas[#].Message contains {})", string(REFUSED)) } else { String::new() };
    let images = format!(
        "sort(map(filter(keys(stepMetas), # startsWith {} and ({FAILED} or {SKIPPED} and not ({}) and not ({IMAGE} in outputs.plan.sent)){for_good}), {IMAGE}))",
        string(Purpose::Try.prefix()),
        goes_on(explains)
    );
    compose_output::step(record::LEFT, [("images", delimited(&images))]).when(delimited("always()"))
}

/// For each host what is to be asked for again and what refuses it from now on, and the `end` after which nothing is asked for any
/// more; `paused` are the seconds of all pauses, which are no part of that time. A wait that Kargo gave up for another reason than its time keeps nothing back.
fn ready<'h>(model: &Model, paused: u64, hosts: impl Iterator<Item = &'h HostSteps<'h>>) -> Step {
    let wait = (model.retry.timeout.as_seconds() + paused) * 1000;
    let of_hosts = hosts.flat_map(|host| {
        let over = format!("stepMetas[{}].Message contains {}", string(&host.waiting()), string(TIMED_OUT));
        let images = format!("{over} ? [] : outputs.{}.images", record::LEFT);
        [(host.word().clone(), delimited(&images)), host.together(wait)]
    });
    let end = (Cow::Borrowed("end"), delimited(&format!("now().UnixMilli() + {}", 2 * wait)));
    compose_output::step(READY, of_hosts.chain([end])).when(delimited("always()"))
}

/// What Kargo says of a step whose `retry.timeout` is over (v1.11.2 `pkg/promotion/local_orchestrator.go`, line 327).
const TIMED_OUT: &str = " timed out after ";

const FAILED: &str = r#"status(#) in ["Failed", "Errored"]"#;
const SKIPPED: &str = r#"status(#) == "Skipped""#;
/// The image of a step of the first round.
const IMAGE: &str = "#[4:]";

/// Fails with all that was not dispatched, and why: what both rounds were answered; and with what became of the runs.
fn report<'h>(hosts: impl Iterator<Item = &'h HostSteps<'h>>, waits_for_runs: bool) -> Step {
    let (first, second) = (string(Purpose::Try.prefix()), string(Purpose::Trigger.prefix()));
    let asked = format!(
        "map(filter(sort(keys(stepMetas)), # startsWith {first} and (string(stepMetas[#].Status) in [\"Failed\", \"Errored\"] or {IMAGE} in outputs.left.images) and string(stepMetas[{second} + {IMAGE}].Status) != \"Succeeded\"), {IMAGE})"
    );
    let missing = format!("filter(vars.asked, (vars.record[{} + #] ?? 0) < outputs.plan.since)", string(SENT));
    let waits: Vec<String> = hosts.map(|host| string(&host.waiting())).collect();
    let waits = format!(
        r#"join(map(filter([{}], stepMetas[#].Message != ""), stepMetas[#].Message + "; "))"#,
        waits.join(", ")
    );
    let undispatched = format!(
        r#"string(len(vars.missing)) + " of " + string(len(filter(keys(stepMetas), # startsWith {first}))) + " rebuilds were not dispatched: " + join(vars.missing, ", ") + ". " + ({waits} + join(map(vars.missing, join(filter([stepMetas[{second} + #].Message, stepMetas[{first} + #].Message], # != ""), "; before that: ")), "; "))"#
    );
    let var =
        |name: &'static str, expression: &str| Variable { name: name.into(), value: delimited(expression).into() };
    // Where all is well nothing is read that could fail.
    let record = format!("len(vars.asked) > 0 ? {RECORD} : {{}}");
    let mut vars = vec![var("asked", &asked), var("record", &record), var("missing", &missing)];
    let (mut condition, mut message) = ("len(vars.missing) > 0".to_owned(), undispatched);
    if waits_for_runs {
        let (of_runs, bad, words) = runs::reported();
        vars.extend(of_runs);
        message = format!(r#"(({condition} ? {message} + ". " : "") + {words})"#);
        condition = format!("{condition} or {bad}");
    }
    let message = delimited(&format!("{message}[:{LONGEST_REPORT}]"));
    fail::step(record::REPORT, delimited(&condition).into(), message.into()).with(vars)
}

/// What is written down on the Freight.
pub(super) const RECORD: &str = "freightMetadata(vars.freight) ?? {}";
/// The variable with the name of the Freight.
pub(super) const FREIGHT: &str = "freight";

/// Variables, with that of the Freight before them.
pub(super) fn with_freight(variables: impl IntoIterator<Item = Variable>) -> Vec<Variable> {
    let name = Variable { name: FREIGHT.into(), value: delimited("quote(ctx.targetFreight.name)").into() };
    [name].into_iter().chain(variables).collect()
}

/// The Freight that is promoted, always as a text.
pub(super) fn freight() -> Rc<str> {
    delimited(&format!("quote(vars.{FREIGHT})")).into()
}
