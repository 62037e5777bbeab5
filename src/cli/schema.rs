//! `schema`: the JSON Schema of images.yaml.

use super::Exit;
use crate::config;
use crate::io::terminal;

pub(super) fn run() -> anyhow::Result<Exit> {
    terminal::print(&config::images_schema())?;
    Ok(Exit::Ok)
}
