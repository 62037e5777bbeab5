//! action.yml and its scripts, with a `gh` that writes down what it is asked, and the hooks for pre-commit.

use crate::harness::Folder;
use crate::runner::has_command;
use serde_yaml::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn yaml(path: &str) -> Value {
    serde_yaml::from_str(&std::fs::read_to_string(root().join(path)).unwrap()).unwrap()
}

/// A repository with a merge, and programs in `bin`: `image-factory` is the real one but for `diff`, `gh` writes its arguments
/// to `asked` and the body of a comment to `body`.
struct Repository(Folder);

const MARKER: &str = "<!-- image-factory diff -->";

impl Repository {
    fn new() -> Option<Self> {
        let folder = Folder::with(
            "- name: web\n  repository: acme/web\n  source: {repo: acme/web}\n  baseImages: [\"node:22-slim\"]\n",
        );
        let repository = Self(folder);
        repository.program(
            "image-factory",
            &format!(
                "#!/usr/bin/env bash\nif [[ $1 == diff ]]; then\n  echo \"$*\" > compared\n  cat changes\n  exit \"$(cat changes.code)\"\nfi\nexec {} \"$@\"\n",
                env!("CARGO_BIN_EXE_image-factory")
            ),
        );
        repository.program(
            "gh",
            "#!/usr/bin/env bash\n[[ ! -e denied ]] || exit 1\necho \"$*\" >> asked\nfor word; do\n  if [[ $word == body=@* ]]; then cp \"${word#body=@}\" body; fi\ndone\n\
             if [[ $* == *--paginate* ]]; then cat comments; fi\n",
        );
        repository.0.write("comments", "");
        repository.0.write("changes", format!("{MARKER}\n::warning::rebuilds `web`\n"));
        repository.0.write("changes.code", "1");
        repository.0.run(&["synth"]);
        let git = "git init -q -b main . && git config user.name a && git config user.email a@example.com && git add images.yaml && \
                   git commit -qm base && git switch -qc topic && git add dist && git commit -qm topic && git switch -q main && \
                   git merge -q --no-ff topic && git rev-parse HEAD > head";
        let status = Command::new("bash").args(["-c", git]).current_dir(repository.0.path()).status();
        if status.is_ok_and(|status| status.success()) {
            return Some(repository);
        }
        println!("skipped: bash or git is missing");
        None
    }

    fn program(&self, name: &str, script: &str) {
        let path = format!("bin/{name}");
        self.0.write(&path, script);
        std::fs::set_permissions(self.0.path().join(path), std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs the checks; the exit code, the log and the summary.
    fn check(&self, checks: &str) -> (i32, String, String) {
        self.0.write("summary", "");
        for file in ["asked", "body"] {
            let _ = std::fs::remove_file(self.0.path().join(file));
        }
        let path = format!("{}:{}", self.0.path().join("bin").display(), std::env::var("PATH").unwrap());
        let mut command = Command::new(root().join(".github/action/check.sh"));
        command.current_dir(self.0.path()).env("PATH", path).env("CHECKS", checks);
        for (name, value) in
            [("IMAGES", ""), ("ANNOTATIONS", "true"), ("COMMENT", "true"), ("BASE", ""), ("PULL_REQUEST", "7")]
        {
            command.env(name, value);
        }
        command
            .env("PULL_REQUEST_BASE", "0123abc")
            .env("GITHUB_TOKEN", "x")
            .env("GITHUB_REPOSITORY", "acme/factory")
            .env("GITHUB_SHA", self.0.read("head").trim())
            .env("GITHUB_STEP_SUMMARY", self.0.path().join("summary"))
            .env("HTTPS_PROXY", "http://127.0.0.1:9");
        let output = command.output().unwrap();
        let log = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code().unwrap(), log, self.0.read("summary"))
    }

    fn has(&self, file: &str) -> bool {
        self.0.path().join(file).exists()
    }
}

#[test]
fn a_pull_request_gets_one_comment_that_is_updated() {
    let Some(repository) = Repository::new() else { return };
    let (code, log, summary) = repository.check("discover lint synth diff");
    assert_eq!(code, 0, "{log}");
    assert_eq!(repository.0.read("compared"), "diff --base HEAD^1 --format markdown\n");
    let asked = repository.0.read("asked");
    assert!(asked.contains("--method POST repos/acme/factory/issues/7/comments -F body=@"), "{asked}");
    assert!(repository.0.read("body").starts_with(MARKER));
    for line in ["| `synth` | :white_check_mark: the", "| `diff` | shown below |", "rebuilds `web`"] {
        assert!(summary.contains(line), "{summary}");
    }
    // What the diff holds is no command to the runner; the annotations of lint are.
    assert!(log.contains("\n::warning::rebuilds") && !has_command(&log, "::warning::rebuilds"), "{log}");
    assert!(has_command(&log, "::notice file=images.yaml,line=3,"), "{log}");

    repository.0.write("comments", "41\n42\n");
    repository.check("diff");
    let asked = repository.0.read("asked");
    assert!(
        asked.contains("--method PATCH repos/acme/factory/issues/comments/41 ") && !asked.contains("POST"),
        "{asked}"
    );

    repository.0.write("changes.code", "0");
    repository.check("diff");
    assert_eq!(repository.0.read("body"), format!("{MARKER}\nNothing changes in the cluster.\n"));
    repository.0.write("comments", "");
    let (code, ..) = repository.check("diff");
    assert!(code == 0 && !repository.has("body"), "nothing to say, and no comment to correct");
}

#[test]
fn a_token_that_may_not_write_leaves_the_summary() {
    let Some(repository) = Repository::new() else { return };
    repository.0.write("denied", "");
    let (code, log, summary) = repository.check("diff");
    assert_eq!(code, 0, "{log}");
    assert!(log.contains("::notice title=image-factory diff::no comment was written"), "{log}");
    assert!(summary.contains("rebuilds `web`"), "{summary}");
}

#[test]
fn a_comment_is_never_too_long() {
    let Some(repository) = Repository::new() else { return };
    let line = format!("+ {}\n", "\u{e9}".repeat(200));
    repository.0.write("changes", format!("{MARKER}\n```diff\n{}```\n", line.repeat(1000)));
    repository.check("diff");
    let body = repository.0.read("body");
    assert!(body.len() < 65_000 && body.contains("This is not all"));
    assert_eq!(body.matches("```").count(), 2);
}

#[test]
fn a_check_that_fails_does_not_hide_the_others() {
    let Some(repository) = Repository::new() else { return };
    repository.0.write("dist/image-factory.k8s.yaml", "# Generated by image-factory synth. Do not edit.\n");
    repository.0.write("changes.code", "3");
    let (code, log, summary) = repository.check("synth diff lnt discover");
    assert_eq!(code, 1);
    for line in [
        "::error title=image-factory synth::the manifests are behind",
        "::error title=image-factory diff::it could not be compared with HEAD^1",
        "::error title=image-factory lnt::there is no such check",
    ] {
        assert!(log.contains(line), "{log}");
    }
    assert!(summary.contains("| `discover` | :white_check_mark:"), "{summary}");
    assert!(summary.contains("+kind: Namespace") || summary.contains("kind: Namespace"), "{summary}");
    assert!(!repository.has("asked"));
}

#[test]
fn the_action_hands_over_every_input() {
    let action = yaml("action.yml");
    let text = std::fs::read_to_string(root().join("action.yml")).unwrap();
    for (name, input) in action["inputs"].as_mapping().unwrap() {
        let name = name.as_str().unwrap();
        assert!(text.contains(&format!("inputs.{name}")), "nothing uses the input {name}");
        assert!(input["description"].is_string() && input["default"].is_string(), "{name}");
    }
    for step in action["runs"]["steps"].as_sequence().unwrap() {
        let run = step["run"].as_str().unwrap_or_default();
        assert!(!run.contains("${{"), "{run}");
        for script in run.split('"').filter_map(|part| part.strip_prefix("$GITHUB_ACTION_PATH/")) {
            assert!(Path::new(&root().join(script)).exists(), "{script}");
        }
    }
}

#[test]
fn hooks_run_commands_that_are_there() {
    for hook in yaml(".pre-commit-hooks.yaml").as_sequence().unwrap() {
        let entry = hook["entry"].as_str().unwrap();
        let mut words = entry.split_whitespace();
        assert_eq!(words.next(), Some("image-factory"));
        let arguments: Vec<&str> = words.chain(["--help"]).collect();
        assert_eq!(Folder::empty().run(&arguments).code, 0, "{entry}");
        assert_eq!(hook["id"].as_str().unwrap(), entry.replace(' ', "-"));
        assert_eq!((hook["language"].as_str(), hook["pass_filenames"].as_bool()), (Some("rust"), Some(false)));
    }
}

/// Every file that changes what a hook does starts it, and no other.
#[test]
fn hooks_are_started_by_the_files_that_they_read() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hooks = hooks.as_sequence().unwrap();
    let folder = Folder::empty();
    let started = |path: &str| -> Vec<&str> {
        folder.write("paths", format!("{path}\n"));
        let is_started = |hook: &&Value| {
            // pre-commit reads them as Python does; what these have is the same in both.
            let grep = ["-qE", hook["files"].as_str().unwrap(), "paths"];
            Command::new("grep").args(grep).current_dir(folder.path()).status().unwrap().success()
        };
        hooks.iter().filter(is_started).map(|hook| &hook["id"].as_str().unwrap()["image-factory-".len()..]).collect()
    };
    for (path, expected) in [
        ("images.yaml", &["lint", "discover", "synth"][..]),
        ("image-factory/images.lock.yaml", &["lint", "discover", "synth"]),
        ("Dockerfile", &["lint", "discover", "synth"]),
        ("apps/web/Containerfile", &["lint", "discover", "synth"]),
        ("web.Dockerfile", &["lint", "discover", "synth"]),
        ("Containerfile.slim", &["lint", "discover", "synth"]),
        ("dist/image-factory.k8s.yaml", &["synth"]),
        (".github/workflows/web.yml", &["lint"]),
        ("docker-bake.hcl", &["lint"]),
        ("src/main.rs", &[]),
        ("docs/images.yaml.md", &[]),
    ] {
        assert_eq!(started(path), expected, "{path}");
    }
}

/// What is handed out and what is used here are of one age.
#[test]
fn each_action_is_used_in_one_version() {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in [
        "action.yml",
        ".github/workflows/ci.yml",
        ".github/workflows/release.yml",
        "templates/build.yml",
        "templates/image-factory.yml",
    ] {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        for uses in text.lines().filter_map(|line| line.trim_start_matches(['-', ' ']).strip_prefix("uses: ")) {
            if let Some((action, version)) = uses.split_once('@').filter(|(action, _)| action.contains('/')) {
                versions.entry(action.to_owned()).or_default().insert(version.to_owned());
            }
        }
    }
    assert!(versions.len() > 8, "{versions:?}");
    for (action, versions) in versions {
        assert_eq!(versions.len(), 1, "{action}: {versions:?}");
    }
}

/// The three-step life of a pull request, with nothing faked but GitHub.
#[test]
fn a_pull_request_is_red_for_a_stale_dist_and_green_after_synth() {
    let Some(repository) = Repository::new() else { return };
    let binary = env!("CARGO_BIN_EXE_image-factory");
    repository.program("image-factory", &format!("#!/usr/bin/env bash\nexec {binary} \"$@\"\n"));
    let git = |script: &str| {
        let status = Command::new("bash").args(["-ec", script]).current_dir(repository.0.path()).status().unwrap();
        assert!(status.success(), "{script}");
    };
    git("git switch -qc change");
    let images = repository.0.read("images.yaml");
    let worker =
        "- name: worker\n  repository: acme/worker\n  source: {repo: acme/worker}\n  baseImages: [\"node:22-slim\"]\n";
    repository.0.write("images.yaml", images + worker);
    let merge = "git commit -qam change && git switch -q main && git merge -q --no-ff -m merge change && git rev-parse HEAD > head";
    git(merge);
    let (code, log, summary) = repository.check("discover lint synth diff");
    assert_eq!(code, 1, "{log}");
    assert!(
        summary.contains("| `synth` | :x: the manifests are behind: run image-factory synth, and commit |"),
        "{summary}"
    );
    for ok in ["discover", "lint"] {
        assert!(summary.contains(&format!("| `{ok}` | :white_check_mark:")), "{summary}");
    }
    let body = repository.0.read("body");
    assert!(body.starts_with(MARKER), "{body}");
    assert!(body.contains("node:22-slim now also rebuilds worker (acme/worker)"), "{body}");

    git("git switch -q change");
    assert_eq!(repository.0.run(&["synth"]).code, 0);
    git(&format!("git add -A dist; {merge}"));
    let (code, log, _) = repository.check("discover lint synth diff");
    assert_eq!(code, 0, "{log}");
}
