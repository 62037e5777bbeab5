//! Readers of what diagnostics are written as: the schema of our JSON, the official schema of SARIF, and GitHub's runner.

#![expect(clippy::unwrap_used, clippy::panic, reason = "this is part of tests alone")]

use jsonschema::Validator;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The schema of `lint --format json`, as it is published.
pub(crate) fn lint_schema() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats/lint.schema.json")))
}

/// What is wrong with a document of `lint --format json`.
pub(crate) fn lint_problems(document: &Value) -> Vec<String> {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    problems(VALIDATOR.get_or_init(|| jsonschema::draft202012::new(lint_schema()).unwrap()), document)
}

/// What is wrong with a document of `diff --format json`.
pub(crate) fn diff_problems(document: &Value) -> Vec<String> {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats/diff.schema.json");
    problems(VALIDATOR.get_or_init(|| jsonschema::draft202012::new(&read(&path)).unwrap()), document)
}

/// What is wrong with a SARIF log by the official schema of 2.1.0, the syntax of URIs included.
pub(crate) fn sarif_problems(document: &Value) -> Vec<String> {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    let validator = VALIDATOR.get_or_init(|| {
        let mut schema = read(&package("serde-sarif").join("src/schema.json"));
        assert_eq!(schema["properties"]["version"]["enum"], serde_json::json!(["2.1.0"]), "the official schema");
        // Its pattern of a language is no regex of any dialect that is read here; we write no language.
        for owner in ["run", "toolComponent"] {
            let language = schema.pointer_mut(&format!("/definitions/{owner}/properties/language")).unwrap();
            assert!(language.as_object_mut().unwrap().remove("pattern").is_some());
        }
        jsonschema::draft7::options().should_validate_formats(true).build(&schema).unwrap()
    });
    problems(validator, document)
}

/// What a validator says against a document.
pub(crate) fn problems(validator: &Validator, document: &Value) -> Vec<String> {
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Reads a file as JSON.
#[expect(clippy::disallowed_methods, reason = "tests read their data themselves")]
pub(crate) fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// The folder of a dependency's sources, as the lock file pins them; the build has fetched them.
fn package(name: &str) -> PathBuf {
    let cargo = |arguments: &[&str]| {
        let output =
            Command::new(env!("CARGO")).current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).output().unwrap();
        assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let version = cargo(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    // Without the filter, packages for other systems would have to be there too.
    let metadata = cargo(&["metadata", "--format-version", "1", "--offline", "--locked", "--filter-platform", host]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let found = metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == name).unwrap();
    Path::new(found["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned()
}

/// A workflow command as GitHub's runner reads it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WorkflowCommand {
    pub(crate) name: String,
    pub(crate) properties: BTreeMap<String, String>,
    pub(crate) data: String,
}

/// Reads a line of a log as the runner does (`ActionCommand.TryParseV2` of `actions/runner`); `None` if it is no command.
pub(crate) fn workflow_command(line: &str) -> Option<WorkflowCommand> {
    let (head, data) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let properties = properties.trim().split(',').filter_map(|property| property.split_once('='));
    Some(WorkflowCommand {
        name: name.to_owned(),
        properties: properties.map(|(name, value)| (name.to_owned(), unescaped(value, true))).collect(),
        data: unescaped(data, false),
    })
}

/// The percent sign is the last to be read back, as it is the first to be escaped.
fn unescaped(text: &str, property: bool) -> String {
    let mut text = text.replace("%0D", "\r").replace("%0A", "\n");
    if property {
        text = text.replace("%3A", ":").replace("%2C", ",");
    }
    text.replace("%25", "%")
}
