//! Compose files.

use super::{Event, SHIP, dispatch, lines};

fn run(script: &str, files: &[(&str, &str)]) -> Vec<String> {
    let workflow = format!("on: workflow_dispatch\njobs: {{b: {{steps: [{{run: '{script}'}}]}}}}\n");
    let mut all = vec![(SHIP, workflow.as_str())];
    all.extend(files);
    lines(&dispatch(&all, &Event::dispatch("main")))
}

const FILE: &str = r#"
x-build: &build
  context: .
  args: {BASE: "${BASE:-node:22}", PLAIN: $PLAIN}
services:
  web:
    image: acme/web:${TAG:-latest}
    build:
      <<: *build
      dockerfile: web/Dockerfile
      target: prod
  api:
    extends: {service: web}
    image: ghcr.io/acme/api
    build: {context: ./api, dockerfile: Dockerfile, args: [MORE=1, FROM_ENV, UNSET]}
  db: {image: postgres:17}
  docs:
    profiles: [docs]
    image: acme/docs
    build: docs
"#;

#[test]
fn services_are_built_and_pushed_later() {
    let files = [("compose.yaml", FILE)];
    let web = "web/Dockerfile -> acme/web:latest context=. target=prod BASE=node:22 PLAIN=";
    let api = "api/Dockerfile -> ghcr.io/acme/api target=prod BASE=node:22 PLAIN= MORE=1";
    assert_eq!(run("docker compose build && docker compose push", &files), [web, api]);
    assert_eq!(run("docker compose build --push web", &files), [web]);
    assert_eq!(run("docker-compose build\n\n  docker compose push api", &files)[1], api);
    assert_eq!(run("docker compose build web", &files), [web.replace("-> acme/web:latest", "-> ") + " pushed=no"]);
    assert_eq!(run("docker compose build\n\n docker push acme/web", &files)[0], web);
    assert_eq!(run("docker compose config", &files), Vec::<String>::new());
}

#[test]
fn the_environment_and_profiles_decide() {
    let files = [("deploy/compose.yaml", FILE), ("deploy/.env", "TAG=dotenv\nexport PLAIN=\"a b\"  # no\n")];
    let build = "docker compose -p x -f deploy/compose.yaml";
    assert_eq!(
        run(&format!("export TAG=env FROM_ENV=yes\n\n {build} build --push"), &files),
        [
            "deploy/web/Dockerfile -> acme/web:env context=deploy target=prod BASE=node:22 PLAIN=a b",
            "deploy/api/Dockerfile -> ghcr.io/acme/api target=prod BASE=node:22 PLAIN=a b MORE=1 FROM_ENV=yes",
        ]
    );
    assert_eq!(run(&format!("{build} --profile docs build --push"), &files).len(), 3);
    assert_eq!(run(&format!("{build} build --push docs"), &files), ["deploy/docs/Dockerfile -> acme/docs"]);
    assert_eq!(
        run("cd deploy/sub && docker compose build --push web --build-arg PLAIN=1", &files),
        ["deploy/web/Dockerfile -> acme/web:dotenv context=deploy target=prod BASE=node:22 PLAIN=1"],
        "a file is looked for above"
    );
    assert_eq!(run("docker compose build --push", &files), Vec::<String>::new());
}

#[test]
fn files_are_merged_extended_and_included() {
    let files = [
        ("a.yaml", "services: {web: {image: acme/web, build: {context: web, args: {A: 1, B: 1}}}}\n"),
        ("b.yaml", "services: {web: {build: {args: [B=2], target: prod, tags: [acme/web:1]}}}\n"),
        (
            "c.yaml",
            "include: [sub/inc.yaml]\nservices: {far: {extends: {file: sub/inc.yaml, service: base}, image: acme/far}}\n",
        ),
        ("sub/inc.yaml", "services: {base: {image: acme/base, build: {context: ., args: {A: 1}}}}\n"),
    ];
    assert_eq!(
        run("docker compose -f a.yaml -f b.yaml build --push", &files),
        ["web/Dockerfile -> acme/web acme/web:1 target=prod A=1 B=2"]
    );
    assert_eq!(
        run("docker compose -f c.yaml build --push", &files),
        ["sub/Dockerfile -> acme/base A=1", "sub/Dockerfile -> acme/far A=1"]
    );
    let circle = [(
        "a.yaml",
        "include: [a.yaml]\nservices: {a: {extends: {service: b}, build: .}, b: {extends: {service: a}, build: .}}\n",
    )];
    assert_eq!(run("docker compose -f a.yaml build", &circle).len(), 2);
}

#[test]
fn bake_reads_services_as_targets() {
    let more = "target \"web\" { tags = [\"acme/web:baked\"] }\n";
    let files = [("compose.yaml", FILE), ("docker-bake.hcl", more)];
    assert_eq!(
        run("docker buildx bake --push", &files),
        [
            "web/Dockerfile -> acme/web:baked context=. target=prod BASE=node:22 PLAIN=",
            "api/Dockerfile -> ghcr.io/acme/api target=prod BASE=node:22 PLAIN= MORE=1",
            "docs/Dockerfile -> acme/docs",
        ]
    );
    let file = [(
        "c.yml",
        "services: {a.b: {image: x/y, build: {context: ., additional_contexts: {up: docker-image://alpine, own: service:c.d}, x-bake: {tags: q/r z/w}}}}\n",
    )];
    assert_eq!(run("docker buildx bake -f c.yml --push a.b", &file), ["Dockerfile -> q/r z/w"]);
}
