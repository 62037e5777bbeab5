//! The graph as a tree for terminals: below each base what it rebuilds, and below that what that rebuilds.

use super::{Edge, Graph, Node, NodeKind, Use};
use crate::source::visible_line;
use crate::style::{BOLD, CYAN, DIM, GREEN, Look, RED, YELLOW};
use crate::words::{append, columns, counted, list, wrapped};
use indexmap::{IndexMap, IndexSet};
use std::collections::BTreeSet;

/// So many levels are drawn: what is deeper has no room in a terminal.
const DEEPEST: usize = 24;

/// A line for each rebuild. What is below a node that several have is drawn once, at the first of them.
pub fn tree(graph: &Graph, look: Look) -> String {
    let below = graph.below();
    let mut is_below = vec![false; graph.nodes.len()];
    for edge in &graph.edges {
        is_below[edge.to] = true;
    }
    let mut painter =
        Painter { graph, look, below, drawn: BTreeSet::new(), is_shared: shared(graph), out: String::new() };
    let (roots, rest): (Vec<&Node>, Vec<&Node>) = graph.nodes.iter().partition(|node| !is_below[node.id]);
    let (alone, roots): (Vec<&Node>, Vec<&Node>) =
        roots.into_iter().partition(|node| node.kind == NodeKind::Image && painter.below[node.id].is_empty());
    for root in roots {
        painter.root(root);
    }
    // What is left is below nothing but itself.
    for node in rest {
        if !painter.drawn.contains(&node.id) && is_in_cycle(graph, node.id) {
            painter.root(node);
        }
    }
    let mut out = painter.out;
    if !alone.is_empty() {
        let names: Vec<String> = alone.iter().map(|node| visible_line(&node.name)).collect();
        append!(out, "{}\n", look.paint(YELLOW, "nothing rebuilds"));
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        append!(out, "  {}", wrapped(names, 2, look.width()));
    }
    for cycle in &graph.cycles {
        let names = cycle.iter().chain(cycle.first()).map(|at| visible_line(&graph.nodes[*at].name));
        let names = names.collect::<Vec<_>>().join(" -> ");
        append!(
            out,
            "{}",
            wrapped(format!("cycle: {names}").split(' '), 7, look.width()).replacen(
                "cycle:",
                &look.paint(RED, "cycle:"),
                1
            )
        );
    }
    append!(out, "{}\n", counts(graph));
    out
}

/// How much of everything there is.
fn counts(graph: &Graph) -> String {
    let of = |kind| graph.nodes.iter().filter(|node| node.kind == kind).count();
    let [bases, images] = [of(NodeKind::Base), of(NodeKind::Image)];
    format!("{}, {}, {}", counted(bases, "base"), counted(images, "image"), counted(graph.edges.len(), "rebuild"))
}

/// Nodes that several others lead to.
fn shared(graph: &Graph) -> Vec<bool> {
    let mut before: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); graph.nodes.len()];
    for edge in &graph.edges {
        before[edge.to].insert(edge.from);
    }
    before.iter().map(|before| before.len() > 1).collect()
}

fn is_in_cycle(graph: &Graph, node: usize) -> bool {
    graph.cycles.iter().any(|cycle| cycle.contains(&node))
}

/// What is still to be drawn below a node that has been.
struct Level<'g> {
    node: usize,
    edges: std::vec::IntoIter<&'g Edge>,
    /// What stands before the lines of its children.
    edge: String,
}

struct Painter<'g> {
    graph: &'g Graph,
    look: Look,
    below: Vec<Vec<&'g Edge>>,
    /// Nodes of which what is below them is there.
    drawn: BTreeSet<usize>,
    is_shared: Vec<bool>,
    out: String,
}

impl<'g> Painter<'g> {
    fn root(&mut self, node: &Node) {
        let style = if node.kind == NodeKind::Base { CYAN } else { BOLD };
        append!(self.out, "{}\n", self.look.paint(style, &visible_line(&node.name)));
        // Not by recursion: a chain of 10,000 images would overflow the stack.
        let mut levels = vec![self.level(node.id, String::new())];
        while let Some(level) = levels.last_mut() {
            let Some(edge) = level.edges.next() else {
                levels.pop();
                continue;
            };
            let is_last = level.edges.as_slice().is_empty();
            let (before, own) = (level.edge.clone(), if is_last { "\u{2514}\u{2500} " } else { "\u{251c}\u{2500} " });
            let after = format!("{before}{}", if is_last { "   " } else { "\u{2502}  " });
            let is_cycle = levels.iter().any(|level| level.node == edge.to);
            let has_more = !self.below[edge.to].is_empty();
            let mark = match (is_cycle, has_more) {
                (true, _) => Mark::Cycle,
                (false, true) if self.drawn.contains(&edge.to) => Mark::Above,
                (false, true) if levels.len() >= DEEPEST => Mark::Deeper,
                _ if self.is_shared[edge.to] => Mark::Shared,
                _ => Mark::None,
            };
            self.line(&format!("{before}{own}"), &after, edge, mark);
            if has_more && matches!(mark, Mark::Shared | Mark::None) {
                let next = self.level(edge.to, after);
                levels.push(next);
            }
        }
    }

    fn level(&mut self, node: usize, edge: String) -> Level<'g> {
        self.drawn.insert(node);
        Level { node, edges: self.below[node].clone().into_iter(), edge }
    }

    /// A line: the name, when it is rebuilt, how and where the base is used, and what there is to say.
    fn line(&mut self, before: &str, after: &str, edge: &Edge, mark: Mark) {
        let name = visible_line(&self.graph.nodes[edge.to].name);
        let (mark, mark_style) = match mark {
            Mark::None => ("", DIM),
            Mark::Shared => ("several bases", DIM),
            Mark::Above => ("what it rebuilds is shown above", DIM),
            Mark::Deeper => ("and more: `--focus` shows what it rebuilds", YELLOW),
            Mark::Cycle => ("cycle: it is above", RED),
        };
        let delay_style = match (edge.is_quiet(), edge.delay.starts_with("no delay")) {
            (true, _) => YELLOW,
            (false, true) => GREEN,
            (false, false) => BOLD,
        };
        let delay = visible_line(&edge.label());
        let parts = [(delay, delay_style), (edge.used(), DIM), (mark.to_owned(), mark_style)];
        let parts: Vec<(String, _)> = parts.into_iter().filter(|(part, _)| !part.is_empty()).collect();
        append!(self.out, "{before}{}", self.look.paint(BOLD, &name));
        let mut column = columns(before) + columns(&name);
        let room = self.look.room().unwrap_or(usize::MAX);
        for (part, style) in parts {
            let indent = columns(after) + 2;
            if column.saturating_add(2 + columns(&part)) <= room {
                append!(self.out, "  {}", self.look.paint(style, &part));
                column += 2 + columns(&part);
                continue;
            }
            let lines = wrapped(part.split(' '), indent, room);
            for line in lines.lines() {
                append!(self.out, "\n{after}  {}", self.look.paint(style, line.trim_start()));
                column = indent + columns(line.trim_start());
            }
        }
        self.out.push('\n');
    }
}

/// What is said of a node beside its edge.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    /// Others lead to it too.
    Shared,
    /// What it rebuilds has been drawn.
    Above,
    /// What it rebuilds has no room.
    Deeper,
    /// It is one of those above in the same way.
    Cycle,
}

impl Edge {
    /// Whether nothing comes of a new digest by itself: somebody has to promote, or the digest is pinned.
    pub(super) fn is_quiet(&self) -> bool {
        !self.automatic || self.pinned
    }

    /// A few words on when it is rebuilt.
    pub(super) fn label(&self) -> String {
        let pinned = if self.pinned { ", pinned to a digest" } else { "" };
        let moves = if self.moves { "" } else { ", if a release moves the tag" };
        format!("{}{pinned}{moves}", self.delay)
    }

    /// How and where the base is used: `final and copy, Dockerfile:2, 15`.
    fn used(&self) -> String {
        let mut kinds: IndexSet<&str> = IndexSet::new();
        let mut files: IndexMap<&str, IndexSet<String>> = IndexMap::new();
        for Use { kind, file, line } in &self.uses {
            kinds.insert(kind);
            files.entry(file).or_default().extend(line.map(|line| line.to_string()));
        }
        let place = |(file, lines): (&str, IndexSet<String>)| {
            let lines: Vec<String> = lines.into_iter().collect();
            let lines = if lines.is_empty() { String::new() } else { format!(":{}", lines.join(", ")) };
            visible_line(file) + &lines
        };
        let kinds = list(&kinds.into_iter().collect::<Vec<_>>());
        let kinds = Some(kinds).filter(|kinds| !kinds.is_empty());
        kinds.into_iter().chain(files.into_iter().map(place)).collect::<Vec<_>>().join(", ")
    }
}
