//! Calls that are wrong: one answer, the best one, and none that cannot be.

use crate::harness::Folder;
use crate::programs::document;

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
    for word in ["observe", "x"] {
        let said = said(&[word]);
        assert!(!said.contains("similar") && said.contains("--help"), "{said}");
    }
    assert_eq!(
        said(&["man", "nope"]),
        "error: there is no command `nope`\n  help: the commands are init, add, synth, discover, analyze, lint, builds, graph and 12 more\n"
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
        &["lint", "--fix", "--diff", "--format", "github"],
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

/// Commands with a document for programs.
fn with_documents() -> Vec<String> {
    let root = image_factory::cli::command();
    let commands = root.get_subcommands().filter(|command| {
        command.get_arguments().any(|arg| {
            arg.get_long() == Some("format")
                && format!("{:?}{:?}", arg.get_help(), arg.get_possible_values()).contains("json")
        })
    });
    commands.map(|command| command.get_name().to_owned()).collect()
}

/// What clap refuses is a document too where one was asked for, whatever comes first.
#[test]
fn a_call_that_is_refused_is_said_to_programs_too() {
    let all = with_documents();
    assert_eq!(
        all,
        [
            "init", "add", "synth", "discover", "analyze", "lint", "builds", "graph", "stale", "doctor", "status",
            "trigger", "impact", "why", "diff"
        ]
    );
    let folder = Folder::empty();
    for command in &all {
        for (before, after, why) in [
            ("", "--format json --max-problems x", "write a number, or `all`"),
            ("", "--max-problems x --format=json", "write a number, or `all`"),
            ("--max-problems x", "--format json", "write a number, or `all`"),
            ("--images lint --color x", "--format json", "invalid value 'x' for '--color <WHEN>'"),
            ("", "--format json --nope", "unexpected argument '--nope' found"),
            ("", "--format json --images", "a value is required for '--images <"),
            ("", "--quiet --verbose --format json", "cannot be used with"),
        ] {
            let what = match command.as_str() {
                "add" | "trigger" | "impact" | "why" => "web",
                "analyze" => "Dockerfile",
                _ => "",
            };
            let call = format!("{before} {command} {what} {after}");
            let outcome = folder.run(&call.split_whitespace().collect::<Vec<_>>());
            assert_eq!(outcome.code, 2, "{call}: {}", outcome.shown());
            let document = document(&outcome);
            assert_eq!(document["format"], format!("image-factory/{command}"), "{call}");
            let message = document["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains(why) && !message.starts_with("error"), "{call}: {message}");
            let stderr = outcome.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(stderr.starts_with(&format!("error: {message}")), "{call}: {}", outcome.shown());
            let help = document["errors"][0]["help"].as_array().unwrap();
            assert_eq!(help.last().unwrap(), &format!("`image-factory {command} --help` says what it takes"));
        }
    }
    for (call, why) in [
        ("discover --checkout x --format json", "write `OWNER/REPO=DIR`"),
        ("lint --checkout acme/web=nowhere --format json=-", "nowhere is no folder"),
        ("init --repo x --yes --format json", "owner/name"),
        ("add --format json", "<NAME>"),
        ("analyze --format json", "<DOCKERFILE>"),
        ("builds --format json --input", "a value is required"),
        ("discover --images - --format json", "this command writes beside images.yaml"),
        ("analyze Dockerfile --images x --format json", "this command reads no images.yaml"),
    ] {
        let outcome = folder.run(&call.split_whitespace().collect::<Vec<_>>());
        assert_eq!(outcome.code, 2, "{call}: {}", outcome.shown());
        let document = document(&outcome);
        let message = document["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(why), "{call}: {message}");
    }
}

/// A value that is refused is repeated, and no credential with it.
#[test]
fn a_credential_in_a_refused_value_is_masked_in_the_document() {
    let token = format!("ghp_{}", "a1".repeat(18));
    let outcome = Folder::empty().run(&["lint", "--format", "json", "--max-problems", &token]);
    let message = document(&outcome)["errors"][0]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("ghp_a1a1*") && !outcome.shown().contains(&token), "{}", outcome.shown());
}

/// Where no document was asked for, or it cannot be told, stdout stays empty.
#[test]
fn nobody_is_given_a_document_that_he_has_not_asked_for() {
    for call in [
        "lint --max-problems x",
        "lint --max-problems x --format human",
        "lint --max-problems x --format nope",
        "lint --max-problems x --format json=lint.json",
        "lint --max-problems x --format json --format sarif",
        "lint --max-problems x -- --format json",
        "--format json",
        "nope --format json",
        "explain --nope --format json",
        "synth --format",
    ] {
        said(&call.split_whitespace().collect::<Vec<_>>());
    }
    let help = Folder::empty().run(&["synth", "--format", "json", "--help"]);
    assert!(help.code == 0 && help.stdout.starts_with("Write the manifests"), "{}", help.shown());
}
