//! A report has a size of its own: however long a line or a name is, and however many problems there are, people get what fits
//! their screen, and programs get all of it in short pieces.

use crate::harness::{Folder, Outcome, command, fixtures};

/// So many settings of one base, on one line: all but the first are problems with two places.
fn on_one_line(count: usize, padding: usize) -> String {
    format!("baseImages: [{}{}]\nimages: []\n", " ".repeat(padding), "{image: \"node:22\"}, ".repeat(count))
}

fn with_columns(folder: &Folder, columns: &str, arguments: &[&str]) -> Outcome {
    Outcome::of(command(folder.path(), arguments).env("COLUMNS", columns).output().unwrap())
}

#[test]
fn a_line_with_thousands_of_problems_makes_a_short_report() {
    for (count, padding) in [(150, 0), (10_000, 0), (200, 2_000_000)] {
        let outcome = Folder::with(&on_one_line(count, padding)).run(&["synth"]);
        assert_eq!(outcome.code, 2);
        let longest = outcome.stderr.lines().map(str::len).max().unwrap();
        assert!(longest <= 140, "{longest}");
        assert!(outcome.stderr.len() < 60_000, "{} bytes of {count} problems", outcome.stderr.len());
        let place =
            format!("--> images.yaml:1:{}\n", "baseImages: [{image: \"node:22\"}, {image: ".len() + padding + 1);
        assert!(outcome.stderr.contains(&place), "the column is that of the file: {place}");
    }
}

#[test]
fn the_worst_problems_are_shown_and_the_others_counted() {
    let keys: String = (0..300).map(|n| format!("k{n}: 1\n")).collect();
    let text = format!("- {{name: a, repository: o/a, source: {{repo: o/a}}}}\n- {}", keys.replace('\n', "\n  "));
    let folder = Folder::with(&text);
    let shown = |arguments: &[&str]| {
        let stderr = folder.run(&[&["synth", "--locked"], arguments].concat()).stderr;
        let (warnings, errors) = (stderr.matches("warning[").count(), stderr.matches("error[").count());
        let lines: Vec<&str> = stderr.lines().rev().take(2).collect();
        (warnings, errors, stderr.contains("unknown key `k0`"), lines[1].to_owned())
    };
    let hidden =
        |count: usize| format!("303 errors, 1 warning; {count} of them are not shown, `--max-problems all` shows them");
    assert_eq!(shown(&[]), (0, 100, true, hidden(204)), "the first errors of the file");
    assert_eq!(shown(&["--max-problems", "303"]), (0, 303, true, hidden(1)));
    assert_eq!(shown(&["--max-problems", "all"]), (1, 303, true, "303 errors, 1 warning".to_owned()));
    assert_eq!(shown(&["--max-problems", "0"]), (0, 0, false, hidden(304)));
    let wrong = folder.run(&["synth", "--max-problems", "many"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("write a number, or `all`"), "{}", wrong.stderr);
}

#[test]
fn reports_for_programs_have_all_problems_and_short_texts() {
    let long = "N".repeat(100_000);
    let text = format!("- name: a\n{}  baseImages: [\"{long}\"]\n  versionBump: {long}\n", "  k: 1\n".repeat(1_000));
    let folder = Folder::with(&text);
    let json: serde_json::Value = serde_json::from_str(&folder.run(&["lint", "--format", "json"]).stdout).unwrap();
    let problems = json["diagnostics"].as_array().unwrap();
    assert_eq!(problems.iter().filter(|problem| problem["code"] == "IF007").count(), 999);
    let texts: Vec<&str> = problems.iter().map(|problem| problem["message"].as_str().unwrap()).collect();
    let quoted: Vec<usize> = texts.iter().filter(|text| text.contains("NNNN")).map(|text| text.len()).collect();
    assert!(quoted.len() == 2 && quoted.iter().all(|length| *length <= 1_003), "{quoted:?}");
    for format in ["sarif", "github"] {
        let longest = folder.run(&["lint", "--format", format]).stdout.lines().map(str::len).max().unwrap();
        assert!(longest < 5_000, "{longest} of {format}");
    }
}

/// Whether a line may be longer than the terminal: a path, a command to paste, and a word that cannot be broken.
fn is_whole(line: &str) -> bool {
    let words: Vec<&str> = line.trim_start_matches([' ', '=', '|']).trim_start_matches("help: ").split(' ').collect();
    line.contains("--> ") || line.contains("::: ") || line.starts_with("for more, run `") || words.len() == 1
}

#[test]
fn text_is_wrapped_at_words_in_terminals_from_60_columns_up() {
    let mut wrapped = 0;
    for entry in std::fs::read_dir(fixtures()).unwrap() {
        let folder = Folder::copy_of(&entry.unwrap().path());
        if !folder.path().join("images.yaml").is_file() {
            continue;
        }
        for columns in [60, 80, 100] {
            let outcome = with_columns(&folder, &columns.to_string(), &["synth", "--stdout"]);
            for line in outcome.stderr.lines().filter(|line| line.chars().count() > columns) {
                assert!(is_whole(line), "{columns}: {line}\n{}", folder.path().display());
            }
            wrapped += usize::from(outcome.stderr.contains("help: "));
        }
    }
    assert!(wrapped > 40, "{wrapped} reports with a text to wrap");
}

#[test]
fn what_is_wrapped_reads_well() {
    let folder = Folder::with(
        "- name: web\n  repository: acme/web\n  source: {repo: acme/web, branch: 5f0c7d2b8e9a4c3d1e6f7a8b9c0d1e2f3a4b5c6d}\n  wrong: key\n",
    );
    insta::assert_snapshot!(with_columns(&folder, "60", &["lint"]).stdout);
}
