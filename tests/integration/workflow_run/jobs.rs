//! Conditions, needs, env and outputs.

use super::{Event, Memory, SHIP, builds_of, dispatch, evaluate, lines, shop};
use image_factory::workflow::build::ConditionKind;
use image_factory::workflow::repository::Repositories;

/// A step that builds and pushes under a name.
fn step(tag: &str) -> String {
    format!("{{uses: docker/build-push-action@v6, with: {{push: true, tags: \"{tag}\"}}}}")
}

#[test]
fn env_on_three_levels() {
    let workflow = format!(
        "on: workflow_dispatch
env: {{A: w, B: w, C: w, N: 3.10, D: \"${{{{ github.ref_name }}}}\"}}
jobs:
  b:
    env: {{B: j, C: j, E: \"${{{{ github.ref_name }}}}+\"}}
    steps:
      - {{uses: docker/build-push-action@v6, env: {{C: s}}, with: {{push: true, tags: \"{}\"}}}}
",
        "${{ env.A }}${{ env.B }}${{ env.C }}/${{ env.D }}/${{ env.E }}/${{ env.N }}/${{ env.NONE }}"
    );
    assert_eq!(builds_of(&workflow), ["Dockerfile -> wjs/main/main+/3.1/"]);
}

#[test]
fn a_job_that_does_not_run_keeps_those_that_need_it_from_running() {
    let workflow = format!(
        "on: workflow_dispatch
jobs:
  last: {{needs: [gate, plain], steps: [{}]}}
  gate: {{if: github.event_name == 'push', outputs: {{x: y}}, steps: [{}]}}
  plain: {{steps: [{}]}}
  always: {{needs: gate, if: always(), steps: [{}]}}
  after: {{needs: always, steps: [{}]}}
  result: {{needs: gate, if: \"always() && needs.gate.result == 'skipped'\", steps: [{}]}}
  secret: {{if: \"${{{{ vars.SHIP == 'yes' }}}}\", steps: [{}]}}
",
        step("last"),
        step("gate"),
        step("plain"),
        step("always"),
        step("after"),
        step("result:${{ needs.gate.outputs.x }}"),
        step("secret")
    );
    let evaluation = dispatch(&[(SHIP, &workflow)], &Event::dispatch("main"));
    assert_eq!(
        lines(&evaluation),
        [
            "Dockerfile -> last runs=no",
            "Dockerfile -> gate runs=no",
            "Dockerfile -> plain",
            "Dockerfile -> always",
            // success() asks of all that came before, not only of what is needed at once.
            "Dockerfile -> after runs=no",
            "Dockerfile -> result:",
            "Dockerfile -> secret runs=perhaps (vars.SHIP == 'yes')",
        ]
    );
    let kinds: Vec<ConditionKind> = evaluation.builds[0].conditions.iter().map(|condition| condition.kind).collect();
    assert_eq!(kinds, [ConditionKind::Needs]);
    assert_eq!(evaluation.builds[0].conditions[0].text, "gate, plain");
}

#[test]
fn outputs_of_jobs_and_conditions_of_steps() {
    let workflow = format!(
        "on: workflow_dispatch
jobs:
  plan:
    outputs:
      list: '[\"web\", \"api\"]'
      sha: ${{{{ github.sha }}}}
    steps: []
  b:
    needs: plan
    strategy: {{matrix: {{app: \"${{{{ fromJSON(needs.plan.outputs.list) }}}}\"}}}}
    steps:
      - if: matrix.app == 'web'
        uses: docker/build-push-action@v6
        with: {{push: true, tags: \"a/${{{{ matrix.app }}}}:${{{{ needs.plan.outputs.sha }}}}\"}}
      - {}
",
        step("b/${{ matrix.app }}")
    );
    assert_eq!(
        builds_of(&workflow),
        [
            "Dockerfile -> a/web:${{ github.sha }}",
            "Dockerfile -> b/web",
            "Dockerfile -> a/api:${{ github.sha }} runs=no",
            "Dockerfile -> b/api"
        ]
    );
}

#[test]
fn changed_files_are_a_condition_with_its_reason() {
    let workflow = format!(
        "on: workflow_dispatch
jobs:
  changes:
    outputs: {{web: \"${{{{ steps.filter.outputs.web }}}}\"}}
    steps: [{{uses: dorny/paths-filter@v3, id: filter, with: {{filters: 'web: web/**'}}}}]
  b:
    needs: changes
    if: needs.changes.outputs.web == 'true'
    steps: [{}]
",
        step("a/b")
    );
    let evaluation = dispatch(&[(SHIP, &workflow)], &Event::dispatch("main"));
    let condition = &evaluation.builds[0].conditions[0];
    let image_factory::workflow::value::Truth::Unknown(unknown) = &condition.holds else { panic!("{condition:?}") };
    assert!(
        matches!(unknown.root(), image_factory::workflow::value::Why::ChangedFiles { action, output, .. }
            if action == "dorny/paths-filter" && output == "web"),
        "{unknown:?}"
    );
}

#[test]
fn every_value_knows_where_it_is_written() {
    let workflow = "
on: workflow_dispatch
env: {NAME: web}
jobs:
  b:
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: apps/${{ env.NAME }}
          push: true
          tags: |
            one/${{ secrets.X }}:1
            two/web
          build-args: |
            A=1
            B=${{ env.NAME }}
";
    let memory = Memory::new(&[(SHIP, workflow)]);
    let evaluation = evaluate(&Repositories::of(shop(&memory)), &Event::dispatch("main"), SHIP);
    let build = &evaluation.builds[0];
    let covered = |text: &super::Text| memory.covered(text.span().unwrap());
    assert_eq!(memory.covered(build.span), "docker/build-push-action@v6");
    assert_eq!(build.tags.iter().map(covered).collect::<Vec<_>>(), ["one/${{ secrets.X }}:1", "two/web"]);
    assert_eq!(memory.covered(build.tags[0].holes().next().unwrap().place().unwrap()), "${{ secrets.X }}");
    assert_eq!(covered(&build.args[1].value), "${{ env.NAME }}");
    assert_eq!(memory.covered(build.args[0].span.unwrap()), "A=1");
    let super::Location::Here(context) = &build.context else { panic!() };
    assert_eq!(covered(context), "apps/${{ env.NAME }}");
}

/// `needs.*.result` of jobs of which nobody knows whether they run is `success` or `skipped`, and never a failure; GitHub refuses a
/// condition of a job that names `env` or `secrets`.
#[test]
fn what_is_so_of_each_result_is_so() {
    let runs = |condition: &str| {
        let workflow = format!(
            "on: workflow_dispatch
env: {{A: b}}
jobs:
  may: {{if: vars.A == 'yes', steps: []}}
  b: {{needs: may, if: \"{condition}\", steps: [{{run: docker build .}}]}}
"
        );
        builds_of(&workflow)[0].contains("runs=")
    };
    assert!(!runs("always() && !contains(needs.*.result, 'failure')"));
    assert!(!runs("always() && needs.may.result != 'cancelled'"));
    assert!(runs("always() && contains(needs.*.result, 'skipped')"));
    assert!(runs("always() && env.A == 'b'"));
    assert!(runs("always() && secrets.A == ''"));
}
