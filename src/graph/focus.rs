//! What is left of a graph around some of its nodes.

use super::{Edge, Graph, NodeKind};
use std::collections::{BTreeSet, VecDeque};

impl Graph {
    /// The nodes that are found around `nodes`: those and all that rebuild them or that they rebuild, over at most `depth` edges if that
    /// is given. Edges are those of the ways there.
    #[must_use]
    pub fn focus(&self, nodes: &BTreeSet<usize>, depth: Option<usize>) -> Self {
        let depth = depth.unwrap_or(usize::MAX);
        let mut above = vec![Vec::new(); self.nodes.len()];
        let mut below = vec![Vec::new(); self.nodes.len()];
        for edge in &self.edges {
            above[edge.to].push(edge.from);
            below[edge.from].push(edge.to);
        }
        let (up, down) = (reached(&above, nodes, depth), reached(&below, nodes, depth));
        let number = |at: usize| (up[at].is_some() || down[at].is_some()).then_some(at);
        let kept: Vec<usize> = (0..self.nodes.len()).filter_map(number).collect();
        let mut numbers = vec![None; self.nodes.len()];
        for (new, old) in kept.iter().enumerate() {
            numbers[*old] = Some(new);
        }
        // An edge is on a way if a way that is short enough goes over it.
        let is_way = |steps: &[Option<usize>], near: usize, far: usize| {
            steps[near].is_some_and(|steps| steps < depth) && steps[far].is_some()
        };
        let is_kept = |edge: &&Edge| is_way(&down, edge.from, edge.to) || is_way(&up, edge.to, edge.from);
        let renumbered = |edge: &Edge| Some(Edge { from: numbers[edge.from]?, to: numbers[edge.to]?, ..edge.clone() });
        let images: BTreeSet<&str> = kept.iter().map(|at| self.nodes[*at].name.as_str()).collect();
        let cycles = self.cycles.iter().filter_map(|cycle| cycle.iter().map(|at| numbers[*at]).collect());
        Self {
            nodes: kept.iter().enumerate().map(|(id, at)| super::Node { id, ..self.nodes[*at].clone() }).collect(),
            edges: self.edges.iter().filter(is_kept).filter_map(renumbered).collect(),
            reduced: self.reduced.iter().filter(|chain| images.contains(chain.image.as_str())).cloned().collect(),
            cycles: cycles.collect(),
        }
    }

    /// The names by which a node can be called: an image by its name, and all by what is built on them.
    pub fn names(&self) -> Vec<(&str, usize)> {
        let of_nodes = self.nodes.iter().flat_map(|node| {
            let reference = (node.kind == NodeKind::Base).then_some(node.reference.as_str());
            [Some(node.name.as_str()), reference].into_iter().flatten().map(move |name| (name, node.id))
        });
        let mut names: Vec<(&str, usize)> = of_nodes.collect();
        names.extend(self.edges.iter().map(|edge| (edge.base.as_str(), edge.from)));
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// How many edges lead to each node from one of these, if so many at most do.
fn reached(next: &[Vec<usize>], from: &BTreeSet<usize>, depth: usize) -> Vec<Option<usize>> {
    let mut steps = vec![None; next.len()];
    let mut queue: VecDeque<usize> = from.iter().copied().filter(|at| *at < next.len()).collect();
    for at in &queue {
        steps[*at] = Some(0);
    }
    while let Some(at) = queue.pop_front() {
        let Some(here) = steps[at].filter(|here| *here < depth) else { continue };
        for to in &next[at] {
            if steps[*to].is_none() {
                steps[*to] = Some(here + 1);
                queue.push_back(*to);
            }
        }
    }
    steps
}
