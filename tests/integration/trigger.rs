//! `trigger`: what is sent to GitHub, and what kubectl is called with.

use crate::harness::{Folder, Outcome};
use crate::kubectl::{self, PROJECT, WEB, calls, config, freight, list, promotion, run, stage, stand_in, warehouse};
use crate::server::{Asked, Reply, Server};
use crate::stale::{Shelf, base};
use serde_json::{Value, json};

const TOKEN: &str = "ghp_0000S3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3";
const STAGE: &str = "rebuild-trigger-node-22";
const MADE: &str = "2026-11-30T12:00:00Z";
const LATER: &str = "2026-11-30T12:05:00Z";

/// "Create a workflow dispatch event": the request as GitHub's documentation has it, and no token in it.
#[test]
fn a_dry_run_prints_the_request() {
    let outcome = Folder::with(WEB).run_with(&[("GITHUB_TOKEN", TOKEN)], &["trigger", "web", "--dry-run"]);
    let expected = "\
# web, for node:22: web
curl -fsS -X POST 'https://api.github.com/repos/acme/web/actions/workflows/web.yml/dispatches' -H 'Accept: application/vnd.github+json' -H 'Content-Type: application/json' -H 'X-GitHub-Api-Version: 2022-11-28' -H \"Authorization: Bearer $GITHUB_TOKEN\" -d '{\"ref\":\"main\",\"inputs\":{\"version_bump\":\"patch\",\"triggered_by\":\"kargo-base-image-update\",\"base_image\":\"node-22\"}}'
";
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, expected), "{}", outcome.shown());
}

/// What each host is sent is what the step of its Stage has: address, body and headers.
#[test]
fn requests_are_those_of_the_steps() {
    let images = "\
gitlab: {url: \"https://gitlab.example.com\"}
gitea: {url: \"https://gitea.example.com\"}
images:
- {name: a, repository: acme/a, source: {repo: acme/a, branch: \"it's/main\"}, inputs: {note: \"it's \\\"so\\\" $HOME\"}, baseImages: [\"node:22\"]}
- {name: b, repository: acme/b, source: {provider: gitlab, repo: acme/group/b}, baseImages: [\"node:22\"]}
- {name: c, repository: acme/c, source: {provider: gitea, repo: acme/c}, baseImages: [\"node:22\"]}
";
    let folder = Folder::with(images);
    let synth = folder.run(&["synth", "--stdout", "--quiet"]);
    assert_eq!(synth.code, 0, "{}", synth.shown());
    let outcome = folder.run(&["trigger", "node:22", "--via", "github", "--dry-run"]);
    assert_eq!(outcome.code, 0, "{}", outcome.shown());
    let step = |name: &str, key: &str| -> String {
        let (_, rest) = synth.stdout.split_once(&format!("as: trigger-{name}\n")).unwrap();
        let value = rest.lines().find_map(|line| line.trim_start().strip_prefix(&format!("{key}: "))).unwrap();
        serde_yaml::from_str(value).unwrap()
    };
    // The shell takes the words of each line apart.
    for line in outcome.stdout.lines().filter(|line| line.starts_with("curl ")) {
        let script = format!(
            "GITHUB_TOKEN=t GITLAB_TOKEN=t GITEA_TOKEN=t; set -- {}; printf '%s\\n' \"$@\"",
            line.strip_prefix("curl ").unwrap()
        );
        let words = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
        let words = String::from_utf8(words.stdout).unwrap();
        let words: Vec<&str> = words.lines().collect();
        let after = |flag: &str| words.iter().position(|word| *word == flag).map(|at| words[at + 1]).unwrap();
        let url = words.iter().find(|word| word.starts_with("https://")).unwrap();
        let name = ["a", "b", "c"].into_iter().find(|name| step(name, "url") == **url).unwrap();
        assert_eq!(after("-d"), step(name, "body"), "{name}");
        assert!(
            words.iter().any(|word| word.ends_with(": Bearer t")
                || word.ends_with(": token t")
                || word.ends_with("PRIVATE-TOKEN: t")),
            "{name}: {words:?}"
        );
    }
    assert_eq!(outcome.stdout.matches("curl ").count(), 3, "{}", outcome.stdout);
}

fn sent(
    answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    images: &str,
    arguments: &[&str],
) -> (Outcome, Vec<Asked>) {
    let server = Server::new(move |asked, _| answer(asked));
    let folder = Folder::with(&format!("github: {{apiUrl: \"{}\"}}\nimages:\n{images}", server.url));
    let environment = [("GITHUB_API_URL", server.url.as_str()), ("GITHUB_TOKEN", TOKEN)];
    let outcome = folder.run_with(&environment, &[&["trigger"], arguments].concat());
    assert!(!outcome.shown().contains("S3cr3t"), "{}", outcome.shown());
    (outcome, server.asked())
}

#[test]
fn what_github_answers_is_said() {
    let (outcome, asked) = sent(|_| Reply::text(204, ""), WEB, &["web"]);
    let expected = "web: started, for node:22; acme/web, web.yml at main\n";
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, expected), "{}", outcome.shown());
    let [request] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!(request.method, "POST");
    assert_eq!(request.path, "/repos/acme/web/actions/workflows/web.yml/dispatches");
    assert_eq!(request.header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
    assert_eq!(request.header("x-github-api-version"), Some("2022-11-28"));
    assert_eq!(
        request.body,
        "{\"ref\":\"main\",\"inputs\":{\"version_bump\":\"patch\",\"triggered_by\":\"kargo-base-image-update\",\"base_image\":\"node-22\"}}"
    );
    for (status, message, says) in [
        (401, format!("Bad credentials {TOKEN}"), "not started, for node:22; the token is not valid, or has expired"),
        (404, "Not Found".to_owned(), "there is no such repository or workflow"),
        (422, "Unexpected inputs provided: [\\\"base_image\\\"]".to_owned(), "does not declare an input"),
        (503, "Unavailable".to_owned(), "GitHub refuses it (HTTP 503)"),
        (302, "Moved".to_owned(), "GitHub refuses it (HTTP 302)"),
    ] {
        let body = format!("{{\"message\": \"{message}\"}}");
        // Where it is sent to is nobody's to choose: what is sent twice is built twice.
        let (outcome, asked) = sent(move |_| Reply::text(status, &body).with("Location: /elsewhere"), WEB, &["web"]);
        assert!(outcome.code == 1 && outcome.stdout.contains(says), "{status}: {}", outcome.shown());
        assert_eq!(asked.len(), 1, "{status}");
    }
    let outcome = Folder::with(WEB).run(&["trigger", "web"]);
    assert!(outcome.code == 1 && outcome.stdout.contains("GITHUB_TOKEN is not set"), "{}", outcome.shown());
}

#[test]
fn more_than_five_are_not_started_without_a_word() {
    let images: String = (0..6)
        .map(|n| {
            format!("- {{name: i{n}, repository: acme/i{n}, source: {{repo: acme/i{n}}}, baseImages: [\"node:22\"]}}\n")
        })
        .collect();
    let (outcome, asked) = sent(|_| Reply::text(204, ""), &images, &["node:22", "--via", "github"]);
    assert!(outcome.code == 2 && asked.is_empty(), "{}", outcome.shown());
    assert!(
        outcome.stderr.contains("these are 6 rebuilds, and nobody can be asked") && outcome.stderr.contains("`--yes`"),
        "{}",
        outcome.shown()
    );
    let (outcome, asked) = sent(|_| Reply::text(204, ""), &images, &["node:22", "--via", "github", "--yes"]);
    assert!(outcome.code == 0 && asked.len() == 6, "{}", outcome.shown());
    let (outcome, asked) = sent(|_| Reply::text(204, ""), &images, &["i1", "i2", "i3"]);
    assert!(outcome.code == 0 && asked.len() == 3, "{}", outcome.shown());
}

#[test]
fn what_cannot_be_sent_from_here_is_said() {
    for (images, arguments, says) in [
        (WEB.to_owned(), &["nope"][..], "there is no base or image `nope`"),
        (WEB.to_owned(), &["web", "--via", "cluster"], "Kargo promotes Stages"),
        (WEB.to_owned(), &["web", "--reason", "x"], "has no place for a reason"),
        (WEB.replace("baseImages: [\"node:22\"]", "baseImages: []"), &["web"], "no base rebuilds web"),
        (
            WEB.replace("source: ", "inputs: {note: \"{{ promotion.name }}\"}, source: "),
            &["web"],
            "`{{ promotion.name }}`, which only a Promotion has",
        ),
    ] {
        let outcome = Folder::with(&images).run(&[&["trigger"], arguments].concat());
        assert!(outcome.code == 2 && outcome.stderr.contains(says), "{arguments:?}: {}", outcome.shown());
    }
}

/// A registry says which digest a base has now.
#[test]
fn a_digest_that_is_sent_is_asked_for() {
    let shelf = Shelf::default();
    let digest = base(&shelf, "acme/node", "22", "n1");
    let server = shelf.serve();
    let registry = server.url.trim_start_matches("http://");
    let images = format!(
        "- {{name: web, repository: acme/web, source: {{repo: acme/web}}, inputs: {{on: \"{{{{ base.digest }}}}\"}}, baseImages: [\"{registry}/acme/node:22\"]}}\n"
    );
    let outcome = Folder::with(&images).run(&["trigger", "web", "--dry-run", "--plain-http", registry]);
    assert!(outcome.code == 0 && outcome.stdout.contains(&format!("\"on\":\"{digest}\"")), "{}", outcome.shown());
}

/// Of two images one is built on what the base was.
#[test]
fn stale_images_alone_are_started() {
    let shelf = Shelf::default();
    base(&shelf, "acme/node", "22", "n1");
    for (name, layer) in [("acme/old", "n0"), ("acme/new", "n1")] {
        let image = shelf.image(name, "amd64", &[layer, "x"], &json!({}));
        shelf.tag(name, "latest", &image);
    }
    let server = shelf.serve();
    let registry = server.url.trim_start_matches("http://");
    let image = |name: &str| {
        format!(
            "- {{name: {name}, registry: \"{registry}\", repository: acme/{name}, source: {{repo: acme/{name}}}, tags: {{strategy: Digest, constraint: latest}}, baseImages: [\"{registry}/acme/node:22\"]}}\n"
        )
    };
    let folder = Folder::with(&(image("old") + &image("new")));
    let config = folder.path().join("docker").display().to_string();
    let environment = [("DOCKER_CONFIG", config.as_str())];
    let outcome = folder.run_with(&environment, &["trigger", "--stale", "--dry-run", "--plain-http", registry]);
    assert_eq!(outcome.code, 0, "{}", outcome.shown());
    assert!(
        outcome.stdout.contains("/repos/acme/old/") && !outcome.stdout.contains("/repos/acme/new/"),
        "{}",
        outcome.shown()
    );
    let outcome = folder.run(&[
        "trigger",
        "--stale",
        "--dry-run",
        "--mirror",
        &format!("{registry}=127.0.0.1:1"),
        "--plain-http",
        "127.0.0.1:1",
    ]);
    assert!(outcome.code == 3 && outcome.stderr.contains("not all could be looked at"), "{}", outcome.shown());
}

/// What there is: a base with its Warehouse, Freight and one Stage.
fn objects(more: Vec<Value>) -> Vec<Value> {
    let mut all = vec![
        config(&[STAGE]),
        warehouse(
            kubectl::FOUND,
            "Successfully discovered artifacts from 1 subscriptions",
            Some(&kubectl::digest('a')),
        ),
        stage(STAGE, &json!({"direct": true}), &json!([]), &["web", "api"], &json!({})),
        freight("f0", 'b', "2026-11-29T12:00:00Z", &json!({})),
        freight("f1", 'a', MADE, &json!({})),
    ];
    for object in more {
        let is_same =
            |one: &Value| one["kind"] == object["kind"] && one["metadata"]["name"] == object["metadata"]["name"];
        all.retain(|one| !is_same(one));
        all.push(object);
    }
    all
}

fn in_cluster(objects: &[Value], arguments: &[&str]) -> (Outcome, Vec<String>, String) {
    let folder = Folder::with(WEB);
    stand_in(
        &folder,
        &[
            ("get stages", 0, list(objects), ""),
            ("create -f -", 0, String::new(), ""),
            ("patch", 0, String::new(), ""),
            ("annotate", 0, String::new(), ""),
        ],
    );
    let outcome = run(&folder, &[&["trigger", "node:22"], arguments].concat());
    // Without what all calls have.
    let calls = calls(&folder).into_iter().skip(1).map(|call| call.replace(" --request-timeout=60s", "")).collect();
    let input = folder
        .files()
        .into_iter()
        .find(|(path, _)| path == "bin/kubectl.input")
        .map_or(String::new(), |(_, text)| text);
    (outcome, calls, input)
}

const PROMOTED: &str = "create -f -";

/// The README's ways: a Promotion by hand, an approval of what rests, and the end of one that waits.
#[test]
fn kargo_is_had_to_promote_by_the_lines_of_the_readme() {
    let approve = |more: &str| {
        format!(
            "patch freights.kargo.akuity.io f1 -n {PROJECT} --subresource=status --type=merge -p {{\"status\":{{\"approvedFor\":{{\"{STAGE}\":{{}}}}{more}}}}}"
        )
    };
    let soaks = |vars: Value| {
        let sources = json!({"stages": ["soak-node-22"], "requiredSoakTime": "168h0m0s"});
        vec![
            config(&[STAGE, "soak-node-22"]),
            stage(STAGE, &sources, &vars, &["web"], &json!({})),
            stage("soak-node-22", &json!({"direct": true}), &json!([]), &[], &json!({})),
        ]
    };
    let note = format!("annotate freights.kargo.akuity.io f1 -n {PROJECT} --overwrite image-factory/reason=CVE-1");
    let waits = |vars: Value| {
        vec![
            stage(STAGE, &json!({"direct": true}), &vars, &["web"], &json!({})),
            promotion(STAGE, "f1", LATER, "Running", "", &[("wait-for-window", "Running", "")]),
        ]
    };
    let urgent = json!([{"name": "urgent", "value": "urgent"}]);
    let aborted = format!(
        "annotate promotions.kargo.akuity.io {STAGE}.20261130t120500z.f1 -n {PROJECT} kargo.akuity.io/abort=terminate"
    );
    for (name, more, expected) in [
        ("at rest", vec![], vec![PROMOTED.to_owned()]),
        ("after a failure", vec![promotion(STAGE, "f1", LATER, "Failed", "x", &[])], vec![PROMOTED.to_owned()]),
        (
            "an older one runs",
            vec![promotion(STAGE, "f0", LATER, "Running", "", &[("try-web", "Running", "")])],
            vec![PROMOTED.to_owned()],
        ),
        ("it rests", soaks(json!([])), vec![approve(""), note.clone()]),
        ("it rests, urgent", soaks(urgent.clone()), vec![approve(",\"metadata\":{\"urgent\":\"CVE-1\"}"), note]),
        ("it waits for a window, urgent", waits(urgent), vec![aborted, PROMOTED.to_owned()]),
    ] {
        let (outcome, calls, input) = in_cluster(&objects(more), &["--reason", "CVE-1"]);
        assert_eq!(outcome.code, 0, "{name}: {}", outcome.shown());
        assert_eq!(calls, expected, "{name}");
        if calls.contains(&PROMOTED.to_owned()) {
            let promotion: Value = serde_json::from_str(&input).unwrap();
            let expected = json!({
                "apiVersion": "kargo.akuity.io/v1alpha1", "kind": "Promotion",
                "metadata": {"generateName": "by-hand-", "namespace": PROJECT, "annotations": {"image-factory/reason": "CVE-1"}},
                "spec": {"stage": STAGE, "freight": "f1"}
            });
            assert_eq!(promotion, expected, "{name}");
        }
    }
    for (name, more, says) in [
        (
            "at work",
            vec![promotion(STAGE, "f1", LATER, "Running", "", &[("try-web", "Running", "")])],
            "is at work already",
        ),
        ("about to begin", vec![promotion(STAGE, "f1", LATER, "Pending", "", &[])], "is about to begin"),
        ("a window that nothing skips", waits(json!([])), "waits for its time, and so would another"),
    ] {
        let (outcome, calls, _) = in_cluster(&objects(more), &[]);
        assert!(outcome.code == 2 && outcome.stderr.contains(says) && calls.is_empty(), "{name}: {}", outcome.shown());
    }
    let mut nothing = objects(Vec::new());
    nothing.retain(|object| object["kind"] != "Freight");
    let (outcome, calls, _) = in_cluster(&nothing, &[]);
    assert!(
        outcome.code == 2 && outcome.stderr.contains("Kargo has found no digest") && calls.is_empty(),
        "{}",
        outcome.shown()
    );
}

/// What is printed can be pasted, whatever the reason has in it; the README has this.
#[test]
fn a_dry_run_changes_nothing_and_prints_what_a_shell_takes() {
    let (outcome, calls, _) = in_cluster(&objects(Vec::new()), &["--reason", "a \u{1b}[2J"]);
    assert!(outcome.code == 2 && calls.is_empty(), "{}", outcome.shown());
    let reason = "it's \"so\" $HOME";
    let (outcome, calls, input) = in_cluster(&objects(Vec::new()), &["--dry-run", "--reason", reason]);
    assert!(outcome.code == 0 && calls.is_empty() && input.is_empty(), "{calls:?}: {}", outcome.shown());
    let line = outcome.stdout.lines().find(|line| line.starts_with("kubectl ")).unwrap();
    let script = format!("kubectl() {{ cat; }}; {line}");
    let read = std::process::Command::new("bash").args(["-c", &script]).output().unwrap();
    let promotion: Value = serde_json::from_slice(&read.stdout).unwrap();
    assert_eq!(promotion["metadata"]["annotations"]["image-factory/reason"], reason);
    let readme = include_str!("../../README.md");
    let (_, block) = readme.split_once("<!-- operate: trigger -->\n```text\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let (outcome, ..) = in_cluster(&objects(Vec::new()), &["--dry-run", "--reason", "CVE-2026-1234"]);
    assert_eq!(outcome.stdout, block);
    let (outcome, calls, _) = in_cluster(&objects(Vec::new()), &["--format", "json"]);
    let document = crate::programs::document(&outcome);
    assert_eq!(document["result"]["via"], "cluster");
    assert_eq!((&document["result"]["started"][0]["state"], calls.len()), (&json!("started"), 1));
}
