//! What answers of code hosts mean, and what goes with every request, in Kargo's expressions.

use super::intent::REFUSED;
use super::requests::LIMITED;
use crate::forge::{
    self, Authorization, BROKEN, Check, Credential, Dispatches, Host, LATER, Limit, Service, TOO_MANY_REQUESTS,
    UNAUTHORIZED,
};
use crate::grammar::release::ERROR_EXPRESSION;
use crate::kargo::expression::{delimited, json, string};
use crate::kargo::stage::Variable;
use crate::kargo::step::http::Header;
use crate::model::KargoVersion;
use std::rc::Rc;

/// The header with a token, in which `token` is the expression for it: as a text for Kargo to evaluate, or as an expression.
pub(super) fn header(authorization: &Authorization<'_>, token: &str, is_text: bool) -> Option<Header> {
    let (name, scheme, token) = match authorization {
        Authorization::Body => return None,
        Authorization::Header { name, scheme } => (*name, *scheme, token.to_owned()),
        Authorization::Basic { user } => {
            ("Authorization", "Basic ", format!("toBase64({} + {token})", string(&format!("{user}:"))))
        }
    };
    let value = match (is_text, scheme) {
        (true, _) => format!("{scheme}{}", delimited(&token)),
        (false, "") => token,
        (false, _) => format!("{} + {token}", string(scheme)),
    };
    Some(Header { name: name.to_owned(), value: value.into() })
}

/// Headers that never change.
pub(super) fn fixed<'h>(headers: impl IntoIterator<Item = &'h forge::Header<'h>>) -> impl Iterator<Item = Header> {
    headers.into_iter().map(|(name, value)| Header { name: (*name).to_owned(), value: Rc::from(*value) })
}

/// The expressions that all dispatches of a Stage share; each may use those before it.
pub(super) fn variables(
    kargo: KargoVersion,
    host: &Host,
    service: &Service,
    dispatches: &Dispatches<'_>,
) -> Vec<Variable> {
    let names = &dispatches.names;
    let statuses = list(&LATER);
    let (taken, later) = (variable(&names.taken), variable(&names.later));
    let headers: Vec<_> = fixed(dispatches.headers.iter().chain(&dispatches.own_headers)).collect();
    let taken_if = Some(dispatches.taken_if).filter(|more| !more.is_empty());
    let taken_if = taken_if.map(|more| format!(" and {more}")).unwrap_or_default();
    let mut variables = vec![
        // A text without a delimiter stays one, whatever it looks like.
        Variable { name: names.headers.clone(), value: json(&headers).into() },
        Variable {
            name: names.taken.clone(),
            value: format!("response.status in {}{taken_if}", list(dispatches.taken)).into(),
        },
        Variable {
            name: names.later.clone(),
            value: format!("response.status in {statuses} or {}", overloaded(host, &message(host))).into(),
        },
        // Everything else is for good, so that no unforeseen answer is asked for again.
        Variable { name: names.refused.clone(), value: format!("not ({taken} or {later})").into() },
    ];
    if kargo.knows(&ERROR_EXPRESSION) {
        let explanation = explanation(host, service, dispatches);
        variables.push(Variable { name: names.explanation.clone(), value: explanation.into() });
    }
    variables
}

/// The host's message, or an empty text; safe for bodies that are no JSON object.
pub(super) fn message(host: &Host) -> String {
    let key = host.message_keys.first().copied().unwrap_or_default();
    format!(r#"type(response.body) == "map" ? string(response.body.{key} ?? "") : """#)
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
pub(super) fn what_to_check(credential: Option<&Credential>, checks: &[Check]) -> String {
    let token = credential.map(|Credential { secret, key }| {
        format!("key {key} of Secret {secret} is a token that is valid and has not expired")
    });
    let check = |statuses: &[u16], what: &str| {
        let is = match statuses {
            [one] => format!("== {one}"),
            all => format!("in {}", list(all.iter())),
        };
        format!("response.status {is} ? {} : ", string(&format!("; check that {what}")))
    };
    let checks = checks.iter().map(|(statuses, what)| check(statuses, what));
    token.map(|token| check(&[UNAUTHORIZED], &token)).into_iter().chain(checks).collect::<String>() + r#""""#
}

/// What became of a dispatch that was not taken, why, and what to check.
fn explanation(host: &Host, service: &Service, dispatches: &Dispatches<'_>) -> String {
    let (name, message) = (host.name, message(host));
    let later = variable(&dispatches.names.later);
    let limits = list(host.limit.status.iter().chain(&[TOO_MANY_REQUESTS]));
    let checks = what_to_check(service.credential.as_ref(), dispatches.checks);
    let [refused, waits, limited] =
        [REFUSED.to_owned(), "has to wait".to_owned(), format!("has to wait for {name}'s {LIMITED}")]
            .map(|what| string(&format!("{what}. ")));
    format!(
        r#"({later} ? (response.status in {limits} ? {limited} : {waits}) : {refused}) + (({message}) != "" ? "{name} says: " + ({message}) : "{name} gave no reason") + ({later} ? "" : {checks})"#
    )
}

/// Statuses as a list of the language.
pub(super) fn list<'s>(statuses: impl IntoIterator<Item = &'s u16>) -> String {
    format!("[{}]", statuses.into_iter().map(u16::to_string).collect::<Vec<_>>().join(", "))
}

pub(super) fn variable(name: &str) -> String {
    delimited(&format!("vars.{name}"))
}
