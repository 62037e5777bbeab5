//! `notifications`: who hears how Promotions end.

use super::report::Report;
use crate::config::{self, Slot, Text};
use crate::diagnostic::{Code, Diagnostic};
use crate::forge::{Credential, Endpoint};
use crate::grammar::address::ApiUrl;
use crate::grammar::fixed::FixedText;
use crate::grammar::kargo::Event;
use crate::grammar::kubernetes::{ObjectName, SecretKey};
use crate::grammar::placeholder::{Notice, replaced_of};
use crate::model::{Address, Analysis, Channel, Notification};
use crate::source::At;

/// Hosts whose addresses are secrets: who knows one may write there. Those that begin with a dot are the ends of hosts.
const SECRETS: [(&str, &str); 6] = [
    ("hooks.slack.com", "slack"),
    ("hooks.slack-gov.com", "slack"),
    (".webhook.office.com", "teams"),
    (".logic.azure.com", "teams"),
    (".powerplatform.com", "teams"),
    ("discord.com", "webhook"),
];
const FROM_SECRET: &str =
    "put the address into a Secret of the Project's Namespace, and write `{secret: NAME, key: url}`";

pub(super) fn notifications(
    slot: &Slot<Vec<Slot<config::Notification>>>,
    analysis: &Analysis,
    report: &mut Report,
) -> Vec<Notification> {
    let Some(at) = slot.get() else { return Vec::new() };
    if !at.value.is_empty() {
        report.needs("notifications", at.span);
    }
    slot.items().filter_map(|item| notification(item, analysis, report)).collect()
}

fn notification(item: &At<config::Notification>, analysis: &Analysis, report: &mut Report) -> Option<Notification> {
    let config::Notification { slack, teams, webhook, github_issue, on } = &item.value;
    let on = events(on, analysis, report);
    let written = [!slack.is_absent(), !teams.is_absent(), !webhook.is_absent(), !github_issue.is_absent()];
    let count = written.into_iter().filter(|is| *is).count();
    if count != 1 {
        let message = if count == 0 { "this notification goes to nobody" } else { "this notification goes to several" };
        let help = "write one of `slack`, `teams`, `webhook` and `githubIssue` in each item of the list";
        report.push(Diagnostic::new(Code::InvalidValue, message, item.span).help(help));
    }
    // All are read, so that all that is wrong is said.
    let channels = [
        slack.get().and_then(|at| hook(at, "slack", report)).map(Channel::Slack),
        teams.get().and_then(|at| hook(at, "teams", report)).map(Channel::Teams),
        webhook.get().and_then(|at| target(at, report)),
        github_issue.get().and_then(|at| issue(at, report)),
    ];
    let to = channels.into_iter().flatten().next()?;
    Some(Notification { to, on })
}

/// Of what; without a word, of everything but success. Drift is seen where a request of Kargo reads Dockerfiles.
fn events(slot: &config::Texts<Event>, analysis: &Analysis, report: &mut Report) -> Vec<Event> {
    let sees_drift = matches!(analysis, Analysis::Http { .. });
    let Some(list) = slot.get() else { return vec![Event::Failure, Event::Drift] };
    if list.value.is_empty() {
        let message = "`on` is empty, so this notification is never sent";
        let help = "write some of `failure`, `success` and `drift`, or remove the key for `[failure, drift]`";
        report.push(Diagnostic::new(Code::InvalidValue, message, list.span).help(help));
    }
    let mut events = Vec::new();
    for at in slot.items() {
        let Some(event) = report.read_at(at, "the event") else { continue };
        if events.contains(&event) {
            let message = format!("`{}` stands twice in `on`", event.word());
            report.push(Diagnostic::new(Code::InvalidValue, message, at.span).help("write it once"));
        }
        if event == Event::Drift && !sees_drift {
            let message = "drift is never seen: only the mode `http` of `analysis` tells of it";
            report.push(
                Diagnostic::new(Code::InvalidValue, message, at.span)
                    .help("remove it, or write `analysis: {mode: http}`"),
            );
        }
        events.push(event);
    }
    events
}

fn hook(at: &At<config::IncomingWebhook>, kind: &str, report: &mut Report) -> Option<Credential> {
    if let Some(url) = at.value.url.get() {
        let message = format!("the address of `{kind}` is a secret: who knows it may write there");
        report.push(Diagnostic::new(Code::InvalidValue, message, url.span).help(FROM_SECRET));
    } else if at.value.secret.is_absent() {
        let message = format!("`{kind}` has no `secret`");
        report.push(Diagnostic::new(Code::MissingKey, message, at.span).help(FROM_SECRET));
    }
    credential(&at.value.secret, &at.value.key, report)
}

fn credential(secret: &Text<ObjectName>, key: &Text<SecretKey>, report: &mut Report) -> Option<Credential> {
    let key = report.read(key, "the Secret's key").unwrap_or(SecretKey::URL);
    Some(Credential { secret: report.read(secret, "the Secret")?, key })
}

fn target(at: &At<config::WebhookTarget>, report: &mut Report) -> Option<Channel> {
    let config::WebhookTarget { url, secret, key, body } = &at.value;
    let body = body.get().and_then(|at| template(at, report));
    let address = match (url.get(), secret.is_absent()) {
        (Some(url), true) => {
            report.no_effect(key, "`key` is for an address in a Secret", "remove it", true);
            written(url, report).map(Address::Written)
        }
        (Some(url), false) => {
            let message = "`url` and `secret` both say where the address is";
            report.push(Diagnostic::new(Code::InvalidValue, message, url.span).help("remove one of the two"));
            None
        }
        (None, false) => credential(secret, key, report).map(Address::Secret),
        (None, true) if url.is_absent() => {
            let message = "`webhook` has neither `url` nor `secret`";
            report.push(
                Diagnostic::new(Code::MissingKey, message, at.span)
                    .help(format!("write `url` with an address that is no secret; else {FROM_SECRET}")),
            );
            None
        }
        (None, true) => None,
    };
    Some(Channel::Webhook(address?, body))
}

/// An address that is no secret, and that nobody reads along with.
fn written(at: &At<config::Written<ApiUrl>>, report: &mut Report) -> Option<ApiUrl> {
    let rest = at.value.split_once("://").map_or(&*at.value, |(_, rest)| rest);
    let host = rest.split(['/', ':', '?']).next().unwrap_or(rest).to_ascii_lowercase();
    let is_secret = |(end, _): &&(&str, &str)| host == *end || end.starts_with('.') && host.ends_with(end);
    if let Some((_, kind)) = SECRETS.iter().find(is_secret) {
        let message = format!("addresses at {host} are secrets: who knows one may write there");
        let help = format!("{FROM_SECRET}, below `{kind}`");
        report.push(Diagnostic::new(Code::InvalidValue, message, at.span).help(help));
        return None;
    }
    let url: ApiUrl = report.read_at(at, "the address")?;
    let is_here = Endpoint::parse(&url).is_some_and(|endpoint| endpoint.is_loopback());
    if !url.is_encrypted() && !is_here {
        let message = "the address is not encrypted, so everybody on the way reads what is said";
        report.push(
            Diagnostic::new(Code::InvalidValue, message, at.span).help("write an address that begins with `https://`"),
        );
    }
    Some(url)
}

/// A body: JSON, with placeholders in its texts alone.
fn template(at: &At<config::Written<FixedText>>, report: &mut Report) -> Option<FixedText> {
    let body: FixedText = report.read_at(at, "the body")?;
    let why = match replaced_of(&body, &Notice::ALL, |_| Some("x")) {
        Err(why) => why,
        Ok(text) if serde_json::from_str::<serde::de::IgnoredAny>(&text).is_err() => {
            "it is no JSON; placeholders stand in its texts, as in `{\"text\": \"{{ message }}\"}`".to_owned()
        }
        Ok(text) if !text.trim_start().starts_with('{') => "it is no JSON object".to_owned(),
        Ok(_) => return Some(body),
    };
    report.push(Diagnostic::new(Code::InvalidValue, format!("the body cannot be used: {why}"), at.span));
    None
}

fn issue(at: &At<config::GithubIssue>, report: &mut Report) -> Option<Channel> {
    let config::GithubIssue { repo, labels } = &at.value;
    if repo.is_absent() {
        let help = "write the repository in which issues are opened, as in `repo: myorg/myrepo`";
        report.push(Diagnostic::new(Code::MissingKey, "`githubIssue` has no `repo`", at.span).help(help));
    }
    if let Some(list) = labels.get().filter(|list| list.value.is_empty()) {
        let help = "write a label, or remove the key";
        report.push(Diagnostic::new(Code::InvalidValue, "`labels` is empty", list.span).help(help));
    }
    let read = |at: &At<config::Written<FixedText>>, report: &mut Report| {
        let label: FixedText = report.read_at(at, "the label")?;
        let problem = if label.trim().is_empty() {
            "the label is empty"
        } else if label.chars().count() > LONGEST_LABEL {
            "the label is too long for GitHub, which takes 50 characters"
        } else {
            return Some(label);
        };
        report.push(Diagnostic::new(Code::InvalidValue, problem, at.span).help("write the name of a label"));
        None
    };
    let labels = labels.items().filter_map(|at| read(at, report)).collect();
    Some(Channel::GitHubIssue(report.read(repo, "the repository")?, labels))
}

/// GitHub's names of labels.
const LONGEST_LABEL: usize = 50;
