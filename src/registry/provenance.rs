//! Which images a build was given, by the provenance that `BuildKit` puts beside its result: SLSA v0.2 and v1, as in-toto statements.

use crate::reference::Reference;
use crate::source::percent_decoded;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The media type of a layer that is a statement.
pub const STATEMENT: &str = "application/vnd.in-toto+json";
/// The annotation of such a layer that says what it states.
pub const PREDICATE_TYPE: &str = "in-toto.io/predicate-type";
/// What predicates of provenance begin with (slsa.dev).
pub const PROVENANCE: &str = "https://slsa.dev/provenance/";

/// An image that a build was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Material {
    /// Normalised, with the tag and without the digest, if it had a tag.
    pub reference: Reference,
    /// What it was then: `sha256:...`.
    pub digest: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Statement {
    predicate: Predicate,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Predicate {
    /// Of v0.2.
    materials: Vec<Resource>,
    /// Of v1.
    build_definition: BuildDefinition,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct BuildDefinition {
    resolved_dependencies: Vec<Resource>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Resource {
    uri: String,
    digest: BTreeMap<String, String>,
}

/// The images that a statement names; the error is that it is none.
pub fn materials(statement: &[u8]) -> Result<Vec<Material>, String> {
    let Statement { predicate } = serde_json::from_slice(statement).map_err(|why| why.to_string())?;
    let resources = predicate.materials.into_iter().chain(predicate.build_definition.resolved_dependencies);
    Ok(resources.filter_map(|resource| resource.image()).collect())
}

impl Resource {
    /// The image of a package URL, as `pkg:docker/node@22?digest=sha256:...&platform=linux%2Famd64` (package-url/purl-spec;
    /// `BuildKit` util/purl/image.go). The name is as people write it, without `docker.io`.
    fn image(&self) -> Option<Material> {
        let rest = self.uri.strip_prefix("pkg:docker/")?;
        let (path, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
        let (name, version) = match path.rsplit_once('@') {
            Some((name, version)) => (name, Some(percent_decoded(version))),
            None => (path, None),
        };
        let name = percent_decoded(name);
        let text = version.as_ref().map_or_else(|| name.clone(), |version| format!("{name}:{version}"));
        let reference = Reference::parse(&text).ok()?;
        let named = qualifiers.split('&').find_map(|pair| pair.strip_prefix("digest=")).map(percent_decoded);
        let stated = || Some(format!("sha256:{}", self.digest.get("sha256")?));
        let digest = named.or_else(stated)?;
        Some(Material { reference, digest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn found(statement: &str) -> Vec<String> {
        let materials = materials(statement.as_bytes()).unwrap();
        materials.iter().map(|Material { reference, digest }| format!("{reference} {digest}")).collect()
    }

    /// Both forms as `BuildKit`'s documentation has them (docs/attestations/slsa-provenance.md).
    #[test]
    fn both_versions_of_slsa_are_read() {
        let v02 = format!(
            r#"{{"predicateType": "https://slsa.dev/provenance/v0.2", "predicate": {{"materials": [
                {{"uri": "pkg:docker/docker/dockerfile@1", "digest": {{"sha256": "{HEX}"}}}},
                {{"uri": "pkg:docker/ghcr.io/acme/base@1.4?platform=linux%2Farm64", "digest": {{"sha256": "{HEX}"}}}},
                {{"uri": "https://github.com/acme/web.git#refs/heads/main", "digest": {{"sha1": "aa"}}}}]}}}}"#
        );
        let digest = format!("sha256:{HEX}");
        assert_eq!(
            found(&v02),
            [format!("docker.io/docker/dockerfile:1 {digest}"), format!("ghcr.io/acme/base:1.4 {digest}")]
        );
        let v1 = format!(
            r#"{{"predicate": {{"buildDefinition": {{"resolvedDependencies": [
                {{"uri": "pkg:docker/node@22?digest=sha256%3A{HEX}&platform=linux%2Famd64", "digest": {{"sha256": "ff"}}}},
                {{"uri": "pkg:docker/localhost%3A5000/x@y", "digest": {{"sha256": "{HEX}"}}}},
                {{"uri": "pkg:docker/lost@1"}}]}}}}}}"#
        );
        assert_eq!(found(&v1), [format!("docker.io/library/node:22 {digest}"), format!("localhost:5000/x:y {digest}")]);
        assert!(materials(b"{}").is_err() && materials(b"[1").is_err());
    }
}
