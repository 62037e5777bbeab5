//! Names that git knows, for whoever types one.

use super::program::command;
use crate::io::within::within;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

/// How long git is waited for: a `.git` may lead it to a pipe that nobody writes to.
const LIMIT: Duration = Duration::from_secs(1);
/// How many names are taken, and how many bytes.
const MOST: (usize, u64) = (1_000, 1 << 18);

/// `HEAD`, and the branches and tags of the work tree at a folder; nothing where git does not say.
pub fn references(root: &Path) -> Vec<String> {
    let listed = listed(root).unwrap_or_default();
    let mut names = listed.lines().filter(|name| !name.ends_with("/HEAD")).map(str::to_owned).peekable();
    let head = names.peek().map(|_| "HEAD".to_owned());
    head.into_iter().chain(names).collect()
}

fn listed(root: &Path) -> Option<String> {
    let count = format!("--count={}", MOST.0);
    let mut git = command(root).ok()?;
    git.args(["for-each-ref", &count, "--format=%(refname:lstrip=2)", "refs/heads", "refs/remotes", "refs/tags"]);
    let mut child = git.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let output = child.stdout.take();
    let text = within(LIMIT, move || {
        let mut bytes = Vec::new();
        output?.take(MOST.1).read_to_end(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    });
    // It has ended, or would never.
    let _ = child.kill().and_then(|()| child.wait());
    text.flatten()
}
