//! Manifests, indexes and configurations, as far as they are needed. What is not known in them is passed over; `null` is as good as
//! nothing, since builders write it.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The media types that a manifest is asked for with, the ones that name others first.
pub const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, \
     application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";

/// What `BuildKit` writes on the descriptor of an attestation (docs/attestations/attestation-storage.md): its kind, and whose it is.
const REFERENCE_TYPE: &str = "vnd.docker.reference.type";
const REFERENCE_DIGEST: &str = "vnd.docker.reference.digest";
const ATTESTATION: &str = "attestation-manifest";

/// Keys with the time of a build, the first that is there.
const CREATED: [&str; 2] = ["org.opencontainers.image.created", "org.label-schema.build-date"];

/// `sha256:` and 64 lower-case hexadecimal digits; of other algorithms nothing could be checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(Box<str>);

impl Digest {
    /// That of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let hex = Sha256::digest(bytes).iter().fold(String::from("sha256:"), |mut hex, byte| {
            crate::words::append!(hex, "{byte:02x}");
            hex
        });
        Self(hex.into())
    }

    /// Its first twelve digits, as Docker shows them.
    pub fn short(&self) -> &str {
        self.0.get("sha256:".len()..).and_then(|hex| hex.get(..12)).unwrap_or_default()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Digest {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hex = text.strip_prefix("sha256:").ok_or("a digest begins with `sha256:`")?;
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if hex.len() == 64 && hex.bytes().all(is_hex) {
            Ok(Self(text.into()))
        } else {
            Err("a digest has 64 lower-case hexadecimal digits")
        }
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A manifest or an index of them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Manifest {
    /// Those of an index; none in a manifest.
    #[serde(deserialize_with = "or_default")]
    pub manifests: Vec<Descriptor>,
    /// The configuration of a manifest.
    pub config: Option<Descriptor>,
    /// The layers of a manifest.
    #[serde(deserialize_with = "or_default")]
    pub layers: Vec<Descriptor>,
    /// What is written on it.
    #[serde(deserialize_with = "or_default")]
    pub annotations: BTreeMap<String, String>,
}

/// Something that a manifest names by its digest.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// What it is.
    #[serde(default)]
    pub media_type: String,
    /// Of all its bytes.
    pub digest: Digest,
    /// In bytes.
    #[serde(default)]
    pub size: u64,
    /// Of a manifest in an index, what it is for.
    #[serde(default)]
    pub platform: Option<Platform>,
    /// What is written on it.
    #[serde(default, deserialize_with = "or_default")]
    pub annotations: BTreeMap<String, String>,
}

/// What an image runs on.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(default)]
pub struct Platform {
    /// As `linux`.
    pub os: String,
    /// As `arm64`.
    pub architecture: String,
    /// As `v7`.
    pub variant: Option<String>,
}

impl Platform {
    /// The same in the form in which equal ones are equal (containerd's `platforms.Normalize`): 64-bit ARM is v8 where nothing is
    /// said.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        self.variant =
            self.variant.filter(|variant| !variant.is_empty() && (self.architecture != "arm64" || variant != "v8"));
        self
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        self.variant.iter().try_for_each(|variant| write!(f, "/{variant}"))
    }
}

/// The configuration of an image.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Config {
    /// When it was built (RFC 3339); none if that is no later than 1970, which builders write who do not say.
    #[serde(deserialize_with = "time")]
    pub created: Option<String>,
    /// As [`Platform::os`].
    pub os: String,
    /// As [`Platform::architecture`].
    pub architecture: String,
    /// As [`Platform::variant`].
    pub variant: Option<String>,
    /// What it is made of.
    #[serde(deserialize_with = "or_default")]
    pub rootfs: RootFs,
    /// How it runs.
    #[serde(deserialize_with = "or_default")]
    pub config: Settings,
}

/// What an image is made of.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RootFs {
    /// The digests of its layers, unpacked, from the lowest on.
    #[serde(deserialize_with = "or_default")]
    pub diff_ids: Vec<String>,
}

/// How an image runs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Settings {
    /// What is written on it.
    #[serde(deserialize_with = "or_default")]
    pub labels: BTreeMap<String, String>,
}

impl Config {
    /// What it is for.
    pub fn platform(&self) -> Platform {
        Platform { os: self.os.clone(), architecture: self.architecture.clone(), variant: self.variant.clone() }
            .normalised()
    }

    /// When it was built: what its annotations or labels say of that, else what it says itself (Kargo v1.11.2
    /// `pkg/image/repository_client.go`, `getCreationTime`).
    pub fn built(&self, manifest: &Manifest) -> Option<Timestamp> {
        let said = [&manifest.annotations, &self.config.labels].into_iter();
        let mut said = said.flat_map(|texts| CREATED.iter().filter_map(|key| texts.get(*key)?.parse().ok()));
        said.next().or_else(|| self.created.as_ref()?.parse().ok())
    }
}

impl Manifest {
    /// Whether it names others, and is no image itself.
    pub fn is_index(&self) -> bool {
        self.config.is_none() && !self.manifests.is_empty()
    }

    /// The images of an index, with what each is for.
    pub fn images(&self) -> impl Iterator<Item = (Platform, &Descriptor)> {
        self.manifests.iter().filter_map(|descriptor| {
            let platform = descriptor.platform.as_ref()?;
            (platform.os != "unknown" && !descriptor.annotations.contains_key(REFERENCE_TYPE))
                .then(|| (platform.clone().normalised(), descriptor))
        })
    }

    /// The attestations that an index has for one of its images.
    pub fn attestations<'m>(&'m self, image: &'m Digest) -> impl Iterator<Item = &'m Descriptor> {
        let of_image = |descriptor: &&Descriptor| {
            let is = |key: &str, value: &str| descriptor.annotations.get(key).is_some_and(|found| found == value);
            is(REFERENCE_TYPE, ATTESTATION) && is(REFERENCE_DIGEST, &image.0)
        };
        self.manifests.iter().filter(of_image)
    }
}

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let is_said = |text: &String| text.parse::<Timestamp>().is_ok_and(|time| time > Timestamp::UNIX_EPOCH);
    Ok(Option::<String>::deserialize(deserializer)?.filter(is_said))
}

fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    /// FIPS 180-2, appendix B.1.
    #[test]
    fn digests_are_of_all_bytes() {
        let abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Digest::of(b"abc").to_string(), abc);
        assert_eq!(Digest::of(b"abc").short(), "ba7816bf8f01");
        for bad in ["", "sha256:", "sha512:aa", &A[..70], &A.to_uppercase(), &format!("{A}a")] {
            assert!(bad.parse::<Digest>().is_err(), "{bad}");
        }
    }

    /// As buildx writes it (`BuildKit` docs/attestations/attestation-storage.md, "Examples").
    #[test]
    fn an_index_has_images_and_their_attestations() {
        let text = format!(
            r#"{{"mediaType": "application/vnd.oci.image.index.v1+json", "annotations": null, "manifests": [
                {{"digest": "{A}", "size": 1, "platform": {{"os": "linux", "architecture": "arm", "variant": "v7"}}}},
                {{"digest": "{B}", "platform": {{"os": "unknown", "architecture": "unknown"}},
                 "annotations": {{"vnd.docker.reference.digest": "{A}", "vnd.docker.reference.type": "attestation-manifest"}}}}]}}"#
        );
        let index: Manifest = serde_json::from_str(&text).unwrap();
        assert!(index.is_index());
        let images: Vec<String> =
            index.images().map(|(platform, image)| format!("{platform} {}", image.digest)).collect();
        assert_eq!(images, [format!("linux/arm/v7 {A}")]);
        let of = |digest: &str| {
            index.attestations(&digest.parse().unwrap()).map(|one| one.digest.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(of(A), [B]);
        assert!(of(B).is_empty());
    }

    /// The times of Go's and of `SOURCE_DATE_EPOCH=0` say nothing.
    #[test]
    fn a_time_that_nobody_has_set_is_none() {
        for (text, expected) in [
            (r#"{"created": "2026-11-20T00:00:00.5Z"}"#, Some("2026-11-20T00:00:00.5Z")),
            (r#"{"created": "0001-01-01T00:00:00Z"}"#, None),
            (r#"{"created": "1970-01-01T00:00:00Z"}"#, None),
            (r#"{"created": "yesterday"}"#, None),
            (r#"{"created": null}"#, None),
            ("{}", None),
        ] {
            assert_eq!(serde_json::from_str::<Config>(text).unwrap().created.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_digest_that_is_none_is_refused() {
        assert!(serde_json::from_str::<Manifest>(r#"{"config": {"digest": "../../x"}}"#).is_err());
    }
}
