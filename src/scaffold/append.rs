//! One more entry at the end of `images` in the text of images.yaml.
//!
//! The text is cut at one or two places that our own reader knows, and the entry put in between, so that every old byte stays
//! by construction; only `[]` of an empty list goes. yaml-edit, which `lint --fix` removes entries with, would write the
//! values in its own quotes and line breaks, which is what the check at the end would have to catch. That check stands all
//! the same: the new text must read as the old tree with this entry more and no other change, else there is no new text.

use super::entry::{self, Line, Style};
use crate::diagnostic::Code;
use crate::source::{FileId, SourceFile};
use crate::yaml::{self, Node, Purpose, ScalarType, Value, scalar_type};

/// The key that the images stand under.
const IMAGES: &str = "images";

/// The text with the entry at the end of its images; `None` where that cannot be done safely, as with a list behind an
/// alias, and where the text has problems of its own.
pub fn append(file: &SourceFile, id: FileId, entry: &[Line]) -> Option<String> {
    let text = file.text_to_write_back();
    let (old, cuts) = match read(file, id) {
        Read::Nothing => (None, at_end(text, None, entry)),
        Read::Broken => return None,
        Read::Tree(root) => {
            let cuts = cuts(text, &root, entry)?;
            (Some(root), cuts)
        }
    };
    let new = SourceFile::new("", spliced(text, cuts)?);
    let Read::Tree(root) = read(&new, id) else { return None };
    is_grown(old.as_ref(), &root, entry).then(|| new.text_to_write_back().to_owned())
}

/// Bytes of the old text and what stands there afterwards, in the order of the text.
type Cut = (std::ops::Range<usize>, String);

enum Read<'a> {
    Tree(Node<'a>),
    /// Nothing but comments.
    Nothing,
    Broken,
}

fn read(file: &SourceFile, id: FileId) -> Read<'_> {
    let mut problems = Vec::new();
    match yaml::parse(file, id, &Purpose::COMPARISON, &mut problems) {
        Some(root) if problems.is_empty() => Read::Tree(root),
        None if problems.iter().all(|problem| problem.code == Code::Empty) => Read::Nothing,
        _ => Read::Broken,
    }
}

fn spliced(text: &str, cuts: Vec<Cut>) -> Option<String> {
    let (mut out, mut from) = (String::with_capacity(text.len() + 512), 0);
    for (range, new) in cuts {
        out.push_str(text.get(from..range.start)?);
        out.push_str(&new);
        from = range.end;
    }
    out.push_str(text.get(from..)?);
    Some(out)
}

fn cuts(text: &str, root: &Node<'_>, entry: &[Line]) -> Option<Vec<Cut>> {
    let images = match &root.value {
        Value::Sequence(_) => root,
        Value::Mapping(entries) => match entries.iter().find(|(key, _)| is_images(key)) {
            None => return Some(at_end(text, Some(style_of(text, root)), entry)),
            Some((key, value)) if is_null(value) => {
                // Nothing stands behind the colon, or `null`, which would have to go.
                let line = line(text, key.span.end as usize);
                let rest = text.get(key.span.end as usize..line.end)?.trim_start().strip_prefix(':')?.trim_start();
                let bare = rest.is_empty() || rest.starts_with('#');
                return bare.then(|| after_line(text, line.end, style_of(text, root), entry));
            }
            Some((_, value)) => value,
        },
        Value::Scalar { .. } => return None,
    };
    let Value::Sequence(items) = &images.value else { return None };
    let start = images.span.start as usize;
    let in_brackets = text.get(start..)?.starts_with('[');
    match items.last() {
        None => in_place_of_brackets(text, start, style_of(text, root), entry),
        // A block list may begin where a first item in brackets does.
        Some(last) if in_brackets && items.first()?.span.start > images.span.start => in_flow(text, last, entry),
        Some(last) => in_block(text, root, items, last, entry),
    }
}

fn is_images(key: &Node<'_>) -> bool {
    matches!(&key.value, Value::Scalar { text, .. } if text == IMAGES)
}

fn is_null(node: &Node<'_>) -> bool {
    matches!(&node.value, Value::Scalar { text, plain } if scalar_type(text, *plain) == ScalarType::Null)
}

/// The line that a byte is in, without its line break.
fn line(text: &str, at: usize) -> std::ops::Range<usize> {
    let at = at.min(text.len());
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end);
    let end = if text.get(start..end).is_some_and(|line| line.ends_with('\r')) { end - 1 } else { end };
    start..end.max(start)
}

fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The entry at the end of the text: where there is no list yet.
fn at_end(text: &str, style: Option<Style>, entry: &[Line]) -> Vec<Cut> {
    let newline = newline(text);
    let mut new = String::new();
    if !text.is_empty() && !text.ends_with('\n') {
        new.push_str(newline);
    }
    if style.is_some() {
        new.push_str(IMAGES);
        new.push(':');
        new.push_str(newline);
    }
    for line in entry::block(entry, style.unwrap_or_default()) {
        new.push_str(&line);
        new.push_str(newline);
    }
    vec![(text.len()..text.len(), new)]
}

/// The entry after a line, whose line break it takes over where there is none.
fn after_line(text: &str, end: usize, style: Style, entry: &[Line]) -> Vec<Cut> {
    let newline = newline(text);
    let new: String = entry::block(entry, style).iter().flat_map(|line| [newline, line.as_str()]).collect();
    // At the end of a text without a last line break the new last line has none either.
    vec![(end..end, new)]
}

/// `[]` goes, and the list stands in block style below; what is in its line beside it stays.
fn in_place_of_brackets(text: &str, start: usize, style: Style, entry: &[Line]) -> Option<Vec<Cut>> {
    let whole = line(text, start);
    let close = start + text.get(start..whole.end)?.find(']')? + 1;
    let inner = text.get(start + 1..close - 1)?;
    if !inner.trim().is_empty() {
        return None;
    }
    let (before, after) = (text.get(whole.start..start)?, text.get(close..whole.end)?);
    let spaces = |text: &str| text.len() - text.trim_matches(' ').len();
    if before.trim_start_matches('\u{feff}').is_empty() && after.trim().is_empty() {
        let newline = newline(text);
        return Some(vec![(start..whole.end, entry::block(entry, style).join(newline))]);
    }
    let removed = if before.trim().is_empty() { start..close + spaces(after) } else { start - spaces(before)..close };
    let mut cuts = vec![(removed, String::new())];
    cuts.extend(after_line(text, whole.end, style, entry));
    Some(cuts)
}

/// In brackets: behind the last item, in a line of its own if that has one.
fn in_flow(text: &str, last: &Node<'_>, entry: &[Line]) -> Option<Vec<Cut>> {
    let (start, end) = (last.span.start as usize, last.span.end as usize);
    let end = start + text.get(start..end)?.trim_end().len();
    let whole = line(text, start);
    let end_line = line(text, end);
    let lead = text.get(whole.start..start)?;
    let rest = text.get(end..end_line.end)?;
    let (comma, rest) = rest.trim_start().strip_prefix(',').map_or((false, rest), |rest| (true, rest));
    let flow = entry::flow(entry);
    if lead.trim().is_empty() && !lead.is_empty() && (rest.trim().is_empty() || rest.trim_start().starts_with('#')) {
        let behind_last = if comma { "" } else { "," };
        let behind_new = if comma { "," } else { "" };
        let new = format!("{}{lead}{flow}{behind_new}", newline(text));
        return Some(vec![(end..end, behind_last.to_owned()), (end_line.end..end_line.end, new)]);
    }
    Some(vec![(end..end, format!(", {flow}"))])
}

/// Behind the last item of a block list, its comments with it.
fn in_block(text: &str, root: &Node<'_>, items: &[Node<'_>], last: &Node<'_>, entry: &[Line]) -> Option<Vec<Cut>> {
    let (dash_line, dash) = dash_of(text, last.span.start as usize)?;
    let whole = line(text, dash_line);
    let style = Style { dash, gap: gap(text, whole.clone(), dash), ..style_of(text, root) };
    // All that stands deeper than the dash belongs to the item.
    let mut end = whole.end;
    let mut at = whole.end;
    while let Some(next) = text.get(at..).and_then(|rest| rest.find('\n')).map(|found| at + found + 1) {
        let line = line(text, next);
        let content = text.get(line.clone())?;
        if !content.trim().is_empty() {
            if indent(content) <= dash && !content.starts_with('\t') {
                break;
            }
            end = line.end;
        }
        if next >= text.len() {
            break;
        }
        at = line.end.max(next);
    }
    let mut new: Vec<String> = if text.get(last.span.start as usize..)?.starts_with('{') {
        vec![format!("{:dash$}-{:gap$}{}", "", "", entry::flow(entry), gap = style.gap)]
    } else {
        entry::block(entry, style)
    };
    if is_spaced(text, items, dash_line) {
        new.insert(0, String::new());
    }
    let newline = newline(text);
    let new: String = new.iter().flat_map(|line| [newline, line.as_str()]).collect();
    Some(vec![(end..end, new)])
}

/// The line of an item's dash, as an offset, and the column of the dash. An anchor can stand between dash and item.
fn dash_of(text: &str, item: usize) -> Option<(usize, usize)> {
    let mut at = item;
    loop {
        let whole = line(text, at);
        let content = text.get(whole.clone())?.trim_start_matches('\u{feff}');
        let bare = content.trim_start_matches(' ');
        if bare == "-" || bare.starts_with("- ") {
            return Some((whole.start, indent(content)));
        }
        at = whole.start.checked_sub(1)?;
    }
}

/// Spaces between a dash and what follows it in its line.
fn gap(text: &str, line: std::ops::Range<usize>, dash: usize) -> usize {
    let content = text.get(line).unwrap_or_default().trim_start_matches('\u{feff}');
    let rest = content.get(dash + 1..).unwrap_or_default();
    let spaces = indent(rest);
    if rest.len() == spaces || spaces == 0 { 1 } else { spaces }
}

/// Whether an empty line stands before the last of several items, or before the comments on it.
fn is_spaced(text: &str, items: &[Node<'_>], dash_line: usize) -> bool {
    let before = text.get(..dash_line).unwrap_or_default();
    let mut above = before.lines().rev().map(str::trim).skip_while(|line| line.starts_with('#'));
    items.len() > 1 && above.next() == Some("")
}

/// How the file is laid out: lists under their keys or deeper, and how deep mappings stand.
fn style_of(text: &str, root: &Node<'_>) -> Style {
    let mut style = Style::default();
    if let Value::Mapping(entries) = &root.value {
        let mut lists = entries.iter().filter_map(|(_, value)| first_of_block(text, value));
        if let Some((_, dash)) = lists.find_map(|item| dash_of(text, item)) {
            style.dash = dash;
        }
    }
    if let Some(step) = step(text, root, 0) {
        style.step = step;
    }
    style
}

/// Where the first item of a block list begins.
fn first_of_block(text: &str, node: &Node<'_>) -> Option<usize> {
    let Value::Sequence(items) = &node.value else { return None };
    let first = items.first()?.span.start as usize;
    let in_brackets = text.get(node.span.start as usize..)?.starts_with('[');
    (!in_brackets).then_some(first)
}

/// How much deeper than its key the first mapping in block style stands that is the value of one.
fn step(text: &str, node: &Node<'_>, depth: usize) -> Option<usize> {
    // The keys of images.yaml are not deeper, and an alias may stand anywhere.
    const DEPTH: usize = 6;
    if depth > DEPTH {
        return None;
    }
    match &node.value {
        Value::Scalar { .. } => None,
        Value::Sequence(items) => items.iter().find_map(|item| step(text, item, depth + 1)),
        Value::Mapping(entries) => entries.iter().find_map(|(key, value)| {
            if let Value::Mapping(inner) = &value.value
                && let Some((first, _)) = inner.first()
                && !text.get(value.span.start as usize..)?.starts_with('{')
            {
                let column = |at: u32| at as usize - line(text, at as usize).start;
                let (outer, inner) = (column(key.span.start), column(first.span.start));
                if first.span.start > key.span.end && inner > outer {
                    return Some(inner - outer);
                }
            }
            step(text, value, depth + 1)
        }),
    }
}

/// Whether the new tree is the old one with the entry at the end of its images.
fn is_grown(old: Option<&Node<'_>>, new: &Node<'_>, entry: &[Line]) -> bool {
    let Some(old) = old else { return has_one_more(&[], new, entry) };
    match (&old.value, &new.value) {
        (Value::Sequence(items), _) => has_one_more(items, new, entry),
        (Value::Mapping(pairs), Value::Mapping(new_pairs)) => {
            let added = usize::from(!pairs.iter().any(|(key, _)| is_images(key)));
            let grown = |(key, value): &(Node<'_>, Node<'_>), old: Option<&(Node<'_>, Node<'_>)>| match old {
                None => is_images(key) && has_one_more(&[], value, entry),
                Some((old_key, old_value)) if is_images(old_key) => {
                    let items: &[Node<'_>] = if let Value::Sequence(items) = &old_value.value { items } else { &[] };
                    is_same(old_key, key) && has_one_more(items, value, entry)
                }
                Some((old_key, old_value)) => is_same(old_key, key) && is_same(old_value, value),
            };
            new_pairs.len() == pairs.len() + added
                && new_pairs.iter().enumerate().all(|(index, pair)| grown(pair, pairs.get(index)))
        }
        _ => false,
    }
}

fn has_one_more(items: &[Node<'_>], new: &Node<'_>, entry: &[Line]) -> bool {
    let Value::Sequence(new) = &new.value else { return false };
    let Some((last, others)) = new.split_last() else { return false };
    others.len() == items.len()
        && items.iter().zip(others).all(|(old, new)| is_same(old, new))
        && entry::is(last, entry)
}

fn is_same(old: &Node<'_>, new: &Node<'_>) -> bool {
    match (&old.value, &new.value) {
        (Value::Scalar { text, plain }, Value::Scalar { text: new_text, plain: new_plain }) => {
            text == new_text && plain == new_plain
        }
        (Value::Sequence(items), Value::Sequence(new_items)) => {
            items.len() == new_items.len() && items.iter().zip(new_items.iter()).all(|(old, new)| is_same(old, new))
        }
        (Value::Mapping(pairs), Value::Mapping(new_pairs)) => {
            pairs.len() == new_pairs.len()
                && pairs
                    .iter()
                    .zip(new_pairs.iter())
                    .all(|((key, value), (new_key, new_value))| is_same(key, new_key) && is_same(value, new_value))
        }
        _ => false,
    }
}
