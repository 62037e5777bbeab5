//! `diff --base`: what images.yaml gave in another revision. Each test makes a repository of its own with git.

use crate::harness::{Folder, Outcome};
use std::path::Path;
use std::process::Command;

const WEB: &str =
    "- name: web\n  repository: acme/web\n  source: {repo: acme/web}\n  baseImages: [\"node:22-bookworm-slim\"]\n";
const API: &str =
    "- name: api\n  repository: acme/api\n  source: {repo: acme/api}\n  baseImages: [\"node:22-bookworm-slim\"]\n";

/// Runs git as nobody in particular, with no configuration of this machine.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"])
        .args(["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A repository with one commit for each list of files.
struct Repository(Folder);

impl Repository {
    fn new() -> Self {
        let folder = Folder::empty();
        git(folder.path(), &["init", "-q"]);
        Self(folder)
    }

    fn commit(&self, files: &[(&str, &str)]) -> &Self {
        for (name, text) in files {
            self.0.write(name, text);
        }
        git(self.0.path(), &["add", "-A"]);
        git(self.0.path(), &["commit", "-q", "--allow-empty", "-m", "a change"]);
        self
    }

    fn diff(&self, base: &str) -> Outcome {
        self.0.run(&["diff", "--base", base])
    }

    fn sentences(&self, base: &str) -> Vec<String> {
        let outcome = self.0.run(&["diff", "--base", base, "--format", "json"]);
        let json: serde_json::Value =
            serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {}", outcome.shown()));
        json["intent"]
            .as_array()
            .unwrap()
            .iter()
            .map(|sentence| sentence["text"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[test]
fn an_image_that_is_added_is_in_the_difference_to_the_commit_before() {
    let repository = Repository::new();
    repository.commit(&[("images.yaml", WEB)]).commit(&[("images.yaml", &format!("{WEB}{API}"))]);
    let outcome = repository.diff("HEAD~1");
    assert_eq!(outcome.code, 1, "{}", outcome.shown());
    assert!(repository.sentences("HEAD~1").iter().any(|sentence| sentence.contains("api")));
    let same = repository.diff("HEAD");
    assert_eq!(same.code, 0, "{}", same.shown());
}

#[test]
fn what_is_not_committed_counts_too() {
    let repository = Repository::new();
    repository.commit(&[("images.yaml", WEB)]);
    repository.0.write("images.yaml", format!("{WEB}{API}"));
    assert_eq!(repository.diff("HEAD").code, 1);
}

#[test]
fn a_revert_is_no_difference() {
    let repository = Repository::new();
    repository.commit(&[("images.yaml", WEB)]).commit(&[("images.yaml", API)]).commit(&[("images.yaml", WEB)]);
    assert_eq!(repository.diff("HEAD~2").code, 0);
    assert_eq!(repository.diff("HEAD~1").code, 1);
}

#[test]
fn images_yaml_that_moved_is_found_where_it_was() {
    let repository = Repository::new();
    repository.commit(&[("images.yaml", WEB)]);
    git(repository.0.path(), &["rm", "-q", "images.yaml"]);
    repository.commit(&[("image-factory/images.yaml", WEB)]);
    let outcome = repository.diff("HEAD~1");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""), "{}", outcome.stdout);
}

#[test]
fn before_the_first_images_yaml_everything_is_new() {
    let repository = Repository::new();
    repository.commit(&[("README", "x")]).commit(&[("images.yaml", WEB)]);
    let outcome = repository.diff("HEAD~1");
    assert_eq!(outcome.code, 1);
    assert!(outcome.stdout.starts_with("from HEAD~1, which has no images.yaml to images.yaml\n"), "{}", outcome.stdout);
}

#[test]
fn the_first_commit_has_none_before_it() {
    let repository = Repository::new();
    repository.commit(&[("images.yaml", WEB)]);
    let outcome = repository.diff("HEAD~1");
    assert_eq!(outcome.code, 2);
    insta::assert_snapshot!(outcome.stderr, @r"
    error: git knows no revision `HEAD~1` here
      help: name a branch, a tag or a commit, as in `--base origin/main`; fetch it first if it is elsewhere
    ");
    for name in ["nowhere", "--help", "-x", "", "HEAD:images.yaml"] {
        let outcome = repository.diff(name);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""), "{name}: {}", outcome.stderr);
    }
}

#[test]
fn a_shallow_clone_says_how_to_get_the_rest() {
    let repository = Repository::new();
    repository.commit(&[("images.yaml", WEB)]).commit(&[("images.yaml", API)]);
    let clones = Folder::empty();
    let from = format!("file://{}", repository.0.path().display());
    git(clones.path(), &["clone", "-q", "--depth", "1", &from, "clone"]);
    let images = clones.path().join("clone/images.yaml");
    let outcome = clones.run(&["diff", "--base", "HEAD~1", "--images", images.to_str().unwrap()]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("this clone is shallow"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("`fetch-depth: 0`"), "{}", outcome.stderr);
}

#[test]
fn included_files_that_moved_change_nothing() {
    let root = "include: [teams/*.yaml, \"../shared/*.yaml\"]\n";
    let repository = Repository::new();
    repository.commit(&[
        ("image-factory/images.yaml", root),
        ("image-factory/teams/a.yaml", WEB),
        ("shared/b.yaml", API),
    ]);
    git(repository.0.path(), &["mv", "image-factory/teams/a.yaml", "shared/a.yaml"]);
    git(repository.0.path(), &["mv", "shared/b.yaml", "image-factory/teams-b.yaml"]);
    repository.commit(&[("image-factory/images.yaml", "include: [\"teams-*.yaml\", \"../shared/*.yaml\"]\n")]);
    let outcome = repository.diff("HEAD~1");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""), "{}", outcome.stdout);
}

#[test]
fn the_lock_of_that_revision_is_used() {
    let images = "- name: web\n  repository: acme/web\n  source: {repo: acme/web}\n";
    let lock = |base: &str| {
        format!(
            "# Generated by image-factory discover. Do not edit.\nversion: 1\nimages:\n  web:\n    dockerfile: {{repo: acme/web, branch: main, path: Dockerfile}}\n    bases:\n    - {{image: {base}, kind: final, line: 1}}\n"
        )
    };
    let repository = Repository::new();
    repository
        .commit(&[("images.yaml", images), ("images.lock.yaml", &lock("docker.io/library/node:22"))])
        .commit(&[("images.lock.yaml", &lock("docker.io/library/node:24"))]);
    let sentences = repository.sentences("HEAD~1").join("\n");
    assert!(sentences.contains("node:24") && sentences.contains("node:22"), "{sentences}");
}

#[test]
fn the_side_with_errors_is_named() {
    let repository = Repository::new();
    repository.commit(&[("images.yaml", "- name: web\n")]).commit(&[("images.yaml", WEB)]);
    let outcome = repository.diff("HEAD~1");
    assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""));
    insta::assert_snapshot!(outcome.stderr);
    repository.0.write("images.yaml", "- name: web\n");
    let outcome = repository.diff("HEAD");
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.starts_with("there are no manifests of images.yaml:\n"), "{}", outcome.stderr);
}

#[test]
fn a_hook_of_git_may_run_it() {
    let repository = Repository::new();
    repository.commit(&[("images.yaml", WEB)]);
    for name in ["GIT_DIR", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_WORK_TREE", "GIT_CONFIG"] {
        let outcome = repository.0.run_with(&[(name, "/nowhere")], &["diff", "--base", "HEAD"]);
        assert_eq!(outcome.code, 0, "{name}: {}", outcome.shown());
    }
}

/// A `.git` that somebody hands on names programs in every place where git would run one for us.
#[test]
fn nothing_that_a_repository_says_of_git_is_run() {
    let repository = Repository::new();
    repository.commit(&[("images.yaml", WEB), ("Dockerfile", "FROM node:22\n")]);
    let folder = repository.0.path();
    let ran = folder.join("ran");
    repository.0.write("evil/git", format!("#!/bin/sh\ntouch {}\n", ran.display()));
    let evil = folder.join("evil/git");
    std::fs::set_permissions(&evil, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    for hook in ["post-index-change", "fsmonitor-watchman", "reference-transaction", "post-checkout"] {
        std::fs::copy(&evil, folder.join("evil").join(hook)).unwrap();
    }
    std::fs::copy(&evil, folder.join("git")).unwrap();
    let evil = evil.display().to_string();
    let hooks = folder.join("evil").display().to_string();
    let remote = format!("ext::{evil} %S");
    for (key, value) in [
        ("core.fsmonitor", evil.as_str()),
        ("core.hooksPath", &hooks),
        ("core.pager", &evil),
        ("core.sshCommand", &evil),
        ("core.alternateRefsCommand", &evil),
        ("diff.external", &evil),
        ("alias.ls-tree", "!touch ran"),
        ("protocol.ext.allow", "always"),
        ("protocol.allow", "always"),
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.uploadpack", &evil),
        ("remote.origin.url", &remote),
    ] {
        git(folder, &["config", key, value]);
    }
    let path = std::env::var("PATH").unwrap();
    let relative = [("PATH", format!(":.:evil:{path}:"))];
    let relative: Vec<(&str, &str)> = relative.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let run = |arguments: &[&str]| {
        let outcome = repository.0.run_with(&relative, arguments);
        assert!(!ran.exists(), "{arguments:?} ran a program of the repository: {}", outcome.shown());
        outcome
    };
    assert_eq!(run(&["diff", "--base", "HEAD"]).code, 0);
    for command in ["synth", "lint", "discover", "workflow"] {
        run(&[command]);
    }
    std::fs::remove_file(folder.join("images.yaml")).unwrap();
    assert_eq!(run(&["init", "--dry-run"]).code, 0);
    // An object that is not here would be asked of that remote.
    repository.0.write("images.yaml", WEB);
    let blob = git(folder, &["rev-parse", "HEAD:images.yaml"]);
    let (start, rest) = blob.trim().split_at(2);
    std::fs::remove_file(folder.join(".git/objects").join(start).join(rest)).unwrap();
    let outcome = run(&["diff", "--base", "HEAD"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (3, ""), "{}", outcome.shown());
    // It is a trap that works: git itself falls into it.
    let _ = Command::new("git").current_dir(folder).args(["cat-file", "-p", blob.trim()]).output();
    assert!(ran.exists());
}

/// `refs/replace` and grafts give a commit another content or another parent than its name says.
#[test]
fn the_base_is_the_commit_of_that_name() {
    let repository = Repository::new();
    repository.commit(&[("images.yaml", WEB)]).commit(&[("images.yaml", &format!("{WEB}{API}"))]);
    let folder = repository.0.path();
    let before = repository.sentences("HEAD~1");
    assert!(!before.is_empty());
    git(folder, &["replace", "HEAD~1", "HEAD"]);
    assert_eq!(repository.sentences("HEAD~1"), before);
    git(folder, &["replace", "-d", git(folder, &["rev-parse", "HEAD~1"]).trim()]);
    repository.commit(&[]);
    let commits = git(folder, &["rev-list", "HEAD"]);
    let commits: Vec<&str> = commits.lines().collect();
    assert!(repository.sentences("HEAD~1").is_empty() && repository.sentences("HEAD~2") == before);
    repository.0.write(".git/info/grafts", format!("{} {}\n", commits[0], commits[2]));
    assert!(repository.sentences("HEAD~1").is_empty());
}

#[test]
fn links_are_followed_in_a_revision() {
    let repository = Repository::new();
    repository.0.write("shared/images.yaml", WEB);
    std::os::unix::fs::symlink("shared/images.yaml", repository.0.path().join("images.yaml")).unwrap();
    repository.commit(&[]);
    let outcome = repository.diff("HEAD");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""), "{}", outcome.stdout);
}

/// What git keeps of a link is where it leads; nothing of this machine is read for it.
#[test]
fn links_of_a_revision_lead_out_of_it_nowhere() {
    let out = "HEAD:images.yaml leads out of the checkout through a link";
    let nothing = "HEAD:images.yaml is a link to nothing";
    for (target, said) in [
        ("/etc/passwd", out),
        ("../../../../../../../../etc/passwd", out),
        ("images.yaml", nothing),
        (".git/config", nothing),
        ("untracked.yaml", nothing),
    ] {
        let repository = Repository::new();
        let folder = repository.0.path();
        std::os::unix::fs::symlink(target, folder.join("images.yaml")).unwrap();
        repository.commit(&[]);
        std::fs::remove_file(folder.join("images.yaml")).unwrap();
        repository.0.write("images.yaml", WEB);
        repository.0.write("untracked.yaml", "secret");
        let outcome = repository.diff("HEAD");
        assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""), "{target}: {}", outcome.shown());
        assert!(outcome.stderr.contains("error[IF010]") && outcome.stderr.contains(said), "{}", outcome.stderr);
        for secret in ["root:", "secret", "repositoryformatversion"] {
            assert!(!outcome.stderr.contains(secret), "{}", outcome.stderr);
        }
    }
}

/// Whatever stands there: no option of git, no command, no object but a commit.
#[test]
fn the_name_of_a_revision_is_a_name_and_nothing_else() {
    let repository = Repository::new();
    repository.commit(&[("images.yaml", WEB)]);
    let before = repository.0.files();
    for name in [
        "",
        "--",
        "-h",
        "--help",
        "--upload-pack=touch x",
        "--output=x",
        "--exec=touch x",
        "--all",
        "HEAD; touch x",
        "$(touch x)",
        "`touch x`",
        "HEAD:images.yaml",
        "HEAD..HEAD",
        "a b",
        "a\nb",
        "HEAD~99999",
        "refs/heads/*",
        ":/nothing",
        "^HEAD",
        "0000000000000000000000000000000000000000",
        "../HEAD",
        "\u{1b}[2J",
    ] {
        let outcome = repository.0.run(&["diff", &format!("--base={name}")]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""), "{name:?}: {}", outcome.shown());
        assert!(outcome.stderr.starts_with("error: "), "{name:?}: {}", outcome.shown());
        assert!(!outcome.stderr.contains('\u{1b}'), "{:?}", outcome.stderr);
        assert!(outcome.stderr.contains("git knows no revision `"), "{name:?}: {}", outcome.stderr);
        assert!(!outcome.stderr.contains("usage: git"), "{name:?}: {}", outcome.stderr);
    }
    assert_eq!(repository.0.files(), before);
}
