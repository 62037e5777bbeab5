//! Manifests, blobs and tags of registries (OCI distribution-spec v1.1).
//!
//! Eight questions at once over one pool of connections. What can go away by itself is tried again. Each body is held against
//! its digest, and none is read beyond what such a thing can have. What `docker login` has left is sent to the registry that it is for, and to
//! the one that gives that registry's tokens; only images.yaml names registries here, so what answers on this machine or in its
//! network is asked only if the user has named it too.

mod access;
mod exchange;
mod failure;

pub use failure::Failure;

use super::attempts::{each_at_once, lock};
use super::client::client;
use super::progress::Waits;
use crate::reference::Reference;
use crate::registry::{Config, Descriptor, Digest, Manifest};
use access::Credential;
use exchange::Kind;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Questions at once.
const AT_ONCE: usize = 8;
/// Pages of tags that are read; each has a thousand, as most registries have it.
const MAX_PAGES: usize = 100;

/// How registries are asked.
#[derive(Clone)]
pub struct Settings {
    /// Registries that are asked without encryption, as `localhost:5000`: the user says that they may.
    pub plain_http: BTreeSet<String>,
    /// Hosts that are asked in place of a registry.
    pub mirrors: BTreeMap<String, String>,
    /// The pause before a question is asked again for the first time; each further one is twice as long.
    pub pause: Duration,
    /// The longest that one question may take.
    pub timeout: Duration,
    /// Whether each question is said on stderr.
    pub verbose: bool,
    /// Where pauses are told.
    pub waits: Waits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            plain_http: BTreeSet::new(),
            mirrors: BTreeMap::new(),
            pause: Duration::from_millis(500),
            timeout: Duration::from_secs(30),
            verbose: false,
            waits: Waits::default(),
        }
    }
}

/// All registries.
pub struct Registries {
    agent: ureq::Agent,
    settings: Settings,
    /// Why no certificate can be trusted.
    unreadable: Option<String>,
    /// What `docker login` has left, by registry; each is looked for once.
    credentials: Mutex<HashMap<String, Option<Credential>>>,
    /// The header that a repository was last read with.
    authorizations: Mutex<HashMap<String, String>>,
    /// What was read by its digest, which is the same in every repository.
    known: Mutex<HashMap<Digest, Arc<[u8]>>>,
    /// Registries of which nothing more is asked, and why.
    stopped: Mutex<HashMap<String, Failure>>,
}

impl Registries {
    /// Makes ready; nothing is asked yet.
    pub fn new(settings: Settings) -> Self {
        let (agent, unreadable) = client(settings.timeout, AT_ONCE);
        Self {
            agent,
            settings,
            unreadable,
            credentials: Mutex::default(),
            authorizations: Mutex::default(),
            known: Mutex::default(),
            stopped: Mutex::default(),
        }
    }

    /// Asks about each thing; the answers are in the order of the things.
    pub fn each<T: Sync, R: Send>(&self, things: &[T], ask: impl Fn(&T) -> R + Sync) -> Vec<R> {
        each_at_once(things, AT_ONCE, ask)
    }

    /// What a tag names now: a question that counts against no limit of Docker Hub's.
    pub fn digest(&self, reference: &Reference) -> Result<Digest, Failure> {
        let tag = reference.by_tag();
        let answer = self.ask(&tag, Kind::Head, &format!("manifests/{}", tag.tag().unwrap_or_default()))?;
        match answer.header("docker-content-digest").parse() {
            Ok(digest) => Ok(digest),
            Err(_) => Ok(self.tagged(reference)?.0),
        }
    }

    /// What a tag names now, with its digest.
    pub fn tagged(&self, reference: &Reference) -> Result<(Digest, Manifest), Failure> {
        let tag = reference.by_tag();
        let answer = self.ask(&tag, Kind::Manifest, &format!("manifests/{}", tag.tag().unwrap_or_default()))?;
        let digest = Digest::of(&answer.body);
        match answer.header("docker-content-digest") {
            "" => {}
            said if said == digest.to_string() => {}
            _ => return Err(Failure::OtherDigest),
        }
        Ok((digest, parsed(&answer.body)?))
    }

    /// A manifest of a repository.
    pub fn manifest(&self, reference: &Reference, digest: &Digest) -> Result<Manifest, Failure> {
        parsed(&self.by_digest(reference, Kind::Manifest, "manifests", digest)?)
    }

    /// The configuration of an image.
    pub fn config(&self, reference: &Reference, manifest: &Manifest) -> Result<Config, Failure> {
        let config = manifest.config.as_ref().ok_or(Failure::Invalid("it is no image"))?;
        parsed(&self.blob(reference, config)?)
    }

    /// Something that a manifest names.
    pub fn blob(&self, reference: &Reference, descriptor: &Descriptor) -> Result<Arc<[u8]>, Failure> {
        self.by_digest(reference, Kind::Blob, "blobs", &descriptor.digest)
    }

    fn by_digest(&self, reference: &Reference, kind: Kind, what: &str, digest: &Digest) -> Result<Arc<[u8]>, Failure> {
        if let Some(known) = lock(&self.known).get(digest) {
            return Ok(Arc::clone(known));
        }
        let answer = self.ask(reference, kind, &format!("{what}/{digest}"))?;
        if Digest::of(&answer.body) != *digest {
            return Err(Failure::OtherDigest);
        }
        let body: Arc<[u8]> = answer.body.into();
        lock(&self.known).insert(digest.clone(), Arc::clone(&body));
        Ok(body)
    }

    /// All tags of a repository.
    pub fn tags(&self, reference: &Reference) -> Result<Vec<String>, Failure> {
        let mut tags = Vec::new();
        let mut path = "tags/list?n=1000".to_owned();
        for _ in 0..MAX_PAGES {
            let answer = self.ask(reference, Kind::Tags, &path)?;
            let page: Tags =
                serde_json::from_slice(&answer.body).map_err(|_| Failure::Invalid("its list of tags is none"))?;
            let Some(last) = page.tags.as_ref().and_then(|tags| tags.last()).cloned() else { return Ok(tags) };
            tags.extend(page.tags.into_iter().flatten());
            // The next page begins behind the last tag, whatever address a registry writes here.
            if !answer.header("link").contains("rel=\"next\"") {
                return Ok(tags);
            }
            path = format!("tags/list?n=1000&last={}", crate::source::percent_encoded(&last));
        }
        Err(Failure::Invalid("it has too many tags"))
    }
}

#[derive(serde::Deserialize)]
struct Tags {
    tags: Option<Vec<String>>,
}

fn parsed<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|_| Failure::Invalid("what it answers is no manifest"))
}
