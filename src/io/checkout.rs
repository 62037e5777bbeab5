//! Which files of a checkout are read and written: those that are in it, and are files.
//!
//! Whoever opens a pull request decides what lies in a checkout, so a link in it may lead to any file of the machine, and its
//! text, shown in a message, to whoever reads the log. And a pipe that nobody writes to is never read to its end. Both are told
//! before anything is opened. Nothing else changes the checkout meanwhile.
//!
//! A path that is not below the root as text is one that the user has named, and may lead anywhere.

use super::workspace::{Workspace, normal};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Why what stands somewhere is no file, or no folder, of the checkout. As text, what is to be said behind its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is outside: it is a link, or in a folder that is one.
    Outside,
    /// A link that leads to nothing, or back to itself.
    Dangling,
    /// A folder in place of a file.
    Folder,
    /// A file in place of a folder.
    File,
    /// A pipe, a socket or a device.
    Special,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Outside => "leads out of the checkout through a link",
            Self::Dangling => "is a link to nothing",
            Self::Folder => "is a folder and no file",
            Self::File => "is a file and no folder",
            Self::Special => "is a pipe, a socket or a device and no file",
        })
    }
}

impl Unfit {
    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            Self::Outside => "put what the link leads to into the checkout, in place of the link",
            Self::Dangling => "remove the link, or put there what it names",
            Self::Folder | Self::Special => "put a file in its place, or name another",
            Self::File => "move it away, or name another folder",
        }
    }
}

/// That something would have been written there.
#[derive(Clone, Debug)]
pub struct Refused {
    /// What is unfit.
    pub path: PathBuf,
    /// Why.
    pub unfit: Unfit,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", Workspace::shown(&self.path), self.unfit)
    }
}

impl std::error::Error for Refused {}

/// The file that a path leads to, through links if there are any; `None` if there is nothing of that name.
pub fn file(root: &Path, path: &Path) -> io::Result<Option<Result<PathBuf, Unfit>>> {
    found(root, path, |kind| match kind {
        _ if kind.is_file() => Ok(()),
        _ if kind.is_dir() => Err(Unfit::Folder),
        _ => Err(Unfit::Special),
    })
}

/// The same for a folder.
pub fn folder(root: &Path, path: &Path) -> io::Result<Option<Result<PathBuf, Unfit>>> {
    found(root, path, |kind| if kind.is_dir() { Ok(()) } else { Err(Unfit::File) })
}

/// The file that is written when a path is: the one that it leads to, or a new one in a folder of the checkout, which may be new
/// too.
pub fn target(root: &Path, path: &Path) -> anyhow::Result<PathBuf> {
    let refused = |path: &Path, unfit| Refused { path: path.to_owned(), unfit };
    if let Some(found) = file(root, path)? {
        return Ok(found.map_err(|unfit| refused(path, unfit))?);
    }
    for above in path.ancestors().skip(1).filter(|above| !above.as_os_str().is_empty()) {
        if let Some(found) = folder(root, above)? {
            found.map_err(|unfit| refused(above, unfit))?;
            break;
        }
    }
    Ok(path.to_owned())
}

/// Whether a path is one of a checkout, as text has it.
pub fn is_below(root: &Path, path: &Path) -> bool {
    absolute(path).starts_with(absolute(root))
}

/// Whether two paths are one, as text has it.
pub fn is_same(one: &Path, other: &Path) -> bool {
    absolute(one) == absolute(other)
}

/// A path from the root of the system on, as text has it.
fn absolute(path: &Path) -> PathBuf {
    normal(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

/// What a path leads to, if it is of the right kind. Nothing has been opened then.
fn found(
    root: &Path,
    path: &Path,
    check: impl Fn(fs::FileType) -> Result<(), Unfit>,
) -> io::Result<Option<Result<PathBuf, Unfit>>> {
    let real = match way(root, path) {
        Ok(Ok(real)) => real,
        Ok(Err(unfit)) => return Ok(Some(Err(unfit))),
        Err(error) if is_nothing(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    let kind = fs::metadata(&real)?.file_type();
    Ok(Some(check(kind).map(|()| real)))
}

/// Whether an error says that there is nothing. A name that is too long for a file, or goes on behind one, is that of none.
fn is_nothing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidFilename | ErrorKind::NotADirectory)
}

/// Where a path leads to.
fn way(root: &Path, path: &Path) -> io::Result<Result<PathBuf, Unfit>> {
    let [whole, below] = [root, path].map(absolute);
    let Ok(below) = below.strip_prefix(&whole) else {
        // One that the user has named. What is open as `/dev/fd/63` has no path of its own.
        let is_link = || fs::symlink_metadata(path).is_ok_and(|data| data.is_symlink());
        return match fs::metadata(path) {
            Ok(_) => Ok(Ok(fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()))),
            Err(error) if error.kind() != ErrorKind::PermissionDenied && is_link() => Ok(Err(Unfit::Dangling)),
            Err(error) => Err(error),
        };
    };
    within(&real(&whole)?, below)
}

/// Follows a path below a root, link by link. What lies outside is never asked for: whether a link out leads to anything there
/// is nobody's business who only wrote the link.
fn within(root: &Path, below: &Path) -> io::Result<Result<PathBuf, Unfit>> {
    /// As many links as Linux follows (`path_resolution(7)`).
    const LINKS: usize = 40;
    // What is left, the last first, and whether a link has said it.
    let mut rest: Vec<(OsString, bool)> = parts(below, false).collect();
    let mut at = root.to_owned();
    let mut links = 0;
    while let Some((part, is_of_link)) = rest.pop() {
        at.push(part);
        let data = match fs::symlink_metadata(&at) {
            Ok(data) => data,
            Err(error) if is_nothing(&error) && is_of_link => return Ok(Err(Unfit::Dangling)),
            Err(error) => return Err(error),
        };
        if !data.is_symlink() {
            continue;
        }
        links += 1;
        if links > LINKS {
            return Ok(Err(Unfit::Dangling));
        }
        let link = fs::read_link(&at)?;
        at.pop();
        // `at` has no link in it, so that text tells where `..` leads.
        let mut to = normal(&at.join(link));
        if let Ok(below) = to.strip_prefix(root) {
            rest.extend(parts(below, true));
            root.clone_into(&mut at);
            continue;
        }
        // It may lead back in by another name of the checkout; if not, nobody learns why.
        to.extend(rest.iter().rev().map(|(part, _)| part));
        let back = fs::canonicalize(to).ok().filter(|real| real.starts_with(root));
        return Ok(back.ok_or(Unfit::Outside));
    }
    Ok(Ok(at))
}

/// The parts of a path, the last first.
fn parts(path: &Path, is_of_link: bool) -> impl Iterator<Item = (OsString, bool)> {
    path.iter().rev().map(move |part| (part.to_owned(), is_of_link))
}

/// A path without links in it. That of a checkout is asked for once, and does not change while it is read.
fn real(root: &Path) -> io::Result<PathBuf> {
    static KNOWN: Mutex<BTreeMap<PathBuf, PathBuf>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(real) = known.get(root) {
        return Ok(real.clone());
    }
    let real = fs::canonicalize(root)?;
    known.insert(root.to_owned(), real.clone());
    Ok(real)
}
