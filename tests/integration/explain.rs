//! The explanations of the codes: complete, and their examples true.

use crate::harness::Folder;
use image_factory::diagnostic::Code;
use image_factory::diagnostic::explain::{Example, explanation, markdown};
use image_factory::dockerfile::{self, Request};
use image_factory::lint::codes;
use image_factory::policies;
use image_factory::source::secret::masked;
use image_factory::source::{SourceFile, Sources};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Codes that no small file can show: why not, and the test that does.
const NOT_SHOWN: &[(&str, &str, &str, &str)] = &[
    (
        "IF002",
        "a page of UTF-8 cannot hold what is none",
        "fixtures.rs",
        "every_condition_is_reported_or_synthesised_as_its_snapshot_says",
    ),
    ("IF004", "65 brackets are hard to read", "limits.rs", "deep_nesting_is_refused"),
    ("IF080", "it takes a megabyte", "limits.rs", "an_object_that_does_not_fit_says_what_to_split"),
    ("IF081", "it takes a quarter of a megabyte", "limits.rs", "three_hundred_dependents_of_one_base_fit"),
];

/// What to write for a code that has no explanation.
fn template(code: Code) -> String {
    format!(
        "{code} ({}) is not explained. Write `why`, `wrong` and `right` of its rule, or this below `## {code}` into the \
         file of its range in src/diagnostic/explain, then run `cargo run -- explain --all > CODES.md`:\n\nWhy it matters: two to four plain sentences.\n\n\
         ```yaml wrong images.yaml\n(a small file that has this problem and no other)\n```\n\n\
         ```yaml right images.yaml\n(the same without any problem)\n```\n",
        code.title()
    )
}

#[test]
fn every_code_is_explained() {
    for code in codes().all() {
        assert!(explanation(*code).is_some(), "{}", template(*code));
    }
}

#[test]
fn the_committed_page_is_current() {
    let outcome = Folder::empty().run(&["explain", "--all"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    // A token in an example is masked as any other.
    assert_eq!(outcome.stdout, masked(&markdown(&codes())));
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("CODES.md")).unwrap();
    assert!(page == outcome.stdout, "run `cargo run -- explain --all > CODES.md` and commit it");
}

/// The wrong example has its code and no other; the right one has no problem at all.
#[test]
fn every_example_does_what_it_says() {
    let mut wrong = Vec::new();
    for code in codes().all() {
        let Some(explanation) = explanation(*code) else { continue };
        let name = code.to_string();
        let shown = !explanation.wrong.iter().chain(&explanation.right).any(|e| matches!(e, Example::Words(_)));
        assert_eq!(
            shown,
            !NOT_SHOWN.iter().any(|row| row.0 == name),
            "{name} is in NOT_SHOWN just when it has no files"
        );
        if !shown {
            continue;
        }
        let mut files = contents(&explanation.wrong);
        let found = problems(*code, &files);
        if found != BTreeSet::from([name.clone()]) {
            wrong.push(format!("the wrong example of {name} has {found:?}"));
        }
        files.extend(contents(&explanation.right));
        let found = problems(*code, &files);
        if !found.is_empty() {
            wrong.push(format!("the right example of {name} has {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn contents(examples: &[Example]) -> BTreeMap<&str, &str> {
    let files = examples.iter().filter_map(|example| match example {
        Example::File { path, text } => Some((*path, text.as_str())),
        Example::Words(_) => None,
    });
    files.collect()
}

/// The first code that only `lint` finds.
const FIRST_OF_LINT: u16 = 100;

/// The workflow of the examples. Those that are not about workflows do not show it.
const WORKFLOW: &str = ".github/workflows/web.yml";

/// One that every rule is content with, unless the example has another.
const USUAL: &str = "\
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: string}
      triggered_by: {type: string}
      base_image: {type: string}
concurrency: {group: \"${{ github.workflow }}-${{ github.ref }}\"}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx build --push -t ${{ vars.IMAGE }} .
";

/// The codes that a run over these files reports. The examples of `lint` are of a checkout of acme/web.
fn problems(code: Code, files: &BTreeMap<&str, &str>) -> BTreeSet<String> {
    if let (Some(text), 1) = (files.get("Dockerfile"), files.len()) {
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new("Dockerfile", *text));
        let request =
            Request { target: None, build_args: &BTreeMap::new(), contexts: &BTreeMap::new(), platform: "linux/amd64" };
        let (_, problems) = dockerfile::read(sources.file(id), id, &request);
        return problems.iter().map(|problem| problem.code.to_string()).collect();
    }
    let folder = Folder::empty();
    for (path, text) in files {
        folder.write(path, text);
    }
    let shown = if code.number() < FIRST_OF_LINT {
        folder.run(&["synth", "--locked", "--images", "images.yaml", "--out", "dist"]).stderr
    } else {
        if !files.contains_key(WORKFLOW) {
            folder.write(WORKFLOW, USUAL);
        }
        folder.run(&["lint", "--checkout", "acme/web=.", "--images", "images.yaml"]).stdout
    };
    let codes = shown.split("[IF").skip(1).filter_map(|rest| rest.split_once("]: "));
    codes.map(|(number, _)| format!("IF{number}")).collect()
}

/// The place of the first problem of a code that `lint` reports: the file and the line.
fn place(folder: &Folder, code: &str) -> Option<(String, usize)> {
    let arguments = ["lint", "--checkout", "acme/web=.", "--images", "images.yaml", "--format", "json"];
    let report: serde_json::Value = serde_json::from_str(&folder.run(&arguments).stdout).unwrap();
    let found = report["diagnostics"].as_array().unwrap().iter().find(|found| found["code"] == code)?;
    let label = &found["labels"][0];
    Some((
        label["file"].as_str().unwrap().to_owned(),
        usize::try_from(label["start"]["line"].as_u64().unwrap()).unwrap(),
    ))
}

/// A comment on a line of its own above the place takes the problem away, in each kind of file.
#[test]
fn every_problem_that_can_be_ignored_is_where_it_points() {
    let mut tried = BTreeSet::new();
    for code in codes().all().iter().filter(|code| code.can_be_ignored()) {
        let explanation = explanation(*code).unwrap();
        let files = contents(&explanation.wrong);
        let name = code.to_string();
        if !files.contains_key("images.yaml") {
            continue;
        }
        let folder = Folder::empty();
        for (path, text) in &files {
            folder.write(path, text);
        }
        if code.number() >= FIRST_OF_LINT && !files.contains_key(WORKFLOW) {
            folder.write(WORKFLOW, USUAL);
        }
        // One place at a time, for examples that have the problem twice.
        let mut left = 5;
        while let Some((file, line)) = place(&folder, &name) {
            assert!(left > 0, "{name} stays in {file}:{line}");
            left -= 1;
            let text = folder.read(&file);
            let mut lines: Vec<&str> = text.lines().collect();
            let indent: String = lines[line - 1].chars().take_while(|c| *c == ' ').collect();
            let comment = format!("{indent}# image-factory: ignore[{name}] a test");
            lines.insert(line - 1, &comment);
            folder.write(&file, lines.join("\n") + "\n");
            tried.insert(name.clone());
        }
    }
    for code in ["IF025", "IF030", "IF031", "IF044", "IF045", "IF046", "IF047", "IF048", "IF105", "IF120"] {
        assert!(tried.contains(code), "{code} was not tried: {tried:?}");
    }
}

#[test]
fn what_is_not_shown_is_tested_elsewhere() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration");
    for (code, reason, file, test) in NOT_SHOWN {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        assert!(text.contains(&format!("\nfn {test}()")), "{code} ({reason}): {file} has no test {test}");
    }
}

#[test]
fn codes_are_taken_however_they_are_written() {
    let folder = Folder::empty();
    let first = folder.run(&["explain", "IF007"]);
    assert_eq!((first.code, first.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("explain", first.stdout);
    for word in ["if007", "7", "If7"] {
        assert_eq!(folder.run(&["explain", word]).stdout, first.stdout, "{word}");
    }
    let both = folder.run(&["explain", "7", "if020"]).stdout;
    assert!(both.starts_with(&first.stdout) && both.contains("\nIF020 (error): "), "{both}");
}

#[test]
fn without_a_code_all_are_listed() {
    let outcome = Folder::empty().run(&["explain"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    let listed: Vec<&str> = outcome.stdout.lines().collect();
    let mut all: Vec<String> = codes().all().iter().map(|code| format!("{code}  {}", code.title())).collect();
    all.push(String::new());
    let longest = policies::all().map(|policy| policy.name.len()).max().unwrap();
    all.extend(policies::all().map(|policy| format!("{:longest$}  {}", policy.name, policy.title)));
    assert_eq!(listed, all);
    assert!(listed.contains(&"IF124  a credential in images.yaml"), "{listed:?}");
}

/// Both examples of a page are right, and the policy is what they differ in.
#[test]
fn every_policy_changes_the_manifests_of_its_example() {
    for policy in policies::all() {
        let made = |images: &str| {
            let outcome = Folder::with(images).run(&["synth", "--locked", "--stdout"]);
            assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""), "{}: {images}", policy.name);
            outcome.stdout
        };
        let (without, with) = (made(policy.without), made(policy.with));
        let shown = Folder::empty().run(&["explain", &policy.name.to_uppercase()]);
        assert_eq!((shown.code, shown.stderr.as_str()), (0, ""), "{}", policy.name);
        let (_, changes) = shown.stdout.split_once("What it changes in the manifests of that file:").unwrap();
        let lines_of = |sign: &str, of: &str, other: &str| {
            let lines: Vec<&str> = changes.lines().filter_map(|line| line.strip_prefix(sign)).skip(1).collect();
            let others: BTreeSet<&str> = other.lines().collect();
            assert!(of.lines().any(|line| !others.contains(line)) <= !lines.is_empty(), "{}", policy.name);
            assert!(lines.iter().all(|line| of.lines().any(|made| made == *line)), "{}: {lines:?}", policy.name);
            lines.len()
        };
        assert!(lines_of("-", &without, &with) + lines_of("+", &with, &without) > 0, "{} changes nothing", policy.name);
    }
}

#[test]
fn all_policies_are_one_page() {
    let page = Folder::empty().run(&["explain", "--policies"]).stdout;
    let committed = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/policies.md")).unwrap();
    assert!(committed == page, "run `cargo run -- explain --policies > docs/policies.md` and commit it");
    for policy in policies::all() {
        assert!(page.contains(&format!("\n## {}\n\n**It {}.**\n", policy.name, policy.title)), "{}", policy.name);
        assert!(page.contains(policy.with), "{}", policy.name);
    }
}

#[test]
fn a_policy_that_is_misspelt_has_a_nearest_one() {
    let word = Folder::empty().run(&["explain", "shedule"]);
    assert!(word.stderr.contains("help: the nearest is `schedule`\n"), "{}", word.stderr);
}

#[test]
fn a_code_that_is_not_there_is_a_wrong_call() {
    let folder = Folder::empty();
    // The last code is another one with each that is added.
    let last = codes().all().last().unwrap().to_string();
    let shown = folder.run(&["explain", "IF007", "if011"]).shown().replace(&last, "[last code]");
    insta::assert_snapshot!("explain_of_a_number_without_a_code", shown);
    let word = folder.run(&["explain", "cycle"]);
    assert_eq!((word.code, word.stdout.as_str()), (2, ""));
    assert!(
        word.stderr.starts_with("error: \"cycle\" is neither a code nor a policy; the codes are IF001 to IF1"),
        "{}",
        word.stderr
    );
    assert_eq!(folder.run(&["explain", "--all", "7"]).code, 2);
}

/// What a user is told to run is what explains the problem that he sees.
#[test]
fn a_report_ends_with_the_command_that_explains_it() {
    let images = "- {name: A, repository: o/a, tag: 22}\n- {name: b, repository: o/b, tag: x, local: 1}\n";
    let folder = Folder::with(images);
    let outcome = folder.run(&["synth"]);
    let (_, command) = outcome.stderr.rsplit_once("for more, run `").unwrap();
    assert_eq!(outcome.stderr.matches("image-factory explain").count(), 1, "{}", outcome.stderr);
    assert_eq!(command, "image-factory explain IF021 IF029 IF025`\n");
    let words: Vec<&str> = command.trim_end_matches("`\n").split(' ').skip(1).collect();
    assert_eq!(folder.run(&words).code, 0);
}
