//! The steps that talk to code hosts: those that start a pipeline, and those that read a file. What is asked and what answers
//! mean stands in [`crate::forge`]; here it is said in Kargo's expressions. No answer is an error that counts.

use super::answers::{fixed, header, variable, variables};
use super::intent::record;
use super::placeholders::evaluated;
use super::retries::{patience, retry};
use crate::forge::{self, Authorization, Credential, Dispatches, Host, Pipeline, Provider, Request, Run, Service};
use crate::grammar::fixed::{FixedText, InputName};
use crate::grammar::release::{ERROR_EXPRESSION, FAIL, POLL_INTERVAL};
use crate::kargo::expression::{delimited, secret, string};
use crate::kargo::stage::Variable;
use crate::kargo::step::http::{Header, Headers, Http};
use crate::kargo::step::{Config, Retry, Step, fail};
use crate::model::{Duration, KargoVersion, Model};
use indexmap::IndexMap;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// For one request.
const REQUEST_TIMEOUT: Duration = Duration::seconds(30);
/// Between two requests while a host says "not now": secondary rate limits ask for at least a minute.
const BETWEEN: Duration = Duration::minutes(1);
/// What it says of a dispatch that was put off for too many requests.
pub(super) const LIMITED: &str = "rate limit";
/// An expression that never holds, for a step that waits for success.
const NEVER: &str = "false";

/// The steps of all Stages that talk to code hosts.
pub(super) struct Requests<'a> {
    model: &'a Model,
    /// By the words of hosts, each made when it is first asked for.
    hosts: RefCell<HashMap<Cow<'static, str>, Rc<HostSteps<'a>>>>,
}

impl<'a> Requests<'a> {
    pub(super) fn new(model: &'a Model) -> Self {
        Self { model, hosts: RefCell::default() }
    }

    /// Those that talk to the host of a pipeline.
    pub(super) fn of(&self, pipeline: &'a Pipeline) -> Rc<HostSteps<'a>> {
        let make = || Rc::new(HostSteps::new(self.model, pipeline, &pipeline.dispatches()));
        Rc::clone(self.hosts.borrow_mut().entry(pipeline.word()).or_insert_with(make))
    }
}

/// What the steps of all Stages that talk to one host have in common, made once and shared.
pub(super) struct HostSteps<'a> {
    kargo: KargoVersion,
    host: &'static Host,
    service: &'a Service,
    /// Asks whether the host takes requests again.
    probe: Request,
    /// Alias and condition of the guard; Kargo 1.9 has no step for one, and a host that asks for no token needs none.
    guard: Option<(String, Rc<str>)>,
    /// The expression for the token in a body.
    in_body: Option<String>,
    nothing_dispatched: Rc<str>,
    nothing_read: Rc<str>,
    /// An expression for those of a dispatch: what never changes is a variable.
    dispatch_headers: Rc<str>,
    read_headers: Rc<[Header]>,
    probe_headers: Rc<[Header]>,
    dispatched: Rc<str>,
    not_dispatched: Rc<str>,
    refused: Rc<str>,
    names: forge::AnswerNames,
    later: String,
    explanation: String,
    timeout: Rc<str>,
    poll_interval: Option<Rc<str>>,
    /// Of a request that starts something: each error may hide that it was taken.
    retry: Retry,
    /// Of a request that only looks.
    patience: Retry,
    variables: Vec<Variable>,
}

/// A pipeline that is to be run.
pub(super) struct Dispatch<'a> {
    /// What will not be done if it is refused, as "rebuild of web".
    pub(super) what: String,
    pub(super) pipeline: &'a Pipeline,
    pub(super) branch: &'a str,
    pub(super) inputs: &'a IndexMap<InputName, FixedText>,
    /// The body, if it is not always that of these inputs.
    pub(super) body: Option<String>,
    /// How its answer tells of the run, if that is wanted.
    pub(super) run: Option<&'static Run>,
}

/// A run that is to be waited for.
pub(super) struct RunWait<'a> {
    /// As "the run of web".
    pub(super) what: String,
    pub(super) repo: &'a str,
    pub(super) run: &'static Run,
    /// An expression for what it is known by.
    pub(super) id: String,
    pub(super) timeout: Duration,
    /// An expression for whether the time is over.
    pub(super) over: String,
}

/// A file that is to be read, and what is made of it.
pub(super) struct FileRead {
    pub(super) alias: String,
    pub(super) request: Request,
    pub(super) success: Rc<str>,
    pub(super) failure: Rc<str>,
    pub(super) explanation: String,
}

/// What a step waits for that looks at the clock.
pub(super) struct Waiting {
    /// An expression without delimiters that looks at no answer.
    pub(super) until: Rc<str>,
    /// For how long at most.
    pub(super) longest: Duration,
    /// How often it looks at least.
    pub(super) interval: Duration,
    /// An expression for that, if it is not always so.
    pub(super) looks: Option<Rc<str>>,
}

impl<'a> HostSteps<'a> {
    fn new(model: &'a Model, pipeline: &'a Pipeline, dispatches: &Dispatches<'_>) -> Self {
        let (host, service, kargo) = (pipeline.host(), model.hosts.of(pipeline), model.kargo);
        let credential = service.credential.as_ref();
        let token = credential.map(|Credential { secret: name, key }| secret(name, key));
        let missing = |consequence| {
            let Some(Credential { secret: name, key }) = credential else { return String::new() };
            format!(
                "Secret {name} in Namespace {} is missing, or its key {key} is missing or empty; {consequence}",
                model.project.name
            )
        };
        let guard = credential.zip(token.as_ref()).filter(|_| kargo.knows(&FAIL));
        let guard = guard.map(|(Credential { secret: name, key }, token)| {
            // Of one Secret several hosts may have keys.
            let key = if pipeline.provider() == Provider::GitHub { String::new() } else { format!("/{key}") };
            (format!("check-{name}{key}"), delimited(&format!("{token} == \"\"")).into())
        });
        let headers = |headers: &[forge::Header<'_>], authorization: &Authorization<'_>| -> Rc<[Header]> {
            let own = token.as_ref().and_then(|token| header(authorization, token, true));
            fixed(headers).chain(own).collect()
        };
        let success = variable(&dispatches.names.taken);
        let probe = (dispatches.probe)(&service.api_url);
        let unchanged = format!("fromJSON(vars.{})", dispatches.names.headers);
        let own = token.as_ref().and_then(|token| header(&dispatches.authorization, token, false));
        let dispatch_headers = match own {
            Some(Header { name, value }) => {
                format!(r#"concat({unchanged}, [{{"name": {}, "value": {value}}}])"#, string(&name))
            }
            None => unchanged,
        };
        Self {
            kargo,
            host,
            service,
            guard,
            nothing_dispatched: missing("nothing was dispatched").into(),
            nothing_read: missing("no Dockerfile was read").into(),
            dispatch_headers: delimited(&dispatch_headers).into(),
            read_headers: headers(host.read_headers, &host.authorization),
            probe_headers: headers(probe.headers, &dispatches.authorization),
            probe,
            in_body: token.filter(|_| dispatches.authorization == Authorization::Body).map(|token| delimited(&token)),
            not_dispatched: format!("not ({success})").into(),
            dispatched: success.into(),
            refused: variable(&dispatches.names.refused).into(),
            later: variable(&dispatches.names.later),
            explanation: variable(&dispatches.names.explanation),
            names: dispatches.names.clone(),
            timeout: REQUEST_TIMEOUT.to_string().into(),
            poll_interval: kargo.knows(&POLL_INTERVAL).then(|| BETWEEN.to_string().into()),
            patience: patience(*model.retry.timeout, BETWEEN),
            retry: retry(model),
            variables: variables(kargo, host, service, dispatches),
        }
    }

    /// Its word in expressions.
    pub(super) fn word(&self) -> &Cow<'static, str> {
        &self.names.word
    }

    /// The expression for whether it may have a token: each request depends on its guard and on no other request, so that one
    /// image's failure never stops another's. Kargo reads a condition once, so a guard that could not be read stops nothing.
    pub(super) fn has_token(&self) -> String {
        let guard = self.guard.as_ref();
        guard.map_or("true".to_owned(), |(alias, _)| format!("status({}) != \"Failed\"", string(alias)))
    }

    /// What the expressions of dispatches have in common.
    pub(super) fn variables_of_dispatches(&self) -> &[Variable] {
        &self.variables
    }

    /// What the expressions of those have in common that wait for runs.
    pub(super) fn variables_of_runs(&self, run: &Run) -> [Variable; 4] {
        super::runs::variables(self.host, self.service, &self.names, run)
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

    /// The step that starts a pipeline, however long that takes; where there is a token, if no condition is given.
    pub(super) fn dispatch(&self, alias: String, dispatch: &Dispatch<'_>, condition: Option<Rc<str>>) -> Step {
        self.patient(alias, condition, Http { failure_expression: Rc::clone(&self.refused), ..self.attempt(dispatch) })
    }

    /// The same for what has been tried, whose message has said what is meant: until the time is over that [`Self::together`] gives.
    pub(super) fn trigger(&self, alias: String, dispatch: &Dispatch<'_>, condition: Rc<str>) -> Step {
        let error_expression = self.explains().then(|| self.explanation.clone());
        let failure_expression = delimited(&format!("outputs.{}.{}", record::READY, self.names.refused)).into();
        self.patient(alias, Some(condition), Http { failure_expression, error_expression, ..self.attempt(dispatch) })
    }

    /// The output of the step `ready` by which all triggers wait together for so many milliseconds: name and value.
    pub(super) fn together(&self, wait: u64) -> (Cow<'static, str>, String) {
        let until = delimited(&format!("now().UnixMilli() + {wait}"));
        (
            self.names.refused.clone(),
            format!("not ({} or ({}) and now().UnixMilli() < {until})", self.dispatched, self.later),
        )
    }

    /// A body with expressions in place of its placeholders.
    pub(super) fn evaluated(&self, body: String) -> String {
        evaluated(body, self.in_body.as_deref())
    }

    /// The body of a dispatch with other inputs, as it is before placeholders are put in.
    pub(super) fn body(&self, dispatch: &Dispatch<'_>, inputs: &IndexMap<InputName, FixedText>) -> Option<String> {
        self.request(dispatch, inputs).body
    }

    fn request(&self, dispatch: &Dispatch<'_>, inputs: &IndexMap<InputName, FixedText>) -> Request {
        let request = dispatch.pipeline.dispatch(&self.service.api_url, dispatch.branch, inputs);
        match dispatch.run {
            Some(run) => (run.ask)(request),
            None => request,
        }
    }

    fn patient(&self, alias: String, condition: Option<Rc<str>>, http: Http) -> Step {
        self.step(alias, condition, Http { poll_interval: self.poll_interval.clone(), ..http })
            .retried(self.retry.clone())
    }

    /// The step that asks once to start a pipeline, and takes everything but success for a failure.
    pub(super) fn try_once(&self, alias: String, dispatch: &Dispatch<'_>, condition: Rc<str>) -> Step {
        self.step(alias, Some(condition), self.attempt(dispatch)).continues()
    }

    fn attempt(&self, dispatch: &Dispatch<'_>) -> Http {
        let Dispatch { what, pipeline, branch, inputs, body, .. } = dispatch;
        let Request { method, url, body: fixed, .. } = self.request(dispatch, inputs);
        let body = body.clone().or(fixed.map(|body| self.evaluated(body)));
        let what = format!("{what} ({}, {} at {branch}) ", pipeline.repo(), pipeline.name());
        Http {
            method,
            url,
            headers: Headers::Expression(Rc::clone(&self.dispatch_headers)),
            body,
            timeout: Rc::clone(&self.timeout),
            response_content_type: None,
            poll_interval: None,
            success_expression: Rc::clone(&self.dispatched),
            failure_expression: Rc::clone(&self.not_dispatched),
            outputs: dispatch.run.map(|_| variable(&self.names.run).into()),
            error_expression: self.explains().then(|| format!("{} + {}", string(&what), self.explanation)),
        }
    }

    /// Alias of the step that waits for the host.
    pub(super) fn waiting(&self) -> String {
        record::wait_for(self.word())
    }

    /// The step that waits until the host takes requests again: until it says so twice, with an interval between, so that
    /// nothing is sent into a limit that was met a moment ago. It asks for nothing that could be done twice.
    pub(super) fn wait(&self, condition: Rc<str>) -> Step {
        let (alias, host) = (self.waiting(), self.host);
        let again = delimited(&format!("status({}) == \"Running\"", string(&alias)));
        let remaining = string(host.limit.remaining);
        let success = format!("{again} and not ({}) and response.header({remaining}) != \"0\"", self.later);
        let http = self.probing(Rc::clone(&self.probe_headers), self.poll_interval.clone(), success.into());
        self.step(alias, Some(condition), http).retried(self.patience.clone())
    }

    /// A step that waits for a time. What it asks costs nothing and needs no token (GitHub: "Accessing this endpoint does not
    /// count against your REST API rate limit").
    pub(super) fn wait_until(&self, alias: String, condition: Rc<str>, waiting: Waiting) -> Step {
        let Waiting { until, longest, interval, looks } = waiting;
        let looks = looks.unwrap_or_else(|| interval.to_string().into());
        let poll_interval = self.poll_interval.as_ref().map(|_| looks);
        let http = self.probing(fixed(self.probe.headers).collect(), poll_interval, until);
        self.step(alias, Some(condition), http).retried(patience(longest, interval))
    }

    /// A request that starts nothing, again and again until an expression holds.
    fn probing(&self, headers: Rc<[Header]>, poll_interval: Option<Rc<str>>, success: Rc<str>) -> Http {
        Http {
            method: self.probe.method,
            url: self.probe.url.clone(),
            headers: Headers::List(headers),
            body: None,
            timeout: Rc::clone(&self.timeout),
            response_content_type: None,
            poll_interval,
            success_expression: success,
            failure_expression: NEVER.into(),
            outputs: None,
            error_expression: None,
        }
    }

    /// The step that waits for the run of a dispatch.
    pub(super) fn wait_for_run(&self, alias: String, condition: Rc<str>, wait: RunWait<'_>) -> Step {
        let RunWait { what, repo, run, id, timeout, over } = wait;
        let [ended, broken, stands] =
            [&self.names.ended, &self.names.broken, &self.names.stands].map(|name| variable(name));
        let Request { method, url, .. } = (run.show)(&self.service.api_url, repo, &id);
        let headers = Rc::clone(&self.probe_headers);
        let http = Http {
            method,
            url,
            // Whoever looks for the first time when the time is over may see that it has ended well long ago.
            failure_expression: format!("{broken} or not {ended} and {over}").into(),
            error_expression: self.explains().then(|| format!("{} + {stands}", string(&what))),
            ..self.probing(headers, self.poll_interval.clone(), ended.into())
        };
        self.step(alias, Some(condition), http).retried(patience(timeout, BETWEEN)).continues()
    }

    /// The step that reads a file, as text.
    pub(super) fn read(&self, read: FileRead) -> Step {
        let http = Http {
            method: read.request.method,
            url: read.request.url,
            headers: Headers::List(Rc::clone(&self.read_headers)),
            body: read.request.body,
            timeout: Rc::clone(&self.timeout),
            response_content_type: Some("text/plain"),
            poll_interval: self.poll_interval.clone(),
            success_expression: read.success,
            failure_expression: read.failure,
            outputs: None,
            error_expression: self.explains().then_some(read.explanation),
        };
        self.step(read.alias, None, http).retried(self.patience.clone())
    }

    fn step(&self, alias: String, condition: Option<Rc<str>>, http: Http) -> Step {
        let condition = condition.unwrap_or_else(|| match &self.guard {
            Some(_) => delimited(&self.has_token()).into(),
            None => delimited("always()").into(),
        });
        Step::new("http", alias, Config::Http(Box::new(http))).when(condition)
    }

    /// Whether Kargo knows `errorExpression`.
    pub(super) fn explains(&self) -> bool {
        self.kargo.knows(&ERROR_EXPRESSION)
    }

    /// Whether Kargo has a step that fails.
    pub(super) fn reports(&self) -> bool {
        self.kargo.knows(&FAIL)
    }
}
