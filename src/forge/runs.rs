//! GitHub's runs: whether any may begin, what a dispatch is answered with, and how a run stands.

use super::github::{PROBE_HEADERS, REPOS, WORKFLOWS_OF, Workflow};
use super::{Request, Run, encoded};
use crate::source::percent_encoded;

/// How GitHub tells of them.
pub(super) const RUN: Run = Run {
    ask: |request| with_flag(request, DETAILS),
    id: "workflow_run_id",
    page: "html_url",
    show: run,
    state: "status",
    ended: &["completed"],
    conclusion: "conclusion",
    good: &["success", "skipped", "neutral"],
    checks: &[(
        &[403, 404],
        "the run was not deleted, and that the token may read it: scope repo (classic), or Actions read on this \
         repository (fine-grained)",
    )],
};

/// Key of a dispatch's body. The version of the API after ours knows it no more, since all of its answers have the run.
const DETAILS: &str = "return_run_details";

/// The same dispatch with this in its body, answered by the run in place of nothing.
pub(super) fn with_flag(request: Request, flag: &str) -> Request {
    let body = request.body.map(|body| match body.strip_suffix('}') {
        Some(open) => format!("{open},\"{flag}\":true}}"),
        None => body,
    });
    Request { body, ..request }
}

/// Whether a workflow may run: "Get a workflow".
pub fn workflow(api: &str, workflow: &Workflow) -> Request {
    let file = percent_encoded(&workflow.file);
    Request::get(format!("{api}{REPOS}{}{WORKFLOWS_OF}{file}", encoded(workflow.repo.split('/'))), PROBE_HEADERS)
}

/// Whether any workflow of a repository may: "Get GitHub Actions permissions for a repository", whose `enabled` only those are told who
/// administer it.
pub fn permissions(api: &str, repo: &str) -> Request {
    Request::get(format!("{api}{REPOS}{}/actions/permissions", encoded(repo.split('/'))), PROBE_HEADERS)
}

/// How a run stands: "Get a workflow run".
fn run(api: &str, repo: &str, id: &str) -> Request {
    let url = format!("{api}{REPOS}{}/actions/runs/{id}", encoded(repo.split('/')));
    Request::get(url, PROBE_HEADERS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forge::github::{API, dispatch};
    use indexmap::IndexMap;

    /// "Create a workflow dispatch event": `ref`, `inputs`, `return_run_details`; "Get a workflow run".
    #[test]
    fn a_dispatch_is_asked_for_its_run_and_the_run_for_how_it_stands() {
        let asked = (RUN.ask)(dispatch(&API, "acme/web", "w.yml", "main", &IndexMap::new())).body;
        assert_eq!(asked.as_deref(), Some(r#"{"ref":"main","inputs":{},"return_run_details":true}"#));
        assert_eq!(run(&API, "acme/we.b", "123").url, "https://api.github.com/repos/acme/we.b/actions/runs/123");
    }
}
