//! An image that is built in another way than images.yaml says.

use super::{fires, ignored, silent, workflow};

const CODE: &str = "IF156";

/// An image with this `source`, and a workflow that builds it with these inputs.
fn built_with(source: &str, with: &str) -> String {
    let steps = format!(
        "\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - uses: docker/build-push-action@v6\n        with: {{push: true, tags: 'ghcr.io/acme/web:1.0.0'{with}}}\n"
    );
    format!(
        "\n-- images.yaml --\n- name: web\n  repository: acme/web\n  source: {{repo: acme/web, workflow: web.yml{source}}}\n-- Dockerfile --\nFROM node:22 AS app\nFROM app\n-- web/Dockerfile --\nFROM node:22 AS app\nFROM app\n{}",
        workflow(&steps).trim_start()
    )
}

#[test]
fn another_dockerfile() {
    insta::assert_snapshot!(fires(CODE, &built_with("", ", context: web")), @r#"
warning[IF156]: a dispatch of web.yml builds another Dockerfile than images.yaml says: web is rebuilt for the wrong bases
  --> .github/workflows/web.yml:13:15
   |
13 |       - uses: docker/build-push-action@v6
   |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^ the `dockerfile` of web is `web/Dockerfile` here
   |
  ::: images.yaml:1:9
   |
 1 | - name: web
   |         --- and `Dockerfile` here
   |
   = help: if the workflow is right, write `dockerfile: web/Dockerfile` under `source`

1 warning
for more, run `image-factory explain IF156`
1 can be fixed with `--fix`
"#);
}

#[test]
fn another_stage() {
    insta::assert_snapshot!(fires(CODE, &built_with("", ", context: ., target: app")), @r#"
warning[IF156]: a dispatch of web.yml builds another stage than images.yaml says: web is rebuilt for the wrong bases
  --> .github/workflows/web.yml:13:15
   |
13 |       - uses: docker/build-push-action@v6
   |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^ the `target` of web is `app` here
   |
  ::: images.yaml:1:9
   |
 1 | - name: web
   |         --- and none here
   |
   = help: if the workflow is right, write `target: app` under `source`

1 warning
for more, run `image-factory explain IF156`
1 can be fixed with `--fix`
"#);
}

#[test]
fn whatever_differs_is_seen() {
    for (source, with) in [
        ("", ", file: web/Dockerfile"),
        ("", ", context: ./web"),
        ("", ", context: '{{defaultContext}}:web'"),
        (", dockerfile: web/Dockerfile", ""),
        (", target: app", ", context: ."),
        (", context: web", ", context: ., file: web/Dockerfile"),
    ] {
        fires(CODE, &built_with(source, with));
    }
}

#[test]
fn what_is_the_same_or_not_known_is_not_reported() {
    for (source, with) in [
        ("", ""),
        ("", ", context: ."),
        ("", ", context: ./, file: ./Dockerfile"),
        (", dockerfile: web/Dockerfile", ", context: web"),
        (", context: web", ", context: web"),
        (", target: app", ", target: app"),
        ("", ", context: '${{ vars.FOLDER }}'"),
        ("", ", target: '${{ vars.STAGE }}'"),
    ] {
        silent(&built_with(source, with));
    }
    // Of several builds one is that of the entry.
    silent(
        &(built_with("", ", context: web")
            + "      - uses: docker/build-push-action@v6\n        with: {push: true, tags: 'ghcr.io/acme/web:2.0.0', context: .}\n"),
    );
}

#[test]
fn another_dockerfile_ignored() {
    ignored(
        CODE,
        &built_with("", ", context: web")
            .replace("push-action@v6", "push-action@v6 # image-factory: ignore[IF156] the same"),
    );
}
