//! Whether `BuildKit` takes a text for the reference of an image.
//!
//! Mirrors `ParseNormalizedNamed` of github.com/distribution/reference, and the digests of opencontainers/go-digest.
//! Only the answer is needed here: the model gives references their normal form.

/// The longest repository name, in bytes.
const MAX_PATH: usize = 255;

/// Why a text is no reference of an image; `Ok` when it is one.
pub(super) fn check(text: &str) -> Result<(), &'static str> {
    if text.len() == 64 && text.bytes().all(lower_hex) {
        return Err("64 hexadecimal digits are the identifier of an image, not its name");
    }
    let (domain, remainder) = match text.split_once('/') {
        Some((domain, rest))
            if domain == "localhost" || domain.contains(['.', ':']) || super::text::lower(domain) != domain =>
        {
            (domain, rest)
        }
        _ => ("docker.io", text),
    };
    let (named, digest) = match remainder.split_once('@') {
        Some((named, digest)) => (named, Some(digest)),
        None => (remainder, None),
    };
    let (path, tag) = match named.split_once(':') {
        Some((path, tag)) => (path, Some(tag)),
        None => (named, None),
    };
    if path.is_empty() {
        return Err("the name is missing");
    }
    if path.chars().any(char::is_uppercase) {
        return Err("the name must be in lower case");
    }
    if !path.split('/').all(path_component) || !(is_domain(domain) || path_component(domain)) {
        return Err("the name is malformed");
    }
    let official = domain == "docker.io" && !path.contains('/');
    if path.len() + if official { "library/".len() } else { 0 } > MAX_PATH {
        return Err("the name is longer than 255 characters");
    }
    if !tag.is_none_or(is_tag) {
        return Err(if tag == Some("") { "the tag is missing" } else { "the tag is malformed" });
    }
    if !digest.is_none_or(is_digest) {
        return Err("the digest is malformed");
    }
    Ok(())
}

fn lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// Letters and digits, joined by one dot, one or two underscores, or dashes.
fn path_component(text: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let ends_well = text.starts_with(alphanumeric) && text.ends_with(alphanumeric);
    ends_well
        && text
            .split(alphanumeric)
            .all(|separator| matches!(separator, "" | "." | "_" | "__") || separator.bytes().all(|b| b == b'-'))
}

/// A host name, an address or a bracketed IPv6 address, and maybe a port.
fn is_domain(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, after)) => {
                let hex = !address.is_empty() && address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':');
                return hex && (after.is_empty() || after.strip_prefix(':').is_some_and(is_port));
            }
            None => return false,
        },
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let label = |label: &str| {
        let inside = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        inside && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    };
    host.split('.').all(label) && port.is_none_or(is_port)
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_tag(text: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let bytes = text.as_bytes();
    bytes.first().is_some_and(|b| word(*b))
        && bytes.len() <= 128
        && bytes.iter().all(|b| word(*b) || matches!(b, b'.' | b'-'))
}

fn is_digest(text: &str) -> bool {
    let digits = match text.split_once(':') {
        Some(("sha256", hex)) => (hex, 64),
        Some(("sha384", hex)) => (hex, 96),
        Some(("sha512", hex)) => (hex, 128),
        _ => return false,
    };
    digits.0.len() == digits.1 && digits.0.bytes().all(lower_hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_judged_as_docker_does() {
        let hex = "0123456789abcdef".repeat(4);
        let with_digest = format!("a:1@sha256:{hex}");
        for good in [
            "a",
            "a/b",
            "a.b/c",
            "localhost/a",
            "Host/a",
            "h:5000/a:t",
            "[::1]:5000/a",
            "a_b.c/d",
            "a:5000",
            &with_digest,
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        let upper = format!("a@sha256:{}", hex.to_uppercase());
        for bad in
            ["", "A", "a:", ":a", "/a", "a//b", "a/", "a b", "a@", "a..b", "-a", "a@sha256:12", "a/B", &hex, &upper]
        {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
