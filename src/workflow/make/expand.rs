//! References to variables and functions, to texts.

use super::read::Makefile;
use crate::workflow::script::Shell;
use crate::workflow::value::{Text, Unknown, Why, closing};
use std::collections::BTreeMap;

/// References within references, and variables that lead to each other.
const MAX_DEPTH: usize = 24;

/// The longest text that is put together, in bytes: `$(A:%=$(A))` squares one.
pub(super) const MAX_VALUE: usize = 64 << 10;

/// References that are worked out in one run of make. `STEP` bytes of a text count as one more, so that values that double
/// from line to line end.
const MAX_STEPS: usize = 50_000;

/// Bytes of a text that count as a step.
pub(super) const STEP: usize = 16;

/// Variables of one rule or call, as `$@` and `$1`.
#[derive(Clone, Debug, Default)]
pub(super) struct Automatic(BTreeMap<String, Text>);

impl Automatic {
    pub(super) fn of(target: &str, stem: &str, prerequisites: &[Text]) -> Self {
        let first = prerequisites.first().cloned().unwrap_or_default();
        let all = spaced(prerequisites);
        let mut names = BTreeMap::from([
            ("@".to_owned(), Text::from(target)),
            ("*".to_owned(), Text::from(stem)),
            ("<".to_owned(), first),
            ("^".to_owned(), all.clone()),
            ("+".to_owned(), all),
        ]);
        for sign in ["@", "*", "<"] {
            let path = names.get(sign).cloned().unwrap_or_default();
            let (folder, name) = split_path(&path);
            let folder = folder.marked().trim_end_matches('/').to_owned();
            names.insert(format!("{sign}D"), Text::from(if folder.is_empty() { ".".to_owned() } else { folder }));
            names.insert(format!("{sign}F"), name);
        }
        Self(names)
    }
}

/// The words of a text.
pub(super) fn words(text: &Text) -> Vec<Text> {
    text.split(char::is_whitespace).into_iter().filter(|word| !word.is_empty()).collect()
}

fn spaced(words: &[Text]) -> Text {
    crate::workflow::script::spaced(words)
}

/// A prerequisite with the stem of its target in it.
pub(super) fn with_stem(text: &Text, stem: &str) -> Text {
    match text.marked().find('%').filter(|_| !stem.is_empty()) {
        Some(at) => {
            let mut all = text.cut(0..at);
            all.push_str(stem, None);
            all.push(&text.cut(at + 1..text.marked().len()));
            all
        }
        None => text.clone(),
    }
}

fn split_path(path: &Text) -> (Text, Text) {
    let marked = path.marked();
    let at = marked.rfind('/').map_or(0, |at| at + 1);
    (path.cut(0..at), path.cut(at..marked.len()))
}

impl Makefile {
    /// The value of a variable; of one that nobody sets it is empty.
    pub(super) fn variable(
        &self,
        shell: &mut Shell<'_, '_, '_>,
        name: &str,
        automatic: &Automatic,
        depth: usize,
    ) -> Text {
        if let Some(own) = automatic.0.get(name) {
            return own.clone();
        }
        match self.variables.get(name) {
            Some(variable) if variable.is_simple => variable.value.clone(),
            Some(variable) => self.expand(shell, &variable.value, automatic, depth + 1),
            None => shell.variable(name).unwrap_or_default(),
        }
    }

    /// A text with all references in it worked out.
    pub(super) fn expand(
        &self,
        shell: &mut Shell<'_, '_, '_>,
        text: &Text,
        automatic: &Automatic,
        depth: usize,
    ) -> Text {
        let marked = text.marked();
        if !self.has_step(marked.len()) {
            return too_much(text);
        }
        if !marked.contains('$') {
            return text.clone();
        }
        let mut all = Text::default();
        let mut at = 0;
        while let Some(sign) = marked.get(at..).and_then(|rest| rest.find('$')).map(|found| at + found) {
            all.push(&text.cut(at..sign));
            let Some(next) = marked.get(sign + 1..).and_then(|rest| rest.chars().next()) else {
                at = sign + 1;
                break;
            };
            let start = sign + 1 + next.len_utf8();
            if depth >= MAX_DEPTH || all.marked().len() > MAX_VALUE || !self.has_step(all.marked().len()) {
                return joined(&[&all, &too_much(text)]);
            }
            at = match next {
                '$' => {
                    all.push_str("$", text.cut(sign..start).span());
                    start
                }
                '(' | '{' => {
                    let Some(end) = closed(marked, sign + 1, next) else { break };
                    let inner = text.cut(start..end);
                    all.push(&self.reference(shell, &inner, automatic, depth + 1));
                    end + 1
                }
                name => {
                    all.push(&self.variable(shell, name.encode_utf8(&mut [0; 4]), automatic, depth + 1));
                    start
                }
            };
        }
        all.push(&text.cut(at..marked.len()));
        all
    }

    /// Whether another step may be taken, with a text of so many bytes.
    fn has_step(&self, length: usize) -> bool {
        self.steps.set(self.steps.get().saturating_add(1 + length / STEP));
        self.steps.get() <= MAX_STEPS
    }

    /// What stands between the brackets of `$(...)`.
    fn reference(&self, shell: &mut Shell<'_, '_, '_>, inner: &Text, automatic: &Automatic, depth: usize) -> Text {
        let marked = inner.marked();
        let end = marked.find(char::is_whitespace).unwrap_or(marked.len());
        let (name, rest) = (marked.get(..end).unwrap_or_default(), inner.cut(end..marked.len()));
        if !rest.is_empty() {
            let args = arguments(&rest.trim());
            return self
                .function(shell, name, &args, automatic, depth)
                .unwrap_or_else(|| Text::hole(Unknown::new(Why::Command(format!("$({inner})")), inner.span())));
        }
        let name = self.expand(shell, inner, automatic, depth);
        let Some(known) = name.known() else {
            return Text::hole(Unknown::new(Why::Command(format!("$({inner})")), inner.span()));
        };
        // `$(NAME:a=b)`
        if let Some((variable, from, to)) = known
            .split_once(':')
            .and_then(|(variable, rest)| rest.split_once('=').map(|(from, to)| (variable, from, to)))
        {
            let value = self.variable(shell, variable, automatic, depth);
            let pattern = if from.contains('%') {
                (from.to_owned(), to.to_owned())
            } else {
                (format!("%{from}"), format!("%{to}"))
            };
            return each(&value, |word| substituted(word, &pattern.0, &pattern.1));
        }
        self.variable(shell, known, automatic, depth)
    }

    /// Functions that do not work out all of their arguments; `None` if it is none of these, and in it if that is not known.
    #[expect(clippy::option_option, reason = "not one of these, and one of them that is not known, are two things")]
    fn lazy(
        &self,
        shell: &mut Shell<'_, '_, '_>,
        name: &str,
        args: &[Text],
        automatic: &Automatic,
        depth: usize,
    ) -> Option<Option<Text>> {
        match (name, args) {
            ("if", [cond, rest @ ..]) => {
                let cond = self.expand(shell, cond, automatic, depth).trim();
                if cond.known().is_none() && cond.marked().chars().all(|c| c == crate::workflow::value::HOLE) {
                    return Some(None);
                }
                let taken = if cond.is_empty() { rest.get(1) } else { rest.first() };
                Some(Some(taken.map(|text| self.expand(shell, text, automatic, depth)).unwrap_or_default()))
            }
            ("or", all) => {
                for one in all {
                    let value = self.expand(shell, one, automatic, depth).trim();
                    if !value.is_empty() {
                        return Some(Some(value));
                    }
                }
                Some(Some(Text::default()))
            }
            ("and", all) => {
                let mut last = Text::default();
                for one in all {
                    last = self.expand(shell, one, automatic, depth).trim();
                    if last.is_empty() {
                        break;
                    }
                }
                Some(Some(last))
            }
            ("foreach", [name, list, body]) => {
                let list = self.expand(shell, list, automatic, depth);
                let (mut values, mut length) = (Vec::new(), 0);
                for word in words(&list) {
                    let mut own = automatic.clone();
                    own.0.insert(name.marked().trim().to_owned(), word);
                    let value = self.expand(shell, body, &own, depth);
                    length += value.marked().len();
                    if length > MAX_VALUE {
                        return Some(Some(too_much(&list)));
                    }
                    values.push(value);
                }
                Some(Some(spaced(&values)))
            }
            _ => None,
        }
    }

    fn function(
        &self,
        shell: &mut Shell<'_, '_, '_>,
        name: &str,
        args: &[Text],
        automatic: &Automatic,
        depth: usize,
    ) -> Option<Text> {
        if let Some(done) = self.lazy(shell, name, args, automatic, depth) {
            return done;
        }
        let args: Vec<Text> = args.iter().map(|arg| self.expand(shell, arg, automatic, depth)).collect();
        let known = |at: usize| args.get(at).and_then(Text::known);
        match (name, args.as_slice()) {
            ("shell", [first, rest @ ..]) => {
                let mut script = first.clone();
                for more in rest {
                    script.push_str(",", None);
                    script.push(more);
                }
                Some(shell.printed(&script))
            }
            ("call", [name, given @ ..]) => {
                let body = self.variables.get(name.known()?.trim())?;
                let mut own = Automatic::default();
                for (number, value) in given.iter().enumerate() {
                    own.0.insert((number + 1).to_string(), value.clone());
                }
                Some(if body.is_simple { body.value.clone() } else { self.expand(shell, &body.value, &own, depth + 1) })
            }
            ("subst", [_, to, text]) => {
                let from = known(0)?;
                if from.is_empty() {
                    return Some(joined(&[text, to]));
                }
                let (known, to) = (text.known()?, to.known()?);
                if known.len().saturating_add(known.matches(from).count().saturating_mul(to.len())) > MAX_VALUE {
                    return Some(too_much(text));
                }
                Some(Text::placed(&known.replace(from, to), text.span()))
            }
            ("patsubst", [_, _, text]) => {
                let (from, to) = (known(0)?.to_owned(), known(1)?.to_owned());
                Some(each(text, |word| substituted(word, &from, &to)))
            }
            ("strip", [text]) => Some(spaced(&words(text))),
            ("addprefix", [prefix, text]) => Some(each(text, |word| joined(&[prefix, word]))),
            ("addsuffix", [suffix, text]) => Some(each(text, |word| joined(&[word, suffix]))),
            ("notdir", [text]) => Some(each(text, |word| split_path(word).1)),
            ("dir", [text]) => Some(each(text, |word| {
                let folder = split_path(word).0;
                if folder.is_empty() { Text::from("./") } else { folder }
            })),
            ("firstword", [text]) => Some(words(text).first().cloned().unwrap_or_default()),
            ("lastword", [text]) => Some(words(text).last().cloned().unwrap_or_default()),
            ("words", [text]) if text.known().is_some() => Some(Text::from(words(text).len().to_string())),
            ("word", [number, text]) => {
                let number: usize = number.known()?.trim().parse().ok()?;
                Some(words(text).get(number.checked_sub(1)?).cloned().unwrap_or_default())
            }
            ("filter" | "filter-out", [_, text]) => {
                let patterns: Vec<&str> = known(0)?.split_whitespace().collect();
                let fits = |word: &str| {
                    patterns.iter().any(|pattern| match pattern.split_once('%') {
                        Some((before, after)) => word.strip_prefix(before).is_some_and(|rest| rest.ends_with(after)),
                        None => *pattern == word,
                    })
                };
                text.known()?;
                let kept: Vec<Text> =
                    words(text).into_iter().filter(|word| fits(word.marked()) == (name == "filter")).collect();
                Some(spaced(&kept))
            }
            ("abspath" | "realpath", [text]) => Some(each(text, Text::clone)),
            ("value", [name]) => self.variables.get(name.known()?).map(|variable| variable.value.clone()),
            ("info" | "warning" | "eval", _) => Some(Text::default()),
            _ => None,
        }
    }
}

fn each(text: &Text, change: impl Fn(&Text) -> Text) -> Text {
    let (mut changed, mut length) = (Vec::new(), 0);
    for word in words(text) {
        let word = change(&word);
        length += word.marked().len();
        if length > MAX_VALUE {
            return too_much(text);
        }
        changed.push(word);
    }
    spaced(&changed)
}

/// A value that takes too much to be worked out.
pub(super) fn too_much(text: &Text) -> Text {
    Text::hole(Unknown::new(Why::Limit("what make works out".to_owned()), text.span()))
}

fn joined(parts: &[&Text]) -> Text {
    let mut all = Text::default();
    for part in parts {
        all.push(part);
    }
    all
}

/// A word that fits a pattern, in the form of another one.
fn substituted(word: &Text, from: &str, to: &str) -> Text {
    let marked = word.marked();
    let stem = match from.split_once('%') {
        None if marked == from => 0..0,
        None => return word.clone(),
        Some((before, after)) => {
            let fits =
                marked.len() >= before.len() + after.len() && marked.starts_with(before) && marked.ends_with(after);
            if !fits {
                return word.clone();
            }
            before.len()..marked.len() - after.len()
        }
    };
    match to.split_once('%') {
        Some((before, after)) => joined(&[&Text::from(before), &word.cut(stem), &Text::from(after)]),
        None => Text::from(to),
    }
}

/// Where the bracket at an offset closes.
fn closed(text: &str, at: usize, open: char) -> Option<usize> {
    let close = if open == '(' { ')' } else { '}' };
    closing(text.get(at..)?, open, close).map(|end| at + end)
}

/// The arguments of a function, between commas that are in no reference.
fn arguments(text: &Text) -> Vec<Text> {
    let (mut all, mut depth, mut from) = (Vec::new(), 0usize, 0);
    for (at, c) in text.marked().char_indices() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                all.push(text.cut(from..at));
                from = at + 1;
            }
            _ => {}
        }
    }
    all.push(text.cut(from..text.marked().len()));
    all
}
