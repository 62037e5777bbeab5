//! The options of `RUN --mount` and `RUN --device`: one line of comma-separated values.
//!
//! Mirrors `parseMount` and `ParseDevice` of `BuildKit` v0.34.2 frontend/dockerfile/instructions, as they run before
//! any variable is expanded: of a mount only `from` is looked at, of every type, and a variable in it is refused. Of
//! `dispatchRunMounts` only this: a cache without `from` is one from `scratch`.

use super::command::{Flag, RawInstruction};
use super::graph::SCRATCH;
use super::instruction::{Refusal, Word};
use super::text::lower;
use std::ops::Range;

/// The source that a mount names; of several the last. `flag` is the flag of the command whose value `mount` is.
pub(super) fn source(mount: &Word, command: &RawInstruction, flag: &Flag) -> Result<Option<Word>, Refusal> {
    let mut from = None;
    let mut cache = false;
    for field in fields(&mount.text).ok_or_else(|| malformed("mount", &mount.text))? {
        let Some((key, value)) = field.split_once('=') else { continue };
        match lower(key).as_str() {
            "from" => {}
            "type" => {
                cache = lower(value) == "cache";
                continue;
            }
            _ => continue,
        }
        let variable = value.find('$').is_some_and(|at| at + 1 != value.len());
        if variable {
            let place = place(mount, &field, value, command, flag);
            return Err(Refusal::Variable(Word { text: value.to_owned(), place }));
        }
        from = Some(field);
    }
    let word = from.as_deref().and_then(|field| {
        let (_, value) = field.split_once('=').filter(|(_, value)| !value.is_empty())?;
        Some(Word { text: value.to_owned(), place: place(mount, field, value, command, flag) })
    });
    let nowhere = || cache.then(|| Word { text: SCRATCH.to_owned(), place: mount.place.clone() });
    Ok(word.or_else(nowhere))
}

/// Checks a `--device`.
pub(super) fn device(text: &str) -> Result<(), Refusal> {
    let mut name = String::new();
    for field in fields(text).ok_or_else(|| malformed("device", text))? {
        let refused = || Err(Refusal::malformed(format!("`{field}` cannot be used in --device")));
        let pair = field.split_once('=').map(|(key, value)| (lower(key), value));
        match pair {
            None if lower(&field) == "required" => {}
            Some((key, value)) if key == "name" => {
                if !name.is_empty() {
                    return refused();
                }
                value.clone_into(&mut name);
            }
            Some((key, value)) if key == "required" => {
                if !matches!(
                    value,
                    "1" | "t" | "T" | "TRUE" | "true" | "True" | "0" | "f" | "F" | "FALSE" | "false" | "False"
                ) {
                    return refused();
                }
            }
            _ if name.is_empty() => name.clone_from(&field),
            _ => return refused(),
        }
    }
    Ok(())
}

fn malformed(flag: &str, text: &str) -> Refusal {
    Refusal::malformed(format!("`{text}` is no list of comma-separated values for --{flag}"))
}

/// The place of a source: its own when the flag stands in the file as it is read, else the flag's.
fn place(mount: &Word, field: &str, value: &str, command: &RawInstruction, flag: &Flag) -> Range<usize> {
    let plain = command.line.text[flag.range.clone()].ends_with(&mount.text) && !mount.text.contains('"');
    let Some(at) = mount.text.find(field).filter(|_| plain) else { return mount.place.clone() };
    let end = flag.range.end - mount.text.len() + at + field.len();
    command.line.place(end - value.len()..end)
}

/// Splits one line of CSV as github.com/tonistiigi/go-csvvalue does; none when it is malformed or empty.
fn fields(line: &str) -> Option<Vec<String>> {
    if line.is_empty() {
        return None;
    }
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let Some(mut quoted) = rest.strip_prefix('"') else {
            let (field, after) = match rest.split_once(',') {
                Some((field, after)) => (field, Some(after)),
                None => (rest, None),
            };
            if field.contains('"') {
                return None;
            }
            fields.push(field.to_owned());
            match after {
                Some(after) => rest = after,
                None => return Some(fields),
            }
            continue;
        };
        let mut field = String::new();
        loop {
            let (part, after) = quoted.split_once('"')?;
            field += part;
            if let Some(after) = after.strip_prefix('"') {
                field.push('"');
                quoted = after;
            } else if let Some(after) = after.strip_prefix(',') {
                rest = after;
                fields.push(field);
                break;
            } else if after.is_empty() {
                fields.push(field);
                return Some(fields);
            } else {
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_split_as_csv() {
        let some = |list: &[&str]| Some(list.iter().map(|&text| text.to_owned()).collect::<Vec<_>>());
        assert_eq!(fields("a,b=c,"), some(&["a", "b=c", ""]));
        assert_eq!(fields(r#""a,b","c""d""#), some(&["a,b", "c\"d"]));
        assert_eq!(fields(r#"a"b"#), None);
        assert_eq!(fields(r#""a"b"#), None);
        assert_eq!(fields(r#""a"#), None);
        assert_eq!(fields(""), None);
    }
}
