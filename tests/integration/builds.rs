//! `builds`: what a dispatch builds and pushes, as a user asks for it.

use crate::harness::{Folder, Outcome};
use crate::programs;
use crate::revisions::git;
use serde_json::{Value, json};

/// One workflow for two images, of which the input `app` says which; and a job that a dispatch skips.
const SHIP: &str = "on:
  push: {tags: ['v*']}
  workflow_dispatch:
    inputs:
      app: {type: choice, options: [web, api], required: true, default: web}
      version_bump: {}
      triggered_by: {}
      base_image: {}
env:
  REGISTRY: ghcr.io
jobs:
  build:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        target: [runtime]
    steps:
    - uses: actions/checkout@v4
    - uses: docker/build-push-action@v6
      if: vars.SHIP != 'no'
      with:
        file: apps/${{ inputs.app }}/Dockerfile
        target: ${{ matrix.target }}
        push: true
        build-args: |
          NODE=22
        build-contexts: base=docker-image://node:22
        platforms: linux/amd64,linux/arm64
        tags: ${{ env.REGISTRY }}/acme/${{ inputs.app }}:${{ github.sha }}
  release:
    if: github.ref_type == 'tag'
    runs-on: ubuntu-latest
    steps:
    - run: docker build -t ghcr.io/acme/docs docs && docker push ghcr.io/acme/docs
  scan:
    uses: acme/tools/.github/workflows/scan.yml@v3
    with: {image: web}
";

/// As `SHIP`, which pushes without asking, and nothing else.
const PLAIN: &str = "on:
  workflow_dispatch:
    inputs: {version_bump: {}, triggered_by: {}, base_image: {}}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
    - uses: actions/checkout@v4
    - {uses: docker/build-push-action@v6, with: {file: apps/job/Dockerfile, push: true, tags: ghcr.io/acme/job}}
";

fn image(name: &str, workflow: &str, more: &str) -> String {
    format!(
        "- name: {name}\n  repository: acme/{name}\n  baseImages: [\"node:22\"]\n  \
         source: {{repo: acme/shop, dockerfile: apps/{name}/Dockerfile, workflow: {workflow}}}\n{more}"
    )
}

/// acme/shop: `web` hits if a variable lets it, `api` is told to build web, `job` hits, `old` is refused, `gone` has no workflow and
/// `cron` is built on a push alone.
fn shop() -> Folder {
    let folder = Folder::with(
        &[
            image("web", "ship.yml", "  inputs: {app: web}\n"),
            image("api", "only.yml", ""),
            image("job", "job.yml", ""),
            image("old", "job.yml", "  inputs: {more: a}\n"),
            image("gone", "jop.yml", ""),
            image("cron", "cron.yml", ""),
        ]
        .concat(),
    );
    folder.write(".github/workflows/ship.yml", SHIP);
    folder.write(".github/workflows/job.yml", PLAIN);
    folder.write(".github/workflows/only.yml", PLAIN.replace("apps/job/", "apps/other/"));
    folder.write(".github/workflows/cron.yml", PLAIN.replace("/job", "/cron").replace("push: true", "push: false"));
    git(folder.path(), &["init", "-q", "-b", "main"]);
    folder.write(".git/config", "[remote \"origin\"]\n\turl = https://github.com/acme/shop.git\n");
    folder
}

#[track_caller]
fn run(folder: &Folder, call: &str, code: i32) -> Outcome {
    let outcome = folder.run(&call.split_whitespace().collect::<Vec<_>>());
    assert_eq!(outcome.code, code, "{}", outcome.shown());
    outcome
}

#[track_caller]
fn json_of(folder: &Folder, call: &str, code: i32) -> Value {
    programs::document(&run(folder, &format!("{call} --format json"), code))
}

#[test]
fn without_names_each_image_has_a_line_and_those_that_miss_say_why() {
    let outcome = run(&shop(), "builds", 1);
    let expected = "\
no      api   only.yml: it builds apps/other/Dockerfile, and not apps/api/Dockerfile (.github/workflows/only.yml:9)
no      cron  cron.yml: it is built, and not pushed (.github/workflows/cron.yml:9)
no      gone  jop.yml: not found here: there is no .github/workflows/jop.yml; did you mean `.github/workflows/job.yml`?
yes     job   job.yml
no      old   job.yml: the workflow declares no input `more`
unknown web   ship.yml: vars.SHIP (.github/workflows/ship.yml:20)
";
    assert_eq!(outcome.stdout, expected, "{}", outcome.shown());
    assert_eq!(run(&shop(), "builds job", 0).stderr, "");
    let narrow = shop().run_with(&[("COLUMNS", "60")], &["builds"]).stdout;
    assert!(narrow.lines().all(|line| line.chars().count() <= 60), "{narrow}");
    assert_eq!(narrow.split_whitespace().collect::<Vec<_>>(), expected.split_whitespace().collect::<Vec<_>>());
}

#[test]
fn an_image_is_dispatched_as_its_rebuild_and_all_of_it_is_told() {
    let expected = "\
web: .github/workflows/ship.yml of acme/shop on main
   inputs      version_bump=patch, triggered_by=kargo-base-image-update, base_image=node-22, app=web
   hits        unknown, because vars.SHIP (.github/workflows/ship.yml:20)
\u{251c}\u{2500} may build and push apps/web/Dockerfile
\u{2502}  by          docker/build-push-action (.github/workflows/ship.yml:19)
\u{2502}  context     .
\u{2502}  with        base=docker-image://node:22
\u{2502}  target      runtime
\u{2502}  build args  NODE=22
\u{2502}  platforms   linux/amd64, linux/arm64
\u{2502}  tags        ghcr.io/acme/web:${{ github.sha }}
\u{2502}  pushed to   ghcr.io/acme/web:${{ github.sha }}
\u{2502}  if          unknown, because vars.SHIP: step vars.SHIP != 'no' (.github/workflows/ship.yml:20)
\u{2502}  way         .github/workflows/ship.yml -> job build (target: runtime) -> step docker/build-push-action@v6
\u{2502}  not known   github.sha (.github/workflows/ship.yml:29)
\u{251c}\u{2500} does not build docs/Dockerfile
\u{2502}  by          docker build (.github/workflows/ship.yml:34)
\u{2502}  context     docs
\u{2502}  tags        ghcr.io/acme/docs
\u{2502}  pushed to   ghcr.io/acme/docs
\u{2502}  if          no: job github.ref_type == 'tag' (.github/workflows/ship.yml:31)
\u{2502}  way         .github/workflows/ship.yml -> job release -> step run
\u{2514}\u{2500} not known what is built by acme/tools/.github/workflows/scan.yml@v3
   by          acme/tools/.github/workflows/scan.yml@v3 (.github/workflows/ship.yml:36)
   given       image=web
   way         .github/workflows/ship.yml -> job scan
";
    let outcome = run(&shop(), "builds web", 0);
    assert_eq!(outcome.stdout, expected, "{}", outcome.shown());
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    assert!(readme.contains(expected), "the README shows another tree");
}

#[test]
fn a_workflow_is_dispatched_with_its_defaults_and_what_the_call_says() {
    let folder = shop();
    let files = |call: &str, code| {
        let document = json_of(&folder, call, code);
        let run = &document["result"]["runs"][0];
        let builds = run["builds"].as_array().unwrap().clone();
        let first = |build: &Value| build["dockerfile"]["path"]["text"].as_str().unwrap().to_owned();
        (
            run["ref"].as_str().unwrap().to_owned(),
            first(&builds[0]),
            builds[1]["runs"]["is"].as_str().unwrap().to_owned(),
        )
    };
    let of = |git_ref: &str, file: &str, release: &str| (git_ref.to_owned(), file.to_owned(), release.to_owned());
    assert_eq!(files("builds ship.yml", 0), of("refs/heads/main", "apps/web/Dockerfile", "no"));
    assert_eq!(
        files("builds .github/workflows/ship.yml --input app=api --ref refs/tags/v1", 0),
        of("refs/tags/v1", "apps/api/Dockerfile", "yes")
    );
    let refused = json_of(&folder, "builds shi --input app=nope --input other=1 --ref next", 1);
    let run = &refused["result"]["runs"][0];
    assert_eq!((&run["ref"], &run["image"], &run["hits"]), (&json!("refs/heads/next"), &Value::Null, &Value::Null));
    let why: Vec<&str> = run["refused"].as_array().unwrap().iter().map(|why| why["why"].as_str().unwrap()).collect();
    assert_eq!(why, ["the workflow declares no input `other`", "`nope` is none of the choices of the input `app`"]);
    // A workflow needs no images.yaml, and is told with one that has errors.
    folder.write("images.yaml", "images: [\n");
    assert_eq!(files("builds ship.yml", 0).1, "apps/web/Dockerfile");
    std::fs::remove_file(folder.path().join("images.yaml")).unwrap();
    assert_eq!(files("builds ship.yml", 0).1, "apps/web/Dockerfile");
}

#[test]
fn the_beginning_of_one_name_will_do_and_what_is_alike_is_named() {
    let folder = shop();
    for (word, title) in
        [("we", "web: "), ("j", "job: "), ("shi", ".github/workflows/ship.yml"), ("job.y", ".github/workflows/job.yml")]
    {
        let outcome = folder.run(&["builds", word]);
        assert!(outcome.stdout.starts_with(title), "{word}: {}", outcome.shown());
    }
    for (call, said) in [
        ("builds wep", "error: there is no image or workflow `wep`\n  help: did you mean `web`?\n"),
        ("builds shop.yml", "error: there is no workflow `shop.yml`\n  help: did you mean `ship.yml`?\n"),
        ("builds o", "error: `o` is the beginning"),
        ("builds web --input a=b", "error: an image is dispatched with the inputs and on the branch of images.yaml\n"),
        ("builds --ref main", "error: an image is dispatched"),
        ("builds web wep nope.yml", "error: there is no image or workflow `wep`"),
    ] {
        if call == "builds o" {
            // `old` alone, of images; workflows come second.
            assert!(run(&folder, call, 1).stdout.starts_with("old: "));
            continue;
        }
        let outcome = run(&folder, call, 2);
        assert!(outcome.stderr.starts_with(said) && outcome.stdout.is_empty(), "{call}: {}", outcome.shown());
    }
    folder.write("images.yaml", [image("web", "job.yml", ""), image("worker", "job.yml", "")].concat());
    let said = run(&folder, "builds w", 2).stderr;
    assert_eq!(said, "error: `w` is the beginning of several names\n  help: write one of `web`, `worker`\n");
}

#[test]
fn what_hits_is_decided_by_file_conditions_push_and_repository() {
    let step = |with: &str, more: &str| {
        PLAIN.replace("file: apps/job/Dockerfile, push: true, tags: ghcr.io/acme/job}}", &format!("{with}}}{more}}}"))
    };
    let right = "file: apps/job/Dockerfile, push: true, tags: 'ghcr.io/acme/job:1'";
    for (workflow, is, why) in [
        (step(right, ""), "yes", ""),
        (step(right, ", if: false"), "no", "`false` does not hold"),
        (step(right, ", if: vars.A"), "unknown", "vars.A"),
        (step(&right.replace("true", "false"), ""), "no", "it is built, and not pushed"),
        (step(&right.replace("push: true", "push: '${{ vars.P }}'"), ""), "unknown", "vars.P"),
        (
            step(&right.replace("acme/job", "acme/web"), ""),
            "no",
            "it is pushed to ghcr.io/acme/web, and not to ghcr.io/acme/job",
        ),
        (step(&right.replace("acme/job", "Acme/JOB"), ""), "yes", ""),
        (step(&right.replace("acme/job", "${{ vars.O }}/job"), ""), "unknown", "vars.O"),
        (
            step(&right.replace("acme/job", "${{ vars.O }}/web"), ""),
            "no",
            "it is pushed to ghcr.io/${{ vars.O }}/web, and not to ghcr.io/acme/job",
        ),
        (step(&right.replace("ghcr.io/acme/job:1", "${{ vars.IMAGE }}"), ""), "unknown", "vars.IMAGE"),
        (step(&right.replace("apps/job/Dockerfile", "'apps/${{ vars.A }}/Dockerfile'"), ""), "unknown", "vars.A"),
        (
            step(&right.replace("apps/job/Dockerfile", "'tests/${{ vars.A }}/Dockerfile'"), ""),
            "no",
            "it builds tests/${{ vars.A }}/Dockerfile, and not apps/job/Dockerfile",
        ),
        (
            PLAIN.replace("- {uses: docker/build-push-action@v6, ", "- {uses: acme/build@v1, "),
            "no",
            "it builds no image",
        ),
        ("on: push\njobs: {}\n".to_owned(), "no", "the workflow has no `workflow_dispatch`"),
    ] {
        let folder = shop();
        folder.write(".github/workflows/job.yml", &workflow);
        let document = programs::document(&folder.run(&["builds", "job", "--format", "json"]));
        let hits = &document["result"]["runs"][0]["hits"];
        let because = hits["because"]["why"].as_str().unwrap_or_default();
        assert_eq!((hits["is"].as_str().unwrap(), because), (is, why), "{workflow}\n{hits:#}");
    }
}

#[test]
fn other_checkouts_are_followed_and_what_cannot_be_read_is_said() {
    let folder = shop();
    let tools = Folder::empty();
    tools.write(
        ".github/workflows/scan.yml",
        "on: {workflow_call: {inputs: {image: {type: string}}}}\njobs:\n  a:\n    steps:\n    - uses: actions/checkout@v4\n    \
         - run: docker build --push -t ghcr.io/acme/scan-${{ inputs.image }} scan\n",
    );
    let checkout = format!("builds web --checkout acme/tools={}", tools.path().display());
    let document = json_of(&folder, &checkout, 0);
    let builds = document["result"]["runs"][0]["builds"].as_array().unwrap();
    assert_eq!(builds[2]["destinations"][0]["text"], "ghcr.io/acme/scan-web", "{:#}", builds[2]);
    let kinds: Vec<&str> =
        builds[2]["way"].as_array().unwrap().iter().map(|frame| frame["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["workflow", "job", "reusable", "job", "step"]);
    folder.write(".github/workflows/job.yml", "on: [\n");
    let broken = run(&folder, "builds job", 2);
    assert!(
        broken.stderr.contains(".github/workflows/job.yml") && broken.stdout.starts_with("job: "),
        "{}",
        broken.shown()
    );
}

#[test]
fn a_credential_of_the_call_is_not_shown() {
    let token = "ghp_0000S3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3";
    for format in ["human", "json"] {
        let outcome = shop().run(&["builds", "ship.yml", "--input", &format!("app={token}"), "--format", format]);
        let shown = outcome.stdout + &outcome.stderr;
        assert!(shown.contains("ghp_0000****") && !shown.contains("S3cr3t"), "{shown}");
    }
}

/// Docker's way to build for several platforms: each pushes by its digest, and a job behind them makes the tags of that.
const MERGED: &str = "on:
  workflow_dispatch:
    inputs: {version_bump: {}, triggered_by: {}, base_image: {}}
jobs:
  build:
    runs-on: ubuntu-latest
    strategy: {matrix: {platform: [linux/amd64]}}
    steps:
    - uses: actions/checkout@v4
    - uses: docker/build-push-action@v6
      with:
        context: apps/web
        platforms: ${{ matrix.platform }}
        outputs: type=image,name=ghcr.io/acme/web,push-by-digest=true,push=true
  merge:
    needs: build
    runs-on: ubuntu-latest
    steps:
    - run: docker buildx imagetools create -t ghcr.io/acme/web:1.0.0 $(printf 'ghcr.io/acme/web@sha256:%s ' *)
";

#[test]
fn what_a_later_job_pushes_of_a_build_is_said() {
    let folder = Folder::with(&image("web", "ship.yml", ""));
    folder.write(".github/workflows/ship.yml", MERGED);
    git(folder.path(), &["init", "-q", "-b", "main"]);
    folder.write(".git/config", "[remote \"origin\"]\n\turl = https://github.com/acme/shop.git\n");
    let expected = "\
web: .github/workflows/ship.yml of acme/shop on main
   inputs      version_bump=patch, triggered_by=kargo-base-image-update, base_image=node-22
   hits        yes
\u{2514}\u{2500} builds and pushes apps/web/Dockerfile
   by          docker/build-push-action (.github/workflows/ship.yml:10)
   context     apps/web
   platforms   linux/amd64
   tags        ghcr.io/acme/web:1.0.0
   outputs     type=image,name=ghcr.io/acme/web,push-by-digest=true,push=true
   pushed to   ghcr.io/acme/web@${{ digest }}, ghcr.io/acme/web:1.0.0
   merged      ghcr.io/acme/web:1.0.0 by docker buildx imagetools create of job merge (.github/workflows/ship.yml:19)
   way         .github/workflows/ship.yml -> job build (platform: linux/amd64) -> step docker/build-push-action@v6
   not known   digest (.github/workflows/ship.yml:14)
";
    let outcome = run(&folder, "builds web", 0);
    assert_eq!(outcome.stdout, expected, "{}", outcome.shown());
    let merges = &json_of(&folder, "builds web", 0)["result"]["runs"][0]["builds"][0]["merges"];
    assert_eq!(
        *merges,
        json!([{
            "tool": "docker buildx imagetools create",
            "job": "merge",
            "at": {"file": ".github/workflows/ship.yml", "line": 19, "column": 12},
            "names": [{"text": "ghcr.io/acme/web:1.0.0", "unknown": []}],
        }])
    );
}
