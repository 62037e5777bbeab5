//! Parser directives: `# syntax=`, `# escape=` and `# check=`.
//!
//! Mirrors `BuildKit` v0.34.2 frontend/dockerfile/parser/directives.go. It reads them twice, by slightly different
//! rules: once on the way through the file, where space before `#` is allowed and `escape` counts ([`Directives`]), and
//! once to find the frontend ([`frontend`]), where a `#!` line may come first and `//` and JSON are taken too.

use super::instruction::Word;
use std::ops::Range;

/// A directive of a line: its name in lower case and the range of its value in the line.
fn directive(line: &str, comment: &str) -> Option<(&'static str, Range<usize>)> {
    let body = line.strip_prefix(comment)?.trim_start();
    let (name, value) = body.split_once('=')?;
    let blank = |c: char| matches!(c, '\t' | '\n' | '\x0c' | '\r' | ' ');
    let name = name.trim_end_matches(blank);
    let name = ["syntax", "escape", "check"].into_iter().find(|known| name.eq_ignore_ascii_case(known))?;
    let end = line.len() - (value.len() - value.trim_end_matches(blank).len());
    let start = line.len() - value.trim_start_matches(blank).len();
    if start < end {
        return Some((name, start..end));
    }
    // A value of nothing but space is its last character.
    (!value.is_empty()).then(|| (name, line.len() - 1..line.len()))
}

/// The directives met on the way through a file.
#[derive(Debug, Default)]
pub(super) struct Directives {
    seen: Vec<&'static str>,
    done: bool,
}

/// What a line is to [`Directives`].
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Met {
    /// Nothing of interest here.
    Nothing,
    /// The escape character from here on.
    Escape(char),
    /// `# escape=` with a value that is neither a backslash nor a backquote; the range of the value in the line.
    BadEscape(Range<usize>),
    /// A directive that was there before; its name.
    Again(&'static str),
}

impl Directives {
    /// Looks at the next line, without the space before it.
    pub(super) fn line(&mut self, line: &str) -> Met {
        if self.done {
            return Met::Nothing;
        }
        let Some((name, value)) = directive(line, "#") else {
            self.done = true;
            return Met::Nothing;
        };
        if self.seen.contains(&name) {
            return Met::Again(name);
        }
        self.seen.push(name);
        match (name, &line[value.clone()]) {
            ("escape", "\\") => Met::Escape('\\'),
            ("escape", "`") => Met::Escape('`'),
            ("escape", _) => Met::BadEscape(value),
            _ => Met::Nothing,
        }
    }
}

/// The image that `# syntax=` says to read the file with: the value up to its first space.
pub(super) fn frontend(text: &str) -> Option<Word> {
    find(text, "syntax", "#").or_else(|| find(text, "syntax", "//")).or_else(|| {
        let (body, _) = body(text);
        if !body.trim_start().starts_with('{') {
            return None;
        }
        let json = serde_json::from_str::<serde_json::Value>(body).ok()?;
        let value = json.get("syntax")?.as_str()?;
        let place = text.find(value).map_or(0..0, |at| at..at + value.len());
        Some(Word { text: value.to_owned(), place })
    })
}

/// The text after a byte order mark and a `#!` line, and where it begins.
fn body(text: &str) -> (&str, usize) {
    let rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rest = if rest.starts_with("#!") { rest.split_once('\n').map_or("", |(_, rest)| rest) } else { rest };
    (rest, text.len() - rest.len())
}

fn find(text: &str, wanted: &str, comment: &str) -> Option<Word> {
    let (body, mut at) = body(text);
    let mut seen = Vec::new();
    for full in body.split_inclusive('\n') {
        let line = full.strip_suffix('\n').unwrap_or(full);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let (name, value) = directive(line, comment)?;
        if seen.contains(&name) {
            return None;
        }
        if name == wanted {
            let word = line[value.clone()].split(' ').next().unwrap_or("");
            return Some(Word { text: word.to_owned(), place: at + value.start..at + value.start + word.len() });
        }
        seen.push(name);
        at += full.len();
    }
    None
}

/// What is wrong with the options of `# check=`, if anything.
pub(super) fn bad_check(text: &str) -> Option<Word> {
    let check = find(text, "check", "#")?;
    let booleans = ["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"];
    let good = |option: &str| match option.split_once('=') {
        Some((key, value)) => match key.trim() {
            "skip" | "experimental" => true,
            "error" => booleans.contains(&value.trim()),
            _ => false,
        },
        None => false,
    };
    let wrong = !check.text.trim().is_empty() && !check.text.trim().splitn(3, ';').all(good);
    wrong.then_some(check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frontend_is_found_in_every_form() {
        let found = |text: &str| frontend(text).map(|word| word.text);
        assert_eq!(found("# syntax=docker/dockerfile:1\nFROM a").as_deref(), Some("docker/dockerfile:1"));
        assert_eq!(found("\u{feff}#!/bin/x\n#  SYNTAX = a/b:1 debug\r\n").as_deref(), Some("a/b:1"));
        assert_eq!(found("# escape=`\n# syntax=a").as_deref(), Some("a"));
        assert_eq!(found("// syntax=a\n").as_deref(), Some("a"));
        assert_eq!(found("{\"syntax\": \"a\"}").as_deref(), Some("a"));
        for none in ["# note\n# syntax=a", "\n# syntax=a", " # syntax=a", "FROM a\n# syntax=b", "# syntax="] {
            assert_eq!(found(none), None, "{none:?}");
        }
    }
}
