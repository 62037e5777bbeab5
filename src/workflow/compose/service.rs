//! One service of a Compose file.

use super::Reader;
use crate::source::At;
use crate::workflow::bake::Target;
use crate::workflow::evaluate::join;
use crate::workflow::value::Text;
use crate::workflow::written::Written;

/// A service: what it is built of, as a target of bake has it, and what it is called.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    /// What `build` says; its name is that of the service.
    pub(crate) target: Target,
    /// Whether it has `build`.
    pub(crate) is_built: bool,
    /// `image`.
    pub(crate) image: Option<Text>,
    /// With which of these it is started; none if always.
    pub(crate) profiles: Vec<Text>,
}

impl Service {
    pub(crate) fn name(&self) -> &str {
        &self.target.name.value
    }

    /// What is written, with its paths behind a folder.
    pub(super) fn of(name: &At<String>, written: &Written, base: &Text, reader: &Reader<'_>) -> Self {
        let list = |node: Option<&Written>| -> Option<Vec<Text>> {
            let node = node?;
            Some(node.items().iter().filter_map(|item| reader.text(item)).collect())
        };
        let mut service = Self {
            target: Target::new(name.clone()),
            is_built: false,
            image: written.get("image").and_then(|image| reader.text(image)),
            profiles: list(written.get("profiles")).unwrap_or_default(),
        };
        let Some(build) = written.get("build") else { return service };
        service.is_built = true;
        let target = &mut service.target;
        let text = |key: &str| build.get(key).and_then(|node| reader.text(node)).filter(|text| !text.is_empty());
        let in_folder = |path: Text| if is_path(&path) { join(base, &path) } else { path };
        target.context = reader.text(build).or_else(|| text("context")).map(in_folder);
        if target.context.is_none() && !base.is_empty() {
            target.context = Some(base.clone());
        }
        target.dockerfile = text("dockerfile");
        target.inline = text("dockerfile_inline");
        target.stage = text("target");
        target.tags = list(build.get("tags"));
        target.platforms = list(build.get("platforms"));
        for (key, value, node) in pairs(build.get("args"), reader) {
            // One without a value has that of the environment, if there is one.
            if let Some(value) = value.or_else(|| (reader.environment)(&key)) {
                target.args.insert(key, (value, node.span));
            }
        }
        for (key, value, _) in pairs(build.get("additional_contexts"), reader) {
            let Some(value) = value else { continue };
            let value = match value.strip_prefix("service:") {
                Some(service) => {
                    let mut target = Text::from("target:");
                    target.push(&service);
                    target
                }
                None => in_folder(value),
            };
            target.contexts.insert(key, value);
        }
        let Some(more) = build.get("x-bake") else { return service };
        let words = |key: &str| -> Vec<Text> {
            let Some(node) = more.get(key) else { return Vec::new() };
            let one = || reader.text(node).map(|text| text.split(char::is_whitespace)).unwrap_or_default();
            list(Some(node)).filter(|items| !items.is_empty()).unwrap_or_else(one)
        };
        for (key, into) in
            [("tags", &mut target.tags), ("platforms", &mut target.platforms), ("output", &mut target.outputs)]
        {
            let words = words(key);
            if !words.is_empty() {
                into.get_or_insert_default().extend(words);
            }
        }
        for (key, value, _) in pairs(more.get("contexts"), reader) {
            if let Some(value) = value {
                target.contexts.entry(key).or_insert_with(|| in_folder(value));
            }
        }
        service
    }

    /// Takes over what another one says, of a later file or of a service that extends this one.
    pub(super) fn merge(&mut self, other: &Self) {
        let joined = |own: &Option<Vec<Text>>, more: &Option<Vec<Text>>| -> Option<Vec<Text>> {
            let mut all = own.clone().unwrap_or_default();
            for text in more.as_ref()? {
                if !all.contains(text) {
                    all.push(text.clone());
                }
            }
            Some(all)
        };
        let mut more = other.target.clone();
        more.tags = joined(&self.target.tags, &more.tags);
        more.platforms = joined(&self.target.platforms, &more.platforms);
        self.target.merge(&more);
        self.target.name = more.name;
        self.is_built |= other.is_built;
        if other.image.is_some() {
            self.image.clone_from(&other.image);
        }
        for profile in &other.profiles {
            if !self.profiles.contains(profile) {
                self.profiles.push(profile.clone());
            }
        }
    }

    /// Whether it is one of those that are started with these profiles.
    pub(crate) fn is_active(&self, profiles: &[Text]) -> bool {
        self.profiles.is_empty()
            || profiles.iter().any(|active| active.known() == Some("*") || self.profiles.contains(active))
    }
}

/// Whether a context is a path: no address and nothing of another kind.
fn is_path(text: &Text) -> bool {
    let marked = text.marked();
    let others = ["git@", "github.com/", "service:", "target:", "docker-image:", "oci-layout:"];
    !marked.contains("://") && !others.iter().any(|start| marked.starts_with(start)) && !marked.starts_with('/')
}

/// A mapping, or a list of `NAME=value`; a value that is null or not there is none.
fn pairs<'n>(node: Option<&'n Written>, reader: &Reader<'_>) -> Vec<(String, Option<Text>, &'n Written)> {
    let Some(node) = node else { return Vec::new() };
    if !node.entries().is_empty() {
        let pair = |(key, value): &'n (At<String>, Written)| (key.value.clone(), reader.text(value), value);
        return node.entries().iter().map(pair).collect();
    }
    let pair = |item: &'n Written| {
        let text = reader.text(item)?;
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        Some((name.known()?.to_owned(), value, item))
    };
    node.items().iter().filter_map(pair).collect()
}
