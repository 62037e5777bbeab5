//! `synth --at`: when rebuilds would begin if their bases moved at a time.

use crate::grammar::Invalid;
use crate::grammar::moment::Moment;
use crate::grammar::schedule::Schedule;
use crate::io::terminal;
use crate::session::Begin;
use crate::words::{append, columns, some_of};
use std::str::FromStr;

/// A moment of the command line.
#[derive(Clone, Copy, Debug)]
pub(super) enum At {
    /// When the command runs.
    Now,
    /// The one that is written.
    Then(Moment),
}

impl FromStr for At {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "now" => Ok(Self::Now),
            _ => text.parse().map(Self::Then).map_err(|why: Invalid| format!("{why}, or `now`")),
        }
    }
}

/// This moment.
pub(super) fn now() -> Moment {
    Moment::from_seconds(i64::try_from(terminal::now()).unwrap_or(i64::MAX))
}

impl At {
    /// Which moment that is.
    pub(super) fn moment(self) -> Moment {
        match self {
            Self::Now => now(),
            Self::Then(moment) => moment,
        }
    }
}

/// A line for each base and policy, below the moment.
pub(super) fn told(moved: Moment, begins: &[Begin]) -> String {
    let mut out = format!("if its base moved on {moved} and not again, a rebuild would begin\n");
    let rows = begins.iter().map(|begin| (format!("{} {}", begin.base, some_of(&begin.images)), begin));
    let rows: Vec<(String, &Begin)> = rows.collect();
    let width = rows.iter().map(|(who, _)| columns(who)).max().unwrap_or_default();
    for (who, Begin { policy, together, at, .. }) in &rows {
        let gap = " ".repeat(width.saturating_sub(columns(who)));
        let others = together.map(|time| format!(", {} for other bases", time.in_words())).unwrap_or_default();
        let when = policy.words().when + &others;
        match at {
            None => append!(out, "  {who}{gap}  {when}\n"),
            Some(at) => {
                let zone = policy.schedule().map(Schedule::zone).filter(|zone| *zone != "UTC");
                let local = zone.map(|zone| format!(", {} in {zone}", at.in_zone(zone))).unwrap_or_default();
                append!(out, "  {who}{gap}  on {at}{local} ({when})\n");
            }
        }
    }
    out
}
