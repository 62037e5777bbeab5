//! What a code host is asked to run: each host has its own kind, and is a case of its own here.

use super::{Check, Header, Host, Provider, Request, github};
use crate::grammar::fixed::{FixedText, InputName};
use indexmap::IndexMap;

/// What builds an image, and in which repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Pipeline {
    /// A workflow of GitHub Actions.
    GitHub(github::Workflow),
}

impl Pipeline {
    /// Who runs it.
    pub fn provider(&self) -> Provider {
        match self {
            Self::GitHub(_) => Provider::GitHub,
        }
    }

    /// All that is known of who runs it.
    pub fn host(&self) -> &'static Host {
        self.provider().host()
    }

    /// The repository that it is of.
    pub fn repo(&self) -> &str {
        match self {
            Self::GitHub(workflow) => &workflow.repo,
        }
    }

    /// Its name in the repository: the file name of a workflow.
    pub fn name(&self) -> &str {
        match self {
            Self::GitHub(workflow) => &workflow.file,
        }
    }

    /// The path of the GitHub workflow that it is, if it is one.
    pub fn workflow_path(&self) -> Option<String> {
        match self {
            Self::GitHub(workflow) => Some(format!("{}/{}", github::WORKFLOWS, workflow.file)),
        }
    }

    /// Starts it, by the host's API at an address.
    pub fn dispatch(&self, api: &str, branch: &str, inputs: &IndexMap<InputName, FixedText>) -> Request {
        match self {
            Self::GitHub(workflow) => github::dispatch(api, &workflow.repo, &workflow.file, branch, inputs),
        }
    }
}

/// A value for each host that runs pipelines.
#[derive(Debug)]
pub struct ByHost<T> {
    github: T,
}

impl<T> ByHost<T> {
    /// Makes each.
    pub fn new(make: impl Fn(Provider, &'static Dispatches) -> T) -> Self {
        Self { github: make(Provider::GitHub, &github::DISPATCHES) }
    }

    /// The one for the host of a pipeline.
    pub fn of(&self, pipeline: &Pipeline) -> &T {
        match pipeline {
            Pipeline::GitHub(_) => &self.github,
        }
    }
}

/// How a host starts pipelines.
#[derive(Debug)]
pub struct Dispatches {
    /// Headers of the request.
    pub headers: &'static [Header],
    /// Statuses of one that was taken.
    pub taken: &'static [u16],
    /// What to look at when it was refused.
    pub checks: &'static [Check],
    /// Key of the body: the branch or tag.
    pub branch_key: &'static str,
    /// Key of the body: what the pipeline is given.
    pub inputs_key: &'static str,
    /// Names for what is sent and for what its answers mean, of no other host's: images of several are rebuilt by one Stage.
    pub names: AnswerNames,
    /// Asks whether the host takes requests again, at an address: it starts nothing and counts against no limit.
    pub probe: fn(&str) -> Request,
    /// The way back from the address to what it starts; none if it is of something else.
    pub started: fn(&str) -> Option<Dispatched<'_>>,
}

/// Names for what all dispatches have alike, and for what the answers to them mean.
#[derive(Clone, Copy, Debug)]
pub struct AnswerNames {
    /// The headers of the request.
    pub headers: &'static str,
    /// It was taken.
    pub taken: &'static str,
    /// It was put off.
    pub later: &'static str,
    /// It was refused for good.
    pub refused: &'static str,
    /// Why it was refused.
    pub explanation: &'static str,
}

/// What the address of a dispatch starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispatched<'a> {
    /// Address of the API.
    pub api: &'a str,
    /// [`Pipeline::repo`].
    pub repo: &'a str,
    /// [`Pipeline::name`].
    pub pipeline: String,
}

/// The way back from the address of any host's dispatch.
pub fn dispatched(url: &str) -> Option<(&'static Dispatches, Dispatched<'_>)> {
    [&github::DISPATCHES].into_iter().find_map(|host| Some((host, (host.started)(url)?)))
}
