//! Each folder of tests/fixtures with an images.yaml is a condition; what a user sees of it is a snapshot.

use crate::harness::{Folder, Outcome, fixtures};

/// The fixtures by name, those with an images.yaml.
fn conditions() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(fixtures())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().join("images.yaml").is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// What a user sees of a condition.
pub(crate) fn synth(folder: &Folder) -> Outcome {
    folder.run(&["synth", "--locked", "--stdout", "--images", "images.yaml"])
}

/// An error writes nothing; anything else gives the same bytes again, without a change on disk.
pub(crate) fn everything_or_nothing_is_written(name: &str, folder: &Folder) {
    let before = folder.files();
    let first = folder.run(&["synth", "--locked", "--images", "images.yaml"]);
    if first.code != 0 {
        assert_eq!((first.code, folder.files()), (2, before), "{name} is refused and changes nothing");
        assert!(first.stderr.contains("error[IF"), "{name} says why");
        assert!(first.stdout.is_empty(), "{name}: results alone go to stdout");
        return;
    }
    let written = folder.read("dist/image-factory.k8s.yaml");
    assert_eq!(written, synth(folder).stdout, "{name}: --stdout is what is written");
    assert_eq!(folder.run(&["synth", "--check", "--images", "images.yaml"]).code, 0, "{name} is up to date");
}

/// Where a message points is where its text is: a place that is off by one is a wrong message.
pub(crate) fn every_error_has_a_place(name: &str, outcome: &Outcome) {
    let errors = outcome.stderr.matches("[IF").count();
    let places = outcome.stderr.matches("\n --> ").count()
        + outcome.stderr.matches("\n  --> ").count()
        + outcome.stderr.matches("\n   --> ").count();
    assert_eq!(errors, places, "{name}: a message without a place\n{}", outcome.stderr);
}

#[test]
fn every_condition_is_reported_or_synthesised_as_its_snapshot_says() {
    let names = conditions();
    assert!(names.len() >= 30, "the fixtures are found: {}", names.len());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/fixtures");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in names {
            let outcome = synth(&Folder::of(&name));
            insta::assert_snapshot!(name.as_str(), outcome.shown());
            every_error_has_a_place(&name, &outcome);
        }
    });
}

#[test]
fn every_condition_writes_everything_or_nothing() {
    for name in conditions() {
        everything_or_nothing_is_written(&name, &Folder::of(&name));
    }
}

/// Every kind of problem is shown somewhere, as a user sees it: a message that nobody has read is a wrong one.
#[test]
fn every_code_is_in_a_snapshot() {
    let mut shown = String::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for (folder, extension) in [
        ("tests/integration/snapshots/fixtures", "snap"),
        ("tests/integration/snapshots", "snap"),
        ("tests/integration/conditions", "rs"),
        ("tests/integration/lint", "rs"),
        ("tests/fixtures/dockerfiles", "edges"),
    ] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|found| found == extension) {
                shown.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    // Too long for snapshots, or made of links; tests/integration/limits.rs asks for them.
    let elsewhere = ["IF004", "IF010", "IF080", "IF081"];
    for code in image_factory::lint::codes().all() {
        let code = code.to_string();
        // As a report has it, or as `.edges` do: `error: IF060 2`, with the line.
        let is_shown = shown.contains(&format!("[{code}]: ")) || shown.contains(&format!(": {code} "));
        assert!(is_shown || elsewhere.contains(&code.as_str()), "{code} is shown by no fixture");
    }
}
