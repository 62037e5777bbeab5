//! Each folder of tests/fixtures with an images.yaml is a condition; what a user sees of it is a snapshot.

use crate::harness::{Folder, fixtures};

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

#[test]
fn every_condition_is_reported_or_synthesised_as_its_snapshot_says() {
    let names = conditions();
    assert!(names.len() >= 60, "the fixtures are found: {}", names.len());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/fixtures");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in names {
            let shown = Folder::of(&name).run(&["synth", "--locked", "--stdout", "--images", "images.yaml"]).shown();
            insta::assert_snapshot!(name, shown);
        }
    });
}

/// An error writes nothing; anything else gives the same bytes again, without a change on disk.
#[test]
fn every_condition_writes_everything_or_nothing() {
    for name in conditions() {
        let folder = Folder::of(&name);
        let before = folder.files();
        let first = folder.run(&["synth", "--locked", "--images", "images.yaml"]);
        if first.code != 0 {
            assert_eq!((first.code, folder.files()), (2, before), "{name} is refused and changes nothing");
            assert!(first.stderr.contains("error[IF"), "{name} says why");
            assert!(first.stdout.is_empty(), "{name}: results alone go to stdout");
            continue;
        }
        let written = folder.read("dist/image-factory.k8s.yaml");
        let stdout = folder.run(&["synth", "--locked", "--stdout", "--images", "images.yaml"]).stdout;
        assert_eq!(written, stdout, "{name}: --stdout is what is written");
        assert_eq!(folder.run(&["synth", "--check", "--images", "images.yaml"]).code, 0, "{name} is up to date");
    }
}

/// Where a message points is where its text is: a place that is off by one is a wrong message.
#[test]
fn every_error_has_a_place() {
    for name in conditions() {
        let outcome = Folder::of(&name).run(&["synth", "--locked", "--stdout", "--images", "images.yaml"]);
        let errors = outcome.stderr.matches("[IF").count();
        let places = outcome.stderr.matches("\n --> ").count()
            + outcome.stderr.matches("\n  --> ").count()
            + outcome.stderr.matches("\n   --> ").count();
        assert_eq!(errors, places, "{name}: a message without a place\n{}", outcome.stderr);
    }
}

/// Every kind of problem is shown somewhere, as a user sees it: a message that nobody has read is a wrong one.
#[test]
fn every_code_is_in_a_snapshot() {
    let mut shown = String::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in [
        "tests/integration/snapshots/fixtures",
        "tests/integration/snapshots/lint",
        "tests/integration/snapshots",
        "tests/fixtures/dockerfiles",
    ] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "snap" || extension == "edges") {
                shown.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    // Too long for snapshots; tests/integration/limits.rs asks for them.
    let elsewhere = ["IF004", "IF080", "IF081"];
    for code in image_factory::lint::codes().all() {
        let code = code.to_string();
        assert!(shown.contains(&code) || elsewhere.contains(&code.as_str()), "{code} is shown by no fixture");
    }
}
