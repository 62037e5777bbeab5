//! `explain`: why a code matters, with examples.

use super::Exit;
use crate::diagnostic::{Codes, explain};
use crate::io::terminal;
use crate::lint;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Codes of problems, as IF020; the number alone will do [default: a list of all, with their titles]
    #[arg(value_name = "CODE")]
    codes: Vec<String>,
    /// Print all codes, as Markdown
    #[arg(long, conflicts_with = "codes")]
    all: bool,
}

pub(super) fn run(flags: &Flags) -> anyhow::Result<Exit> {
    let (codes, look) = (lint::codes(), terminal::stdout_look());
    if flags.all {
        terminal::print(&explain::markdown(&codes))?;
        return Ok(Exit::Ok);
    }
    if flags.codes.is_empty() {
        terminal::print(&explain::list(&codes, look))?;
        return Ok(Exit::Ok);
    }
    let mut sections = Vec::new();
    let mut unknown = String::new();
    for text in &flags.codes {
        match codes.find(text) {
            Some(code) => sections.push(explain::plain(code, look)),
            None => unknown.push_str(&no_such_code(text, &codes)),
        }
    }
    if unknown.is_empty() {
        terminal::print(&sections.join("\n"))?;
        return Ok(Exit::Ok);
    }
    terminal::message(&unknown);
    Ok(Exit::Input)
}

fn no_such_code(text: &str, codes: &Codes) -> String {
    let nearest = codes
        .nearest(text)
        .map_or(String::new(), |code| format!("  help: the nearest is `{code}`: {}\n", code.title()));
    let range = match codes.all() {
        [first, .., last] => format!("the codes are {first} to {last}, with gaps"),
        _ => String::new(),
    };
    format!("error: {text:?} is not a code; {range}\n{nearest}  help: `image-factory explain` lists them all\n")
}
