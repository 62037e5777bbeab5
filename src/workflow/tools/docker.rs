//! `docker`, `podman`, `buildah` and `nerdctl`: what they build, tag and push.
//!
//! Options that take a value are those of `docker build`, `docker buildx build`, `docker buildx bake`, `podman build` and
//! `buildah build` together (<https://docs.docker.com/reference/cli/docker/buildx/build/>,
//! <https://docs.docker.com/reference/cli/docker/buildx/bake/>, podman-build(1)): which of them a tool knows does not
//! matter here, only where the next word is not the context.

use super::bake::{self, BakeRun};
use super::build_push::{build_args, context_and_file, named, publish};
use super::options::Options;
use crate::workflow::build::Tool;
use crate::workflow::script::{Done, Shell, spaced};
use crate::workflow::value::Text;

/// Options whose value is the next word, unless it is written with `=`.
pub(super) const WITH_VALUE: &[&str] = &[
    "add-host",
    "allow",
    "annotation",
    "arch",
    "attest",
    "authfile",
    "build-arg",
    "build-arg-file",
    "build-context",
    "builder",
    "cache-from",
    "cache-to",
    "cache-ttl",
    "call",
    "cap-add",
    "cap-drop",
    "cert-dir",
    "cgroup-parent",
    "cgroupns",
    "cpp-flag",
    "cpu-period",
    "cpu-quota",
    "cpu-shares",
    "cpuset-cpus",
    "cpuset-mems",
    "creds",
    "decryption-key",
    "device",
    "dns",
    "dns-option",
    "dns-search",
    "env",
    "farm",
    "file",
    "format",
    "from",
    "group-add",
    "hooks-dir",
    "iidfile",
    "ignorefile",
    "ipc",
    "isolation",
    "jobs",
    "label",
    "layer-label",
    "logfile",
    "manifest",
    "memory",
    "memory-swap",
    "metadata-file",
    "network",
    "no-cache-filter",
    "os",
    "os-feature",
    "os-version",
    "env-file",
    "profile",
    "project-directory",
    "project-name",
    "output",
    "pid",
    "platform",
    "policy",
    "progress",
    "provenance",
    "retry",
    "retry-delay",
    "runtime",
    "runtime-flag",
    "sbom",
    "secret",
    "security-opt",
    "set",
    "shm-size",
    "sign-by",
    "source-date-epoch",
    "ssh",
    "tag",
    "target",
    "timestamp",
    "ulimit",
    "unsetenv",
    "unsetlabel",
    "userns",
    "userns-gid-map",
    "userns-uid-map",
    "uts",
    "var",
    "variant",
    "volume",
    "c",
    "f",
    "m",
    "o",
    "t",
    "v",
];

/// Options of `docker`, `docker buildx` and `podman` before the command that take a value.
const GLOBAL_WITH_VALUE: &[&str] = &[
    "--config",
    "--context",
    "-c",
    "--host",
    "-H",
    "--log-level",
    "-l",
    "--tlscacert",
    "--tlscert",
    "--tlskey",
    "--builder",
    "--url",
    "--connection",
    "--root",
    "--runroot",
    "--storage-driver",
    "--namespace",
    "-n",
    "--address",
    "-a",
];

/// A command of one of these programs; `None` if it does nothing that matters here.
pub(super) fn run(shell: &mut Shell<'_, '_, '_>, args: &[Text]) -> Option<Done> {
    let program = args.first()?.known()?.rsplit('/').next()?.to_owned();
    let is_plugin = program == "docker-buildx";
    let mut words = vec![if is_plugin { "docker buildx".to_owned() } else { program.clone() }];
    let mut rest = args.get(1..)?;
    let mut buildx = is_plugin;
    loop {
        let (word, more) = rest.split_first()?;
        rest = more;
        let known = word.known()?;
        match known {
            option if option.starts_with('-') => {
                if GLOBAL_WITH_VALUE.contains(&option) {
                    rest = rest.split_first()?.1;
                }
                continue;
            }
            "buildx" if program == "docker" && !buildx => buildx = true,
            "image" | "builder" if !buildx && program != "buildah" => {}
            _ => {}
        }
        words.push(known.to_owned());
        return match known {
            "buildx" | "image" | "builder" | "container" if words.len() == 2 => continue,
            "build" | "b" if known == "build" || buildx => Some(build(shell, &words.join(" "), rest)),
            "bud" if program == "buildah" => Some(build(shell, &words.join(" "), rest)),
            "bake" if buildx || program == "docker" => Some(bake_command(shell, rest)),
            "f" if buildx => Some(bake_command(shell, rest)),
            "compose" if !buildx && words.len() == 2 => super::compose::run(shell, rest),
            "tag" if !buildx => Some(tag(shell, rest)),
            "push" if !buildx => Some(push(shell, rest)),
            "imagetools" if buildx => super::manifest::imagetools(shell, rest),
            "manifest" if !buildx => super::manifest::manifest(shell, &program, rest),
            "run" if !buildx => super::kaniko::container(shell, &program, rest),
            _ => None,
        };
    }
}

fn build(shell: &mut Shell<'_, '_, '_>, command: &str, words: &[Text]) -> Done {
    let options = Options::read(words, |name| WITH_VALUE.contains(&name));
    let mut build = shell.build(Tool::Command(command.to_owned()));
    let directory = shell.directory().clone();
    // There is only one; what is not known may as well be options: `docker build . $OPTIONS`.
    let known = options.positional.iter().rev().find(|word| word.known().is_some());
    let context = known.or(options.positional.last()).cloned().unwrap_or_else(|| Text::from("."));
    let file = options.last(&["f", "file"]);
    (build.context, build.dockerfile) = context_and_file(shell.step, &directory, &context, file.as_ref());
    build.contexts =
        options.all(&["build-context"]).iter().filter_map(|line| named(shell.step, &directory, line)).collect();
    build.target = options.last(&["target"]).filter(|target| !target.is_empty());
    build.args = build_args(options.all(&["build-arg"]), |name| shell.variable(name));
    build.platforms =
        options.all(&["platform"]).iter().flat_map(|list| list.split(|c| c == ',')).map(|one| one.trim()).collect();
    build.tags = options.all(&["t", "tag", "manifest"]);
    build.outputs = options.all(&["o", "output"]);
    publish(&mut build, &options.flag("push"));
    shell.step.add(build);
    Done::assumed(Text::default())
}

fn bake_command(shell: &mut Shell<'_, '_, '_>, words: &[Text]) -> Done {
    let options = Options::read(words, |name| WITH_VALUE.contains(&name));
    // These only show what would be built.
    if options.has(&["print", "list", "list-targets", "list-variables", "check"]) {
        return Done::assumed(shell.unknown(&spaced(words)));
    }
    let run = BakeRun {
        by_action: false,
        directory: shell.directory().clone(),
        files: options.all(&["f", "file"]),
        targets: options.positional.clone(),
        set: options.all(&["set"]),
        push: options.flag("push"),
    };
    let template = shell.build(Tool::Command("docker buildx bake".to_owned()));
    bake::builds(shell.step, &run, &template, &|name| shell.variable(name));
    Done::assumed(Text::default())
}

/// `docker tag A B`: what is called A is called B too.
fn tag(shell: &mut Shell<'_, '_, '_>, words: &[Text]) -> Done {
    let names: Vec<&Text> = words.iter().filter(|word| !word.marked().starts_with('-')).collect();
    if let Some((from, to)) = names.split_first() {
        shell.step.each_build(&mut |build| {
            if build.tags.iter().any(|tag| is_same(tag, from)) {
                build.tags.extend(to.iter().copied().cloned());
            }
        });
    }
    Done::assumed(Text::default())
}

/// `docker push A`: what is called A is pushed, if the command is run.
pub(super) fn push(shell: &mut Shell<'_, '_, '_>, words: &[Text]) -> Done {
    let runs = shell.runs_at_all();
    let is_all = words.iter().any(|word| matches!(word.known(), Some("-a" | "--all-tags")));
    for name in words.iter().filter(|word| !word.marked().starts_with('-')) {
        // podman and buildah take another name to push to.
        shell.step.each_build(&mut |build| {
            let fits = |tag: &Text| is_same(tag, name) || (is_all && tag.strip_prefix(name.marked()).is_some());
            let pushed: Vec<Text> = build.tags.iter().filter(|tag| fits(tag)).cloned().collect();
            if !pushed.is_empty() {
                build.pushed = build.pushed.clone().or(runs.clone());
                for tag in pushed {
                    if !build.destinations.contains(&tag) {
                        build.destinations.push(tag);
                    }
                }
            }
        });
    }
    Done::assumed(Text::default())
}

/// Whether two references are the same; without a tag one is `latest`, and without a registry one of Docker Hub.
pub(super) fn is_same(a: &Text, b: &Text) -> bool {
    let full = |text: &Text| {
        let shown = text.to_string();
        let shown = shown.strip_prefix("docker.io/").map(str::to_owned).unwrap_or(shown);
        let name = shown.rsplit('/').next().unwrap_or_default();
        if name.contains([':', '@']) { shown } else { format!("{shown}:latest") }
    };
    a == b || full(a) == full(b)
}
