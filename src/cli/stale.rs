//! `stale`: whether published images are built on what their bases are now.

use super::ended::{Ended, Wrong};
use super::load;
use super::report::{self, Done, Findings, no_such_image};
use super::{Exit, Global};
use crate::grammar::duration::Duration;
use crate::io::terminal::{self, Clock, now};
use crate::model::Model;
use crate::session::{Looked, Verbosity};
use crate::stale::{self, State, Verdict};
use crate::words::some_of;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::collections::BTreeSet;

/// Between two looks of `--wait`, by how long that is.
const SHORTEST: std::time::Duration = std::time::Duration::from_secs(1);
const LONGEST: std::time::Duration = std::time::Duration::from_secs(30);

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Images of images.yaml that are built [default: all of them]
    #[arg(value_name = "IMAGE")]
    names: Vec<String>,
    /// How to say it: human for people, json for programs, markdown for an issue, github for annotations of a run
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true)]
    format: Format,
    /// Answer "no" only for images that have been stale for longer, as 7d
    #[arg(long, value_name = "TIME", value_parser = older)]
    older_than: Option<Duration>,
    /// After a rebuild: look until all are fresh, for so long at most, as 30m; what nothing tells is not fresh then
    #[arg(long, value_name = "TIME", value_parser = older, conflicts_with = "older_than")]
    wait: Option<Duration>,
    #[command(flatten)]
    registries: super::registries::RegistryFlags,
}

/// For whom it is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For programs
    Json,
    /// For an issue
    Markdown,
    /// For a run of GitHub Actions
    Github,
}

/// What was found, for programs.
#[derive(Debug, Serialize)]
struct Made {
    images: Vec<Verdict>,
}

fn older(text: &str) -> Result<Duration, String> {
    text.parse().map_err(|why: crate::grammar::Invalid| why.to_string())
}

pub(super) fn run(global: &Global, flags: &Flags) -> Result<Exit, Ended> {
    let mut found = Findings::default();
    let done = match flags.wait {
        Some(wait) => awaited(global, flags, wait, &mut found),
        None => look(global, flags, &mut found).map(|(done, _)| done),
    };
    let format = if flags.format == Format::Json { report::Format::Json } else { report::Format::Human };
    report::finish(("stale", format, false), global, &found, done)
}

/// Looks until all are fresh or the time is over.
fn awaited(global: &Global, flags: &Flags, wait: Duration, found: &mut Findings) -> Result<Done<Made>, Ended> {
    if global.is_stdin() {
        return Err(Wrong::new("`--wait` reads images.yaml each time, and stdin is there once")
            .help("name a file")
            .into());
    }
    let wait = std::time::Duration::from_secs(wait.as_seconds());
    let between = (wait / 10).clamp(SHORTEST, LONGEST);
    let clock = Clock::start();
    loop {
        let (done, may_change) = look(global, flags, found)?;
        let left = wait.saturating_sub(clock.elapsed());
        if !may_change || left.is_zero() {
            return Ok(done);
        }
        let late = done.result.images.iter().filter(|image| image.state != State::Fresh);
        let late: Vec<&str> = late.map(|image| image.name.as_str()).collect();
        if global.verbosity() == Verbosity::Verbose {
            terminal::message(&format!("not fresh yet: {}\n", some_of(&late)));
        }
        std::thread::sleep(between.min(left));
    }
}

/// What is found, and whether another look may find more of it fresh.
fn look(global: &Global, flags: &Flags, found: &mut Findings) -> Result<(Done<Made>, bool), Ended> {
    let (session, model) = load::model(global, found)?;
    let asked = asked(&model, &flags.names)?;
    let settings = flags.registries.settings(global.verbosity() == Verbosity::Verbose);
    let Looked { verdicts, unreachable } = session.stale(&model, &asked, settings)?;
    let before = flags.older_than.map(|older| now().saturating_sub(older.as_seconds()));
    let is_no = |verdict: &Verdict| match verdict.state {
        State::Fresh => false,
        State::Unknown => flags.wait.is_some() && unreachable.is_empty(),
        State::Stale => verdict.was_stale(before),
    };
    let is_no = verdicts.iter().any(is_no);
    // What a build leaves nothing of will be no other at another time; what is not there yet, will.
    let is_open = |verdict: &Verdict| verdict.state == State::Stale || verdict.image.is_none();
    let may_change = !unreachable.is_empty() || verdicts.iter().any(is_open);
    let exit = match (is_no, unreachable.is_empty()) {
        (true, _) => Exit::No,
        (false, false) => Exit::Machine,
        (false, true) => Exit::Ok,
    };
    let wrong: Vec<Wrong> =
        unreachable.iter().map(|why| Wrong::new(format!("not all could be looked at: {why}"))).collect();
    let mut said: String = wrong.iter().map(Wrong::text).collect();
    if verdicts.is_empty() && !global.quiet {
        said.push_str("there are no images that are built\n");
    }
    let out = match flags.format {
        Format::Markdown => stale::markdown(&verdicts),
        Format::Github => stale::github(&verdicts),
        Format::Human | Format::Json => stale::human(&verdicts, terminal::stdout_look()),
    };
    let done = Done { exit, files: Vec::new(), result: Made { images: verdicts }, wrong, out, paint: None, said };
    Ok((done, may_change))
}

/// The numbers of images by their names; all where there is none.
fn asked(model: &Model, names: &[String]) -> Result<BTreeSet<usize>, Ended> {
    if names.is_empty() {
        return Ok((0..model.images.len()).collect());
    }
    let mut asked = BTreeSet::new();
    let mut wrong = Vec::new();
    for name in names {
        match model.images.iter().position(|image| image.name == **name) {
            Some(index) => _ = asked.insert(index),
            None => wrong.push(no_such_image(model, name, "nothing of yours to look at")),
        }
    }
    if wrong.is_empty() { Ok(asked) } else { Err(Ended::Wrong(wrong)) }
}
