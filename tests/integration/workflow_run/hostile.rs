//! Workflows that are written to be too much: each ends in a bounded time, with a word.

use super::{Event, SHIP, dispatch, lines};
use std::fmt::Write;

#[test]
fn jobs_in_a_circle() {
    let workflow = "on: workflow_dispatch\njobs: {a: {needs: b, steps: []}, b: {needs: a, steps: []}, c: {needs: none, steps: []}}\n";
    let evaluation = dispatch(&[(SHIP, workflow)], &Event::dispatch("main"));
    assert_eq!(evaluation.gaps.len(), 3, "{:?}", evaluation.gaps);
}

#[test]
fn matrices_of_matrices() {
    let numbers = (0..16).map(|number| number.to_string()).collect::<Vec<_>>().join(", ");
    let call = |next: usize| {
        format!(
            "on: {{workflow_dispatch: {{}}, workflow_call: {{}}}}
jobs:
  a:
    strategy: {{matrix: {{x: [{numbers}], y: [{numbers}]}}}}
    uses: ./.github/workflows/{next}.yml
"
        )
    };
    let mut files: Vec<(String, String)> =
        (0..9).map(|number| (format!(".github/workflows/{number}.yml"), call(number + 1))).collect();
    files.push((SHIP.to_owned(), call(0)));
    files.push((
        ".github/workflows/9.yml".to_owned(),
        "on: workflow_call\njobs: {a: {steps: [{uses: docker/build-push-action@v6, with: {push: true, tags: a/b}}]}}\n"
            .to_owned(),
    ));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let evaluation = dispatch(&files, &Event::dispatch("main"));
    assert!(!evaluation.gaps.is_empty() && evaluation.builds.len() <= 4096);
}

#[test]
fn variables_that_double_each_other() {
    let mut env = String::from("  A0: xxxxxxxxxxxxxxxx\n");
    for number in 1..64 {
        writeln!(env, "  A{number}: \"${{{{ env.A{0} }}}}${{{{ env.A{0} }}}}\"", number - 1).unwrap();
    }
    let mut nested = String::new();
    for number in 1..64 {
        write!(nested, "A{number}: \"${{{{ env.A{0} }}}}${{{{ env.A{0} }}}}${{{{ env.A{0} }}}}\", ", number - 1)
            .unwrap();
    }
    let workflow = format!(
        "on: workflow_dispatch
env:
{env}
jobs:
  b:
    env: {{{nested}}}
    steps:
      - {{uses: docker/build-push-action@v6, env: {{{nested}}}, with: {{push: true, tags: \"${{{{ env.A63 }}}}\"}}}}
"
    );
    assert_eq!(lines(&dispatch(&[(SHIP, &workflow)], &Event::dispatch("main"))).len(), 1);
}

#[test]
fn megabytes_of_text() {
    let expression = "${{ env.X }}".repeat(80_000);
    let workflow = format!(
        "on: workflow_dispatch\nenv: {{X: {}}}\njobs: {{b: {{steps: [{{uses: docker/build-push-action@v6, with: {{push: true, tags: \"{expression}\"}}}}]}}}}\n",
        "y".repeat(1000)
    );
    let evaluation = dispatch(&[(SHIP, &workflow)], &Event::dispatch("main"));
    assert_eq!(evaluation.builds.len(), 1);
}

#[test]
fn variables_of_a_script_that_double_each_other() {
    let lines = "          A=\"$A$A$A\"\n".repeat(9_000);
    let workflow = format!(
        "on: workflow_dispatch\nenv: {{A: {}}}\njobs:\n  b:\n    steps:\n      - run: |\n{lines}          docker build -t \"$A\" .\n",
        "x".repeat(1000)
    );
    assert_eq!(lines_of(&workflow), ["Dockerfile ->  pushed=no"]);
}

fn lines_of(workflow: &str) -> Vec<String> {
    lines(&dispatch(&[(SHIP, workflow)], &Event::dispatch("main")))
}

/// Nothing is worked out in as many calls of a function as there are operators.
#[test]
fn operators_of_a_script_by_the_thousand() {
    let script = |text: &str| format!("on: workflow_dispatch\njobs: {{b: {{steps: [{{run: '{text}'}}]}}}}\n");
    assert_eq!(lines_of(&script(&format!("{}docker build .", "! ".repeat(50_000)))), ["Dockerfile ->  pushed=no"]);
    let chain = script(&format!("true {}&& docker build .", "&& true ".repeat(50_000)));
    assert!(!dispatch(&[(SHIP, &chain)], &Event::dispatch("main")).gaps.is_empty());
    let words = script(&format!("if [ {}a ]; then docker build .; fi", "! ".repeat(50_000)));
    assert!(lines_of(&words)[0].contains("runs=perhaps"));
}

/// What is too deep is said, and what is not closed is not known.
#[test]
fn commands_in_each_other() {
    let script = |text: &str| format!("on: workflow_dispatch\njobs: {{b: {{steps: [{{run: '{text}'}}]}}}}\n");
    let deep = script(&format!("{}docker build .{}", "case a in a) ".repeat(3_000), " ;; esac".repeat(3_000)));
    assert!(!dispatch(&[(SHIP, &deep)], &Event::dispatch("main")).gaps.is_empty());
    let functions: String = (1..40).map(|number| format!("f{number}() {{ f{0}; f{0}; }}; ", number - 1)).collect();
    let functions = script(&format!("f0() {{ docker build .; }}; {functions} f39"));
    assert!(!dispatch(&[(SHIP, &functions)], &Event::dispatch("main")).gaps.is_empty());
    assert!(lines_of(&script("if [[ ( a == a ) ]]; then docker build .; fi"))[0].contains("runs=perhaps"));
}

/// A filter of jq that doubles a text again and again, and one that is deep.
#[test]
fn filters_of_jq_end() {
    let double = vec![". + ."; 60].join(" | ");
    let deep = format!("{}.{}", "(".repeat(100_000), ")".repeat(100_000));
    let many = format!("[{}]", "map(.)").repeat(1_000);
    for filter in [double, deep, many] {
        let script = format!("T=$(echo '\"a\"' | jq -r '{filter}')\n          docker build --push -t a/b:$T .");
        let workflow = format!("on: workflow_dispatch\njobs:\n  b:\n    steps:\n      - run: |\n          {script}\n");
        let started = std::time::Instant::now();
        let lines = super::builds_of(&workflow);
        assert!(lines[0].starts_with("Dockerfile -> a/b:${{ "), "{}", &lines[0][..60.min(lines[0].len())]);
        assert!(started.elapsed().as_secs() < 5);
    }
}

/// Values of bake files are bounded by all that they come to: lists have lists in them, and cells of a matrix are copies.
#[test]
fn values_of_bake_files_that_grow() {
    let baked = |file: &str| {
        let workflow = "on: workflow_dispatch\njobs: {b: {steps: [{run: docker buildx bake}]}}\n";
        lines(&dispatch(&[(SHIP, workflow), ("docker-bake.hcl", file)], &Event::dispatch("main")))
    };
    let thousand = (0..1000).map(|number| format!("\"{number}\"")).collect::<Vec<_>>().join(", ");
    let mut lists = String::from("W0 = [\"x\"]\n");
    for number in 1..60 {
        writeln!(lists, "W{number} = [W{0}, W{0}, W{0}]", number - 1).unwrap();
    }
    assert_eq!(baked(&format!("{lists}target \"default\" {{ tags = flatten(W59) }}\n")).len(), 1);
    let loops = "[for a in L : length([for b in L : [L, L, L, L, L, L, L, L]])]";
    assert_eq!(baked(&format!("L = [{thousand}]\ntarget \"default\" {{ tags = {loops} }}\n")).len(), 1);
    let long = "x".repeat(60_000);
    let matrix = format!("matrix = {{ a = [{thousand}], b = [[X, X, X, X, X, X, X, X]] }}\n name = \"t-${{a}}\"");
    let file = format!("X = \"{long}\"\ntarget \"default\" {{\n {matrix}\n tags = [X]\n args = {{ A = X }}\n}}\n");
    let all = baked(&file);
    assert!(all.iter().map(String::len).sum::<usize>() < 1_000_000 && all[0].contains("more than 1024 targets"));
    let recursion = "params = [x]\n result = concat(f(x), f(x), x)";
    assert_eq!(
        baked(&format!("function \"f\" {{\n {recursion}\n}}\ntarget \"default\" {{ tags = f([\"a\"]) }}\n")).len(),
        1
    );
}

/// Jobs that all need each other's outputs share them, and an output has an end.
#[test]
fn outputs_that_double_each_other() {
    let mut jobs = format!("  j0: {{outputs: {{o: {}}}, steps: []}}\n", "x".repeat(1000));
    for job in 1..120 {
        let needs = (0..job).map(|before| format!("j{before}")).collect::<Vec<_>>().join(", ");
        let output = format!("${{{{ needs.j{0}.outputs.o }}}}${{{{ needs.j{0}.outputs.o }}}}", job - 1);
        writeln!(jobs, "  j{job}: {{needs: [{needs}], outputs: {{o: \"{output}\"}}, steps: []}}").unwrap();
    }
    let workflow = format!(
        "on: workflow_dispatch\njobs:\n{jobs}  z: {{needs: j119, steps: [{{run: 'docker build -t \"${{{{ needs.j119.outputs.o }}}}\" .'}}]}}\n"
    );
    assert_eq!(lines_of(&workflow), ["Dockerfile ->  pushed=no"]);
}

#[test]
fn millions_of_tags() {
    let list = |of: &str| (0..2000).map(|number| format!("{of}{number}")).collect::<Vec<_>>().join("\\n");
    let metadata = format!(
        "{{id: m, uses: docker/metadata-action@v5, with: {{images: \"{}\", tags: \"{}\"}}}}",
        list("a/b"),
        list("type=raw,value=v")
    );
    let build = "{uses: docker/build-push-action@v6, with: {push: true, tags: '${{ steps.m.outputs.tags }}'}}";
    let workflow = format!("on: workflow_dispatch\njobs: {{b: {{steps: [{metadata}, {build}]}}}}\n");
    assert_eq!(lines_of(&workflow), ["Dockerfile -> ${{ more than 4096 tags }}"]);
}

/// What a script costs to read counts each time that it runs, in every job of a matrix.
#[test]
fn megabytes_of_scripts_in_every_job_of_a_matrix() {
    let numbers = (0..16).map(|number| number.to_string()).collect::<Vec<_>>().join(", ");
    let steps = "{run: ./a.sh}, {run: make}, {run: docker buildx bake}, {run: docker compose build}";
    let workflow = format!(
        "on: workflow_dispatch\njobs: {{b: {{strategy: {{matrix: {{a: [{numbers}], b: [{numbers}]}}}}, steps: [{steps}]}}}}\n"
    );
    let arms = format!("case $A in {} esac\n", "a|b|c*|?d) docker build . ;; ".repeat(5_000));
    let words = format!("a=({})\nfor i in \"${{a[@]}}\"; do docker build $i; done\n", "x ".repeat(50_000));
    let makefile = format!("{}all:\n\tdocker build -t $(A) .\n", "A += $(B) $(C:%=x%)\n".repeat(5_000));
    let files = [
        (SHIP, workflow.as_str()),
        ("a.sh", &format!("{arms}{words}")),
        ("Makefile", &makefile),
        ("docker-bake.hcl", &"target \"t\" {}\n".repeat(4_000)),
    ];
    let gaps = dispatch(&files, &Event::dispatch("main")).gaps;
    assert!(gaps.iter().any(|gap| gap.to_string() == "what comes after 32 MiB of scripts and other files"), "{gaps:?}");
}
