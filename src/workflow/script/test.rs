//! `test`, `[` and `[[`.

use super::pattern::fits;
use super::shell::Shell;
use crate::workflow::expression::equal as equal_values;
use crate::workflow::value::{HOLE, Text, Truth, Unknown, Value, Why};

/// Words of a test beyond which it is not worked out: each may hold another test.
const MAX_WORDS: usize = 200;

/// Whether two texts are the same, with regard to case.
pub(super) fn equal(a: &Text, b: &Text) -> Truth {
    match (a.known(), b.known()) {
        (Some(a), Some(b)) => Truth::from(a == b),
        // Two that differ without regard to case differ.
        _ => match equal_values(&Value::from(a.clone()), &Value::from(b.clone())) {
            Truth::Yes if a != b => {
                Truth::Unknown(a.holes().chain(b.holes()).next().cloned().unwrap_or_else(not_understood))
            }
            truth => truth,
        },
    }
}

fn not_understood() -> Unknown {
    Unknown::new(Why::NotUnderstood("a test in a script".to_owned()), None)
}

impl Shell<'_, '_, '_> {
    /// What a test says; `is_double` of `[[`, which knows patterns and `&&`.
    pub(super) fn test(&self, args: &[Text], is_double: bool) -> Truth {
        if args.len() > MAX_WORDS {
            return Truth::Unknown(not_understood());
        }
        for (operator, is_and) in [("||", false), ("-o", false), ("&&", true), ("-a", true)] {
            if let Some(at) = args.iter().position(|arg| arg.known() == Some(operator)).filter(|at| *at > 0) {
                let (left, right) = args.split_at(at);
                let (left, right) =
                    (self.test(left, is_double), self.test(right.get(1..).unwrap_or_default(), is_double));
                return if is_and { left.and(right) } else { left.or(right) };
            }
        }
        match args {
            [] => Truth::No,
            [not, rest @ ..] if not.known() == Some("!") && !rest.is_empty() => self.test(rest, is_double).not(),
            [one] => is_empty(one).not(),
            [operator, value] => match operator.known() {
                Some("-z") => is_empty(value),
                Some("-n") => is_empty(value).not(),
                Some("-f" | "-e" | "-r" | "-s") if self.file(value).is_some() => Truth::Yes,
                _ => Truth::Unknown(self.asked(args)),
            },
            [left, operator, right] => match operator.known() {
                Some("=" | "==") => self.compared(left, right, is_double),
                Some("!=") => self.compared(left, right, is_double).not(),
                Some(operator @ ("-eq" | "-ne" | "-gt" | "-ge" | "-lt" | "-le")) => {
                    self.numbers(left, operator, right, args)
                }
                _ => Truth::Unknown(self.asked(args)),
            },
            _ => Truth::Unknown(self.asked(args)),
        }
    }

    /// What `[` or `[[` says. One that is not closed has parentheses or the like in it, which are not understood.
    pub(super) fn bracketed(&self, args: &[Text], closing: &str) -> Truth {
        match args.split_last() {
            Some((end, rest)) if end.known() == Some(closing) => self.test(rest, closing == "]]"),
            _ => Truth::Unknown(self.asked(args)),
        }
    }

    fn compared(&self, left: &Text, right: &Text, is_double: bool) -> Truth {
        match (left.known(), right.known()) {
            (Some(text), Some(pattern)) if is_double && pattern.contains(['*', '?', '[']) => fits(text, pattern)
                .map_or_else(|| Truth::Unknown(self.asked(&[left.clone(), right.clone()])), Truth::from),
            _ => equal(left, right),
        }
    }

    fn numbers(&self, left: &Text, operator: &str, right: &Text, args: &[Text]) -> Truth {
        let number = |text: &Text| text.known().and_then(|text| text.trim().parse::<i64>().ok());
        let (Some(left), Some(right)) = (number(left), number(right)) else { return Truth::Unknown(self.asked(args)) };
        Truth::from(match operator {
            "-eq" => left == right,
            "-ne" => left != right,
            "-gt" => left > right,
            "-ge" => left >= right,
            "-lt" => left < right,
            _ => left <= right,
        })
    }

    /// Why nobody knows what a test says.
    fn asked(&self, args: &[Text]) -> Unknown {
        let hole = args.iter().flat_map(Text::holes).next().cloned();
        hole.unwrap_or_else(|| {
            let shown = super::shell::spaced(args);
            Unknown::new(Why::Command(format!("[ {shown} ]")), shown.span().or(Some(self.step.span())))
        })
    }
}

/// Whether a text is empty.
fn is_empty(text: &Text) -> Truth {
    match text.holes().next() {
        None => Truth::from(text.is_empty()),
        Some(_) if text.marked().chars().any(|c| c != HOLE) => Truth::No,
        Some(hole) => match text.possible(16) {
            Some(all) if all.iter().all(String::is_empty) => Truth::Yes,
            Some(all) if !all.iter().any(String::is_empty) => Truth::No,
            _ => Truth::Unknown(hole.clone()),
        },
    }
}
