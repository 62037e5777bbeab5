//! `lint --fix` in workflows: a dispatch that lacks is declared, in files of this checkout alone, all of them or none.

use crate::harness::{Folder, Outcome};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

/// Two images of this checkout, one of another, and a slip in images.yaml itself.
const IMAGES: &str = "\
- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: [node:22]}
- {name: api, repository: Acme/api, source: {repo: acme/web}, baseImages: [node:22], inputs: {reason: base}}
- {name: out, repository: acme/out, source: {repo: acme/other}, baseImages: [node:22]}
";

const BUILD: &str = "\
concurrency: {group: all}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
    - run: docker build --push -t ${{ vars.IMAGE }} .
";

const BUMP: &str = "version_bump: {type: choice, options: [patch, minor, major], default: patch}";

/// A checkout of acme/web, with acme/other in a folder beside it.
fn checkout() -> Folder {
    let folder = Folder::with(IMAGES);
    folder.write(".github/workflows/web.yml", format!("on: push # always\n{BUILD}"));
    folder.write(
        ".github/workflows/api.yml",
        format!("on:\n  workflow_dispatch:\n    # ours\n    inputs:\n      version_bump: {{}} # any\n{BUILD}"),
    );
    folder.write("other/.github/workflows/out.yml", format!("on: push\n{BUILD}"));
    let git = |arguments: &[&str]| {
        let done = Command::new("git").current_dir(folder.path()).args(arguments).output().unwrap();
        assert!(done.status.success());
    };
    git(&["init", "--quiet"]);
    git(&["remote", "add", "origin", "https://github.com/acme/web.git"]);
    folder
}

const FIX: [&str; 4] = ["lint", "--fix", "--checkout", "acme/other=other"];

fn mended(outcome: &Outcome) -> Vec<&str> {
    outcome.stderr.lines().filter(|line| line.contains("fix")).collect()
}

fn path(folder: &Folder, file: &str) -> std::path::PathBuf {
    folder.path().join(".github/workflows").join(file)
}

/// By hand: what each workflow says afterwards.
fn after() -> [(&'static str, String); 2] {
    let declared = "triggered_by: {type: string}, base_image: {type: string}";
    [
        (
            ".github/workflows/web.yml",
            format!("on: {{push: null, workflow_dispatch: {{inputs: {{{BUMP}, {declared}}}}}}} # always\n{BUILD}"),
        ),
        (
            ".github/workflows/api.yml",
            format!(
                "on:\n  workflow_dispatch:\n    # ours\n    inputs:\n      version_bump: {{}} # any\n      triggered_by: {{type: string}}\n      base_image: {{type: string}}\n      reason: {{type: string}}\n{BUILD}"
            ),
        ),
    ]
}

#[test]
fn workflows_of_this_checkout_are_mended_and_those_of_others_are_not() {
    let folder = checkout();
    fs::set_permissions(path(&folder, "web.yml"), fs::Permissions::from_mode(0o640)).unwrap();
    let other = folder.read("other/.github/workflows/out.yml");
    let outcome = folder.run(&FIX);
    assert_eq!(
        mended(&outcome),
        [
            "fixed 1 problem in images.yaml: IF027",
            "fixed 1 problem in .github/workflows/web.yml: IF101",
            "fixed 1 problem in .github/workflows/api.yml: IF102",
        ],
        "{}",
        outcome.shown()
    );
    for (path, text) in after() {
        assert_eq!(folder.read(path), text);
    }
    assert_eq!(fs::metadata(path(&folder, "web.yml")).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(folder.read("other/.github/workflows/out.yml"), other, "it is another's");
    assert!(outcome.stdout.contains("out.yml cannot be dispatched"), "{}", outcome.stdout);
    assert!(!outcome.stdout.contains("--fix"), "{}", outcome.stdout);
    let files = folder.files();
    let again = folder.run(&FIX);
    assert_eq!((mended(&again), folder.files()), (Vec::new(), files), "a second run has nothing to do");
    assert_eq!((again.code, again.stdout), (outcome.code, outcome.stdout));
}

#[test]
fn all_of_it_is_shown_first() {
    let folder = checkout();
    let before = folder.files();
    let shown = folder.run(&["lint", "--fix", "--diff", "--checkout", "acme/other=other"]);
    assert_eq!(folder.files(), before, "nothing is written");
    let unified = |path: &str, after: &str| {
        let before = folder.read(path);
        similar::TextDiff::from_lines(before.as_str(), after).unified_diff().header(path, path).to_string()
    };
    let [(web, web_after), (api, api_after)] = after();
    let images = IMAGES.replace("Acme/api", "acme/api");
    // In the order of the paths.
    let expected = [unified(api, &api_after), unified(web, &web_after), unified("images.yaml", &images)].concat();
    assert_eq!(shown.stdout, expected);
    assert_eq!(shown.code, 1);
}

/// The same, whatever the checkout is called by.
#[test]
fn a_checkout_that_is_named_may_be_this_one() {
    let folder = checkout();
    fs::remove_dir_all(folder.path().join(".git")).unwrap();
    folder.run(&["lint", "--fix", "--checkout", "acme/web=./.", "--checkout", "acme/other=other"]);
    for (path, text) in after() {
        assert_eq!(folder.read(path), text);
    }
}

/// The texts are on the disk beside their files before the first of them changes: where one does not fit, none does.
#[test]
fn all_files_are_written_or_none() {
    let folder = checkout();
    let long = format!("on: push\n{BUILD}{}", format!("# {}\n", "x".repeat(98)).repeat(50));
    folder.write(".github/workflows/web.yml", long);
    let before = folder.files();
    let line = format!(
        "trap '' XFSZ; ulimit -f 4; exec {} lint --fix --checkout acme/other=other",
        env!("CARGO_BIN_EXE_image-factory")
    );
    let outcome = Outcome::of(Command::new("sh").current_dir(folder.path()).args(["-c", &line]).output().unwrap());
    assert_eq!(outcome.code, 3, "{}", outcome.shown());
    assert!(outcome.stderr.contains("/.github/workflows/web.yml: File too large"), "{}", outcome.stderr);
    assert_eq!(folder.files(), before);
}

#[test]
fn a_workflow_behind_a_link_is_changed_where_it_is_and_one_outside_is_not() {
    let folder = checkout();
    let outside = Folder::empty();
    outside.write("web.yml", format!("on: push\n{BUILD}"));
    fs::remove_file(path(&folder, "web.yml")).unwrap();
    symlink(outside.path().join("web.yml"), path(&folder, "web.yml")).unwrap();
    fs::rename(path(&folder, "api.yml"), folder.path().join("api.yml")).unwrap();
    symlink(Path::new("../../api.yml"), path(&folder, "api.yml")).unwrap();
    let outcome = folder.run(&FIX);
    assert_eq!(outside.read("web.yml"), format!("on: push\n{BUILD}"));
    assert!(outcome.stdout.contains("leads out of the checkout"), "{}", outcome.shown());
    assert!(fs::symlink_metadata(path(&folder, "api.yml")).unwrap().is_symlink());
    assert_eq!(folder.read("api.yml"), after()[1].1);
}

/// What could mean something else, or cannot be read, stays, and the report says so.
#[test]
fn what_cannot_be_changed_for_certain_stays_with_a_word() {
    for (on, said) in [
        ("x: &x [push]\non: *x\n", "`--fix` leaves this file alone"),
        ("on: [push, # always\n  release]\n", "`--fix` leaves this file alone"),
        ("on: &x push\ny: *x\n", "`--fix` leaves this file alone"),
        ("", "there is no `on`"),
        ("on: [push\n", "error[IF001]"),
    ] {
        let folder = checkout();
        let text = format!("{on}{BUILD}");
        folder.write(".github/workflows/web.yml", &text);
        let outcome = folder.run(&FIX);
        assert_eq!(folder.read(".github/workflows/web.yml"), text);
        assert!(outcome.stdout.contains(said), "{on}{}", outcome.shown());
        assert_eq!(folder.read(".github/workflows/api.yml"), after()[1].1, "others are mended");
    }
    // GitHub takes 25 inputs.
    let folder = checkout();
    let inputs: String = (0..23).map(|number| format!("      i{number}: {{}}\n")).collect();
    let text = format!("on:\n  workflow_dispatch:\n    inputs:\n{inputs}{BUILD}");
    folder.write(".github/workflows/web.yml", &text);
    let outcome = folder.run(&FIX);
    assert_eq!(folder.read(".github/workflows/web.yml"), text, "{}", outcome.shown());
}
