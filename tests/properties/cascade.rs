//! `cascade: reduce` beside the plainest way to the same answer: every chain is walked.

use crate::config;
use crate::graphs::{root_only, synth};
use image_factory::model::Model;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Tags of bases that we build, and whether a release of an image that watches versions, or the tag `stable`, moves them.
const TAGS: [(&str, bool, bool); 5] = [
    ("latest", true, false),
    ("1", true, false),
    ("v1.4", true, false),
    ("stable", false, true),
    ("next", false, false),
];

#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Whether it watches the tag `stable` of its own repository, in place of versions.
    pub(crate) stable: bool,
    automatic: bool,
    /// Some are written at the image, some are left to `defaults`.
    pub(crate) reduce: Option<bool>,
    /// For each image that is made before this one: the tag, and whether it is pinned.
    on: Vec<Option<(usize, bool)>>,
    /// The same for each of the external bases.
    externals: Vec<Option<bool>>,
}

pub(crate) fn nodes() -> impl Strategy<Value = (bool, Vec<Node>)> {
    let node = (
        any::<bool>(),
        prop::bool::weighted(0.9),
        prop::option::of(any::<bool>()),
        prop::collection::vec(prop::option::weighted(0.5, (0..TAGS.len(), prop::bool::weighted(0.1))), 9),
        prop::collection::vec(prop::option::weighted(0.6, prop::bool::weighted(0.1)), 2),
    );
    let node =
        node.prop_map(|(stable, automatic, reduce, on, externals)| Node { stable, automatic, reduce, on, externals });
    (prop::bool::weighted(0.8), prop::collection::vec(node, 2..9)).prop_map(|(reduce, mut nodes)| {
        for (index, node) in nodes.iter_mut().enumerate() {
            node.on.truncate(index);
        }
        (reduce, nodes)
    })
}

pub(crate) fn name(index: usize) -> String {
    // The order of names is not that of the graph.
    format!("i{}", (index * 7) % 10)
}

/// Base and image, and whether that is automatic, sure, and one that may be left out.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    pub(crate) base: String,
    /// Who publishes the base, if a release moves this tag.
    pub(crate) owner: Option<usize>,
    pub(crate) image: usize,
    pub(crate) automatic: bool,
    sure: bool,
}

pub(crate) fn edges(nodes: &[Node]) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (image, node) in nodes.iter().enumerate() {
        let mut edge = |base: String, owner, pinned: bool| {
            edges.push(Edge { base, owner, image, automatic: node.automatic, sure: node.automatic && !pinned });
        };
        for (before, use_of) in node.on.iter().enumerate() {
            let Some((tag, pinned)) = *use_of else { continue };
            let (tag, by_version, by_stable) = TAGS[tag];
            let moves = if nodes[before].stable { by_stable } else { by_version };
            edge(format!("ghcr.io/o/{}:{tag}", name(before)), moves.then_some(before), pinned);
        }
        for (external, pinned) in node.externals.iter().enumerate() {
            if let Some(pinned) = pinned {
                edge(format!("external:{external}"), None, *pinned);
            }
        }
    }
    edges
}

pub(crate) fn text(reduce: bool, nodes: &[Node]) -> String {
    let mut text = format!("defaults: {{cascade: {}}}\nimages:\n", if reduce { "reduce" } else { "all" });
    for (index, node) in nodes.iter().enumerate() {
        let pin = |pinned| if pinned { format!("@sha256:{}", "0123456789abcdef".repeat(4)) } else { String::new() };
        let on = node.on.iter().enumerate();
        let on = on.filter_map(|(before, at)| {
            at.map(|(tag, pinned)| format!("ghcr.io/o/{}:{}{}", name(before), TAGS[tag].0, pin(pinned)))
        });
        let externals = node.externals.iter().enumerate();
        let externals =
            externals.filter_map(|(at, pinned)| pinned.map(|pinned| format!("external:{at}{}", pin(pinned))));
        let bases: Vec<String> = on.chain(externals).map(|base| format!("{base:?}")).collect();
        write!(
            text,
            "- {{name: {0}, repository: o/{0}, source: {{repo: o/r}}, autoRebuild: {1}",
            name(index),
            node.automatic
        )
        .unwrap();
        if node.stable {
            text.push_str(", tags: {strategy: Digest, constraint: stable}");
        }
        if let Some(reduce) = node.reduce {
            write!(text, ", cascade: {}", if reduce { "reduce" } else { "all" }).unwrap();
        }
        writeln!(text, ", baseImages: [{}]}}", bases.join(", ")).unwrap();
    }
    text
}

/// Whether some walk of sure steps leads from a base to an image, over at least `least` steps.
pub(crate) fn leads(edges: &[Edge], base: &str, image: usize, least: usize) -> bool {
    let first = edges.iter().filter(|edge| edge.base == base && edge.sure);
    first.into_iter().any(|edge| {
        (edge.image == image && least <= 1)
            || edges
                .iter()
                .filter(|next| next.owner == Some(edge.image))
                .map(|next| next.base.as_str())
                .collect::<BTreeSet<_>>()
                .into_iter()
                .any(|next| leads(edges, next, image, least.saturating_sub(1)))
    })
}

fn triggers(model: &Model) -> BTreeSet<(String, String)> {
    let of = |base: &image_factory::model::Base| -> Vec<_> {
        let name = base.reference.familiar();
        base.dependents.iter().map(|dependent| (name.clone(), model.images[dependent.image].name.to_string())).collect()
    };
    model.bases.iter().flat_map(of).collect()
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn what_a_chain_repeats_is_left_out_and_nothing_else((reduce, nodes) in nodes()) {
        let (outcome, _) = synth(&root_only(text(reduce, &nodes)))?;
        let edges = edges(&nodes);
        let goes = |edge: &&Edge| {
            edge.automatic && nodes[edge.image].reduce.unwrap_or(reduce) && leads(&edges, &edge.base, edge.image, 2)
        };
        let pair = |edge: &Edge| (edge.base.clone(), name(edge.image));
        let all: BTreeSet<(String, String)> = edges.iter().map(pair).collect();
        let gone: BTreeSet<(String, String)> = edges.iter().filter(goes).map(pair).collect();
        let model = outcome.model();
        prop_assert_eq!(triggers(&model), all.difference(&gone).cloned().collect::<BTreeSet<_>>());

        // What was rebuilt for sure still is, and the chain that is told is one of what is left.
        let left: Vec<Edge> = edges.iter().filter(|edge| !gone.contains(&pair(edge))).cloned().collect();
        for edge in edges.iter().filter(|edge| edge.sure) {
            prop_assert!(leads(&left, &edge.base, edge.image, 1), "{:?}", edge);
        }
        let mut told = BTreeSet::new();
        for base in &model.bases {
            let base_name = base.reference.familiar();
            for follower in &base.followers {
                let names: Vec<String> = follower.through.iter().chain([&follower.image]).map(|image| model.images[*image].name.to_string()).collect();
                let mut from = vec![base_name.clone()];
                for next in &names {
                    let step = left.iter().find(|edge| from.contains(&edge.base) && edge.sure && name(edge.image) == *next);
                    prop_assert!(step.is_some(), "{}: {:?}", base_name, names);
                    let at = step.unwrap().image;
                    from = left.iter().filter(|edge| edge.owner == Some(at)).map(|edge| edge.base.clone()).collect();
                }
                prop_assert!(names.len() > 1);
                told.insert((base_name.clone(), names[names.len() - 1].clone()));
            }
        }
        prop_assert_eq!(told, gone);
    }
}
