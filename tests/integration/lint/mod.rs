//! Each rule of `lint`: fixtures in which it speaks, in which it nearly does, and in which a comment ignores it.
//!
//! A fixture is a checkout of acme/web. One file a rule, as in src/lint.

mod build_argument;
mod concurrency;
mod delay;
mod gone_entry;
mod input_refused;
mod input_required;
mod input_undeclared;
mod moving_tag;
mod no_dispatch;
mod not_a_branch;
mod not_looked_at;
mod old_kargo;
mod old_lock;
mod old_schema;
mod placeholder;
mod registry_requests;
mod shortened_name;
mod token;
mod two_spellings;
mod unreachable_image;
mod unsure;
mod unused_ignore;
mod workflow_missing;

use crate::harness::{Folder, Outcome, fixtures};
use image_factory::diagnostic::{Diagnostic, Severity, render};
use image_factory::lint::codes;
use image_factory::session::{Linted, Options, Session, Tree};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The repository that a fixture is a checkout of.
const REPO: &str = "acme/web";

/// The fixtures of a rule, each a folder of tests/fixtures/lint.
struct Rule {
    code: &'static str,
    /// It speaks, and no other rule does.
    fires: &'static [&'static str],
    /// It nearly does; nobody says anything.
    silent: &'static [&'static str],
    /// A comment ignores it; without that it would speak.
    ignored: &'static [&'static str],
}

const RULES: &[&Rule] = &[
    &workflow_missing::RULE,
    &no_dispatch::RULE,
    &input_undeclared::RULE,
    &input_required::RULE,
    &input_refused::RULE,
    &build_argument::RULE,
    &concurrency::RULE,
    &not_a_branch::RULE,
    &not_looked_at::RULE,
    &moving_tag::RULE,
    &delay::RULE,
    &two_spellings::RULE,
    &shortened_name::RULE,
    &token::RULE,
    &registry_requests::RULE,
    &gone_entry::RULE,
    &old_lock::RULE,
    &unreachable_image::RULE,
    &old_kargo::RULE,
    &placeholder::RULE,
    &unsure::RULE,
    &old_schema::RULE,
    &unused_ignore::RULE,
];

fn all() -> impl Iterator<Item = &'static str> {
    RULES.iter().flat_map(|rule| [rule.fires, rule.silent, rule.ignored].concat())
}

/// Runs the binary in a checkout of [`REPO`].
fn run(folder: &Folder) -> Outcome {
    folder.run(&["lint", "--quiet", "--checkout", &format!("{REPO}=."), "--images", "images.yaml"])
}

fn fixture(name: &str) -> Folder {
    Folder::of(&format!("lint/{name}"))
}

/// The codes that a report names, each once.
fn named(outcome: &Outcome) -> BTreeSet<String> {
    let codes = outcome.stdout.split("[IF").skip(1).filter_map(|rest| rest.split_once("]: "));
    codes.map(|(number, _)| format!("IF{number}")).collect()
}

/// Asks the library over the files of a checkout of [`REPO`].
fn lint(folder: &Folder) -> Linted {
    let options = Options { checkouts: vec![(REPO.to_owned(), PathBuf::from("."))], ..Options::default() };
    Session::read(Tree::memory(folder.bytes()), options).unwrap().lint().unwrap()
}

fn linted(name: &str) -> Linted {
    lint(&fixture(name))
}

/// What the labels of each problem with a code cover, the first label first: `path: text`.
fn labels(name: &str, code: &str) -> Vec<Vec<String>> {
    let Linted { sources, problems, .. } = linted(name);
    let covered = |diagnostic: &Diagnostic| {
        let labels = diagnostic.labels.iter().map(|label| label.span);
        labels.map(|span| format!("{}: {}", sources.file(span.file).name(), sources.text(span))).collect()
    };
    problems.iter().filter(|diagnostic| diagnostic.code.to_string() == code).map(covered).collect()
}

/// Whether each label is at whole characters inside its file; the text of the first that is not.
fn outside(linted: &Linted) -> Option<String> {
    let Linted { sources, problems, .. } = linted;
    let fits = |diagnostic: &Diagnostic| {
        let inside = |label: &image_factory::diagnostic::Label| {
            let range = label.span.start as usize..label.span.end as usize;
            sources.file(label.span.file).text().get(range).is_some()
        };
        diagnostic.labels.iter().all(inside)
    };
    problems.iter().find(|diagnostic| !fits(diagnostic)).map(|diagnostic| format!("{diagnostic:?}"))
}

/// A new rule without fixtures fails here.
#[test]
fn every_rule_has_fixtures_in_which_it_speaks_nearly_speaks_and_is_ignored() {
    for code in codes().all().iter().filter(|code| code.is_of_lint()).map(ToString::to_string) {
        let rules: Vec<&&Rule> = RULES.iter().filter(|rule| rule.code == code).collect();
        let [rule] = rules[..] else { panic!("{code} has {} rows in RULES", rules.len()) };
        for (what, names) in [("fires", rule.fires), ("silent", rule.silent), ("ignored", rule.ignored)] {
            assert!(!names.is_empty(), "{code} has no fixture in which it is: {what}");
        }
    }
    let named: Vec<&str> = all().collect();
    let each: BTreeSet<String> = named.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(named.len(), each.len(), "a fixture is of one rule");
    let folders = std::fs::read_dir(fixtures().join("lint")).unwrap();
    let folders: BTreeSet<String> = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(folders, each, "every folder of tests/fixtures/lint is in RULES");
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
    for file in ["examples.rs", "fix.rs", "target.rs"] {
        assert!(rules.remove(file), "{file} is no rule");
    }
    assert_eq!(rules, tests);
    for (text, modules) in [(include_str!("mod.rs"), &tests), (include_str!("../../../src/lint/mod.rs"), &rules)] {
        for name in modules {
            let module = name.trim_end_matches(".rs");
            assert!(text.contains(&format!("\nmod {module};\n")), "{name} is not in mod.rs");
            assert!(
                text.contains(&format!("    {module}::RULE,\n")) || text.contains(&format!("    &{module}::RULE,\n")),
                "{name} is not in RULES"
            );
        }
    }
}

#[test]
fn every_rule_speaks_as_its_snapshots_say() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/lint");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (rule, name) in RULES.iter().flat_map(|rule| rule.fires.iter().map(move |name| (rule, name))) {
            let outcome = run(&fixture(name));
            insta::assert_snapshot!(*name, outcome.shown());
            assert_eq!(named(&outcome), BTreeSet::from([rule.code.to_string()]), "{name}: its own code and no other");
            let code = i32::from(codes().find(rule.code).unwrap().severity() > Severity::Note);
            assert_eq!((outcome.code, outcome.stderr.as_str()), (code, ""), "{name}");
        }
    });
}

#[test]
fn what_is_nearly_wrong_is_passed_over() {
    for name in RULES.iter().flat_map(|rule| rule.silent) {
        assert_eq!(run(&fixture(name)).shown(), "exit 0\n--- stdout\n--- stderr\n", "{name}");
    }
}

#[test]
fn a_comment_ignores_what_its_rule_finds() {
    for (rule, name) in RULES.iter().flat_map(|rule| rule.ignored.iter().map(move |name| (rule, name))) {
        let folder = fixture(name);
        let outcome = run(&folder);
        if !codes().find(rule.code).unwrap().can_be_ignored() {
            let said = format!("{} cannot be ignored", rule.code);
            assert!(outcome.stdout.contains(&said), "{}", outcome.shown());
            continue;
        }
        assert_eq!(outcome.shown(), "exit 0\n--- stdout\n--- stderr\n", "{name}");
        for (path, text) in folder.files() {
            folder.write(&path, text.replace("image-factory: ignore", "another tool"));
        }
        assert_eq!(named(&run(&folder)), BTreeSet::from([rule.code.to_string()]), "{name} without its comment");
    }
}

/// What the other tests ask of the library is what the binary says.
#[test]
fn the_library_says_what_the_binary_says() {
    for name in all() {
        let Linted { sources, problems, .. } = linted(name);
        assert_eq!(render::human(&problems, &sources, render::Page::FILE), run(&fixture(name)).stdout, "{name}");
    }
}

/// What a base in the lock is said to be stands in the Dockerfile, where people write it and can ignore it.
#[test]
fn pins_and_versions_are_shown_where_people_wrote_them() {
    let digest = "0".repeat(64);
    let folder = fixture("files_that_are_all_here");
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
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in [fixtures(), fixtures().join("lint")] {
        folders.extend(std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    }
    folders.retain(|folder| folder.join("images.yaml").is_file());
    folders.sort();
    assert!(folders.len() > 120, "{}", folders.len());
    for folder in folders {
        let name = folder.strip_prefix(fixtures()).unwrap().display().to_string();
        let folder = Folder::of(&name);
        let stdout = run(&folder).stdout;
        for block in stdout.split("\n\n").filter(|block| block.contains("[IF")) {
            assert!(block.contains("--> "), "{name}: without a place\n{block}");
        }
        let linted = lint(&folder);
        assert_eq!(outside(&linted), None, "{name}");
        let placeless = linted.problems.iter().find(|diagnostic| diagnostic.labels.is_empty());
        assert_eq!(placeless, None, "{name}");
    }
}
