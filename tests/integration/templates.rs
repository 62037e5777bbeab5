//! What `workflow` prints: as YAML, as facts, to `lint`, and its scripts as they run.

use crate::harness::{Folder, Outcome};
use crate::workflow_run::{Memory, SHIP, shop};
use image_factory::source::{SourceFile, Sources};
use image_factory::workflow::build::{Build, Location};
use image_factory::workflow::evaluate::evaluate;
use image_factory::workflow::event::Event;
use image_factory::workflow::repository::Repositories;
use image_factory::workflow::value::Text;
use image_factory::workflow::{self, InputKind, Workflow};
use serde_yaml::Value;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// The images of tests/templates.
const IMAGES: [(&str, &str); 7] = [
    ("web", "web.yml"),
    ("api", "api (build) it's.yaml"),
    ("3.14-tool", "tool.yml"),
    ("child", "child.yml"),
    ("child-next", "child-next.yml"),
    ("held", "held.yml"),
    ("held-list", "held-list.yml"),
];

/// A copy of tests/templates, and a Dockerfile whose name not every system takes.
fn folder() -> Folder {
    let folder = Folder::copy_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/templates"));
    folder.write("it's/Docker $file \"x\" [a] \\ *", "FROM scratch\nCOPY --from=alpine:3.22 /bin/sh /sh\n");
    folder
}

fn printed(folder: &Folder, arguments: &[&str]) -> String {
    let outcome = folder.run(arguments);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    outcome.stdout
}

fn facts(text: &str) -> Workflow {
    let mut sources = Sources::new();
    let id = sources.add(SourceFile::new("workflow", text));
    let (workflow, diagnostics) = workflow::read(sources.file(id), id);
    assert_eq!(diagnostics, []);
    workflow.unwrap()
}

fn steps(text: &str, job: &str) -> Vec<Value> {
    let tree: Value = serde_yaml::from_str(text).unwrap();
    tree["jobs"][job]["steps"].as_sequence().unwrap().clone()
}

fn script(text: &str, job: &str, name: &str) -> String {
    let step = steps(text, job).into_iter().find(|step| step["name"] == name).unwrap();
    step["run"].as_str().unwrap().to_owned()
}

#[test]
fn the_workflow_of_an_image_is_what_a_reviewer_has_read() {
    let folder = folder();
    insta::assert_snapshot!("workflow_web", folder.run(&["workflow", "web"]).shown());
    insta::assert_snapshot!("workflow_tool", folder.run(&["workflow", "3.14-tool"]).shown());
    insta::assert_snapshot!("workflow_ci", Folder::empty().run(&["workflow", "--ci"]).shown());
    insta::assert_snapshot!("workflow_stale", Folder::empty().run(&["workflow", "--stale"]).shown());
}

#[test]
fn every_workflow_says_what_images_yaml_says() {
    let folder = folder();
    let mut shown = String::new();
    for (image, _) in IMAGES {
        let text = printed(&folder, &["workflow", image]);
        let yaml: Value = serde_yaml::from_str(&text).unwrap();
        let facts = facts(&text);
        let dispatch = facts.dispatch.as_ref().unwrap();
        let events: Vec<&str> = facts.triggers.iter().flat_map(|on| &on.events).map(|at| at.value.as_str()).collect();
        assert_eq!(events, ["workflow_dispatch", "push"]);
        assert_eq!(yaml["concurrency"]["group"], Value::from(format!("build-{image}")));
        assert_eq!(yaml["concurrency"]["cancel-in-progress"], Value::Bool(false));
        let InputKind::Choice(options) = &dispatch.inputs[0].kind.value else { panic!("version_bump is no choice") };
        assert_eq!(options.iter().map(|at| at.value.as_str()).collect::<Vec<_>>(), ["patch", "minor", "major"]);
        let memory = Memory::new(&[(SHIP, &text)]);
        let run = evaluate(&Repositories::of(shop(&memory)), &Event::dispatch("main"), SHIP);
        let build = run.builds.first().unwrap();
        assert!(build.runs().is_yes() && build.pushed.is_yes(), "{build:?}");
        assert!(steps(&text, "build").iter().any(|step| step["with"]["pull"] == Value::Bool(true)));
        writeln!(shown, "=== {image}").unwrap();
        for input in &dispatch.inputs {
            let default = input.default.as_ref().map(|at| at.value.as_str());
            writeln!(shown, "input {:?} default {default:?}", input.name.value).unwrap();
        }
        shown.push_str(&about(build));
        for step in steps(&text, "build").iter().filter(|step| step["name"] == "Base") {
            writeln!(shown, "base {:?} by {:?}", step["env"]["BASE"], step["env"]["BASE_LINES"]).unwrap();
        }
        let metadata = steps(&text, "build").into_iter().find(|step| step["id"] == "metadata").unwrap();
        for line in metadata["with"]["tags"].as_str().unwrap().lines().filter(|line| line.contains("type=raw")) {
            writeln!(shown, "tag {line}").unwrap();
        }
        writeln!(shown, "flavor {:?}", metadata["with"]["flavor"]).unwrap();
    }
    insta::assert_snapshot!("workflow_facts", shown);
}

fn about(build: &Build) -> String {
    let mut shown = String::new();
    for (label, at) in [("dockerfile", &build.dockerfile), ("context", &build.context)] {
        let Location::Here(path) = at else { panic!("{at:?}") };
        writeln!(shown, "{label} {:?}", path.known()).unwrap();
    }
    writeln!(shown, "target {:?}", build.target.as_ref().and_then(Text::known)).unwrap();
    let platforms: Vec<&str> = build.platforms.iter().filter_map(Text::known).collect();
    writeln!(shown, "platforms {platforms:?}").unwrap();
    for arg in &build.args {
        writeln!(shown, "arg {:?} = {:?}", arg.name.to_string(), arg.value.known()).unwrap();
    }
    shown
}

#[test]
fn lint_finds_nothing_in_them() {
    let folder = folder();
    for (image, file) in IMAGES {
        let text = printed(&folder, &["workflow", image]);
        folder.write(&format!(".github/workflows/{file}"), text);
    }
    // What lint says of the images themselves is not about the workflows.
    let outcome = folder.run(&["lint", "--format", "json"]);
    for code in 100..120 {
        assert!(!outcome.stdout.contains(&format!("IF{code}")), "{}", outcome.stdout);
    }
    assert!(folder.run(&["synth", "--stdout"]).code == 0);
}

#[test]
fn nothing_of_a_user_stands_in_a_script() {
    let folder = folder();
    let mut seen = 0;
    let mut texts: Vec<String> = IMAGES.iter().map(|(image, _)| printed(&folder, &["workflow", image])).collect();
    texts.push(printed(&folder, &["workflow", "--ci"]));
    texts.push(printed(&folder, &["workflow", "--stale"]));
    for text in &texts {
        let tree: Value = serde_yaml::from_str(text).unwrap();
        for (_, job) in tree["jobs"].as_mapping().unwrap() {
            for run in job["steps"].as_sequence().unwrap().iter().filter_map(|step| step["run"].as_str()) {
                assert!(!run.contains("${{") && !run.contains("@{") && !run.contains("acme"), "{run}");
                seen += 1;
            }
        }
        assert!(!text.contains("#% "));
    }
    assert!(seen > 10);
}

#[test]
fn what_cannot_be_printed_says_why() {
    let folder = folder();
    let shown = |outcome: Outcome| {
        assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""));
        outcome.stderr
    };
    assert_eq!(
        shown(folder.run(&["workflow", "wbe"])),
        "error: there is no image `wbe` in images.yaml\n  help: did you mean `web`?\n"
    );
    assert_eq!(
        shown(Folder::with("- {name: web, repository: a/b, source: {repo: a/b}}\n").run(&["workflow", "redis"])),
        "error: there is no image `redis` in images.yaml\n  help: there is `web` alone\n"
    );
    let images = "- {name: web, repository: a/web, source: {repo: a/b}}\n- {name: api, repository: a/api, source: {repo: a/b}}\n";
    for (arguments, said) in [
        (
            &["workflow"][..],
            "error: no image is named, and neither `--ci` nor `--stale`\n  help: name the image to build: api and web; `--ci` ",
        ),
        (
            &["workflow", "redis"],
            "error: there is no image `redis` in images.yaml\n  help: the images that are built are api and web\n",
        ),
        (
            &["discover", "redis"],
            "error: there is no image `redis` in images.yaml\n  help: the images that are built are api and web\n",
        ),
    ] {
        let outcome = Folder::with(images).run(arguments);
        assert!(outcome.code == 2 && outcome.stderr.starts_with(said), "{}", outcome.shown());
    }
    let base = "  repository: a/b\n  baseImages: [\"node:22\"]\n  source: {repo: a/b}\n";
    let odd = Folder::with(&format!(
        "- name: a\n{base}  inputs: {{version_bump: huge}}\n- {{name: ext, repository: x/y, tag: '1'}}\n"
    ));
    assert_eq!(
        shown(odd.run(&["workflow", "a"])),
        "error: a is sent the version_bump \"huge\", which this workflow could not follow\n  help: write `patch`, `minor` or `major`\n"
    );
    assert_eq!(shown(odd.run(&["workflow", "ext"])), "error: ext has no `source`, so there is nothing to build\n");
    let many: String = (0..23).map(|number| format!("i{number}: x, ")).collect();
    let many = Folder::with(&format!("- name: a\n{base}  inputs: {{{many}version_bump: null}}\n"));
    assert!(shown(many.run(&["workflow", "a"])).starts_with("error: a has 23 inputs of its own"));
    let broken = Folder::with("- name: a\n");
    assert!(shown(broken.run(&["workflow", "a"])).contains("error[IF022]"));
}

#[test]
fn named_contexts_are_passed_and_the_base_behind_them_is_not_pinned() {
    let folder = Folder::empty();
    folder.write("Dockerfile", "FROM upstream\n");
    folder.write(
        "images.yaml",
        "- name: web\n  repository: acme/web\n  source:\n    repo: acme/web\n    contexts: {upstream: 'docker-image://node:22-slim', src: lib}\n",
    );
    let text = printed(&folder, &["workflow", "web"]);
    let build = steps(&text, "build").into_iter().find(|step| !step["with"]["build-contexts"].is_null()).unwrap();
    assert_eq!(build["with"]["build-contexts"], "upstream=docker-image://node:22-slim\nsrc=lib");
    assert!(!text.contains("steps.base.outputs.context"), "{text}");
}

/// A base that is sent with its digest is what is built on, in place of what its tag means when the run begins.
#[test]
fn the_build_is_held_to_the_digest_that_started_it() {
    let folder = folder();
    let (node, python) = ("docker.io/library/node:22-bookworm-slim", "docker.io/library/python:3.12-slim");
    let (then, now) = (format!("sha256:{}", "a".repeat(64)), format!("sha256:{}", "b".repeat(64)));
    program(&folder, "docker", &format!("#!/usr/bin/env bash\necho '{{\"digest\": \"{now}\"}}'\n"));
    for (image, knows_base) in [("held", true), ("held-list", false)] {
        let text = printed(&folder, &["workflow", image]);
        let build = steps(&text, "build").into_iter().find(|step| step["id"] == "build").unwrap();
        let of_base = if knows_base { "${{ steps.base.outputs.context }}\n" } else { "" };
        let contexts = format!("{of_base}${{{{ steps.moved.outputs.context }}}}\n");
        assert_eq!(build["with"]["build-contexts"], contexts, "{image}");
        let inputs = &facts(&text).dispatch.unwrap().inputs;
        let base = inputs.iter().find(|input| input.name.value == "base").unwrap();
        assert_eq!(base.default.as_ref().map(|at| at.value.as_str()), Some(""), "a person has no digest to send");
        let named = |name: &str| script(&text, "build", name);
        for (moved, expected) in [
            (String::new(), String::new()),
            (format!("{python}@{then}"), format!("context={python}=docker-image://{python}@{then}\n")),
        ] {
            let Some((ok, said, output)) = run_step(&folder, &named("Moved base"), &[("MOVED", &moved)]) else {
                return;
            };
            assert!(ok, "{said}");
            assert_eq!(output, expected, "{image}");
        }
        if !knows_base || Command::new("jq").arg("--version").output().is_err() {
            continue;
        }
        let step = steps(&text, "build").into_iter().find(|step| step["id"] == "base").unwrap();
        assert_eq!(step["env"]["MOVED"], "${{ inputs['base'] }}");
        let value = |name: &str| step["env"][name].as_str().unwrap().to_owned();
        let (dockerfile, base, lines) = (value("DOCKERFILE"), value("BASE"), value("BASE_LINES"));
        assert_eq!(base, node);
        for (moved, digest) in
            [(format!("{node}@{then}"), &then), (format!("{python}@{then}"), &now), (String::new(), &now)]
        {
            let environment = [
                ("DOCKERFILE", dockerfile.as_str()),
                ("BASE", &base),
                ("BASE_LINES", &lines),
                ("MOVED", moved.as_str()),
            ];
            let Some((ok, said, output)) = run_step(&folder, &named("Base"), &environment) else { return };
            assert!(ok, "{said}");
            assert!(output.contains(&format!("image.base.digest={digest}\n")), "{moved}: {output}");
            assert!(output.ends_with(&format!("docker-image://{node}@{digest}\n")), "{moved}: {output}");
        }
    }
}

#[test]
fn two_images_of_one_workflow_are_said() {
    let image = |name| {
        format!(
            "- name: {name}\n  repository: a/{name}\n  baseImages: [\"node:22\"]\n  source: {{repo: a/b, workflow: build.yml}}\n"
        )
    };
    let folder = Folder::with(&(image("one") + &image("two")));
    assert_eq!(
        folder.run(&["workflow", "one"]).stderr,
        "save it in a/b as .github/workflows/build.yml, on the default branch as well as on main\n  \
         help: images.yaml names build.yml as the workflow of two too, which this one does not build: give one a `workflow` of its own\n"
    );
    assert_eq!(folder.run(&["--quiet", "workflow", "one"]).stderr, "");
}

/// Runs a script as a step does, with programs of the folder's `bin` before all others. What came out, and `GITHUB_OUTPUT`.
fn run_step(folder: &Folder, script: &str, environment: &[(&str, &str)]) -> Option<(bool, String, String)> {
    folder.write("output", "");
    folder.write("step.sh", script);
    let path = format!("{}:{}", folder.path().join("bin").display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["--noprofile", "--norc", "-eo", "pipefail", "step.sh"])
        .current_dir(folder.path())
        .env("PATH", path)
        .env("GITHUB_OUTPUT", folder.path().join("output"))
        .env("GITHUB_REPOSITORY", "acme/shop")
        .envs(environment.iter().copied())
        .output();
    let Ok(output) = output else {
        println!("skipped: bash is missing");
        return None;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Some((output.status.success(), said, folder.read("output")))
}

/// A program in the folder's `bin`.
fn program(folder: &Folder, name: &str, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    let name = format!("bin/{name}");
    folder.write(&name, script);
    std::fs::set_permissions(folder.path().join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_next_version_is_that_after_the_newest_tag() {
    let script = script(&printed(&folder(), &["workflow", "web"]), "build", "Next version");
    for (tags, bump, expected) in [
        ("", "patch", "0.0.1"),
        ("", "minor", "0.1.0"),
        ("v1.4.0 v1.10.2", "patch", "1.10.3"),
        ("v9.0.0 web/v1.9.9 web/v1.10.0", "patch", "1.10.1"),
        ("web/v1.2.3", "minor", "1.3.0"),
        ("web/v1.2.3", "major", "2.0.0"),
        ("web/v1.2.3 web/v2.0.0-rc.1 web/v01.0.0 web/v3 other/v7.0.0 web2/v8.0.0 web/vx", "patch", "1.2.4"),
        ("web/v1.2.08", "patch", "0.0.1"),
        ("web/v0.0.9", "patch", "0.0.10"),
    ] {
        let folder = Folder::empty();
        let refs: String = tags.split_whitespace().map(|tag| format!("echo refs/tags/{tag}\n")).collect();
        program(&folder, "gh", &format!("#!/usr/bin/env bash\n{refs}"));
        let Some((ok, said, output)) = run_step(&folder, &script, &[("NAME", "web"), ("BUMP", bump)]) else { return };
        assert!(ok, "{tags}: {said}");
        assert_eq!(output, format!("version={expected}\n"), "{tags} {bump}");
    }
    let folder = Folder::empty();
    program(&folder, "gh", "#!/usr/bin/env bash\necho 'HTTP 502' >&2\nexit 1\n");
    let Some((ok, _, output)) = run_step(&folder, &script, &[("NAME", "web"), ("BUMP", "patch")]) else { return };
    assert!(!ok && output.is_empty(), "a question that fails is not the answer that there is no version");
    program(&folder, "gh", "#!/usr/bin/env bash\n");
    let Some((ok, said, _)) = run_step(&folder, &script, &[("NAME", "web"), ("BUMP", "huge")]) else { return };
    assert!(!ok && said.contains("::error::version_bump must be"));
}

/// One issue: made where something is stale, brought up to date while it is, and closed then.
#[test]
fn stale_images_have_one_issue() {
    let text = printed(&Folder::empty(), &["workflow", "--stale"]);
    let script = script(&text, "look", "Bring the issue up to date");
    for (code, number, expected) in [
        ("1", "", "issue create --title T --body-file stale.md\n"),
        ("1", "7", "issue edit 7 --body-file stale.md\n"),
        ("0", "7", "issue close 7 --comment None is any more.\n"),
        ("0", "", ""),
    ] {
        let folder = Folder::empty();
        let gh =
            format!("#!/usr/bin/env bash\nif [[ $2 == list ]]; then echo '{number}'; else echo \"$@\" >> said; fi\n");
        program(&folder, "gh", &gh);
        folder.write("said", "");
        let Some((ok, said, _)) = run_step(&folder, &script, &[("CODE", code), ("TITLE", "T")]) else { return };
        assert!(ok, "{said}");
        assert_eq!(folder.read("said"), expected, "{code} {number:?}");
    }
    let look = self::script(&text, "look", "Look at all images");
    for (code, goes_on) in [(0, true), (1, true), (2, false), (3, false)] {
        let folder = Folder::empty();
        program(&folder, "image-factory", &format!("#!/usr/bin/env bash\necho table\nexit {code}\n"));
        let Some((ok, said, output)) = run_step(&folder, &look, &[("GITHUB_STEP_SUMMARY", "summary")]) else { return };
        assert_eq!((ok, output), (goes_on, format!("code={code}\n")), "{said}");
        assert_eq!(folder.read("summary"), "table\n");
    }
}

#[test]
fn the_base_gets_labels_while_the_dockerfile_is_the_one_that_was_read() {
    if Command::new("jq").arg("--version").output().is_err() {
        println!("skipped: jq is missing");
        return;
    }
    let folder = folder();
    let text = printed(&folder, &["workflow", "web"]);
    let step = steps(&text, "build").into_iter().find(|step| step["id"] == "base").unwrap();
    let value = |name: &str| step["env"][name].as_str().unwrap().to_owned();
    let (dockerfile, base, lines) = (value("DOCKERFILE"), value("BASE"), value("BASE_LINES"));
    let environment = [("DOCKERFILE", dockerfile.as_str()), ("BASE", base.as_str()), ("BASE_LINES", lines.as_str())];
    let digest = format!("sha256:{}", "a".repeat(64));
    program(&folder, "docker", &format!("#!/usr/bin/env bash\necho '{{\"digest\": \"{digest}\"}}'\n"));
    let script = step["run"].as_str().unwrap();
    let Some((ok, said, output)) = run_step(&folder, script, &environment) else { return };
    assert!(ok, "{said}");
    assert_eq!(
        output,
        format!(
            "labels<<END_OF_LABELS\norg.opencontainers.image.base.name=docker.io/library/node:22-bookworm-slim\n\
             org.opencontainers.image.base.digest={digest}\nEND_OF_LABELS\n\
             context=docker.io/library/node:22-bookworm-slim=docker-image://docker.io/library/node:22-bookworm-slim@{digest}\n"
        )
    );
    let changed = folder.read("apps/web/Dockerfile").replace("node:", "bun:");
    folder.write("apps/web/Dockerfile", changed);
    let Some((ok, said, output)) = run_step(&folder, script, &environment) else { return };
    assert!(ok && output.is_empty() && said.contains("::warning::the Dockerfile no longer says"), "{said}");
    program(&folder, "docker", "#!/usr/bin/env bash\nexit 1\n");
    folder.write("apps/web/Dockerfile", lines.replace('\n', "\r\n"));
    let Some((ok, ..)) = run_step(&folder, script, &environment) else { return };
    assert!(!ok, "a registry that cannot be asked is no reason for an image without labels");
}
