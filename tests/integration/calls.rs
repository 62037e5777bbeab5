//! Calls that are wrong: one answer, the best one, and none that cannot be.

use crate::harness::Folder;

fn said(arguments: &[&str]) -> String {
    let outcome = Folder::with("- {name: web, repository: a/b, source: {repo: a/b}}\n").run(arguments);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""), "{arguments:?}: {}", outcome.shown());
    outcome.stderr
}

/// The nearest command, and no list in which it is the last.
#[test]
fn of_commands_that_are_alike_the_nearest_is_named() {
    for (word, meant) in [("sinth", "synth"), ("lnt", "lint"), ("ini", "init"), ("dif", "diff"), ("schemas", "schema")]
    {
        let said = said(&[word]);
        assert!(said.starts_with(&format!("error: unrecognized subcommand '{word}'\n")), "{said}");
        assert!(said.contains(&format!("'{meant}'")) && said.matches('\'').count() == 6, "{said}");
    }
    for word in ["graph", "impact", "why", "x"] {
        let said = said(&[word]);
        assert!(!said.contains("similar") && said.contains("--help"), "{said}");
    }
    assert_eq!(
        said(&["man", "nope"]),
        "error: there is no command `nope`\n  help: the commands are init, add, synth, discover, analyze, lint, builds, diff and 5 more\n"
    );
}

/// A usage with both of two flags that exclude each other is no usage.
#[test]
fn what_excludes_each_other_stands_in_no_usage() {
    for arguments in [
        &["workflow", "--ci", "web"][..],
        &["lint", "images.yaml", "--images", "images.yaml"],
        &["synth", "images.yaml", "--images", "images.yaml"],
        &["synth", "--stdout", "--check"],
        &["synth", "--stdout", "--split"],
        &["synth", "--stdout", "--out", "dist"],
        &["lint", "--fix", "--diff", "--format", "json"],
    ] {
        let said = said(arguments);
        assert!(said.contains("cannot be used with") && !said.contains("Usage:"), "{said}");
        assert!(said.contains("--help"), "{said}");
    }
    // Where something is missing, the usage has it.
    assert!(said(&["add"]).contains("Usage: image-factory add"), "{}", said(&["add"]));
}

/// A folder above is as many dots as it takes, and no slash behind them.
#[test]
fn folders_above_are_shown_as_people_write_them() {
    let folder = Folder::empty();
    folder.write("a/b/c", "");
    let mut run = crate::harness::command(&folder.path().join("a/b"), &["synth", "--images", "../.."]);
    let stderr = String::from_utf8(run.output().unwrap().stderr).unwrap();
    assert!(stderr.starts_with("error: ../.. is a folder without images.yaml\n  help: "), "{stderr}");
}
