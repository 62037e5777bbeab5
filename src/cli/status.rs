//! `status`: what is happening in the cluster.

use super::at::now;
use super::ended::{Ended, Wrong};
use super::reach::{self, Reach};
use super::report::{self, Done, Findings, Format, meant};
use super::{Exit, Global};
use crate::cluster::Projects;
use crate::io::terminal;
use crate::status::{self, Status};
use clap::Args;
use serde::Serialize;
use std::time::Duration;

/// Between two looks of `--watch`.
const BETWEEN: Duration = Duration::from_secs(5);

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Bases and images to tell of [default: all]; `-` reads what `kubectl get -o json` prints from stdin
    #[arg(value_name = "BASE|IMAGE")]
    names: Vec<String>,
    /// Look again every five seconds, until Ctrl-C
    #[arg(long, conflicts_with = "format")]
    watch: bool,
    /// How to say it: human for people, json for programs
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true)]
    format: Format,
    #[command(flatten)]
    reach: Reach,
}

/// What is told to programs.
#[derive(Debug, Serialize)]
struct Made {
    projects: Vec<Status>,
}

pub(super) fn run(global: &Global, flags: &Flags) -> Result<Exit, Ended> {
    if flags.watch {
        return watch(global, flags);
    }
    let mut found = Findings::default();
    let done = look(global, flags, &mut found);
    report::finish(("status", flags.format, false), global, &found, done)
}

/// Looks again and again.
fn watch(global: &Global, flags: &Flags) -> Result<Exit, Ended> {
    if !terminal::is_terminal() || flags.is_stdin() {
        let why = "`--watch` paints a terminal, and asks the cluster each time";
        return Err(Wrong::new(why).help("leave it out").into());
    }
    let mut found = Findings::default();
    loop {
        let done = look(global, flags, &mut found)?;
        terminal::repaint(&done.out)?;
        std::thread::sleep(BETWEEN);
    }
}

impl Flags {
    fn is_stdin(&self) -> bool {
        self.names.iter().any(|name| name == "-")
    }

    /// The bases and images that are meant.
    fn asked(&self) -> Vec<String> {
        self.names.iter().filter(|name| *name != "-").cloned().collect()
    }
}

fn look(global: &Global, flags: &Flags, found: &mut Findings) -> Result<Done<Made>, Ended> {
    let projects = projects(global, flags, found)?;
    let now = now();
    let mut all: Vec<Status> = projects.iter().map(|(name, project)| status::judge(name, project, now)).collect();
    // What others run in their Projects is none of our business.
    all.retain(|status| !status.bases.is_empty() || !status.dockerfiles.is_empty());
    if all.is_empty() {
        let message = "there is nothing there that image-factory has made";
        let help = "apply the manifests (`kubectl apply --server-side -f dist/image-factory.k8s.yaml`), or name another Namespace with `--namespace`";
        return Err(Wrong::new(message).help(help).into());
    }
    only(&mut all, &flags.asked())?;
    let look = terminal::stdout_look();
    let out = all.iter().map(|status| status::human(status, now, look)).collect::<Vec<_>>().join("\n");
    let exit = if all.iter().any(Status::has_failed) { Exit::No } else { Exit::Ok };
    let result = Made { projects: all };
    Ok(Done { exit, files: Vec::new(), result, wrong: Vec::new(), out, paint: None, said: String::new() })
}

/// Where it is told: stdin, else the cluster.
fn projects(global: &Global, flags: &Flags, found: &mut Findings) -> Result<Projects, Ended> {
    let mut projects = if flags.is_stdin() {
        reach::stdin()?
    } else {
        let mut all = Projects::new();
        for project in flags.reach.names(global, found)? {
            all.extend(flags.reach.ask(global, &project)?);
        }
        all
    };
    if let Some(name) = flags.reach.named() {
        projects.retain(|project, _| project == name);
    }
    for (name, project) in &mut projects {
        project.complete(name);
    }
    Ok(projects)
}

/// Leaves what these names say.
fn only(all: &mut Vec<Status>, asked: &[String]) -> Result<(), Ended> {
    let known: Vec<String> = all.iter().flat_map(Status::names).map(str::to_owned).collect();
    let wrong: Vec<Wrong> = asked
        .iter()
        .filter(|name| !known.contains(name))
        .map(|name| {
            let bases = all.iter().flat_map(|status| &status.bases).map(|base| base.image.as_str());
            Wrong::new(format!("there is no base or image `{name}` in the cluster")).help(meant(name, "bases", bases))
        })
        .collect();
    if !wrong.is_empty() {
        return Err(Ended::Wrong(wrong));
    }
    for status in all.iter_mut() {
        status.keep(asked);
    }
    all.retain(|status| !status.bases.is_empty() || !status.dockerfiles.is_empty());
    Ok(())
}
