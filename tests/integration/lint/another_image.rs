//! A workflow that pushes another image.

use super::{fires, ignored, silent, workflow};

const CODE: &str = "IF151";

/// A workflow that pushes these tags.
fn pushes(tags: &str) -> String {
    workflow(&format!(
        "\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: docker/build-push-action@v6\n        with: {{push: true, tags: '{tags}'}}\n"
    ))
}

#[test]
fn workflow_of_another_image() {
    insta::assert_snapshot!(fires(CODE, &pushes("ghcr.io/acme/other:1.0.0")), @r#"
warning[IF151]: a dispatch of web.yml pushes ghcr.io/acme/other, so web is never rebuilt
  --> images.yaml:3:38
   |
 3 |   source: {repo: acme/web, workflow: web.yml}
   |                                      ^^^^^^^ this workflow does not build ghcr.io/acme/web
   |
  ::: .github/workflows/web.yml:13:35
   |
13 |         with: {push: true, tags: 'ghcr.io/acme/other:1.0.0'}
   |                                   ------------------------ it pushes this
   |
   = help: name the workflow that pushes ghcr.io/acme/web, or write the `registry` and the `repository` that this one pushes to

1 warning
for more, run `image-factory explain IF151`
"#);
}

#[test]
fn whatever_is_another_image_is_seen() {
    for tags in [
        "acme/web:1.0.0",
        "quay.io/acme/web:1.0.0",
        "ghcr.io/acme/web-dev:1.0.0",
        "ghcr.io/acme/other:${{ github.sha }}",
        "ghcr.io/acme/${{ github.event_name }}:1.0.0",
        "ghcr.io/acme/a-${{ vars.NAME }}:1.0.0",
        "ghcr.io/${{ github.repository }}/web:1.0.0",
    ] {
        fires(CODE, &pushes(tags));
    }
}

#[test]
fn whatever_may_be_the_image_is_not_reported() {
    for tags in [
        "ghcr.io/acme/web:1.0.0",
        "GHCR.IO/Acme/Web:1.0.0",
        "ghcr.io/${{ github.repository }}:1.0.0",
        "ghcr.io/acme/${{ vars.NAME }}:1.0.0",
        "${{ vars.REGISTRY }}/acme/web:1.0.0",
        "${{ steps.meta.outputs.tags }}",
        "ghcr.io/acme/other:1.0.0,ghcr.io/acme/web:1.0.0",
    ] {
        silent(&pushes(tags));
    }
    let more = pushes("ghcr.io/acme/other:1.0.0");
    for step in ["      - run: make push-web\n", "  web:\n    uses: acme/tools/.github/workflows/build.yml@v1\n"] {
        silent(&(more.clone() + step));
    }
}

/// One cause, one problem.
#[test]
fn a_workflow_of_another_image_of_many_images_has_one_problem() {
    let images: String = ["api", "cron", "web"]
        .map(|name| {
            format!("- name: {name}\n  repository: acme/{name}\n  source: {{repo: acme/web, workflow: web.yml}}\n")
        })
        .concat();
    let said = fires(CODE, &format!("\n-- images.yaml --\n{images}{}", pushes("ghcr.io/acme/other:1.0.0")));
    assert!(said.contains("so api, cron, web are never rebuilt") && said.contains("1 warning"), "{said}");
}

#[test]
fn workflow_of_another_image_ignored() {
    ignored(
        CODE,
        &format!(
            "\n-- images.yaml --\n- name: web\n  repository: acme/web\n  # image-factory: ignore[IF151] it is copied\n  source: {{repo: acme/web, workflow: web.yml}}\n{}",
            pushes("ghcr.io/acme/other:1.0.0")
        ),
    );
}
