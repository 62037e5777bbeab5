//! `doctor`, over what can be wrong in a cluster, at GitHub and in registries.

use crate::harness::{Folder, Outcome};
use crate::kubectl::{self, Answer, PROJECT, calls, list, stand_in};
use crate::server::{Asked, Reply, Server};
use serde::Deserialize as _;
use serde_json::{Value, json};

const IMAGES: &str = "\
github: {apiUrl: GITHUB}
images:
- name: web
  registry: REGISTRY
  repository: acme/web
  source: {repo: acme/web}
  baseImages: [\"REGISTRY/acme/node:22\"]
";
const WORKFLOW: &str = "on:\n  workflow_dispatch:\n    inputs:\n      version_bump: {type: string}\n      triggered_by: {type: string}\n      base_image: {type: string}\njobs: {}\n";
const VERSIONS: &str = r#"{"clientVersion": {"gitVersion": "v1.34.3"}, "serverVersion": {"gitVersion": "v1.33.1"}}"#;
const KINDS: &str = "clusterconfigs.kargo.akuity.io\nfreights.kargo.akuity.io\nprojectconfigs.kargo.akuity.io\nprojects.kargo.akuity.io\npromotions.kargo.akuity.io\nstages.kargo.akuity.io\nwarehouses.kargo.akuity.io\n";
const SECRET: &str = "get secret github-credentials";

/// A checkout, without anything that listens.
fn checkout() -> Folder {
    folder("https://api.github.com", "ghcr.io")
}

fn folder(github: &str, registry: &str) -> Folder {
    Folder::with(&IMAGES.replace("GITHUB", github).replace("REGISTRY", registry))
}

/// What is in the cluster after `kubectl apply`: what was applied, with what a server and Kargo put beside it.
fn applied(folder: &Folder) -> Vec<Value> {
    let text = folder.run(&["synth", "--stdout", "--quiet"]).stdout;
    let documents = serde_yaml::Deserializer::from_str(&text).map(|document| Value::deserialize(document).unwrap());
    documents
        .filter(Value::is_object)
        .map(|mut object| {
            object["metadata"]["uid"] = json!("8f0e");
            object["metadata"]["resourceVersion"] = json!("17");
            object["metadata"]["managedFields"] = json!([{"manager": "kubectl"}]);
            let ready = json!([{"type": "Ready", "status": "True", "message": "Successfully discovered artifacts from 1 subscriptions"}]);
            object["status"] = json!({"conditions": ready, "autoPromotionEnabled": true});
            object
        })
        .collect()
}

fn of_kinds(objects: &[Value], kinds: &[&str]) -> Vec<Value> {
    objects.iter().filter(|object| kinds.contains(&object["kind"].as_str().unwrap())).cloned().collect()
}

/// The answers of a cluster in which all is well, but for one object that is changed.
fn answers(objects: &[Value]) -> Vec<Answer<'static>> {
    let one = |kind: &str| of_kinds(objects, &[kind]).first().map(Value::to_string).unwrap_or_default();
    vec![
        ("version -o json", 0, VERSIONS.to_owned(), ""),
        ("api-resources --api-group=kargo.akuity.io", 0, KINDS.to_owned(), ""),
        ("get deployments.apps -A", 0, "v1.11.2\n".to_owned(), ""),
        ("get namespace", 0, one("Namespace"), ""),
        (
            "get secret github-credentials -n image-factory-kargo -o go-template={{range",
            0,
            "password 40\nthere".to_owned(),
            "",
        ),
        ("get secret github-credentials -n image-factory-kargo -o go-template={{if", 0, String::new(), ""),
        ("get projects.kargo.akuity.io", 0, one("Project"), ""),
        ("get stages.kargo", 0, list(&of_kinds(objects, &["Stage", "Warehouse", "ProjectConfig"])), ""),
    ]
}

/// Those answers with another one in place of what has the same words.
fn with<'a>(mut answers: Vec<Answer<'a>>, other: Answer<'a>) -> Vec<Answer<'a>> {
    answers.retain(|(words, ..)| *words != other.0);
    answers.insert(0, other);
    answers
}

fn cluster(answers: &[Answer<'_>]) -> Outcome {
    let folder = checkout();
    stand_in(&folder, answers);
    kubectl::run(&folder, &["doctor", "--only", "cluster"])
}

/// No verb is used but those that look.
#[test]
fn a_cluster_in_which_all_is_well() {
    let folder = checkout();
    stand_in(&folder, &answers(&applied(&folder)));
    let outcome = kubectl::run(&folder, &["doctor", "--offline"]);
    let expected = "\
cluster
  ok       kubectl 1.34.3 reaches a cluster 1.33.1
  ok       the cluster has Kargo's kinds
  ok       Kargo 1.11.2 runs, and the manifests are for 1.11
  ok       the Namespace image-factory-kargo is there, with the label of a Project
  ok       the Secret github-credentials has the key password, of 40 bytes
  ok       what is in the cluster is what images.yaml makes
  ok       all 2 Warehouses find what they watch
  ok       Kargo promotes by itself what it should
8 ok, 0 wrong, 0 skipped
";
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, expected), "{}", outcome.shown());
    let calls = calls(&folder);
    assert_eq!(calls.len(), 8, "{calls:#?}");
    for call in &calls {
        assert!(["get", "version", "api-resources"].contains(&call.split(' ').next().unwrap()), "{call}");
        // Of a Secret nothing is asked for but lengths, and whether a line break ends a value.
        let is_bounded = call.contains("len (base64decode $value)") || call.contains("{{if eq (index (base64decode");
        assert!(!call.starts_with("get secret") || is_bounded, "{call}");
    }
}

/// What the README shows is what is said.
#[test]
fn the_readme_shows_a_fault() {
    let readme = include_str!("../../README.md");
    let (_, block) = readme.split_once("<!-- operate: doctor -->\n```text\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let lengths = "get secret github-credentials -n image-factory-kargo -o go-template={{range";
    let outcome = cluster(&with(answers(&applied(&checkout())), (lengths, 0, "token 40\nthere".to_owned(), "")));
    assert_eq!(outcome.stdout, block);
}

/// A fault, the answers of kubectl with it, the code of the answer and what is in it.
type Case = (&'static str, Vec<Answer<'static>>, i32, &'static [&'static str]);

/// An object of a kind is changed.
fn changed(objects: &[Value], kind: &str, change: fn(&mut Value)) -> Vec<Answer<'static>> {
    let mut objects = objects.to_vec();
    change(objects.iter_mut().find(|object| object["kind"] == kind).unwrap());
    answers(&objects)
}

/// What is wrong before any manifest counts.
fn before(objects: &[Value]) -> Vec<Case> {
    let well = || answers(objects);
    let lengths = "get secret github-credentials -n image-factory-kargo -o go-template={{range";
    let last = "get secret github-credentials -n image-factory-kargo -o go-template={{if";
    let secret = |shape: &str| with(well(), (lengths, 0, shape.to_owned(), ""));
    vec![
        (
            "no cluster",
            with(
                well(),
                (
                    "version -o json",
                    1,
                    "{\"clientVersion\": {}}".to_owned(),
                    "The connection to the server 127.0.0.1:6443 was refused",
                ),
            ),
            1,
            &["was refused", "`--context`", "0 ok, 1 wrong"],
        ),
        (
            "no Kargo",
            with(well(), ("api-resources --api-group=kargo.akuity.io", 0, String::new(), "")),
            1,
            &["the cluster lacks Kargo's projects, projectconfigs, warehouses, stages and promotions", "install Kargo"],
        ),
        (
            "an older Kargo",
            with(well(), ("get deployments.apps -A", 0, "v1.9.9\n".to_owned(), "")),
            1,
            &["Kargo 1.9.9 runs, and the manifests are for 1.11", "`kargoVersion: \"1.9\"`"],
        ),
        (
            "a newer Kargo",
            with(well(), ("get deployments.apps -A", 0, "v1.12.0\n".to_owned(), "")),
            0,
            &["Kargo 1.12.0 runs"],
        ),
        (
            "an unknown Kargo",
            with(well(), ("get deployments.apps -A", 1, String::new(), "forbidden")),
            0,
            &["skipped  which Kargo runs is not known"],
        ),
        (
            "no Namespace",
            with(well(), ("get namespace", 0, String::new(), "")),
            1,
            &["there is no Namespace image-factory-kargo"],
        ),
        (
            "no label",
            changed(objects, "Namespace", |object| {
                object["metadata"]["labels"]["kargo.akuity.io/project"] = Value::Null;
            }),
            1,
            &["the Namespace image-factory-kargo lacks the label `kargo.akuity.io/project: \"true\"`"],
        ),
        (
            "no Secret",
            secret(""),
            1,
            &[
                "there is no Secret github-credentials in the Namespace image-factory-kargo",
                "kubectl create secret generic github-credentials -n image-factory-kargo --from-file=password=/dev/stdin",
            ],
        ),
        (
            "another key",
            secret("token 40\nthere"),
            1,
            &["the Secret github-credentials has no key password; it has token"],
        ),
        ("no key", secret("there"), 1, &["has no key password; it has none at all"]),
        (
            "an empty key",
            secret("password 0\nthere"),
            1,
            &["the key password of the Secret github-credentials is empty"],
        ),
        (
            "a line break",
            with(well(), (last, 0, "yes".to_owned(), "")),
            0,
            &["of 40 bytes, the last a line break, which does no harm"],
        ),
        ("a line break alone", with(secret("password 1\nthere"), (last, 0, "yes".to_owned(), "")), 1, &["is empty"]),
        (
            "Secrets may not be read",
            with(well(), (lengths, 1, String::new(), "Error from server (Forbidden): secrets is forbidden")),
            0,
            &["skipped  you may not look: Error from server (Forbidden)"],
        ),
    ]
}

/// What is wrong with what was applied.
fn applied_otherwise(objects: &[Value]) -> Vec<Case> {
    vec![
        (
            "another delay",
            changed(objects, "Stage", |object| {
                object["spec"]["requestedFreight"][0]["sources"] = json!({"stages": ["x"]});
            }),
            1,
            &[
                "what is in the cluster is not what images.yaml makes: otherwise Stage rebuild-trigger-",
                "`image-factory synth`, then `kubectl apply",
            ],
        ),
        (
            "a Stage is missing",
            answers(&objects.iter().filter(|object| object["kind"] != "Stage").cloned().collect::<Vec<_>>()),
            1,
            &["missing Stage rebuild-trigger-"],
        ),
        (
            "no Project",
            answers(&objects.iter().filter(|object| object["kind"] != "Project").cloned().collect::<Vec<_>>()),
            1,
            &["missing Project image-factory-kargo"],
        ),
        (
            "a Stage is left over",
            {
                let mut more = objects.to_vec();
                let mut old = more.iter().find(|object| object["kind"] == "Stage").unwrap().clone();
                (old["metadata"]["name"], old["spec"]["promotionTemplate"]) = (json!("old"), json!({}));
                more.push(old);
                answers(&more)
            },
            1,
            &["left over Stage old"],
        ),
        (
            "a Warehouse that finds nothing",
            changed(
                objects,
                "Warehouse",
                |object| object["status"]["conditions"] = json!([{"type": "Ready", "status": "False", "message": "No references discovered for image repository \"docker.io/library/node\""}]),
            ),
            1,
            &["the registry has no such tag; Kargo says: No references discovered"],
        ),
        (
            "a poll under way",
            changed(objects, "Warehouse", |object| {
                let (reason, message) = kubectl::LOOKING;
                let ready = json!({"type": "Ready", "status": "False", "reason": reason, "message": message});
                object["status"]["conditions"] = json!([ready]);
            }),
            0,
            &["skipped  Kargo is looking in this moment, so nothing is known of "],
        ),
        (
            "a Stage that is not automatic",
            changed(objects, "Stage", |object| object["status"]["autoPromotionEnabled"] = json!(false)),
            1,
            &["Kargo promotes nothing to the Stage rebuild-trigger-"],
        ),
        (
            "a hold",
            changed(objects, "Stage", |object| {
                object["status"]["autoPromotionHolds"] = json!({"Warehouse/x": {"freightName": "f0"}});
            }),
            1,
            &["is held at the Freight f0"],
        ),
        (
            "what acts on a terminal",
            with(answers(objects), ("version -o json", 1, String::new(), "\u{1b}[2Jno")),
            1,
            &["kubectl says: \\u{1b}[2Jno"],
        ),
        (
            "no JSON",
            with(answers(objects), ("get stages.kargo", 0, "nonsense".to_owned(), "")),
            1,
            &["kubectl says: expected"],
        ),
    ]
}

/// Each thing that can be wrong there: what is changed, and what is said.
#[test]
fn each_fault_of_a_cluster_is_said_with_what_mends_it() {
    let objects = applied(&checkout());
    let cases = [before(&objects), applied_otherwise(&objects)];
    let mut wrong = String::new();
    for (name, answers, code, says) in cases.into_iter().flatten() {
        use std::fmt::Write as _;
        let outcome = cluster(&answers);
        let missing: Vec<&&str> = says.iter().filter(|words| !outcome.stdout.contains(**words)).collect();
        if !missing.is_empty() || outcome.code != code || outcome.stdout.contains('\u{1b}') {
            writeln!(wrong, "{name}: exit {code} and {missing:#?} expected of\n{}", outcome.shown()).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let outcome = checkout().run_with(&[("PATH", "/nowhere")], &["doctor", "--only", "cluster"]);
    assert!(outcome.code == 1 && outcome.stdout.contains("there is no kubectl in PATH"), "{}", outcome.shown());
}

/// The analysis in Jobs needs one thing more.
#[test]
fn rollouts_are_asked_for_if_they_are_needed() {
    let images = IMAGES.replace("GITHUB", "https://api.github.com").replace("REGISTRY", "ghcr.io");
    let folder = Folder::with(&format!("analysis: {{mode: job, image: \"ghcr.io/acme/image-factory:1\"}}\n{images}"));
    let well = answers(&applied(&folder));
    for (names, says) in [
        ("analysisruns.argoproj.io\nanalysistemplates.argoproj.io\n", "ok       the cluster has the AnalysisTemplates"),
        ("", "wrong    the cluster has no AnalysisTemplates"),
    ] {
        let answers = with(well.clone(), ("api-resources --api-group=argoproj.io", 0, names.to_owned(), ""));
        stand_in(&folder, &answers);
        let outcome = kubectl::run(&folder, &["doctor", "--offline"]);
        assert!(outcome.stdout.contains(says), "{}", outcome.shown());
    }
}

/// What a GitHub answers in which all is well.
fn github(asked: &Asked) -> Reply {
    let limits = "X-RateLimit-Remaining: 4990";
    match asked.path.as_str() {
        "/rate_limit" => Reply::text(200, "{}").with("X-OAuth-Scopes: repo, workflow").with(limits),
        "/repos/acme/web/actions/workflows/web.yml" => Reply::text(200, "{\"state\": \"active\"}"),
        path if path.contains("/contents/.github/workflows/web.yml") => Reply::text(200, WORKFLOW),
        path if path.contains("/contents/Dockerfile") => Reply::text(200, "FROM x\n"),
        _ => Reply::text(404, "{\"message\": \"Not Found\"}"),
    }
}

fn of_github(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static, token: Option<&str>) -> Outcome {
    let server = Server::new(move |asked, _| answer(asked));
    let folder = folder(&server.url, "ghcr.io");
    let mut environment = vec![("GITHUB_API_URL", server.url.as_str())];
    environment.extend(token.map(|token| ("GITHUB_TOKEN", token)));
    let outcome = folder.run_with(&environment, &["doctor", "--only", "github"]);
    assert!(server.asked().iter().all(|asked| asked.method == "GET"), "{:?}", server.asked());
    outcome
}

#[test]
fn each_fault_at_github_is_said_with_what_mends_it() {
    const TOKEN: &str = "ghp_0000S3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3";
    type Change = fn(&Asked) -> Option<Reply>;
    type Case = (&'static str, Change, Option<&'static str>, i32, &'static [&'static str]);
    let cases: [Case; 10] = [
        (
            "well",
            |_| None,
            Some(TOKEN),
            0,
            &[
                "code hosts\n  ok       GitHub knows the token in GITHUB_TOKEN, with the scope `repo`\n  ok       4,990 requests left this hour\n  ok       1 workflow is there and may run\n  ok       the workflow takes what its rebuilds send\n4 ok, 0 wrong, 0 skipped",
            ],
        ),
        ("no token", |_| None, None, 0, &["skipped  GH_ENTERPRISE_TOKEN is not set", "ok       1 workflow is there"]),
        (
            "a token that nobody knows",
            |_| Some(Reply::text(401, &format!("{{\"message\": \"Bad credentials {TOKEN}\"}}"))),
            Some(TOKEN),
            1,
            &["GitHub does not know the token in GITHUB_TOKEN"],
        ),
        (
            "no scope",
            |asked| (asked.path == "/rate_limit").then(|| Reply::text(200, "{}").with("X-OAuth-Scopes: gist")),
            Some(TOKEN),
            1,
            &["lacks the scope `repo`; it has gist"],
        ),
        (
            "it expires",
            |asked| {
                (asked.path == "/rate_limit").then(|| {
                    Reply::text(200, "{}").with("github-authentication-token-expiration: 2020-12-30 12:00:00 UTC")
                })
            },
            Some(TOKEN),
            1,
            &["expires on Wed 2020-12-30 12:00 UTC"],
        ),
        (
            "disabled",
            |asked| {
                asked
                    .path
                    .contains("/actions/workflows/")
                    .then(|| Reply::text(200, "{\"state\": \"disabled_manually\"}"))
            },
            Some(TOKEN),
            1,
            &[
                "web.yml of acme/web may not run: GitHub says disabled_manually",
                "`gh workflow enable web.yml -R acme/web`",
            ],
        ),
        (
            "no workflow",
            |asked| asked.path.starts_with("/repos/").then(|| Reply::text(404, "{\"message\": \"Not Found\"}")),
            Some(TOKEN),
            1,
            &["GitHub finds no web.yml of acme/web"],
        ),
        (
            "not for this token",
            |asked| {
                asked
                    .path
                    .contains("/actions/workflows/")
                    .then(|| Reply::text(403, "{\"message\": \"Resource not accessible\"}"))
            },
            Some(TOKEN),
            1,
            &["GitHub does not show web.yml of acme/web (403): Resource not accessible"],
        ),
        (
            "an input",
            |asked| {
                asked.path.contains("/contents/.github").then(|| Reply::text(200, "on:\n  workflow_dispatch:\n    inputs:\n      version_bump: {type: string}\n      triggered_by: {type: string}\njobs: {}\n"))
            },
            Some(TOKEN),
            1,
            &["base_image"],
        ),
        (
            "no event",
            |asked| asked.path.contains("/contents/.github").then(|| Reply::text(200, "on: push\njobs: {}\n")),
            Some(TOKEN),
            1,
            &["cannot be dispatched"],
        ),
    ];
    for (name, change, token, code, says) in cases {
        let outcome = of_github(move |asked| change(asked).unwrap_or_else(|| github(asked)), token);
        assert_eq!(outcome.code, code, "{name}: {}", outcome.shown());
        for words in says {
            assert!(outcome.stdout.contains(words), "{name}: {words}: {}", outcome.shown());
        }
        assert!(!outcome.shown().contains("S3cr3t"), "{name}: {}", outcome.shown());
    }
}

/// "Get GitHub Actions permissions for a repository": only those are told who administer it.
#[test]
fn actions_that_are_switched_off_are_said_where_github_tells() {
    for (status, body, code, says) in [
        (200, r#"{"enabled": false}"#, 1, "wrong    Actions are switched off in acme/web, so no workflow of it runs"),
        (200, r#"{"enabled": false}"#, 1, "`gh api -X PUT repos/acme/web/actions/permissions -F enabled=true`"),
        (200, r#"{"enabled": true, "allowed_actions": "all"}"#, 0, "2 ok, 0 wrong, 1 skipped"),
        (403, r#"{"message": "Resource not accessible by integration"}"#, 0, "2 ok, 0 wrong, 1 skipped"),
    ] {
        let answer = move |asked: &Asked| match asked.path.as_str() {
            "/repos/acme/web/actions/permissions" => Reply::text(status, body),
            _ => github(asked),
        };
        let outcome = of_github(answer, None);
        assert_eq!(outcome.code, code, "{body}: {}", outcome.shown());
        assert!(outcome.stdout.contains(says), "{body}: {says}: {}", outcome.shown());
    }
}

#[test]
fn registries_are_asked_for_each_image() {
    let digest = kubectl::digest('a');
    let server = Server::new(move |asked, _| match asked.path.as_str() {
        "/v2/acme/node/manifests/22" => Reply::text(200, "{}").with(&format!("Docker-Content-Digest: {digest}")),
        _ => Reply::text(404, "{}"),
    });
    let registry = server.url.trim_start_matches("http://");
    let folder = folder("https://api.github.com", registry);
    let outcome = folder.run(&["doctor", "--only", "registry", "--plain-http", registry]);
    assert_eq!(outcome.code, 1, "{}", outcome.shown());
    assert!(outcome.stdout.contains("registries\n  ok       1 image can be read\n  wrong    "), "{}", outcome.shown());
    assert!(outcome.stdout.contains("/acme/web: 404: the registry has no such image"), "{}", outcome.shown());
    assert!(
        outcome.stdout.contains("help: look at how it is written; an image that was never published"),
        "{}",
        outcome.shown()
    );
    assert!(server.asked().iter().all(|asked| ["GET", "HEAD"].contains(&asked.method.as_str())));
}

#[test]
fn programs_are_told_the_same() {
    let folder = checkout();
    stand_in(&folder, &with(answers(&applied(&folder)), (SECRET, 0, String::new(), "")));
    let outcome = kubectl::run(&folder, &["doctor", "--offline", "--format", "json"]);
    assert_eq!(outcome.code, 1, "{}", outcome.shown());
    let document = crate::programs::document(&outcome);
    let checks = document["result"]["checks"].as_array().unwrap();
    let of = |name: &str| checks.iter().find(|check| check["name"] == name).unwrap();
    assert_eq!((&of("cluster")["area"], &of("cluster")["state"]), (&json!("cluster"), &json!("ok")));
    assert_eq!(of("secret")["state"], "wrong");
    assert_eq!(of("secret")["says"], format!("there is no Secret github-credentials in the Namespace {PROJECT}"));
    assert!(of("secret")["help"].as_str().unwrap().starts_with("`printf '%s' \"$TOKEN\" | kubectl create secret"));
}

const TWO: &str = "\
project: platform
projects: [{name: payments, images: [pay]}]
images:
- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: [\"node:22\"]}
- {name: pay, repository: acme/pay, source: {repo: acme/pay}, baseImages: [\"node:22\", \"python:3\"]}
";

/// What kubectl answers where two Projects are applied.
fn answers_of_two(objects: &[Value]) -> Vec<Answer<'static>> {
    let mut all = answers(objects);
    all.truncate(3);
    for (project, secret, lengths, stages, namespace) in [
        (
            "platform",
            "get secret github-credentials -n platform -o go-template={{range",
            "password 40\nthere",
            "-n platform -o json",
            "get namespace platform",
        ),
        (
            "payments",
            "get secret github-credentials -n payments -o go-template={{range",
            "",
            "-n payments -o json",
            "get namespace payments",
        ),
    ] {
        let of = |kinds: &[&str]| -> Vec<Value> {
            let is_of = |object: &&Value| {
                [&object["metadata"]["namespace"], &object["metadata"]["name"]].iter().any(|name| **name == project)
            };
            of_kinds(objects, kinds).iter().filter(is_of).cloned().collect()
        };
        all.push((namespace, 0, of(&["Namespace"])[0].to_string(), ""));
        all.push((secret, 0, lengths.to_owned(), ""));
        all.push((stages, 0, list(&of(&["Stage", "Warehouse", "ProjectConfig"])), ""));
    }
    all.push(("go-template={{if", 0, String::new(), ""));
    for (words, project) in
        [("get projects.kargo.akuity.io platform", "platform"), ("get projects.kargo.akuity.io payments", "payments")]
    {
        let object =
            objects.iter().find(|object| object["kind"] == "Project" && object["metadata"]["name"] == project).unwrap();
        all.push((words, 0, object.to_string(), ""));
    }
    all
}

/// Each Project of images.yaml is looked at, and a base is promoted where it is watched.
#[test]
fn several_projects_are_operated_alike() {
    let folder = Folder::with(TWO);
    let objects = applied(&folder);
    stand_in(&folder, &answers_of_two(&objects));
    let outcome = kubectl::run(&folder, &["doctor", "--offline"]);
    assert_eq!(outcome.code, 1, "{}", outcome.shown());
    for says in [
        "the Namespace platform is there",
        "the Namespace payments is there",
        "there is no Secret github-credentials in the Namespace payments",
        "what is in the cluster is what images.yaml makes",
    ] {
        assert!(outcome.stdout.contains(says), "{says}: {}", outcome.shown());
    }
    assert_eq!(
        outcome.stdout.matches("what is in the cluster is what images.yaml makes").count(),
        2,
        "{}",
        outcome.shown()
    );
    let outcome = kubectl::run(&folder, &["doctor", "--offline", "--namespace", "platform"]);
    assert!(outcome.code == 0 && !outcome.stdout.contains("payments"), "{}", outcome.shown());
    let outcome = kubectl::run(&folder, &["doctor", "--offline", "--namespace", "payment"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("did you mean `payments`?"), "{}", outcome.shown());
    let outcome = kubectl::run(&folder, &["status"]);
    assert!(
        outcome.stdout.contains("Project payments\n") && outcome.stdout.contains("Project platform\n"),
        "{}",
        outcome.shown()
    );
    let outcome = kubectl::run(&folder, &["trigger", "python:3"]);
    assert!(outcome.stderr.contains("Kargo has found no digest for the Warehouse python-3"), "{}", outcome.shown());
    assert!(calls(&folder).last().unwrap().contains(" -n payments "), "{:?}", calls(&folder));
}
