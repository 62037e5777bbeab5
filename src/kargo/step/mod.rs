//! Promotion steps, one a file. A step's config is checked by Kargo only when it runs.

pub mod compose_output;
pub mod fail;
pub mod http;

use serde::Serialize;
use std::rc::Rc;

/// One thing that a promotion does, in its order.
#[derive(Debug, Serialize)]
pub struct Step {
    /// The runner of Kargo: `http`, `fail`.
    pub uses: &'static str,
    /// Its alias: unique, and not of the form `step-1` or `task-1`.
    #[serde(rename = "as")]
    pub alias: String,
    /// An expression that gives true or false, evaluated once before the first start. None: skipped if a step before it has
    /// failed.
    #[serde(rename = "if", skip_serializing_if = "Option::is_none")]
    pub condition: Option<Rc<str>>,
    /// How often and for how long it is tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// What the runner is given, in the shape that it has for it.
    pub config: Config,
}

/// `retry`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Retry {
    /// As Go prints a duration; none at all means for ever.
    pub timeout: Rc<str>,
    /// Errors (not answers) since the step started that fail it; left out, Kargo takes 1.
    #[serde(skip_serializing_if = "is_zero")]
    pub error_threshold: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// `config` of the steps that we write.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Config {
    /// `http`.
    Http(Box<http::Http>),
    /// `fail`.
    Fail(fail::Fail),
    /// `compose-output`.
    ComposeOutput(compose_output::ComposeOutput),
}
