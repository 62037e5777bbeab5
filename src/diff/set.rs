//! A set of manifests, from wherever: our own output, in one file or many, or what `kubectl get` prints.

use super::read;
use super::server;
use super::value::{Interner, Map, Seed, Value};
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::Identity;
use crate::factory::intent::{MANAGED_BY, MANAGED_BY_LABEL, PART_OF};
use crate::source::{FileId, Sources, Span};
use serde::Serialize;
use serde::de::DeserializeSeed;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};
use std::rc::Rc;
use std::sync::OnceLock;

/// What tells an object from all others: the version of its group does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey {
    /// Group; empty for Kubernetes' own.
    pub group: String,
    /// As it is written: `Stage`.
    pub kind: String,
    /// Namespace; none for cluster-scoped kinds.
    pub namespace: Option<String>,
    /// `metadata.name`.
    pub name: String,
}

/// An object without what a server adds.
#[derive(Clone, Debug, Serialize)]
pub struct Object {
    /// What names it in a cluster.
    pub identity: Identity,
    /// All of its fields.
    #[serde(rename = "object")]
    pub value: Value,
    /// Of the document that it was read from, if that held nothing else.
    #[serde(skip)]
    fingerprint: Option<u64>,
}

impl Object {
    /// What tells it from all others.
    pub fn key(&self) -> ObjectKey {
        let Identity { api_version, kind, namespace, name } = &self.identity;
        let group = api_version.split_once('/').map(|(group, _)| group).unwrap_or_default();
        ObjectKey { group: group.to_owned(), kind: kind.clone(), namespace: namespace.clone(), name: name.clone() }
    }

    /// Whether both were read from the same text, so that nobody has to compare them.
    pub(super) fn is_same_text(&self, other: &Self) -> bool {
        self.fingerprint.is_some() && self.fingerprint == other.fingerprint
    }

    /// Whether `synth` made it.
    pub fn is_ours(&self) -> bool {
        self.value.text_at(&["metadata", "labels", MANAGED_BY_LABEL]) == Some(MANAGED_BY)
    }

    /// The Project that it is part of: by its label, else by where it is or, of what is in no Namespace, by its name.
    pub fn project(&self) -> &str {
        let Identity { namespace, name, .. } = &self.identity;
        self.value.text_at(&["metadata", "labels", PART_OF]).or(namespace.as_deref()).unwrap_or(name)
    }
}

/// Objects by what names them.
#[derive(Debug)]
pub struct ManifestSet {
    pub(super) objects: BTreeMap<ObjectKey, Rc<Object>>,
    /// Where each stands, for the message about a second one.
    places: BTreeMap<ObjectKey, Span>,
    texts: Interner,
}

impl Default for ManifestSet {
    fn default() -> Self {
        Self { objects: BTreeMap::new(), places: BTreeMap::new(), texts: Interner::with_memory() }
    }
}

impl ManifestSet {
    /// A set to which files are added: [`ManifestSet::add`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the objects of one file: YAML of any number of documents, JSON, or the list that `kubectl get -o yaml` prints. An
    /// empty file has none.
    ///
    /// A problem is a text that is no YAML, a document that is no object, or a second object of one name; the rest of the
    /// file is read all the same.
    pub fn add(&mut self, sources: &Sources, file: FileId) -> Vec<Diagnostic> {
        let text = sources.file(file).text();
        let mut diagnostics = Vec::new();
        for (start, document) in documents(text) {
            let place = line(file, start, document);
            match self.value(document) {
                Ok(value) => self.take(value, Of::Document(fingerprint(document)), place, &mut diagnostics),
                Err((message, at)) => {
                    let at = at.map_or(place, |at| line(file, start + at, document.get(at..).unwrap_or_default()));
                    diagnostics.push(Diagnostic::new(
                        Code::Syntax,
                        format!("the manifests cannot be read: {message}"),
                        at,
                    ));
                }
            }
        }
        diagnostics
    }

    /// Adds one object that was read already; what is none, or is there, is left out.
    pub fn add_object(&mut self, object: &serde_json::Value) {
        let Ok(Value::Map(mut map)) = Seed(&mut self.texts).deserialize(object) else { return };
        let text = |key| map.get(key).and_then(Value::text).map(str::to_owned);
        let (Some(api_version), Some(kind)) = (text("apiVersion"), text("kind")) else { return };
        server::strip(&kind, &mut map);
        let value = Value::Map(map);
        let at = |key| value.text_at(&["metadata", key]).map(str::to_owned);
        let (Some(name), namespace) = (at("name"), at("namespace")) else { return };
        let identity = Identity { api_version, kind, namespace, name };
        let object = Object { identity, value, fingerprint: None };
        self.objects.entry(object.key()).or_insert_with(|| Rc::new(object));
    }

    /// All objects, by group, kind, namespace and name.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        self.objects.values().map(|object| &**object)
    }

    /// The objects of one Project.
    #[must_use]
    pub fn of_project(&self, project: &str) -> Self {
        let of = |(_, object): &(&ObjectKey, &Rc<Object>)| object.project() == project;
        let objects = self.objects.iter().filter(of).map(|(key, object)| (key.clone(), Rc::clone(object)));
        Self { objects: objects.collect(), places: BTreeMap::new(), texts: Interner::default() }
    }

    /// Leaves out what `synth` made for Projects that another set has nothing of, as clusters hold several; how many objects of
    /// each Project.
    pub fn keep_projects_of(&mut self, other: &Self) -> BTreeMap<String, usize> {
        let kept: BTreeSet<&str> = other.objects().map(Object::project).collect();
        let mut left_out = BTreeMap::new();
        self.objects.retain(|key, object| {
            let keep = !object.is_ours() || kept.contains(object.project()) || other.objects.contains_key(key);
            if !keep {
                *left_out.entry(object.project().to_owned()).or_default() += 1;
            }
            keep
        });
        left_out
    }

    /// The value of a document, or why there is none and at which byte.
    fn value(&mut self, document: &str) -> Result<Value, (String, Option<usize>)> {
        if let Some(value) = read::document(document, &mut self.texts) {
            return Ok(value);
        }
        if document.trim_start().starts_with(['{', '[']) {
            let mut json = serde_json::Deserializer::from_str(document);
            if let Ok(value) = Seed(&mut self.texts).deserialize(&mut json)
                && json.end().is_ok()
            {
                return Ok(value);
            }
        }
        Seed(&mut self.texts).deserialize(serde_yaml::Deserializer::from_str(document)).map_err(|error| {
            let at = error.location().map(|location| location.index());
            // The reader counts lines from the start of the document, and people from that of the file.
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
            (message, at)
        })
    }

    /// Takes an object, or the objects of a list.
    fn take(&mut self, value: Value, of: Of<'_>, place: Span, diagnostics: &mut Vec<Diagnostic>) {
        let mut object = match value {
            Value::Null => return,
            Value::Map(object) => object,
            Value::List(_) | Value::Text(_) | Value::Bool(_) | Value::Number(_) => {
                diagnostics.push(
                    Diagnostic::new(
                        Code::WrongType,
                        "a document is no object of Kubernetes, but a list or a scalar",
                        place,
                    )
                    .help("give manifests, as `image-factory synth --stdout` or `kubectl get -o yaml` print them"),
                );
                return;
            }
        };
        let text = |key| object.get(key).and_then(Value::text).map(str::to_owned);
        let (of_version, of_kind) = if let Of::List(names) = of { names.unzip() } else { (None, None) };
        let api_version = text("apiVersion").or(of_version.map(str::to_owned));
        let kind = text("kind").or(of_kind.map(str::to_owned));
        let (Some(api_version), Some(kind)) = (api_version, kind) else {
            diagnostics.push(
                Diagnostic::new(Code::MissingKey, "an object has no `apiVersion` or no `kind`", place)
                    .help("give manifests, as `image-factory synth --stdout` or `kubectl get -o yaml` print them"),
            );
            return;
        };
        if let Some(of_items) = kind.strip_suffix("List")
            && let Some(Value::List(items)) = object.get_mut("items")
        {
            let of = (!of_items.is_empty()).then_some((api_version.as_str(), of_items));
            for item in std::mem::take(items) {
                self.take(item, Of::List(of), place, diagnostics);
            }
            return;
        }
        // Says which files are applied; it never reaches a cluster.
        if api_version.starts_with("kustomize.config.k8s.io/") {
            return;
        }
        for (key, value) in [("kind", &kind), ("apiVersion", &api_version)] {
            if object.get(key).is_none() {
                object.insert(key.into(), Value::Text(self.texts.get(value)));
            }
        }
        server::strip(&kind, &mut object);
        let fingerprint = if let Of::Document(fingerprint) = of { Some(fingerprint) } else { None };
        self.insert((api_version, kind), object, fingerprint, place, diagnostics);
    }

    fn insert(
        &mut self,
        (api_version, kind): (String, String),
        object: Map,
        fingerprint: Option<u64>,
        place: Span,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let value = Value::Map(object);
        let Some(name) = value.text_at(&["metadata", "name"]).map(str::to_owned) else {
            diagnostics.push(Diagnostic::new(Code::MissingKey, format!("a {kind} has no `metadata.name`"), place));
            return;
        };
        let namespace = value.text_at(&["metadata", "namespace"]).map(str::to_owned);
        let object = Object { identity: Identity { api_version, kind, namespace, name }, value, fingerprint };
        let key = object.key();
        if let Some(first) = self.places.get(&key) {
            diagnostics.push(
                Diagnostic::new(Code::NameCollision, format!("{} is there twice", object.identity), place)
                    .here("again")
                    .label(*first, "first here")
                    .help("remove one of them: a cluster has one object of a name"),
            );
            return;
        }
        self.places.insert(key.clone(), place);
        self.objects.insert(key, Rc::new(object));
    }
}

/// What an object is read from.
#[derive(Clone, Copy)]
enum Of<'a> {
    /// A document, with the fingerprint of its text.
    Document(u64),
    /// A list, with what it says of items that do not say it themselves: their version and kind.
    List(Option<(&'a str, &'a str)>),
}

/// A number that two different texts have alike once in 2^64: it has a key that nobody knows, and never leaves the process.
fn fingerprint(text: &str) -> u64 {
    static KEY: OnceLock<RandomState> = OnceLock::new();
    KEY.get_or_init(RandomState::new).hash_one(text)
}

/// The documents of a text with the byte at which each begins: a line that begins with `---` starts one wherever it stands,
/// even in a quoted text.
fn documents(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.strip_prefix('\u{feff}').map_or((0, text), |rest| (text.len() - rest.len(), rest));
    let (mut start, mut rest) = (text.0, Some(text.1));
    if let Some(after) = text.1.strip_prefix("---").filter(|after| after.starts_with(['\n', '\r', ' '])) {
        (start, rest) = (start + 3, Some(after));
    }
    std::iter::from_fn(move || {
        let now = rest?;
        let here = start;
        let mut from = 0;
        loop {
            let Some(at) = now.get(from..).and_then(|rest| rest.find("\n---")).map(|at| from + at) else {
                rest = None;
                return Some((here, now));
            };
            let after = now.get(at + 4..).unwrap_or_default();
            if after.is_empty() || after.starts_with(['\n', '\r', ' ']) {
                rest = Some(after);
                start = here + at + 4;
                return Some((here, now.get(..=at).unwrap_or_default()));
            }
            from = at + 4;
        }
    })
    // What stands before the first `---` is often a directive or a comment.
    .filter(|(_, document)| {
        document.lines().any(|line| !line.trim().is_empty() && !line.starts_with(['#', '%']) && line.trim() != "...")
    })
}

/// The first line that holds something.
fn line(file: FileId, start: usize, text: &str) -> Span {
    let skipped = text.len() - text.trim_start().len();
    let rest = text.trim_start();
    let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
    Span::new(file, start + skipped, start + skipped + length)
}
