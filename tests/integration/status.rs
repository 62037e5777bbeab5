//! `status`, over each row of the README's tables of what can go wrong.

use crate::harness::Folder;
use crate::kubectl::{self, FAILED, FOUND, LOOKING, PROJECT, WEB};
use crate::kubectl::{calls, config, digest, freight, list, promotion, stage, stand_in, warehouse};
use serde_json::{Value, json};
use std::fmt::Write as _;

const STAGE: &str = "rebuild-trigger-node-22";
const SOAK: &str = "soak-node-22";
const MADE: &str = "2026-11-30T12:00:00Z";
const LATER: &str = "2026-11-30T12:05:00Z";

/// What there is: a base with its Warehouse, Freight and one Stage that is automatic.
fn objects(more: Vec<Value>) -> Vec<Value> {
    let direct = json!({"direct": true});
    let mut all = vec![
        config(&[STAGE]),
        warehouse(FOUND, "Successfully discovered artifacts from 1 subscriptions", Some(&digest('a'))),
        stage(STAGE, &direct, &json!([]), &["web", "api"], &json!({"autoPromotionEnabled": true})),
        freight(
            "f1",
            'a',
            MADE,
            &json!({"metadata": {"sent-api": 1_796_040_606_000_i64, STAGE: {"since": 1_796_040_600_000_i64, "done": "", "baseline": false}}}),
        ),
    ];
    // What comes later is there in place of what has its name.
    for object in more {
        let is_same =
            |one: &Value| one["kind"] == object["kind"] && one["metadata"]["name"] == object["metadata"]["name"];
        all.retain(|one| !is_same(one));
        all.push(object);
    }
    all
}

fn shown(objects: &[Value], arguments: &[&str]) -> String {
    let folder = Folder::with(WEB);
    stand_in(&folder, &[("get stages", 0, list(objects), "")]);
    let outcome = kubectl::run(&folder, &[&["status"], arguments].concat());
    format!("exit {}\n{}{}", outcome.code, without_ages(&outcome.stdout), outcome.stderr)
}

/// How long ago is another number each day.
fn without_ages(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| match (line.find(" ("), line.find(" ago)")) {
            (Some(from), Some(to)) if from < to => format!("{}{}", &line[..from], &line[to + 5..]),
            _ => line.to_owned(),
        })
        .collect()
}

/// A message of the step that asks for web.
fn refused(status: u16, says: &str) -> String {
    format!(
        "HTTP ({status}) response met failure criteria: \"rebuild of web (acme/web, web.yml at main) was not dispatched. GitHub says: {says}; check that it is right\""
    )
}

fn failed(message: &str) -> Vec<Value> {
    let report =
        format!("step \"report\": failed: 1 of 2 rebuilds were not dispatched: web. step \"try-web\": {message}");
    let steps = [
        ("try-api", "Succeeded", ""),
        ("try-web", "Failed", message),
        ("trigger-web", "Skipped", ""),
        ("report", "Failed", ""),
    ];
    vec![promotion(STAGE, "f1", LATER, "Failed", &report, &steps)]
}

fn running(alias: &str, message: &str) -> Vec<Value> {
    let steps = [
        ("try-api", "Succeeded", ""),
        ("try-web", "Failed", "HTTP (503) response met failure criteria"),
        (alias, "Running", message),
    ];
    vec![promotion(STAGE, "f1", LATER, "Running", message, &steps)]
}

/// A condition, what makes it, the code of the answer and what is in it.
type Case = (&'static str, Vec<Value>, i32, &'static [&'static str]);

/// README, "A workflow does not start".
fn dispatches() -> Vec<Case> {
    let secret = "step \"check-github-credentials\": failed: Secret github-credentials in Namespace image-factory-kargo is missing, or its key password is missing or empty; nothing was dispatched";
    vec![
        (
            "no Secret",
            vec![
                promotion(STAGE, "f1", LATER, "Failed", secret, &[("check-github-credentials", "Failed", "")]),
                freight("f1", 'a', MADE, &json!({})),
            ],
            1,
            &[
                "there is no token: Secret github-credentials in Namespace image-factory-kargo or its key password is missing or empty",
                "kubectl create secret generic github-credentials -n image-factory-kargo --from-file=password=/dev/stdin",
            ],
        ),
        (
            "401",
            failed(&refused(401, "Bad credentials")),
            1,
            &[
                "web  not dispatched",
                "the token is not valid, or has expired",
                "api  dispatched Mon 2026-11-30 12:10 UTC",
            ],
        ),
        (
            "403",
            failed(&refused(403, "Resource not accessible by personal access token")),
            1,
            &["the token may not start it"],
        ),
        ("404", failed(&refused(404, "Not Found")), 1, &["there is no such repository or workflow", "`source.repo`"]),
        ("no branch", failed(&refused(422, "No ref found for: main")), 1, &["the branch is not there"]),
        (
            "no event",
            failed(&refused(422, "Workflow does not have 'workflow_dispatch' trigger")),
            1,
            &["cannot be started by hand"],
        ),
        (
            "no input",
            failed(&refused(422, "Unexpected inputs provided: [\\\"base_image\\\"]")),
            1,
            &["Unexpected inputs provided: [\"base_image\"]"],
        ),
        (
            "put off for ever",
            vec![promotion(
                STAGE,
                "f1",
                LATER,
                "Failed",
                "x",
                &[
                    ("try-web", "Failed", "HTTP (503) x"),
                    (
                        "trigger-web",
                        "Failed",
                        "step \"trigger-web\" timed out after 1h10m0s; before that: x. GitHub says: Unavailable",
                    ),
                ],
            )],
            1,
            &["GitHub has put it off until the time for it was over, and says: Unavailable"],
        ),
        (
            "no network",
            vec![promotion(
                STAGE,
                "f1",
                LATER,
                "Failed",
                "step \"wait-for-github\" timed out after 1h10m0s; error sending HTTP request: dial tcp: refused",
                &[
                    ("try-web", "Failed", "error sending HTTP request: dial tcp: connection refused"),
                    ("wait-for-github", "Failed", "x"),
                ],
            )],
            1,
            &["the host cannot be reached: dial tcp: connection refused"],
        ),
    ]
}

/// README, the end of that and "A Stage does not promote".
fn waiting() -> Vec<Case> {
    let soaked = |status: Value| {
        let sources = json!({"stages": [SOAK], "requiredSoakTime": "168h0m0s"});
        vec![
            config(&[STAGE, SOAK]),
            stage(STAGE, &sources, &json!([]), &["web", "api"], &json!({})),
            stage(SOAK, &json!({"direct": true}), &json!([]), &[], &json!({})),
            freight("f1", 'a', MADE, &status),
        ]
    };
    vec![
        (
            "put off",
            running("trigger-web", ""),
            0,
            &["node:22  waits", "asks again for web, which was put off", "web  put off", "api  dispatched"],
        ),
        (
            "GitHub is down",
            running("wait-for-github", "error sending HTTP request: dial tcp: connection refused"),
            0,
            &["waits until github takes requests again: the host cannot be reached"],
        ),
        (
            "all well",
            vec![promotion(
                STAGE,
                "f1",
                LATER,
                "Succeeded",
                "",
                &[("try-api", "Succeeded", ""), ("try-web", "Succeeded", "")],
            )],
            0,
            &["node:22  done", "was promoted; ended Mon 2026-11-30 12:10 UTC", "web  dispatched"],
        ),
        ("by hand", vec![config(&[])], 0, &["node:22  by hand", "waits for somebody to promote it"]),
        (
            "it rests",
            soaked(
                json!({"currentlyIn": {SOAK: {"since": "2126-11-30T12:00:00Z"}}, "verifiedIn": {SOAK: {"verifiedAt": MADE}}}),
            ),
            0,
            &["rests for 7 days; rebuilds begin on "],
        ),
        (
            "it has rested",
            soaked(
                json!({"currentlyIn": {SOAK: {"since": "2026-01-01T12:00:00Z"}}, "verifiedIn": {SOAK: {"verifiedAt": MADE}}}),
            ),
            0,
            &["Kargo has not promoted it yet"],
        ),
        (
            "it rested long before",
            soaked(json!({"verifiedIn": {SOAK: {"verifiedAt": MADE, "longestSoak": "200h0m0s"}}})),
            0,
            &["Kargo has not promoted it yet"],
        ),
        ("it is not in the Stage yet", soaked(json!({})), 0, &["is about to rest for 7 days"]),
        (
            "approved",
            soaked(json!({"approvedFor": {STAGE: {"approvedAt": MADE}}})),
            0,
            &["Kargo has not promoted it yet"],
        ),
        (
            "another one runs",
            vec![
                promotion(STAGE, "f0", MADE, "Running", "", &[("try-web", "Running", "")]),
                promotion(STAGE, "f1", LATER, "Pending", "", &[]),
            ],
            0,
            &["node:22  waits", "waits for the Promotion rebuild-trigger-node-22.20261130t120000z.f0, which runs"],
        ),
        (
            "a hold",
            vec![stage(
                STAGE,
                &json!({"direct": true}),
                &json!([]),
                &["web"],
                &json!({"autoPromotionHolds": {"Warehouse/node-22": {"freightName": "f0"}}}),
            )],
            0,
            &["node:22  held", "somebody has promoted the Freight f0, which stays until it is released"],
        ),
    ]
}

/// README, "There is no Freight".
fn found() -> Vec<Case> {
    vec![
        (
            "moved back",
            vec![
                freight("f0", 'b', "2026-11-29T12:00:00Z", &json!({})),
                warehouse(FOUND, "Successfully discovered artifacts from 1 subscriptions", Some(&digest('b'))),
            ],
            0,
            &["its tag was moved back to an older digest"],
        ),
        (
            "moved back, at the next poll",
            vec![
                freight("f0", 'b', "2026-11-29T12:00:00Z", &json!({})),
                warehouse(LOOKING.0, LOOKING.1, Some(&digest('b'))),
            ],
            0,
            &["its tag was moved back to an older digest"],
        ),
        (
            "no such tag",
            vec![warehouse(FAILED, "No references discovered for image repository \"docker.io/library/node\"", None)],
            1,
            &["node:22  failed", "the registry has no such tag"],
        ),
        (
            "no such repository",
            vec![warehouse(
                FAILED,
                "Artifact discovery failed: error listing tags: GET https://ghcr.io/v2/acme/api/tags/list?n=1000: NAME_UNKNOWN: Unknown name",
                None,
            )],
            1,
            &["the registry has no such repository"],
        ),
        (
            "no login",
            vec![warehouse(
                FAILED,
                "Artifact discovery failed: GET https://ghcr.io/v2/x: UNAUTHORIZED: authentication required",
                None,
            )],
            1,
            &["the registry does not let Kargo read it"],
        ),
    ]
}

/// What is in no table there.
fn others() -> Vec<Case> {
    vec![
        (
            "a window",
            vec![
                stage(
                    STAGE,
                    &json!({"direct": true}),
                    &json!([{"name": "schedule", "value": "Sat-Sun in Europe/London"}]),
                    &["web"],
                    &json!({}),
                ),
                promotion(STAGE, "f1", LATER, "Running", "", &[("wait-for-window", "Running", "")]),
            ],
            0,
            &["waits for its window"],
        ),
        (
            "the first digest",
            vec![
                freight("f1", 'a', MADE, &json!({"metadata": {STAGE: {"since": 1, "done": "x", "baseline": true}}})),
                promotion(STAGE, "f1", LATER, "Succeeded", "", &[("try-web", "Skipped", "")]),
            ],
            0,
            &["web  not built: the digest was there first"],
        ),
        (
            "a run",
            vec![
                freight(
                    "f1",
                    'a',
                    MADE,
                    &json!({"metadata": {"sent-web": 1_796_040_606_000_i64, "run-web": {"id": "7", "page": "https://github.com/acme/web/actions/runs/7"}}}),
                ),
                promotion(
                    STAGE,
                    "f1",
                    LATER,
                    "Failed",
                    "x",
                    &[
                        ("try-web", "Succeeded", ""),
                        (
                            "await-web",
                            "Failed",
                            "HTTP (200) response met failure criteria: \"the run of web ended as failure: https://github.com/acme/web/actions/runs/7\"",
                        ),
                    ],
                ),
            ],
            1,
            &["web  its run failed", "      https://github.com/acme/web/actions/runs/7", "its run ended as failure"],
        ),
        (
            "a Dockerfile that has changed",
            vec![
                promotion("analyze-dockerfile-web", "g1", LATER, "Failed", "apps/Dockerfile has changed", &[]),
                stage("analyze-dockerfile-web", &json!({"direct": true}), &json!([]), &[], &json!({})),
            ],
            1,
            &["web  its Dockerfile is not what the lock says", "`image-factory discover web`"],
        ),
        (
            "a Promotion is gone",
            vec![freight("f1", 'a', MADE, &json!({"currentlyIn": {STAGE: {"since": MADE}}}))],
            0,
            &["node:22  done", "was promoted"],
        ),
        (
            "ended by hand",
            vec![promotion(STAGE, "f1", LATER, "Aborted", "", &[])],
            1,
            &["its Promotion was ended before it was done"],
        ),
    ]
}

#[test]
fn each_fault_of_the_readme_has_its_answer() {
    let cases = [dispatches(), waiting(), found(), others()];
    let mut wrong = String::new();
    for (name, more, code, says) in cases.into_iter().flatten() {
        let shown = shown(&objects(more), &[]);
        let missing: Vec<&&str> = says.iter().filter(|words| !shown.contains(**words)).collect();
        if !missing.is_empty() || !shown.starts_with(&format!("exit {code}\n")) {
            writeln!(wrong, "{name}: exit {code} and {missing:#?} expected of\n{shown}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What Kargo has not looked at yet is not wrong.
#[test]
fn a_first_look_is_waited_for() {
    let mut first = objects(vec![warehouse(LOOKING.0, LOOKING.1, None)]);
    first.retain(|object| object["kind"] != "Freight");
    let shown = shown(&first, &[]);
    assert!(shown.starts_with("exit 0\n") && shown.contains("\nnode:22  waits\n"), "{shown}");
    assert!(shown.contains("Kargo is not done with it; Kargo says: Waiting for discovery to complete"), "{shown}");
}

/// What the README shows is what is said.
#[test]
fn a_report_reads_well() {
    let readme = include_str!("../../README.md");
    let (_, block) = readme.split_once("<!-- operate: status -->\n```text\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let shown = shown(&objects(failed(&refused(404, "Not Found"))), &[]);
    assert_eq!(shown, format!("exit 1\n{}", without_ages(block)));
    // Sentences are wrapped below where they begin.
    let folder = Folder::with(WEB);
    stand_in(&folder, &[("get stages", 0, list(&objects(failed(&refused(404, "Not Found")))), "")]);
    let narrow = kubectl::run_with(&folder, &[("COLUMNS", "60")], &["status"]).stdout;
    assert!(narrow.lines().all(|line| line.chars().count() <= 60), "{narrow}");
    assert!(narrow.contains("\n      does not see it; GitHub"), "{narrow}");
}

/// Of many images the worst are told one by one; programs are told of all.
#[test]
fn of_many_images_the_worst_are_told() {
    let names: Vec<String> = (0..50).map(|n| format!("i{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let steps =
        [("try-i7", "Failed", "HTTP (404) was not dispatched. GitHub says: Not Found"), ("try-i8", "Succeeded", "")];
    let all = objects(vec![
        stage(STAGE, &json!({"direct": true}), &json!([]), &names, &json!({})),
        promotion(STAGE, "f1", LATER, "Running", "", &steps),
    ]);
    let told = shown(&all, &[]);
    assert!(told.contains("\n    i7   not dispatched\n"), "{told}");
    assert!(told.contains("\n    and 30 more: 29 not yet, 1 dispatched\n"), "{told}");
    assert_eq!(shown(&all, &["--format", "json"]).matches("\"got\"").count(), 50);
}

/// Nobody is shown a credential that stands in a message or a name.
#[test]
fn no_credential_of_a_cluster_is_shown() {
    let token = "ghp_0000S3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3";
    let mut all = objects(failed(&refused(404, token)));
    all.push(promotion("analyze-dockerfile-web", "g1", LATER, "Failed", token, &[]));
    all.push(stage("analyze-dockerfile-web", &json!({"direct": true}), &json!([]), &[], &json!({})));
    for arguments in [&[][..], &["--format", "json"]] {
        let shown = shown(&all, arguments);
        assert!(shown.contains("ghp_0000***") && !shown.to_lowercase().contains("s3cr3t"), "{shown}");
    }
}

/// The cluster is asked once, for one Namespace, and nothing is changed.
#[test]
fn kubectl_is_asked_once_and_given_the_flags() {
    let folder = Folder::with(WEB);
    stand_in(&folder, &[("get stages", 0, list(&objects(Vec::new())), "")]);
    let outcome = kubectl::run(&folder, &["status", "--context", "my cluster", "--kubeconfig", "k.yaml", "--verbose"]);
    assert_eq!(outcome.code, 0, "{}", outcome.shown());
    let kinds = ["stages", "promotions", "freights", "warehouses", "projectconfigs"];
    let kinds = kinds.map(|kind| format!("{kind}.kargo.akuity.io")).join(",");
    let expected =
        format!("get {kinds} -n {PROJECT} -o json --context=my cluster --kubeconfig=k.yaml --request-timeout=60s");
    assert_eq!(calls(&folder), [expected]);
    let typed = format!("kubectl get {kinds} -n {PROJECT} -o json '--context=my cluster' --kubeconfig=k.yaml");
    assert!(outcome.stderr.contains(&typed), "{}", outcome.stderr);
    let outcome = kubectl::run(&folder, &["status", "--namespace", "other"]);
    assert_eq!(outcome.code, 2, "{}", outcome.shown());
    assert!(calls(&folder)[1].contains(" -n other "));
}

/// Without `ProjectConfig`, as in the README's call, a Stage says itself that it is automatic.
#[test]
fn stdin_will_do_and_needs_no_images_yaml() {
    let mut objects = objects(Vec::new());
    objects.retain(|object| object["kind"] != "ProjectConfig");
    let folder = Folder::empty();
    let run = |text: &str, arguments: &[&str]| {
        use std::io::Write as _;
        use std::process::Stdio;
        let mut command = crate::harness::command(folder.path(), &[&["status", "-"], arguments].concat());
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
        crate::harness::Outcome::of(child.wait_with_output().unwrap())
    };
    let outcome = run(&list(&objects), &[]);
    assert!(outcome.code == 0 && outcome.stdout.contains("Kargo has not promoted it yet"), "{}", outcome.shown());
    // One object behind the other is what several calls of kubectl print.
    let one_by_one: String = objects.iter().map(|object| format!("{object}\n")).collect();
    assert_eq!(run(&one_by_one, &[]).stdout, outcome.stdout);
    let document = crate::programs::document(&run(&list(&objects), &["--format", "json"]));
    let base = &document["result"]["projects"][0]["bases"][0];
    assert_eq!(
        (&base["image"], &base["digest"], &base["since"]),
        (&json!("node:22"), &json!(digest('a')), &json!(MADE))
    );
    assert_eq!(
        base["rebuilds"][0]["images"][0],
        json!({"name": "api", "got": "dispatched", "at": "2026-11-30T12:10:06Z"})
    );
    let outcome = run(&list(&objects), &["node:22", "web"]);
    assert_eq!(outcome.code, 0, "{}", outcome.shown());
    let outcome = run(&list(&objects), &["node:23"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("did you mean `node:22`?"), "{}", outcome.shown());
    for (text, code, says) in [
        ("", 2, "it is empty"),
        ("[1, 2]", 2, "invalid type"),
        ("{\"items\": 7}", 2, "a list of objects"),
        ("{\"items\": [{\"kind\": \"Stage\"", 2, "line 1: EOF"),
        ("apiVersion: v1\nkind: List\n", 2, "kubectl get stages,promotions,freight,warehouses"),
        ("{\"items\": []}", 2, "there is nothing there that image-factory has made"),
    ] {
        let outcome = run(text, &[]);
        assert!(outcome.code == code && outcome.stderr.contains(says), "{text}: {}", outcome.shown());
    }
}

/// Values of other kinds than Kargo's are as good as none, and what acts on a terminal is made visible.
#[test]
fn hostile_objects_break_nothing() {
    let kinds = [json!(null), json!(7), json!("x"), json!([]), json!({}), json!([[7]]), json!({"a": {"b": []}})];
    let whole = objects(failed(&refused(404, "Not \u{1b}[2JFound\u{202e}")));
    let shown_whole = shown(&whole, &[]);
    assert!(shown_whole.contains("Not \\u{1b}[2JFound\\u{202e}") && !shown_whole.contains('\u{1b}'), "{shown_whole}");
    for index in 0..whole.len() {
        for path in paths(&whole[index]) {
            for kind in &kinds {
                let mut changed = whole.clone();
                *changed[index].pointer_mut(&path).unwrap() = kind.clone();
                let mut projects = image_factory::cluster::Projects::new();
                image_factory::cluster::read(list(&changed).as_bytes(), &mut projects).unwrap();
                let now = image_factory::grammar::moment::Moment::from_seconds(1_796_050_000);
                for (name, project) in &mut projects {
                    project.complete(name);
                    let status = image_factory::status::judge(name, project, now);
                    image_factory::status::human(&status, now, image_factory::style::Look::NONE);
                }
            }
        }
    }
}

/// All places in an object.
fn paths(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut next = vec![(String::new(), value)];
    while let Some((path, value)) = next.pop() {
        match value {
            Value::Object(fields) => {
                next.extend(fields.iter().map(|(key, value)| (format!("{path}/{}", key.replace('/', "~1")), value)));
            }
            Value::Array(items) => {
                next.extend(items.iter().enumerate().map(|(at, item)| (format!("{path}/{at}"), item)));
            }
            _ => {}
        }
        found.push(path);
    }
    found
}

#[test]
fn a_cluster_that_does_not_answer_is_said_with_what_to_do() {
    for (code, said, help) in [
        (1, "error: the server doesn't have a resource type \"stages\"", "Kargo is not installed there"),
        (
            1,
            "The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?",
            "take another one with `--context`",
        ),
        (1, "error: context \"x\" does not exist", "`kubectl config get-contexts`"),
        (
            1,
            "Error from server (Forbidden): stages.kargo.akuity.io is forbidden: User \"me\" cannot list",
            "give you the right",
        ),
        (1, "", "it fails without a word"),
    ] {
        let folder = Folder::with(WEB);
        stand_in(&folder, &[("get stages", code, String::new(), said)]);
        let outcome = kubectl::run(&folder, &["status"]);
        assert!(outcome.code == 3 && outcome.stderr.contains(help), "{said}: {}", outcome.shown());
    }
    let outcome = Folder::with(WEB).run_with(&[("PATH", "/nowhere")], &["status"]);
    assert!(outcome.code == 3 && outcome.stderr.contains("there is no kubectl in PATH"), "{}", outcome.shown());
    // What stands in the current folder is somebody else's.
    let folder = Folder::with(WEB);
    stand_in(&folder, &[("get stages", 0, list(&objects(Vec::new())), "")]);
    assert_eq!(folder.run_with(&[("PATH", "bin:./bin:")], &["status"]).code, 3);
    let outcome = kubectl::run(&folder, &["status", "--watch"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("paints a terminal"), "{}", outcome.shown());
}
