//! A rebuild that the next one cancels.

use super::{CHECKOUT, fires, ignored, silent};

const CODE: &str = "IF153";

/// The workflow of [`CHECKOUT`] with this `concurrency`.
fn grouped(concurrency: &str) -> String {
    let own = r#"concurrency: {group: "${{ github.workflow }}-${{ github.ref }}"}"#;
    assert!(CHECKOUT.contains(own));
    CHECKOUT.replace(own, &format!("concurrency: {concurrency}"))
}

#[test]
fn cancelled_in_progress() {
    insta::assert_snapshot!(
        fires(CODE, &grouped("{group: '${{ github.workflow }}-${{ github.ref }}', cancel-in-progress: true}")),
        @r#"
warning[IF153]: a dispatch of web.yml cancels the one that goes on, so web is perhaps not pushed
 --> .github/workflows/web.yml:7:86
  |
7 | concurrency: {group: '${{ github.workflow }}-${{ github.ref }}', cancel-in-progress: true}
  |                                                                                      ^^^^ of two runs at once the first is ended
  |
 ::: images.yaml:1:9
  |
1 | - name: web
  |         --- rebuilds of this image run that workflow
  |
  = help: cancel runs of pull requests alone: `cancel-in-progress: ${{ github.event_name == 'pull_request' }}`

1 warning
for more, run `image-factory explain IF153`
"#
    );
}

#[test]
fn whatever_cancels_a_rebuild_is_seen() {
    for (group, cancels) in [
        ("build", "true"),
        ("build", "\"${{ github.event_name != 'pull_request' }}\""),
        ("build", "\"${{ github.ref == 'refs/heads/main' }}\""),
        ("${{ github.sha }}", "true"),
        ("${{ vars.GROUP }}", "true"),
        ("${{ inputs.version_bump }}", "true"),
        ("${{ github.event.pull_request.number || github.ref }}", "true"),
    ] {
        fires(CODE, &grouped(&format!("{{group: '{group}', cancel-in-progress: {cancels}}}")));
    }
    let job = CHECKOUT.replace("    runs-on", "    concurrency: {group: web, cancel-in-progress: true}\n    runs-on");
    fires(CODE, &job);
}

#[test]
fn whatever_cancels_no_rebuild_is_not_reported() {
    for (group, cancels) in [
        ("build", "false"),
        ("build", "\"${{ github.event_name == 'pull_request' }}\""),
        ("build", "\"${{ startsWith(github.ref, 'refs/pull/') }}\""),
        ("build", "\"${{ vars.CANCEL == 'yes' }}\""),
        ("${{ github.run_id }}", "true"),
        ("${{ github.head_ref || github.run_id }}", "true"),
        ("${{ inputs.base_image }}", "true"),
        ("build-${{ github.event.inputs.base_image || github.ref }}", "true"),
    ] {
        silent(&grouped(&format!("{{group: '{group}', cancel-in-progress: {cancels}}}")));
    }
    // Another job than the one that builds.
    silent(
        &(CHECKOUT.to_owned()
            + "  test:\n    concurrency: {group: test, cancel-in-progress: true}\n    runs-on: ubuntu-latest\n    steps: [{run: ls}]\n"),
    );
}

#[test]
fn cancelled_in_progress_ignored() {
    ignored(CODE, &grouped("{group: build, cancel-in-progress: true} # image-factory: ignore[IF153] it is quick"));
}
