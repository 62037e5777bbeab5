//! Manifest lists: images that are in a registry, or on the machine, put together under another name. A job that comes later makes one
//! of what others have pushed, each for a platform
//! (<https://docs.docker.com/build/ci/github-actions/multi-platform/#distribute-build-across-multiple-runners>).

use super::docker::{WITH_VALUE, is_same};
use super::list::LINES;
use super::options::Options;
use crate::source::Span;
use crate::workflow::build::{Build, Condition, Frame, FrameKind, Location, Merge, name_and_tag};
use crate::workflow::evaluate::StepRun;
use crate::workflow::script::{Done, Shell, spaced};
use crate::workflow::value::{Text, Truth, Value};

/// What gives images another name.
struct By<'b> {
    tool: &'b str,
    span: Span,
    /// What has to hold for it.
    conditions: &'b [Condition],
    /// What leads to it.
    way: &'b [Frame],
    /// Whether what has the name is pushed under it.
    pushes: bool,
}

/// `docker buildx imagetools`.
pub(super) fn imagetools(shell: &Shell<'_, '_, '_>, words: &[Text]) -> Option<Done> {
    let (command, words) = words.split_first()?;
    let options = Options::read(words, |name| WITH_VALUE.contains(&name));
    let is_done = match command.known()? {
        // It shows the list.
        "create" if options.has(&["dry-run"]) => return Some(Done::assumed(shell.unknown(&spaced(words)))),
        "create" => {
            named(shell, "docker buildx imagetools create", &options.positional, &options.all(&["t", "tag"]), true)
        }
        _ => false,
    };
    is_done.then(|| Done::assumed(Text::default()))
}

/// `docker manifest`, and that of podman and buildah.
pub(super) fn manifest(shell: &Shell<'_, '_, '_>, program: &str, words: &[Text]) -> Option<Done> {
    let (command, words) = words.split_first()?;
    let command = command.known()?;
    let options = Options::read(words, |name| WITH_VALUE.contains(&name));
    let names: Vec<Text> = options.positional.iter().map(without_transport).collect();
    let tool = format!("{program} manifest {command}");
    let is_done = match (command, names.as_slice()) {
        ("create" | "add", [list, images @ ..]) => {
            images.is_empty() || named(shell, &tool, images, std::slice::from_ref(list), false)
        }
        ("push", [list]) => named(shell, &tool, std::slice::from_ref(list), std::slice::from_ref(list), true),
        ("push", [list, to]) => named(shell, &tool, std::slice::from_ref(list), std::slice::from_ref(to), true),
        _ => false,
    };
    is_done.then(|| Done::assumed(Text::default()))
}

/// int128/docker-manifest-create-action: its inputs are in its action.yaml, and read in its src/run.ts.
pub(super) fn int128(step: &mut StepRun<'_, '_>, action: &str) {
    let (sources, names) = (step.list("sources", LINES), step.list("tags", LINES));
    let pushes = step.input("push").map_or(Truth::Yes, |push| Truth::of_text(&push, |text| text == "true"));
    let (conditions, way) = step.stands();
    let by = By { tool: action, span: step.span(), conditions, way, pushes: true };
    if !pushes.is_no() && (!pushes.is_yes() || !give(step, &by, &sources, &names)) {
        step.unread();
    }
    step.open_outputs(Some(action));
}

/// A name without how it is reached.
fn without_transport(name: &Text) -> Text {
    let rest =
        ["docker://", "containers-storage:", "localhost/"].iter().find_map(|transport| name.strip_prefix(transport));
    rest.unwrap_or_else(|| name.clone())
}

fn named(shell: &Shell<'_, '_, '_>, tool: &str, sources: &[Text], names: &[Text], pushes: bool) -> bool {
    let (conditions, way) = shell.step.stands();
    let conditions: Vec<Condition> = conditions.iter().chain(shell.conditions()).cloned().collect();
    give(shell.step, &By { tool, span: shell.span(), conditions: &conditions, way, pushes }, sources, names)
}

/// Gives the builds that are the sources other names. Whether there are such, and it is clear which.
fn give(step: &StepRun<'_, '_>, by: &By<'_>, sources: &[Text], names: &[Text]) -> bool {
    let mut found: Vec<(Location, Option<Text>)> = Vec::new();
    let is_meant = |build: &Build| is_of_cell(build, by.way) && sources.iter().any(|source| is_called(build, source));
    step.each_reached(&mut |build| {
        let what = (build.dockerfile.clone(), build.target.clone());
        if is_meant(build) && !found.contains(&what) {
            found.push(what);
        }
    });
    if found.len() != 1 {
        return false;
    }
    step.each_reached(&mut |build| {
        if is_meant(build) {
            take(build, by, names);
        }
    });
    true
}

fn take(build: &mut Build, by: &By<'_>, names: &[Text]) {
    // What holds for the build holds already.
    let own = |condition: &&Condition| !build.conditions.iter().any(|known| known.holds == condition.holds);
    let runs = by.conditions.iter().filter(own).fold(Truth::Yes, |all, condition| all.and(condition.holds.clone()));
    if runs.is_no() {
        return;
    }
    let mut given = Vec::new();
    for name in names {
        let name = match &runs {
            Truth::Unknown(unknown) => {
                let choices = vec![Value::from(name.clone()), Value::from("")];
                Text::hole(unknown.computed(&name.to_string()).one_of(choices))
            }
            _ => name.clone(),
        };
        if !build.tags.contains(&name) {
            build.tags.push(name.clone());
        }
        if by.pushes && !build.destinations.contains(&name) {
            build.destinations.push(name.clone());
        }
        given.push(name);
    }
    if by.pushes && !given.is_empty() {
        build.pushed = build.pushed.clone().or(runs);
        let job = by.way.iter().rev().find(|frame| frame.kind == FrameKind::Job);
        let job = job.map(|frame| frame.name.clone()).unwrap_or_default();
        build.merges.push(Merge { tool: by.tool.to_owned(), job, span: by.span, names: given });
    }
}

/// Whether a build is called by a reference; one with a digest may be any image of its repository.
fn is_called(build: &Build, reference: &Text) -> bool {
    let mut own = build.tags.iter().chain(&build.destinations);
    if !reference.marked().contains('@') {
        return own.any(|name| is_same(name, reference));
    }
    let repository = |text: &Text| name_and_tag(text).0;
    own.any(|name| is_same(&repository(name), &repository(reference)))
}

/// Whether the job of a build has the same values of a matrix as this, as far as both have them.
fn is_of_cell(build: &Build, way: &[Frame]) -> bool {
    let cell = |way: &[Frame]| way.iter().flat_map(|frame| frame.cell.clone()).collect::<Vec<_>>();
    let own = cell(way);
    let differs = |(name, value): &(String, Text)| own.iter().any(|(other, of)| other == name && of != value);
    !cell(&build.way).iter().any(differs)
}
