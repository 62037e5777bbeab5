//! kaniko: its executor in a job of its image, in a container that a script runs, and in actions.
//!
//! Options are those of its cmd/executor/cmd/root.go, and so is where it looks for a Dockerfile: from the folder it runs in, or else in
//! the context.

use super::build_push::{build_args, context_and_file, is_address};
use super::list::{LINES, RAW_LINES};
use super::options::Options;
use super::path::under;
use crate::workflow::build::{Build, Location, Tool};
use crate::workflow::evaluate::{StepRun, join};
use crate::workflow::script::{Done, Shell, spaced, words};
use crate::workflow::value::{Text, Truth, Value};

/// Options that stand alone; any other takes a value.
const FLAGS: &[&str] = &[
    "cache",
    "cache-copy-layers",
    "cache-run-layers",
    "cleanup",
    "compressed-caching",
    "force",
    "force-build-metadata",
    "help",
    "ignore-var-run",
    "insecure",
    "insecure-pull",
    "log-timestamp",
    "no-push",
    "no-push-cache",
    "push-ignore-immutable-tag-errors",
    "reproducible",
    "single-snapshot",
    "skip-default-registry-fallback",
    "skip-push-permission-check",
    "skip-tls-verify",
    "skip-tls-verify-pull",
    "skip-unused-stages",
    "use-new-run",
    "whitelist-var-run",
    "h",
];

/// Options of `docker run` that stand alone; any other takes a value.
const RUN_FLAGS: &[&str] = &[
    "detach",
    "disable-content-trust",
    "env-host",
    "help",
    "init",
    "interactive",
    "no-healthcheck",
    "no-hosts",
    "oom-kill-disable",
    "privileged",
    "publish-all",
    "quiet",
    "read-only",
    "replace",
    "rm",
    "rmi",
    "sig-proxy",
    "tty",
    "P",
    "d",
    "i",
    "q",
    "t",
];

/// Where kaniko runs.
struct Place<'p> {
    /// Where a path of its is, from the workspace.
    outside: &'p dyn Fn(&Text) -> Text,
    /// Variables of its environment.
    variable: &'p dyn Fn(&str) -> Option<Text>,
}

/// `/kaniko/executor`, in a job that runs in kaniko's image.
pub(super) fn run(shell: &mut Shell<'_, '_, '_>, args: &[Text]) -> Option<Done> {
    let build = shell.build(Tool::Command("kaniko".to_owned()));
    let outside = |path: &Text| join(shell.directory(), path);
    let place = Place { outside: &outside, variable: &|name| shell.variable(name) };
    let build = executed(shell.step, build, args.get(1..)?, &place)?;
    shell.step.add(build);
    Some(Done::assumed(Text::default()))
}

/// `docker run IMAGE ...`, where the image is kaniko's; `None` if it is another.
pub(super) fn container(shell: &mut Shell<'_, '_, '_>, program: &str, words: &[Text]) -> Option<Done> {
    let options = Options::leading(words, |name| !RUN_FLAGS.contains(&name));
    let (image, args) = options.positional.split_first()?;
    if !is_image(image) {
        return None;
    }
    let args = match options.last(&["entrypoint"]) {
        Some(entry) if entry.is_empty() => {
            args.split_first().filter(|(first, _)| is_executor(first)).map(|(_, rest)| rest)
        }
        Some(entry) => Some(args).filter(|_| is_executor(&entry)),
        None => Some(args),
    };
    let mounts = mounts(shell.directory(), &options);
    // The folder of the image, unless another is said.
    let inside = options.last(&["w", "workdir"]).unwrap_or_else(|| Text::from("/workspace"));
    let outside = |path: &Text| outside_of(&mounts, &join(&inside, path));
    // It has an environment of its own.
    let place = Place { outside: &outside, variable: &|_| None };
    let build = shell.build(Tool::Command(format!("{program} run {image}")));
    match args.and_then(|args| executed(shell.step, build, args, &place)) {
        Some(build) => shell.step.add(build),
        None => shell.step.unread(),
    }
    Some(Done::assumed(Text::default()))
}

/// `uses: docker://IMAGE`, where the image is kaniko's. Whether it is.
pub(crate) fn image(step: &mut StepRun<'_, '_>, image: &Text) -> bool {
    if !is_image(image) {
        return false;
    }
    let args = step.input("args").unwrap_or_default();
    let args = words(step, &spaced(&args.split(|c| matches!(c, '\n' | '\r'))));
    let build = step.build(Tool::Action(format!("docker://{image}")), None);
    let is_other = step.input("entrypoint").is_some_and(|entry| !is_executor(&entry));
    add(step, build, &args, is_other);
    step.open_outputs(None);
    true
}

/// aevea/action-kaniko: its inputs are in its action.yml, and read in its entrypoint.sh.
pub(super) fn aevea(step: &mut StepRun<'_, '_>, name: &str) {
    let registry = step.input("registry").unwrap_or_else(|| Text::from("docker.io"));
    let image = step.input("image").unwrap_or_default();
    let tag = step.input("tag").unwrap_or_else(|| match step.github("ref_name").text() {
        branch if branch.known() == Some("master") => Text::from("latest"),
        branch => branch.known().map_or(branch.clone(), |known| Text::from(known.replace('/', "-"))),
    });
    let tag = step.input("strip_tag_prefix").and_then(|prefix| tag.strip_prefix(prefix.known()?)).unwrap_or(tag);
    let mut repository = Text::default();
    if registry.known() != Some("docker.io") {
        repository = join(&registry, &Text::default());
    }
    if registry.known() == Some("ghcr.io") {
        let own = step.github("repository").text();
        repository.push(&own.known().map_or(own.clone(), |own| Text::from(own.to_ascii_lowercase())));
        // The image is a part of the name behind that of the repository.
        if !image.is_empty() && !image.marked().starts_with(['-', '/']) {
            repository.push_str("/", None);
        }
    }
    repository.push(&image);
    let tags = [Some(tag), step.flag("tag_with_latest").is_yes().then(|| Text::from("latest"))];
    let mut args = Vec::new();
    for tag in tags.into_iter().flatten() {
        let mut reference = repository.clone();
        reference.push_str(":", None);
        reference.push(&tag);
        step.set_output("image", Value::from(reference.clone()));
        args.extend([Text::from("--destination"), reference]);
    }
    let folder = step.input("path").unwrap_or_else(|| Text::from("."));
    let file = step.input("build_file").unwrap_or_else(|| Text::from("Dockerfile"));
    args.extend([Text::from("--context"), folder.clone(), Text::from("--dockerfile"), join(&folder, &file)]);
    args.extend(step.input("target").into_iter().flat_map(|target| [Text::from("--target"), target]));
    let more = step.input("extra_args").unwrap_or_default();
    args.extend(words(step, &spaced(&more.split(|c| matches!(c, '\n' | '\r')))));
    let build = step.build(Tool::Action(name.to_owned()), None);
    add(step, build, &args, false);
    step.open_outputs(Some(name));
}

/// int128/kaniko-action: its inputs are in its action.yaml, and read in its src/run.ts.
pub(super) fn int128(step: &mut StepRun<'_, '_>, name: &str) {
    let mut build = step.build(Tool::Action(name.to_owned()), None);
    let context = step.input("context").unwrap_or_else(|| Text::from("."));
    (build.context, build.dockerfile) = context_and_file(step, &Text::default(), &context, step.input("file").as_ref());
    // A line is a word.
    let more = Options::read(&step.list("kaniko-args", RAW_LINES), |name| !FLAGS.contains(&name));
    let mut args = step.list("build-args", LINES);
    args.extend(more.all(&["build-arg"]));
    build.args = build_args(args, |name| step.known_variable(name));
    build.target = more.last(&["target"]).or_else(|| step.input("target"));
    build.platforms = more.last(&["custom-platform", "customPlatform"]).into_iter().collect();
    build.tags = step.list("tags", LINES);
    build.tags.extend(more.all(&["d", "destination"]));
    build.push_span = step.input("push").and_then(|push| push.span());
    push(&mut build, step.flag("push").and(more.flag("no-push").not()));
    step.add(build);
    step.open_outputs(Some(name));
}

fn add(step: &StepRun<'_, '_>, build: Build, args: &[Text], is_other: bool) {
    let place = Place { outside: &Text::clone, variable: &|name| step.known_variable(name) };
    match executed(step, build, args, &place).filter(|_| !is_other) {
        Some(build) => step.add(build),
        None => step.unread(),
    }
}

/// What kaniko makes of its options; `None` if they are none that it takes.
fn executed(step: &StepRun<'_, '_>, mut build: Build, words: &[Text], place: &Place<'_>) -> Option<Build> {
    let options = Options::read(words, |name| !FLAGS.contains(&name));
    build.tags = options.all(&["d", "destination"]);
    let no_push = options.flag("no-push");
    if build.tags.is_empty() && no_push.is_no() {
        return None;
    }
    let context = options.last(&["c", "context"]).unwrap_or_else(|| Text::from("/workspace/"));
    let folder = match context.strip_prefix("dir://") {
        // Elsewhere kaniko does not look at it.
        Some(folder) => Some(options.last(&["context-sub-path"]).map_or(folder.clone(), |sub| join(&folder, &sub))),
        None if context.marked().contains("://") || options.has(&["b", "bucket"]) => None,
        None => Some(context.clone()),
    };
    let file = options.last(&["f", "dockerfile"]).unwrap_or_else(|| Text::from("Dockerfile"));
    let root = Text::default();
    (build.context, build.dockerfile) = match folder {
        None => (Location::Away(context.clone()), Location::Away(context)),
        Some(folder) => {
            let folder = (place.outside)(&folder);
            let of_folder = join(&folder, &file);
            let own = (place.outside)(&file);
            let is_own = file.marked().starts_with('/')
                || is_there(step, &own)
                || (file.marked().contains('/') && !is_there(step, &of_folder));
            let file = if is_own { own } else { of_folder };
            (step.locate(&root, &folder), step.locate(&root, &file))
        }
    };
    if is_address(&file) {
        build.dockerfile = Location::Away(file);
    }
    build.target = options.last(&["target"]).filter(|target| !target.is_empty());
    build.args = build_args(options.all(&["build-arg"]), place.variable);
    build.platforms = options.last(&["custom-platform", "customPlatform"]).into_iter().collect();
    push(&mut build, no_push.not());
    Some(build)
}

fn push(build: &mut Build, pushed: Truth) {
    if !pushed.is_no() {
        build.destinations.clone_from(&build.tags);
    }
    build.pushed = pushed;
}

/// Whether a file is there, or one is that a path may be which is known in part.
fn is_there(step: &StepRun<'_, '_>, path: &Text) -> bool {
    let root = Text::default();
    let path = under(&root, path);
    let fits = |paths: Vec<String>| paths.iter().any(|other| path.fits_path(other).is_some());
    match path.known() {
        Some(_) => step.file(&root, &path).is_some(),
        None => step.paths(&root, &root).is_some_and(fits),
    }
}

/// Whether an image is kaniko's executor, of Google or of those who carry it on.
fn is_image(image: &Text) -> bool {
    let name = image.marked().split(['@', ':']).next().unwrap_or_default();
    let last = name.rsplit('/').next().unwrap_or_default();
    name.contains("kaniko") && last != "warmer"
}

fn is_executor(entry: &Text) -> bool {
    matches!(entry.marked().rsplit('/').next(), Some("executor" | "kaniko"))
}

/// Folders of a container, each with where it is outside.
fn mounts(directory: &Text, options: &Options) -> Vec<(String, Text)> {
    let mut mounts = Vec::new();
    let mut add = |from: &Text, to: &Text| {
        if let Some(to) = to.known() {
            mounts.push((to.trim_end_matches('/').to_owned(), join(directory, from)));
        }
    };
    for volume in options.all(&["v", "volume"]) {
        if let [from, to, ..] = volume.split(|c| c == ':').as_slice() {
            add(from, to);
        }
    }
    for mount in options.all(&["mount"]) {
        let fields = mount.split(|c| c == ',');
        let field = |names: [&str; 3]| {
            let value = |field: &Text| {
                let (name, value) = field.split_once('=')?;
                names.contains(&name.marked()).then_some(value)
            };
            fields.iter().find_map(value)
        };
        if let (Some(from), Some(to)) = (field(["source", "src", "source"]), field(["target", "destination", "dst"])) {
            add(&from, &to);
        }
    }
    mounts
}

/// Where a path of a container is outside; the same path if no folder of it is.
fn outside_of(mounts: &[(String, Text)], path: &Text) -> Text {
    let of = |(to, from): &(String, Text)| {
        let rest = path.strip_prefix(to)?;
        let is_below = rest.is_empty() || rest.marked().starts_with('/');
        is_below.then(|| (to.len(), join(from, &rest.strip_prefix("/").unwrap_or_default())))
    };
    mounts.iter().filter_map(of).max_by_key(|(length, _)| *length).map_or_else(|| path.clone(), |(_, path)| path)
}
