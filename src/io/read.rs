//! Reading text files, with a limit on what is read and without trusting the encoding.

use anyhow::Context;
use std::fs::File;
use std::io::{ErrorKind, Read};
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
}

/// Whether there is something of that name.
pub fn exists(path: &Path) -> bool {
    path.exists()
}

/// Reads a file; `None` if there is none.
pub fn text_if_any(path: &Path) -> anyhow::Result<Option<FileText>> {
    match File::open(path) {
        Ok(file) => text_of(file, path).map(Some),
        // A name that is too long for a file, or goes on behind one, is that of none.
        Err(error)
            if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidFilename | ErrorKind::NotADirectory) =>
        {
            Ok(None)
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Reads stdin to its end.
pub fn stdin() -> anyhow::Result<FileText> {
    text_of(std::io::stdin().lock(), Path::new("stdin"))
}

fn text_of(file: impl Read, path: &Path) -> anyhow::Result<FileText> {
    let mut bytes = Vec::new();
    // One byte past the limit tells a file of exactly that length from a longer one, and a device from a file.
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text_of_bytes(bytes))
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
