//! Reading text files, with a limit on what is read and without trusting the encoding.

use super::checkout::{self, Unfit};
use super::workspace::Workspace;
use anyhow::Context;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Longest file that is read, in bytes: images.yaml of 10,000 images has 3 million.
pub const MAX_FILE: u64 = 64 << 20;

/// What a file turned out to be.
#[derive(Debug)]
pub enum FileText {
    /// All of it, as UTF-8.
    Ok(String),
    /// Not UTF-8: the text with replacement characters, and the offset of the first in it.
    NotUtf8 {
        /// What could be read.
        lossy: String,
        /// Bytes before the first that is not UTF-8.
        valid: usize,
        /// Whether it begins as UTF-16 does.
        utf16: bool,
    },
    /// Longer than [`MAX_FILE`].
    TooLarge,
    /// There is something, but no file that may be read.
    Unfit(Unfit),
}

/// Whether there is something of that name, be it a link to nothing.
pub fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Whether a path leads to a folder.
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// Reads a file of the checkout at `root`; `None` if there is none.
pub fn text_if_any(root: &Path, path: &Path) -> anyhow::Result<Option<FileText>> {
    let cannot = || format!("cannot read {}", path.display());
    match checkout::file(root, path).with_context(cannot)? {
        Some(Ok(real)) => text_of(File::open(real).with_context(cannot)?, path).map(Some),
        Some(Err(unfit)) => Ok(Some(FileText::Unfit(unfit))),
        None => Ok(None),
    }
}

/// Whether a file of the checkout says this, or is not there where there is no text.
pub fn says(root: &Path, path: &Path, text: Option<&str>) -> bool {
    match text_if_any(root, path) {
        Ok(Some(FileText::Ok(now))) => Some(now.as_str()) == text,
        Ok(None) => text.is_none(),
        _ => false,
    }
}

/// Reads a file that the user has named, which may be a pipe, as in `diff --against <(kubectl get stages -o yaml)`. In the
/// checkout around the current folder it is one of that: its name may come from a workflow, and what stands there from anybody.
pub fn text_of_named(path: &Path) -> anyhow::Result<Option<FileText>> {
    let root = Workspace::here()?;
    match text_if_any(&root, path)? {
        Some(FileText::Unfit(Unfit::Special)) if !checkout::is_below(&root, path) => {
            let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
            text_of(file, path).map(Some)
        }
        text => Ok(text),
    }
}

/// Reads stdin to its end.
pub fn stdin() -> anyhow::Result<FileText> {
    stdin_bytes().map(text_of_bytes)
}

/// The bytes of stdin.
pub fn stdin_bytes() -> anyhow::Result<Vec<u8>> {
    bytes_of(std::io::stdin().lock(), Path::new("stdin"))
}

/// Hands stdin to a reader of a stream, up to so many bytes; `None` if there are more.
pub fn stdin_by<T>(most: u64, read: impl FnOnce(&mut dyn Read) -> T) -> Option<T> {
    let mut limited = std::io::BufReader::new(std::io::stdin()).take(most);
    let result = read(&mut limited);
    (limited.limit() > 0).then_some(result)
}

fn text_of(file: impl Read, path: &Path) -> anyhow::Result<FileText> {
    bytes_of(file, path).map(text_of_bytes)
}

fn bytes_of(file: impl Read, path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte past the limit tells a file of exactly that length from a longer one, and a device from a file.
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(bytes)
}

/// What bytes turn out to be.
pub fn text_of_bytes(bytes: Vec<u8>) -> FileText {
    if bytes.len() as u64 > MAX_FILE {
        return FileText::TooLarge;
    }
    match String::from_utf8(bytes) {
        Ok(text) => FileText::Ok(text),
        Err(error) => FileText::NotUtf8 {
            valid: error.utf8_error().valid_up_to(),
            utf16: matches!(error.as_bytes(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..]),
            lossy: String::from_utf8_lossy(error.as_bytes()).into_owned(),
        },
    }
}
