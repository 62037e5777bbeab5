//! Scripts for bash and sh, worked out as far as texts say: variables, folders, conditions, loops, functions, and what is printed.
//!
//! Nothing is run. A command that is not known here prints something that nobody knows and goes well; what is printed, assigned or
//! decided by it is not known either.
//!
//! | file | what is in it |
//! |---|---|
//! | `lex`, `word`, `parameter` | a script to tokens and words |
//! | `parse` | tokens to commands |
//! | `expand` | words to texts |
//! | `pattern` | patterns of shells |
//! | `shell` | what a shell remembers, and what tools see of it |
//! | `control` | commands that hold others |
//! | `simple`, `builtin`, `test` | one command |
//! | `jq` | filters of jq |
//! | `files` | what is written to the files of the runner |

mod builtin;
mod control;
mod expand;
mod files;
mod jq;
mod lex;
mod parameter;
mod parse;
mod pattern;
mod shell;
mod simple;
mod test;
mod word;

#[cfg(test)]
mod tests;

pub(crate) use files::dotenv;
pub(crate) use shell::{Done, Shell, spaced};

use super::evaluate::StepRun;
use super::value::Text;
use lex::tokens;
use parse::{Command, parse};

/// Works out the script of a step.
pub(crate) fn run(step: &mut StepRun<'_, '_>, script: &Text) {
    if is_posix(step.shell().as_ref()) {
        let mut shell = Shell::new(step);
        shell.script(script);
        shell.finish();
    } else if script.marked().contains("GITHUB_ENV") {
        step.open_variables();
    }
    // What it writes in a way that is not understood may be any output.
    step.open_outputs(None);
}

/// The words of a command line.
pub(crate) fn words(step: &mut StepRun<'_, '_>, line: &Text) -> Vec<Text> {
    let (list, _) = parse(tokens(line));
    let mut shell = Shell::new(step);
    let simple = list.into_iter().find_map(|node| match node.command {
        Command::Simple(_, words) => Some(words),
        _ => None,
    });
    simple.map(|words| shell.words(&words)).unwrap_or_default()
}

/// Whether the words of a script are those of a POSIX shell; `shell` may hold options after the name.
fn is_posix(shell: Option<&Text>) -> bool {
    let Some(shell) = shell else { return true };
    let program = shell.marked().split_whitespace().next().unwrap_or_default();
    matches!(program.rsplit('/').next().unwrap_or_default(), "bash" | "sh" | "dash" | "ksh" | "zsh")
        || shell.known().is_none()
}
