//! `compose-output`: values for the steps that follow; also the cheapest real step, for Stages that must have one.

use super::{Config, Step};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// `config`: free names with their values, at least one.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct ComposeOutput {
    /// The outputs of the step by their names; a value may be an expression, and sees none of the others.
    pub outputs: BTreeMap<Cow<'static, str>, String>,
}

/// The step with its outputs.
pub fn step<N: Into<Cow<'static, str>>>(alias: &str, outputs: impl IntoIterator<Item = (N, String)>) -> Step {
    let outputs = outputs.into_iter().map(|(name, value)| (name.into(), value)).collect();
    Step::new("compose-output", alias, Config::ComposeOutput(ComposeOutput { outputs }))
}
