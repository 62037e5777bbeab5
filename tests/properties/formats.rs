//! The formats of diagnostics: whatever was wrong, and however it is spelt, a reader gets a document and the text as it was.

use crate::config;
use crate::documents::{lint_problems, sarif_problems, workflow_command};
use image_factory::diagnostic::render::{Page, github, human, json, sarif};
use image_factory::diagnostic::{Diagnostic, Severity};
use image_factory::lint::codes;
use image_factory::source::{FileId, SourceFile, Sources, Span};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;
use std::fmt::Write;

/// Pieces of texts, each with what people are shown for it.
const PIECES: [(&str, &str); 30] = [
    ("a", "a"),
    ("web ", "web "),
    ("\u{e9}", "\u{e9}"),
    ("\u{4e2d}", "\u{4e2d}"),
    ("\u{1f600}", "\u{1f600}"),
    ("\n", "\n"),
    ("\r", "\\u{d}"),
    ("\u{0}", "\\u{0}"),
    ("\u{1b}[31m", "\\u{1b}[31m"),
    ("\u{7f}", "\\u{7f}"),
    ("\u{9b}", "\\u{9b}"),
    ("\u{61c}", "\\u{61c}"),
    ("\u{200b}", "\\u{200b}"),
    ("\u{2028}", "\\u{2028}"),
    ("\u{202e}", "\\u{202e}"),
    ("\u{2066}", "\\u{2066}"),
    ("\u{feff}", "\\u{feff}"),
    ("%", "%"),
    ("%0A", "%0A"),
    ("%25", "%25"),
    ("0A", "0A"),
    (":", ":"),
    ("::error::", "::error::"),
    (",", ","),
    ("=", "="),
    ("##[error]", "##[error]"),
    ("\"", "\""),
    ("\\", "\\"),
    ("[a](1)", "[a](1)"),
    ("{0}", "{0}"),
];

/// A text, and what people are shown for it.
#[derive(Clone, Debug)]
struct Text {
    raw: String,
    shown: String,
}

fn text(pieces: impl Into<proptest::collection::SizeRange>) -> impl Strategy<Value = Text> {
    vec(select(&PIECES[..]), pieces).prop_map(|pieces| Text {
        raw: pieces.iter().map(|piece| piece.0).collect(),
        shown: pieces.iter().map(|piece| piece.1).collect(),
    })
}

/// A file, two bytes of it in any order and perhaps past its end or within a character, and what is said of them.
type Place = (Index, usize, usize, Text);

#[derive(Clone, Debug)]
struct Problem {
    code: Index,
    severity: Severity,
    message: Text,
    places: Vec<Place>,
    help: Vec<Text>,
}

fn problem() -> impl Strategy<Value = Problem> {
    let severity = select(vec![Severity::Note, Severity::Warning, Severity::Error]);
    let place = (any::<Index>(), 0..40_usize, 0..40_usize, text(0..3));
    (any::<Index>(), severity, text(0..6), vec(place, 0..4), vec(text(0..4), 0..3))
        .prop_map(|(code, severity, message, places, help)| Problem { code, severity, message, places, help })
}

/// The files, the diagnostics, and of each what GitHub's log has to say.
fn made(files: &[(Text, Text)], problems: &[Problem]) -> (Sources, Vec<Diagnostic>, Vec<String>) {
    let mut sources = Sources::new();
    let name = |index: usize, text: &str| format!("f{index}{text}");
    let ids: Vec<FileId> = files
        .iter()
        .enumerate()
        .map(|(index, (path, text))| sources.add(SourceFile::new(name(index, &path.raw), text.raw.as_str())))
        .collect();
    let mut diagnostics = Vec::new();
    let mut said = Vec::new();
    for problem in problems {
        let codes = codes();
        let code = codes.all()[problem.code.index(codes.all().len())];
        let mut diagnostic = Diagnostic::global(code, problem.message.raw.as_str());
        diagnostic.severity = problem.severity;
        let mut lines = problem.message.shown.clone();
        for (index, (file, start, end, label)) in problem.places.iter().enumerate() {
            let file = file.index(files.len());
            let span = Span::new(ids[file], *start, *end);
            diagnostic = diagnostic.label(span, label.raw.as_str());
            let place = format!("{}:{}", name(file, &files[file].0.shown), sources.line_col(span));
            match (index, label.shown.as_str()) {
                (0, "") => {}
                (0, label) => write!(lines, "\nhere: {label}").unwrap(),
                (_, "") => write!(lines, "\nsee {place}").unwrap(),
                (_, label) => write!(lines, "\nsee {place}: {label}").unwrap(),
            }
        }
        for help in &problem.help {
            diagnostic = diagnostic.help(help.raw.as_str());
            write!(lines, "\nhelp: {}", help.shown).unwrap();
        }
        diagnostics.push(diagnostic);
        said.push(lines);
    }
    (sources, diagnostics, said)
}

/// Whether a character of the pieces acts on a terminal.
fn acts(c: char) -> bool {
    PIECES.iter().any(|(raw, shown)| raw != shown && raw.starts_with(c))
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}

/// The texts of one field in the items of an array.
fn texts(array: &Value, pointer: &str) -> Vec<String> {
    let items = array.as_array().into_iter().flatten();
    items.map(|item| item.pointer(pointer).unwrap().as_str().unwrap().to_owned()).collect()
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn every_format_is_well_formed_and_loses_nothing(
        files in vec((text(0..4), text(0..12)), 1..4),
        problems in vec(problem(), 0..6),
    ) {
        let (sources, diagnostics, said) = made(&files, &problems);
        let messages = |placed: &dyn Fn(&Problem) -> bool| {
            sorted(problems.iter().filter(|p| placed(p)).map(|p| p.message.raw.clone()).collect())
        };

        let as_json = json("lint", &diagnostics, &sources);
        let document: Value = serde_json::from_str(&as_json).unwrap();
        prop_assert_eq!(lint_problems(&document), Vec::<String>::new());
        prop_assert_eq!(sorted(texts(&document["diagnostics"], "/message")), messages(&|_| true));
        for label in document["diagnostics"].as_array().unwrap().iter().flat_map(|d| d["labels"].as_array().unwrap()) {
            let (start, end) = (&label["start"], &label["end"]);
            let position = |at: &Value| (at["line"].as_u64().unwrap(), at["column"].as_u64().unwrap());
            prop_assert!(position(start) <= position(end), "{}", label);
            prop_assert!(start["offset"].as_u64() <= end["offset"].as_u64(), "{}", label);
        }

        let as_sarif = sarif(&diagnostics, &sources);
        let document: Value = serde_json::from_str(&as_sarif).unwrap();
        prop_assert_eq!(sarif_problems(&document), Vec::<String>::new());
        let run = &document["runs"][0];
        let begins = |found: Vec<String>, wanted: Vec<String>| {
            // Each message is the beginning of one text; the texts may have more lines.
            found.len() == wanted.len() && wanted.iter().all(|message| found.iter().any(|text| text.starts_with(message)))
        };
        prop_assert!(begins(texts(&run["results"], "/message/text"), messages(&|p| !p.places.is_empty())));
        let notifications = &run["invocations"][0]["toolExecutionNotifications"];
        prop_assert!(begins(texts(notifications, "/message/text"), messages(&|p| p.places.is_empty())));

        let as_github = github(&diagnostics, &sources);
        let mut found = Vec::new();
        for line in as_github.split_terminator('\n') {
            let Some(command) = workflow_command(line) else {
                return Err(TestCaseError::fail(format!("no command: {line:?}")));
            };
            prop_assert!(["error", "warning", "notice"].contains(&command.name.as_str()), "{}", line);
            let known = ["file", "line", "col", "endLine", "endColumn", "title"];
            prop_assert!(command.properties.keys().all(|name| known.contains(&name.as_str())), "{}", line);
            if let Some(path) = command.properties.get("file") {
                let names = files.iter().enumerate().map(|(index, (name, _))| format!("f{index}{}", name.shown));
                prop_assert!(names.into_iter().any(|name| name == *path), "{}", line);
                let one_line = command.properties["line"] == command.properties["endLine"];
                prop_assert_eq!(command.properties.contains_key("endColumn"), one_line);
                prop_assert_eq!(command.properties.contains_key("col"), one_line);
            }
            found.push(command.data);
        }
        prop_assert_eq!(sorted(found), sorted(said));

        // `human` shows lines of the file as they are drawn by the crate that draws them.
        for text in [as_json, as_sarif, as_github] {
            prop_assert!(!text.chars().any(acts), "{text:?}");
        }
        let shown = human(&diagnostics, &sources, Page { width: Some(80), ..Page::FILE });
        prop_assert!(diagnostics.is_empty() == shown.is_empty());
    }
}
