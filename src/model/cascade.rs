//! Triggers that a chain of images repeats: B is built on A, and both are built on node. Where that is asked for, node rebuilds A
//! alone, and A's new digest rebuilds B (the transitive reduction of the graph).
//!
//! A chain counts only if each of its steps starts a rebuild for sure: it is automatic, the base is not pinned to a digest (a
//! rebuild would build on what was there before), and the tag is one that the image before publishes.

use super::graph::cycles;
use super::{Base, Cascade, Dependent, ManagedImage, TagRule};
use crate::reference::{Reference, RepoUrl};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// An image that a base does not trigger itself, since a chain does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follower {
    /// Index into [`Model::images`](super::Model::images).
    pub image: usize,
    /// The images that are rebuilt one after the other before it; never empty.
    pub through: Vec<usize>,
}

/// The steps of chains: which images are rebuilt for a new digest of an image.
type Steps = BTreeMap<usize, BTreeSet<usize>>;

/// Takes the triggers away that chains repeat, of images that ask for it. Images that are built on each other in a circle stay as
/// they are: nothing is made of those.
pub fn reduce(bases: &mut [Base], images: &[ManagedImage]) {
    let asks = |dependent: &Dependent| dependent.cascade == Cascade::Reduce && dependent.policy.is_automatic();
    if !bases.iter().flat_map(|base| &base.dependents).any(asks) {
        return;
    }
    let steps = steps(bases, images);
    if !cycles(steps.iter().flat_map(|(from, to)| to.iter().map(|to| (*from, *to)))).is_empty() {
        return;
    }
    for base in &mut *bases {
        let reached: BTreeSet<usize> = chains(base, &steps).into_keys().collect();
        let (stays, goes): (Vec<_>, Vec<_>) = std::mem::take(&mut base.dependents)
            .into_iter()
            .partition(|dependent| !(asks(dependent) && reached.contains(&dependent.image)));
        base.dependents = stays;
        base.followers = goes.into_iter().map(|gone| Follower { image: gone.image, through: Vec::new() }).collect();
    }
    // A chain is told by the steps that are left.
    let steps = self::steps(bases, images);
    for base in bases.iter_mut().filter(|base| !base.followers.is_empty()) {
        let chains = chains(base, &steps);
        for follower in &mut base.followers {
            let mut at = follower.image;
            while let Some(Some(before)) = chains.get(&at) {
                follower.through.insert(0, *before);
                at = *before;
            }
        }
    }
}

fn is_sure(dependent: &Dependent) -> bool {
    dependent.policy.is_automatic() && !dependent.pinned
}

/// Who publishes what, by repository.
#[derive(Debug)]
pub struct Publishers<'i> {
    images: &'i [ManagedImage],
    owners: HashMap<&'i RepoUrl, Vec<usize>>,
}

/// The image that publishes a base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publisher {
    /// Index into [`Model::images`](super::Model::images).
    pub image: usize,
    /// Whether a release of it is sure to move the tag.
    pub moves: bool,
}

impl<'i> Publishers<'i> {
    /// Those of these images.
    pub fn of(images: &'i [ManagedImage]) -> Self {
        let mut owners: HashMap<&RepoUrl, Vec<usize>> = HashMap::new();
        for (index, image) in images.iter().enumerate() {
            owners.entry(&image.repo_url).or_default().push(index);
        }
        Self { images, owners }
    }

    /// The one image whose releases move the tag of a base, else the only one of its repository; none if that is not known.
    pub fn publisher(&self, base: &Reference) -> Option<Publisher> {
        let owners = self.owners.get(&base.repo_url()).map_or(&[][..], Vec::as_slice);
        let tag = base.tag_or_latest();
        let mut moving = owners.iter().filter(|owner| publishes(&self.images[**owner].tags, &tag));
        match (moving.next(), moving.next(), owners) {
            (Some(owner), None, _) => Some(Publisher { image: *owner, moves: true }),
            (None, _, [owner]) => Some(Publisher { image: *owner, moves: false }),
            _ => None,
        }
    }
}

fn steps(bases: &[Base], images: &[ManagedImage]) -> Steps {
    let publishers = Publishers::of(images);
    let mut steps = Steps::new();
    for base in bases {
        if let Some(owner) = publishers.publisher(&base.reference).filter(|owner| owner.moves) {
            let sure = base.dependents.iter().filter(|dependent| is_sure(dependent));
            steps.entry(owner.image).or_default().extend(sure.map(|dependent| dependent.image));
        }
    }
    steps
}

/// The images that a base reaches over at least one other, each with the image before it; those in which chains begin have none.
fn chains(base: &Base, steps: &Steps) -> BTreeMap<usize, Option<usize>> {
    let first: BTreeSet<usize> = base.dependents.iter().filter(|d| is_sure(d)).map(|d| d.image).collect();
    let mut reached: BTreeMap<usize, usize> = BTreeMap::new();
    let mut queue: VecDeque<usize> = first.into_iter().collect();
    while let Some(image) = queue.pop_front() {
        for next in steps.get(&image).into_iter().flatten() {
            if let std::collections::btree_map::Entry::Vacant(entry) = reached.entry(*next) {
                entry.insert(image);
                queue.push_back(*next);
            }
        }
    }
    reached.into_iter().map(|(image, before)| (image, Some(before))).collect()
}

/// Whether a release moves a tag, as far as its repository's rule tells: the tag that is watched, or beside versions `latest` and
/// parts of one (`1`, `v1.4`), which releases move.
fn publishes(rule: &TagRule, tag: &str) -> bool {
    match rule {
        TagRule::Digest { tag: watched } => &**watched == tag,
        TagRule::SemVer { .. } => tag == "latest" || is_part_of_version(tag),
        TagRule::Lexical(_) | TagRule::NewestBuild(_) => false,
    }
}

fn is_part_of_version(tag: &str) -> bool {
    let parts: Vec<&str> = tag.strip_prefix('v').unwrap_or(tag).split('.').collect();
    parts.len() <= 2 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}
