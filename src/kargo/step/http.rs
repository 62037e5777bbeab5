//! `http`: one request, sent again until an expression says that it is done.
//!
//! What Kargo v1.11.2 makes of an answer (`pkg/promotion/runner/builtin/http_requester.go`):
//!
//! | answer | outcome |
//! |---|---|
//! | `failureExpression` true | failed for good, with the text of `errorExpression` |
//! | else `successExpression` true | succeeded |
//! | neither | sent again after `pollInterval`, until `retry.timeout` |
//! | no answer, or an expression breaks | an error; counts against `retry.errorThreshold` |
//!
//! Without any expression an answer outside of 2xx would be sent again for ever, so both are always written.

use serde::Serialize;
use std::rc::Rc;

/// `config` (Kargo v1.11.2 schemas/http-config.json; unknown keys fail the step when it runs).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Http {
    /// `GET`, `POST`, ...
    pub method: &'static str,
    /// Where it is sent.
    pub url: String,
    /// Both parts not empty; a name may come twice.
    pub headers: Headers,
    /// Always text: a value that is an expression and looks like JSON would become an object, which Kargo refuses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Of one request, as Go prints a duration.
    pub timeout: Rc<str>,
    /// What the answer is taken for, in place of what it says; `text/plain` gives a text. Since Kargo 1.9.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_content_type: Option<&'static str>,
    /// Between two requests; since Kargo 1.11, and at least 10s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poll_interval: Option<Rc<str>>,
    /// Sees `response` and nothing else.
    pub success_expression: Rc<str>,
    /// Sees `response` and nothing else; wins over success.
    pub failure_expression: Rc<str>,
    /// An expression for the outputs of the step, each a name and an expression over `response`. One that breaks has the request
    /// sent again, though it has succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outputs: Option<Rc<str>>,
    /// What a person reads when it has failed; since Kargo 1.11.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_expression: Option<String>,
}

/// The headers of a request.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Headers {
    /// As they are.
    List(Rc<[Header]>),
    /// An expression for a list of them.
    Expression(Rc<str>),
}

/// A header of the request.
#[derive(Debug, Serialize)]
pub struct Header {
    /// Not empty; case does not matter.
    pub name: String,
    /// Not empty; an expression in it is evaluated.
    pub value: Rc<str>,
}
