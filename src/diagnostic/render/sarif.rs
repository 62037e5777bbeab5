//! Diagnostics as SARIF 2.1.0 (OASIS, `sarif-v2.1.0-errata01`), the subset that GitHub code scanning takes.
//!
//! GitHub's rules are those of its pages "SARIF support for code scanning" and "SARIF results exceed one or more limits", and:
//!
//! - A result without a location makes GitHub refuse the whole file (`github/codeql-action` issue 2459). A problem of the whole
//!   run is therefore a notification of the invocation, which is what SARIF has for such (section 3.58).
//! - A related location is shown where the message links to it, as `[text](1)` (section 3.11.6).
//! - Only the fingerprint `primaryLocationLineHash` tells GitHub that two results are one; `upload-sarif` computes it from the
//!   file and warns of any other value. Ours has its own name and is for other readers.
//! - A file may have 10 MB, compressed. Only rules that occur are written.

use super::text::document;
use super::{bytes, tidy, worst_first};
use crate::diagnostic::explain::{explanation, plain, section};
use crate::diagnostic::{Code, Diagnostic, Label, Severity};
use crate::source::{SourceFile, Sources, percent_encoded};
use crate::style::Look;
use crate::words::{append, cut};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Results in a run: GitHub refuses a file with more, and shows the worst 5,000 of them.
const RESULTS: usize = 25_000;

/// Related locations of a result: GitHub takes 1,000 locations and shows 100, of which one is the result's own.
const RELATED: usize = 99;

/// Characters of a description of a rule.
const DESCRIPTION: usize = 1_024;

/// The lines of a rule's help as plain text.
const HELP_LOOK: Look = Look { color: false, columns: Some(100) };

/// Where the sources of this build are, if whoever built it has said so: no address is that of all copies.
const REPOSITORY: &str = match option_env!("IMAGE_FACTORY_REPOSITORY") {
    Some(address) if !address.is_empty() => address,
    _ => env!("CARGO_PKG_REPOSITORY"),
};

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    invocations: Vec<Invocation>,
    column_kind: &'static str,
    results: Vec<SarifResult<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    information_uri: Option<String>,
    rules: Vec<ReportingDescriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportingDescriptor {
    id: String,
    name: &'static str,
    short_description: Message,
    full_description: Message,
    help: Help,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Notification {
    #[serde(skip_serializing_if = "Option::is_none")]
    associated_rule: Option<RuleReference>,
    level: &'static str,
    message: Message,
}

#[derive(Serialize)]
struct RuleReference {
    id: String,
    index: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    partial_fingerprints: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(rename = "physicalLocation")]
    physical: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<LabelText<'a>>,
}

#[derive(Serialize)]
struct LabelText<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

/// Renders all diagnostics as a SARIF log of one run, errors first, with a line feed at the end.
///
/// Lines and columns count from 1, columns in characters (Unicode scalar values); an end is the position after the last
/// character. Paths are relative to the folder that the tool ran in, which is the root of the repository if GitHub is to find
/// them: no base is named, so that a reader may say which it is. Of more than 25,000 results only the worst are written, and a
/// notification says how many are not. Braces in messages stand as they are: no message has arguments.
pub fn sarif(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let ordered = worst_first(diagnostics);
    let mut codes: Vec<Code> = diagnostics.iter().map(|d| d.code).collect();
    codes.sort_unstable();
    codes.dedup();
    // Every code is in the list that was made of them.
    let index = |code: Code| codes.binary_search(&code).unwrap_or_default();
    let mut seen = BTreeMap::new();
    let mut notifications = Vec::new();
    let mut results = Vec::new();
    let mut left_out = 0;
    for diagnostic in ordered {
        let Some((first, others)) = diagnostic.labels.split_first() else {
            notifications.push(notification(diagnostic, index(diagnostic.code)));
            continue;
        };
        if results.len() < RESULTS {
            results.push(outcome(diagnostic, index(diagnostic.code), first, others, sources, &mut seen));
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        let text =
            format!("the {left_out} least severe problems are left out: GitHub takes {RESULTS} results in a run");
        notifications.push(Notification { associated_rule: None, level: "warning", message: Message { text } });
    }
    let invocations = if notifications.is_empty() {
        Vec::new()
    } else {
        vec![Invocation { execution_successful: true, tool_execution_notifications: notifications }]
    };
    let driver = driver(&codes, REPOSITORY);
    document(&Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run { tool: Tool { driver }, invocations, column_kind: "unicodeCodePoints", results }],
    })
}

fn driver(codes: &[Code], repository: &str) -> Driver {
    let home = home(repository);
    Driver {
        name: "image-factory",
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: home.map(str::to_owned),
        rules: codes.iter().map(|code| rule(*code, home)).collect(),
    }
}

/// The page of a repository, if it is one that a browser opens: both addresses have to be whole (SARIF 3.19.2, 3.49.12), and
/// without either a rule is explained by its `help`, which GitHub shows, and by `image-factory explain`.
fn home(repository: &str) -> Option<&str> {
    let page = repository.trim_end_matches('/').trim_end_matches(".git");
    let is_whole = |page: &&str| page.starts_with("https://") && !page.contains(|c: char| c.is_whitespace());
    Some(page).filter(is_whole)
}

fn rule(code: Code, home: Option<&str>) -> ReportingDescriptor {
    let why = explanation(code).map(|explanation| explanation.why.join("\n\n")).unwrap_or_default();
    let full = if why.is_empty() { code.title() } else { &why };
    ReportingDescriptor {
        id: code.to_string(),
        name: code.name(),
        short_description: Message { text: cut(code.title(), DESCRIPTION, "\u{2026}") },
        full_description: Message { text: cut(full, DESCRIPTION, "\u{2026}") },
        help: Help { text: plain(code, HELP_LOOK), markdown: section(code) },
        // `HEAD` is what is newest there: a code keeps its meaning and its section, and a build need not be of a tag.
        help_uri: home.map(|home| format!("{home}/blob/HEAD/CODES.md#{}", code.to_string().to_lowercase())),
        default_configuration: Configuration { level: level(code.severity()) },
    }
}

/// SARIF has our words; its fourth level, `none`, is not used.
fn level(severity: Severity) -> &'static str {
    severity.word()
}

fn notification(diagnostic: &Diagnostic, index: usize) -> Notification {
    let mut text = diagnostic.message.clone();
    add_help(&mut text, diagnostic);
    Notification {
        associated_rule: Some(RuleReference { id: diagnostic.code.to_string(), index }),
        level: level(diagnostic.severity),
        message: Message { text },
    }
}

fn outcome<'a>(
    diagnostic: &'a Diagnostic,
    rule_index: usize,
    first: &'a Label,
    others: &'a [Label],
    sources: &Sources,
    seen: &mut BTreeMap<String, usize>,
) -> SarifResult<'a> {
    let mut text = diagnostic.message.clone();
    let mut related = Vec::new();
    for (index, label) in others.iter().take(RELATED).enumerate() {
        let id = index + 1;
        let place = format!("{}:{}", tidy(sources.file(label.span.file).name()), sources.line_col(label.span));
        append!(text, "\nsee [{}]({id})", link_text(&place));
        if !label.text.is_empty() {
            append!(text, ": {}", label.text);
        }
        related.push(location(label, Some(id), sources.file(label.span.file)));
    }
    add_help(&mut text, diagnostic);
    let file = sources.file(first.span.file);
    let fingerprint = fingerprint(diagnostic.code, file, &file.text()[bytes(first.span, file.text())], seen);
    SarifResult {
        rule_id: diagnostic.code.to_string(),
        rule_index,
        level: level(diagnostic.severity),
        message: Message { text },
        locations: [location(first, None, file)],
        related_locations: related,
        partial_fingerprints: BTreeMap::from([("imageFactory/v1", fingerprint)]),
    }
}

fn add_help(text: &mut String, diagnostic: &Diagnostic) {
    for help in &diagnostic.help {
        append!(text, "\nhelp: {help}");
    }
}

fn location<'a>(label: &'a Label, id: Option<usize>, file: &SourceFile) -> Location<'a> {
    let bytes = bytes(label.span, file.text());
    let (start, end) = (file.line_col(bytes.start), file.line_col(bytes.end));
    Location {
        id,
        physical: PhysicalLocation {
            artifact_location: ArtifactLocation { uri: uri(file.name()) },
            region: Region {
                start_line: start.line,
                start_column: start.column,
                end_line: end.line,
                end_column: end.column,
            },
        },
        message: if label.text.is_empty() { None } else { Some(LabelText { text: &label.text }) },
    }
}

/// What stays the same when lines move: the code, the file and the text that is pointed at, whatever its line ends are. A number
/// keeps apart those that have all three in common.
fn fingerprint(code: Code, file: &SourceFile, text: &str, seen: &mut BTreeMap<String, usize>) -> String {
    let mut hash = Sha256::new();
    for part in [&code.to_string(), tidy(file.name()), &text.replace('\r', "")] {
        hash.update(part);
        // Where a part ends; without it, `a` and `bc` would be `ab` and `c`.
        hash.update([0]);
    }
    let mut digits = String::new();
    for byte in hash.finalize().iter().take(16) {
        append!(digits, "{byte:02x}");
    }
    let count = seen.entry(digits.clone()).or_default();
    *count += 1;
    format!("{digits}:{count}")
}

/// A path as a URI reference (RFC 3986): relative, or `file:` for an absolute one. Bytes that a path of a URI may not hold are
/// escaped, and so is the colon, since what is before it would be a scheme.
fn uri(path: &str) -> String {
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    let segments: Vec<String> = tidy(path).split('/').map(percent_encoded).collect();
    format!("{scheme}{}", segments.join("/"))
}

/// The text of a link in a message, where brackets and backslashes are escaped.
fn link_text(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_uri_references() {
        assert_eq!(uri("teams/web.yaml"), "teams/web.yaml");
        assert_eq!(uri("./a b%.yaml"), "a%20b%25.yaml");
        assert_eq!(uri("c:/d"), "c%3A/d");
        assert_eq!(uri("/srv/\u{e9}?#"), "file:///srv/%C3%A9%3F%23");
        assert_eq!(uri("../images.yaml"), "../images.yaml");
    }

    #[test]
    fn addresses_are_whole_or_not_there() {
        for (repository, information, help) in [
            ("", None, None),
            ("git@github.com:acme/image-factory.git", None, None),
            ("/srv/image-factory", None, None),
            (
                "https://github.com/acme/image-factory",
                Some("https://github.com/acme/image-factory"),
                Some("https://github.com/acme/image-factory/blob/HEAD/CODES.md#if044"),
            ),
            (
                "https://ghe.example/acme/image-factory.git/",
                Some("https://ghe.example/acme/image-factory"),
                Some("https://ghe.example/acme/image-factory/blob/HEAD/CODES.md#if044"),
            ),
        ] {
            let json = serde_json::to_value(driver(&[Code::PinnedDigest], repository)).unwrap();
            assert_eq!(json.get("informationUri").and_then(|uri| uri.as_str()), information, "{repository}");
            assert_eq!(json["rules"][0].get("helpUri").and_then(|uri| uri.as_str()), help, "{repository}");
            assert!(json["rules"][0]["help"]["text"].as_str().is_some_and(|text| text.starts_with("IF044")));
        }
    }
}
