//! Cycles among the images that we build.

// Not tarjan_scc: it recurses, and a chain of 100,000 images would overflow the stack.
use petgraph::algo::kosaraju_scc;
use petgraph::graphmap::DiGraphMap;
use std::collections::{BTreeSet, VecDeque};

/// The shortest walk `a -> b -> a` through each knot of nodes that reach each other, beginning at its smallest node and
/// without that node at the end. Nodes are numbers; so is the order of the result.
pub fn cycles(edges: impl IntoIterator<Item = (usize, usize)>) -> Vec<Vec<usize>> {
    let edges: BTreeSet<(usize, usize)> = edges.into_iter().collect();
    let graph: DiGraphMap<usize, ()> = edges.iter().copied().collect();
    let mut walks: Vec<Vec<usize>> = kosaraju_scc(&graph)
        .into_iter()
        .filter_map(|members| {
            let start = *members.iter().min()?;
            let members: BTreeSet<usize> = members.into_iter().collect();
            walk_back(start, |node| graph.neighbors(node).filter(|next| members.contains(next)))
        })
        .collect();
    walks.sort();
    walks
}

/// Breadth first from a node back to itself; `None` if it cannot be reached.
fn walk_back<I: Iterator<Item = usize>>(start: usize, next: impl Fn(usize) -> I) -> Option<Vec<usize>> {
    let mut came_from = std::collections::BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for neighbor in next(node) {
            if neighbor == start {
                let mut walk = vec![node];
                while let Some(before) = came_from.get(walk.last()?) {
                    walk.push(*before);
                }
                walk.reverse();
                return Some(walk);
            }
            if let std::collections::btree_map::Entry::Vacant(entry) = came_from.entry(neighbor) {
                entry.insert(node);
                queue.push_back(neighbor);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_knot_is_reported_once_as_a_walk() {
        assert_eq!(cycles([(0, 1), (1, 2)]), Vec::<Vec<usize>>::new());
        assert_eq!(cycles([(0, 0)]), [[0]]);
        assert_eq!(cycles([(1, 0), (0, 1)]), [[0, 1]]);
        assert_eq!(cycles([(5, 3), (3, 4), (4, 5), (3, 5), (7, 7), (0, 5)]), [vec![3, 5], vec![7]]);
        assert_eq!(cycles((0..100_000).map(|n| (n, n + 1))), Vec::<Vec<usize>>::new());
        assert_eq!(cycles((0..100_000).map(|n| (n, (n + 1) % 100_000)))[0].len(), 100_000);
    }
}
