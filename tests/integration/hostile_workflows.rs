//! Workflows, scripts and expressions that are written to be too much: `builds` ends, in bounded time and memory, and with a word.

use crate::harness::{Folder, command};
use std::process::Command;

/// Seconds of CPU time and KiB of address space that a run of an unoptimised build may have.
const LIMITS: &str = "ulimit -t 15; ulimit -v 1500000";

fn numbers(count: usize) -> String {
    format!("[{}]", (0..count).map(|number| number.to_string()).collect::<Vec<_>>().join(", "))
}

fn steps(steps: &str) -> String {
    format!("on: workflow_dispatch\njobs:\n  b:\n    steps:\n    - uses: actions/checkout@v4\n{steps}")
}

fn script(text: &str) -> String {
    let lines: String = text.lines().map(|line| format!("        {line}\n")).collect();
    steps(&format!("    - run: |\n{lines}"))
}

fn expression(text: &str) -> String {
    steps(&format!(
        "    - uses: docker/build-push-action@v6\n      with: {{push: true, tags: \"x/${{{{ {text} }}}}\"}}\n"
    ))
}

fn matrix(text: &str) -> String {
    format!("on: workflow_dispatch\njobs: {{b: {{strategy: {{matrix: {text}}}, steps: [{{run: docker build .}}]}}}}\n")
}

/// What it says of a workflow, with all that is beside it.
fn said(workflow: &str, beside: &[(&str, String)]) -> String {
    let folder = Folder::empty();
    folder.write(".github/workflows/ship.yml", workflow);
    for (path, text) in beside {
        folder.write(path, text);
    }
    let asked = command(folder.path(), &[]);
    let call = format!("{LIMITS}; exec {} builds ship.yml", asked.get_program().display());
    let output = Command::new("bash").args(["-c", &call]).current_dir(folder.path()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(
        matches!(output.status.code(), Some(0..=2)),
        "{:?}: {}",
        output.status,
        text.chars().take(2_000).collect::<String>()
    );
    assert!(text.len() < 4_000_000, "{} bytes", text.len());
    text
}

/// A name, a workflow, what is beside it, and the word.
type Case = (&'static str, String, Vec<(&'static str, String)>, &'static str);

fn of_workflows() -> Vec<Case> {
    let call = |next: &str| {
        let on = "on: {workflow_dispatch: {}, workflow_call: {}}";
        format!("{on}\njobs: {{a: {{uses: ./.github/workflows/{next}}}}}\n")
    };
    let other = vec![(".github/workflows/other.yml", call("ship.yml"))];
    let action = vec![("a/action.yml", "runs: {using: composite, steps: [{uses: ./a}, {uses: ./a}]}\n".to_owned())];
    let entries: Vec<String> = (0..4_096).map(|it| format!("{{a: {}, b: {}}}", it % 64, it / 64)).collect();
    let excluded = format!("{{a: {0}, b: {0}, exclude: [{1}]}}", numbers(64), entries.join(", "));
    let set: String = (0..4_000).map(|it| format!("    - {{run: 'echo A{it}=b >> $GITHUB_ENV'}}\n")).collect();
    let anchors: String =
        (1..12).map(|it| format!("a{it}: &a{it} [{}]\n", format!("*a{}, ", it - 1).repeat(10))).collect();
    let anchors = format!("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n{anchors}{}", script("docker build ."));
    let parentheses = format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000));
    let cells = matrix(&format!("{{a: {0}, b: {0}, c: {0}}}", numbers(1_000)));
    vec![
        ("workflows in a circle", call("other.yml"), other, "which calls itself"),
        ("actions in a circle", steps("    - uses: ./a\n"), action, "which calls itself"),
        ("10^9 cells", cells, vec![], "a matrix of more than 256 jobs"),
        ("millions of comparisons", matrix(&excluded), vec![], "a matrix of more than 256 jobs"),
        ("parentheses", expression(&parentheses), vec![], "the expression `(((("),
        ("an expression too long", expression(&"!".repeat(30_000)), vec![], "longer than GitHub reads"),
        ("stars", expression(&format!("github{}", ".*".repeat(10_000))), vec![], "builds and pushes"),
        ("variables of steps", steps(&format!("{set}    - {{run: 'docker build .'}}\n")), vec![], "does not push"),
        ("anchors", anchors, vec![], "error"),
    ]
}

fn of_scripts() -> Vec<Case> {
    let doubled: String = (1..40).map(|it| format!("f{it}() {{ f{0}; f{0}; }}\n", it - 1)).collect();
    let around = |open: &str, close: &str, times: usize| {
        script(&format!("{}docker build .{}", open.repeat(times), close.repeat(times)))
    };
    let itself = vec![("b.sh", "bash b.sh\nbash b.sh\n. ./b.sh\ndocker build .\n".to_owned())];
    let loops = around("for i in 1 2 3 4 5 6 7 8 9 10; do ", "; done", 10);
    let substitutions = format!("A={}x{}\ndocker build -t $A .", "$(echo ".repeat(5_000), ")".repeat(5_000));
    let words = format!("if [ {}a ]; then docker build .; fi", "! ".repeat(50_000));
    let chain = format!("true {}&& docker build .", "&& true ".repeat(50_000));
    let range = "for i in {1..1000000000}; do docker build -t a/$i .; done";
    let doubled = format!("f0() {{ docker build .; }}\n{doubled}f39");
    let large = |path, text: &str| vec![(path, format!("{}{text}", "# a comment\n".repeat(100_000)))];
    let bake = large("docker-bake.hcl", "target \"default\" {tags = [\"a/b\"]}\n");
    let unread = "is there, and cannot be read";
    vec![
        ("a makefile of megabytes", script("make all"), large("Makefile", "all:\n\tdocker build .\n"), unread),
        ("a file of megabytes", script("bash b.sh"), large("b.sh", "docker build .\n"), unread),
        ("a bake file of megabytes", script("docker buildx bake"), bake, unread),
        (
            "a Compose file of megabytes",
            script("docker compose build"),
            large("compose.yaml", "services: {}\n"),
            unread,
        ),
        ("nots", around("! ", "", 50_000), vec![], "builds, does not push Dockerfile"),
        ("a chain", script(&chain), vec![], "what comes after 10000 commands"),
        ("cases in cases", around("case a in a) ", " ;; esac", 3_000), vec![], "more than 40 deep in each other"),
        ("ifs in ifs", around("if true; then ", "; fi", 5_000), vec![], "not known what is built here"),
        ("parentheses", script("if [[ ( a == a ) ]]; then docker build .; fi"), vec![], "may build"),
        ("a test of many words", script(&words), vec![], "may build"),
        ("substitutions", script(&substitutions), vec![], "not known"),
        ("functions that double", script(&doubled), vec![], "call each other more than 12 times"),
        ("a script that runs itself", script("bash b.sh"), itself, "not known what is built here"),
        ("an eval of itself", script("A='eval \"$A\"; eval \"$A\"'\neval \"$A\"\n"), vec![], "not known what is built"),
        ("megabytes", script(&"docker build -t a/b .\n".repeat(30_000)), vec![], "what comes after 10000 commands"),
        ("loops in loops", loops, vec![], "what comes after 10000 commands"),
        ("a range", script(range), vec![], "{1..1000000000}"),
    ]
}

#[test]
fn each_ends_with_a_word() {
    for (name, workflow, beside, word) in of_workflows().into_iter().chain(of_scripts()) {
        let text = said(&workflow, &beside);
        assert!(text.contains(word), "{name}: {}", text.chars().take(2_000).collect::<String>());
    }
}

/// What `eval` runs is built as if it stood there.
#[test]
fn an_eval_is_followed() {
    let text = said(&script("A='docker build -t ghcr.io/a/b'\neval \"$A web\""), &[]);
    assert!(text.contains("tags        ghcr.io/a/b") && text.contains("web/Dockerfile"), "{text}");
}
