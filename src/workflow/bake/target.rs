//! Targets: from their blocks, by inheritance and by `--set` to what is built.

use super::evaluate::{Evaluator, Locals};
use super::value::Value;
use super::written::{Block, Expr};
use crate::source::{At, Span};
use crate::workflow::value::{Text, Unknown};
use globset::GlobBuilder;
use indexmap::IndexMap;

/// A target: one build. What is none was not said.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// By which groups, `inherits` and the command line name it.
    pub(crate) name: At<String>,
    /// Why it may not be there; of a matrix that is not known.
    pub(crate) unsure: Option<Unknown>,
    pub(crate) inherits: Vec<Text>,
    /// The build context; without it the folder in which bake runs.
    pub(crate) context: Option<Text>,
    /// Named contexts.
    pub(crate) contexts: IndexMap<String, Text>,
    /// Path of the Dockerfile, relative to the context.
    pub(crate) dockerfile: Option<Text>,
    /// The text of a Dockerfile.
    pub(crate) inline: Option<Text>,
    /// The stage.
    pub(crate) stage: Option<Text>,
    /// Build arguments, with the place of name and value.
    pub(crate) args: IndexMap<String, (Text, Span)>,
    pub(crate) tags: Option<Vec<Text>>,
    pub(crate) platforms: Option<Vec<Text>>,
    /// As `--output` takes them.
    pub(crate) outputs: Option<Vec<Text>>,
}

impl Target {
    pub(crate) fn new(name: At<String>) -> Self {
        Self {
            name,
            unsure: None,
            inherits: Vec::new(),
            context: None,
            contexts: IndexMap::new(),
            dockerfile: None,
            inline: None,
            stage: None,
            args: IndexMap::new(),
            tags: None,
            platforms: None,
            outputs: None,
        }
    }

    /// What a block says.
    pub(super) fn of(block: &Block, name: At<String>, evaluator: &Evaluator<'_>, locals: &Locals) -> Self {
        let mut target = Self::new(name);
        for attribute in &block.attributes {
            let written = &attribute.value;
            let value = || evaluator.value(written, locals);
            match attribute.name.value.as_str() {
                "inherits" => target.inherits = value().texts().unwrap_or_default(),
                "context" => target.context = value().as_text(),
                "dockerfile" => target.dockerfile = value().as_text(),
                "dockerfile-inline" => target.inline = value().as_text(),
                "target" => target.stage = value().as_text(),
                "tags" => target.tags = value().texts(),
                "platforms" => target.platforms = value().texts(),
                "output" => target.outputs = outputs(&value()),
                "args" => {
                    target.args = texts(written, evaluator, locals)
                        .into_iter()
                        .map(|(name, text, span)| (name, (text, span)))
                        .collect();
                }
                "contexts" => {
                    let all = texts(written, evaluator, locals);
                    target.contexts = all.into_iter().map(|(name, text, _)| (name, text)).collect();
                }
                _ => {}
            }
        }
        target
    }

    /// Takes over what another one says (bake/bake.go, `Target.Merge`).
    pub(crate) fn merge(&mut self, other: &Self) {
        let over = |own: &mut Option<Text>, other: &Option<Text>| {
            if other.is_some() {
                own.clone_from(other);
            }
        };
        over(&mut self.context, &other.context);
        over(&mut self.dockerfile, &other.dockerfile);
        over(&mut self.inline, &other.inline);
        over(&mut self.stage, &other.stage);
        self.args.extend(other.args.clone());
        self.contexts.extend(other.contexts.clone());
        for (own, other) in [
            (&mut self.tags, &other.tags),
            (&mut self.platforms, &other.platforms),
            (&mut self.outputs, &other.outputs),
        ] {
            if other.is_some() {
                own.clone_from(other);
            }
        }
        self.inherits.extend(other.inherits.iter().cloned());
        self.unsure = self.unsure.take().or_else(|| other.unsure.clone());
    }

    /// Leaves out what comes twice, and what is empty (bake/bake.go, `Target.normalize`).
    pub(crate) fn normalize(&mut self) {
        for list in [&mut self.tags, &mut self.platforms, &mut self.outputs].into_iter().flatten() {
            let mut all: Vec<Text> = Vec::new();
            for text in list.drain(..) {
                if !text.is_empty() && !all.contains(&text) {
                    all.push(text);
                }
            }
            *list = all;
        }
        self.contexts.retain(|_, source| !source.is_empty());
    }

    /// Takes over what the command line says of it.
    pub(super) fn set(&mut self, overrides: &[Override]) {
        let all: Vec<&Override> = overrides.iter().filter(|one| one.is_for(&self.name.value)).collect();
        for (key, list) in [("tag", &mut self.tags), ("platform", &mut self.platforms), ("output", &mut self.outputs)] {
            let own: Vec<&&Override> = all.iter().filter(|one| one.key == key).collect();
            let Some(last) = own.last() else { continue };
            // An empty value takes away what the file and the ones before it say, whatever is appended after it.
            let cleared = own.iter().rposition(|one| !one.appends && one.value.is_empty());
            let keeps = last.appends && cleared.is_none();
            let before = if keeps { list.take().unwrap_or_default() } else { Vec::new() };
            let values = own.iter().skip(cleared.map_or(0, |at| at + 1)).map(|one| one.value.clone());
            *list = Some(before.into_iter().chain(values).collect());
        }
        for one in all {
            let value = one.value.clone();
            match (one.key.as_str(), &one.name) {
                ("context", None) => self.context = Some(value),
                ("dockerfile", None) => self.dockerfile = Some(value),
                ("target", None) => self.stage = Some(value),
                ("arg", Some(name)) => {
                    let span = one.value.span().unwrap_or(self.name.span);
                    self.args.insert(name.clone(), (value, span));
                }
                ("contexts", Some(name)) => _ = self.contexts.insert(name.clone(), value),
                _ => {}
            }
        }
    }
}

/// Names and texts of an object; those that are null are left out, as bake leaves them out.
fn texts(written: &Expr, evaluator: &Evaluator<'_>, locals: &Locals) -> Vec<(String, Text, Span)> {
    if let Some(entries) = written.entries() {
        let entry = |(key, expr): (At<String>, Expr)| {
            let text = evaluator.value(&expr, locals).as_text()?;
            Some((key.value, text, Span { end: expr.span.end.max(key.span.end), ..key.span }))
        };
        return entries.into_iter().filter_map(entry).collect();
    }
    let Value::Object(object) = evaluator.value(written, locals) else { return Vec::new() };
    object.into_iter().filter_map(|(name, value)| Some((name, value.as_text()?, written.span))).collect()
}

/// Outputs, which may be objects.
fn outputs(value: &Value) -> Option<Vec<Text>> {
    let Value::List(items) = value else { return value.texts() };
    let one = |item: &Value| match item {
        Value::Object(fields) => {
            let mut all = Text::default();
            for (name, value) in fields {
                if !all.is_empty() {
                    all.push_str(",", None);
                }
                all.push_str(&format!("{name}="), None);
                all.push(&value.as_text()?);
            }
            Some(all)
        }
        other => other.as_text(),
    };
    Some(items.iter().filter_map(one).collect())
}

/// `--set PATTERN.KEY=VALUE` (bake/bake.go, `newOverrides`).
#[derive(Clone, Debug)]
pub(crate) struct Override {
    pattern: String,
    /// The key, in the one of its spellings that has no `s`.
    key: String,
    /// What of the key, of build arguments and contexts.
    name: Option<String>,
    value: Text,
    appends: bool,
}

impl Override {
    /// Reads one; `None` if its left side is not known, or is none.
    pub(crate) fn parse(line: &Text, environment: &dyn Fn(&str) -> Option<Text>) -> Option<Self> {
        let marked = line.marked();
        let end = marked.find('=').unwrap_or(marked.len());
        let left = line.cut(0..end);
        let left = left.known()?;
        let (left, appends) = left.strip_suffix('+').map_or((left, false), |left| (left, true));
        let mut parts = left.splitn(3, '.').map(str::to_owned);
        let (pattern, key, name) = (parts.next()?, parts.next()?, parts.next());
        let key = match key.as_str() {
            "args" | "tags" | "platforms" | "outputs" => key.trim_end_matches('s').to_owned(),
            _ => key,
        };
        let value = if end < marked.len() {
            line.cut(end + 1..marked.len())
        } else {
            // An argument alone has the value of the environment.
            environment(name.as_deref().filter(|_| key == "arg")?)?
        };
        Some(Self { pattern, key, name, value, appends })
    }

    fn is_for(&self, target: &str) -> bool {
        self.pattern == target || fits(&self.pattern, target)
    }

    /// What it says of pushing, if that is its key.
    pub(crate) fn push(&self, target: &str) -> Option<&Text> {
        (self.key == "push" && self.is_for(target)).then_some(&self.value)
    }
}

/// Whether a name fits a pattern, as Go's `path.Match` has it.
pub(super) fn fits(pattern: &str, name: &str) -> bool {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build();
    pattern.contains(['*', '?', '[']) && glob.is_ok_and(|glob| glob.compile_matcher().is_match(name))
}
