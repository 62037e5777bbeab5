//! images.yaml and what belongs to it, out of a tree.

use super::{LockFile, Options, Session, Tree, Verbosity};
use crate::config::state::{self, State, StateBase, StateImage};
use crate::config::{self, File};
use crate::diagnostic::{Code, Diagnostic};
use crate::io::read::{FileText, MAX_FILE};
use crate::io::{door, terminal};
use crate::lock;
use crate::model::resolve::images_without_bases;
use crate::source::{At, FileId, SourceFile, Sources, Span};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Reads a tree; what is not there is empty.
pub(super) fn read(tree: Tree, options: Options) -> anyhow::Result<Session> {
    let mut loader = Loader::new(&tree, options.verbosity);
    let workspace = tree.workspace();
    let root = loader.images(&workspace.images, None)?;
    let included = loader.included(&root)?;
    let lock = loader.lock(&workspace.lock())?;
    let state = loader.state(&images_without_bases(&root, &included, &lock.lock))?;
    let Loader { sources, diagnostics, images, .. } = loader;
    Ok(Session { tree: Rc::new(tree), options, sources, diagnostics, lock, state, images, root, included })
}

/// Reads images.yaml of a tree and nothing else; nobody is told what is wrong in it.
pub(super) fn images(tree: &Tree) -> anyhow::Result<File> {
    Loader::new(tree, Verbosity::Quiet).images(&tree.workspace().images, None)
}

struct Loader<'a> {
    tree: &'a Tree,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
    images: Vec<(FileId, PathBuf)>,
    verbosity: Verbosity,
}

impl<'a> Loader<'a> {
    fn new(tree: &'a Tree, verbosity: Verbosity) -> Self {
        let sources = Sources::without(door::known());
        Self { tree, sources, diagnostics: Vec::new(), images: Vec::new(), verbosity }
    }

    fn say(&self, path: &Path) {
        if self.verbosity == Verbosity::Verbose {
            terminal::message(&format!("reading {}\n", self.tree.shown(path)));
        }
    }

    /// Adds a text; `None` if it is not one, which has been reported then, at the place that names it if there is one.
    fn add(&mut self, path: &Path, text: FileText, named: Option<Span>) -> Option<FileId> {
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
            FileText::Unfit(unfit) => {
                self.diagnostics.push(
                    match named {
                        Some(span) => Diagnostic::new(Code::NotAFile, format!("{name} {unfit}"), span),
                        None => Diagnostic::global(Code::NotAFile, format!("{name} {unfit}")),
                    }
                    .help(unfit.help()),
                );
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

    fn images(&mut self, path: &Path, named: Option<Span>) -> anyhow::Result<File> {
        self.say(path);
        let Some(text) = self.tree.text_if_any(path)? else {
            anyhow::bail!("cannot read {}: it is not there", self.tree.shown(path));
        };
        let Some(id) = self.add(path, text, named) else { return Ok(File::default()) };
        self.images.push((id, path.to_owned()));
        let (file, diagnostics) = config::read_images(&self.sources, id);
        self.diagnostics.extend(diagnostics);
        Ok(file)
    }

    fn included(&mut self, root: &File) -> anyhow::Result<Vec<File>> {
        let mut files: BTreeMap<PathBuf, (Span, Option<usize>)> = BTreeMap::new();
        for pattern in root.include.items() {
            files.extend(self.matches(pattern)?.into_iter().map(|path| (path, (pattern.span, None))));
        }
        for (index, project) in root.projects.items().enumerate() {
            for pattern in project.value.include.items() {
                for path in self.matches(pattern)? {
                    match files.get(&path) {
                        Some((first, Some(other))) if *other != index => {
                            let message = format!("{} is given to two Projects", self.tree.shown(&path));
                            let diagnostic = Diagnostic::new(Code::InvalidValue, message, pattern.span);
                            self.diagnostics.push(diagnostic.label(*first, "first here").help("leave it out of one"));
                        }
                        _ => _ = files.insert(path, (pattern.span, Some(index))),
                    }
                }
            }
        }
        let read = |(path, (pattern, of_project)): (&PathBuf, &(Span, Option<usize>))| {
            Ok(File { of_project: *of_project, ..self.images(path, Some(*pattern))? })
        };
        files.iter().map(read).collect()
    }

    /// The files that a pattern of `include` matches; that it matches none is reported.
    fn matches(&mut self, pattern: &At<String>) -> anyhow::Result<Vec<PathBuf>> {
        let problem = match self.tree.included(&pattern.value)? {
            Ok(found) if found.is_empty() => "matches no file".to_owned(),
            Ok(found) => return Ok(found),
            Err(why) => why,
        };
        let shown: String = pattern.value.chars().take(80).collect();
        self.diagnostics.push(
            Diagnostic::new(Code::IncludeMatchesNothing, format!("`{shown}` {problem}"), pattern.span)
                .help("paths are relative to the folder of images.yaml; `*` stays in one folder, `**` does not"),
        );
        Ok(Vec::new())
    }

    fn lock(&mut self, path: &Path) -> anyhow::Result<LockFile> {
        let Some(text) = self.tree.text_if_any(path)? else { return Ok(LockFile::default()) };
        self.say(path);
        let Some(id) = self.add(path, text, None) else { return Ok(LockFile::default()) };
        let (lock, diagnostics) = lock::read(&self.sources, id);
        Ok(LockFile { id: Some(id), lock, diagnostics })
    }

    /// Looks up images in the state of the Python original; those that it does not know are left out.
    fn state(&mut self, names: &[&str]) -> anyhow::Result<State> {
        let mut state = State::default();
        for name in names {
            let Some((path, text)) = self.state_file("images", name)? else { continue };
            let bases = match text.and_then(|text| state::image_bases(&text)) {
                Ok(names) => Ok(names.iter().map(|base| self.state_base(base)).collect::<anyhow::Result<_>>()?),
                Err(why) => Err(why),
            };
            state.images.insert((*name).to_owned(), StateImage { path, bases });
        }
        Ok(state)
    }

    fn state_base(&mut self, name: &str) -> anyhow::Result<StateBase> {
        let (path, reference) = match self.state_file("base-images", name)? {
            Some((path, text)) => (path, text.and_then(|text| state::base_reference(&text))),
            None => (
                self.tree.shown(&self.tree.workspace().state_files("base-images", name)[0]),
                Err("there is no file of that name".to_owned()),
            ),
        };
        Ok(StateBase { name: name.to_owned(), path, reference })
    }

    /// The shown path and the text, or why it is none; `None` if there is no file. Names that are no file names are none.
    fn state_file(&mut self, folder: &str, name: &str) -> anyhow::Result<Option<(String, Result<String, String>)>> {
        if name.is_empty() || name.contains(['/', '\\', '\0']) || name.ends_with(".example") {
            return Ok(None);
        }
        for path in self.tree.workspace().state_files(folder, name) {
            let Some(text) = self.tree.text_if_any(&path)? else { continue };
            self.say(&path);
            let text = match text {
                FileText::Ok(text) => Ok(text),
                FileText::NotUtf8 { .. } => Err("it is not UTF-8".to_owned()),
                FileText::TooLarge => Err("it is too large".to_owned()),
                FileText::Unfit(unfit) => Err(format!("it {unfit}")),
            };
            return Ok(Some((self.tree.shown(&path), text)));
        }
        Ok(None)
    }
}
