//! Where manifests go and come from: `out`, `split` and `checkouts` of images.yaml, a FILE in place of `--images`, stdin.

use crate::harness::{Folder, Outcome, command};
use crate::revisions::git;
use std::io::Write;
use std::process::Stdio;

const WEB: &str =
    "- name: web\n  repository: acme/web\n  source: {repo: acme/web}\n  baseImages: [\"node:22-bookworm-slim\"]\n";

/// The image with more keys at the root.
fn web(root: &str) -> String {
    format!("{root}images:\n{WEB}")
}

fn with_stdin(folder: &Folder, arguments: &[&str], text: &str) -> Outcome {
    let mut child = command(folder.path(), arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who reads nothing has perhaps ended by now.
    let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
    Outcome::of(child.wait_with_output().unwrap())
}

fn manifests(folder: &Folder) -> Vec<String> {
    folder
        .files()
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| name.contains(".yaml") && name.contains('/'))
        .collect()
}

#[test]
fn each_command_obeys_out_and_split() {
    let folder = Folder::with(&web("out: deploy/kargo\nsplit: true\n"));
    let synth = folder.run(&["synth"]);
    assert!(synth.code == 0 && synth.stderr.contains("-> deploy/kargo/"), "{}", synth.shown());
    assert!(manifests(&folder).len() > 2 && manifests(&folder).iter().all(|name| name.starts_with("deploy/kargo/")));
    for arguments in [&["synth", "--check"][..], &["diff"], &["synth", "--check", "."], &["diff", "--images", "."]] {
        let outcome = folder.run(arguments);
        assert_eq!(outcome.code, 0, "{arguments:?}: {}", outcome.shown());
    }
    let diff = folder.run(&["diff"]);
    assert_eq!(diff.stdout, "from deploy/kargo to images.yaml\nno differences\n");
    // The command line wins.
    assert_eq!(folder.run(&["synth", "--out", "elsewhere"]).code, 0);
    assert!(manifests(&folder).iter().any(|name| name.starts_with("elsewhere/")));
}

#[test]
fn who_switches_is_told_what_goes() {
    let folder = Folder::with(&web("split: true\n"));
    assert_eq!(folder.run(&["synth"]).code, 0);
    folder.write("images.yaml", web(""));
    let one = folder.run(&["synth"]);
    assert!(
        one.stderr.contains("no longer made, and removed from dist: kustomization.yaml, namespace-"),
        "{}",
        one.stderr
    );
    assert_eq!(manifests(&folder), ["dist/image-factory.k8s.yaml"]);
    folder.write("images.yaml", web("out: deploy\n"));
    let moved = folder.run(&["synth"]);
    let left = "of a run that wrote elsewhere, and no longer made: dist/image-factory.k8s.yaml\n  help: remove what is no longer wanted in dist\n";
    assert!(moved.stderr.contains(left), "{}", moved.stderr);
    assert!(!folder.run(&["synth"]).stderr.contains("elsewhere"), "it is said once");
}

#[test]
fn a_folder_of_the_last_commit_is_known() {
    let folder = Folder::with(&web("out: deploy\n"));
    git(folder.path(), &["init", "-q"]);
    assert_eq!(folder.run(&["synth"]).code, 0);
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-qm", "all"]);
    folder.write("images.yaml", web(""));
    let back = folder.run(&["synth"]);
    assert!(back.stderr.contains("no longer made: deploy/image-factory.k8s.yaml\n"), "{}", back.stderr);
    let diff = folder.run(&["diff"]);
    assert_eq!(diff.stdout, "from deploy of HEAD to images.yaml\nno differences\n", "{}", diff.stderr);
}

#[test]
fn diff_compares_with_the_last_commit_and_says_so() {
    let folder = Folder::with(WEB);
    let first = |folder: &Folder| folder.run(&["diff"]).stdout.lines().next().unwrap_or_default().to_owned();
    assert_eq!(first(&folder), "from dist, which has no manifests to images.yaml");
    assert_eq!(folder.run(&["synth"]).code, 0);
    assert_eq!(first(&folder), "from dist to images.yaml");
    git(folder.path(), &["init", "-q"]);
    assert_eq!(first(&folder), "from dist to images.yaml", "there is no commit yet");
    git(folder.path(), &["commit", "-q", "--allow-empty", "-m", "nothing"]);
    assert_eq!(first(&folder), "from HEAD, which has no images.yaml to images.yaml");
    git(folder.path(), &["add", "images.yaml"]);
    git(folder.path(), &["commit", "-qm", "images.yaml alone"]);
    assert_eq!(first(&folder), "from images.yaml of HEAD to images.yaml");
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-qm", "manifests too"]);
    assert_eq!(first(&folder), "from dist of HEAD to images.yaml");
    // What is written but not committed is no longer what is compared with.
    folder.write("images.yaml", WEB.replace("node:22", "node:24"));
    assert_eq!(folder.run(&["synth"]).code, 0);
    let diff = folder.run(&["diff"]);
    assert!(diff.code == 1 && diff.stdout.contains("node:24-bookworm-slim"), "{}", diff.shown());
    for (base, name) in [("HEAD", "images.yaml of HEAD"), ("HEAD~1", "images.yaml of HEAD~1")] {
        let diff = folder.run(&["diff", "--base", base]);
        assert!(diff.stdout.starts_with(&format!("from {name} to images.yaml\n")), "{}", diff.shown());
    }
    let markdown = folder.run(&["diff", "--format", "markdown"]).stdout;
    assert!(markdown.contains("From dist of HEAD to images.yaml.\n"), "{markdown}");
    let json: serde_json::Value = serde_json::from_str(&folder.run(&["diff", "--format", "json"]).stdout).unwrap();
    assert_eq!((json["from"].as_str(), json["to"].as_str()), (Some("dist of HEAD"), Some("images.yaml")));
}

#[test]
fn nothing_is_nothing_to_compare_with() {
    let folder = Folder::with(WEB);
    folder.write("empty.yaml", "# nothing\n---\n");
    for text in ["", "\n", "---\n# nothing\n"] {
        let diff = with_stdin(&folder, &["diff", "--against", "-"], text);
        assert!(
            diff.code == 2 && diff.stderr.starts_with("error: stdin is empty, so there is nothing"),
            "{}",
            diff.shown()
        );
    }
    assert_eq!(folder.run(&["diff", "--against", "empty.yaml"]).code, 2);
    let none = with_stdin(&folder, &["diff", "--against", "-"], "apiVersion: v1\nkind: List\nitems: []\n");
    assert!(none.code == 1 && none.stdout.starts_with("from stdin to images.yaml\n"), "{}", none.shown());
}

#[test]
fn check_diff_and_synth_see_the_same_images() {
    let folder = Folder::with("- {name: web, repository: acme/web, source: {repo: acme/web}}\n");
    folder.write("Dockerfile", "FROM node:22\n");
    let check = folder.run(&["synth", "--check"]);
    assert!(check.code == 1 && !check.stderr.contains("IF046"), "{}", check.shown());
    assert!(
        check.stderr.contains("bases found in this checkout, not yet in images.lock.yaml: web\n"),
        "{}",
        check.stderr
    );
    assert!(check.stdout.contains("+++ images.lock.yaml\n"), "{}", check.stdout);
    assert_eq!(folder.files().len(), 2, "nothing is written");
    let diff = folder.run(&["diff"]);
    assert!(diff.stdout.contains("node:22 now rebuilds web"), "{}", diff.shown());
    let stdout = folder.run(&["synth", "--stdout"]).stdout;
    assert_eq!(folder.run(&["synth"]).code, 0);
    assert_eq!(folder.read("dist/image-factory.k8s.yaml"), stdout);
    assert!(
        stdout.lines().skip(1).all(|line| check.stdout.contains(&format!("+{line}\n"))),
        "what was shown was written"
    );
    // A lock alone that is behind is stale too.
    std::fs::remove_file(folder.path().join("images.lock.yaml")).unwrap();
    let check = folder.run(&["synth", "--check"]);
    assert!(check.code == 1 && check.stderr.contains("the lock is stale\n"), "{}", check.shown());
}

#[test]
fn checkouts_of_images_yaml_are_looked_at() {
    let image = "images:\n- {name: web, repository: acme/web, source: {repo: acme/web, dockerfile: web/Dockerfile}}\n";
    let folder = Folder::with(&format!("checkouts: {{Acme/Web: others/web, acme/api: not/there}}\n{image}"));
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["remote", "add", "origin", "https://github.com/acme/factory.git"]);
    folder.write("others/web/web/Dockerfile", "FROM node:22\n");
    for arguments in [&["synth", "--stdout"][..], &["diff"], &["discover", "--offline", "--check"]] {
        let outcome = folder.run(arguments);
        assert!(outcome.code < 2 && outcome.shown().contains("node:22"), "{arguments:?}: {}", outcome.shown());
    }
    let lint = folder.run(&["lint"]);
    assert!(lint.stdout.contains("IF100"), "its workflow is looked for there too: {}", lint.shown());
}

#[test]
fn images_yaml_leads_nowhere_else() {
    for (root, why) in [
        ("out: ../elsewhere\n", "leads out of this checkout"),
        ("out: /tmp\n", "leads out of this checkout"),
        ("out: a/.git/hooks\n", "one of git's own folders"),
        ("checkouts: {acme/web: ../web}\n", "leads out of this checkout"),
        ("checkouts: {acme/web: .GIT}\n", "one of git's own folders"),
        ("checkouts: {web: a}\n", "the repository `web` cannot be used"),
        ("out: ${{ secret('a') }}\n", "error[IF026]"),
        ("split: 1\n", "`split` is a number"),
    ] {
        let folder = Folder::with(&web(root));
        let outcome = folder.run(&["synth"]);
        assert!(outcome.code == 2 && outcome.stderr.contains(why), "{root}: {}", outcome.stderr);
        assert_eq!(folder.files().len(), 1, "{root}");
    }
}

#[test]
fn a_file_stands_where_people_put_it() {
    let folder = Folder::empty();
    folder.write("a/other.yaml", WEB);
    folder.write("b/image-factory/images.yaml", WEB);
    let whole = folder.run(&["synth", "a/other.yaml", "--stdout"]);
    assert_eq!(whole.code, 0, "{}", whole.shown());
    assert_eq!(folder.run(&["synth", "b", "--stdout"]).stdout, whole.stdout, "the file of a folder");
    assert!(folder.run(&["lint", "a/other.yaml"]).stdout.contains("1 image") || folder.run(&["lint", "b"]).code < 2);
    let twice = folder.run(&["lint", "a/other.yaml", "--images", "b"]);
    assert!(twice.code == 2 && twice.stderr.contains("cannot be used with"), "{}", twice.stderr);
    assert_eq!(folder.run(&["lint", "nothing.yaml"]).code, 2);
    assert_eq!(folder.run(&["lint", "a"]).code, 2, "a folder without images.yaml");
}

#[test]
fn stdin_is_read_and_stdout_written() {
    let folder = Folder::empty();
    let synth = with_stdin(&folder, &["synth", "-"], WEB);
    assert!(synth.code == 0 && synth.stdout.starts_with("# Generated by image-factory synth."), "{}", synth.shown());
    let lint = with_stdin(&folder, &["lint", "-"], "- name: WEB\n");
    assert!(lint.code == 1 && lint.stdout.contains("--> stdin:1:9"), "{}", lint.shown());
    let check = with_stdin(&folder, &["synth", "--check", "-"], WEB);
    assert!(check.code == 1 && check.stdout.contains("+++ dist/image-factory.k8s.yaml"), "{}", check.shown());
    for arguments in [
        &["lint", "-", "--fix"][..],
        &["add", "x", "--images", "-"],
        &["discover", "--images", "-"],
        &["init", "--images", "-"],
    ] {
        let outcome = with_stdin(&folder, arguments, WEB);
        assert!(outcome.code == 2 && outcome.stderr.contains("help: name"), "{arguments:?}: {}", outcome.shown());
    }
    assert!(folder.files().is_empty());
}
