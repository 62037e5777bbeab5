//! A run without its command line: the texts of a tree in; a model, manifests and problems out.
//!
//! The command line, the tests and the benches all come through here, so what they see is one thing. A [`Session`] is what was
//! read; each question takes it and answers with values. It owns the way that a problem goes: it is collected, moved to where
//! people write what it is about, and left out if a comment ignores it. What comes out is [`Problems`].
//!
//! | file | what is in it |
//! |---|---|
//! | this one | what was read |
//! | `read` | a tree to what was read |
//! | `problems` | the end of a problem's way |
//! | `synth`, `begins`, `lint`, `discover`, `builds`, `graph`, `stale`, `doctor`, `survey`, `why` | the questions |
//! | `settled` | what `survey` proposes, without what our own rules refuse |
//! | `dockerfiles`, `existing`, `facts`, `files`, `repository`, `runs` | files beside images.yaml, wherever they are |

mod begins;
mod builds;
mod discover;
mod dockerfiles;
pub(crate) mod doctor;
mod existing;
mod facts;
pub(crate) mod files;
mod graph;
mod lint;
mod problems;
mod read;
mod repository;
mod runs;
mod settled;
mod stale;
mod survey;
mod synth;
mod why;

pub use crate::io::tree::Tree;
pub use begins::Begin;
pub(crate) use builds::{Dispatched, Told};
pub use discover::{Discovered, Failure, NewLock};
pub use lint::Linted;
pub use problems::Problems;
pub(crate) use settled::settle;
pub(crate) use stale::Looked;
pub(crate) use survey::survey;
pub use synth::{Added, Counts, Following, Synthesis};

use crate::config::state::State;
use crate::config::{self, File};
use crate::diagnostic::{Code, Diagnostic};
use crate::grammar::git::Folder;
use crate::io::workspace::Workspace;
use crate::lock::{Entry, Lock};
use crate::model::{ManagedImage, Model};
use crate::source::{FileId, SourceFile, Sources};
use files::{Places, readable};
use std::path::PathBuf;
use std::rc::Rc;

/// How a run goes.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What it says while it works.
    pub verbosity: Verbosity,
    /// The lock is taken as it is: this checkout is not searched for the Dockerfiles of images of which nothing is known.
    pub locked: bool,
    /// `lint` and `discover` ask the code host for files that are in no checkout.
    pub online: bool,
    /// Where else is looked, before what images.yaml says: repositories, as `owner/name`, and the folders that they are checked out
    /// in.
    pub checkouts: Vec<Checkout>,
}

/// A repository, as `owner/name`, and the folder that it is checked out in.
pub type Checkout = (String, PathBuf);

/// What a run says on stderr while it works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verbosity {
    /// Nothing.
    Quiet,
    /// How far it is, once that takes long.
    #[default]
    Normal,
    /// Which files are read, and what is asked for over the network.
    Verbose,
}

/// images.yaml and what belongs to it, as it was read.
pub struct Session {
    tree: Rc<Tree>,
    options: Options,
    sources: Sources,
    /// Problems of images.yaml and what it includes.
    diagnostics: Vec<Diagnostic>,
    lock: LockFile,
    /// What the Python original knows.
    state: State,
    /// images.yaml and what it includes, as far as they are text, and where they are.
    images: Vec<(FileId, PathBuf)>,
    root: File,
    included: Vec<File>,
}

/// images.lock.yaml, and what this run has found and adds to it.
#[derive(Default)]
struct LockFile {
    /// The text, if there is one.
    id: Option<FileId>,
    lock: Lock,
    diagnostics: Vec<Diagnostic>,
}

impl Session {
    /// Reads images.yaml, what it includes, its lock and the state of the Python original. What is wrong in them is no error here,
    /// but a problem of every answer; an error is a file that cannot be read.
    pub fn read(tree: Tree, options: Options) -> anyhow::Result<Self> {
        read::read(tree, options)
    }

    /// Where things are.
    pub fn workspace(&self) -> &Workspace {
        self.tree.workspace()
    }

    /// The folder that the manifests are written into, and whether each object has a file of its own, as images.yaml has it.
    pub(crate) fn output(&self) -> (PathBuf, bool) {
        let split = self.root.split.get().is_some_and(|at| at.value);
        (output(self.workspace(), &self.root), split)
    }

    /// The same folder of a tree of which nothing else is asked: images.yaml alone is read.
    pub(crate) fn output_of(tree: &Tree) -> anyhow::Result<PathBuf> {
        Ok(output(tree.workspace(), &read::images(tree)?))
    }

    /// Where the files are.
    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The texts that problems point at.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The same, when nothing more is asked.
    pub(crate) fn into_sources(self) -> Sources {
        self.sources
    }

    /// What images.yaml, the lock and the state mean, and what is wrong with them.
    pub fn model(&mut self) -> anyhow::Result<(Model, Problems)> {
        let (model, diagnostics, _) = self.resolve()?;
        Ok((model, Problems::of(diagnostics, &self.sources)))
    }

    /// The entry of the lock for an image, or what it would be if its Dockerfile is in this checkout.
    pub(crate) fn entry(&mut self, model: &Model, image: &ManagedImage) -> anyhow::Result<Option<Entry>> {
        let lock = Some(&self.lock.lock).filter(|lock| lock.is_whole() && !image.lists_bases);
        if let Some(entry) = lock.and_then(|lock| lock.images.get(&*image.name)) {
            return Ok(Some(entry.value.clone()));
        }
        let places = self.places(model)?;
        let found = places.read(&dockerfiles::wanted(&image.source)).map(readable).transpose()?;
        let Some(Ok((name, text))) = found else { return Ok(None) };
        Ok(dockerfiles::entry(&mut self.sources, dockerfiles::named(image), name, text).0.map(|entry| entry.value))
    }

    /// The repository of this checkout, if it is one of the code host.
    pub(crate) fn own_repo(&self, model: &Model) -> anyhow::Result<Option<String>> {
        Ok(self.places(model)?.own_repo())
    }

    fn places(&self, model: &Model) -> anyhow::Result<Places> {
        Places::new(Rc::clone(&self.tree), &self.options, &model.checkouts, &model.hosts)
    }

    /// Whether a problem is that images.yaml holds nothing but comments.
    pub(crate) fn is_empty(&self, problem: &Diagnostic) -> bool {
        let file = problem.labels.first().map(|label| label.span.file);
        problem.code == Code::Empty && file.is_some() && file == self.images_id()
    }

    /// images.yaml, if it is text.
    pub(crate) fn images_id(&self) -> Option<FileId> {
        self.images.first().map(|(id, _)| *id)
    }

    /// Takes another text for that of images.yaml; what it includes stays.
    pub(crate) fn replace_images(&mut self, text: String) {
        let Some((old, _)) = self.images.first() else { return };
        let old = *old;
        let id = self.sources.add(SourceFile::new(self.sources.file(old).name().to_owned(), text));
        let (root, diagnostics) = config::read_images(&self.sources, id);
        self.diagnostics.retain(|diagnostic| diagnostic.labels.first().is_none_or(|label| label.span.file != old));
        self.diagnostics.extend(diagnostics);
        self.images[0].0 = id;
        self.root = root;
    }
}

/// The folder that manifests are written into, as a file that was read has it.
fn output(workspace: &Workspace, root: &File) -> PathBuf {
    let folder = root.out.get().and_then(|at| at.value.parse::<Folder>().ok());
    workspace.output(folder.as_deref())
}
