//! Matrices of whole workflows.

use super::builds_of;

fn run(matrix: &str, with: &str) -> Vec<String> {
    builds_of(&format!(
        "on: workflow_dispatch\njobs:\n  b:\n    strategy:\n      matrix: {matrix}\n    steps:\n      - uses: docker/build-push-action@v6\n        with: {{push: true, {with}}}\n"
    ))
}

#[test]
fn lists_and_objects() {
    assert_eq!(
        run(
            "{image: [{name: web, path: ./web}, {name: api, path: ./api}]}",
            "context: \"${{ matrix.image.path }}\", tags: \"a/${{ matrix.image.name }}\""
        ),
        ["web/Dockerfile -> a/web", "api/Dockerfile -> a/api"]
    );
    assert_eq!(
        run(
            "{include: [{image: web, v: 1.10}, {image: api}]}",
            "context: \"${{ matrix.image }}\", tags: \"a/${{ matrix.image }}:${{ matrix.v || 'x' }}\""
        ),
        ["web/Dockerfile -> a/web:1.1", "api/Dockerfile -> a/api:x"]
    );
}

#[test]
fn a_matrix_that_is_not_known_is_one_build_with_holes() {
    assert_eq!(
        run("\"${{ fromJSON(vars.MATRIX) }}\"", "context: \"${{ matrix.app }}\", tags: \"a/${{ matrix.app }}\""),
        ["${{ matrix.app }}/Dockerfile -> a/${{ matrix.app }}"]
    );
    assert_eq!(
        run(
            "{app: \"${{ fromJSON(vars.APPS) }}\", os: [x, y]}",
            "context: \"${{ matrix.app }}\", tags: \"a/${{ matrix.app }}-${{ matrix.os }}\""
        ),
        [
            "${{ matrix.app }}/Dockerfile -> a/${{ matrix.app }}-x",
            "${{ matrix.app }}/Dockerfile -> a/${{ matrix.app }}-y"
        ]
    );
    assert_eq!(
        run("{os: [x, y], exclude: [{os: \"${{ vars.X }}\"}]}", "tags: \"a/${{ matrix.os }}\""),
        ["Dockerfile -> a/x runs=perhaps (vars.X)", "Dockerfile -> a/y runs=perhaps (vars.X)"]
    );
}
