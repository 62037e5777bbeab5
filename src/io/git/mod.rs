//! What a git work tree says of itself, without git: the address of its origin, and its tags. What only git knows is asked of
//! `program`.

pub(crate) mod ignored;
pub(crate) mod program;
pub mod references;

use super::read::{self, FileText};
use std::path::{Path, PathBuf};

/// The address of the remote `origin` of the work tree at a folder; `None` where there is none, or no work tree.
///
/// `url.<base>.insteadOf` and included files are not followed.
pub fn origin(root: &Path) -> anyhow::Result<Option<String>> {
    let Some(common) = common_folder(root)? else { return Ok(None) };
    Ok(text(&common.join("config"))?.as_deref().and_then(origin_url))
}

/// Whether the work tree at a folder knows a tag of this name, and no branch, its own or origin's. A name that leaves the
/// folder of references is none.
pub fn is_tag(root: &Path, name: &str) -> anyhow::Result<bool> {
    let [tag, head, remote] = knows(root, name, ["refs/tags", "refs/heads", "refs/remotes/origin"])?;
    Ok(tag && !head && !remote)
}

/// Whether the work tree at a folder knows a branch of this name, its own or origin's.
pub fn is_branch(root: &Path, name: &str) -> anyhow::Result<bool> {
    let [head, remote] = knows(root, name, ["refs/heads", "refs/remotes/origin"])?;
    Ok(head || remote)
}

/// By kind of reference: whether there is one of this name.
fn knows<const N: usize>(root: &Path, name: &str, kinds: [&str; N]) -> anyhow::Result<[bool; N]> {
    if name.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Ok([false; N]);
    }
    let Some(common) = common_folder(root)? else { return Ok([false; N]) };
    // A reference is a file of its own or a line of `packed-refs` (gitrepository-layout).
    let packed = text(&common.join("packed-refs"))?.unwrap_or_default();
    Ok(kinds.map(|kind| {
        let reference = format!("{kind}/{name}");
        common.join(&reference).is_file() || packed.lines().any(|line| line.split(' ').nth(1) == Some(&reference))
    }))
}

/// A branch of a work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Branch {
    /// The default one of the remote `origin`.
    Default(String),
    /// The one that is checked out; nobody knows the default.
    Current(String),
}

/// The default branch of `origin` of the work tree at a folder, as a clone has noted it, else the current one. `None` where
/// there is no work tree, and where no branch is checked out.
pub fn branch(root: &Path) -> anyhow::Result<Option<Branch>> {
    let (Some(folder), Some(common)) = (git_folder(root)?, common_folder(root)?) else { return Ok(None) };
    // Both files hold `ref: NAME` (gitrepository-layout).
    let name = |text: Option<String>, kind: &str| {
        let reference = text.as_deref()?.trim().strip_prefix("ref:")?.trim().strip_prefix(kind)?.to_owned();
        Some(reference).filter(|name| !name.is_empty())
    };
    if let Some(name) = name(text(&common.join("refs/remotes/origin/HEAD"))?, "refs/remotes/origin/") {
        return Ok(Some(Branch::Default(name)));
    }
    Ok(name(text(&folder.join("HEAD"))?, "refs/heads/").map(Branch::Current))
}

/// The folder of the repository: in a linked work tree `commondir` leads to it (gitrepository-layout).
fn common_folder(root: &Path) -> anyhow::Result<Option<PathBuf>> {
    let Some(folder) = git_folder(root)? else { return Ok(None) };
    Ok(Some(match text(&folder.join("commondir"))? {
        Some(path) => folder.join(path.trim()),
        None => folder,
    }))
}

/// `.git`, or the folder that a file of that name leads to, as in linked work trees and submodules.
fn git_folder(root: &Path) -> anyhow::Result<Option<PathBuf>> {
    let git = root.join(".git");
    if git.is_dir() {
        return Ok(Some(git));
    }
    let text = text(&git)?;
    Ok(text.as_deref().and_then(|text| text.strip_prefix("gitdir:")).map(|path| root.join(path.trim())))
}

fn text(path: &Path) -> anyhow::Result<Option<String>> {
    // `.git` is no file of the checkout: in linked work trees it is elsewhere.
    Ok(match read::text_if_any(path, path)? {
        Some(FileText::Ok(text)) => Some(text),
        _ => None,
    })
}

/// The value of `remote.origin.url` in a git configuration (git-config, "CONFIGURATION FILE").
fn origin_url(config: &str) -> Option<String> {
    let mut in_origin = false;
    for line in config.lines() {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix('[') {
            let section = rest.split(']').next().unwrap_or("");
            let (name, remote) = section.split_once(char::is_whitespace).unwrap_or((section, ""));
            in_origin = name.eq_ignore_ascii_case("remote") && remote.trim() == "\"origin\"";
        } else if in_origin
            && let Some((key, value)) = line.split_once('=')
            && key.trim().eq_ignore_ascii_case("url")
        {
            let value = value.trim();
            let value = value.strip_prefix('"').and_then(|value| value.split('"').next()).unwrap_or(value);
            return Some(value.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_origin_is_found_among_others() {
        let config = "[core]\n\turl = x\n[remote \"upstream\"]\n\turl = a\n[Remote \"origin\"] # ours\n\tfetch = +refs/*\n\tURL = git@github.com:acme/web.git\n";
        assert_eq!(origin_url(config).as_deref(), Some("git@github.com:acme/web.git"));
        assert_eq!(origin_url("[remote \"origin\"]\nurl = \"https://a/b c\" ; x\n").as_deref(), Some("https://a/b c"));
        assert_eq!(origin_url("[remote \"Origin\"]\nurl = a\n"), None, "names of remotes have a case");
    }
}
