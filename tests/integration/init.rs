//! `init` on repositories that are laid out in different ways, each made here.

use crate::harness::{Folder, command};
use std::process::Command;

/// A workflow that builds and can be dispatched with everything that is sent.
const DISPATCH: &str = "on:\n  workflow_dispatch:\n    inputs:\n      version_bump: {type: string}\n      triggered_by: {type: string}\n      base_image: {type: string}\n";

/// A git work tree with these files; none of them is tracked.
pub(crate) fn repository(origin: Option<&str>, files: &[(&str, &str)]) -> Folder {
    let folder = Folder::empty();
    git(&folder, &["init", "--quiet", "--initial-branch", "main"]);
    if let Some(origin) = origin {
        git(&folder, &["remote", "add", "origin", origin]);
        git(&folder, &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
    }
    for (name, text) in files {
        folder.write(name, text);
    }
    folder
}

fn git(folder: &Folder, arguments: &[&str]) {
    let status = Command::new("git")
        .current_dir(folder.path())
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .status()
        .unwrap();
    assert!(status.success(), "git {arguments:?}");
}

/// What `init` shows of a repository. What it writes is read without an error by all of our own readers, `lint` and `synth` find no
/// error in it, each workflow that it names is there, and a second `init` writes nothing.
fn proposed(folder: &Folder) -> String {
    let dry = folder.run(&["init", "--dry-run"]);
    assert_eq!(dry.code, 0, "{}", dry.stderr);
    assert!(!folder.path().join("image-factory").exists(), "--dry-run has written");
    let yes = folder.run(&["init", "--yes"]);
    assert_eq!((yes.code, &yes.stdout), (0, &dry.stdout), "{}", yes.stderr);
    let text = folder.read("image-factory/images.yaml");
    assert!(dry.stdout.contains(&text), "what is written is what was shown");
    assert_eq!(folder.read("image-factory/images.schema.json"), folder.run(&["schema"]).stdout);
    assert_eq!(folder.read(".github/workflows/image-factory.yml"), folder.run(&["workflow", "--ci"]).stdout);
    let before = folder.files();
    let again = folder.run(&["init", "--yes"]);
    assert_eq!((again.code, again.stdout.as_str()), (2, ""));
    assert!(again.stderr.starts_with("error: image-factory/images.yaml is there already"), "{}", again.stderr);
    assert_eq!(folder.files(), before);
    let synth = folder.run(&["synth", "--locked", "--stdout"]);
    let marks = text.lines().filter(|line| !line.starts_with('#') && line.contains("# unsure:"));
    let has_placeholder = text.contains("OWNER/NAME");
    assert_eq!(synth.code, if has_placeholder { 2 } else { 0 }, "its own proposal: {}", synth.stderr);
    if !has_placeholder {
        let told = match marks.count() {
            0 => String::new(),
            1 => ", with 1 guess of".to_owned(),
            several => format!(", with {several} guesses of"),
        };
        let proposals = synth.stderr.matches("warning[IF143]: this is still a proposal").count();
        assert_eq!(proposals, usize::from(!told.is_empty()), "{}", synth.stderr);
        assert!(synth.stderr.contains(&told), "each guess is told: {}", synth.stderr);
        let lint = folder.run(&["lint"]);
        assert!(lint.code < 2 && !lint.stdout.contains("error["), "{}", lint.stdout);
    }
    for workflow in text.lines().filter_map(|line| line.trim_start().strip_prefix("workflow: ")) {
        let (name, comment) = workflow.split_once(' ').unwrap_or((workflow, ""));
        let is_there = folder.path().join(".github/workflows").join(name).exists();
        assert!(is_there || comment.contains("no workflow is here yet"), "{text}");
    }
    let shown = format!("{text}--- stderr\n{}{}", dry.stderr, yes.stderr);
    folder.write("image-factory/images.yaml", confirmed(&text));
    let synth = folder.run(&["synth", "--locked", "--stdout"]);
    assert_eq!(synth.code, 0, "{}", synth.stderr);
    shown
}

/// What a person makes of it who finds that every guess is right.
fn confirmed(text: &str) -> String {
    let line = |line: &str| line.split(" # unsure:").next().unwrap_or_default().to_owned() + "\n";
    let named = text.replace("OWNER/NAME", "acme/named").replace("repository: owner/", "repository: acme/");
    let is_proposal = |line: &&str| line.starts_with("# proposal:") || line.starts_with("# away too. Until then");
    named.lines().filter(|line| !is_proposal(line)).map(line).collect()
}

#[test]
fn one_app_at_the_root() {
    let workflow = format!(
        "{DISPATCH}env:\n  REGISTRY: ghcr.io\n  IMAGE_NAME: ${{{{ github.repository }}}}\njobs:\n  build:\n    steps:\n    - id: meta\n      uses: docker/metadata-action@v5\n      with:\n        images: ${{{{ env.REGISTRY }}}}/${{{{ env.IMAGE_NAME }}}}\n    - uses: docker/build-push-action@v6\n      with:\n        context: .\n        push: true\n        tags: ${{{{ steps.meta.outputs.tags }}}}\n"
    );
    let folder = repository(
        Some("https://github.com/Acme/Shop.git"),
        &[
            ("Dockerfile", "FROM node:22\n"),
            (".dockerignore", "*\n"),
            ("Dockerfile.dockerignore", "*\n"),
            (".github/workflows/publish.yml", &workflow),
        ],
    );
    insta::assert_snapshot!(proposed(&folder), @r"
    # yaml-language-server: $schema=images.schema.json
    # The images of this repository, and what rebuilds them. `image-factory init` has made this file from the Dockerfiles and
    # workflows that it found; it is yours to change, and nothing makes it again.
    images:
    - name: shop
      registry: ghcr.io
      repository: acme/shop
      tags:
        strategy: Digest
        constraint: main
      source:
        repo: Acme/Shop
        dockerfile: Dockerfile
        workflow: publish.yml
    --- stderr
    init: 1 image, 0 lines unsure
    init: 1 image, 0 lines unsure
    wrote image-factory/images.yaml, image-factory/images.schema.json, .github/workflows/image-factory.yml
      help: in the workflow `OWNER` stands for who has a copy of image-factory; replace it, or name it with `--action acme/image-factory@main`
      next: confirm the lines with `# unsure:`, then `image-factory lint` and `image-factory synth`; commit it all
    ");
}

#[test]
fn several_apps_with_a_workflow_each() {
    let build = |app: &str, on: &str, more: &str| {
        format!(
            "{on}jobs:\n  build:\n    steps:\n    - uses: docker/build-push-action@v6\n      with:\n        context: apps/{app}\n        push: true\n        tags: |\n          ghcr.io/acme/{app}:latest\n          ghcr.io/acme/{app}:${{{{ github.sha }}}}\n{more}"
        )
    };
    let web =
        build("web", DISPATCH, "        build-args: |\n          NODE=22\n          REVISION=${{ github.sha }}\n");
    let api = build("api", "on: push\n", "          docker.io/acme/api:latest\n");
    let worker = build(
        "worker",
        "on:\n  workflow_dispatch:\n    inputs:\n      version_bump: {type: string}\n      reason: {required: true}\n",
        "        build-args: PYTHON=${{ vars.PYTHON }}\n",
    );
    let folder = repository(
        Some("git@github.com:acme/monorepo.git"),
        &[
            ("apps/web/Dockerfile", "ARG NODE=20\nFROM node:${NODE}\n"),
            ("apps/api/Dockerfile", "FROM ghcr.io/acme/base:1\n"),
            ("apps/worker/Dockerfile", "ARG PYTHON\nFROM python:${PYTHON}\n"),
            ("apps/worker/Dockerfile.dev", "FROM python:3\n"),
            ("base/Containerfile", "FROM debian:12\n"),
            ("tools/Dockerfile.j2", "FROM {{ base }}\n"),
            (".devcontainer/Dockerfile", "FROM mcr.microsoft.com/devcontainers/base:1\n"),
            ("web/node_modules/x/Dockerfile", "FROM scratch\n"),
            (".github/workflows/web.yml", &web),
            (".github/workflows/api.yaml", &api),
            (".github/workflows/worker.yml", &worker),
            (".github/workflows/api-nightly.yml", &api),
            (
                ".github/workflows/base.yml",
                &format!(
                    "{DISPATCH}jobs:\n  b:\n    steps:\n    - uses: docker/build-push-action@v6\n      with: {{file: base/Containerfile, push: true, tags: 'ghcr.io/acme/base:1', platforms: linux/arm64}}\n"
                ),
            ),
        ],
    );
    insta::assert_snapshot!(proposed(&folder));
}

#[test]
fn one_dockerfile_with_several_targets() {
    let workflow = format!(
        "{DISPATCH}jobs:\n  build:\n    steps:\n    - uses: docker/build-push-action@v6\n      with: {{target: test, file: docker/Dockerfile}}\n    - uses: docker/build-push-action@v6\n      with: {{target: server, file: docker/Dockerfile, push: true, tags: 'quay.io/acme/server:1'}}\n    - uses: docker/build-push-action@v6\n      with: {{target: migrate, file: docker/Dockerfile, push: true, tags: 'quay.io/acme/migrate:1'}}\n    - uses: docker/build-push-action@v6\n      with: {{target: debug, file: docker/Dockerfile, push: true, tags: 'quay.io/acme/server:debug'}}\n"
    );
    let stages = "FROM golang:1.24 AS test\nFROM gcr.io/distroless/base AS server\nCOPY --from=test /a /a\nFROM server AS debug\nFROM alpine:3 AS migrate\n";
    let folder = repository(
        Some("https://github.com/acme/server"),
        &[("docker/Dockerfile", stages), (".github/workflows/release.yml", &workflow)],
    );
    insta::assert_snapshot!(proposed(&folder), @r#"
    # yaml-language-server: $schema=images.schema.json
    # The images of this repository, and what rebuilds them. `image-factory init` has made this file from the Dockerfiles and
    # workflows that it found; it is yours to change, and nothing makes it again.
    images:
    - name: server
      registry: quay.io
      repository: acme/server
      tags:
        strategy: Digest
        constraint: "1"
      source:
        repo: acme/server
        dockerfile: docker/Dockerfile
        target: server
        workflow: release.yml

    - name: migrate
      registry: quay.io
      repository: acme/migrate
      tags:
        strategy: Digest
        constraint: "1"
      source:
        repo: acme/server
        dockerfile: docker/Dockerfile
        target: migrate
        workflow: release.yml

    - name: server-debug
      registry: quay.io
      repository: acme/server
      tags:
        strategy: Digest
        constraint: debug
      source:
        repo: acme/server
        dockerfile: docker/Dockerfile
        target: debug
        workflow: release.yml
    --- stderr
    init: 3 images, 0 lines unsure
    init: 3 images, 0 lines unsure
    wrote image-factory/images.yaml, image-factory/images.schema.json, .github/workflows/image-factory.yml
      help: in the workflow `OWNER` stands for who has a copy of image-factory; replace it, or name it with `--action acme/image-factory@main`
      next: confirm the lines with `# unsure:`, then `image-factory lint` and `image-factory synth`; commit it all
    "#);
}

#[test]
fn a_bake_file() {
    let workflow = format!(
        "{DISPATCH}jobs:\n  build:\n    steps:\n    - uses: docker/bake-action@v6\n      with:\n        targets: all\n        push: true\n        set: |\n          api.args.GO=1.25\n"
    );
    let bake = r#"
variable "REGISTRY" { default = "ghcr.io/acme" }
variable "TAG" {}
group "all" { targets = ["api", "ui"] }
target "common" { context = "services" }
target "api" {
  inherits = ["common"]
  dockerfile = "api.Dockerfile"
  args = { GO = "1.24" }
  tags = ["${REGISTRY}/api:${TAG}"]
}
target "ui" {
  inherits = ["common"]
  dockerfile = "ui/Dockerfile"
  target = "nginx"
  tags = ["${REGISTRY}/ui:latest"]
}
"#;
    let folder = repository(
        Some("https://github.com/acme/platform.git"),
        &[
            ("docker-bake.hcl", bake),
            ("services/api.Dockerfile", "ARG GO=1.24\nFROM golang:${GO}\n"),
            ("services/ui/Dockerfile", "FROM node:22 AS build\nFROM nginx:1 AS nginx\n"),
            (".github/workflows/bake.yml", &workflow),
        ],
    );
    insta::assert_snapshot!(proposed(&folder), @r#"
    # yaml-language-server: $schema=images.schema.json
    # The images of this repository, and what rebuilds them. `image-factory init` has made this file from the Dockerfiles and
    # workflows that it found; it is yours to change, and nothing makes it again.
    images:
    - name: api
      registry: ghcr.io
      repository: acme/api
      source:
        repo: acme/platform
        dockerfile: services/api.Dockerfile
        context: services
        buildArgs: {GO: "1.25"}
        workflow: bake.yml

    - name: ui
      registry: ghcr.io
      repository: acme/ui
      tags:
        strategy: Digest
        constraint: latest
      source:
        repo: acme/platform
        dockerfile: services/ui/Dockerfile
        context: services
        target: nginx
        workflow: bake.yml
    --- stderr
    init: 2 images, 0 lines unsure
    init: 2 images, 0 lines unsure
    wrote image-factory/images.yaml, image-factory/images.schema.json, .github/workflows/image-factory.yml
      help: in the workflow `OWNER` stands for who has a copy of image-factory; replace it, or name it with `--action acme/image-factory@main`
      next: confirm the lines with `# unsure:`, then `image-factory lint` and `image-factory synth`; commit it all
    "#);
}

#[test]
fn commands_in_scripts_and_a_matrix() {
    let scripts = "on: push\njobs:\n  build:\n    env:\n      IMAGE: registry.example.com:5000/team/api\n    steps:\n    - run: |\n        docker build -t base ./base\n        docker build --pull -f api/Dockerfile -t \"$IMAGE:$(git rev-parse HEAD)\" .\n        docker push --all-tags \"$IMAGE\"\n    - working-directory: jobs\n      run: docker buildx build --push -t \"ghcr.io/$GITHUB_REPOSITORY_OWNER/jobs:1\" .\n    - run: docker build -f gone/Dockerfile .\n";
    let matrix = format!(
        "{DISPATCH}jobs:\n  build:\n    strategy: {{matrix: {{app: [a, b]}}}}\n    steps:\n    - uses: docker/build-push-action@v6\n      with:\n        context: services/${{{{ matrix.app }}}}\n        push: true\n        tags: ghcr.io/acme/${{{{ matrix.app }}}}:latest\n"
    );
    let reusable = "on: {workflow_call: {inputs: {path: {type: string}}}}\njobs:\n  build:\n    steps:\n    - uses: docker/build-push-action@v6\n      with: {context: tools/cli, push: true, tags: \"${{ inputs.image }}:1\"}\n";
    let folder = repository(
        Some("ssh://git@github.com:22/acme/jobs.git"),
        &[
            ("base/Dockerfile", "FROM debian:12\n"),
            ("api/Dockerfile", "FROM base\n"),
            ("jobs/Dockerfile", "FROM base\n"),
            ("services/a/Dockerfile", "FROM alpine:3\n"),
            ("services/b/Dockerfile", "FROM alpine:3\n"),
            ("tools/cli/Dockerfile", "FROM alpine:3\n"),
            (".github/workflows/ci.yml", scripts),
            (".github/workflows/services.yml", &matrix),
            (".github/workflows/build.yml", reusable),
            (
                ".github/workflows/tools.yml",
                &format!("{DISPATCH}jobs:\n  cli:\n    uses: ./.github/workflows/build.yml\n"),
            ),
            (".github/workflows/broken.yml", "on: [\n"),
        ],
    );
    insta::assert_snapshot!(proposed(&folder));
}

#[test]
fn no_workflows_and_no_origin() {
    let folder = repository(None, &[("a/Dockerfile", "FROM alpine:3\n"), ("b/a/Dockerfile", "FROM alpine:3\n")]);
    git(&folder, &["checkout", "--quiet", "-b", "trunk"]);
    insta::assert_snapshot!(proposed(&folder), @r"
    # yaml-language-server: $schema=images.schema.json
    # The images of this repository, and what rebuilds them. `image-factory init` has made this file from the Dockerfiles and
    # workflows that it found; it is yours to change, and nothing makes it again.
    # proposal: a line with `# unsure:` is a guess. When one is right, take its comment away; when all are, take these lines
    # away too. Until then `image-factory lint` and `image-factory synth` warn of them, and from then on they refuse guesses.
    defaults:
      branch: trunk # unsure: git does not say which branch is the default; this is the current one
    images:
    - name: a
      registry: ghcr.io
      repository: owner/a # unsure: no workflow here pushes it; nobody knows the owner
      source:
        repo: OWNER/NAME # unsure: this checkout has no origin; write the repository on GitHub
        dockerfile: a/Dockerfile
        workflow: a.yml # unsure: no workflow is here yet; `image-factory workflow` prints one

    - name: b-a
      registry: ghcr.io
      repository: owner/b-a # unsure: no workflow here pushes it; nobody knows the owner
      source:
        repo: OWNER/NAME # unsure: this checkout has no origin; write the repository on GitHub
        dockerfile: b/a/Dockerfile
        workflow: b-a.yml # unsure: no workflow is here yet; `image-factory workflow` prints one
    --- stderr
    init: 2 images, 7 lines unsure
    nobody knows which repository on GitHub this is: OWNER/NAME stands for it, and `lint` and `synth` refuse that
      help: name it with `--repo`, as in `image-factory init --repo acme/web`, or replace it in the file
    init: 2 images, 7 lines unsure
    nobody knows which repository on GitHub this is: OWNER/NAME stands for it, and `lint` and `synth` refuse that
      help: name it with `--repo`, as in `image-factory init --repo acme/web`, or replace it in the file
    wrote image-factory/images.yaml, image-factory/images.schema.json, .github/workflows/image-factory.yml
      help: in the workflow `OWNER` stands for who has a copy of image-factory; replace it, or name it with `--action acme/image-factory@main`
      next: confirm the lines with `# unsure:`, then `image-factory lint` and `image-factory synth`; commit it all
    ");
}

#[test]
fn another_forge() {
    let folder = repository(Some("https://ghe.example.com/Acme/Web.git"), &[("Dockerfile", "FROM alpine:3\n")]);
    git(&folder, &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/release/1.x"]);
    insta::assert_snapshot!(proposed(&folder), @r"
    # yaml-language-server: $schema=images.schema.json
    # The images of this repository, and what rebuilds them. `image-factory init` has made this file from the Dockerfiles and
    # workflows that it found; it is yours to change, and nothing makes it again.
    # proposal: a line with `# unsure:` is a guess. When one is right, take its comment away; when all are, take these lines
    # away too. Until then `image-factory lint` and `image-factory synth` warn of them, and from then on they refuse guesses.
    defaults:
      branch: release/1.x
    images:
    - name: web
      registry: ghcr.io
      repository: acme/web # unsure: no workflow here pushes it; this is a guess from origin
      source:
        repo: Acme/Web # unsure: origin is at ghe.example.com; if that is GitHub Enterprise, set `github.apiUrl`
        dockerfile: Dockerfile
        workflow: web.yml # unsure: no workflow is here yet; `image-factory workflow` prints one
    --- stderr
    init: 1 image, 3 lines unsure
    init: 1 image, 3 lines unsure
    wrote image-factory/images.yaml, image-factory/images.schema.json, .github/workflows/image-factory.yml
      help: in the workflow `OWNER` stands for who has a copy of image-factory; replace it, or name it with `--action acme/image-factory@main`
      next: confirm the lines with `# unsure:`, then `image-factory lint` and `image-factory synth`; commit it all
    ");
}

#[test]
fn tracked_files_count_and_ignored_ones_do_not() {
    let folder = repository(
        Some("git@work:acme/web.git"),
        &[
            (".gitignore", "build/\nkept/\n*.gen.Dockerfile\n"),
            ("build/Dockerfile", "FROM alpine:3\n"),
            ("x.gen.Dockerfile", "FROM alpine:3\n"),
            ("kept/Dockerfile", "FROM alpine:3\n"),
            ("new.Dockerfile", "FROM alpine:3\n"),
            ("gone/Dockerfile", "FROM alpine:3\n"),
            ("test/Dockerfile", "FROM alpine:3\n"),
        ],
    );
    git(&folder, &["add", "--force", "kept/Dockerfile", "gone/Dockerfile"]);
    std::fs::remove_file(folder.path().join("gone/Dockerfile")).unwrap();
    insta::assert_snapshot!(proposed(&folder), @r"
    # yaml-language-server: $schema=images.schema.json
    # The images of this repository, and what rebuilds them. `image-factory init` has made this file from the Dockerfiles and
    # workflows that it found; it is yours to change, and nothing makes it again.
    # proposal: a line with `# unsure:` is a guess. When one is right, take its comment away; when all are, take these lines
    # away too. Until then `image-factory lint` and `image-factory synth` warn of them, and from then on they refuse guesses.
    images:
    - name: kept
      registry: ghcr.io
      repository: acme/kept # unsure: no workflow here pushes it; this is a guess from origin
      source:
        repo: acme/web
        dockerfile: kept/Dockerfile
        workflow: kept.yml # unsure: no workflow is here yet; `image-factory workflow` prints one

    - name: new
      registry: ghcr.io
      repository: acme/new # unsure: no workflow here pushes it; this is a guess from origin
      source:
        repo: acme/web
        dockerfile: new.Dockerfile
        workflow: new.yml # unsure: no workflow is here yet; `image-factory workflow` prints one

    # Not proposed:
    #   1 Dockerfile (test/Dockerfile): for tests, as the path says
    --- stderr
    init: 2 images, 4 lines unsure; 1 Dockerfile not proposed, for reasons in comments
    init: 2 images, 4 lines unsure; 1 Dockerfile not proposed, for reasons in comments
    wrote image-factory/images.yaml, image-factory/images.schema.json, .github/workflows/image-factory.yml
      help: in the workflow `OWNER` stands for who has a copy of image-factory; replace it, or name it with `--action acme/image-factory@main`
      next: confirm the lines with `# unsure:`, then `image-factory lint` and `image-factory synth`; commit it all
    ");
}

#[test]
fn nothing_but_what_is_hardly_an_image() {
    let folder = repository(
        Some("https://github.com/acme/web"),
        &[(".devcontainer/Dockerfile", "FROM debian:12\n"), ("Dockerfile.dev", "FROM debian:12\n")],
    );
    insta::assert_snapshot!(proposed(&folder), @r"
    # yaml-language-server: $schema=images.schema.json
    # The images of this repository, and what rebuilds them. `image-factory init` has made this file from the Dockerfiles and
    # workflows that it found; it is yours to change, and nothing makes it again.
    images: []

    # Not proposed:
    #   1 Dockerfile (.devcontainer/Dockerfile): a development container, as the path says
    #   1 Dockerfile (Dockerfile.dev): for development, as the path says
    --- stderr
    init: 0 images, 0 lines unsure; 2 Dockerfiles not proposed, for reasons in comments
    init: 0 images, 0 lines unsure; 2 Dockerfiles not proposed, for reasons in comments
    wrote image-factory/images.yaml, image-factory/images.schema.json, .github/workflows/image-factory.yml
      help: in the workflow `OWNER` stands for who has a copy of image-factory; replace it, or name it with `--action acme/image-factory@main`
      next: confirm the lines with `# unsure:`, then `image-factory lint` and `image-factory synth`; commit it all
    ");
}

/// A cause is one line, however many there are, and data of tests is none of them.
#[test]
fn many_that_are_hardly_images() {
    let mut files: Vec<(String, &str)> =
        (10..35).map(|number| (format!("examples/e{number}/Dockerfile"), "FROM alpine:3\n")).collect();
    files.extend((0..3).map(|number| (format!("tests/fixtures/{number}/Dockerfile"), "FROM alpine:3\n")));
    files.push(("Dockerfile".to_owned(), "FROM alpine:3\n"));
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    let folder = repository(Some("https://github.com/acme/web"), &files);
    let shown = proposed(&folder);
    let (_, left_out) = shown.split_once("# Not proposed:\n").unwrap();
    insta::assert_snapshot!(left_out.split("---").next().unwrap(), @r"
    #   25 Dockerfiles (examples/e10/Dockerfile, examples/e11/Dockerfile, examples/e12/Dockerfile, examples/e13/Dockerfile, examples/e14/Dockerfile, examples/e15/Dockerfile, examples/e16/Dockerfile, examples/e17/Dockerfile and 17 more): an example, as the path says

    # Found, and not used:
    #   tests/fixtures/0/Dockerfile and 2 more are left out as data of tests that no workflow builds
    ");
}

/// The Warehouse of a base and that of an image of one name would be one (IF042), so another name is proposed, for certain.
#[test]
fn no_image_is_called_as_what_is_built_on() {
    let push = "jobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n    - uses: docker/build-push-action@v6\n      with: {context: base/centos-7, push: true, tags: \"ghcr.io/acme/centos-7:1\"}\n";
    let folder = repository(
        Some("https://github.com/acme/shop.git"),
        &[
            ("base/centos-7/Dockerfile", "ARG V=7\nFROM centos:$V\n"),
            ("nginx-1.29/Dockerfile", "FROM nginx:1.29\nCOPY --from=centos-7 / /\n"),
            ("other/Dockerfile", "FROM node:22\n"),
            ("node-22/Dockerfile", "FROM alpine:3\n"),
            (".github/workflows/base.yml", &format!("{DISPATCH}concurrency: {{group: a}}\n{push}")),
        ],
    );
    let text = proposed(&folder);
    assert!(text.contains("- name: base-centos-7\n") && text.contains("repository: acme/centos-7\n"), "{text}");
    std::fs::remove_dir_all(folder.path().join("image-factory")).unwrap();
    std::fs::remove_dir_all(folder.path().join(".github")).unwrap();
    let text = proposed(&folder);
    let names: Vec<&str> = text.lines().filter_map(|line| line.split_once("- name: ")).map(|(_, name)| name).collect();
    assert_eq!(names, ["base-centos-7", "nginx-1-29", "node-22-2", "other"], "{text}");
}

/// Which files are images, and what they are called, by where they lie: a row has the file, the name and the repository that are
/// proposed for it; without a name it is no entry.
#[test]
fn paths_say_what_is_an_image_and_what_it_is_called() {
    let rows: &[(&str, Option<(&str, &str)>)] = &[
        ("blackbox_exporter/Dockerfile", Some(("blackbox-exporter", "blackbox_exporter"))),
        ("images/api/context/Dockerfile", Some(("api", "api"))),
        ("web/Dockerfile-prod", Some(("web-prod", "web-prod"))),
        ("job/dockerfile", Some(("job", "job"))),
        (".examples/one/Dockerfile", None),
        ("archived/api/Dockerfile", None),
        ("old/x/Dockerfile", None),
        ("deprecated/y/Dockerfile", None),
        ("disabled/z/Dockerfile", None),
        ("web/test-fixtures/Dockerfile", None),
        ("web/__fixtures__/x/Dockerfile", None),
        ("tool/.devcontainer/Dockerfile", None),
        ("notes/dockerfile.go", None),
        ("notes/Dockerfile-x.md", None),
    ];
    let files: Vec<(&str, &str)> = rows.iter().map(|(path, _)| (*path, "FROM alpine:3\n")).collect();
    let text = proposed(&repository(Some("https://github.com/acme/shop"), &files));
    let (live, _) = text.split_once("\n# Not proposed:\n").unwrap();
    for (path, expected) in rows {
        let entry = live
            .split("- name: ")
            .find(|entry| entry.contains(&format!("{path}\n")) || entry.contains(&format!("{path}\"\n")));
        let word = |key: &str| entry?.split(key).nth(1)?.split([' ', '\n']).next();
        let found = entry.and_then(|entry| Some((entry.split([' ', '\n']).next()?, word("repository: acme/")?)));
        assert_eq!(found, *expected, "{path}: {text}");
    }
}

/// A repository of nothing but development containers ships them.
#[test]
fn development_containers_alone_are_images() {
    let folder = repository(
        Some("https://github.com/acme/shop"),
        &[
            ("src/go/.devcontainer/Dockerfile", "FROM golang:1\n"),
            ("src/rust/.devcontainer/Dockerfile", "FROM rust:1\n"),
        ],
    );
    let text = proposed(&folder);
    for name in ["go", "rust"] {
        assert!(text.contains(&format!("\n- name: {name}\n")), "{text}");
    }
}

/// Nobody else sees the registry that a run starts for itself.
#[test]
fn a_registry_of_the_machine_that_builds() {
    let job = |tag: &str| {
        format!(
            "{DISPATCH}jobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n    - uses: docker/build-push-action@v6\n      with: {{context: web, push: true, tags: \"{tag}\"}}\n"
        )
    };
    for host in ["localhost:5000", "127.0.0.1:5000", "localhost"] {
        let workflow = job(&format!("{host}/acme/web:test"));
        let files = [("web/Dockerfile", "FROM alpine:3\n"), (".github/workflows/test.yml", workflow.as_str())];
        let text = proposed(&repository(Some("https://github.com/acme/shop"), &files));
        assert!(!text.contains(host) && text.contains("images: []"), "{text}");
        assert!(text.contains("a dispatch of test.yml pushes to where nobody else looks"), "{text}");
    }
}

/// Of a workflow that does what nobody here can tell, the name says what it is for; one of another name may do anything.
#[test]
fn a_workflow_of_the_name_of_the_image() {
    let steps = "jobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n    - run: ./ship-it web\n";
    for (file, on, is_live) in [
        ("web.yaml", DISPATCH, true),
        ("web.yml", DISPATCH, true),
        ("web.yml", "on: push\n", false),
        ("ship.yml", DISPATCH, false),
    ] {
        let path = format!(".github/workflows/{file}");
        let workflow = format!("{on}{steps}");
        let files = [("web/Dockerfile", "FROM alpine:3\n"), (path.as_str(), workflow.as_str())];
        let shown = proposed(&repository(Some("https://github.com/acme/shop"), &files));
        assert_eq!(shown.contains(&format!("    workflow: {file}\n")), is_live, "{shown}");
        assert_eq!(shown.contains("no workflow here builds and pushes it"), !is_live, "{shown}");
    }
}

#[test]
fn nothing_at_all() {
    let folder = repository(None, &[("README.md", "Dockerfile\n"), ("vendor/x/Dockerfile", "FROM alpine:3\n")]);
    let outcome = folder.run(&["init", "--yes"]);
    assert_eq!(outcome.code, 1);
    insta::assert_snapshot!(outcome.shown(), @r"
    exit 1
    --- stdout
    --- stderr
    nothing to propose: none of the 2 files in . is a Dockerfile, Dockerfile.*, *.Dockerfile or Containerfile of this repository
      note: vendor/x/Dockerfile is left out as part of a dependency that no workflow builds
      help: what git ignores is not looked at; for images that are built elsewhere `image-factory add NAME --repo OWNER/NAME` makes images.yaml, and `image-factory workflow --ci` prints the workflow that keeps it up to date
    ");
    assert!(!folder.path().join(".github").exists());
}

#[test]
fn an_empty_factory_is_told_how_to_begin() {
    let folder = repository(None, &[]);
    let init = folder.run(&["init"]);
    assert_eq!(init.code, 1);
    assert!(init.stderr.contains("`image-factory add NAME --repo OWNER/NAME` makes"), "{}", init.stderr);
}

#[test]
fn the_repository_can_be_named_where_there_is_no_origin() {
    for origin in [None, Some("https://gitlab.com/acme/group/web.git")] {
        let folder = repository(origin, &[("app/Dockerfile", "FROM alpine:3\n")]);
        let outcome = folder.run(&["init", "--yes", "--repo", "Acme/Shop", "--action", "acme/image-factory@v1"]);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        let text = folder.read("image-factory/images.yaml");
        assert!(text.contains("    repo: Acme/Shop\n") && text.contains("  repository: acme/shop #"), "{text}");
        let factory = folder.read(".github/workflows/image-factory.yml");
        assert!(!factory.contains("OWNER") && factory.matches("uses: acme/image-factory@v1\n").count() == 2);
        assert!(!outcome.stderr.contains("OWNER"), "{}", outcome.stderr);
        folder.write("image-factory/images.yaml", confirmed(&text));
        let lint = folder.run(&["lint"]);
        assert!(!lint.stdout.contains("IF14"), "{}", lint.stdout);
        assert_eq!(folder.run(&["synth"]).code, 0);
    }
    let folder = repository(None, &[("app/Dockerfile", "FROM alpine:3\n")]);
    for (flag, value, says) in [
        ("--repo", "OWNER/NAME", "stands for a repository"),
        ("--repo", "acme", "write `owner/name`"),
        ("--action", "OWNER/image-factory@main", "stands for a repository"),
        ("--action", "acme/image-factory", "write `OWNER/image-factory@REF`"),
        ("--action", "acme/image-factory@a b", "a branch, a tag or a commit"),
    ] {
        let outcome = folder.run(&["init", "--yes", flag, value]);
        assert!(outcome.code == 2 && outcome.stderr.contains(says), "{value}: {}", outcome.stderr);
    }
    assert!(!folder.path().join("image-factory").exists());
}

/// A terminal that somebody types into; `None` where there is no `script` to make one.
fn typed(folder: &Folder, answers: &str) -> Option<String> {
    let binary = env!("CARGO_BIN_EXE_image-factory");
    let mut terminal = Command::new("script")
        .args(["--quiet", "--command", &format!("{binary} init"), "/dev/null"])
        .current_dir(folder.path())
        .env("TERM", "dumb")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .ok()?;
    std::io::Write::write_all(terminal.stdin.as_mut().unwrap(), answers.as_bytes()).unwrap();
    let output = terminal.wait_with_output().unwrap();
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn whoever_can_be_asked_is_asked_for_the_repository() {
    let folder = repository(None, &[("app/Dockerfile", "FROM alpine:3\n")]);
    let Some(said) = typed(&folder, "OWNER/NAME\nacme/shop\ny\n") else {
        println!("skipped: script is missing");
        return;
    };
    assert_eq!(said.matches("which repository on GitHub is this?").count(), 2, "{said}");
    assert!(folder.read("image-factory/images.yaml").contains("    repo: acme/shop\n"));
    // Nobody is asked for what git knows.
    let known = repository(Some("https://github.com/acme/web"), &[("app/Dockerfile", "FROM alpine:3\n")]);
    let said = typed(&known, "n\n").unwrap();
    assert!(!said.contains("which repository") && said.contains("nothing is written"), "{said}");
}

#[test]
fn without_git_images_yaml_lies_where_the_dockerfiles_are() {
    let folder = Folder::empty();
    folder.write("web/Dockerfile", "FROM node:22\n");
    let outcome = folder.run(&["init", "--yes"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("OWNER/NAME stands for it, and `lint` and `synth` refuse that"),
        "{}",
        outcome.stderr
    );
    // A checkout begins at images.yaml there, and what is unsure keeps nobody from looking.
    assert_eq!(folder.run(&["discover", "--offline"]).code, 0);
    assert!(folder.read("images.lock.yaml").contains("docker.io/library/node:22"));
    assert_eq!(folder.run(&["synth"]).code, 2);
}

#[test]
fn without_git_all_files_are_looked_at() {
    let folder = Folder::empty();
    folder.write("app/Dockerfile", "FROM alpine:3\n");
    let outcome = folder.run(&["init", "--dry-run"]);
    assert_eq!(outcome.code, 0);
    assert!(outcome.stderr.starts_with("git does not say which files it ignores"), "{}", outcome.stderr);
    assert!(outcome.stdout.contains("- name: app\n"), "{}", outcome.stdout);
}

#[test]
fn without_a_terminal_nothing_is_written_unasked() {
    let folder = repository(None, &[("Dockerfile", "FROM alpine:3\n")]);
    let before = folder.files();
    let outcome = folder.run(&["init"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stdout.contains("--- image-factory/images.yaml\n"), "{}", outcome.stdout);
    assert!(outcome.stderr.contains("`image-factory init --yes` writes these 3 files"), "{}", outcome.stderr);
    assert_eq!(folder.files(), before);
    assert_eq!(folder.run(&["init", "--yes", "--dry-run"]).code, 2);
}

#[test]
fn what_stands_there_is_left_alone() {
    let folder = repository(
        None,
        &[("Dockerfile", "FROM alpine:3\n"), (".github/workflows/image-factory.yml", "on: push\njobs: {}\n")],
    );
    let outcome = folder.run(&["init", "--yes"]);
    assert_eq!(outcome.code, 0);
    assert!(outcome.stderr.contains(".github/workflows/image-factory.yml is there already, and is left alone\n"));
    assert!(!outcome.stdout.contains("image-factory.yml"));
    assert_eq!(folder.read(".github/workflows/image-factory.yml"), "on: push\njobs: {}\n");
    assert!(folder.path().join("image-factory/images.yaml").exists());
}

#[test]
fn it_looks_from_the_root_of_the_work_tree() {
    let folder = repository(None, &[("apps/web/Dockerfile", "FROM alpine:3\n")]);
    folder.write("images.yaml", "[]\n");
    git(&folder, &["init", "--quiet", "sub"]);
    folder.write("sub/Dockerfile", "FROM alpine:3\n");
    let outcome = command(&folder.path().join("sub"), &["init", "--yes"]).output().unwrap();
    assert!(outcome.status.success());
    assert!(
        folder.read("sub/image-factory/images.yaml").contains("dockerfile: Dockerfile\n"),
        "that above is another's"
    );
    std::fs::remove_file(folder.path().join("images.yaml")).unwrap();
    let outcome = command(&folder.path().join("apps/web"), &["init", "--yes"]).output().unwrap();
    assert!(outcome.status.success());
    assert!(folder.read("image-factory/images.yaml").contains("dockerfile: apps/web/Dockerfile\n"));
}

/// Where a clone has noted no default branch, filters of workflows and branches that are there say which it is. A row has the branch
/// that is checked out, the events of a workflow, another branch that is there, and the line of the proposal.
#[test]
fn the_default_branch_is_known_on_a_branch_for_a_feature() {
    let current = "  branch: fix/x # unsure: git does not say which branch is the default; this is the current one\n";
    let filters = "  # git does not say which branch is the default; filters of workflows do\n";
    let rows = [
        ("fix/x", "{push: {branches: [main]}}", None, format!("  branch: main{}", &filters[1..])),
        ("fix/x", "{pull_request: {branches: master}}", None, format!("  branch: master{}", &filters[1..])),
        ("fix/x", "{push: {branches: [develop, 'release/**']}}", None, format!("  branch: develop{}", &filters[1..])),
        ("fix/x", "{push: {branches: [develop, main]}}", None, format!("  branch: main{}", &filters[1..])),
        ("fix/x", "{push: {branches: [main, master]}}", None, current.to_owned()),
        ("fix/x", "{push: {branches: ['**', '!old']}}", None, current.to_owned()),
        ("fix/x", "{push: {branches-ignore: [main]}}", None, current.to_owned()),
        (
            "fix/x",
            "push",
            Some("master"),
            "  branch: master # git does not say which branch is the default; this one is there\n".to_owned(),
        ),
        ("fix/x", "push", Some("other"), current.to_owned()),
        ("master", "{push: {branches: [main]}}", None, "  branch: master\n".to_owned()),
        ("main", "{push: {branches: [master]}}", None, String::new()),
    ];
    for (branch, on, other, line) in rows {
        let folder = Folder::empty();
        git(&folder, &["init", "--quiet", "--initial-branch", other.unwrap_or(branch)]);
        folder.write("web/Dockerfile", "FROM node:22\n");
        folder.write(".github/workflows/web.yml", format!("on: {on}\njobs: {{}}\n"));
        if other.is_some() {
            let commit = ["-c", "user.name=a", "-c", "user.email=a@b.invalid", "commit", "-qm", "x", "--allow-empty"];
            git(&folder, &commit);
            git(&folder, &["switch", "-qc", branch]);
        }
        let text = folder.run(&["init", "--dry-run", "--repo", "acme/shop"]).stdout;
        let found = text.split_once("defaults:\n").map_or("", |(_, rest)| rest.split_inclusive('\n').next().unwrap());
        assert_eq!(found, line, "{branch} {on} {other:?}: {text}");
    }
}

/// A Dockerfile is what a workflow builds, whatever it is called.
#[test]
fn a_workflow_says_what_a_dockerfile_is() {
    let job = |file: &str| {
        format!(
            "{DISPATCH}jobs:\n  b:\n    runs-on: ubuntu-latest\n    steps:\n    - uses: docker/build-push-action@v6\n      with: {{context: web, file: {file}, push: true, tags: 'ghcr.io/acme/web:1.0.0'}}\n"
        )
    };
    for file in ["web/Docker-image.txt", "web/image", "web/Dockerfile_prod"] {
        let files = [(file, "FROM node:22\n"), (".github/workflows/ci.yml", &job(file))];
        let text = proposed(&repository(Some("https://github.com/acme/shop"), &files));
        assert!(text.contains(&format!("    dockerfile: {file}\n")) && text.contains("workflow: ci.yml\n"), "{text}");
    }
}

/// Docker's way to build for several platforms: a matrix pushes by digest, and a job behind it makes the tags. It is one image.
#[test]
fn builds_by_digest_and_their_merge_are_one_image() {
    let workflow = format!(
        "{DISPATCH}env: {{REGISTRY_IMAGE: ghcr.io/acme/web}}
jobs:
  build:
    strategy:
      matrix:
        include:
        - {{platform: linux/amd64, runner: ubuntu-latest}}
        - {{platform: linux/arm64, runner: ubuntu-24.04-arm}}
    runs-on: ${{{{ matrix.runner }}}}
    steps:
    - uses: docker/build-push-action@v6
      with:
        context: web
        platforms: ${{{{ matrix.platform }}}}
        tags: ${{{{ env.REGISTRY_IMAGE }}}}
        outputs: type=image,push-by-digest=true,name-canonical=true,push=true
  merge:
    runs-on: ubuntu-latest
    needs: build
    steps:
    - id: meta
      uses: docker/metadata-action@v5
      with:
        images: ${{{{ env.REGISTRY_IMAGE }}}}
        tags: TAGS
    - working-directory: ${{{{ runner.temp }}}}/digests
      run: |
        docker buildx imagetools create $(jq -cr '.tags | map(\"-t \" + .) | join(\" \")' <<< \"$DOCKER_METADATA_OUTPUT_JSON\") \\
          $(printf '${{{{ env.REGISTRY_IMAGE }}}}@sha256:%s ' *)
"
    );
    let of_tags = |tags: &str| {
        let workflow = workflow.replace("TAGS", tags);
        let files = [("web/Dockerfile", "FROM node:22\n"), (".github/workflows/ci.yml", workflow.as_str())];
        let text = proposed(&repository(Some("https://github.com/acme/shop"), &files));
        let (_, entry) = text.split_once("\nimages:\n").unwrap();
        entry.split("--- stderr").next().unwrap().to_owned()
    };
    let entry = "- name: web\n  registry: ghcr.io\n  repository: acme/web\n  source:\n    repo: acme/shop\n    dockerfile: web/Dockerfile\n    context: web\n    workflow: ci.yml\n";
    assert_eq!(of_tags("type=raw,value=1.0.0"), entry);
    let watched = "acme/web\n  tags:\n    strategy: Digest\n    constraint: edge\n";
    assert_eq!(of_tags("type=raw,value=edge"), entry.replace("acme/web\n", watched));
}

/// The same Dockerfile built by kaniko, in each of the ways in which workflows run it.
#[test]
fn kaniko_builds_images() {
    let image = "gcr.io/kaniko-project/executor:debug";
    let options = "--context dir:///workspace/web --dockerfile Dockerfile --destination ghcr.io/acme/web:1.0.0";
    for step in [
        format!("run: docker run -v $PWD:/workspace {image} {options}"),
        "run: /kaniko/executor --context $GITHUB_WORKSPACE/web --destination ghcr.io/acme/web:1.0.0".to_owned(),
        format!("{{uses: 'docker://{image}', with: {{args: '--context=web --destination=ghcr.io/acme/web:1.0.0'}}}}"),
        "{uses: int128/kaniko-action@v1, with: {context: web, push: true, tags: 'ghcr.io/acme/web:1.0.0'}}".to_owned(),
        "{uses: aevea/action-kaniko@master, with: {registry: quay.io, image: acme/web, tag: 1.0.0, path: web}}"
            .to_owned(),
    ] {
        let workflow = format!("{DISPATCH}jobs:\n  b:\n    runs-on: ubuntu-latest\n    steps:\n    - {step}\n");
        let files = [("web/Dockerfile", "FROM node:22\n"), (".github/workflows/ci.yml", workflow.as_str())];
        let text = proposed(&repository(Some("https://github.com/acme/shop"), &files));
        let registry = if step.contains("quay.io") { "quay.io" } else { "ghcr.io" };
        let entry =
            format!("- name: web\n  registry: {registry}\n  repository: acme/web\n  source:\n    repo: acme/shop\n");
        let entry = format!("{entry}    dockerfile: web/Dockerfile\n    context: web\n    workflow: ci.yml\n");
        assert!(text.contains(&entry) && text.contains("0 lines unsure"), "{step}\n{text}");
    }
}

/// What GitHub takes for no workflow cannot be dispatched.
#[test]
fn a_workflow_that_github_refuses_is_not_proposed() {
    let workflow = format!(
        "{DISPATCH}env: {{NAME: acme/web}}\njobs:\n  b:\n    runs-on: ubuntu-latest\n    env: {{TAG: '${{{{ env.NAME }}}}:1.0.0'}}\n    steps:\n    - {{uses: docker/build-push-action@v6, with: {{push: true, tags: 'ghcr.io/acme/web:1.0.0'}}}}\n"
    );
    let files = [("Dockerfile", "FROM node:22\n"), (".github/workflows/ci.yml", workflow.as_str())];
    let folder = repository(Some("https://github.com/acme/web"), &files);
    let text = folder.run(&["init", "--dry-run"]).stdout;
    assert!(text.contains("GitHub takes ci.yml for no workflow: `env` of a job does not see `env`"), "{text}");
    assert!(!text.contains("- name: web"), "{text}");
    let told = folder.run(&["builds", "ci.yml"]);
    assert!(told.code == 1 && told.stdout.contains("GitHub takes it for no workflow"), "{}", told.shown());
}

/// The context of a target of bake may be what another target builds: an image is built on the bases of both.
#[test]
fn targets_that_are_contexts_of_others_bring_their_bases() {
    let workflow = format!(
        "{DISPATCH}concurrency: {{group: all}}\njobs:\n  b:\n    runs-on: ubuntu-latest\n    steps:\n    - {{uses: docker/bake-action@v6, with: {{push: true, targets: web}}}}\n"
    );
    let targets = r#"
target "root" {
  context = "root"
}
target "base" {
  context = "base"
  args = { NODE = "24" }
  contexts = { root = "target:root" }
}
target "web" {
  context = "web"
  contexts = { base = "target:base", tools = "docker-image://busybox:1" }
  tags = ["ghcr.io/acme/web:1.0.0"]
}
"#;
    let files = |base: &'static str, bake: &str| {
        [
            (
                "web/Dockerfile",
                "FROM golang:1 AS build\nFROM base\nCOPY --from=build /a /a\nCOPY --from=tools /b /b\n".to_owned(),
            ),
            ("base/Dockerfile", base.to_owned()),
            ("root/Dockerfile", "FROM debian:13\n".to_owned()),
            ("docker-bake.hcl", bake.to_owned()),
            (".github/workflows/ci.yml", workflow.clone()),
        ]
    };
    let shown = |base: &'static str, bake: &str| {
        let files = files(base, bake);
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        proposed(&repository(Some("https://github.com/acme/web"), &files))
    };
    let base = "ARG NODE=20\nFROM node:${NODE} AS build\nFROM root\nCOPY --from=build /a /a\n";
    let text = shown(base, targets);
    assert!(
        text.contains("  baseImages: [golang:1, busybox:1, node:24, debian:13] # of the targets of bake too"),
        "{text}"
    );
    assert!(text.contains("0 lines unsure") && !text.contains("target:"), "{text}");
    // A value that nobody knows decides it.
    let text = shown(base, &targets.replace("\"24\"", "\"${timestamp()}\""));
    assert!(text.contains("# unsure:") && !text.contains("baseImages"), "{text}");
    // They lead back to themselves, which bake refuses.
    let text =
        shown(base, &targets.replace("context = \"root\"", "context = \"root\"\n  contexts = { x = \"target:base\" }"));
    assert!(text.contains("- name: web"), "{text}");
}
