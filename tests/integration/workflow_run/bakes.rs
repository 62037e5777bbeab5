//! Bake files.

use super::{Event, SHIP, dispatch, lines};
use std::fmt::Write;

fn run(step: &str, files: &[(&str, &str)]) -> Vec<String> {
    let workflow = format!(
        "on: workflow_dispatch\nenv: {{TAG: one}}\njobs: {{b: {{steps: [{{uses: actions/checkout@v4}}, {step}]}}}}\n"
    );
    let mut all = vec![(SHIP, workflow.as_str())];
    all.extend(files);
    lines(&dispatch(&all, &Event::dispatch("main")))
}

const FILE: &str = r#"
variable "TAG" {}
variable "REGISTRY" { default = "ghcr.io" }
group "default" { targets = ["web", "api"] }
target "base" {
  context = "apps"
  args = { A = "1" }
}
target "web" {
  inherits = ["base"]
  dockerfile = "web.Dockerfile"
  target = "prod"
  tags = ["${REGISTRY}/acme/web:${TAG}"]
}
target "far" {
  inherits = ["web"]
  tags = ["a/far"]
}
target "api" {
  context = "./api"
  tags = ["acme/api"]
}
"#;

#[test]
fn targets_of_a_file() {
    let files = [("docker-bake.hcl", FILE), ("x/bake.hcl", FILE)];
    let both = [
        "apps/web.Dockerfile -> ghcr.io/acme/web:one context=apps target=prod A=1".to_owned(),
        "api/Dockerfile -> acme/api".to_owned(),
    ];
    assert_eq!(run("{uses: docker/bake-action@v6, with: {source: ., push: true}}", &files), both);
    assert_eq!(run("{run: docker buildx bake --push}", &files), both);
    assert_eq!(run("{run: docker buildx bake --push api}", &files), both[1..]);
    assert_eq!(
        run("{run: docker buildx bake --push far}", &files),
        ["apps/web.Dockerfile -> a/far context=apps target=prod A=1"],
        "what a parent inherits is inherited"
    );
    assert_eq!(
        run(
            "{uses: docker/bake-action@v6, with: {source: ./x, files: ./bake.hcl, targets: api, push: true, set: '*.tags=a/b'}}",
            &files
        ),
        ["x/api/Dockerfile -> a/b"]
    );
    assert_eq!(run("{uses: docker/bake-action@v6, with: {targets: api}}", &files), ["api/Dockerfile ->  pushed=no"]);
    assert_eq!(
        run("{run: 'docker buildx bake -f x/bake.hcl --push \"${{ secrets.T }}\"'}", &files)[3],
        "api/Dockerfile -> acme/api runs=perhaps (secrets.T)"
    );
}

#[test]
fn a_definition_that_is_elsewhere_is_a_gap() {
    let workflow = "on: workflow_dispatch\njobs: {b: {steps: [{uses: docker/bake-action@v6, with: {source: 'https://github.com/o/r.git'}}]}}\n";
    let evaluation = dispatch(&[(SHIP, workflow), ("docker-bake.hcl", FILE)], &Event::dispatch("main"));
    assert_eq!((evaluation.builds.len(), evaluation.gaps.len()), (0, 1));
}

/// What `docker buildx bake --push TARGETS` builds of one file of this name.
fn baked(name: &str, text: &str, targets: &str) -> Vec<String> {
    run(&format!("{{run: docker buildx bake --push -f {name} {targets}}}"), &[(name, text)])
}

#[test]
fn a_matrix_makes_a_target_of_each_cell() {
    let file = r#"
target "app" {
  name = "app-${item.name}-${replace(version, ".", "-")}"
  matrix = {
    item = [{ name = "web", port = 80 }, { name = "api", port = 81 }]
    version = ["1.0", "2.0"]
  }
  context = item.name
  args = { PORT = item.port }
  tags = ["acme/${item.name}:${version}"]
}
"#;
    let all = baked("b.hcl", file, "app");
    assert_eq!(
        all,
        [
            "web/Dockerfile -> acme/web:1.0 PORT=80",
            "api/Dockerfile -> acme/api:1.0 PORT=81",
            "web/Dockerfile -> acme/web:2.0 PORT=80",
            "api/Dockerfile -> acme/api:2.0 PORT=81",
        ]
    );
    assert_eq!(baked("b.hcl", file, "app-api-2-0"), all[3..]);
    assert_eq!(baked("b.hcl", file, "'app-web-*'"), [&*all[0], &*all[2]]);
    assert_eq!(
        baked(
            "b.hcl",
            "variable \"V\" { default = timestamp() }\ntarget \"t\" {\n matrix = { v = [V] }\n name = \"t-${v}\"\n tags = [\"a/b:${v}\"]\n}\n",
            "t"
        ),
        ["Dockerfile -> a/b:${{ timestamp() }} runs=perhaps (timestamp())"],
        "of a name that is not known"
    );
}

#[test]
fn the_environment_stands_over_defaults_and_over_nothing_else() {
    let file = r#"
variable "TAG" { default = "default" }
variable "LIST" {
  type = list(string)
  default = ["a"]
}
variable "COUNT" { default = 1 }
variable "UNSET" { default = "kept" }
FIXED = "fixed"
target "default" { tags = ["a/b:${TAG}-${COUNT + 1}-${join("_", LIST)}-${UNSET}-${FIXED}"] }
"#;
    let run = |env: &str| {
        run(&format!("{{run: docker buildx bake --push -f b.hcl, env: {{{env}}}}}"), &[("b.hcl", file)])[0].clone()
    };
    assert_eq!(run(""), "Dockerfile -> a/b:one-2-a-kept-fixed");
    assert_eq!(run("COUNT: 4, LIST: 'x,y', FIXED: no, UNSET: ''"), "Dockerfile -> a/b:one-5-x_y--fixed");
    assert_eq!(
        run("LIST_JSON: '[\"x\"]', TAG: '${{ secrets.T }}'"),
        "Dockerfile -> a/b:${{ secrets.T }}-2-x-kept-fixed"
    );
}

#[test]
fn functions_conditions_and_loops_are_worked_out() {
    let file = r#"
function "tag" {
  params = [name, version]
  variadic_params = more
  result = concat(["acme/${name}:${version}"], [for one in more : "acme/${name}:${one}"])
}
variable "PUSH" { default = true }
target "default" {
  context = PUSH ? "apps/${lower("WEB")}" : "none"
  args = { for k, v in { A = 1, B = 2 } : k => "v${v}" if v > 1 }
  tags = flatten([tag("web", "1", "latest"), PUSH && equal(1, 1) ? ["acme/more"] : []])
  dockerfile = target.other.dockerfile
}
target "other" { dockerfile = format("%s.Dockerfile", "x") }
"#;
    assert_eq!(
        baked("b.hcl", file, ""),
        ["apps/web/x.Dockerfile -> acme/web:1 acme/web:latest acme/more context=apps/web B=v2"]
    );
}

#[test]
fn contexts_outputs_and_what_is_set() {
    let file = r#"
target "base" { args = { A = "base", B = "base" } }
target "web" {
  inherits = ["base"]
  args = { B = "web" }
  tags = ["acme/web"]
  output = ["type=image,push=false"]
}
target "files" {
  tags = ["acme/files"]
  output = [{ type = "local", dest = "out" }]
}
"#;
    let run = |options: &str| run(&format!("{{run: 'docker buildx bake -f b.hcl {options}'}}"), &[("b.hcl", file)]);
    assert_eq!(run("web"), ["Dockerfile ->  A=base B=web pushed=no"]);
    assert_eq!(run("web --push"), ["Dockerfile -> acme/web A=base B=web"]);
    assert_eq!(run("files --push"), ["Dockerfile ->  pushed=no"], "what writes files does not push");
    assert_eq!(
        run("web --push --set base.args.A=1 --set web.args.B=2 --set *.tags=a/b --set *.tags=c/d --set web.tags+=e/f"),
        ["Dockerfile -> acme/web a/b c/d e/f A=1 B=2"],
        "the last one decides whether it adds"
    );
    assert_eq!(run("web --push --print"), Vec::<String>::new(), "nothing is built");
}

#[test]
fn json_and_all_default_files_are_read() {
    let json = r#"{"variable": {"V": {"default": "1"}}, "group": {"default": {"targets": ["a"]}},
      "target": {"a": {"dockerfile": "a.Dockerfile", "args": {"X": "${V}-$${V}", "N": null}, "tags": ["acme/a:${V}"]}}}"#;
    let files =
        [("docker-bake.json", json), ("docker-bake.override.hcl", "V = \"2\"\ntarget \"a\" { target = \"prod\" }\n")];
    assert_eq!(
        run("{run: docker buildx bake --push}", &files),
        ["a.Dockerfile -> acme/a:2 context=. target=prod X=2-${V}"]
    );
}

#[test]
fn hostile_files_end() {
    let mut doubling = String::from("V0 = \"xxxxxxxxxxxxxxxx\"\n");
    for i in 1..30 {
        writeln!(doubling, "V{i} = \"${{V{0}}}${{V{0}}}\"", i - 1).unwrap();
    }
    let long = |text: String| baked("b.hcl", &text, "t").len();
    assert_eq!(long(doubling + "target \"t\" { tags = [V29] }\n"), 1);
    assert_eq!(long("A = B\nB = A\ntarget \"t\" {\n inherits = [\"t\", \"u\"]\n tags = [A]\n}\ntarget \"u\" { inherits = [\"t\"] }\n".to_owned()), 1);
    let list = format!("[{}]", vec!["1"; 2_000].join(", "));
    assert_eq!(
        long(format!("target \"t\" {{\n matrix = {{ a = {list}, b = {list} }}\n name = \"t-${{a}}-${{b}}\"\n}}\n")),
        1
    );
    assert_eq!(
        long(format!(
            "L = {list}\ntarget \"t\" {{ tags = [for a in L : join(\"\", [for b in L : join(\"\", [for c in L : c])])] }}\n"
        )),
        1
    );
    assert_eq!(
        long("function \"f\" {\n params = [x]\n result = f(x)\n}\ntarget \"t\" { tags = [f(1)] }\n".to_owned()),
        1
    );
}

#[test]
fn what_is_cleared_by_set_is_not_appended_to() {
    // buildx v0.38.2, bake.ReadTargets with `*.tags=` and `t.tags+=a/c`.
    let file = "target \"t\" {\n tags = [\"a/b\"]\n platforms = [\"linux/amd64\"]\n}\n";
    assert_eq!(baked("b.hcl", file, "--set '*.tags=' --set t.tags+=a/c t"), ["Dockerfile -> a/c"]);
    assert_eq!(baked("b.hcl", file, "--set t.tags+=a/c --set '*.tags=' --set t.tags+=a/d t"), ["Dockerfile -> a/d"]);
    assert_eq!(baked("b.hcl", file, "--set t.tags=a/c --set t.tags+=a/d t"), ["Dockerfile -> a/b a/c a/d"]);
}

#[test]
fn what_comes_twice_is_built_once_and_an_empty_context_takes_none_from_another_parent() {
    let file = r#"
target "one" { contexts = { src = "src", up = "up" } }
target "two" { contexts = { src = "" } }
target "both" {
  inherits = ["one", "two"]
  contexts = { up = "" }
}
"#;
    let workflow = "on: workflow_dispatch\njobs: {b: {steps: [{run: 'docker buildx bake --set *.platform=linux/arm64 --set *.platform=linux/arm64 both'}]}}\n";
    let evaluation = dispatch(&[(SHIP, workflow), ("docker-bake.hcl", file)], &Event::dispatch("main"));
    let build = &evaluation.builds[0];
    let contexts: Vec<String> = build.contexts.iter().map(|one| format!("{}={}", one.name, one.source)).collect();
    assert_eq!(contexts, ["src=src"]);
    assert_eq!(build.platforms.len(), 1);
}
