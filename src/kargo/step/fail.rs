//! `fail`: ends the promotion with a message (since Kargo 1.10).

use super::{Config, Step};
use serde::Serialize;
use std::rc::Rc;

/// `config` (Kargo v1.11.2 schemas/fail-config.json).
#[derive(Debug, Serialize)]
pub struct Fail {
    /// What a person reads.
    pub message: Rc<str>,
}

/// The step; `condition` says when it fails.
pub fn step(alias: impl Into<String>, condition: Rc<str>, message: Rc<str>) -> Step {
    Step::new("fail", alias, Config::Fail(Fail { message })).when(condition)
}
