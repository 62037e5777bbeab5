//! Comparisons: with coercion, and of texts without regard to case.

use crate::workflow::value::{HOLE, Text, Truth, Unknown, Value, parse_number};
use std::cmp::Ordering;
use std::rc::Rc;

/// `==`.
pub(crate) fn equal(a: &Value, b: &Value) -> Truth {
    if let (Value::Unknown(one), other) | (other, Value::Unknown(one)) = (a, b)
        && a != b
        && let Some((first, rest)) = one.choices().split_first()
    {
        // What is so of each that it can be is so.
        let first = equal(first, other);
        let is_same = rest.iter().all(|choice| equal(choice, other) == first);
        return if is_same { first } else { Truth::Unknown(one.clone()) };
    }
    match coerced(a, b) {
        Ok(Pair::Numbers(a, b)) => Truth::from(a.partial_cmp(&b) == Some(Ordering::Equal)),
        Ok(Pair::Texts(a, b)) => equal_texts(&a, &b),
        Ok(Pair::Bools(a, b)) => Truth::from(a == b),
        Ok(Pair::Nulls) => Truth::Yes,
        Ok(Pair::Same(is)) => Truth::from(is),
        Err(unknown) => Truth::Unknown(unknown),
    }
}

/// How two values are ordered, if they are.
pub(super) fn order(a: &Value, b: &Value) -> Result<Option<Ordering>, Unknown> {
    Ok(match coerced(a, b)? {
        Pair::Numbers(a, b) => a.partial_cmp(&b),
        Pair::Bools(a, b) => Some(a.cmp(&b)),
        Pair::Texts(a, b) => match (a.known(), b.known()) {
            (Some(a), Some(b)) => Some(folded(a).cmp(&folded(b))),
            _ => return Err(first_hole(&a, &b)),
        },
        Pair::Nulls | Pair::Same(_) => None,
    })
}

/// Two values of one kind.
enum Pair {
    Numbers(f64, f64),
    Texts(Text, Text),
    Bools(bool, bool),
    Nulls,
    /// Two that are equal only if they are one and the same.
    Same(bool),
}

/// Both as one kind. Null and booleans become numbers beside another kind, and so do texts beside a number.
fn coerced(a: &Value, b: &Value) -> Result<Pair, Unknown> {
    Ok(match (a, b) {
        (Value::Null, Value::Null) => Pair::Nulls,
        (Value::Bool(a), Value::Bool(b)) => Pair::Bools(*a, *b),
        (Value::List(a), Value::List(b)) => Pair::Same(Rc::ptr_eq(a, b)),
        (Value::Object(a), Value::Object(b)) => Pair::Same(Rc::ptr_eq(a, b)),
        (Value::Unknown(a), Value::Unknown(b)) if a == b => Pair::Same(true),
        (Value::Text(_) | Value::Unknown(_), Value::Text(_)) | (Value::Text(_), Value::Unknown(_)) => {
            // What is not known may be a number or a list, but beside a text that is no number this makes no difference.
            Pair::Texts(a.text(), b.text())
        }
        (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => return Err(unknown.clone()),
        (Value::List(_) | Value::Object(_), _) | (_, Value::List(_) | Value::Object(_)) => Pair::Same(false),
        _ => Pair::Numbers(number(a)?, number(b)?),
    })
}

/// A value as a number.
pub(super) fn number(value: &Value) -> Result<f64, Unknown> {
    Ok(match value {
        Value::Null => 0.0,
        Value::Bool(is) => f64::from(u8::from(*is)),
        Value::Number(number) => *number,
        Value::Text(text) => match (text.known(), text.holes().next()) {
            (None, Some(hole)) => return Err(hole.clone()),
            (known, _) => parse_number(known.unwrap_or_default()),
        },
        Value::List(_) | Value::Object(_) => f64::NAN,
        Value::Unknown(unknown) => return Err(unknown.clone()),
    })
}

/// A text for comparisons. The dotless i stays as it is, as GitHub keeps it.
pub(super) fn folded(text: &str) -> String {
    text.chars().flat_map(|c| if c == '\u{131}' { vec![c] } else { c.to_uppercase().collect() }).collect()
}

fn first_hole(a: &Text, b: &Text) -> Unknown {
    let hole = a.holes().chain(b.holes()).next();
    // Only texts with holes come here.
    hole.cloned().unwrap_or_else(|| Unknown::new(crate::workflow::value::Why::Context(String::new()), None))
}

fn equal_texts(a: &Text, b: &Text) -> Truth {
    if let (Some(a), Some(b)) = (a.known(), b.known()) {
        return Truth::from(folded(a) == folded(b));
    }
    let ends = |text: &Text| (folded(text.prefix()), folded(text.suffix()));
    let ((a_start, a_end), (b_start, b_end)) = (ends(a), ends(b));
    // The least length of what a text comes to.
    let least = |text: &Text| folded(&text.marked().replace(HOLE, "")).len();
    let known_is_too_short =
        |known: &Text, other: &Text| known.known().is_some_and(|it| folded(it).len() < least(other));
    let may = (a_start.starts_with(&*b_start) || b_start.starts_with(&*a_start))
        && (a_end.ends_with(&*b_end) || b_end.ends_with(&*a_end))
        && !known_is_too_short(a, b)
        && !known_is_too_short(b, a);
    match (may, a == b) {
        (false, _) => Truth::No,
        (true, true) => Truth::Yes,
        (true, false) => Truth::Unknown(first_hole(a, b)),
    }
}

/// Whether a text begins (or, from the other end, ends) with another.
pub(super) fn begins(text: &Text, with: &Text, from_end: bool) -> Truth {
    let literal = |text: &Text| folded(if from_end { text.suffix() } else { text.prefix() });
    let fits = |long: &str, short: &str| if from_end { long.ends_with(short) } else { long.starts_with(short) };
    let (text_start, with_start) = (literal(text), literal(with));
    match (text.known(), with.known()) {
        (_, Some(_)) if fits(&text_start, &with_start) => Truth::Yes,
        (Some(_), Some(_)) => Truth::No,
        _ if fits(&text_start, &with_start) || (text.known().is_none() && fits(&with_start, &text_start)) => {
            Truth::Unknown(first_hole(text, with))
        }
        _ => Truth::No,
    }
}

/// Whether a text has another in it.
pub(super) fn has(text: &Text, part: &Text) -> Truth {
    let fold = |text: &str| text.to_lowercase();
    match part.known() {
        Some(known) if fold(text.marked()).contains(&fold(known)) => Truth::Yes,
        Some(_) if text.known().is_some() => Truth::No,
        _ => Truth::Unknown(first_hole(text, part)),
    }
}
