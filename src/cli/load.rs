//! From the command line to what a session reads.

use super::Global;
use crate::forge::github;
use crate::io::read::exists;
use crate::io::terminal;
use crate::io::workspace::Workspace;
use crate::session::{Checkout, Options, Session, Tree};
use std::path::PathBuf;

/// Reads; `None` if there is no images.yaml, which has been said then.
pub(super) fn read(global: &Global, options: Options) -> anyhow::Result<Option<Session>> {
    let Some(workspace) = Workspace::find(global.images.as_deref())? else {
        terminal::message(
            "error: no images.yaml found from here upward\n  help: `image-factory init` proposes one; or name one with --images FILE\n",
        );
        return Ok(None);
    };
    if global.images.is_some() && !exists(&workspace.images) {
        terminal::message(&format!(
            "error: {} does not exist\n  help: name the images.yaml to read with --images FILE\n",
            Workspace::shown(&workspace.images)
        ));
        return Ok(None);
    }
    Session::read(Tree::disk(workspace), options).map(Some)
}

/// Reads `OWNER/REPO=DIR` of `--checkout`.
pub(super) fn checkout(text: &str) -> Result<Checkout, String> {
    let (repo, folder) = text.split_once('=').ok_or("write OWNER/REPO=DIR")?;
    repo.parse::<github::Repo>().map_err(|why| why.to_string())?;
    if folder.is_empty() {
        return Err("the folder is missing".to_owned());
    }
    Ok((repo.to_owned(), PathBuf::from(folder)))
}
