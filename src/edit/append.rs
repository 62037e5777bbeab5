//! One more entry of a list in the text of images.yaml: at its place if the others stand in the order of their names, else at the end.

use super::entry::{self, Line, Style, Value as Written};
use super::plan::{Plan, Reading};
use super::style::style_of;
use super::text::{Lines, Splice, is_blank};
use super::tree::Added;
use crate::source::{FileId, SourceFile};
use crate::yaml::{Collection, Entry, Kind, Node, Piece, Value};
use std::ops::Range;

/// The text with the entry in the list that is the document, or that stands in it under a key. `None` where that cannot be done
/// safely, as with a list behind an alias, and where the text has problems of its own.
pub fn append(file: &SourceFile, id: FileId, list: &str, entry: &[Line]) -> Option<String> {
    let old = Reading::of(file, id)?;
    let row = row(old.root.as_ref(), list, entry);
    let place = Place { old: &old, text: old.text, style: style_of(&old), entry, row };
    let mut plan = Plan::default();
    plan.changes.added = Some(Added { list, entry, row });
    let (brackets, splices) = place.splices(list)?;
    plan.own.extend(brackets);
    plan.splices = splices;
    plan.proved(&old)
}

/// The brackets of an empty list, if they go, and the splices.
type Splices = (Option<Range<usize>>, Vec<Splice>);

struct Place<'a> {
    old: &'a Reading<'a>,
    text: &'a str,
    style: Style,
    entry: &'a [Line],
    /// How many items stand before it.
    row: usize,
}

impl Place<'_> {
    fn splices(&self, list: &str) -> Option<Splices> {
        let Some((root, piece)) = self.old.root.as_ref().zip(self.old.layout.root.as_ref()) else {
            return Some((None, self.at_end(None)));
        };
        match &root.value {
            Value::Sequence(_) => self.in_list(piece),
            Value::Mapping(pairs) => {
                let is_list = |text: &str| text == list;
                let number =
                    pairs.iter().position(|(key, _)| matches!(&key.value, Value::Scalar { text, .. } if is_list(text)));
                let Some(number) = number else { return Some((None, self.at_end(Some(list)))) };
                let entries = &self.old.layout.collection(piece)?.entries;
                let found = entries.iter().filter(|entry| !entry.is_merge(self.text)).nth(number)?;
                if found.value.kind == Kind::Plain {
                    // Nothing stands behind the colon; `null` would have to go.
                    let is_nothing = found.value.span.is_empty() && found.value.properties.is_empty();
                    return is_nothing
                        .then(|| (None, self.after_line(found.key.as_ref().map_or(0, |key| key.span.end))));
                }
                self.in_list(&found.value)
            }
            Value::Scalar { .. } => None,
        }
    }

    fn in_list(&self, piece: &Piece) -> Option<Splices> {
        let collection = self.old.layout.collection(piece)?;
        let Some(first) = collection.entries.first() else {
            return Some((Some(piece.span.clone()), self.in_place_of_brackets(piece)?));
        };
        let before = self.row.checked_sub(1).and_then(|row| collection.entries.get(row));
        let splices = match before {
            None if collection.is_flow => self.before_in_flow(first),
            None => self.before_in_block(collection, first),
            Some(before) if collection.is_flow => self.in_flow(before),
            Some(before) => self.in_block(collection, before),
        };
        Some((None, splices?))
    }

    /// At the end of the text: where there is no list yet.
    fn at_end(&self, key: Option<&str>) -> Vec<Splice> {
        let newline = self.old.lines.newline;
        let is_open = !self.text.is_empty() && !self.text.ends_with('\n');
        let style = if key.is_some() { self.style } else { Style::default() };
        let key = key.map(|key| format!("{key}:"));
        let lines = key.into_iter().chain(entry::block(self.entry, style));
        let new: String = lines.flat_map(|line| [line, newline.to_owned()]).collect();
        let end = self.text.len();
        vec![(end..end, if is_open { newline.to_owned() + &new } else { new })]
    }

    /// After the line that a byte is in, whose line break it takes over where there is none.
    fn after_line(&self, at: usize) -> Vec<Splice> {
        let newline = self.old.lines.newline;
        let new = entry::block(self.entry, self.style).iter().flat_map(|line| [newline, line.as_str()]).collect();
        let end = self.old.lines.end(at);
        vec![(end..end, new)]
    }

    /// `[]` goes, and the list stands in block style below; what is in its line beside it stays.
    fn in_place_of_brackets(&self, list: &Piece) -> Option<Vec<Splice>> {
        let text = self.text;
        let (start, close) = (list.span.start, list.span.end);
        if !list.properties.is_empty() || !is_blank(text.get(start + 1..close - 1)?) {
            return None;
        }
        let end = self.old.lines.end(start);
        let (before, after) = (text.get(self.old.lines.start(start)..start)?, text.get(close..end)?);
        if before.is_empty() && is_blank(after) {
            return Some(vec![(start..end, entry::block(self.entry, self.style).join(self.old.lines.newline))]);
        }
        let removed = if is_blank(before) {
            start..end - after.trim_start_matches(' ').len()
        } else {
            start - (before.len() - before.trim_end_matches(' ').len())..close
        };
        let mut splices = vec![(removed, String::new())];
        splices.extend(self.after_line(start));
        Some(splices)
    }

    /// In brackets: before the first item, in a line of its own if that has one.
    fn before_in_flow(&self, first: &Entry) -> Option<Vec<Splice>> {
        let start = first.span(self.text)?.start;
        let lead = self.text.get(self.old.lines.start(start)..start)?;
        let flow = entry::flow(self.entry, self.style);
        let is_own_line = is_blank(lead) && !lead.is_empty();
        let behind = if is_own_line { format!(",{}{lead}", self.old.lines.newline) } else { ", ".to_owned() };
        Some(vec![(start..start, flow + &behind)])
    }

    /// In brackets: behind an item, in a line of its own if that has one.
    fn in_flow(&self, before: &Entry) -> Option<Vec<Splice>> {
        let text = self.text;
        let span = before.span(text)?;
        let lead = text.get(self.old.lines.start(span.start)..span.start)?;
        let end = self.old.lines.end(span.end);
        let rest = text.get(span.end..end)?.trim_start();
        let (comma, rest) = rest.strip_prefix(',').map_or((false, rest), |rest| (true, rest.trim_start()));
        let flow = entry::flow(self.entry, self.style);
        if is_blank(lead) && !lead.is_empty() && (rest.is_empty() || rest.starts_with('#')) {
            let (behind_last, behind_new) = if comma { ("", ",") } else { (",", "") };
            let new = format!("{}{lead}{flow}{behind_new}", self.old.lines.newline);
            return Some(vec![(span.end..span.end, behind_last.to_owned()), (end..end, new)]);
        }
        Some(vec![(span.end..span.end, format!(", {flow}"))])
    }

    /// Before the first item of a block list. The comments above it are those of the list, unless other items have some as well.
    fn before_in_block(&self, collection: &Collection, first: &Entry) -> Option<Vec<Splice>> {
        let (lines, newline) = (&self.old.lines, self.old.lines.newline);
        let dash = first.dash()?;
        let others = collection.entries.iter().skip(1).filter_map(Entry::dash);
        let mut at = lines.start(dash);
        if !is_blank(self.text.get(at..dash)?) {
            return None;
        }
        if others.into_iter().any(|dash| self.is_remarked(lines.start(dash))) {
            while self.is_remarked(at) {
                at = lines.start(at - 1);
            }
        }
        let mut new = self.item(first, dash);
        if collection.entries.get(1).and_then(Entry::dash).is_some_and(|dash| self.is_spaced(lines.start(dash))) {
            new.push(String::new());
        }
        Some(vec![(at..at, new.iter().flat_map(|line| [line.as_str(), newline]).collect())])
    }

    /// Behind an item of a block list, its comments with it.
    fn in_block(&self, collection: &Collection, before: &Entry) -> Option<Vec<Splice>> {
        let text = self.text;
        let at = before.dash()?;
        let dash = self.old.lines.column(at);
        // Comments that stand deeper than the dash belong to the item.
        let mut end = self.old.lines.end(before.span(text)?.end);
        for comment in self.old.layout.comments_in(&(end..text.len())) {
            let is_next = text.get(end..comment.start).is_some_and(|between| between.trim().is_empty());
            if !is_next || self.old.lines.column(comment.start) <= dash {
                break;
            }
            end = comment.end;
        }
        let mut new = self.item(before, at);
        let second = collection.entries.get(1).and_then(Entry::dash);
        if second.is_some_and(|dash| self.is_spaced(self.old.lines.start(dash))) {
            new.insert(0, String::new());
        }
        let newline = self.old.lines.newline;
        Some(vec![(end..end, new.iter().flat_map(|line| [newline, line.as_str()]).collect())])
    }

    /// The lines of the new item, in the style of one beside it whose dash is known.
    fn item(&self, beside: &Entry, at: usize) -> Vec<String> {
        let (dash, gap) = (self.old.lines.column(at), gap(&self.old.lines, self.text, at));
        if self.old.layout.collection(&beside.value).is_some_and(|item| item.is_flow) {
            return vec![format!("{:dash$}-{:gap$}{}", "", "", entry::flow(self.entry, self.style))];
        }
        entry::block(self.entry, Style { dash, gap, ..self.style })
    }

    /// Whether the line above one is a comment alone.
    fn is_remarked(&self, line: usize) -> bool {
        let above = self.text.get(..line).and_then(|text| text.lines().next_back());
        line > 0 && above.is_some_and(|line| line.trim_start().starts_with('#'))
    }

    /// Whether an empty line stands above a line, or above the comments on it.
    fn is_spaced(&self, line: usize) -> bool {
        let before = self.text.get(..line).unwrap_or_default();
        let mut above = before.lines().rev().map(str::trim).skip_while(|line| line.starts_with('#'));
        above.next() == Some("")
    }
}

/// How many items of a list stand before a new one: all, unless two or more stand in the order of their names.
fn row(root: Option<&Node<'_>>, list: &str, entry: &[Line]) -> usize {
    let items = match root.map(|root| &root.value) {
        Some(Value::Sequence(items)) => items,
        Some(Value::Mapping(pairs)) => match pairs.iter().find(|(key, _)| text_of(key) == Some(list)) {
            Some((_, Node { value: Value::Sequence(items), .. })) => items,
            _ => return 0,
        },
        _ => return 0,
    };
    let names = items.iter().map(|item| {
        let Value::Mapping(pairs) = &item.value else { return None };
        pairs.iter().find(|(key, _)| text_of(key) == Some(NAME)).and_then(|(_, value)| text_of(value))
    });
    let new = entry.iter().find(|line| line.key == NAME).map(|line| &line.value);
    let (Some(names), Some(Written::Text(new))) = (names.collect::<Option<Vec<&str>>>(), new) else {
        return items.len();
    };
    let is_sorted = names.len() > 1 && names.is_sorted_by(|one, next| one < next);
    if is_sorted { names.partition_point(|name| *name < new.as_str()) } else { items.len() }
}

/// The key by which items are told apart.
const NAME: &str = "name";

fn text_of<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    if let Value::Scalar { text, .. } = &node.value { Some(text) } else { None }
}

/// Spaces between a dash and what follows it in its line.
fn gap(lines: &Lines<'_>, text: &str, dash: usize) -> usize {
    let rest = text.get(dash + 1..lines.end(dash)).unwrap_or_default();
    let spaces = rest.len() - rest.trim_start_matches(' ').len();
    if spaces == rest.len() { 1 } else { spaces.max(1) }
}
