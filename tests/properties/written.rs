//! What was asked for as YAML text, written by nothing that is being tested.

use crate::asked::{Analysis, Asked, Base, Image, Layer, Reference, Tags};
use crate::pipeline::Texts;
use std::fmt::Write;

/// A scalar that is this text: plain where YAML 1.2 has no doubt, as people would write `on`; else in double quotes.
pub(crate) fn scalar(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'/' | b'.'))
        && !matches!(text, "null" | "true" | "false");
    if plain {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            ' '..='~' => out.push(c),
            c if c.is_alphanumeric() || ('\u{1f300}'..'\u{1f700}').contains(&c) => out.push(c),
            c => write!(out, "\\U{:08x}", u32::from(c)).unwrap(),
        }
    }
    out + "\""
}

/// Lines of a mapping, each with the same indent.
struct Lines {
    indent: usize,
    text: String,
}

impl Lines {
    fn new(indent: usize) -> Self {
        Self { indent, text: String::new() }
    }

    fn line(&mut self, line: &str) {
        writeln!(self.text, "{:1$}{line}", "", self.indent).unwrap();
    }

    fn key(&mut self, key: &str, value: Option<impl AsRef<str>>) {
        if let Some(value) = value {
            self.line(&format!("{key}: {}", scalar(value.as_ref())));
        }
    }

    /// In one line, so that both styles of collections are read.
    fn list<T: AsRef<str>>(&mut self, key: &str, items: &[T]) {
        let items: Vec<String> = items.iter().map(|item| scalar(item.as_ref())).collect();
        self.line(&format!("{key}: [{}]", items.join(", ")));
    }

    fn layer(&mut self, layer: &Layer) {
        self.key("rebuildDelay", layer.delay.map(|delay| delay.written));
        if let Some(auto) = layer.auto {
            self.line(&format!("autoRebuild: {auto}"));
        }
        self.key("versionBump", layer.bump);
        if !layer.inputs.is_empty() {
            self.line("inputs:");
            for (key, value) in &layer.inputs {
                let value = value.as_deref().map_or("null".to_owned(), scalar);
                self.line(&format!("  {}: {value}", scalar(key)));
            }
        }
    }

    /// As an item of a list: a hyphen before the first line.
    fn item(self) -> String {
        let mut text = self.text;
        text.replace_range(self.indent - 2..self.indent - 1, "-");
        text
    }
}

/// The whole of it in one file; as the bare list where nothing else was asked for.
pub(crate) fn one_file(asked: &Asked) -> String {
    let images: Vec<&Image> = asked.images.iter().collect();
    file(asked, &images, true)
}

/// The same in two files, every second image in the included one.
pub(crate) fn two_files(asked: &Asked) -> Texts {
    let half = |odd: usize| -> Vec<&Image> {
        asked.images.iter().enumerate().filter(|(index, _)| index % 2 == odd).map(|(_, image)| image).collect()
    };
    let root = format!("{}include: [more.yaml]\n", file(asked, &half(0), false));
    let included = format!("images:\n{}", list(half(1).into_iter().map(|image| self::image(image, false))));
    Texts { root, included: Some(included), lock: None }
}

/// The same with the bases of every image in images.lock.yaml.
pub(crate) fn with_lock(asked: &Asked) -> Texts {
    let images = asked.images.iter().map(|image| self::image(image, true));
    let root = format!("{}images:\n{}", root(asked), list(images));
    let mut lock = "version: 1\nimages:\n".to_owned();
    let mut any = false;
    for image in &asked.images {
        let Some(build) = &image.build else { continue };
        any = true;
        writeln!(lock, "  {}:\n    bases:", scalar(&image.name)).unwrap();
        lock.push_str(&list(
            build.bases.iter().map(|base| format!("    - {{image: {}, kind: final}}\n", scalar(&base.to_string()))),
        ));
        if let Some((path, _)) = build.dockerfile {
            let branch = build.branch.or(asked.root.branch).unwrap_or("main");
            writeln!(
                lock,
                "    dockerfile: {{repo: {}, branch: {}, path: {}}}",
                scalar(build.repo),
                scalar(branch),
                scalar(path)
            )
            .unwrap();
        }
        let lines: Vec<String> = build.lines.iter().map(|line| scalar(line)).collect();
        writeln!(lock, "    lines: [{}]", lines.join(", ")).unwrap();
    }
    Texts { root, included: None, lock: any.then_some(lock) }
}

fn file(asked: &Asked, images: &[&Image], may_be_bare: bool) -> String {
    let root = root(asked);
    let images = list(images.iter().map(|image| self::image(image, false)));
    // An empty list needs the key: alone it would be a file that asks for nothing.
    if may_be_bare && root.is_empty() { images } else { format!("{root}images:\n{images}") }
}

/// A list of items as they are, or an empty one.
fn list(items: impl Iterator<Item = String>) -> String {
    let text: String = items.collect();
    if text.is_empty() { "      []\n".to_owned() } else { text }
}

fn root(asked: &Asked) -> String {
    let root = &asked.root;
    let mut lines = Lines::new(0);
    lines.key("project", root.project);
    if !root.labels.is_empty() || !root.annotations.is_empty() {
        lines.line("namespace:");
        for (key, pairs) in [
            ("labels", root.labels.iter().map(|(key, value)| (*key, *value)).collect::<Vec<_>>()),
            ("annotations", root.annotations.iter().map(|(key, value)| (*key, value.as_str())).collect()),
        ] {
            let pairs: Vec<String> =
                pairs.iter().map(|(key, value)| format!("{}: {}", scalar(key), scalar(value))).collect();
            lines.line(&format!("  {key}: {{{}}}", pairs.join(", ")));
        }
    }
    lines.key("kargoVersion", root.kargo);
    if root.api_url.is_some() || root.credentials.is_some() {
        let mut parts = Vec::new();
        parts.extend(root.api_url.map(|url| format!("apiUrl: {}", scalar(url))));
        parts.extend(
            root.credentials
                .map(|(secret, key)| format!("credentials: {{secret: {}, key: {}}}", scalar(secret), scalar(key))),
        );
        lines.line(&format!("github: {{{}}}", parts.join(", ")));
    }
    if let Some((timeout, threshold)) = root.retry {
        lines.line(&format!("retry: {{timeout: {}, errorThreshold: {threshold}}}", scalar(timeout.written)));
    }
    let factory = |branch: Option<&str>| {
        let branch = branch.map_or(String::new(), |branch| format!(", branch: {}", scalar(branch)));
        format!("factory: {{repo: org/factory{branch}}}")
    };
    match root.analysis {
        None => {}
        Some(Analysis::Off) => lines.line("analysis: {mode: off}"),
        Some(Analysis::Http) => lines.line("analysis: {mode: http, onDrift: fail}"),
        Some(Analysis::HttpAndDispatch(branch)) => {
            lines.line(&format!("analysis: {{onDrift: dispatch, {}}}", factory(branch)));
        }
        Some(Analysis::Job) => lines.line("analysis: {mode: job, image: \"ghcr.io/org/image-factory:1\"}"),
        Some(Analysis::Workflow(branch)) => lines.line(&format!("analysis: {{mode: workflow, {}}}", factory(branch))),
    }
    let mut defaults = Lines::new(2);
    defaults.key("registry", root.registry);
    defaults.key("branch", root.branch);
    defaults.key("baseInterval", root.base_interval.map(|time| time.written));
    defaults.key("imageInterval", root.image_interval.map(|time| time.written));
    defaults.layer(&root.layer);
    if !defaults.text.is_empty() {
        lines.line("defaults:");
        lines.text.push_str(&defaults.text);
    }
    let bases: String = asked.bases.iter().filter_map(base).collect();
    if !bases.is_empty() {
        lines.line("baseImages:");
        lines.text.push_str(&bases);
    }
    lines.text
}

fn base(base: &Base) -> Option<String> {
    let settings = base.settings.as_ref()?;
    let mut lines = Lines::new(4);
    lines.key("image", Some(base.reference.to_string()));
    lines.key("name", settings.name.as_ref());
    lines.key("interval", settings.interval.map(|time| time.written));
    lines.layer(&settings.layer);
    Some(lines.item())
}

fn image(image: &Image, bases_in_lock: bool) -> String {
    let mut lines = Lines::new(2);
    lines.key("name", Some(&image.name));
    lines.key("registry", image.registry);
    lines.key("repository", Some(&image.repository));
    match (&image.tags, &image.build) {
        (Some(Tags::Digest(tag)), None) => lines.key("tag", Some(tag)),
        (Some(tags), _) => tags_of(&mut lines, tags),
        (None, _) => {}
    }
    if let Some(build) = &image.build {
        lines.line("source:");
        lines.indent += 2;
        lines.key("repo", Some(build.repo));
        lines.key("branch", build.branch);
        lines.key("workflow", build.workflow);
        lines.key("dockerfile", build.dockerfile.map(|(written, _)| written));
        lines.indent -= 2;
        lines.layer(&build.layer);
        if build.ignore_all {
            lines.list("ignoreBases", &["*"]);
        }
        if !bases_in_lock {
            let mut bases: Vec<String> = build.bases.iter().map(Reference::to_string).collect();
            bases.extend(build.scratch.then(|| "scratch".to_owned()));
            lines.list("baseImages", &bases);
        }
    }
    lines.item()
}

fn tags_of(lines: &mut Lines, tags: &Tags) {
    lines.line("tags:");
    lines.indent += 2;
    let (strategy, constraint, filters) = match tags {
        Tags::SemVer(range, allow, ignore) => ("SemVer", Some(*range), Some((allow, ignore))),
        Tags::Digest(tag) => ("Digest", Some(tag.as_str()), None),
        Tags::Lexical(allow, ignore) => ("Lexical", None, Some((allow, ignore))),
        Tags::NewestBuild(allow, ignore) => ("NewestBuild", None, Some((allow, ignore))),
    };
    lines.key("strategy", Some(strategy));
    lines.key("constraint", constraint);
    if let Some((allow, ignore)) = filters {
        lines.list("allow", allow);
        lines.list("ignore", ignore);
    }
    lines.indent -= 2;
}
