//! What Kargo's messages mean, and what to do: the README's tables, as a program looks into them.

use crate::forge::Provider;
use crate::words::bounded;
use serde::Serialize;

/// Why something did not happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// In our words.
    pub says: String,
    /// What to do.
    pub help: String,
}

/// Bytes of what somebody else says that are shown.
const LONGEST: usize = 400;

/// What a host that refuses means, by its status, what it says (a part of it, or nothing), our words and what to do. The first that
/// fits; statuses and words are those of GitHub ("Create a workflow dispatch event"), of which other hosts have the first column alike.
const REFUSALS: [(u16, &str, &str, &str); 9] = [
    (401, "", "the token is not valid, or has expired", "put another token into the Secret: README, \"The Secret\""),
    (
        403,
        "rate limit",
        "the host takes no more requests with this token for now",
        "wait, or send less at once: `maxParallel`",
    ),
    (
        403,
        "",
        "the token may not start it",
        "give it the scope `repo` (classic) or Actions read and write on this repository (fine-grained), and have the organisation approve it (SSO)",
    ),
    (
        404,
        "",
        "there is no such repository or workflow, or the token does not see it",
        "look at `source.repo` and `source.workflow`, whether the workflow is on the default branch, and whether the token may see the repository",
    ),
    (422, "No ref found", "the branch is not there", "look at `source.branch`"),
    (
        422,
        "workflow_dispatch",
        "the workflow cannot be started by hand",
        "give it `on: workflow_dispatch`, on the branch that is built",
    ),
    (
        422,
        "Unexpected inputs",
        "the workflow does not declare an input that it is sent",
        "declare it in the workflow, or take it away: `inputs: {NAME: null}`",
    ),
    (422, "Required input", "the workflow wants an input that it is not sent", "give it in `inputs`"),
    (422, "", "the host cannot take it", "`image-factory lint --online` compares the workflow with what it is sent"),
];

/// What the message of a Promotion or a step means.
pub fn of_dispatch(message: &str) -> Cause {
    let cause = |says: String, help: &str| Cause { says, help: help.to_owned() };
    // Kargo quotes what an expression gave as Go does.
    let message = &message.replace("\\\"", "\"");
    if let Some((secret, namespace, key)) = missing_secret(message) {
        return Cause {
            says: format!(
                "there is no token: Secret {secret} in Namespace {namespace} or its key {key} is missing or empty"
            ),
            help: format!(
                "make it: `printf '%s' \"$TOKEN\" | kubectl create secret generic {secret} -n {namespace} --from-file={key}=/dev/stdin`"
            ),
        };
    }
    let said = said(message);
    if message.contains(" timed out after ") {
        return match said {
            Some((host, said, _)) => cause(
                format!("{host} has put it off until the time for it was over, and says: {said}"),
                "look whether the host is up, and have it sent again",
            ),
            None => cause(
                "the host could not be reached until the time for it was over".to_owned(),
                "look whether the cluster reaches the API: DNS, proxy, firewall",
            ),
        };
    }
    if let Some((_, end)) = message.split_once(" ended as ") {
        return cause(
            format!("its run ended as {}", bounded(end.trim_end_matches('"').to_owned(), LONGEST)),
            "look at the run",
        );
    }
    if let (Some(status), Some((host, said, checks))) = (status(message), said) {
        let rule = REFUSALS.iter().find(|(of, part, ..)| *of == status && said.contains(part));
        let is_github = host == Provider::GitHub.host().name;
        let help = match (rule, checks) {
            (Some((.., help)), _) if is_github || status == 401 => (*help).to_owned(),
            (_, Some(checks)) => format!("check {checks}"),
            (Some((.., help)), None) => (*help).to_owned(),
            (None, None) => "look at what the host says of this status".to_owned(),
        };
        let says =
            rule.map_or_else(|| format!("{host} refuses it (HTTP {status})"), |(_, _, says, _)| (*says).to_owned());
        return Cause { says: format!("{says}; {host} says: {said}"), help };
    }
    if message.contains("error sending HTTP request") {
        return cause(
            format!("the host cannot be reached: {}", last_part(message)),
            "look whether the cluster reaches the API: DNS, proxy, firewall",
        );
    }
    cause(
        bounded(message.clone(), LONGEST),
        "look at the Promotion: `kubectl get promotions.kargo.akuity.io NAME -o yaml`",
    )
}

/// What a Warehouse says that looks for the first time.
pub(super) fn under_way(message: &str) -> Cause {
    let help = "wait, or look at the Warehouse: `kubectl describe`";
    Cause { says: with_words("Kargo is not done with it", message), help: help.to_owned() }
}

/// Words of ours, with the last part of what Kargo says.
fn with_words(says: &str, message: &str) -> String {
    let said = last_part(message);
    if said.is_empty() { says.to_owned() } else { format!("{says}; Kargo says: {said}") }
}

/// What a Warehouse that finds nothing says.
pub fn of_warehouse(message: &str) -> Cause {
    const RULES: [(&[&str], &str, &str); 5] = [
        (
            &["No references discovered"],
            "the registry has no such tag",
            "look at how it is written; of a managed image whose tags are no versions, set `tags`",
        ),
        (
            &["NAME_UNKNOWN", "NOT_FOUND", "status code 404"],
            "the registry has no such repository",
            "look at how it is written; an image that was never published is there once its first build is",
        ),
        (
            &["UNAUTHORIZED", "DENIED", "status code 401", "status code 403"],
            "the registry does not let Kargo read it",
            "give Kargo a login: README, \"Registry credentials\"",
        ),
        (
            &["TOOMANYREQUESTS", "status code 429", "toomanyrequests"],
            "the registry takes no more requests for now",
            "look less often (`baseInterval`), or give Kargo an account: README, \"Registry credentials\"",
        ),
        (
            &["is forbidden"],
            "Kargo may not read its Secrets yet",
            "wait: the RoleBinding of a new Project takes some seconds",
        ),
    ];
    let rule = RULES.iter().find(|(words, ..)| words.iter().any(|word| message.contains(word)));
    let (says, help) = match rule {
        Some((_, says, help)) => (*says, *help),
        None if message.contains("failed") => {
            ("Kargo cannot look there", "look whether the cluster reaches the registry: DNS, proxy, firewall")
        }
        None => ("Kargo makes no Freight of what it finds", "look at the Warehouse: `kubectl describe`"),
    };
    Cause { says: with_words(says, message), help: help.to_owned() }
}

/// Secret, Namespace and key of what the guard of a Stage says.
fn missing_secret(message: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = message.split_once(" is missing, or its key ")?;
    let (before, namespace) = before.rsplit_once(" in Namespace ")?;
    let (_, secret) = before.rsplit_once("Secret ")?;
    let (key, _) = rest.split_once(" is missing or empty")?;
    Some((secret, namespace, key))
}

/// The host that speaks in a message, what it says, and what its manifest says is to be checked.
fn said(message: &str) -> Option<(&'static str, String, Option<String>)> {
    let mut names = Provider::ALL.iter().map(|provider| provider.host().name);
    let (name, rest) = names.find_map(|name| Some((name, message.split_once(&format!("{name} says: "))?.1)))?;
    let rest = rest.strip_suffix('"').unwrap_or(rest);
    let (said, checks) = match rest.split_once("; check ") {
        Some((said, checks)) => (said, Some(bounded(checks.to_owned(), LONGEST))),
        None => (rest, None),
    };
    Some((name, bounded(said.to_owned(), LONGEST), checks))
}

/// The status of an answer, as Kargo writes it: `HTTP (404)`.
fn status(message: &str) -> Option<u16> {
    let (_, rest) = message.split_once("HTTP (")?;
    rest.split_once(')')?.0.parse().ok()
}

/// What stands last in a chain of causes, as Go writes them, with what it is about.
fn last_part(message: &str) -> String {
    let parts: Vec<&str> = message.split(": ").collect();
    bounded(parts[parts.len().saturating_sub(2)..].join(": "), LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages are those of a real Kargo v1.11.2 (README, "A workflow does not start"), the answers those of the same table.
    #[test]
    fn messages_of_promotions_are_put_in_our_words() {
        let refused = |status: u16, says: &str| {
            format!(
                "HTTP ({status}) response met failure criteria: \"rebuild of web (acme/web, web.yml at main) was not dispatched. GitHub says: {says}; check that x\""
            )
        };
        for (message, says, help) in [
            (
                "step \"check-github-credentials\": failed: Secret github-credentials in Namespace image-factory-kargo is missing, or its key password is missing or empty; nothing was dispatched".to_owned(),
                "there is no token: Secret github-credentials in Namespace image-factory-kargo or its key password is missing or empty",
                "--from-file=password=/dev/stdin",
            ),
            (refused(401, "Bad credentials"), "the token is not valid, or has expired; GitHub says: Bad credentials", "another token"),
            (refused(403, "Resource not accessible by personal access token"), "the token may not start it; GitHub says: Resource", "SSO"),
            (refused(404, "Not Found"), "there is no such repository or workflow", "`source.repo` and `source.workflow`"),
            (refused(422, "No ref found for: main"), "the branch is not there", "`source.branch`"),
            (refused(422, "Workflow does not have 'workflow_dispatch' trigger"), "cannot be started by hand", "`on: workflow_dispatch`"),
            (
                refused(422, "Unexpected inputs provided: [\\\"base_image\\\"]"),
                "does not declare an input that it is sent; GitHub says: Unexpected inputs provided: [\"base_image\"]",
                "`inputs: {NAME: null}`",
            ),
            (
                "step \"trigger-web\" timed out after 1h10m0s; before that: HTTP (503) x. GitHub says: Unavailable".to_owned(),
                "GitHub has put it off until the time for it was over, and says: Unavailable",
                "up",
            ),
            (
                "step \"wait-for-github\" timed out after 1h10m0s; error sending HTTP request: dial tcp: refused".to_owned(),
                "could not be reached until",
                "DNS",
            ),
            ("error sending HTTP request: Get \"https://api\": dial tcp: connection refused".to_owned(), "cannot be reached: dial tcp: connection refused", "DNS"),
            (refused(410, "Gone"), "GitHub refuses it (HTTP 410); GitHub says: Gone", "check that x"),
            ("something else".to_owned(), "something else", "kubectl get"),
        ] {
            let cause = of_dispatch(&message);
            assert!(cause.says.contains(says) && cause.help.contains(help), "{message}: {cause:?}");
        }
    }

    /// README, "There is no Freight".
    #[test]
    fn messages_of_warehouses_are_put_in_our_words() {
        for (message, says) in [
            ("No references discovered for image repository \"docker.io/library/python\"", "no such tag"),
            (
                "Artifact discovery failed: error listing tags: GET https://ghcr.io/v2/acme/api/tags/list?n=1000: NAME_UNKNOWN: Unknown name",
                "no such repository",
            ),
            (
                "Artifact discovery failed: GET https://ghcr.io/v2/acme/api: UNAUTHORIZED: authentication required",
                "does not let Kargo read it",
            ),
            ("Artifact discovery failed: dial tcp 127.0.0.1:1: connect: connection refused", "cannot look there"),
            (
                "Error building Freight from latest artifacts: x",
                "makes no Freight of what it finds; Kargo says: Error building",
            ),
            ("", "makes no Freight of what it finds"),
        ] {
            let cause = of_warehouse(message);
            assert!(cause.says.contains(says), "{message}: {cause:?}");
        }
    }
}
