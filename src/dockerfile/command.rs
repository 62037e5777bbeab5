//! A logical line cut into instruction, flags and arguments.
//!
//! Mirrors `splitCommand`, `extractBuilderFlags` and the line parsers of `BuildKit` v0.34.2 frontend/dockerfile/parser.

use super::lines::LogicalLine;
use super::text::{lower, trim_range, words};
use std::ops::Range;

/// A flag as `BuildKit` takes it: quotes and escapes are off.
#[derive(Clone, Debug)]
pub(super) struct Flag {
    /// `--name` or `--name=value`.
    pub(super) text: String,
    /// Where it stands in the logical line.
    pub(super) range: Range<usize>,
}

/// A line cut into its parts; ranges are of the logical line.
#[derive(Clone, Debug)]
pub(super) struct RawInstruction {
    pub(super) line: LogicalLine,
    /// The instruction as written.
    pub(super) keyword: Range<usize>,
    /// The instruction in lower case.
    pub(super) name: String,
    /// The flags in order.
    pub(super) flags: Vec<Flag>,
    /// All after the flags, without the space around it.
    pub(super) rest: Range<usize>,
}

/// What the arguments are when they may be a JSON array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Json {
    /// An array of strings: the exec form.
    Strings(Vec<String>),
    /// An array that holds something else, which `BuildKit` refuses.
    Mixed,
    /// No array: the shell form.
    No,
}

impl RawInstruction {
    /// Cuts a logical line at its first word and takes the flags off what follows.
    pub(super) fn new(line: LogicalLine, escape: char) -> Self {
        let text = &line.text;
        let all = trim_range(text, 0..text.len());
        let end = words(text, all.clone())[0].end;
        let keyword = all.start..end;
        let after = end..all.end;
        let (flags, rest) = flags(text, trim_blanks(text, after), escape);
        let rest = trim_range(text, rest);
        let name = lower(&text[keyword.clone()]);
        Self { line, keyword, name, flags, rest }
    }

    /// What stands behind the keyword and its flags, without white space around it.
    pub(super) fn rest(&self) -> &str {
        &self.line.text[self.rest.clone()]
    }

    /// The arguments split at blanks.
    pub(super) fn split_rest(&self) -> Vec<Range<usize>> {
        if self.rest.is_empty() { Vec::new() } else { words(&self.line.text, self.rest.clone()) }
    }

    /// The arguments as JSON.
    pub(super) fn json(&self) -> Json {
        json(self.rest())
    }

    /// The instruction that an ONBUILD keeps for later.
    pub(super) fn trigger(&self, escape: char) -> Option<Self> {
        let holds = self.name == "onbuild" && !self.rest.is_empty();
        holds.then(|| Self::new(self.line.tail(self.rest.clone()), escape))
    }
}

fn trim_blanks(text: &str, range: Range<usize>) -> Range<usize> {
    let bytes = &text.as_bytes()[range.clone()];
    range.start + bytes.iter().take_while(|byte| super::text::separates(**byte)).count()..range.end
}

/// Reads `text` as JSON the way Go's `json.Unmarshal` fills a list.
pub(super) fn json(text: &str) -> Json {
    let text = text.trim_start();
    if !text.starts_with('[') {
        return Json::No;
    }
    match serde_json::from_str::<Vec<serde_json::Value>>(text) {
        Err(_) => Json::No,
        Ok(values) => {
            let strings = values.into_iter().map(|value| match value {
                serde_json::Value::String(text) => Some(text),
                _ => None,
            });
            strings.collect::<Option<Vec<_>>>().map_or(Json::Mixed, Json::Strings)
        }
    }
}

/// Takes the leading words that begin with `--`.
///
/// `BuildKit` walks over bytes and takes each for a character, which cuts a flag at the bytes 85 and A0 of longer
/// characters. The same is done here, since it decides what the flag's value is.
fn flags(text: &str, range: Range<usize>, escape: char) -> (Vec<Flag>, Range<usize>) {
    let bytes = text.as_bytes();
    let space = |at: usize| char::from(bytes[at]).is_whitespace();
    let end = range.end;
    let mut flags = Vec::new();
    let mut at = range.start;
    loop {
        while at < end && space(at) {
            at += 1;
        }
        if at >= end || !bytes[at..end].starts_with(b"--") {
            return (flags, text.ceil_char_boundary(at.min(end))..end);
        }
        let start = at;
        let mut word = String::new();
        let mut quote = None;
        let mut quoted = false;
        while at < end && (quote.is_some() || !space(at)) {
            let mut c = char::from(bytes[at]);
            match quote {
                Some(open) if c == open => {
                    quote = None;
                    at += 1;
                    continue;
                }
                None if c == '\'' || c == '"' => {
                    (quote, quoted) = (Some(c), true);
                    at += 1;
                    continue;
                }
                _ => {}
            }
            if c == escape {
                at += 1;
                if at == end {
                    break;
                }
                c = char::from(bytes[at]);
            }
            word.push(c);
            at += 1;
        }
        if word == "--" {
            return (flags, text.ceil_char_boundary(at)..end);
        }
        if quoted || !word.is_empty() {
            let range = text.floor_char_boundary(start)..text.ceil_char_boundary(at);
            flags.push(Flag { text: word, range });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::LineReader;
    use super::*;

    fn command(text: &str) -> RawInstruction {
        RawInstruction::new(
            LineReader::new(text).next_logical(|_, _| '\\').expect("the text holds an instruction"),
            '\\',
        )
    }

    #[test]
    fn flags_lose_quotes_and_end_at_the_first_other_word() {
        let command = command("Copy --from=\"a b\" --link  x --chown=1 y");
        assert_eq!(command.name, "copy");
        assert_eq!(command.flags.iter().map(|f| f.text.as_str()).collect::<Vec<_>>(), ["--from=a b", "--link"]);
        assert_eq!(command.rest(), "x --chown=1 y");
    }

    #[test]
    fn two_dashes_alone_end_the_flags() {
        let command = command("COPY --link -- --from=x y");
        assert_eq!(command.flags.len(), 1);
        assert_eq!(command.rest(), "--from=x y");
    }

    #[test]
    fn a_flag_is_cut_at_bytes_that_go_takes_for_spaces() {
        let command = command("RUN --mount=source=\u{e0},from=x true");
        assert_eq!(command.flags[0].text, "--mount=source=\u{c3}");
        assert_eq!(command.rest(), ",from=x true");
    }

    #[test]
    fn arrays_of_strings_alone_are_the_exec_form() {
        assert_eq!(json(r#" ["a", "b"]"#), Json::Strings(vec!["a".into(), "b".into()]));
        assert_eq!(json("[1]"), Json::Mixed);
        assert_eq!(json("[ -f x ]"), Json::No);
    }
}
