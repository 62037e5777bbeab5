//! Which here-documents a line begins.
//!
//! Mirrors `heredocsFromLine` and `heredocFromMatch` of `BuildKit` v0.34.2 frontend/dockerfile/parser/parser.go: the
//! line is split into shell words, and a word such as `<<EOF`, `3<<-"END"` or `<< EOF` begins one. So `<<<` and
//! `$((1<<3))` are none, but the `<<3` that stands alone in `$(( 1 <<3 ))` is, to `BuildKit` too.

use super::word::{self, Fault, LexerMode};

/// A here-document that a line begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heredoc {
    /// The line that ends it.
    pub(super) end: String,
    /// Whether tabs before that line are left out of account (`<<-`).
    pub(super) tabs: bool,
}

/// The here-documents of a line, in order.
pub(super) fn in_line(line: &str) -> Result<Vec<Heredoc>, Fault> {
    if !line.contains("<<") {
        return Ok(Vec::new());
    }
    let mode = LexerMode { escape: '\\', raw_quotes: true, raw_escapes: true, keep_unset: true };
    // A line that is no list of shell words begins none.
    let words = word::split(line, mode).unwrap_or_default();
    words.iter().filter_map(|word| from_word(word).transpose()).collect()
}

/// The here-document that a word is, if it is one.
pub(super) fn from_word(word: &str) -> Result<Option<Heredoc>, Fault> {
    let Some(rest) = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<") else { return Ok(None) };
    let (tabs, rest) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let rest = rest.trim_start_matches(['\t', '\n', '\x0c', '\r', ' ']);
    if rest.is_empty() || rest.contains('<') {
        return Ok(None);
    }
    let mode = LexerMode { escape: '\\', raw_quotes: false, raw_escapes: false, keep_unset: true };
    let mut words = word::split(rest, mode)?;
    Ok(match words.pop() {
        Some(end) if words.is_empty() => Some(Heredoc { end, tabs }),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_of_their_own_begin_one() {
        let ends = |line: &str| in_line(line).unwrap().into_iter().map(|h| h.end).collect::<Vec<_>>();
        assert_eq!(ends("RUN cat <<A 3<<-\"B C\" > /f << D"), ["A", "B C", "D"]);
        assert_eq!(ends("RUN cat <<<EOF; echo $((1<<3))"), [""; 0]);
        assert_eq!(ends("RUN echo $(( 1 <<3 ))"), ["3"]);
        assert_eq!(ends("RUN echo '<<EOF' \"<<EOF\" it's"), [""; 0]);
        assert_eq!(ends("RUN a<<EOF"), [""; 0]);
        assert_eq!(ends("RUN cat <<${A:-b}EOF"), [""; 0]);
    }
}
