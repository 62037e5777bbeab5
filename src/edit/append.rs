//! One more entry at the end of a list in the text of images.yaml.

use super::entry::{self, Line, Quotes, Style};
use super::plan::{Plan, Reading};
use super::text::{Lines, Splice, is_blank};
use crate::source::{FileId, SourceFile};
use crate::yaml::{Collection, Entry, Kind, Piece, Value};
use std::ops::Range;

/// The text with the entry at the end of the list that is the document, or that stands in it under a key. `None` where that
/// cannot be done safely, as with a list behind an alias, and where the text has problems of its own.
pub fn append(file: &SourceFile, id: FileId, list: &str, entry: &[Line]) -> Option<String> {
    let old = Reading::of(file, id)?;
    let place = Place { old: &old, text: old.text, style: style_of(&old), entry };
    let mut plan = Plan::default();
    plan.changes.added = Some((list, entry));
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
        let splices = match collection.entries.last() {
            None => return Some((Some(piece.span.clone()), self.in_place_of_brackets(piece)?)),
            Some(last) if collection.is_flow => self.in_flow(last),
            Some(last) => self.in_block(collection, last),
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

    /// In brackets: behind the last item, in a line of its own if that has one.
    fn in_flow(&self, last: &Entry) -> Option<Vec<Splice>> {
        let text = self.text;
        let span = last.span(text)?;
        let lead = text.get(self.old.lines.start(span.start)..span.start)?;
        let end = self.old.lines.end(span.end);
        let rest = text.get(span.end..end)?.trim_start();
        let (comma, rest) = rest.strip_prefix(',').map_or((false, rest), |rest| (true, rest.trim_start()));
        let flow = entry::flow(self.entry, self.style.quotes);
        if is_blank(lead) && !lead.is_empty() && (rest.is_empty() || rest.starts_with('#')) {
            let (behind_last, behind_new) = if comma { ("", ",") } else { (",", "") };
            let new = format!("{}{lead}{flow}{behind_new}", self.old.lines.newline);
            return Some(vec![(span.end..span.end, behind_last.to_owned()), (end..end, new)]);
        }
        Some(vec![(span.end..span.end, format!(", {flow}"))])
    }

    /// Behind the last item of a block list, its comments with it.
    fn in_block(&self, collection: &Collection, last: &Entry) -> Option<Vec<Splice>> {
        let text = self.text;
        let at = last.dash()?;
        let (dash, gap) = (self.old.lines.column(at), gap(&self.old.lines, text, at));
        let style = Style { dash, gap, ..self.style };
        // Comments that stand deeper than the dash belong to the item.
        let mut end = self.old.lines.end(last.span(text)?.end);
        for comment in self.old.layout.comments_in(&(end..text.len())) {
            let is_next = text.get(end..comment.start).is_some_and(|between| between.trim().is_empty());
            if !is_next || self.old.lines.column(comment.start) <= dash {
                break;
            }
            end = comment.end;
        }
        let mut new = if self.old.layout.collection(&last.value).is_some_and(|item| item.is_flow) {
            vec![format!("{:dash$}-{:gap$}{}", "", "", entry::flow(self.entry, self.style.quotes))]
        } else {
            entry::block(self.entry, style)
        };
        if collection.entries.len() > 1 && self.is_spaced(self.old.lines.start(at)) {
            new.insert(0, String::new());
        }
        let newline = self.old.lines.newline;
        Some(vec![(end..end, new.iter().flat_map(|line| [newline, line.as_str()]).collect())])
    }

    /// Whether an empty line stands above a line, or above the comments on it.
    fn is_spaced(&self, line: usize) -> bool {
        let before = self.text.get(..line).unwrap_or_default();
        let mut above = before.lines().rev().map(str::trim).skip_while(|line| line.starts_with('#'));
        above.next() == Some("")
    }
}

/// Spaces between a dash and what follows it in its line.
fn gap(lines: &Lines<'_>, text: &str, dash: usize) -> usize {
    let rest = text.get(dash + 1..lines.end(dash)).unwrap_or_default();
    let spaces = rest.len() - rest.trim_start_matches(' ').len();
    if spaces == rest.len() { 1 } else { spaces.max(1) }
}

/// How the file is laid out: lists under their keys or deeper, how deep mappings stand, and which quotes most texts have.
fn style_of(old: &Reading<'_>) -> Style {
    let mut style = Style::default();
    let collections = &old.layout.collections;
    // The document is the first of them.
    let mut lists = collections.iter().filter(|list| matches!(list.parent, Some((0, _))));
    let first = |collection: &Collection| collection.entries.first().and_then(Entry::dash);
    if let Some(dash) = lists.find_map(first) {
        style.dash = old.lines.column(dash);
    }
    let step = |mapping: &Collection| {
        let key = |entry: &Entry| entry.key.as_ref().map(|key| old.lines.column(key.span.start));
        let (around, index) = mapping.parent.filter(|_| !mapping.is_flow)?;
        let (outer, inner) = (key(collections.get(around)?.entries.get(index)?)?, key(mapping.entries.first()?)?);
        inner.checked_sub(outer).filter(|step| *step > 0)
    };
    style.step = collections.iter().find_map(step).unwrap_or(style.step);
    let values = collections.iter().flat_map(|collection| &collection.entries).map(|entry| &entry.value);
    let quoted = values.filter(|value| value.kind == Kind::Quoted);
    let (single, all) = quoted.fold((0, 0), |(single, all), value| {
        let is_single = old.text.get(value.span.start..).is_some_and(|text| text.starts_with('\''));
        (single + usize::from(is_single), all + 1)
    });
    if single * 2 > all {
        style.quotes = Quotes::Single;
    }
    style
}
