//! Scripts: what they build, and what they give to the steps after them.

use super::{Event, SHIP, dispatch, lines};

/// The builds of a step with a script, in a repository with a few files.
fn run(script: &str) -> Vec<String> {
    run_with("", script, "")
}

/// With keys before the steps, and steps after the one with the script, whose id is `x`.
fn run_with(keys: &str, script: &str, steps: &str) -> Vec<String> {
    let script = script.trim_start_matches('\n').replace('\n', "\n          ");
    let workflow = format!(
        "on: workflow_dispatch
env: {{REGISTRY: ghcr.io, IMAGE: Acme/Web}}
jobs:
  b:
{keys}
    steps:
      - id: x
        run: |
          {script}
{steps}
"
    );
    let files = [
        (SHIP, workflow.as_str()),
        (
            "build.sh",
            "#!/usr/bin/env bash\nset -e\ncd web\ndocker build -t \"docker.io/acme/web:$1\" .\ndocker push docker.io/acme/web:$1\n",
        ),
        ("lib.sh", "NAME=web\nship() { docker build --push -t \"quay.io/acme/$1\" \"$1\"; }\n"),
        ("apps.json", "[\"web\",\n \"api\"]\n"),
        ("VERSION", "1.2\n"),
    ];
    lines(&dispatch(&files, &Event::dispatch("main")))
}

#[test]
fn builds_with_their_options() {
    assert_eq!(
        run(
            "docker buildx build -f docker/x.Dockerfile --target=prod --platform linux/amd64,linux/arm64 --build-arg A=1 --build-arg A=2 -t a/b:1 --tag c/d --push web"
        ),
        ["docker/x.Dockerfile -> a/b:1 c/d context=web target=prod A=2"]
    );
    assert_eq!(run("docker build -qt a/b ."), ["Dockerfile ->  pushed=no"]);
    assert_eq!(
        run("sudo podman --log-level debug build --file=web/Containerfile $OPTIONS web"),
        ["web/Containerfile ->  context=web pushed=no"]
    );
    assert_eq!(run("docker buildx build --output type=registry,name=a/b web"), ["web/Dockerfile -> a/b"]);
    assert_eq!(
        run("docker build https://github.com/o/r.git"),
        ["<https://github.com/o/r.git> ->  context=<https://github.com/o/r.git> pushed=no"]
    );
    assert_eq!(run("docker ps; docker; echo docker build .; docker run x build ."), [""; 0]);
}

#[test]
fn what_is_tagged_and_pushed_later() {
    assert_eq!(
        run("docker build -t web:ci web\ndocker tag web:ci docker.io/acme/web:latest\ndocker push docker.io/acme/web"),
        ["web/Dockerfile -> docker.io/acme/web:latest"]
    );
    assert_eq!(
        run("docker build -t a/b:1 -t a/b:2 .\nif [ \"$GITHUB_EVENT_NAME\" = push ]; then docker push -a a/b; fi"),
        ["Dockerfile ->  pushed=no"]
    );
    assert_eq!(run("docker build -t a/b:1 -t a/b:2 .\ndocker push --all-tags a/b"), ["Dockerfile -> a/b:1 a/b:2"]);
    assert_eq!(
        run_with(
            "",
            "docker build -t a/b .",
            "      - if: github.ref == 'refs/heads/main'\n        run: docker push a/b:latest"
        ),
        ["Dockerfile -> a/b"]
    );
}

#[test]
fn folders() {
    assert_eq!(run("cd web\ndocker build --push -t a/b ."), ["web/Dockerfile -> a/b"]);
    assert_eq!(
        run("(cd web && docker build --push -t a/b .); docker build --push -t a/c api"),
        ["web/Dockerfile -> a/b", "api/Dockerfile -> a/c"]
    );
    assert_eq!(run("pushd web; popd; cd ./x/../api; docker build --push -t a/b ."), ["api/Dockerfile -> a/b"]);
    assert_eq!(run("cd \"$GITHUB_WORKSPACE/web\" && docker build --push -t a/b ."), ["web/Dockerfile -> a/b"]);
    assert_eq!(
        run_with("    defaults: {run: {working-directory: web}}", "docker build --push -t a/b .", ""),
        ["web/Dockerfile -> a/b"]
    );
}

#[test]
fn variables() {
    assert_eq!(
        run("docker build --push -t \"$REGISTRY/${IMAGE,,}:$(cat VERSION)\" ."),
        ["Dockerfile -> ghcr.io/acme/web:1.2"]
    );
    assert_eq!(
        run(
            "T=${TAG:-latest}\nN=$(echo \"$IMAGE\" | tr '[:upper:]' '[:lower:]')\ndocker build --push -t \"$N:${T}\" ."
        ),
        ["Dockerfile -> acme/web:latest"]
    );
    assert_eq!(
        run("V=3.1; docker build --push -t \"a/b:${V//./-}\" -t \"a/b${V%.*}\" ."),
        ["Dockerfile -> a/b:3-1 a/b3"]
    );
    assert_eq!(
        run("docker build --push -t \"a/b:$(git rev-parse HEAD)\" ."),
        ["Dockerfile -> a/b:${{ git rev-parse HEAD }}"]
    );
    assert_eq!(
        run("TAG=x docker build --push -t a/b:$TAG --build-arg TAG ."),
        ["Dockerfile -> a/b: TAG=x"],
        "words are expanded before the assignment holds"
    );
    assert_eq!(
        run("docker build --push -t \"${{ secrets.USER }}/web:$GITHUB_REF_NAME\" ."),
        ["Dockerfile -> ${{ secrets.USER }}/web:main"]
    );
}

#[test]
fn conditions_and_loops() {
    assert_eq!(
        run("for app in web api; do\n  docker build --push -t \"a/$app\" \"$app\"\ndone"),
        ["web/Dockerfile -> a/web", "api/Dockerfile -> a/api"]
    );
    assert_eq!(
        run("if [[ $GITHUB_REF == refs/heads/* ]]; then T=main; else T=none; fi; docker build --push -t a/b:$T ."),
        ["Dockerfile -> a/b:main"]
    );
    assert_eq!(
        run("if grep -q x y; then T=1; else T=2; docker build --push -t a/else .; fi; docker build --push -t a/b:$T ."),
        ["Dockerfile -> a/else runs=perhaps (grep -q x y)", "Dockerfile -> a/b:${{ $T }}"]
    );
    assert_eq!(
        run(
            "case \"$REGISTRY\" in\n  docker.io) docker build --push -t no/no . ;;\n  ghcr*) docker build --push -t a/b . ;;\n  *) docker build --push -t no/no . ;;\nesac"
        ),
        ["Dockerfile -> a/b"]
    );
    assert_eq!(
        run("docker manifest inspect a/b || docker build --push -t a/b .\ntrue || docker build no"),
        ["Dockerfile -> a/b runs=perhaps (docker manifest inspect a/b)"]
    );
    assert_eq!(
        run("if [ -z \"${{ secrets.X }}\" ]; then exit 0; fi\ndocker build --push -t a/b ."),
        ["Dockerfile -> a/b runs=perhaps (secrets.X)"]
    );
    assert_eq!(run("exit 0\ndocker build ."), [""; 0]);
    assert_eq!(
        run("ls */ | while read -r app; do docker build --push -t \"a/$app\" \"$app\"; done"),
        ["${{ read app }}/Dockerfile -> a/${{ read app }}"]
    );
}

#[test]
fn functions_and_other_scripts() {
    assert_eq!(run("./build.sh 1"), ["web/Dockerfile -> docker.io/acme/web:1"]);
    assert_eq!(
        run("bash -e ./build.sh 2; docker build --push -t a/b ."),
        ["web/Dockerfile -> docker.io/acme/web:2", "Dockerfile -> a/b"]
    );
    assert_eq!(run(". ./lib.sh\nship \"$NAME\""), ["web/Dockerfile -> quay.io/acme/web"]);
    assert!(!run("f() { f; docker build .; }\nf").is_empty(), "a function that calls itself ends");
    assert_eq!(run("sh -c 'docker build --push -t a/b .'"), ["Dockerfile -> a/b"]);
}

#[test]
fn outputs_and_variables_for_later_steps() {
    let step = "      - uses: docker/build-push-action@v6\n        with: {push: true, tags: \"a/${{ steps.x.outputs.name }}:${{ env.TAG }}\"}";
    assert_eq!(
        run_with("", "echo \"name=web\" >> $GITHUB_OUTPUT\necho TAG=1 >> \"$GITHUB_ENV\"", step),
        ["Dockerfile -> a/web:1"]
    );
    assert_eq!(
        run_with(
            "",
            "{\n  echo 'name<<EOF'\n  echo web\n  echo EOF\n} >> \"$GITHUB_OUTPUT\"\necho 'TAG=2' | tee -a $GITHUB_ENV",
            step
        ),
        ["Dockerfile -> a/web:2"]
    );
    assert_eq!(
        run_with(
            "",
            "if grep -q x y; then echo name=web >> $GITHUB_OUTPUT; fi\necho \"TAG=$(date)\" >> $GITHUB_ENV",
            step
        ),
        ["Dockerfile -> a/${{ outputs.name }}:${{ date }}"]
    );
    assert_eq!(run_with("", "python list.py", step), ["Dockerfile -> a/${{ steps.x.outputs.name }}:"]);
}

#[test]
fn a_matrix_that_a_script_writes() {
    for script in [
        "echo \"apps=$(jq -c . apps.json)\" >> \"$GITHUB_OUTPUT\"",
        "echo \"apps=$(cat apps.json | tr -d '\\n')\" >> \"$GITHUB_OUTPUT\"",
        "echo 'apps=[\"web\", \"api\"]' >> $GITHUB_OUTPUT",
        "APPS='[\"web\", \"api\"]'\nprintf 'apps=%s\\n' \"$APPS\" >> $GITHUB_OUTPUT",
        "cat <<EOF >> $GITHUB_OUTPUT\napps<<END\n$(cat apps.json)\nEND\nEOF",
    ] {
        let more = "
  ship:
    needs: b
    strategy: {matrix: {app: \"${{ fromJSON(needs.b.outputs.apps) }}\"}}
    steps:
      - uses: docker/build-push-action@v6
        with: {context: \"${{ matrix.app }}\", push: true, tags: \"a/${{ matrix.app }}\"}";
        assert_eq!(
            run_with("    outputs: {apps: \"${{ steps.x.outputs.apps }}\"}", script, more),
            ["web/Dockerfile -> a/web", "api/Dockerfile -> a/api"],
            "{script}"
        );
    }
}

#[test]
fn other_shells_are_not_read() {
    assert_eq!(run_with("    defaults: {run: {shell: pwsh}}", "docker build .", ""), [""; 0]);
    assert_eq!(run_with("    defaults: {run: {shell: 'bash -l {0}'}}", "docker build .", "").len(), 1);
}

#[test]
fn every_command_knows_where_it_is_written() {
    let workflow = "on: workflow_dispatch\njobs:\n  b:\n    steps:\n      - run: |\n          echo a\n          docker build --push \\\n            -t a/b:1 .\n";
    let memory = super::Memory::new(&[(SHIP, workflow)]);
    let evaluation = super::evaluate(
        &image_factory::workflow::repository::Repositories::of(super::shop(&memory)),
        &Event::dispatch("main"),
        SHIP,
    );
    let build = &evaluation.builds[0];
    assert_eq!(memory.covered(build.span), "docker build --push \\\n            -t a/b:1 .");
    assert_eq!(memory.covered(build.tags[0].span().unwrap()), "a/b:1");
}

#[test]
fn loops_go_over_arrays_and_files() {
    let script = "          APPS=(web api)\n          APPS+=(more)\n          for app in \"${APPS[@]}\"; do docker build --push -t acme/$app $app; done\n          docker build -t ${APPS[1]} .\n";
    let workflow = format!("on: workflow_dispatch\njobs:\n  b:\n    steps:\n      - run: |\n{script}");
    assert_eq!(
        super::builds_of(&workflow),
        [
            "web/Dockerfile -> acme/web",
            "api/Dockerfile -> acme/api",
            "more/Dockerfile -> acme/more",
            "Dockerfile ->  pushed=no"
        ]
    );
    let files = |script: &str| {
        let workflow = format!("on: workflow_dispatch\njobs: {{b: {{steps: [{{run: '{script}'}}]}}}}\n");
        let all = [
            (super::SHIP, workflow.as_str()),
            ("apps/web/Dockerfile", ""),
            ("apps/api/Dockerfile", ""),
            ("apps/.hidden/Dockerfile", ""),
            ("apps/README.md", ""),
        ];
        super::lines(&super::dispatch(&all, &super::Event::dispatch("main")))
    };
    let both = ["apps/api/Dockerfile -> acme/api", "apps/web/Dockerfile -> acme/web"];
    assert_eq!(files("for d in apps/*/; do docker build --push -t acme/$(basename $d) $d; done"), both);
    assert_eq!(files("cd apps && for d in */; do docker build --push -t acme/${d%/} $d; done"), both);
    assert_eq!(
        files("for f in ./apps/*/Dockerfile; do docker build --push -t acme/$(basename $(dirname $f)) -f $f .; done"),
        both.map(|line| format!("{line} context=."))
    );
}
