//! `man`: manual pages. One for the tool and one for each command, as `git` has them: a page of all flags of all commands
//! would be one in which nobody finds anything.

use super::Exit;
use super::report::meant;
use crate::io::terminal;
use anyhow::Context;
use clap::Args;
use clap_mangen::Man;

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// The command whose page is printed [default: the page of image-factory itself]
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

pub(super) fn run(flags: &Flags) -> anyhow::Result<Exit> {
    // `help` has no flags and needs no page.
    let mut root = super::command().disable_help_subcommand(true);
    // Gives commands their full names: `image-factory-synth`.
    root.build();
    let page = match &flags.command {
        None => Some(root.clone()),
        Some(name) => root.find_subcommand(name).cloned(),
    };
    let Some(page) = page else {
        let name = flags.command.as_deref().unwrap_or_default();
        let help = meant(name, "commands", root.get_subcommands().map(clap::Command::get_name));
        terminal::message(&format!("error: there is no command `{name}`\n  help: {help}\n"));
        return Ok(Exit::Input);
    };
    let mut text = Vec::new();
    Man::new(page).render(&mut text).context("cannot write the page")?;
    terminal::print(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Ok)
}
