//! A proposal without what our own rules refuse.

use super::{Options, Session, Tree};
use crate::io::workspace::Workspace;
use crate::scaffold::propose::Proposal;
use crate::source::visible_line;
use std::collections::BTreeMap;

/// Takes the entries out of a proposal that `lint` and `synth` would call an error in it, with the reason, until they find none.
/// `tree` has the files as they would be, and is given the text of images.yaml.
pub(crate) fn settle(
    workspace: &Workspace,
    proposal: &mut Proposal,
    schema: &str,
    tree: impl Fn(String) -> Tree,
) -> anyhow::Result<()> {
    // Each round takes one entry out at least.
    for _ in 0..=proposal.images().len() {
        let text = proposal.text(schema);
        let starts: Vec<usize> =
            text.lines().enumerate().filter(|(_, line)| line.starts_with("- ")).map(|(number, _)| number + 1).collect();
        let linted = Session::read(tree(text), Options::default())?.lint()?;
        let name = Workspace::shown(&workspace.images);
        let mut refused: BTreeMap<usize, String> = BTreeMap::new();
        let dockerfiles: Vec<String> =
            proposal.dockerfiles().iter().map(|path| Workspace::shown(&workspace.root.join(path))).collect();
        for problem in linted.problems.iter().filter(|problem| problem.is_error()) {
            let place = problem.labels.iter().find(|label| linted.sources.file(label.span.file).name() == name);
            let line = place.map(|label| linted.sources.line_col(label.span).line);
            let entry = line.and_then(|line| starts.partition_point(|start| *start <= line).checked_sub(1));
            // Images that are built on each other are told where their Dockerfiles say so.
            let of_dockerfile = || {
                let mut names = problem.labels.iter().map(|label| linted.sources.file(label.span.file).name());
                names.find_map(|name| dockerfiles.iter().position(|path| path == name))
            };
            if let Some(entry) = entry.or_else(of_dockerfile) {
                let why = format!("`synth` would refuse it, {}: {}", problem.code, visible_line(&problem.message));
                refused.entry(entry).or_insert(why);
            }
        }
        if refused.is_empty() {
            break;
        }
        for (entry, why) in refused.iter().rev() {
            proposal.leave_out(*entry, why);
        }
    }
    Ok(())
}
