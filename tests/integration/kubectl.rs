//! A stand-in for kubectl that answers what a test has written, and notes what it was asked; and objects of Kargo as its API server
//! has them, written by hand after the CRDs of Kargo v1.11.2.

use crate::harness::{Folder, Outcome};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;

pub(crate) const PROJECT: &str = "image-factory-kargo";
pub(crate) const WEB: &str =
    "- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: [\"node:22\"]}\n";

/// What it answers to a call in which these words stand: its code, stdout and stderr.
pub(crate) type Answer<'a> = (&'a str, i32, String, &'a str);

/// Puts a kubectl into a folder that answers by the first row that fits, and fails otherwise.
pub(crate) fn stand_in(folder: &Folder, answers: &[Answer<'_>]) {
    let mut script = "#!/bin/sh\nprintf '%s\\n' \"$*\" >>\"$0.calls\"\ncase \"$*\" in *\" -f - \"*) cat >>\"$0.input\" ;; esac\ncase \"$*\" in\n".to_owned();
    for (index, (words, code, out, err)) in answers.iter().enumerate() {
        folder.write(&format!("bin/kubectl.{index}.out"), out);
        folder.write(&format!("bin/kubectl.{index}.err"), err);
        writeln!(script, "*\"{words}\"*) cat \"$0.{index}.out\"; cat \"$0.{index}.err\" >&2; exit {code} ;;").unwrap();
    }
    script.push_str("*) echo \"error: unknown command\" >&2; exit 1 ;;\nesac\n");
    folder.write("bin/kubectl", script);
    let path = folder.path().join("bin/kubectl");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Runs a command that finds it.
pub(crate) fn run(folder: &Folder, arguments: &[&str]) -> Outcome {
    run_with(folder, &[], arguments)
}

/// The same with more in the environment.
pub(crate) fn run_with(folder: &Folder, environment: &[(&str, &str)], arguments: &[&str]) -> Outcome {
    let path = format!("{}:/usr/bin:/bin", folder.path().join("bin").display());
    let environment: Vec<(&str, &str)> = environment.iter().copied().chain([("PATH", path.as_str())]).collect();
    folder.run_with(&environment, arguments)
}

/// What it was asked, a line a call.
pub(crate) fn calls(folder: &Folder) -> Vec<String> {
    folder
        .files()
        .into_iter()
        .find(|(path, _)| path == "bin/kubectl.calls")
        .map_or(Vec::new(), |(_, text)| text.lines().map(str::to_owned).collect())
}

/// A list as kubectl prints it.
pub(crate) fn list(items: &[Value]) -> String {
    serde_json::to_string_pretty(
        &json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": items}),
    )
    .unwrap()
}

fn object(kind: &str, name: &str, mut rest: Value) -> Value {
    let object = rest.as_object_mut().unwrap();
    object.insert("apiVersion".into(), json!("kargo.akuity.io/v1alpha1"));
    object.insert("kind".into(), json!(kind));
    let metadata = object.entry("metadata").or_insert_with(|| json!({}));
    metadata["name"] = json!(name);
    metadata["namespace"] = json!(PROJECT);
    rest
}

fn ours(kind: &str, name: &str, mut rest: Value) -> Value {
    rest["metadata"]["labels"] = json!({"app.kubernetes.io/managed-by": "image-factory"});
    object(kind, name, rest)
}

/// Reasons of a Warehouse's condition `Ready`, and its words at a poll (Kargo v1.11.2 `warehouses.go`).
pub(crate) const FOUND: &str = "ArtifactsDiscovered";
pub(crate) const FAILED: &str = "DiscoveryFailure";
pub(crate) const LOOKING: (&str, &str) = ("DiscoveryInProgress", "Waiting for discovery to complete");

/// The Warehouse of node:22, that says this.
pub(crate) fn warehouse(reason: &str, message: &str, sees: Option<&str>) -> Value {
    let status = if reason == FOUND { "True" } else { "False" };
    let found = sees.map(|digest| {
        json!({"discoveredAt": "2026-11-30T12:00:00Z",
            "images": [{"repoURL": "docker.io/library/node", "references": [{"tag": "22", "digest": digest}]}]})
    });
    ours(
        "Warehouse",
        "node-22",
        json!({
            "spec": {"interval": "24h0m0s", "freightCreationPolicy": "Automatic", "subscriptions": [{"image": {
                "repoURL": "docker.io/library/node", "imageSelectionStrategy": "Digest", "constraint": "22", "discoveryLimit": 20}}]},
            "status": {"conditions": [{"type": "Ready", "status": status, "reason": reason, "message": message}], "discoveredArtifacts": found}
        }),
    )
}

/// A Stage that takes Freight of node-22 and rebuilds these.
pub(crate) fn stage(name: &str, sources: &Value, vars: &Value, images: &[&str], status: &Value) -> Value {
    let step = |image: &&str| {
        json!({"uses": "http", "as": format!("trigger-{image}"), "config": {"method": "POST",
            "url": format!("https://api.github.com/repos/acme/{image}/actions/workflows/{image}.yml/dispatches"),
            "body": "{\"ref\":\"main\",\"inputs\":{}}"}})
    };
    ours(
        "Stage",
        name,
        json!({
            "spec": {"requestedFreight": [{"origin": {"kind": "Warehouse", "name": "node-22"}, "sources": sources}],
                "promotionTemplate": {"spec": {"vars": vars, "steps": images.iter().map(step).collect::<Vec<_>>()}}},
            "status": status
        }),
    )
}

/// A `ProjectConfig` by which these Stages are automatic.
pub(crate) fn config(automatic: &[&str]) -> Value {
    let policy = |name: &&str| json!({"stageSelector": {"name": name}, "autoPromotionEnabled": true});
    let policies: Vec<Value> = automatic.iter().map(policy).collect();
    ours("ProjectConfig", PROJECT, json!({"spec": {"promotionPolicies": policies}}))
}

/// A digest: one letter, many times.
pub(crate) fn digest(letter: char) -> String {
    format!("sha256:{}", letter.to_string().repeat(64))
}

/// Freight of node-22.
pub(crate) fn freight(name: &str, letter: char, made: &str, status: &Value) -> Value {
    object(
        "Freight",
        name,
        json!({
            "metadata": {"creationTimestamp": made}, "alias": "quick-fox", "origin": {"kind": "Warehouse", "name": "node-22"},
            "images": [{"repoURL": "docker.io/library/node", "tag": "22", "digest": digest(letter)}], "status": status
        }),
    )
}

/// A Promotion, with its steps as alias, status and message.
pub(crate) fn promotion(
    stage: &str,
    freight: &str,
    made: &str,
    phase: &str,
    message: &str,
    steps: &[(&str, &str, &str)],
) -> Value {
    let finished = if matches!(phase, "Pending" | "Running") { Value::Null } else { json!("2026-11-30T12:10:30Z") };
    let steps: Vec<Value> = steps
        .iter()
        .map(
            |(alias, status, message)| json!({"alias": alias, "status": status, "message": message, "startedAt": made}),
        )
        .collect();
    object(
        "Promotion",
        &format!("{stage}.{}.{freight}", made.to_lowercase().replace([':', '-'], "")),
        json!({
            "metadata": {"creationTimestamp": made},
            "spec": {"stage": stage, "freight": freight, "steps": [{"uses": "http", "as": "trigger-web", "config": {"url": "x"}}]},
            "status": {"phase": phase, "message": message, "startedAt": made, "finishedAt": finished, "stepExecutionMetadata": steps}
        }),
    )
}
