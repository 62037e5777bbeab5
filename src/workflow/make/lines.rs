//! Lines of a makefile, and what stands in one.

use crate::workflow::value::Text;

/// The lines of a file; one that ends in a backslash goes on, in a recipe as it is written.
pub(super) fn joined(text: &Text) -> Vec<Text> {
    let mut lines: Vec<Text> = Vec::new();
    let mut goes_on = false;
    for line in text.split(|c| c == '\n') {
        let line = if line.marked().ends_with('\r') { line.cut(0..line.marked().len() - 1) } else { line };
        let ends = line.marked().ends_with('\\');
        match lines.last_mut().filter(|_| goes_on) {
            Some(last) if last.marked().starts_with('\t') => {
                last.push_str("\n", None);
                let rest = line.strip_prefix("\t");
                last.push(&rest.unwrap_or(line));
            }
            Some(last) => {
                let mut all = last.cut(0..last.marked().len() - 1);
                all.push_str(" ", None);
                all.push(&line.trim());
                *last = all;
            }
            None => lines.push(line),
        }
        goes_on = ends;
    }
    lines
}

pub(super) fn without_comment(line: &Text) -> Text {
    let marked = line.marked();
    let is_sign = |(at, _): &(usize, &str)| !marked.get(..*at).is_some_and(|before| before.ends_with('\\'));
    let end = marked.match_indices('#').find(is_sign).map_or(marked.len(), |(at, _)| at);
    line.cut(0..end)
}

pub(super) fn first_word(line: &Text) -> (String, Text) {
    let marked = line.marked();
    let end = marked.find(char::is_whitespace).unwrap_or(marked.len());
    (marked.get(..end).unwrap_or_default().to_owned(), line.cut(end..marked.len()).trim())
}

/// `NAME = value`, with the sign.
pub(super) fn assignment(line: &Text) -> Option<(Text, &'static str, Text)> {
    let marked = line.marked();
    let at = outside(marked, '=')?;
    let before = marked.get(..at)?;
    let signs = [":::=", "::=", ":=", "?=", "+=", "!="];
    let sign = signs.into_iter().find(|sign| before.ends_with(sign.trim_end_matches('='))).unwrap_or("=");
    let name = line.cut(0..at + 1 - sign.len()).trim();
    // With a colon or a blank in front it is no name.
    let is_name =
        !name.is_empty() && outside(name.marked(), ':').is_none() && !name.marked().contains(char::is_whitespace);
    let value = line.cut(at + 1..marked.len());
    let start = value.marked().len() - value.marked().trim_start().len();
    is_name.then(|| (name, sign, value.cut(start..value.marked().len())))
}

/// Where a character stands that is in no reference.
pub(super) fn outside(text: &str, wanted: char) -> Option<usize> {
    let mut open = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '{' => open += 1,
            ')' | '}' => open = open.saturating_sub(1),
            c if c == wanted && open == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// The two sides of `ifeq (a,b)` and `ifeq "a" "b"`.
pub(super) fn sides(text: &Text) -> Option<(Text, Text)> {
    let marked = text.marked();
    if marked.starts_with('(') && marked.ends_with(')') {
        let inner = text.cut(1..marked.len() - 1);
        let at = outside(inner.marked(), ',')?;
        return Some((inner.cut(0..at).trim(), inner.cut(at + 1..inner.marked().len()).trim()));
    }
    let quote = marked.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let end = marked.get(1..)?.find(quote)? + 1;
    let rest = text.cut(end + 1..marked.len()).trim();
    let other = rest.marked().chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let last = rest.marked().get(1..)?.find(other)? + 1;
    Some((text.cut(1..end), rest.cut(1..last)))
}
