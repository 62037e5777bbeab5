//! The graph as one HTML file that asks no network: the page that `page/bundle.mjs` makes, with the rows of the graph in it.

use super::{Edge, Graph, Node};
use crate::source::visible_line;
use serde::Serialize;
use std::collections::HashMap;

/// The page, made of `page/` at development time; `tests/graph/run.sh` proves that it is what that makes.
const PAGE: &str = include_str!("page.html");
/// Where the rows go.
const ROWS: &str = "{graph}";

/// The rows that `page/data.js` reads. Numbers are places in `texts`, but for those of nodes and lines.
#[derive(Default, Serialize)]
struct Rows<'g> {
    texts: Vec<String>,
    nodes: Vec<Vec<usize>>,
    edges: Vec<Row>,
    cycles: &'g [Vec<usize>],
}

/// From, to, base, when, delay, window (-1 is none), flags, uses as kind, file and line (0 is none).
type Row = (usize, usize, usize, usize, usize, isize, u8, Vec<[usize; 3]>);

/// Each text once.
#[derive(Default)]
struct Texts<'g> {
    all: Vec<String>,
    known: HashMap<&'g str, usize>,
}

impl<'g> Texts<'g> {
    fn number(&mut self, text: &'g str) -> usize {
        let Self { all, known } = self;
        *known.entry(text).or_insert_with(|| {
            all.push(visible_line(text));
            all.len() - 1
        })
    }
}

/// One file with all of the graph.
pub fn page(graph: &Graph) -> String {
    let mut texts = Texts::default();
    let nodes = graph.nodes.iter().map(|node| node_row(node, &mut texts)).collect();
    let edges = graph.edges.iter().map(|edge| edge_row(edge, &mut texts)).collect();
    let rows = Rows { nodes, edges, cycles: &graph.cycles, texts: texts.all };
    // Texts and numbers are always JSON. In a script `<` could end it.
    let rows = serde_json::to_string(&rows).unwrap_or_default().replace('<', "\\u003c");
    PAGE.replacen(ROWS, &rows, 1)
}

fn node_row<'g>(node: &'g Node, texts: &mut Texts<'g>) -> Vec<usize> {
    let mut row = vec![usize::from(node.built.is_some())];
    row.extend([&node.name, &node.reference, &node.registry].map(|text| texts.number(text)));
    if let Some(built) = &node.built {
        row.extend([texts.number(&built.project), texts.number(&built.file), built.line, texts.number(built.provider)]);
        row.extend([&built.repo, &built.branch, &built.workflow, &built.dockerfile].map(|text| texts.number(text)));
    }
    row
}

fn edge_row<'g>(edge: &'g Edge, texts: &mut Texts<'g>) -> Row {
    let flags = u8::from(edge.automatic) | u8::from(edge.pinned) << 1 | u8::from(edge.moves) << 2;
    let window = edge.window.as_ref().map_or(-1, |window| isize::try_from(texts.number(window)).unwrap_or(-1));
    let uses =
        edge.uses.iter().map(|it| [texts.number(it.kind), texts.number(&it.file), it.line.unwrap_or(0)]).collect();
    let [base, when, delay] = [&edge.base, &edge.when, &edge.delay].map(|text| texts.number(text));
    (edge.from, edge.to, base, when, delay, window, flags, uses)
}
