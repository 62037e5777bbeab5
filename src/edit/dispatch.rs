//! `workflow_dispatch` among the events of a workflow, and inputs among those that it takes.

use super::insert::Entries;
use super::plan::Reading;
use super::style::style_of;
use super::text::{Splice, splice};
use super::tree::is_the_same;
use crate::source::{FileId, SourceFile, secret};
use crate::yaml::{Collection, Entry, Kind, Node, Piece, Value};

const EVENT: &str = "workflow_dispatch";
const INPUTS: &str = "inputs";

/// The way to the inputs.
const WAY: [&str; 3] = ["on", EVENT, INPUTS];

/// The text of a workflow that takes a dispatch with these inputs: each is an entry of a mapping, as in `reason: {type: string}`.
/// `workflow_dispatch` comes behind the other events, and inputs behind those that are there; an input of that name in any case
/// stays as it is. All events, keys and comments stay. `None` where nothing is lacking, where it cannot be done safely, as with a
/// list behind an alias or with comments in brackets, and where the text has problems of its own.
pub fn add_dispatch(file: &SourceFile, id: FileId, inputs: &[String]) -> Option<String> {
    if inputs.iter().any(|input| secret::is_masked(input)) {
        return None;
    }
    let all = SourceFile::new("", format!("{{{}}}", inputs.join(", ")));
    let all = Reading::of(&all, id)?;
    let old = Reading::of(file, id)?;
    let (root, piece) = old.root.as_ref().zip(old.layout.root.as_ref())?;
    let on = find(&old, (root, piece), WAY[0])?;
    let there = declared(on.value);
    let lacking = |name: &str| !there.iter().flatten().any(|there| there.eq_ignore_ascii_case(name));
    let declarations = pairs(all.root.as_ref()?)?;
    let rows: Vec<usize> = (0..declarations.len())
        .filter(|row| declarations.get(*row).and_then(|(name, _)| word(name)).is_some_and(lacking))
        .collect();
    let new = New {
        old: &old,
        inputs: rows.iter().filter_map(|row| inputs.get(*row).map(String::as_str)).collect(),
        step: style_of(&old).step,
    };
    if new.inputs.is_empty() && there.is_some() {
        return None;
    }
    let text = SourceFile::new("", splice(old.text, new.splices(&on)?)?);
    let read = Reading::of(&text, id)?;
    let wanted: Vec<&Pair<'_>> = rows.iter().filter_map(|row| declarations.get(*row)).collect();
    let is_right = comments(&old) == comments(&read) && is_grown(Some(root), read.root.as_ref()?, &WAY, &wanted);
    is_right.then(|| read.text.to_owned())
}

type Pair<'a> = (Node<'a>, Node<'a>);

fn word<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    if let Value::Scalar { text, .. } = &node.value { Some(text) } else { None }
}

fn pairs<'n, 'a>(node: &'n Node<'a>) -> Option<&'n [Pair<'a>]> {
    if let Value::Mapping(pairs) = &node.value { Some(pairs) } else { None }
}

fn value<'n, 'a>(node: &'n Node<'a>, name: &str) -> Option<&'n Node<'a>> {
    pairs(node)?.iter().find(|(key, _)| word(key) == Some(name)).map(|(_, value)| value)
}

/// The names of the inputs that are declared; `None` if the event is not there.
fn declared<'n>(on: &'n Node<'_>) -> Option<Vec<&'n str>> {
    let is_named = match &on.value {
        Value::Scalar { .. } => word(on) == Some(EVENT),
        Value::Sequence(items) => items.iter().any(|item| word(item) == Some(EVENT)),
        Value::Mapping(_) => value(on, EVENT).is_some(),
    };
    let inputs = value(on, EVENT).and_then(|event| pairs(value(event, INPUTS)?)).unwrap_or_default();
    is_named.then(|| inputs.iter().filter_map(|(name, _)| word(name)).collect())
}

/// A key that is in the text itself.
#[derive(Clone, Copy)]
struct Found<'r, 'a> {
    /// The mapping that it is in.
    around: &'r Collection,
    entry: &'r Entry,
    value: &'r Node<'a>,
}

fn find<'r, 'a>(old: &'r Reading<'a>, (node, piece): (&'r Node<'a>, &Piece), name: &str) -> Option<Found<'r, 'a>> {
    let pairs = pairs(node)?;
    let number = pairs.iter().position(|(key, _)| word(key) == Some(name))?;
    let around = old.layout.collection(piece)?;
    let entry = around.entries.iter().filter(|entry| !entry.is_merge(old.text)).nth(number)?;
    Some(Found { around, entry, value: &pairs.get(number)?.1 })
}

/// What is written.
struct New<'r, 'a> {
    old: &'r Reading<'a>,
    /// The inputs that are lacking.
    inputs: Vec<&'r str>,
    /// How much deeper the keys of a mapping stand than its own.
    step: usize,
}

impl New<'_, '_> {
    fn splices(&self, on: &Found<'_, '_>) -> Option<Vec<Splice>> {
        let mut at = *on;
        for level in 1..=WAY.len() {
            let piece = &at.entry.value;
            if !piece.properties.is_empty() {
                return None;
            }
            if at.value.value.is_null() && level > 1 {
                return Some(vec![self.entries(level).under(self.old, (at.around, at.entry), self.step)?]);
            }
            if pairs(at.value).is_none() {
                return (level == 1).then(|| self.in_place_of_names(&at)).flatten();
            }
            let name = WAY.get(level).copied();
            match name.and_then(|name| find(self.old, (at.value, piece), name)) {
                Some(found) => at = found,
                None if name.is_some_and(|name| value(at.value, name).is_some()) => return None,
                None => {
                    let mapping = self.old.layout.collection(piece)?;
                    return Some(vec![self.entries(level).behind(self.old, (mapping, piece), &[])?]);
                }
            }
        }
        None
    }

    /// What is lacking from a level of the way on.
    fn entries(&self, level: usize) -> Entries<impl Fn(usize) -> Vec<String>> {
        Entries { flow: self.flow(level), block: move |column| self.block(level, column) }
    }

    /// The same in one line.
    fn flow(&self, level: usize) -> String {
        let inputs = self.inputs.join(", ");
        match WAY.get(level) {
            Some(name) if inputs.is_empty() => format!("{name}: null"),
            Some(name) => format!("{name}: {{{}}}", self.flow(level + 1)),
            None => inputs,
        }
    }

    /// The same in lines of their own.
    fn block(&self, level: usize, column: usize) -> Vec<String> {
        let Some(name) = WAY.get(level) else {
            return self.inputs.iter().map(|input| format!("{:column$}{input}", "")).collect();
        };
        let below = if self.inputs.is_empty() { Vec::new() } else { self.block(level + 1, column + self.step) };
        std::iter::once(format!("{:column$}{name}:", "")).chain(below).collect()
    }

    /// A mapping of the events that are a word or a list of words.
    fn in_place_of_names(&self, on: &Found<'_, '_>) -> Option<Vec<Splice>> {
        let value = &on.entry.value;
        let events: Vec<&str> = match &on.value.value {
            Value::Sequence(items) => items.iter().map(word).collect::<Option<_>>()?,
            _ => vec![word(on.value)?],
        };
        let is_new = !events.contains(&EVENT);
        let list = self.old.layout.collection(value);
        if let Some(list) = list.filter(|list| !list.is_flow) {
            return self.in_place_of_dashes(on, list, is_new);
        }
        let is_word = matches!(value.kind, Kind::Plain | Kind::Quoted) && !value.span.is_empty();
        if !(is_word || list.is_some()) || !self.old.layout.comments_in(&value.span).is_empty() {
            return None;
        }
        let event = |name: &&str| if *name == EVENT { self.flow(1) } else { format!("{name}: null") };
        let mut all: Vec<String> = events.iter().map(event).collect();
        all.extend(is_new.then(|| self.flow(1)));
        Some(vec![(value.span.clone(), format!("{{{}}}", all.join(", ")))])
    }

    fn in_place_of_dashes(&self, on: &Found<'_, '_>, list: &Collection, is_new: bool) -> Option<Vec<Splice>> {
        let mut splices = Vec::new();
        let key_column = self.old.lines.column(on.entry.key.as_ref()?.span.start);
        let (mut column, mut end) = (0, 0);
        for item in &list.entries {
            let (dash, value) = (item.dash()?, &item.value);
            if !value.properties.is_empty() {
                return None;
            }
            // Items may stand in the column of their key, where keys may not.
            let pad = if self.old.lines.column(dash) > key_column { 0 } else { self.step };
            (column, end) = (self.old.lines.column(dash) + pad, value.span.end);
            splices.push((dash..value.span.start, " ".repeat(pad)));
            splices.push((end..end, ":".to_owned()));
            if self.old.text.get(value.span.clone())?.trim_matches(['"', '\'']) == EVENT {
                splices.push(self.entries(2).below(self.old, end, column + self.step));
            }
        }
        splices.extend(is_new.then(|| self.entries(1).below(self.old, end, column)));
        Some(splices)
    }
}

fn comments<'r>(reading: &'r Reading<'_>) -> Vec<&'r str> {
    reading.layout.comments.iter().filter_map(|at| reading.text.get(at.clone())).collect()
}

/// The proof: whether the second tree is the first with these entries more at the end of the way. What stands on the way and was
/// not there is new, and events that were words are keys without a value.
fn is_grown(old: Option<&Node<'_>>, new: &Node<'_>, way: &[&str], wanted: &[&Pair<'_>]) -> bool {
    let nothing = old.is_none_or(|old| old.value.is_null());
    if old.is_none() && wanted.is_empty() && new.value.is_null() {
        return true;
    }
    let before: Vec<(&Node<'_>, Option<&Node<'_>>)> = match old.map(|old| (old, &old.value)) {
        _ if nothing => Vec::new(),
        Some((_, Value::Mapping(pairs))) => pairs.iter().map(|(key, value)| (key, Some(value))).collect(),
        Some((_, Value::Sequence(items))) if way.first() == Some(&EVENT) => {
            items.iter().map(|item| (item, None)).collect()
        }
        Some((old, Value::Scalar { .. })) if way.first() == Some(&EVENT) => vec![(old, None)],
        _ => return false,
    };
    let Some(after) = pairs(new) else { return false };
    let Some((stays, more)) = after.split_at_checked(before.len()) else { return false };
    let step = way.split_first();
    let is_next = |key: &Node<'_>| step.is_some_and(|(name, _)| word(key) == Some(*name));
    let stays = before.iter().zip(stays).all(|((key, value), (new_key, new_value))| {
        let is_key = word(key).is_some_and(|key| word(new_key) == Some(key)) || is_the_same(key, new_key);
        is_key
            && match (step, value) {
                (Some((_, rest)), value) if is_next(key) => is_grown(*value, new_value, rest, wanted),
                (_, Some(value)) => is_the_same(value, new_value),
                (_, None) => new_value.value.is_null(),
            }
    });
    stays
        && match step {
            Some(_) if before.iter().any(|(key, _)| is_next(key)) => more.is_empty(),
            Some((_, rest)) => matches!(more, [(key, value)] if is_next(key) && is_grown(None, value, rest, wanted)),
            None => {
                more.len() == wanted.len()
                    && more.iter().zip(wanted).all(|((key, value), (wanted, declared))| {
                        is_the_same(key, wanted) && is_the_same(value, declared)
                    })
            }
        }
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
    fn a_dispatch_takes_the_inputs_that_it_lacks() {
        let flow = "inputs: {a: {type: string}, b: {type: string}}";
        let block = |column: usize| {
            let pad = " ".repeat(column);
            format!("{pad}inputs:\n{pad}  a: {{type: string}}\n{pad}  b: {{type: string}}\n")
        };
        let b = "b: {type: string}";
        for (before, after) in [
            ("on: workflow_dispatch # c\n", format!("on: {{workflow_dispatch: {{{flow}}}}} # c\n")),
            (
                "on: [workflow_dispatch, push] # c\n",
                format!("on: {{workflow_dispatch: {{{flow}}}, push: null}} # c\n"),
            ),
            (
                "on:\n- workflow_dispatch # c\n- push # d\n",
                format!("on:\n  workflow_dispatch: # c\n{}  push: # d\n", block(4)),
            ),
            (
                "on:\n  workflow_dispatch: # c\n  # d\n  push:\n",
                format!("on:\n  workflow_dispatch: # c\n{}  # d\n  push:\n", block(4)),
            ),
            ("on:\n  workflow_dispatch: ~ # c\n", format!("on:\n  workflow_dispatch: {{{flow}}} # c\n")),
            ("on: {workflow_dispatch: , push: }\n", format!("on: {{workflow_dispatch: {{{flow}}} , push: }}\n")),
            ("on: {workflow_dispatch}\n", format!("on: {{workflow_dispatch: {{{flow}}}}}\n")),
            ("on:\n  workflow_dispatch: {}\n", format!("on:\n  workflow_dispatch: {{{flow}}}\n")),
            (
                "on:\n    workflow_dispatch:\n        inputs: # c\n",
                "on:\n    workflow_dispatch:\n        inputs: # c\n            a: {type: string}\n            b: {type: string}\n"
                    .to_owned(),
            ),
            (
                "on:\n  workflow_dispatch:\n    inputs: {A: {default: x}} # c\n",
                format!("on:\n  workflow_dispatch:\n    inputs: {{A: {{default: x}}, {b}}} # c\n"),
            ),
            (
                "on:\n  workflow_dispatch:\n    inputs:\n      # of a\n      a: # c\n        description: |\n          x\n    # d\njobs: {}\n",
                format!("on:\n  workflow_dispatch:\n    inputs:\n      # of a\n      a: # c\n        description: |\n          x\n      {b}\n    # d\njobs: {{}}\n"),
            ),
            (
                "on: {push: null, workflow_dispatch: {inputs: {}}}",
                format!("on: {{push: null, workflow_dispatch: {{{flow}}}}}"),
            ),
            ("on: {workflow_dispatch: {inputs: null}}", format!("on: {{workflow_dispatch: {{{flow}}}}}")),
        ] {
            assert_eq!(added(before), Some(after), "{before}");
        }
    }

    #[test]
    fn what_is_there_already_stays() {
        for text in [
            "on: {workflow_dispatch: {inputs: {a: , b: }}}\n",
            "on:\n  workflow_dispatch:\n    inputs:\n      B: {}\n      A: {}\n",
        ] {
            assert_eq!(added(text), None, "{text}");
        }
    }

    #[test]
    fn a_dispatch_without_inputs_is_an_event_alone() {
        let with = |text: &str| {
            let mut sources = Sources::new();
            let id = sources.add(SourceFile::new("w.yml", text));
            add_dispatch(sources.file(id), id, &[])
        };
        assert_eq!(with("on:\n  push:\n").as_deref(), Some("on:\n  push:\n  workflow_dispatch:\n"));
        assert_eq!(with("on: push\n").as_deref(), Some("on: {push: null, workflow_dispatch: null}\n"));
        assert_eq!(with("on: workflow_dispatch\n"), None);
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
            "on:\n- &a push\n",
            "x: &x {type: string}\non: {workflow_dispatch: {inputs: {<<: {c: *x}}}}\n",
            "x: &x {c: {}}\non: {workflow_dispatch: {inputs: *x}}\n",
            "on: {workflow_dispatch: {inputs: [c]}}\n",
            "on: {workflow_dispatch: yes please}\n",
            "on: {workflow_dispatch: { # c\n  }}\n",
            "on: [\n",
            "",
        ] {
            assert_eq!(added(text), None, "{text}");
        }
    }
}
