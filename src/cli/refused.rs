//! Calls that are refused before their command begins: what is said of them, to programs too.

use super::ended::{Ended, Wrong};
use super::{Exit, Global, NAME, command, report};
use crate::io::terminal;
use crate::words::nearest;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;

/// The end of a call that clap does not take: help and the version are results; everything else that it says is a wrong call.
pub(super) fn end(error: clap::Error, arguments: &[OsString]) -> Result<Exit, Ended> {
    let error = helped(error);
    let text = error.render();
    if !error.use_stderr() {
        let text = if terminal::stdout_look().color { text.ansi().to_string() } else { text.to_string() };
        return Ok(terminal::print(&text).map(|()| Exit::Ok)?);
    }
    let text = text.to_string();
    if let Some(command) = for_programs(arguments)
        && let Err(failed @ Ended::Machine(_)) =
            report::ended(&command, &Global::default(), wrong(&text, &command).into())
    {
        return Err(failed);
    }
    terminal::message(&text);
    Ok(Exit::Input)
}

/// The same of a call that the command does not take, whatever else it says.
pub(super) fn wrong_call(wrong: Wrong, global: &Global, arguments: &[OsString]) -> Result<Exit, Ended> {
    match for_programs(arguments) {
        Some(command) => report::ended(&command, global, wrong.into()),
        None => Err(wrong.into()),
    }
}

/// The command whose document the call asks for on stdout, as far as can be told of one that cannot be read.
fn for_programs(arguments: &[OsString]) -> Option<String> {
    let words = arguments.iter().skip(1).map(|word| word.to_str().unwrap_or_default());
    let words: Vec<&str> = words.take_while(|word| *word != "--").collect();
    let root = command();
    let takes_value = |word: &str| {
        let flag =
            word.strip_prefix("--").and_then(|name| root.get_arguments().find(|arg| arg.get_long() == Some(name)));
        flag.is_some_and(|flag| flag.get_action().takes_values())
    };
    let is_value =
        |at: usize| at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|word| takes_value(word));
    let at = (0..words.len()).find(|at| !words[*at].starts_with('-') && !is_value(*at))?;
    let of = root.find_subcommand(words.get(at)?)?;
    of.get_arguments().find(|arg| arg.get_long() == Some("format"))?;
    let formats = words.iter().enumerate().filter_map(|(at, word)| match word.strip_prefix("--format")? {
        "" => words.get(at + 1).copied(),
        joined => joined.strip_prefix('='),
    });
    // `=FILE` goes into a file, and `-` is stdout.
    let mut on_stdout =
        formats.map(|format| format.strip_suffix("=-").unwrap_or(format)).filter(|it| !it.contains('='));
    let is_json = on_stdout.next() == Some("json") && on_stdout.next().is_none();
    is_json.then(|| of.get_name().to_owned())
}

/// What clap says, without what is laid out for a terminal.
fn wrong(text: &str, command: &str) -> Wrong {
    let first = text.split("\n\n").next().unwrap_or_default();
    let words: Vec<&str> = first.trim_start_matches("error: ").split_whitespace().collect();
    let tips = text.lines().filter_map(|line| line.trim_start().strip_prefix("tip: "));
    let wrong = tips.fold(Wrong::new(words.join(" ")), Wrong::help);
    wrong.help(format!("`{NAME} {command} --help` says what it takes"))
}

/// What clap says of a wrong call, without what misleads: of names that are alike it tells all, the best one last; and the usage
/// beside two flags that exclude each other has both of them.
fn helped(mut error: clap::Error) -> clap::Error {
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let Some(ContextValue::String(word)) = error.remove(ContextKind::InvalidSubcommand) else { return error };
            let commands = command();
            let near = nearest(&word, commands.get_subcommands().map(clap::Command::get_name)).map(str::to_owned);
            error.insert(ContextKind::InvalidSubcommand, ContextValue::String(word));
            error.remove(ContextKind::SuggestedSubcommand);
            if let Some(near) = near {
                error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![near]));
            }
        }
        ErrorKind::ArgumentConflict => _ = error.remove(ContextKind::Usage),
        _ => {}
    }
    error
}
