//! GitHub's expressions (<https://docs.github.com/en/actions/reference/workflows-and-actions/expressions>) over values of which some
//! are not known: what can be said of the result all the same is said.
//!
//! Syntax is github-actions-expressions', which knows functions and the number of their arguments too; what they mean is here, as
//! `actions/languageservices` has it.

mod alternatives;
mod compare;
mod functions;
mod json;
mod operators;
mod postfix;
mod template;

pub(crate) use json::{parse_json, quoted};

#[cfg(test)]
mod tests;

pub(crate) use compare::equal;
pub(crate) use postfix::part;
pub(crate) use template::{condition, template};

use super::value::{Text, Truth, Unknown, Value, Why};
use crate::source::Span;
use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::literal::Literal;
use github_actions_expressions::op::UnOp;
use github_actions_expressions::{Expr, SpannedExpr};

/// The longest expression, in bytes; GitHub takes none that is longer.
const MAX_LENGTH: usize = 21_000;

/// Operators of an expression beyond which it is not read: they nest as deep as there are of them.
const MAX_OPERATORS: usize = 500;

/// What an expression can see.
pub(crate) trait Scope {
    /// A context by its name in lower case, as in `github`; `None` where there is none of that name.
    fn context(&self, name: &str) -> Option<Value>;

    /// Whether what came before has gone well: `success()`. That nothing fails and nobody cancels is taken for granted.
    fn success(&self) -> Truth;

    /// Hears of a context that is named at a place and is not there.
    fn unseen(&self, _name: &str, _place: Option<Span>) {}
}

/// Works out an expression that is written at a place.
pub(crate) fn evaluate(text: &str, place: Option<Span>, scope: &dyn Scope) -> Value {
    match parse(text, place) {
        Ok(expression) => Evaluator { scope, place }.value(&expression).value,
        Err(unknown) => Value::Unknown(unknown),
    }
}

fn parse(text: &str, place: Option<Span>) -> Result<SpannedExpr<'_>, Unknown> {
    let operators = text.bytes().filter(|byte| b"=!<>&|".contains(byte)).count();
    if text.len() > MAX_LENGTH || operators > MAX_OPERATORS {
        return Err(Unknown::new(Why::Limit("an expression that is longer than GitHub reads".to_owned()), place));
    }
    Expr::parse(text).map_err(|error| {
        let shown = text.trim().chars().take(80).collect::<String>();
        Unknown::new(Why::NotUnderstood(format!("the expression `{shown}`: {error}")), place)
    })
}

/// What an expression comes to.
struct Outcome {
    value: Value,
    /// Whether it is a list that `.*` made, of whose items the next property is taken.
    is_filtered: bool,
}

impl From<Value> for Outcome {
    fn from(value: Value) -> Self {
        Self { value, is_filtered: false }
    }
}

#[derive(Clone, Copy)]
struct Evaluator<'s> {
    scope: &'s dyn Scope,
    place: Option<Span>,
}

impl Evaluator<'_> {
    fn value(self, expression: &SpannedExpr<'_>) -> Outcome {
        let text = expression.origin.raw;
        match &expression.inner {
            Expr::Literal(literal) => literal_value(literal).into(),
            Expr::Call(call) => self.call(call, text).into(),
            Expr::BinExpr(binary) => self.binary(binary, text).into(),
            Expr::UnExpr { op: UnOp::Not, expr } => self.value(expr).value.truth().not().value(text).into(),
            Expr::Context(context) => self.postfix(&context.parts, text),
            Expr::Identifier(name) => self.context(name.as_str()).into(),
            Expr::Star | Expr::Index(_) => self.wrong(text).into(),
        }
    }

    fn context(self, name: &str) -> Value {
        let value = self.scope.context(&name.to_ascii_lowercase());
        value.unwrap_or_else(|| {
            self.scope.unseen(name, self.place);
            let why = format!("`{name}`, which an expression does not see at this place");
            Value::Unknown(Unknown::new(Why::NotUnderstood(why), self.place))
        })
    }

    /// What GitHub refuses, or what is not understood here.
    fn wrong(self, text: &str) -> Value {
        Value::Unknown(Unknown::new(Why::NotUnderstood(format!("`{text}` in an expression")), self.place))
    }

    fn call(self, call: &Call<'_>, text: &str) -> Value {
        match call.func {
            Function::Success => self.scope.success().value(text),
            Function::Always => Value::Bool(true),
            Function::Cancelled | Function::Failure => Value::Bool(false),
            Function::HashFiles => Value::Unknown(Unknown::new(Why::Context(text.to_owned()), self.place)),
            Function::Case => self.case(&call.args, text),
            function => {
                let args: Vec<Value> = call.args.iter().map(|arg| self.value(arg).value).collect();
                alternatives::each(&args, text, &|args| {
                    functions::call(function, args, text).unwrap_or_else(|why| {
                        let unknown = args.iter().find_map(Value::first_unknown);
                        unknown.map_or_else(
                            || Value::Unknown(Unknown::new(Why::NotUnderstood(format!("`{text}`: {why}")), self.place)),
                            |unknown| Value::Unknown(unknown.computed(text)),
                        )
                    })
                })
            }
        }
    }
}

fn literal_value(literal: &Literal<'_>) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Boolean(is) => Value::Bool(*is),
        Literal::Number(number) => Value::Number(*number),
        Literal::String(text) => Value::Text(Text::from(&**text)),
    }
}
