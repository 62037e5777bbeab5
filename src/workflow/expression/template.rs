//! Texts with `${{ ... }}` in them, and conditions.

use super::{Evaluator, Scope, evaluate, parse};
use crate::workflow::value::{MAX_LENGTH, Text, Truth, Unknown, Value, Why};
use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::op::BinExpr;
use github_actions_expressions::{Expr, SpannedExpr};
use std::ops::Range;

/// Works out a text. One that is nothing but an expression gives the value of that; else its expressions become text, each at the
/// place where it is written.
pub(crate) fn template(written: &Text, scope: &dyn Scope) -> Value {
    let text = written.marked();
    let found = expressions(text);
    if let [only] = found.as_slice()
        && *only == (0..text.len())
    {
        return inner(written, only.clone(), scope);
    }
    if found.is_empty() {
        return Value::Text(written.clone());
    }
    let mut out = Text::default();
    let mut from = 0;
    for range in found {
        out.push(&written.cut(from..range.start));
        let place = written.cut(range.clone()).span();
        let value = inner(written, range.clone(), scope).text();
        out.push(&value.at(place));
        if out.size() > MAX_LENGTH {
            let why = Why::Limit(format!("a text that comes to more than {MAX_LENGTH} bytes"));
            return Value::Unknown(Unknown::new(why, place));
        }
        from = range.end;
    }
    out.push(&written.cut(from..text.len()));
    Value::Text(out)
}

/// The value of an expression between its braces.
fn inner(written: &Text, range: Range<usize>, scope: &dyn Scope) -> Value {
    let place = written.cut(range.clone()).span();
    let whole = written.marked().get(range).unwrap_or_default();
    match whole.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")) {
        Some(expression) => match evaluate(expression, place, scope) {
            Value::Text(text) => Value::Text(text.at(place)),
            Value::Unknown(unknown) => Value::Unknown(unknown.or_at(place)),
            value => value,
        },
        None => Value::Unknown(Unknown::new(Why::NotUnderstood("an expression without `}}`".to_owned()), place)),
    }
}

/// A condition that was worked out.
pub(crate) struct Condition {
    /// Whether it holds by itself.
    pub(crate) holds: Truth,
    /// Whether it asks how what came before went: it runs only after success else.
    pub(crate) asks_status: bool,
}

/// Works out an `if`, with or without braces.
pub(crate) fn condition(written: &Text, scope: &dyn Scope) -> Condition {
    let text = written.marked();
    let place = written.span();
    let trimmed = text.trim();
    let bare = match expressions(trimmed).as_slice() {
        [] => Some(trimmed),
        [only] if *only == (0..trimmed.len()) => trimmed.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")),
        // GitHub makes a text of it, and a text that is not empty holds.
        _ => None,
    };
    let Some(bare) = bare else {
        return Condition { holds: template(written, scope).truth(), asks_status: false };
    };
    if bare.trim().is_empty() {
        return Condition { holds: Truth::Yes, asks_status: false };
    }
    match parse(bare, place) {
        Ok(expression) => {
            let value = Evaluator { scope, place }.value(&expression).value;
            Condition { holds: at_place(value.truth(), place), asks_status: asks_status(&expression) }
        }
        Err(unknown) => Condition { holds: Truth::Unknown(unknown), asks_status: false },
    }
}

fn at_place(truth: Truth, place: Option<crate::source::Span>) -> Truth {
    match truth {
        Truth::Unknown(unknown) => Truth::Unknown(unknown.or_at(place)),
        known => known,
    }
}

fn asks_status(expression: &SpannedExpr<'_>) -> bool {
    match &expression.inner {
        Expr::Call(Call { func, args }) => {
            matches!(func, Function::Success | Function::Failure | Function::Always | Function::Cancelled)
                || args.iter().any(asks_status)
        }
        Expr::BinExpr(BinExpr { lhs, rhs, .. }) => asks_status(lhs) || asks_status(rhs),
        Expr::UnExpr { expr, .. } | Expr::Index(expr) => asks_status(expr),
        Expr::Context(context) => context.parts.iter().any(asks_status),
        Expr::Literal(_) | Expr::Star | Expr::Identifier(_) => false,
    }
}

/// The `${{ ... }}` of a text. One without an end reaches to the end of the text. A `}}` in a string of the expression does
/// not end it: <https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#literals>.
fn expressions(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text.get(from..).and_then(|rest| rest.find("${{")).map(|at| from + at) {
        let end = expression_end(text, start);
        found.push(start..end);
        from = end;
    }
    found
}

/// Where the `${{` at an offset ends.
fn expression_end(text: &str, start: usize) -> usize {
    let mut quoted = false;
    for (at, c) in text.get(start..).unwrap_or_default().char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '}' if !quoted && text.get(start + at..).is_some_and(|rest| rest.starts_with("}}")) => {
                return start + at + 2;
            }
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_in_strings_do_not_end_an_expression() {
        let text = "a ${{ format('}}{0}', b) }} c ${{ open";
        let parts: Vec<_> = expressions(text).into_iter().map(|part| &text[part]).collect();
        assert_eq!(parts, ["${{ format('}}{0}', b) }}", "${{ open"]);
    }
}
