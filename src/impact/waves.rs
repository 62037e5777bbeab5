//! From bases that move to the images that are rebuilt, wave by wave.
//!
//! What moves in one wave moves together: an image is rebuilt once in it for each of its bases, or once for all of them where they
//! start one rebuild. So in each wave a base moves once at most.

use super::{Edge, Plan};
use std::collections::VecDeque;

/// What bases that move start.
pub(super) struct Waves {
    /// Of each base whether it moves.
    pub(super) moves: Vec<bool>,
    /// What each image that is rebuilt gets.
    pub(super) images: Vec<Option<Turns>>,
}

/// When and how often an image is rebuilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turns {
    /// Its first wave, from 1.
    pub(super) first: usize,
    /// Its last wave and its runs; none if it never ends, as of images that are built on each other in a circle.
    pub(super) all: Option<(usize, u64)>,
}

/// Waves, as bits.
#[derive(Clone, Default)]
struct Set(Vec<u64>);

impl Set {
    fn insert(&mut self, wave: usize) {
        if self.0.len() <= wave / 64 {
            self.0.resize(wave / 64 + 1, 0);
        }
        self.0[wave / 64] |= 1 << (wave % 64);
    }

    /// Adds another, each wave of it one later if `is_later`.
    fn add(&mut self, other: &Self, is_later: bool) {
        if self.0.len() <= other.0.len() {
            self.0.resize(other.0.len() + 1, 0);
        }
        let mut carried = 0;
        for (own, bits) in self.0.iter_mut().zip(other.0.iter().chain([&0])) {
            *own |= if is_later { bits << 1 | carried } else { *bits };
            carried = bits >> 63;
        }
    }

    fn count(&self) -> u64 {
        self.0.iter().map(|bits| u64::from(bits.count_ones())).sum()
    }

    fn last(&self) -> usize {
        let word = self.0.iter().rposition(|bits| *bits != 0);
        word.map_or(0, |word| word * 64 + 63 - self.0[word].leading_zeros() as usize)
    }
}

impl Plan<'_> {
    /// What starts if bases move, by index.
    pub(super) fn waves(&self, roots: &[usize]) -> Waves {
        let first = self.first_waves(roots);
        let is_moved =
            |base: usize| roots.contains(&base) || self.publishers[base].is_some_and(|it| first[it].is_some());
        let moves: Vec<bool> = (0..self.model.bases.len()).map(is_moved).collect();
        let starts = |edge: &&Edge| moves[edge.base] && self.is_automatic(edge);
        // How many of the uses of an image are of bases that have not had all of their waves yet.
        let published = |edge: &&Edge| self.publishers[edge.base].is_some_and(|it| first[it].is_some());
        let mut open: Vec<usize> =
            self.of_image.iter().map(|uses| uses.iter().filter(starts).filter(published).count()).collect();
        let mut times: Vec<Set> = vec![Set::default(); self.model.bases.len()];
        for base in roots {
            times[*base].insert(0);
        }
        let mut images: Vec<Option<Turns>> =
            first.iter().map(|first| first.map(|first| Turns { first, all: None })).collect();
        let is_ready = |image: &usize| first[*image].is_some() && open[*image] == 0;
        let mut ready: Vec<usize> = (0..first.len()).filter(is_ready).collect();
        while let Some(image) = ready.pop() {
            let (mut waves, mut runs) = (Set::default(), 0_u64);
            let uses: Vec<&Edge> = self.of_image[image].iter().filter(starts).collect();
            for uses in uses.chunk_by(|a, b| a.rebuild == b.rebuild && self.rebuilds[a.rebuild].is_joint) {
                let mut together = Set::default();
                for edge in uses {
                    together.add(&times[edge.base], false);
                }
                runs = runs.saturating_add(together.count());
                waves.add(&together, true);
            }
            images[image] = first[image].map(|first| Turns { first, all: Some((waves.last(), runs)) });
            for base in &self.published[image] {
                times[*base].add(&waves, false);
                for edge in self.of_base[*base].iter().filter(starts) {
                    open[edge.image] -= 1;
                    if open[edge.image] == 0 {
                        ready.push(edge.image);
                    }
                }
            }
        }
        Waves { moves, images }
    }

    /// The first wave of each image that is rebuilt.
    fn first_waves(&self, roots: &[usize]) -> Vec<Option<usize>> {
        let mut first: Vec<Option<usize>> = vec![None; self.model.images.len()];
        let mut queue: VecDeque<(usize, usize)> = roots.iter().map(|base| (*base, 1)).collect();
        while let Some((base, wave)) = queue.pop_front() {
            for edge in self.automatic(&self.of_base[base]) {
                if first[edge.image].is_none() {
                    first[edge.image] = Some(wave);
                    queue.extend(self.published[edge.image].iter().map(|base| (*base, wave + 1)));
                }
            }
        }
        first
    }
}
