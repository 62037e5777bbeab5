//! Promotion steps, one a file. A step's config is checked by Kargo only when it runs.

pub mod compose_output;
pub mod fail;
pub mod http;
pub mod set_metadata;

use super::stage::Variable;
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
    /// Whether the promotion can succeed though this step fails.
    #[serde(rename = "continueOnError", skip_serializing_if = "is_false")]
    pub continues: bool,
    /// How often and for how long it is tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// Values that its condition and its config use. They see `outputs` and `stepMetas`, but no `status()`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vars: Vec<Variable>,
    /// What the runner is given, in the shape that it has for it.
    pub config: Config,
}

impl Step {
    /// A step that is run unless one before it has failed.
    pub fn new(uses: &'static str, alias: impl Into<String>, config: Config) -> Self {
        Self { uses, alias: alias.into(), condition: None, continues: false, retry: None, vars: Vec::new(), config }
    }

    /// Run where a condition holds.
    #[must_use]
    pub fn when(self, condition: impl Into<Rc<str>>) -> Self {
        Self { condition: Some(condition.into()), ..self }
    }

    /// Such that the promotion can succeed though it fails.
    #[must_use]
    pub fn continues(self) -> Self {
        Self { continues: true, ..self }
    }

    /// Tried more than once.
    #[must_use]
    pub fn retried(self, retry: Retry) -> Self {
        Self { retry: Some(retry), ..self }
    }

    /// With values of its own.
    #[must_use]
    pub fn with(self, vars: Vec<Variable>) -> Self {
        Self { vars, ..self }
    }
}

/// `retry`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Retry {
    /// As Go prints a duration; left out, the runner's own, which is none but where its file says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Rc<str>>,
    /// Errors (not answers) since the step started that fail it; left out, Kargo takes 1.
    #[serde(skip_serializing_if = "is_zero")]
    pub error_threshold: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(yes: &bool) -> bool {
    !*yes
}

/// `config` of the steps that we write.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Config {
    /// `http`.
    Http(Box<http::Http>),
    /// `fail`.
    Fail(fail::Fail),
    /// `set-metadata`.
    SetMetadata(set_metadata::SetMetadata),
    /// `compose-output`.
    ComposeOutput(compose_output::ComposeOutput),
}
