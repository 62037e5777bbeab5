//! `workflow_dispatch` among the events of a workflow.

use super::plan::Reading;
use super::text::{Splice, splice};
use super::tree::is_the_same;
use crate::source::{FileId, SourceFile};
use crate::yaml::{Entry, Kind, Node, ScalarType, Value, scalar_type};

/// The event.
const EVENT: &str = "workflow_dispatch";

/// The text of a workflow with `workflow_dispatch` as one more event, which takes these inputs: each is an entry of a mapping, as in
/// `reason: {type: string}`. All events, keys and comments stay. `None` where that cannot be done safely, as with a list behind an
/// alias or with comments in brackets, and where the text has problems of its own.
pub fn add_dispatch(file: &SourceFile, id: FileId, inputs: &[String]) -> Option<String> {
    let old = Reading::of(file, id)?;
    let (root, piece) = old.root.as_ref().zip(old.layout.root.as_ref())?;
    let Value::Mapping(pairs) = &root.value else { return None };
    let number = pairs.iter().position(|(key, _)| word(key) == Some("on"))?;
    let entries = &old.layout.collection(piece)?.entries;
    let entry = entries.iter().filter(|entry| !entry.is_merge(old.text)).nth(number)?;
    if !entry.value.properties.is_empty() {
        return None;
    }
    let (_, events) = pairs.get(number)?;
    let new = SourceFile::new("", splice(old.text, splices(&old, entry, events, inputs)?)?);
    let new = Reading::of(&new, id)?;
    is_right(&old, &new, number, inputs.len()).then(|| new.text.to_owned())
}

fn word<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    if let Value::Scalar { text, .. } = &node.value { Some(text) } else { None }
}

fn splices(old: &Reading<'_>, entry: &Entry, events: &Node<'_>, inputs: &[String]) -> Option<Vec<Splice>> {
    let span = entry.value.span.clone();
    let flow = format!("{EVENT}: {{inputs: {{{}}}}}", inputs.join(", "));
    let in_braces = |names: &[&str]| {
        let others: String = names.iter().flat_map(|name| [*name, ": null, "]).collect();
        vec![(span.clone(), format!("{{{others}{flow}}}"))]
    };
    let Some(collection) = old.layout.collection(&entry.value) else {
        let is_word = matches!(entry.value.kind, Kind::Plain | Kind::Quoted) && !span.is_empty();
        return is_word.then(|| Some(in_braces(&[word(events)?]))).flatten();
    };
    let last = collection.entries.last()?;
    let key_column = old.lines.column(entry.key.as_ref()?.span.start);
    match (&events.value, collection.is_flow) {
        (Value::Sequence(items), true) => {
            let names: Vec<&str> = items.iter().map(word).collect::<Option<_>>()?;
            old.layout.comments_in(&span).is_empty().then(|| in_braces(&names))
        }
        (Value::Mapping(_), true) => {
            let end = last.span(old.text)?.end;
            Some(vec![(end..end, format!(", {flow}"))])
        }
        (Value::Mapping(_), false) => {
            let column = old.lines.column(collection.entries.first()?.key.as_ref()?.span.start);
            Some(vec![below(old, last.span(old.text)?.end, column, inputs)])
        }
        (Value::Sequence(_), false) => {
            let mut splices = Vec::new();
            let mut column = 0;
            for item in &collection.entries {
                let dash = item.dash()?;
                // Items may stand in the column of their key, where keys may not.
                let pad = if old.lines.column(dash) > key_column { "" } else { "  " };
                column = old.lines.column(dash) + pad.len();
                splices.push((dash..item.value.span.start, pad.to_owned()));
                splices.push((item.value.span.end..item.value.span.end, ":".to_owned()));
            }
            splices.push(below(old, last.value.span.end, column, inputs));
            Some(splices)
        }
        _ => None,
    }
}

/// The event in lines of its own, below the line that a byte is in.
fn below(old: &Reading<'_>, at: usize, column: usize, inputs: &[String]) -> Splice {
    let newline = old.lines.newline;
    let mut text = format!("{newline}{:column$}{EVENT}:{newline}{:column$}  inputs:", "", "");
    for input in inputs {
        text.extend([newline, " ".repeat(column).as_str(), "    ", input]);
    }
    let end = old.lines.end(at.saturating_sub(1));
    (end..end, text)
}

/// The proof: every comment and every key is as it was, and `on` has one event more.
fn is_right(old: &Reading<'_>, new: &Reading<'_>, number: usize, inputs: usize) -> bool {
    let comments = |reading: &Reading<'_>| -> Vec<String> {
        reading.layout.comments.iter().filter_map(|at| reading.text.get(at.clone()).map(str::to_owned)).collect()
    };
    let (Some(Value::Mapping(before)), Some(Value::Mapping(after))) =
        (old.root.as_ref().map(|root| &root.value), new.root.as_ref().map(|root| &root.value))
    else {
        return false;
    };
    before.len() == after.len()
        && comments(old) == comments(new)
        && before.iter().zip(after.iter()).enumerate().all(|(index, ((key, value), (new_key, new_value)))| {
            is_the_same(key, new_key)
                && if index == number { has_one_more(value, new_value, inputs) } else { is_the_same(value, new_value) }
        })
}

fn has_one_more(old: &Node<'_>, new: &Node<'_>, inputs: usize) -> bool {
    let Value::Mapping(new) = &new.value else { return false };
    let Some(((event, dispatch), others)) = new.split_last() else { return false };
    let is_null = |node: &Node<'_>| matches!(&node.value, Value::Scalar { text, plain } if scalar_type(text, *plain) == ScalarType::Null);
    let named = |names: &[&Node<'_>]| {
        names.len() == others.len()
            && names.iter().zip(others).all(|(name, (key, value))| word(name) == word(key) && is_null(value))
    };
    let stays = match &old.value {
        Value::Scalar { .. } => named(&[old]),
        Value::Sequence(items) => named(&items.iter().collect::<Vec<_>>()),
        Value::Mapping(pairs) => {
            pairs.len() == others.len()
                && pairs.iter().zip(others).all(|((key, value), (new_key, new_value))| {
                    is_the_same(key, new_key) && is_the_same(value, new_value)
                })
        }
    };
    let declared = match &dispatch.value {
        Value::Mapping(pairs) => match pairs.as_slice() {
            [(key, Node { value: Value::Mapping(all), .. })] => word(key) == Some("inputs") && all.len() == inputs,
            _ => false,
        },
        _ => false,
    };
    stays && word(event) == Some(EVENT) && declared
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn added(text: &str) -> Option<String> {
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new("w.yml", text));
        add_dispatch(sources.file(id), id, &["a: {type: string}".to_owned(), "b: {type: string}".to_owned()])
    }

    #[test]
    fn each_shape_of_on_takes_one_more_event_and_keeps_its_comments() {
        let flow = "workflow_dispatch: {inputs: {a: {type: string}, b: {type: string}}}";
        let block = "  workflow_dispatch:\n    inputs:\n      a: {type: string}\n      b: {type: string}\n";
        for (before, after) in [
            ("on: push # c\njobs: {} # d\n", format!("on: {{push: null, {flow}}} # c\njobs: {{}} # d\n")),
            (
                "name: x\n\"on\": [push, 'release'] # c\n",
                format!("name: x\n\"on\": {{push: null, release: null, {flow}}} # c\n"),
            ),
            ("on: {push: {branches: [main]}} # c\n", format!("on: {{push: {{branches: [main]}}, {flow}}} # c\n")),
            (
                "# top\non:\n  # why\n  push:\n    branches: [main] # c\n# jobs\njobs: {}\n",
                format!("# top\non:\n  # why\n  push:\n    branches: [main] # c\n{block}# jobs\njobs: {{}}\n"),
            ),
            ("on:\n  push: # c\n\njobs: {}\n", format!("on:\n  push: # c\n{block}\njobs: {{}}\n")),
            ("on:\n- push # c\n- release\njobs: {}\n", format!("on:\n  push: # c\n  release:\n{block}jobs: {{}}\n")),
            ("on:\n  - push\n  - release", format!("on:\n  push:\n  release:\n{}", block.trim_end())),
            ("on:\r\n  push:\r\n", format!("on:\n  push:\n{block}").replace('\n', "\r\n")),
        ] {
            assert_eq!(added(before), Some(after), "{before}");
        }
    }

    #[test]
    fn what_cannot_be_edited_safely_stays() {
        for text in [
            "jobs: {}\n",
            "on:\njobs: {}\n",
            "a: &a [push]\non: *a\n",
            "on: [push, # c\n  release]\n",
            "on: &a push\nb: *a\n",
            "on: push\non: release\n",
            "on: [\n",
            "",
        ] {
            assert_eq!(added(text), None, "{text}");
        }
    }
}
