//! What was meant by a value of another shape, or by a key in another place, as far as they tell: how to write it.

use super::decode::{Struct, shortened};
use super::shapes::{self, Home};
use crate::words::list;
use crate::yaml::{Node, ScalarType, Value, scalar_type};

/// Items of a list that advice writes out.
const SHOWN: usize = 4;

/// In place of a list or a mapping, where one text, number or boolean is needed: what it holds, as `[web]`, or `node: 22` without
/// quotes. `needs_text` is whether a text is, and `is_item` whether it stands in a list.
pub(super) fn one(node: &Node<'_>, needs_text: bool, is_item: bool) -> Option<String> {
    match &node.value {
        Value::Sequence(items) => Some(match &items[..] {
            [] => "write a value in place of the empty list".to_owned(),
            [item] => format!("write `{}` alone, without a list around it", written(item, needs_text)?),
            _ => "write one of them alone, without a list around it".to_owned(),
        }),
        Value::Mapping(entries) => Some(match &entries[..] {
            [(key, value)] => match (scalar(key)?, scalar(value)) {
                (key @ ("image" | "name" | "tag"), Some(value)) => {
                    format!("write `\"{value}\"` alone, without the key `{key}`")
                }
                (key, Some(value)) if is_item => format!("a colon and a blank make a key; write `\"{key}:{value}\"`"),
                _ => "write one value in its place, without keys".to_owned(),
            },
            _ => "write one value in its place, without keys".to_owned(),
        }),
        Value::Scalar { .. } => None,
    }
}

/// In place of a list: a single text, nothing yet, or a mapping. `key` holds it; `items_are_mappings` is what its items are, and
/// `is_item` whether this would be one of them.
pub(super) fn items(node: &Node<'_>, key: Option<&str>, items_are_mappings: bool, is_item: bool) -> Option<String> {
    let Value::Mapping(entries) = &node.value else {
        let Value::Scalar { text, plain } = &node.value else { return None };
        return match scalar_type(text, *plain) {
            ScalarType::Null => Some("write its items below it, each behind `- `; or remove the key".to_owned()),
            ScalarType::Text if items_are_mappings => {
                Some(format!("write a list: `- {}`, with its other keys below that", named(key, text)))
            }
            ScalarType::Text => Some(format!("write `[\"{text}\"]`, or each item on a line of its own behind `- `")),
            _ => None,
        };
    };
    if is_item {
        return Some("write `- ` before its first key, and the others in the column of that".to_owned());
    }
    let first = entries.first().and_then(|(key, _)| scalar(key));
    if items_are_mappings {
        let is_by_name = entries.iter().all(|(_, value)| matches!(value.value, Value::Mapping(_)));
        return Some(match (first, entries.first().and_then(|(_, value)| scalar(value))) {
            (Some(first), _) if is_by_name => {
                format!("write a list: `- {}` in place of `{first}:`, and its keys below that", named(key, first))
            }
            (Some(first), Some(tag)) if key == Some("baseImages") => {
                format!("write a list: `- {}`, each image in a line of its own", named(key, &format!("{first}:{tag}")))
            }
            _ => "write a list: each item in lines of its own, the first behind `- `".to_owned(),
        });
    }
    let texts = entries.iter().take(SHOWN + 1).map(|(key, value)| match (scalar(key)?, &value.value) {
        (_, Value::Sequence(_) | Value::Mapping(_)) => None,
        ("image" | "name", _) => scalar(value).map(|value| format!("\"{value}\"")),
        (key, _) => Some(scalar(value).map_or_else(|| format!("\"{key}\""), |value| format!("\"{key}:{value}\""))),
    });
    Some(match texts.collect::<Option<Vec<String>>>() {
        Some(texts) if !texts.is_empty() && texts.len() <= SHOWN => {
            format!("write `[{}]`, or each item on a line of its own behind `- `", texts.join(", "))
        }
        _ => "write a list: each item on a line of its own behind `- `".to_owned(),
    })
}

/// In place of a mapping: nothing, since what belongs to it stands beside it; a list, or a text. `key` holds it, or the list that it
/// is an item of; `of` is the struct that it would be, with its keys, if not all are right.
pub(super) fn mapping(node: &Node<'_>, key: Option<&str>, is_item: bool, of: Option<Struct>) -> Option<String> {
    let pair = |text: &str| text.split_once('=').map(|(key, value)| format!("{}: \"{}\"", key.trim(), value.trim()));
    match &node.value {
        Value::Mapping(_) => None,
        Value::Sequence(items) => {
            let texts = items.iter().map(|item| pair(scalar(item)?));
            Some(match texts.collect::<Option<Vec<_>>>() {
                Some(pairs) if (1..=SHOWN).contains(&pairs.len()) => format!("write `{{{}}}`", pairs.join(", ")),
                _ if items.iter().all(|item| matches!(item.value, Value::Mapping(_))) => {
                    "take the dashes away: these are keys of one mapping, and no items".to_owned()
                }
                _ => "write keys with values in place of the items, as `key: value`".to_owned(),
            })
        }
        Value::Scalar { text, plain } => Some(match scalar_type(text, *plain) {
            ScalarType::Null if is_item => "write its keys behind the dash, or remove the dash".to_owned(),
            ScalarType::Null => {
                "indent what belongs to it by two blanks more than the key, or remove the key".to_owned()
            }
            _ => {
                let Some(of) = of else {
                    let pair = pair(text).unwrap_or_else(|| "key: value".to_owned());
                    return Some(format!("write keys with values: `{{{pair}}}`"));
                };
                let word = text.split([' ', '=', '\n']).next().unwrap_or_default();
                match (of.1.iter().find(|field| **field == word && word.len() < text.len()), first(key, text)) {
                    (Some(field), _) => format!("write a colon and a blank behind `{field}`"),
                    _ if is_item => format!("write `{}`, with its other keys below that", named(key, text)),
                    (None, Some(first)) => format!("write keys with values, as in `{{{first}: {}}}`", shortened(text)),
                    (None, None) => format!("write keys with values below it; known here are {}", shapes::known(of)),
                }
            }
        }),
    }
}

/// The key of a mapping that a text in its place most likely has the value of.
fn first(key: Option<&str>, text: &str) -> Option<&'static str> {
    Some(match key? {
        "source" | "factory" if text.contains('/') => "repo",
        "images" => "name",
        "baseImages" => "image",
        "credentials" => "secret",
        "tags" if text.starts_with(|c: char| c.is_ascii_alphabetic()) => "strategy",
        "tags" => "constraint",
        "analysis" => "mode",
        "retry" => "timeout",
        _ => return None,
    })
}

/// The first key of an item with its value.
fn named(key: Option<&str>, text: &str) -> String {
    let quote = if text.contains([':', ' ']) { "\"" } else { "" };
    // The document may be a list of images.
    format!("{}: {quote}{}{quote}", first(key, text).unwrap_or("name"), shortened(text))
}

/// What to say of a key that belongs to another mapping than the one of this struct that it stands in; `under` is the key that
/// this one stands under, if any. `before` says whether a key stands before it.
pub(super) fn elsewhere(
    of: &str,
    under: Option<&str>,
    key: &str,
    mut before: impl FnMut(&str) -> Option<usize>,
) -> Option<String> {
    let homes = shapes::below(of, key);
    let nearest = homes
        .iter()
        .filter_map(|home| Some((before(&home.first()?.key)?, home)))
        .max_by_key(|(at, home)| (*at, std::cmp::Reverse(home.len())));
    if let Some((_, home)) = nearest {
        let (place, above) = (words(home), home.first().map_or("", |step| step.key.as_str()));
        return Some(match &home[..] {
            [step] if !step.is_list => {
                format!("`{key}` is a key of {place}: indent it by two blanks more than `{above}`")
            }
            _ => format!("`{key}` is a key of {place}: write it below that, indented"),
        });
    }
    let all = |homes: &[Home]| {
        let fewest = homes.first().map_or(0, Vec::len);
        list(&homes.iter().take_while(|home| home.len() == fewest).map(|home| words(home)).collect::<Vec<_>>())
            .replace(" and ", " or ")
    };
    if !homes.is_empty() {
        return Some(format!("`{key}` is a key of {}: write it below that, indented", all(&homes)));
    }
    if let Some(under) = under.filter(|under| shapes::is_beside(of, under, key)) {
        return Some(format!("`{key}` stands beside `{under}`: write it in the column of that"));
    }
    let homes = shapes::anywhere(key);
    Some(match homes.first()? {
        home if home.is_empty() => {
            format!("`{key}` is a key of the whole file: write it beside `images`, without indentation")
        }
        _ => format!("`{key}` is a key of {}: write it there", all(&homes)),
    })
}

/// `source` of an item of `images`.
fn words(home: &[super::shapes::Step]) -> String {
    let steps =
        home.iter().rev().map(|step| format!("{}`{}`", if step.is_list { "an item of " } else { "" }, step.key));
    steps.collect::<Vec<_>>().join(" of ")
}

/// A scalar as it is to be written, where text may be needed.
fn written(node: &Node<'_>, needs_text: bool) -> Option<String> {
    let (text, Value::Scalar { plain, .. }) = (scalar(node)?, &node.value) else { return None };
    let is_text = scalar_type(text, *plain) == ScalarType::Text;
    Some(if is_text || !needs_text { text.to_owned() } else { format!("\"{text}\"") })
}

fn scalar<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    match &node.value {
        Value::Scalar { text, .. } if !text.is_empty() => Some(text),
        _ => None,
    }
}
