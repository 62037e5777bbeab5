//! From the command line to what a session reads.

use super::Global;
use super::ended::{Ended, Wrong};
use super::report::Findings;
use crate::diagnostic::Diagnostic;
use crate::forge::AnyRepo;
use crate::io::read::{exists, is_folder, stdin_bytes};
use crate::io::terminal;
use crate::io::workspace::Workspace;
use crate::model::Model;
use crate::session::{Checkout, Options, Session, Tree};
use anyhow::Context;
use std::path::{Path, PathBuf};

/// The images.yaml that was named or is found, if it is there. Of stdin, the place where one is or would be.
pub(super) fn find(global: &Global) -> anyhow::Result<Option<Workspace>> {
    if global.is_stdin() {
        let found = Workspace::find(None)?;
        return found.map_or_else(|| Workspace::find(Some(Path::new("images.yaml"))), |found| Ok(Some(found)));
    }
    let named = global.images.as_ref().map(|path| in_folder(path));
    let found = Workspace::find(named.as_deref())?.filter(|found| named.is_none() || exists(&found.images));
    if let (Some(taken), None, false) = (&found, &global.images, global.quiet)
        && let Some(other) = taken.other()
    {
        let (taken, other) = (Workspace::shown(&taken.images), Workspace::shown(&other));
        terminal::message(&format!(
            "{taken} is taken, and not {other}, which is there too\n  help: keep one of them; `--images {other}` takes the other\n"
        ));
    }
    Ok(found)
}

/// The images.yaml of a folder, where a folder was named: the one that is there, or would be.
pub(super) fn in_folder(path: &Path) -> PathBuf {
    if !is_folder(path) {
        return path.to_owned();
    }
    let candidates = Workspace::CANDIDATES.iter().map(|name| path.join(name));
    candidates.into_iter().find(|path| exists(path)).unwrap_or_else(|| path.join("images.yaml"))
}

/// Reads images.yaml and what belongs to it.
pub(super) fn read(global: &Global, options: Options) -> Result<Session, Ended> {
    let workspace = workspace(global)?;
    let tree = if global.is_stdin() { Tree::stdin(workspace, stdin_bytes()?) } else { Tree::disk(workspace) };
    Ok(Session::read(tree, options)?)
}

/// The same, and what it means. Where it has errors they are what is found; warnings are for `synth` and `lint`, which people run more
/// often.
pub(super) fn model(global: &Global, found: &mut Findings) -> Result<(Session, Model), Ended> {
    let mut session = read(global, global.options())?;
    let (model, problems) = session.model()?;
    if problems.stop() {
        *found = Findings::new(problems.only(Diagnostic::is_error), session.into_sources());
        return Err(Ended::problems());
    }
    Ok((session, model))
}

/// The images.yaml that was named or is found.
pub(super) fn workspace(global: &Global) -> Result<Workspace, Ended> {
    match (find(global)?, &global.images) {
        (Some(workspace), _) => Ok(workspace),
        (None, Some(path)) => {
            let what = if exists(path) { "is a folder without images.yaml" } else { "does not exist" };
            let path = std::path::absolute(path).with_context(|| format!("cannot tell where {} is", path.display()))?;
            Err(Wrong::new(format!("{} {what}", Workspace::shown(&path)))
                .help("name the images.yaml to read with `--images FILE`")
                .into())
        }
        (None, None) => Err(Wrong::new("no images.yaml found from here upward")
            .help(
                "`image-factory init` proposes one; `image-factory add NAME` makes one; or name one with `--images FILE`",
            )
            .into()),
    }
}

/// Reads `OWNER/REPO=DIR` of `--checkout`.
pub(super) fn checkout(text: &str) -> Result<Checkout, String> {
    let (repo, folder) = text.split_once('=').ok_or("write `OWNER/REPO=DIR`")?;
    repo.parse::<AnyRepo>().map_err(|why| why.to_string())?;
    if folder.is_empty() {
        return Err("the folder is missing".to_owned());
    }
    if !is_folder(Path::new(folder)) {
        return Err(format!("{folder} is no folder; name the one that {repo} is checked out in"));
    }
    Ok((repo.to_owned(), PathBuf::from(folder)))
}
