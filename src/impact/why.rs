//! The paths from bases to one image, the shortest first, and why a base is not at the beginning of one.
//!
//! A path goes over Stages that nobody has to promote. There may be exponentially many: so many are listed, and all are counted.

use super::moves::Moved;
use super::{Edge, Not, Plan, Stage, show};
use crate::lock::Entry;
use crate::model::Reference;
use crate::style::Look;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};

/// More paths than these nobody reads.
pub const MOST: usize = 20;
/// More steps of a search than these are not made; only images that are built on each other in circles need so many.
const SEARCHED: usize = 200_000;

/// Why an image is rebuilt.
#[derive(Debug, Serialize)]
pub struct Why {
    /// The image.
    pub image: String,
    /// The base that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// How many paths there are; none if they never end, as of images that are built on each other in a circle.
    pub count: Option<u64>,
    /// The shortest of them.
    pub paths: Vec<Vec<Step>>,
    /// What it, or an image that it is built on, is built on and not rebuilt for.
    pub not: Vec<Not>,
    /// Whether it is not known what it is built on.
    pub unknown: bool,
}

/// A base and the image that is rebuilt for it.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// The image.
    pub image: String,
    /// The Stage that rebuilds it, and its base.
    #[serde(flatten)]
    pub stage: Stage,
    /// Where the base is named, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// Where an image names a base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The Dockerfile in its repository, or images.yaml.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// How the image uses the base, if a Dockerfile tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
}

impl Place {
    /// Where an entry of the lock says that a Dockerfile names a base first; `path` is that of the Dockerfile.
    pub fn in_dockerfile(path: &str, entry: &Entry, base: &Reference) -> Option<Self> {
        let is_it = |image: &str| Reference::parse(image).is_ok_and(|reference| reference.by_tag() == *base);
        let rows = entry.bases.iter().filter(|row| is_it(&row.image.value));
        let row = rows.min_by_key(|row| row.line.unwrap_or(u32::MAX))?;
        Some(Self { file: path.to_owned(), line: usize::try_from(row.line?).ok()?, kind: Some(row.kind.word()) })
    }
}

/// How far a search is: an image, or a base at which a path begins.
#[derive(Clone, Copy)]
struct Found {
    /// The use by which it was found; none for the image that was asked for.
    edge: Option<Edge>,
    /// What was found before it.
    before: Option<usize>,
    /// Whether the base of that use begins a path.
    is_whole: bool,
}

impl Plan<'_> {
    /// Why an image is rebuilt: for all bases that no image moves, or for one. `place` tells where an image, by index, names a base.
    pub fn why(&self, image: usize, base: Option<&Moved>, place: impl Fn(usize, &Reference) -> Option<Place>) -> Why {
        let begins = |at: usize| match base {
            Some(base) => base.base == Some(at),
            None => self.publishers[at].is_none(),
        };
        let (count, found) = (self.count(image, &begins), self.shortest(image, &begins));
        let step = |edge: &Edge| Step {
            image: self.name(edge.image).to_owned(),
            stage: self.stage(edge, None),
            place: place(edge.image, self.base(edge.base)),
        };
        let paths = found.iter().map(|path| path.iter().map(step).collect()).collect();
        let is_unknown = self.unknown().iter().any(|name| name == self.name(image));
        Why {
            image: self.name(image).to_owned(),
            base: base.map(|base| base.reference.familiar()),
            count,
            paths,
            not: self.not_for(image, base),
            unknown: is_unknown,
        }
    }

    /// What an image and those below it are built on and not rebuilt for; of one base what has to do with it.
    fn not_for(&self, image: usize, base: Option<&Moved>) -> Vec<Not> {
        let Some(base) = base else {
            let mut not = self.idle_of(image);
            let own = self.held(|_| true, |_| false);
            not.extend(own.into_iter().filter(|not| not.image == self.name(image)));
            not.sort();
            return not;
        };
        let below = self.below(image);
        let reached = self.above(base.base);
        let references = HashSet::from([base.reference.clone()]);
        let mut not = self.held(
            |at| base.base == Some(at) || self.publishers[at].is_some_and(|it| reached.contains(&it)),
            |it| reached.contains(&it),
        );
        not.extend(self.without_stage(&references, |it| reached.contains(&it)));
        not.extend(self.unreachable(&references));
        let names: HashSet<&str> = below.iter().map(|image| self.name(*image)).collect();
        not.retain(|not| names.contains(&*not.image));
        not.sort();
        not.dedup();
        not
    }

    /// An image and all that it is built on over Stages, by index.
    fn below(&self, image: usize) -> HashSet<usize> {
        let mut all = HashSet::from([image]);
        let mut next = vec![image];
        while let Some(image) = next.pop() {
            let publishers = self.of_image[image].iter().filter_map(|edge| self.publishers[edge.base]);
            next.extend(publishers.filter(|it| all.insert(*it)));
        }
        all
    }

    /// All images that are built on a base over Stages, by index.
    fn above(&self, base: Option<usize>) -> HashSet<usize> {
        let mut all = HashSet::new();
        let mut next: Vec<usize> = base.into_iter().collect();
        while let Some(base) = next.pop() {
            for edge in self.of_base[base].iter().filter(|edge| all.insert(edge.image)) {
                next.extend(&self.published[edge.image]);
            }
        }
        all
    }

    /// How many paths lead to an image; none if they never end.
    fn count(&self, image: usize, begins: &impl Fn(usize) -> bool) -> Option<u64> {
        let below = self.below(image);
        let mut open: HashMap<usize, usize> = HashMap::new();
        for edge in below.iter().flat_map(|image| self.automatic(&self.of_image[*image])) {
            *open.entry(edge.image).or_default() += usize::from(self.publishers[edge.base].is_some());
        }
        let mut counts: HashMap<usize, u64> = HashMap::new();
        let mut ready: Vec<usize> =
            below.iter().copied().filter(|image| open.get(image).is_none_or(|open| *open == 0)).collect();
        let mut done = 0;
        while let Some(at) = ready.pop() {
            done += 1;
            let of = |edge: &Edge| {
                let before = self.publishers[edge.base].and_then(|it| counts.get(&it)).copied().unwrap_or(0);
                before.saturating_add(u64::from(begins(edge.base)))
            };
            let count = self.automatic(&self.of_image[at]).map(of).fold(0, u64::saturating_add);
            counts.insert(at, count);
            for edge in self.published[at].iter().flat_map(|base| self.automatic(&self.of_base[*base])) {
                let Some(open) = open.get_mut(&edge.image).filter(|open| **open > 0) else { continue };
                *open -= 1;
                if *open == 0 {
                    ready.push(edge.image);
                }
            }
        }
        (done == below.len()).then(|| counts.get(&image).copied().unwrap_or(0))
    }

    /// How many steps the shortest path to each image has.
    fn distances(&self, begins: &impl Fn(usize) -> bool) -> HashMap<usize, usize> {
        let mut distances = HashMap::new();
        let mut queue: VecDeque<(usize, usize)> =
            (0..self.publishers.len()).filter(|base| begins(*base)).map(|base| (base, 1)).collect();
        while let Some((base, distance)) = queue.pop_front() {
            for edge in self.automatic(&self.of_base[base]) {
                if let std::collections::hash_map::Entry::Vacant(entry) = distances.entry(edge.image) {
                    entry.insert(distance);
                    queue.extend(self.published[edge.image].iter().map(|base| (*base, distance + 1)));
                }
            }
        }
        distances
    }

    /// The shortest paths to an image, each from its base on: whatever is taken up next is on the shortest path that is left, and of
    /// those of one length on the one of which most is known.
    fn shortest(&self, image: usize, begins: &impl Fn(usize) -> bool) -> Vec<Vec<Edge>> {
        let distances = self.distances(begins);
        let mut all = vec![Found { edge: None, before: None, is_whole: false }];
        let mut queue = BinaryHeap::from([Reverse((0, 0, 0))]);
        let mut paths = Vec::new();
        while let Some(Reverse((length, left, at))) = queue.pop() {
            let steps = length - left;
            let Found { edge, is_whole, .. } = all[at];
            if is_whole {
                paths.push(path(&all, at));
                if paths.len() == MOST {
                    break;
                }
                continue;
            }
            let here = edge.map_or(Some(image), |edge| self.publishers[edge.base]);
            let Some(here) = here.filter(|_| all.len() < SEARCHED) else { continue };
            for edge in self.automatic(&self.of_image[here]) {
                let before = self.publishers[edge.base].filter(|it| *it != image && !path_has(self, &all, at, *it));
                let left = before.and_then(|it| distances.get(&it).copied());
                let ends = [begins(edge.base).then_some((true, 0)), left.map(|left| (false, left))];
                for (is_whole, left) in ends.into_iter().flatten() {
                    queue.push(Reverse((steps + 1 + left, left, all.len())));
                    all.push(Found { edge: Some(*edge), before: Some(at), is_whole });
                }
            }
        }
        paths
    }
}

/// The uses from a base on to the image that was asked for.
fn path(all: &[Found], at: usize) -> Vec<Edge> {
    let mut edges = Vec::new();
    let mut next = Some(at);
    while let Some(found) = next.map(|at| all[at]) {
        edges.extend(found.edge);
        next = found.before;
    }
    edges
}

fn path_has(plan: &Plan<'_>, all: &[Found], at: usize, image: usize) -> bool {
    path(all, at).iter().any(|edge| plan.publishers[edge.base] == Some(image))
}

impl Why {
    /// Whether something rebuilds it.
    pub fn is_rebuilt(&self) -> bool {
        self.count != Some(0)
    }

    /// It for people.
    pub fn human(&self, look: Look) -> String {
        show::why(self, look)
    }

    /// It for a pull request or an issue.
    pub fn markdown(&self) -> String {
        show::why_in_markdown(self)
    }
}
