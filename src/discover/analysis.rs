//! What one Dockerfile is built on, and whether that is what was expected.

use crate::diagnostic::Diagnostic;
use crate::dockerfile::{Edge, Facts};
use crate::grammar::given::Given;
use crate::model::{EdgeKind, Reference};
use crate::source::{Sources, visible};
use crate::words::append;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// An analysis, as its JSON form has it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Analysis<'a> {
    format: &'static str,
    version: u32,
    /// Which file.
    pub dockerfile: &'a str,
    /// The stage that is shipped, if it was named.
    pub target: Option<&'a str>,
    /// Values of ARGs.
    pub build_args: &'a BTreeMap<String, Given<String>>,
    /// Named contexts; left out if there are none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub contexts: &'a BTreeMap<String, String>,
    /// What is built for.
    pub platform: &'a str,
    edges: Vec<Row<'a>>,
    unreachable: Vec<Row<'a>>,
    unresolved: Vec<Unresolved<'a>>,
    expected: Option<Comparison>,
    problems: Vec<Problem<'a>>,
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    kind: &'static str,
    image: String,
    written: &'a str,
    line: usize,
}

#[derive(Debug, Serialize)]
struct Unresolved<'a> {
    written: &'a str,
    names: Vec<&'a str>,
    line: usize,
}

#[derive(Debug, Serialize)]
struct Comparison {
    same: bool,
    missing: Vec<String>,
    unexpected: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Problem<'a> {
    code: String,
    severity: &'static str,
    message: &'a str,
    line: usize,
    column: usize,
}

/// The images that a Dockerfile is expected to use, in normal form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected(BTreeSet<String>);

impl Expected {
    /// Reads references, or the one word `none`. The error names the one that is no reference, and why.
    pub fn parse<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<Self, String> {
        let texts: Vec<&str> = texts.into_iter().collect();
        if texts.contains(&"none") {
            return if texts.len() == 1 { Ok(Self::default()) } else { Err("`none` stands alone".to_owned()) };
        }
        let normal = |text: &&str| match Reference::parse(text) {
            _ if *text == "scratch" => Err("`scratch` is no image; write `none` if there is no other".to_owned()),
            Ok(reference) => Ok(watched(&reference)),
            Err(why) => Err(format!("`{text}` is not a reference: {why}")),
        };
        texts.iter().map(normal).collect::<Result<_, _>>().map(Self)
    }
}

/// The reference with the tag that is used when none is written.
fn watched(reference: &Reference) -> String {
    if reference.digest().is_some() { reference.to_string() } else { reference.by_tag().to_string() }
}

fn row(edge: &Edge) -> Row<'_> {
    let image = edge.reference.as_ref().map_or_else(|_| edge.image.clone(), Reference::to_string);
    Row { kind: edge.kind.word(), image, written: &edge.written, line: edge.line }
}

impl<'a> Analysis<'a> {
    /// Puts together what was asked and what was found.
    pub fn new(
        (dockerfile, target, build_args): (&'a str, Option<&'a str>, &'a BTreeMap<String, Given<String>>),
        (contexts, platform): (&'a BTreeMap<String, String>, &'a str),
        (facts, diagnostics): (&'a Facts, &'a [Diagnostic]),
        sources: &Sources,
        expected: Option<&Expected>,
    ) -> Self {
        Self {
            format: "image-factory/analyze",
            version: 1,
            dockerfile,
            target,
            build_args,
            contexts,
            platform,
            edges: facts.edges.iter().map(row).collect(),
            unreachable: facts.unreachable.iter().map(row).collect(),
            unresolved: facts
                .unresolved
                .iter()
                .map(|from| Unresolved {
                    written: &from.written,
                    names: from.names.iter().map(|(name, _)| name.as_str()).collect(),
                    line: from.line,
                })
                .collect(),
            expected: expected.map(|expected| compare(facts, expected)),
            problems: diagnostics.iter().map(|diagnostic| problem(diagnostic, sources)).collect(),
        }
    }

    /// Whether the images are those that were expected, or nothing was.
    pub fn is_as_expected(&self) -> bool {
        self.expected.as_ref().is_none_or(|comparison| comparison.same)
    }

    /// The analysis for people.
    pub fn tree(&self) -> String {
        let mut text = format!("{} for {}", self.dockerfile, self.platform);
        if let Some(target) = self.target {
            append!(text, ", target {target}");
        }
        text.push('\n');
        let edge = |row: &Row<'_>| {
            let written = if row.written == row.image { String::new() } else { format!(", written {}", row.written) };
            format!("{:<8} {} (line {}{written})", row.kind, row.image, row.line)
        };
        let mut lines: Vec<String> = self.edges.iter().map(edge).collect();
        lines.extend(self.unresolved.iter().map(|from| {
            format!("{:<8} {} (line {}, no value for {})", "unknown", from.written, from.line, from.names.join(", "))
        }));
        if lines.is_empty() {
            lines.push("no image".to_owned());
        }
        branches(&mut text, &lines);
        if !self.unreachable.is_empty() {
            text.push_str("not needed for it\n");
            branches(&mut text, &self.unreachable.iter().map(edge).collect::<Vec<_>>());
        }
        if let Some(comparison) = self.expected.as_ref().filter(|comparison| !comparison.same) {
            text.push_str("not as expected\n");
            for image in &comparison.missing {
                append!(text, "- {image}\n");
            }
            for image in &comparison.unexpected {
                append!(text, "+ {image}\n");
            }
        }
        visible(&text)
    }
}

fn branches(text: &mut String, lines: &[String]) {
    for (index, line) in lines.iter().enumerate() {
        let branch = if index + 1 == lines.len() { "└─" } else { "├─" };
        append!(text, "{branch} {line}\n");
    }
}

/// All edges count but `frontend`; a reference that lacks values is never what was expected.
fn compare(facts: &Facts, expected: &Expected) -> Comparison {
    let edges = facts.edges.iter().filter(|edge| edge.kind != EdgeKind::Frontend);
    let found: BTreeSet<String> = edges
        .map(|edge| edge.reference.as_ref().map_or_else(|_| edge.image.clone(), watched))
        .chain(facts.unresolved.iter().map(|from| from.written.clone()))
        .collect();
    let missing: Vec<String> = expected.0.difference(&found).cloned().collect();
    let unexpected: Vec<String> = found.difference(&expected.0).cloned().collect();
    let same = missing.is_empty() && unexpected.is_empty() && facts.unresolved.is_empty();
    Comparison { same, missing, unexpected }
}

fn problem<'a>(diagnostic: &'a Diagnostic, sources: &Sources) -> Problem<'a> {
    let place = diagnostic.labels.first().map(|label| sources.line_col(label.span));
    Problem {
        code: diagnostic.code.to_string(),
        severity: diagnostic.severity.word(),
        message: &diagnostic.message,
        line: place.map_or(0, |place| place.line),
        column: place.map_or(0, |place| place.column),
    }
}
