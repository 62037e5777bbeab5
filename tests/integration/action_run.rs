//! The action, and the workflow that `init` writes and `workflow --ci` prints: every step of them is run (`runner`).
//!
//! `.ci/run` shows these runs, and has the action build the tool from its sources as a user's run does.

use crate::harness::Folder;
use crate::runner::{Event, GitHub, has_command, root, run_job, title, yaml};
use serde_json::Value;

const WORKFLOW: &str = ".github/workflows/image-factory.yml";
const IMAGES: &str = "image-factory/images.yaml";

const BUILD: &str = "on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string, default: manual}
      base_image: {type: string, default: \"\"}
concurrency: {group: web}
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
    - uses: actions/checkout@v6
    - uses: docker/build-push-action@v6
      with: {context: apps/web, push: true, pull: true, tags: \"ghcr.io/acme/web:1.0.0\"}
";

/// A repository as a new user has it after `init`, `synth` and a commit.
struct Factory {
    github: GitHub,
    files: Folder,
    main: String,
}

impl Factory {
    fn new() -> Option<Self> {
        let files = Folder::empty();
        files.write("apps/web/Dockerfile", "FROM node:22-slim\n");
        files.write(".github/workflows/web.yml", BUILD);
        let github = GitHub::with(&files)?;
        // Who has the tool nobody can know.
        let init = files.run(&["init", "--yes", "--action", "acme/image-factory@main"]);
        assert_eq!(init.code, 0, "{}", init.stderr);
        let printed = files.run(&["workflow", "--ci", "--action", "acme/image-factory@main"]).stdout;
        assert_eq!(files.read(WORKFLOW), printed);
        // A person has looked.
        let sure = |line: &str| line.split(" # unsure:").next().unwrap_or_default().to_owned() + "\n";
        files.write(IMAGES, files.read(IMAGES).lines().map(sure).collect::<String>());
        assert_eq!(files.run(&["synth"]).code, 0);
        let main = github.commit(&files, "main");
        Some(Self { github, files, main })
    }

    /// Commits what was changed as the head of pull request 7; its merge with main.
    fn pull_request(&self) -> Event {
        let folder = self.files.path().to_str().unwrap();
        let head = self.github.commit(&self.files, "change");
        self.github.git(folder, &format!("checkout -q --detach {}", self.main));
        self.github.git(folder, &format!("merge -q --no-ff -m merge {head}"));
        self.github.publish(&self.files, "refs/pull/7/merge");
        let merge = self.github.git(folder, "rev-parse HEAD");
        self.github.git(folder, &format!("checkout -q --detach {head}"));
        Event::pull_request(&merge, &self.main)
    }

    fn workflow(&self) -> String {
        self.files.read(WORKFLOW)
    }
}

/// No step may be one that is only parsed.
fn every_step_was_run(steps: &Value, logs: &[&str]) {
    for step in steps.as_array().unwrap() {
        let line = format!("## {}\n", title(step));
        assert!(logs.iter().any(|log| log.contains(&line)), "no test runs this step: {line}");
    }
}

#[test]
fn a_pull_request_is_checked_by_the_workflow_that_init_writes() {
    let Some(factory) = Factory::new() else { return };
    let images = factory.files.read(IMAGES);
    let worker =
        "- name: worker\n  repository: acme/worker\n  source: {repo: acme/worker}\n  baseImages: [\"node:22-slim\"]\n";
    factory.files.write(IMAGES, images + worker);
    let event = factory.pull_request();
    let run = run_job(&factory.github, &factory.workflow(), "check", &event).expect("it is for pull requests");
    assert!(run_job(&factory.github, &factory.workflow(), "update", &event).is_none(), "the other job is for the rest");
    assert!(!run.ok, "{}", run.log);
    assert!(has_command(&run.log, "::error title=image-factory synth::the manifests are behind"), "{}", run.log);
    for line in [
        "| `discover` | :white_check_mark: the lock is what the Dockerfiles say |",
        "| `lint` | :white_check_mark: no problems |",
        "| `synth` | :x: the manifests are behind: run image-factory synth, and commit |",
        "| `diff` | shown below |",
    ] {
        assert!(run.summary.contains(line), "{}", run.summary);
    }
    every_step_was_run(&yaml(&factory.workflow())["jobs"]["check"]["steps"], &[&run.log]);
    let action = std::fs::read_to_string(root().join("action.yml")).unwrap();
    every_step_was_run(&yaml(&action)["runs"]["steps"], &[&run.log]);
    let says = "node:22-slim now also rebuilds worker (acme/worker)";
    assert!(run.summary.contains(says), "{}", run.summary);
    let comments = factory.github.list("comments");
    assert!(comments.len() == 1 && comments[0]["body"].as_str().unwrap().contains(says), "{comments:?}");

    assert_eq!(factory.files.run(&["synth"]).code, 0);
    factory.files.write(IMAGES, factory.files.read(IMAGES).replace("name: worker", "name: helper"));
    assert_eq!(factory.files.run(&["synth"]).code, 0);
    let run = run_job(&factory.github, &factory.workflow(), "check", &factory.pull_request()).unwrap();
    assert!(run.ok, "{}", run.log);
    assert!(
        run.log.contains("actions/cache/restore: found") && run.log.contains("## Build image-factory (skipped)"),
        "{}",
        run.log
    );
    let comments = factory.github.list("comments");
    assert!(comments.len() == 1 && comments[0]["body"].as_str().unwrap().contains("helper"), "{comments:?}");
}

#[test]
fn a_dockerfile_that_moves_becomes_one_pull_request() {
    let Some(factory) = Factory::new() else { return };
    let run = |event: &Event| run_job(&factory.github, &factory.workflow(), "update", event).unwrap();
    let quiet = run(&Event::push(&factory.main));
    assert!(quiet.ok && quiet.log.contains("nothing has moved"), "{}", quiet.log);

    factory.files.write("apps/web/Dockerfile", "FROM node:24-slim\n");
    let moved = factory.github.commit(&factory.files, "main");
    let first = run(&Event::push(&moved));
    assert!(first.ok, "{}", first.log);
    assert!(factory.github.file("image-factory/update", "dist/image-factory.k8s.yaml").contains("node-24-slim"));
    assert!(factory.github.file("image-factory/update", "image-factory/images.lock.yaml").contains("node:24-slim"));
    let pulls = factory.github.list("pulls");
    assert!(pulls.len() == 1 && pulls[0]["head"] == "image-factory/update" && pulls[0]["base"] == "main", "{pulls:?}");
    let again = run(&Event::dispatch(&moved, "web"));
    assert!(again.ok && again.log.contains("image-factory/update has it already"), "{}", again.log);
    assert_eq!(factory.github.list("pulls").len(), 1);

    // An image whose Dockerfile nobody can read does not keep the others back, and the run is red.
    let other = "- name: other\n  repository: acme/other\n  source: {repo: acme/other}\n";
    factory.files.write(IMAGES, factory.files.read(IMAGES) + other);
    factory.files.write("apps/web/Dockerfile", "FROM node:26-slim\n");
    let unread = factory.github.commit(&factory.files, "main");
    let run = run(&Event::push(&unread));
    every_step_was_run(&yaml(&factory.workflow())["jobs"]["update"]["steps"], &[&first.log, &run.log]);
    assert!(!run.ok && has_command(&run.log, "::error::some Dockerfiles could not be read"), "{}", run.log);
    assert!(factory.github.file("image-factory/update", "dist/image-factory.k8s.yaml").contains("node-26-slim"));
}
