//! `compose-output`: the cheapest real step, for Stages that must have one.

use super::{Config, Step};
use serde::Serialize;
use std::collections::BTreeMap;

/// `config`: free names with their values, at least one.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct ComposeOutput {
    /// The outputs of the step by their names; a value may be an expression.
    pub outputs: BTreeMap<&'static str, String>,
}

/// The step with one output.
pub fn step(alias: &str, name: &'static str, value: String) -> Step {
    let config = Config::ComposeOutput(ComposeOutput { outputs: BTreeMap::from([(name, value)]) });
    Step { uses: "compose-output", alias: alias.to_owned(), condition: None, retry: None, config }
}
