//! Lists in inputs of Docker's actions: a line an item, with the quotes of CSV.
//!
//! As `Util.getList` of docker/actions-toolkit reads them (src/util.ts): csv-parse with relaxed quotes and empty lines
//! skipped, then each item trimmed. There are no comments in them: `# x` is an item.

use crate::workflow::value::Text;

/// How an action reads a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListStyle {
    /// A comma separates items too (`ignoreComma` is off).
    commas: bool,
    /// Items may be quoted (`quote` is not off).
    quotes: bool,
}

/// `tags`, `platforms`, `files`, `targets`.
pub(crate) const WORDS: ListStyle = ListStyle { commas: true, quotes: true };

/// `build-args`.
pub(crate) const LINES: ListStyle = ListStyle { commas: false, quotes: true };

/// `set` of the bake action, which takes quotes for text; `outputs` too, in which commas and quotes belong to an item.
pub(crate) const RAW_LINES: ListStyle = ListStyle { commas: false, quotes: false };

/// The items of a list that are not empty.
pub(crate) fn items(text: &Text, style: ListStyle) -> Vec<Text> {
    let mut reader = ListReader { text, style, item: Text::default(), found: Vec::new() };
    let marked = text.marked();
    let mut at = 0;
    // Whether the item is still empty in the sense of CSV: only there a quote quotes.
    let mut fresh = true;
    // Where the part of the item begins that is not taken over yet.
    let mut from = 0;
    while let Some(c) = marked.get(at..).and_then(|rest| rest.chars().next()) {
        let next = at + c.len_utf8();
        match c {
            '\n' | '\r' => {
                reader.take(from, at);
                reader.finish();
                (at, from, fresh) = (next, next, true);
            }
            ',' if style.commas => {
                reader.take(from, at);
                reader.finish();
                (at, from, fresh) = (next, next, true);
            }
            '"' if style.quotes && fresh => {
                reader.take(from, at);
                (at, from) = reader.quoted(at).map_or((next, at), |end| (end, end));
                fresh = false;
            }
            // After a comma that does not separate, csv-parse begins a field all the same.
            _ => (at, fresh) = (next, c == ','),
        }
    }
    reader.take(from, at);
    reader.finish();
    reader.found
}

/// The fields of a line of CSV, in which a quoted field may have commas: `type=image,"name=a/b,c/d"`.
pub(crate) fn fields(line: &Text) -> Vec<Text> {
    let mut is_quoted = false;
    let mut ends: Vec<usize> = Vec::new();
    for (at, c) in line.marked().char_indices() {
        is_quoted ^= c == '"';
        if c == ',' && !is_quoted {
            ends.push(at);
        }
    }
    ends.push(line.marked().len());
    let mut from = 0;
    let field = |end: usize| {
        let field = line.cut(from..end).trim();
        from = end + 1;
        let inner = field.marked().strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).map(str::len);
        inner.map_or(field.clone(), |length| field.cut(1..1 + length))
    };
    ends.into_iter().map(field).collect()
}

struct ListReader<'t> {
    text: &'t Text,
    style: ListStyle,
    item: Text,
    found: Vec<Text>,
}

impl ListReader<'_> {
    fn take(&mut self, from: usize, to: usize) {
        self.item.push(&self.text.cut(from..to));
    }

    fn finish(&mut self) {
        let done = std::mem::take(&mut self.item).trim();
        if !done.is_empty() {
            self.found.push(done);
        }
    }

    /// Reads a quoted field and says where it ends. `None` if the quote does not stand at both ends of the field, so that it is text.
    /// A field alone in its line is split at commas even if it is quoted.
    fn quoted(&mut self, start: usize) -> Option<usize> {
        let marked = self.text.marked();
        let mut inner = Text::default();
        let mut done = Vec::new();
        let (mut at, mut from) = (start + 1, start + 1);
        loop {
            let rest = marked.get(at..)?;
            let c = rest.chars().next()?;
            match c {
                '"' if rest.starts_with("\"\"") => {
                    inner.push(&self.text.cut(from..at + 1));
                    (at, from) = (at + 2, at + 2);
                }
                '"' if rest.len() == 1 || rest.get(1..).is_some_and(|rest| rest.starts_with([',', '\n', '\r'])) => {
                    inner.push(&self.text.cut(from..at));
                    self.item.push(&inner);
                    self.found.append(&mut done);
                    return Some(at + 1);
                }
                '"' => return None,
                ',' if self.style.commas => {
                    inner.push(&self.text.cut(from..at));
                    let item = std::mem::take(&mut inner).trim();
                    if !item.is_empty() {
                        done.push(item);
                    }
                    (at, from) = (at + 1, at + 1);
                }
                c => at += c.len_utf8(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::value::{Unknown, Why};

    fn read(text: &str, style: ListStyle) -> Vec<String> {
        items(&Text::from(text), style).iter().map(Text::to_string).collect()
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
    fn fields_in_quotes_have_commas() {
        let read = |text: &str| fields(&Text::from(text)).iter().map(Text::to_string).collect::<Vec<_>>();
        assert_eq!(read("type=image, name=a/b,push=true"), ["type=image", "name=a/b", "push=true"]);
        assert_eq!(read("type=image,\"name=a/b,c/d\",x"), ["type=image", "name=a/b,c/d", "x"]);
        assert_eq!(read(""), [""]);
    }

    #[test]
    fn holes_are_parts_of_items() {
        let mut text = Text::from("A=");
        text.push_hole(Unknown::new(Why::Secret("X".to_owned()), None));
        text.push_str("\nB=1", None);
        let found: Vec<String> = items(&text, LINES).iter().map(Text::to_string).collect();
        assert_eq!(found, ["A=${{ secrets.X }}", "B=1"]);
    }
}
