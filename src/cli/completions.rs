//! `completions`: what a shell needs to complete this command line.

use super::Exit;
use crate::io::terminal;
use clap::Args;
use clap_complete::{Shell, generate};

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn run(flags: &Flags) -> anyhow::Result<Exit> {
    let mut command = super::command();
    let mut text = Vec::new();
    generate(flags.shell, &mut command, env!("CARGO_PKG_NAME"), &mut text);
    terminal::print(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Ok)
}
