//! The mistakes of the README's table: each is found, alone, with a message that says what to write.

use crate::harness::{Folder, Outcome};
use std::fmt::Write;

const IMAGES: &str = r#"kargoVersion: "1.11"
defaults: {rebuildDelay: 3d, imageInterval: 10m}
baseImages:
- {image: "node:22-bookworm-slim", interval: 12h}
images:
- name: web
  repository: acme/web
  source:
    repo: acme/web
    branch: main
    workflow: build.yml
    buildArgs: {NODE: "22"}
  versionBump: minor
  inputs: {channel: stable}
- name: proxy
  repository: library/nginx
  tag: "1.29"
"#;

const DOCKERFILE: &str = "ARG NODE=20\nFROM node:${NODE}-bookworm-slim\nCOPY . /app\n";

const WORKFLOW: &str = "on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major]}
      triggered_by: {type: string}
      base_image: {type: string}
      channel: {type: string, required: true}
concurrency: {group: rebuild-web}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
    - uses: docker/build-push-action@v6
      with:
        build-args: NODE=22
        push: true
";

const CONFIG: &str = "[remote \"origin\"]\n\turl = git@github.com:acme/web.git\n";

/// What somebody wrote, as the README's table has it; the code; and how the files differ from those above: in which file
/// what is replaced by what.
type Mistake = (&'static str, &'static str, &'static str, &'static str, &'static str);

const I: &str = "images.yaml";
const D: &str = "Dockerfile";
const W: &str = ".github/workflows/build.yml";

#[rustfmt::skip]
const MISTAKES: [Mistake; 32] = [
    ("a misspelt key: `repositroy:`", "IF020", I, "  repository: acme/web", "  repositroy: acme/web"),
    ("a tag that is a number: `tag: 1.29`", "IF021", I, "\"1.29\"", "1.29"),
    ("a version without quotes: `kargoVersion: 1.10`", "IF021", I, "\"1.11\"", "1.10"),
    ("a tab in the indentation", "IF001", I, "  repository: acme/web", "\trepository: acme/web"),
    ("an image without `name`", "IF022", I, "- name: web\n  repository", "- repository"),
    ("a key twice in one image", "IF007", I, "  versionBump: minor", "  versionBump: minor\n  versionBump: patch"),
    ("an image that was copied, its `repository` unchanged", "IF041", I, "- name: proxy", "- {name: copy, repository: acme/web, source: {repo: acme/web, workflow: build.yml, buildArgs: {NODE: \"22\"}}, inputs: {channel: a}}\n- name: proxy"),
    ("a delay in words: `rebuildDelay: 3 days`", "IF028", I, "rebuildDelay: 3d", "rebuildDelay: 3 days"),
    ("a delay that the base never outlasts: `rebuildDelay: 90d`", "IF121", I, "rebuildDelay: 3d", "rebuildDelay: 90d"),
    ("what only stands for a name: `repository: owner/web`", "IF140", I, "  repository: acme/web", "  repository: owner/web"),
    ("nothing, behind a guess of `init`: `# unsure: ...`", "IF141", I, "  repository: acme/web", "  repository: acme/web # unsure: a guess from origin"),
    ("an address for a repository: `repo: https://github.com/acme/web`", "IF023", I, "    repo: acme/web", "    repo: https://github.com/acme/web"),
    ("a workflow without its ending: `workflow: build`", "IF023", I, "build.yml", "build"),
    ("a value that is not known: `versionBump: mayor`", "IF023", I, "versionBump: minor", "versionBump: mayor"),
    ("the registry twice: `repository: ghcr.io/acme/web`", "IF027", I, "  repository: acme/web", "  repository: ghcr.io/acme/web"),
    ("a page for an image: `baseImages: [\"https://hub.docker.com/_/node\"]`", "IF027", I, "  versionBump: minor", "  baseImages: [\"node:22-bookworm-slim\", \"https://hub.docker.com/_/node\"]"),
    ("an expression of GitHub Actions in an input", "IF026", I, "stable", "stable, ref: \"${{ github.ref }}\""),
    ("a token in `images.yaml`", "IF124", I, "stable", "ghp_0123456789abcdefghijABCDEFGHIJ012345"),
    ("an `include` that matches nothing", "IF008", I, "images:\n", "include: [team/*.yaml]\nimages:\n"),
    ("settings of a base that nobody uses any more", "IF048", I, "{image: \"node:22-bookworm-slim\"", "{image: \"node:20-bookworm-slim\""),
    ("an interval that Kargo does not keep: `imageInterval: 1m`", "IF030", I, "10m", "1m"),
    ("a commit for a branch", "IF107", I, "branch: main", "branch: 5f0c7d2b8e9a4c3d1e6f7a8b9c0d1e2f3a4b5c6d"),
    ("the wrong name of the workflow", "IF100", I, "build.yml", "biuld.yml"),
    ("a workflow without `workflow_dispatch`", "IF101", W, "  workflow_dispatch:\n", "  workflow_call:\n"),
    ("a workflow that does not declare the inputs", "IF102", W, "      triggered_by: {type: string}\n      base_image: {type: string}\n", ""),
    ("a workflow that requires another input", "IF103", W, "      channel:", "      environment: {required: true}\n      channel:"),
    ("a choice that lacks our value", "IF104", W, "[patch, minor, major]", "[patch, major]"),
    ("a workflow that builds on another version", "IF105", W, "NODE=22", "NODE=24"),
    ("a workflow whose runs overlap", "IF106", W, "concurrency: {group: rebuild-web}\n", ""),
    ("an image without a tag: `COPY --from=node`", "IF120", D, "COPY . /app", "COPY --from=node / /node"),
    ("`FROM` with a digest", "IF044", D, "-bookworm-slim", "-bookworm-slim@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
    ("an `ARG` in `FROM` that nobody gives a value", "IF071", D, "ARG NODE=20\nFROM node:${NODE}-bookworm-slim", "ARG MIRROR\nARG NODE=20\nFROM ${MIRROR}alpine:3 AS files\nFROM node:${NODE}-bookworm-slim\nCOPY --from=files /etc /etc"),
];

/// The folder with one replacement; `None` changes nothing.
fn lint(change: Option<&Mistake>, arguments: &[&str]) -> Outcome {
    let folder = Folder::empty();
    for (file, text) in [(I, IMAGES), (D, DOCKERFILE), (W, WORKFLOW), (".git/config", CONFIG)] {
        let text = match change {
            Some((_, _, changed, from, to)) if *changed == file => {
                assert_eq!(text.matches(from).count(), 1, "{from} is not once in {file}");
                text.replace(from, to)
            }
            _ => text.to_owned(),
        };
        folder.write(file, text);
    }
    folder.run(&[&["lint"], arguments].concat())
}

#[test]
fn without_a_mistake_there_is_nothing_to_say() {
    let outcome = lint(None, &[]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""), "{}", outcome.stdout);
}

#[test]
fn each_mistake_has_its_message() {
    let mut shown = String::new();
    let mut wrong = Vec::new();
    for mistake in &MISTAKES {
        let (wrote, code, ..) = mistake;
        let json: serde_json::Value = serde_json::from_str(&lint(Some(mistake), &["--format", "json"]).stdout).unwrap();
        let found: Vec<_> =
            json["diagnostics"].as_array().unwrap().iter().map(|found| found["code"].as_str().unwrap()).collect();
        if found != [*code] {
            wrong.push(format!("{wrote}: {found:?}, not {code}"));
        }
        let outcome = lint(Some(mistake), &[]);
        assert_eq!(outcome.code, 1, "{wrote}");
        // The last lines count and say where to read on.
        let report: Vec<&str> = outcome.stdout.trim_end().lines().collect();
        let _ = writeln!(shown, "# {wrote}\n{}\n", report[..report.len().saturating_sub(3)].join("\n"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    insta::assert_snapshot!(shown);
}

#[test]
fn the_readme_lists_them() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let mut table = String::from("| you wrote | it says |\n|---|---|\n");
    for (wrote, code, ..) in &MISTAKES {
        let _ = writeln!(table, "| {wrote} | [{code}](CODES.md#{}) |", code.to_lowercase());
    }
    assert!(readme.contains(&table), "the README should have this table:\n{table}");
    let (_, shown) = readme.split_once("<!-- lint: report -->\n```text\n").unwrap();
    let shown = shown.split("\n```").next().unwrap();
    let mistake = MISTAKES.iter().find(|mistake| mistake.1 == "IF102").unwrap();
    assert!(lint(Some(mistake), &[]).stdout.starts_with(shown), "the README should show this report");
}
