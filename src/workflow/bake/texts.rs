//! Functions of texts.

use super::functions::{count, position};
use super::value::{MAX_LENGTH, Value};
use crate::workflow::value::Text;

/// The most that all texts of a list come to, in bytes.
const MAX_ALL: usize = 4 << 20;

pub(super) const NAMES: &[&str] = &[
    "basename",
    "byteslen",
    "chomp",
    "dirname",
    "format",
    "formatlist",
    "join",
    "jsondecode",
    "jsonencode",
    "lower",
    "replace",
    "reverse",
    "sanitize",
    "split",
    "strlen",
    "substr",
    "trim",
    "trimprefix",
    "trimspace",
    "trimsuffix",
    "upper",
];

pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    match (name, args) {
        ("format", [format, values @ ..]) => format_text(&format.as_known_text()?, values).map(bounded),
        ("formatlist", [format, values @ ..]) => {
            let format = format.as_known_text()?;
            let length =
                values.iter().find_map(|value| if let Value::List(all) = value { Some(all.len()) } else { None })?;
            let mut total = 0;
            let item = |at: usize| {
                let of = |value: &Value| match value {
                    Value::List(all) => all.get(at).cloned(),
                    one => Some(one.clone()),
                };
                let values: Vec<Value> = values.iter().map(of).collect::<Option<_>>()?;
                let text = format_text(&format, &values)?;
                total += text.size();
                (total <= MAX_ALL).then(|| bounded(text))
            };
            (0..length).map(item).collect::<Option<_>>().map(Value::List)
        }
        ("join", [separator, lists @ ..]) => {
            let separator = separator.as_text()?;
            let mut all = Text::default();
            let mut is_first = true;
            for list in lists {
                let Value::List(items) = list else { return None };
                for item in items {
                    if !std::mem::replace(&mut is_first, false) {
                        all.push(&separator);
                    }
                    all.push(&item.as_text()?);
                    if all.marked().len() > MAX_LENGTH {
                        return None;
                    }
                }
            }
            Some(Value::from(all))
        }
        ("jsonencode", [_]) => None,
        _ => {
            let known: Vec<String> = if NAMES.contains(&name) {
                args.iter().map(Value::as_known_text).collect::<Option<_>>()?
            } else {
                return None;
            };
            let words: Vec<&str> = known.iter().map(String::as_str).collect();
            of_known(name, &words)
        }
    }
}

fn of_known(name: &str, words: &[&str]) -> Option<Value> {
    Some(match (name, words) {
        ("upper", [text]) => Value::from(text.to_uppercase()),
        ("lower", [text]) => Value::from(text.to_lowercase()),
        ("trimspace", [text]) => Value::from(text.trim()),
        ("trimprefix", [text, prefix]) => Value::from(text.strip_prefix(prefix).unwrap_or(text)),
        ("trimsuffix", [text, suffix]) => Value::from(text.strip_suffix(suffix).unwrap_or(text)),
        ("trim", [text, set]) => Value::from(text.trim_matches(|c| set.contains(c))),
        ("chomp", [text]) => Value::from(text.trim_end_matches(['\n', '\r'])),
        // Go counts an empty text between all characters; nobody means that.
        ("replace", [text, from, to]) if !from.is_empty() && text.len() * (to.len() + 1) < 1 << 24 => {
            bounded(Text::from(text.replace(from, to)))
        }
        ("split", [separator, text]) if !separator.is_empty() && text.is_empty() => Value::List(vec![Value::from("")]),
        ("split", [separator, text]) if !separator.is_empty() => {
            Value::List(text.split(separator).map(Value::from).collect())
        }
        ("strlen", [text]) if text.is_ascii() => count(text.len()),
        ("byteslen", [text]) => count(text.len()),
        ("reverse", [text]) if text.is_ascii() => Value::from(text.chars().rev().collect::<String>()),
        ("substr", [text, offset, length]) if text.is_ascii() => {
            let (offset, length): (i64, i64) = (offset.parse().ok()?, length.parse().ok()?);
            let all = i64::try_from(text.len()).ok()?;
            let start = if offset < 0 { (all + offset).max(0) } else { offset.min(all) };
            let end = if length < 0 { all } else { start.checked_add(length)?.min(all) };
            Value::from(text.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)?)
        }
        ("sanitize", [text]) => {
            let word = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '_' };
            Value::from(text.chars().map(word).collect::<String>())
        }
        // As Go's `path.Base` and `path.Dir`, of paths without dots to work out.
        ("basename", [path]) if !path.is_empty() => {
            let path = path.trim_end_matches('/');
            Value::from(if path.is_empty() { "/" } else { path.rsplit('/').next().unwrap_or_default() })
        }
        ("dirname", [path]) if !path.contains("//") && !path.split('/').any(|part| part == "." || part == "..") => {
            Value::from(match path.rsplit_once('/') {
                None => ".",
                Some(("", _)) => "/",
                Some((folder, _)) => folder,
            })
        }
        ("jsondecode", [text]) => Value::from(&serde_json::from_str::<serde_json::Value>(text).ok()?),
        _ => return None,
    })
}

fn bounded(text: Text) -> Value {
    if text.marked().len() > MAX_LENGTH { Value::too_much() } else { Value::from(text) }
}

/// The verbs that are used: `%s`, `%v` and `%d`, which may have a width.
fn format_text(format: &str, values: &[Value]) -> Option<Text> {
    let (mut all, mut values) = (Text::default(), values.iter());
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        all.push_str(before, None);
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let (width, after) = (after.get(..digits)?, after.get(digits..)?);
        let verb = after.chars().next()?;
        rest = after.get(verb.len_utf8()..)?;
        if verb == '%' {
            all.push_str("%", None);
            continue;
        }
        let value = values.next()?;
        let text = match verb {
            's' | 'v' => value.as_text()?,
            'd' if value.unknown().is_some() => value.as_text()?,
            'd' => Value::Number(value.as_number().filter(|number| number.fract() == 0.0)?).as_text()?,
            _ => return None,
        };
        if !width.is_empty() {
            let known = text.known()?.chars().count();
            let wanted = position(&Value::from(width)).filter(|wanted| *wanted < 256)?;
            // Zeros go before the sign only in a text; nobody formats negative numbers here.
            if known < wanted && (text.marked().starts_with('-') || (width.starts_with('0') && verb != 'd')) {
                return None;
            }
            let fill = if width.starts_with('0') { "0" } else { " " };
            all.push_str(&fill.repeat(wanted.saturating_sub(known)), None);
        }
        all.push(&text);
    }
    all.push_str(rest, None);
    values.next().is_none().then_some(all)
}
