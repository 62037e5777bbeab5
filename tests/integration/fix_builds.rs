//! `lint --fix` where a workflow builds an image in another way than images.yaml says: build arguments, stage, contexts and
//! Dockerfile are brought there, and nothing else reads them out of workflows.

use crate::harness::{Folder, Outcome};

const WORKFLOW: &str = "\
on:
  workflow_dispatch:
    inputs: {version_bump: {type: string}, triggered_by: {type: string}, base_image: {type: string}}
concurrency: {group: all}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
    - uses: actions/checkout@v4
";

/// A checkout of acme/web: its `source` in one line or in lines, and steps that build with these inputs.
fn checkout(source: &str, builds: &[&str]) -> Folder {
    let folder = Folder::with(&format!("- name: web # the site\n  repository: acme/web\n  source:{source}"));
    for path in ["Dockerfile", "web/Dockerfile", "docs/Dockerfile"] {
        folder.write(path, "ARG NODE=22\nARG PY\nFROM node:${NODE} AS app\nFROM base AS own\nFROM python:${PY:-3} AS py\nCOPY --from=tools /x /\nCOPY --from=own /x /\nFROM py\n");
    }
    let steps: String = builds
        .iter()
        .map(|with| format!("    - uses: docker/build-push-action@v6\n      with: {{push: true, tags: 'ghcr.io/acme/web:1.0.0', {with}}}\n"))
        .collect();
    folder.write(".github/workflows/web.yml", format!("{WORKFLOW}{steps}"));
    folder
}

const LINT: [&str; 4] = ["lint", "--checkout", "acme/web=.", "--quiet"];

fn fixed(folder: &Folder) -> Outcome {
    folder.run(&["lint", "--checkout", "acme/web=.", "--fix"])
}

/// What `source` says after the fix.
fn source(folder: &Folder) -> String {
    folder.read("images.yaml").split_once("  source:").unwrap().1.to_owned()
}

/// By hand: `source`, what the workflow passes, and `source` afterwards. No finding of the kind is left then, and a second run has
/// nothing to do.
#[test]
fn what_the_workflow_passes_is_brought_to_images_yaml() {
    let flow = |rest: &str| format!(" {{repo: acme/web, workflow: web.yml{rest}}} # where\n");
    let block =
        |rest: &str| format!(" # where\n    # of acme\n    repo: acme/web # ours\n    workflow: web.yml\n{rest}");
    for (before, with, after) in [
        // Build arguments: one that is not there, one with another value, one that is passed no more.
        (flow(""), "context: ., build-args: NODE=20", flow(", buildArgs: {NODE: \"20\"}")),
        (block(""), "context: ., build-args: NODE=20", block("    buildArgs: {NODE: \"20\"}\n")),
        (
            flow(", buildArgs: {NODE: '18', X: a}"),
            "context: ., build-args: NODE=20",
            flow(", buildArgs: {NODE: '20', X: a}"),
        ),
        (
            block("    buildArgs: # these\n      NODE: \"18\" # old\n"),
            "context: ., build-args: \"NODE=20\\nPY=3.13\"",
            block("    buildArgs: # these\n      NODE: \"20\" # old\n      PY: \"3.13\"\n"),
        ),
        (flow(", buildArgs: {NODE: \"18\"}"), "context: .", flow("")),
        (
            block("    buildArgs:\n      NODE: \"18\" # old\n      X: a\n"),
            "context: .",
            block("    buildArgs:\n      # old\n      X: a\n"),
        ),
        // The stage.
        (flow(""), "context: ., target: app", flow(", target: app")),
        (flow(", target: own"), "context: ., target: app", flow(", target: app")),
        (block("    target: app # shipped\n"), "context: .", block("    # shipped\n")),
        // The Dockerfile.
        (flow(""), "context: web", flow(", dockerfile: web/Dockerfile")),
        (flow(", dockerfile: web/Dockerfile"), "context: .", flow(", dockerfile: Dockerfile")),
        // The context, which may say where the Dockerfile is.
        (flow(", context: docs"), "context: web", flow(", context: web, dockerfile: web/Dockerfile")),
        (flow(", context: web"), "context: ., file: web/Dockerfile", flow(", dockerfile: web/Dockerfile")),
        (flow(", context: web"), "context: .", flow(", dockerfile: Dockerfile")),
        // Named contexts.
        (
            flow(""),
            "context: ., build-contexts: tools=docker-image://alpine:3",
            flow(", contexts: {tools: docker-image://alpine:3}"),
        ),
        (
            block("    contexts:\n      tools: docker-image://alpine:2 # old\n"),
            "context: ., build-contexts: \"tools=docker-image://alpine:3\\nbase=docker-image://debian:12\"",
            block("    contexts:\n      tools: docker-image://alpine:3 # old\n      base: docker-image://debian:12\n"),
        ),
        (flow(", contexts: {tools: shared}"), "context: .", flow("")),
        (flow(""), "context: ., build-contexts: tools=./shared", flow(", contexts: {tools: shared}")),
        // Several at once.
        (
            block("    target: own # shipped\n    buildArgs: {NODE: \"18\"}\n"),
            "context: web, target: app, build-args: NODE=20",
            block("    target: app # shipped\n    buildArgs: {NODE: \"20\"}\n    dockerfile: web/Dockerfile\n"),
        ),
    ] {
        let folder = checkout(&before, &[with]);
        let outcome = fixed(&folder);
        assert_eq!(source(&folder), after, "{with}{}", outcome.shown());
        let left = folder.run(&LINT).stdout;
        assert!(!left.contains("IF105") && !left.contains("IF156"), "{with}{left}");
        let again = fixed(&folder);
        assert!(!again.stderr.contains("fixed"), "{}", again.shown());
        assert_eq!(source(&folder), after, "a second run changes nothing");
    }
}

/// What is the same, or decides no base, stays as it is written.
#[test]
fn what_makes_no_difference_stays() {
    for (source, with) in [
        ("", "context: ., build-args: NODE=22"),
        ("", "context: ., build-args: OTHER=1"),
        ("", "context: ., build-contexts: unused=docker-image://alpine:3"),
        (
            ", contexts: {docker.io/library/tools: docker-image://alpine:3}",
            "context: ., build-contexts: tools=docker-image://alpine:3",
        ),
        (", contexts: {tools: shared}", "context: ., build-contexts: tools=./other"),
    ] {
        let folder = checkout(&format!(" {{repo: acme/web, workflow: web.yml{source}}}\n"), &[with]);
        let before = folder.read("images.yaml");
        let outcome = fixed(&folder);
        assert_eq!(folder.read("images.yaml"), before, "{with}{}", outcome.shown());
        assert!(!outcome.stdout.contains("IF105") && !outcome.stdout.contains("IF156"), "{with}{}", outcome.shown());
    }
}

/// Nothing is written where part of it is known only when it runs, or builds do not agree; the report says of what.
#[test]
fn what_is_not_known_is_said_and_not_written() {
    for (builds, said) in [
        (
            &["context: web, target: '${{ vars.STAGE }}'"][..],
            "`--fix` leaves it: the `target` is `${{ vars.STAGE }}` there, which is known only when it runs",
        ),
        (
            &["context: ., target: app, build-contexts: 'tools=docker-image://${{ vars.TOOLS }}'"],
            "if the workflow is right, write `target: app` under `source`",
        ),
        (&["context: ., build-args: 'NODE=${{ vars.NODE }}'"], "web.yml computes NODE as it runs"),
        (
            &["context: web, target: app", "context: web, target: own"],
            "`--fix` leaves it: several builds push the image, and not all in this way",
        ),
    ] {
        let folder = checkout(" {repo: acme/web, workflow: web.yml}\n", builds);
        let before = folder.read("images.yaml");
        let outcome = fixed(&folder);
        let stays = !said.starts_with("if ");
        assert_eq!(folder.read("images.yaml") == before, stays, "{}", outcome.shown());
        let plain = checkout(" {repo: acme/web, workflow: web.yml}\n", builds).run(&LINT).stdout;
        assert!(plain.contains(said), "{said}\n{plain}");
        if stays {
            assert!(!plain.contains("can be fixed"), "{plain}");
        }
    }
}

/// Where one run builds with each value of one and each of another, all of them are brought there; where it does not, the bases
/// would be more than there are.
#[test]
fn values_of_several_builds_are_a_list() {
    let with = |args: &str| format!("context: ., build-args: \"{args}\"");
    for (before, builds, after) in [
        ("", &["NODE=20", "NODE=18"][..], ", buildArgs: {NODE: [\"20\", \"18\"]}"),
        (", buildArgs: {NODE: \"20\"}", &["NODE=20", "NODE=18"], ", buildArgs: {NODE: [\"20\", \"18\"]}"),
        (
            ", buildArgs: {NODE: [\"16\", \"18\", \"20\"]}",
            &["NODE=18", "NODE=20"],
            ", buildArgs: {NODE: [\"18\", \"20\"]}",
        ),
        (", buildArgs: {NODE: [\"18\", \"20\"]}", &["NODE=20"], ", buildArgs: {NODE: \"20\"}"),
        (
            "",
            &["NODE=20\\nPY=3.12", "NODE=18\\nPY=3.12", "NODE=20\\nPY=3.13", "NODE=18\\nPY=3.13"],
            ", buildArgs: {NODE: [\"20\", \"18\"], PY: [\"3.12\", \"3.13\"]}",
        ),
        ("", &["NODE=20\\nPY=3.12", "NODE=18\\nPY=3.13"], ""),
        ("", &["NODE=20", "OTHER=1"], ""),
        (", buildArgs: {NODE: [\"20\", \"18\"]}", &["NODE=18", "NODE=20"], ", buildArgs: {NODE: [\"20\", \"18\"]}"),
    ] {
        let builds: Vec<String> = builds.iter().map(|args| with(args)).collect();
        let text = |rest: &str| format!(" {{repo: acme/web, workflow: web.yml{rest}}}\n");
        let folder = checkout(&text(before), &builds.iter().map(String::as_str).collect::<Vec<_>>());
        let outcome = fixed(&folder);
        assert_eq!(source(&folder), text(after), "{builds:?}{}", outcome.shown());
        let left = folder.run(&LINT).stdout;
        assert_eq!(left.contains("IF105"), before == after && before.is_empty(), "{left}");
        assert!(!left.contains("can be fixed"), "{left}");
    }
}

/// What two entries share is left to people.
#[test]
fn entries_that_others_share_stay() {
    let folder = checkout("", &["context: ., target: app"]);
    let shared = "- {name: web, repository: acme/web, source: &s {repo: acme/web, workflow: web.yml}}\n- {name: api, repository: acme/api, source: *s}\n";
    folder.write("images.yaml", shared);
    let outcome = fixed(&folder);
    assert_eq!(folder.read("images.yaml"), shared, "{}", outcome.shown());
    assert!(outcome.stdout.contains("IF156"), "{}", outcome.shown());
}

/// Bases come from what images.yaml says alone, whatever a workflow passes.
#[test]
fn discover_reads_nothing_out_of_workflows() {
    let with = "context: web, target: app, build-args: NODE=20, build-contexts: tools=docker-image://alpine:3";
    let lock = |folder: &Folder| {
        let outcome = folder.run(&["discover", "--checkout", "acme/web=."]);
        assert_eq!(outcome.code, 0, "{}", outcome.shown());
        folder.read("images.lock.yaml")
    };
    let source = " {repo: acme/web, workflow: web.yml}\n";
    let folder = checkout(source, &[with]);
    let found = lock(&folder);
    for base in ["library/python:3,", "library/tools,", "library/base,"] {
        assert!(found.contains(base), "{base}: {found}");
    }
    let none = checkout(source, &[]);
    std::fs::remove_file(none.path().join(".github/workflows/web.yml")).unwrap();
    assert_eq!(lock(&none), found);
    // What `lint --fix` has brought there is read there.
    fixed(&folder);
    let after = lock(&folder);
    assert!(after.contains("library/node:20,") && !after.contains("library/python:3,"), "{after}");
}

/// `init` writes what it knows of all of this into the entry.
#[test]
fn init_writes_what_a_workflow_passes() {
    let with = "context: web, target: py, build-args: \"NODE=20\\nPY=3.13\", build-contexts: \"tools=docker-image://alpine:3\\nbase=./web\"";
    let folder = checkout("", &[with]);
    std::fs::remove_file(folder.path().join("images.yaml")).unwrap();
    let git = std::process::Command::new("git").current_dir(folder.path()).args(["init", "--quiet"]).status().unwrap();
    assert!(git.success());
    let outcome = folder.run(&["init", "--yes", "--repo", "acme/web"]);
    let images = folder.read("image-factory/images.yaml");
    for line in [
        "    dockerfile: web/Dockerfile\n",
        "    context: web\n",
        "    target: py\n",
        "    buildArgs: {NODE: \"20\", PY: \"3.13\"}\n",
        "    contexts: {tools: docker-image://alpine:3, base: web}\n",
    ] {
        assert!(images.contains(line), "{line}{images}{}", outcome.shown());
    }
    let lint = folder.run(&["lint", "--checkout", "acme/web=."]);
    assert!(!lint.stdout.contains("IF105") && !lint.stdout.contains("IF156"), "{}", lint.shown());
}
