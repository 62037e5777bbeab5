//! What stands in for GitHub and its machines: a bare repository, a cache, and a `gh` over JSON files.

use super::root;
use crate::harness::Folder;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The token of every job.
pub(super) const TOKEN: &str = "token-of-the-job-0123456789";

/// The repository whose jobs run.
const REPOSITORY: &str = "acme/factory";

/// Builds the tool as the action does; else a `cargo` stands in that installs the binary of this test run.
const BUILD: &str = "IMAGE_FACTORY_TEST_BUILD";

/// `gh`, as far as our scripts go. `api/comments.json` and `api/pulls.json` are what it knows, and `api/may` is what the token
/// may.
const GH: &str = r#"#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")/../api"
echo "gh $*" >> asked
[[ ${GH_TOKEN-} == @TOKEN@ ]] || { echo "gh: there is no token" >&2; exit 4; }
may() { grep -qx "$1: write" may || { echo "gh: Resource not accessible by integration (HTTP 403)" >&2; exit 1; }; }
change() { jq "${@:2}" "$1" > changed && mv changed "$1"; }
body() { for word; do [[ $word != body=@* ]] || cat "${word#body=@}"; done; }
value() { local name=$1; shift; while [[ $1 != "$name" ]]; do shift; done; echo "$2"; }
case "$*" in
  "api --paginate repos/@REPOSITORY@/issues/7/comments --jq "*) jq -r "${@: -1}" comments.json ;;
  "api --method POST repos/@REPOSITORY@/issues/7/comments -F body=@"*" --silent")
    may pull-requests
    change comments.json --rawfile body <(body "$@") '. + [{id: (length + 41), body: $body}]' ;;
  "api --method PATCH repos/@REPOSITORY@/issues/comments/"*" -F body=@"*" --silent")
    may pull-requests
    change comments.json --argjson id "$(basename "$4")" --rawfile body <(body "$@") 'map(if .id == $id then .body = $body else . end)' ;;
  "auth setup-git") touch setup ;;
  "pr list --head "*" --state open --json number --jq "*) jq --arg head "$4" 'map(select(.head == $head))' pulls.json | jq -r "${@: -1}" ;;
  "pr create --head "*)
    may pull-requests
    change pulls.json --arg head "$(value --head "$@")" --arg base "$(value --base "$@")" --arg title "$(value --title "$@")" --arg body "$(value --body "$@")" \
      '. + [{number: (length + 8), head: $head, base: $base, title: $title, body: $body}]' ;;
  *) echo "gh: the stand-in does not know: $*" >&2; exit 1 ;;
esac
"#;

/// Takes what a token may push that git knows of.
const PRE_RECEIVE: &str = r#"#!/usr/bin/env bash
cd "$(dirname "$0")/../../api"
[[ -e setup ]] || { echo "nobody has told git of the token" >&2; exit 1; }
grep -qx "contents: write" may || { echo "the token may not push" >&2; exit 1; }
"#;

/// What `install.sh` asks of cargo, done with the binary that is there.
const CARGO: &str = r#"#!/usr/bin/env bash
set -euo pipefail
if [[ $* == --version ]]; then echo "cargo 1.0.0 (too old)"; exit; fi
[[ $1 == +* && $2 == install && -e $HOME/installed-${1#+} ]] || { echo "cargo: the stand-in does not know: $*" >&2; exit 1; }
while [[ $# -gt 0 ]]; do
  case $1 in
    --path) [[ -e $2/Cargo.toml && -e $2/src/main.rs ]] || { echo "cargo: there is nothing to build in $2" >&2; exit 1; } ;;
    --root) mkdir -p "$2/bin"; cp "@BINARY@" "$2/bin/image-factory" ;;
  esac
  shift
done
echo "(stand-in) cargo: installed the binary of this test run"
"#;

const RUSTUP: &str = r#"#!/usr/bin/env bash
[[ "$1 $2" == "toolchain install" && "$4 $5" == "--profile minimal" ]] || { echo "rustup: the stand-in does not know: $*" >&2; exit 1; }
touch "$HOME/installed-$3"
echo "(stand-in) rustup: $*"
"#;

/// GitHub, and the machines that it lends.
pub(crate) struct GitHub {
    folder: Folder,
    /// Builds the tool as a user's run does.
    builds: bool,
    machines: std::cell::Cell<usize>,
}

impl GitHub {
    /// With a repository of one commit of a folder's files; `None` if a program is missing that this needs.
    pub(crate) fn with(files: &Folder) -> Option<Self> {
        for program in ["bash", "git", "jq"] {
            if Command::new(program).arg("--version").output().is_err() {
                println!("skipped: {program} is missing");
                return None;
            }
        }
        let github = Self {
            folder: Folder::empty(),
            builds: std::env::var_os(BUILD).is_some(),
            machines: std::cell::Cell::new(0),
        };
        github.program("gh", &GH.replace("@TOKEN@", TOKEN).replace("@REPOSITORY@", REPOSITORY));
        if !github.builds {
            github.program("cargo", &CARGO.replace("@BINARY@", env!("CARGO_BIN_EXE_image-factory")));
            github.program("rustup", RUSTUP);
        }
        for file in ["api/comments.json", "api/pulls.json"] {
            github.folder.write(file, "[]");
        }
        github.folder.write("cache/keys", "");
        github.git(".", "init -q --bare origin.git");
        github.git("origin.git", "config uploadpack.allowAnySHA1InWant true");
        github.folder.write("origin.git/hooks/pre-receive", PRE_RECEIVE);
        executable(&github.folder.path().join("origin.git/hooks/pre-receive"));
        github.git(".", &format!("init -q -b main {}", files.path().display()));
        for (name, value) in [("user.name", "a"), ("user.email", "a@example.com"), ("core.hooksPath", "/dev/null")] {
            github.git(files.path().to_str().unwrap(), &format!("config {name} {value}"));
        }
        github.git(files.path().to_str().unwrap(), &format!("remote add origin https://github.com/{REPOSITORY}"));
        Some(github)
    }

    fn program(&self, name: &str, script: &str) {
        let name = format!("bin/{name}");
        self.folder.write(&name, script);
        executable(&self.folder.path().join(name));
    }

    /// Runs git; what it prints. The arguments have no spaces in them.
    pub(crate) fn git(&self, folder: &str, arguments: &str) -> String {
        let mut command = Command::new("git");
        command.current_dir(self.folder.path().join(folder)).args(arguments.split(' '));
        command.envs(self.git_environment());
        let (ok, said) = both_outputs(&mut command, self.folder.path());
        assert!(ok, "git {arguments}: {said}");
        said.trim().to_owned()
    }

    /// What makes github.com the bare repository, and nothing of the user's own.
    fn git_environment(&self) -> Vec<(String, String)> {
        let origin = self.folder.path().join("origin.git").display().to_string();
        [
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", &format!("url.file://{origin}.insteadOf")),
            ("GIT_CONFIG_VALUE_0", &format!("https://github.com/{REPOSITORY}")),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    /// Commits everything in a work tree, and makes that a branch of the bare repository; the commit.
    pub(crate) fn commit(&self, files: &Folder, branch: &str) -> String {
        let folder = files.path().to_str().unwrap();
        self.git(folder, "add --all");
        self.git(folder, "commit -q --allow-empty -m change");
        self.publish(files, branch);
        self.git(folder, "rev-parse HEAD")
    }

    /// Makes the commit that is checked out a reference of the bare repository.
    pub(crate) fn publish(&self, files: &Folder, reference: &str) {
        let reference =
            if reference.starts_with("refs/") { reference.to_owned() } else { format!("refs/heads/{reference}") };
        self.git("origin.git", &format!("fetch -q {} +HEAD:{reference}", files.path().display()));
    }

    /// The text of a file in a revision of the bare repository.
    pub(crate) fn file(&self, revision: &str, path: &str) -> String {
        self.git("origin.git", &format!("show {revision}:{path}"))
    }

    /// The comments of pull request 7, or the pull requests that were opened: `comments`, `pulls`.
    pub(crate) fn list(&self, name: &str) -> Vec<Value> {
        serde_json::from_str(&self.folder.read(&format!("api/{name}.json"))).unwrap()
    }

    /// A machine with nothing on it: the home folder of the new user.
    pub(super) fn new_machine(&self) -> PathBuf {
        self.machines.set(self.machines.get() + 1);
        let home = self.folder.path().join(format!("machine-{}", self.machines.get()));
        fs::create_dir_all(home.join("temp")).unwrap();
        if self.builds {
            // What was built already is not built again; it is the same cargo that decides.
            let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
            std::os::unix::fs::symlink(target, home.join("temp/image-factory-build")).unwrap();
        }
        let _ = fs::remove_file(self.folder.path().join("api/setup"));
        home
    }

    pub(super) fn environment(&self, home: &Path) -> Vec<(String, String)> {
        let mut environment = self.git_environment();
        let path = std::env::var("PATH").unwrap();
        let home_of_user = std::env::var("HOME").unwrap_or_default();
        let cargo = std::env::var("CARGO_HOME").unwrap_or_else(|_| format!("{home_of_user}/.cargo"));
        let rustup = std::env::var("RUSTUP_HOME").unwrap_or_else(|_| format!("{home_of_user}/.rustup"));
        let text = |path: PathBuf| path.display().to_string();
        for (name, value) in [
            ("CI", "true".to_owned()),
            ("GITHUB_ACTIONS", "true".to_owned()),
            ("HOME", text(home.to_owned())),
            // Nothing can be reached; cargo has what it needs.
            ("HTTPS_PROXY", "http://127.0.0.1:9".to_owned()),
            ("CARGO_NET_OFFLINE", "true".to_owned()),
            ("PATH", format!("{}:{path}", text(self.folder.path().join("bin")))),
            ("RUNNER_ARCH", "X64".to_owned()),
            ("RUNNER_OS", "Linux".to_owned()),
            ("RUNNER_TEMP", text(home.join("temp"))),
        ] {
            environment.push((name.to_owned(), value));
        }
        if self.builds {
            environment.push(("CARGO_HOME".to_owned(), cargo));
            environment.push(("RUSTUP_HOME".to_owned(), rustup));
        }
        environment
    }

    /// What the token of a job may.
    pub(super) fn grant(&self, permissions: &Value) {
        let mut may = String::new();
        for (name, value) in permissions.as_object().into_iter().flatten() {
            let _ = writeln!(may, "{name}: {}", value.as_str().unwrap());
        }
        self.folder.write("api/may", may);
    }

    /// Where the cache keeps a file; its key is a file name then.
    pub(super) fn cache(&self, key: &str) -> PathBuf {
        assert!(!key.contains('/'));
        self.folder.path().join("cache").join(key)
    }

    /// The action as GitHub unpacks it. To build it, it stays where it was built before.
    pub(super) fn action(&self) -> PathBuf {
        let folder = self.folder.path().join("action");
        let tracked = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output();
        let Some(tracked) = tracked.ok().filter(|output| output.status.success() && !self.builds) else {
            return root().to_owned();
        };
        for name in tracked.stdout.split(|byte| *byte == 0).filter_map(|name| std::str::from_utf8(name).ok()) {
            let (from, to) = (root().join(name), folder.join(name));
            // What only tests need is not looked at.
            if from.is_file() && !name.starts_with("tests/") && !to.exists() {
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::copy(from, to).unwrap();
            }
        }
        folder
    }

    /// What `actions/checkout` does; what there is to say of it.
    pub(super) fn checkout(&self, workspace: &Path, context: &Value, depth: &str) -> String {
        let github = &context["github"];
        let (sha, reference) = (github["sha"].as_str().unwrap(), github["ref"].as_str().unwrap());
        let folder = workspace.to_str().unwrap();
        self.git(folder, "init -q");
        self.git(folder, &format!("remote add origin https://github.com/{REPOSITORY}"));
        let (local, checkout) = if let Some(branch) = reference.strip_prefix("refs/heads/") {
            let local = format!("refs/remotes/origin/{branch}");
            (local.clone(), format!("checkout -q -B {branch} {local}"))
        } else {
            let local = reference.replacen("refs/", "refs/remotes/", 1);
            (local.clone(), format!("checkout -q --force {local}"))
        };
        let depth = if depth == "0" { String::new() } else { format!("--depth={depth} ") };
        self.git(folder, &format!("fetch -q --no-tags {depth}origin +{sha}:{local}"));
        self.git(folder, &checkout);
        format!("actions/checkout: {reference} at {sha} {depth}")
    }
}

fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Runs a command; whether it ended well, and both of its outputs as they came.
pub(super) fn both_outputs(command: &mut Command, folder: &Path) -> (bool, String) {
    let path = folder.join("said");
    let file = fs::File::create(&path).unwrap();
    command.stdout(file.try_clone().unwrap()).stderr(file).stdin(std::process::Stdio::null());
    let status = command.status().unwrap();
    (status.success(), String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned())
}

/// What starts a job.
pub(crate) struct Event {
    pub(crate) name: &'static str,
    sha: String,
    reference: String,
    payload: Value,
}

impl Event {
    /// Pull request 7: its merge commit, and what it is merged into.
    pub(crate) fn pull_request(merge: &str, base: &str) -> Self {
        let payload = json!({"number": 7, "pull_request": {"number": 7, "title": "Add an image", "base": {"sha": base, "ref": "main"}}});
        Self { name: "pull_request", sha: merge.to_owned(), reference: "refs/pull/7/merge".to_owned(), payload }
    }

    /// A push to main.
    pub(crate) fn push(sha: &str) -> Self {
        Self { name: "push", sha: sha.to_owned(), reference: "refs/heads/main".to_owned(), payload: json!({}) }
    }

    /// Kargo has started it for an image.
    pub(crate) fn dispatch(sha: &str, image: &str) -> Self {
        let payload = json!({"inputs": {"image": image}});
        Self { name: "workflow_dispatch", payload, ..Self::push(sha) }
    }

    pub(super) fn inputs(&self) -> Value {
        // Elsewhere than in a dispatch they are there and empty.
        if self.payload["inputs"].is_object() { self.payload["inputs"].clone() } else { json!({"image": null}) }
    }

    pub(super) fn context(&self, workspace: &Path) -> Value {
        let name = self.reference.trim_start_matches("refs/").trim_start_matches("heads/").trim_start_matches("pull/");
        json!({"github": {
            "actor": "someone", "event": self.payload, "event_name": self.name, "ref": self.reference, "ref_name": name,
            "repository": REPOSITORY, "sha": self.sha, "token": TOKEN, "workspace": workspace,
        }})
    }
}

/// The variables that every step has of the context.
pub(super) fn variables(context: &Value) -> Vec<(String, String)> {
    let github = context["github"].as_object().unwrap();
    let names = ["actor", "event_name", "ref", "ref_name", "repository", "sha", "workspace"];
    names.map(|name| (format!("GITHUB_{}", name.to_uppercase()), github[name].as_str().unwrap().to_owned())).into()
}
