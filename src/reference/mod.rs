//! References of images, in one grammar, and the ways in which images are used.
//!
//! They are understood as Docker and containerd understand them (distribution/reference v0.6: `normalize.go`, `regexp.go`,
//! `reference.go`; go-digest v1), and `BuildKit` with them. [`Refused`] tells what those refuse from what they take and no
//! registry answers.

mod form;
mod kind;
mod part;

pub use form::{ContextSource, ImageName, Registry, RepoUrl, RepositoryPath, Tag};
pub use kind::EdgeKind;

use crate::grammar::address::{check_host, is_host, no_host};
use part::{
    check_digest, check_repository, check_tag, is_image_id, is_path_component, page_of_docker_hub, split_registry,
};
use std::fmt;

/// A normalised reference: registry and repository are always written out.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    registry: String,
    repository: String,
    tag: Option<String>,
    digest: Option<String>,
}

/// Why a text is no [`Reference`], in a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Docker and `BuildKit` take no such text for an image.
    ByDocker(String),
    /// They take it, but no registry can be asked for it.
    Here(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::ByDocker(why) | Self::Here(why)) = self;
        f.write_str(why)
    }
}

impl From<String> for Refused {
    fn from(why: String) -> Self {
        Self::ByDocker(why)
    }
}

const IMAGE_ID: &str = "64 hexadecimal digits are an image ID, not a name";

impl Reference {
    /// Reads a reference, as `ParseNormalizedNamed` does, and holds it to what a registry can be asked for.
    ///
    /// `node` is `docker.io/library/node` without a tag: what a missing tag means is the caller's business.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        no_address(text)?;
        if is_image_id(text) {
            return Err(Refused::ByDocker(IMAGE_ID.into()));
        }
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(check_digest(digest)?)),
            None => (text, None),
        };
        let (name, tag) = match name.rsplit_once(':') {
            // A colon before the last slash belongs to a port.
            Some((name, tag)) if !tag.contains('/') => (name, Some(check_tag(tag)?)),
            _ => (name, None),
        };
        let (registry, path) = split_registry(name);
        // A first part that is no host but could be one of a path is one of a path for Docker's pattern.
        if !is_host(registry) && !is_path_component(registry) {
            return Err(Refused::ByDocker(no_host(registry)));
        }
        let registry = if registry == "index.docker.io" { "docker.io" } else { registry };
        let repository =
            if registry == "docker.io" && !path.contains('/') { format!("library/{path}") } else { path.to_owned() };
        check_repository(&repository, path)?;
        if is_image_id(name) {
            return Err(Refused::Here(IMAGE_ID.into()));
        }
        check_host(registry).map_err(Refused::Here)?;
        Ok(Self {
            registry: registry.to_owned(),
            repository,
            tag: tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        })
    }

    /// A reference that is one but for upper case in its repository, in lower case; registry, tag and digest stay.
    pub(crate) fn in_lower_case(text: &str) -> Option<String> {
        let path_start = text.len() - split_registry(text).1.len();
        let path_end = text.get(path_start..)?.find([':', '@']).map_or(text.len(), |end| path_start + end);
        let (path, rest) = (text.get(path_start..path_end)?, text.get(path_end..)?);
        let lower = format!("{}{}{rest}", text.get(..path_start)?, path.to_ascii_lowercase());
        let is_right = Self::parse(&lower).is_ok_and(|reference| reference.refused_by_kargo().is_none());
        (lower != text && is_right).then_some(lower)
    }

    /// Registry with its port, as `docker.io`.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// Path in the registry, as `library/node`.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag that was written.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest that was written.
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// Registry and repository, as Kargo wants them in `repoURL`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }

    /// The same image by its tag alone, `latest` where none was written: what a registry can be asked about again.
    #[must_use]
    pub fn by_tag(&self) -> Self {
        Self { tag: Some(self.tag.clone().unwrap_or_else(|| "latest".to_owned())), digest: None, ..self.clone() }
    }

    /// As people write it: without `docker.io` and `library`.
    pub fn familiar(&self) -> String {
        let full = self.to_string();
        match full.strip_prefix("docker.io/") {
            Some(rest) => rest.strip_prefix("library/").unwrap_or(rest).to_owned(),
            None => full,
        }
    }

    /// The name by which `BuildKit` looks for a named context in its place (frontend/dockerui/config.go `NamedContext`).
    pub fn context_name(&self) -> String {
        let familiar = self.familiar();
        familiar.strip_suffix(":latest").map_or_else(|| familiar.clone(), str::to_owned)
    }

    /// Why Kargo refuses the name although Docker does not, if it does: its pattern knows no `--` and no IPv6 address
    /// (Kargo v1.11.2 pkg/subscription/schemas/image.json `repoURL`).
    pub fn refused_by_kargo(&self) -> Option<&'static str> {
        if self.registry.starts_with('[') {
            return Some("Kargo takes no IPv6 address as a registry");
        }
        let host = self.registry.split(':').next().unwrap_or("");
        let runs = |part: &str| part.contains("--") || part.contains("-.") || part.contains(".-");
        if runs(host) || self.repository.split('/').any(runs) {
            return Some("Kargo refuses repositories with two hyphens or dots in a row");
        }
        None
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

/// Whether two names, perhaps with tags, are of one repository. Registries know lower case alone, and names on GitHub have both.
pub fn is_one_repository(one: &str, other: &str) -> bool {
    let full = |text: &str| Reference::parse(&text.to_ascii_lowercase()).map(|reference| reference.name());
    matches!((full(one), full(other)), (Ok(one), Ok(other)) if one == other)
}

/// Refuses what was copied from elsewhere, with words of its own.
fn no_address(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("it is empty".into());
    }
    if let Some(c) = text.chars().find(|c| c.is_whitespace() || c.is_control()) {
        return Err(format!("it holds {}", if c.is_control() { "a control character" } else { "a space" }));
    }
    let Some((scheme, rest)) = text.split_once("://") else { return Ok(()) };
    Err(match page_of_docker_hub(rest) {
        Some(image) => format!("it is a page of Docker Hub; write `{image}`, with the tag"),
        None => format!("it begins with a scheme; remove `{scheme}://`"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn references_are_normalised_as_docker_does() {
        let pinned = format!("node:22@sha256:{HEX}");
        let pinned_full = format!("docker.io/library/node:22@sha256:{HEX}");
        for (written, full) in [
            ("node", "docker.io/library/node"),
            ("node:22-bookworm-slim", "docker.io/library/node:22-bookworm-slim"),
            ("docker.io/node", "docker.io/library/node"),
            ("index.docker.io/library/node:1", "docker.io/library/node:1"),
            ("bitnami/node:18", "docker.io/bitnami/node:18"),
            ("localhost/x", "localhost/x"),
            ("localhost:5000/team/app:1", "localhost:5000/team/app:1"),
            ("ghcr.io/org/base:1.4", "ghcr.io/org/base:1.4"),
            ("host:443/x", "host:443/x"),
            ("Registry/x", "Registry/x"),
            ("a__b/c--d/e.f", "docker.io/a__b/c--d/e.f"),
            ("[::1]:5000/a:b", "[::1]:5000/a:b"),
            (pinned.as_str(), pinned_full.as_str()),
            ("node:_x", "docker.io/library/node:_x"),
        ] {
            assert_eq!(Reference::parse(written).map(|r| r.to_string()), Ok(full.to_owned()), "{written}");
        }
    }

    #[test]
    fn a_page_of_docker_hub_names_the_image_to_write() {
        for (page, image) in [
            ("https://hub.docker.com/_/node", "`node`"),
            ("https://hub.docker.com/r/bitnami/node/tags?name=18", "`bitnami/node`"),
        ] {
            let why = Reference::parse(page).unwrap_err().to_string();
            assert!(why.contains("page of Docker Hub") && why.contains(image), "{why}");
        }
        let why = Reference::parse("https://ghcr.io/org/base").unwrap_err();
        assert_eq!(why.to_string(), "it begins with a scheme; remove `https://`");
    }

    #[test]
    fn what_docker_refuses_is_refused_with_a_reason() {
        let long_tag = format!("a:{}", "t".repeat(129));
        let long_name = "a/".repeat(130) + "a";
        let upper_digest = format!("a@sha256:{}", HEX.to_uppercase());
        for written in [
            "",
            " ",
            "a b",
            "Node",
            "org/App:1",
            "https://ghcr.io/x",
            "a:",
            "a:.x",
            "a:-x",
            "a@",
            "a@sha256:abcd",
            "a@md5:0123456789abcdef0123456789abcdef",
            HEX,
            "a//b",
            "/a",
            "a/",
            "-a",
            "a-",
            "a..b",
            "a___b",
            "a:b:c",
            "a.b-/c",
            "ghcr.io/",
            "x_y:80/z/",
            "ghcr.io:port/a",
            &long_tag,
            &long_name,
            &upper_digest,
            "a\u{0}b",
            "\u{e9}",
        ] {
            let result = Reference::parse(written);
            assert!(result.as_ref().is_err_and(|why| !why.to_string().is_empty()), "{written:?} gives {result:?}");
        }
        assert_eq!(
            Reference::parse("org/App:1").unwrap_err().to_string(),
            "a repository is lower-case; write `org/app`"
        );
        for (written, lower) in [
            ("org/App:V1", Some("org/app:V1")),
            ("Node", Some("node")),
            ("Registry:80/Org/App", Some("Registry:80/org/app")),
            ("org/app", None),
            ("org/App:1:2", None),
        ] {
            assert_eq!(Reference::in_lower_case(written).as_deref(), lower, "{written}");
        }
    }

    #[test]
    fn what_docker_takes_and_no_registry_answers_is_told_apart() {
        for taken in
            [format!("{HEX}:1"), "a__b.io/c".to_owned(), "h:70000/a".to_owned(), format!("{}.io/a", "h".repeat(260))]
        {
            assert!(matches!(Reference::parse(&taken), Err(Refused::Here(_))), "{taken}");
        }
        for refused in [HEX, "h:70000/A", "a_.io/c", "A_b/c", "h:port/a", "a@sha256:12", "[::1]x/a"] {
            assert!(matches!(Reference::parse(refused), Err(Refused::ByDocker(_))), "{refused}");
        }
    }

    #[test]
    fn the_tag_is_what_is_watched() {
        let reference = Reference::parse(&format!("node@sha256:{HEX}")).unwrap();
        assert_eq!((reference.tag(), reference.by_tag().tag()), (None, Some("latest")));
        assert_eq!(Reference::parse("docker.io/library/node:22").unwrap().familiar(), "node:22");
        assert_eq!(Reference::parse("ghcr.io/a/b").unwrap().familiar(), "ghcr.io/a/b");
    }

    #[test]
    fn what_kargo_refuses_is_known() {
        let refused = |text| Reference::parse(text).unwrap().refused_by_kargo().is_some();
        assert!(refused("a--b"));
        assert!(refused("[::1]:5000/a"));
        assert!(refused("my--host.io/a"));
        assert!(!refused("a_b/c.d-e__f"));
        assert!(!refused("localhost:5000/x"));
    }
}
