//! Where things are: images.yaml, the checkout that it is in, included files and the state of the Python original.

use super::checkout;
use super::read::exists;
use crate::source::visible_line;
use anyhow::Context;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

/// images.yaml and the checkout around it.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// images.yaml.
    pub images: PathBuf,
    /// The git work tree that contains it, else its folder.
    pub root: PathBuf,
}

impl Workspace {
    /// Where images.yaml is looked for in a folder, the first first.
    pub const CANDIDATES: [&str; 2] = ["image-factory/images.yaml", "images.yaml"];

    /// Takes the file that was named, or looks for `image-factory/images.yaml`, then `images.yaml`, from here upward.
    /// `None` if nothing was named and nothing is found.
    pub fn find(named: Option<&Path>) -> anyhow::Result<Option<Self>> {
        let images = if let Some(path) = named {
            path.to_owned()
        } else {
            let here = std::env::current_dir().context("cannot tell which folder this is")?;
            let candidates = here.ancestors().flat_map(|folder| Self::CANDIDATES.map(|name| folder.join(name)));
            match candidates.into_iter().find(|path| exists(path)) {
                Some(path) => path,
                None => return Ok(None),
            }
        };
        let absolute =
            std::path::absolute(&images).with_context(|| format!("cannot tell where {} is", images.display()))?;
        let folder = absolute.parent().unwrap_or(Path::new("/")).to_owned();
        let root = folder.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&folder).to_owned();
        Ok(Some(Self { images: absolute, root }))
    }

    /// The root of the git work tree that contains the current folder, else that folder.
    pub fn here() -> anyhow::Result<PathBuf> {
        let here = std::env::current_dir().context("cannot tell which folder this is")?;
        let root = here.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned);
        Ok(root.unwrap_or(here))
    }

    /// The other images.yaml that could have been found in the same folder, if there is one.
    pub fn other(&self) -> Option<PathBuf> {
        let folder = self.folder();
        let other = folder.parent()?.join("images.yaml");
        // Not through a link: what that leads to is told when it is read.
        let is_there = other.symlink_metadata().is_ok_and(|data| !data.is_dir());
        (folder.file_name()? == "image-factory" && is_there).then_some(other)
    }

    /// The folder of images.yaml.
    pub fn folder(&self) -> &Path {
        self.images.parent().unwrap_or(Path::new("/"))
    }

    /// images.lock.yaml beside images.yaml.
    pub fn lock(&self) -> PathBuf {
        self.folder().join("images.lock.yaml")
    }

    /// The folder of the output: the one that images.yaml names, from the root of the checkout, else `dist`.
    pub fn output(&self, folder: Option<&str>) -> PathBuf {
        normal(&self.root.join(folder.unwrap_or("dist")))
    }

    /// The files that match a glob, relative to the folder of images.yaml, sorted; images.yaml itself is never one. Links and
    /// pipes are among them; reading tells what they are.
    /// The error says behind the pattern why it cannot be used: it is no glob, or it leads out of the checkout as text, whose
    /// files are all that a message may show.
    pub fn included(&self, pattern: &str) -> anyhow::Result<Result<Vec<PathBuf>, String>> {
        let Pattern { matcher, start, levels } = match self.pattern(pattern) {
            Ok(pattern) => pattern,
            Err(why) => return Ok(Err(why)),
        };
        let mut found = BTreeSet::new();
        if levels == 0 {
            if exists(&start) {
                found.insert(start);
            }
        } else {
            let is_folder = |path: &Path| matches!(checkout::folder(&self.root, path), Ok(Some(Ok(_))));
            walk(&start, self.below(&start), levels, &mut |path, relative| {
                if matcher.is_match(relative) && !is_folder(path) {
                    found.insert(path.to_owned());
                }
            })?;
        }
        found.retain(|path| normal(path) != normal(&self.images));
        Ok(Ok(found.into_iter().collect()))
    }

    /// Those of a list of files that a glob matches, as [`Workspace::included`] has it.
    pub fn included_of(&self, pattern: &str, files: impl Iterator<Item = PathBuf>) -> Result<Vec<PathBuf>, String> {
        let Pattern { matcher, start, levels } = self.pattern(pattern)?;
        let whole = normal(&start);
        let matches = |path: &PathBuf| {
            let Ok(rest) = path.strip_prefix(&whole) else { return false };
            match rest.components().count() {
                0 => levels == 0,
                // A list has no `..` in it, which a pattern that climbs begins with.
                depth => depth <= levels && matcher.is_match(self.below(&start).join(rest)),
            }
        };
        let images = normal(&self.images);
        // A folder that is named is found as one, which reading tells.
        let named = |path: PathBuf| if levels == 0 && path.starts_with(&whole) { whole.clone() } else { path };
        let found: BTreeSet<PathBuf> = files.map(named).filter(|path| *path != images && matches(path)).collect();
        Ok(found.into_iter().collect())
    }

    /// A glob of `include`, as far as its text alone tells what is wrong with it.
    fn pattern(&self, pattern: &str) -> Result<Pattern, String> {
        let mut below = pattern;
        while let Some(rest) = below.strip_prefix("./") {
            below = rest;
        }
        let matcher = matcher(below)?;
        // Nothing above the first part with a wildcard needs to be searched.
        let mut start = self.folder().to_owned();
        let mut levels = 0;
        for part in Path::new(below).components() {
            let text = part.as_os_str().to_string_lossy();
            let literal = !text.contains(['*', '?', '[', '{', '\\']);
            if levels == 0 && literal {
                start.push(part);
            } else {
                levels += 1;
            }
            if text.contains("**") {
                levels = MAX_LEVELS;
            }
        }
        if !normal(&start).starts_with(&self.root) {
            return Err(OUTSIDE.to_owned());
        }
        Ok(Pattern { matcher, start, levels: levels.min(MAX_LEVELS) })
    }

    /// A path below the folder of images.yaml as a pattern has it.
    fn below<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(self.folder()).unwrap_or(path)
    }

    /// The files of the Python original for a name, in both of its layouts, the newer first.
    pub fn state_files(&self, folder: &str, name: &str) -> [PathBuf; 2] {
        let file = format!("{name}.yaml");
        [self.folder().join("state").join(folder).join(&file), self.folder().join(folder).join(&file)]
    }

    /// A path as people see it: relative to the folder they are in, if it is near, and with nothing in it that acts on a
    /// terminal.
    pub fn shown(path: &Path) -> String {
        visible_line(&Self::near(path))
    }

    fn near(path: &Path) -> String {
        let here = std::env::current_dir().unwrap_or_default();
        for (up, folder) in here.ancestors().enumerate() {
            // From far away a whole path says more than a row of dots.
            let (true, Ok(below)) = (up <= 4 && folder.parent().is_some(), path.strip_prefix(folder)) else { continue };
            let relative: PathBuf = std::iter::repeat_n("..", up).map(Path::new).chain([below]).collect();
            return if relative.as_os_str().is_empty() { ".".to_owned() } else { relative.display().to_string() };
        }
        path.display().to_string()
    }
}

/// A glob of `include`, ready to be searched for.
struct Pattern {
    matcher: GlobSet,
    /// What it begins with before the first wildcard: a folder, or all of it.
    start: PathBuf,
    /// How many levels below `start` a file may be; 0 if `start` is the file.
    levels: usize,
}

/// Why a pattern cannot be used that names files of others.
const OUTSIDE: &str = "leads out of the checkout";
/// The longest pattern: what Linux takes for a path.
const MAX_PATTERN: usize = 4_095;

/// A glob, compiled. The error says behind the pattern why it is none.
fn matcher(pattern: &str) -> Result<GlobSet, String> {
    if pattern.is_empty() || pattern.contains('\0') {
        return Err("is empty, or holds a NUL".to_owned());
    }
    if pattern.len() > MAX_PATTERN {
        return Err(format!("is longer than {MAX_PATTERN} characters"));
    }
    let none = |error: globset::Error| format!("is not a glob: {}", error.kind());
    let glob = GlobBuilder::new(pattern).literal_separator(true).build().map_err(none)?;
    // A set, because a glob by itself panics where it is too large to be compiled.
    GlobSetBuilder::new().add(glob).build().map_err(none)
}

/// How deep `**` goes; a checkout is not deeper.
const MAX_LEVELS: usize = 32;

fn walk(folder: &Path, relative: &Path, levels: usize, visit: &mut impl FnMut(&Path, &Path)) -> anyhow::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        // A name that is too long for a folder is that of none.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidFilename) => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("cannot read the folder {}", folder.display())),
    };
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot read the folder {}", folder.display()))?;
        let (path, relative) = (entry.path(), relative.join(entry.file_name()));
        let kind = entry.file_type().with_context(|| format!("cannot read {}", path.display()))?;
        if kind.is_dir() {
            // Folders behind links are not entered: they may lead back here.
            if levels > 1 && entry.file_name() != ".git" {
                walk(&path, &relative, levels - 1, visit)?;
            }
        } else {
            visit(&path, &relative);
        }
    }
    Ok(())
}

/// A path without `.` and `..`, as text has it: links are not looked at.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}
