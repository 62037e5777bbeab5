//! A script to tokens, with the quoting of POSIX shells (IEEE 1003.1, Shell Command Language, 2.2 and 2.3) and what bash adds to
//! parameters.

use super::parameter::parameter;
use super::word::{Piece, Word};
use crate::workflow::value::Text;

/// A token.
#[derive(Clone, Debug)]
pub(super) enum Token {
    Word(Word),
    /// `;`, `&&` and the like; a line feed is one too.
    Operator(&'static str),
    /// A redirection, and what it is to or from: a file, or the text itself.
    Redirect(Redirect),
}

/// A redirection.
#[derive(Clone, Debug)]
pub(super) struct Redirect {
    pub(super) operator: &'static str,
    /// The descriptor that stands before it.
    pub(super) descriptor: Option<String>,
    /// The file, or of `<<` and `<<<` the text.
    pub(super) target: Word,
}

/// Operators, the longer of those that begin alike first.
const OPERATORS: [&str; 11] = ["&&", "||", "|&", ";;&", ";;", ";&", "|", "&", ";", "(", ")"];

/// Redirections, likewise.
const REDIRECTS: [&str; 12] = ["&>>", "&>", "<<<", "<<-", "<<", "<>", "<&", ">>", ">&", ">|", "<", ">"];

/// How deep words are in each other, as in `${A:-${B:-$(c)}}`.
pub(super) const MAX_DEPTH: usize = 8;

/// The tokens of a script.
pub(super) fn tokens(script: &Text) -> Vec<Token> {
    let mut lexer = Lexer { script, text: script.marked(), at: 0, depth: 0, tokens: Vec::new(), waiting: Vec::new() };
    lexer.run();
    lexer.tokens
}

/// A text that is expanded as within double quotes: the body of a here-document, a part of a parameter.
pub(super) fn quoted(text: &Text, depth: usize) -> Word {
    let mut lexer = Lexer { script: text, text: text.marked(), at: 0, depth, tokens: Vec::new(), waiting: Vec::new() };
    let mut word = Word { pieces: Vec::new(), place: text.span() };
    lexer.double_quoted(&mut word, false);
    word
}

/// A text that is one word, with its quotes.
pub(super) fn word(text: &Text, depth: usize) -> Word {
    let mut lexer = Lexer { script: text, text: text.marked(), at: 0, depth, tokens: Vec::new(), waiting: Vec::new() };
    lexer.word(true)
}

struct Lexer<'t> {
    script: &'t Text,
    text: &'t str,
    at: usize,
    depth: usize,
    tokens: Vec<Token>,
    /// Here-documents of which the body comes after this line: the token, the end, whether tabs go, whether it is quoted.
    waiting: Vec<(usize, String, bool, bool)>,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn run(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            let rest = self.rest();
            let number = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let after_number = rest.get(number..).unwrap_or_default();
            match c {
                '\n' => {
                    self.at += 1;
                    self.tokens.push(Token::Operator("\n"));
                    self.bodies();
                }
                c if c.is_whitespace() => self.at += c.len_utf8(),
                '#' => self.at += rest.find('\n').unwrap_or(rest.len()),
                '\\' if rest.starts_with("\\\n") => self.at += 2,
                '\\' if rest.starts_with("\\\r\n") => self.at += 3,
                _ if after_number.starts_with(['<', '>']) && !after_number.starts_with("<(") => {
                    self.redirect(rest.get(..number).filter(|digits| !digits.is_empty()), number);
                }
                _ if rest.starts_with("&>") => self.redirect(None, 0),
                _ => {
                    let token = if let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
                        self.at += operator.len();
                        Token::Operator(operator)
                    } else {
                        Token::Word(self.word(false))
                    };
                    self.tokens.push(token);
                }
            }
        }
        self.bodies();
    }

    fn redirect(&mut self, descriptor: Option<&str>, skip: usize) {
        self.at += skip;
        let operator = REDIRECTS.iter().find(|operator| self.rest().starts_with(**operator)).copied().unwrap_or(">");
        self.at += operator.len();
        let blank = self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
        self.at += blank;
        let target = self.word(false);
        if matches!(operator, "<<" | "<<-") {
            let is_quoted = target.pieces.iter().any(|piece| matches!(piece, Piece::Literal { quoted: true, .. }));
            let end: String = target
                .pieces
                .iter()
                .filter_map(|piece| if let Piece::Literal { text, .. } = piece { Some(text.marked()) } else { None })
                .collect();
            self.waiting.push((self.tokens.len(), end, operator == "<<-", is_quoted));
        }
        let descriptor = descriptor.map(str::to_owned);
        self.tokens.push(Token::Redirect(Redirect { operator, descriptor, target }));
    }

    /// Takes the bodies of the here-documents that the line before began.
    fn bodies(&mut self) {
        for (token, end, tabs, is_quoted) in std::mem::take(&mut self.waiting) {
            let mut body = Text::default();
            while let Some(line) = self.rest().split_inclusive('\n').next() {
                let from = self.at;
                self.at += line.len();
                let indent = if tabs { line.len() - line.trim_start_matches('\t').len() } else { 0 };
                let content = line.get(indent..).unwrap_or_default();
                if content.trim_end_matches(['\n', '\r']) == end {
                    break;
                }
                body.push(&self.script.cut(from + indent..self.at));
            }
            let word = if is_quoted {
                Word { place: body.span(), pieces: vec![Piece::Literal { text: body, quoted: true }] }
            } else {
                quoted(&body, self.depth + 1)
            };
            if let Some(Token::Redirect(redirect)) = self.tokens.get_mut(token) {
                redirect.target = word;
            }
        }
    }

    /// Reads a word up to white space or an operator; or all of the text.
    fn word(&mut self, all: bool) -> Word {
        let start = self.at;
        let mut word = Word::default();
        while let Some(c) = self.rest().chars().next() {
            let rest = self.rest();
            match c {
                '\\' if rest.starts_with("\\\n") => self.at += 2,
                '\\' => {
                    self.at += 1;
                    let length = self.rest().chars().next().map_or(0, char::len_utf8);
                    self.literal(&mut word, length, true);
                }
                '\'' => {
                    self.at += 1;
                    let length = self.rest().find('\'').unwrap_or(self.rest().len());
                    self.literal(&mut word, length, true);
                    self.at += 1;
                }
                '"' => {
                    self.at += 1;
                    // What is empty in quotes is a word all the same.
                    word.pieces.push(Piece::Literal { text: Text::default(), quoted: true });
                    self.double_quoted(&mut word, true);
                }
                '$' => self.dollar(&mut word, false),
                '`' => self.backticks(&mut word, false),
                // Processes as files are not worked out.
                '<' | '>' if rest.get(1..).is_some_and(|rest| rest.starts_with('(')) => {
                    let length = 1 + closing(rest.get(1..).unwrap_or_default(), '(', ')');
                    let written = self.script.cut(self.at..self.at + length);
                    word.pieces.push(Piece::Other { written, quoted: true });
                    self.at += length;
                }
                c if !all && (c.is_whitespace() || ";|&()<>".contains(c)) => break,
                _ => {
                    let ends =
                        |c: char| "\\'\"$`".contains(c) || (!all && (c.is_whitespace() || ";|&()<>".contains(c)));
                    let length = rest.find(ends).unwrap_or(rest.len()).max(c.len_utf8());
                    self.literal(&mut word, length, false);
                }
            }
        }
        self.at = self.at.min(self.text.len());
        word.place = self.script.cut(start..self.at).span();
        word
    }

    fn literal(&mut self, word: &mut Word, length: usize, quoted: bool) {
        let text = self.script.cut(self.at..self.at + length);
        self.at += length;
        if let Some(Piece::Literal { text: last, quoted: was }) = word.pieces.last_mut()
            && *was == quoted
        {
            last.push(&text);
        } else {
            word.pieces.push(Piece::Literal { text, quoted });
        }
    }

    /// Reads what is in double quotes, up to the closing one or to the end.
    fn double_quoted(&mut self, word: &mut Word, has_end: bool) {
        while let Some(c) = self.rest().chars().next() {
            let rest = self.rest();
            match c {
                '"' if has_end => {
                    self.at += 1;
                    return;
                }
                '\\' if rest.starts_with("\\\n") => self.at += 2,
                '\\' if rest.get(1..).is_some_and(|rest| rest.starts_with(['$', '`', '"', '\\'])) => {
                    self.at += 1;
                    self.literal(word, 1, true);
                }
                '$' => self.dollar(word, true),
                '`' => self.backticks(word, true),
                _ => {
                    let ends = |c: char| "\\$`".contains(c) || (has_end && c == '"');
                    let first = c.len_utf8();
                    let length = rest.get(first..).and_then(|rest| rest.find(ends)).map_or(rest.len(), |at| first + at);
                    self.literal(word, length, true);
                }
            }
        }
    }

    /// What begins with `$`.
    fn dollar(&mut self, word: &mut Word, quoted: bool) {
        let after = self.rest().get(1..).unwrap_or_default();
        let (start, depth) = (self.at, self.depth);
        let too_deep = depth >= MAX_DEPTH;
        if after.starts_with("((") || (too_deep && after.starts_with(['(', '{'])) {
            let (open, close) = if after.starts_with('{') { ('{', '}') } else { ('(', ')') };
            self.at += 1 + closing(after, open, close);
            let written = self.script.cut(start..self.at);
            word.pieces.push(Piece::Other { written, quoted });
        } else if after.starts_with('(') {
            let length = closing(after, '(', ')');
            self.at += 1 + length;
            let script = self.script.cut(start + 2..(start + length).max(start + 2));
            let written = self.script.cut(start..self.at);
            word.pieces.push(Piece::Command { script, written, quoted });
        } else if after.starts_with('{') {
            let length = closing(after, '{', '}');
            self.at += 1 + length;
            let inner = self.script.cut(start + 2..(start + length).max(start + 2));
            let (name, form) = parameter(&inner, depth + 1);
            let written = self.script.cut(start..self.at);
            word.pieces.push(Piece::Parameter { name, form, written, quoted });
        } else if !quoted && after.starts_with('\'') {
            // Escapes of C are not worked out.
            let length = after.get(1..).and_then(|rest| rest.find('\'')).map_or(after.len(), |at| at + 2);
            self.at += 1 + length;
            let inner = self.script.cut(start + 2..(start + length).max(start + 2));
            let piece = if inner.marked().contains('\\') {
                Piece::Other { written: self.script.cut(start..self.at), quoted: true }
            } else {
                Piece::Literal { text: inner, quoted: true }
            };
            word.pieces.push(piece);
        } else {
            let name = after.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
            let length = match after.bytes().next() {
                Some(b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => 1,
                _ => name,
            };
            if length == 0 {
                return self.literal(word, 1, quoted);
            }
            self.at += 1 + length;
            let name = after.get(..length).unwrap_or_default().to_owned();
            let written = self.script.cut(start..self.at);
            word.pieces.push(Piece::Parameter { name, form: super::word::Form::Plain, written, quoted });
        }
    }

    fn backticks(&mut self, word: &mut Word, quoted: bool) {
        let rest = self.rest();
        let mut escaped = false;
        let end = rest.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '`' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        let length = end.map_or(rest.len(), |(at, _)| at + 1);
        let (start, inner_end) = (self.at, self.at + length - usize::from(end.is_some()));
        self.at += length;
        let script = self.script.cut(start + 1..inner_end.max(start + 1));
        let written = self.script.cut(start..self.at);
        word.pieces.push(Piece::Command { script, written, quoted });
    }
}

/// Bytes from an opening bracket to the closing one that belongs to it, quotes and escapes heeded; to the end of the text without one.
pub(super) fn closing(text: &str, open: char, close: char) -> usize {
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    for (at, c) in text.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match (quote, c) {
            (None | Some('"'), '\\') => escaped = true,
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None, c) if c == open => depth += 1,
            (None, c) if c == close => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + c.len_utf8();
                }
            }
            _ => {}
        }
    }
    text.len()
}
