//! What starts a run, as far as workflows can see it.

use indexmap::IndexMap;

/// An event that starts a workflow.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its name: `workflow_dispatch`.
    pub name: String,
    /// What it runs on: `refs/heads/main`.
    pub git_ref: String,
    /// The inputs that are sent, by name.
    pub inputs: IndexMap<String, Input>,
}

/// The value of an input.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// This text is sent.
    Is(String),
    /// Any: builds have it as a hole `inputs.NAME`, with choices where the input has some.
    Any,
}

impl Event {
    /// A `workflow_dispatch` on a branch, without inputs.
    pub fn dispatch(branch: &str) -> Self {
        Self { name: "workflow_dispatch".to_owned(), git_ref: format!("refs/heads/{branch}"), inputs: IndexMap::new() }
    }

    /// The same with an input.
    #[must_use]
    pub fn with(mut self, name: &str, value: Input) -> Self {
        self.inputs.insert(name.to_owned(), value);
        self
    }

    /// What is sent for an input; names have no case.
    pub fn input(&self, name: &str) -> Option<&Input> {
        self.inputs.iter().find(|(sent, _)| sent.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The branch or tag without `refs/heads/` or `refs/tags/`.
    pub fn ref_name(&self) -> &str {
        let name = ["refs/heads/", "refs/tags/", "refs/pull/"].iter().find_map(|kind| self.git_ref.strip_prefix(kind));
        name.unwrap_or(&self.git_ref)
    }
}
