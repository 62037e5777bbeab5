//! A small cdk8s: objects with their metadata, in the order in which they are to be applied. Knows no images and no Kargo.

use serde::ser::{Serialize, SerializeMap, Serializer};
use std::borrow::Cow;
use std::fmt;

/// A kind of object: said once, on the type of its `spec`.
pub trait ObjectKind {
    /// Group and version, as `kargo.akuity.io/v1alpha1`.
    const API_VERSION: &'static str;
    /// The kind, as `Stage`.
    const KIND: &'static str;
}

/// A text that most objects have alike.
pub type Text = Cow<'static, str>;

/// `metadata`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Metadata {
    /// `metadata.name`: a DNS-1123 subdomain.
    pub name: String,
    /// Namespace; none for cluster-scoped kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// `metadata.labels`: what selectors look for.
    #[serde(skip_serializing_if = "Pairs::is_empty")]
    pub labels: Pairs,
    /// `metadata.annotations`: texts of any length up to 256 KiB in all.
    #[serde(skip_serializing_if = "Pairs::is_empty")]
    pub annotations: Pairs,
}

/// Labels or annotations in the order of their keys. Every object has a few, and a `BTreeMap` takes half a kilobyte for one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs(Vec<(Text, Text)>);

impl Pairs {
    /// Adds a pair, in place of one with the same key.
    pub fn insert(&mut self, key: Text, value: Text) {
        match self.0.binary_search_by(|(known, _)| known.cmp(&key)) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (key, value)),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Extend<(Text, Text)> for Pairs {
    fn extend<I: IntoIterator<Item = (Text, Text)>>(&mut self, pairs: I) {
        for (key, value) in pairs {
            self.insert(key, value);
        }
    }
}

impl<const N: usize> From<[(Text, Text); N]> for Pairs {
    fn from(pairs: [(Text, Text); N]) -> Self {
        let mut sorted = Self(Vec::with_capacity(N));
        sorted.extend(pairs);
        sorted
    }
}

impl Serialize for Pairs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// What names an object in a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// Group and version: `kargo.akuity.io/v1alpha1`, or `v1`.
    pub api_version: String,
    /// As it is written: `Stage`.
    pub kind: String,
    /// Namespace; none for cluster-scoped kinds.
    pub namespace: Option<String>,
    /// `metadata.name`: a DNS-1123 subdomain.
    pub name: String,
}

impl Identity {
    /// The kind as `kubectl` wants it where several groups may have it: `Stage.kargo.akuity.io`.
    pub fn resource(&self) -> String {
        match self.api_version.split_once('/') {
            Some((group, _)) => format!("{}.{group}", self.kind.to_lowercase()),
            None => self.kind.to_lowercase(),
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

/// One object: apiVersion, kind, metadata and then, if its kind has one, the spec.
pub struct ApiObject {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    spec: Option<Box<dyn erased_serde::Serialize>>,
    growth: usize,
}

impl ApiObject {
    /// An object with a spec.
    pub fn new<S: ObjectKind + Serialize + 'static>(metadata: Metadata, spec: S) -> Self {
        Self { spec: Some(Box::new(spec)), ..Self::bare::<S>(metadata) }
    }

    /// An object that has nothing but metadata.
    pub fn bare<S: ObjectKind>(metadata: Metadata) -> Self {
        Self { api_version: S::API_VERSION, kind: S::KIND, metadata, spec: None, growth: 0 }
    }

    /// Says how many bytes controllers will add to it, or to what they make of it.
    #[must_use]
    pub fn growing_by(self, growth: usize) -> Self {
        Self { growth, ..self }
    }

    /// How many bytes controllers will add to it, or to what they make of it.
    pub fn growth(&self) -> usize {
        self.growth
    }

    /// Its kind as it is written: `Stage`.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// The metadata that it is written with.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Gives it one more label.
    pub fn label(&mut self, (key, value): (Text, Text)) {
        self.metadata.labels.insert(key, value);
    }

    /// Gives it one more annotation.
    pub fn annotate(&mut self, (key, value): (Text, Text)) {
        self.metadata.annotations.insert(key, value);
    }

    /// What names it in a cluster.
    pub fn identity(&self) -> Identity {
        Identity {
            api_version: self.api_version.to_owned(),
            kind: self.kind.to_owned(),
            namespace: self.metadata.namespace.clone(),
            name: self.metadata.name.clone(),
        }
    }

    /// Its size in bytes as the API server stores it: JSON without white space.
    pub fn stored_size(&self) -> usize {
        let mut counter = Counter(0);
        // Writing to a counter cannot fail, and the specs hold nothing that JSON cannot.
        let _ = serde_json::to_writer(&mut counter, self);
        counter.0
    }
}

impl fmt::Debug for ApiObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiObject({} {})", self.kind, self.metadata.name)
    }
}

impl Serialize for ApiObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("apiVersion", self.api_version)?;
        map.serialize_entry("kind", self.kind)?;
        map.serialize_entry("metadata", &self.metadata)?;
        if let Some(spec) = &self.spec {
            map.serialize_entry("spec", spec)?;
        }
        map.end()
    }
}

struct Counter(usize);

impl std::io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
