//! Dockerfiles: what one is built on, as `BuildKit` would read it.
//!
//! [`read`] takes a text and gives the stages and the edges to images, each with its place, and every problem as a
//! diagnostic. It never panics and does no I/O. It knows nothing of images.yaml but the name of the key that a missing
//! value belongs under.
//!
//! The measure is `BuildKit` v0.34.2 (frontend/dockerfile): its parser, its shell words, its instructions and the graph
//! of dockerfile2llb. The way goes down this list:
//!
//! | room | from | to |
//! |---|---|---|
//! | `lines` | bytes | logical lines with the way back |
//! | `command`, `flags`, `mount`, `heredoc` | a line | instruction, flags, arguments |
//! | `instruction` | a command | what decides edges, or a refusal |
//! | `script` | a file | ARGs and stages |
//! | `word`, `substitution`, `pattern`, `scope`, `platform`, `resolve`, `contexts` | a word of FROM | an image |
//! | `graph` | stages | what the target reaches |
//!
//! Where it differs from `BuildKit` on purpose:
//!
//! - A FROM in which a name has no value is a warning and no edge, even where the empty text would leave a reference
//!   ([`Unresolved::empty`] has it). `BuildKit` takes the empty text.
//! - In a stage that the target does not need, such a FROM is passed over. `BuildKit` refuses the file when what is
//!   left is no reference.
//! - All problems are reported, not the first alone, and what can be read is read.
//! - What `BuildKit` finds out only while it runs a stage is not looked at, since it changes no edge: values of ENV,
//!   modes, mount options but `from` (and `type=cache`, which without it reads `scratch`). Nor are durations and
//!   numbers of HEALTHCHECK, nor its lint rules, which `# check=error=true` makes errors.
//! - A `# syntax=` that is no reference is refused here; `BuildKit` fails when it looks for that frontend.
//! - `${A:-${B:-...}}` deeper than 100, and values that expand to megabytes, are refused.
//!
//! tests/conformance compares the two over the corpus and thousands of mutations of it, and knows these differences
//! alone.

mod command;
mod contexts;
mod flags;
mod graph;
mod heredoc;
mod instruction;
mod join;
mod lines;
mod mount;
mod pattern;
mod platform;
mod report;
mod resolve;
mod scope;
mod script;
mod select;
mod substitution;
mod syntax;
mod text;
mod word;

pub use join::read_each;
pub use select::edge_lines;

use crate::diagnostic::{Code, Diagnostic};
use crate::reference::{EdgeKind, Reference};
use crate::source::{FileId, SourceFile, Span};
use graph::{Graph, NodeBase};
use report::Problems;
use resolve::Globals;
use std::collections::BTreeMap;

/// What a Dockerfile is read for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The stage that is shipped, by name in any case; none or empty for the last one. A number is no name: `BuildKit`
    /// takes none here.
    pub target: Option<&'a str>,
    /// Values for ARGs, as `--build-arg` gives them. Those for ARGs that stand before the first FROM count, those for
    /// the platform arguments, and `BUILDKIT_SYNTAX`.
    pub build_args: &'a BTreeMap<String, String>,
    /// Named contexts, as `--build-context` gives them: by name `docker-image://REFERENCE`, or anything else, which is no image.
    pub contexts: &'a BTreeMap<String, String>,
    /// The platform that is built for, as `linux/amd64`.
    pub platform: &'a str,
}

/// A use of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// How it is used.
    pub kind: EdgeKind,
    /// The reference as written: `node:${V}`.
    pub written: String,
    /// The reference with its variables expanded, else as written: `node:22`, not `docker.io/library/node:22`.
    pub image: String,
    /// What that means, or why no registry can be asked for it although `BuildKit` takes it.
    pub reference: Result<Reference, String>,
    /// The line on which the reference stands, from 1.
    pub line: usize,
    /// The bytes of the reference; those of its flag where quotes or escapes hide it. Empty for a frontend that
    /// `BUILDKIT_SYNTAX` names.
    pub span: Span,
}

/// What a stage is built on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StageBase {
    /// An earlier stage, by its index in [`Facts::stages`].
    Stage(usize),
    /// An image, with its variables expanded.
    Image(String),
    /// `scratch`, or a named context that is no image: nothing that anybody watches.
    Scratch,
    /// Something that cannot be told; a diagnostic says why.
    Unknown,
}

/// A stage: a FROM and what follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Its name in lower case.
    pub name: Option<String>,
    /// What it is built on.
    pub base: StageBase,
    /// What stands after FROM, as written; empty for a FROM that cannot be read.
    pub written: String,
    /// The value of `--platform`, as written.
    pub platform: Option<String>,
    /// Whether the shipped stage needs it, or is it.
    pub reachable: bool,
    /// The line of its FROM, from 1.
    pub line: usize,
    /// The bytes of its FROM.
    pub span: Span,
}

/// An ARG before the first FROM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arg {
    /// The name, without `ARG` and value.
    pub name: String,
    /// What stands after `=`, as written; none when there is no `=`.
    pub default: Option<String>,
    /// Its value here: that of the request, else of the default or of an earlier ARG with this name; none when it has
    /// no value, or one in which something has no value.
    pub value: Option<String>,
    /// Whether a FROM uses it, directly or through other ARGs.
    pub used: bool,
    /// The bytes of name and default.
    pub span: Span,
}

/// A FROM of a reachable stage whose reference lacks values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The reference as written.
    pub written: String,
    /// The names without value, and where an ARG before the first FROM declares each.
    pub names: Vec<(String, Option<Span>)>,
    /// The reference that is left when the names are empty, if it is one.
    pub empty: Option<String>,
    /// The line of the reference, from 1.
    pub line: usize,
    /// The bytes of the reference.
    pub span: Span,
}

/// What a Dockerfile says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The stages, in the order of the text. Nothing here asks for them: the conformance tests compare them with `BuildKit`'s.
    pub stages: Vec<Stage>,
    /// The edges of what the shipped stage needs, in the order of the text.
    pub edges: Vec<Edge>,
    /// The edges of the other stages, in the order of the text.
    pub unreachable: Vec<Edge>,
    /// The reachable FROMs without edge for want of a value, in the order of the text.
    pub unresolved: Vec<Unresolved>,
    /// The ARGs before the first FROM, in the order of the text.
    pub args: Vec<Arg>,
    /// The lines that decide edges: [`edge_lines`].
    pub lines: Vec<String>,
}

/// Reads a Dockerfile.
///
/// With an error among the diagnostics `BuildKit` would not build the file, and the facts are what could be read all
/// the same. Diagnostics come in the order of the text.
pub fn read(source: &SourceFile, file: FileId, request: &Request<'_>) -> (Facts, Vec<Diagnostic>) {
    let text = source.text();
    let mut report = Problems::new(file);
    let script = script::read(text, &mut report);
    if let Some(check) = syntax::bad_check(text) {
        let problem = report.at(Code::Directive, format!("`{}` are no options of `# check=`", check.text), check.place);
        report.push(problem);
    }
    let mut globals = Globals::new(&script, request, &mut report);
    let graph = Graph::new(&script, request, &mut globals, &mut report);
    let mut facts = Facts {
        stages: stages(&script, &graph, source, &report),
        edges: frontend(text, request, source, &mut report).into_iter().collect(),
        unreachable: Vec::new(),
        unresolved: Vec::new(),
        args: Vec::new(),
        lines: edge_lines(text),
    };
    let shipped = graph.shipped();
    for (at, node) in graph.nodes.iter().enumerate() {
        let line = source.line_col(node.word.place.start).line;
        match &node.base {
            NodeBase::Image(image, reference) => {
                let kind = node.made_by.unwrap_or(if shipped == Some(at) { EdgeKind::Final } else { EdgeKind::Build });
                let (written, image, reference) = (node.word.text.clone(), image.clone(), reference.clone());
                let span = report.span(node.word.place.clone());
                let edge = Edge { kind, written, image, reference, line, span };
                let list = if graph.reachable[at] { &mut facts.edges } else { &mut facts.unreachable };
                list.push(edge);
            }
            NodeBase::Lacking(names, empty) if graph.reachable[at] => {
                let unresolved = globals.unresolved(&node.word, names, empty, line, &report);
                globals.report_lacking(&unresolved, &mut report);
                facts.unresolved.push(unresolved);
            }
            _ => {}
        }
    }
    for list in [&mut facts.edges, &mut facts.unreachable] {
        // An ONBUILD of a stage makes one edge for each stage that is built on it.
        list.sort_by_key(|edge| (edge.span.start, edge.kind));
        list.dedup();
    }
    facts.args = globals.args;
    (facts, report.finish())
}

fn stages(script: &script::Script, graph: &Graph, source: &SourceFile, report: &Problems) -> Vec<Stage> {
    let stage = |(at, stage): (usize, &script::RawStage)| Stage {
        name: stage.name.clone(),
        base: match &graph.nodes[at].base {
            NodeBase::Node(node) => StageBase::Stage(*node),
            NodeBase::Image(image, _) => StageBase::Image(image.clone()),
            NodeBase::Scratch | NodeBase::Files => StageBase::Scratch,
            NodeBase::Lacking(..) | NodeBase::Refused => StageBase::Unknown,
        },
        written: stage.base.text.clone(),
        platform: stage.platform.as_ref().map(|platform| platform.text.clone()),
        reachable: graph.reachable[at],
        line: source.line_col(stage.place.start).line,
        span: report.span(stage.place.clone()),
    };
    script.stages.iter().enumerate().map(stage).collect()
}

/// What reads the file: the value of `BUILDKIT_SYNTAX`, else of `# syntax=`, up to its first space.
fn frontend(text: &str, request: &Request<'_>, source: &SourceFile, report: &mut Problems) -> Option<Edge> {
    let word = match request.build_args.get("BUILDKIT_SYNTAX") {
        Some(value) => {
            let image = value.trim().split(' ').next().unwrap_or("").to_owned();
            instruction::Word { text: image, place: 0..0 }
        }
        None => syntax::frontend(text)?,
    };
    let reference = graph::reference(&word, &word.text, report)?;
    let line = source.line_col(word.place.start).line;
    let span = report.span(word.place);
    Some(Edge { kind: EdgeKind::Frontend, written: word.text.clone(), image: word.text, reference, line, span })
}
