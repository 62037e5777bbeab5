//! Actions that build, and composite actions of the repository.

use super::{Event, Memory, SHIP, builds_of, dispatch, evaluate, lines, shop};
use image_factory::workflow::repository::Repositories;

#[test]
fn build_push_action_and_its_forks() {
    for action in ["docker/build-push-action@v6", "Docker/Build-Push-Action@abc", "depot/build-push-action@v1"] {
        let found = builds_of(&format!(
            "on: workflow_dispatch
jobs:
  b:
    steps:
      - uses: actions/checkout@v4
      - uses: {action}
        with:
          context: web
          file: docker/web.Dockerfile
          target: prod
          push: true
          tags: |
            ghcr.io/acme/web:1
            ghcr.io/acme/web:latest,acme/web
          build-args: |
            A=1
            B=x=y
            A=2
"
        ));
        assert_eq!(
            found,
            [
                "docker/web.Dockerfile -> ghcr.io/acme/web:1 ghcr.io/acme/web:latest acme/web context=web target=prod B=x=y A=2"
            ]
        );
    }
}

#[test]
fn the_default_context_is_the_repository() {
    let step = |with: &str| {
        builds_of(&format!(
            "on: workflow_dispatch\njobs: {{b: {{steps: [{{uses: docker/build-push-action@v6, with: {{push: true, tags: a/b, {with}}}}}]}}}}\n"
        ))
    };
    assert_eq!(step(""), ["Dockerfile -> a/b"]);
    assert_eq!(step("file: x/Dockerfile"), ["x/Dockerfile -> a/b context=."]);
    assert_eq!(step("context: '{{defaultContext}}:web', file: x.Dockerfile"), ["web/x.Dockerfile -> a/b context=web"]);
    assert_eq!(
        step("context: 'https://github.com/o/r.git'"),
        ["<https://github.com/o/r.git> -> a/b context=<https://github.com/o/r.git>"]
    );
    assert_eq!(step("context: ./web/, file: ''"), ["web/Dockerfile -> a/b"]);
}

#[test]
fn a_build_is_pushed_by_its_outputs_too() {
    let step = |with: &str| {
        builds_of(&format!(
            "on: workflow_dispatch\njobs: {{b: {{steps: [{{uses: docker/build-push-action@v6, with: {{{with}}}}}]}}}}\n"
        ))
    };
    assert_eq!(
        step("outputs: 'type=image,name=docker.io/acme/web,push-by-digest=true,push=true'"),
        ["Dockerfile -> docker.io/acme/web@${{ digest }}"]
    );
    assert_eq!(step("tags: a/b, outputs: 'type=image,name=c/d,push=false'"), ["Dockerfile ->  pushed=no"]);
    assert_eq!(step("tags: a/b, outputs: 'type=registry'"), ["Dockerfile -> a/b"]);
    assert_eq!(step("tags: a/b, outputs: 'type=docker'"), ["Dockerfile ->  pushed=no"]);
    assert_eq!(step("tags: a/b, push: \"${{ secrets.X }}\""), ["Dockerfile -> a/b pushed=perhaps (secrets.X)"]);
}

#[test]
fn a_composite_action_is_followed_with_its_inputs() {
    let action = "
inputs:
  dir: {required: true}
  registry: {default: quay.io}
outputs:
  image: {value: \"${{ steps.b.outputs.missing || inputs.dir }}-${{ inputs.registry }}\"}
runs:
  using: composite
  steps:
    - uses: docker/build-push-action@v6
      id: b
      if: inputs.dir != 'skip'
      with: {context: \"${{ inputs.dir }}\", push: true, tags: \"${{ inputs.registry }}/acme/${{ inputs.dir }}:${{ env.TAG }}\"}
";
    let workflow = "
on: workflow_dispatch
env: {TAG: one}
jobs:
  b:
    steps:
      - uses: actions/checkout@v4
      - uses: ./.github/actions/ship
        with: {dir: web}
      - uses: ./.github/actions/ship/
        env: {TAG: two}
        with: {DIR: api, registry: ghcr.io}
      - uses: ./.github/actions/ship
        with: {dir: skip}
";
    let files = [(SHIP, workflow), (".github/actions/ship/action.yml", action)];
    let evaluation = dispatch(&files, &Event::dispatch("main"));
    assert_eq!(
        lines(&evaluation),
        [
            "web/Dockerfile -> quay.io/acme/web:one",
            "api/Dockerfile -> ghcr.io/acme/api:two",
            "skip/Dockerfile -> quay.io/acme/skip:one runs=no"
        ]
    );
    assert!(evaluation.gaps.is_empty());
    let names: Vec<&str> = evaluation.builds[0].way.iter().map(|frame| frame.name.as_str()).collect();
    assert_eq!(names, [SHIP, "b", "./.github/actions/ship", ".github/actions/ship", "docker/build-push-action@v6"]);
}

#[test]
fn an_action_that_is_not_here_is_a_gap_if_it_should_be() {
    let workflow = "
on: workflow_dispatch
jobs:
  b:
    steps:
      - uses: ./missing
      - uses: other/tool@v1
        id: x
      - uses: docker/build-push-action@v6
        with: {push: true, tags: \"a/b:${{ steps.x.outputs.version }}\"}
";
    let evaluation = dispatch(&[(SHIP, workflow)], &Event::dispatch("main"));
    assert_eq!(lines(&evaluation), ["Dockerfile -> a/b:${{ steps.x.outputs.version }}"]);
    let gaps: Vec<String> = evaluation.gaps.iter().map(ToString::to_string).collect();
    assert_eq!(gaps, ["the action missing is not here, or cannot be read"]);
}

#[test]
fn an_action_of_a_repository_that_is_checked_out_here_is_followed() {
    let own = Memory::new(&[(
        SHIP,
        "on: workflow_dispatch\njobs: {b: {steps: [{uses: acme/tools/ship@v1, with: {dir: web}}]}}\n",
    )]);
    let tools = Memory::new(&[(
        "ship/action.yaml",
        "inputs: {dir: {}}
runs:
  using: composite
  steps: [{uses: docker/build-push-action@v6, with: {context: \"${{ inputs.dir }}\", push: true, tags: a/b}}]\n",
    )]);
    let others = [image_factory::workflow::repository::Repository { name: Some("acme/tools"), ..shop(&tools) }];
    let repositories = Repositories { own: shop(&own), others: &others };
    assert_eq!(lines(&evaluate(&repositories, &Event::dispatch("main"), SHIP)), ["web/Dockerfile -> a/b"]);
}

#[test]
fn buildah_and_the_action_that_pushes() {
    let found = builds_of(
        "on: workflow_dispatch
jobs:
  b:
    steps:
      - uses: redhat-actions/buildah-build@v2
        id: image
        with: {image: acme/web, tags: latest 1.0, containerfiles: ./web/Containerfile, context: ./web, build-args: A=1}
      - uses: redhat-actions/push-to-registry@v2
        with: {image: acme/web, tags: latest, registry: quay.io}
",
    );
    assert_eq!(found, ["web/Containerfile -> quay.io/acme/web:latest context=web A=1"]);
}

#[test]
fn an_action_that_nobody_reads_may_set_variables() {
    let tags = |before: &str| {
        builds_of(&format!(
            "on: workflow_dispatch
jobs:
  b:
    steps:
      - {before}
      - run: docker build --push -t a/b:${{TAG:-latest}}-$OTHER .
"
        ))
    };
    assert_eq!(tags("uses: docker/setup-buildx-action@v3"), ["Dockerfile -> a/b:latest-"]);
    assert_eq!(
        tags("{uses: rlespinasse/github-slug-action@v5, env: {TAG: x}}"),
        ["Dockerfile -> a/b:${{ ${TAG:-latest} }}-${{ env.OTHER }}"]
    );
}
