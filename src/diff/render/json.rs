//! A report for programs.
//!
//! The types of a report are written as they are; their names are those of the schema, `tests/fixtures/formats/diff.schema.json`.

use crate::diagnostic::render::text::document;
use crate::diff::intent::Sentence;
use crate::diff::{Change, ChangeKind, Changed, Object, RebuildEdge, Renamed, Report, Segment, Value, Warning};
use serde::{Serialize, Serializer};

#[derive(Serialize)]
struct ReportDocument<'a> {
    format: &'static str,
    version: u32,
    from: &'a str,
    to: &'a str,
    equal: bool,
    intent: &'a [Sentence],
    warnings: &'a [Warning],
    graph: &'a [RebuildEdge],
    added: Vec<&'a Object>,
    removed: Vec<&'a Object>,
    renamed: &'a [Renamed],
    changed: &'a [Changed],
    #[serde(rename = "notCompared")]
    not_compared: usize,
}

/// The whole report as JSON.
pub fn json(report: &Report) -> String {
    document(&ReportDocument {
        format: "image-factory/diff",
        version: 1,
        from: &report.from,
        to: &report.to,
        equal: report.is_empty(),
        intent: &report.intent,
        warnings: &report.warnings,
        graph: &report.edges,
        added: report.added.iter().map(|object| &**object).collect(),
        removed: report.removed.iter().map(|object| &**object).collect(),
        renamed: &report.renamed,
        changed: &report.changed,
        not_compared: report.left_out + report.of_others.values().sum::<usize>(),
    })
}

#[derive(Serialize)]
struct ChangedField<'a> {
    path: String,
    segments: Vec<SegmentByKind<'a>>,
    change: &'static str,
    old: Option<Value>,
    new: Option<Value>,
    /// The position of an item that is new.
    at: Option<usize>,
}

/// A part of a path, with the one key that says which kind it is.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum SegmentByKind<'a> {
    Field(&'a str),
    Item(&'a str),
    Index(usize),
    Json(bool),
}

impl<'a> From<&'a Segment> for SegmentByKind<'a> {
    fn from(segment: &'a Segment) -> Self {
        match segment {
            Segment::Field(name) => Self::Field(name),
            Segment::Item(name) => Self::Item(name),
            Segment::Index(index) => Self::Index(*index),
            Segment::Json => Self::Json(true),
        }
    }
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (change, at) = match &self.what {
            ChangeKind::Added(_, at) => ("added", *at),
            ChangeKind::Removed(_) => ("removed", None),
            ChangeKind::Changed(..) => ("changed", None),
            ChangeKind::Reordered(..) => ("reordered", None),
        };
        ChangedField {
            path: self.path.to_string(),
            segments: self.path.0.iter().map(SegmentByKind::from).collect(),
            change,
            old: self.what.before(),
            new: self.what.after(),
            at,
        }
        .serialize(serializer)
    }
}
