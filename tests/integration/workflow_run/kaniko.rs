//! kaniko in the ways in which workflows run it; what its options mean is in its cmd/executor/cmd/root.go.

use super::{Event, SHIP, builds_of, dispatch, lines};

/// A job that runs in kaniko's image, with a script.
fn job(script: &str) -> Vec<String> {
    of_files(script, &[])
}

fn of_files(script: &str, files: &[(&str, &str)]) -> Vec<String> {
    let script = script.replace('\n', "\n          ");
    let workflow = format!(
        "on: workflow_dispatch
jobs:
  b:
    container: {{image: 'gcr.io/kaniko-project/executor:debug'}}
    steps:
      - uses: actions/checkout@v4
      - run: |
          {script}
"
    );
    let mut all = vec![(SHIP, workflow.as_str())];
    all.extend(files);
    lines(&dispatch(&all, &Event::dispatch("main")))
}

#[test]
fn the_executor_in_a_job_of_its_image() {
    assert_eq!(
        job(
            "mkdir -p /kaniko/.docker\n/kaniko/executor --context=\"${{ github.workspace }}\" --dockerfile web/Dockerfile --destination=ghcr.io/acme/web:1 --destination ghcr.io/acme/web:latest --cache=true --digest-file /tmp/digest"
        ),
        ["web/Dockerfile -> ghcr.io/acme/web:1 ghcr.io/acme/web:latest context=."]
    );
    assert_eq!(
        job(
            "cd web\nexecutor -c . -d ghcr.io/acme/web:1 --build-arg V=1 --build-arg=W=2 --target run --skip-tls-verify --custom-platform linux/arm64"
        ),
        ["web/Dockerfile -> ghcr.io/acme/web:1 target=run V=1 W=2"]
    );
    assert_eq!(
        job("/kaniko/executor --context dir://$GITHUB_WORKSPACE --context-sub-path web --destination a/b"),
        ["web/Dockerfile -> a/b"]
    );
    // Without a scheme kaniko does not look at it.
    assert_eq!(job("/kaniko/executor --context . --context-sub-path web --destination a/b"), ["Dockerfile -> a/b"]);
    assert_eq!(
        job("/kaniko/executor --context git://github.com/acme/other.git --destination a/b"),
        ["<git://github.com/acme/other.git> -> a/b context=<git://github.com/acme/other.git>"]
    );
}

#[test]
fn what_kaniko_does_not_push() {
    assert_eq!(job("/kaniko/executor -c . --no-push --tar-path out.tar"), ["Dockerfile ->  pushed=no"]);
    assert_eq!(job("/kaniko/executor -c . --no-push=true -d a/b"), ["Dockerfile ->  pushed=no"]);
    assert_eq!(job("/kaniko/executor -c . --no-push=false -d a/b"), ["Dockerfile -> a/b"]);
    assert_eq!(
        job("/kaniko/executor -c . --no-push=${{ vars.DRY }} -d a/b"),
        ["Dockerfile -> a/b pushed=perhaps (vars.DRY)"]
    );
    // It says that it needs a destination.
    assert_eq!(job("/kaniko/executor -c ."), Vec::<String>::new());
}

/// From the folder that it runs in, and only if there is none from the context.
#[test]
fn where_the_dockerfile_is() {
    let run = "/kaniko/executor -c web -f web/Dockerfile -d a/b";
    assert_eq!(of_files(run, &[("web/Dockerfile", "FROM a\n")]), ["web/Dockerfile -> a/b"]);
    assert_eq!(of_files(run, &[("web/web/Dockerfile", "FROM a\n")]), ["web/web/Dockerfile -> a/b context=web"]);
    assert_eq!(
        of_files("/kaniko/executor -c web -d a/b", &[("web/Dockerfile", "FROM a\n")]),
        ["web/Dockerfile -> a/b"]
    );
    assert_eq!(
        of_files("/kaniko/executor -c web -d a/b", &[("web/Dockerfile", "FROM a\n"), ("Dockerfile", "FROM b\n")]),
        ["Dockerfile -> a/b context=web"]
    );
}

fn step(script: &str) -> Vec<String> {
    builds_of(&format!(
        "on: workflow_dispatch\njobs:\n  b:\n    steps:\n      - run: |\n          {}\n",
        script.replace('\n', "\n          ")
    ))
}

#[test]
fn a_container_that_a_script_runs() {
    let image = "gcr.io/kaniko-project/executor:v1.23.2";
    assert_eq!(
        step(&format!(
            "docker run --rm -v $PWD:/workspace -v ~/.docker:/kaniko/.docker:ro {image} --dockerfile=web/Dockerfile --context dir:///workspace/ --destination ghcr.io/acme/web:1"
        )),
        ["web/Dockerfile -> ghcr.io/acme/web:1 context=."]
    );
    assert_eq!(
        step(&format!(
            "docker run -v \"$(pwd)\":/workspace {image} --dockerfile /workspace/web/Dockerfile --destination ghcr.io/acme/web:1 --context dir:///workspace/web"
        )),
        ["web/Dockerfile -> ghcr.io/acme/web:1"]
    );
    assert_eq!(
        step(&format!(
            "cd apps\ndocker container run -i --mount type=bind,source=${{{{ github.workspace }}}}/apps/web,target=/src -w /src {image} -c /src -d a/b -f Dockerfile.prod"
        )),
        ["apps/web/Dockerfile.prod -> a/b context=apps/web"]
    );
    assert_eq!(
        step(&format!("podman run -v ./web:/workspace:Z --entrypoint /kaniko/executor {image} -d a/b -c /workspace")),
        ["web/Dockerfile -> a/b"]
    );
    assert_eq!(
        step(&format!("docker run -v $PWD:/w --entrypoint '' {image} /kaniko/executor -c /w -d a/b --no-push")),
        ["Dockerfile ->  pushed=no"]
    );
    // A folder of the container that is none of the machine's.
    assert_eq!(step(&format!("docker run {image} -c /else -d a/b")), ["?/else/Dockerfile -> a/b"]);
    // Other images.
    assert_eq!(step("docker run gcr.io/kaniko-project/warmer:latest --image=a"), Vec::<String>::new());
    assert_eq!(step("docker run -v $PWD:/workspace alpine -d a/b"), Vec::<String>::new());
}

#[test]
fn what_is_not_understood_of_a_container_may_push() {
    for (script, is_read) in [
        ("docker run -v $PWD:/w gcr.io/kaniko-project/executor -c /w -d a/b", true),
        ("docker run -v $PWD:/w --entrypoint /busybox/sh gcr.io/kaniko-project/executor:debug -c 'build.sh'", false),
        ("docker run alpine true", true),
    ] {
        let workflow = format!("on: workflow_dispatch\njobs: {{b: {{steps: [{{run: \"{script}\"}}]}}}}\n");
        let evaluation = dispatch(&[(SHIP, &workflow)], &Event::dispatch("main"));
        assert_eq!(evaluation.unread.is_empty(), is_read, "{script}");
    }
}

fn action(uses: &str, with: &str) -> Vec<String> {
    let with = with.replace('\n', "\n          ");
    builds_of(&format!(
        "on: workflow_dispatch\njobs:\n  b:\n    steps:\n      - uses: {uses}\n        with:\n          {with}\n"
    ))
}

#[test]
fn the_image_as_an_action() {
    assert_eq!(
        action(
            "docker://gcr.io/kaniko-project/executor:latest",
            "args: >-\n  --dockerfile=web/Dockerfile --context=/github/workspace/web\n  --destination=\"ghcr.io/${{ github.repository }}:1\""
        ),
        ["web/Dockerfile -> ghcr.io/acme/shop:1"]
    );
}

/// Its action.yaml and src/run.ts.
#[test]
fn int128_kaniko_action() {
    let uses = "int128/kaniko-action@v1";
    assert_eq!(action(uses, "context: web\npush: true\ntags: |\n  a/b:1\n  a/b:2"), ["web/Dockerfile -> a/b:1 a/b:2"]);
    // It does not push unless it is told to, and the file is from the root of the repository.
    assert_eq!(action(uses, "file: web/prod.Dockerfile\ntags: a/b"), ["web/prod.Dockerfile ->  context=. pushed=no"]);
    assert_eq!(
        action(
            uses,
            "push: true\ntags: a/b\ntarget: run\nbuild-args: |\n  A=1\nkaniko-args: |\n  --build-arg=B=2\n  --skip-tls-verify"
        ),
        ["Dockerfile -> a/b target=run A=1 B=2"]
    );
}

/// Its action.yml and entrypoint.sh.
#[test]
fn aevea_action_kaniko() {
    let uses = "aevea/action-kaniko@master";
    assert_eq!(
        action(uses, "image: acme/web\ntag: 1.0.0\ntag_with_latest: true"),
        ["Dockerfile -> acme/web:1.0.0 acme/web:latest"]
    );
    assert_eq!(
        action(
            uses,
            "image: web\nregistry: ghcr.io\npath: web\nbuild_file: prod.Dockerfile\nextra_args: --build-arg A=1"
        ),
        ["web/prod.Dockerfile -> ghcr.io/acme/shop/web:main context=web A=1"]
    );
    assert_eq!(
        action(uses, "image: acme/web\nregistry: quay.io\ntag: v2\nstrip_tag_prefix: v\ntarget: run"),
        ["Dockerfile -> quay.io/acme/web:2 target=run"]
    );
}
