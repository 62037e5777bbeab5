//! Operators. `&&` and `||` give one of their operands.

use super::compare::{equal, order};
use super::{Evaluator, alternatives};
use crate::workflow::value::{Text, Truth, Unknown, Value, Why};
use github_actions_expressions::SpannedExpr;
use github_actions_expressions::op::{BinExpr, BinOp};
use std::cmp::Ordering;

impl Evaluator<'_> {
    pub(super) fn binary(self, binary: &BinExpr<'_>, text: &str) -> Value {
        let left = self.value(&binary.lhs).value;
        match binary.op {
            BinOp::And => match left.truth() {
                Truth::Yes => self.value(&binary.rhs).value,
                Truth::No => left,
                Truth::Unknown(unknown) => either(&unknown, text, falsy(&left), self.value(&binary.rhs).value),
            },
            BinOp::Or => match left.truth() {
                Truth::Yes => left,
                Truth::No => self.value(&binary.rhs).value,
                Truth::Unknown(unknown) => either(&unknown, text, truthy(&left), self.value(&binary.rhs).value),
            },
            _ => {
                let args = [left, self.value(&binary.rhs).value];
                alternatives::each(&args, text, &|args| {
                    let [left, right] = args else { return Value::Null };
                    compared(&binary.op, left, right).value(text)
                })
            }
        }
    }

    /// `case(condition, value, ..., default)`.
    pub(super) fn case(self, args: &[SpannedExpr<'_>], text: &str) -> Value {
        let Some((default, pairs)) = args.split_last() else { return self.wrong(text) };
        let mut values = Vec::new();
        let mut why: Option<Unknown> = None;
        for pair in pairs.chunks(2) {
            let [condition, value] = pair else { return self.wrong(text) };
            match self.value(condition).value {
                Value::Bool(false) => {}
                Value::Bool(true) => {
                    values.push(self.value(value).value);
                    return chosen(why.as_ref(), text, values);
                }
                Value::Unknown(unknown) => {
                    values.push(self.value(value).value);
                    why.get_or_insert(unknown);
                }
                _ => return self.wrong(text),
            }
        }
        values.push(self.value(default).value);
        chosen(why.as_ref(), text, values)
    }
}

fn chosen(why: Option<&Unknown>, text: &str, mut values: Vec<Value>) -> Value {
    match why {
        Some(unknown) => alternatives::one_of(unknown, text, values),
        None => values.pop().unwrap_or(Value::Null),
    }
}

/// One of some values, or else another; `None` where it is not known what they are.
fn either(unknown: &Unknown, text: &str, some: Option<Vec<Value>>, other: Value) -> Value {
    match some {
        Some(mut values) => {
            values.push(other);
            alternatives::one_of(unknown, text, values)
        }
        None => Value::Unknown(unknown.computed(text)),
    }
}

/// What a value can be if a condition on it does not hold.
fn falsy(value: &Value) -> Option<Vec<Value>> {
    match alternatives::of(value) {
        Some(all) => Some(all.into_iter().filter(|value| !value.truth().is_yes()).collect()),
        // These are texts or nothing.
        None => match value.first_unknown()?.why() {
            Why::Secret(_)
            | Why::Variable(_)
            | Why::Input(_)
            | Why::Step { .. }
            | Why::ChangedFiles { .. }
            | Why::Job { .. }
            | Why::Environment(_)
            | Why::Command(_)
            | Why::Context(_) => Some(vec![Value::Text(Text::default())]),
            _ => None,
        },
    }
}

/// What a value can be if a condition on it holds.
fn truthy(value: &Value) -> Option<Vec<Value>> {
    Some(alternatives::of(value)?.into_iter().filter(|value| !value.truth().is_no()).collect())
}

fn compared(op: &BinOp, left: &Value, right: &Value) -> Truth {
    let ordered = |is: fn(Ordering) -> bool| match order(left, right) {
        Ok(order) => Truth::from(order.is_some_and(is)),
        Err(unknown) => Truth::Unknown(unknown),
    };
    match op {
        BinOp::Eq => equal(left, right),
        BinOp::Neq => equal(left, right).not(),
        BinOp::Gt => ordered(Ordering::is_gt),
        BinOp::Lt => ordered(Ordering::is_lt),
        BinOp::Ge => equal(left, right).or(ordered(Ordering::is_gt)),
        BinOp::Le => equal(left, right).or(ordered(Ordering::is_lt)),
        BinOp::And | BinOp::Or => Truth::No,
    }
}
