//! Comments that ignore a problem: `# image-factory: ignore[IF012] reason`.
//!
//! A comment at the end of a line is for what begins on that line; one that has its line to itself is for the next line that
//! is no comment. What is inside a block of YAML (`run: |`) can have no comments; that of its first line is for all of it. The same in images.yaml, Dockerfiles and workflows: in all of them `#` begins a comment.

use super::{Code, Codes, Diagnostic, Fix};
use crate::source::{At, FileId, SourceFile, Sources, Span};
use std::collections::{HashMap, HashSet};

/// What such a comment says after its `#`.
const MARK: &str = "image-factory: ignore";

/// What comments made of the problems of a run.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The problems that nobody ignores.
    pub kept: Vec<Diagnostic>,
    /// How many are ignored.
    pub ignored: usize,
    /// Comments that ignore nothing, name no code, or name one that cannot be ignored.
    pub unused: Vec<Unused>,
}

/// A comment that does nothing.
#[derive(Clone, Debug)]
pub struct Unused {
    /// What it names, if that is a code.
    pub code: Option<Code>,
    /// What to say of it.
    pub diagnostic: Diagnostic,
}

/// Takes away what comments ignore; they may name these codes.
pub fn apply(diagnostics: Vec<Diagnostic>, sources: &Sources, codes: &Codes) -> Outcome {
    let comments: Vec<Comment> = sources.files().flat_map(|(id, file)| comments(id, file, codes)).collect();
    let mut outcome = Outcome::default();
    if comments.is_empty() {
        return Outcome { kept: diagnostics, ..outcome };
    }
    let mut named: HashMap<(FileId, usize, Code), bool> = HashMap::new();
    for comment in &comments {
        for code in comment.words.iter().filter_map(|word| word.code) {
            named.insert((comment.span.file, comment.line, code), false);
        }
    }
    let with_comments: HashSet<FileId> = comments.iter().map(|comment| comment.span.file).collect();
    let blocks: HashMap<FileId, HashMap<usize, usize>> =
        with_comments.into_iter().map(|id| (id, blocks(sources.file(id).text()))).collect();
    for diagnostic in diagnostics {
        let place = diagnostic.labels.first().map(|label| (label.span.file, sources.line_col(label.span).line));
        let key = place.and_then(|(file, line)| {
            let block = blocks.get(&file).and_then(|blocks| blocks.get(&line));
            let lines = std::iter::once(line).chain(block.copied());
            lines.map(|line| (file, line, diagnostic.code)).find(|key| named.contains_key(key))
        });
        let used = key.and_then(|key| named.get_mut(&key));
        let is_ignored = used.is_some_and(|used| {
            *used = true;
            diagnostic.can_be_ignored()
        });
        if is_ignored {
            outcome.ignored += 1;
        } else {
            outcome.kept.push(diagnostic);
        }
    }
    let is_used = |comment: &Comment, code| named.get(&(comment.span.file, comment.line, code)) == Some(&true);
    outcome.unused = comments.iter().flat_map(|comment| comment.unused(codes, |code| is_used(comment, code))).collect();
    outcome
}

/// A comment that ignores something on a line.
struct Comment {
    /// From `#` to the end of the bracket.
    span: Span,
    /// The line that it is for, from 1.
    line: usize,
    words: Vec<Word>,
}

struct Word {
    text: At<String>,
    code: Option<Code>,
}

/// The comments of a file; at most one a line, since a comment goes on to the end of its line.
fn comments(id: FileId, file: &SourceFile, codes: &Codes) -> Vec<Comment> {
    let text = file.text();
    let mut found = Vec::new();
    // Nearly no file has one, and a search in each line for itself costs more than all else that is done with the line.
    if !text.contains(MARK) {
        return found;
    }
    // Comments that have their lines to themselves, and no line to be for yet.
    let mut waiting = 0;
    let mut start = 0;
    for (line, number) in text.split_inclusive('\n').zip(1..) {
        let is_code = !matches!(line.trim_start().bytes().next(), None | Some(b'#'));
        if is_code {
            let from = found.len() - waiting;
            found[from..].iter_mut().for_each(|comment: &mut Comment| comment.line = number);
            waiting = 0;
        }
        if let Some(comment) = comment(id, line, start, number, codes) {
            found.push(comment);
            waiting += usize::from(!is_code);
        }
        start += line.len();
    }
    found
}

/// Where such a comment begins in a line, and where its codes do: at the bracket, if there is one.
pub(crate) fn find(line: &str) -> Option<(usize, usize)> {
    line.match_indices(MARK).find_map(|(at, mark)| {
        let hash = line[..at].trim_end_matches([' ', '\t']).strip_suffix('#')?.len();
        // `a#b` is no comment.
        let begins = hash == 0 || line[..hash].ends_with([' ', '\t']);
        begins.then_some((hash, at + mark.len()))
    })
}

/// The comment of a line that begins at `start` in its file; for that line, until another is known.
fn comment(id: FileId, text: &str, start: usize, number: usize, codes: &Codes) -> Option<Comment> {
    let (hash, open) = find(text)?;
    let inner = text[open..].strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(inner, _)| inner);
    let close = inner.map_or(open, |inner| open + inner.len() + 2);
    let mut words = Vec::new();
    let mut from = start + open + 1;
    for part in inner.unwrap_or("").split([',', ' ']) {
        let word = part.trim();
        let begin = from + (part.len() - part.trim_start().len());
        from += part.len() + 1;
        if !word.is_empty() {
            let text = At::new(word.to_owned(), Span::new(id, begin, begin + word.len()));
            words.push(Word { code: codes.find(word), text });
        }
    }
    Some(Comment { span: Span::new(id, start + hash, start + close), line: number, words })
}

/// The lines inside blocks of YAML, and for each the line that its block begins on.
fn blocks(text: &str) -> HashMap<usize, usize> {
    let mut found = HashMap::new();
    let mut block: Option<(usize, usize)> = None;
    for (line, number) in text.lines().zip(1..) {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if let Some((least, first)) = block
            && (indent > least || line.trim().is_empty())
        {
            found.insert(number, first);
            continue;
        }
        block = block_indent(line).map(|least| (least, number));
    }
    found
}

/// The columns before the key or hyphen whose value is a block that begins on this line (YAML 1.2.2, 8.1); the lines of the
/// block have more.
fn block_indent(line: &str) -> Option<usize> {
    let code = line.split_once(" #").map_or(line, |(code, _)| code).trim_end();
    let header = code.trim_end_matches(|c: char| matches!(c, '+' | '-') || c.is_ascii_digit());
    let before = header.strip_suffix(['|', '>'])?.strip_suffix(' ')?.trim_end();
    if before.ends_with(':') {
        Some(before.len() - before.trim_start_matches([' ', '-']).len())
    } else {
        before.strip_suffix('-').filter(|before| before.trim_matches([' ', '-']).is_empty()).map(str::len)
    }
}

impl Comment {
    /// What it names in vain, of the codes that are on its line or not.
    fn unused(&self, codes: &Codes, is_used: impl Fn(Code) -> bool) -> Vec<Unused> {
        let unused = |code, message: String, span, help: &str| Unused {
            code,
            diagnostic: Diagnostic::new(Code::UnusedIgnore, message, span).help(help),
        };
        if self.words.is_empty() {
            let message = "this comment names no code".to_owned();
            return vec![unused(
                None,
                message,
                self.span,
                "write what it ignores, as in `# image-factory: ignore[IF044] reason`",
            )];
        }
        let word = |word: &Word| {
            let text = &word.text;
            let shown: String = text.value.chars().take(20).collect();
            match word.code {
                None => {
                    let near = codes.nearest(&text.value).map(|code| format!("did you mean `{code}`?"));
                    let help = near.unwrap_or_else(|| "codes look like IF044".to_owned());
                    Some(unused(None, format!("there is no code `{shown}`"), text.span, &help))
                }
                Some(code @ Code::UnusedIgnore) => Some(unused(
                    Some(code),
                    format!("{code} cannot be ignored: it is about comments such as this one"),
                    text.span,
                    "remove the comment that ignores nothing, and this one",
                )),
                Some(code) if !code.can_be_ignored() => Some(unused(
                    Some(code),
                    format!("{code} cannot be ignored: no manifests can be made while it is there"),
                    text.span,
                    "mend it, and remove this comment",
                )),
                Some(code) if !is_used(code) => {
                    let message = format!("nothing on line {} is {code}", self.line);
                    let mut unused = unused(Some(code), message, text.span, "remove it");
                    unused.diagnostic.fix = Some(Fix::unignore(text.span));
                    Some(unused)
                }
                Some(_) => None,
            }
        };
        self.words.iter().filter_map(word).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes() -> Codes {
        Codes::with(std::iter::empty())
    }

    fn lines(text: &str) -> Vec<(usize, Vec<&'static str>)> {
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new("a", text));
        let code = |word: &Word| word.code.map_or("none", |code| code.title());
        comments(id, sources.file(id), &codes())
            .iter()
            .map(|comment| (comment.line, comment.words.iter().map(code).collect()))
            .collect()
    }

    #[test]
    fn a_comment_is_for_its_line_or_for_the_next() {
        let text =
            "a: b # image-factory: ignore[IF044] because\n# image-factory: ignore[if045, 46]\n# more\n\nc: d\r\n";
        assert_eq!(
            lines(text),
            [
                (1, vec!["a base pinned by digest"]),
                (5, vec!["a base whose tag never moves", "an image whose bases are not known"])
            ]
        );
        assert_eq!(lines("a#image-factory: ignore[IF044]\n\"image-factory: ignore[IF044]\""), []);
        assert_eq!(lines("#   image-factory: ignore[IF999]"), [(1, vec!["none"])], "no line follows");
        assert_eq!(lines("#image-factory: ignore\n\na"), [(3, vec![])]);
    }

    #[test]
    fn a_comment_on_the_first_line_of_a_block_is_for_the_block() {
        let text = "jobs:\n  - run: |- # image-factory: ignore[IF071] reason\n      a\n\n        b\n    env: c\n  - - >2\n      d\n";
        let mut lines: Vec<_> = blocks(text).into_iter().collect();
        lines.sort_unstable();
        assert_eq!(lines, [(3, 2), (4, 2), (5, 2), (8, 7)]);
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new("a", text));
        let at = |word: &str| {
            let start = text.find(word).unwrap();
            Diagnostic::new(Code::UnresolvedArg, word, Span::new(id, start, start + word.len()))
        };
        let outcome = apply(vec![at("  b"), at("env"), at("d\n")], &sources, &codes());
        let kept: Vec<_> = outcome.kept.iter().map(|kept| kept.message.as_str()).collect();
        assert_eq!((kept, outcome.unused.len()), (vec!["env", "d\n"], 0));
        assert_eq!(block_indent("FROM a | b"), None);
        assert_eq!(block_indent("RUN a |"), None);
    }

    #[test]
    fn what_is_ignored_goes_and_what_ignores_nothing_is_said() {
        let text =
            "a # image-factory: ignore[IF044, IF045]\nb # image-factory: ignore[IF020]\nc # image-factory: ignore[]\n";
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new("a", text));
        let at = |code, start| Diagnostic::new(code, "x", Span::new(id, start, start + 1));
        let second = text.find('b').unwrap();
        let found = vec![
            at(Code::PinnedDigest, 0),
            at(Code::UnknownKey, second),
            at(Code::PinnedDigest, second),
            Diagnostic::global(Code::PinnedDigest, "no place"),
        ];
        let outcome = apply(found, &sources, &codes());
        assert_eq!(outcome.ignored, 1);
        assert_eq!(outcome.kept.len(), 3);
        let unused: Vec<_> = outcome.unused.iter().map(|unused| unused.diagnostic.message.as_str()).collect();
        assert_eq!(
            unused,
            [
                "nothing on line 1 is IF045",
                "IF020 cannot be ignored: no manifests can be made while it is there",
                "this comment names no code"
            ]
        );
        assert_eq!(sources.text(outcome.unused[0].diagnostic.labels[0].span), "IF045");
    }
}
