//! GitLab: its REST API, version 4 (docs.gitlab.com): "Pipelines API", "Pipeline trigger tokens API", "Repository files API",
//! "Projects API", "REST API authentication".
//!
//! | answer | meaning | outcome |
//! |---|---|---|
//! | 201 | a pipeline was made | done |
//! | 200 | the file | done |
//! | 408, 429, 5xx | not now | sent again |
//! | 400, 401, 403, 404 and everything else | never like this | failed, with GitLab's message and what to check |

use super::pipeline::names;
use super::{
    Authorization, Declarations, DeclaredAs, Dispatched, Dispatches, Elsewhere, Header, Host, Limit, Limits, Request,
    Run, TOKEN, parts, short_reference,
};
use crate::grammar::address::ApiUrl;
use crate::grammar::fixed::{FixedText, InputName};
use crate::grammar::git::FilePath;
use crate::grammar::kubernetes::{ObjectName, SecretKey};
use crate::grammar::{Form, choice, form};
use crate::source::{percent_decoded, percent_encoded};
use indexmap::IndexMap;
use serde::Serialize;

/// What is known of it.
pub static HOST: Host = Host {
    name: "GitLab",
    address: ApiUrl::constant("https://gitlab.com"),
    variable: "GITLAB_TOKEN",
    elsewhere: Elsewhere { tokens: &["GITLAB_TOKEN"], host: "GITLAB_HOST", address: None },
    credential: (ObjectName::constant("gitlab-credentials"), SecretKey::constant("token")),
    authorization: PRIVATE_TOKEN,
    // "User and IP rate limits": 429 alone.
    limit: Limit { remaining: "RateLimit-Remaining", reset: "RateLimit-Reset", words: "retry later", ..Limit::USUAL },
    message_keys: &["message", "error", "error_description"],
    // `404 Commit Not Found`, beside `404 File Not Found` and `404 Project Not Found`.
    no_branch: "commit",
    read_headers: &[],
    read_checks: &[(
        &[403, 404],
        "the project, the branch and the file exist, and that the token may read them: scope read_api, role Reporter",
    )],
    file: Some(file),
    repository,
};

/// How it starts pipelines for whoever may start them: "Create a new pipeline".
pub static DISPATCHES: Dispatches<'static> = Dispatches {
    headers: HEADERS,
    own_headers: Vec::new(),
    authorization: PRIVATE_TOKEN,
    taken: &[201],
    taken_if: "",
    checks: &[
        (
            &[400],
            "the branch exists, that its .gitlab-ci.yml makes a pipeline of what is sent (workflow:rules for the source api, \
             spec:inputs), and that the token's user may set pipeline variables",
        ),
        (
            &[403, 404],
            "the project exists, and that the token may start its pipelines: scope api, role Developer, and Maintainer for \
             a protected branch",
        ),
    ],
    branch_at: &["ref"],
    inputs_at: &[&["variables"], &["inputs"]],
    names: names!("gitlab"),
    probe,
    started,
    limits: Limits { inputs: None, name: Some(wrong_variable) },
    run: Some(&RUN),
};

/// How it starts pipelines for a trigger token: "Trigger a pipeline with a token".
pub static TRIGGERS: Dispatches<'static> = Dispatches {
    headers: HEADERS,
    own_headers: Vec::new(),
    authorization: Authorization::Body,
    taken: &[201],
    taken_if: "",
    checks: &[
        (
            &[400],
            "the branch exists, and that its .gitlab-ci.yml makes a pipeline of what is sent (workflow:rules for the source \
             trigger, spec:inputs)",
        ),
        (
            &[403, 404],
            "the project exists, that the trigger token is one of it, and that its owner may still start pipelines",
        ),
    ],
    branch_at: &["ref"],
    inputs_at: &[&["variables"], &["inputs"]],
    names: names!("gitlab"),
    probe,
    started: triggered,
    limits: Limits { inputs: None, name: Some(wrong_variable) },
    run: None,
};

choice! {
    /// What starts a pipeline.
    Auth {
        /// A token of a user, a project or a group.
        Token = "token",
        /// A trigger token of a project.
        Trigger = "trigger",
    }
}

impl Form for Auth {}

impl Auth {
    pub(super) fn dispatches(self) -> &'static Dispatches<'static> {
        match self {
            Self::Token => &DISPATCHES,
            Self::Trigger => &TRIGGERS,
        }
    }
}

/// The pipeline of a project.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pipeline {
    /// The project.
    pub project: Project,
    /// By what it is started.
    pub auth: Auth,
    /// Whether what is sent are inputs (`spec:inputs`) in place of variables.
    pub by_inputs: bool,
    /// The file that says what it does, if that is written.
    pub file: Option<FilePath>,
}

/// What it makes of `spec: inputs` (`lib/ci/pipeline_creation/inputs`, `lib/gitlab/ci/config/interpolation/inputs.rb`). An input
/// without a default is required.
pub static DECLARATIONS: Declarations = Declarations {
    folders: &[],
    missing: "the settings of the project, \"CI/CD configuration file\", say which file it is",
    on_default_branch: false,
    undispatched: None,
    undeclared: Some(400),
    required: Some(400),
    kind: Some(400),
    most: None,
    any_case_of_values: false,
    any_case: false,
    form: DeclaredAs::Spec,
};

/// The file that says what a pipeline does, where nothing else is set.
pub const CI_FILE: &str = ".gitlab-ci.yml";
const PRIVATE_TOKEN: Authorization<'static> = Authorization::Header { name: "PRIVATE-TOKEN", scheme: "" };
const HEADERS: &[Header<'static>] = &[("Content-Type", "application/json")];
const PROJECTS: &str = "/api/v4/projects/";
const PIPELINE: &str = "/pipeline";
const TRIGGER: &str = "/trigger/pipeline";

/// What a pipeline takes by `spec:inputs` ("CI/CD inputs").
pub(super) const INPUTS: Limits = Limits { inputs: Some(20), name: None };

/// Why a text is the name of no variable ("CI/CD variables": `A-Z`, `a-z`, `0-9` and `_`).
fn wrong_variable(name: &str) -> Option<&'static str> {
    let is_one = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (!is_one).then_some("GitLab's variables have letters, digits and `_` in their names")
}

/// The body of a request for a pipeline.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'static str>,
    r#ref: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    variables: Option<Variables<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inputs: Option<&'a IndexMap<InputName, FixedText>>,
}

/// Variables, as either request has them.
#[derive(Serialize)]
#[serde(untagged)]
enum Variables<'a> {
    List(Vec<Variable<'a>>),
    Map(&'a IndexMap<InputName, FixedText>),
}

#[derive(Serialize)]
struct Variable<'a> {
    key: &'a str,
    value: &'a str,
}

/// Starts a pipeline.
pub fn dispatch(instance: &str, pipeline: &Pipeline, branch: &str, inputs: &IndexMap<InputName, FixedText>) -> Request {
    let is_trigger = pipeline.auth == Auth::Trigger;
    let variables = || {
        let list = || inputs.iter().map(|(key, value)| Variable { key, value }).collect();
        if is_trigger { Variables::Map(inputs) } else { Variables::List(list()) }
    };
    let some = Some(inputs).filter(|inputs| !inputs.is_empty());
    let body = Body {
        token: is_trigger.then_some(TOKEN),
        r#ref: short_reference(branch),
        variables: some.filter(|_| !pipeline.by_inputs).map(|_| variables()),
        inputs: some.filter(|_| pipeline.by_inputs),
    };
    let what = if is_trigger { TRIGGER } else { PIPELINE };
    Request::post(format!("{instance}{PROJECTS}{}{what}", percent_encoded(&pipeline.project)), &body)
}

/// How it tells of a pipeline that it made. A trigger token reads none ("Get a single pipeline").
static RUN: Run = Run {
    ask: |request| request,
    id: "id",
    page: "web_url",
    show: |instance, project, id| {
        Request::get(format!("{instance}{PROJECTS}{}/pipelines/{id}", percent_encoded(project)), &[])
    },
    state: "status",
    ended: &["success", "failed", "canceled", "skipped"],
    conclusion: "status",
    good: &["success", "skipped"],
    checks: &[(
        &[403, 404],
        "the pipeline was not deleted, and that the token may read it: scope read_api, role Reporter",
    )],
};

fn started(url: &str) -> Option<Dispatched<'_>> {
    of_project(url.strip_suffix(PIPELINE)?)
}

fn triggered(url: &str) -> Option<Dispatched<'_>> {
    of_project(url.strip_suffix(TRIGGER)?)
}

fn of_project(place: &str) -> Option<Dispatched<'_>> {
    let (api, project) = place.rsplit_once(PROJECTS)?;
    (!project.contains('/')).then(|| Dispatched {
        api,
        repo: percent_decoded(project).into(),
        pipeline: CI_FILE.to_owned(),
    })
}

/// The version of the instance: "Version API".
fn probe(instance: &str) -> Request {
    Request::get(format!("{instance}/api/v4/version"), &[])
}

/// The content of a file: "Get a raw file from a repository".
pub fn file(instance: &str, project: &str, branch: &str, path: &str) -> Request {
    let path = percent_encoded(&parts(path).collect::<Vec<_>>().join("/"));
    let Request { url: project, .. } = repository(instance, project);
    get(format!("{project}/repository/files/{path}/raw?ref={}", percent_encoded(short_reference(branch))))
}

/// Whether a project is there: "Retrieve a project".
pub fn repository(instance: &str, project: &str) -> Request {
    get(format!("{instance}{PROJECTS}{}", percent_encoded(project)))
}

fn get(url: String) -> Request {
    Request::get(url, &[])
}

form! {
    /// A project with its path: two names or more, as `group/subgroup/project`, since groups have groups.
    Project = project, {"type": "string"}, []
}

impl Form for Project {}

fn project(text: &str) -> Result<&str, String> {
    // GitLab, "Limited and reserved names": 255 characters for each; nobody writes more for all.
    let is_one = text.contains('/') && text.len() <= 1_000 && text.split('/').all(super::is_name);
    if is_one { Ok(text) } else { Err("write `group/name`".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_are_two_names_or_more() {
        for good in ["group/web", "group/sub/web", "a.b/c_d/e-f/g"] {
            assert_eq!(good.parse().map(|project: Project| project.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "web", "/web", "group/", "group//web", "group/..", "group/web?x", "group/%2f", "group/a b"] {
            assert_eq!(bad.parse::<Project>(), Err("write `group/name`".into()), "{bad}");
        }
    }

    /// "User and IP rate limits", "REST API": status codes.
    #[test]
    fn answers_mean_what_the_documentation_says() {
        use crate::forge::Outcome::{Done, Later, Limited, Never};
        for (status, outcome) in [
            (200, Done),
            (429, Limited),
            (408, Later),
            (500, Later),
            (503, Later),
            (401, Never),
            (403, Never),
            (404, Never),
        ] {
            assert_eq!(HOST.limit.outcome(&[200], status, |_| "0", "Retry later"), outcome, "{status}");
        }
    }

    /// "Pipelines API", "Pipeline trigger tokens API": the bodies of their examples, as JSON.
    #[test]
    fn pipelines_are_started_by_variables_or_inputs_and_by_either_token() {
        let inputs = IndexMap::from([("a".parse().unwrap(), "b\"c".parse().unwrap())]);
        let place = "https://h/api/v4/projects/group%2Fsub%2Fweb";
        for (auth, by_inputs, what, body) in [
            (Auth::Token, false, "/pipeline", r#"{"ref":"main","variables":[{"key":"a","value":"b\"c"}]}"#),
            (Auth::Token, true, "/pipeline", r#"{"ref":"main","inputs":{"a":"b\"c"}}"#),
            (
                Auth::Trigger,
                false,
                "/trigger/pipeline",
                r#"{"token":"{{ token }}","ref":"main","variables":{"a":"b\"c"}}"#,
            ),
            (Auth::Trigger, true, "/trigger/pipeline", r#"{"token":"{{ token }}","ref":"main","inputs":{"a":"b\"c"}}"#),
        ] {
            let pipeline = Pipeline { project: "group/sub/web".parse().unwrap(), auth, by_inputs, file: None };
            let request = dispatch("https://h", &pipeline, "main", &inputs);
            assert_eq!((request.method, request.url.as_str()), ("POST", &*format!("{place}{what}")));
            assert_eq!(request.body.as_deref(), Some(body));
            let back = super::super::dispatched(&request.url).map(|(_, back)| back);
            let expected = Dispatched { api: "https://h", repo: "group/sub/web".into(), pipeline: CI_FILE.to_owned() };
            assert_eq!(back, Some(expected));
        }
    }

    #[test]
    fn a_file_is_asked_for_with_project_path_and_branch_encoded() {
        let request = file("https://h", "group/sub/web", "a/b c", "./x//\u{fc}#?.Dockerfile");
        assert_eq!(
            request.url,
            "https://h/api/v4/projects/group%2Fsub%2Fweb/repository/files/x%2F%C3%BC%23%3F.Dockerfile/raw?ref=a%2Fb%20c"
        );
        assert_eq!((request.method, request.headers), ("GET", &[][..]));
    }
}
