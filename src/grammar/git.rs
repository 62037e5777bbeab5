//! Branches and paths, as git has them.

use super::{Form, form};

/// The longest branch that is read.
const MAX_BRANCH: usize = 255;
/// The longest path that Linux opens (`PATH_MAX` without the NUL at its end), in bytes.
const MAX_PATH: usize = 4_095;

form! {
    /// A branch, or a full reference as `refs/heads/main` (git-check-ref-format).
    Branch = branch, {
        "type": "string", "pattern": "^[^\\x00-\\x20\\x7f~^:?*\\[\\\\]+$", "maxLength": 255,
        "patternErrorMessage": "git allows no blanks and none of ~^:?*[\\ in a branch"
    }, [
        /// The branch where nothing else is written.
        MAIN = "main",
    ]
}

impl Form for Branch {
    const QUOTES_MEND: bool = true;
}

form! {
    /// The path of a file or a folder in a repository, from its root.
    RepoPath = path, {
        "type": "string", "pattern": "^(?!/)(?!(.*/)?\\.\\.(/|$))[^\\x00-\\x1f\\x7f]+$",
        "patternErrorMessage": "write the path from the root of the repository, without `/` in front and without `..`"
    }, []
}

impl Form for RepoPath {
    fn meant(text: &str) -> Option<String> {
        from_root::<Self>(text)
    }
}

form! {
    /// The path of a folder in the checkout of images.yaml, from its root, in which the tool reads or writes.
    Folder = folder, {
        "type": "string", "pattern": "^(?!/)(?!(.*/)?(\\.\\.|\\.[Gg][Ii][Tt])(/|$))[^\\x00-\\x1f\\x7f]+$",
        "patternErrorMessage": "write a folder of this checkout from its root, without `/` in front and without `..`"
    }, []
}

impl Form for Folder {}

form! {
    /// The path of a file in a repository, from its root.
    FilePath = file, {
        "type": "string", "pattern": "^(?!/)(?!(.*/)?\\.\\.(/|$))[^\\x00-\\x1f\\x7f]+$",
        "patternErrorMessage": "write the path from the root of the repository, without `/` in front and without `..`"
    }, [
        /// Where `docker build` looks for a Dockerfile.
        DOCKERFILE = "Dockerfile",
    ]
}

impl Form for FilePath {
    fn meant(text: &str) -> Option<String> {
        from_root::<Self>(text)
    }
}

impl RepoPath {
    /// A file in this folder.
    pub fn join(&self, file: &FilePath) -> FilePath {
        match self.trim_start_matches("./").trim_end_matches('/') {
            "" | "." => file.clone(),
            folder => FilePath(format!("{folder}/{file}").into()),
        }
    }
}

/// A path with slashes in front, without them.
fn from_root<T: Form>(text: &str) -> Option<String> {
    let path = text.trim_start_matches('/');
    (path.len() < text.len() && path.parse::<T>().is_ok()).then(|| path.to_owned())
}

fn branch(text: &str) -> Result<&str, String> {
    if text.is_empty() {
        return Err("it is empty".into());
    }
    if let Some(c) = text.chars().find(|c| c.is_control() || " ~^:?*[\\".contains(*c)) {
        return Err(format!("git allows no {c:?} in a branch"));
    }
    for part in ["..", "@{", "//"] {
        if text.contains(part) {
            return Err(format!("git allows no `{part}` in a branch"));
        }
    }
    let edge = text.starts_with(['-', '/']) || text.ends_with(['/', '.']) || text == "@";
    if edge || text.split('/').any(|part| part.starts_with('.') || part.to_ascii_lowercase().ends_with(".lock")) {
        return Err("git allows no branch that begins or ends like this".into());
    }
    if text.len() > MAX_BRANCH { Err(format!("it is longer than {MAX_BRANCH} characters")) } else { Ok(text) }
}

fn path(text: &str) -> Result<&str, String> {
    if text.is_empty() {
        return Err("it is empty".into());
    }
    if text.starts_with('/') {
        return Err("write the path from the root of the repository, without a slash in front".into());
    }
    if text.split('/').any(|part| part == "..") {
        return Err("it leaves the repository".into());
    }
    if text.chars().any(char::is_control) {
        return Err("it holds a control character".into());
    }
    if text.len() > MAX_PATH { Err(format!("it is longer than {MAX_PATH} characters")) } else { Ok(text) }
}

/// Who changes images.yaml may be a stranger: what leads out of the checkout is for the command line alone.
fn folder(text: &str) -> Result<&str, String> {
    let parts = || text.split('/');
    if text.starts_with('/') || parts().any(|part| part == "..") {
        return Err("it leads out of this checkout, which only `--out` and `--checkout` may do".into());
    }
    if parts().any(|part| part.eq_ignore_ascii_case(".git")) {
        return Err("it is one of git's own folders".into());
    }
    path(text)
}

fn file(text: &str) -> Result<&str, String> {
    if matches!(path(text)?.rsplit('/').next(), Some("" | ".")) {
        return Err("it names a folder; write the file behind it".into());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_are_what_git_allows() {
        for good in ["main", "release/1.x", "feature/it's-\"ok\"", "refs/heads/main", "\u{e9}", "{x}}", "100%"] {
            assert_eq!(good.parse().map(|branch: Branch| branch.to_string()), Ok(good.to_owned()));
        }
        for bad in [
            "", "a b", "a..b", "-a", "a/", "a.lock", "a~1", "a^", "a:b", "a?b", "a*", "a[", "a\\b", "@{x", "@", ".a",
            "x/.y", "a\nb", "a\u{0}", "a//b", "${{x}}",
        ] {
            assert!(bad.parse::<Branch>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_file_is_below_its_folder() {
        for (folder, file) in
            [("apps/web", "apps/web/Dockerfile"), ("./a/", "a/Dockerfile"), (".", "Dockerfile"), ("./", "Dockerfile")]
        {
            let folder: RepoPath = folder.parse().unwrap();
            assert_eq!(folder.join(&FilePath::DOCKERFILE).as_str(), file);
        }
        for bad in ["a/", ".", "a/.", "../a", "/a", "a\nb", ""] {
            assert!(bad.parse::<FilePath>().is_err(), "{bad:?}");
        }
    }
}
