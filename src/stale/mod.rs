//! Whether published images are built on what their bases are now: what was seen of each, to an answer.
//!
//! | what tells which base an image is built on | of which bases |
//! |---|---|
//! | its provenance ([`crate::registry::provenance`]) | all, those of build stages too |
//! | the annotations or labels `org.opencontainers.image.base.name` and `.digest` | that of the shipped stage |
//! | its layers: those of the base are the lowest of it | that of the shipped stage; of others if they are |
//!
//! The first that speaks of a base decides. Nothing is guessed: what is not told is unknown, with what to add to the build.

mod show;

pub use show::{github, human, markdown};

use crate::reference::Reference;
use crate::registry::{Config, Digest, Manifest, Material, Platform};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The annotation, or label, with the base of the shipped stage (OCI image-spec v1.1 annotations.md).
const BASE_NAME: &str = "org.opencontainers.image.base.name";
/// The one with its digest.
const BASE_DIGEST: &str = "org.opencontainers.image.base.digest";

/// Whether an image is built on what its base is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is.
    Fresh,
    /// Nothing tells.
    Unknown,
    /// It is built on what the base was.
    Stale,
}

/// What is known of an image that was published.
#[derive(Clone, Debug, Default)]
pub struct Published {
    /// For each platform.
    pub platforms: BTreeMap<Platform, Build>,
}

/// What is known of an image for one platform.
#[derive(Clone, Debug, Default)]
pub struct Build {
    /// What its provenance names, if it has one.
    pub materials: Option<Vec<Material>>,
    /// Name and digest of the base that its annotations or labels have.
    pub named: Option<(Reference, Digest)>,
    /// The digests of its layers, unpacked.
    pub layers: Vec<String>,
}

/// What a base is now.
#[derive(Clone, Debug)]
pub struct Current {
    /// What its tag names.
    pub digest: Digest,
    /// What that has for each platform; empty if nobody has asked.
    pub members: BTreeMap<Platform, Digest>,
    /// The digests of its layers, unpacked, for each platform that somebody has asked for.
    pub layers: BTreeMap<Platform, Vec<String>>,
    /// When it was built (RFC 3339), if it says so.
    pub created: Option<String>,
}

/// What is said of an image.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    /// Its name in images.yaml.
    pub name: String,
    /// What was looked at, with its tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The worst of its bases.
    pub state: State,
    /// Images of images.yaml that it is built on and that are stale themselves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<String>,
    /// Each base.
    pub bases: Vec<OfBase>,
    /// Why nothing is known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What is said of one base of an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfBase {
    /// With its tag.
    pub image: String,
    /// Whether the image is built on what it is now.
    pub state: State,
    /// What the image is built on; not known where its layers alone tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub built_on: Option<Digest>,
    /// What it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Digest>,
    /// When what it is now was built (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Why nothing is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What one platform of an image says of a base.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Fresh,
    Stale(Option<Digest>),
    Silent(&'static str),
}

const NO_EVIDENCE: &str = "its build leaves nothing that names this base: build with `--provenance=mode=max`";
const NOT_NAMED: &str =
    "its provenance names no such base: it was built before its Dockerfile did, or from another one";

impl Build {
    /// What a manifest, the index that it is in and its configuration say; provenance is added by whoever reads it.
    pub fn new(index: Option<&Manifest>, manifest: &Manifest, config: &Config) -> Self {
        let texts = [Some(&manifest.annotations), index.map(|index| &index.annotations), Some(&config.config.labels)];
        let named = texts.into_iter().flatten().find_map(|texts| {
            let name = Reference::parse(texts.get(BASE_NAME)?).ok()?;
            Some((name, texts.get(BASE_DIGEST)?.parse().ok()?))
        });
        Self { materials: None, named, layers: config.rootfs.diff_ids.clone() }
    }

    /// Whether layers have to be compared, for a base of which nothing else tells.
    pub fn needs_layers(&self, base: &Reference) -> bool {
        self.materials.is_none() && self.names(base).is_none()
    }

    fn names(&self, base: &Reference) -> Option<&Digest> {
        self.named.as_ref().filter(|(name, _)| is_same(name, base)).map(|(_, digest)| digest)
    }

    fn says(&self, platform: &Platform, base: &Reference, is_final: bool, now: &Current) -> Word {
        let word = |digest: &str| {
            let member = now.members.get(platform);
            let is_now = digest == now.digest.to_string() || member.is_some_and(|member| digest == member.to_string());
            if is_now { Word::Fresh } else { Word::Stale(digest.parse().ok()) }
        };
        if let Some(materials) = &self.materials {
            let named = materials.iter().find(|material| is_same(&material.reference, base));
            return named.map_or(Word::Silent(NOT_NAMED), |material| word(&material.digest));
        }
        if let Some(digest) = self.names(base) {
            return word(&digest.to_string());
        }
        match now.layers.get(platform) {
            Some(layers) if !layers.is_empty() && self.layers.starts_with(layers) => Word::Fresh,
            Some(layers) if !layers.is_empty() && is_final && !self.layers.is_empty() => Word::Stale(None),
            _ => Word::Silent(NO_EVIDENCE),
        }
    }
}

/// Whether two references are of one tag; a missing tag is `latest`.
fn is_same(one: &Reference, other: &Reference) -> bool {
    one.by_tag() == other.by_tag()
}

impl Published {
    /// What is said of a base: the worst of all platforms.
    pub fn judge(&self, base: &Reference, is_final: bool, now: &Current) -> OfBase {
        let words: Vec<Word> =
            self.platforms.iter().map(|(platform, build)| build.says(platform, base, is_final, now)).collect();
        let old = words.iter().find_map(|word| if let Word::Stale(digest) = word { Some(digest) } else { None });
        let silent = words.iter().find_map(|word| if let Word::Silent(why) = word { Some(*why) } else { None });
        let (state, built_on, why) = match (old, silent) {
            (Some(digest), _) => (State::Stale, digest.clone(), None),
            (None, Some(why)) => (State::Unknown, None, Some(why.to_owned())),
            (None, None) if words.is_empty() => (State::Unknown, None, Some("it is for no platform".to_owned())),
            (None, None) => (State::Fresh, Some(now.digest.clone()), None),
        };
        let since = now.created.clone().filter(|_| state == State::Stale);
        OfBase { image: base.familiar(), state, built_on, now: Some(now.digest.clone()), since, why }
    }
}

impl OfBase {
    /// A base of which nothing could be learnt.
    pub fn unknown(base: &Reference, why: String) -> Self {
        let image = base.familiar();
        Self { image, state: State::Unknown, built_on: None, now: None, since: None, why: Some(why) }
    }
}

impl Verdict {
    /// Whether it has been stale since before a time, in seconds since 1970: one of its bases was built before, or says no time.
    pub fn was_stale(&self, before: Option<u64>) -> bool {
        let Some(before) = before else { return true };
        let is_older = |base: &OfBase| {
            let since = base.since.as_deref().and_then(|since| since.parse::<jiff::Timestamp>().ok());
            since.is_none_or(|since| u64::try_from(since.as_second()).unwrap_or(0) < before)
        };
        !self.through.is_empty() || self.bases.iter().any(|base| base.state == State::Stale && is_older(base))
    }

    /// What the bases come to.
    pub fn new(name: &str, image: String, bases: Vec<OfBase>) -> Self {
        let state = bases.iter().map(|base| base.state).max().unwrap_or(State::Fresh);
        Self { name: name.to_owned(), image: Some(image), state, through: Vec::new(), bases, why: None }
    }

    /// An image of which nothing could be learnt.
    pub fn unknown(name: &str, image: Option<String>, why: String) -> Self {
        let state = State::Unknown;
        Self { name: name.to_owned(), image, state, through: Vec::new(), bases: Vec::new(), why: Some(why) }
    }
}

/// Makes images stale that are built on images which are: each will be rebuilt once its base was. `built_on` has for each verdict the
/// verdicts of the images that it is built on.
pub fn follow(verdicts: &mut [Verdict], built_on: &[BTreeSet<usize>]) {
    let mut changed = true;
    while changed {
        changed = false;
        for (index, bases) in built_on.iter().enumerate() {
            let stale = |base: &&usize| verdicts.get(**base).is_some_and(|base| base.state == State::Stale);
            let through: Vec<String> = bases.iter().filter(stale).map(|base| verdicts[*base].name.clone()).collect();
            let verdict = &mut verdicts[index];
            if verdict.through != through {
                verdict.through = through;
                verdict.state = State::Stale;
                changed = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(letter: char) -> Digest {
        format!("sha256:{}", letter.to_string().repeat(64)).parse().unwrap()
    }

    fn reference(text: &str) -> Reference {
        Reference::parse(text).unwrap()
    }

    fn linux(architecture: &str) -> Platform {
        Platform { os: "linux".into(), architecture: architecture.into(), variant: None }
    }

    fn now() -> Current {
        Current {
            digest: digest('a'),
            members: BTreeMap::from([(linux("amd64"), digest('b')), (linux("arm64"), digest('c'))]),
            layers: BTreeMap::from([(linux("amd64"), vec!["1".into(), "2".into()])]),
            created: Some("2026-11-30T00:00:00Z".into()),
        }
    }

    fn material(image: &str, letter: char) -> Material {
        Material { reference: reference(image), digest: digest(letter).to_string() }
    }

    fn judged(builds: &[(&str, Build)], is_final: bool) -> (State, Option<Digest>) {
        let platforms = builds.iter().map(|(arch, build)| (linux(arch), build.clone())).collect();
        let found = Published { platforms }.judge(&reference("node:22"), is_final, &now());
        (found.state, found.built_on)
    }

    #[test]
    fn provenance_decides_for_every_kind_of_base() {
        let with = |materials: &[Material]| Build { materials: Some(materials.to_vec()), ..Build::default() };
        for (materials, expected) in [
            (vec![material("node:22", 'a')], (State::Fresh, Some(digest('a')))),
            (vec![material("node:22", 'b')], (State::Fresh, Some(digest('a')))),
            (vec![material("node:22", 'c')], (State::Stale, Some(digest('c')))),
            (vec![material("node:22", 'd')], (State::Stale, Some(digest('d')))),
            (vec![material("node:20", 'a')], (State::Unknown, None)),
            (vec![], (State::Unknown, None)),
        ] {
            assert_eq!(judged(&[("amd64", with(&materials))], false), expected, "{materials:?}");
        }
        let builds = [("amd64", with(&[material("node:22", 'a')])), ("arm64", with(&[material("node:22", 'd')]))];
        assert_eq!(judged(&builds, false), (State::Stale, Some(digest('d'))), "one platform is enough");
    }

    #[test]
    fn labels_and_layers_tell_of_the_shipped_base() {
        let named = |letter| Build { named: Some((reference("node:22"), digest(letter))), ..Build::default() };
        assert_eq!(judged(&[("amd64", named('a'))], true), (State::Fresh, Some(digest('a'))));
        assert_eq!(judged(&[("amd64", named('d'))], true), (State::Stale, Some(digest('d'))));
        let layered =
            |layers: &[&str]| Build { layers: layers.iter().map(ToString::to_string).collect(), ..Build::default() };
        for (layers, is_final, expected) in [
            (&["1", "2", "3"][..], true, State::Fresh),
            (&["1", "2", "3"], false, State::Fresh),
            (&["1", "3"], true, State::Stale),
            (&["1", "3"], false, State::Unknown),
            (&["1"], true, State::Stale),
            (&[], true, State::Unknown),
        ] {
            assert_eq!(judged(&[("amd64", layered(layers))], is_final).0, expected, "{layers:?} {is_final}");
        }
        assert_eq!(judged(&[("arm64", layered(&["1"]))], true).0, State::Unknown, "the base is for another platform");
    }

    #[test]
    fn what_is_built_on_a_stale_image_is_stale() {
        let verdict = |name: &str, state| Verdict { state, ..Verdict::new(name, String::new(), Vec::new()) };
        let mut verdicts = [
            verdict("c", State::Fresh),
            verdict("a", State::Stale),
            verdict("b", State::Unknown),
            verdict("d", State::Fresh),
        ];
        follow(&mut verdicts, &[BTreeSet::from([2]), BTreeSet::new(), BTreeSet::from([1]), BTreeSet::from([3])]);
        let found: Vec<_> = verdicts.iter().map(|verdict| (verdict.state, verdict.through.join(" "))).collect();
        let expected = [(State::Stale, "b"), (State::Stale, ""), (State::Stale, "a"), (State::Fresh, "")];
        assert_eq!(found, expected.map(|(state, through)| (state, through.to_owned())));
    }
}
