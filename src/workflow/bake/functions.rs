//! Operators, and the functions that bake has of its own (bake/hclparser/stdlib.go), as far as they are worked out: what is of a
//! time, of the machine or a checksum is not known, and neither is what a regular expression finds.

use super::value::{MAX_ITEMS, Value};
use super::{lists, texts};
use hcl_edit::expr::{BinaryOperator, UnaryOperator};

/// `!x` and `-x`; `None` if that is not known or wrong.
pub(super) fn unary(operator: UnaryOperator, value: &Value) -> Option<Value> {
    match operator {
        UnaryOperator::Not => value.as_bool().map(|is| Value::Bool(!is)),
        UnaryOperator::Neg => value.as_number().map(|number| Value::Number(-number)),
    }
}

/// An operator between two values; `None` if that is not known or wrong.
pub(super) fn binary(operator: BinaryOperator, left: &Value, right: &Value) -> Option<Value> {
    let bools = || Some((left.as_bool()?, right.as_bool()?));
    let numbers = || Some((left.as_number()?, right.as_number()?));
    Some(match operator {
        BinaryOperator::Eq => Value::Bool(equal(left, right)?),
        BinaryOperator::NotEq => Value::Bool(!equal(left, right)?),
        BinaryOperator::And => Value::Bool(bools().map(|(left, right)| left && right)?),
        BinaryOperator::Or => Value::Bool(bools().map(|(left, right)| left || right)?),
        BinaryOperator::Less => Value::Bool(numbers().map(|(left, right)| left < right)?),
        BinaryOperator::LessEq => Value::Bool(numbers().map(|(left, right)| left <= right)?),
        BinaryOperator::Greater => Value::Bool(numbers().map(|(left, right)| left > right)?),
        BinaryOperator::GreaterEq => Value::Bool(numbers().map(|(left, right)| left >= right)?),
        BinaryOperator::Plus => finite(numbers().map(|(left, right)| left + right)?)?,
        BinaryOperator::Minus => finite(numbers().map(|(left, right)| left - right)?)?,
        BinaryOperator::Mul => finite(numbers().map(|(left, right)| left * right)?)?,
        BinaryOperator::Div => finite(numbers().map(|(left, right)| left / right)?)?,
        BinaryOperator::Mod => finite(numbers().map(|(left, right)| left % right)?)?,
    })
}

/// A number, unless it is none: HCL refuses what has no end, and counts further than we do.
fn finite(number: f64) -> Option<Value> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.is_finite() && number.abs() < EXACT).then_some(Value::Number(number))
}

/// Whether two values are the same: those of two types are not. `None` where that is not known.
pub(super) fn equal(left: &Value, right: &Value) -> Option<bool> {
    if left.unknown().is_some() || right.unknown().is_some() {
        return None;
    }
    Some(left == right)
}

/// An item of a list or an object; `None` if there is none.
pub(super) fn index(value: &Value, key: &Value) -> Option<Value> {
    match value {
        Value::Object(object) => object.get(&key.as_known_text()?).cloned(),
        Value::List(items) => items.get(position(key)?).cloned(),
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a whole number of a list's length")]
pub(super) fn position(value: &Value) -> Option<usize> {
    let number = value.as_number()?;
    (number >= 0.0 && number.fract() == 0.0 && number < 1e9).then_some(number as usize)
}

#[expect(clippy::cast_precision_loss, reason = "no list is that long")]
pub(super) fn count(number: usize) -> Value {
    Value::Number(number as f64)
}

/// Keys and values of what can be gone over.
pub(super) fn entries(value: &Value) -> Option<Vec<(Value, Value)>> {
    match value {
        Value::List(items) => Some(items.iter().enumerate().map(|(at, item)| (count(at), item.clone())).collect()),
        Value::Object(object) => {
            Some(object.iter().map(|(key, value)| (Value::from(key.as_str()), value.clone())).collect())
        }
        _ => None,
    }
}

/// The functions that bake has and that are not worked out here, so that a function of the file never takes their place.
const OTHERS: &[&str] = &[
    "base64decode",
    "base64encode",
    "bcrypt",
    "bytesslice",
    "cidrhost",
    "cidrnetmask",
    "cidrsubnet",
    "cidrsubnets",
    "convert",
    "csvdecode",
    "formatdate",
    "formattimestamp",
    "homedir",
    "indent",
    "log",
    "md5",
    "pow",
    "regex",
    "regex_replace",
    "regexall",
    "rsadecrypt",
    "semvercmp",
    "sethaselement",
    "setintersection",
    "setproduct",
    "setsubtract",
    "setsymmetricdifference",
    "setunion",
    "sha1",
    "sha256",
    "sha512",
    "timeadd",
    "timestamp",
    "title",
    "unixtimestampparse",
    "urlencode",
    "uuidv4",
    "uuidv5",
];

/// Whether bake itself has a function of this name.
pub(super) fn is_standard(name: &str) -> bool {
    OTHERS.contains(&name)
        || NUMBERS.contains(&name)
        || LOGIC.contains(&name)
        || texts::NAMES.contains(&name)
        || lists::NAMES.contains(&name)
}

const NUMBERS: &[&str] = &[
    "absolute", "add", "ceil", "divide", "floor", "int", "max", "min", "modulo", "multiply", "negate", "parseint",
    "signum", "subtract",
];

const LOGIC: &[&str] = &[
    "and",
    "can",
    "coalesce",
    "equal",
    "greaterthan",
    "greaterthanorequalto",
    "lessthan",
    "lessthanorequalto",
    "not",
    "notequal",
    "or",
    "try",
];

/// What a function of bake's makes of some values; `None` if it has none of this name, if it would refuse them, or if that is not
/// known.
pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    if args.iter().any(|arg| matches!(arg, Value::List(items) if items.len() > MAX_ITEMS)) {
        return None;
    }
    let result = numbers(name, args).or_else(|| logic(name, args)).or_else(|| texts::call(name, args));
    result.or_else(|| lists::call(name, args))
}

fn numbers(name: &str, args: &[Value]) -> Option<Value> {
    let operators = [
        ("add", BinaryOperator::Plus),
        ("subtract", BinaryOperator::Minus),
        ("multiply", BinaryOperator::Mul),
        ("divide", BinaryOperator::Div),
        ("modulo", BinaryOperator::Mod),
    ];
    if let Some((_, operator)) = operators.iter().find(|(own, _)| *own == name) {
        let [left, right] = args else { return None };
        return binary(*operator, left, right);
    }
    if !NUMBERS.contains(&name) {
        return None;
    }
    if name == "parseint" {
        let [text, base] = args else { return None };
        let radix = u32::try_from(position(base)?).ok().filter(|radix| (2..=36).contains(radix))?;
        #[expect(clippy::cast_precision_loss, reason = "`finite` takes no number that is not exact")]
        return i64::from_str_radix(&text.as_known_text()?, radix).ok().and_then(|number| finite(number as f64));
    }
    let all: Vec<f64> = args.iter().map(Value::as_number).collect::<Option<_>>()?;
    match (name, all.as_slice()) {
        ("max", [first, rest @ ..]) => finite(rest.iter().fold(*first, |most, one| most.max(*one))),
        ("min", [first, rest @ ..]) => finite(rest.iter().fold(*first, |least, one| least.min(*one))),
        ("absolute", [one]) => finite(one.abs()),
        ("ceil", [one]) => finite(one.ceil()),
        ("floor", [one]) => finite(one.floor()),
        ("int", [one]) => finite(one.trunc()),
        ("negate", [one]) => finite(-one),
        ("signum", [one]) => finite(if *one == 0.0 { 0.0 } else { one.signum() }),
        _ => None,
    }
}

fn logic(name: &str, args: &[Value]) -> Option<Value> {
    match (name, args) {
        ("and", [left, right]) => binary(BinaryOperator::And, left, right),
        ("or", [left, right]) => binary(BinaryOperator::Or, left, right),
        ("not", [one]) => unary(UnaryOperator::Not, one),
        ("equal", [left, right]) => binary(BinaryOperator::Eq, left, right),
        ("notequal", [left, right]) => binary(BinaryOperator::NotEq, left, right),
        ("greaterthan", [left, right]) => binary(BinaryOperator::Greater, left, right),
        ("greaterthanorequalto", [left, right]) => binary(BinaryOperator::GreaterEq, left, right),
        ("lessthan", [left, right]) => binary(BinaryOperator::Less, left, right),
        ("lessthanorequalto", [left, right]) => binary(BinaryOperator::LessEq, left, right),
        // What is not known may be null.
        ("coalesce", [first, rest @ ..]) => match first {
            Value::Null => logic(name, rest),
            Value::Unknown(_) => None,
            other => Some(other.clone()),
        },
        // What is not known here may be an error there.
        ("try", [first, ..]) => first.unknown().is_none().then(|| first.clone()),
        ("can", [one]) => one.unknown().is_none().then_some(Value::Bool(true)),
        _ => None,
    }
}
