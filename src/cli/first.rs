//! A first images.yaml: where `init` and `add` put it, and what goes with it.

use super::Global;
use super::load;
use super::report::{self, FileState, Findings};
use crate::config;
use crate::diagnostic::Diagnostic;
use crate::forge::Origin;
use crate::forge::github::Repo;
use crate::io::{read, terminal, write};
use crate::lint::is_placeholder;
use crate::session::{Options, Session, Tree};
use std::path::{Path, PathBuf};

/// Where images.yaml is put in a git work tree: in a folder of its own, since the lock and the schema lie beside it, and three
/// files more in the root of a repository are many. It is also the first place that is looked at.
pub(super) const IMAGES: &str = "image-factory/images.yaml";
/// The JSON Schema, beside images.yaml.
pub(super) const SCHEMA: &str = "images.schema.json";

/// A file that would be written.
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) text: String,
    /// What it is; none if the text itself is shown.
    pub(super) what: Option<&'static str>,
}

/// Where images.yaml is to be in the checkout at `root`.
pub(super) fn place(global: &Global, root: &Path) -> anyhow::Result<PathBuf> {
    Ok(match &global.images {
        Some(path) => std::path::absolute(load::in_folder(path))?,
        None if read::exists(&root.join(".git")) => root.join(IMAGES),
        // Without a work tree, the checkout is the folder of images.yaml, and the Dockerfiles are in it.
        None => root.join("images.yaml"),
    })
}

/// images.yaml with this text, and the schema beside it.
pub(super) fn files(images: PathBuf, text: String) -> [File; 2] {
    let beside = images.with_file_name(SCHEMA);
    [
        File { path: images, text, what: None },
        File { path: beside, text: config::images_schema(), what: Some("the JSON Schema of images.yaml, for editors") },
    ]
}

/// What becomes of files: those that are there are left alone, and the others are written.
pub(super) fn states(files: &[File]) -> Vec<report::File> {
    let state = |file: &File| if read::exists(&file.path) { FileState::Unchanged } else { FileState::Written };
    files.iter().map(|file| report::File::new(&file.path, state(file))).collect()
}

/// Writes those that are not there, and other texts in place of those of files.
pub(super) fn write(root: &Path, files: &[File], others: Vec<(PathBuf, &str)>) -> anyhow::Result<()> {
    let new = files.iter().filter(|file| !read::exists(&file.path));
    let all: Vec<(PathBuf, &str)> = new.map(|file| (file.path.clone(), file.text.as_str())).chain(others).collect();
    write::apply(root, &all)
}

/// What our own reader says against the text.
pub(super) fn errors(path: &Path, text: &str) -> anyhow::Result<Findings> {
    let name = if path.ends_with(IMAGES) { IMAGES } else { "images.yaml" };
    let mut session = Session::read(Tree::memory([(name, text)]), Options::default())?;
    let (_, problems) = session.model()?;
    Ok(Findings::new(problems.only(Diagnostic::is_error), session.into_sources()))
}

/// Reads `--repo`: a repository on GitHub, and not the shape of one.
pub(super) fn repo(text: &str) -> Result<String, String> {
    text.parse::<Repo>().map_err(|why| why.to_string())?;
    if is_placeholder(text) {
        return Err(format!("`{text}` stands for a repository; write its name, as in `acme/web`"));
    }
    Ok(text.to_owned())
}

/// Whether an origin can be the repository that workflows run in.
pub(super) fn is_usable(origin: Option<&Origin>) -> bool {
    origin.is_some_and(|origin| origin.repo.parse::<Repo>().is_ok())
}

/// Asks which repository on GitHub this is, until there is an answer that can be used or an empty one. `None` where nobody can
/// be asked or answers.
pub(super) fn ask_repo() -> anyhow::Result<Option<String>> {
    while let Some(answer) =
        terminal::ask("which repository on GitHub is this? OWNER/NAME (empty: to be filled in later) ")?
    {
        match repo(&answer) {
            _ if answer.is_empty() => break,
            Ok(repo) => return Ok(Some(repo)),
            Err(why) => terminal::message(&format!("{why}\n")),
        }
    }
    Ok(None)
}
