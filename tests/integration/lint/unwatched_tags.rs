//! A rebuild under tags that nobody watches.

use super::{fires, ignored, silent, workflow};

const CODE: &str = "IF155";

/// An image with these `tags`, and a workflow that pushes it under these.
fn pushed_as(rule: &str, tags: &str) -> String {
    let images =
        "\n-- images.yaml --\n- name: web\n  repository: acme/web\n  source: {repo: acme/web, workflow: web.yml}\n";
    let rule = if rule.is_empty() { String::new() } else { format!("  tags: {rule}\n") };
    let steps = format!(
        "\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: docker/build-push-action@v6\n        with: {{push: true, tags: '{tags}'}}\n"
    );
    images.to_owned() + &rule + workflow(&steps).trim_start()
}

#[test]
fn latest_where_versions_are_watched() {
    insta::assert_snapshot!(fires(CODE, &pushed_as("", "ghcr.io/acme/web:latest")), @r#"
warning[IF155]: a dispatch of web.yml pushes ghcr.io/acme/web as `latest` alone, which web is not watched for
  --> .github/workflows/web.yml:12:15
   |
12 |       - uses: docker/build-push-action@v6
   |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
  ::: images.yaml:1:9
   |
 1 | - name: web
   |         --- versions such as 1.4.0 (SemVer) of this image are watched
   |
   = help: push a tag that is watched, or watch this one: `tags: {strategy: Digest, constraint: latest}`

1 warning
for more, run `image-factory explain IF155`
"#);
}

#[test]
fn whatever_is_not_watched_is_seen() {
    for (rule, tags) in [
        ("", "ghcr.io/acme/web"),
        ("", "ghcr.io/acme/web:main"),
        ("", "ghcr.io/acme/web:1.2"),
        ("", "ghcr.io/acme/web:latest,ghcr.io/acme/web:sha-${{ github.sha }}"),
        ("", "ghcr.io/acme/web:${{ github.ref_name }}"),
        ("{strategy: Digest, constraint: stable}", "ghcr.io/acme/web:latest"),
        ("{strategy: Digest, constraint: '22'}", "ghcr.io/acme/web:22-${{ github.run_number }}"),
        ("{strategy: NewestBuild, allow: ['^main$']}", "ghcr.io/acme/web:latest"),
    ] {
        fires(CODE, &pushed_as(rule, tags));
    }
}

#[test]
fn whatever_may_be_watched_is_not_reported() {
    for (rule, tags) in [
        ("", "ghcr.io/acme/web:1.2.3"),
        ("", "ghcr.io/acme/web:v1.2.3-rc.1"),
        ("", "ghcr.io/acme/web:latest,ghcr.io/acme/web:1.0.${{ github.run_number }}"),
        ("", "ghcr.io/acme/web:v${{ vars.NEXT }}"),
        ("", "ghcr.io/acme/web:${{ vars.NEXT }}"),
        ("", "ghcr.io/acme/${{ vars.WHAT }}"),
        ("{strategy: Digest, constraint: latest}", "ghcr.io/acme/web:latest"),
        ("{strategy: Digest, constraint: latest}", "ghcr.io/acme/web"),
        ("{strategy: Digest, constraint: '22'}", "ghcr.io/acme/web:${{ vars.TAG }}"),
        ("{strategy: NewestBuild, allow: ['^(main|dev)$']}", "ghcr.io/acme/web:latest"),
        ("{strategy: NewestBuild}", "ghcr.io/acme/web:latest"),
    ] {
        silent(&pushed_as(rule, tags));
    }
    silent(&(pushed_as("", "ghcr.io/acme/web:latest") + "      - run: make tag\n"));
    silent(
        &(pushed_as("", "ghcr.io/acme/web:latest")
            + "      - run: docker buildx imagetools create -t ghcr.io/acme/web:1.0.0 ghcr.io/acme/web:latest\n"),
    );
}

/// A build pushes by its digest, and a job behind it makes a tag of that.
#[test]
fn the_tags_of_a_merge_count() {
    let merged = |tag: &str| {
        let build = pushed_as("", "").replace(
            "push: true, tags: ''",
            "outputs: 'type=image,name=ghcr.io/acme/web,push-by-digest=true,push=true'",
        );
        build
            + &format!(
                "  merge:\n    runs-on: ubuntu-latest\n    needs: build\n    steps:\n      - run: docker buildx imagetools create -t ghcr.io/acme/web:{tag} ghcr.io/acme/web@sha256:0\n"
            )
    };
    assert!(fires(CODE, &merged("latest")).contains("pushes ghcr.io/acme/web as `latest` alone"));
    silent(&merged("1.2.3"));
    silent(merged("latest").split("  merge:").next().unwrap());
}

#[test]
fn latest_where_versions_are_watched_ignored() {
    ignored(
        CODE,
        &pushed_as("", "ghcr.io/acme/web:latest")
            .replace("push-action@v6", "push-action@v6 # image-factory: ignore[IF155] a release follows"),
    );
}
