//! From texts to a model: images.yaml and what belongs to it are read, then resolved.

use super::Options;
use crate::config::state::{self, State, StateBase, StateImage};
use crate::config::{self, File};
use crate::diagnostic::{Code, Diagnostic};
use crate::io::read::{FileText, MAX_FILE};
use crate::io::terminal;
use crate::io::tree::Tree;
use crate::io::workspace::Workspace;
use crate::lock::{self, Lock};
use crate::model::Model;
use crate::model::resolve::{Input, images_without_bases, resolve};
use crate::source::{FileId, SourceFile, Sources, Span};
use std::path::{Path, PathBuf};

/// Everything that a run has read.
pub(crate) struct Read {
    pub(crate) workspace: Workspace,
    pub(crate) sources: Sources,
    /// Problems of images.yaml and what it includes.
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) lock: LockFile,
    pub(crate) state: State,
    /// images.yaml and what it includes, as far as they are text.
    pub(crate) images: Vec<FileId>,
    /// By file of `images`: where it is.
    pub(crate) paths: Vec<PathBuf>,
    pub(super) root: File,
    pub(super) included: Vec<File>,
}

/// images.lock.yaml, and what this run has found and adds to it.
#[derive(Default)]
pub(crate) struct LockFile {
    /// The text, if there is one.
    pub(crate) id: Option<FileId>,
    pub(crate) lock: Lock,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Read {
    /// The model, and every problem so far.
    pub(crate) fn resolve(&self) -> (Model, Vec<Diagnostic>) {
        let lock = Some(&self.lock.lock);
        let input = Input { root: &self.root, included: &self.included, lock, state: &self.state };
        let (model, problems) = resolve(&input);
        (model, self.problems(problems))
    }

    /// Every problem so far, and those of the model.
    pub(super) fn problems(&self, of_model: Vec<Diagnostic>) -> Vec<Diagnostic> {
        self.diagnostics.iter().chain(&self.lock.diagnostics).cloned().chain(of_model).collect()
    }

    /// The images alone, for what finds their bases: what the lock and the state say of those, and what is said because
    /// nothing is known of them, does not count.
    pub(crate) fn resolve_images(&self) -> (Model, Vec<Diagnostic>) {
        let input = Input { root: &self.root, included: &self.included, lock: None, state: &State::default() };
        let (model, mut more) = resolve(&input);
        more.retain(|diagnostic| !matches!(diagnostic.code, Code::UnknownBases | Code::UnusedBase));
        let mut diagnostics = self.diagnostics.clone();
        diagnostics.extend(more);
        (model, diagnostics)
    }

    /// Whether a problem is that images.yaml holds nothing but comments.
    pub(crate) fn is_empty(&self, diagnostic: &Diagnostic) -> bool {
        let file = diagnostic.labels.first().map(|label| label.span.file);
        diagnostic.code == Code::Empty && file == self.images.first().copied()
    }

    /// Takes another text for that of images.yaml; what it includes stays.
    pub(crate) fn replace_images(&mut self, text: String) {
        let Some(old) = self.images.first().copied() else { return };
        let id = self.sources.add(SourceFile::new(self.sources.file(old).name().to_owned(), text));
        let (root, diagnostics) = config::read_images(&self.sources, id);
        self.diagnostics.retain(|diagnostic| diagnostic.labels.first().is_none_or(|label| label.span.file != old));
        self.diagnostics.extend(diagnostics);
        self.images[0] = id;
        self.root = root;
    }
}

/// Reads from a tree that may be another than the disk; what is not there is empty.
pub(crate) fn read(tree: Tree, workspace: Workspace, options: Options) -> anyhow::Result<Read> {
    let mut loader = Loader {
        tree,
        sources: Sources::new(),
        diagnostics: Vec::new(),
        images: Vec::new(),
        paths: Vec::new(),
        verbose: options.verbose,
    };
    let root = loader.images(&workspace.images)?;
    let included = loader.included(&workspace, &root)?;
    let lock = loader.lock(&workspace.lock())?;
    let state = loader.state(&workspace, &images_without_bases(&root, &included, &lock.lock))?;
    let Loader { sources, diagnostics, images, paths, .. } = loader;
    Ok(Read { workspace, sources, diagnostics, lock, state, images, paths, root, included })
}

struct Loader {
    tree: Tree,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
    images: Vec<FileId>,
    paths: Vec<PathBuf>,
    verbose: bool,
}

impl Loader {
    fn say(&self, path: &Path) {
        if self.verbose {
            terminal::message(&format!("reading {}\n", self.tree.shown(path)));
        }
    }

    /// Adds a text; `None` if it is not one, which has been reported then.
    fn add(&mut self, path: &Path, text: FileText) -> Option<FileId> {
        let name = self.tree.shown(path);
        match text {
            FileText::Ok(text) => Some(self.sources.add(SourceFile::new(name, text))),
            FileText::NotUtf8 { lossy, valid, utf16 } => {
                let id = self.sources.add(SourceFile::new(name, lossy));
                let (message, help) = if utf16 {
                    ("the file is UTF-16", "save it as UTF-8")
                } else {
                    ("this is not UTF-8", "save the file as UTF-8")
                };
                let at = if utf16 {
                    Span::new(id, 0, 0)
                } else {
                    Span::new(id, valid, valid + char::REPLACEMENT_CHARACTER.len_utf8())
                };
                self.diagnostics.push(Diagnostic::new(Code::Encoding, message, at).help(help));
                None
            }
            FileText::TooLarge => {
                let id = self.sources.add(SourceFile::new(name, ""));
                self.diagnostics.push(
                    Diagnostic::new(
                        Code::TooLarge,
                        format!("the file is larger than {} MiB", MAX_FILE >> 20),
                        Span::new(id, 0, 0),
                    )
                    .help("split it with `include`"),
                );
                None
            }
        }
    }

    fn images(&mut self, path: &Path) -> anyhow::Result<File> {
        self.say(path);
        let Some(text) = self.tree.text_if_any(path)? else {
            anyhow::bail!("cannot read {}: it is not there", self.tree.shown(path));
        };
        let Some(id) = self.add(path, text) else { return Ok(File::default()) };
        self.images.push(id);
        self.paths.push(path.to_owned());
        let (file, diagnostics) = config::read_images(&self.sources, id);
        self.diagnostics.extend(diagnostics);
        Ok(file)
    }

    fn included(&mut self, workspace: &Workspace, root: &File) -> anyhow::Result<Vec<File>> {
        let mut paths: Vec<PathBuf> = Vec::new();
        for pattern in root.include.items() {
            let problem = match self.tree.included(workspace, &pattern.value)? {
                Ok(found) if found.is_empty() => "matches no file".to_owned(),
                Ok(found) => {
                    paths.extend(found);
                    continue;
                }
                Err(why) => why,
            };
            let shown: String = pattern.value.chars().take(80).collect();
            self.diagnostics.push(
                Diagnostic::new(Code::IncludeMatchesNothing, format!("`{shown}` {problem}"), pattern.span)
                    .help("paths are relative to the folder of images.yaml; `*` stays in one folder, `**` does not"),
            );
        }
        paths.sort();
        paths.dedup();
        paths.iter().map(|path| self.images(path)).collect()
    }

    fn lock(&mut self, path: &Path) -> anyhow::Result<LockFile> {
        let Some(text) = self.tree.text_if_any(path)? else { return Ok(LockFile::default()) };
        self.say(path);
        let Some(id) = self.add(path, text) else { return Ok(LockFile::default()) };
        let (lock, diagnostics) = lock::read(&self.sources, id);
        Ok(LockFile { id: Some(id), lock, diagnostics })
    }

    /// Looks up images in the state of the Python original; those that it does not know are left out.
    fn state(&mut self, workspace: &Workspace, names: &[&str]) -> anyhow::Result<State> {
        let mut state = State::default();
        for name in names {
            let Some((path, text)) = self.state_file(workspace, "images", name)? else { continue };
            let bases = match text.and_then(|text| state::image_bases(&text)) {
                Ok(names) => {
                    Ok(names.iter().map(|base| self.state_base(workspace, base)).collect::<anyhow::Result<_>>()?)
                }
                Err(why) => Err(why),
            };
            state.images.insert((*name).to_owned(), StateImage { path, bases });
        }
        Ok(state)
    }

    fn state_base(&mut self, workspace: &Workspace, name: &str) -> anyhow::Result<StateBase> {
        let (path, reference) = match self.state_file(workspace, "base-images", name)? {
            Some((path, text)) => (path, text.and_then(|text| state::base_reference(&text))),
            None => (
                self.tree.shown(&workspace.state_files("base-images", name)[0]),
                Err("there is no file of that name".to_owned()),
            ),
        };
        Ok(StateBase { name: name.to_owned(), path, reference })
    }

    /// The shown path and the text, or why it is none; `None` if there is no file. Names that are no file names are none.
    fn state_file(
        &mut self,
        workspace: &Workspace,
        folder: &str,
        name: &str,
    ) -> anyhow::Result<Option<(String, Result<String, String>)>> {
        if name.is_empty() || name.contains(['/', '\\', '\0']) || name.ends_with(".example") {
            return Ok(None);
        }
        for path in workspace.state_files(folder, name) {
            let Some(text) = self.tree.text_if_any(&path)? else { continue };
            self.say(&path);
            let text = match text {
                FileText::Ok(text) => Ok(text),
                FileText::NotUtf8 { .. } => Err("it is not UTF-8".to_owned()),
                FileText::TooLarge => Err("it is too large".to_owned()),
            };
            return Ok(Some((self.tree.shown(&path), text)));
        }
        Ok(None)
    }
}
