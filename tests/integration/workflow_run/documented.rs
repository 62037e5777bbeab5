//! What GitHub documents of expressions, contexts, conditions and matrices, as tables that were written by hand from
//! <https://docs.github.com/en/actions/reference/workflows-and-actions>.

use super::{Event, SHIP, builds_of, dispatch};
use image_factory::workflow::evaluate::Refusal;
use image_factory::workflow::event::Input;
use std::fmt::Write;

/// Inputs of each type, and a step that pushes what an expression comes to.
fn pushed(expression: &str, event: &Event) -> String {
    let workflow = format!(
        "on:
  workflow_dispatch:
    inputs:
      flag: {{type: boolean, default: true}}
      off: {{type: boolean}}
      number: {{type: number, default: 5}}
      text: {{type: string}}
jobs:
  b:
    steps:
    - uses: docker/build-push-action@v6
      with:
        push: true
        tags: a/b
        build-args: |
          A=${{{{ {expression} }}}}
"
    );
    dispatch(&[(SHIP, &workflow)], event).builds[0].args[0].value.to_string()
}

#[test]
fn contexts_of_a_dispatch() {
    let event = Event::dispatch("main").with("text", Input::Is("Web".to_owned()));
    for (expression, expected) in [
        ("github.event_name", "workflow_dispatch"),
        ("github.ref", "refs/heads/main"),
        ("github.ref_name", "main"),
        ("github.ref_type", "branch"),
        ("github.repository", "acme/shop"),
        ("github.repository_owner", "acme"),
        ("github.server_url", "https://github.com"),
        ("github.head_ref", ""),
        ("github.base_ref", ""),
        ("github.event.ref", "refs/heads/main"),
        ("github.event.pull_request.number", ""),
        ("github.event.release.tag_name", ""),
        ("github.event.repository.default_branch", "main"),
        ("github.sha", "${{ github.sha }}"),
        ("github.actor", "${{ github.actor }}"),
        ("github.run_number", "${{ github.run_number }}"),
        ("github.token", "${{ github.token }}"),
        ("secrets.TOKEN", "${{ secrets.TOKEN }}"),
        ("vars.NAME", "${{ vars.NAME }}"),
        ("job.status", "success"),
        // A boolean is one in `inputs`, and a text in the event; a number is a text in both.
        ("inputs.flag == true", "true"),
        ("inputs.flag == 'true'", "false"),
        ("github.event.inputs.flag == 'true'", "true"),
        ("github.event.inputs.flag == true", "false"),
        ("inputs.off == false", "true"),
        ("inputs.off && 'a' || 'b'", "b"),
        ("github.event.inputs.off && 'a' || 'b'", "a"),
        ("inputs.number == 5", "true"),
        ("inputs.number", "5"),
        ("inputs.text", "Web"),
        ("github.event.inputs.text", "Web"),
        ("inputs.none", ""),
        ("hashFiles('**/package-lock.json')", "${{ hashFiles('**/package-lock.json') }}"),
    ] {
        assert_eq!(pushed(expression, &event), expected, "{expression}");
    }
    let tag = Event { git_ref: "refs/tags/v1.2".to_owned(), ..Event::dispatch("") };
    for (expression, expected) in
        [("github.ref", "refs/tags/v1.2"), ("github.ref_name", "v1.2"), ("github.ref_type", "tag")]
    {
        assert_eq!(pushed(expression, &tag), expected, "{expression}");
    }
}

#[test]
fn literals_operators_and_functions() {
    for (expression, expected) in [
        ("null", ""),
        ("false", "false"),
        ("0xff", "255"),
        ("-2.99e2", "-299"),
        ("'It''s open source!'", "It's open source!"),
        ("!true", "false"),
        ("1 < 2", "true"),
        ("2 <= 1", "false"),
        ("'a' != 'b'", "true"),
        // Texts have no case; of different types both become numbers, and NaN is like nothing.
        ("'True' == 'tRUE'", "true"),
        ("null == 0", "true"),
        ("null == ''", "true"),
        ("true == 1", "true"),
        ("'1' == 1", "true"),
        ("'' == 0", "true"),
        ("'a' == 0", "false"),
        ("'a' > 0", "false"),
        ("'a' < 0", "false"),
        ("fromJSON('[]') == 0", "false"),
        (
            "github.ref == 'refs/heads/main' && 'value_for_main_branch' || 'value_for_other_branches'",
            "value_for_main_branch",
        ),
        ("contains('Hello world', 'LLO')", "true"),
        ("contains(fromJSON('[\"push\", \"pull_request\"]'), github.event_name)", "false"),
        ("contains(fromJSON('[\"push\", \"WORKFLOW_DISPATCH\"]'), github.event_name)", "true"),
        ("contains(fromJSON('[1, 2]'), 2)", "true"),
        ("startsWith('Hello world', 'he')", "true"),
        ("endsWith('Hello world', 'ld')", "true"),
        ("format('Hello {0} {1} {2}', 'Mona', 'the', 'Octocat')", "Hello Mona the Octocat"),
        ("format('{{Hello {0} {1} {2}!}}', 'Mona', 'the', 'Octocat')", "{Hello Mona the Octocat!}"),
        ("join(fromJSON('[\"bug\", \"help wanted\"]'), ', ')", "bug, help wanted"),
        ("join(fromJSON('[\"bug\", \"help wanted\"]'))", "bug,help wanted"),
        ("toJSON('a')", "\"a\""),
        ("fromJSON('true') == true", "true"),
        ("fromJSON('{\"a\": {\"B\": 1}}').A.b", "1"),
        ("fromJSON('{\"a\": 1}')['a']", "1"),
        ("fromJSON('[1, 2]')[1]", "2"),
        ("fromJSON('[1, 2]')[9]", ""),
        // The fruits and vegetables of the documentation.
        (
            "join(fromJSON('[{\"name\": \"apple\"}, {\"name\": \"orange\"}, {\"name\": \"pear\"}]').*.name)",
            "apple,orange,pear",
        ),
        (
            "join(fromJSON('{\"a\": {\"parts\": \"roots\"}, \"b\": {\"parts\": \"hearts\"}, \"c\": {}}').*.parts)",
            "roots,hearts",
        ),
    ] {
        assert_eq!(pushed(expression, &Event::dispatch("main")), expected, "{expression}");
    }
}

/// Which jobs of a workflow run: `name -> yes`, `no` or `perhaps`.
fn jobs(text: &str) -> Vec<String> {
    let mut jobs = String::new();
    for line in text.lines() {
        let (name, keys) = line.trim().split_once(": ").unwrap();
        let keys = if keys.is_empty() { String::new() } else { format!("{keys}, ") };
        writeln!(jobs, "  {name}: {{{keys}steps: [{{run: docker build -t {name} .}}]}}").unwrap();
    }
    let workflow = format!("on: workflow_dispatch\nenv: {{A: b}}\njobs:\n{jobs}");
    let evaluation = dispatch(&[(SHIP, &workflow)], &Event::dispatch("main"));
    let runs = |build: &image_factory::workflow::build::Build| match build.runs() {
        runs if runs.is_yes() => "yes",
        runs if runs.is_no() => "no",
        _ => "perhaps",
    };
    evaluation.builds.iter().map(|build| format!("{} {}", build.tags[0], runs(build))).collect()
}

/// A job whose need is skipped is skipped, and so on down the chain, unless its condition asks for the status.
#[test]
fn conditions_of_jobs() {
    assert_eq!(
        jobs(
            "off: if: github.event_name == 'push'
             a: needs: off
             b: needs: off, if: github.ref == 'refs/heads/main'
             c: needs: off, if: always()
             d: needs: off, if: '!failure()'
             e: needs: off, if: '!cancelled()'
             f: needs: off, if: success() || failure()
             g: needs: off, if: failure()
             h: needs: off, if: cancelled()
             i: needs: off, if: needs.off.result == 'skipped'
             j: needs: off, if: always() && needs.off.result == 'skipped'
             k: needs: off, if: \"always() && !contains(needs.*.result, 'failure')\"
             l: needs: c
             m: needs: c, if: always() && needs.c.result == 'success'
             n: if: failure()
             o: if: '${{ false }}'
             p: if: 'false'
             q: if: '${{ github.ref_name }}'"
        ),
        [
            "off no", "a no", "b no", "c yes", "d yes", "e yes", "f no", "g no", "h no", "i no", "j yes", "k yes",
            // What `c` needs was skipped, so it is skipped although `c` ran.
            "l no", "m yes", "n no", "o no", "p no", "q yes",
        ]
    );
    assert_eq!(
        jobs(
            "may: if: vars.A == 'yes'
             a: needs: may
             b: needs: may, if: always()
             c: needs: may, if: \"always() && !contains(needs.*.result, 'failure')\"
             d: needs: may, if: \"always() && contains(needs.*.result, 'skipped')\"
             e: needs: may, if: always() && needs.may.result != 'cancelled'
             f: if: env.A == 'b'
             g: if: secrets.A != ''"
        ),
        // Neither `env` nor `secrets` is there for the condition of a job: GitHub refuses the workflow.
        ["may perhaps", "a perhaps", "b yes", "c yes", "d perhaps", "e yes", "f perhaps", "g perhaps"]
    );
}

#[test]
fn conditions_of_steps() {
    for (keys, expected) in [
        ("if: always()", "yes"),
        ("if: success()", "yes"),
        ("if: failure()", "no"),
        ("if: cancelled()", "no"),
        ("if: \"!cancelled()\"", "yes"),
        ("if: steps.first.outcome == 'success'", "yes"),
        ("if: steps.first.conclusion == 'failure'", "no"),
        ("if: steps.skipped.outcome == 'skipped'", "yes"),
        ("if: steps.skipped.outputs.x == ''", "yes"),
        ("if: job.status == 'success'", "yes"),
        ("if: env.A == 'step', env: {A: step}", "yes"),
        ("if: env.A == 'workflow'", "yes"),
        ("if: secrets.A != ''", "perhaps"),
        ("if: env.TOKEN != ''", "perhaps"),
        ("if: false", "no"),
        ("if: ''", "yes"),
        ("if: \"${{ false }} || true\"", "yes"),
        ("continue-on-error: true", "yes"),
    ] {
        let workflow = format!(
            "on: workflow_dispatch
env: {{A: workflow, TOKEN: \"${{{{ secrets.TOKEN }}}}\"}}
jobs:
  b:
    steps:
    - {{id: first, continue-on-error: true, run: make}}
    - {{id: skipped, if: false, run: make}}
    - {{{keys}, run: docker build .}}
"
        );
        let line = &builds_of(&workflow)[0];
        let runs = if line.contains("runs=no") {
            "no"
        } else if line.contains("runs=perhaps") {
            "perhaps"
        } else {
            "yes"
        };
        assert_eq!(runs, expected, "{keys}: {line}");
    }
}

/// The most specific variable counts.
#[test]
fn variables_on_three_levels() {
    let workflow = "on: workflow_dispatch
env: {A: workflow, B: workflow, C: workflow}
jobs:
  b:
    env: {B: job, C: job, F: '${{ github.ref_name }}'}
    steps:
    - run: docker build -t x/$A-$B-$C-$F .
      env: {C: '${{ env.B }}-step'}
    - run: docker build -t x/$C .
    - {run: 'echo B=set >> $GITHUB_ENV; docker build -t x/$B .'}
    - run: docker build -t x/$B-${{ env.B }} .
";
    let builds = dispatch(&[(SHIP, workflow)], &Event::dispatch("main")).builds;
    let tags: Vec<String> = builds.iter().map(|build| build.tags[0].to_string()).collect();
    assert_eq!(tags, ["x/workflow-job-job-step-main", "x/job", "x/job", "x/set-set"]);
}

#[test]
fn folders_of_scripts() {
    let workflow = "on: workflow_dispatch
defaults: {run: {working-directory: all}}
jobs:
  a:
    steps:
    - {run: docker build .}
    - {run: docker build ., working-directory: own}
  b:
    defaults: {run: {working-directory: job}}
    steps:
    - {run: docker build .}
    - {run: docker build ., working-directory: own}
  c:
    defaults: {run: {shell: bash}}
    steps:
    - {run: docker build .}
";
    let files: Vec<String> =
        builds_of(workflow).iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(files, ["all/Dockerfile", "own/Dockerfile", "job/Dockerfile", "own/Dockerfile", "all/Dockerfile"]);
}

/// The example of the documentation of `include`, and that of `exclude`.
#[test]
fn matrices_of_the_documentation() {
    let cells = |matrix: &str| {
        let workflow = format!(
            "on: workflow_dispatch\njobs:\n  b:\n    strategy:\n      matrix:\n{matrix}    steps: [{{run: docker build .}}]\n"
        );
        let builds = dispatch(&[(SHIP, &workflow)], &Event::dispatch("main")).builds;
        let cell = |build: &image_factory::workflow::build::Build| {
            let cell = build.way[1].cell.iter().map(|(name, value)| format!("{name}={value}"));
            cell.collect::<Vec<_>>().join(" ")
        };
        builds.iter().map(cell).collect::<Vec<_>>()
    };
    assert_eq!(
        cells(
            "        fruit: [apple, pear]
        animal: [cat, dog]
        include:
          - color: green
          - color: pink
            animal: cat
          - fruit: apple
            shape: circle
          - fruit: banana
          - fruit: banana
            animal: cat
"
        ),
        [
            "fruit=apple animal=cat color=pink shape=circle",
            "fruit=apple animal=dog color=green shape=circle",
            "fruit=pear animal=cat color=pink",
            "fruit=pear animal=dog color=green",
            "fruit=banana",
            "fruit=banana animal=cat",
        ]
    );
    let left = cells(
        "        os: [macos-latest, windows-latest]
        version: [12, 14, 16]
        environment: [staging, production]
        exclude:
          - {os: macos-latest, version: 12, environment: production}
          - {os: windows-latest, version: 16}
",
    );
    assert_eq!(left.len(), 9, "{left:?}");
    assert!(!left.iter().any(|cell| cell.contains("windows-latest version=16")
        || cell == "os=macos-latest version=12 environment=production"));
    assert_eq!(cells("        include: [{color: red}, {color: blue}]\n"), ["color=red", "color=blue"]);
}

/// Which contexts an expression sees: the table of
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#context-availability>, as `actions/languageservices` has
/// it in its workflow-v1.0.json. With any other GitHub takes the file for no workflow.
#[test]
fn contexts_that_each_place_sees() {
    const ALL: [&str; 11] =
        ["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets", "steps", "job", "runner", "env"];
    let places = [
        ("`env` of a workflow", "env: {X: @}", "github inputs vars secrets"),
        ("`concurrency` of a workflow", "concurrency: {group: @}", "github inputs vars"),
        ("`env` of a job", "  env: {X: @}", "github inputs vars needs strategy matrix secrets"),
        ("`concurrency` of a job", "  concurrency: {group: @}", "github inputs vars needs strategy matrix"),
        ("`if` of a job", "  if: @", "github inputs vars needs"),
        ("`strategy`", "  strategy: {matrix: {a: [@]}}", "github inputs vars needs"),
        (
            "`with` of a job",
            "  uses: ./.github/workflows/other.yml\n    with: {a: @}",
            "github inputs vars needs strategy matrix",
        ),
        (
            "`if` of a step",
            "  steps: [{run: make, if: @}]",
            "github inputs vars needs strategy matrix steps job runner env",
        ),
        (
            "",
            "  steps: [{run: make, env: {X: @}}]",
            "github inputs vars needs strategy matrix secrets steps job runner env",
        ),
    ];
    let other = "on: {workflow_call: {inputs: {a: {type: string}}}}\njobs: {a: {steps: [{run: make}]}}\n";
    for (place, text, sees) in places {
        for context in ALL {
            let text = text.replace('@', &format!("\"${{{{ {context}.x }}}}\""));
            let (top, of_job) =
                if text.starts_with(' ') { ("", text.as_str()) } else { (text.as_str(), "  steps: []") };
            let workflow = format!("on: workflow_dispatch\n{top}\njobs:\n  b:\n  {of_job}\n");
            let files = [(SHIP, workflow.as_str()), (".github/workflows/other.yml", other)];
            let refused = dispatch(&files, &Event::dispatch("main")).refused;
            let unseen: Vec<(String, &str)> = refused
                .iter()
                .filter_map(|refusal| match refusal {
                    Refusal::Unseen(unseen) => Some((unseen.context.clone(), unseen.place)),
                    _ => None,
                })
                .collect();
            let is_seen = sees.split(' ').any(|seen| seen == context);
            let expected = if is_seen { Vec::new() } else { vec![(context.to_owned(), place)] };
            assert_eq!(unseen, expected, "{workflow}");
        }
    }
}
