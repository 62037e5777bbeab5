//! Whether all is there that a rebuild needs, in the order of the chain: what was asked and answered, to findings.
//!
//! | file | what is in it |
//! |---|---|
//! | this one | a finding |
//! | `cluster` | what kubectl answers |
//! | `hosts` | what code hosts and registries answer |
//! | `show` | findings for people |

pub mod cluster;
pub mod hosts;
mod show;

pub use show::human;

use serde::Serialize;

/// What a finding is about, in the order of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Area {
    /// The cluster and what is in it.
    Cluster,
    /// Code hosts.
    Hosts,
    /// Registries.
    Registry,
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is right.
    Ok,
    /// It is not, and a rebuild fails for it or does not come.
    Wrong,
    /// Nobody could look, for a reason that is said.
    Skipped,
}

/// One thing that a rebuild needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What it is about.
    pub area: Area,
    /// Its name, the same at each run.
    pub name: &'static str,
    /// What was found.
    pub state: State,
    /// In words.
    pub says: String,
    /// What mends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Check {
    /// It is right.
    pub fn ok(area: Area, name: &'static str, says: impl Into<String>) -> Self {
        Self { area, name, state: State::Ok, says: says.into(), help: None }
    }

    /// It is not.
    pub fn wrong(area: Area, name: &'static str, says: impl Into<String>, help: impl Into<String>) -> Self {
        Self { area, name, state: State::Wrong, says: says.into(), help: Some(help.into()) }
    }

    /// Nobody could look.
    pub fn skipped(area: Area, name: &'static str, says: impl Into<String>) -> Self {
        Self { area, name, state: State::Skipped, says: says.into(), help: None }
    }
}
