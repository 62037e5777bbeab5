//! Which repository is checked out where.

use super::builds_of;

fn run(steps: &str) -> Vec<String> {
    builds_of(&format!("on: workflow_dispatch\njobs:\n  b:\n    steps:\n{steps}"))
}

#[test]
fn a_path_is_the_root_of_its_checkout() {
    let found = run("
      - uses: actions/checkout@v4
        with: {path: release}
      - uses: docker/build-push-action@v6
        with: {context: release, file: release/cmd/web/Dockerfile, push: true, tags: a/b}
");
    assert_eq!(found, ["cmd/web/Dockerfile -> a/b context=."]);
}

#[test]
fn a_build_in_the_checkout_of_another_repository_is_not_ours() {
    let found = run("
      - uses: actions/checkout@v4
        with: {repository: other/upstream, ref: v3}
      - uses: docker/build-push-action@v6
        with: {context: web, push: true, tags: a/b}
      - uses: actions/checkout@v4
        with: {path: ours}
      - uses: docker/build-push-action@v6
        with: {context: ours/web, push: true, tags: a/c}
      - uses: actions/checkout@v4
        if: github.event_name == 'push'
        with: {repository: third/one}
      - uses: docker/build-push-action@v6
        with: {context: ., push: true, tags: a/d}
");
    assert_eq!(
        found,
        [
            "other/upstream:web/Dockerfile -> a/b",
            "web/Dockerfile -> a/c",
            "other/upstream:Dockerfile -> a/d context=other/upstream:",
        ]
    );
}

#[test]
fn the_own_repository_by_its_name_is_ours() {
    let found = run("
      - uses: actions/checkout@v4
        with: {repository: \"${{ github.repository }}\", path: x}
      - uses: docker/build-push-action@v6
        with: {context: \"${{ github.workspace }}/x/web\", push: true, tags: a/b}
");
    assert_eq!(found, ["web/Dockerfile -> a/b"]);
}
