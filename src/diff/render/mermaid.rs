//! The rebuilds that change, as a graph that GitHub draws.

use crate::diff::{Fate, RebuildEdge};
use crate::source::mermaid_label;
use crate::words::append;
use std::collections::BTreeMap;

/// Edges that are drawn: more are no picture any longer.
const EDGES: usize = 60;

/// The graph in a fence of Markdown, with a line for what it leaves out; nothing if nothing changes.
pub(super) fn graph(edges: &[RebuildEdge]) -> String {
    if edges.is_empty() {
        return String::new();
    }
    let drawn = edges.get(..EDGES).unwrap_or(edges);
    let mut out = String::from("```mermaid\nflowchart LR\n");
    let mut nodes = [BTreeMap::new(), BTreeMap::new()];
    for edge in drawn {
        for (nodes, name, letter, brackets) in nodes
            .iter_mut()
            .zip([&edge.base, &edge.image])
            .zip([("b", ["([", "])"]), ("i", ["[", "]"])])
            .map(|((nodes, name), (letter, brackets))| (nodes, name, letter, brackets))
        {
            let next = nodes.len();
            if !nodes.contains_key(name.as_str()) {
                nodes.insert(name.as_str(), next);
                let [open, close] = brackets;
                append!(out, "  {letter}{next}{open}\"{}\"{close}\n", mermaid_label(name));
            }
        }
    }
    let [bases, images] = nodes;
    let number = |nodes: &BTreeMap<&str, usize>, name: &str| nodes.get(name).copied().unwrap_or_default();
    for edge in drawn {
        let (base, image) = (number(&bases, &edge.base), number(&images, &edge.image));
        let label = mermaid_label(&edge.label);
        match edge.fate {
            Fate::Added => append!(out, "  b{base} ==>|\"new: {label}\"| i{image}\n"),
            Fate::Removed => append!(out, "  b{base} -.->|\"gone\"| i{image}\n"),
            Fate::Changed => append!(out, "  b{base} -->|\"{label}\"| i{image}\n"),
        }
    }
    for (fate, style) in
        [(Fate::Added, "stroke:#1a7f37"), (Fate::Removed, "stroke:#cf222e"), (Fate::Changed, "stroke:#9a6700")]
    {
        let numbers =
            drawn.iter().enumerate().filter(|(_, edge)| edge.fate == fate).map(|(index, _)| index.to_string());
        let numbers: Vec<String> = numbers.collect();
        if !numbers.is_empty() {
            append!(out, "  linkStyle {} {style}\n", numbers.join(","));
        }
    }
    out.push_str("```\n");
    if edges.len() > EDGES {
        append!(out, "\nThe graph shows {EDGES} of {} rebuilds that change.\n", edges.len());
    }
    out
}
