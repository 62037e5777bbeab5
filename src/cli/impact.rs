//! `impact`: what is rebuilt if bases move.

use super::at::At;
use super::ended::{Ended, Wrong};
use super::report::{self, Done, Findings, View};
use super::{Exit, Global, load, named};
use crate::impact::Plan;
use crate::impact::moves::{Impact, Moved};
use crate::io::terminal;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Bases that move together: references, names, or the beginning of one; or images whose releases are bases
    #[arg(value_name = "BASE", required = true)]
    bases: Vec<String>,
    /// When they move, as 2026-12-04T22:00Z or now: says when the rebuilds of the first wave begin
    #[arg(long, value_name = "TIME")]
    at: Option<At>,
    /// How to say it: human for people, json for programs, markdown for an issue
    #[arg(long, value_enum, default_value_t = View::Human, hide_possible_values = true)]
    format: View,
}

pub(super) fn run(global: &Global, flags: &Flags) -> Result<Exit, Ended> {
    let mut found = Findings::default();
    let done = impact(global, flags, &mut found);
    report::finish(("impact", flags.format.document(), false), global, &found, done)
}

fn impact(global: &Global, flags: &Flags, found: &mut Findings) -> Result<Done<Impact>, Ended> {
    let (_, model) = load::model(global, found)?;
    let plan = Plan::new(&model);
    let (mut moved, mut wrong): (Vec<Moved>, Vec<Wrong>) = Default::default();
    for name in &flags.bases {
        match named::bases(&model, &plan, name) {
            Ok(bases) => bases.into_iter().for_each(|base| {
                if !moved.contains(&base) {
                    moved.push(base);
                }
            }),
            Err(why) => wrong.push(why),
        }
    }
    if !wrong.is_empty() {
        return Err(Ended::Wrong(wrong));
    }
    let result = plan.impact(&moved, flags.at.map(At::moment));
    let out = match flags.format {
        View::Markdown => result.markdown(),
        View::Human => result.human(terminal::stdout_look()),
        View::Json => String::new(),
    };
    Ok(Done { exit: Exit::Ok, files: Vec::new(), result, wrong, out, paint: None, said: String::new() })
}
