//! The steps that make GitHub build an image.
//!
//! What GitHub answers to `workflow_dispatch` and what follows:
//!
//! | answer | meaning | outcome |
//! |---|---|---|
//! | 200, 204 | dispatched (200 with a body since API version 2026-03-10) | succeeded |
//! | 403 with `Retry-After` or `X-RateLimit-Remaining: 0`, or whose message says rate limit; 408, 429, 5xx | not now | sent again |
//! | 400, 401, 403, 404, 422 and everything else | never like this | failed, with GitHub's message and what to check |
//! | none | | an error that counts |

use crate::kargo::expression::{delimited, secret, string};
use crate::kargo::stage::Variable;
use crate::kargo::step::http::{Header, Http, path_segment};
use crate::kargo::step::{Config, Retry, Step, fail};
use crate::model::{Credential, Dependent, Duration, KargoVersion, Model};
use indexmap::IndexMap;
use std::rc::Rc;

/// The version of GitHub's API that is asked for: the last that answers 204, supported until 2028-03-10.
const API_VERSION: &str = "2022-11-28";
/// For one request.
const REQUEST_TIMEOUT: Duration = Duration::seconds(30);
/// Between two requests while GitHub says "not now": secondary rate limits ask for at least a minute.
const POLL_INTERVAL: Duration = Duration::minutes(1);

const DISPATCHED: &str = "dispatched";
const REFUSED: &str = "refused";
const EXPLANATION: &str = "explanation";

/// What the steps of all Stages have in common, made once and shared.
pub(super) struct Dispatches<'a> {
    model: &'a Model,
    /// Alias, condition and message of the guard; Kargo 1.9 has no step for one.
    guard: Option<(String, Rc<str>, Rc<str>)>,
    /// When a dispatch runs.
    condition: Rc<str>,
    headers: Rc<[Header]>,
    success: Rc<str>,
    failure: Rc<str>,
    timeout: Rc<str>,
    poll_interval: Option<Rc<str>>,
    retry_timeout: Rc<str>,
    variables: Vec<Variable>,
}

impl<'a> Dispatches<'a> {
    pub(super) fn new(model: &'a Model) -> Self {
        let credential = &model.github.credential;
        let Credential { secret: name, key } = credential;
        let token = secret(name, key);
        let alias = format!("check-{name}");
        // Each dispatch depends on its guard and on no other dispatch, so that one image's failure never stops another's.
        let (guard, condition) = if model.kargo >= KargoVersion::V1_10 {
            let condition = format!("status({}) == {}", string(&alias), string("Skipped"));
            let message = format!(
                "Secret {name} in Namespace {} is missing, or its key {key} is missing or empty; nothing was dispatched",
                model.project.name
            );
            (Some((alias, delimited(&format!("{token} == \"\"")).into(), message.into())), condition)
        } else {
            (None, "always()".to_owned())
        };
        let header = |name, value: &str| Header { name, value: value.into() };
        Self {
            model,
            guard,
            condition: delimited(&condition).into(),
            headers: [
                header("Accept", "application/vnd.github+json"),
                header("Content-Type", "application/json"),
                header("X-GitHub-Api-Version", API_VERSION),
                header("Authorization", &format!("Bearer {}", delimited(&token))),
            ]
            .into(),
            success: variable(DISPATCHED).into(),
            failure: variable(REFUSED).into(),
            timeout: REQUEST_TIMEOUT.to_string().into(),
            poll_interval: (model.kargo >= KargoVersion::V1_11).then(|| POLL_INTERVAL.to_string().into()),
            retry_timeout: model.retry.timeout.to_string().into(),
            variables: variables(model),
        }
    }

    /// The variables and steps of a Stage.
    pub(super) fn of(&self, dependents: &[&Dependent]) -> (Vec<Variable>, Vec<Step>) {
        let guard = self.guard.clone().map(|(alias, condition, message)| fail::step(alias, condition, message));
        let dispatches = dependents.iter().map(|dependent| self.dispatch(dependent));
        (self.variables.clone(), guard.into_iter().chain(dispatches).collect())
    }

    /// The step that makes GitHub run an image's workflow.
    fn dispatch(&self, dependent: &Dependent) -> Step {
        let image = &self.model.images[dependent.image];
        let source = &image.source;
        let url = format!(
            "{}/repos/{}/actions/workflows/{}/dispatches",
            self.model.github.api_url,
            source.repo,
            path_segment(&source.workflow)
        );
        let explained = self.model.kargo >= KargoVersion::V1_11;
        let what = format!(
            "rebuild of {} ({}, {} at {}) was not dispatched. ",
            image.name, source.repo, source.workflow, source.branch
        );
        let http = Http {
            method: "POST",
            url,
            headers: Rc::clone(&self.headers),
            body: Some(body(&source.branch, &dependent.inputs)),
            timeout: Rc::clone(&self.timeout),
            poll_interval: self.poll_interval.clone(),
            success_expression: Rc::clone(&self.success),
            failure_expression: Rc::clone(&self.failure),
            error_expression: explained.then(|| format!("{} + {}", string(&what), variable(EXPLANATION))),
        };
        let retry =
            Retry { timeout: Rc::clone(&self.retry_timeout), error_threshold: self.model.retry.error_threshold };
        Step {
            uses: "http",
            alias: format!("trigger-{}", image.name),
            condition: Some(Rc::clone(&self.condition)),
            retry: Some(retry),
            config: Config::Http(Box::new(http)),
        }
    }
}

/// The expressions that all dispatches of a Stage share.
fn variables(model: &Model) -> Vec<Variable> {
    let mut variables = vec![
        Variable { name: DISPATCHED, value: "response.status in [200, 204]".into() },
        Variable { name: REFUSED, value: refused().into() },
    ];
    if model.kargo >= KargoVersion::V1_11 {
        variables.push(Variable { name: EXPLANATION, value: explanation(&model.github.credential).into() });
    }
    variables
}

/// GitHub's message, or an empty text; safe for bodies that are no JSON object.
const MESSAGE: &str = r#"type(response.body) == "map" ? string(response.body.message ?? "") : """#;

/// Everything that is neither dispatched nor "not now" is for good, so that no unforeseen answer is asked for again.
fn refused() -> String {
    format!(
        r#"not (response.status in [200, 204, 408, 429] or response.status >= 500 or response.status == 403 and (response.header("Retry-After") != "" or response.header("X-RateLimit-Remaining") == "0" or lower({MESSAGE}) contains "rate limit"))"#
    )
}

fn explanation(credential: &Credential) -> String {
    let Credential { secret, key } = credential;
    let check_token =
        string(&format!("; check that key {key} of Secret {secret} is a token that is valid and has not expired"));
    let check_access = string(
        "; check that the repository and the workflow file exist, and that the token may start it: scope repo (classic), \
         or Actions read and write on this repository (fine-grained)",
    );
    let check_inputs =
        string("; check that the ref exists, and that the workflow there has on.workflow_dispatch with these inputs");
    format!(
        r#"(({MESSAGE}) != "" ? "GitHub says: " + ({MESSAGE}) : "GitHub gave no reason") + (response.status == 401 ? {check_token} : response.status in [403, 404] ? {check_access} : response.status == 422 ? {check_inputs} : "")"#
    )
}

fn variable(name: &str) -> String {
    delimited(&format!("vars.{name}"))
}

/// Fixed JSON: without a delimiter in it Kargo leaves it a text.
fn body(branch: &str, inputs: &IndexMap<String, String>) -> String {
    #[derive(serde::Serialize)]
    struct Body<'a> {
        #[serde(rename = "ref")]
        branch: &'a str,
        inputs: &'a IndexMap<String, String>,
    }
    // Texts are always JSON.
    serde_json::to_string(&Body { branch, inputs }).unwrap_or_default()
}
