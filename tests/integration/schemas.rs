//! What Kargo would refuse: the sample's output and that of every fixture against Kargo's own schemas, and proof that these
//! would notice a mistake.

#![expect(clippy::unwrap_used, clippy::panic, reason = "these are tests alone")]

#[path = "../support/schemas.rs"]
mod judge;

use judge::{Schemas, is_dns_name, schemas};
use serde::de::Deserialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

fn documents(text: &str) -> Vec<Value> {
    serde_yaml::Deserializer::from_str(text).map(|document| Value::deserialize(document).unwrap()).collect()
}

/// Every problem of a set of manifests, with the names of what they are in.
fn problems(schemas: &Schemas, text: &str) -> Vec<String> {
    let problems = documents(text).into_iter().flat_map(|manifest| {
        let (kind, name) = (manifest["kind"].clone(), manifest["metadata"]["name"].clone());
        schemas.problems(&manifest).into_iter().map(move |problem| format!("{kind} {name}{problem}"))
    });
    problems.collect()
}

/// The manifests of an images.yaml, if it is right.
fn synth(images: &Path) -> Option<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_image-factory"))
        .args(["--quiet", "--images", images.to_str().unwrap(), "synth", "--stdout", "--locked"])
        .output()
        .unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

#[expect(clippy::disallowed_methods, reason = "tests read their data themselves")]
fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().join("images.yaml"));
    let mut files: Vec<PathBuf> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests read their data themselves")]
fn kargo_takes_the_sample() {
    let Some(schemas) = schemas() else { return };
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("dist/image-factory.k8s.yaml")).unwrap();
    assert_eq!(problems(schemas, &text), Vec::<String>::new());
    assert_eq!(documents(&text).len(), 13, "Namespace, Project, ProjectConfig, four Warehouses, six Stages");
}

#[test]
fn kargo_takes_every_fixture_that_synthesises() {
    let Some(schemas) = schemas() else { return };
    let mut right = 0;
    let mut wrong = Vec::new();
    for images in fixtures() {
        if let Some(text) = synth(&images) {
            right += 1;
            let fixture = images.parent().unwrap().file_name().unwrap().to_str().unwrap();
            wrong.extend(problems(schemas, &text).into_iter().map(|problem| format!("{fixture}: {problem}")));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(right > 0, "no fixture synthesises");
}

/// A manifest that Kargo takes, with everything that the mutations below need.
fn good(kind: &str) -> Value {
    let metadata = json!({"name": "a", "namespace": "p", "labels": {"app.kubernetes.io/part-of": "p"}});
    let spec = match kind {
        "ProjectConfig" => {
            json!({"promotionPolicies": [{"stageSelector": {"name": "a"}, "autoPromotionEnabled": true}]})
        }
        "Warehouse" => json!({
            "interval": "24h0m0s",
            "freightCreationPolicy": "Automatic",
            "subscriptions": [{"image": {
                "repoURL": "docker.io/library/node",
                "imageSelectionStrategy": "Digest",
                "constraint": "22",
                "strictSemvers": true,
                "discoveryLimit": 20,
            }}],
        }),
        _ => json!({
            "requestedFreight": [{
                "origin": {"kind": "Warehouse", "name": "a"},
                "sources": {"stages": ["soak-a"], "requiredSoakTime": "168h0m0s"},
            }],
            "promotionTemplate": {"spec": {
                "vars": [{"name": "dispatched", "value": "response.status == 204"}],
                "steps": [
                    {"uses": "fail", "as": "check", "if": "${{ true }}", "config": {"message": "no"}},
                    {
                        "uses": "http",
                        "as": "trigger-a",
                        "retry": {"timeout": "1h10m0s", "errorThreshold": 3},
                        "config": {
                            "method": "POST",
                            "url": "https://api.github.com",
                            "headers": [{"name": "Accept", "value": "*/*"}],
                            "body": "{}",
                            "timeout": "30s",
                        },
                    },
                    {"uses": "compose-output", "as": "soak", "config": {"base": "node:22"}},
                ],
            }},
        }),
    };
    json!({"apiVersion": "kargo.akuity.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec})
}

/// One deliberate mistake: the kind, the place, and the value that is put there; null takes it away.
type Mistake = (&'static str, &'static str, Value);

fn mistakes() -> Vec<Mistake> {
    const STEPS: &str = "/spec/promotionTemplate/spec/steps";
    let step = |rest: &str| -> &'static str { format!("{STEPS}{rest}").leak() };
    vec![
        // Fields that the API server would drop without a word.
        ("Stage", "/spec/promotionTemplates", json!({})),
        ("Stage", "/spec/requestedFreight/0/sources/soakTime", json!("1h")),
        ("Stage", "/spec/promotionTemplate/spec/vars/0/expression", json!("x")),
        ("Stage", step("/1/retry/attempts"), json!(3)),
        ("Stage", "/metadata/label", json!({})),
        ("ProjectConfig", "/spec/promotionPolicies/0/stageSelector/names", json!(["a"])),
        ("ProjectConfig", "/spec/policies", json!([])),
        ("Warehouse", "/spec/schedule", json!("1h")),
        // Fields that Kargo would drop, or refuse only when a step runs.
        ("Warehouse", "/spec/subscriptions/0/image/semverConstraint", json!("^1")),
        ("Warehouse", "/spec/subscriptions/0/image/allowTag", json!("^1$")),
        ("Warehouse", "/spec/subscriptions/0/git", json!({"repoURL": "https://example.com/x"})),
        ("Warehouse", "/spec/subscriptions/0", json!({"oci": {"repoURL": "example.com/x"}})),
        ("Stage", step("/1/config/header"), json!([])),
        ("Stage", step("/1/config/headers/0/from"), json!("x")),
        ("Stage", step("/0/config/msg"), json!("x")),
        // Values of the wrong type, or none of those that there are.
        ("Stage", "/spec/requestedFreight/0/origin/kind", json!("Stage")),
        ("Stage", step("/1/retry/errorThreshold"), json!("3")),
        ("Stage", step("/1/config/body"), json!({"ref": "main"})),
        ("Stage", step("/1/config/method"), json!("post")),
        ("Stage", step("/1/config/url"), json!("")),
        ("Stage", step("/2/config"), json!({})),
        ("Warehouse", "/spec/freightCreationPolicy", json!("Always")),
        ("Warehouse", "/spec/subscriptions/0/image/imageSelectionStrategy", json!("Newest")),
        ("Warehouse", "/spec/subscriptions/0/image/repoURL", json!("docker.io/library/node:22")),
        ("Warehouse", "/spec/subscriptions/0/image/repoURL", json!("https://docker.io/library/node")),
        ("Warehouse", "/spec/subscriptions/0/image/constraint", json!(22)),
        ("Warehouse", "/spec/subscriptions/0/image/discoveryLimit", json!(0)),
        ("Warehouse", "/spec/subscriptions", json!([])),
        ("Warehouse", "/metadata/labels/app.kubernetes.io~1part-of", json!(true)),
        ("Warehouse", "/metadata/labels/app.kubernetes.io~1part-of", json!("a b")),
        // Durations with a day, which Go has none of.
        ("Stage", "/spec/requestedFreight/0/sources/requiredSoakTime", json!("7d")),
        ("Stage", step("/1/retry/timeout"), json!("7d")),
        ("Warehouse", "/spec/interval", json!("1d")),
        // Rules that go over several fields.
        ("ProjectConfig", "/spec/promotionPolicies/0/stage", json!("a")),
        ("ProjectConfig", "/spec/promotionPolicies/0/stageSelector", Value::Null),
        ("Stage", step("/0/task"), json!({"name": "a"})),
        ("Stage", step("/0/uses"), Value::Null),
        // Names.
        ("Stage", "/metadata/name", json!("a_b")),
        ("Stage", "/metadata/name", json!("a".repeat(64))),
        ("Stage", "/metadata/namespace", json!("a.b")),
        ("Stage", "/metadata/namespace", Value::Null),
        ("Stage", "/spec/requestedFreight/0/origin/name", json!("Bad_Name")),
        ("Stage", "/spec/promotionTemplate/spec/vars/0/name", json!("a-b")),
        ("Stage", step("/0/as"), json!("step-1")),
        ("Stage", step("/0/as"), json!("trigger-a")),
        // Things that must be there.
        ("Stage", "/spec/promotionTemplate/spec", Value::Null),
        ("Stage", "/spec/requestedFreight", Value::Null),
        ("Stage", step(""), json!([])),
        ("Stage", step("/0/uses"), json!("http-request")),
        ("Stage", "/apiVersion", json!("kargo.akuity.io/v1beta1")),
        ("Stage", "/kind", json!("Stages")),
        ("Warehouse", "/spec", Value::Null),
    ]
}

/// Puts a value at a place, of which everything but the last part must be there.
fn set(manifest: &mut Value, place: &str, value: Value) {
    let (parent, key) = place.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/");
    match manifest.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}")) {
        Value::Object(fields) if value.is_null() => assert!(fields.remove(&key).is_some(), "no {place}"),
        Value::Object(fields) => {
            fields.insert(key, value);
        }
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
        other => panic!("{parent} is {other}"),
    }
}

#[test]
fn every_deliberate_mistake_is_found() {
    let Some(schemas) = schemas() else { return };
    for kind in ["ProjectConfig", "Warehouse", "Stage"] {
        assert_eq!(schemas.problems(&good(kind)), Vec::<String>::new(), "{kind}");
    }
    for (kind, place, value) in mistakes() {
        let mut manifest = good(kind);
        set(&mut manifest, place, value.clone());
        assert!(!schemas.problems(&manifest).is_empty(), "nobody minds {value} at {place} of a {kind}");
    }
    let mut project = json!({"apiVersion": "kargo.akuity.io/v1alpha1", "kind": "Project", "metadata": {"name": "p"}});
    assert_eq!(schemas.problems(&project), Vec::<String>::new());
    project["metadata"]["namespace"] = json!("p");
    assert!(!schemas.problems(&project).is_empty(), "a Project is in no namespace");
    project["metadata"] = json!({"name": "p"});
    project["spec"] = json!({});
    assert!(!schemas.problems(&project).is_empty(), "a Project has no spec");
}

#[test]
fn names_are_dns_subdomains_that_fit_a_label() {
    for good in ["a", "node-22", "a.b-c", "0", &"a".repeat(63)] {
        assert!(is_dns_name(good), "{good}");
    }
    for bad in ["", "-a", "a-", "a..b", ".a", "a.", "A", "a_b", "a.-b", "\u{e9}", &"a".repeat(64)] {
        assert!(!is_dns_name(bad), "{bad}");
    }
}
