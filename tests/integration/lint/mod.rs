//! Each rule of `lint`: cases in which it fires, in which it nearly does, and in which a comment ignores it.
//!
//! A case is a checkout of acme/web, and says how that differs from [`CHECKOUT`], in which nothing is wrong. One file a rule, as in
//! src/lint.

mod another_image;
mod build_argument;
mod cancelled;
mod concurrency;
mod delay;
mod gone_entry;
mod input_dropped;
mod input_refused;
mod input_required;
mod input_undeclared;
mod moving_tag;
mod no_dispatch;
mod no_pipeline;
mod not_a_branch;
mod not_looked_at;
mod old_kargo;
mod old_lock;
mod old_schema;
mod one_digest;
mod only_if_changed;
mod other_build;
mod placeholder;
mod proposal;
mod pushes_nothing;
mod registry_requests;
mod shortened_name;
mod token;
mod too_many_inputs;
mod two_spellings;
mod unreachable_image;
mod unsure;
mod unused_ignore;
mod unwatched_tags;
mod workflow_missing;

use crate::harness::{Folder, Outcome, fixtures};
use image_factory::diagnostic::{Diagnostic, Severity, render};
use image_factory::lint::{RULES, codes};
use image_factory::session::{Linted, Options, Session, Tree};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The repository that a case is a checkout of.
const REPO: &str = "acme/web";

/// A checkout in which nothing is wrong.
const CHECKOUT: &str = r#"
-- images.yaml --
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
-- Dockerfile --
FROM node:22
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      base_image: {type: string}
concurrency: {group: "${{ github.workflow }}-${{ github.ref }}"}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx build --push -t ${{ vars.IMAGE }} .
"#;

/// The workflow of [`CHECKOUT`] with these jobs, as a file of a case.
fn workflow(jobs: &str) -> String {
    let (_, own) = CHECKOUT.split_once("-- .github").unwrap();
    let (head, _) = own.split_once("jobs:").unwrap();
    format!("\n-- .github{head}jobs:\n{}", jobs.trim_start_matches('\n'))
}

/// [`CHECKOUT`] with these files in place of its own.
fn checkout(differs: &str) -> Folder {
    let folder = Folder::holding(CHECKOUT);
    folder.hold(differs);
    folder
}

/// The report on a checkout in which a rule fires, and no other does.
fn fires(code: &str, differs: &str) -> String {
    let outcome = answer(&checkout(differs));
    assert_eq!(named(&outcome), BTreeSet::from([code.to_owned()]), "its own code and no other");
    let exit = i32::from(codes().find(code).unwrap().severity() > Severity::Note);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (exit, ""), "{}", outcome.shown());
    outcome.stdout
}

/// Nobody says anything of a checkout in which a rule nearly fires.
fn silent(differs: &str) {
    assert_eq!(answer(&checkout(differs)).shown(), "exit 0\n--- stdout\n--- stderr\n");
}

/// A comment ignores what a rule finds, and without the comment it fires; or the rule says that no comment can ignore it.
fn ignored(code: &str, differs: &str) {
    let folder = checkout(differs);
    let outcome = answer(&folder);
    if !codes().find(code).unwrap().can_be_ignored() {
        assert!(outcome.stdout.contains(&format!("{code} cannot be ignored")), "{}", outcome.shown());
        return;
    }
    assert_eq!(outcome.shown(), "exit 0\n--- stdout\n--- stderr\n");
    for (path, text) in folder.files() {
        folder.write(&path, text.replace("image-factory: ignore", "another tool"));
    }
    assert_eq!(named(&answer(&folder)), BTreeSet::from([code.to_owned()]), "without its comment");
}

/// What the binary says in a checkout of [`REPO`]. The library says the same of the same files in memory, and where to look is part
/// of every message.
fn answer(folder: &Folder) -> Outcome {
    let outcome = run(folder);
    let linted = lint(folder);
    assert_eq!(render::human(&linted.problems, &linted.sources, render::Page::FILE), outcome.stdout);
    assert_eq!(without_place(&linted), None);
    outcome
}

/// Runs the binary in a checkout of [`REPO`].
fn run(folder: &Folder) -> Outcome {
    folder.run(&["lint", "--quiet", "--checkout", &format!("{REPO}=."), "--images", "images.yaml"])
}

/// Asks the library over the files of a checkout of [`REPO`].
pub(crate) fn lint(folder: &Folder) -> Linted {
    let options = Options { checkouts: vec![(REPO.to_owned(), PathBuf::from("."))], ..Options::default() };
    Session::read(Tree::memory(folder.bytes()), options).unwrap().lint().unwrap()
}

/// The codes that a report names, each once.
fn named(outcome: &Outcome) -> BTreeSet<String> {
    let codes = outcome.stdout.split("[IF").skip(1).filter_map(|rest| rest.split_once("]: "));
    codes.map(|(number, _)| format!("IF{number}")).collect()
}

/// The first problem that has no label, or one that is not at whole characters inside its file.
pub(crate) fn without_place(linted: &Linted) -> Option<String> {
    let Linted { sources, problems, .. } = linted;
    let has_place = |problem: &Diagnostic| {
        let inside = |label: &image_factory::diagnostic::Label| {
            let range = label.span.start as usize..label.span.end as usize;
            sources.file(label.span.file).text().get(range).is_some()
        };
        !problem.labels.is_empty() && problem.labels.iter().all(inside)
    };
    problems.iter().find(|problem| !has_place(problem)).map(|problem| format!("{problem:?}"))
}

/// A new rule without cases fails here.
#[test]
fn every_rule_has_cases_in_which_it_fires_nearly_fires_and_is_ignored() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration/lint");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<(String, String)> =
        files.map(|path| (path.display().to_string(), std::fs::read_to_string(path).unwrap())).collect();
    for code in codes().all().iter().filter(|code| code.is_of_lint()) {
        let constant = format!("const CODE: &str = \"{code}\";");
        let tests: Vec<_> = files.iter().filter(|(_, text)| text.contains(&constant)).collect();
        let [(name, text)] = tests[..] else { panic!("{code} has {} files of cases", tests.len()) };
        // However the calls are laid out.
        let text = text.split_whitespace().collect::<String>();
        for what in ["fires(CODE,", "{silent(", "{ignored(CODE,"] {
            assert!(text.contains(what), "{name} has no case of {what}");
        }
    }
    assert!(RULES.len() > 10);
}

/// src/lint and this folder have the same files, and each of them is in its list.
#[test]
fn every_file_of_the_rules_has_a_file_of_tests() {
    let names = |folder: &str| -> BTreeSet<String> {
        let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
        let names = files.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned());
        names.filter(|name| name != "mod.rs").collect()
    };
    let mut tests = names("tests/integration/lint");
    assert!(tests.remove("unused_ignore.rs"), "comments are read in src/diagnostic/ignore.rs");
    let mut rules = names("src/lint");
    for file in ["examples.rs", "fix.rs", "outcome.rs", "target.rs"] {
        assert!(rules.remove(file), "{file} is no rule");
    }
    assert_eq!(rules, tests);
    for (text, modules) in [(include_str!("mod.rs"), &tests), (include_str!("../../../src/lint/mod.rs"), &rules)] {
        for name in modules {
            let module = name.trim_end_matches(".rs");
            assert!(text.contains(&format!("\nmod {module};\n")), "{name} is not in mod.rs");
        }
    }
}

/// What a base in the lock is said to be stands in the Dockerfile, where people write it and can ignore it.
#[test]
fn pins_and_versions_are_shown_where_people_wrote_them() {
    let digest = "0".repeat(64);
    let folder = Folder::holding(CHECKOUT);
    let images = folder.read("images.yaml");
    folder.write("images.yaml", format!("{images}- name: api\n  repository: acme/api\n  source: {{repo: acme/web, workflow: web.yml, dockerfile: api.Dockerfile}}\n"));
    folder.write("api.Dockerfile", "FROM debian:13\n");
    folder.write("Dockerfile", format!("FROM node:22@sha256:{digest}\nFROM ghcr.io/acme/api:1.2.3\nFROM node@sha256:{digest}\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\n"));
    let places = |folder: &Folder| -> Vec<String> {
        let stdout = run(folder).stdout;
        stdout.lines().filter_map(|line| line.split_once("--> ")).map(|(_, place)| place.to_owned()).collect()
    };
    assert_eq!(places(&folder), ["Dockerfile:1:6", "Dockerfile:2:6", "Dockerfile:3:6"], "{}", run(&folder).stdout);
    let text = folder.read("Dockerfile").replace("FROM", "# image-factory: ignore[IF044, IF045] wanted\nFROM");
    folder.write("Dockerfile", text);
    assert_eq!(
        named(&run(&folder)),
        BTreeSet::from(["IF130".to_owned()]),
        "nothing else is left: {}",
        run(&folder).stdout
    );
}

/// Where to look is part of every message, in every fixture there is.
#[test]
fn no_message_is_without_a_place() {
    let folders = std::fs::read_dir(fixtures()).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = folders.filter(|folder| folder.join("images.yaml").is_file()).collect();
    folders.sort();
    assert!(folders.len() > 30, "{}", folders.len());
    for folder in folders {
        let name = folder.strip_prefix(fixtures()).unwrap().display().to_string();
        let folder = Folder::of(&name);
        let stdout = run(&folder).stdout;
        for block in stdout.split("\n\n").filter(|block| block.contains("[IF")) {
            assert!(block.contains("--> "), "{name}: without a place\n{block}");
        }
        assert_eq!(without_place(&lint(&folder)), None, "{name}");
    }
}
