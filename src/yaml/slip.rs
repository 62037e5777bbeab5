//! What somebody meant whose text is no YAML: the slips that people make, told by the lines around the place where a parser
//! gives up. Where none of them is recognized, the parser's words stand alone.

use std::ops::Range;

/// What is wrong, where, and what to write.
pub(super) struct Slip {
    /// Bytes of the text.
    pub(super) at: Range<usize>,
    /// What is wrong, in the words of a person.
    pub(super) message: String,
    /// What to write.
    pub(super) help: String,
}

impl Slip {
    #[expect(clippy::unnecessary_wraps, reason = "each that looks for a slip ends with this or with none")]
    fn some(at: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Option<Self> {
        Some(Self { at, message: message.into(), help: help.into() })
    }
}

/// The slip in a text that a parser refuses at a byte with some words.
pub(super) fn slip(text: &str, at: usize, said: &str) -> Option<Slip> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let line = Line::of(text, start);
    let before = Lines { text, end: start }.find(|line| !line.is_blank());
    conflict(text)
        .or_else(|| [Some(&line), before.as_ref()].into_iter().flatten().find_map(Line::conflict))
        .or_else(|| said.contains("tab").then(|| tab(text, at)).flatten())
        .or_else(|| [Some(&line), before.as_ref()].into_iter().flatten().find_map(Line::odd_blank))
        .or_else(|| said_by_parser(&line, at, said))
        .or_else(|| line.without_colon(false))
        // What begins further left than a word does not belong to it.
        .or_else(|| before.as_ref().and_then(|before| before.without_colon(line.column >= before.column)))
        .or_else(|| line.colon_in_value(at))
        .or_else(|| line.out_of_line(Lines { text, end: start }))
}

/// The marks that git leaves in a file that it could not merge.
fn conflict(text: &str) -> Option<Slip> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if ["<<<<<<< ", ">>>>>>> "].iter().any(|mark| line.starts_with(mark)) {
            return conflict_at(start..start + line.trim_end().len());
        }
        start += line.len();
    }
    None
}

fn conflict_at(at: Range<usize>) -> Option<Slip> {
    let help =
        "keep one of the two sides, and remove the lines that begin with `<<<<<<<`, `|||||||`, `=======` and `>>>>>>>`";
    Slip::some(at, "a merge is not finished: this is a mark of its conflict", help)
}

/// A tab that a parser refuses: the first of those that indent the line or the lines before it, else the one that it stopped at.
fn tab(text: &str, at: usize) -> Option<Slip> {
    let line_at =
        |at: usize| Line::of(text, text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1));
    // The parser points behind it, or at what stands before it.
    let here = line_at(at).tab().or_else(|| text.get(at..)?.find('\t').map(|next| at + next))?;
    let line = line_at(here);
    let indents = Lines { text, end: line.start }.map_while(|line| line.tab());
    let (at, what) = match line.tab() {
        Some(first) => (indents.last().unwrap_or(first), "a tab in the indentation"),
        None => (here, "a tab where YAML takes blanks alone"),
    };
    Slip::some(at..at + 1, what, "write blanks in its place")
}

/// Slips that the parser tells apart, in its own words.
fn said_by_parser(line: &Line<'_>, at: usize, said: &str) -> Option<Slip> {
    let rest = line.text.get(at.checked_sub(line.start)?..)?;
    let mark = rest.chars().next()?;
    let word = rest.split([' ', ',', ']', '}']).next().unwrap_or_default();
    let here = at..at + mark.len_utf8();
    if said.contains("unknown anchor") {
        let help = format!(
            "put `&{}` before what it repeats; or, if it is a text, in quotes: `\"{word}\"`",
            word.trim_start_matches('*')
        );
        return Slip::some(at..at + word.len(), format!("nothing above is marked with the anchor of `{word}`"), help);
    }
    if said.contains("unexpected character") && matches!(mark, '%' | '@' | '`') {
        let help = format!("put the text in quotes: `\"{}\"`", word.replace('`', ""));
        return Slip::some(here, format!("a text cannot begin with {mark}"), help);
    }
    if said.contains("scanning an anchor or alias") {
        let sign = line.text.get(..at - line.start)?.chars().next_back().filter(|sign| matches!(sign, '*' | '&'));
        let (start, sign) = sign.map_or((at, mark), |sign| (at - 1, sign));
        let text = text_from(line.text.get(start - line.start..)?);
        let message = format!(
            "{sign} begins {} here, and no name of one follows",
            if sign == '*' { "an alias" } else { "an anchor" }
        );
        return Slip::some(start..start + text.len(), message, format!("put the text in quotes: `\"{text}\"`"));
    }
    if said.contains("trailing content") {
        let help = if matches!(mark, '"' | '\'' | '[' | '{') || word.ends_with(':') {
            "write a comma between the two"
        } else {
            "write one text with one pair of quotes around it, or a comma between two"
        };
        return Slip::some(
            at..at + text_from(rest).len().max(mark.len_utf8()),
            "this stands behind a text that has ended",
            help,
        );
    }
    if said.contains("BOM") {
        return Slip::some(
            here,
            "a byte-order mark (U+FEFF), which cannot be seen",
            "remove it, or write the line anew",
        );
    }
    if said.contains("unclosed quote") {
        return Slip::some(here, "the quote that begins here does not end", format!("write `{mark}` behind the text"));
    }
    if said.contains("unclosed bracket") {
        let end = if mark == '[' { ']' } else { '}' };
        return Slip::some(
            here,
            format!("the `{mark}` that stands here is not closed"),
            format!("write `{end}` where it ends"),
        );
    }
    if said.contains("illegal placement of ':'") {
        let help = "close the list or the mapping above with `]` or `}`, or put the text in quotes";
        return Slip::some(here, "a key cannot begin within the brackets of a line above", help);
    }
    None
}

/// A text without quotes, from its beginning.
fn text_from(rest: &str) -> &str {
    rest.split([',', ']', '}']).next().and_then(|text| text.split(" #").next()).unwrap_or_default().trim_end()
}

/// A line, as far as its indentation and its key go.
struct Line<'t> {
    /// Its first byte.
    start: usize,
    text: &'t str,
    /// The columns in which its dashes stand, from 0.
    dashes: Vec<usize>,
    /// The column in which its content begins.
    column: usize,
    content: &'t str,
    /// Key and value, if the content is `key: value` or `key:`.
    pair: Option<(&'t str, &'t str)>,
}

/// The lines before a byte, the last first.
struct Lines<'t> {
    text: &'t str,
    end: usize,
}

impl<'t> Iterator for Lines<'t> {
    type Item = Line<'t>;

    fn next(&mut self) -> Option<Line<'t>> {
        let above = self.text.get(..self.end.checked_sub(1)?)?;
        self.end = above.rfind('\n').map_or(0, |end| end + 1);
        Some(Line::of(self.text, self.end))
    }
}

impl<'t> Line<'t> {
    fn of(text: &'t str, start: usize) -> Self {
        let text = text.get(start..).unwrap_or_default();
        let text = text.split('\n').next().unwrap_or_default().trim_end_matches('\r');
        let mut column = text.len() - text.trim_start_matches(' ').len();
        let mut dashes = Vec::new();
        while let Some(behind) = text.get(column..).and_then(|rest| rest.strip_prefix("- ")) {
            dashes.push(column);
            column += 2 + behind.len() - behind.trim_start_matches(' ').len();
        }
        let content = text.get(column..).unwrap_or_default();
        let pair =
            content.split_once(':').filter(|(key, value)| is_word(key) && (value.is_empty() || value.starts_with(' ')));
        let pair = pair.map(|(key, value)| (key, value.split(" #").next().unwrap_or_default().trim()));
        Self { start, text, dashes, column, content, pair }
    }

    fn is_blank(&self) -> bool {
        self.content.trim().is_empty() || self.content.starts_with('#')
    }

    fn place(&self) -> Range<usize> {
        let start = self.start + self.column;
        start..start + self.content.trim_end().len()
    }

    /// The first tab among what indents it.
    fn tab(&self) -> Option<usize> {
        let indent = self.text.len() - self.text.trim_start_matches([' ', '\t']).len();
        self.text.get(..indent)?.find('\t').map(|at| self.start + at)
    }

    /// A mark that git leaves between the sides of a conflict; a text may hold such a line too, where no parser refuses it.
    fn conflict(&self) -> Option<Slip> {
        let line = self.text.trim_end();
        let is_mark = line == "=======" || line == "|||||||" || line.starts_with("||||||| ");
        is_mark.then(|| conflict_at(self.start..self.start + line.len())).flatten()
    }

    /// A character that looks like a blank or a colon and is none, where YAML needs one.
    fn odd_blank(&self) -> Option<Slip> {
        if let Some((key, value)) = self.content.split_once('：').filter(|(key, _)| is_word(key)) {
            let at = self.start + self.column + key.len();
            let help = format!("write `{key}: {}`", value.trim());
            return Slip::some(
                at..at + '：'.len_utf8(),
                "this is a full-width colon (U+FF1A), which begins no value",
                help,
            );
        }
        let odd = |c: char| c.is_whitespace() && !matches!(c, ' ' | '\t' | '\r');
        let is_between = |at: usize| {
            let before = self.text.get(..at).unwrap_or_default().trim_end_matches(|c: char| c.is_whitespace());
            before.is_empty() || before.ends_with([':', '-'])
        };
        let (at, found) = self.text.char_indices().find(|(at, c)| odd(*c) && is_between(*at))?;
        let at = self.start + at;
        let message = format!("this is a no-break space (U+{:04X}), which only looks like a blank", u32::from(found));
        Slip::some(at..at + found.len_utf8(), message, "write a blank in its place")
    }

    /// A key whose colon is missing, or the blank behind the colon or the dash. In the line before the one that is refused, a
    /// word alone is a key only if it begins what follows.
    fn without_colon(&self, is_before: bool) -> Option<Slip> {
        let content = self.content.trim_end();
        if let Some(rest) = content.strip_prefix('-').filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
        {
            return Slip::some(self.place(), "a dash without a blank behind it", format!("write `- {rest}`"));
        }
        if self.pair.is_some() {
            return None;
        }
        if let Some((key, value)) =
            content.split_once(':').filter(|(key, value)| is_word(key) && !value.starts_with("//"))
        {
            return Slip::some(self.place(), "a colon without a blank behind it", format!("write `{key}: {value}`"));
        }
        let (key, value) = content.split_once(' ').unwrap_or((content, ""));
        if !is_word(key) || value.contains(": ") || (value.is_empty() && !is_before) {
            return None;
        }
        let colon = format!("{key}: {}", value.trim_start());
        Slip::some(self.place(), "a key without its colon", format!("write `{}`", colon.trim_end()))
    }

    /// A text that holds what ends a key.
    fn colon_in_value(&self, at: usize) -> Option<Slip> {
        let (key, value) = self.pair?;
        let column = at.checked_sub(self.start)?;
        if column <= self.column + key.len() || !value.contains(": ") || value.starts_with(['"', '\'', '[', '{']) {
            return None;
        }
        let start = self.start + self.text.rfind(value)?;
        let help = format!("put it in quotes: `{key}: \"{}\"`", value.replace('"', "\\\""));
        Slip::some(start..start + value.len(), "a text with a colon and a blank in it", help)
    }

    /// Indentation that is that of nothing above, by a few columns.
    fn out_of_line(&self, above: Lines<'_>) -> Option<Slip> {
        let is_item = !self.dashes.is_empty();
        let column = self.dashes.first().copied().unwrap_or(self.column);
        if !is_item && self.pair.is_none() {
            return None;
        }
        // The lines that it could belong to: each further up is less indented.
        let mut open = usize::MAX;
        let mut nearest: Option<(usize, String)> = None;
        for line in above.filter(|line| !line.is_blank()).take(1_000) {
            let first = line.dashes.first().copied().unwrap_or(line.column);
            if first >= open {
                continue;
            }
            open = first;
            let item = |column| (column, "the dash of the item".to_owned());
            let columns: Vec<(usize, String)> = if is_item {
                line.dashes.iter().map(|column| item(*column)).collect()
            } else {
                line.pair.map(|(key, _)| (line.column, format!("`{key}`"))).into_iter().collect()
            };
            for found in columns {
                if nearest.as_ref().is_none_or(|near| found.0.abs_diff(column) < near.0.abs_diff(column)) {
                    nearest = Some(found);
                }
            }
        }
        let (right, other) = nearest.filter(|near| near.0 != column)?;
        let this = if is_item { "the dash" } else { self.pair.map_or("", |(key, _)| key) };
        let (count, verb) = (right.abs_diff(column), if right > column { "add" } else { "take away" });
        let blanks = if count == 1 { "1 blank".to_owned() } else { format!("{count} blanks") };
        let this = if is_item { this.to_owned() } else { format!("`{this}`") };
        let message = format!("{this} is in column {} and {other} above it in column {}", column + 1, right + 1);
        let help = format!("{verb} {blanks} before it: what belongs together begins in one column");
        let start = self.start + column;
        Slip::some(start..self.place().end, message, help)
    }
}

/// Whether a text is a word such as keys are.
fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}
