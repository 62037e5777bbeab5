//! Files of repositories, wherever they are: in this checkout, in one that was named, on the forge.

use super::Options;
use crate::forge::github::WORKFLOWS;
use crate::forge::{Origin, Provider};
use crate::io::forge::{Failure, Forge, Settings, Wanted};
use crate::io::git;
use crate::io::progress::Progress;
use crate::io::read::{self, FileText};
use crate::io::terminal;
use crate::io::workspace::Workspace;
use indexmap::IndexMap;
use std::fmt;
use std::path::{Path, PathBuf};

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
    /// Nobody could look, or nobody could read it.
    Unknown,
}

impl Absent {
    pub(crate) fn unknown(why: impl Into<String>) -> Self {
        Self { kind: Kind::Unknown, why: why.into() }
    }
}

impl From<Failure> for Absent {
    fn from(failure: Failure) -> Self {
        let kind = match failure {
            Failure::NoFile => Kind::Missing,
            Failure::NoBranch => Kind::NoBranch,
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

/// Where files are looked for.
pub(crate) struct Places {
    root: PathBuf,
    origin: Option<Origin>,
    /// Repositories and the folders that they are checked out in.
    checkouts: Vec<(String, PathBuf)>,
    /// Address of GitHub's API.
    api_url: String,
    /// Whether this checkout has workflows at all: most folders that nobody knows the origin of have none, and a thousand
    /// images would be a thousand looks.
    has_workflows: bool,
}

impl Places {
    pub(crate) fn new(workspace: &Workspace, checkouts: Vec<(String, PathBuf)>, api_url: &str) -> anyhow::Result<Self> {
        let origin = git::origin(&workspace.root)?.as_deref().and_then(Origin::parse);
        let has_workflows = read::exists(&workspace.root.join(WORKFLOWS));
        Ok(Self { root: workspace.root.clone(), origin, checkouts, api_url: api_url.to_owned(), has_workflows })
    }

    /// The repository of this checkout, if it is one of the forge.
    pub(crate) fn own_repo(&self) -> Option<String> {
        let origin = self.origin.as_ref()?;
        origin.is(&origin.repo, &self.api_url).then(|| origin.repo.clone())
    }

    /// The folder that a repository is checked out in, if that is known.
    pub(crate) fn folder(&self, repo: &str) -> Option<&Path> {
        if let Some((_, folder)) = self.checkouts.iter().find(|(name, _)| name.eq_ignore_ascii_case(repo)) {
            return Some(folder);
        }
        self.origin.as_ref().filter(|origin| origin.is(repo, &self.api_url)).map(|_| self.root.as_path())
    }

    /// The first of: the checkout that was named for the repository; this one, if it is of the repository; this one, if
    /// nobody knows what it is of and the file is there.
    pub(crate) fn place(&self, repo: &str, path: &str) -> Option<PathBuf> {
        if let Some(folder) = self.folder(repo) {
            let path = folder.join(path);
            // `--checkout OWNER/REPO=.` is common; messages name a file in one way alone.
            return Some(path.strip_prefix(".").map(Path::to_owned).unwrap_or(path));
        }
        if self.origin.is_some() || (!self.has_workflows && path.starts_with(WORKFLOWS)) {
            return None;
        }
        let here = self.root.join(path);
        read::exists(&here).then_some(here)
    }

    /// What to say of a file that is in no checkout when the forge may not be asked.
    fn not_here(&self, path: &str) -> Absent {
        Absent::unknown(match &self.origin {
            Some(origin) => format!("not found here: this checkout is of {}/{}", origin.host, origin.repo),
            None => format!("not found here: there is no {}", Workspace::shown(&self.root.join(path))),
        })
    }

    /// All files, in their order; what is in no checkout is asked of the forge if that is allowed. `title` stands before the
    /// progress.
    pub(crate) fn find(&self, wanted: &[Wanted], online: bool, title: &'static str, options: Options) -> Vec<Found> {
        // What several images share is read once.
        let mut asked: IndexMap<&Wanted, Vec<usize>> = IndexMap::new();
        let mut found: Vec<Found> = Vec::with_capacity(wanted.len());
        for (index, file) in wanted.iter().enumerate() {
            found.push(if let Some(path) = self.place(&file.repo, &file.path) {
                read_file(&path, options)
            } else {
                asked.entry(file).or_default().push(index);
                Err(self.not_here(&file.path))
            });
        }
        if !online || asked.is_empty() {
            return found;
        }
        let mut settings = Settings::new(Provider::GitHub, &self.api_url);
        settings.verbose = options.verbose;
        if !options.quiet {
            terminal::message(&settings.access.warning(Provider::GitHub).unwrap_or_default());
        }
        let files: Vec<Wanted> = asked.keys().map(|file| (*file).clone()).collect();
        let progress = Progress::new(title, files.len(), !options.quiet && !options.verbose);
        let texts = Forge::new(settings).fetch_all(&files, &|| progress.step());
        for ((file, indices), text) in asked.iter().zip(texts) {
            let name = format!("{}@{}:{}", file.repo, file.branch, file.path);
            let text = text.map_err(Absent::from);
            for index in indices {
                found[*index] = text.clone().map(|text| (name.clone(), text));
            }
        }
        found
    }
}

/// Reads a file of a checkout.
pub(crate) fn read_file(path: &Path, options: Options) -> Found {
    let shown = Workspace::shown(path);
    if options.verbose {
        terminal::message(&format!("reading {shown}\n"));
    }
    match read::text_if_any(path) {
        Ok(Some(FileText::Ok(text))) if text.len() <= MAX_FILE => Ok((shown, text)),
        Ok(Some(FileText::Ok(_) | FileText::TooLarge)) => {
            Err(Absent::unknown(format!("{shown} is larger than {} MiB", MAX_FILE >> 20)))
        }
        Ok(Some(FileText::NotUtf8 { .. })) => Err(Absent::unknown(format!("{shown} is not UTF-8 text"))),
        Ok(None) => Err(Absent { kind: Kind::Missing, why: format!("not found here: there is no {shown}") }),
        Err(error) => Err(Absent::unknown(format!("{error:#}"))),
    }
}
