//! The graph for mermaid, which GitHub and GitLab draw where Markdown has it.

use super::{Graph, NodeKind};
use crate::source::mermaid_label;
use crate::words::append;

/// A flowchart. What starts by itself is a line; what somebody promotes, or a pinned base that changes nothing, is dotted.
pub fn mermaid(graph: &Graph) -> String {
    let mut out = String::from("flowchart LR\n");
    for node in &graph.nodes {
        let [open, close] = match node.kind {
            NodeKind::Base => ["([", "])"],
            NodeKind::Image => ["[", "]"],
        };
        append!(out, "  n{}{open}\"{}\"{close}\n", node.id, mermaid_label(&node.name));
    }
    for edge in &graph.edges {
        let line = if edge.is_quiet() { "-.->" } else { "-->" };
        append!(out, "  n{} {line}|\"{}\"| n{}\n", edge.from, mermaid_label(&edge.label()), edge.to);
    }
    out
}
