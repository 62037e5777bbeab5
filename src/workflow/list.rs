//! Lists in inputs of Docker's actions: a line an item, with the quotes of CSV.
//!
//! As `Util.getList` of docker/actions-toolkit reads them (src/util.ts): csv-parse with relaxed quotes and empty lines
//! skipped, then each item trimmed. There are no comments in them: `# x` is an item.

use super::word::{ShellWord, expressions};

/// How an action reads a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct ListStyle {
    /// A comma separates items too (`ignoreComma` is off).
    pub(super) commas: bool,
    /// Items may be quoted (`quote` is not off).
    pub(super) quotes: bool,
}

/// `tags`, `platforms`, `files`, `targets`.
pub(super) const WORDS: ListStyle = ListStyle { commas: true, quotes: true };

/// `build-args`.
pub(super) const LINES: ListStyle = ListStyle { commas: false, quotes: true };

/// `set` of the bake action, which takes quotes for text.
pub(super) const RAW_LINES: ListStyle = ListStyle { commas: false, quotes: false };

/// The items of a list that are not empty.
pub(super) fn items(text: &str, style: ListStyle) -> Vec<ShellWord> {
    let expressions = expressions(text);
    let mut found = Vec::new();
    let mut item = ShellWord::begin(0);
    let mut at = 0;
    // Whether the item is still empty in the sense of CSV: only there a quote quotes.
    let mut fresh = true;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if let Some(whole) = expression_at(&expressions, at).and_then(|part| text.get(part)) {
            item.push_expression(whole, at);
            (at, fresh) = (at + whole.len(), false);
            continue;
        }
        let next = at + c.len_utf8();
        match c {
            '\n' | '\r' => {
                finish(&mut item, next, &mut found);
                (at, fresh) = (next, true);
            }
            ',' if style.commas => {
                finish(&mut item, next, &mut found);
                (at, fresh) = (next, true);
            }
            '"' if style.quotes && fresh => {
                at = quoted(text, at, style, &expressions, &mut item, &mut found).unwrap_or_else(|| {
                    item.push("\"", at);
                    next
                });
                fresh = false;
            }
            _ => {
                item.push(text.get(at..next).unwrap_or_default(), at);
                // After a comma that does not separate, csv-parse begins a field all the same.
                (at, fresh) = (next, c == ',');
            }
        }
    }
    finish(&mut item, at, &mut found);
    found
}

fn expression_at(expressions: &[std::ops::Range<usize>], at: usize) -> Option<std::ops::Range<usize>> {
    let index = expressions.binary_search_by_key(&at, |part| part.start).ok()?;
    expressions.get(index).cloned()
}

fn finish(item: &mut ShellWord, next: usize, found: &mut Vec<ShellWord>) {
    let done = std::mem::replace(item, ShellWord::begin(next)).trim();
    if !done.text.is_empty() {
        found.push(done);
    }
}

/// Reads a quoted field and says where it ends. `None` if the quote does not stand at both ends of the field, so that it
/// is text. A field alone in its line is split at commas even if it is quoted.
fn quoted(
    text: &str,
    start: usize,
    style: ListStyle,
    expressions: &[std::ops::Range<usize>],
    item: &mut ShellWord,
    found: &mut Vec<ShellWord>,
) -> Option<usize> {
    let mut inner = ShellWord::begin(start + 1);
    let mut done = Vec::new();
    let mut at = start + 1;
    loop {
        if let Some(whole) = expression_at(expressions, at).and_then(|part| text.get(part)) {
            inner.push_expression(whole, at);
            at += whole.len();
            continue;
        }
        let rest = text.get(at..)?;
        let c = rest.chars().next()?;
        let next = at + c.len_utf8();
        match c {
            '"' if rest.starts_with("\"\"") => {
                inner.push("\"", at);
                at += 2;
            }
            '"' if rest.len() == 1 || rest[1..].starts_with([',', '\n', '\r']) => {
                item.append(inner);
                found.append(&mut done);
                return Some(next);
            }
            '"' => return None,
            ',' if style.commas => {
                finish(&mut inner, next, &mut done);
                at = next;
            }
            _ => {
                inner.push(rest.get(..c.len_utf8())?, at);
                at = next;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, style: ListStyle) -> Vec<String> {
        items(text, style).into_iter().map(|item| item.text).collect()
    }

    #[test]
    fn a_line_is_an_item_and_commas_belong_to_it() {
        assert_eq!(read("A=1\n\n  B=2,3  \n# C\n", LINES), ["A=1", "B=2,3", "# C"]);
        assert_eq!(read("a,b\nc", WORDS), ["a", "b", "c"]);
    }

    #[test]
    fn quotes_keep_lines_together() {
        assert_eq!(read("\"A=1\n2\"\n\"B=say \"\"hi\"\"\"\nC=\"x\"", LINES), ["A=1\n2", "B=say \"hi\"", "C=\"x\""]);
        assert_eq!(read("\"A\"x\n\"open", LINES), ["\"A\"x", "\"open"], "a quote inside of an item is text");
        assert_eq!(read("\"a.args.X=1\"", RAW_LINES), ["\"a.args.X=1\""]);
        assert_eq!(read("\"a,b\"", WORDS), ["a", "b"]);
    }

    #[test]
    fn expressions_are_whole() {
        let found = items("A=${{ format('{0},\n', b) }}\nB=1", LINES);
        assert_eq!(found[0].text, "A=${{ format('{0},\n', b) }}");
        assert!(found[0].is_expression() && !found[1].is_expression());
    }
}
