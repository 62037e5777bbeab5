//! Files of repositories, wherever they are: in this checkout, in one that was named, on the forge.

use super::{Options, Tree, Verbosity};
use crate::diagnostic::{Code, Diagnostic};
use crate::forge::github::WORKFLOWS;
use crate::forge::{AnyRepo, Origin, Provider, gitea};
use crate::grammar::git::Folder;
use crate::io::checkout::Unfit;
use crate::io::forge::{Failure, Forge, Settings, Wanted};
use crate::io::git::Branch;
use crate::io::progress::Progress;
use crate::io::read::{self, FileText};
use crate::io::terminal;
use crate::io::workspace::Workspace;
use crate::model::{Hosts, Source};
use crate::scaffold::propose::is_dockerfile;
use crate::source::{Span, visible_line};
use crate::words::nearest;
use indexmap::IndexMap;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The longest file that is read, in bytes.
pub(crate) const MAX_FILE: usize = 1 << 20;

/// A file: the name that messages show, and the text. Else why there is none.
pub(crate) type Found = Result<(String, String), Absent>;

/// Why there is no file, in words.
#[derive(Clone, Debug)]
pub(crate) struct Absent {
    pub(crate) kind: Kind,
    pub(crate) why: String,
}

/// What kind of absence it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It was looked for where it should be, and is not there.
    Missing,
    /// The repository has no such branch.
    NoBranch,
    /// It is there, and is no text, or more of it than is read.
    NoText,
    /// Nobody could look.
    Unknown,
    /// It is here, and the machine does not give it.
    Unreadable(ErrorKind),
    /// There is something that is no file, or no file of the checkout.
    Unfit(Unfit),
}

impl Absent {
    pub(crate) fn unknown(why: impl Into<String>) -> Self {
        Self { kind: Kind::Unknown, why: why.into() }
    }

    pub(crate) fn no_text(why: impl Into<String>) -> Self {
        Self { kind: Kind::NoText, why: why.into() }
    }

    /// Whether whoever named the file can mend that, and nobody else.
    pub(crate) fn is_input(&self) -> bool {
        !matches!(self.kind, Kind::Unknown | Kind::Unreadable(_))
    }

    /// The error that ends a run which needs every file that is here.
    pub(crate) fn failure(&self) -> Option<std::io::Error> {
        let Kind::Unreadable(kind) = self.kind else { return None };
        Some(std::io::Error::new(kind, self.why.clone()))
    }

    /// The problem that it is in itself, at the place that names the file.
    pub(super) fn problem(&self, named: Span) -> Option<Diagnostic> {
        let Kind::Unfit(unfit) = self.kind else { return None };
        Some(Diagnostic::new(Code::NotAFile, &self.why, named).help(unfit.help()))
    }
}

impl From<Failure> for Absent {
    fn from(failure: Failure) -> Self {
        let kind = match failure {
            Failure::NoFile => Kind::Missing,
            Failure::NoBranch => Kind::NoBranch,
            Failure::TooLarge | Failure::NotText | Failure::NotAFile => Kind::NoText,
            _ => Kind::Unknown,
        };
        Self { kind, why: failure.to_string() }
    }
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

/// Where a repository is checked out.
struct Checkout {
    repo: String,
    folder: PathBuf,
    /// The folder that no link may lead out of.
    root: PathBuf,
}

/// Where files are looked for.
pub(crate) struct Places {
    tree: Rc<Tree>,
    origin: Option<Origin>,
    checkouts: Vec<Checkout>,
    hosts: Hosts,
    /// Whether this checkout has workflows at all: most folders that nobody knows the origin of have none, and a thousand
    /// images would be a thousand looks.
    has_workflows: bool,
    verbosity: Verbosity,
    /// The files of checkouts, by their folders; of those alone in which one is missing.
    listed: RefCell<HashMap<PathBuf, Vec<String>>>,
    /// How often a file that was meant may still be looked for.
    looks: Cell<usize>,
}

/// Whether a path is that of a workflow of some host.
fn is_workflow(path: &str) -> bool {
    [WORKFLOWS, gitea::WORKFLOWS, gitea::FORGEJO_WORKFLOWS].into_iter().any(|folder| path.starts_with(folder))
}

/// Files among which one that was meant is looked for.
const MOST_LISTED: usize = 10_000;
/// How often one is looked for in a run: a report shows no more problems at first, and each look compares with every file.
const MOST_LOOKS: usize = 100;

impl Places {
    /// `written` are the checkouts that images.yaml names; of one that is not there nothing is known.
    pub(super) fn new(
        tree: Rc<Tree>,
        options: &Options,
        written: &IndexMap<AnyRepo, Folder>,
        hosts: &Hosts,
    ) -> anyhow::Result<Self> {
        let root = &tree.workspace().root;
        let origin = tree.origin()?.as_deref().and_then(Origin::parse);
        let has_workflows = tree.exists(&root.join(WORKFLOWS));
        let named = options.checkouts.iter().map(|(repo, folder)| Checkout {
            repo: repo.clone(),
            folder: folder.clone(),
            root: folder.clone(),
        });
        // What images.yaml names is in this checkout, whatever links there are.
        let written = written.iter().map(|(repo, folder)| Checkout {
            repo: repo.to_string(),
            folder: root.join(folder.as_str()),
            root: root.clone(),
        });
        let checkouts = named.chain(written.filter(|checkout| tree.exists(&checkout.folder))).collect();
        let verbosity = options.verbosity;
        let (hosts, listed, looks) = (hosts.clone(), RefCell::default(), Cell::new(MOST_LOOKS));
        Ok(Self { tree, origin, checkouts, hosts, has_workflows, verbosity, listed, looks })
    }

    fn root(&self) -> &Path {
        &self.tree.workspace().root
    }

    /// The repository of this checkout, if it is one of GitHub's.
    pub(crate) fn own_repo(&self) -> Option<String> {
        let origin = self.origin.as_ref()?;
        origin.is(&origin.repo, &self.hosts.github.api_url).then(|| origin.repo.clone())
    }

    /// Reads a file of this checkout, if it is there.
    pub(crate) fn here(&self, path: &str) -> Option<Found> {
        self.place_here(path).map(|(root, path)| self.read_at(root, &path))
    }

    /// Reads a file of this checkout that another names by the way from its own folder, if it is there.
    pub(crate) fn beside(&self, file: &Path, path: &str) -> Option<Found> {
        let path = file.parent().unwrap_or(Path::new("")).join(path);
        self.tree.exists(&path).then(|| self.read_at(self.root(), &path))
    }

    fn place_here(&self, path: &str) -> Option<(&Path, PathBuf)> {
        let here = self.root().join(path);
        self.tree.exists(&here).then(|| (self.root(), here))
    }

    fn read_at(&self, root: &Path, path: &Path) -> Found {
        found(&self.tree.shown(path), self.verbosity, || self.tree.text_in(root, path))
    }

    /// The folder that a repository is checked out in, if that is known, and the one that no link may lead out of. One without a
    /// name is this checkout, whatever it is of.
    fn folder(&self, provider: Provider, repo: &str) -> Option<(&Path, &Path)> {
        if repo.is_empty() {
            return Some((self.root(), self.root()));
        }
        if let Some(checkout) = self.checkouts.iter().find(|checkout| checkout.repo.eq_ignore_ascii_case(repo)) {
            return Some((&checkout.folder, &checkout.root));
        }
        let is_own = |origin: &&Origin| match self.hosts.service(provider) {
            Some(service) => origin.is(repo, &service.api_url),
            // Where the code is that a request of one's own builds, nobody says.
            None => origin.repo.eq_ignore_ascii_case(repo),
        };
        self.origin.as_ref().filter(is_own).map(|_| (self.root(), self.root()))
    }

    /// The repositories, as `owner/name`, of which there are checkouts beside this one.
    pub(super) fn checkouts(&self) -> impl Iterator<Item = String> {
        self.checkouts.iter().map(|checkout| checkout.repo.clone())
    }

    /// The default branch of a repository, if it is this checkout's and git knows that.
    pub(super) fn default_branch(&self, Wanted { provider, repo, .. }: &Wanted) -> anyhow::Result<Option<String>> {
        if self.folder(*provider, repo).is_none_or(|(folder, _)| folder != self.root()) {
            return Ok(None);
        }
        Ok(match self.tree.branch()? {
            Some(Branch::Default(name)) => Some(name),
            _ => None,
        })
    }

    /// Whether the checkout of a repository knows a tag of this name and no branch.
    pub(crate) fn is_tag(&self, provider: Provider, repo: &str, name: &str) -> anyhow::Result<bool> {
        self.folder(provider, repo).map_or(Ok(false), |(folder, _)| self.tree.is_tag(folder, name))
    }

    /// Reads a file of a repository; `None` if it is in no checkout. It is looked for in the first of: the checkout that was
    /// named for the repository; this one, if it is of the repository; this one, if nobody knows what it is of and the file is
    /// there.
    pub(crate) fn read(&self, file: &Wanted) -> Option<Found> {
        let (root, path) = self.place(file)?;
        Some(self.read_at(root, &path).map_err(|absent| match absent.kind {
            Kind::Missing => Absent { why: absent.why + &self.meant(root, &file.path), ..absent },
            _ => absent,
        }))
    }

    /// Which file may have been meant by the path of one that is not there: ; did you mean `services/cron/Dockerfile`?, or
    /// nothing.
    fn meant(&self, root: &Path, path: &str) -> String {
        // In any other folder there may be anything, and much of it.
        if self.looks.get() == 0 || !self.tree.exists(&root.join(".git")) {
            return String::new();
        }
        self.looks.set(self.looks.get() - 1);
        let mut listed = self.listed.borrow_mut();
        let files = listed.entry(root.to_owned()).or_insert_with(|| {
            let files = self.tree.listing_of(root).map(|listing| listing.paths).unwrap_or_default();
            files.into_iter().filter(|path| is_workflow(path) || is_dockerfile(path)).take(MOST_LISTED).collect()
        });
        let alike = files.iter().map(String::as_str).filter(|file| is_workflow(file) == is_workflow(path));
        nearest(path, alike).map_or(String::new(), |near| format!("; did you mean `{}`?", visible_line(near)))
    }

    /// The files of a checkout of a repository, sorted; none where there is no such checkout.
    pub(crate) fn paths(&self, Wanted { provider, repo, .. }: &Wanted) -> Vec<String> {
        let Some((_, root)) = self.folder(*provider, repo) else { return Vec::new() };
        self.tree.listing_of(root).map(|listing| listing.paths).unwrap_or_default()
    }

    /// The file of the repository of an image that says what its pipeline does. Of another host than GitHub it is nothing unless
    /// there is a checkout: which of several folders it is in nobody knows before. Where images.yaml does not say which it is, one that
    /// is not there is no fault.
    pub(super) fn pipeline_file(&self, source: &Source) -> Option<String> {
        let pipeline = &source.pipeline;
        let files = pipeline.files();
        if pipeline.workflow_path().is_some() {
            return files.into_iter().next();
        }
        let folders = pipeline.declarations()?.folders;
        let (folder, is_known) = match self.folder(pipeline.provider(), pipeline.repo()) {
            Some((folder, _)) => (folder, true),
            None if self.origin.is_none() => (self.root(), false),
            None => return None,
        };
        let there = |name: &str| self.tree.exists(&folder.join(name));
        if folders.is_empty() {
            return files.into_iter().find(|file| there(file) || is_known && pipeline.pipeline_file().is_some());
        }
        let first = folders.iter().position(|folder| there(folder));
        files.into_iter().nth(first.or(is_known.then_some(0))?)
    }

    /// The same; else why it is in no checkout.
    pub(crate) fn read_or_why(&self, file: &Wanted) -> Found {
        self.read(file).unwrap_or_else(|| Err(self.not_here(&file.path)))
    }

    fn place(&self, Wanted { provider, repo, path, .. }: &Wanted) -> Option<(&Path, PathBuf)> {
        if let Some((folder, root)) = self.folder(*provider, repo) {
            let path = folder.join(path);
            // `--checkout OWNER/REPO=.` is common; messages name a file in one way alone.
            return Some((root, path.strip_prefix(".").map(Path::to_owned).unwrap_or(path)));
        }
        if self.origin.is_some() || (!self.has_workflows && path.starts_with(WORKFLOWS)) {
            return None;
        }
        self.place_here(path)
    }

    /// Where a file of this very checkout is; `None` of a file that is in another, or in none.
    pub(super) fn own(&self, file: &Wanted) -> Option<PathBuf> {
        let other = self.folder(file.provider, &file.repo).is_some_and(|(folder, _)| !self.tree.is_root(folder));
        self.place(file).filter(|_| !other).map(|(_, path)| path)
    }

    /// What to say of a file that is in no checkout when the forge may not be asked.
    fn not_here(&self, path: &str) -> Absent {
        if let Some(origin) = &self.origin {
            return Absent::unknown(format!("not found here: this checkout is of {}/{}", origin.host, origin.repo));
        }
        let shown = self.tree.shown(&self.root().join(path));
        Absent::unknown(format!("not found here: there is no {shown}{}", self.meant(self.root(), path)))
    }

    /// All files, in their order; what is in no checkout is asked of the forge if that is allowed. `title` stands before the
    /// progress.
    pub(crate) fn find(&self, wanted: &[Wanted], online: bool, title: &'static str) -> Vec<Found> {
        // What several images share is read once.
        let mut asked: IndexMap<&Wanted, Vec<usize>> = IndexMap::new();
        let mut found: Vec<Found> = Vec::with_capacity(wanted.len());
        for (index, file) in wanted.iter().enumerate() {
            found.push(self.read(file).unwrap_or_else(|| {
                asked.entry(file).or_default().push(index);
                Err(self.not_here(&file.path))
            }));
        }
        if !online || asked.is_empty() {
            return found;
        }
        let progress = Progress::new(title, asked.len(), self.verbosity == Verbosity::Normal);
        for provider in Provider::with_files() {
            let files: Vec<Wanted> =
                asked.keys().filter(|file| file.provider == provider).map(|file| (*file).clone()).collect();
            if files.is_empty() {
                continue;
            }
            let settings = Settings { waits: progress.waits(), ..self.settings(provider) };
            let texts = Forge::new(settings).fetch_all(&files, &|| progress.step());
            for (file, text) in files.iter().zip(texts) {
                let name = file.to_string();
                let text = text.map_err(Absent::from);
                for index in &asked[file] {
                    found[*index] = text.clone().map(|text| (name.clone(), text));
                }
            }
        }
        found
    }

    /// How a host is asked; that it gets no token is said.
    fn settings(&self, provider: Provider) -> Settings {
        let mut settings = Settings::new(
            provider,
            self.hosts.service(provider).map_or(&provider.host().address, |service| &service.api_url),
        );
        settings.verbose = self.verbosity == Verbosity::Verbose;
        if self.verbosity != Verbosity::Quiet {
            terminal::message(&settings.access.warning(provider).unwrap_or_default());
        }
        settings
    }
}

/// Reads a file of a tree.
pub(super) fn read_file(tree: &Tree, path: &Path, verbosity: Verbosity) -> Found {
    found(&tree.shown(path), verbosity, || tree.text_if_any(path))
}

/// Reads a file that the user has named.
pub(crate) fn read_named(path: &Path, verbosity: Verbosity) -> Found {
    found(&Workspace::shown(path), verbosity, || read::text_of_named(path))
}

fn found(shown: &str, verbosity: Verbosity, read: impl FnOnce() -> anyhow::Result<Option<FileText>>) -> Found {
    if verbosity == Verbosity::Verbose {
        terminal::message(&format!("reading {shown}\n"));
    }
    match read() {
        Ok(Some(FileText::Ok(text))) if text.len() <= MAX_FILE => Ok((shown.to_owned(), text)),
        Ok(Some(FileText::Ok(_) | FileText::TooLarge)) => {
            Err(Absent::no_text(format!("{shown} is larger than {} MiB", MAX_FILE >> 20)))
        }
        Ok(Some(FileText::NotUtf8 { .. })) => Err(Absent::no_text(format!("{shown} is not UTF-8 text"))),
        Ok(Some(FileText::Unfit(unfit))) => Err(Absent { kind: Kind::Unfit(unfit), why: format!("{shown} {unfit}") }),
        Ok(None) => Err(Absent { kind: Kind::Missing, why: format!("not found here: there is no {shown}") }),
        Err(error) => {
            let cause = error.downcast_ref::<std::io::Error>();
            Err(Absent {
                kind: cause.map_or(Kind::Unknown, |cause| Kind::Unreadable(cause.kind())),
                why: format!("{error:#}"),
            })
        }
    }
}

/// What was found, unless it is here and the machine does not give it.
pub(super) fn readable(found: Found) -> anyhow::Result<Found> {
    match found.as_ref().err().and_then(Absent::failure) {
        Some(failure) => Err(failure.into()),
        None => Ok(found),
    }
}
