//! `doctor`: whether all is there that rebuilds need.

use super::at::now;
use super::ended::Ended;
use super::reach::Reach;
use super::report::{self, Done, Findings, Format};
use super::{Exit, Global, load};
use crate::diagnostic::Diagnostic;
use crate::doctor::{self, Check, State};
use crate::io::terminal;
use crate::session::{Options, doctor as ask};
use clap::{Args, ValueEnum};
use serde::Serialize;

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Ask only this: cluster, github (code hosts) or registry; may be given several times
    #[arg(long, value_enum, value_name = "WHAT", hide_possible_values = true)]
    only: Vec<Area>,
    /// Ask no code host and no registry
    #[arg(long)]
    offline: bool,
    /// How to say it: human for people, json for programs
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true)]
    format: Format,
    #[command(flatten)]
    reach: Reach,
    #[command(flatten)]
    registries: super::registries::RegistryFlags,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Area {
    /// The cluster
    Cluster,
    /// Code hosts
    Github,
    /// Registries
    Registry,
}

/// What is told to programs.
#[derive(Debug, Serialize)]
struct Made {
    checks: Vec<Check>,
}

pub(super) fn run(global: &Global, flags: &Flags) -> Result<Exit, Ended> {
    let mut found = Findings::default();
    let done = look(global, flags, &mut found);
    report::finish(("doctor", flags.format, false), global, &found, done)
}

impl Flags {
    fn asks(&self, area: Area) -> bool {
        (self.only.is_empty() || self.only.contains(&area)) && (area == Area::Cluster || !self.offline)
    }
}

fn look(global: &Global, flags: &Flags, found: &mut Findings) -> Result<Done<Made>, Ended> {
    let (_, model) = load::model(global, found)?;
    let mut checks = Vec::new();
    if flags.asks(Area::Cluster) {
        let projects = flags.reach.projects(&model)?;
        let made = load::read(global, global.options())?.synth()?;
        if made.problems.stop() {
            *found = Findings::new(made.problems.only(Diagnostic::is_error), made.sources);
            return Err(Ended::problems());
        }
        checks.extend(ask::cluster(&flags.reach.kubectl(global), &projects, made.documents.text()));
    }
    if flags.asks(Area::Github) {
        let now = now();
        let linted = load::read(global, Options { online: true, ..global.options() })?.lint()?;
        checks.extend(ask::hosts(&model, &linted.problems, global.verbose, now));
    }
    if flags.asks(Area::Registry) {
        checks.extend(ask::registries(&model, flags.registries.settings(global.verbose)));
    }
    let exit = if checks.iter().any(|check| check.state == State::Wrong) { Exit::No } else { Exit::Ok };
    let out = doctor::human(&checks, terminal::stdout_look());
    let result = Made { checks };
    Ok(Done { exit, files: Vec::new(), result, wrong: Vec::new(), out, paint: None, said: String::new() })
}
