//! The steps of a job to the builds that they make.

use super::command;
use super::facts::{Build, BuildArg, BuildTool, MetadataStep};
use super::list::{self, ListStyle, items};
use super::read::{PlacedScalar, entries, get, text};
use super::shell;
use super::word::ShellWord;
use crate::source::At;
use crate::yaml::{Node, TextMap, Value};

/// The builds of one step. `directory` is where scripts run unless the step says so itself.
pub(super) fn builds(step: &Node<'_>, source: &str, directory: Option<&At<String>>) -> Vec<Build> {
    if let Some(script) = get(step, "run").and_then(|node| text(node, source)) {
        let posix = get(step, "shell").and_then(|node| text(node, source)).is_none_or(|shell| is_posix(&shell.text));
        if !posix {
            return Vec::new();
        }
        let own = get(step, "working-directory").and_then(|node| text(node, source)).map(PlacedScalar::at);
        let commands = shell::commands(&script.text);
        let directory = own.as_ref().or(directory);
        return commands.iter().filter_map(|words| command::build(words, &script.map, directory)).collect();
    }
    let Some(uses) = get(step, "uses").and_then(|node| text(node, source)) else { return Vec::new() };
    let with = ActionInputs { node: get(step, "with"), source };
    let action = action(&uses);
    let span = uses.map.span();
    match action.as_str() {
        "docker/build-push-action" => vec![build_push(Build::new(BuildTool::BuildPushAction, span), &with)],
        "docker/bake-action" => vec![bake(Build::new(BuildTool::BakeAction, span), &with)],
        _ => Vec::new(),
    }
}

/// The name of an action without its version, in lower case: GitHub does not tell cases apart.
fn action(uses: &PlacedScalar) -> String {
    uses.text.split('@').next().unwrap_or_default().to_ascii_lowercase()
}

/// docker/metadata-action, if that is what the step is: its inputs are in its action.yml.
pub(super) fn metadata(step: &Node<'_>, source: &str) -> Option<MetadataStep> {
    let uses = get(step, "uses").and_then(|node| text(node, source))?;
    if action(&uses) != "docker/metadata-action" {
        return None;
    }
    let id = get(step, "id").and_then(|node| text(node, source)).map(PlacedScalar::at);
    let mut images = Vec::new();
    let with = ActionInputs { node: get(step, "with"), source };
    with.each("images", list::WORDS, |word, map| images.push(word.at(map)));
    Some(MetadataStep { id, images })
}

/// Whether the words of a script are those of a POSIX shell; `shell` may hold options after the name.
fn is_posix(shell: &str) -> bool {
    let program = shell.split_whitespace().next().unwrap_or_default();
    matches!(program.rsplit('/').next().unwrap_or_default(), "bash" | "sh" | "dash" | "ksh" | "zsh")
        || shell.contains("${{")
}

/// docker/build-push-action: its inputs are in its action.yml, and read in its src/context.ts.
fn build_push(mut build: Build, with: &ActionInputs<'_, '_>) -> Build {
    build.dockerfile = with.word("file");
    build.context = with.word("context");
    build.target = with.word("target");
    with.each("platforms", list::WORDS, |word, map| build.platforms.push(word.at(map)));
    with.each("tags", list::WORDS, |word, map| build.tags.push(word.at(map)));
    with.each("build-args", list::LINES, |word, map| build.build_args.extend(build_arg(word, map)));
    build
}

/// docker/bake-action: its inputs are in its action.yml, and read in its src/context.ts.
fn bake(mut build: Build, with: &ActionInputs<'_, '_>) -> Build {
    build.directory = with.word("workdir");
    build.bake_source = with.word("source");
    with.each("files", list::WORDS, |word, map| build.bake_files.push(word.at(map)));
    with.each("targets", list::WORDS, |word, map| build.bake_targets.push(word.at(map)));
    with.each("set", list::RAW_LINES, |word, map| set_line(&mut build, word, map));
    build
}

/// The inputs of an action. The runner hands them over as variables of the environment in capital letters, so that case
/// does not matter (<https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#inputs>), and
/// `core.getInput` takes away white space around them.
struct ActionInputs<'n, 's> {
    node: Option<&'n Node<'n>>,
    source: &'s str,
}

impl<'n> ActionInputs<'n, '_> {
    fn get(&self, name: &str) -> Option<&'n Node<'n>> {
        let found = entries(self.node?)
            .find(|(key, _)| matches!(&key.value, Value::Scalar { text, .. } if text.eq_ignore_ascii_case(name)));
        found.map(|(_, value)| value)
    }

    fn word(&self, name: &str) -> Option<At<String>> {
        let found = text(self.get(name)?, self.source)?.at().map(|text| text.trim().to_owned());
        (!found.value.is_empty()).then_some(found)
    }

    /// Hands over each item of a list. A list of YAML, which GitHub refuses, is read item by item.
    fn each(&self, name: &str, style: ListStyle, mut take: impl FnMut(&ShellWord, &TextMap)) {
        let Some(node) = self.get(name) else { return };
        let nodes = match &node.value {
            Value::Sequence(nodes) => nodes.as_slice(),
            _ => std::slice::from_ref(node),
        };
        for text in nodes.iter().filter_map(|node| text(node, self.source)) {
            for item in items(&text.text, style) {
                take(&item, &text.map);
            }
        }
    }
}

/// `NAME=value`, or `NAME` alone. `None` if there is no name.
pub(super) fn build_arg(word: &ShellWord, map: &TextMap) -> Option<BuildArg> {
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (word.clone(), None),
    };
    let is_expression = name.is_expression() || value.as_ref().is_some_and(ShellWord::is_expression);
    (!name.text.is_empty()).then(|| BuildArg {
        name: name.at(map),
        value: value.map(|value| value.at(map)),
        span: word.place(map),
        is_expression,
        bake_target: None,
    })
}

/// A line of `set`: `pattern.key=value`, for build arguments `pattern.args.NAME=value`. buildx splits the left side at its
/// first two dots (bake/bake.go, `newOverrides`).
pub(super) fn set_line(build: &mut Build, word: &ShellWord, map: &TextMap) {
    let Some((target, rest)) = word.split_once('.') else { return };
    let key = rest.split_once('=').map_or_else(|| rest.clone(), |(key, _)| key);
    if key.text.split('.').next() != Some("args") {
        return;
    }
    let Some((_, rest)) = rest.split_once('.') else { return };
    if let Some(arg) = build_arg(&rest, map) {
        build.build_args.push(BuildArg { span: word.place(map), bake_target: Some(target.at(map)), ..arg });
    }
}
