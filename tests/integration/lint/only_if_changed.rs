//! A dispatched build that runs only if files have changed.

use super::{fires, ignored, silent, workflow};

const CODE: &str = "IF152";

/// A job that finds out what has changed by these steps, and a build that runs if this holds.
fn filtered(steps: &str, holds: &str) -> String {
    workflow(&format!(
        "\n  changes:\n    runs-on: ubuntu-latest\n    outputs: {{web: '${{{{ steps.f.outputs.web }}}}'}}\n    steps:\n      - id: f\n        {steps}\n  build:\n    needs: changes\n    if: {holds}\n    runs-on: ubuntu-latest\n    steps:\n      - uses: docker/build-push-action@v6\n        with: {{push: true, tags: 'ghcr.io/acme/web:1.0.0'}}\n"
    ))
}

const FILTER: &str = "uses: dorny/paths-filter@v3";
const HAS_CHANGED: &str = "needs.changes.outputs.web == 'true'";

#[test]
fn job_behind_a_filter() {
    insta::assert_snapshot!(fires(CODE, &filtered(FILTER, HAS_CHANGED)), @r#"
warning[IF152]: a dispatch of web.yml builds only if files have changed, so web is not rebuilt for a base
  --> .github/workflows/web.yml:17:9
   |
14 |         uses: dorny/paths-filter@v3
   |               --------------------- this says what has changed
...
17 |     if: needs.changes.outputs.web == 'true'
   |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ when a base moves, no file here has changed
   |
   = help: let a dispatch through, as in `if: github.event_name == 'workflow_dispatch' || ...`

1 warning
for more, run `image-factory explain IF152`
"#);
}

#[test]
fn whatever_asks_for_changed_files_is_seen() {
    for steps in
        ["uses: tj-actions/changed-files@v45", "run: echo \"web=$(git diff --name-only HEAD~1)\" >> \"$GITHUB_OUTPUT\""]
    {
        fires(CODE, &filtered(steps, HAS_CHANGED));
    }
    for holds in [
        "needs.changes.outputs.web",
        "needs.changes.outputs.web == 'true' && github.ref == 'refs/heads/main'",
        "contains(needs.changes.outputs.web, 'web')",
        "github.event_name == 'push' || needs.changes.outputs.web == 'true'",
    ] {
        fires(CODE, &filtered(FILTER, holds));
    }
    let step = "\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - id: f\n        uses: tj-actions/changed-files@v45\n      - uses: docker/build-push-action@v6\n        if: steps.f.outputs.any_changed == 'true'\n        with: {push: true, tags: 'ghcr.io/acme/web:1.0.0'}\n";
    fires(CODE, &workflow(step));
}

#[test]
fn whatever_lets_a_dispatch_through_is_not_reported() {
    for holds in [
        "github.event_name == 'workflow_dispatch' || needs.changes.outputs.web == 'true'",
        "github.event_name != 'pull_request' || needs.changes.outputs.web == 'true'",
        "always()",
        "needs.changes.result == 'success'",
    ] {
        silent(&filtered(FILTER, holds));
    }
    silent(&filtered("run: ./decide.sh", HAS_CHANGED));
}

#[test]
fn job_behind_a_filter_ignored() {
    ignored(CODE, &filtered(FILTER, &format!("{HAS_CHANGED} # image-factory: ignore[IF152] the bases are files here")));
}
