//! The patterns of `${V#p}`, `${V%p}` and `${V/p/r}`: `*` and `?`, and no brackets.
//!
//! `BuildKit` turns them into regular expressions (shell/lex.go `convertShellPatternToRegex`), in which neither `*` nor
//! `?` takes a newline. Here the same matches are found in one pass, in time of the pattern's length times the value's.

use std::borrow::Cow;

/// The most steps that one match may take. Patterns and values of a Dockerfile stay far below.
const MAX_STEPS: usize = 16_000_000;

enum PatternToken {
    Char(char),
    Any,
    Star,
}

/// Which of the possible matches counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Greediness {
    Shortest,
    Longest,
}

/// Why a pattern cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Invalid {
    /// A backslash before something that needs none.
    Escape,
    /// Pattern and value are too long for each other.
    TooLong,
}

/// `${value#pattern}`, or `##` when `greedy`.
pub(super) fn trim_prefix(pattern: &[char], value: &[char], greedy: bool) -> Result<String, Invalid> {
    let ends = ends(&compile(pattern)?, value, if greedy { Greediness::Longest } else { Greediness::Shortest })?;
    Ok(value[ends[0].unwrap_or(0)..].iter().collect())
}

/// `${value%pattern}`, or `%%` when `greedy`: both are turned round, as `BuildKit` does it.
pub(super) fn trim_suffix(pattern: &[char], value: &[char], greedy: bool) -> Result<String, Invalid> {
    let value: Vec<char> = value.iter().rev().copied().collect();
    let rest = trim_prefix(&reversed(pattern), &value, greedy)?;
    Ok(rest.chars().rev().collect())
}

/// `${value/pattern/replacement}`, or `//` when `all`.
pub(super) fn replace(pattern: &[char], value: &[char], replacement: &str, all: bool) -> Result<String, Invalid> {
    let ends = ends(&compile(pattern)?, value, Greediness::Longest)?;
    let text = |range: std::ops::Range<usize>| value[range].iter().collect::<String>();
    let from = |at: usize| (at..=value.len()).find_map(|start| ends[start].map(|end| (start, end)));
    if !all {
        return Ok(match from(0) {
            Some((start, end)) => text(0..start) + replacement + &text(end..value.len()),
            None => text(0..value.len()),
        });
    }
    let mut out = String::new();
    let (mut done, mut search) = (0, 0);
    while search <= value.len() {
        let Some((start, end)) = from(search) else { break };
        out += &text(done..start);
        // An empty match right after another one is none.
        if end > done || start == 0 {
            out += &template(replacement, || text(start..end));
        }
        done = end;
        search = if search + 1 > end { search + 1 } else { end };
    }
    Ok(out + &text(done..value.len()))
}

/// The replacement of `//` is a template of Go's `regexp`: `$0` is the match, `$$` a dollar, any other `$name` nothing.
fn template(replacement: &str, matched: impl Fn() -> String) -> Cow<'_, str> {
    if !replacement.contains('$') {
        return Cow::Borrowed(replacement);
    }
    let mut out = String::new();
    let mut rest = replacement;
    while let Some((before, after)) = rest.split_once('$') {
        out += before;
        rest = after;
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let (braced, body) = match rest.strip_prefix('{') {
            Some(body) => (true, body),
            None => (false, rest),
        };
        let length = body.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(body.len());
        let (name, after) = body.split_at(length);
        let after = if braced { after.strip_prefix('}') } else { Some(after) };
        match after {
            Some(after) if !name.is_empty() => {
                if name.bytes().all(|b| b == b'0') && (name.len() == 1) {
                    out += &matched();
                }
                rest = after;
            }
            _ => out.push('$'),
        }
    }
    Cow::Owned(out + rest)
}

fn compile(pattern: &[char]) -> Result<Vec<PatternToken>, Invalid> {
    // Go's text/scanner drops a byte order mark at the start of what it reads.
    let mut chars = pattern.strip_prefix(&['\u{feff}']).unwrap_or(pattern).iter().copied().peekable();
    let mut tokens = Vec::new();
    while let Some(c) = chars.next() {
        tokens.push(match c {
            '*' => PatternToken::Star,
            '?' => PatternToken::Any,
            '\\' => match chars.peek() {
                // The escape of `}` and `/` belongs to `${}`, not to the pattern.
                Some('}' | '/') => continue,
                Some(escaped @ ('*' | '?' | '\\')) => {
                    let escaped = *escaped;
                    chars.next();
                    PatternToken::Char(escaped)
                }
                _ => return Err(Invalid::Escape),
            },
            _ => PatternToken::Char(c),
        });
    }
    Ok(tokens)
}

/// Turns a pattern round and keeps each backslash before the character that it escapes.
fn reversed(pattern: &[char]) -> Vec<char> {
    let mut out = Vec::with_capacity(pattern.len());
    let mut at = 0;
    while at < pattern.len() {
        if pattern[at] == '\\' && at + 1 < pattern.len() {
            out.extend([pattern[at + 1], '\\']);
            at += 2;
        } else {
            out.push(pattern[at]);
            at += 1;
        }
    }
    out.reverse();
    out
}

/// For every start in `value`, where the wanted match from there ends.
fn ends(pattern: &[PatternToken], value: &[char], reach: Greediness) -> Result<Vec<Option<usize>>, Invalid> {
    if pattern.len().saturating_mul(value.len() + 1) > MAX_STEPS {
        return Err(Invalid::TooLong);
    }
    let mut after: Vec<Option<usize>> = (0..=value.len()).map(Some).collect();
    for token in pattern.iter().rev() {
        let mut here = vec![None; value.len() + 1];
        for at in (0..=value.len()).rev() {
            let next = value.get(at);
            here[at] = match token {
                PatternToken::Char(c) => next.filter(|n| *n == c).and_then(|_| after[at + 1]),
                PatternToken::Any => next.filter(|n| **n != '\n').and_then(|_| after[at + 1]),
                PatternToken::Star => {
                    let longer = next.filter(|n| **n != '\n').and_then(|_| here[at + 1]);
                    match reach {
                        Greediness::Longest => longer.max(after[at]),
                        Greediness::Shortest => [longer, after[at]].into_iter().flatten().min(),
                    }
                }
            };
        }
        after = here;
    }
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn prefixes_and_suffixes_are_cut_short_and_long() {
        let prefix = |pattern, value, greedy| trim_prefix(&chars(pattern), &chars(value), greedy);
        let suffix = |pattern, value, greedy| trim_suffix(&chars(pattern), &chars(value), greedy);
        assert_eq!(prefix("*.", "1.2.3", false), Ok("2.3".into()));
        assert_eq!(prefix("*.", "1.2.3", true), Ok("3".into()));
        assert_eq!(suffix(".*", "1.2.3", false), Ok("1.2".into()));
        assert_eq!(suffix(".*", "1.2.3", true), Ok("1".into()));
        assert_eq!(prefix("x", "1.2", false), Ok("1.2".into()));
        assert_eq!(suffix(r"\*", "a*", false), Ok("a".into()));
        assert_eq!(prefix(r"\a", "a", false), Err(Invalid::Escape));
    }

    #[test]
    fn replacements_follow_gos_regexp() {
        let replaced = |p, v, r, all| replace(&chars(p), &chars(v), r, all);
        assert_eq!(replaced("a", "banana", "o", false), Ok("bonana".into()));
        assert_eq!(replaced("a", "banana", "o", true), Ok("bonono".into()));
        assert_eq!(replaced("", "ab", "-", true), Ok("-a-b-".into()));
        assert_eq!(replaced("*", "ab", "-", true), Ok("-".into()));
        assert_eq!(replaced("?", "ab", "<$0$$$x>", true), Ok("<a$><b$>".into()));
    }

    #[test]
    fn a_long_pattern_of_stars_is_no_trap() {
        let stars = vec!['*'; 3_000];
        let value = vec!['a'; 3_000];
        assert_eq!(trim_prefix(&stars, &value, true), Ok(String::new()));
        assert_eq!(trim_prefix(&vec!['*'; 60_000], &vec!['a'; 60_000], true), Err(Invalid::TooLong));
    }
}
