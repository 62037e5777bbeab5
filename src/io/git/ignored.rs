//! Files that git ignores, so that nobody commits them.

use super::program::run;
use crate::source::visible_line;
use std::ffi::OsStr;
use std::path::Path;

/// The place and the pattern by which git ignores a file that it does not track, as `.gitignore:3: dist/`; `None` where it does not,
/// and where there is no git.
pub(crate) fn ignored_by(root: &Path, file: &Path) -> Option<String> {
    let arguments = [OsStr::new("check-ignore"), OsStr::new("--verbose"), OsStr::new("--"), file.as_os_str()];
    let output = run(root, &arguments).ok().filter(|output| output.status.success())?;
    // `SOURCE:LINE:PATTERN\tPATH` (git-check-ignore). A pattern that takes another back is told too.
    let text = String::from_utf8_lossy(&output.stdout);
    let (rule, _) = text.rsplit_once('\t')?;
    let (source, rule) = rule.split_once(':')?;
    let (line, pattern) = rule.split_once(':')?;
    (!pattern.starts_with('!')).then(|| visible_line(&format!("{source}:{line}: {pattern}")))
}
