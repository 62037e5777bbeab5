//! Manifests as their readers see them: YAML, then what stands in its texts.
//!
//! | text | becomes |
//! |---|---|
//! | `url` | origin, path, query, each percent-decoded |
//! | `body`, and the argument of an analysis | the JSON in it |
//! | expressions, and what Kargo looks for some in | code, and the strings in it as expr-lang reads them |
//! | all others | themselves |

use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// All documents of a text, by kind and name.
pub(crate) fn manifests(text: &str) -> Value {
    let mut out = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let mut value = Value::deserialize(document).unwrap();
        let steps = value.pointer_mut("/spec/promotionTemplate/spec");
        if let Some(spec) = steps {
            *spec = decoded(spec, "");
        }
        if let Some(receivers) = value.pointer_mut("/spec/webhookReceivers") {
            *receivers = decoded(receivers, "");
        }
        if let Some(arguments) = value.pointer_mut("/spec/verification/args") {
            for argument in arguments.as_array_mut().unwrap() {
                let text = argument["value"].as_str().unwrap();
                // Kargo evaluates it, Argo Rollouts quotes it and may look for its arguments, Kubernetes for variables.
                assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'$'), "{text}");
                assert!(!text.contains("{{"), "{text}");
                argument["value"] = serde_json::from_str(text).unwrap();
            }
        }
        out.push(value);
    }
    // Names sort differently with another value.
    Value::Array(out)
}

/// A part of a Promotion's template: Kargo evaluates its texts.
fn decoded(value: &Value, key: &str) -> Value {
    match value {
        Value::Object(map) => {
            let name = |name| if key == "headers" { "header" } else { name };
            map.iter().map(|(key, value)| (key.clone(), decoded(value, name(key)))).collect()
        }
        Value::Array(items) => items.iter().map(|item| decoded(item, key)).collect(),
        Value::String(text) => match key {
            "url" if text.starts_with("${{") => evaluated(text, false),
            // The last part of an address may be known only as the step runs.
            "url" => url(fixed(text.split_once("/${{ outputs.").map_or(text, |(known, _)| known))),
            "body" => body(text),
            // `value` is that of a variable; that of a header is no code around its expressions.
            "if" | "successExpression" | "failureExpression" | "errorExpression" | "whenExpression" | "value" => {
                evaluated(text, true)
            }
            _ => evaluated(text, false),
        },
        other => other.clone(),
    }
}

/// What is sent: JSON, or a text of one's own; a trigger token of GitLab stands in it as an expression in quotes.
fn body(text: &str) -> Value {
    let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).filter(|text| text.starts_with('{'));
    let Some((before, rest)) = quoted.and_then(|text| text.split_once("${{")) else {
        return serde_json::from_str(fixed(quoted.unwrap_or(text))).unwrap_or_else(|_| json!(text));
    };
    let (first, behind) = rest.split_once("}}").unwrap();
    if !first.contains("secret(") {
        return serde_json::from_str(fixed(&without_texts(text))).unwrap();
    }
    let mut value: Value = serde_json::from_str(fixed(&format!("{before}{behind}"))).unwrap();
    value["token"] = json!({"evaluated": strings(first)});
    value
}

/// The body of a notification with a fixed text in place of those that are put in; any other as it is.
fn without_texts(body: &str) -> String {
    let Some(quoted) = body.strip_prefix('"').and_then(|body| body.strip_suffix('"')) else { return body.to_owned() };
    let (mut out, mut rest) = (String::new(), quoted);
    while let Some((before, behind)) = rest.split_once("${{ ") {
        let (expression, behind) = behind.split_once(" }}").unwrap();
        out.push_str(before);
        let is_whole = expression.starts_with("toJSON(") && expression.ends_with(')');
        out.push_str(if is_whole { "\"put in\"" } else { "put in" });
        rest = behind;
    }
    out + rest
}

/// A text in which Kargo finds nothing to evaluate.
fn fixed(text: &str) -> &str {
    assert!(!text.contains("${{") && !text.contains("${%"), "{text}");
    text
}

/// Splits at Kargo's delimiters, the first of which closes; `code` says whether what is around them is of the language too.
fn evaluated(text: &str, code: bool) -> Value {
    let around = |text: &str| if code { strings(text) } else { vec![json!(text)] };
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((start, close)) = first_delimiter(rest) {
        let inner = &rest[start + 3..];
        let end = inner.find(close).unwrap_or_else(|| panic!("not closed: {text}"));
        parts.extend(around(&rest[..start]));
        parts.push(json!({"evaluated": strings(&inner[..end])}));
        rest = &inner[end + 2..];
    }
    parts.extend(around(rest));
    parts.retain(|part| part != "");
    // A text alone is that text.
    if let [Value::String(_)] = parts.as_slice() { parts.remove(0) } else { Value::Array(parts) }
}

/// Where the first delimiter of Kargo is, and what closes it.
fn first_delimiter(text: &str) -> Option<(usize, &'static str)> {
    let found = [("${{", "}}"), ("${%", "%}")].map(|(open, close)| text.find(open).map(|start| (start, close)));
    found.into_iter().flatten().min()
}

/// Code and the strings in it, unquoted as expr-lang does (`parser/lexer`, `unescape`).
fn strings(code: &str) -> Vec<Value> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        if c != '"' && c != '\'' {
            assert!(c != '`', "a raw string: {code}");
            plain.push(c);
            continue;
        }
        parts.push(json!(std::mem::take(&mut plain)));
        let mut text = String::new();
        loop {
            match chars.next().unwrap_or_else(|| panic!("a string without an end: {code}")) {
                end if end == c => break,
                '\n' => panic!("a string over two lines: {code}"),
                '\\' => text.push(match chars.next().unwrap() {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'u' => hexadecimal(&mut chars, 4),
                    'x' => hexadecimal(&mut chars, 2),
                    same @ ('"' | '\'' | '\\') => same,
                    other => panic!("an escape that the language does not know: {other:?} in {code}"),
                }),
                other => text.push(other),
            }
        }
        parts.push(json!({"string": text}));
    }
    parts.push(json!(plain));
    parts.retain(|part| part != "");
    parts
}

fn hexadecimal(chars: &mut std::str::Chars<'_>, digits: usize) -> char {
    let text: String = chars.take(digits).collect();
    char::from_u32(u32::from_str_radix(&text, 16).unwrap()).unwrap()
}

/// An address in its parts. A slash that was encoded is marked, so that it is not taken for one between two segments.
fn url(text: &str) -> Value {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&b);
    assert!(text.bytes().all(allowed), "{text}");
    let (text, fragment) = text.split_once('#').map_or((text, None), |(text, fragment)| (text, Some(fragment)));
    let (text, query) = text.split_once('?').map_or((text, None), |(text, query)| (text, Some(query)));
    let (scheme, rest) = text.split_once("://").unwrap();
    let (host, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
    let segments: Vec<String> = path
        .into_iter()
        .flat_map(|path| path.split('/'))
        .map(|segment| percent_decoded(segment).replace('/', "\u{1}/"))
        .collect();
    assert!(segments.iter().all(|segment| !matches!(segment.as_str(), "" | "." | "..")), "{text}");
    let query: serde_json::Map<String, Value> = query
        .into_iter()
        .flat_map(|query| query.split('&'))
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (percent_decoded(name), json!(percent_decoded(value))))
        .collect();
    json!({"scheme": scheme, "host": host, "path": segments.join("/"), "query": query, "fragment": fragment})
}

fn percent_decoded(text: &str) -> String {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
            out.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).unwrap()
}

/// The same with another value wherever one stands, in keys too.
pub(crate) fn with(value: &Value, harmless: &str, hostile: &str) -> Value {
    match value {
        Value::String(text) => json!(text.replace(harmless, hostile)),
        Value::Array(items) => items.iter().map(|item| with(item, harmless, hostile)).collect(),
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.replace(harmless, hostile), with(value, harmless, hostile))).collect()
        }
        other => other.clone(),
    }
}

/// Where a value stands, each place once: the kind of the object and the keys to it.
pub(crate) fn places(manifests: &Value, harmless: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for manifest in manifests.as_array().unwrap() {
        walk(manifest, manifest["kind"].as_str().unwrap(), harmless, &mut found);
    }
    found
}

fn walk(value: &Value, path: &str, harmless: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.contains(harmless) => {
            let path = path.replace(" spec promotionTemplate spec ", " ");
            let how = if text == harmless { "" } else { " (in a text)" };
            found.insert(format!("{path}{how}"));
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, &format!("{path}[]"), harmless, found)),
        Value::Object(map) => {
            for (key, value) in map {
                if key.contains(harmless) {
                    found.insert(format!("{path} ~"));
                }
                walk(value, &format!("{path} {key}"), harmless, found);
            }
        }
        _ => {}
    }
}

/// The first difference, if there is one.
pub(crate) fn difference(expected: &Value, found: &Value) -> Option<String> {
    if expected == found {
        return None;
    }
    let short = |value: &Value| value.to_string().chars().take(300).collect::<String>();
    match (expected, found) {
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => a.iter().zip(b).find_map(|(a, b)| difference(a, b)),
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() && a.keys().all(|key| b.contains_key(key)) => {
            a.iter().find_map(|(key, value)| difference(value, &b[key]).map(|why| format!("{key}: {why}")))
        }
        _ => Some(format!("expected {}\nfound {}", short(expected), short(found))),
    }
}
