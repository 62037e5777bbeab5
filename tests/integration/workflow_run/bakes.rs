//! Bake files.

use super::{Event, SHIP, dispatch, lines};

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
