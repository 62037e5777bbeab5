//! `--full` and `--summary` of `diff`, as the command line has them, in each format.

use crate::harness::{Folder, Outcome};

/// A folder with manifests of one delay and note, and images.yaml with others, too long to be shown whole.
fn folder() -> Folder {
    let images = |delay: &str| -> String {
        let note = delay.repeat(200);
        let image = |n| {
            format!(
                "- {{name: svc-{n}, repository: acme/svc-{n}, source: {{repo: acme/svc-{n}}}, inputs: {{note: {note}}}, rebuildDelay: {delay}, baseImages: [\"base-{n}:1.x\"]}}\n"
            )
        };
        (0..3).map(image).collect()
    };
    let folder = Folder::with(&images("3d"));
    let run = folder.run(&["synth", "--stdout", "--quiet"]);
    folder.write("before.yaml", run.stdout);
    folder.write("images.yaml", images("36h"));
    folder
}

fn diff(folder: &Folder, flags: &[&str]) -> Outcome {
    folder.run(&[&["diff", "--against", "before.yaml"], flags].concat())
}

#[test]
fn flags_hold_in_every_format_for_people() {
    let folder = folder();
    for format in ["human", "markdown"] {
        let run = |flags: &[&str]| {
            let outcome = diff(&folder, &[flags, &["--format", format]].concat());
            assert_eq!(outcome.code, 1, "{}", outcome.shown());
            outcome.stdout
        };
        let (plain, full, summary) = (run(&[]), run(&["--full"]), run(&["--summary"]));
        for (page, counted) in [(&plain, true), (&full, false)] {
            assert_eq!(page.contains("from this"), counted, "{format}: {page}");
            assert_eq!(page.contains("[...]"), counted, "{format}: {page}");
            assert_eq!(
                page.contains("metadata.annotations[kargo.akuity.io/description]"),
                !counted,
                "{format}: {page}"
            );
        }
        let meaning = "from 3 days to 36 hours";
        for page in [&plain, &full, &summary] {
            assert!(page.to_lowercase().contains(meaning), "{format}: {page}");
            assert!(page.to_lowercase().contains("objects: "), "{format}: {page}");
        }
        for object in ["Stage rebuild-trigger-base-1-1.x", "@@", "```diff", "<details>"] {
            assert!(!summary.contains(object), "{format}: {object}: {summary}");
        }
        assert!(plain.contains("Stage rebuild-trigger-base-1-1.x"), "{format}: {plain}");
    }
}

#[test]
fn json_has_everything() {
    let folder = folder();
    let (plain, full) = (diff(&folder, &["--format", "json"]), diff(&folder, &["--format", "json", "--full"]));
    assert_eq!((plain.code, full.code), (1, 1));
    assert_eq!(plain.stdout, full.stdout);
    assert!(plain.stdout.contains("kargo.akuity.io/description") && !plain.stdout.contains("[...]"));
    let refused = diff(&folder, &["--format", "json", "--summary"]);
    assert!(refused.code == 2 && refused.stdout.contains("\"result\": null"), "{}", refused.stdout);
    assert!(refused.stderr.contains("`--summary` cannot be used with `--format json`"), "{}", refused.stderr);
}

#[test]
fn both_flags_at_once_are_a_wrong_call() {
    let refused = diff(&folder(), &["--full", "--summary"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.contains("cannot be used with"), "{}", refused.stderr);
}
