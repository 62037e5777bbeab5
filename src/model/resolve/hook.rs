//! `source.webhook`: a request of one's own.

use super::hosts::not_encrypted;
use super::report::Report;
use crate::config::{self, Slot};
use crate::diagnostic::{Code, Diagnostic};
use crate::forge::gitlab::Project;
use crate::forge::webhook::{HeaderName, HeaderValue, Hook, Method, Place, SUCCESS, User};
use crate::forge::{Credential, Provider, Service};
use crate::grammar::address::ApiUrl;
use crate::grammar::fixed::FixedText;
use crate::grammar::placeholder::replaced;
use crate::source::{At, Span};
use indexmap::IndexMap;

/// Reads all of it; `None` if it cannot be used, which has been reported.
pub(super) fn hook(at: &At<config::Hook>, repo: Option<Project>, report: &mut Report) -> Option<Hook> {
    let written = &at.value;
    if written.url.is_absent() {
        let help = "write where the request is sent, as in `url: \"https://ci.example.com/job/web/build\"`";
        report.push(Diagnostic::new(Code::MissingKey, "the webhook has no `url`", at.span).help(help));
    }
    let url = report.read(&written.url, "the address of the webhook");
    let method = report.read(&written.method, "the method").unwrap_or(Method::Post);
    let headers = headers(written, report);
    let body = body(written, method, report);
    let success = success(written, report);
    let (credential, place) = credentials(written, &headers, report)?;
    let url = url?;
    if let Some(at) = written.url.get().filter(|_| credential.is_some() && !url.is_encrypted()) {
        report.push(not_encrypted("the address of the webhook", at.span));
    }
    let api_url: ApiUrl = url.origin().parse().ok()?;
    Some(Hook { repo: repo?, method, headers, body, success, place, service: Service { api_url, credential }, url })
}

fn headers(written: &config::Hook, report: &mut Report) -> IndexMap<HeaderName, HeaderValue> {
    let mut headers: IndexMap<HeaderName, HeaderValue> = IndexMap::new();
    for (key, value) in written.headers.get().into_iter().flat_map(|at| &at.value.0) {
        let name: Option<HeaderName> = report.read_at(key, "the name of the header");
        let value: Option<HeaderValue> = report.read(value, "the value of the header");
        let Some(name) = name else { continue };
        if name.eq_ignore_ascii_case("authorization") {
            let message = "what authenticates stands in no file that is committed";
            let help = "name the Secret that has it: `credentials: {secret: webhook-credentials, key: token}`";
            report.push(Diagnostic::new(Code::InvalidValue, message, key.span).help(help));
            continue;
        }
        if headers.keys().any(|other| other.eq_ignore_ascii_case(&name)) {
            let message = format!("the header {name} is written twice");
            report.push(Diagnostic::new(Code::InvalidValue, message, key.span).help("write it once"));
            continue;
        }
        headers.extend(value.map(|value| (name, value)));
    }
    headers
}

fn body(written: &config::Hook, method: Method, report: &mut Report) -> Option<FixedText> {
    let at = written.body.get()?;
    let body: FixedText = report.read_at(at, "the body of the webhook")?;
    if method == Method::Get {
        report.no_effect(&written.body, "a request by GET has no body", "remove it, or write `method: POST`", true);
        return None;
    }
    if let Err(why) = replaced(&body, |_| None) {
        let message = format!("the body of the webhook cannot be used: {why}");
        report.push(Diagnostic::new(Code::InvalidValue, message, at.span));
        return None;
    }
    Some(body)
}

fn success(written: &config::Hook, report: &mut Report) -> Vec<u16> {
    let Some(at) = written.success.get() else { return SUCCESS.to_vec() };
    let mut statuses = Vec::new();
    for status in written.success.items() {
        let Some(code) = u16::try_from(status.value).ok().filter(|code| (200..300).contains(code)) else {
            let message = format!("{} is no status of success", status.value);
            let help =
                "write statuses from 200 to 299: Kargo follows redirects, and the others say that nothing was done";
            report.push(Diagnostic::new(Code::InvalidValue, message, status.span).help(help));
            continue;
        };
        if !statuses.contains(&code) {
            statuses.push(code);
        }
    }
    if at.value.is_empty() {
        let message = "no answer would be a success";
        let help = "write the statuses of an answer to a request that was taken, or remove the key";
        report.push(Diagnostic::new(Code::InvalidValue, message, at.span).help(help));
    }
    statuses
}

/// The token and where it stands; `None` if that cannot be told.
fn credentials(
    written: &config::Hook,
    headers: &IndexMap<HeaderName, HeaderValue>,
    report: &mut Report,
) -> Option<(Option<Credential>, Option<Place>)> {
    let Slot::Is(at) = &written.credentials else {
        return written.credentials.is_absent().then_some((None, None));
    };
    let keys = &at.value;
    if keys.secret.is_absent() {
        let help = "write the name of the Secret with the token, as in `credentials: {secret: webhook-credentials}`";
        report.push(Diagnostic::new(Code::MissingKey, "the credentials name no `secret`", at.span).help(help));
    }
    let secret = report.read(&keys.secret, "the Secret");
    let key = report.read(&keys.key, "the Secret's key");
    let header: Option<HeaderName> = report.read(&keys.header, "the header of the token");
    let scheme: Option<HeaderName> = report.read(&keys.scheme, "the word before the token");
    let user: Option<User> = report.read(&keys.user, "the user");
    let place = if let Some(user) = user {
        let help = "remove it: a user and a password stand in `Authorization: Basic`";
        report.no_effect(&keys.header, "`header` has no effect beside `user`", help, true);
        report.no_effect(&keys.scheme, "`scheme` has no effect beside `user`", help, true);
        Place::Basic(user)
    } else {
        let is_usual = header.as_ref().is_none_or(|header| header.eq_ignore_ascii_case("authorization"));
        let scheme = match scheme {
            Some(scheme) => format!("{scheme} "),
            None if is_usual => "Bearer ".to_owned(),
            None => String::new(),
        };
        Place::Header(header.or_else(|| "Authorization".parse().ok())?, scheme)
    };
    if let Place::Header(name, _) = &place
        && let Some((key, _)) = written
            .headers
            .get()
            .into_iter()
            .flat_map(|at| &at.value.0)
            .find(|(key, _)| key.value.eq_ignore_ascii_case(name) && headers.contains_key(&*key.value))
    {
        let message = format!("the header {name} is that of the token");
        report.push(Diagnostic::new(Code::InvalidValue, message, key.span).help("remove one of the two"));
    }
    let key = key.unwrap_or_else(|| Provider::Webhook.host().credential.1.clone());
    Some((Some(Credential { secret: secret?, key }), Some(place)))
}

/// Where the body and the inputs that it leaves no place for stand beside each other.
pub(super) fn inputs_beside_body(hook: &Hook, inputs: Option<Span>, report: &mut Report) {
    if let Some(span) = inputs.filter(|_| hook.body.is_some() || hook.method == Method::Get) {
        let (message, help) = if hook.method == Method::Get {
            ("a request by GET has no inputs", "remove them, or write `method: POST`")
        } else {
            (
                "the body of the webhook is sent as it is written, without inputs",
                "put their values into the body, or remove it",
            )
        };
        report.push(Diagnostic::new(Code::NoEffect, message, span).help(help));
    }
}
