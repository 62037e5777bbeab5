//! Image references as Docker and containerd understand them (distribution/reference v0.6: `normalize.go`, `regexp.go`,
//! `reference.go`; go-digest v1).

use std::fmt;

/// A normalised reference: registry and repository are always written out.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    registry: String,
    repository: String,
    tag: Option<String>,
    digest: Option<String>,
}

/// Longest repository path (`RepositoryNameTotalLengthMax`).
const MAX_REPOSITORY: usize = 255;
/// Longest tag.
const MAX_TAG: usize = 128;

impl Reference {
    /// Reads a reference; the error says in a few words why it is none.
    ///
    /// `node` is `docker.io/library/node` without a tag: what a missing tag means is the caller's business.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("it is empty".into());
        }
        if let Some(c) = text.chars().find(|c| c.is_whitespace() || c.is_control()) {
            return Err(format!("it holds {}", if c.is_control() { "a control character" } else { "a space" }));
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            return Err(match page_of_docker_hub(rest) {
                Some(image) => format!("it is a page of Docker Hub; write `{image}`, with the tag"),
                None => format!("it begins with a scheme; remove `{scheme}://`"),
            });
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
        if name.len() == 64 && name.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err("64 hexadecimal digits are an image ID, not a name".into());
        }
        let (registry, path) = split_registry(name);
        check_registry(registry)?;
        let registry = if registry == "index.docker.io" { "docker.io" } else { registry };
        let repository =
            if registry == "docker.io" && !path.contains('/') { format!("library/{path}") } else { path.to_owned() };
        check_repository(&repository, path)?;
        Ok(Self {
            registry: registry.to_owned(),
            repository,
            tag: tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        })
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

/// The image that a page of Docker Hub is about: `/_/node` of an official one, `/r/bitnami/node` of another.
fn page_of_docker_hub(address: &str) -> Option<&str> {
    let path = address.strip_prefix("hub.docker.com/")?;
    let image = path.strip_prefix("_/").or_else(|| path.strip_prefix("r/"))?;
    let image = image.split(['?', '#']).next().unwrap_or(image).trim_end_matches("/tags").trim_end_matches('/');
    (!image.is_empty()).then_some(image)
}

/// The part before the first slash is a registry if it looks like a host: with a dot, a port or an upper-case letter, or
/// `localhost` (`splitDockerDomain`).
fn split_registry(name: &str) -> (&str, &str) {
    match name.split_once('/') {
        Some((first, rest)) if is_registry(first) => (first, rest),
        _ => ("docker.io", name),
    }
}

/// Whether Docker takes the first part of a reference for a registry.
pub(crate) fn is_registry(part: &str) -> bool {
    part.contains(['.', ':']) || part == "localhost" || part.chars().any(|c| c.is_ascii_uppercase())
}

/// Checks a registry that stands by itself: a name without a dot or a port would be taken for the first part of a path on
/// Docker Hub, and the wrong image would be watched.
pub(crate) fn check_written_registry(registry: &str) -> Result<(), String> {
    check_registry(registry)?;
    if is_registry(registry) {
        return Ok(());
    }
    Err(format!(
        "a registry has a dot or a port in its name, or is `localhost`; write all of it, as in `{registry}.example.com`"
    ))
}

/// Checks a registry: dot-separated labels or an IPv6 address in brackets, with an optional port.
pub(crate) fn check_registry(registry: &str) -> Result<(), String> {
    let bad = || Err(format!("`{registry}` is not a registry's host name"));
    let (host, port) = match registry.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (registry, None),
    };
    if port.is_some_and(|port| port.is_empty() || !port.bytes().all(|b| b.is_ascii_digit())) {
        return bad();
    }
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let ok = !address.is_empty() && address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':');
        return if ok { Ok(()) } else { bad() };
    }
    let label = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    if host.split('.').all(label) { Ok(()) } else { bad() }
}

/// Checks a repository path; `written` is what the user wrote of it.
pub(crate) fn check_repository(path: &str, written: &str) -> Result<(), String> {
    if path.chars().any(|c| c.is_ascii_uppercase()) {
        return Err(format!("a repository is lower-case; write `{}`", written.to_lowercase()));
    }
    if path.len() > MAX_REPOSITORY {
        return Err(format!("its repository is longer than {MAX_REPOSITORY} characters"));
    }
    match path.split('/').find(|part| !is_path_component(part)) {
        None => Ok(()),
        Some("") => Err("its repository has an empty part; remove the extra slash".into()),
        Some(part) => Err(format!(
            "`{part}` is not a repository's name: letters, digits, and `.`, `_`, `__` or hyphens between them"
        )),
    }
}

/// `[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*`
fn is_path_component(part: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    part.starts_with(alphanumeric)
        && part.ends_with(alphanumeric)
        && part.split(alphanumeric).all(|run| matches!(run, "" | "." | "_" | "__") || run.bytes().all(|b| b == b'-'))
}

/// Checks a tag.
pub(crate) fn check_tag(tag: &str) -> Result<&str, String> {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    if tag.is_empty() {
        return Err("its tag is empty".into());
    }
    if tag.len() > MAX_TAG {
        return Err(format!("its tag is longer than {MAX_TAG} characters"));
    }
    let (first, rest) = (tag.as_bytes()[0], &tag.as_bytes()[1..]);
    if word(first) && rest.iter().all(|b| word(*b) || matches!(b, b'.' | b'-')) {
        Ok(tag)
    } else {
        Err(format!("`{tag}` is not a tag: letters, digits, `_`, `.` and `-`, not beginning with `.` or `-`"))
    }
}

fn check_digest(digest: &str) -> Result<&str, String> {
    let bad = |why: &str| Err(format!("`{digest}` is not a digest: {why}"));
    let Some((algorithm, hex)) = digest.split_once(':') else {
        return bad("write `sha256:` and 64 hexadecimal digits");
    };
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => return bad("the algorithm is not sha256, sha384 or sha512"),
    };
    if hex.len() != length {
        return bad(&format!("{algorithm} has {length} hexadecimal digits, this has {}", hex.len()));
    }
    if hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        Ok(digest)
    } else {
        bad("the digits are not all 0-9 and a-f")
    }
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
            let why = Reference::parse(page).unwrap_err();
            assert!(why.contains("page of Docker Hub") && why.contains(image), "{why}");
        }
        let why = Reference::parse("https://ghcr.io/org/base").unwrap_err();
        assert_eq!(why, "it begins with a scheme; remove `https://`");
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
            assert!(result.as_ref().is_err_and(|why| !why.is_empty()), "{written:?} gives {result:?}");
        }
        assert_eq!(Reference::parse("org/App:1").unwrap_err(), "a repository is lower-case; write `org/app`");
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
