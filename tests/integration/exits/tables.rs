//! The tables: what goes wrong, and how each call ends then.

use crate::harness::Folder;
use crate::revisions::git;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

/// What is made of a checkout in which all is well.
pub(crate) type Change = fn(&Folder);

/// A change, and what is added to the call.
pub(crate) type Kind = (&'static str, Change, &'static str);

pub(crate) const KINDS: [Kind; 15] = [
    ("well", |_| {}, ""),
    ("behind", behind, ""),
    ("no YAML", |folder| folder.write("images.yaml", "images: [\n"), ""),
    ("wrong value", |folder| folder.write("images.yaml", images().replace("acme/web", "Acme//web")), ""),
    ("no file", gone, ""),
    ("named, and not there", |_| {}, "--images nope.yaml"),
    ("a folder is named", |_| {}, "--images apps"),
    ("a folder", |folder| instead(folder, |path| fs::create_dir(path).unwrap()), ""),
    ("a pipe", |folder| instead(folder, pipe), ""),
    ("a link that leads out", |folder| instead(folder, |path| symlink("/etc/passwd", path).unwrap()), ""),
    ("a link to nothing is named", |folder| symlink("nothing", folder.path().join("link")).unwrap(), "--images link"),
    ("may not be read", |folder| deny(folder, "images.yaml", 0), ""),
    ("may not be written", read_only, ""),
    ("behind, may not be written", |folder| [behind, read_only].iter().for_each(|make| make(folder)), ""),
    ("no file, may not be written", |folder| [gone, read_only].iter().for_each(|make| make(folder)), ""),
];

/// The calls of each command, with the code for each kind.
pub(crate) const TABLE: &[(&str, [i32; 15])] = &[
    // It makes the file that the others read, and no second one.
    ("init --yes", [2, 2, 2, 2, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 3]),
    ("init --dry-run", [2, 2, 2, 2, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 0]),
    // There is nobody to ask.
    ("init", [2; 15]),
    ("add api --base node:22", [0, 0, 2, 2, 0, 0, 0, 2, 2, 2, 2, 3, 3, 3, 3]),
    ("synth", [0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 0, 3, 2]),
    ("synth --check", [0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 0, 1, 2]),
    ("synth --stdout", [0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 0, 0, 2]),
    ("discover --offline", [0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 0, 3, 2]),
    ("discover --offline --check", [0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 0, 1, 2]),
    ("analyze apps/Dockerfile", NO_IMAGES),
    ("analyze apps/Dockerfile --expect node:22", [0, 1, 0, 0, 0, 2, 2, 0, 0, 0, 2, 0, 0, 1, 0]),
    // What is wrong in images.yaml is what it looks for.
    ("lint", [0, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 3, 0, 1, 2]),
    ("lint --fix", [0, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 3, 0, 1, 2]),
    // The workflow has no jobs, so the dispatch of its image builds nothing.
    ("builds", [1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 1, 1, 2]),
    // What is wrong in images.yaml is nothing to a workflow.
    ("builds web.yml", [0, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 3, 0, 0, 0]),
    ("graph", [0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 0, 0, 2]),
    // Nothing listens where it is sent.
    (
        "stale --mirror ghcr.io=127.0.0.1:1 --mirror docker.io=127.0.0.1:1 --plain-http 127.0.0.1:1",
        [3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 2],
    ),
    // There is no kubectl, which is what it looks for.
    ("doctor --offline", [1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 1, 1, 2]),
    // There is no kubectl.
    ("status", [3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 2]),
    // There is no token, and nothing is sent without one.
    ("trigger web", [1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 1, 1, 2]),
    ("trigger web --dry-run", [0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 0, 0, 2]),
    ("impact node:22", [0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 0, 0, 2]),
    ("why web", [0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 0, 0, 2]),
    ("diff", [0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 0, 1, 2]),
    ("diff --base HEAD", [0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 0, 1, 2]),
    ("explain IF020", NO_IMAGES),
    ("schema", NO_IMAGES),
    ("workflow web", [0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 0, 0, 2]),
    ("workflow --ci", NO_IMAGES),
    ("workflow --stale", NO_IMAGES),
    ("completions bash", NO_IMAGES),
    ("man", NO_IMAGES),
    ("help", NO_IMAGES),
];

/// Of what has nothing to do with images.yaml, and takes none either.
pub(crate) const NO_IMAGES: [i32; 15] = [0, 0, 0, 0, 0, 2, 2, 0, 0, 0, 2, 0, 0, 0, 0];

/// Calls that are wrong by themselves, in a checkout in which all is well: with a value that there is not, or one that is missing.
pub(crate) const WRONG: &[&str] = &[
    "init --repo nope --dry-run",
    "init --action nope --dry-run",
    "add",
    "add web",
    "add api --tag 1",
    "add api --repo nope",
    "synth --stdout --check",
    "synth --images - --out a --stdout",
    "discover nope",
    "discover --checkout nope",
    "discover --images -",
    "analyze",
    "analyze nope",
    "analyze apps",
    "analyze apps/Dockerfile --target nope",
    "analyze apps/Dockerfile --expect Nope",
    "analyze --request {}",
    "lint --format nope",
    "lint --format json --format sarif",
    "lint --images - --fix",
    "lint --checkout acme/web=nope",
    "builds nope",
    "builds web --input a=b",
    "builds web.yml --input nope",
    "builds --ref main",
    "graph --focus nope",
    "graph --depth 1",
    "graph --format nope",
    "graph nope",
    "stale nope",
    "stale --format nope",
    "stale --older-than nope",
    "stale --mirror nope",
    "stale --wait nope",
    "stale --wait 1m --older-than 7d",
    "stale --wait 1s --images -",
    "doctor nope",
    "doctor --only nope",
    "doctor --mirror nope",
    "status --format nope",
    "status --namespace Nope",
    "status --watch",
    "status -",
    "trigger",
    "trigger nope",
    "trigger web --stale",
    "trigger web --via nope",
    "trigger web --via cluster",
    "impact",
    "impact nope",
    "impact node:22 nope",
    "impact node:22 --at nope",
    "impact node:22 --format nope",
    "why",
    "why nope",
    "why web --base nope",
    "why web web",
    "diff --base nope",
    "diff --against nope",
    "diff --against -",
    "explain nope",
    "schema nope",
    "workflow",
    "workflow nope",
    "workflow web --ci",
    "workflow --stale --ci",
    "completions",
    "completions nope",
    "man nope",
    "help nope",
];

/// Files that may not be read, with calls that need them. One whose first line says whose it is is read before it is written.
pub(crate) const DENIED: &[(&str, &str, i32)] = &[
    ("apps/Dockerfile", "analyze apps/Dockerfile", 3),
    ("apps/Dockerfile", "discover --offline", 3),
    ("apps/Dockerfile", "discover --offline --check", 3),
    ("apps/Dockerfile", "lint", 3),
    ("apps/Dockerfile", "synth", 0),
    (".github/workflows/web.yml", "lint", 3),
    (".github/workflows/web.yml", "synth --stdout", 3),
    (".github/workflows/web.yml", "builds", 3),
    (".github/workflows/web.yml", "builds web.yml", 3),
    ("images.lock.yaml", "synth", 3),
    ("images.lock.yaml", "lint", 3),
    ("images.lock.yaml", "discover --offline", 3),
    ("images.lock.yaml", "diff", 3),
    ("images.lock.yaml", "workflow web", 3),
    ("dist/image-factory.k8s.yaml", "synth", 3),
    ("dist/image-factory.k8s.yaml", "synth --check", 3),
    ("dist/image-factory.k8s.yaml", "diff --against dist/image-factory.k8s.yaml", 3),
    ("dist", "synth", 3),
    ("dist", "synth --check", 3),
];

/// What becomes of Dockerfiles: `discover` says by 3 that some were not read and the others were, which CI goes on with.
pub(crate) const DOCKERFILES: &[(&str, Change)] = &[
    ("with an error", |folder| folder.write("apps/Dockerfile", "FROM node:22\nCOPPY a b\n")),
    ("no text", |folder| folder.write("apps/Dockerfile", b"FROM a\xff\n")),
    ("not where it should be", |folder| fs::remove_file(folder.path().join("apps/Dockerfile")).unwrap()),
    ("of a repository elsewhere", |folder| folder.write("images.yaml", images().replace("acme/web,", "acme/api,"))),
];

/// Calls that print, with their codes; to a reader that has gone they are the same, and where there is no room they are 3.
pub(crate) const PRINTED: &[(&str, i32)] = &[
    ("init --dry-run --images new.yaml", 0),
    ("synth --check", 1),
    ("synth --stdout", 0),
    ("discover --offline --check", 1),
    ("init --dry-run --images new.yaml --format json", 0),
    ("add api --base node:22 --format json", 0),
    ("synth --format json", 0),
    ("synth --check --format json", 1),
    ("discover --offline --format json", 0),
    ("analyze apps/Dockerfile --expect node:22", 1),
    ("lint", 1),
    ("lint --format json", 1),
    ("lint --format sarif", 1),
    ("lint --format github", 1),
    ("builds", 1),
    ("builds web --format json", 1),
    ("graph", 0),
    ("graph --format json", 0),
    ("graph --format html", 0),
    ("stale --mirror ghcr.io=127.0.0.1:1 --mirror docker.io=127.0.0.1:1 --plain-http 127.0.0.1:1", 3),
    ("doctor --offline", 1),
    ("status", 3),
    ("trigger web", 1),
    ("trigger web --dry-run", 0),
    ("impact node:22", 0),
    ("impact node:22 --format json", 0),
    ("why web", 0),
    ("why web --format markdown", 0),
    ("diff", 1),
    ("diff --format markdown", 1),
    ("diff --format json", 1),
    ("explain", 0),
    ("schema", 0),
    ("workflow web", 0),
    ("completions zsh", 0),
    ("man", 0),
    ("help", 0),
];

fn images() -> String {
    let web =
        "name: web, repository: acme/web, source: {repo: acme/web, dockerfile: apps/Dockerfile, workflow: web.yml}";
    format!("- {{{web}}}\n")
}

const WORKFLOW: &str = "on:\n  workflow_dispatch:\n    inputs:\n      version_bump: {type: string}\n      triggered_by: {type: string}\n      base_image: {type: string}\nconcurrency: {group: web}\njobs: {}\n";

/// A checkout in which all is well: what `synth` and `discover` write is there, and is committed.
pub(crate) fn checkout() -> Folder {
    let folder = Folder::with(&images());
    folder.write("apps/Dockerfile", "FROM node:22\n");
    folder.write(".github/workflows/web.yml", WORKFLOW);
    git(folder.path(), &["init", "-q", "--template="]);
    git(folder.path(), &["remote", "add", "origin", "git@github.com:acme/web.git"]);
    assert_eq!(folder.run(&["synth"]).code, 0);
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-qm", "all"]);
    folder
}

/// Another base than the one that is known, and another delay.
pub(crate) fn behind(folder: &Folder) {
    folder.write("apps/Dockerfile", "FROM node:24\n");
    folder.write("images.yaml", images().replace("name: web,", "name: web, rebuildDelay: 7d,"));
}

fn gone(folder: &Folder) {
    fs::remove_file(folder.path().join("images.yaml")).unwrap();
}

/// The folders that `synth`, `discover`, `init` and `add` write into.
fn read_only(folder: &Folder) {
    for path in ["", "dist", ".github/workflows"] {
        deny(folder, path, 0o555);
    }
}

fn instead(folder: &Folder, make: fn(&Path)) {
    let path = folder.path().join("images.yaml");
    fs::remove_file(&path).unwrap();
    make(&path);
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

pub(crate) fn deny(folder: &Folder, path: &str, mode: u32) {
    fs::set_permissions(folder.path().join(path), fs::Permissions::from_mode(mode)).unwrap();
}
