//! What the work tree was in a revision of git.

use super::ended::Wrong;
use crate::io::revision::{NoRevision, Revision};
use crate::io::workspace::Workspace;
use crate::session::Tree;

/// The tree of a revision, unless it has no images.yaml: where that is now, or where one is looked for.
pub(super) fn tree(name: &str, workspace: &Workspace) -> anyhow::Result<Result<Option<Tree>, NoRevision>> {
    let revision = match Revision::open(&workspace.root, name)? {
        Ok(revision) => revision,
        Err(why) => return Ok(Err(why)),
    };
    let candidates = Workspace::CANDIDATES.map(|path| workspace.root.join(path));
    let images = [workspace.images.clone()].into_iter().chain(candidates).find(|path| revision.has(path));
    let then = images.map(|images| Workspace { images, root: workspace.root.clone() });
    Ok(Ok(then.map(|then| Tree::revision(then, revision))))
}

/// What to say of a revision that is not there.
pub(super) fn missing(name: &str, why: &NoRevision) -> Wrong {
    match why {
        NoRevision::NoGit => Wrong::new("git is not here, and `--base` needs it")
            .help("install git, or compare with a file by `--against`"),
        NoRevision::NotFound { shallow: false } => Wrong::new(format!("git knows no revision `{name}` here"))
            .help("name a branch, a tag or a commit, as in `--base origin/main`; fetch it first if it is elsewhere"),
        NoRevision::NotFound { shallow: true } => {
            Wrong::new(format!("git knows no revision `{name}` here, and this clone is shallow"))
                .help("fetch it all: `git fetch --unshallow`, or `fetch-depth: 0` for actions/checkout")
        }
        NoRevision::Other(said) => Wrong::new(format!("git could not find `{name}`: {said}")),
    }
}
