//! Forms of texts that are images, or parts of their names.

use super::Reference;
use super::part::{check_tag, check_written_registry};
use crate::grammar::git::RepoPath;
use crate::grammar::{Form, form};

form! {
    /// A registry by itself, perhaps with a port.
    Registry = check_written_registry, {
        "type": "string", "pattern": "^(?=localhost$|.*[.:A-Z])(\\[[0-9A-Fa-f:]+\\]|[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*)(:[0-9]+)?$",
        "patternErrorMessage": "write a host name with a dot or a port in it, as `ghcr.io` or `localhost:5000`, without `https://`",
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
        "patternErrorMessage": "write the lower-case path in the registry, without a tag, as in `myorg/myapp`",
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
        "patternErrorMessage": "write letters, digits, `_`, `.` and `-`, not beginning with `.` or `-`",
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
        "patternErrorMessage": "write an image as a FROM has it, as in `node:22-bookworm-slim`",
        "examples": ["node:22-bookworm-slim", "ghcr.io/myorg/base:1.4"]
    }, []
}

impl Form for ImageName {}

/// What a named context that is an image begins with.
const IMAGE_CONTEXT: &str = "docker-image://";

form! {
    /// What a named context is, as `docker build --build-context` takes it: an image, a folder of the repository, or something at
    /// an address.
    ContextSource = context_source, {
        "type": "string", "pattern": "^(docker-image://[^\\x00-\\x20\\x7f]+|target:[^\\x00-\\x1f\\x7f]+|[A-Za-z0-9+.-]+(@[^\\x00-\\x1f\\x7f]*:|://)[^\\x00-\\x1f\\x7f]*|(?!/)(?!(.*/)?\\.\\.(/|$))[^\\x00-\\x1f\\x7f]+)$",
        "patternErrorMessage": "write docker-image:// and an image, or a folder from the root of the repository",
        "examples": ["docker-image://node:22-slim", "shared/scripts"]
    }, []
}

impl Form for ContextSource {}

impl ContextSource {
    /// The image that it is, as it is written; none if it is anything else.
    pub fn image(text: &str) -> Option<&str> {
        text.strip_prefix(IMAGE_CONTEXT)
    }
}

form! {
    /// Registry and repository of an image, both written out, as Kargo has them in `repoURL`.
    RepoUrl = repo_url, {"type": "string"}, []
}

impl RepoUrl {
    /// The registry, as `docker.io`.
    pub fn registry(&self) -> &str {
        self.split('/').next().unwrap_or_default()
    }
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

/// Addresses are as buildx tells them from paths (util/buildflags, `build.isRemote`).
fn context_source(text: &str) -> Result<&str, String> {
    if let Some(name) = ContextSource::image(text) {
        return if name == "scratch" { Ok(text) } else { image(name).map(|_| text) };
    }
    if text.contains("://") || text.starts_with("git@") || text.starts_with("target:") {
        let control = text.chars().any(char::is_control);
        return if control { Err("it holds a control character".into()) } else { Ok(text) };
    }
    text.parse::<RepoPath>().map(|_| text).map_err(|why| why.to_string())
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
