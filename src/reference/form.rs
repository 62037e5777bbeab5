//! Forms of texts that are images, or parts of their names.

use super::Reference;
use super::part::{check_tag, check_written_registry};
use crate::grammar::{Form, form};

form! {
    /// A registry by itself, perhaps with a port.
    Registry = check_written_registry, {
        "type": "string", "pattern": "^(?=localhost$|.*[.:A-Z])(\\[[0-9A-Fa-f:]+\\]|[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*)(:[0-9]+)?$",
        "patternErrorMessage": "write a host name with a dot or a port in it, as ghcr.io or localhost:5000, without https://",
        "examples": ["ghcr.io", "quay.io", "registry.example.com:5000"]
    }, [
        /// That of images that are built, where nothing else is written.
        GITHUB = "ghcr.io",
        /// That of all others.
        DOCKER_HUB = "docker.io",
    ]
}

impl Form for Registry {}

form! {
    /// A path in a registry, without the runs of hyphens that Kargo refuses.
    RepositoryPath = repository, {
        "type": "string", "pattern": "^[a-z0-9]+((\\.|_|__|-)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-)[a-z0-9]+)*)*$", "maxLength": 255,
        "patternErrorMessage": "write the lower-case path in the registry, without a tag, as in myorg/myapp",
        "examples": ["myorg/myapp"]
    }, []
}

impl Form for RepositoryPath {
    const QUOTES_MEND: bool = true;
}

form! {
    /// A tag.
    Tag = check_tag, {
        "type": "string", "pattern": "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$",
        "patternErrorMessage": "write letters, digits, _, . and -, not beginning with . or -",
        "examples": ["22-bookworm-slim"]
    }, []
}

impl Form for Tag {
    const QUOTES_MEND: bool = true;
}

form! {
    /// An image as somebody wrote it: registry, path, tag and digest, of which all but the path may be missing.
    ImageName = image, {
        "type": "string", "pattern": "^((\\[[0-9A-Fa-f:]+\\]|[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*)(:[0-9]+)?/)?[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}))?$",
        "patternErrorMessage": "write an image as a FROM has it, as in node:22-bookworm-slim",
        "examples": ["node:22-bookworm-slim", "ghcr.io/myorg/base:1.4"]
    }, []
}

impl Form for ImageName {}

form! {
    /// Registry and repository of an image, both written out, as Kargo has them in `repoURL`.
    RepoUrl = repo_url, {"type": "string"}, []
}

impl Reference {
    /// Registry and repository, as Kargo has them.
    pub fn repo_url(&self) -> RepoUrl {
        RepoUrl(self.name().into())
    }

    /// The tag that is watched.
    pub fn tag_or_latest(&self) -> Tag {
        Tag(self.tag.clone().map_or("latest".into(), Into::into))
    }
}

/// Any registry would do.
fn repository(text: &str) -> Result<&str, String> {
    let reference = without_tag(&format!("localhost/{text}"))?;
    reference.refused_by_kargo().map_or(Ok(text), |why| Err(why.to_owned()))
}

fn image(text: &str) -> Result<&str, String> {
    Reference::parse(text).map(|_| text).map_err(|why| why.to_string())
}

fn repo_url(text: &str) -> Result<&str, String> {
    let reference = without_tag(text)?;
    if reference.name() == text { Ok(text) } else { Err(format!("write `{}`", reference.name())) }
}

fn without_tag(text: &str) -> Result<Reference, String> {
    let reference = Reference::parse(text).map_err(|why| why.to_string())?;
    let is_one = reference.tag().is_none() && reference.digest().is_none();
    if is_one { Ok(reference) } else { Err("a repository has no tag and no digest".into()) }
}
