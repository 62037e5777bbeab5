//! One Dockerfile that is built in several ways, by several values of a build argument.

use crate::harness::{Folder, Outcome};
use crate::init::repository;

const DOCKERFILE: &str =
    "ARG NODE=22\nARG OS=slim\nFROM node:${NODE}-${OS} AS build\nFROM alpine:3\nCOPY --from=build /a /a\n";

fn images(args: &str) -> String {
    format!(
        "- name: web\n  repository: acme/web\n  source:\n    repo: acme/web\n    workflow: web.yml\n    buildArgs: {args}\n"
    )
}

fn folder(args: &str) -> Folder {
    let folder = Folder::with(&images(args));
    folder.write("Dockerfile", DOCKERFILE);
    folder
}

#[track_caller]
fn ran(folder: &Folder, call: &str, code: i32) -> Outcome {
    let outcome = folder.run(&call.split(' ').collect::<Vec<_>>());
    assert_eq!(outcome.code, code, "{}", outcome.shown());
    outcome
}

/// The images of the lock's rows, in their order.
fn bases(folder: &Folder) -> Vec<String> {
    let lock: serde_yaml::Value = serde_yaml::from_str(&folder.read("images.lock.yaml")).unwrap();
    let rows = lock["images"]["web"]["bases"].as_sequence().unwrap().clone();
    rows.iter().map(|row| row["image"].as_str().unwrap().replace("docker.io/library/", "")).collect()
}

#[test]
fn every_way_is_read_and_every_base_is_in_the_lock_once() {
    let folder = folder("{NODE: [\"20\", \"22\"], OS: [slim, alpine]}");
    ran(&folder, "discover --offline", 0);
    assert_eq!(bases(&folder), ["node:20-slim", "node:20-alpine", "node:22-slim", "node:22-alpine", "alpine:3"]);
    let lock = folder.read("images.lock.yaml");
    assert!(lock.contains("buildArgs: {NODE: ['20', '22'], OS: [slim, alpine]}"), "{lock}");
    assert!(!ran(&folder, "discover --offline --check", 0).stdout.contains('+'));
}

/// A base each, with its Warehouse and its Stage; and the Stage of one tells nothing of the others.
#[test]
fn every_base_has_its_trigger() {
    let folder = folder("{NODE: [\"20\", \"22\"]}");
    ran(&folder, "discover --offline", 0);
    let manifests = ran(&folder, "synth --stdout", 0).stdout;
    for base in ["node-20-slim", "node-22-slim", "alpine-3"] {
        for kind in ["\nkind: Warehouse\n", "\nkind: Stage\n"] {
            let documents = manifests.split("---\n").filter(|document| document.contains(kind));
            let of_base = documents.filter(|document| {
                document.contains(&format!("\n  name: {base}\n"))
                    || document.contains(&format!("\n  name: rebuild-trigger-{base}\n"))
            });
            assert_eq!(of_base.count(), 1, "{kind} of {base}");
        }
    }
}

#[test]
fn one_value_in_a_list_is_that_value() {
    let one = folder("{NODE: [\"20\"]}");
    let text = folder("{NODE: \"20\"}");
    for folder in [&one, &text] {
        ran(folder, "discover --offline", 0);
    }
    assert_eq!(one.read("images.lock.yaml"), text.read("images.lock.yaml"));
}

#[test]
fn another_value_makes_the_lock_stale() {
    for (before, after, is_stale) in [
        ("{NODE: [\"20\", \"22\"]}", "{NODE: [\"20\", \"24\"]}", true),
        ("{NODE: [\"20\", \"22\"]}", "{NODE: \"20\"}", true),
        ("{NODE: \"20\"}", "{NODE: [\"20\", \"22\"]}", true),
        ("{NODE: [\"20\", \"22\"]}", "{NODE: [ \"20\",   \"22\" ]}", false),
    ] {
        let folder = folder(before);
        ran(&folder, "discover --offline", 0);
        folder.write("images.yaml", images(after));
        let said = ran(&folder, "synth --stdout", 0).stderr.contains("its build arguments have changed");
        assert_eq!(said, is_stale, "{before} {after}");
    }
}

#[test]
fn what_cannot_be_given_is_refused() {
    let many = |count: usize| (0..count).map(|n| format!("\"{n}\"")).collect::<Vec<_>>().join(", ");
    for (args, said) in [
        ("{NODE: []}", "the build argument NODE has no value: the list is empty"),
        ("{NODE: [\"20\", \"20\"]}", "`20` stands twice among the values of NODE"),
        ("{NODE: [\"20\", 22]}", "put it in quotes: `\"22\"`"),
        ("{NODE: [\"20\", [\"22\"]]}", "text is needed here"),
        ("{NODE: {a: b}}", "`NODE` is a mapping; it needs text"),
        ("{NODE: [\"20\", \"${{ secret('x') }}\"]}", "the build argument holds an expression"),
        (&format!("{{A: [{}], B: [{}]}}", many(8), many(9)), "built in more than 64 ways"),
        (&format!("{{A: [{}]}}", many(65)), "built in more than 64 ways"),
    ] {
        let outcome = ran(&folder(args), "synth --stdout", 2);
        assert!(outcome.stderr.contains(said), "{args}\n{}", outcome.stderr);
        assert_eq!(outcome.stdout, "");
    }
    ran(&folder(&format!("{{A: [{}], B: [{}]}}", many(8), many(8))), "synth --stdout", 0);
}

#[test]
fn problems_of_several_ways_are_said_once() {
    let folder = folder("{NODE: [\"20\", \"22\"]}");
    folder.write("Dockerfile", "ARG NODE\nARG V\nFROM node:$NODE\nFROM x:$V\nCOPPY a\n");
    let outcome = ran(&folder, "discover --offline", 3);
    assert_eq!(outcome.stderr.matches("cannot be resolved").count(), 1, "{}", outcome.stderr);
    assert_eq!(outcome.stderr.matches("unknown instruction").count(), 1);
}

/// A stage that only one of the ways needs is needed.
#[test]
fn a_stage_may_be_chosen_by_a_build_argument() {
    let folder = folder("{NODE: [a, b]}");
    folder.write("Dockerfile", "ARG NODE=a\nFROM alpine:3 AS a\nFROM debian:13 AS b\nFROM golang:1 AS c\nFROM $NODE\n");
    ran(&folder, "discover --offline", 0);
    assert_eq!(bases(&folder), ["alpine:3", "debian:13"]);
}

#[test]
fn the_workflow_of_an_entry_builds_once() {
    let folder = folder("{NODE: [\"20\", \"22\"]}");
    let outcome = ran(&folder, "workflow web", 2);
    assert!(outcome.stderr.contains("web is built with several values of NODE"), "{}", outcome.stderr);
}

#[test]
fn add_takes_several_values() {
    let folder = Folder::with("- {name: a, repository: x/a, source: {repo: x/a}, baseImages: [alpine:3]}\n");
    ran(
        &folder,
        "add web --repo acme/web --build-arg NODE=20 --build-arg OS=slim --build-arg NODE=22 --base node:22",
        0,
    );
    assert!(
        folder.read("images.yaml").contains("buildArgs: {NODE: [\"20\", \"22\"], OS: slim}"),
        "{}",
        folder.read("images.yaml")
    );
}

/// What `synth` asks a Job to look at is what `analyze` reads.
#[test]
fn the_job_looks_at_every_way() {
    let folder = folder("{NODE: [\"20\", \"22\"]}");
    let text = format!(
        "analysis: {{mode: job, image: ghcr.io/acme/image-factory:1}}\nimages:\n{}",
        images("{NODE: [\"20\", \"22\"]}")
    );
    folder.write("images.yaml", text);
    ran(&folder, "discover --offline", 0);
    let manifests = ran(&folder, "synth --stdout", 0).stdout;
    assert!(manifests.contains("\"buildArgs\":{\"NODE\":[\"20\",\"22\"]}"), "{manifests}");
    assert!(manifests.contains("node:20-slim") && manifests.contains("node:22-slim"));
}

const MATRIX: &str = "on:
  workflow_dispatch:
    inputs: {version_bump: {}, triggered_by: {}, base_image: {}}
concurrency: {group: web}
jobs:
  build:
    runs-on: ubuntu-latest
    strategy: {matrix: {node: ['20', '22']}}
    steps:
      - uses: docker/build-push-action@v6
        with: {push: true, tags: 'ghcr.io/acme/web:1.0.0', build-args: \"NODE=${{ matrix.node }}\"}
";

fn linted(args: &str, workflow: &str) -> String {
    let folder = folder(args);
    folder.write(".github/workflows/web.yml", workflow);
    ran(&folder, "discover --offline", 0);
    folder.run(&["lint"]).stdout
}

#[test]
fn lint_compares_all_values() {
    let one = linted("{NODE: \"20\"}", MATRIX);
    assert!(
        one.contains("web.yml builds web with `NODE=22`; its bases were found with `NODE=22`")
            || one.contains("builds web with `NODE=22`"),
        "{one}"
    );
    assert!(one.contains("write `buildArgs: {NODE: [\"20\", \"22\"]}` under `source` of web"), "{one}");
    let both = linted("{NODE: [\"20\", \"22\"]}", MATRIX);
    assert!(!both.contains("IF105"), "{both}");
    let other = linted("{NODE: [\"20\", \"22\", \"24\"]}", MATRIX);
    assert!(other.contains("web.yml builds web with no `24` of NODE, which images.yaml says"), "{other}");
    let less = linted("{NODE: [\"20\", \"24\"]}", MATRIX);
    assert!(less.contains("builds web with `NODE=22`; its bases were found with `20` and `24` of it"), "{less}");
}

/// Builds of one run that nothing in the registry tells apart are one image with all values; others have an entry each.
#[test]
fn init_puts_together_what_tags_do_not_tell_apart() {
    let shown = |tags: &str, matrix: &str, args: &str| {
        let workflow = format!(
            "on:\n  workflow_dispatch:\n    inputs: {{version_bump: {{}}, triggered_by: {{}}, base_image: {{}}}}\njobs:\n  b:\n    runs-on: ubuntu-latest\n    strategy: {{matrix: {matrix}}}\n    steps:\n    - uses: docker/build-push-action@v6\n      with:\n        push: true\n        tags: {tags}\n        build-args: |\n          {args}\n"
        );
        let files = [("Dockerfile", DOCKERFILE), (".github/workflows/ci.yml", workflow.as_str())];
        let folder = repository(Some("https://github.com/acme/web"), &files);
        let outcome = ran(&folder, "init --yes", 0);
        let lint = folder.run(&["lint"]);
        // Of ways that are left out lint says so too.
        assert_eq!(lint.stdout.contains("IF105"), outcome.stdout.contains("in another way too"), "{}", lint.shown());
        outcome.stdout
    };
    let nodes = "{node: ['20', '22']}";
    let node = "NODE=${{ matrix.node }}";
    let one = shown("ghcr.io/acme/web:1.0.0", nodes, node);
    assert!(one.contains("    buildArgs: {NODE: [\"20\", \"22\"]}\n") && one.matches("- name:").count() == 1, "{one}");
    let each = shown("'ghcr.io/acme/web:1.0.0-${{ matrix.node }}'", nodes, node);
    assert_eq!(each.matches("- name:").count(), 2, "{each}");
    let both = shown(
        "ghcr.io/acme/web:1.0.0",
        "{node: ['20', '22'], os: [slim, alpine]}",
        "NODE=${{ matrix.node }}\n          OS=${{ matrix.os }}",
    );
    assert!(both.contains("    buildArgs: {NODE: [\"20\", \"22\"], OS: [slim, alpine]}\n"), "{both}");
    // Not every value meets every other: a list would say more than is built.
    let some = shown(
        "ghcr.io/acme/web:1.0.0",
        "{include: [{node: '20', os: slim}, {node: '24', os: alpine}]}",
        "NODE=${{ matrix.node }}\n          OS=${{ matrix.os }}",
    );
    assert!(some.contains("built in another way too, which is pushed with the same tags"), "{some}");
}
