//! What is handed out as text: the folder `templates/`, and the values that are written into it (`fill`).

mod fill;

use crate::forge::github::{MAX_INPUTS, WORKFLOWS};
use crate::model::inputs::BUILT_IN;
use fill::{Values, encoded, is_word};

const BUILD: &str = include_str!("../../templates/build.yml");
const FACTORY: &str = include_str!("../../templates/image-factory.yml");
const STALE: &str = include_str!("../../templates/stale.yml");

/// The action of this repository as workflows name it. OWNER stands for who has a copy of the repository, as in the README;
/// `lint` refuses it.
const ACTION: &str = "OWNER/image-factory@main";

/// The registry that the token of a run may push to.
const GHCR: &str = "ghcr.io";

/// What the build workflow of an image is made from; all as text that nobody has encoded.
#[derive(Clone, Debug, Default)]
pub struct Build<'a> {
    /// Name of the image: a DNS name, so that it may stand anywhere.
    pub name: &'a str,
    /// Registry and repository: `ghcr.io/acme/web`.
    pub image: &'a str,
    /// The repository on GitHub that the workflow belongs to.
    pub repo: &'a str,
    /// File name of the workflow.
    pub file: &'a str,
    /// Branch whose pushes build.
    pub branch: &'a str,
    /// Path of the Dockerfile.
    pub dockerfile: String,
    /// Folder that is built, unless it is the repository.
    pub context: Option<&'a str>,
    /// Stage that is shipped, unless it is the last.
    pub target: Option<&'a str>,
    /// Platform that is built, unless it is the runner's.
    pub platform: Option<&'a str>,
    /// Build arguments that every run passes: names and values.
    pub build_args: Vec<(&'a str, &'a str)>,
    /// Named contexts: names and what they are.
    pub contexts: Vec<(&'a str, &'a str)>,
    /// Inputs beside the built-in ones, with the value that is sent, if it is always the same.
    pub inputs: Vec<(&'a str, Option<&'a str>)>,
    /// The base of the shipped stage, or why it is not known.
    pub base: Base,
    /// Tags beside versions that somebody watches or builds on.
    pub moving_tags: Vec<&'a str>,
    /// Whether another image is published in the same repository.
    pub shared: bool,
    /// The input with the base that moved and its digest, `docker.io/library/node:22@sha256:...`, if there is one.
    pub moved: Option<&'a str>,
}

/// What an image is built on.
#[derive(Clone, Debug)]
pub enum Base {
    /// This reference, as long as the Dockerfile has these lines.
    Known {
        /// With a tag or a digest.
        reference: String,
        /// Parts of lines that decide it.
        lines: Vec<String>,
    },
    /// Not known, and why.
    Unknown(&'static str),
}

impl Default for Base {
    fn default() -> Self {
        Self::Unknown("")
    }
}

/// The workflow that builds an image. The error says which value cannot be used, and why.
pub fn build(build: &Build<'_>) -> Result<String, String> {
    let mut values = Values::default();
    values.word("name", build.name)?;
    values.word("image", build.image)?;
    values.text("repo", build.repo);
    values.text("file", build.file);
    values.text("image-scalar", build.image);
    values.text("dockerfile", &build.dockerfile);
    values.text("context", build.context.unwrap_or("."));
    let registry = build.image.split('/').next().unwrap_or_default();
    values.when("ghcr", registry == GHCR);
    if values.when("other-registry", registry != GHCR) {
        values.text("registry", registry);
    }
    values.lines("branch", vec![item(&glob(branch_name(build.branch)))]);
    let paths = paths(build);
    values.when("paths", !paths.is_empty());
    values.lines("paths", paths);
    let own = own_inputs(build)?;
    values.when("own", !own.is_empty());
    values.lines("own", own);
    if values.when("target", build.target.is_some()) {
        values.text("target", build.target.unwrap_or_default());
    }
    if values.when("platform", build.platform.is_some()) {
        values.text("platform", build.platform.unwrap_or_default());
    }
    values.when("emulated", build.platform.is_some_and(|platform| !platform.starts_with("linux/amd64")));
    for (key, pairs) in [("build-args", &build.build_args), ("build-contexts", &build.contexts)] {
        if values.when(key, !pairs.is_empty()) {
            let lines: Vec<String> = pairs.iter().map(|(name, value)| csv(&format!("{name}={value}"))).collect();
            values.text(key, &lines.join("\n"));
        }
    }
    match &build.base {
        Base::Known { reference, lines } => {
            values.text("base", reference);
            values.text("base-lines", &lines.join("\n"));
        }
        Base::Unknown(why) => values.words("no-base-reason", why),
    }
    values.when("base", matches!(build.base, Base::Known { .. }));
    values.when("no-base", matches!(build.base, Base::Unknown(_)));
    // A workflow's own contexts say what its bases are.
    let moved = build.moved.filter(|name| build.contexts.is_empty() && is_word(name).is_ok());
    if values.when("moved", moved.is_some()) {
        values.word("moved", moved.unwrap_or_default())?;
    }
    values.when("not-moved", moved.is_none());
    values.when("sole", !build.shared);
    values.when("shared", build.shared);
    let mut moving = Vec::new();
    for tag in &build.moving_tags {
        is_word(tag)?;
        moving.push(format!("type=raw,value={tag}"));
    }
    values.lines("moving-tags", moving);
    values.fill(BUILD)
}

/// The workflow that checks images.yaml in pull requests and keeps its lock and manifests up to date. `action` is this
/// repository's, as `acme/image-factory@main`; without it OWNER stands for who has one.
pub fn factory(action: Option<&str>) -> Result<String, String> {
    with_action(action, FACTORY)
}

/// The workflow that keeps an issue about stale images; `action` as above.
pub fn stale(action: Option<&str>) -> Result<String, String> {
    with_action(action, STALE)
}

fn with_action(action: Option<&str>, template: &str) -> Result<String, String> {
    let mut values = Values::default();
    values.when("nobody", action.is_none());
    values.text("action", action.unwrap_or(ACTION));
    values.fill(template)
}

/// A branch without `refs/heads/`, which filters do not know.
fn branch_name(branch: &str) -> &str {
    branch.strip_prefix("refs/heads/").unwrap_or(branch)
}

/// The paths whose changes concern an image; none if all do, since the whole repository is its context.
fn paths(build: &Build<'_>) -> Vec<String> {
    let folder = build.context.unwrap_or(".").trim_start_matches("./").trim_matches('/');
    if matches!(folder, "" | ".") {
        return Vec::new();
    }
    let mut paths = vec![item(&format!("{}/**", glob(folder)))];
    let dockerfile = build.dockerfile.trim_start_matches("./");
    if !dockerfile.starts_with(&format!("{folder}/")) {
        paths.push(item(&glob(dockerfile)));
        // What is left out of the context can stand beside the Dockerfile, under its name.
        paths.push(item(&glob(&format!("{dockerfile}.dockerignore"))));
    }
    paths.push(item(&glob(&format!("{WORKFLOWS}/{}", build.file))));
    paths
}

/// A text as a pattern of GitHub's filters that matches it alone.
fn glob(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, c) in text.char_indices() {
        if matches!(c, '*' | '?' | '+' | '[' | ']' | '\\') || (c == '!' && index == 0) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The declarations of the image's own inputs.
fn own_inputs(build: &Build<'_>) -> Result<Vec<String>, String> {
    let own: Vec<_> = build
        .inputs
        .iter()
        .filter(|(name, _)| !BUILT_IN.iter().any(|built_in| built_in.eq_ignore_ascii_case(name)))
        .collect();
    if own.len() + BUILT_IN.len() > MAX_INPUTS {
        return Err(format!(
            "{} has {} inputs of its own; with the three that this workflow declares GitHub would count more than {MAX_INPUTS}",
            build.name,
            own.len()
        ));
    }
    let mut lines = Vec::new();
    for (name, value) in own {
        lines.push(format!("{}:", encoded(name)));
        lines.push(format!(
            "  description: {}",
            if value.is_some() { "As Kargo sends it" } else { "Kargo sends one value for each base or rebuild" }
        ));
        lines.push("  type: string".to_owned());
        lines.push(format!("  default: {}", encoded(value.unwrap_or_default())));
    }
    Ok(lines)
}

fn item(text: &str) -> String {
    format!("- {}", encoded(text))
}

/// An item of a list of Docker's actions, which they read as CSV with a line for an item.
fn csv(text: &str) -> String {
    if text.starts_with('"') || text.contains(['\n', '\r', '"']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_match_the_text_alone() {
        assert_eq!(glob("a+b[c]*!"), r"a\+b\[c\]\*!");
        assert_eq!(glob("!a"), r"\!a");
        assert_eq!(branch_name("refs/heads/release/1.x"), "release/1.x");
    }

    #[test]
    fn build_arguments_stay_one_item_each() {
        assert_eq!(csv("A=1,2"), "A=1,2");
        assert_eq!(csv("A=say \"hi\"\n"), "\"A=say \"\"hi\"\"\n\"");
    }
}
