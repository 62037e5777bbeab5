//! The commands of a script that build images, and their options.
//!
//! Options that take a value are those of `docker build`, `docker buildx build`, `docker buildx bake`, `podman build` and
//! `buildah build` together (<https://docs.docker.com/reference/cli/docker/buildx/build/>,
//! <https://docs.docker.com/reference/cli/docker/buildx/bake/>, podman-build(1)): which of them a tool knows does not
//! matter here, only where the next word is not the context.

use super::facts::{Build, BuildTool};
use super::steps::{build_arg, set_line};
use super::word::ShellWord;
use crate::source::At;
use crate::yaml::TextMap;

/// Options whose value is the next word, unless it is written with `=`. Short ones may also have it without a space.
const WITH_VALUE: &[&str] = &[
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

/// Words that may stand before a command without changing what it is.
const BEFORE: &[&str] = &[
    "!", "{", "case", "command", "do", "elif", "else", "env", "exec", "if", "nice", "nohup", "sudo", "then", "time",
    "until", "while",
];

/// The build that a command makes, if it makes one.
pub(super) fn build(command: &[ShellWord], map: &TextMap, directory: Option<&At<String>>) -> Option<Build> {
    let start = command.iter().position(|word| !is_before(word))?;
    let words = command.get(start..)?;
    let (tool, options) = tool(words)?;
    let (first, last) = (words.first()?.written(), words.last()?.written());
    let mut build = Build::new(tool, map.place(first.start..last.end));
    build.directory = directory.cloned();
    read_options(&mut build, options, map);
    Some(build)
}

/// Whether a word stands before the command: a wrapper, its option, an assignment.
fn is_before(word: &ShellWord) -> bool {
    let text = word.text.as_str();
    let assigns = || {
        let name = text.split_once('=').map_or("", |(name, _)| name);
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    BEFORE.contains(&text) || text.starts_with('-') || assigns()
}

/// Which tool it is, and the words after the name of its command.
fn tool(words: &[ShellWord]) -> Option<(BuildTool, &[ShellWord])> {
    let (program, mut rest) = words.split_first()?;
    let program = program.text.rsplit('/').next().unwrap_or_default();
    let mut buildx = program == "docker-buildx";
    if !buildx && !matches!(program, "docker" | "podman" | "nerdctl" | "buildah") {
        return None;
    }
    loop {
        let (word, more) = rest.split_first()?;
        rest = more;
        match word.text.as_str() {
            option if option.starts_with('-') => {
                if GLOBAL_WITH_VALUE.contains(&option) {
                    rest = rest.split_first()?.1;
                }
            }
            "buildx" if program == "docker" && !buildx => buildx = true,
            "image" | "builder" if !buildx && program != "buildah" => {}
            "build" => return Some((BuildTool::Cli, rest)),
            "b" if buildx => return Some((BuildTool::Cli, rest)),
            "bud" if program == "buildah" => return Some((BuildTool::Cli, rest)),
            "bake" if buildx || program == "docker" => return Some((BuildTool::CliBake, rest)),
            "f" if buildx => return Some((BuildTool::CliBake, rest)),
            _ => return None,
        }
    }
}

fn read_options(build: &mut Build, words: &[ShellWord], map: &TextMap) {
    let mut positional: Vec<&ShellWord> = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        if text == "--" {
            positional.extend(words);
            break;
        }
        if let Some(long) = text.strip_prefix("--").filter(|_| text.len() > 2) {
            match word.split_once('=') {
                Some((name, value)) => option(build, name.text.trim_start_matches('-'), &value, map),
                None if WITH_VALUE.contains(&long) => {
                    let Some(value) = words.next() else { break };
                    option(build, long, value, map);
                }
                None => {}
            }
        } else if text.len() > 1 && text.starts_with('-') {
            short(build, word, &mut words, map);
        } else {
            positional.push(word);
        }
    }
    if build.tool.is_bake() {
        build.bake_targets = positional.iter().map(|word| word.at(map)).collect();
    } else {
        // There is only one; what is not known may as well be options: `docker build . $OPTIONS`.
        let known = positional.iter().rev().find(|word| !word.is_expression());
        build.context = known.or(positional.last()).map(|word| word.at(map));
    }
}

/// A cluster of short options: `-q`, `-qt name`, `-tname`, `-t=name`.
fn short<'w>(build: &mut Build, word: &ShellWord, words: &mut impl Iterator<Item = &'w ShellWord>, map: &TextMap) {
    for (at, c) in word.text.char_indices().skip(1) {
        let mut buffer = [0; 4];
        let name: &str = c.encode_utf8(&mut buffer);
        if !WITH_VALUE.contains(&name) {
            continue;
        }
        let joined = word.part(at + name.len()..word.text.len());
        if joined.text.is_empty() {
            if let Some(value) = words.next() {
                option(build, name, value, map);
            }
        } else {
            let from = usize::from(joined.text.starts_with('='));
            let value = joined.part(from..joined.text.len());
            option(build, name, &value, map);
        }
        return;
    }
}

fn option(build: &mut Build, name: &str, value: &ShellWord, map: &TextMap) {
    let bake = build.tool.is_bake();
    match name {
        "build-arg" => build.build_args.extend(build_arg(value, map)),
        "f" | "file" if bake => build.bake_files.push(value.at(map)),
        "f" | "file" => build.dockerfile = Some(value.at(map)),
        "target" => build.target = Some(value.at(map)),
        "t" | "tag" => build.tags.push(value.at(map)),
        "platform" => build.platforms.extend(value.split(',').iter().map(|part| part.trim().at(map))),
        "set" if bake => set_line(build, value, map),
        _ => {}
    }
}
