//! Inputs of a dispatch.

use super::{Event, SHIP, dispatch, lines};
use image_factory::workflow::evaluate::Refusal;
use image_factory::workflow::event::Input;

const WORKFLOW: &str = "
on:
  workflow_dispatch:
    inputs:
      app: {type: string, required: true}
      level: {type: choice, options: [low, high], default: low}
      dry: {type: boolean}
      flavors: {default: '[\"x86\", \"arm\"]'}
jobs:
  b:
    strategy: {matrix: {flavor: \"${{ fromJSON(github.event.inputs.flavors) }}\"}}
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: ./apps/${{ inputs.app }}
          push: ${{ !inputs.dry }}
          tags: ghcr.io/acme/${{ inputs.app }}-${{ matrix.flavor }}:${{ inputs.level }}
";

fn run(event: &Event) -> (Vec<String>, Vec<Refusal>) {
    let evaluation = dispatch(&[(SHIP, WORKFLOW)], event);
    (lines(&evaluation), evaluation.refused)
}

#[test]
fn what_is_sent_and_else_the_default() {
    let event = Event::dispatch("main")
        .with("APP", Input::Is("web".to_owned()))
        .with("flavors", Input::Is("[\"one\"]".to_owned()));
    assert_eq!(run(&event), (vec!["apps/web/Dockerfile -> ghcr.io/acme/web-one:low".to_owned()], Vec::new()));
    let dry = event.with("dry", Input::Is("true".to_owned())).with("level", Input::Is("high".to_owned()));
    assert_eq!(run(&dry).0, ["apps/web/Dockerfile ->  pushed=no"]);
}

#[test]
fn an_input_that_is_left_open_is_a_hole_with_its_choices() {
    let event = Event::dispatch("main").with("app", Input::Any).with("level", Input::Any).with("dry", Input::Any);
    let (lines, refused) = run(&event);
    assert_eq!(
        lines,
        [
            "apps/${{ inputs.app }}/Dockerfile -> ghcr.io/acme/${{ inputs.app }}-x86:${{ inputs.level }} pushed=perhaps (!inputs.dry)",
            "apps/${{ inputs.app }}/Dockerfile -> ghcr.io/acme/${{ inputs.app }}-arm:${{ inputs.level }} pushed=perhaps (!inputs.dry)"
        ]
    );
    assert_eq!(refused, []);
    let evaluation = dispatch(&[(SHIP, WORKFLOW)], &event);
    let captures = match &evaluation.builds[0].dockerfile {
        super::Location::Here(path) => path.fits("apps/api/Dockerfile").unwrap(),
        other => panic!("{other:?}"),
    };
    let filled = evaluation.builds[0].tags[0].filled(&captures);
    assert_eq!(filled.possible(8).unwrap(), ["ghcr.io/acme/api-x86:low", "ghcr.io/acme/api-x86:high"]);
}

#[test]
fn what_github_refuses_is_said() {
    let (_, refused) =
        run(&Event::dispatch("main").with("nope", Input::Is(String::new())).with("level", Input::Is("mid".to_owned())));
    let [Refusal::Undeclared(undeclared), Refusal::Required(required, _), Refusal::NotAChoice(choice, value, _)] =
        refused.as_slice()
    else {
        panic!("{refused:?}")
    };
    assert_eq!([undeclared, required, choice, value], ["nope", "app", "level", "mid"]);
    let refused = |on: &str| dispatch(&[(SHIP, &format!("on: {on}\njobs: {{}}\n"))], &Event::dispatch("main")).refused;
    assert_eq!(refused("push"), [Refusal::NoEvent]);
    assert_eq!(refused("[push, workflow_dispatch]"), []);
    assert_eq!(refused("{workflow_dispatch: }"), []);
    assert_eq!(dispatch(&[], &Event::dispatch("main")).refused, [Refusal::NoWorkflow]);
}

#[test]
fn github_is_that_of_a_dispatch() {
    let tag = "${{ github.event_name }}|${{ github.ref }}|${{ github.ref_name }}|${{ github.repository_owner }}|\
               ${{ github.event.repository.name }}|${{ github.event.repository.default_branch }}|${{ github.head_ref }}|\
               ${{ github.event.pull_request.number }}|${{ github.sha }}|${{ github.actor }}";
    let workflow = format!(
        "on: workflow_dispatch\njobs: {{b: {{steps: [{{uses: docker/build-push-action@v6, with: {{push: true, tags: \"{tag}\"}}}}]}}}}\n"
    );
    assert_eq!(
        lines(&dispatch(&[(SHIP, &workflow)], &Event::dispatch("fix/a"))),
        [
            "Dockerfile -> workflow_dispatch|refs/heads/fix/a|fix/a|acme|shop|main|||${{ github.sha }}|${{ github.actor }}"
        ]
    );
}
