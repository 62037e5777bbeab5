//! Every field of every manifest: when it alone changes, a sentence of `diff` says so.

use crate::harness::Folder;
use image_factory::diff::intent::SentenceKind;
use image_factory::diff::{ManifestSet, Report, compare};
use image_factory::source::{SourceFile, Sources};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn manifests(fixture: &str) -> Vec<Value> {
    let run = Folder::of(fixture).run(&["synth", "--stdout", "--quiet"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout.split("\n---\n").map(|document| serde_yaml::from_str(document).unwrap()).collect()
}

fn set(documents: &[Value]) -> ManifestSet {
    let text = documents.iter().map(|document| format!("---\n{document}\n")).collect::<String>();
    let mut sources = Sources::new();
    let file = sources.add(SourceFile::new("k8s.yaml", text));
    let mut set = ManifestSet::new();
    assert!(set.add(&sources, file).is_empty());
    set
}

/// The pointers of all scalars of a value.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                leaves(value, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(items) => items.iter().enumerate().for_each(|(i, item)| leaves(item, &format!("{at}/{i}"), found)),
        _ => found.push(at.to_owned()),
    }
}

/// Whether something is said beside what it costs.
fn says(report: &Report) -> bool {
    use SentenceKind::{Applying, Requests, Runs};
    report.intent.iter().any(|sentence| !matches!(sentence.kind, Applying | Requests | Runs))
}

#[test]
fn no_field_changes_without_a_sentence() {
    let mut silent = BTreeSet::new();
    let mut tried = 0;
    for fixture in ["analysis_http", "analysis_job", "analysis_workflow"] {
        let documents = manifests(fixture);
        let before = set(&documents);
        let mut seen = BTreeSet::new();
        for (index, document) in documents.iter().enumerate() {
            let mut pointers = Vec::new();
            leaves(document, "", &mut pointers);
            for pointer in pointers {
                let kind = document["kind"].as_str().unwrap();
                let plain: String =
                    pointer.split('/').filter(|part| part.parse::<usize>().is_err()).collect::<Vec<_>>().join("/");
                let names = ["/apiVersion", "/kind", "/metadata/name", "/metadata/namespace"];
                let is_name = names.contains(&pointer.as_str()) || pointer.contains("managed-by");
                if is_name || !seen.insert((kind.to_owned(), plain.clone())) {
                    continue;
                }
                let mut after = documents.clone();
                let value = after[index].pointer_mut(&pointer).unwrap();
                *value = match &*value {
                    Value::Bool(yes) => json!(!*yes),
                    Value::Number(number) => json!(number.as_u64().unwrap() + 1),
                    other => json!(format!("{}x", other.as_str().unwrap())),
                };
                let report = compare(&before, &set(&after));
                tried += 1;
                if !report.is_empty() && !says(&report) {
                    silent.insert(format!("{kind}{plain}"));
                }
            }
        }
    }
    assert!(tried > 60, "{tried}");
    assert!(silent.is_empty(), "{silent:#?}");
}

/// What a step asks of an answer is written anew with what it looks for, which has a sentence of its own.
#[test]
fn what_follows_from_something_said_has_no_sentence() {
    let documents = manifests("analysis_http");
    let mut after = documents.clone();
    let mut expressions = 0;
    for document in &mut after {
        match document["kind"].as_str().unwrap() {
            "Warehouse" => document["spec"]["interval"] = json!("1h0m0s"),
            "Stage" => {
                for step in document["spec"]["promotionTemplate"]["spec"]["steps"].as_array_mut().unwrap() {
                    for name in ["successExpression", "failureExpression"] {
                        if let Some(expression) = step["config"].get_mut(name) {
                            *expression = json!(format!("{}x", expression.as_str().unwrap()));
                            expressions += 1;
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let report = compare(&set(&documents), &set(&after));
    let fields: Vec<_> = report.intent.iter().filter(|sentence| sentence.kind == SentenceKind::Fields).collect();
    assert!(expressions > 1 && says(&report), "{expressions}");
    assert!(fields.is_empty(), "{fields:?}");
}
