//! Collects the problems of one file.

use super::instruction::{Refusal, Word};
use super::word::Fault;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};
use std::ops::Range;

/// The most problems that are kept: a file that is no Dockerfile would have one a line.
const MAX_PROBLEMS: usize = 50;

/// The problems of one file, of which the first [`MAX_PROBLEMS`] are kept.
pub(super) struct Problems {
    file: FileId,
    problems: Vec<Diagnostic>,
}

impl Problems {
    pub(super) fn new(file: FileId) -> Self {
        Self { file, problems: Vec::new() }
    }

    /// The place of a range of bytes.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    /// A problem at a range of bytes; hand it to [`Problems::push`].
    pub(super) fn at(&self, code: Code, message: impl Into<String>, range: Range<usize>) -> Diagnostic {
        Diagnostic::new(code, message, self.span(range))
    }

    pub(super) fn push(&mut self, problem: Diagnostic) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        }
    }

    /// Keeps what is wrong with an instruction. `keyword` is its name in lower case, for an instruction that nobody
    /// knows.
    pub(super) fn refused(&mut self, refusal: Refusal, keyword: &str, range: Range<usize>) {
        if self.problems.len() >= MAX_PROBLEMS {
            return;
        }
        let problem = match refusal {
            Refusal::Unknown => {
                let shown: String = keyword.chars().take(40).collect();
                let problem = self.at(
                    Code::DockerfileInstruction,
                    format!("unknown instruction `{}`", shown.to_uppercase()),
                    range,
                );
                match nearest(keyword) {
                    Some(name) => problem.help(format!("did you mean `{}`?", name.to_ascii_uppercase())),
                    None => problem,
                }
            }
            Refusal::Malformed(message, help) => {
                let problem = self.at(Code::DockerfileSyntax, message, range);
                match help {
                    Some(help) => problem.help(help),
                    None => problem,
                }
            }
            Refusal::Variable(word) => self.variable(&word),
        };
        self.push(problem);
    }

    /// A variable where `BuildKit` expands none.
    pub(super) fn variable(&self, word: &Word) -> Diagnostic {
        self.at(Code::VariableNotExpanded, format!("no variable is expanded in `{}`", word.text), word.place.clone())
            .help("give the image a stage of its own, `FROM IMAGE AS NAME`, and name that stage here")
            .help("FROM sees the ARGs that stand before the first FROM")
    }

    /// Keeps what is wrong with a word that is expanded.
    pub(super) fn fault(&mut self, fault: Fault, written: &str, range: Range<usize>) {
        let problem = match fault {
            Fault::Invalid(why) => self.at(Code::Substitution, format!("`{written}` cannot be expanded: {why}"), range),
            Fault::Required { name, message } => {
                let message = if message.is_empty() { "a value is required".to_owned() } else { message };
                self.at(Code::UnresolvedArg, format!("`{name}` has no value: {message}"), range).help(build_args(&name))
            }
            Fault::TooLong => self.at(Code::TooLarge, "the values of the ARGs expand to too much text", range),
        };
        self.push(problem);
    }

    /// All problems in the order of their places.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        self.problems.sort_by_key(|problem| problem.labels.first().map(|label| label.span.start));
        self.problems
    }
}

/// The line of images.yaml that gives an ARG a value.
pub(super) fn build_args(name: &str) -> String {
    format!("write its value under `source` of the image in images.yaml: `buildArgs: {{{name}: \"...\"}}`")
}

/// The instruction that a misspelt word most likely means.
fn nearest(word: &str) -> Option<&'static str> {
    let close = |name: &&&'static str| strsim::damerau_levenshtein(word, name) <= 2;
    if word.len() > 20 {
        return None;
    }
    super::instruction::NAMES.iter().filter(close).min_by_key(|name| strsim::damerau_levenshtein(word, name)).copied()
}
