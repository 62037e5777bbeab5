//! What a code host is asked to run: each host has its own kind, and is a case of its own here.

use super::{Authorization, Check, Header, Host, Provider, Request, azure, gitea, github, gitlab, webhook};
use crate::grammar::fixed::{FixedText, InputName};
use crate::grammar::git::FilePath;
use indexmap::IndexMap;
use std::borrow::Cow;

/// What builds an image, and in which repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Pipeline {
    /// A workflow of GitHub Actions.
    GitHub(github::Workflow),
    /// The pipeline of a project of GitLab.
    GitLab(gitlab::Pipeline),
    /// A workflow of Gitea Actions.
    Gitea(github::Workflow),
    /// A workflow of Forgejo Actions.
    Forgejo(github::Workflow),
    /// A pipeline of Azure DevOps.
    AzureDevOps(azure::Pipeline),
    /// Whatever a request of one's own starts.
    Webhook(Box<webhook::Hook>),
}

impl Pipeline {
    /// Who runs it.
    pub fn provider(&self) -> Provider {
        match self {
            Self::GitHub(_) => Provider::GitHub,
            Self::GitLab(_) => Provider::GitLab,
            Self::Gitea(_) => Provider::Gitea,
            Self::Forgejo(_) => Provider::Forgejo,
            Self::AzureDevOps(_) => Provider::AzureDevOps,
            Self::Webhook(_) => Provider::Webhook,
        }
    }

    /// All that is known of who runs it.
    pub fn host(&self) -> &'static Host {
        self.provider().host()
    }

    /// The repository that it is of.
    pub fn repo(&self) -> &str {
        match self {
            Self::GitHub(workflow) | Self::Gitea(workflow) | Self::Forgejo(workflow) => &workflow.repo,
            Self::GitLab(pipeline) => &pipeline.project,
            Self::AzureDevOps(pipeline) => &pipeline.repo,
            Self::Webhook(hook) => &hook.repo,
        }
    }

    /// Its name in the repository: the file name of a workflow, the number of a pipeline.
    pub fn name(&self) -> &str {
        match self {
            Self::GitHub(workflow) | Self::Gitea(workflow) | Self::Forgejo(workflow) => &workflow.file,
            Self::GitLab(_) => gitlab::CI_FILE,
            Self::AzureDevOps(pipeline) => &pipeline.id,
            Self::Webhook(hook) => hook.url.without_query(),
        }
    }

    /// The file that says what it does, as it is called: its name where images.yaml does not say.
    pub fn file_name(&self) -> &str {
        self.pipeline_file().map_or(self.name(), |file| file)
    }

    /// The file that images.yaml says a pipeline runs (`pipelineFile`), so that it should be there.
    pub fn pipeline_file(&self) -> Option<&FilePath> {
        match self {
            Self::GitLab(pipeline) => pipeline.file.as_ref(),
            Self::AzureDevOps(pipeline) => pipeline.file.as_ref(),
            _ => None,
        }
    }

    /// The path of the GitHub workflow that it is, if it is one.
    pub fn workflow_path(&self) -> Option<String> {
        match self {
            Self::GitHub(workflow) => Some(format!("{}/{}", github::WORKFLOWS, workflow.file)),
            _ => None,
        }
    }

    /// The files of its repository that may say what it does; the first whose folder is there is the one.
    pub fn files(&self) -> Vec<String> {
        match self {
            Self::GitHub(workflow) | Self::Gitea(workflow) | Self::Forgejo(workflow) => {
                let folders = self.declarations().map_or(&[][..], |host| host.folders);
                folders.iter().map(|folder| format!("{folder}/{}", workflow.file)).collect()
            }
            Self::GitLab(_) => vec![self.file_name().to_owned()],
            Self::AzureDevOps(_) => self.pipeline_file().map(FilePath::to_string).into_iter().collect(),
            Self::Webhook(_) => Vec::new(),
        }
    }

    /// What its host makes of what that file declares; none if no file of the repository is read.
    pub fn declarations(&self) -> Option<&'static Declarations> {
        match self {
            Self::GitHub(_) => Some(&github::DECLARATIONS),
            Self::GitLab(_) => Some(&gitlab::DECLARATIONS),
            Self::Gitea(_) => Some(&gitea::DECLARATIONS),
            Self::Forgejo(_) => Some(&gitea::FORGEJO_DECLARATIONS),
            Self::AzureDevOps(_) => Some(&azure::DECLARATIONS),
            Self::Webhook(_) => None,
        }
    }

    /// Whether what it is sent are the inputs that its file declares, and no variables.
    pub fn sends_inputs(&self) -> bool {
        match self {
            Self::GitLab(pipeline) => pipeline.by_inputs,
            Self::AzureDevOps(pipeline) => !pipeline.by_variables,
            _ => true,
        }
    }

    /// [`AnswerNames::word`] of how it is started, without all else.
    pub fn word(&self) -> Cow<'static, str> {
        match self {
            Self::GitHub(_) => github::DISPATCHES.names.word.clone(),
            Self::GitLab(pipeline) => pipeline.auth.dispatches().names.word.clone(),
            Self::Gitea(_) => gitea::DISPATCHES.names.word.clone(),
            Self::Forgejo(_) => gitea::FORGEJO_DISPATCHES.names.word.clone(),
            Self::AzureDevOps(_) => azure::DISPATCHES.names.word.clone(),
            Self::Webhook(hook) => hook.word().into(),
        }
    }

    /// How the host that runs it starts pipelines.
    pub fn dispatches(&self) -> Dispatches<'_> {
        match self {
            Self::GitHub(_) => github::DISPATCHES.clone(),
            Self::GitLab(pipeline) => pipeline.auth.dispatches().clone(),
            Self::Gitea(_) => gitea::DISPATCHES.clone(),
            Self::Forgejo(_) => gitea::FORGEJO_DISPATCHES.clone(),
            Self::AzureDevOps(_) => azure::DISPATCHES.clone(),
            Self::Webhook(hook) => hook.dispatches(),
        }
    }

    /// What it takes.
    pub fn limits(&self) -> Limits {
        match self {
            Self::GitLab(pipeline) if pipeline.by_inputs => gitlab::INPUTS,
            _ => self.dispatches().limits,
        }
    }

    /// Whether the token that starts it reads files of its repository too.
    pub fn reads_files(&self) -> bool {
        match self {
            Self::GitLab(pipeline) => pipeline.auth == gitlab::Auth::Token,
            _ => self.host().file.is_some(),
        }
    }

    /// Starts it, by the host's API at an address.
    pub fn dispatch(&self, api: &str, branch: &str, inputs: &IndexMap<InputName, FixedText>) -> Request {
        match self {
            Self::GitHub(workflow) => github::dispatch(api, &workflow.repo, &workflow.file, branch, inputs),
            Self::GitLab(pipeline) => gitlab::dispatch(api, pipeline, branch, inputs),
            Self::Gitea(workflow) | Self::Forgejo(workflow) => gitea::dispatch(api, workflow, branch, inputs),
            Self::AzureDevOps(pipeline) => azure::dispatch(api, pipeline, branch, inputs),
            Self::Webhook(hook) => webhook::dispatch(hook, branch, inputs),
        }
    }
}

/// What a pipeline takes of what it may be sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Inputs that it takes at most.
    pub inputs: Option<usize>,
    /// Why a text is the name of none.
    pub name: Option<fn(&str) -> Option<&'static str>>,
}

/// What a host makes of what the file of a pipeline declares. A status is that of a refusal; where there is none the host does not
/// look at it.
#[derive(Clone, Copy, Debug)]
pub struct Declarations {
    /// Folders of a repository: the first that is there has the files.
    pub folders: &'static [&'static str],
    /// What is to be known where the file is not there.
    pub missing: &'static str,
    /// Whether the file must be on the default branch too.
    pub on_default_branch: bool,
    /// The file does not say that it may be dispatched.
    pub undispatched: Option<u16>,
    /// An input is sent that is not declared.
    pub undeclared: Option<u16>,
    /// An input that is required is not sent, and has no default.
    pub required: Option<u16>,
    /// A value is none of its type.
    pub kind: Option<u16>,
    /// Inputs that a file may have, and how they are counted.
    pub most: Option<Most>,
    /// Whether names of inputs are compared without regard to case.
    pub any_case: bool,
    /// Whether values are.
    pub any_case_of_values: bool,
    /// How an input is declared.
    pub form: DeclaredAs,
}

/// How the file of a pipeline declares an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclaredAs {
    /// With a type, below `on: workflow_dispatch: inputs`.
    Workflow,
    /// With a default, below `spec: inputs`.
    Spec,
    /// As an item of the list `parameters`.
    Parameters,
}

/// How many inputs a host takes.
#[derive(Clone, Copy, Debug)]
pub enum Most {
    /// So many may be declared.
    Declared(usize),
    /// So many may have a value, sent or a default, unless this setting of the instance says another number.
    Valued(usize, &'static str),
}

impl Declarations {
    /// Whether two names are those of one input.
    pub fn is_same(&self, one: &str, other: &str) -> bool {
        if self.any_case { one.eq_ignore_ascii_case(other) } else { one == other }
    }
}

/// How a host starts pipelines.
#[derive(Clone, Debug)]
pub struct Dispatches<'h> {
    /// Headers of the request.
    pub headers: &'static [Header<'static>],
    /// More of them.
    pub own_headers: Vec<Header<'h>>,
    /// Where the token stands.
    pub authorization: Authorization<'h>,
    /// Statuses of one that was taken.
    pub taken: &'h [u16],
    /// What else holds of an answer to one that was taken, as an expression; empty if nothing has to. Kargo follows redirects, so
    /// that a page to sign in may answer 200.
    pub taken_if: &'static str,
    /// What to look at when it was refused.
    pub checks: &'static [Check],
    /// Way to the branch or tag in the body.
    pub branch_at: &'static [&'static str],
    /// Ways to what the pipeline is given in the body: a mapping of texts, or of mappings with `value`, or a list of `key` and `value`.
    pub inputs_at: &'static [&'static [&'static str]],
    /// Names for what is sent and for what its answers mean, of no other host's: images of several are rebuilt by one Stage.
    pub names: AnswerNames,
    /// Asks whether the host takes requests again, at an address: it starts nothing and counts against no limit.
    pub probe: fn(&str) -> Request,
    /// The way back from the address to what it starts; none if it is of something else.
    pub started: fn(&str) -> Option<Dispatched<'_>>,
    /// What it takes.
    pub limits: Limits,
    /// How it tells of the run that a dispatch started; none if it does not.
    pub run: Option<&'static Run>,
}

/// How a host tells of the run that a dispatch started, and how that run stands.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// The dispatch that is answered with its run.
    pub ask: fn(Request) -> Request,
    /// Key of that answer: what the run is known by, a whole number or a text of letters, digits, `-` and `_`.
    pub id: &'static str,
    /// Key of that answer and of the run: its page, for people.
    pub page: &'static str,
    /// Asks how a run stands: address, repository, what it is known by.
    pub show: fn(&str, &str, &str) -> Request,
    /// Key of the run: whether it has ended.
    pub state: &'static str,
    /// Its values of a run that has.
    pub ended: &'static [&'static str],
    /// Key of the run: how it has ended; it may be the same key.
    pub conclusion: &'static str,
    /// Its values of a run that ended well.
    pub good: &'static [&'static str],
    /// What to look at when the run is not shown.
    pub checks: &'static [Check],
}

/// Names for what all dispatches have alike, and for what the answers to them mean.
#[derive(Clone, Debug)]
pub struct AnswerNames {
    /// The host's own, as an expression has it behind a dot.
    pub word: Cow<'static, str>,
    /// The headers of the request.
    pub headers: Cow<'static, str>,
    /// It was taken.
    pub taken: Cow<'static, str>,
    /// It was put off.
    pub later: Cow<'static, str>,
    /// It was refused for good.
    pub refused: Cow<'static, str>,
    /// Why it was refused.
    pub explanation: Cow<'static, str>,
    /// Outputs of one that is answered with its run.
    pub run: Cow<'static, str>,
    /// The run has ended well.
    pub ended: Cow<'static, str>,
    /// It never will.
    pub broken: Cow<'static, str>,
    /// How it stands, in words.
    pub stands: Cow<'static, str>,
}

/// The names of a host whose name is a text of the program.
macro_rules! names {
    ($word:literal) => {
        $crate::forge::AnswerNames {
            word: std::borrow::Cow::Borrowed($word),
            headers: std::borrow::Cow::Borrowed(concat!($word, "Headers")),
            taken: std::borrow::Cow::Borrowed(concat!($word, "Dispatched")),
            later: std::borrow::Cow::Borrowed(concat!($word, "Later")),
            refused: std::borrow::Cow::Borrowed(concat!($word, "Refused")),
            explanation: std::borrow::Cow::Borrowed(concat!($word, "Explanation")),
            run: std::borrow::Cow::Borrowed(concat!($word, "Run")),
            ended: std::borrow::Cow::Borrowed(concat!($word, "Ended")),
            broken: std::borrow::Cow::Borrowed(concat!($word, "Broken")),
            stands: std::borrow::Cow::Borrowed(concat!($word, "Stands")),
        }
    };
}
pub(super) use names;

impl AnswerNames {
    /// Those of a host that is known by a word.
    pub fn of(word: String) -> Self {
        let name = |what| Cow::Owned(format!("{word}{what}"));
        Self {
            headers: name("Headers"),
            taken: name("Dispatched"),
            later: name("Later"),
            refused: name("Refused"),
            explanation: name("Explanation"),
            run: name("Run"),
            ended: name("Ended"),
            broken: name("Broken"),
            stands: name("Stands"),
            word: Cow::Owned(word),
        }
    }
}

/// What the address of a dispatch starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispatched<'a> {
    /// Address of the API.
    pub api: &'a str,
    /// [`Pipeline::repo`].
    pub repo: Cow<'a, str>,
    /// [`Pipeline::name`].
    pub pipeline: String,
}

/// The way back from the address of any host's dispatch.
pub fn dispatched(url: &str) -> Option<(&'static Dispatches<'static>, Dispatched<'_>)> {
    let hosts: [&Dispatches<'_>; 6] = [
        &github::DISPATCHES,
        // Of Forgejo too.
        &gitea::DISPATCHES,
        &gitlab::DISPATCHES,
        &gitlab::TRIGGERS,
        &azure::DISPATCHES,
        &webhook::DISPATCHES,
    ];
    hosts.into_iter().find_map(|host| Some((host, (host.started)(url)?)))
}
