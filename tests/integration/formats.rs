//! The formats of diagnostics: what programs, GitHub code scanning and the log of a workflow get.

#[path = "../support/documents.rs"]
pub(crate) mod documents;

use documents::{lint_problems, lint_schema, sarif_problems, workflow_command};
use image_factory::diagnostic::render::{Format, github, json, sarif};
use image_factory::diagnostic::{Code, Diagnostic, Severity};
use image_factory::source::{FileId, SourceFile, Sources, Span};
use serde_json::{Value, json};
use std::fmt::Write;

/// Line feeds, a command, terminal escapes, a NUL, a mark of direction, and what URLs, commands and links escape.
const HOSTILE: &str = "\u{1b}[2Ja\r\n::error file=x::b\n##[error]c %0A%25 , : [d](1) {0} \u{0}\u{202e}e";

/// Where a text stands, the first of its kind.
fn at(sources: &Sources, file: FileId, text: &str) -> Span {
    let start = sources.file(file).text().find(text).unwrap();
    Span::new(file, start, start + text.len())
}

/// Several files; several labels, none, one of several lines, one after characters of several bytes, an empty one.
fn sample() -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let images = "# caf\u{e9}\n- name: web\n- {name: \u{4e2d}\u{6587}\u{1f600}, tag: latest}\n";
    let images = sources.add(SourceFile::new("./images.yaml", images));
    let team = "- name: web\r\n  repository: acme/w\u{e9}b\r\n  settings:\r\n    a: 1\r\n    b: 2\r\n";
    let team = sources.add(SourceFile::new("teams/web shop.yaml", team));
    let hostile = sources.add(SourceFile::new("100%,\u{1b}a:b/Dockerfile", format!("FROM {HOSTILE}\n")));
    let places = |file, text| at(&sources, file, text);
    let end = Span::new(images, sources.file(images).text().len(), 99_999);
    let diagnostics = vec![
        Diagnostic::global(Code::StateFile, "state/images cannot be read").help("remove the folder"),
        Diagnostic::new(Code::DuplicateName, "two images are called web", places(team, "web"))
            .here("again")
            .label(places(images, "web"), "first [here]")
            .label(places(team, "acme/w\u{e9}b"), "")
            .help("rename one of them")
            .help("or remove it"),
        Diagnostic::new(
            Code::UnknownKey,
            "settings is not known",
            places(team, "settings:\r\n    a: 1\r\n    b: 2\r\n"),
        ),
        Diagnostic::new(Code::FixedVersion, "the line is one", places(team, "b: 2\r\n")),
        Diagnostic {
            severity: Severity::Note,
            ..Diagnostic::new(Code::FixedVersion, "latest moves", places(images, "latest")).here("moves")
        },
        Diagnostic::new(Code::InvalidImage, HOSTILE, places(hostile, HOSTILE))
            .here(HOSTILE)
            .label(places(hostile, "##[error]"), HOSTILE)
            .help(HOSTILE),
        Diagnostic::new(Code::MissingKey, "tag is missing", end),
        Diagnostic::global(Code::Cycle, HOSTILE),
    ];
    (sources, diagnostics)
}

fn parsed(text: &str) -> Value {
    assert!(text.ends_with("}\n"));
    serde_json::from_str(text).unwrap()
}

#[test]
fn json_is_as_its_schema_says() {
    let (sources, diagnostics) = sample();
    let text = json("lint", &diagnostics, &sources);
    insta::assert_snapshot!("formats_json", text);
    let document = parsed(&text);
    assert_eq!(lint_problems(&document), Vec::<String>::new());
    let hostile = document["diagnostics"].as_array().unwrap().iter().filter(|d| d["message"] == HOSTILE).count();
    assert_eq!(hostile, 2, "a reader gets the text as it is");
    let empty = parsed(&json("analyze", &[], &Sources::new()));
    assert_eq!(empty["format"], "image-factory/analyze");
    assert_eq!(empty["counts"], json!({"errors": 0, "warnings": 0, "notes": 0}));
}

#[test]
fn the_schema_is_closed_and_refuses_what_is_wrong() {
    assert!(jsonschema::meta::is_valid(lint_schema()));
    let mut objects = 0;
    every_object(lint_schema(), &mut |schema| {
        if schema["type"] == "object" {
            objects += 1;
            assert_eq!(schema["additionalProperties"], false, "{schema}");
            let properties: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
            let mut required: Vec<&str> =
                schema["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
            required.sort_unstable();
            let mut properties: Vec<&str> = properties.into_iter().map(String::as_str).collect();
            properties.sort_unstable();
            assert_eq!(properties, required, "every field is always there");
        }
    });
    assert_eq!(objects, 5);
    let (sources, diagnostics) = sample();
    let right = parsed(&json("lint", &diagnostics, &sources));
    for (pointer, wrong) in [
        ("/format", json!("image-factory/synth")),
        ("/version", json!(2)),
        ("/counts/errors", json!(-1)),
        ("/diagnostics/1/code", json!("IF1")),
        ("/diagnostics/1/severity", json!("fatal")),
        ("/diagnostics/1/labels/0/primary", json!(false)),
        ("/diagnostics/1/labels/0/start/line", json!(0)),
        ("/diagnostics/1/labels/0/end/extra", json!(1)),
    ] {
        let mut document = right.clone();
        match document.pointer_mut(pointer) {
            Some(value) => *value = wrong,
            None => document.pointer_mut("/diagnostics/1/labels/0/end").unwrap()["extra"] = wrong,
        }
        assert!(!lint_problems(&document).is_empty(), "{pointer}");
    }
}

fn every_object(value: &Value, look: &mut impl FnMut(&Value)) {
    match value {
        Value::Object(fields) => {
            look(value);
            fields.values().for_each(|value| every_object(value, look));
        }
        Value::Array(items) => items.iter().for_each(|value| every_object(value, look)),
        _ => {}
    }
}

#[test]
fn sarif_is_as_the_official_schema_says() {
    let (sources, diagnostics) = sample();
    let text = sarif(&diagnostics, &sources);
    insta::assert_snapshot!("formats_sarif", without_help(&text));
    // As a tool says it that was built with an address; this one was not.
    let mut addressed = parsed(&text);
    let driver = &mut addressed["runs"][0]["tool"]["driver"];
    driver["informationUri"] = json!("https://github.com/acme/image-factory");
    for rule in driver["rules"].as_array_mut().unwrap() {
        rule["helpUri"] = json!("https://github.com/acme/image-factory/blob/HEAD/CODES.md#if044");
    }
    for text in [text, sarif(&[], &Sources::new()), addressed.to_string() + "\n"] {
        let document = parsed(&text);
        assert_eq!(sarif_problems(&document), Vec::<String>::new());
        let typed: serde_sarif::sarif::Sarif = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_value(typed).unwrap(), document, "no field that SARIF has not");
    }
}

/// The log without what `explain` has snapshots of, and without the version.
fn without_help(log: &str) -> String {
    let mut out = String::new();
    for line in log.replace(env!("CARGO_PKG_VERSION"), "[version]").lines() {
        let (indent, field) = line.split_at(line.len() - line.trim_start().len());
        match field.split_once(": ") {
            Some((name @ "\"text\"", value)) if value.starts_with("\"IF0") => {
                writeln!(out, "{indent}{name}: [explain {}],", &value[1..6]).unwrap();
            }
            Some((name @ "\"markdown\"", _)) => writeln!(out, "{indent}{name}: [explain]").unwrap(),
            _ => writeln!(out, "{line}").unwrap(),
        }
    }
    out
}

/// The judge itself: what is not SARIF does not pass.
#[test]
fn what_is_not_sarif_is_refused() {
    let (sources, diagnostics) = sample();
    let right = parsed(&sarif(&diagnostics, &sources));
    for (pointer, wrong) in [
        ("/version", json!("2.0.0")),
        ("/runs/0/columnKind", json!("bytes")),
        ("/runs/0/results/0/level", json!("fatal")),
        ("/runs/0/results/0/ruleIndex", json!("0")),
        ("/runs/0/results/0/message", json!({})),
        ("/runs/0/results/0/locations/0/physicalLocation/region/startLine", json!(0)),
        ("/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri", json!("a b%.yaml")),
        ("/runs/0/tool/driver/rules/0/title", json!("one too many")),
    ] {
        let mut document = right.clone();
        match document.pointer_mut(pointer) {
            Some(value) => *value = wrong,
            None => document.pointer_mut("/runs/0/tool/driver/rules/0").unwrap()["title"] = wrong,
        }
        assert!(!sarif_problems(&document).is_empty(), "{pointer}");
    }
}

/// What GitHub asks for beyond the schema: every result has a place, and rules are found by their index.
#[test]
fn sarif_is_what_github_takes() {
    let (sources, diagnostics) = sample();
    let document = parsed(&sarif(&diagnostics, &sources));
    let run = &document["runs"][0];
    let results = run["results"].as_array().unwrap();
    let notifications = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!((results.len(), notifications.len()), (6, 2));
    let id = |index: &Value| &run["tool"]["driver"]["rules"][usize::try_from(index.as_u64().unwrap()).unwrap()]["id"];
    for result in results {
        assert_eq!(result["locations"].as_array().unwrap().len(), 1);
        assert_eq!(id(&result["ruleIndex"]), &result["ruleId"]);
    }
    for notification in notifications {
        assert_eq!(id(&notification["associatedRule"]["index"]), &notification["associatedRule"]["id"]);
    }
    for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
        assert!(rule["fullDescription"]["text"].as_str().unwrap().chars().count() <= 1024);
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("Right"), "the explanation is there");
    }
}

#[test]
fn a_long_run_keeps_the_worst_results() {
    let mut sources = Sources::new();
    let file = sources.add(SourceFile::new("images.yaml", "x"));
    let mut diagnostics = vec![Diagnostic::new(Code::PinnedDigest, "pinned", Span::new(file, 0, 1)); 25_000];
    diagnostics.push(Diagnostic::new(Code::Name, "the last", Span::new(file, 0, 1)));
    let document = parsed(&sarif(&diagnostics, &sources));
    let results = document["runs"][0]["results"].as_array().unwrap();
    assert_eq!((results.len(), &results[0]["message"]["text"]), (25_000, &json!("the last")));
    let said = &document["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert_eq!(said, "the 1 least severe problems are left out: GitHub takes 25000 results in a run");
}

#[test]
fn many_related_places_are_cut() {
    let mut sources = Sources::new();
    let file = sources.add(SourceFile::new("images.yaml", "x"));
    let mut diagnostic = Diagnostic::new(Code::Cycle, "a circle", Span::new(file, 0, 1));
    for _ in 0..200 {
        diagnostic = diagnostic.label(Span::new(file, 0, 1), "and on");
    }
    let document = parsed(&sarif(&[diagnostic], &sources));
    assert_eq!(document["runs"][0]["results"][0]["relatedLocations"].as_array().unwrap().len(), 99);
}

/// The same problem keeps its fingerprint when lines move and line ends change; another one has another.
#[test]
fn fingerprints_are_of_the_text_that_is_pointed_at() {
    let fingerprints = |text: &str| {
        let mut sources = Sources::new();
        let file = sources.add(SourceFile::new("images.yaml", text));
        let places = text.match_indices("b:").map(|(start, _)| Span::new(file, start, start + 2));
        let block = at(&sources, file, if text.contains('\r') { "x\r\ny" } else { "x\ny" });
        let diagnostics: Vec<Diagnostic> =
            places.chain([block]).map(|place| Diagnostic::new(Code::UnknownKey, "not known", place)).collect();
        let document = parsed(&sarif(&diagnostics, &sources));
        let results = document["runs"][0]["results"].as_array().unwrap().clone();
        results.into_iter().map(|result| result["partialFingerprints"].clone()).collect::<Vec<_>>()
    };
    let before = fingerprints("a: 1\nb: 2\n---\nb: 3\nx\ny\n");
    assert_eq!(before, fingerprints("# moved\r\n\r\na: 1\r\nb: 2\r\n---\r\nb: 3\r\nx\r\ny\r\n"));
    let text = |index: usize| before[index]["imageFactory/v1"].as_str().unwrap().split_once(':').unwrap();
    assert_eq!((text(0).0, text(0).1, text(1).1), (text(1).0, "1", "2"), "two of a kind are counted");
    assert_ne!(text(0).0, text(2).0);
}

#[test]
fn github_gets_one_command_a_line() {
    let (sources, diagnostics) = sample();
    let text = github(&diagnostics, &sources);
    insta::assert_snapshot!("formats_github", text);
    let commands: Vec<_> = text.lines().map(|line| workflow_command(line).unwrap()).collect();
    let names: Vec<&str> = commands.iter().map(|command| command.name.as_str()).collect();
    assert_eq!(names, ["error", "error", "error", "error", "error", "warning", "warning", "notice"], "errors first");
    assert_eq!(github(&[], &Sources::new()), "");
}

/// Neither a line feed nor `::` in what a user wrote ends a command or begins one.
#[test]
fn no_text_becomes_a_command() {
    let mut sources = Sources::new();
    let file = sources.add(SourceFile::new("a::b,c=d%2C\n::warning::/Dockerfile", "FROM x\n"));
    let message = "::error::x\n::set-output name=a::b\r::stop-commands::t ##[error]y %0A::error::z";
    let diagnostic = Diagnostic::new(Code::InvalidImage, message, Span::new(file, 0, 4));
    let text = github(&[diagnostic], &sources);
    assert_eq!(text.matches('\n').count(), 1, "{text}");
    let command = workflow_command(text.trim_end()).unwrap();
    assert_eq!(command.data, message.replace('\r', "\\u{d}"));
    assert_eq!(command.properties["file"], "a::b,c=d%2C\n::warning::/Dockerfile");
    assert_eq!(command.properties["title"], "IF067 a base that is no image reference");
    assert_eq!(command.properties.len(), 6, "{:?}", command.properties);
}

#[test]
fn people_are_the_first_to_write_for() {
    assert_eq!(Format::default(), Format::Human);
}
