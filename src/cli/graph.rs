//! `graph`: what is built on what, as a tree or for other programs.

use super::ended::{Ended, Wrong};
use super::named::one_of;
use super::report::{self, Done, Findings, meant};
use super::{Exit, Global, load};
use crate::diagnostic::{Code, Diagnostic};
use crate::graph::{self, Graph};
use crate::io::terminal;
use clap::{Args, ValueEnum};
use std::collections::BTreeSet;

/// How whole references of Docker Hub begin.
const DOCKER_HUB: &str = "docker.io/";

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// How to show it: tree for terminals, html for browsers, mermaid for Markdown, dot for Graphviz, json for
    /// programs
    #[arg(long, value_enum, default_value_t = Format::Tree, hide_possible_values = true)]
    format: Format,
    /// Leave what rebuilds this base or image and what it rebuilds; the beginning of one name will do, and it may be given several
    /// times
    #[arg(long, value_name = "BASE|IMAGE")]
    focus: Vec<String>,
    /// Of that, what is so many rebuilds away at most
    #[arg(long, value_name = "N", requires = "focus")]
    depth: Option<usize>,
}

/// For whom it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal
    Tree,
    /// For a browser
    Html,
    /// For Markdown
    Mermaid,
    /// For Graphviz
    Dot,
    /// For programs
    Json,
}

pub(super) fn run(global: &Global, flags: &Flags) -> Result<Exit, Ended> {
    let mut found = Findings::default();
    let done = draw(global, flags, &mut found);
    let format = if flags.format == Format::Json { report::Format::Json } else { report::Format::Human };
    report::finish(("graph", format, false), global, &found, done)
}

fn draw(global: &Global, flags: &Flags, found: &mut Findings) -> Result<Done<Graph>, Ended> {
    let mut session = load::read(global, global.options())?;
    let (model, problems) = session.model()?;
    let (stops, graph) = (problems.stop(), session.graph(&model));
    // Images that are built on each other are drawn, which shows it best.
    let is_drawn = !problems.iter().any(|problem| problem.is_error() && problem.code != Code::Cycle);
    if stops {
        *found = Findings::new(problems.only(Diagnostic::is_error), session.into_sources());
    }
    if !is_drawn {
        return Err(Ended::problems());
    }
    let graph = if flags.focus.is_empty() { graph } else { graph.focus(&focused(&graph, &flags.focus)?, flags.depth) };
    let out = match flags.format {
        Format::Tree => graph::tree(&graph, terminal::stdout_look()),
        Format::Html => graph::page(&graph),
        Format::Mermaid => graph::mermaid(&graph),
        Format::Dot => graph::dot(&graph),
        Format::Json => String::new(),
    };
    let exit = if stops { Exit::Input } else { Exit::Ok };
    Ok(Done { exit, files: Vec::new(), result: graph, wrong: Vec::new(), out, paint: None, said: String::new() })
}

/// The nodes that are meant by some names.
fn focused(graph: &Graph, names: &[String]) -> Result<BTreeSet<usize>, Ended> {
    let known = graph.names();
    let (nodes, wrong): (Vec<_>, Vec<_>) = names.iter().map(|name| one(&known, name)).partition(Result::is_ok);
    let wrong: Vec<Wrong> = wrong.into_iter().filter_map(Result::err).collect();
    if wrong.is_empty() { Ok(nodes.into_iter().flatten().collect()) } else { Err(Ended::Wrong(wrong)) }
}

/// The node of a name, else the only one whose names begin so.
fn one(known: &[(&str, usize)], name: &str) -> Result<usize, Wrong> {
    one_of(known, name)?.ok_or_else(|| {
        // Whoever writes a whole reference knows the rest of its name.
        let names = known.iter().map(|(known, _)| *known).filter(|known| !known.starts_with(DOCKER_HUB));
        let help = meant(name, "bases and images", names);
        Wrong::new(format!("there is no base or image `{name}` in images.yaml")).help(help)
    })
}
