//! The mode `http`: one request reads the Dockerfile, and an expression compares its lines with those of the lock.
//!
//! | answer | outcome |
//! |---|---|
//! | the lines of the lock; any file where they are not known | succeeded |
//! | other lines | failed: the Dockerfile has drifted |
//! | 401, 403, 404 and everything else that is for good | failed, with what to check |
//! | rate limits, 408, 429, 5xx | asked again |

use super::{Plan, discovery, lines};
use crate::factory::answers::{list as statuses, overloaded, what_to_check};
use crate::factory::intent::Purpose;
use crate::factory::requests::{FileRead, Requests};
use crate::factory::{describe, notifications};
use crate::forge::{AskForFile, Host, LATER, Pipeline, Provider, READ, Service};
use crate::grammar::has_expression;
use crate::kargo::expression::{delimited, string};
use crate::kargo::stage::Variable;
use crate::model::{Dockerfile, Factory, ManagedImage, Model};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The variable that says why a Dockerfile could not be read.
const REASON: &str = "reason";
/// How the message of a step begins that failed because of other lines.
const DRIFTED: &str = r#""^(step [^:]*: )?HTTP \\(200\\)""#;

/// What the Stages have alike that read from one host, made once and shared.
pub(in crate::factory) struct Shared {
    /// The body, and why it is none: all that a Stage needs whose lines are not compared.
    unread: [Variable; 2],
    compared: [Variable; 4],
    /// Asks for a file.
    file: AskForFile,
    /// Success and failure where only the file counts, and where its lines do.
    presence: [Rc<str>; 2],
    sameness: [Rc<str>; 2],
}

/// For each host that has files of images.
pub(in crate::factory) fn shared(model: &Model) -> BTreeMap<Provider, Shared> {
    let pipelines = model.images.iter().map(|image| &image.source.pipeline).filter(|pipeline| pipeline.reads_files());
    let hosts: BTreeMap<Provider, &Pipeline> = pipelines.map(|pipeline| (pipeline.provider(), pipeline)).collect();
    let shared = |(provider, pipeline): (Provider, &Pipeline)| {
        let host = provider.host();
        Some((provider, Shared::new(host, model.hosts.of(pipeline), host.file?)))
    };
    hosts.into_iter().filter_map(shared).collect()
}

impl Shared {
    fn new(host: &Host, service: &Service, file: AskForFile) -> Self {
        let outcomes = |success: String| {
            let failure = format!(
                "not ({success} or response.status in {} or {})",
                statuses(&LATER),
                overloaded(host, &lines::body_text())
            );
            [success.into(), failure.into()]
        };
        Self {
            unread: [lines::body(), Variable { name: REASON.into(), value: reason(host, service).into() }],
            compared: lines::compared(),
            file,
            presence: outcomes(format!("response.status == {READ}")),
            sameness: outcomes(format!("response.status == {READ} and {}", lines::same())),
        }
    }
}

pub(super) fn plan<'a>(
    model: &Model,
    requests: &Requests<'a>,
    shared: &Shared,
    image: &'a ManagedImage,
    dockerfile: &Dockerfile,
    on_drift: Option<&'a Factory>,
) -> Plan {
    // Kargo would evaluate a line that holds a delimiter of its own, and there is no escape.
    let compared = !dockerfile.lines.is_empty() && !dockerfile.lines.iter().any(|line| has_expression(line));
    let alias = Purpose::Analyze.alias(&image.name);
    let [success, failure] = if compared { &shared.sameness } else { &shared.presence };
    let pipeline = &image.source.pipeline;
    let (host, api) = (requests.of(pipeline), &model.hosts.of(pipeline).api_url);
    let read = FileRead {
        alias: alias.clone(),
        request: (shared.file)(api, pipeline.repo(), &image.source.branch, &dockerfile.path),
        success: Rc::clone(success),
        failure: Rc::clone(failure),
        explanation: explanation(image, dockerfile, if compared { on_drift } else { None }, compared),
    };
    let mut vars = shared.unread.to_vec();
    let mut steps: Vec<_> = host.guard_of_reads().into_iter().chain([host.read(read)]).collect();
    if compared {
        vars.push(lines::locked(list(&dockerfile.lines)));
        vars.extend_from_slice(&shared.compared);
        if let Some(factory) = on_drift {
            vars.extend_from_slice(requests.of(&factory.pipeline).variables_of_dispatches());
            steps.push(discovery(requests, image, factory, Some(drifted(&alias))));
        }
        steps.extend(notifications::of_drift(model, &image.name, &alias, &drifted(&alias)));
    }
    Plan { description: describe::analysis_by_http(image, dockerfile, compared), vars, steps, verification: None }
}

/// Whether the step failed because of other lines: only then does it fail with 200, with which the step's message begins,
/// behind its alias (Kargo v1.11.2 `pkg/promotion/runner/builtin/http_requester.go`). A step that failed has no outputs.
fn drifted(alias: &str) -> Rc<str> {
    let alias = string(alias);
    let failed = format!("status({alias}) == \"Failed\" and stepMetas[{alias}].Message matches {DRIFTED}");
    delimited(&failed).into()
}

/// A list of texts, which Kargo leaves a text: it holds no delimiter.
fn list(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| string(line)).collect();
    format!("[{}]", lines.join(", "))
}

/// Why the Dockerfile could not be read, and what to check.
fn reason(host: &Host, service: &Service) -> String {
    let checks = what_to_check(service.credential.as_ref(), host.read_checks);
    let name = host.name;
    let body = lines::body_text();
    format!(r#"(trim({body}) != "" ? "{name} says: " + trim({body})[:300] : "{name} gave no reason") + ({checks})"#)
}

/// What a person reads: what has changed, or why that cannot be told.
fn explanation(image: &ManagedImage, dockerfile: &Dockerfile, on_drift: Option<&Factory>, compared: bool) -> String {
    let place = describe::place(image, dockerfile);
    let unread = string(&format!("the Dockerfile of {} ({place}) could not be read. ", image.name));
    let unread = format!("{unread} + {}", delimited(&format!("vars.{REASON}")));
    if !compared {
        return unread;
    }
    let next = match on_drift {
        None => "run `image-factory discover` and `image-factory synth`, and review what they change".to_owned(),
        Some(Factory { pipeline, branch }) => format!(
            "the workflow {} of {} at {branch} is asked to run `image-factory discover` and to open a pull request",
            pipeline.name(),
            pipeline.repo()
        ),
    };
    let drift = string(&format!(
        "{} has drifted: the lines of its Dockerfile ({place}) that decide its bases are not those that the manifests were \
         made from; {next}. ",
        image.name
    ));
    format!("response.status == 200 ? {drift} + {} : {unread}", lines::difference())
}
