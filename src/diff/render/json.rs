//! A report for programs.

use crate::diagnostic::render::text::document;
use crate::diff::{Change, Object, Report, Segment, Value, What};
use crate::emit::Identity;
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    equal: bool,
    intent: Vec<Sentence<'a>>,
    warnings: Vec<Warning<'a>>,
    graph: Vec<Edge<'a>>,
    added: Vec<Whole<'a>>,
    removed: Vec<Whole<'a>>,
    renamed: Vec<Renamed<'a>>,
    changed: Vec<Changed<'a>>,
    #[serde(rename = "notCompared")]
    not_compared: usize,
}

#[derive(Serialize)]
struct Sentence<'a> {
    kind: &'static str,
    text: &'a str,
    rebuilds: Vec<Rebuild<'a>>,
    images: &'a [String],
}

#[derive(Serialize)]
struct Rebuild<'a> {
    base: &'a str,
    image: &'a str,
}

#[derive(Serialize)]
struct Warning<'a> {
    text: &'a str,
    commands: &'a [String],
}

#[derive(Serialize)]
struct Edge<'a> {
    base: &'a str,
    image: &'a str,
    change: &'static str,
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Named<'a> {
    api_version: &'a str,
    kind: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
}

#[derive(Serialize)]
struct Whole<'a> {
    identity: Named<'a>,
    object: &'a Value,
}

#[derive(Serialize)]
struct Renamed<'a> {
    from: Named<'a>,
    to: Named<'a>,
    changes: Vec<Field<'a>>,
}

#[derive(Serialize)]
struct Changed<'a> {
    identity: Named<'a>,
    changes: Vec<Field<'a>>,
}

#[derive(Serialize)]
struct Field<'a> {
    path: String,
    segments: Vec<Step<'a>>,
    change: &'static str,
    old: Option<Value>,
    new: Option<Value>,
    /// The position of an item that is new.
    at: Option<usize>,
}

/// A step of a path, with the one key that says which kind it is.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Step<'a> {
    Field(&'a str),
    Item(&'a str),
    Index(usize),
    Json(bool),
}

/// The whole report as JSON; its schema is `tests/fixtures/formats/diff.schema.json`.
pub fn json(report: &Report) -> String {
    document(&Document {
        format: "image-factory/diff",
        version: 1,
        equal: report.is_empty(),
        intent: report
            .intent
            .iter()
            .map(|sentence| Sentence {
                kind: sentence.kind.word(),
                text: &sentence.text,
                rebuilds: sentence.edges.iter().map(|(base, image)| Rebuild { base, image }).collect(),
                images: &sentence.images,
            })
            .collect(),
        warnings: report.warnings.iter().map(|w| Warning { text: &w.text, commands: &w.commands }).collect(),
        graph: report
            .edges
            .iter()
            .map(|edge| Edge { base: &edge.base, image: &edge.image, change: edge.fate.word(), text: &edge.label })
            .collect(),
        added: report.added.iter().map(|object| whole(object)).collect(),
        removed: report.removed.iter().map(|object| whole(object)).collect(),
        renamed: report
            .renamed
            .iter()
            .map(|r| Renamed { from: named(&r.from), to: named(&r.to), changes: fields(&r.changes) })
            .collect(),
        changed: report
            .changed
            .iter()
            .map(|c| Changed { identity: named(&c.identity), changes: fields(&c.changes) })
            .collect(),
        not_compared: report.left_out,
    })
}

fn whole(object: &Object) -> Whole<'_> {
    Whole { identity: named(&object.identity), object: &object.value }
}

fn named(identity: &Identity) -> Named<'_> {
    Named {
        api_version: &identity.api_version,
        kind: &identity.kind,
        namespace: identity.namespace.as_deref(),
        name: &identity.name,
    }
}

fn fields(changes: &[Change]) -> Vec<Field<'_>> {
    changes
        .iter()
        .map(|change| Field {
            path: change.path.to_string(),
            segments: change.path.0.iter().map(step).collect(),
            change: match &change.what {
                What::Added(..) => "added",
                What::Removed(_) => "removed",
                What::Changed(..) => "changed",
                What::Reordered(..) => "reordered",
            },
            old: change.what.before(),
            new: change.what.after(),
            at: if let What::Added(_, at) = &change.what { *at } else { None },
        })
        .collect()
}

fn step(segment: &Segment) -> Step<'_> {
    match segment {
        Segment::Field(name) => Step::Field(name),
        Segment::Item(name) => Step::Item(name),
        Segment::Index(index) => Step::Index(*index),
        Segment::Json => Step::Json(true),
    }
}
