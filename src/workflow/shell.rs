//! Shell scripts to commands of words, as far as it takes to find the commands that build images.
//!
//! The quoting is that of POSIX shells (IEEE 1003.1, Shell Command Language, 2.2 Quoting and 2.3 Token Recognition); nothing
//! is expanded. `${{ ... }}` is replaced before the shell sees the script, so it is one part of a word wherever it stands.

use super::word::{ShellWord, expression_end};

/// How deep `$( ... )` is looked into for commands.
const MAX_DEPTH: usize = 8;

/// The commands of a script, those in `$( ... )` too, in the order in which they begin.
pub(super) fn commands(text: &str) -> Vec<Vec<ShellWord>> {
    let mut found = Vec::new();
    script(text, 0, text.len(), 0, &mut found);
    found.sort_by_key(|words| words.first().map(|word| word.written().start));
    found
}

fn script(text: &str, from: usize, to: usize, depth: usize, found: &mut Vec<Vec<ShellWord>>) {
    let Some(text) = text.get(..to) else { return };
    let mut lexer = ShellLexer {
        text,
        at: from,
        word: None,
        quoted: false,
        command: Vec::new(),
        commands: Vec::new(),
        drop_next: false,
        heredocs: Vec::new(),
        inner: Vec::new(),
    };
    lexer.run();
    let ShellLexer { commands, inner, .. } = lexer;
    found.extend(commands);
    if depth < MAX_DEPTH {
        for (from, to) in inner {
            script(text, from, to, depth + 1, found);
        }
    }
}

struct ShellLexer<'a> {
    text: &'a str,
    at: usize,
    word: Option<ShellWord>,
    /// Whether a part of the word is quoted, so that it cannot be the number of a redirection.
    quoted: bool,
    command: Vec<ShellWord>,
    commands: Vec<Vec<ShellWord>>,
    /// The next word is the file of a redirection.
    drop_next: bool,
    /// Delimiters of the here-documents that begin after this line, and whether their tabs are stripped.
    heredocs: Vec<(String, bool)>,
    /// Where `$( ... )` begin and end.
    inner: Vec<(usize, usize)>,
}

impl<'a> ShellLexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn word(&mut self) -> &mut ShellWord {
        let at = self.at;
        self.word.get_or_insert_with(|| ShellWord::begin(at))
    }

    /// Takes so many bytes as text of the word.
    fn take(&mut self, length: usize) {
        let (at, part) = (self.at, self.rest().get(..length).unwrap_or_default());
        self.word().push(part, at);
        self.at += length;
    }

    /// Takes so many bytes as a part of the word that is not known.
    fn take_expression(&mut self, length: usize) {
        let (at, part) = (self.at, self.rest().get(..length).unwrap_or_default());
        self.word().push_expression(part, at);
        self.at += length;
    }

    fn run(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            match c {
                '\n' => {
                    self.end_command();
                    self.at += 1;
                    self.skip_heredocs();
                }
                '\r' if self.rest().starts_with("\r\n") => self.at += 1,
                c if c.is_whitespace() => {
                    self.end_word();
                    self.at += c.len_utf8();
                }
                '#' if self.word.is_none() => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                '&' if self.rest().starts_with("&>") => {
                    self.end_word();
                    self.at += 1;
                }
                ';' | '|' | '&' | '(' | ')' => {
                    self.end_command();
                    self.at += 1;
                }
                '<' | '>' => self.redirection(),
                '\\' => self.escape(),
                '\'' => self.single_quotes(),
                '"' => self.double_quotes(),
                '$' => self.dollar(),
                '`' => self.backticks(),
                c => self.take(c.len_utf8()),
            }
        }
        self.end_command();
    }

    fn end_word(&mut self) {
        self.quoted = false;
        if let Some(mut word) = self.word.take()
            && !std::mem::take(&mut self.drop_next)
        {
            word.end(self.at);
            self.command.push(word);
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        self.drop_next = false;
        if !self.command.is_empty() {
            self.commands.push(std::mem::take(&mut self.command));
        }
    }

    fn escape(&mut self) {
        self.at += 1;
        let line = ["\r\n", "\n"].into_iter().find(|line| self.rest().starts_with(line));
        match (line, self.rest().chars().next()) {
            (Some(line), _) => self.at += line.len(),
            (None, Some(c)) => {
                self.quoted = true;
                self.take(c.len_utf8());
            }
            (None, None) => {}
        }
    }

    fn single_quotes(&mut self) {
        self.word();
        (self.quoted, self.at) = (true, self.at + 1);
        while let Some(c) = self.rest().chars().next() {
            if self.rest().starts_with("${{") {
                self.take_expression(expression_end(self.text, self.at) - self.at);
            } else if c == '\'' {
                self.at += 1;
                return;
            } else {
                self.take(c.len_utf8());
            }
        }
    }

    fn double_quotes(&mut self) {
        self.word();
        (self.quoted, self.at) = (true, self.at + 1);
        while let Some(c) = self.rest().chars().next() {
            match c {
                '"' => {
                    self.at += 1;
                    return;
                }
                '\\' => match self.rest().get(1..).and_then(|rest| rest.chars().next()) {
                    Some('\n') => self.at += 2,
                    Some('$' | '`' | '"' | '\\') => {
                        self.at += 1;
                        self.take(1);
                    }
                    _ => self.take(1),
                },
                '$' => self.dollar(),
                '`' => self.backticks(),
                c => self.take(c.len_utf8()),
            }
        }
    }

    /// What begins with `$`.
    fn dollar(&mut self) {
        let rest = self.rest();
        let after = rest.get(1..).unwrap_or_default();
        let length = if rest.starts_with("${{") {
            expression_end(self.text, self.at) - self.at
        } else if after.starts_with('(') {
            let length = 1 + closing(after, '(', ')');
            if !after.starts_with("((") {
                self.inner.push((self.at + 2, (self.at + length).saturating_sub(1)));
            }
            length
        } else if after.starts_with('{') {
            1 + closing(after, '{', '}')
        } else {
            let name = after.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
            match after.bytes().next() {
                Some(b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => 2,
                _ => 1 + name,
            }
        };
        if length == 1 { self.take(1) } else { self.take_expression(length) }
    }

    fn backticks(&mut self) {
        let rest = self.rest();
        let mut escaped = false;
        let end = rest.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '`' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        let length = end.map_or(rest.len(), |(at, _)| at + 1);
        self.inner.push((self.at + 1, (self.at + length).saturating_sub(usize::from(end.is_some()))));
        self.take_expression(length);
    }

    fn redirection(&mut self) {
        let number = self
            .word
            .as_ref()
            .is_some_and(|word| !self.quoted && !word.text.is_empty() && word.text.bytes().all(|b| b.is_ascii_digit()));
        if number {
            self.word = None;
        }
        self.end_word();
        let rest = self.rest();
        if rest.starts_with("<<") && !rest.starts_with("<<<") {
            return self.heredoc();
        }
        let operators = ["<<<", "<>", "<&", ">>", ">&", ">|", "<", ">"];
        let operator = operators.into_iter().find(|operator| rest.starts_with(operator)).unwrap_or("<");
        self.at += operator.len();
        // `<( ... )` is a command of its own.
        self.drop_next = !self.rest().starts_with('(');
    }

    fn heredoc(&mut self) {
        self.at += 2;
        let tabs = self.rest().starts_with('-');
        self.at += usize::from(tabs);
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let mut end = String::new();
        let mut quote = None;
        while let Some(c) = self.rest().chars().next() {
            match (quote, c) {
                (Some(open), c) if open == c => quote = None,
                (None, '\'' | '"') => quote = Some(c),
                (None, '\\') => {}
                (None, ' ' | '\t' | '\r' | ';' | '&' | '|' | '<' | '>' | '(' | ')') | (_, '\n') => break,
                _ => end.push(c),
            }
            self.at += c.len_utf8();
        }
        self.heredocs.push((end, tabs));
    }

    /// Goes past the bodies of the here-documents that the line before began.
    fn skip_heredocs(&mut self) {
        for (end, tabs) in std::mem::take(&mut self.heredocs) {
            loop {
                let rest = self.rest();
                let Some(line) = rest.split_inclusive('\n').next() else { return };
                self.at += line.len();
                let line = line.trim_end_matches(['\n', '\r']);
                if (if tabs { line.trim_start_matches('\t') } else { line }) == end {
                    break;
                }
            }
        }
    }
}

/// Bytes from an opening bracket to the closing one that belongs to it, quotes and escapes heeded; to the end of the text
/// without one.
fn closing(text: &str, open: char, close: char) -> usize {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let words = |command: Vec<ShellWord>| command.into_iter().map(|word| word.text).collect::<Vec<_>>().join("|");
        commands(text).into_iter().map(words).collect()
    }

    #[test]
    fn quotes_and_continuations() {
        assert_eq!(read("a 'b c' \"d \\\"e\\\"\" f\\ g \\\n  h"), ["a|b c|d \"e\"|f g|h"]);
        assert_eq!(read("a && b; c | d & e\n# f\ng#h"), ["a", "b", "c", "d", "e", "g#h"]);
        assert_eq!(read("a \"\" ''"), ["a||"]);
    }

    #[test]
    fn redirections_are_no_words() {
        assert_eq!(read("a > b 2>&1 c < d <<< e f 3 &> g"), ["a|c|f|3"]);
        assert_eq!(read("a 2> b '2'> c"), ["a|2"]);
    }

    #[test]
    fn bodies_of_here_documents_are_passed_over() {
        assert_eq!(read("cat <<-'X Y' > f g\nX\n\tX Y\n\tend"), ["cat|g", "end"]);
        assert_eq!(read("cat <<EOF <<-\"B\"\ndocker build .\nEOF\n\tx\n\tB\nend"), ["cat", "end"]);
    }

    #[test]
    fn expansions_are_not_known() {
        let found = commands("a $b \"${c:-d e}\" $(f \"g)\" h) ${{ i || 'j k' }} '$l' $ `m n` $((1 + 2))");
        let known: Vec<_> = found[0].iter().map(|word| (word.text.as_str(), word.is_expression())).collect();
        assert_eq!(
            known,
            [
                ("a", false),
                ("$b", true),
                ("${c:-d e}", true),
                ("$(f \"g)\" h)", true),
                ("${{ i || 'j k' }}", true),
                ("$l", false),
                ("$", false),
                ("`m n`", true),
                ("$((1 + 2))", true),
            ]
        );
        assert_eq!(read("x=$(a $(b c)) `d`"), ["x=$(a $(b c))|`d`", "a|$(b c)", "b|c", "d"]);
    }

    #[test]
    fn what_is_left_open_ends_with_the_text() {
        for text in [
            "a 'b",
            "a \"b",
            "a $(b",
            "a ${b",
            "a ${{ b",
            "a `b",
            "a \\",
            "a <<",
            "a <<E\nb",
            "$((",
            "`",
            "a >",
            "\u{e9}$(\u{e9}",
        ] {
            commands(text);
        }
    }
}
