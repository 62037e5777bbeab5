//! `init` on repositories in the manner of well-known ones, each made here, against a table that was written by hand from what their
//! workflows say; and on repositories of generated shapes.

use crate::harness::{Folder, fixtures};
use crate::init::repository;
use serde_yaml::Value;
use std::collections::BTreeSet;

/// An image that a dispatch pushes: Dockerfile, repository, tag that is watched, build arguments, workflow, inputs that are sent.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

/// A repository: its fixture, what `owner/name` it is, its images, and the Dockerfiles that are no images of its workflows.
type Repository = (&'static str, &'static str, &'static [Row], &'static [&'static str]);

const REPOSITORIES: [Repository; 6] = [
    (
        // As k8s-at-home/container-images has it: a workflow for all apps, an input that chooses, a schedule that works out which.
        "apps_chosen_by_input",
        "home-club/images",
        &[
            ("apps/alpine/Dockerfile", "ghcr.io/home-club/alpine", "rolling", "", "release-manual.yaml", "app=alpine"),
            (
                "apps/jackett/Dockerfile",
                "ghcr.io/home-club/jackett",
                "rolling",
                "",
                "release-manual.yaml",
                "app=jackett",
            ),
            ("apps/plex/Dockerfile", "ghcr.io/home-club/plex", "rolling", "", "release-manual.yaml", "app=plex"),
        ],
        &["base/nodejs/Dockerfile", ".examples/simple/Dockerfile", ".archived/radarr/Dockerfile"],
    ),
    (
        // jupyter/docker-stacks: a job for each image calls one workflow, whose scripts build and push.
        "stacks_in_order",
        "stacks/stacks",
        &[
            ("images/foundation/Dockerfile", "quay.io/stacks/foundation", "latest", "", "docker.yml", ""),
            ("images/base/Dockerfile", "quay.io/stacks/base", "latest", "", "docker.yml", ""),
            ("images/scipy/Dockerfile", "quay.io/stacks/scipy", "latest", "", "docker.yml", ""),
        ],
        &["examples/course/Dockerfile"],
    ),
    (
        // grafana/grafana: one Dockerfile on two bases, behind a dry run; what lies in devenv is for development.
        "variants_behind_a_dry_run",
        "dash/dash",
        &[
            ("Dockerfile", "docker.io/dash/dash", "main", "", "publish.yml", "dry_run=false"),
            (
                "Dockerfile",
                "docker.io/dash/dash",
                "main-ubuntu",
                "BASE_IMAGE=ubuntu:24.04",
                "publish.yml",
                "dry_run=false",
            ),
        ],
        &[
            "devenv/docker/blocks/loki/Dockerfile",
            "devenv/docker/blocks/mysql/Dockerfile",
            "packaging/docker/custom/Dockerfile",
        ],
    ),
    (
        // trinodb/trino: a script builds for tests, and only tags are published.
        "built_for_tests_only",
        "queries/queries",
        &[],
        &["core/docker/Dockerfile", "testing/product-tests/Dockerfile"],
    ),
    (
        // home-operations/containers: a bake file beside each Dockerfile, the app and the push are inputs.
        "bake_beside_each_app",
        "home-ops/containers",
        &[
            (
                "apps/bazarr/Dockerfile",
                "ghcr.io/home-ops/bazarr",
                "rolling",
                "",
                "release.yaml",
                "app=bazarr release=true",
            ),
            (
                "apps/postgres-init/Dockerfile",
                "ghcr.io/home-ops/postgres-init",
                "rolling",
                "VERSION=3.22",
                "release.yaml",
                "app=postgres-init release=true",
            ),
        ],
        &[],
    ),
    (
        // nodejs/docker-node: a folder for each version and variant, one repository; trixie is not in the matrix.
        "a_dockerfile_for_each_version",
        "acme/runtime",
        &[
            ("22/alpine3.22/Dockerfile", "docker.io/acme/runtime", "22-alpine3.22", "", "publish.yml", ""),
            ("22/bookworm/Dockerfile", "docker.io/acme/runtime", "22-bookworm", "", "publish.yml", ""),
            ("24/alpine3.22/Dockerfile", "docker.io/acme/runtime", "24-alpine3.22", "", "publish.yml", ""),
            ("24/bookworm/Dockerfile", "docker.io/acme/runtime", "24-bookworm", "", "publish.yml", ""),
        ],
        &["24/trixie/Dockerfile", "Dockerfile-debian.template"],
    ),
];

/// What `init` proposes, as rows; and the text of images.yaml.
fn proposed(folder: &Folder) -> (Vec<[String; 6]>, String) {
    let init = folder.run(&["init", "--yes", "--action", "acme/image-factory@main"]);
    assert_eq!(init.code, 0, "{}", init.stderr);
    let text = folder.read("image-factory/images.yaml");
    let yaml: Value = serde_yaml::from_str(&text).unwrap();
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let pairs = |value: &Value| {
        let pairs = value.as_mapping().into_iter().flatten().filter(|(_, value)| !value.is_null());
        pairs.map(|(key, value)| format!("{}={}", word(key), word(value))).collect::<Vec<_>>().join(" ")
    };
    let row = |image: &Value| {
        [
            word(&image["source"]["dockerfile"]),
            format!("{}/{}", word(&image["registry"]), word(&image["repository"])),
            word(&image["tags"]["constraint"]),
            pairs(&image["source"]["buildArgs"]),
            word(&image["source"]["workflow"]),
            pairs(&image["inputs"]),
        ]
    };
    (yaml["images"].as_sequence().unwrap().iter().map(row).collect(), text)
}

/// `lint` and `synth` find no error in what `init` has written, and each workflow that it names is there.
fn is_right_by_itself(folder: &Folder, rows: &[[String; 6]], text: &str) {
    for command in [&["lint"][..], &["discover", "--offline"], &["synth", "--stdout"]] {
        let outcome = folder.run(command);
        let said = outcome.stdout + &outcome.stderr;
        assert!(outcome.code < 2 && !said.contains("error["), "{command:?}: {said}\n{text}");
        assert!(!said.contains("IF100"), "{command:?}: {said}\n{text}");
    }
    for [_, _, _, _, workflow, _] in rows {
        assert!(folder.path().join(".github/workflows").join(workflow).is_file(), "{text}");
    }
}

/// Of each repository: images there, right, commented, wrong. Nothing may be wrong.
#[test]
fn repositories_in_the_manner_of_well_known_ones() {
    let mut table = vec!["repository: there, right, commented, wrong".to_owned()];
    for (name, repo, images, others) in REPOSITORIES {
        let text = std::fs::read_to_string(fixtures().join(format!("repositories/{name}.txt"))).unwrap();
        let folder = repository(Some(&format!("https://github.com/{repo}.git")), &[]);
        folder.hold(&text);
        let (rows, text) = proposed(&folder);
        is_right_by_itself(&folder, &rows, &text);
        let found: BTreeSet<[&str; 6]> = rows.iter().map(|row| row.each_ref().map(String::as_str)).collect();
        let wanted: BTreeSet<[&str; 6]> = images.iter().map(|&(a, b, c, d, e, f)| [a, b, c, d, e, f]).collect();
        let (right, wrong) = (found.intersection(&wanted).count(), found.difference(&wanted).count());
        let (_, comments) = text.split_once("# Not proposed:\n").unwrap_or((&text, ""));
        let commented = others.iter().filter(|path| comments.contains(*path)).count();
        table.push(format!("{name}: {}, {right}, {commented}, {wrong}", images.len()));
        assert_eq!(found, wanted, "{name}: {text}");
        assert_eq!(commented, others.len(), "{name}: {text}");
    }
    insta::assert_snapshot!(table.join("\n"), @r"
    repository: there, right, commented, wrong
    apps_chosen_by_input: 3, 3, 3, 0
    stacks_in_order: 3, 3, 1, 0
    variants_behind_a_dry_run: 2, 2, 3, 0
    built_for_tests_only: 0, 0, 2, 0
    bake_beside_each_app: 2, 2, 0, 0
    a_dockerfile_for_each_version: 4, 4, 2, 0
    ");
}

/// How a workflow gets at two apps: its events, and its jobs for a build whose folder is `{}`.
const SHAPES: [(&str, &str, &str); 11] = [
    ("plain", "{workflow_dispatch: {}}", "STEP(a)STEP(b)"),
    ("plain, an event", "[push, workflow_dispatch]", "STEP(a)STEP(b)"),
    ("matrix", "{workflow_dispatch: {}}", "MATRIX{app: [a, b]}STEP(${{ matrix.app }})"),
    ("matrix of objects", "workflow_dispatch", "MATRIX{app: [{n: a}, {n: b}]}STEP(${{ matrix.app.n }})"),
    ("template", "{workflow_dispatch: {inputs: {app: {required: true}}}}", "STEP(${{ inputs.app }})"),
    (
        "template, not required",
        "{workflow_dispatch: {inputs: {app: {type: string}}}}",
        "STEP(${{ github.event.inputs.app }})",
    ),
    (
        "choice",
        "{workflow_dispatch: {inputs: {app: {type: choice, options: [a, b], default: a}}}}",
        "STEP(${{ inputs.app }})",
    ),
    ("only tags", "{push: {tags: ['v*']}}", "STEP(a)STEP(b)"),
    ("no dispatch", "{push: {branches: [main]}}", "MATRIX{app: [a, b]}STEP(${{ matrix.app }})"),
    ("unknown matrix", "{workflow_dispatch: {}}", "MATRIX{app: \"${{ fromJSON(vars.APPS) }}\"}STEP(${{ matrix.app }})"),
    (
        "ours declared",
        "{workflow_dispatch: {inputs: {version_bump: {type: choice, options: [major]}, triggered_by: {type: boolean, required: true}, base_image: {required: true}}}}",
        "STEP(a)STEP(b)",
    ),
];

const STEPS: [&str; 7] = [
    "    - uses: docker/build-push-action@v6\n      with: {context: 'apps/APP', push: true, tags: 'ghcr.io/acme/APP:latest'}\n",
    "    - uses: docker/build-push-action@v6\n      with: {context: 'apps/APP', push: true, tags: 'ghcr.io/acme/all:APP'}\n",
    "    - uses: docker/build-push-action@v6\n      with: {context: 'apps/APP', push: true, tags: 'ghcr.io/acme/all:latest'}\n",
    "    - uses: docker/build-push-action@v6\n      with: {context: 'apps/APP', push: \"${{ github.event_name == 'push' }}\", tags: 'acme/APP:1.0.0'}\n",
    "    - run: docker build -t \"${{ secrets.USER }}/APP:1\" apps/APP && docker push \"${{ secrets.USER }}/APP:1\"\n",
    "    - {uses: acme/elsewhere@v1, with: {context: 'apps/APP', image: 'APP'}}\n",
    "    - uses: docker/build-push-action@v6\n      with: {context: 'apps/APP', push: true, tags: 'ghcr.io/acme/node-22:APP', build-args: 'V=APP'}\n",
];

/// Dockerfiles of the two apps.
const TEXTS: [(&str, &str); 3] = [
    ("FROM node:22\n", "FROM ghcr.io/acme/a:latest\n"),
    ("ARG V=1\nFROM debian:$V\n", "FROM ghcr.io/acme/b:latest\nCOPY --from=ghcr.io/acme/a /a /a\n"),
    ("FROM ghcr.io/acme/b:latest\n", "FROM ghcr.io/acme/a:latest\n"),
];

/// Whatever shape a repository has, `init --yes` and then `lint`, `discover` and `synth` give no error.
#[test]
fn what_init_writes_is_right_by_itself_in_every_shape() {
    let mut live = 0;
    for (number, (shape, on, jobs)) in SHAPES.iter().enumerate() {
        for (row, step) in STEPS.iter().enumerate() {
            // Of two neighbours one is enough; all would take a minute.
            if (number + row) % 2 == 1 {
                continue;
            }
            let (first, second) = TEXTS[(number + row / 2) % TEXTS.len()];
            let is_reusable = row % 3 == 0 && !jobs.contains("STEP(a)") && !jobs.contains("github.event");
            let (matrix, steps) = match jobs.strip_prefix("MATRIX") {
                Some(rest) => rest.split_once("STEP").map(|(matrix, step)| (matrix, format!("STEP{step}"))).unwrap(),
                None => ("", (*jobs).to_owned()),
            };
            let apps: Vec<&str> = steps.split("STEP(").skip(1).map(|app| app.trim_end_matches(')')).collect();
            let strategy =
                if matrix.is_empty() { String::new() } else { format!("    strategy: {{matrix: {matrix}}}\n") };
            let of = |app: &str| step.replace("APP", app);
            let job = |strategy: &str, steps: &str| {
                format!(
                    "jobs:\n  build:\n{strategy}    runs-on: ubuntu-latest\n    steps:\n    - uses: actions/checkout@v4\n{steps}"
                )
            };
            let folder = repository(
                Some("https://github.com/acme/shop"),
                &[("apps/a/Dockerfile", first), ("apps/b/Dockerfile", second)],
            );
            if is_reusable {
                let call = format!(
                    "jobs:\n  call:\n{strategy}    uses: ./.github/workflows/one.yml\n    with: {{app: '{}'}}\n",
                    apps[0]
                );
                folder.write(".github/workflows/all.yml", format!("on: {on}\n{call}"));
                let one = job("", &of("${{ inputs.app }}"));
                folder.write(
                    ".github/workflows/one.yml",
                    format!("on: {{workflow_call: {{inputs: {{app: {{type: string}}}}}}}}\n{one}"),
                );
            } else {
                let steps: String = apps.iter().map(|app| of(app)).collect();
                folder.write(".github/workflows/all.yml", format!("on: {on}\n{}", job(&strategy, &steps)));
            }
            let (rows, text) = proposed(&folder);
            let what = format!("{shape}, step {row}\n{}\n{text}", folder.read(".github/workflows/all.yml"));
            is_right_by_itself(&folder, &rows, &what);
            let cannot = matches!(*shape, "only tags" | "no dispatch" | "unknown matrix") || row == 3;
            assert!(!cannot || rows.is_empty(), "{what}");
            live += rows.len();
        }
    }
    assert!(live > 24, "it is about entries that are there: {live}");
}

/// `--edit-workflows` adds `workflow_dispatch` to workflows that push images and lack it, and to no other; it is shown first, and
/// nothing is written unasked.
#[test]
fn workflows_get_the_event_that_they_lack() {
    let push = |on: &str, push: &str| {
        format!(
            "# ours\non: {on} # when\nconcurrency: {{group: a}}\njobs:\n  b:\n    runs-on: ubuntu-latest\n    steps:\n    - uses: docker/build-push-action@v6\n      with: {{context: web, push: {push}, tags: 'ghcr.io/acme/web:latest'}}\n"
        )
    };
    let files = [
        ("web/Dockerfile", "FROM node:22\n".to_owned()),
        (".github/workflows/ship.yml", push("[push, release]", "true")),
        (".github/workflows/check.yml", push("pull_request", "true")),
        (".github/workflows/dry.yml", push("push", "false")),
        (".github/workflows/event.yml", push("push", "\"${{ github.event_name == 'push' }}\"")),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let folder = repository(Some("https://github.com/acme/shop"), &files);
    let before = folder.files();
    let dry = folder.run(&["init", "--dry-run", "--edit-workflows"]);
    assert_eq!((dry.code, folder.files()), (0, before.clone()), "{}", dry.stderr);
    assert!(
        dry.stdout.contains("+on: {push: null, release: null, workflow_dispatch: {inputs: {version_bump: "),
        "{}",
        dry.stdout
    );
    assert_eq!(folder.run(&["init", "--edit-workflows"]).code, 2, "nobody can be asked");
    assert_eq!(folder.files(), before);
    // Without the flag it is said, and nothing but ours is written.
    let plain = folder.run(&["init", "--dry-run"]);
    assert!(
        plain.stdout.contains("ship.yml has no `workflow_dispatch`; `image-factory init --edit-workflows` adds it"),
        "{}",
        plain.stdout
    );
    let init = folder.run(&["init", "--yes", "--edit-workflows"]);
    assert_eq!(init.code, 0, "{}", init.stderr);
    assert!(init.stderr.contains(".github/workflows/ship.yml\n"), "{}", init.stderr);
    let text = folder.read(".github/workflows/ship.yml");
    assert!(
        text.starts_with("# ours\non: {push: null, release: null, workflow_dispatch:") && text.contains("}}} # when\n"),
        "{text}"
    );
    for (name, old) in &files {
        assert!(*name == ".github/workflows/ship.yml" || folder.read(name) == *old, "{name}");
    }
    let images = folder.read("image-factory/images.yaml");
    assert!(images.contains("    workflow: ship.yml\n") && !images.contains("inputs:"), "{images}");
    for command in [&["discover", "--offline"][..], &["synth", "--stdout"], &["lint"]] {
        let outcome = folder.run(command);
        let said = outcome.stdout + &outcome.stderr;
        assert!(outcome.code < 2 && !said.contains("error["), "{command:?}: {said}");
    }
}
