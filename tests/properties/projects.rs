//! `projects` beside the plainest way to the same answer: what one Project rebuilds is what several do, each where it is, and each
//! Stage finds what it takes in its own Namespace.

use crate::cascade::{Node, edges, leads, name, nodes, text};
use crate::config;
use crate::graphs::{root_only, synth, values};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A rebuild: where, of what and for which base.
type Rebuild = (String, String, String);

fn at<'v>(value: &'v Value, path: &[&str]) -> &'v str {
    path.iter().fold(value, |value, field| &value[*field]).as_str().unwrap_or_default()
}

/// What the manifests rebuild. A Stage takes Freight of a Warehouse of its own Namespace, and of no other.
fn rebuilds(manifests: &[Value]) -> Result<BTreeSet<Rebuild>, TestCaseError> {
    let mut watched: BTreeMap<(&str, &str), String> = BTreeMap::new();
    let of_kind = |kind| manifests.iter().filter(move |manifest| manifest["kind"] == kind);
    for warehouse in of_kind("Warehouse") {
        let key = (at(warehouse, &["metadata", "namespace"]), at(warehouse, &["metadata", "name"]));
        let image = &warehouse["spec"]["subscriptions"][0]["image"];
        let reference = format!("{}:{}", at(image, &["repoURL"]), at(image, &["constraint"]));
        prop_assert!(watched.insert(key, reference).is_none(), "{:?} is there twice", key);
    }
    let mut rebuilds = BTreeSet::new();
    for stage in of_kind("Stage") {
        let namespace = at(stage, &["metadata", "namespace"]);
        let origin = at(&stage["spec"]["requestedFreight"][0], &["origin", "name"]);
        let base = watched.get(&(namespace, origin));
        prop_assert!(base.is_some(), "{} has no Warehouse {}", namespace, origin);
        for step in stage["spec"]["promotionTemplate"]["spec"]["steps"].as_array().into_iter().flatten() {
            if let Some(image) = at(step, &["as"]).strip_prefix("trigger-") {
                let rebuild = (namespace.to_owned(), image.to_owned(), base.unwrap().clone());
                prop_assert!(rebuilds.insert(rebuild.clone()), "{:?} is there twice", rebuild);
            }
        }
    }
    Ok(rebuilds)
}

/// The Project of each image: `None` is that of the root.
fn projects(count: usize, places: &[u8]) -> Vec<Option<u8>> {
    (0..count).map(|index| places[index % places.len()].checked_sub(1)).collect()
}

fn namespace(project: Option<u8>) -> String {
    project.map_or_else(|| "image-factory-kargo".to_owned(), |project| format!("team-{project}"))
}

fn root(projects: &[Option<u8>], nodes: &[Node], reduce: bool) -> String {
    let mut root = String::new();
    for project in projects.iter().flatten().collect::<BTreeSet<_>>() {
        let images = projects.iter().enumerate().filter(|(_, of)| **of == Some(*project));
        let images: Vec<String> = images.map(|(index, _)| name(index)).collect();
        writeln!(root, "- {{name: team-{project}, images: [{}]}}", images.join(", ")).unwrap();
    }
    let root = if root.is_empty() { root } else { format!("projects:\n{root}") };
    format!("analysis: {{mode: \"off\"}}\n{root}{}", text(reduce, nodes))
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn several_projects_rebuild_what_one_does_each_in_its_own(
        (reduce, nodes) in nodes(),
        places in prop::collection::vec(0_u8..4, 9),
    ) {
        let of = projects(nodes.len(), &places);
        let together = synth(&root_only(root(&vec![None; nodes.len()], &nodes, reduce)))?.0;
        let (apart, _) = synth(&root_only(root(&of, &nodes, reduce)))?;
        let manifests = values(&apart);
        let found = rebuilds(&manifests)?;

        // Nothing comes or goes.
        let bare = |rebuilds: &BTreeSet<Rebuild>| -> BTreeSet<(String, String)> {
            rebuilds.iter().map(|(_, image, base)| (image.clone(), base.clone())).collect()
        };
        prop_assert_eq!(bare(&found), bare(&rebuilds(&values(&together))?));
        prop_assert_eq!(found.len(), bare(&found).len(), "one image in two Projects");

        // By the graph: each edge that no chain repeats, in the Project of its image.
        let edges = edges(&nodes);
        let goes = |image: usize, base: &str, automatic: bool| {
            automatic && nodes[image].reduce.unwrap_or(reduce) && leads(&edges, base, image, 2)
        };
        let walked: BTreeSet<Rebuild> = edges
            .iter()
            .filter(|edge| !goes(edge.image, &edge.base, edge.automatic))
            .map(|edge| {
                let base = edge.base.strip_prefix("external").map(|tag| format!("docker.io/library/external{tag}"));
                (namespace(of[edge.image]), name(edge.image), base.unwrap_or_else(|| edge.base.clone()))
            })
            .collect();
        prop_assert_eq!(&found, &walked);

        // A Project watches what its own images need: each of them, and each base of theirs once.
        for project in of.iter().collect::<BTreeSet<_>>() {
            let here = namespace(*project);
            let warehouses = manifests.iter().filter(|it| it["kind"] == "Warehouse" && at(it, &["metadata", "namespace"]) == here);
            let own: BTreeSet<String> = (0..nodes.len()).filter(|index| of[*index] == *project).map(|index| {
                format!("ghcr.io/o/{}:{}", name(index), if nodes[index].stable { "stable" } else { ">=0.0.0" })
            }).collect();
            let bases = walked.iter().filter(|(namespace, ..)| *namespace == here).map(|(.., base)| base.clone());
            let needed: BTreeSet<String> = own.into_iter().chain(bases).collect();
            let watched: Vec<String> = warehouses.map(|it| {
                let image = &it["spec"]["subscriptions"][0]["image"];
                format!("{}:{}", at(image, &["repoURL"]), at(image, &["constraint"]))
            }).collect();
            prop_assert_eq!(watched.len(), needed.len());
            prop_assert_eq!(watched.into_iter().collect::<BTreeSet<_>>(), needed);
        }
    }
}
