//! Two sets of manifests: what is reported is all that differs and nothing else, and the sentences say of the graph what the
//! models say, from which both sets were made.

use crate::apply::apply;
use crate::asked::Asked;
use crate::documents::diff_problems;
use crate::graphs::{graphs, root_only};
use crate::pipeline::{Outcome, run};
use crate::{config, written};
use image_factory::diff::intent::{Intent, Sentence, SentenceKind};
use image_factory::diff::render::{View, human, json, markdown};
use image_factory::diff::{ManifestSet, Report, compare};
use image_factory::model::{Model, Policy, WatchedBy};
use image_factory::source::{SourceFile, Sources};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What somebody does to images.yaml between two revisions.
#[derive(Clone, Copy, Debug)]
enum Edit {
    RemoveImage,
    RenameImage,
    RemoveBase,
    Manual,
    Automatic,
    Delay(&'static str),
    Branch,
    DefaultDelay(&'static str),
    Interval,
    Project,
}

fn edit() -> impl Strategy<Value = (Edit, Index)> {
    let edits = [
        Edit::RemoveImage,
        Edit::RenameImage,
        Edit::RemoveBase,
        Edit::Manual,
        Edit::Automatic,
        Edit::Delay("3d"),
        Edit::Delay("36h"),
        Edit::Branch,
        Edit::DefaultDelay("7d"),
        Edit::Interval,
        Edit::Project,
    ];
    (select(edits.to_vec()), any::<Index>())
}

fn edited(asked: &Asked, edits: &[(Edit, Index)]) -> Asked {
    let mut asked = asked.clone();
    for (edit, index) in edits {
        let delay = |written: &str| crate::asked::TIMES.into_iter().find(|time| time.written == written);
        match edit {
            Edit::DefaultDelay(written) => asked.root.layer.delay = delay(written),
            Edit::Interval => asked.root.base_interval = delay("36h"),
            Edit::Project => asked.root.project = Some("another-project"),
            _ if asked.images.is_empty() => {}
            Edit::RemoveImage => drop(asked.images.remove(index.index(asked.images.len()))),
            _ => {
                let at = index.index(asked.images.len());
                let image = &mut asked.images[at];
                match (edit, &mut image.build) {
                    (Edit::RenameImage, _) => image.name.push_str("-too"),
                    (Edit::RemoveBase, Some(build)) => drop(build.bases.pop()),
                    (Edit::Manual, Some(build)) => build.layer.auto = Some(false),
                    (Edit::Automatic, Some(build)) => build.layer.auto = Some(true),
                    (Edit::Delay(written), Some(build)) => build.layer.delay = delay(written),
                    (Edit::Branch, Some(build)) => build.branch = Some("develop"),
                    _ => {}
                }
            }
        }
    }
    asked
}

/// Mostly two revisions of one images.yaml, and now and then two that have nothing in common.
fn pairs() -> BoxedStrategy<(Asked, Asked)> {
    // Boxed: a strategy of so many parts is larger than the stack of a test's thread.
    prop_oneof![
        5 => (graphs().boxed(), proptest::collection::vec(edit(), 0..5)).prop_map(|(asked, edits)| {
            let edited = edited(&asked, &edits);
            (asked, edited)
        }),
        1 => (graphs().boxed(), graphs().boxed()),
    ]
    .boxed()
}

fn made(asked: &Asked, locked: bool) -> Option<(Outcome, String)> {
    let texts = if locked { written::with_lock(asked) } else { root_only(written::one_file(asked)) };
    let outcome = run(&texts);
    // An edit can make two names one.
    outcome.manifest().ok().map(|text| (outcome, text))
}

fn set(text: &str) -> ManifestSet {
    let mut sources = Sources::new();
    let file = sources.add(SourceFile::new("k8s.yaml", text));
    let mut set = ManifestSet::new();
    let problems = set.add(&sources, file);
    assert!(problems.is_empty(), "{problems:#?}");
    set
}

/// A value in which texts that hold JSON are that JSON, and fields have no order.
fn canonical(value: Value) -> Value {
    match value {
        Value::String(text) if text.starts_with(['{', '[']) => {
            serde_json::from_str::<Value>(&text).map_or(Value::String(text), |inner| json!({"json": inner}))
        }
        Value::Array(items) => items.into_iter().map(canonical).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, canonical(value))).collect(),
        other => other,
    }
}

type Objects = BTreeMap<String, Value>;

fn key(identity: &image_factory::emit::Identity) -> String {
    format!("{identity:?}")
}

fn objects(set: &ManifestSet) -> Objects {
    let value = |value: &image_factory::diff::Value| canonical(serde_json::to_value(value).unwrap());
    set.objects().map(|object| (key(&object.identity), value(&object.value))).collect()
}

/// The old set with everything done that is reported.
fn applied(old: &ManifestSet, report: &Report) -> Objects {
    let values: BTreeMap<String, &image_factory::diff::Value> =
        old.objects().map(|object| (key(&object.identity), &object.value)).collect();
    let mut result: BTreeMap<String, image_factory::diff::Value> =
        values.iter().map(|(key, value)| (key.clone(), (*value).clone())).collect();
    for object in &report.removed {
        assert!(result.remove(&key(&object.identity)).is_some());
    }
    for renamed in &report.renamed {
        assert!(result.remove(&key(&renamed.from)).is_some());
    }
    for renamed in &report.renamed {
        result.insert(key(&renamed.to), apply(values[&key(&renamed.from)], &renamed.changes));
    }
    for changed in &report.changed {
        let key = key(&changed.identity);
        result.insert(key.clone(), apply(values[&key], &changed.changes));
    }
    for object in &report.added {
        assert!(result.insert(key(&object.identity), object.value.clone()).is_none());
    }
    result.into_iter().map(|(key, value)| (key, canonical(serde_json::to_value(&value).unwrap()))).collect()
}

type Edge = (String, String);
/// When, and everything that a workflow is told.
type Facts = (Policy, BTreeMap<String, String>);

/// The graph, from the model.
fn graph(model: &Model) -> BTreeMap<Edge, Facts> {
    let edges = model.bases.iter().flat_map(|base| base.dependents.iter().map(move |dependent| (base, dependent)));
    edges
        .map(|(base, dependent)| {
            let image = &model.images[dependent.image];
            let mut told: BTreeMap<String, String> =
                dependent.inputs.iter().map(|(name, value)| (format!("input {name}"), value.to_string())).collect();
            for (name, value) in [
                ("api", &*model.hosts.github.api_url),
                ("repo", image.source.pipeline.repo()),
                ("workflow", image.source.pipeline.name()),
                ("branch", &*image.source.branch),
            ] {
                told.insert(name.to_owned(), value.to_owned());
            }
            ((base.reference.familiar(), image.name.to_string()), (dependent.policy.clone(), told))
        })
        .collect()
}

/// The same, from what was read of the manifests.
fn graph_read(intent: &Intent) -> BTreeMap<Edge, Facts> {
    let edges = intent.rebuilds.iter().map(|(edge, rebuild)| {
        let mut told: BTreeMap<String, String> =
            rebuild.inputs.iter().map(|(name, value)| (format!("input {name}"), value.clone())).collect();
        let target = &rebuild.target;
        for (name, value) in
            [("api", &target.api), ("repo", &target.repo), ("workflow", &target.workflow), ("branch", &target.branch)]
        {
            told.insert(name.to_owned(), value.to_owned());
        }
        (edge.clone(), (rebuild.policy.clone(), told))
    });
    edges.collect()
}

/// At least how often registries are asked in a day.
fn requests(model: &Model) -> u64 {
    let bases = model.bases.iter().filter_map(|base| match base.watched_by {
        WatchedBy::Own(interval) => Some(interval),
        WatchedBy::ImageOfThatName { .. } => None,
    });
    let images = model.images.iter().map(|image| image.interval);
    let intervals = bases.chain(images).chain(model.externals.iter().map(|image| image.interval));
    intervals.map(|interval| 86_400_u64.div_ceil(interval.as_seconds().max(300))).sum()
}

fn edges_of(sentences: &[Sentence], kind: SentenceKind) -> BTreeSet<Edge> {
    sentences
        .iter()
        .filter(|sentence| sentence.kind == kind)
        .flat_map(|sentence| sentence.rebuilds.iter().map(|rebuild| (rebuild.base.clone(), rebuild.image.clone())))
        .collect()
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn what_is_reported_is_all_that_differs((old, new) in pairs(), locked in any::<bool>()) {
        let (Some((_, old)), Some((_, new))) = (made(&old, locked), made(&new, locked)) else { return Ok(()) };
        let (old, new) = (set(&old), set(&new));
        let report = compare(&old, &new);
        prop_assert_eq!(report.left_out, 0);
        prop_assert_eq!(applied(&old, &report), objects(&new));
        prop_assert_eq!(report.is_empty(), objects(&old) == objects(&new));
        prop_assert_eq!(diff_problems(&serde_json::from_str(&json(&report)).unwrap()), Vec::<String>::new());
        let page = markdown(&report, View::default());
        prop_assert!(page.starts_with("<!-- image-factory diff -->\n") && page.len() < 65_536);
        prop_assert!(!human(&report, View::new(false, 80)).is_empty());
    }

    #[test]
    fn the_sentences_agree_with_the_graphs((old, new) in pairs()) {
        let (Some((then, old)), Some((now, new))) = (made(&old, false), made(&new, false)) else { return Ok(()) };
        let (old, new) = (set(&old), set(&new));
        let (then, now) = (then.model(), now.model());
        let (before, after) = (graph(&then), graph(&now));
        for (set, graph, model) in [(&old, &before, &then), (&new, &after, &now)] {
            let intent = Intent::read(set, set, false);
            prop_assert_eq!(&graph_read(&intent), graph);
            prop_assert_eq!(intent.requests().values().sum::<u64>(), requests(model));
        }
        let report = compare(&old, &new);
        let sentences = &report.intent;
        // An image under another name keeps its rebuilds.
        if sentences.iter().any(|sentence| sentence.kind == SentenceKind::Renamed) {
            return Ok(());
        }
        let gained: BTreeSet<Edge> = after.keys().filter(|edge| !before.contains_key(*edge)).cloned().collect();
        let lost: BTreeSet<Edge> = before.keys().filter(|edge| !after.contains_key(*edge)).cloned().collect();
        let moved = edges_of(sentences, SentenceKind::Moved);
        let said: BTreeSet<Edge> = edges_of(sentences, SentenceKind::Gained).union(&moved).cloned().collect();
        prop_assert_eq!(said, gained);
        let gone = edges_of(sentences, SentenceKind::Lost);
        prop_assert!(gone.is_subset(&lost) && gone.len() + moved.len() == lost.len(), "{:?} {:?} {:?}", gone, moved, lost);
        let kept = |differs: fn(&Facts, &Facts) -> bool| -> BTreeSet<Edge> {
            let kept = before.iter().filter_map(|(edge, facts)| Some((edge, facts, after.get(edge)?)));
            kept.filter(|(_, before, after)| differs(before, after)).map(|(edge, _, _)| edge.clone()).collect()
        };
        prop_assert_eq!(edges_of(sentences, SentenceKind::Policy), kept(|before, after| before.0 != after.0));
        prop_assert_eq!(edges_of(sentences, SentenceKind::Workflow), kept(|before, after| before.1 != after.1));
        for sentence in sentences {
            let named = sentence.images.iter().filter(|image| sentence.text.contains(image.as_str())).count();
            prop_assert!(named == sentence.images.len() || sentence.text.contains(" more"), "{}", sentence.text);
        }
        // Nothing is rebuilt by applying what was there before; what is new is only written down.
        let fired = edges_of(sentences, SentenceKind::Applying);
        prop_assert!(fired.iter().all(|edge| after[edge].0.is_automatic()));
        prop_assert!(then.project.name == now.project.name || fired.is_empty(), "{:?}", fired);
        for edge in after.keys() {
            let base_is_new = !before.keys().any(|(base, _)| *base == edge.0);
            prop_assert!(!base_is_new || !fired.contains(edge), "{:?}", edge);
        }
    }

    #[test]
    fn a_cluster_that_has_the_set_does_not_differ_from_it(asked in graphs(), locked in any::<bool>()) {
        let Some((outcome, text)) = made(&asked, locked) else { return Ok(()) };
        let mut items: Vec<Value> =
            outcome.objects().iter().map(|object| as_a_cluster_has_it(serde_json::to_value(object).unwrap())).collect();
        items.push(json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "token"}, "data": {}}));
        let list = json!({"apiVersion": "v1", "kind": "List", "items": items, "metadata": {"resourceVersion": ""}});
        for cluster in [list.to_string(), serde_yaml::to_string(&list).unwrap()] {
            let report = compare(&set(&cluster), &set(&text));
            prop_assert!(report.is_empty(), "{}", human(&report, View::new(false, 200)));
            prop_assert_eq!(report.left_out, 1);
        }
    }
}

/// An object with all that the API server, Kargo and kubectl put into it.
fn as_a_cluster_has_it(mut object: Value) -> Value {
    let applied = object.to_string();
    let metadata = object["metadata"].as_object_mut().unwrap();
    metadata.insert("uid".to_owned(), json!("0c0d"));
    metadata.insert("resourceVersion".to_owned(), json!("12"));
    metadata.insert("generation".to_owned(), json!(3));
    metadata.insert("creationTimestamp".to_owned(), json!("2026-11-23T00:00:00Z"));
    metadata.insert("managedFields".to_owned(), json!([{"manager": "kubectl"}]));
    metadata.insert("finalizers".to_owned(), json!(["kargo.akuity.io/finalizer"]));
    metadata["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] = json!(format!("{applied}\n"));
    object["status"] = json!({"conditions": [{"type": "Ready", "status": "True"}]});
    match object["kind"].as_str().unwrap() {
        "Namespace" => {
            object["metadata"]["labels"]["kubernetes.io/metadata.name"] = object["metadata"]["name"].clone();
            object["spec"] = json!({"finalizers": ["kubernetes"]});
        }
        "Stage" => {
            for step in object["spec"]["promotionTemplate"]["spec"]["steps"].as_array_mut().unwrap() {
                if step.get("continueOnError").is_none() {
                    step["continueOnError"] = json!(false);
                }
            }
        }
        "Warehouse" => object["spec"]["subscriptions"][0]["image"]["cacheByTag"] = json!(false),
        _ => {}
    }
    object
}

/// The edits have to reach every kind of sentence, else the properties above hold for want of a case.
#[test]
fn the_pairs_reach_every_kind_of_sentence() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::new(config(1));
    let mut reached: BTreeMap<SentenceKind, usize> = BTreeMap::new();
    for _ in 0..150 {
        let (old, new) = pairs().new_tree(&mut runner).unwrap().current();
        let (Some((_, old)), Some((_, new))) = (made(&old, true), made(&new, true)) else { continue };
        let report = compare(&set(&old), &set(&new));
        for kind in report.intent.iter().map(|sentence| sentence.kind).collect::<BTreeSet<_>>() {
            *reached.entry(kind).or_default() += 1;
        }
    }
    let all = [
        SentenceKind::Project,
        SentenceKind::Renamed,
        SentenceKind::ImagesAdded,
        SentenceKind::ImagesRemoved,
        SentenceKind::Gained,
        SentenceKind::Lost,
        SentenceKind::Policy,
        SentenceKind::Workflow,
        SentenceKind::Watched,
        SentenceKind::Unwatched,
        SentenceKind::Rewatched,
        SentenceKind::Checks,
        SentenceKind::Runs,
        SentenceKind::Requests,
        SentenceKind::Applying,
    ];
    let rare: Vec<&SentenceKind> = all.iter().filter(|kind| reached.get(kind).copied().unwrap_or(0) < 2).collect();
    assert!(rare.is_empty(), "in fewer than 2 of 150 pairs: {rare:?}; all: {reached:#?}");
}
