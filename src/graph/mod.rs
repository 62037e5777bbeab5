//! The graph as it is looked at: bases, the images that are built here, and what a new digest of one starts in another.
//!
//! A base that an image of ours publishes is that image, so that chains are walked from node to node. What is drawn here is what the
//! model says and nothing else; [`focus`](Graph::focus) leaves a part of it.
//!
//! | file | what is in it |
//! |---|---|
//! | this one | the model as nodes and edges |
//! | `focus` | what is left of it around some nodes |
//! | `tree` | it as a tree for terminals |
//! | `mermaid`, `dot` | it as text that other programs draw |
//! | `page` | it as one HTML file; the folder `page` has what that is made of |

mod dot;
mod focus;
mod mermaid;
mod page;
mod tree;

pub use dot::dot;
pub use mermaid::mermaid;
pub use page::page;
pub use tree::tree;

use crate::model::cascade::{Publisher, Publishers};
use crate::model::graph::cycles;
use crate::model::{Base, Dependent, EdgeKind, ManagedImage, Model};
use crate::reference::Reference;
use crate::source::Sources;
use serde::Serialize;

/// Nodes, what leads from one to another, and what is told of ways over several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Graph {
    /// Bases that nobody here publishes, then images; each group in the model's order.
    pub nodes: Vec<Node>,
    /// Rebuilds: what a new digest of `from` starts in `to`. By `from`, then by `to`.
    pub edges: Vec<Edge>,
    /// Rebuilds that chains do in place of the base itself (`cascade: reduce`).
    pub reduced: Vec<Chain>,
    /// Images that are built on each other: the way round, each begun at its first node and without that at the end. Numbers are
    /// those of nodes.
    pub cycles: Vec<Vec<usize>>,
}

/// A base or an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Node {
    /// Its number, which is its place in [`Graph::nodes`].
    pub id: usize,
    /// What it is.
    pub kind: NodeKind,
    /// The base as people write it, as `node:22`; the name of an image.
    pub name: String,
    /// The whole reference of a base; of an image the repository that it is published in.
    pub reference: String,
    /// Where that is, as `docker.io`.
    pub registry: String,
    /// What is known of an image alone.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub built: Option<Built>,
}

/// Which node it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeKind {
    /// Somebody else's, that is watched.
    Base,
    /// One that is built here.
    Image,
}

/// Where an image is written, and what builds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Built {
    /// The Kargo Project that it is in.
    pub project: String,
    /// The file in which it is written: images.yaml, or one that it includes.
    pub file: String,
    /// The line of its name there, from 1.
    pub line: usize,
    /// The code host's word, as `github`.
    pub provider: &'static str,
    /// Its repository there.
    pub repo: String,
    /// The branch that is built.
    pub branch: String,
    /// The workflow or pipeline that is started.
    pub workflow: String,
    /// Path of the Dockerfile in the repository.
    pub dockerfile: String,
}

/// A rebuild.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// The node that gets a new digest.
    pub from: usize,
    /// The image that is rebuilt then.
    pub to: usize,
    /// What the image is built on, as people write it.
    pub base: String,
    /// When: "after 7 days without a newer digest, within Sat-Sun in Europe/London".
    pub when: String,
    /// How long that waits, with its window: "no delay", "7 days", "by hand".
    pub delay: String,
    /// The window in which rebuilds begin, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
    /// Whether nobody is asked.
    pub automatic: bool,
    /// Whether a digest is written beside the tag, so that a rebuild changes nothing.
    pub pinned: bool,
    /// Whether a new digest is sure to come: a release of the image `from` moves this very tag, or it is a base.
    pub moves: bool,
    /// How it is used, and where that is written. Empty if nothing tells.
    pub uses: Vec<Use>,
}

/// How an image uses a base, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Use {
    /// The word of the [`EdgeKind`]; `listed` if images.yaml names the base.
    pub kind: &'static str,
    /// The Dockerfile in its repository, or the file of images.yaml.
    pub file: String,
    /// The line there, from 1, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

impl Use {
    /// A base that somebody has listed.
    pub const LISTED: &'static str = "listed";

    /// A use that a Dockerfile has.
    pub fn of(kind: EdgeKind, file: String, line: Option<usize>) -> Self {
        Self { kind: kind.word(), file, line }
    }
}

/// A rebuild that comes by a chain alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Chain {
    /// The base, as people write it.
    pub base: String,
    /// The image.
    pub image: String,
    /// The images that are rebuilt one after the other before it.
    pub through: Vec<String>,
}

impl Graph {
    /// The graph of a model. `uses` tells how an image uses a base, and where.
    pub fn of(model: &Model, sources: &Sources, uses: &dyn Fn(&Base, &Dependent) -> Vec<Use>) -> Self {
        let publishers = Publishers::of(&model.images);
        let owners: Vec<Option<Publisher>> =
            model.bases.iter().map(|base| publishers.publisher(&base.reference)).collect();
        let mut nodes = Vec::new();
        let mut node_of_base = Vec::new();
        for (base, owner) in model.bases.iter().zip(&owners) {
            node_of_base.push(nodes.len());
            if owner.is_none() {
                nodes.push(Node::of_base(nodes.len(), &base.reference));
            }
        }
        let first = nodes.len();
        for image in &model.images {
            nodes.push(Node::of_image(nodes.len(), model, image, sources));
        }
        let mut edges = Vec::new();
        let mut reduced = Vec::new();
        for ((base, owner), node) in model.bases.iter().zip(&owners).zip(node_of_base) {
            let from = owner.map_or(node, |owner| first + owner.image);
            let moves = owner.is_none_or(|owner| owner.moves);
            let familiar = base.reference.familiar();
            for dependent in &base.dependents {
                let words = dependent.policy.words();
                edges.push(Edge {
                    from,
                    to: first + dependent.image,
                    base: familiar.clone(),
                    when: words.when,
                    delay: words.delay,
                    window: dependent.policy.schedule().map(ToString::to_string),
                    automatic: dependent.policy.is_automatic(),
                    pinned: dependent.pinned,
                    moves,
                    uses: uses(base, dependent),
                });
            }
            reduced.extend(base.followers.iter().map(|follower| Chain {
                base: familiar.clone(),
                image: model.name_of(follower.image).to_owned(),
                through: follower.through.iter().map(|image| model.name_of(*image).to_owned()).collect(),
            }));
        }
        edges.sort_by_key(|edge| (edge.from, edge.to));
        let cycles = cycles(edges.iter().map(|edge| (edge.from, edge.to)));
        Self { nodes, edges, reduced, cycles }
    }

    /// For each node the edges that lead from it.
    fn below(&self) -> Vec<Vec<&Edge>> {
        let mut below = vec![Vec::new(); self.nodes.len()];
        for edge in &self.edges {
            below[edge.from].push(edge);
        }
        below
    }
}

impl Node {
    fn of_base(id: usize, reference: &Reference) -> Self {
        Self {
            id,
            kind: NodeKind::Base,
            name: reference.familiar(),
            reference: reference.to_string(),
            registry: reference.registry().to_owned(),
            built: None,
        }
    }

    fn of_image(id: usize, model: &Model, image: &ManagedImage, sources: &Sources) -> Self {
        let project = image.project.map_or(&model.project, |project| &model.other_projects[project]);
        let (source, pipeline) = (&image.source, &image.source.pipeline);
        let dockerfile = image.dockerfile.as_ref().map_or_else(|| source.dockerfile(), |known| known.path.clone());
        Self {
            id,
            kind: NodeKind::Image,
            name: image.name.to_string(),
            reference: image.repo_url.to_string(),
            registry: image.repo_url.registry().to_owned(),
            built: Some(Built {
                project: project.name.to_string(),
                file: sources.file(image.span.file).name().to_owned(),
                line: sources.line_col(image.span).line,
                provider: pipeline.provider().word(),
                repo: pipeline.repo().to_owned(),
                branch: source.branch.to_string(),
                workflow: pipeline.name().to_owned(),
                dockerfile: dockerfile.to_string(),
            }),
        }
    }
}
