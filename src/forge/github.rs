//! GitHub: its REST API, by its documentation of version 2022-11-28 (docs.github.com).
//!
//! What it answers and what follows:
//!
//! | answer | meaning | outcome |
//! |---|---|---|
//! | 200, 204 | dispatched (200 with a body since API version 2026-03-10), or the file | done |
//! | 403 with `Retry-After` or `X-RateLimit-Remaining: 0`, or whose message says rate limit; 408, 429, 5xx | not now | sent again |
//! | 400, 401, 403, 404, 422 and everything else | never like this | failed, with GitHub's message and what to check |

use super::{
    AnswerNames, Authorization, Declarations, DeclaredAs, Dispatched, Dispatches, Elsewhere, Header, Host, Limit,
    Limits, Most, Request, encoded, parts, runs,
};
use crate::grammar::address::ApiUrl;
use crate::grammar::fixed::{FixedText, InputName};
use crate::grammar::kubernetes::{ObjectName, SecretKey};
use crate::grammar::{Form, form};
use crate::source::{percent_decoded, percent_encoded};
use indexmap::IndexMap;
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::borrow::Cow;

/// What is known of it.
pub static HOST: Host = Host {
    name: "GitHub",
    address: API,
    variable: "GITHUB_TOKEN",
    elsewhere: Elsewhere {
        tokens: &["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"],
        host: "GH_HOST",
        address: Some(API_VARIABLE),
    },
    credential: (ObjectName::constant("github-credentials"), SecretKey::constant("password")),
    authorization: BEARER,
    // "Rate limits for the REST API".
    limit: Limit { status: Some(403), ..Limit::USUAL },
    message_keys: &["message"],
    // Of a branch it says `No commit found for the ref main`; of a path and a repository alike `Not Found`.
    no_branch: "commit",
    read_headers: READ_HEADERS,
    read_checks: &[(
        &[403, 404],
        "the repository, the branch and the file exist, and that the token may read them: scope repo \
         (classic), or Contents read on this repository (fine-grained)",
    )],
    file: Some(file),
    repository,
};

/// How it starts workflows.
pub static DISPATCHES: Dispatches<'static> = Dispatches {
    headers: &[JSON, ("Content-Type", "application/json"), VERSION],
    own_headers: Vec::new(),
    authorization: BEARER,
    taken: &[200, 204],
    taken_if: "",
    checks: &[
        (
            &[403, 404],
            "the repository and the workflow file exist, and that the token may start it: scope repo (classic), \
             or Actions read and write on this repository (fine-grained)",
        ),
        (&[422], "the ref exists, and that the workflow there has on.workflow_dispatch with these inputs"),
    ],
    branch_at: &["ref"],
    inputs_at: &[&["inputs"]],
    names: AnswerNames {
        word: Cow::Borrowed("github"),
        headers: Cow::Borrowed("headers"),
        taken: Cow::Borrowed("dispatched"),
        later: Cow::Borrowed("later"),
        refused: Cow::Borrowed("refused"),
        explanation: Cow::Borrowed("explanation"),
        run: Cow::Borrowed("run"),
        ended: Cow::Borrowed("ended"),
        broken: Cow::Borrowed("broken"),
        stands: Cow::Borrowed("stands"),
    },
    probe,
    started,
    limits: Limits { inputs: Some(MAX_INPUTS), name: None },
    run: Some(&runs::RUN),
};

/// The variable in which GitHub Actions says the address of its API ("Default environment variables").
pub const API_VARIABLE: &str = "GITHUB_API_URL";
/// The address of GitHub's own API.
pub const API: ApiUrl = ApiUrl::constant("https://api.github.com");
/// Inputs that a workflow takes at most (GitHub, since December 2025).
pub const MAX_INPUTS: usize = 25;

/// What it makes of what a workflow declares ("Create a workflow dispatch event").
pub static DECLARATIONS: Declarations = Declarations {
    folders: &[WORKFLOWS],
    missing: "GitHub answers 404 to a dispatch of a workflow that is not on the default branch",
    on_default_branch: true,
    undispatched: Some(422),
    undeclared: Some(422),
    required: Some(422),
    kind: Some(422),
    most: Some(Most::Declared(MAX_INPUTS)),
    any_case: true,
    any_case_of_values: false,
    form: DeclaredAs::Workflow,
};

/// The version of the API that is asked for: the last that answers 204, supported until 2028-03-10.
const VERSION: Header<'static> = ("X-GitHub-Api-Version", "2022-11-28");
const BEARER: Authorization<'static> = Authorization::Header { name: "Authorization", scheme: "Bearer " };
const JSON: Header<'static> = ("Accept", "application/vnd.github+json");
const RAW: Header<'static> = ("Accept", "application/vnd.github.raw+json");
pub(super) const REPOS: &str = "/repos/";
pub(super) const WORKFLOWS_OF: &str = "/actions/workflows/";
const DISPATCH: &str = "/dispatches";

/// The folder of a repository that workflows are in.
pub const WORKFLOWS: &str = ".github/workflows";

/// The host of GitHub's own pages and of git there.
pub(super) const WEB: &str = "github.com";
/// The longest name of a repository; those of owners are shorter.
const MAX_NAME: usize = 100;
/// The longest name of a file that Linux has.
const MAX_FILE: usize = 255;

form! {
    /// `owner/name` of a repository.
    Repo = repo, {
        "type": "string", "pattern": "^[A-Za-z0-9_][A-Za-z0-9_-]*/(?!\\.{1,2}$)[A-Za-z0-9_.-]+$",
        "patternErrorMessage": "write `owner/name`, not an address", "examples": ["myorg/myrepo"]
    }, []
}

impl Form for Repo {
    fn meant(text: &str) -> Option<String> {
        let path = path_in_address(text)?;
        path.parse::<Self>().is_ok().then(|| path.to_owned())
    }
}

impl Repo {
    /// The user or organization.
    pub fn owner(&self) -> &str {
        self.split_once('/').map_or("", |(owner, _)| owner)
    }
}

form! {
    /// The file name of a workflow, without the folder that every workflow is in.
    WorkflowFile = workflow_file, {
        "type": "string", "pattern": "^(\\./)?(\\.(github|gitea|forgejo)/workflows/)?[^/\\\\\\x00-\\x1f\\x7f]+\\.ya?ml$",
        "patternErrorMessage": "write the file's name in `.github/workflows`; it ends in `.yml` or `.yaml`",
        "examples": ["myapp.yml"]
    }, [
        /// That of the factory, where nothing else is written.
        FACTORY = "image-factory.yml",
    ]
}

impl Form for WorkflowFile {
    /// The file that a name without its ending stands for.
    fn meant(text: &str) -> Option<String> {
        let file = format!("{text}.yml");
        (!text.contains('.') && file.parse::<Self>().is_ok()).then_some(file)
    }
}

impl WorkflowFile {
    /// That of an image, where nothing else is written.
    pub fn of_image(name: &ObjectName) -> Self {
        Self(format!("{name}.yml").into())
    }
}

/// A workflow of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Workflow {
    /// The repository.
    pub repo: Repo,
    /// Its file.
    pub file: WorkflowFile,
}

fn repo(text: &str) -> Result<&str, String> {
    if let Some(rest) = path_in_address(text) {
        return Err(format!("it is an address; write `{rest}`"));
    }
    let Some((owner, name)) = text.split_once('/') else { return Err("write `owner/name`".into()) };
    if !(is_owner(owner) && super::is_name(name)) {
        return Err("write `owner/name`: letters, digits, `-`, `_` and, in the name, `.`".into());
    }
    if owner.len().max(name.len()) > MAX_NAME {
        return Err(format!("GitHub's names have at most {MAX_NAME} characters"));
    }
    Ok(text)
}

fn workflow_file(text: &str) -> Result<&str, String> {
    let name = text.strip_prefix("./").unwrap_or(text);
    let folders = [WORKFLOWS, super::gitea::WORKFLOWS, super::gitea::FORGEJO_WORKFLOWS];
    let in_folder = folders.iter().find_map(|folder| name.strip_prefix(folder)?.strip_prefix('/'));
    let name = in_folder.unwrap_or(name);
    if name.contains(['/', '\\']) {
        return Err(format!("workflows lie in `{WORKFLOWS}/`; write the file's name alone"));
    }
    if name.chars().any(char::is_control) {
        return Err("it holds a control character".into());
    }
    let stem = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"));
    match stem {
        None => Err(format!("a workflow's file name ends in `.yml` or `.yaml`; did you mean `{name}.yml`?")),
        Some("" | "." | "..") => Err("the file's name is missing".into()),
        Some(_) if name.len() > MAX_FILE => Err(format!("it is longer than {MAX_FILE} characters")),
        Some(_) => Ok(name),
    }
}

fn is_owner(text: &str) -> bool {
    super::is_name(text) && !text.contains('.') && !text.starts_with('-')
}

/// What stands behind the host in an address at github.com.
fn path_in_address(text: &str) -> Option<&str> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = rest.find(WEB).filter(|at| *at == 0 || rest[..*at].ends_with(['@', '.']))?;
    let path = rest[host..].strip_prefix(WEB)?.strip_prefix([':', '/'])?;
    Some(path.trim_matches('/').trim_end_matches(".git"))
}

const READ_HEADERS: &[Header<'static>] = &[RAW, VERSION];
pub(super) const PROBE_HEADERS: &[Header<'static>] = &[JSON, VERSION];

/// The content of a file: "Get repository content", media type `raw`.
pub fn file(api: &str, repo: &str, branch: &str, path: &str) -> Request {
    let path = encoded(parts(path));
    let url = format!("{api}{REPOS}{}/contents/{path}?ref={}", encoded(repo.split('/')), percent_encoded(branch));
    Request { method: "GET", url, headers: READ_HEADERS, body: None }
}

/// Whether a repository is there: "Get a repository".
pub fn repository(api: &str, repo: &str) -> Request {
    let url = format!("{api}{REPOS}{}", encoded(repo.split('/')));
    Request { method: "GET", url, headers: &[JSON, VERSION], body: None }
}

/// Opens an issue: "Create an issue". The body has `title`, `body` and `labels`.
pub fn issue(api: &str, repo: &str) -> Request {
    let url = format!("{api}{REPOS}{}/issues", encoded(repo.split('/')));
    Request { method: "POST", url, headers: DISPATCHES.headers, body: None }
}

/// How many requests are left: "Get rate limit status for the authenticated user", which counts against no limit. An instance of
/// GitHub Enterprise without limits answers 404, which is an answer too.
fn probe(api: &str) -> Request {
    Request { method: "GET", url: format!("{api}/rate_limit"), headers: PROBE_HEADERS, body: None }
}

/// Starts a workflow: "Create a workflow dispatch event". The body is fixed JSON.
pub fn dispatch(
    api: &str,
    repo: &str,
    workflow: &str,
    branch: &str,
    inputs: &IndexMap<InputName, FixedText>,
) -> Request {
    let workflow = percent_encoded(workflow);
    let url = format!("{api}{REPOS}{}{WORKFLOWS_OF}{workflow}{DISPATCH}", encoded(repo.split('/')));
    Request::post(url, &Body { branch, inputs })
}

/// The way back from the address of a dispatch to what it starts; none if it is of something else.
fn started(url: &str) -> Option<Dispatched<'_>> {
    workflow_of(url).filter(|dispatched| !dispatched.api.ends_with(super::gitea::API))
}

/// The same of all hosts that have GitHub's paths.
pub(super) fn workflow_of(url: &str) -> Option<Dispatched<'_>> {
    let (place, workflow) = url.strip_suffix(DISPATCH)?.rsplit_once(WORKFLOWS_OF)?;
    // From the end, since an API's path and an owner may be called `repos` too.
    let (owner, _) = place.rsplit_once('/')?;
    let (repos, _) = owner.rsplit_once('/')?;
    let api = repos.strip_suffix(REPOS.trim_end_matches('/'))?;
    let repo = place.get(repos.len() + 1..)?;
    Some(Dispatched { api, repo: repo.into(), pipeline: percent_decoded(workflow) })
}

/// The body of a dispatch.
pub(super) struct Body<'a> {
    pub(super) branch: &'a str,
    pub(super) inputs: &'a IndexMap<InputName, FixedText>,
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("ref", self.branch)?;
        map.serialize_entry("inputs", self.inputs)?;
        map.end()
    }
}

/// The host of the pages and of git behind an API: `github.com` for `https://api.github.com`, `ghe.example.com` for
/// `https://ghe.example.com/api/v3`.
pub(super) fn web_host(api_url: &str) -> String {
    let rest = api_url.split_once("://").map_or(api_url, |(_, rest)| rest);
    let host = rest.split(['/', ':']).next().unwrap_or(rest).to_ascii_lowercase();
    host.strip_prefix("api.").map(str::to_owned).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::tests::hold;

    #[test]
    fn repositories_are_owner_and_name() {
        for good in ["craigedmunds/argocd-eda", "github/github.com", "acme/api.github.com"] {
            assert_eq!(good.parse().map(|repo: Repo| repo.to_string()), Ok(good.to_owned()));
        }
        for address in [
            "https://github.com/a/b.git",
            "git@github.com:a/b",
            "github.com/a/b/",
            "https://www.github.com/a/b",
            "ssh://git@github.com/a/b.git",
        ] {
            assert_eq!(address.parse::<Repo>(), Err("it is an address; write `a/b`".into()), "{address}");
            assert_eq!(Repo::meant(address).as_deref(), Some("a/b"), "{address}");
        }
        for bad in ["", "a", "a/", "/b", "a/b/c", "a/..", "a/b?x", "a/b#c", "a b/c", "a/%2f", "../a", "a.b/c", "-a/b"] {
            assert!(bad.parse::<Repo>().is_err_and(|why| why.to_string().starts_with("write `owner/name`")), "{bad}");
        }
        assert_eq!(
            format!("a/{}", "b".repeat(101)).parse::<Repo>(),
            Err("GitHub's names have at most 100 characters".into())
        );
    }

    #[test]
    fn workflows_are_file_names() {
        hold::<WorkflowFile>();
        for (written, file) in [(".github/workflows/build.yml", "build.yml"), ("b u#?i.yaml", "b u#?i.yaml")] {
            assert_eq!(written.parse().map(|file: WorkflowFile| file.to_string()), Ok(file.to_owned()));
        }
        assert_eq!(
            "build".parse::<WorkflowFile>(),
            Err("a workflow's file name ends in `.yml` or `.yaml`; did you mean `build.yml`?".into())
        );
        for bad in ["", ".yml", "...yml", "a/b.yml", "../x.yml", "a\nb.yml"] {
            assert!(bad.parse::<WorkflowFile>().is_err(), "{bad:?}");
        }
    }

    /// "Rate limits for the REST API", "Create a workflow dispatch event", "Get repository content".
    #[test]
    fn answers_mean_what_the_documentation_says() {
        use crate::forge::Outcome::{Done, Later, Limited, Never};
        for (status, header, message, outcome) in [
            (200, "", "", Done),
            (204, "", "", Done),
            (403, "Retry-After: 60", "", Limited),
            (403, "X-RateLimit-Remaining: 0", "", Limited),
            (403, "X-RateLimit-Remaining: 10", "Must have admin rights to Repository.", Never),
            (403, "", "You have exceeded a secondary Rate Limit.", Limited),
            (429, "", "", Limited),
            (408, "", "", Later),
            (500, "", "", Later),
            (503, "", "", Later),
            (301, "", "", Never),
            (401, "Retry-After: 60", "Bad credentials", Never),
            (404, "", "Not Found", Never),
            (422, "", "Unexpected inputs provided", Never),
        ] {
            let header = |name: &str| header.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")).unwrap_or("");
            assert_eq!(HOST.limit.outcome(DISPATCHES.taken, status, header, message), outcome, "{status} {message}");
        }
    }

    #[test]
    fn a_file_is_asked_for_with_its_path_and_branch_encoded() {
        let request = file("https://h/api/v3", "acme/web", "release/1 +x&y", "./a b//\u{fc}#?.Dockerfile");
        assert_eq!(
            request.url,
            "https://h/api/v3/repos/acme/web/contents/a%20b/%C3%BC%23%3F.Dockerfile?ref=release%2F1%20%2Bx%26y"
        );
        assert_eq!((request.method, request.headers), ("GET", &[RAW, VERSION][..]));
        assert_eq!(repository(&API, "acme/web").url, "https://api.github.com/repos/acme/web");
    }

    #[test]
    fn the_address_of_a_dispatch_leads_back_to_what_it_starts() {
        let inputs = IndexMap::from([("a".parse().unwrap(), "b\"c".parse().unwrap())]);
        for (api, repo, workflow) in [
            (&*API, "acme/web", "build.yml"),
            ("https://h/repos/api/v3", "acme/web", "b u#?/%41.yaml"),
            (&*API, "repos/web", "build.yml"),
        ] {
            let request = dispatch(api, repo, workflow, "main", &inputs);
            assert_eq!(request.body.as_deref(), Some(r#"{"ref":"main","inputs":{"a":"b\"c"}}"#));
            let back = started(&request.url);
            let expected = Dispatched { api, repo: repo.into(), pipeline: workflow.to_owned() };
            assert_eq!(back, Some(expected), "{}", request.url);
        }
        for other in [
            "https://api.github.com/repos/acme/web/dispatches",
            "https://h/api/v1/repos/acme/web/actions/workflows/a.yml/dispatches",
        ] {
            assert_eq!(started(other), None, "{other}");
        }
    }
}
