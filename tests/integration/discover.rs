//! `discover` as a user runs it, in checkouts on disk.

use crate::harness::Folder;
use std::fs;
use std::path::Path;

const LOCK: &str = "images.lock.yaml";

/// One image and its Dockerfile.
const WEB: &str = "- {name: web, repository: acme/web, source: {repo: acme/web}}\n";

fn web(dockerfile: &str) -> Folder {
    let folder = Folder::with(WEB);
    folder.write("Dockerfile", dockerfile);
    folder
}

/// Makes a folder a work tree with this origin.
fn with_origin(folder: &Folder, url: &str) {
    folder.write(".git/config", format!("[core]\n\tbare = false\n[remote \"origin\"]\n\turl = {url}\n"));
}

#[test]
fn the_sample_in_a_checkout_gives_the_committed_lock() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let committed = fs::read_to_string(root.join("image-factory/images.lock.yaml")).unwrap();
    let folder = Folder::of("sample_dockerfiles");
    folder.write(".git/HEAD", "ref: refs/heads/main\n");
    folder.write("image-factory/images.yaml", fs::read(root.join("image-factory/images.yaml")).unwrap());
    let outcome = folder.run(&["discover", "--offline"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""));
    assert_eq!(
        outcome.stderr,
        "discover: 2 images, 2 new, 0 changed, 0 gone, [time] ms -> image-factory/images.lock.yaml\n"
    );
    assert_eq!(folder.read("image-factory/images.lock.yaml"), committed);
    assert_eq!(folder.run(&["discover", "--check"]).shown(), "exit 0\n--- stdout\n--- stderr\n");
    fs::remove_file(folder.path().join("image-factory/images.lock.yaml")).unwrap();
    assert_eq!(folder.run(&["synth"]).code, 0);
    assert_eq!(folder.read("image-factory/images.lock.yaml"), committed, "synth finds the same");
    assert_eq!(
        folder.read("dist/image-factory.k8s.yaml"),
        fs::read_to_string(root.join("dist/image-factory.k8s.yaml")).unwrap()
    );
}

#[test]
fn a_lock_that_says_the_same_is_not_written_again() {
    let folder = web("FROM node:22\n");
    assert_eq!(folder.run(&["discover"]).code, 0);
    let path = folder.path().join(LOCK);
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    fs::File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
    let again = folder.run(&["discover"]);
    assert_eq!(again.stderr, "discover: 1 image, nothing new, [time] ms -> images.lock.yaml\n");
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), long_ago);
}

#[test]
fn check_names_images_and_edges_that_came_and_went() {
    let images = "- {name: a, repository: o/a, source: {repo: o/m, dockerfile: a/Dockerfile}}\n\
                  - {name: b, repository: o/b, source: {repo: o/m, context: b}}\n\
                  - {name: c, repository: o/c, source: {repo: o/m, context: ./c/}}\n";
    let folder = Folder::with(images);
    folder.write("a/Dockerfile", "FROM node:20\n");
    folder.write("b/Dockerfile", "FROM alpine\nCOPY --from=busybox:1 /a /a\n");
    folder.write("c/Dockerfile", "FROM scratch\n");
    assert_eq!(folder.run(&["discover"]).code, 0);
    insta::assert_snapshot!("discover_lock", folder.read(LOCK));
    let before = folder.read(LOCK);
    folder.write("a/Dockerfile", "FROM node:22\nCOPY --from=alpine /a /a\n");
    folder.write("b/Dockerfile", "\nFROM alpine\nCOPY --from=busybox:1 /a /a\n");
    folder.write("d/Dockerfile", "FROM debian:12\n");
    let renamed = images.replace("name: c", "name: d").replace("./c/", "d");
    folder.write("images.yaml", renamed);
    insta::assert_snapshot!("discover_check", folder.run(&["discover", "--check"]).shown());
    assert_eq!(folder.read(LOCK), before, "--check writes nothing");
    assert_eq!(folder.run(&["discover"]).code, 0);
    assert_eq!(folder.run(&["discover", "--check"]).code, 0);
}

#[test]
fn images_that_are_named_are_looked_for_and_the_others_stay() {
    let folder = Folder::with(
        "- {name: a, repository: o/a, source: {repo: o/m, context: a}}\n- {name: b, repository: o/b, source: {repo: o/m, context: b}}\n\
         - {name: listed, repository: o/l, source: {repo: o/m}, baseImages: [x]}\n- {name: out, repository: o/x, tag: '1'}\n",
    );
    folder.write("a/Dockerfile", "FROM node:20\n");
    folder.write("b/Dockerfile", "FROM node:20\n");
    assert_eq!(folder.run(&["discover"]).code, 0);
    folder.write("a/Dockerfile", "FROM node:22\n");
    folder.write("b/Dockerfile", "FROM node:22\n");
    assert_eq!(folder.run(&["discover", "a"]).code, 0);
    let lock = folder.read(LOCK);
    assert_eq!((lock.matches("FROM node:22").count(), lock.matches("FROM node:20").count()), (1, 1), "{lock}");
    insta::assert_snapshot!("discover_wrong_names", folder.run(&["discover", "aa", "listed", "out"]).shown());
}

/// What fails keeps its entry, and the others are written.
#[test]
fn one_image_that_fails_does_not_stop_the_others() {
    let folder = Folder::with(
        "- {name: broken, repository: o/a, source: {repo: o/m, context: broken}}\n\
         - {name: fine, repository: o/b, source: {repo: o/m, context: fine}}\n\
         - {name: gone, repository: o/c, source: {repo: o/m, context: gone}}\n\
         - {name: not-text, repository: o/d, source: {repo: o/m, context: not-text}}\n",
    );
    for name in ["broken", "fine", "gone"] {
        folder.write(&format!("{name}/Dockerfile"), "FROM node:20\n");
    }
    folder.write("not-text/Dockerfile", b"FROM a\xff\n");
    assert_eq!(folder.run(&["discover", "--offline"]).code, 3);
    folder.write("broken/Dockerfile", "FROM node:22\nCOPPY a b\n");
    folder.write("fine/Dockerfile", "ARG V\nFROM node:22 AS a\nFROM node:${V}\nCOPY --from=a /a /a\n");
    fs::remove_file(folder.path().join("gone/Dockerfile")).unwrap();
    insta::assert_snapshot!("discover_failures", folder.run(&["discover", "--offline"]).shown());
    insta::assert_snapshot!("discover_lock_after_failures", folder.read(LOCK));
}

#[test]
fn a_checkout_is_used_when_its_origin_is_the_repository() {
    for (url, used) in [
        ("https://github.com/Acme/web.git", true),
        ("git@github.com:acme/web.git", true),
        ("ssh://git@github.com/acme/web", true),
        ("https://github.com/acme/other.git", false),
        ("https://gitlab.com/acme/web.git", false),
    ] {
        let folder = web("FROM node:22\n");
        with_origin(&folder, url);
        let outcome = folder.run(&["discover", "--offline"]);
        assert_eq!(outcome.code == 0, used, "{url}: {}", outcome.stderr);
        assert!(used || outcome.stderr.contains("not found here: this checkout is of git"), "{}", outcome.stderr);
    }
}

#[test]
fn a_token_in_the_address_of_the_origin_is_not_shown() {
    let folder = web("FROM node:22\n");
    with_origin(&folder, "https://me:ghp_secret@github.com/acme/other.git");
    let outcome = folder.run(&["-v", "discover", "--offline"]);
    assert!(outcome.code == 3 && !outcome.shown().contains("ghp_secret"), "{}", outcome.stderr);
}

#[test]
fn a_linked_work_tree_has_the_origin_of_its_repository() {
    let folder = Folder::empty();
    folder.write("main/.git/config", "[remote \"origin\"]\n\turl = git@github.com:acme/other.git\n");
    folder.write("main/.git/worktrees/w/commondir", "../..\n");
    folder.write("w/.git", format!("gitdir: {}\n", folder.path().join("main/.git/worktrees/w").display()));
    folder.write("w/images.yaml", WEB);
    folder.write("w/Dockerfile", "FROM node:22\n");
    let outcome = folder.run(&["--images", "w/images.yaml", "discover", "--offline"]);
    assert!(outcome.stderr.contains("this checkout is of github.com/acme/other"), "{}", outcome.stderr);
}

#[test]
fn another_checkout_is_used_for_its_repository() {
    let folder = web("FROM node:22\n");
    with_origin(&folder, "git@github.com:acme/images.git");
    folder.write("elsewhere/Dockerfile", "FROM node:24\n");
    assert_eq!(folder.run(&["discover", "--offline", "--checkout", "Acme/Web=elsewhere"]).code, 0);
    assert!(folder.read(LOCK).contains("FROM node:24"));
    assert_eq!(folder.run(&["discover", "--checkout", "elsewhere"]).code, 2);
    assert_eq!(folder.run(&["discover", "--checkout", "acme=elsewhere"]).code, 2);
}

#[test]
fn a_lock_that_somebody_wrote_is_left_alone() {
    let folder = web("FROM node:22\n");
    let theirs = "version: 1\nimages: {}\n";
    folder.write(LOCK, theirs);
    insta::assert_snapshot!("discover_foreign_lock", folder.run(&["discover"]).shown());
    assert_eq!(folder.run(&["synth"]).code, 0);
    assert_eq!(folder.read(LOCK), theirs);
}

#[test]
fn a_lock_that_cannot_be_read_is_made_anew_if_nothing_of_it_is_needed() {
    let broken = "# Generated by image-factory discover. Do not edit.\n<<<<<<< ours\nversion: 1\nimages: {}\n";
    let folder = web("FROM node:22\n");
    folder.write(LOCK, broken);
    insta::assert_snapshot!("discover_lock_that_cannot_be_read", folder.run(&["discover", "web"]).shown());
    assert_eq!(folder.run(&["synth"]).code, 2);
    assert_eq!(folder.read(LOCK), broken);
    assert_eq!(folder.run(&["discover"]).code, 0);
    assert_eq!(folder.run(&["synth", "--locked"]).code, 0);
    folder.write(LOCK, broken);
    fs::remove_file(folder.path().join("Dockerfile")).unwrap();
    assert_eq!(folder.run(&["discover", "--offline"]).code, 2, "the entry of the image that failed would be lost");
}

#[test]
fn nothing_to_look_for_is_fine_and_writes_no_file() {
    let folder = Folder::with("[]\n");
    assert_eq!(folder.run(&["discover"]).code, 0);
    assert_eq!(folder.run(&["discover", "--check"]).code, 0);
    assert!(!folder.path().join(LOCK).exists());
}

#[test]
fn mistakes_in_images_yaml_are_shown_and_nothing_is_written() {
    let folder = Folder::with("- {name: web, repository: acme/web, sauce: {repo: acme/web}}\n");
    let outcome = folder.run(&["discover"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("error[IF020]"), "{}", outcome.stderr);
}

/// Lines in which Kargo would evaluate something are not for its expressions.
#[test]
fn lines_with_an_expression_are_left_out() {
    let folder = web("FROM node:22\nRUN --mount=type=bind,from=alpine echo ${{ secrets }}\n");
    assert_eq!(folder.run(&["discover"]).code, 0);
    let lock = folder.read(LOCK);
    assert!(lock.contains("kind: mount") && !lock.contains("lines"), "{lock}");
}

#[test]
fn synth_looks_for_new_images_in_this_checkout_and_says_so() {
    let folder = web("FROM node:22\n");
    let outcome = folder.run(&["synth"]);
    assert_eq!(
        outcome.stderr,
        "bases found in this checkout, added to images.lock.yaml: web\n\
         synth: 1 managed image, 1 base image, 7 objects, [time] ms -> dist/image-factory.k8s.yaml\n"
    );
    let after = folder.files();
    assert_eq!(folder.run(&["synth", "--check"]).code, 0);
    // Once it is in the lock, its Dockerfile is not read again.
    folder.write("Dockerfile", "FROM python:3.13\n");
    assert_eq!(folder.run(&["synth"]).code, 0);
    assert_eq!(folder.files().iter().find(|(name, _)| name == LOCK), after.iter().find(|(name, _)| name == LOCK));
}

#[test]
fn what_is_wrong_with_a_base_that_synth_has_just_found_stands_in_its_dockerfile() {
    let folder = web("ARG V=1\nFROM a--b:${V}\n");
    let outcome = folder.run(&["synth"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("--> Dockerfile:2:6"), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains(LOCK), "{}", outcome.stderr);
    // Once it is written, it stands in the lock.
    assert_eq!(folder.run(&["discover"]).code, 0);
    let outcome = folder.run(&["synth"]);
    assert!(outcome.stderr.contains("--> images.lock.yaml:7:"), "{}", outcome.stderr);
}

#[test]
fn synth_does_not_look_or_write_where_it_must_not() {
    for arguments in [&["synth", "--locked"][..], &["synth", "--locked", "--check"]] {
        let folder = web("FROM node:22\n");
        let outcome = folder.run(arguments);
        assert!(outcome.stderr.contains("warning[IF046]"), "{arguments:?}: {}", outcome.stderr);
        assert!(!folder.path().join(LOCK).exists(), "{arguments:?}");
    }
    let folder = web("FROM node:22\n");
    let printed = folder.run(&["synth", "--stdout"]);
    assert!(printed.stderr.contains("not added, with --stdout, to images.lock.yaml: web"), "{}", printed.stderr);
    assert_eq!(folder.files().len(), 2, "--stdout writes nothing");
    folder.run(&["synth"]);
    assert_eq!(printed.stdout, folder.read("dist/image-factory.k8s.yaml"), "and prints what would be written");
}

#[test]
fn synth_writes_the_lock_and_dist_together_or_nothing() {
    let folder = web("FROM node:22\n");
    folder.write("dist/image-factory.k8s.yaml", "kind: Foreign\n");
    let before = folder.files();
    let refused = folder.run(&["synth"]);
    assert!(refused.code == 2 && !refused.stderr.contains("added"), "{}", refused.stderr);
    assert_eq!(folder.files(), before);
    let folder = web("FROM node:22\n");
    folder.write("dist", "a file where the folder should be\n");
    assert_eq!(folder.run(&["synth"]).code, 2);
    assert!(!folder.path().join(LOCK).exists());
}

#[test]
fn a_dockerfile_with_errors_does_not_stop_synth() {
    let folder = web("FROM node:22\nCOPPY a b\n");
    insta::assert_snapshot!("synth_with_a_broken_dockerfile", folder.run(&["synth", "--stdout"]).stderr);
}

/// What the state of the Python original says is not looked for.
#[test]
fn synth_keeps_to_the_state_of_the_python_original() {
    let folder = Folder::of("state_of_the_python_original");
    let before = folder.run(&["synth", "--locked", "--stdout"]).stdout;
    assert_eq!(folder.run(&["synth"]).code, 0);
    assert_eq!(folder.read("dist/image-factory.k8s.yaml"), before);
}

/// A managed image that is a base is watched; one that copies from itself is told by `ignoreBases`; kinds obey `triggers`.
#[test]
fn chained_edges_obey_triggers_and_ignore_bases() {
    let images = |more: &str| {
        format!(
            "- {{name: base, repository: acme/base, source: {{repo: acme/m, context: base}}}}\n\
             - {{name: app, repository: acme/app, source: {{repo: acme/m, context: app}}{more}}}\n"
        )
    };
    let folder = Folder::with(&images(""));
    folder.write("base/Dockerfile", "FROM debian:12\n");
    folder.write(
        "app/Dockerfile",
        "# syntax=docker/dockerfile:1\nFROM ghcr.io/acme/base\nCOPY --from=ghcr.io/acme/app:latest /cache /cache\nCOPY --from=alpine:3 /a /a\n",
    );
    let outcome = folder.run(&["synth"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("error[IF043]"), "{}", outcome.stderr);
    assert!(!folder.path().join(LOCK).exists());
    folder.write("images.yaml", images(", ignoreBases: [ghcr.io/acme/app*], triggers: [final, copy]"));
    assert_eq!(folder.run(&["synth"]).code, 0);
    let text = folder.read("dist/image-factory.k8s.yaml");
    let stages: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("  name: rebuild-trigger-")).collect();
    assert_eq!(stages, ["alpine-3", "debian-12", "ghcr.io-acme-base-latest"]);
    folder.write("images.yaml", images(", ignoreBases: [ghcr.io/acme/app*], triggers: [final]"));
    assert_eq!(folder.run(&["synth"]).code, 0);
    assert!(!folder.read("dist/image-factory.k8s.yaml").contains("rebuild-trigger-alpine-3"));
}
