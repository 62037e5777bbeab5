//! The steps that talk to code hosts: those that start a pipeline, and those that read a file. What is asked and what answers
//! mean stands in [`crate::forge`]; here it is said in Kargo's expressions. No answer is an error that counts.

use super::intent::Purpose;
use crate::forge::{
    self, BROKEN, ByHost, Check, Dispatches, Host, LATER, Limit, Pipeline, Provider, Request, UNAUTHORIZED,
};
use crate::grammar::fixed::{FixedText, InputName};
use crate::kargo::expression::{delimited, secret, string};
use crate::kargo::stage::Variable;
use crate::kargo::step::http::{Header, Http};
use crate::kargo::step::{Config, Retry, Step, fail};
use crate::model::{Credential, Dependent, Duration, KargoVersion, Model, Service};
use indexmap::IndexMap;
use std::collections::BTreeMap;
use std::rc::Rc;

/// For one request.
const REQUEST_TIMEOUT: Duration = Duration::seconds(30);
/// Between two requests while a host says "not now": secondary rate limits ask for at least a minute.
const POLL_INTERVAL: Duration = Duration::minutes(1);

/// The steps of all Stages that talk to code hosts.
pub(super) struct Requests<'a> {
    model: &'a Model,
    hosts: ByHost<HostSteps<'a>>,
}

impl<'a> Requests<'a> {
    pub(super) fn new(model: &'a Model) -> Self {
        Self { model, hosts: ByHost::new(|provider, dispatches| HostSteps::new(model, provider, dispatches)) }
    }

    /// Those that talk to the host of a pipeline.
    pub(super) fn of(&self, pipeline: &Pipeline) -> &HostSteps<'a> {
        self.hosts.of(pipeline)
    }

    /// The variables and steps of a Stage that rebuilds.
    pub(super) fn rebuilds(&self, dependents: &[&Dependent]) -> (Vec<Variable>, Vec<Step>) {
        let source = |dependent: &&Dependent| &self.model.images[dependent.image].source;
        let pipelines = dependents.iter().map(|dependent| &source(dependent).pipeline);
        let hosts: BTreeMap<Provider, &HostSteps<'_>> =
            pipelines.map(|pipeline| (pipeline.provider(), self.of(pipeline))).collect();
        let rebuilds = dependents.iter().map(|dependent| {
            let image = &self.model.images[dependent.image];
            self.of(&image.source.pipeline).dispatch(Dispatch {
                alias: Purpose::Trigger.alias(&image.name),
                what: format!("rebuild of {}", image.name),
                pipeline: &image.source.pipeline,
                branch: &image.source.branch,
                inputs: &dependent.inputs,
                condition: None,
            })
        });
        let variables = hosts.values().flat_map(|host| host.variables_of_dispatches()).cloned().collect();
        (variables, hosts.values().filter_map(|host| host.guard_of_dispatches()).chain(rebuilds).collect())
    }
}

/// What the steps of all Stages that talk to one host have in common, made once and shared.
pub(super) struct HostSteps<'a> {
    model: &'a Model,
    service: &'a Service,
    /// Alias and condition of the guard; Kargo 1.9 has no step for one.
    guard: Option<(String, Rc<str>)>,
    nothing_dispatched: Rc<str>,
    nothing_read: Rc<str>,
    /// When a request is sent.
    condition: Rc<str>,
    dispatch_headers: Rc<[Header]>,
    read_headers: Rc<[Header]>,
    dispatched: Rc<str>,
    refused: Rc<str>,
    explanation: String,
    timeout: Rc<str>,
    poll_interval: Option<Rc<str>>,
    retry_timeout: Rc<str>,
    variables: Vec<Variable>,
}

/// A pipeline that is to be run.
pub(super) struct Dispatch<'a> {
    pub(super) alias: String,
    /// What will not be done if it is refused, as "rebuild of web".
    pub(super) what: String,
    pub(super) pipeline: &'a Pipeline,
    pub(super) branch: &'a str,
    pub(super) inputs: &'a IndexMap<InputName, FixedText>,
    /// When, if not always.
    pub(super) condition: Option<Rc<str>>,
}

/// A file that is to be read, and what is made of it.
pub(super) struct FileRead {
    pub(super) alias: String,
    pub(super) request: Request,
    pub(super) success: Rc<str>,
    pub(super) failure: Rc<str>,
    pub(super) explanation: String,
}

impl<'a> HostSteps<'a> {
    fn new(model: &'a Model, provider: Provider, dispatches: &Dispatches) -> Self {
        let (host, service) = (provider.host(), model.service(provider));
        let Credential { secret: name, key } = &service.credential;
        let token = secret(name, key);
        let alias = format!("check-{name}");
        // Each request depends on its guard and on no other request, so that one image's failure never stops another's.
        let (guard, condition) = if model.kargo >= KargoVersion::V1_10 {
            let condition = format!("status({}) == {}", string(&alias), string("Skipped"));
            (Some((alias, delimited(&format!("{token} == \"\"")).into())), condition)
        } else {
            (None, "always()".to_owned())
        };
        let missing = |consequence| {
            format!(
                "Secret {name} in Namespace {} is missing, or its key {key} is missing or empty; {consequence}",
                model.project.name
            )
        };
        let header = |name, value: &str| Header { name, value: value.into() };
        let (authorization, scheme) = host.authorization;
        let token_of = format!("{scheme}{}", delimited(&token));
        let headers = |fixed: &[forge::Header]| -> Rc<[Header]> {
            fixed.iter().map(|(name, value)| header(name, value)).chain([header(authorization, &token_of)]).collect()
        };
        Self {
            model,
            service,
            guard,
            nothing_dispatched: missing("nothing was dispatched").into(),
            nothing_read: missing("no Dockerfile was read").into(),
            condition: delimited(&condition).into(),
            dispatch_headers: headers(dispatches.headers),
            read_headers: headers(host.read_headers),
            dispatched: variable(dispatches.names.taken).into(),
            explanation: variable(dispatches.names.explanation),
            refused: variable(dispatches.names.refused).into(),
            timeout: REQUEST_TIMEOUT.to_string().into(),
            poll_interval: (model.kargo >= KargoVersion::V1_11).then(|| POLL_INTERVAL.to_string().into()),
            retry_timeout: model.retry.timeout.to_string().into(),
            variables: variables(model.kargo, host, service, dispatches),
        }
    }

    /// What the expressions of dispatches have in common.
    pub(super) fn variables_of_dispatches(&self) -> &[Variable] {
        &self.variables
    }

    /// The step that stops a Stage that dispatches and has no token.
    pub(super) fn guard_of_dispatches(&self) -> Option<Step> {
        self.guard(&self.nothing_dispatched)
    }

    /// The step that stops a Stage that reads a file and has no token.
    pub(super) fn guard_of_reads(&self) -> Option<Step> {
        self.guard(&self.nothing_read)
    }

    fn guard(&self, message: &Rc<str>) -> Option<Step> {
        self.guard.clone().map(|(alias, condition)| fail::step(alias, condition, Rc::clone(message)))
    }

    /// The step that starts a pipeline.
    pub(super) fn dispatch(&self, dispatch: Dispatch<'_>) -> Step {
        let Dispatch { alias, what, pipeline, branch, inputs, condition } = dispatch;
        let Request { method, url, body, .. } = pipeline.dispatch(&self.service.api_url, branch, inputs);
        let what = format!("{what} ({}, {} at {branch}) was not dispatched. ", pipeline.repo(), pipeline.name());
        let http = Http {
            method,
            url,
            headers: Rc::clone(&self.dispatch_headers),
            body,
            timeout: Rc::clone(&self.timeout),
            response_content_type: None,
            poll_interval: self.poll_interval.clone(),
            success_expression: Rc::clone(&self.dispatched),
            failure_expression: Rc::clone(&self.refused),
            error_expression: self.explains().then(|| format!("{} + {}", string(&what), self.explanation)),
        };
        self.step(alias, condition.unwrap_or_else(|| Rc::clone(&self.condition)), http)
    }

    /// The step that reads a file, as text.
    pub(super) fn read(&self, read: FileRead) -> Step {
        let http = Http {
            method: read.request.method,
            url: read.request.url,
            headers: Rc::clone(&self.read_headers),
            body: read.request.body,
            timeout: Rc::clone(&self.timeout),
            response_content_type: Some("text/plain"),
            poll_interval: self.poll_interval.clone(),
            success_expression: read.success,
            failure_expression: read.failure,
            error_expression: self.explains().then_some(read.explanation),
        };
        self.step(read.alias, Rc::clone(&self.condition), http)
    }

    fn step(&self, alias: String, condition: Rc<str>, http: Http) -> Step {
        let retry =
            Retry { timeout: Rc::clone(&self.retry_timeout), error_threshold: self.model.retry.error_threshold };
        Step {
            uses: "http",
            alias,
            condition: Some(condition),
            retry: Some(retry),
            config: Config::Http(Box::new(http)),
        }
    }

    /// Whether Kargo knows `errorExpression`.
    fn explains(&self) -> bool {
        self.model.kargo >= KargoVersion::V1_11
    }
}

/// The expressions that all dispatches of a Stage share.
fn variables(kargo: KargoVersion, host: &Host, service: &Service, dispatches: &Dispatches) -> Vec<Variable> {
    let taken = format!("response.status in {}", list(dispatches.taken));
    let mut variables = vec![
        Variable { name: dispatches.names.taken, value: taken.into() },
        Variable { name: dispatches.names.refused, value: refused(host, dispatches).into() },
    ];
    if kargo >= KargoVersion::V1_11 {
        let explanation = explanation(host, service, dispatches);
        variables.push(Variable { name: dispatches.names.explanation, value: explanation.into() });
    }
    variables
}

/// The host's message, or an empty text; safe for bodies that are no JSON object.
fn message(host: &Host) -> String {
    let key = host.message_keys.first().copied().unwrap_or_default();
    format!(r#"type(response.body) == "map" ? string(response.body.{key} ?? "") : """#)
}

/// Everything that is neither dispatched nor "not now" is for good, so that no unforeseen answer is asked for again.
fn refused(host: &Host, dispatches: &Dispatches) -> String {
    let statuses = list(dispatches.taken.iter().chain(&LATER));
    format!("not (response.status in {statuses} or {})", overloaded(host, &message(host)))
}

/// Whether a host asks to come back later, beside [`LATER`]; `message` is an expression for what it says.
pub(super) fn overloaded(host: &Host, message: &str) -> String {
    let Limit { status, retry_after, remaining, words, .. } = &host.limit;
    let broken = format!("response.status >= {BROKEN}");
    let Some(status) = status else { return broken };
    format!(
        r#"{broken} or response.status == {status} and (response.header({}) != "" or response.header({}) == "0" or lower({message}) contains {})"#,
        string(retry_after),
        string(remaining),
        string(words)
    )
}

/// What a person should check, by the status of the answer: the token if it is not known, else what `checks` say.
pub(super) fn what_to_check(credential: &Credential, checks: &[Check]) -> String {
    let Credential { secret, key } = credential;
    let token = format!("key {key} of Secret {secret} is a token that is valid and has not expired");
    let check = |statuses: &[u16], what: &str| {
        let is = match statuses {
            [one] => format!("== {one}"),
            all => format!("in {}", list(all.iter())),
        };
        format!("response.status {is} ? {} : ", string(&format!("; check that {what}")))
    };
    let checks = checks.iter().map(|(statuses, what)| check(statuses, what));
    [check(&[UNAUTHORIZED], &token)].into_iter().chain(checks).collect::<String>() + r#""""#
}

fn explanation(host: &Host, service: &Service, dispatches: &Dispatches) -> String {
    let (name, message) = (host.name, message(host));
    let checks = what_to_check(&service.credential, dispatches.checks);
    format!(r#"(({message}) != "" ? "{name} says: " + ({message}) : "{name} gave no reason") + ({checks})"#)
}

/// Statuses as a list of the language.
pub(super) fn list<'s>(statuses: impl IntoIterator<Item = &'s u16>) -> String {
    format!("[{}]", statuses.into_iter().map(u16::to_string).collect::<Vec<_>>().join(", "))
}

fn variable(name: &str) -> String {
    delimited(&format!("vars.{name}"))
}
