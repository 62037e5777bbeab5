//! The last steps of a Stage: who is told how the Promotion has ended. They come after all others and never decide how that is.
//!
//! What is said is one text, put together by `say`. It is bounded, and goes into JSON by `toJSON`, so that nothing that a host has
//! answered can end a text there. A Promotion that has dispatched nothing says nothing of its success; one that starts again after
//! the end of Kargo's controller knows only of what it has dispatched since.
//!
//! What is sent: Slack `{"text"}` ("Sending messages using incoming webhooks"), where `&`, `<` and `>` are escaped, so that no text
//! calls for people; Teams a message with one Adaptive Card ("Create incoming webhooks with Workflows for Microsoft Teams");
//! GitHub "Create an issue".

use super::answers::{fixed, header};
use super::intent::{Purpose, record};
use super::moved::Moved;
use super::retries::patience;
use crate::forge::{Credential, github};
use crate::grammar::fixed::FixedText;
use crate::grammar::kargo::Event;
use crate::grammar::kubernetes::ObjectName;
use crate::grammar::placeholder::{Notice, replaced_of};
use crate::grammar::release::POLL_INTERVAL;
use crate::kargo::expression::{self, delimited, secret, string};
use crate::kargo::stage::Variable;
use crate::kargo::step::http::{Header, Headers, Http};
use crate::kargo::step::{Config, Step, compose_output};
use crate::model::name::analysis_stage;
use crate::model::{Address, Channel, Duration, Model, Notification};
use std::rc::Rc;

/// Of what is said. Slack shows 4,000 characters well, and a Promotion keeps the text too.
const LONGEST: usize = 3000;
/// For one request, for all tries of it, and between two that were answered by "not now", which Kargo allows no less.
const REQUEST: Duration = Duration::seconds(10);
const ALL: Duration = Duration::seconds(60);
const BETWEEN: Duration = Duration::seconds(10);
/// Answers of success: Slack 200, Teams 202, GitHub 201.
const TAKEN: &str = "response.status >= 200 and response.status < 300";

/// What is told, in expressions without delimiters.
struct Told {
    stage: ObjectName,
    message: String,
    event: String,
}

/// Tells of a Stage that dispatches: that it has failed, or what it has dispatched.
pub(super) fn of_rebuilds(model: &Model, stage: &ObjectName, moved: &Moved<'_>, waits: bool) -> Vec<Step> {
    let dispatched = format!("(outputs.{}?.sent ?? 0) > 0", record::SAY);
    let when = |on: &[Event]| {
        let failure = on.contains(&Event::Failure).then(|| "failure()".to_owned());
        let success = on.contains(&Event::Success).then(|| format!("success() and {dispatched}"));
        let when: Vec<String> = failure.into_iter().chain(success).collect();
        (!when.is_empty()).then(|| when.join(" or "))
    };
    let told = Told {
        stage: stage.clone(),
        message: format!("outputs.{}?.text ?? {}", record::SAY, string(&format!("{stage} has ended"))),
        event: format!("outputs.{}?.event ?? \"failure\"", record::SAY),
    };
    let steps = steps(model, &told, when);
    let say = (!steps.is_empty()).then(|| say(model, stage, moved, waits));
    say.into_iter().chain(steps).collect()
}

/// Tells of a Dockerfile that has drifted; `drifted` is the condition for that, `alias` the step that says how.
pub(super) fn of_drift(model: &Model, image: &ObjectName, alias: &str, drifted: &str) -> Vec<Step> {
    let drifted = drifted.trim_start_matches("${{ ").trim_end_matches(" }}").to_owned();
    let stage = analysis_stage(image);
    let said = format!("{} + stepMetas[{}].Message", string(&format!("{stage}: ")), string(alias));
    let told = Told { stage, message: format!("({said})[:{LONGEST}]"), event: string(Event::Drift.word()) };
    steps(model, &told, |on| on.contains(&Event::Drift).then(|| drifted.clone()))
}

fn steps(model: &Model, told: &Told, when: impl Fn(&[Event]) -> Option<String>) -> Vec<Step> {
    let all = model.notifications.iter().enumerate();
    all.filter_map(|(at, notification)| Some(step(model, told, at + 1, notification, &when(&notification.on)?)))
        .collect()
}

/// Puts into words what has happened: what was dispatched, what went wrong, which runs there are, and what to do.
fn say(model: &Model, stage: &ObjectName, moved: &Moved<'_>, waits: bool) -> Step {
    let (first, second) = (string(Purpose::Try.prefix()), string(Purpose::Trigger.prefix()));
    let succeeded = |key: &str| format!("string(stepMetas[{key}].Status) == \"Succeeded\"");
    let sent = format!(
        "map(filter(sort(keys(stepMetas)), # startsWith {first} and ({} or {})), #[4:])",
        succeeded("#"),
        succeeded(&format!("{second} + #[4:]"))
    );
    // What a step that goes on after its failure has met is in the words of `report`.
    let failed = format!(
        r#"map(filter(sort(keys(stepMetas)), string(stepMetas[#].Status) in ["Failed", "Errored"] and not (# matches {})), stepMetas[#].Message)"#,
        string("^(try|trigger|await|wait-for)-|^(read|look)$")
    );
    let runs = if waits {
        let prefix = string(Purpose::Await.prefix());
        format!(
            r#" + join(map(filter(sort(keys(outputs.{}?.of ?? {{}})), stepMetas[{prefix} + #] != nil), "\nRun of " + # + ": " + outputs.{}.of[#].page))"#,
            record::RUNS,
            record::RUNS
        )
    } else {
        String::new()
    };
    let project = &model.project.name;
    let again = format!("\nTo try again what has failed: kubectl delete promotions.kargo.akuity.io -n {project} ");
    let then = format!(
        "; kubectl annotate stages.kargo.akuity.io {stage} -n {project} kargo.akuity.io/refresh=$(date +%s) --overwrite"
    );
    let text = format!(
        r#"({} + (len(vars.failed) > 0 ? " has failed" : " has dispatched rebuilds") + " for " + {} + " at " + vars.digest + (vars.previous == "" or vars.previous == vars.digest ? "" : ", before that " + vars.previous) + ".\nDispatched: " + (len(vars.sent) > 0 ? join(vars.sent, ", ") : "nothing") + (len(vars.failed) > 0 ? ".\nWhat failed: " + join(vars.failed, "; ")[:2000] + {} + ctx.promotion + {} : "."){runs})[:{LONGEST}]"#,
        string(stage),
        moved.reference(),
        string(&again),
        string(&then),
    );
    let outputs = [
        ("event", "len(vars.failed) > 0 ? \"failure\" : \"success\"".to_owned()),
        ("sent", "len(vars.sent)".to_owned()),
        ("text", text),
    ];
    compose_output::step(record::SAY, outputs.map(|(name, expression)| (name, delimited(&expression))))
        .when(delimited("always()"))
        .continues()
        .with(
            [
                ("sent", sent),
                ("failed", failed),
                ("digest", moved.digest()),
                ("previous", format!("outputs.{}?.previous ?? \"\"", record::PLAN)),
            ]
            .map(|(name, expression)| Variable { name: name.into(), value: delimited(&expression).into() })
            .into(),
        )
}

fn step(model: &Model, told: &Told, number: usize, notification: &Notification, when: &str) -> Step {
    let json = |expression: &str| delimited(&format!("toJSON({expression})"));
    let (message, stage) = (&told.message, &told.stage);
    let of_secret = |Credential { secret: name, key }: &Credential| delimited(&secret(name, key));
    let (kind, url, body) = match &notification.to {
        Channel::Slack(address) => {
            let escaped = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")]
                .iter()
                .fold(message.clone(), |text, (from, to)| format!("replace({text}, {}, {})", string(from), string(to)));
            ("slack", of_secret(address), format!(r#"{{"text":{}}}"#, json(&escaped)))
        }
        Channel::Teams(address) => {
            let card = format!(
                r#"{{"type":"AdaptiveCard","version":"1.2","body":[{{"type":"TextBlock","wrap":true,"text":{}}}]}}"#,
                json(message)
            );
            let attachment = format!(
                r#"{{"contentType":"application/vnd.microsoft.card.adaptive","contentUrl":null,"content":{card}}}"#
            );
            ("teams", of_secret(address), format!(r#"{{"type":"message","attachments":[{attachment}]}}"#))
        }
        Channel::Webhook(address, body) => {
            let url = match address {
                Address::Written(url) => url.to_string(),
                Address::Secret(credential) => of_secret(credential),
            };
            ("webhook", url, filled(body.as_ref(), told))
        }
        Channel::GitHubIssue(repo, labels) => {
            let url = github::issue(&model.hosts.github.api_url, repo).url;
            let labels = expression::json(labels);
            let title = format!(
                "{} + (({}) == \"success\" ? \" has dispatched rebuilds\" : \" has failed\")",
                string(stage),
                told.event
            );
            let body = format!(r#"{{"title":{},"body":{},"labels":{labels}}}"#, json(&title), json(message));
            ("issue", url, body)
        }
    };
    let http = Http {
        method: "POST",
        url,
        headers: Headers::List(headers(model, &notification.to)),
        // Kargo takes the quotes away, and makes no object of what stood in some.
        body: Some(format!("\"{body}\"")),
        timeout: REQUEST.to_string().into(),
        response_content_type: None,
        poll_interval: model.kargo.knows(&POLL_INTERVAL).then(|| BETWEEN.to_string().into()),
        success_expression: TAKEN.into(),
        failure_expression: format!("not ({TAKEN}) and response.status != 429 and response.status < 500").into(),
        outputs: None,
        error_expression: None,
    };
    // Without a token there is nobody to ask for an issue; the guard has said so.
    let token = match (&notification.to, &model.hosts.github.credential) {
        (Channel::GitHubIssue(..), Some(Credential { secret: name, key })) => Some(secret(name, key)),
        _ => None,
    };
    let when = token.map_or_else(|| when.to_owned(), |token| format!("({when}) and {token} != \"\""));
    Step::new("http", record::notify(number, kind), Config::Http(Box::new(http)))
        .when(delimited(&when))
        .continues()
        .retried(patience(ALL, BETWEEN))
}

/// What a webhook is sent where no body is written for it.
const ALL_OF_IT: &str =
    r#"{"event":"{{ event }}","stage":"{{ stage }}","promotion":"{{ promotion }}","message":"{{ message }}"}"#;

/// What a webhook is sent: the body that is written for it, or all that is known.
fn filled(body: Option<&FixedText>, told: &Told) -> String {
    // Without the quotes around a text, since the placeholder stands in some.
    let inside = |expression: &str| delimited(&format!("toJSON({expression})[1:-1]"));
    let texts = [inside(&told.message), inside(&told.event), told.stage.to_string(), delimited("ctx.promotion")];
    let put = |notice| {
        let text = match notice {
            Notice::Message => &texts[0],
            Notice::Event => &texts[1],
            Notice::Stage => &texts[2],
            Notice::Promotion => &texts[3],
        };
        Some(text.as_str())
    };
    let body = body.map_or(ALL_OF_IT, FixedText::as_str);
    // A body that is none has been refused.
    replaced_of(body, &Notice::ALL, put).unwrap_or_default().into_owned()
}

fn headers(model: &Model, to: &Channel) -> Rc<[Header]> {
    let Channel::GitHubIssue(repo, _) = to else {
        return fixed(&[("Content-Type", "application/json")]).collect();
    };
    let github = &model.hosts.github;
    let token = github.credential.as_ref().map(|Credential { secret: name, key }| secret(name, key));
    let token = token.and_then(|token| header(&github::HOST.authorization, &token, true));
    fixed(github::issue(&github.api_url, repo).headers).chain(token).collect()
}
