//! The parts of a reference: registry, repository, tag and digest.

use crate::grammar::address::check_host;

/// Longest repository path (`RepositoryNameTotalLengthMax`).
const MAX_REPOSITORY: usize = 255;
/// Longest tag.
const MAX_TAG: usize = 128;

/// The part before the first slash is a registry if it looks like a host: with a dot, a port or an upper-case letter, or
/// `localhost` (`splitDockerDomain`).
pub(super) fn split_registry(name: &str) -> (&str, &str) {
    match name.split_once('/') {
        Some((first, rest)) if is_registry(first) => (first, rest),
        _ => ("docker.io", name),
    }
}

/// Whether Docker takes the first part of a reference for a registry.
fn is_registry(part: &str) -> bool {
    part.contains(['.', ':']) || part == "localhost" || part.chars().any(|c| c.is_ascii_uppercase())
}

/// A registry that stands by itself: a name without a dot or a port would be taken for the first part of a path on Docker
/// Hub, and the wrong image would be watched.
pub(super) fn check_written_registry(registry: &str) -> Result<&str, String> {
    check_host(registry)?;
    if is_registry(registry) {
        return Ok(registry);
    }
    Err(format!(
        "a registry has a dot or a port in its name, or is `localhost`; write all of it, as in `{registry}.example.com`"
    ))
}

/// Checks a repository path; `written` is what the user wrote of it.
pub(super) fn check_repository(path: &str, written: &str) -> Result<(), String> {
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
pub(super) fn is_path_component(part: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    part.starts_with(alphanumeric)
        && part.ends_with(alphanumeric)
        && part.split(alphanumeric).all(|run| matches!(run, "" | "." | "_" | "__") || run.bytes().all(|b| b == b'-'))
}

pub(super) fn check_tag(tag: &str) -> Result<&str, String> {
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

pub(super) fn check_digest(digest: &str) -> Result<&str, String> {
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
    if hex.bytes().all(is_lower_hex) { Ok(digest) } else { bad("the digits are not all 0-9 and a-f") }
}

pub(super) fn is_image_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(is_lower_hex)
}

fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// The image that a page of Docker Hub is about: `/_/node` of an official one, `/r/bitnami/node` of another.
pub(super) fn page_of_docker_hub(address: &str) -> Option<&str> {
    let path = address.strip_prefix("hub.docker.com/")?;
    let image = path.strip_prefix("_/").or_else(|| path.strip_prefix("r/"))?;
    let image = image.split(['?', '#']).next().unwrap_or(image).trim_end_matches("/tags").trim_end_matches('/');
    (!image.is_empty()).then_some(image)
}
