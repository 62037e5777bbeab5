//! Keys that say something else, come or go, in a mapping that is found by one of its values.

use super::entry::{self, Line, Style, Value as Written, is_given, is_text};
use super::insert::Entries;
use super::plan::{Plan, Reading};
use super::scalar;
use crate::diagnostic::Setting;
use crate::yaml::{Collection, Kind, Node, Piece, Value};
use indexmap::IndexMap;

/// What is set, by key of the mapping.
fn by_key<'a>(settings: &[&'a Setting]) -> IndexMap<&'static str, Vec<&'a Setting>> {
    let mut keys: IndexMap<&'static str, Vec<&Setting>> = IndexMap::new();
    for setting in settings {
        keys.entry(setting.key).or_default().push(setting);
    }
    keys
}

impl Plan<'_> {
    /// Has a mapping say all of this. `None` if part of it is so already.
    pub(super) fn set(
        &mut self,
        old: &Reading<'_>,
        collection: usize,
        settings: &[&Setting],
        style: Style,
    ) -> Option<()> {
        let mapping = old.layout.collections.get(collection)?;
        let (mut gone, mut new) = (Vec::new(), Vec::new());
        for (key, settings) in by_key(settings) {
            let pairs = || -> Option<Vec<(String, Vec<String>)>> {
                let pair = |setting: &&Setting| Some((setting.name.clone()?, some(&setting.to)?.to_vec()));
                settings.iter().map(pair).collect()
            };
            match (number(old, mapping, key), settings.as_slice()) {
                (None, [Setting { name: None, to, .. }]) => new.push(Line::text(key, to.first()?)),
                (None, _) => new.push(Line::new(key, Written::Given(pairs()?))),
                (Some(at), [Setting { name: None, to, .. }]) if to.is_empty() => gone.push(at),
                (Some(at), [Setting { name: None, to, .. }]) => {
                    self.write(old, &mapping.entries.get(at)?.value, to, style)?;
                }
                (Some(at), settings) => {
                    if self.set_below(old, (mapping, at), settings, style)? {
                        gone.push(at);
                    }
                }
            }
        }
        if !gone.is_empty() {
            self.remove(old, collection, &gone)?;
        }
        if !new.is_empty() {
            let block = |column| entry::keys(&new, column, style);
            let entries = Entries { flow: entry::keys_in_flow(&new, style), block };
            self.splices.push(entries.behind(old, (mapping, &piece(old, collection)?), &gone)?);
        }
        Some(())
    }

    /// The same for a mapping under a key; whether nothing is left of it.
    fn set_below(
        &mut self,
        old: &Reading<'_>,
        (mapping, at): (&Collection, usize),
        settings: &[&Setting],
        style: Style,
    ) -> Option<bool> {
        let entry = mapping.entries.get(at)?;
        let inner = old.layout.collection(&entry.value);
        let (mut gone, mut new) = (Vec::new(), Vec::new());
        for setting in settings {
            let name = setting.name.as_ref()?;
            match (inner.and_then(|inner| number(old, inner, name)), some(&setting.to)) {
                (Some(number), Some(to)) => self.write(old, &inner?.entries.get(number)?.value, to, style)?,
                (Some(number), None) => gone.push(number),
                (None, to) => new.push((name.clone(), to?.to_vec())),
            }
        }
        gone.sort_unstable();
        let count = inner.map_or(0, |inner| inner.entries.len());
        if !gone.is_empty() && gone.len() == count {
            return new.is_empty().then_some(true);
        }
        if !gone.is_empty() {
            self.remove(old, entry.value.collection()?, &gone)?;
        }
        if !new.is_empty() {
            let block = |column| entry::pairs(&new, column, style);
            let entries = Entries { flow: entry::pairs_in_flow(&new, style), block };
            let splice = match inner {
                Some(inner) => entries.behind(old, (inner, &entry.value), &gone)?,
                None => entries.under(old, (mapping, entry), style.step)?,
            };
            self.own.push(splice.0.clone());
            self.splices.push(splice);
        }
        Some(false)
    }

    /// A value in place of one; a list stands in brackets, and takes the place of such a one and of a scalar.
    fn write(&mut self, old: &Reading<'_>, value: &Piece, to: &[String], style: Style) -> Option<()> {
        let splice = match (to, old.layout.collection(value)) {
            ([to], None) => scalar::replacement(old.text, value, to, style.quotes)?,
            (_, list) => {
                let is_scalar = matches!(value.kind, Kind::Plain | Kind::Quoted);
                let is_list = old.text.get(value.span.clone()).is_some_and(|text| text.starts_with('['));
                let is_bare = list.map_or(is_scalar, |_| is_list) && value.properties.is_empty();
                if !is_bare || !old.layout.comments_in(&value.span).is_empty() {
                    return None;
                }
                (value.span.clone(), entry::given_in_flow(to, style))
            }
        };
        self.own.push(splice.0.clone());
        self.splices.push(splice);
        Some(())
    }
}

/// The texts, if there are any.
fn some(texts: &[String]) -> Option<&[String]> {
    Some(texts).filter(|texts| !texts.is_empty())
}

/// The number of the entry of a key.
fn number(old: &Reading<'_>, mapping: &Collection, key: &str) -> Option<usize> {
    mapping.entries.iter().position(|entry| {
        let Some(Piece { span, kind, .. }) = &entry.key else { return false };
        let raw = old.text.get(span.clone()).unwrap_or_default();
        if *kind == Kind::Quoted { raw.trim_matches(['"', '\'']) == key } else { raw == key }
    })
}

/// A mapping as the value or item that it is.
fn piece(old: &Reading<'_>, collection: usize) -> Option<Piece> {
    match old.layout.collections.get(collection)?.parent {
        Some((around, number)) => Some(old.layout.collections.get(around)?.entries.get(number)?.value.clone()),
        None => old.layout.root.clone(),
    }
}

type Pair<'a> = (Node<'a>, Node<'a>);

/// The proof: whether the entries of a mapping are these with what is set. `same` says so of entries that stay.
pub(super) fn is<'o, 'a: 'o>(
    before: impl Iterator<Item = &'o Pair<'a>>,
    after: &[Pair<'_>],
    settings: &[&Setting],
    same: &dyn Fn(&Pair<'_>, &Pair<'_>) -> bool,
) -> bool {
    let keys = by_key(settings);
    let mut after = after.iter();
    let mut there = Vec::new();
    for old in before {
        let Some((key, settings)) = keys.iter().find(|(key, _)| is_word(&old.0, key)) else {
            if !after.next().is_some_and(|new| same(old, new)) {
                return false;
            }
            continue;
        };
        there.push(*key);
        let inner: &[Pair<'_>] = match &old.1.value {
            Value::Mapping(inner) => inner,
            // In the place of a value of another shape nothing is put.
            value if settings.iter().any(|setting| setting.name.is_some()) && !value.is_null() => return false,
            _ => &[],
        };
        if is_empty(inner, settings) {
            continue;
        }
        let is_right = |(new_key, value): &Pair<'_>| is_word(new_key, key) && has(inner, value, settings, same);
        if !after.next().is_some_and(is_right) {
            return false;
        }
    }
    let more = keys.iter().filter(|(key, _)| !there.contains(*key));
    more.into_iter().all(|(key, settings)| {
        let is_right = |(new_key, value): &Pair<'_>| is_word(new_key, key) && has(&[], value, settings, same);
        after.next().is_some_and(is_right)
    }) && after.next().is_none()
}

/// Whether nothing is left of a key.
fn is_empty(inner: &[Pair<'_>], settings: &[&Setting]) -> bool {
    let goes = |(key, _): &Pair<'_>| {
        settings.iter().any(|it| it.to.is_empty() && it.name.as_ref().is_some_and(|name| is_word(key, name)))
    };
    settings.iter().all(|setting| setting.to.is_empty()) && inner.iter().all(goes)
}

/// Whether a value says what is set, and else what these entries do.
fn has(
    inner: &[Pair<'_>],
    value: &Node<'_>,
    settings: &[&Setting],
    same: &dyn Fn(&Pair<'_>, &Pair<'_>) -> bool,
) -> bool {
    if let [Setting { name: None, to, .. }] = settings {
        return is_given(value, to);
    }
    let Value::Mapping(after) = &value.value else { return false };
    let mut after = after.iter();
    let of = |key: &Node<'_>| settings.iter().find(|it| it.name.as_ref().is_some_and(|name| is_word(key, name)));
    let stay = inner.iter().all(|old| match of(&old.0).map(|setting| some(&setting.to)) {
        None => after.next().is_some_and(|new| same(old, new)),
        Some(None) => true,
        Some(Some(to)) => after.next().is_some_and(|(key, value)| is_same_word(&old.0, key) && is_given(value, to)),
    });
    let new = settings
        .iter()
        .filter(|it| !inner.iter().any(|(key, _)| it.name.as_ref().is_some_and(|name| is_word(key, name))));
    stay && new.into_iter().all(|setting| {
        let Some(name) = &setting.name else { return false };
        after.next().is_some_and(|(key, value)| is_text(key, name) && is_given(value, &setting.to))
    }) && after.next().is_none()
}

fn is_word(node: &Node<'_>, word: &str) -> bool {
    matches!(&node.value, Value::Scalar { text, .. } if text == word)
}

fn is_same_word(one: &Node<'_>, other: &Node<'_>) -> bool {
    matches!(&one.value, Value::Scalar { text, .. } if is_word(other, text))
}
