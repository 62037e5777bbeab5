//! The graph for Graphviz.

use super::{Graph, NodeKind};
use crate::source::visible_line;
use crate::words::append;

/// A digraph in the DOT language. Edges are as those of [`mermaid`](super::mermaid).
pub fn dot(graph: &Graph) -> String {
    let mut out = String::from(
        "digraph images {\n  rankdir=LR\n  node [shape=box, style=rounded, fontname=\"sans-serif\"]\n  edge [fontname=\"sans-serif\", fontsize=10]\n",
    );
    for node in &graph.nodes {
        let shape = if node.kind == NodeKind::Base { ", shape=oval" } else { "" };
        append!(out, "  n{} [label=\"{}\"{shape}]\n", node.id, escaped(&node.name));
    }
    for edge in &graph.edges {
        let style = if edge.is_quiet() { ", style=dashed" } else { "" };
        append!(out, "  n{} -> n{} [label=\"{}\"{style}]\n", edge.from, edge.to, escaped(&edge.label()));
    }
    out.push_str("}\n");
    out
}

/// A text between double quotes: backslashes begin what Graphviz puts in, and `&` begins an entity
/// (<https://graphviz.org/docs/attr-types/escString/>).
fn escaped(text: &str) -> String {
    visible_line(text).replace('&', "&amp;").replace('\\', "\\\\").replace('"', "\\\"")
}
