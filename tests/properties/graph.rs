//! What is left around a node, beside the plainest way to the same answer: every walk of the generated graph is walked.

use crate::cascade::{name, nodes, text};
use crate::config;
use crate::graphs::{root_only, synth};
use image_factory::graph::Graph;
use proptest::prelude::*;
use std::collections::BTreeSet;

type Pair = (String, String);

fn pairs(graph: &Graph) -> BTreeSet<Pair> {
    let named = |node: usize| graph.nodes[node].name.clone();
    graph.edges.iter().map(|edge| (named(edge.from), named(edge.to))).collect()
}

/// The edges of all walks of at most so many steps, each walk by itself.
fn walked(edges: &BTreeSet<Pair>, at: &str, steps: usize, is_down: bool, found: &mut BTreeSet<Pair>) {
    if steps == 0 {
        return;
    }
    for (from, to) in edges {
        let (here, next) = if is_down { (from, to) } else { (to, from) };
        if here == at {
            found.insert((from.clone(), to.clone()));
            walked(edges, next, steps - 1, is_down, found);
        }
    }
}

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn a_focus_leaves_the_walks_to_and_from_a_node_and_nothing_else((reduce, written) in nodes(), at in any::<prop::sample::Index>(), depth in 0..6usize) {
        let (outcome, _) = synth(&root_only(text(reduce, &written)))?;
        let whole = Graph::of(&outcome.model(), outcome.sources(), &|_, _| Vec::new());
        prop_assert_eq!(&whole.cycles, &Vec::<Vec<usize>>::new());
        let edges = pairs(&whole);
        let node = at.get(&whole.nodes);
        // No walk without a circle has more steps than there are nodes.
        for (depth, most) in [(Some(depth), depth), (None, written.len() + 2)] {
            let part = whole.focus(&BTreeSet::from([node.id]), depth);
            let mut expected = BTreeSet::new();
            walked(&edges, &node.name, most, true, &mut expected);
            walked(&edges, &node.name, most, false, &mut expected);
            prop_assert_eq!(pairs(&part), expected.clone());
            let mut around: BTreeSet<String> = expected.into_iter().flat_map(|(from, to)| [from, to]).collect();
            around.insert(node.name.clone());
            prop_assert_eq!(part.nodes.iter().map(|node| node.name.clone()).collect::<BTreeSet<_>>(), around);
            prop_assert!(part.nodes.iter().enumerate().all(|(place, node)| place == node.id));
        }
    }

    /// An edge for each base that is written and no chain repeats; an image of ours stands for what it publishes.
    #[test]
    fn the_edges_are_those_that_are_written((_, written) in nodes()) {
        let mut written = written;
        for node in &mut written {
            node.reduce = Some(false);
        }
        let (outcome, _) = synth(&root_only(text(false, &written)))?;
        let graph = Graph::of(&outcome.model(), outcome.sources(), &|_, _| Vec::new());
        let expected = crate::cascade::edges(&written).into_iter().map(|edge| {
            let from = edge.base.strip_prefix("ghcr.io/o/").and_then(|rest| rest.split(':').next()).unwrap_or(&edge.base);
            (from.to_owned(), name(edge.image), edge.automatic)
        });
        let named = |node: usize| graph.nodes[node].name.clone();
        let found = graph.edges.iter().map(|edge| (named(edge.from), named(edge.to), edge.automatic));
        prop_assert_eq!(found.collect::<BTreeSet<_>>(), expected.collect::<BTreeSet<_>>());
    }
}
