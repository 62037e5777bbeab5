//! What code hosts and registries answer, to findings.

use super::cluster::few;
use super::{Area, Check};
use crate::forge::{Host, UNAUTHORIZED};
use crate::grammar::moment::Moment;
use crate::source::visible_line;
use crate::words::{counted, plural};
use serde_json::Value;

/// A token that expires sooner than this is one to be replaced now, in seconds.
const SOON: u64 = 7 * 24 * 60 * 60;
/// The scope of a classic token that may start workflows.
const SCOPE: &str = "repo";
/// What GitHub says of a workflow that may run ("Get a workflow").
const ACTIVE: &str = "active";

/// What an answer of a code host says of the token that went with it.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Why not, if it says so.
    pub message: String,
    /// The scopes of a classic token, separated by commas; none of another.
    pub scopes: Option<String>,
    /// When it expires, as GitHub writes it.
    pub expires: Option<String>,
    /// Requests that are left.
    pub left: Option<u64>,
}

fn ok(name: &'static str, says: impl Into<String>) -> Check {
    Check::ok(Area::Hosts, name, says)
}

fn wrong(name: &'static str, says: impl Into<String>, help: impl Into<String>) -> Check {
    Check::wrong(Area::Hosts, name, says, help)
}

/// A host that nothing could be learnt of.
pub fn silent(host: &Host, why: &str) -> Check {
    wrong(
        "host",
        format!("{} does not answer: {why}", host.name),
        "look at the network, the proxy, or the host's own page of its status",
    )
}

/// The token of a variable, by what the host answers to it.
pub fn token(host: &Host, variable: &str, answer: &Answer, now: Moment) -> Vec<Check> {
    let name = host.name;
    if answer.status == UNAUTHORIZED {
        let help = format!("set {variable} to another token, and put it into the Secret if that has the same");
        return vec![wrong("token", format!("{name} does not know the token in {variable}, or it has expired"), help)];
    }
    let mut checks = Vec::new();
    let scopes: Vec<&str> = answer
        .scopes
        .iter()
        .flat_map(|scopes| scopes.split(','))
        .map(str::trim)
        .filter(|scope| !scope.is_empty())
        .collect();
    let kind = match &answer.scopes {
        Some(_) if !scopes.contains(&SCOPE) => {
            let has = if scopes.is_empty() { "none".to_owned() } else { scopes.join(", ") };
            checks.push(wrong(
                "scopes",
                format!("the token in {variable} lacks the scope `{SCOPE}`; it has {}", visible_line(&has)),
                "give it that scope (https://github.com/settings/tokens), or take a fine-grained token with Actions read and write",
            ));
            String::new()
        }
        Some(_) => format!(", with the scope `{SCOPE}`"),
        None => String::new(),
    };
    let expires = answer.expires.as_deref().and_then(expiry);
    let until = expires.map(|at| format!(", until {at}")).unwrap_or_default();
    checks.insert(
        0,
        match expires {
            Some(at) if at.since(now) < SOON => wrong(
                "token",
                format!("the token in {variable} expires on {at}"),
                "make another, and put it into the Secret too",
            ),
            _ => ok("token", format!("{name} knows the token in {variable}{kind}{until}")),
        },
    );
    match answer.left {
        Some(0) => checks.push(wrong(
            "limit",
            format!("{name} takes no more requests with it for now"),
            "wait: limits last an hour",
        )),
        Some(left) => checks.push(ok(
            "limit",
            format!("{} left this hour", counted(usize::try_from(left).unwrap_or(usize::MAX), "request")),
        )),
        None => {}
    }
    checks
}

/// `2026-12-30 12:00:00 UTC`, or an offset in its place.
fn expiry(text: &str) -> Option<Moment> {
    let text = text.trim();
    text.strip_suffix(" UTC")
        .map_or_else(|| text.replacen(' ', "T", 1).replace(' ', "").parse().ok(), |utc| format!("{utc}Z").parse().ok())
}

/// Whether workflows may run, by what GitHub answers of each: how it is named, its status, and its body or what is wrong.
pub fn workflows(answers: &[(String, u16, Value, String)]) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut active = 0;
    for (name, status, body, message) in answers {
        let state = body["state"].as_str().unwrap_or_default();
        match status {
            200 if state == ACTIVE => active += 1,
            200 => {
                let (file, repo) = name.split_once(" of ").unwrap_or((name, ""));
                checks.push(wrong(
                    "workflow",
                    format!("{name} may not run: GitHub says {}", visible_line(state)),
                    format!("`gh workflow enable {file} -R {repo}`"),
                ));
            }
            404 => checks.push(wrong(
                "workflow",
                format!("GitHub finds no {name}, or does not show it to this token"),
                "look at `source.repo` and `source.workflow`, whether the workflow is on the default branch, and whether the token may see the repository",
            )),
            status => checks.push(wrong(
                "workflow",
                format!("GitHub does not show {name} ({status}): {}", visible_line(message)),
                "give the token Actions read and write on this repository, or the scope `repo`",
            )),
        }
    }
    if active > 0 {
        let are = if active == 1 { "is" } else { "are" };
        checks.insert(0, ok("workflow", format!("{} {are} there and may run", counted(active, "workflow"))));
    }
    few(checks)
}

/// Repositories of which GitHub says that no workflow may run. It tells that to administrators alone; of others nothing is said.
pub fn actions<'r>(told: impl Iterator<Item = (&'r str, Value)>) -> Vec<Check> {
    let off = told.filter(|(_, permissions)| permissions["enabled"] == false);
    let check = |(repo, _): (&str, Value)| {
        wrong(
            "actions",
            format!("Actions are switched off in {repo}, so no workflow of it runs"),
            format!("`gh api -X PUT repos/{repo}/actions/permissions -F enabled=true`"),
        )
    };
    few(off.map(check).collect())
}

/// Whether workflows take what they are sent, by what `lint` says of them: message and help.
pub fn dispatches(problems: Vec<(String, Option<String>)>, looked_at: usize) -> Vec<Check> {
    let fallback = || "`image-factory lint --online` shows where".to_owned();
    let problems = problems.into_iter().map(|(says, help)| wrong("dispatch", says, help.unwrap_or_else(fallback)));
    let mut checks: Vec<Check> = problems.collect();
    if checks.is_empty() && looked_at > 0 {
        let (of, take) = if looked_at == 1 { ("its", "takes") } else { ("their", "take") };
        let says = format!("{} {take} what {of} rebuilds send", plural_of(looked_at));
        checks.push(ok("dispatch", says));
    }
    few(checks)
}

fn plural_of(count: usize) -> String {
    if count == 1 { "the workflow".to_owned() } else { format!("all {count} {}", plural(count, "workflow")) }
}

/// Whether repositories of images can be read: each that cannot with the reason, and how many can.
pub fn repositories(failed: Vec<(String, String)>, read: usize) -> Vec<Check> {
    let mut checks: Vec<Check> = failed
        .into_iter()
        .map(|(name, why)| {
            let help = if why.contains("docker login") {
                "log in there, and give Kargo a login too: README, \"Registry credentials\""
            } else if why.starts_with("404") {
                "look at how it is written; an image that was never published is there once its first build is"
            } else {
                "look at the network, and at the registry"
            };
            Check::wrong(Area::Registry, "repository", format!("{name}: {why}"), help)
        })
        .collect();
    if read > 0 {
        let says = if read == 1 { "1 image can be read".to_owned() } else { format!("{read} images can be read") };
        checks.insert(0, Check::ok(Area::Registry, "repository", says));
    }
    few(checks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::State;
    use crate::forge::Provider;

    fn now() -> Moment {
        "2026-12-01T00:00:00Z".parse().unwrap()
    }

    /// Headers as docs.github.com has them: "Scopes for OAuth apps", "Token expiration".
    #[test]
    fn a_token_is_judged_by_what_github_says_of_it() {
        let judge = |answer: Answer| -> Vec<(State, String)> {
            let checks = token(Provider::GitHub.host(), "GITHUB_TOKEN", &answer, now());
            checks.into_iter().map(|check| (check.state, check.says)).collect()
        };
        let answer = |scopes: Option<&str>, expires: Option<&str>, left| Answer {
            status: 200,
            scopes: scopes.map(str::to_owned),
            expires: expires.map(str::to_owned),
            left,
            ..Answer::default()
        };
        let (right, bad) = (State::Ok, State::Wrong);
        for (found, expected) in [
            (
                Answer { status: 401, ..Answer::default() },
                vec![(bad, "GitHub does not know the token in GITHUB_TOKEN")],
            ),
            (
                answer(Some("repo, workflow"), None, Some(4999)),
                vec![
                    (right, "GitHub knows the token in GITHUB_TOKEN, with the scope `repo`"),
                    (right, "4,999 requests left"),
                ],
            ),
            (
                answer(Some("gist"), None, Some(0)),
                vec![
                    (right, "GitHub knows the token"),
                    (bad, "lacks the scope `repo`; it has gist"),
                    (bad, "takes no more requests"),
                ],
            ),
            (answer(Some(""), None, None), vec![(right, "GitHub knows"), (bad, "it has none")]),
            (
                answer(None, Some("2026-12-30 12:00:00 UTC"), None),
                vec![(right, "GitHub knows the token in GITHUB_TOKEN, until Wed 2026-12-30 12:00 UTC")],
            ),
            (answer(None, Some("2026-12-03 12:00:00 +0100"), None), vec![(bad, "expires on Thu 2026-12-03 11:00 UTC")]),
        ] {
            let judged = judge(found.clone());
            let fits = judged.len() == expected.len()
                && judged.iter().zip(&expected).all(|((state, says), (of, words))| state == of && says.contains(words));
            assert!(fits, "{found:?}: {judged:?}");
        }
    }
}
