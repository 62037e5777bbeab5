//! `completions`: what a shell needs to complete this command line.

use super::{Exit, complete};
use crate::io::terminal;
use clap::Args;
use clap_complete::Shell;

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn run(flags: &Flags) -> anyhow::Result<Exit> {
    terminal::print(&complete::registration(&flags.shell.to_string()).unwrap_or_default())?;
    Ok(Exit::Ok)
}
