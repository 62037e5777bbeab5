//! Images of several platforms: builds that push by digest, and a job behind them that puts what they have pushed together under tags.

use super::{Event, SHIP, builds_of, dispatch, lines};

/// What Docker documents under "Distribute build across multiple runners", with a merge step of one's own
/// (<https://docs.docker.com/build/ci/github-actions/multi-platform/>).
fn documented(merge: &str) -> String {
    format!(
        r#"on: workflow_dispatch
env:
  REGISTRY_IMAGE: user/app
jobs:
  build:
    strategy:
      fail-fast: false
      matrix:
        include:
          - platform: linux/amd64
            runner: ubuntu-latest
          - platform: linux/arm64
            runner: ubuntu-24.04-arm
    runs-on: ${{{{ matrix.runner }}}}
    steps:
      - name: Prepare
        run: |
          platform=${{{{ matrix.platform }}}}
          echo "PLATFORM_PAIR=${{platform//\//-}}" >> $GITHUB_ENV
      - name: Docker meta
        id: meta
        uses: docker/metadata-action@v5
        with:
          images: ${{{{ env.REGISTRY_IMAGE }}}}
      - name: Build and push by digest
        id: build
        uses: docker/build-push-action@v6
        with:
          platforms: ${{{{ matrix.platform }}}}
          labels: ${{{{ steps.meta.outputs.labels }}}}
          tags: ${{{{ env.REGISTRY_IMAGE }}}}
          outputs: type=image,push-by-digest=true,name-canonical=true,push=true
      - name: Export digest
        run: |
          mkdir -p ${{{{ runner.temp }}}}/digests
          digest="${{{{ steps.build.outputs.digest }}}}"
          touch "${{{{ runner.temp }}}}/digests/${{digest#sha256:}}"
  merge:
    runs-on: ubuntu-latest
    needs:
      - build
    steps:
      - name: Docker meta
        id: meta
        uses: docker/metadata-action@v5
        with:
          images: ${{{{ env.REGISTRY_IMAGE }}}}
          tags: |
            type=ref,event=branch
            type=raw,value=1.2.0
            type=sha
{merge}
      - name: Inspect image
        run: |
          docker buildx imagetools inspect ${{{{ env.REGISTRY_IMAGE }}}}:${{{{ steps.meta.outputs.version }}}}
"#
    )
}

const MERGE: &str = r#"
      - name: Create manifest list and push
        working-directory: ${{ runner.temp }}/digests
        run: |
          docker buildx imagetools create $(jq -cr '.tags | map("-t " + .) | join(" ")' <<< "$DOCKER_METADATA_OUTPUT_JSON") \
            $(printf '${{ env.REGISTRY_IMAGE }}@sha256:%s ' *)
"#;

/// What each of the two builds says.
fn each(line: &str) -> Vec<String> {
    vec![line.to_owned(); 2]
}

#[test]
fn the_documented_merge_job_pushes_the_tags() {
    let evaluation = dispatch(&[(SHIP, &documented(MERGE))], &Event::dispatch("main"));
    let tagged = "user/app@${{ digest }} user/app:main user/app:1.2.0 user/app:sha-${{ github.sha }}";
    assert_eq!(lines(&evaluation), each(&format!("Dockerfile -> {tagged}")));
    assert!(evaluation.unread.is_empty(), "{:?}", evaluation.unread);
    for (build, platform) in evaluation.builds.iter().zip(["linux/amd64", "linux/arm64"]) {
        assert_eq!(build.platforms[0].to_string(), platform);
        let [merge] = build.merges.as_slice() else { panic!("{:?}", build.merges) };
        assert_eq!((merge.tool.as_str(), merge.job.as_str()), ("docker buildx imagetools create", "merge"));
        assert_eq!(merge.names.len(), 3);
    }
}

#[test]
fn merges_are_written_in_many_ways() {
    let tags = "user/app:main user/app:1.2.0 user/app:sha-${{ github.sha }}";
    let whole = format!("Dockerfile -> user/app@${{{{ digest }}}} {tags}");
    for (run, expected) in [
        // Each tag by itself.
        (
            r#"for tag in $DOCKER_METADATA_OUTPUT_TAGS; do
            docker buildx imagetools create -t "$tag" $(printf 'docker.io/user/app@sha256:%s ' *)
          done"#,
            whole.as_str(),
        ),
        (
            r#"for tag in $(echo "$DOCKER_METADATA_OUTPUT_JSON" | jq -r '.tags[]'); do
            docker buildx imagetools create --tag $tag user/app@sha256:${{ needs.build.outputs.digest }}
          done"#,
            whole.as_str(),
        ),
        (
            r#"docker buildx imagetools create $(jq -cr '.tags | map(select(startswith("user/")) | "-t \(.)") | join(" ")' <<< '${{ steps.meta.outputs.json }}') user/app@$DIGEST"#,
            whole.as_str(),
        ),
        // A literal tag, of another repository too.
        (
            "docker buildx imagetools create -t ghcr.io/user/app:2 -t user/app:2 user/app@sha256:a user/app@sha256:b",
            "Dockerfile -> user/app@${{ digest }} ghcr.io/user/app:2 user/app:2",
        ),
        (
            "docker buildx imagetools create --append -t user/app:3 user/app@$D",
            "Dockerfile -> user/app@${{ digest }} user/app:3",
        ),
        // The tag is shown, and of another image.
        (
            "docker buildx imagetools create --dry-run -t user/app:2 user/app@sha256:a",
            "Dockerfile -> user/app@${{ digest }}",
        ),
        ("docker buildx imagetools create -t user/other:2 user/other@sha256:a", "Dockerfile -> user/app@${{ digest }}"),
        // Nobody knows what is in the file.
        ("docker buildx imagetools create -f descriptor.json -t user/app:2", "Dockerfile -> user/app@${{ digest }}"),
    ] {
        let workflow = documented(&format!("      - run: |\n          {run}\n"));
        assert_eq!(builds_of(&workflow), each(expected), "{run}");
    }
}

#[test]
fn what_is_not_understood_of_a_merge_may_push() {
    for (run, is_read) in [
        ("docker buildx imagetools create -t user/app:2 user/app@sha256:a", true),
        ("docker buildx imagetools create --dry-run -t user/app:2 user/app@sha256:a", true),
        ("docker buildx imagetools inspect user/app:2", true),
        ("docker buildx imagetools create -f descriptor.json -t user/app:2", false),
        ("docker buildx imagetools create -t user/app:2 $(cat digests)", false),
        ("docker manifest push user/app:2", false),
    ] {
        let workflow = documented(&format!("      - run: {run}\n"));
        let evaluation = dispatch(&[(SHIP, &workflow)], &Event::dispatch("main"));
        assert_eq!(evaluation.unread.is_empty(), is_read, "{run}");
    }
}

/// Builds of two jobs, each with a tag for its platform, and a job `merge` behind them.
fn by_tags(merge: &str) -> Vec<String> {
    let step = |arch: &str| {
        format!(
            "{{uses: docker/build-push-action@v6, with: {{context: web, push: true, tags: 'ghcr.io/acme/web:1-{arch}'}}}}"
        )
    };
    builds_of(&format!(
        "on: workflow_dispatch
jobs:
  amd: {{steps: [{}]}}
  arm: {{steps: [{}]}}
  other: {{steps: [{{uses: docker/build-push-action@v6, with: {{context: api, push: true, tags: 'ghcr.io/acme/web:api'}}}}]}}
  merge:
    needs: [amd, arm, other]
{merge}",
        step("amd64"),
        step("arm64")
    ))
}

#[test]
fn tags_of_platforms_become_one() {
    let sources = "ghcr.io/acme/web:1-amd64 ghcr.io/acme/web:1-arm64";
    let both = |name: &str| {
        [
            format!("web/Dockerfile -> ghcr.io/acme/web:1-amd64{name}"),
            format!("web/Dockerfile -> ghcr.io/acme/web:1-arm64{name}"),
            "api/Dockerfile -> ghcr.io/acme/web:api".to_owned(),
        ]
    };
    let run = |lines: &str| by_tags(&format!("    steps: [{{run: \"{lines}\"}}]\n"));
    let one = both(" ghcr.io/acme/web:1");
    assert_eq!(run(&format!("docker buildx imagetools create -t ghcr.io/acme/web:1 {sources}")), one);
    assert_eq!(
        run(&format!(
            "docker manifest create --amend ghcr.io/acme/web:1 {sources} && docker manifest annotate ghcr.io/acme/web:1 ghcr.io/acme/web:1-arm64 --arch arm64 && docker manifest push ghcr.io/acme/web:1"
        )),
        one
    );
    assert_eq!(run(&format!("docker manifest create ghcr.io/acme/web:1 {sources}")), both(""));
    assert_eq!(
        run(&format!(
            "podman manifest create all {sources} && podman manifest push --all all docker://quay.io/acme/web:2"
        )),
        both(" quay.io/acme/web:2")
    );
    assert_eq!(
        by_tags(
            "    steps:
      - uses: int128/docker-manifest-create-action@v2
        with:
          tags: ghcr.io/acme/web:1
          sources: |
            ghcr.io/acme/web:1-amd64
            ghcr.io/acme/web:1-arm64
"
        ),
        one
    );
    // Which of the images of a repository a digest is of nobody says.
    assert_eq!(run("docker buildx imagetools create -t ghcr.io/acme/web:1 ghcr.io/acme/web@sha256:a"), both(""));
}

#[test]
fn a_merge_holds_under_its_conditions() {
    let run =
        "run: docker buildx imagetools create -t ghcr.io/acme/web:1 ghcr.io/acme/web:1-amd64 ghcr.io/acme/web:1-arm64";
    let first = |keys: &str| by_tags(&format!("    {keys}\n    steps: [{{{run}}}]\n")).swap_remove(0);
    assert_eq!(first("if: github.event_name == 'push'"), "web/Dockerfile -> ghcr.io/acme/web:1-amd64");
    assert_eq!(
        first("if: github.event_name == 'workflow_dispatch'"),
        "web/Dockerfile -> ghcr.io/acme/web:1-amd64 ghcr.io/acme/web:1"
    );
    assert_eq!(first("if: vars.SHIP == '1'"), "web/Dockerfile -> ghcr.io/acme/web:1-amd64 ${{ ghcr.io/acme/web:1 }}");
}

#[test]
fn a_merge_of_a_matrix_is_of_its_own_cell() {
    let workflow = "on: workflow_dispatch
jobs:
  build:
    strategy: {matrix: {app: [web, api], platform: [linux/amd64, linux/arm64]}}
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: ${{ matrix.app }}
          platforms: ${{ matrix.platform }}
          outputs: type=image,\"name=ghcr.io/acme/all,quay.io/acme/all\",push-by-digest=true,push=true
  merge:
    needs: build
    strategy: {matrix: {app: [web, api]}}
    steps:
      - run: docker buildx imagetools create -t ghcr.io/acme/all:${{ matrix.app }} $(printf 'ghcr.io/acme/all@sha256:%s ' *)
";
    let line = |app: &str| {
        format!(
            "{app}/Dockerfile -> ghcr.io/acme/all@${{{{ digest }}}} quay.io/acme/all@${{{{ digest }}}} ghcr.io/acme/all:{app}"
        )
    };
    assert_eq!(builds_of(workflow), [line("web"), line("web"), line("api"), line("api")]);
}

#[test]
fn a_merge_in_another_reusable_workflow() {
    let build = "on: {workflow_call: {inputs: {platform: {type: string}}}}
jobs:
  push:
    steps:
      - uses: docker/build-push-action@v6
        with: {platforms: \"${{ inputs.platform }}\", outputs: 'type=image,name=ghcr.io/acme/web,push-by-digest=true,push=true'}
";
    let merge = "on: {workflow_call: {inputs: {tag: {type: string}}}}
jobs:
  tag:
    steps:
      - run: docker buildx imagetools create -t ghcr.io/acme/web:${{ inputs.tag }} $(printf 'ghcr.io/acme/web@sha256:%s ' *)
";
    let ship = "on: workflow_dispatch
jobs:
  merge:
    needs: [amd, arm]
    uses: ./.github/workflows/merge.yml
    with: {tag: '3'}
  amd: {uses: ./.github/workflows/build.yml, with: {platform: linux/amd64}}
  arm: {uses: ./.github/workflows/build.yml, with: {platform: linux/arm64}}
";
    let files = [(SHIP, ship), (".github/workflows/build.yml", build), (".github/workflows/merge.yml", merge)];
    let expected = each("Dockerfile -> ghcr.io/acme/web@${{ digest }} ghcr.io/acme/web:3");
    assert_eq!(lines(&dispatch(&files, &Event::dispatch("main"))), expected);
}

#[test]
fn podman_builds_into_a_list() {
    let run =
        |script: &str| builds_of(&format!("on: workflow_dispatch\njobs: {{b: {{steps: [{{run: '{script}'}}]}}}}\n"));
    assert_eq!(
        run(
            "podman build --manifest all --platform linux/amd64,linux/arm64 . && podman manifest push all quay.io/acme/web:1"
        ),
        ["Dockerfile -> quay.io/acme/web:1"]
    );
    assert_eq!(
        run(
            "buildah manifest create all; buildah bud --tag web web; buildah manifest add all localhost/web; buildah manifest push --all all docker://quay.io/acme/web"
        ),
        ["web/Dockerfile -> quay.io/acme/web"]
    );
    assert_eq!(run("podman build --manifest all ."), ["Dockerfile ->  pushed=no"]);
}
