//! What a reviewer has to know before a change is applied, and what there is to do.

use super::Report;
use super::intent::Differences;
use crate::emit::delete_lines;
use crate::factory::intent::kind;
use crate::words::{counted, list};
use serde::Serialize;
use std::collections::BTreeSet;

/// Something that will surprise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// What, without a full stop.
    pub text: String,
    /// Commands, if there is something to run.
    pub commands: Vec<String>,
}

pub(super) fn warnings(report: &Report, differences: &Differences<'_>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for renamed in report
        .renamed
        .iter()
        .filter(|renamed| renamed.to.kind == kind::WAREHOUSE && renamed.from.name != renamed.to.name)
    {
        let fired = differences.fired.iter().filter(|fired| bare(&fired.rebuild.warehouse) == renamed.to.name);
        let images: BTreeSet<&str> = fired.map(|fired| fired.rebuild.image.as_str()).collect();
        let cost = if images.is_empty() {
            "nothing is rebuilt for it by itself, not even for what was pushed since Kargo has looked".to_owned()
        } else {
            format!(
                "{} {} rebuilt once",
                list(&images.iter().collect::<Vec<_>>()),
                if images.len() == 1 { "is" } else { "are" }
            )
        };
        let (from, to) = (&renamed.from.name, &renamed.to.name);
        warnings.push(Warning {
            text: format!(
                "the Warehouse {from} is now called {to}: its name is part of the Freight's identity, so that Kargo takes what it \
                 finds for new; {cost}"
            ),
            commands: Vec::new(),
        });
    }
    let orphans = report.orphans();
    if !orphans.is_empty() {
        let what = format!("{} {}", counted(orphans.len(), "object"), if orphans.len() == 1 { "is" } else { "are" });
        warnings.push(Warning {
            text: format!(
                "{what} no longer made and would stay in a cluster that has them; after applying, remove them with"
            ),
            commands: delete_lines(&orphans),
        });
    }
    warnings
}

/// A name without the namespace that sets of several Projects have before it.
fn bare(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}
