//! The steps that wait for the runs that dispatches started, once all were dispatched.
//!
//! | step | what it does |
//! |---|---|
//! | `look`, `runs` | read which runs were started for this Freight |
//! | `await-<image>` | asks how the run stands until it has ended, or its time is over |
//! | `failed` | writes down which runs ended badly: who promotes this Freight again wants those again |
//!
//! What is known of a run is written down with the dispatch, on the Freight as `run-<image>`: `id`, `page`, and `failed` with the
//! Promotion that saw it fail. So a Promotion that starts again waits for the same run, and sends nothing for it; only another
//! Promotion of the same Freight does, for a run that has ended badly. `report` says of each run that did not end well how it stands.
//!
//! A run that ends is told by its host alone: a request that fails says nothing of the run, and is sent again.

use super::answers::{list, message, overloaded, what_to_check};
use super::intent::{Purpose, RUN, record};
use super::reading::Reading;
use super::requests::{HostSteps, RunWait};
use super::rounds::{RECORD, SENT, freight};
use crate::forge::{AnswerNames, Host, LATER, READ, Run, Service};
use crate::kargo::expression::{delimited, json, string};
use crate::kargo::stage::Variable;
use crate::kargo::step::set_metadata::{Update, Value};
use crate::kargo::step::{Step, set_metadata};
use crate::model::{Dependent, Duration, Interval, ManagedImage};
use std::borrow::Cow;
use std::rc::Rc;

/// What a run is known by.
const ID: &str = "id";
/// Its page.
const PAGE: &str = "page";
/// The Promotion that saw it fail.
const FAILED: &str = "failed";
/// The longest page that is kept.
const LONGEST_PAGE: usize = 300;

/// How the run of a dependent is waited for: none if it is not.
pub(super) fn wanted(dependent: &Dependent, image: &ManagedImage) -> Option<(&'static Run, Interval)> {
    image.source.pipeline.dispatches().run.zip(dependent.waits)
}

/// What is kept of a dispatch that was taken by a step: what that put out.
pub(super) fn kept(image: &str, step: &str) -> (String, Value) {
    (format!("{RUN}{image}"), Value::Text(delimited(&format!("outputs[{}]", string(step))).into()))
}

/// Whether an image, of which `#` is the key of its dispatch, is to be sent again: another Promotion has seen its run fail.
pub(super) fn is_good() -> String {
    format!(" and (vars.record[{} + #[{}:]]?.{FAILED} ?? ctx.promotion) == ctx.promotion", string(RUN), SENT.len())
}

/// What is taken over with a dispatch from the Freight before, behind what says when it went out; `#` is as in [`is_good`]. That its
/// run failed is for this Promotion to see.
pub(super) fn carried() -> String {
    let run = format!("vars.before[{} + #[{}:]]", string(RUN), SENT.len());
    let of = |key: &str| format!(r#""\"{key}\":" + toJSON({run}.{key})"#);
    format!(
        r#" + ({run} == nil ? "" : "," + toJSON({} + #[{}:]) + ":{{" + {} + "," + {} + "}}")"#,
        string(RUN),
        SENT.len(),
        of(ID),
        of(PAGE)
    )
}

/// Reads which runs are to be waited for, by image, and says since when.
pub(super) fn look() -> [Step; 2] {
    let image = format!("#[{}:]", RUN.len());
    let started = format!(
        "filter(keys(vars.record), # startsWith {} and (vars.record[{} + {image}] ?? 0) >= outputs.{}.since)",
        string(RUN),
        string(SENT),
        record::PLAN
    );
    let of = object(&started, &image, "toJSON(vars.record[#])");
    let reading = Reading {
        reads: vec![("record", RECORD.to_owned())],
        outputs: vec![("of", of), ("at", "now().UnixMilli()".to_owned())],
        ..Reading::default()
    };
    reading.steps_as(record::LOOK, record::RUNS)
}

/// The step that waits for the run of an image.
pub(super) fn wait(host: &HostSteps<'_>, image: &ManagedImage, run: &'static Run, timeout: Duration) -> Step {
    let known = format!("outputs.{}.of[{}]", record::RUNS, string(&image.name));
    let id = delimited(&format!("{known}.{ID}"));
    let end = delimited(&format!("outputs.{}.at + {}", record::RUNS, timeout.as_seconds() * 1000));
    let wait = RunWait {
        what: format!("the run of {}", image.name),
        repo: image.source.pipeline.repo(),
        run,
        id,
        timeout,
        over: format!("now().UnixMilli() > {end}"),
    };
    let due = delimited(&format!("({known}?.{ID} ?? \"\") != \"\""));
    host.wait_for_run(Purpose::Await.alias(&image.name), due.into(), wait)
}

/// Writes down which runs ended badly; only a message tells, which Kargo 1.10 has not.
pub(super) fn failed() -> Step {
    let prefix = string(Purpose::Await.prefix());
    let image = format!("#[{}:]", Purpose::Await.prefix().len());
    let bad = format!(
        "filter(keys(stepMetas), # startsWith {prefix} and string(stepMetas[#].Status) == \"Failed\" and stepMetas[#].Message contains {})",
        string(ENDED)
    );
    let of = format!("outputs.{}.of[{image}]", record::RUNS);
    let run = format!(r#"toJSON({of})[:-1] + ",\"{FAILED}\":" + toJSON(ctx.promotion) + "}}""#);
    let values = Value::Text(delimited(&object(&bad, &format!("{} + {image}", string(RUN)), &run)).into());
    set_metadata::step(record::FAILED, vec![Update::freight(&freight(), values)])
        .when(delimited(&format!("len({bad}) > 0")))
}

/// What the message says of a run that has ended, and of no other.
const ENDED: &str = " ended as ";

/// An object as JSON, which Kargo makes one of: it has no way to take the language's own. Key and value, which is JSON, are of each
/// `#` of a list.
fn object(list: &str, key: &str, value: &str) -> String {
    format!(r#""{{" + join(map({list}, toJSON({key}) + ":" + {value}), ",") + "}}""#)
}

/// What `report` has to say of runs: variables, what must hold for it to speak, and its words.
pub(super) fn reported() -> (Vec<Variable>, String, String) {
    let prefix = string(Purpose::Await.prefix());
    let image = format!("#[{}:]", Purpose::Await.prefix().len());
    let bad = format!(
        "map(filter(sort(keys(stepMetas)), # startsWith {prefix} and string(stepMetas[#].Status) in [\"Failed\", \"Errored\"]), {image})"
    );
    let of = format!("outputs.{}?.of ?? {{}}", record::RUNS);
    let unknown = format!(
        "map(filter(sort(keys(stepMetas)), # startsWith {prefix} and string(stepMetas[#].Status) == \"Skipped\" and ({of})[{image}]?.{ID} == \"\"), {image})"
    );
    let said = format!(
        r#"map(vars.bad, let page = ({of})[#]?.{PAGE} ?? ""; let said = stepMetas[{prefix} + #].Message; said contains page ? said : said + " (" + page + ")")"#
    );
    let words = format!(
        r#"(len(vars.bad) > 0 ? string(len(vars.bad)) + " of " + string(len(filter(keys(stepMetas), # startsWith {prefix}))) + " runs did not end well: " + join(vars.bad, ", ") + ". " + join({said}, "; ") + ". " : "") + (len(vars.unknown) > 0 ? "The answers to the dispatches of " + join(vars.unknown, ", ") + " name no run, so none was waited for." : "")"#
    );
    let var =
        |name: &'static str, expression: &str| Variable { name: name.into(), value: delimited(expression).into() };
    (vec![var("bad", &bad), var("unknown", &unknown)], "len(vars.bad) + len(vars.unknown) > 0".to_owned(), words)
}

/// The expressions that all waits for runs of a host share; each may use those before it. The first is for dispatches.
pub(super) fn variables(host: &Host, service: &Service, names: &AnswerNames, run: &Run) -> [Variable; 4] {
    let shown = format!("response.status == {READ} and type(response.body) == \"map\"");
    let ended = format!("{shown} and response.body.{} in {}", run.state, json(run.ended));
    let good = format!("response.body.{} in {}", run.conclusion, json(run.good));
    let text = |key: &str| format!("string(response.body.{key} ?? \"\")[:{LONGEST_PAGE}]");
    let message = message(host);
    let later = format!("response.status in {} or {}", list(&LATER), overloaded(host, &message));
    let stands = format!(
        r#"({ended} ? "{}" + {} + ": " + {} : {shown} ? " is still " + {} + ", and its time is over: " + {} : " cannot be read. " + (({message}) != "" ? "{} says: " + ({message}) : "{} gave no reason") + ({}))"#,
        ENDED,
        text(run.conclusion),
        text(run.page),
        text(run.state),
        text(run.page),
        host.name,
        host.name,
        what_to_check(service.credential.as_ref(), run.checks)
    );
    let var = |name: &Cow<'static, str>, value: String| Variable { name: name.clone(), value: Rc::from(value) };
    [
        var(&names.run, outputs(run)),
        var(&names.ended, format!("({ended} and {good})")),
        var(&names.broken, format!("({ended} and not ({good}) or response.status != {READ} and not ({later}))")),
        var(&names.stands, stands),
    ]
}

/// The outputs of a dispatch: what its run is known by, fit for an address, and its page; both empty if it does not say. Neither may
/// break, or what was taken would be sent again.
fn outputs(run: &Run) -> String {
    let body = |key: &str| format!("type(response.body) == \"map\" ? response.body.{key} : nil");
    let id = format!(
        r#"let id = {}; type(id) in ["int", "float"] ? string(int(id)) : type(id) == "string" and id matches "^[0-9A-Za-z_-]+$" ? id : """#,
        body(run.id)
    );
    let page = format!(r#"let page = {}; type(page) == "string" ? page[:{LONGEST_PAGE}] : """#, body(run.page));
    let outputs = [(ID, id), (PAGE, page)]
        .map(|(name, expression)| serde_json::json!({"name": name, "fromExpression": expression}));
    json(&outputs)
}
