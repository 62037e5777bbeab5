//! The files of a work tree that git does not ignore.
//!
//! It asks git, as [`super::revision`] does. A crate that reads `.gitignore` would leave out files that are tracked although a
//! pattern matches them, and would have to be told of the user's own excludes; and where there is a work tree there is mostly
//! a git that made it. Where there is none, all files are listed.

use super::git::program::run;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The files of a folder.
#[derive(Debug)]
pub struct Listing {
    /// Paths from the folder, with `/`, sorted; ordinary files alone. Those that are not UTF-8 are left out.
    pub paths: Vec<String>,
    /// Whether git said which it ignores.
    pub by_git: bool,
}

/// How deep folders are entered where git does not say what is in them.
const MAX_LEVELS: usize = 16;

/// Lists them: tracked or not, but not ignored.
pub fn files(root: &Path) -> anyhow::Result<Listing> {
    let arguments = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
    if let Some(output) = run(root, &arguments).ok().filter(|output| output.status.success()) {
        let names = output.stdout.split(|byte| *byte == 0).filter_map(|name| std::str::from_utf8(name).ok());
        // What is tracked and deleted is listed too, and so are links and submodules.
        let names = names.filter(|name| !name.is_empty() && is_file(&root.join(name)));
        let paths: BTreeSet<String> = names.map(str::to_owned).collect();
        return Ok(Listing { paths: paths.into_iter().collect(), by_git: true });
    }
    let mut paths = BTreeSet::new();
    walk(root, "", MAX_LEVELS, &mut paths);
    Ok(Listing { paths: paths.into_iter().collect(), by_git: false })
}

/// Whether it is an ordinary file, and no link: that may lead out of the checkout.
fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|data| data.is_file())
}

/// Folders that cannot be read are passed over: what is in them is not this repository's to build.
fn walk(folder: &Path, prefix: &str, levels: usize, found: &mut BTreeSet<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (Ok(name), Ok(kind)) = (entry.file_name().into_string(), entry.file_type()) else { continue };
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        if kind.is_file() {
            found.insert(path);
        } else if kind.is_dir() && levels > 1 && name != ".git" {
            walk(&entry.path(), &path, levels - 1, found);
        }
    }
}
