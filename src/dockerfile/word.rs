//! The shell words of Dockerfiles: quotes, escapes and `$` expressions.
//!
//! Mirrors `BuildKit` v0.34.2 frontend/dockerfile/shell/lex.go, its oddities included: what that lexer splits decides
//! where a here-document begins, and what it expands is the image that is pulled.

use super::scope::Scope;
use std::collections::HashSet;

/// The longest text that expanding one word may give, in bytes: values that double each other would fill the memory.
pub(super) const MAX_LENGTH: usize = 1 << 20;

/// How many names without value are kept of one word: enough to say what is wrong.
const MAX_MISSING: usize = 16;

/// Why a word cannot be expanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not well formed, or a value is refused; why.
    Invalid(String),
    /// `${NAME?message}` of a name that has no value.
    Required { name: String, message: String },
    /// The result would be too long.
    TooLong,
}

/// What an expanded word is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Expansion {
    pub(super) text: String,
    /// Names without value that it was read as empty from, the first few.
    pub(super) missing: Vec<String>,
    /// Names that were looked up, with or without value.
    pub(super) seen: HashSet<String>,
}

/// How a lexer treats what it reads.
#[derive(Clone, Copy, Debug)]
pub(super) struct LexerMode {
    /// The escape character of the file.
    pub(super) escape: char,
    /// Quotes stay in the result.
    pub(super) raw_quotes: bool,
    /// Escape characters stay in the result.
    pub(super) raw_escapes: bool,
    /// An expression of a name without value stays as it is.
    pub(super) keep_unset: bool,
}

/// Expands one word with the values of a scope.
pub(super) fn expand(word: &str, escape: char, scope: &Scope) -> Result<Expansion, Fault> {
    let mode = LexerMode { escape, raw_quotes: false, raw_escapes: false, keep_unset: false };
    let mut lexer = WordLexer::new(word, mode, scope);
    let (part, _) = lexer.until(None, false, false)?;
    Ok(Expansion { text: part.text, missing: part.missing, seen: lexer.seen })
}

/// Splits a text into words without any values.
pub(super) fn split(text: &str, mode: LexerMode) -> Result<Vec<String>, Fault> {
    let scope = Scope::default();
    WordLexer::new(text, mode, &scope).until(None, mode.raw_escapes, false).map(|(_, words)| words)
}

/// A text and the names without value that went into it.
#[derive(Default)]
pub(super) struct ExpandedPart {
    pub(super) text: String,
    pub(super) missing: Vec<String>,
}

impl ExpandedPart {
    pub(super) fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), missing: Vec::new() }
    }

    pub(super) fn add(&mut self, other: ExpandedPart) {
        self.text += &other.text;
        for name in other.missing {
            if self.missing.len() < MAX_MISSING && !self.missing.contains(&name) {
                self.missing.push(name);
            }
        }
    }
}

/// A list of words that grows; the word under way is the lexer's, shared by all depths as in `BuildKit`.
#[derive(Default)]
struct WordList {
    done: Vec<String>,
    inside: bool,
}

/// Reads a text from left to right.
pub(super) struct WordLexer<'a> {
    chars: Vec<char>,
    pub(super) at: usize,
    pub(super) mode: LexerMode,
    scope: &'a Scope,
    word: String,
    seen: HashSet<String>,
    /// Bytes of values that were put in so far.
    produced: usize,
    pub(super) depth: usize,
}

impl<'a> WordLexer<'a> {
    fn new(text: &str, mode: LexerMode, scope: &'a Scope) -> Self {
        // Go's text/scanner drops a byte order mark at the start of what it reads.
        let chars = text.strip_prefix('\u{feff}').unwrap_or(text).chars().collect();
        Self { chars, at: 0, mode, scope, word: String::new(), seen: HashSet::new(), produced: 0, depth: 0 }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek();
        self.at += usize::from(c.is_some());
        c
    }

    fn add_char(&mut self, words: &mut WordList, c: char) {
        if c.is_whitespace() && words.inside {
            if !self.word.is_empty() {
                words.done.push(std::mem::take(&mut self.word));
                words.inside = false;
            }
        } else if !c.is_whitespace() {
            self.word.push(c);
            words.inside = true;
        }
    }

    fn finish(&mut self, mut words: WordList) -> Vec<String> {
        if !self.word.is_empty() {
            words.done.push(std::mem::take(&mut self.word));
        }
        words.done
    }

    /// Reads up to `stop`, which it takes, or to the end. `patterns`: escape characters inside quotes are doubled, for
    /// a text that is a pattern.
    pub(super) fn until(
        &mut self,
        stop: Option<char>,
        raw_escapes: bool,
        patterns: bool,
    ) -> Result<(ExpandedPart, Vec<String>), Fault> {
        let outer = std::mem::replace(&mut self.mode.raw_escapes, raw_escapes);
        let mut result = ExpandedPart::default();
        let mut words = WordList::default();
        self.word.clear();
        while let Some(c) = self.peek() {
            if Some(c) == stop {
                self.at += 1;
                self.mode.raw_escapes = outer;
                return Ok((result, self.finish(words)));
            }
            match c {
                '$' => {
                    let part = self.dollar()?;
                    for c in part.text.chars() {
                        self.add_char(&mut words, c);
                    }
                    result.add(part);
                }
                '\'' | '"' | '<' => {
                    let part = match c {
                        '\'' => ExpandedPart::of(self.single_quote(patterns)?),
                        '"' => self.double_quote(patterns)?,
                        _ => ExpandedPart::of(self.less_than()),
                    };
                    self.word += &part.text;
                    words.inside = true;
                    result.add(part);
                }
                _ if c == self.mode.escape => {
                    self.at += 1;
                    if self.mode.raw_escapes {
                        self.word.push(c);
                        words.inside = true;
                        result.text.push(c);
                    }
                    let Some(escaped) = self.next() else { break };
                    self.word.push(escaped);
                    words.inside = true;
                    result.text.push(escaped);
                }
                _ => {
                    self.at += 1;
                    self.add_char(&mut words, c);
                    result.text.push(c);
                }
            }
        }
        self.mode.raw_escapes = outer;
        match stop {
            None => Ok((result, self.finish(words))),
            Some(stop) => Err(Fault::Invalid(format!("it ends where `{stop}` is missing"))),
        }
    }

    fn single_quote(&mut self, patterns: bool) -> Result<String, Fault> {
        self.at += 1;
        let mut out = String::new();
        let quote = self.mode.raw_quotes.then_some('\'');
        out.extend(quote);
        loop {
            match self.next() {
                None => return Err(Fault::Invalid("a single quote is not closed".into())),
                Some('\'') => {
                    out.extend(quote);
                    return Ok(out);
                }
                Some(c) => {
                    if patterns && c == self.mode.escape {
                        out.push(c);
                    }
                    out.push(c);
                }
            }
        }
    }

    fn double_quote(&mut self, patterns: bool) -> Result<ExpandedPart, Fault> {
        self.at += 1;
        let mut out = ExpandedPart::default();
        let quote = self.mode.raw_quotes.then_some('"');
        out.text.extend(quote);
        loop {
            match self.peek() {
                None => return Err(Fault::Invalid("a double quote is not closed".into())),
                Some('"') => {
                    self.at += 1;
                    out.text.extend(quote);
                    return Ok(out);
                }
                Some('$') => out.add(self.dollar()?),
                Some(mut c) => {
                    self.at += 1;
                    if c == self.mode.escape {
                        match self.peek() {
                            None => continue,
                            Some(escaped) if escaped == '"' || escaped == '$' || escaped == self.mode.escape => {
                                if self.mode.raw_escapes {
                                    out.text.push(c);
                                }
                                self.at += 1;
                                c = escaped;
                            }
                            Some(_) => {
                                if self.mode.raw_escapes && (!self.mode.raw_quotes || patterns) {
                                    out.text.push(c);
                                }
                            }
                        }
                    }
                    out.text.push(c);
                }
            }
        }
    }

    /// `<`, or `<<` with the blanks after it, which belong to the word of a here-document.
    fn less_than(&mut self) -> String {
        self.at += 1;
        if self.peek() != Some('<') {
            return "<".into();
        }
        self.at += 1;
        let mut out = String::from("<<");
        while let Some(c @ ('\t' | '\r' | ' ')) = self.peek() {
            out.push(c);
            self.at += 1;
        }
        out
    }

    pub(super) fn value(&mut self, name: &str) -> Result<Option<ExpandedPart>, Fault> {
        if !self.seen.contains(name) {
            self.seen.insert(name.to_owned());
        }
        let Some(value) = self.scope.get(name) else { return Ok(None) };
        self.produced += value.text.len();
        if self.produced > MAX_LENGTH {
            return Err(Fault::TooLong);
        }
        Ok(Some(ExpandedPart { text: value.text.clone(), missing: value.missing.clone() }))
    }
}
