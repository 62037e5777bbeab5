//! `man`: manual pages. One for the tool and one for each command, as `git` has them: a page of all flags of all commands
//! would be one in which nobody finds anything.

use super::report::meant;
use super::{Exit, Global, NAME, manual};
use crate::io::workspace::Workspace;
use crate::io::{terminal, write};
use crate::words::counted;
use anyhow::Context;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// The command whose page is printed [default: the page of image-factory itself]
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
    /// Write all pages into this folder, as image-factory.1, image-factory-synth.1 and so on
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    out: Option<PathBuf>,
}

pub(super) fn run(global: &Global, flags: &Flags) -> anyhow::Result<Exit> {
    let pages = manual::pages().context("cannot write the pages")?;
    if let Some(folder) = &flags.out {
        let files: Vec<(PathBuf, &str)> = pages.iter().map(|(name, text)| (folder.join(name), text.as_str())).collect();
        write::apply(&Workspace::here()?, &files)?;
        if !global.quiet {
            terminal::message(&format!("wrote {} to {}\n", counted(files.len(), "page"), Workspace::shown(folder)));
        }
        return Ok(Exit::Ok);
    }
    let name = flags.command.as_deref();
    let file = name.map_or_else(|| format!("{NAME}.1"), |name| format!("{NAME}-{name}.1"));
    let Some((_, text)) = pages.iter().find(|(other, _)| *other == file) else {
        let (name, root) = (name.unwrap_or_default(), super::command());
        let help = meant(name, "commands", root.get_subcommands().map(clap::Command::get_name));
        terminal::message(&format!("error: there is no command `{name}`\n  help: {help}\n"));
        return Ok(Exit::Input);
    };
    terminal::print(text)?;
    Ok(Exit::Ok)
}
