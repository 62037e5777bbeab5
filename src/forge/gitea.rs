//! Gitea and Forgejo: their REST API, version 1, which has GitHub's paths for workflows (operations `ActionsDispatchWorkflow`,
//! `DispatchWorkflow`, `repoGetRawFile`, `repoGet`, `getVersion`). `tests/conformance` holds what is sent against their own
//! descriptions of it: Gitea 1.24.0, whose CHANGELOG has "Support workflow event dispatch via API" (#32059, #33545) and before
//! which the description has no such operation, Gitea 1.27.0, and Forgejo 17.0.
//!
//! Gitea has no limit of inputs: it goes through those that the workflow declares, takes what is sent or else the default, and
//! does not look at others (`ActionsDispatchWorkflow` of `routers/api/v1/repo/action.go`, 1.24.0 and 1.27.0). Forgejo does the
//! same, refuses one that is required and empty (400), and counts those that have a value: more than `LIMIT_DISPATCH_INPUTS`
//! of its `app.ini`, 10 unless set, are a 500, as is a workflow that is not there (`services/actions/workflows.go`).
//!
//! | answer | meaning | outcome |
//! |---|---|---|
//! | 204, and 200 (Gitea) or 201 (Forgejo) with the run | dispatched | done |
//! | 200 | the file | done |
//! | 408, 429, 5xx | not now | sent again |
//! | 400, 401, 403, 404, 422 and everything else | never like this | failed, with the host's message and what to check |

use super::github::{self, Body, Workflow, workflow_of};
use super::pipeline::names;
use super::runs::{self, with_flag};
use super::{
    AnswerNames, Authorization, Check, Declarations, DeclaredAs, Dispatched, Dispatches, Elsewhere, Header, Host,
    Limit, Limits, Most, NOWHERE, Request, Run, encoded, full_reference, parts,
};
use crate::grammar::fixed::{FixedText, InputName};
use crate::grammar::kubernetes::{ObjectName, SecretKey};
use crate::source::percent_encoded;
use indexmap::IndexMap;

/// What is known of Gitea. The variables are those of its command line, `tea`.
pub static HOST: Host = host(
    "Gitea",
    "GITEA_TOKEN",
    Elsewhere { tokens: &["GITEA_TOKEN", "GITEA_SERVER_TOKEN"], host: "GITEA_SERVER_URL", address: None },
    ObjectName::constant("gitea-credentials"),
);

/// What is known of Forgejo. The variables are those that its runner sets.
pub static FORGEJO: Host = host(
    "Forgejo",
    "FORGEJO_TOKEN",
    Elsewhere { tokens: &["FORGEJO_TOKEN"], host: "FORGEJO_SERVER_URL", address: None },
    ObjectName::constant("forgejo-credentials"),
);

const fn host(name: &'static str, variable: &'static str, elsewhere: Elsewhere, secret: ObjectName) -> Host {
    Host {
        name,
        address: NOWHERE,
        variable,
        elsewhere,
        credential: (secret, SecretKey::constant("token")),
        authorization: TOKEN_OF_USER,
        // Neither limits requests; what stands before it may.
        limit: Limit::USUAL,
        message_keys: &["message"],
        // No answer tells a branch that is not there from a file that is not.
        no_branch: "branch does not exist",
        read_headers: &[],
        read_checks: READ_CHECKS,
        file: Some(file),
        repository,
    }
}

/// How Gitea starts workflows.
pub static DISPATCHES: Dispatches<'static> = dispatches(
    names!("gitea"),
    &[200, 204],
    "(response.status == 204 or type(response.body) == \"map\" and response.body.workflow_run_id != nil)",
    &RUN,
);

/// How Forgejo starts workflows.
pub static FORGEJO_DISPATCHES: Dispatches<'static> = dispatches(names!("forgejo"), &[201, 204], "", &FORGEJO_RUN);

const fn dispatches(
    names: AnswerNames,
    taken: &'static [u16],
    taken_if: &'static str,
    run: &'static Run,
) -> Dispatches<'static> {
    Dispatches {
        headers: HEADERS,
        own_headers: Vec::new(),
        authorization: TOKEN_OF_USER,
        taken,
        taken_if,
        checks: CHECKS,
        branch_at: &["ref"],
        inputs_at: &[&["inputs"]],
        names,
        probe,
        started,
        limits: Limits { inputs: None, name: None },
        run: Some(run),
    }
}

/// How Gitea tells of a run that it started, since 1.26 (`services/convert/convert.go`); one that is older answers 204 all the same.
static RUN: Run = Run {
    ask: |request| Request { url: format!("{}{DETAILS}", request.url), ..request },
    show: run,
    good: &["success", "skipped"],
    checks: RUN_CHECKS,
    // The rest is called as GitHub calls it.
    ..runs::RUN
};

/// How Forgejo does; one without `return_run_info` answers 204 (`models/actions/status.go`).
static FORGEJO_RUN: Run = Run {
    ask: |request| with_flag(request, "return_run_info"),
    id: "id",
    page: "html_url",
    show: run,
    state: "status",
    ended: &["success", "failure", "cancelled", "skipped"],
    conclusion: "status",
    good: &["success", "skipped"],
    checks: RUN_CHECKS,
};

/// Has a dispatch answered by the run.
const DETAILS: &str = "?return_run_details=true";
const RUN_CHECKS: &[Check] =
    &[(&[403, 404], "the run was not deleted, and that the token may read it: read:repository")];

/// The folder of a repository that Gitea looks for workflows in; without one, in GitHub's.
pub const WORKFLOWS: &str = ".gitea/workflows";
/// The folder of a repository that Forgejo looks for workflows in; without one, in Gitea's and then in GitHub's.
pub const FORGEJO_WORKFLOWS: &str = ".forgejo/workflows";
/// What the path of an instance's API begins with.
pub(super) const API: &str = "/api/v1";

/// What Gitea makes of what a workflow declares (`services/actions/workflow.go`; that it refuses one without `workflow_dispatch`
/// is of 1.27: before it started that without inputs).
pub static DECLARATIONS: Declarations = Declarations {
    folders: &[WORKFLOWS, github::WORKFLOWS],
    missing: "Gitea answers 404 to a dispatch of a workflow that is not on the branch",
    on_default_branch: false,
    undispatched: Some(422),
    undeclared: None,
    required: None,
    kind: None,
    most: None,
    any_case: false,
    any_case_of_values: false,
    form: DeclaredAs::Workflow,
};

/// What Forgejo makes of what a workflow declares (`services/actions/workflows.go`).
pub static FORGEJO_DECLARATIONS: Declarations = Declarations {
    folders: &[FORGEJO_WORKFLOWS, WORKFLOWS, github::WORKFLOWS],
    missing: "Forgejo answers 500 to a dispatch of a workflow that is not on the branch",
    undispatched: None,
    required: Some(400),
    most: Some(Most::Valued(10, "LIMIT_DISPATCH_INPUTS")),
    ..DECLARATIONS
};

const TOKEN_OF_USER: Authorization<'static> = Authorization::Header { name: "Authorization", scheme: "token " };
const HEADERS: &[Header<'static>] = &[("Accept", "application/json"), ("Content-Type", "application/json")];
const READ_CHECKS: &[Check] = &[(
    &[403, 404],
    "the repository, the branch and the file exist, and that the token may read them: read:repository",
)];
const CHECKS: &[Check] = &[
    (&[200], "the address is that of the instance: it answers with a page"),
    (
        &[403, 404],
        "the repository, the branch and the workflow file on it exist, that Actions is on for the repository, that the \
         instance has this API (Gitea 1.24), and that the token may start it: write:repository",
    ),
    (&[400, 422], "the branch exists, and that the workflow there has on.workflow_dispatch with these inputs"),
];

/// The content of a file: `repoGetRawFile`.
pub fn file(instance: &str, repo: &str, branch: &str, path: &str) -> Request {
    let Request { url: repository, .. } = repository(instance, repo);
    Request::get(format!("{repository}/raw/{}?ref={}", encoded(parts(path)), percent_encoded(branch)), &[])
}

/// Whether a repository is there: `repoGet`.
pub fn repository(instance: &str, repo: &str) -> Request {
    Request::get(format!("{instance}{API}/repos/{}", encoded(repo.split('/'))), &[])
}

/// The version of the instance: `getVersion`.
fn probe(instance: &str) -> Request {
    Request::get(format!("{instance}{API}/version"), &[])
}

/// Starts a workflow. A full reference is what all versions take.
pub fn dispatch(
    instance: &str,
    Workflow { repo, file }: &Workflow,
    branch: &str,
    inputs: &IndexMap<InputName, FixedText>,
) -> Request {
    let Request { url: repository, .. } = repository(instance, repo);
    let url = format!("{repository}/actions/workflows/{}/dispatches", percent_encoded(file));
    Request::post(url, &Body { branch: &full_reference(branch), inputs })
}

/// How a run stands: `GetWorkflowRun`, `GetActionRun`.
fn run(instance: &str, repo: &str, id: &str) -> Request {
    let Request { url, .. } = repository(instance, repo);
    Request::get(format!("{url}/actions/runs/{id}"), HEADERS)
}

fn started(url: &str) -> Option<Dispatched<'_>> {
    let dispatched = workflow_of(url.strip_suffix(DETAILS).unwrap_or(url))?;
    Some(Dispatched { api: dispatched.api.strip_suffix(API)?, ..dispatched })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paths and keys of the descriptions of both.
    #[test]
    fn a_workflow_is_started_on_a_full_reference_and_found_again() {
        let inputs = IndexMap::from([("a".parse().unwrap(), "b\"c".parse().unwrap())]);
        let workflow = Workflow { repo: "acme/web".parse().unwrap(), file: "b u.yml".parse().unwrap() };
        for (branch, full) in [("main", "refs/heads/main"), ("refs/tags/v1", "refs/tags/v1")] {
            let request = dispatch("https://h/git", &workflow, branch, &inputs);
            assert_eq!(request.url, "https://h/git/api/v1/repos/acme/web/actions/workflows/b%20u.yml/dispatches");
            assert_eq!(request.body, Some(format!(r#"{{"ref":"{full}","inputs":{{"a":"b\"c"}}}}"#)));
            let back = super::super::dispatched(&request.url).map(|(_, back)| back);
            let expected = Dispatched { api: "https://h/git", repo: "acme/web".into(), pipeline: "b u.yml".to_owned() };
            assert_eq!(back, Some(expected));
        }
    }

    /// `return_run_details` in the query of Gitea 1.26, `return_run_info` in the body of Forgejo.
    #[test]
    fn a_dispatch_is_asked_for_its_run() {
        let workflow = Workflow { repo: "acme/web".parse().unwrap(), file: "w.yml".parse().unwrap() };
        let plain = || dispatch("https://h", &workflow, "main", &IndexMap::new());
        let asked = (RUN.ask)(plain());
        assert_eq!(asked.url, plain().url + "?return_run_details=true");
        assert_eq!(started(&asked.url), started(&plain().url));
        let asked = (FORGEJO_RUN.ask)(plain());
        assert_eq!(asked.body.as_deref(), Some(r#"{"ref":"refs/heads/main","inputs":{},"return_run_info":true}"#));
        assert_eq!(run("https://h/git", "acme/web", "7").url, "https://h/git/api/v1/repos/acme/web/actions/runs/7");
    }

    #[test]
    fn a_file_is_asked_for_with_its_path_and_branch_encoded() {
        assert_eq!(
            file("https://h", "acme/web", "a/b c", "./x//\u{fc}#?.Dockerfile").url,
            "https://h/api/v1/repos/acme/web/raw/x/%C3%BC%23%3F.Dockerfile?ref=a%2Fb%20c"
        );
    }
}
