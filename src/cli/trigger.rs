//! `trigger`: starts rebuilds by hand.

use super::at::now;
use super::ended::{Ended, Wrong};
use super::reach::{Reach, failed};
use super::report::{self, Done, Findings, Format, meant, no_such_image};
use super::{Exit, Global, load};
use crate::io::forge::{Forge, Settings};
use crate::io::registry::Registries;
use crate::io::terminal;
use crate::model::Model;
use crate::source::is_hidden;
use crate::stale::State;
use crate::status::of_dispatch;
use crate::trigger::plan::{Plan, Wanted, plan};
use crate::trigger::{Start, is_sent_from_here};
use crate::words::{append, counted, some_of};
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// So many rebuilds are started without a question.
const UNASKED: usize = 5;

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Bases of which all images are rebuilt, and images
    #[arg(value_name = "BASE|IMAGE", required_unless_present = "stale")]
    names: Vec<String>,
    /// Why, which the cluster keeps on what is started
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,
    /// How: cluster has Kargo promote the base's newest digest, github sends requests as Stages do [default: cluster for bases, github
    /// for images]
    #[arg(long, value_enum, hide_possible_values = true)]
    via: Option<Via>,
    /// Start what `stale` finds
    #[arg(long, conflicts_with = "names")]
    stale: bool,
    /// Start nothing; print the calls of kubectl or curl
    #[arg(long)]
    dry_run: bool,
    /// Start more than five rebuilds without being asked
    #[arg(long, short)]
    yes: bool,
    /// How to say it: human for people, json for programs
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true)]
    format: Format,
    #[command(flatten)]
    reach: Reach,
    #[command(flatten)]
    registries: super::registries::RegistryFlags,
}

fn reason(text: &str) -> Result<String, String> {
    if text.trim().is_empty() || text.contains('\n') || text.chars().any(is_hidden) {
        return Err("write a few words in one line".to_owned());
    }
    Ok(text.to_owned())
}

/// By whom rebuilds are started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum Via {
    /// Kargo
    Cluster,
    /// The code host
    Github,
}

/// What is told to programs.
#[derive(Debug, Serialize)]
struct Made {
    via: Via,
    started: Vec<Started>,
}

/// A rebuild that was started, or would be.
#[derive(Debug, Serialize)]
struct Started {
    /// The image, or the Stage.
    name: String,
    base: String,
    images: Vec<String>,
    state: Outcome,
    /// Why not, or what comes next.
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    /// As it is typed.
    lines: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Planned,
    Started,
    Refused,
}

/// What is meant, by number.
#[derive(Clone, Debug, Default)]
struct Meant {
    bases: BTreeSet<usize>,
    /// With the base that has moved, where that is known.
    images: BTreeSet<(usize, Option<String>)>,
}

pub(super) fn run(global: &Global, flags: &Flags) -> Result<Exit, Ended> {
    let mut found = Findings::default();
    let done = start(global, flags, &mut found);
    report::finish(("trigger", flags.format, flags.dry_run), global, &found, done)
}

fn start(global: &Global, flags: &Flags, found: &mut Findings) -> Result<Done<Made>, Ended> {
    let (_, model) = load::model(global, found)?;
    let meant = if flags.stale { stale(global, flags, &model)? } else { named(&model, &flags.names)? };
    let by_host = flags.stale || !meant.images.is_empty();
    let via = flags.via.unwrap_or(if by_host { Via::Github } else { Via::Cluster });
    let started = match via {
        Via::Cluster => by_cluster(global, flags, &model, &meant)?,
        Via::Github => by_host_of(global, flags, &model, &meant)?,
    };
    let Some(started) = started else {
        let result = Made { via, started: Vec::new() };
        let said = "nothing was started\n".to_owned();
        return Ok(Done {
            exit: Exit::No,
            files: Vec::new(),
            result,
            wrong: Vec::new(),
            out: String::new(),
            paint: None,
            said,
        });
    };
    let is_no = started.iter().any(|started| started.state == Outcome::Refused);
    let out = told(&started, flags.dry_run);
    let said =
        if started.is_empty() && !global.quiet { "there is nothing to start\n".to_owned() } else { String::new() };
    let exit = if is_no { Exit::No } else { Exit::Ok };
    Ok(Done { exit, files: Vec::new(), result: Made { via, started }, wrong: Vec::new(), out, paint: None, said })
}

/// The bases and images of some names.
fn named(model: &Model, names: &[String]) -> Result<Meant, Ended> {
    let mut meant_by = Meant::default();
    let mut wrong = Vec::new();
    for name in names {
        let is_base =
            |base: &crate::model::Base| base.reference.familiar() == *name || base.reference.to_string() == *name;
        if let Some(image) = model.images.iter().position(|image| *image.name == **name) {
            meant_by.images.insert((image, None));
        } else if let Some(base) = model.bases.iter().position(is_base) {
            meant_by.bases.insert(base);
        } else if model.externals.iter().any(|image| *image.name == **name) {
            wrong.push(no_such_image(model, name, "nothing to build"));
        } else {
            let bases: Vec<String> = model.bases.iter().map(|base| base.reference.familiar()).collect();
            let known = bases.iter().map(String::as_str).chain(model.images.iter().map(|image| image.name.as_str()));
            let what = Wrong::new(format!("there is no base or image `{name}` in images.yaml"));
            wrong.push(what.help(meant(name, "bases and images", known)));
        }
    }
    if wrong.is_empty() { Ok(meant_by) } else { Err(Ended::Wrong(wrong)) }
}

/// What is stale by its own bases; what follows others that are is built once those were.
fn stale(global: &Global, flags: &Flags, model: &Model) -> Result<Meant, Ended> {
    let session = load::read(global, global.options())?;
    let all = (0..model.images.len()).collect();
    let looked = session.stale(model, &all, flags.registries.settings(global.verbose))?;
    if let Some(why) = looked.unreachable.first() {
        let why = format!("not all could be looked at: {why}");
        return Err(Ended::Away(Wrong::new(why).help("try again later, or name what is to be started")));
    }
    let mut meant = Meant::default();
    for verdict in looked.verdicts.iter().filter(|verdict| verdict.state == State::Stale) {
        let Some(image) = model.images.iter().position(|image| *image.name == *verdict.name) else { continue };
        if let Some(base) = verdict.bases.iter().find(|base| base.state == State::Stale) {
            meant.images.insert((image, Some(base.image.clone())));
            meant.bases.extend(model.bases.iter().position(|of| of.reference.familiar() == base.image));
        }
    }
    Ok(meant)
}

/// Whether so many may be started; nobody is asked about a few.
fn may(flags: &Flags, images: &[&str]) -> Result<bool, Ended> {
    if flags.dry_run || flags.yes || images.len() <= UNASKED {
        return Ok(true);
    }
    let rebuilds = counted(images.len(), "rebuild");
    match terminal::confirm(&format!("start {rebuilds}: {}? [y/N] ", some_of(images)))? {
        Some(answer) => Ok(answer),
        None => Err(Wrong::new(format!("these are {rebuilds}, and nobody can be asked"))
            .help("`--yes` starts them without a question; `--dry-run` shows what that would be")
            .into()),
    }
}

/// Has Kargo promote; `None` if the answer to the question is no.
fn by_cluster(global: &Global, flags: &Flags, model: &Model, meant: &Meant) -> Result<Option<Vec<Started>>, Ended> {
    if let Some((image, _)) = meant.images.first().filter(|_| !flags.stale) {
        let name = &model.images[*image].name;
        return Err(Wrong::new(format!("Kargo promotes Stages, and that of {name} may rebuild others too"))
            .help("name the base to rebuild all of its images, or leave `--via cluster` out")
            .into());
    }
    let now = now();
    let mut plans: Vec<(String, Plan)> = Vec::new();
    let mut wrong = Vec::new();
    for (namespace, part) in flags.reach.projects(model)? {
        let references = meant.bases.iter().map(|base| &model.bases[*base].reference);
        let bases = references.filter_map(|wanted| part.bases.iter().find(|base| base.reference == *wanted));
        let bases: Vec<_> = bases.collect();
        if bases.is_empty() {
            continue;
        }
        let mut project = flags.reach.ask(global, &namespace)?.remove(&namespace).unwrap_or_default();
        project.complete(&namespace);
        for base in bases {
            let warehouse = base.name.warehouse();
            let wanted = Wanted { namespace: &namespace, warehouse: &warehouse, reason: flags.reason.as_deref() };
            match plan(&project, &wanted, now) {
                Ok(found) => plans.extend(found.into_iter().map(|plan| (base.reference.familiar(), plan))),
                Err(why) => wrong.push(Wrong::new(format!("{}: {why}", base.reference.familiar())).help(
                    "`image-factory status` says what is happening; `--via github` sends the requests from here",
                )),
            }
        }
    }
    if !wrong.is_empty() {
        return Err(Ended::Wrong(wrong));
    }
    let images: Vec<&str> = plans.iter().flat_map(|(_, plan)| &plan.images).map(String::as_str).collect();
    if !may(flags, &images)? {
        return Ok(None);
    }
    let kubectl = flags.reach.kubectl(global);
    let mut started = Vec::new();
    for (base, plan) in plans {
        let lines = plan.calls.iter().map(|call| call.typed(|arguments| kubectl.typed(arguments))).collect();
        for call in plan.calls.iter().filter(|_| !flags.dry_run) {
            let arguments: Vec<&str> = call.arguments.iter().map(String::as_str).collect();
            let given = kubectl.give(&arguments, call.input.as_deref());
            given.map_err(|why| failed(&call.typed(|arguments| kubectl.typed(arguments)), why))?;
        }
        let state = if flags.dry_run { Outcome::Planned } else { Outcome::Started };
        let says = Some(format!("`image-factory status {base}` says how far it is"));
        started.push(Started { name: plan.stage, base, images: plan.images, state, says, help: None, lines });
    }
    Ok(Some(started))
}

/// Sends what Stages would send; `None` if the answer to the question is no.
fn by_host_of(global: &Global, flags: &Flags, model: &Model, meant: &Meant) -> Result<Option<Vec<Started>>, Ended> {
    if flags.reason.is_some() {
        return Err(Wrong::new("a request to a code host has no place for a reason")
            .help("leave `--reason` out, or start the base with `--via cluster`, which keeps it")
            .into());
    }
    let bases = meant.bases.iter().filter(|_| !flags.stale);
    let mut starts: Vec<Start<'_>> = bases.flat_map(|base| Start::of_base(model, &model.bases[*base])).collect();
    let mut wrong = Vec::new();
    for (image, base) in &meant.images {
        match Start::of_image(model, *image, base.as_deref()) {
            Some(start) => starts.push(start),
            None => wrong.push(Wrong::new(format!("no base rebuilds {}", model.images[*image].name)).help(
                "`image-factory discover` finds what it is built on; what follows a chain is rebuilt by the images before it",
            )),
        }
    }
    for start in &starts {
        if !is_sent_from_here(start.pipeline.provider()) {
            let why = format!("{} is started by a request of your own, whose token only the cluster has", start.image);
            wrong.push(Wrong::new(why).help("start its base with `--via cluster`"));
        } else if let Some(placeholder) = start.lacks() {
            let why = format!("the inputs of {} have `{placeholder}`, which only a Promotion has", start.image);
            wrong.push(Wrong::new(why).help("start its base with `--via cluster`"));
        }
    }
    if !wrong.is_empty() {
        return Err(Ended::Wrong(wrong));
    }
    digests(flags, global, &mut starts)?;
    let images: Vec<&str> = starts.iter().map(|start| start.image).collect();
    if !may(flags, &images)? {
        return Ok(None);
    }
    let mut forges: BTreeMap<(&str, &str), Forge> = BTreeMap::new();
    let mut started = Vec::new();
    for start in &starts {
        let (provider, url) = (start.pipeline.provider(), start.service.api_url.as_str());
        let make = || Forge::new(Settings { verbose: global.verbose, ..Settings::new(provider, url) });
        let forge = forges.entry((provider.word(), url)).or_insert_with(make);
        started.push(send(start, forge, flags.dry_run));
    }
    Ok(Some(started))
}

/// Asks registries for the digests that requests have.
fn digests(flags: &Flags, global: &Global, starts: &mut [Start<'_>]) -> Result<(), Ended> {
    let registries = Registries::new(flags.registries.settings(global.verbose));
    for start in starts.iter_mut().filter(|start| start.needs_digest()) {
        let digest = registries.digest(start.base).map_err(|why| {
            let why = format!("{}: {why}", start.base.familiar());
            Ended::Away(Wrong::new(why).help(format!("the inputs of {} have the digest of its base", start.image)))
        })?;
        start.with_digest(&digest.to_string());
    }
    Ok(())
}

fn send(start: &Start<'_>, forge: &Forge, dry_run: bool) -> Started {
    let what = format!("{}, {} at {}", start.pipeline.repo(), start.pipeline.name(), start.branch);
    let mut started = Started {
        name: start.image.to_owned(),
        base: start.base.familiar(),
        images: vec![start.image.to_owned()],
        state: Outcome::Planned,
        says: Some(what.clone()),
        help: None,
        lines: vec![start.curl()],
    };
    if dry_run {
        return started;
    }
    let dispatches = start.pipeline.dispatches();
    match forge.send(&start.request, &start.headers(), &start.authorization()) {
        Ok((status, _, is_json))
            if dispatches.taken.contains(&status) && (dispatches.taken_if.is_empty() || is_json) =>
        {
            started.state = Outcome::Started;
        }
        Ok((status, message, _)) => {
            let host = start.pipeline.host().name;
            let said = if message.is_empty() { "nothing".to_owned() } else { message };
            // As Kargo says it.
            let cause = of_dispatch(&format!(
                "HTTP ({status}) rebuild of {} ({what}) was not dispatched. {host} says: {said}",
                start.image
            ));
            (started.state, started.says, started.help) = (Outcome::Refused, Some(cause.says), Some(cause.help));
        }
        Err(why) => {
            let help = "look at the token in the environment, the network and the proxy";
            (started.state, started.says, started.help) =
                (Outcome::Refused, Some(why.to_string()), Some(help.to_owned()));
        }
    }
    started
}

fn told(started: &[Started], dry_run: bool) -> String {
    let mut out = String::new();
    for Started { name, base, images, state, says, help, lines } in started {
        if dry_run {
            append!(out, "# {name}, for {base}: {}\n{}\n", some_of(images), lines.join("\n"));
            continue;
        }
        let word = if *state == Outcome::Started { "started" } else { "not started" };
        let rebuilds = if images.len() == 1 && images[0] == *name {
            String::new()
        } else {
            format!(", which rebuilds {}", some_of(images))
        };
        append!(out, "{name}: {word}, for {base}{rebuilds}; {}\n", says.as_deref().unwrap_or_default());
        if let Some(help) = help {
            append!(out, "  help: {help}\n");
        }
    }
    out
}
