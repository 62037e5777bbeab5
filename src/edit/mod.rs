//! Changes to the text of images.yaml, its kin and workflows: text and edits in, another text out.
//!
//! Everything is done by splices: pieces of the old text are put in place of others where our own reader says that things
//! stand (`yaml`), so that all other bytes stay by construction. Nothing of that is believed: one proof, `plan`,
//! stands behind all edits, and an edit that it does not hold for is left out.
//!
//! No crate does it. yaml-edit 0.3 (six crates, with a syntax tree of its own) took commas and comments along, moved anchored
//! values, wrote scalars in its own quotes, and took minutes for files that are read in a second; each of its texts had to be
//! proved in the same way. yamlpatch works on paths, which cannot name a value behind a duplicate, an alias or a comment.
//! Neither gives a proof of its own.
//!
//! Left alone are styles in which one place means several things or none for certain: values that aliases share or that a
//! merge key brings, entries that hold an anchor which is used elsewhere, keys after `?`, pairs without braces in a list
//! (`[a: b]`), tagged and block scalars that would be replaced, and texts that would need escapes.
//!
//! | file | what is in it |
//! |---|---|
//! | `target` | which entry an edit is about |
//! | `remove`, `comment`, `scalar`, `reshape`, `set`, [`append`](append()) | the splices of each kind of edit |
//! | `insert` | entries that come into a mapping |
//! | [`dispatch`](add_dispatch()) | one more event of a workflow and inputs of it, with a proof of their own |
//! | [`entry`] | a new entry as a value, and its text in block and flow style |
//! | `plan`, `tree` | what edits do in all, and the proof |
//! | `style` | how the file is laid out |
//! | `text` | lines and splices |

mod append;
mod comment;
mod dispatch;
pub mod entry;
mod insert;
mod plan;
mod remove;
mod reshape;
mod scalar;
mod set;
mod style;
mod target;
#[cfg(test)]
mod tests;
mod text;
mod tree;

pub use append::append;
pub use dispatch::add_dispatch;

use crate::diagnostic::{Edit, Setting, Shape};
use crate::source::{FileId, SourceFile, secret};
use crate::yaml::{Entry, Piece};
use comment::Ignoring;
use entry::Style;
use indexmap::IndexSet;
use plan::{Plan, Reading};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use style::style_of;
use target::Target;
use text::Splice;

/// A text after some edits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The whole text.
    pub text: String,
    /// By edit: whether it was made.
    pub made: Vec<bool>,
}

/// How often a part of the edits is tried by itself, once all of them together did not work.
const ATTEMPTS: usize = 64;

/// Makes as many of the edits as can be made safely. Their places are places of this text. What was masked in it stays as it
/// was written, and no edit puts stars in its place.
pub fn apply(file: &SourceFile, id: FileId, edits: &[Edit]) -> Edited {
    let is_dispatch = |edit: &Edit| matches!(edit, Edit::Dispatch { .. });
    if edits.iter().any(is_dispatch) {
        return dispatched(file, id, edits);
    }
    let mut made = Made(Vec::new(), file.text_to_write_back().to_owned());
    if let Some(old) = Reading::of(file, id) {
        let targets = target::targets(&old, edits);
        let ignoring = Ignoring::of(&old, edits);
        let work = Work { old: &old, edits, targets: &targets, ignoring: &ignoring, style: style_of(&old) };
        let possible: Vec<usize> = (0..edits.len()).filter(|index| work.is_possible(*index)).collect();
        work.grow(&mut made, &possible, &mut 0);
    }
    let Made(which, text) = made;
    let which: HashSet<usize> = which.into_iter().collect();
    Edited { text, made: (0..edits.len()).map(|index| which.contains(&index)).collect() }
}

/// Has a workflow take what all of these edits ask for, at once; edits of other kinds are left for another time.
fn dispatched(file: &SourceFile, id: FileId, edits: &[Edit]) -> Edited {
    let asked = |edit: &'_ Edit| if let Edit::Dispatch { inputs, .. } = edit { Some(inputs.clone()) } else { None };
    let inputs: IndexSet<String> = edits.iter().filter_map(asked).flatten().collect();
    let text = add_dispatch(file, id, &inputs.into_iter().collect::<Vec<_>>());
    let made = edits.iter().map(|edit| text.is_some() && asked(edit).is_some()).collect();
    Edited { text: text.unwrap_or_else(|| file.text_to_write_back().to_owned()), made }
}

/// Edits that work together, and the text after them.
struct Made(Vec<usize>, String);

struct Work<'a> {
    old: &'a Reading<'a>,
    edits: &'a [Edit],
    targets: &'a [Option<Target>],
    ignoring: &'a Ignoring,
    style: Style,
}

impl<'a> Work<'a> {
    /// Adds to the edits that work as many of these as work with them: all at once, or what each half has.
    fn grow(&self, made: &mut Made, which: &[usize], attempts: &mut usize) {
        if which.is_empty() || *attempts == ATTEMPTS {
            return;
        }
        *attempts += 1;
        let all: Vec<usize> = made.0.iter().chain(which).copied().collect();
        if let Some(text) = self.plan(&all).and_then(|plan| plan.proved(self.old)) {
            *made = Made(all, text);
        } else if which.len() > 1 {
            let (left, right) = which.split_at(which.len() / 2);
            self.grow(made, left, attempts);
            self.grow(made, right, attempts);
        }
    }

    /// Whether an edit works as far as it can be told without trying: what cannot would make all others be tried apart.
    fn is_possible(&self, index: usize) -> bool {
        let target = self.targets.get(index).copied().flatten();
        match self.edits.get(index).filter(|edit| !edit.new_text().is_some_and(secret::is_masked)) {
            Some(Edit::Replace { to, .. }) => target.and_then(|target| self.scalar(self.value(target)?, to)).is_some(),
            Some(Edit::RenameKey { to, .. }) => target.and_then(|target| self.scalar(self.key(target)?, to)).is_some(),
            Some(Edit::Reshape { to, .. }) => target.and_then(|target| self.reshaped(target, to)).is_some(),
            Some(Edit::RemoveItem { .. } | Edit::RemoveKey(_)) => {
                target.and_then(|target| self.entry(target.entry)?.span(self.old.text)).is_some()
            }
            Some(Edit::Set { setting, .. }) if setting.to.iter().any(|text| secret::is_masked(text)) => false,
            Some(Edit::Set { setting, .. }) => target
                .and_then(|target| Plan::default().set(self.old, target.entry.0, &[setting], self.style))
                .is_some(),
            Some(Edit::Unignore(at)) => self.ignoring.has(*at),
            Some(Edit::Dispatch { .. }) | None => false,
        }
    }

    fn entry(&self, (collection, index): (usize, usize)) -> Option<&'a Entry> {
        self.old.layout.collections.get(collection)?.entries.get(index)
    }

    fn value(&self, target: Target) -> Option<&'a Piece> {
        self.entry(target.entry).map(|entry| &entry.value)
    }

    fn key(&self, target: Target) -> Option<&'a Piece> {
        self.entry(target.entry).and_then(|entry| entry.key.as_ref())
    }

    fn scalar(&self, piece: &Piece, to: &str) -> Option<Splice> {
        scalar::replacement(self.old.text, piece, to, self.style.quotes)
    }

    fn reshaped(&self, target: Target, to: &Shape) -> Option<Splice> {
        let collection = self.old.layout.collections.get(target.entry.0)?;
        reshape::replacement(self.old, (collection, self.entry(target.entry)?), to, self.style)
    }

    /// What exactly these edits do.
    fn plan(&self, which: &[usize]) -> Option<Plan<'a>> {
        let mut plan = Plan::default();
        let mut gone = Gone::default();
        let mut settings: BTreeMap<usize, Vec<&Setting>> = BTreeMap::new();
        for index in which {
            let (edit, target) = (self.edits.get(*index)?, *self.targets.get(*index)?);
            let span = (edit.span().start, edit.span().end);
            match (edit, target) {
                (Edit::RemoveItem { with_list, .. }, Some(target)) => {
                    gone.add(target, *with_list);
                    plan.changes.removed.insert((true, span.0, span.1));
                }
                (Edit::RemoveKey(_), Some(target)) => {
                    gone.add(target, false);
                    plan.changes.removed.insert((false, span.0, span.1));
                }
                (Edit::Replace { to, .. }, Some(_)) => _ = plan.changes.replaced.insert(span, to),
                (Edit::RenameKey { to, .. }, Some(_)) => _ = plan.changes.renamed.insert(span, to),
                (Edit::Reshape { to, .. }, Some(_)) => _ = plan.changes.reshaped.insert(span, to),
                (Edit::Set { setting, .. }, Some(target)) => {
                    settings.entry(target.entry.0).or_default().push(setting);
                    plan.changes.set.entry(span).or_default().push(setting);
                }
                (Edit::Unignore(_), _) => {}
                _ => return None,
            }
        }
        plan.changes.removed.extend(gone.empty_lists(self.old));
        for (collection, entries) in &gone.entries {
            let around = self.old.layout.collections.get(*collection)?.parent;
            if !gone.has(self.old, around) {
                let entries: Vec<usize> = entries.iter().copied().collect();
                plan.remove(self.old, *collection, &entries)?;
            }
        }
        for (collection, settings) in &settings {
            plan.set(self.old, *collection, settings, self.style)?;
        }
        let mut codes = Vec::new();
        for index in which {
            let target = self.targets.get(*index)?.filter(|target| !gone.has(self.old, Some(target.entry)));
            let splice = match (self.edits.get(*index)?, target) {
                (Edit::Replace { to, .. }, Some(target)) => self.scalar(self.value(target)?, to)?,
                (Edit::RenameKey { to, .. }, Some(target)) => self.scalar(self.key(target)?, to)?,
                (Edit::Reshape { to, .. }, Some(target)) => self.reshaped(target, to)?,
                (Edit::Unignore(at), _) => {
                    codes.push(*at);
                    continue;
                }
                _ => continue,
            };
            plan.own.push(splice.0.clone());
            plan.splices.push(splice);
        }
        plan.unignore(self.old, self.ignoring, &codes)?;
        Some(plan)
    }
}

/// Entries that are removed.
#[derive(Default)]
struct Gone {
    /// By collection.
    entries: BTreeMap<usize, BTreeSet<usize>>,
    /// Lists that may go with their last item, with their places in the tree; none if another edit wants it to stay.
    lists: BTreeMap<usize, Option<(u32, u32)>>,
}

impl Gone {
    fn add(&mut self, target: Target, with_list: bool) {
        let (collection, index) = target.entry;
        self.entries.entry(collection).or_default().insert(index);
        let list = self.lists.entry(collection).or_insert(Some(target.collection));
        if !with_list {
            *list = None;
        }
    }

    /// Has the keys of lists go of which nothing is left, unless a key is all that the mapping around has. Returns what goes
    /// from the tree.
    fn empty_lists(&mut self, old: &Reading<'_>) -> Vec<(bool, u32, u32)> {
        let mut removed = Vec::new();
        for (list, place) in &self.lists {
            let (Some((start, end)), Some(collection)) = (*place, old.layout.collections.get(*list)) else { continue };
            let Some((around, index)) = collection.parent else { continue };
            let Some(mapping) = old.layout.collections.get(around).map(|around| &around.entries) else { continue };
            let is_empty = self.entries.get(list).is_some_and(|gone| gone.len() == collection.entries.len());
            let others = mapping.len() - self.entries.get(&around).map_or(0, BTreeSet::len);
            if is_empty && others > 1 && mapping.get(index).is_some_and(|entry| entry.key.is_some()) {
                self.entries.entry(around).or_default().insert(index);
                removed.push((false, start, end));
            }
        }
        removed
    }

    /// Whether an entry goes, or one that it is inside of.
    fn has(&self, old: &Reading<'_>, entry: Option<(usize, usize)>) -> bool {
        let parent = |(collection, _): &(usize, usize)| old.layout.collections.get(*collection)?.parent;
        std::iter::successors(entry, parent)
            .any(|(collection, index)| self.entries.get(&collection).is_some_and(|gone| gone.contains(&index)))
    }
}
