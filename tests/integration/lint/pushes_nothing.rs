//! A dispatch that pushes nothing.

use super::{fires, ignored, silent, workflow};

const CODE: &str = "IF150";

/// Steps that build the image and push it if this holds.
fn pushed_if(holds: &str) -> String {
    workflow(&format!(
        "
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with: {{push: {holds}, tags: 'ghcr.io/acme/web:1.0.0'}}
"
    ))
}

/// A job that builds and pushes the image, with this `if`.
fn run_if(holds: &str) -> String {
    workflow(&format!(
        "
  build:
    if: {holds}
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with: {{push: true, tags: 'ghcr.io/acme/web:1.0.0'}}
"
    ))
}

#[test]
fn push_that_asks_for_the_event() {
    insta::assert_snapshot!(fires(CODE, &pushed_if("\"${{ github.event_name == 'push' }}\"")), @r#"
warning[IF150]: a dispatch of web.yml pushes nothing, so web is never rebuilt
  --> .github/workflows/web.yml:13:22
   |
13 |         with: {push: "${{ github.event_name == 'push' }}", tags: 'ghcr.io/acme/web:1.0.0'}
   |                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this is not true when the workflow is dispatched
   |
  ::: images.yaml:1:9
   |
 1 | - name: web
   |         --- rebuilds of this image run that workflow
   |
   = help: let a dispatch push, as in `push: ${{ github.event_name != 'pull_request' }}`

1 warning
for more, run `image-factory explain IF150`
"#);
}

#[test]
fn job_that_asks_for_the_event() {
    insta::assert_snapshot!(fires(CODE, &run_if("github.event_name != 'workflow_dispatch'")), @r#"
warning[IF150]: a dispatch of web.yml pushes nothing, so web is never rebuilt
  --> .github/workflows/web.yml:10:9
   |
10 |     if: github.event_name != 'workflow_dispatch'
   |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this does not hold when the workflow is dispatched, so the build does not run
   |
  ::: images.yaml:1:9
   |
 1 | - name: web
   |         --- rebuilds of this image run that workflow
   |
   = help: let a dispatch through, as in `if: github.event_name == 'workflow_dispatch' || ...`

1 warning
for more, run `image-factory explain IF150`
"#);
}

#[test]
fn build_in_a_script_that_is_not_pushed() {
    let said = workflow(
        "\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker build -t ghcr.io/acme/web:1.0.0 .\n",
    );
    insta::assert_snapshot!(fires(CODE, &said), @r#"
warning[IF150]: a dispatch of web.yml pushes nothing, so web is never rebuilt
  --> .github/workflows/web.yml:12:14
   |
12 |       - run: docker build -t ghcr.io/acme/web:1.0.0 .
   |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ what this builds stays on the machine of the run
   |
  ::: images.yaml:1:9
   |
 1 | - name: web
   |         --- rebuilds of this image run that workflow
   |
   = help: push it, as in `docker buildx build --push`

1 warning
for more, run `image-factory explain IF150`
"#);
}

#[test]
fn whatever_keeps_a_dispatch_from_pushing_is_seen() {
    for holds in [
        "false",
        "\"${{ startsWith(github.ref, 'refs/tags/') }}\"",
        "\"${{ github.ref_type == 'tag' }}\"",
        "\"${{ github.event_name == 'push' && github.ref == 'refs/heads/main' }}\"",
        "\"${{ github.event.release.tag_name != '' }}\"",
        "\"${{ inputs.version_bump == 'none' }}\"",
    ] {
        fires(CODE, &pushed_if(holds));
    }
    for holds in [
        "github.event_name == 'push'",
        "github.repository == 'upstream/web'",
        "github.ref == 'refs/heads/release'",
        "${{ github.event_name == 'schedule' || github.event_name == 'release' }}",
        "false",
    ] {
        fires(CODE, &run_if(holds));
    }
    let needs = "\n  test:\n    if: github.event_name == 'push'\n    runs-on: ubuntu-latest\n    steps: [{run: make test}]\n  build:\n    needs: test\n    runs-on: ubuntu-latest\n    steps:\n      - uses: docker/build-push-action@v6\n        with: {push: true, tags: 'ghcr.io/acme/web:1.0.0'}\n";
    fires(CODE, &workflow(needs).replace("run: make test", "run: ls"));
}

#[test]
fn whatever_may_push_is_not_reported() {
    for holds in [
        "true",
        "\"${{ github.event_name != 'pull_request' }}\"",
        "\"${{ github.ref == 'refs/heads/main' }}\"",
        "\"${{ vars.PUSH == 'yes' }}\"",
        "\"${{ secrets.TOKEN != '' }}\"",
        "\"${{ github.repository == 'acme/web' }}\"",
    ] {
        silent(&pushed_if(holds));
    }
    for holds in ["always()", "github.event_name == 'workflow_dispatch'", "github.actor != 'bot'", "vars.PUSH"] {
        silent(&run_if(holds));
    }
}

/// What is not read here may push what was built.
#[test]
fn what_is_not_read_may_push() {
    for step in [
        "run: make push",
        "run: ./push.sh",
        "run: crane push web.tar ghcr.io/acme/web:1.0.0",
        "run: docker compose push",
        "run: docker push ghcr.io/acme/web:1.0.0",
        "uses: acme/push-action@v1",
        "uses: ./not/here",
    ] {
        silent(&(pushed_if("false") + "      - " + step + "\n"));
    }
    for step in
        ["run: ls", "uses: docker/login-action@v3", "uses: aquasecurity/trivy-action@v1", "run: docker login ghcr.io"]
    {
        fires(CODE, &(pushed_if("false") + "      - " + step + "\n"));
    }
}

#[test]
fn a_workflow_that_pushes_nothing_of_many_images_has_one_problem() {
    let images: String = ["api", "cron", "web"]
        .map(|name| {
            format!("- name: {name}\n  repository: acme/{name}\n  source: {{repo: acme/web, workflow: web.yml}}\n")
        })
        .concat();
    let said = fires(
        CODE,
        &format!(
            "\n-- images.yaml --\n{images}{}",
            pushed_if("false").replace("ghcr.io/acme/web:1.0.0", "${{ vars.IMAGE }}")
        ),
    );
    assert!(said.contains("so api, cron, web are never rebuilt") && said.contains("1 warning"), "{said}");
}

#[test]
fn push_that_asks_for_the_event_ignored() {
    ignored(CODE, &(pushed_if("false").trim_end().to_owned() + " # image-factory: ignore[IF150] not yet\n"));
}
