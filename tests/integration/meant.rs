//! A file that is not where images.yaml says, and the one that was meant.

use crate::harness::Folder;

const WORKFLOW: &str = "on: workflow_dispatch\nconcurrency: {group: a}\njobs: {}\n";

/// A checkout with two Dockerfiles and two workflows; images.yaml names one of each wrongly.
fn checkout(origin: bool) -> Folder {
    let folder = Folder::with(
        "- {name: cron, repository: acme/cron, source: {repo: acme/mono, dockerfile: services/kron/Dockerfile, workflow: corn.yml}}\n",
    );
    folder.write("services/cron/Dockerfile", "FROM alpine:3.20\n");
    folder.write("services/api/Dockerfile", "FROM node:22\n");
    folder.write(".github/workflows/cron.yml", WORKFLOW);
    folder.write(".github/workflows/release.yml", WORKFLOW);
    let url = if origin { "[remote \"origin\"]\n\turl = https://github.com/acme/mono\n" } else { "" };
    folder.write(".git/config", url);
    folder
}

const DOCKERFILE: &str = "there is no services/kron/Dockerfile; did you mean `services/cron/Dockerfile`?";
const FILE: &str = "there is no .github/workflows/corn.yml; did you mean `.github/workflows/cron.yml`?";

#[test]
fn what_was_meant_is_said_wherever_a_file_is_missing() {
    let cases: [(bool, &[&str], i32, &[&str]); 9] = [
        (true, &["synth"], 0, &["warning[IF046]", DOCKERFILE, "warning[IF100]", FILE]),
        (true, &["synth", "--stdout"], 0, &["warning[IF046]", DOCKERFILE, "warning[IF100]", FILE]),
        (true, &["lint"], 1, &["warning[IF046]", DOCKERFILE, "warning[IF100]", FILE]),
        (true, &["lint", "--checkout", "acme/mono=."], 1, &[DOCKERFILE, FILE]),
        (true, &["discover", "--offline"], 3, &[DOCKERFILE]),
        (false, &["synth"], 0, &["warning[IF046]", DOCKERFILE]),
        (false, &["lint"], 1, &["warning[IF046]", DOCKERFILE, "note[IF108]", FILE]),
        (false, &["lint", "--checkout", "acme/mono=."], 1, &[DOCKERFILE, FILE]),
        (false, &["discover", "--offline"], 3, &[DOCKERFILE]),
    ];
    for (origin, arguments, code, texts) in cases {
        let outcome = checkout(origin).run(arguments);
        assert_eq!(outcome.code, code, "{arguments:?}: {}", outcome.shown());
        for text in texts {
            assert!(outcome.shown().contains(text), "{arguments:?}: {text}: {}", outcome.shown());
        }
    }
}

#[test]
fn nothing_is_proposed_that_is_not_alike() {
    let folder = checkout(true);
    folder.write(
        "images.yaml",
        folder.read("images.yaml").replace("services/kron", "deep/in/another").replace("corn", "nightly-build"),
    );
    for arguments in [&["synth"], &["lint"]] {
        let outcome = folder.run(arguments).shown();
        assert!(outcome.contains("there is no deep/in/another/Dockerfile\n"), "{outcome}");
        assert!(!outcome.contains("did you mean"), "{outcome}");
    }
}

/// What is in a folder that is no work tree may be anybody's, and very much.
#[test]
fn outside_of_a_work_tree_nothing_is_searched() {
    let folder = checkout(false);
    std::fs::remove_dir_all(folder.path().join(".git")).unwrap();
    assert!(!folder.run(&["synth"]).stderr.contains("did you mean"));
}

/// Each look compares a path with all others, so a thousand that are gone may not each cost one.
#[test]
fn of_many_files_that_are_gone_the_first_hundred_are_looked_for() {
    let folder = checkout(false);
    let image = |at: usize| {
        format!(
            "- {{name: i{at}, repository: acme/i{at}, source: {{repo: acme/mono, dockerfile: services/kron{at}/Dockerfile}}}}\n"
        )
    };
    folder.write("images.yaml", (0..150).map(image).collect::<String>());
    let outcome = folder.run(&["synth", "--max-problems", "1000"]).shown();
    assert_eq!(outcome.matches("there is no services/kron").count(), 150, "{outcome}");
    assert_eq!(outcome.matches("did you mean `services/cron/Dockerfile`?").count(), 100, "{outcome}");
}

#[test]
fn a_checkout_that_is_not_there_is_refused() {
    let folder = checkout(true);
    folder.write("file", "");
    for command in ["lint", "discover"] {
        for there in ["nothing", "/nonexistent", "file"] {
            let outcome = folder.run(&[command, "--checkout", &format!("acme/web={there}")]);
            assert_eq!(outcome.code, 2, "{}", outcome.shown());
            assert!(outcome.stderr.contains(&format!("{there} is no folder")), "{}", outcome.stderr);
        }
    }
}
