//! Files of the runner, by which a script says what it gives to the steps after it
//! (<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>).

use super::shell::Shell;
use crate::workflow::value::{Object, Text, Unknown, Value, Why};

/// A file of the runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RunnerFile {
    Output,
    Env,
    Other,
}

impl RunnerFile {
    /// The file that a variable names.
    pub(super) fn of(variable: &str) -> Option<Self> {
        match variable {
            "GITHUB_OUTPUT" => Some(Self::Output),
            "GITHUB_ENV" => Some(Self::Env),
            "GITHUB_PATH" | "GITHUB_STEP_SUMMARY" | "GITHUB_STATE" => Some(Self::Other),
            _ => None,
        }
    }

    /// A path that stands for it.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Output => "/github/file_commands/output",
            Self::Env => "/github/file_commands/env",
            Self::Other => "/github/file_commands/other",
        }
    }

    /// The file of such a path.
    pub(super) fn at(path: &str) -> Option<Self> {
        [Self::Output, Self::Env, Self::Other].into_iter().find(|file| file.path() == path)
    }
}

impl Shell<'_, '_, '_> {
    /// Gives what was written to these files to the step.
    pub(super) fn finish(self) {
        for file in [RunnerFile::Output, RunnerFile::Env] {
            let mut all = Object::default();
            let mut is_open = false;
            for (_, text, unsure) in self.written.iter().filter(|(own, ..)| *own == file) {
                let (entries, open) = entries(text);
                is_open |= open;
                for (name, value) in entries {
                    let value = match unsure {
                        None => Value::from(value),
                        Some(unknown) => perhaps(unknown, &name, &Value::from(value), &all.value(&name)),
                    };
                    all.insert(name, value);
                }
            }
            for (name, value) in all.iter() {
                if file == RunnerFile::Output {
                    self.step.set_output(name, value.clone());
                } else {
                    self.step.set_variable(name, value.clone());
                }
            }
            if is_open && file == RunnerFile::Env {
                self.step.open_variables();
            }
        }
    }
}

fn perhaps(unknown: &Unknown, name: &str, value: &Value, before: &Value) -> Value {
    let before = if matches!(before, Value::Null) { Value::from("") } else { before.clone() };
    Value::Unknown(unknown.computed(&format!("outputs.{name}")).one_of(vec![value.clone(), before]))
}

/// `name=value` by lines, and `name<<END` with lines up to `END`; and whether there are lines that say nobody knows what.
fn entries(text: &Text) -> (Vec<(String, Text)>, bool) {
    let mut found = Vec::new();
    let mut is_open = false;
    let lines = text.split(|c| c == '\n');
    let mut lines = lines.into_iter();
    while let Some(line) = lines.next() {
        if line.trim().is_empty() {
            continue;
        }
        let marked = line.marked();
        let here = marked.find("<<").filter(|at| marked.find('=').is_none_or(|sign| *at < sign));
        match (here, line.split_once('=')) {
            (Some(at), _) => {
                let (name, end) = (line.cut(0..at), line.cut(at + 2..marked.len()));
                let mut value = Text::default();
                for (number, line) in lines.by_ref().take_while(|line| *line != end).enumerate() {
                    if number > 0 {
                        value.push_str("\n", None);
                    }
                    value.push(&line);
                }
                match name.known() {
                    Some(name) => found.push((name.to_owned(), value)),
                    None => is_open = true,
                }
            }
            (None, Some((name, value))) => match name.known() {
                Some(name) => found.push((name.to_owned(), value)),
                None => is_open = true,
            },
            (None, None) => is_open = true,
        }
    }
    (found, is_open)
}

/// The variables of a file like `.env`: `NAME=value` by lines, with quotes around a value. What others put into a value is not worked
/// out.
pub(crate) fn dotenv(text: &Text) -> Vec<(String, Text)> {
    let mut found = Vec::new();
    for line in text.split(|c| c == '\n') {
        let line = line.trim();
        if line.marked().starts_with('#') {
            continue;
        }
        let Some((name, value)) = line.split_once('=') else { continue };
        let name = name.marked().trim().strip_prefix("export ").unwrap_or(name.marked().trim()).trim().to_owned();
        let value = value.trim();
        let marked = value.marked();
        let quote = marked.chars().next().filter(|c| matches!(c, '"' | '\''));
        let value = match quote {
            Some(quote) => {
                let end = marked.get(1..).and_then(|rest| rest.find(quote)).map_or(marked.len(), |at| at + 1);
                value.cut(1..end)
            }
            // A comment begins behind a blank.
            None => value.cut(0..marked.find(" #").unwrap_or(marked.len())).trim(),
        };
        let value = if value.marked().contains('$') && quote != Some('\'') {
            Text::hole(Unknown::new(Why::NotUnderstood(value.to_string()), value.span()))
        } else {
            value
        };
        found.push((name, value));
    }
    found
}
