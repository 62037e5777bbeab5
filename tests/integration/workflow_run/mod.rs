//! What a run of a workflow builds: a repository in memory, an event and the path of a workflow in; builds out, a line each.

#[path = "../../support/memory.rs"]
mod memory;

mod actions;
mod bakes;
mod calls;
mod checkouts;
mod composes;
mod documented;
mod hostile;
mod inputs;
mod jobs;
mod kaniko;
mod makes;
mod matrices;
mod merges;
mod metadata;
mod scripts;

use image_factory::workflow::build::{Build, Location};
use image_factory::workflow::evaluate::{Evaluation, evaluate};
use image_factory::workflow::event::Event;
use image_factory::workflow::repository::{Repositories, Repository};
use image_factory::workflow::value::{Text, Truth};
pub(crate) use memory::Memory;
use std::fmt::Write;

/// The workflow that most tests dispatch.
pub(crate) const SHIP: &str = ".github/workflows/ship.yml";

/// acme/shop with these files.
pub(crate) fn shop(memory: &Memory) -> Repository<'_> {
    Repository { name: Some("acme/shop"), default_branch: Some("main"), files: memory }
}

/// What a dispatch of ship.yml on main does, with these inputs.
pub(crate) fn dispatch(files: &[(&str, &str)], event: &Event) -> Evaluation {
    let memory = Memory::new(files);
    evaluate(&Repositories::of(shop(&memory)), event, SHIP)
}

/// The builds of a dispatch of one workflow without inputs.
#[track_caller]
pub(crate) fn builds_of(workflow: &str) -> Vec<String> {
    lines(&dispatch(&[(SHIP, workflow)], &Event::dispatch("main")))
}

pub(crate) fn lines(evaluation: &Evaluation) -> Vec<String> {
    evaluation.builds.iter().map(line).collect()
}

fn location(location: &Location) -> String {
    match location {
        Location::Here(path) if path.is_empty() => ".".to_owned(),
        Location::Here(path) => path.to_string(),
        Location::Other(repository, path) => format!("{repository}:{path}"),
        Location::Away(address) => format!("<{address}>"),
        Location::Unknown(path) => format!("?{path}"),
    }
}

fn truth(truth: &Truth) -> String {
    match truth {
        Truth::Yes => "yes".to_owned(),
        Truth::No => "no".to_owned(),
        Truth::Unknown(unknown) => format!("perhaps ({unknown})"),
    }
}

/// `Dockerfile -> where it is pushed`, and behind it what is not plain.
pub(crate) fn line(build: &Build) -> String {
    let all = |texts: &[Text]| texts.iter().map(Text::to_string).collect::<Vec<_>>().join(" ");
    let mut line = format!("{} -> {}", location(&build.dockerfile), all(&build.destinations));
    let folder = location(&build.context);
    let usual = if folder == "." { "Dockerfile".to_owned() } else { format!("{folder}/Dockerfile") };
    if location(&build.dockerfile) != usual {
        write!(line, " context={folder}").unwrap();
    }
    if let Some(target) = &build.target {
        write!(line, " target={target}").unwrap();
    }
    for arg in &build.args {
        write!(line, " {}={}", arg.name, arg.value).unwrap();
    }
    if !build.runs().is_yes() {
        write!(line, " runs={}", truth(&build.runs())).unwrap();
    }
    if !build.pushed.is_yes() {
        write!(line, " pushed={}", truth(&build.pushed)).unwrap();
    }
    line
}
