//! How a file is laid out, so that what is written into it looks like the rest.

use super::entry::{Nested, Quotes, Style};
use super::plan::Reading;
use super::scalar::is_plain;
use crate::yaml::{Collection, Entry, Kind, Piece, ScalarType, scalar_type};

/// Lists under their keys or deeper, how deep mappings stand, what stands in brackets, and which quotes texts have.
pub(super) fn style_of(old: &Reading<'_>) -> Style {
    let mut style = Style::default();
    let collections = &old.layout.collections;
    // The document is the first of them.
    let mut lists = collections.iter().filter(|list| matches!(list.parent, Some((0, _))));
    let first = |collection: &Collection| collection.entries.first().and_then(Entry::dash);
    if let Some(dash) = lists.find_map(first) {
        style.dash = old.lines.column(dash);
    }
    let column = |entry: &Entry| entry.key.as_ref().map(|key| old.lines.column(key.span.start));
    let around =
        |inner: &Collection| inner.parent.and_then(|(around, index)| collections.get(around)?.entries.get(index));
    let deeper = |inner: &Collection, inner_column: usize| inner_column.checked_sub(column(around(inner)?)?);
    let step = |mapping: &Collection| {
        let inner = column(mapping.entries.first().filter(|_| !mapping.is_flow)?)?;
        deeper(mapping, inner).filter(|step| *step > 0)
    };
    style.step = collections.iter().find_map(step).unwrap_or(style.step);
    let items = |list: &Collection| {
        let is_of_item = list.parent.is_some_and(|(around, _)| around != 0);
        deeper(list, old.lines.column(first(list).filter(|_| is_of_item && !list.is_flow)?))
    };
    style.items = collections.iter().find_map(items).unwrap_or(style.items);
    let [source, lists, maps] = votes(old).map(Votes::nested);
    style.source = source.unwrap_or(style.source);
    style.lists = lists.unwrap_or(style.lists);
    style.maps = maps.unwrap_or(style.maps);
    let flow =
        |collection: &&Collection| collection.is_flow && collection.entries.first().is_some_and(|it| it.key.is_some());
    let (wide, all) = collections.iter().filter(flow).fold((0, 0), |(wide, all), map| {
        let before = map.entries.first().and_then(|it| it.key.as_ref()).and_then(|key| old.text.get(..key.first()));
        (wide + usize::from(before.is_some_and(|before| before.ends_with("{ "))), all + 1)
    });
    style.wide = wide * 2 > all;
    quotes(old, &mut style);
    style
}

/// How often something stands in lines of its own, and how often in brackets.
#[derive(Clone, Copy, Default)]
struct Votes {
    block: usize,
    flow: usize,
}

impl Votes {
    fn nested(self) -> Option<Nested> {
        let most = if self.flow > self.block { Nested::Flow } else { Nested::Block };
        (self.flow + self.block > 0).then_some(most)
    }
}

/// Of `source`, of lists and of other mappings, wherever a mapping in lines of its own has one.
fn votes(old: &Reading<'_>) -> [Votes; 3] {
    let mut votes = [Votes::default(); 3];
    // The document itself has other keys than its images.
    let root = old.layout.root.as_ref().and_then(Piece::collection);
    for (number, mapping) in old.layout.collections.iter().enumerate() {
        for entry in mapping.entries.iter().filter(|_| !mapping.is_flow && Some(number) != root) {
            let (Some(key), Some(value)) = (&entry.key, old.layout.collection(&entry.value)) else { continue };
            let Some(first) = value.entries.first() else { continue };
            let of = match old.text.get(key.span.clone()) {
                Some("source") => 0,
                _ if first.key.is_none() => 1,
                _ => 2,
            };
            let votes = &mut votes[of];
            *if value.is_flow { &mut votes.flow } else { &mut votes.block } += 1;
        }
    }
    votes
}

fn quotes(old: &Reading<'_>, style: &mut Style) {
    let (mut single, mut quoted, mut needless, mut bare) = (0, 0, 0, 0);
    for value in old.layout.collections.iter().flat_map(|collection| &collection.entries).map(|entry| &entry.value) {
        let text = old.text.get(value.span.clone()).unwrap_or_default();
        match value.kind {
            Kind::Plain => bare += usize::from(scalar_type(text, true) == ScalarType::Text),
            Kind::Quoted => {
                single += usize::from(text.starts_with('\''));
                needless += usize::from(is_plain(text.trim_matches(['"', '\''])));
                quoted += 1;
            }
            _ => {}
        }
    }
    if single * 2 > quoted {
        style.quotes = Quotes::Single;
    }
    style.quotes_all = needless > bare;
}
