//! Azure DevOps: its REST API, version 7.1 (learn.microsoft.com): "Runs - Run Pipeline", "Items - Get", "Repositories - Get
//! Repository", "Rate and usage limits", "Use personal access tokens".
//!
//! | answer | meaning | outcome |
//! |---|---|---|
//! | 200 with the number of a run | a run was queued | done |
//! | 200 | the file | done |
//! | 408, 429, 5xx | not now | sent again |
//! | 203, or 200 with a page | the token is not known: it asks to sign in | failed |
//! | 400, 401, 403, 404 and everything else | never like this | failed, with its message and what to check |

use super::pipeline::names;
use super::{
    Authorization, Declarations, DeclaredAs, Dispatched, Dispatches, Elsewhere, Header, Host, Limit, Limits, Request,
    Run, encoded, full_reference, parts,
};
use crate::grammar::address::ApiUrl;
use crate::grammar::fixed::{FixedText, InputName};
use crate::grammar::git::FilePath;
use crate::grammar::kubernetes::{ObjectName, SecretKey};
use crate::grammar::{Form, form};
use crate::source::{percent_decoded, percent_encoded};
use indexmap::IndexMap;
use serde::Serialize;

/// What is known of it. The variable of the token is that of `az devops`, the other that of its own pipelines.
pub static HOST: Host = Host {
    name: "Azure DevOps",
    address: ApiUrl::constant("https://dev.azure.com"),
    variable: "AZURE_DEVOPS_EXT_PAT",
    elsewhere: Elsewhere { tokens: &["AZURE_DEVOPS_EXT_PAT"], host: "SYSTEM_COLLECTIONURI", address: None },
    credential: (ObjectName::constant("azure-devops-credentials"), SecretKey::constant("token")),
    authorization: PERSONAL_ACCESS_TOKEN,
    limit: Limit::USUAL,
    message_keys: &["message"],
    // `TF401175: The version descriptor <Branch: x> could not be resolved to a version in the repository`.
    no_branch: "tf401175",
    read_headers: &[("Accept", "text/plain"), NO_REDIRECT],
    read_checks: &[(
        &[203, 403, 404],
        "the organization, the project, the repository, the branch and the file exist, and that the token is valid and may \
         read them: Code (read)",
    )],
    file: Some(file),
    repository,
};

/// How it starts pipelines.
pub static DISPATCHES: Dispatches<'static> = Dispatches {
    headers: &[("Accept", "application/json"), ("Content-Type", "application/json"), NO_REDIRECT],
    own_headers: Vec::new(),
    authorization: PERSONAL_ACCESS_TOKEN,
    taken: &[200],
    taken_if: "type(response.body) == \"map\" and response.body.id != nil",
    checks: &[
        (&[200, 203], "the token is valid and has not expired: Azure DevOps asks to sign in"),
        (
            &[403, 404],
            "the organization, the project and the pipeline of this number exist, and that the token may start it: Build \
             (read and execute)",
        ),
        (
            &[400],
            "the branch exists, and that the pipeline there has these parameters, or lets these variables be set when it is \
             queued",
        ),
    ],
    branch_at: &["resources", "repositories", "self", "refName"],
    inputs_at: &[&["templateParameters"], &["variables"]],
    names: names!("azure"),
    // Its API has nothing for nobody in particular.
    probe: Request::for_robots,
    started,
    limits: Limits { inputs: None, name: None },
    run: Some(&RUN),
};

/// What it makes of `parameters` ("pipeline.parameters.parameter definition"): one that is not declared is "Unexpected parameter", and
/// of one without a default it says "A value for the 'x' parameter must be provided.". The case of names does not count
/// in its templates; whether that of values does is nowhere said.
pub static DECLARATIONS: Declarations = Declarations {
    folders: &[],
    missing: "the settings of the pipeline say which file it runs",
    on_default_branch: false,
    undispatched: None,
    undeclared: Some(400),
    required: Some(400),
    kind: Some(400),
    most: None,
    any_case: true,
    any_case_of_values: true,
    form: DeclaredAs::Parameters,
};

/// How it tells of a run that it started, which is a build of that number ("Builds - Get").
static RUN: Run = Run {
    ask: |request| request,
    id: "id",
    page: "_links?.web?.href",
    show: |service, repo, id| {
        let project = repo.splitn(3, '/').take(2);
        Request::get(format!("{service}/{}/_apis/build/builds/{id}?{VERSION}", encoded(project)), DISPATCHES.headers)
    },
    state: "status",
    ended: &["completed"],
    conclusion: "result",
    good: &["succeeded", "partiallySucceeded"],
    checks: &[
        (&[203], "the token is valid and has not expired: Azure DevOps asks to sign in"),
        (&[403, 404], "the run was not deleted, and that the token may read it: Build (read)"),
    ],
};

const PERSONAL_ACCESS_TOKEN: Authorization<'static> = Authorization::Basic { user: "" };
/// Has a token that is not known answered by 401, and not by the way to a page to sign in (azure-devops-go-api, client.go).
const NO_REDIRECT: Header<'static> = ("X-TFS-FedAuthRedirect", "Suppress");
const VERSION: &str = "api-version=7.1";
const PIPELINES: &str = "/_apis/pipelines/";
const REPOSITORIES: &str = "/_apis/git/repositories/";

form! {
    /// `organization/project`, or `organization/project/repository` where the repository is not called like the project.
    Repo = repo, {"type": "string"}, []
}

impl Form for Repo {}

impl Repo {
    /// Organization and project.
    fn project(&self) -> &str {
        self.match_indices('/').nth(1).map_or(self.as_str(), |(at, _)| &self[..at])
    }
}

form! {
    /// The number of a pipeline, as the address of its page has it behind `definitionId=`.
    PipelineId = pipeline_id, {
        "type": ["integer", "string"], "examples": [42]
    }, []
}

impl Form for PipelineId {
    fn is_plain(number: &str) -> bool {
        pipeline_id(number).is_ok()
    }
}

fn pipeline_id(text: &str) -> Result<&str, String> {
    let is_one = !text.is_empty() && text.len() <= 10 && text.bytes().all(|b| b.is_ascii_digit());
    if is_one { Ok(text) } else { Err("write the number behind `definitionId=` in the address of the pipeline".into()) }
}

/// Names may have blanks; of what else Azure refuses, that which leads elsewhere ("Naming restrictions and conventions").
fn repo(text: &str) -> Result<&str, String> {
    let is_part = |part: &str| {
        let is_wrong = |c: char| c.is_control() || ":\\?#%@<>*|\"&+{}".contains(c);
        !part.trim().is_empty() && part.trim() == part && !part.starts_with('.') && !part.contains(is_wrong)
    };
    let count = text.split('/').count();
    if (2..=3).contains(&count) && text.len() <= 255 && text.split('/').all(is_part) {
        Ok(text)
    } else {
        Err("write `organization/project`, or `organization/project/repository`".into())
    }
}

/// A pipeline of a project.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pipeline {
    /// Where the code is.
    pub repo: Repo,
    /// Which of the project's pipelines it is.
    pub id: PipelineId,
    /// Whether what is sent are variables in place of parameters.
    pub by_variables: bool,
    /// The file that says what it does, if that is written: the number does not tell.
    pub file: Option<FilePath>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    resources: Resources,
    #[serde(skip_serializing_if = "Option::is_none")]
    template_parameters: Option<&'a IndexMap<InputName, FixedText>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    variables: Option<IndexMap<&'a str, Variable<'a>>>,
}

#[derive(Serialize)]
struct Resources {
    repositories: Repositories,
}

#[derive(Serialize)]
struct Repositories {
    #[serde(rename = "self")]
    own: Own,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Own {
    ref_name: String,
}

#[derive(Serialize)]
struct Variable<'a> {
    value: &'a str,
}

/// Starts a pipeline.
pub fn dispatch(address: &str, pipeline: &Pipeline, branch: &str, inputs: &IndexMap<InputName, FixedText>) -> Request {
    let variables = || inputs.iter().map(|(name, value)| (name.as_str(), Variable { value })).collect();
    let some = Some(inputs).filter(|inputs| !inputs.is_empty());
    let body = Body {
        resources: Resources { repositories: Repositories { own: Own { ref_name: full_reference(branch) } } },
        template_parameters: some.filter(|_| !pipeline.by_variables),
        variables: some.filter(|_| pipeline.by_variables).map(|_| variables()),
    };
    let project = encoded(pipeline.repo.project().split('/'));
    Request::post(format!("{address}/{project}{PIPELINES}{}/runs?{VERSION}", pipeline.id), &body)
}

fn started(url: &str) -> Option<Dispatched<'_>> {
    let (place, id) = url.strip_suffix(VERSION)?.strip_suffix("/runs?")?.rsplit_once(PIPELINES)?;
    let (organization, _) = place.rsplit_once('/')?;
    let (api, _) = organization.rsplit_once('/')?;
    Some(Dispatched { api, repo: percent_decoded(place.get(api.len() + 1..)?).into(), pipeline: id.to_owned() })
}

/// The content of a file: "Items - Get", as text.
pub fn file(address: &str, repo: &str, branch: &str, path: &str) -> Request {
    let path = percent_encoded(&format!("/{}", parts(path).collect::<Vec<_>>().join("/"))).replace("%2F", "/");
    let (kind, name) = match branch.strip_prefix("refs/tags/") {
        Some(tag) => ("tag", tag),
        None => ("branch", branch.strip_prefix("refs/heads/").unwrap_or(branch)),
    };
    let (name, place) = (percent_encoded(name), of_repository(address, repo));
    let version = format!("versionDescriptor.version={name}&versionDescriptor.versionType={kind}");
    Request::get(format!("{place}/items?path={path}&{version}&{VERSION}"), HOST.read_headers)
}

/// Whether a repository is there.
pub fn repository(address: &str, repo: &str) -> Request {
    Request::get(format!("{}?{VERSION}", of_repository(address, repo)), HOST.read_headers)
}

fn of_repository(address: &str, repo: &str) -> String {
    let mut names = repo.splitn(3, '/').map(percent_encoded);
    let [organization, project] = [names.next(), names.next()].map(Option::unwrap_or_default);
    let repository = names.next().unwrap_or_else(|| project.clone());
    format!("{address}/{organization}/{project}{REPOSITORIES}{repository}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "Runs - Run Pipeline": address and body.
    #[test]
    fn a_pipeline_is_run_with_parameters_or_variables_and_found_again() {
        let inputs = IndexMap::from([("a".parse().unwrap(), "b\"c".parse().unwrap())]);
        let place = r#"{"resources":{"repositories":{"self":{"refName":"refs/heads/main"}}}"#;
        for (by_variables, given) in
            [(false, r#","templateParameters":{"a":"b\"c"}}"#), (true, r#","variables":{"a":{"value":"b\"c"}}}"#)]
        {
            let (repo, id) = ("acme/My Project/web".parse().unwrap(), "42".parse().unwrap());
            let request = dispatch("https://h/tfs", &Pipeline { repo, id, by_variables, file: None }, "main", &inputs);
            assert_eq!(request.url, "https://h/tfs/acme/My%20Project/_apis/pipelines/42/runs?api-version=7.1");
            assert_eq!(request.body, Some(format!("{place}{given}")));
            let back = super::super::dispatched(&request.url).map(|(_, back)| back);
            let expected =
                Dispatched { api: "https://h/tfs", repo: "acme/My Project".into(), pipeline: "42".to_owned() };
            assert_eq!(back, Some(expected));
        }
    }

    /// "Items - Get".
    #[test]
    fn a_file_is_asked_for_with_its_path_and_branch_encoded() {
        let items = "https://h/acme/My%20Project/_apis/git/repositories/My%20Project/items?path=/x/a%20b";
        assert_eq!(
            file("https://h", "acme/My Project", "a/b", "./x//a b").url,
            format!("{items}&versionDescriptor.version=a%2Fb&versionDescriptor.versionType=branch&api-version=7.1")
        );
        assert_eq!(
            file("https://h", "acme/My Project", "refs/tags/v1", "x/a b").url,
            format!("{items}&versionDescriptor.version=v1&versionDescriptor.versionType=tag&api-version=7.1")
        );
    }

    #[test]
    fn repositories_are_two_names_or_three() {
        for good in ["acme/web", "acme/My Project/web", "a-b/c_d/e.f"] {
            assert!(good.parse::<Repo>().is_ok(), "{good}");
        }
        for bad in ["", "acme", "a/b/c/d", "a//b", "a/..", "a/ b", "https://dev.azure.com/a/b", "a/b?c"] {
            assert!(bad.parse::<Repo>().is_err(), "{bad}");
        }
    }
}
