//! Reusable workflows.

use super::{Event, SHIP, dispatch, lines};

const ONE: &str = "
on:
  workflow_call:
    inputs:
      image: {type: string, required: true}
      latest: {type: boolean}
      registry: {type: string, default: quay.io}
    outputs:
      name: {value: \"${{ jobs.build.outputs.name }}\"}
env: {OWNER: acme}
jobs:
  build:
    outputs: {name: \"${{ inputs.image }}!\"}
    steps:
      - uses: actions/checkout@v4
      - uses: docker/build-push-action@v6
        with:
          context: images/${{ inputs.image }}
          push: true
          tags: ${{ inputs.registry }}/${{ env.OWNER }}/${{ inputs.image }}:${{ inputs.latest && 'latest' || github.ref_name }}
";

fn run(workflow: &str) -> Vec<String> {
    lines(&dispatch(&[(SHIP, workflow), (".github/workflows/one.yml", ONE)], &Event::dispatch("main")))
}

#[test]
fn literals_of_the_caller_are_put_in() {
    let workflow = "
on: workflow_dispatch
env: {OWNER: not-seen-there}
jobs:
  web:
    uses: ./.github/workflows/one.yml
    with: {image: web, latest: true}
  api:
    uses: acme/shop/.github/workflows/one.yml@v1
    with: {image: api, registry: \"${{ vars.REGISTRY }}\"}
";
    assert_eq!(
        run(workflow),
        [
            "images/web/Dockerfile -> quay.io/acme/web:latest",
            "images/api/Dockerfile -> ${{ vars.REGISTRY }}/acme/api:main"
        ]
    );
}

#[test]
fn a_matrix_calls_it_for_each_cell_and_outputs_come_back() {
    let workflow = "
on: workflow_dispatch
jobs:
  first:
    uses: ./.github/workflows/one.yml
    with: {image: web}
  second:
    needs: first
    strategy: {matrix: {image: [\"${{ needs.first.outputs.name }}\", api]}}
    uses: ./.github/workflows/one.yml
    with: {image: \"${{ matrix.image }}\"}
";
    assert_eq!(
        run(workflow),
        [
            "images/web/Dockerfile -> quay.io/acme/web:main",
            "images/web!/Dockerfile -> quay.io/acme/web!:main",
            "images/api/Dockerfile -> quay.io/acme/api:main"
        ]
    );
}

#[test]
fn one_of_another_repository_is_an_unknown_build_with_what_it_is_given() {
    let workflow = "
on: workflow_dispatch
jobs:
  server:
    uses: acme/devtools/.github/workflows/build.yml@v3
    with: {image: base-server, context: server}
";
    let evaluation = dispatch(&[(SHIP, workflow)], &Event::dispatch("main"));
    let [build] = evaluation.builds.as_slice() else { panic!("{evaluation:?}") };
    let image_factory::workflow::build::Tool::Elsewhere { uses, with } = &build.tool else { panic!("{build:?}") };
    assert_eq!(uses, "acme/devtools/.github/workflows/build.yml@v3");
    let with: Vec<(&str, Option<&str>)> = with.iter().map(|(name, value)| (name.as_str(), value.known())).collect();
    assert_eq!(with, [("image", Some("base-server")), ("context", Some("server"))]);
    assert_eq!(evaluation.gaps.len(), 1);
}

#[test]
fn a_workflow_that_calls_itself_ends_with_a_word() {
    let workflow = "
on: {workflow_dispatch: {}, workflow_call: {}}
jobs:
  a: {uses: ./.github/workflows/ship.yml}
  b: {uses: ./.github/workflows/two.yml}
";
    let two = "on: workflow_call\njobs: {c: {uses: ./.github/workflows/two.yml}}\n";
    let evaluation = dispatch(&[(SHIP, workflow), (".github/workflows/two.yml", two)], &Event::dispatch("main"));
    assert!(evaluation.builds.is_empty());
    assert_eq!(evaluation.gaps.len(), 2, "{:?}", evaluation.gaps);
}
