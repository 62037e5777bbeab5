//! What a shell is offered while a line is typed.

use crate::harness::{Folder, command};
use crate::revisions::git;
use std::fmt::Write;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

const IMAGES: &str = "\
images:
- name: web
  repository: acme/web
  source: {repo: acme/web}
  baseImages: [\"node:22\", ghcr.io/acme/base:1]
- name: api
  repository: acme/api
  source: {repo: acme/api}
- name: nginx
  repository: library/nginx
  tag: '1.29'
";

const LOCK: &str = "\
version: 1
images:
  api:
    bases:
    - {image: \"docker.io/library/python:3.12\", kind: final, line: 1}
";

fn checkout() -> Folder {
    let folder = Folder::with(IMAGES);
    folder.write("images.lock.yaml", LOCK);
    folder.write("apps/web/Dockerfile", "FROM node:22\n");
    folder
}

/// What is offered for the last word, flags only where one is typed.
fn offered(folder: &Folder, typed: &str) -> Vec<String> {
    let words: Vec<&str> = ["--", "image-factory"].into_iter().chain(typed.split(' ')).collect();
    let output = command(folder.path(), &words).env("COMPLETE", "fish").output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{typed}: {errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    // A tab stands before what a value is.
    let values = text.lines().map(|line| line.split('\t').next().unwrap().to_owned());
    let is_flag = words.last().unwrap().starts_with('-');
    values.filter(|value| is_flag || !value.starts_with('-')).collect()
}

#[test]
fn values_are_offered_where_there_are_some() {
    let folder = checkout();
    for (typed, expected) in [
        ("workflow ", "api web"),
        ("discover a", "api"),
        ("discover web w", "web"),
        ("add new --base ", "ghcr.io/acme/base:1 node:22 python:3.12"),
        ("analyze --expect=node", "--expect=node:22"),
        ("add new --repo acme/w", "acme/web"),
        ("discover --checkout ", "acme/api= acme/web="),
        ("lint --checkout acme/web=ap", "acme/web=apps/"),
        ("lint --format ", "human json sarif github"),
        ("lint --format sarif=images.l", "sarif=images.lock.yaml"),
        ("lint --max-problems ", "all"),
        ("diff --format m", "markdown"),
        ("diff --against images.y", "images.yaml"),
        ("analyze apps/web/D", "apps/web/Dockerfile"),
        ("synth --out a", "apps/"),
        ("explain IF02", "IF020 IF021 IF022 IF023 IF025 IF026 IF027 IF028 IF029"),
        ("man di", "discover diff"),
        ("completions ", "bash elvish fish powershell zsh"),
        ("--color a", "auto always"),
        ("sy", "synth"),
        // A name that nobody has given yet, and one that nobody knows.
        ("add ", ""),
        ("init --action a", ""),
    ] {
        assert_eq!(offered(&folder, typed).join(" "), expected, "{typed}");
    }
    // The images.yaml that the line names is the one that is looked at.
    folder.write("other/images.yaml", IMAGES.replace("web", "shop"));
    assert_eq!(offered(&folder, "--images other workflow s"), ["shop"]);
    assert_eq!(offered(&folder, "workflow --images=other/images.yaml s"), ["shop"]);
}

#[test]
fn references_of_git_are_offered() {
    let folder = checkout();
    git(folder.path(), &["init", "-q"]);
    assert_eq!(offered(&folder, "diff --base "), [""; 0], "there is no commit");
    git(folder.path(), &["commit", "-q", "--allow-empty", "-m", "a change"]);
    git(folder.path(), &["tag", "v1.2.3"]);
    git(folder.path(), &["branch", "fix/it"]);
    git(folder.path(), &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    git(folder.path(), &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
    assert_eq!(offered(&folder, "diff --base "), ["HEAD", "fix/it", "main", "origin/main", "v1.2.3"]);
    assert_eq!(offered(&folder, "diff --base or"), ["origin/main"]);
}

/// What a shell would take for more than a word, or shows a credential.
#[test]
fn nothing_is_offered_that_a_shell_would_act_on() {
    const TOKEN: &str = "ghp_0000S3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3";
    let folder = Folder::empty();
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["commit", "-q", "--allow-empty", "-m", "a change"]);
    let names = ["$(touch${IFS}run)", "`touch`", "a;touch", "a&b", "a|b", "a'b", "a\"b", "a<b", "a!b", "a{b,c}", "a#b"];
    let mut entries = String::new();
    for name in names.iter().chain([&TOKEN]) {
        git(folder.path(), &["branch", name]);
        folder.write(name, "FROM node:22\n");
        writeln!(entries, "- {{name: '{0}', repository: a/b, source: {{repo: '{0}'}}}}", name.replace('\'', "''"))
            .unwrap();
    }
    for name in ["-x", "=ls", "~root", "a b", "a\nb", "a*b", "a?b", "[a]"] {
        folder.write(name, "FROM node:22\n");
    }
    folder.write("images.yaml", format!("images:\n{entries}"));
    assert_eq!(offered(&folder, "diff --base "), ["HEAD", "main"]);
    assert_eq!(offered(&folder, "synth "), ["images.yaml"]);
    assert_eq!(offered(&folder, "workflow "), [""; 0]);
    assert_eq!(offered(&folder, "discover --checkout "), [""; 0]);
    assert_eq!(offered(&folder, &format!("diff --base {}", &TOKEN[..8])), [""; 0]);
}

#[test]
fn what_cannot_be_read_offers_nothing_and_takes_no_time() {
    let quick = |folder: &Folder, typed: &str| {
        let start = Instant::now();
        assert_eq!(offered(folder, typed), [""; 0], "{typed}");
        assert!(start.elapsed() < Duration::from_secs(8), "{typed}: {:?}", start.elapsed());
    };
    quick(&Folder::empty(), "workflow ");
    quick(&Folder::empty(), "diff --base ");
    quick(&Folder::with("images: ["), "workflow ");
    quick(&Folder::with("\u{1b}]0;x"), "workflow ");
    quick(&Folder::with(&format!("{IMAGES}{}", "# x\n".repeat(2 << 20))), "workflow ");
    let nested = "[".repeat(1 << 20);
    quick(&Folder::with(&nested), "workflow ");
    #[cfg(unix)]
    {
        let folder = Folder::empty();
        let fifo = |path: &str| {
            fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
            assert!(Command::new("mkfifo").arg(folder.path().join(path)).status().unwrap().success());
        };
        fifo("images.yaml");
        quick(&folder, "workflow ");
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link.yaml")).unwrap();
        quick(&folder, "--images link.yaml workflow ");
        // git waits for whoever writes.
        git(folder.path(), &["init", "-q"]);
        fs::remove_file(folder.path().join(".git/HEAD")).unwrap();
        fifo(".git/HEAD");
        quick(&folder, "diff --base ");
    }
}

#[test]
fn a_repository_decides_on_no_program_that_runs() {
    let folder = checkout();
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-q", "-m", "a change"]);
    let mut config = folder.read(".git/config");
    for key in ["core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "alias.for-each-ref", "diff.external"]
    {
        let (section, key) = key.split_once('.').unwrap();
        writeln!(config, "[{section}]\n\t{key} = \"!touch ran; touch ran\"").unwrap();
    }
    folder.write(".git/config", config);
    assert_eq!(offered(&folder, "diff --base "), ["HEAD", "main"]);
    for typed in ["workflow ", "synth ", "diff --against ", "man "] {
        offered(&folder, typed);
    }
    assert!(!folder.path().join("ran").exists());
}

#[test]
fn who_does_not_ask_is_not_answered() {
    let folder = checkout();
    for value in ["", "0", "1", "tcsh", "/bin/bash"] {
        let outcome = folder.run_with(&[("COMPLETE", value)], &["explain", "IF020"]);
        assert_eq!(outcome.code, 0);
        assert!(outcome.stdout.starts_with("IF020"), "{value}: {}", outcome.stdout);
    }
    let outcome = folder.run_with(&[("COMPLETE", "bash")], &["explain", "IF020"]);
    assert!(outcome.stdout.starts_with("IF020"), "{}", outcome.stdout);
    let registration = folder.run_with(&[("COMPLETE", "bash")], &[]).stdout;
    assert_eq!(registration, folder.run(&["completions", "bash"]).stdout);
}
