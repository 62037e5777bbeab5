//! Which tags of a repository a Warehouse watches (Kargo v1.11.2 pkg/subscription/image.go, pkg/image).

use crate::grammar::kargo::{Regex, VersionRange};
use crate::reference::Tag;

/// How a Warehouse picks an image.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TagRule {
    /// Whatever the tag points at.
    Digest {
        /// The tag.
        tag: Tag,
    },
    /// The highest version.
    SemVer {
        /// The range that it is in.
        constraint: VersionRange,
        /// Which tags are looked at.
        filter: TagFilter,
    },
    /// The last tag in the order of the alphabet.
    Lexical(TagFilter),
    /// The tag that was built last.
    NewestBuild(TagFilter),
}

/// Expressions over tags, unanchored; a tag must match one of `allow`, if there are any, and none of `ignore`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TagFilter {
    /// One must match.
    pub allow: Vec<Regex>,
    /// None may match.
    pub ignore: Vec<Regex>,
}

impl TagRule {
    /// The one tag that is watched, if it is one.
    pub fn single_tag(&self) -> Option<&str> {
        match self {
            TagRule::Digest { tag } => Some(tag),
            _ => None,
        }
    }
}

/// Whether a tag names one exact version (`1.4.0`, `v1.4.0-rc.1`): such a tag is not expected to move.
pub fn is_exact_version(tag: &str) -> bool {
    let version = tag.strip_prefix('v').unwrap_or(tag);
    let core = version.split(['-', '+']).next().unwrap_or("");
    let parts: Vec<&str> = core.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// The tag that an anchored regex without any choice matches (`^22-bookworm-slim$`, `^3\.12-slim$`), also when it was
/// escaped twice, as the Python original does.
pub fn literal_of(regex: &str) -> Option<Tag> {
    let inner = regex.strip_prefix('^')?.strip_suffix('$')?;
    let mut tag = String::with_capacity(inner.len());
    let mut chars = inner.replace("\\\\", "\\").chars().collect::<Vec<_>>().into_iter();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next()? {
                c if c.is_ascii_alphanumeric() => return None,
                c => tag.push(c),
            },
            c if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') => tag.push(c),
            _ => return None,
        }
    }
    tag.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_versions_are_told_from_moving_tags() {
        for exact in ["1.4.0", "v1.4.0", "1.4.0-rc.1", "10.20.30+b"] {
            assert!(is_exact_version(exact), "{exact}");
        }
        for moving in ["1.4", "latest", "22-bookworm-slim", "v1", "1.4.x", "main", "1..0"] {
            assert!(!is_exact_version(moving), "{moving}");
        }
    }

    #[test]
    fn anchored_literals_are_tags() {
        assert_eq!(literal_of("^22-bookworm-slim$").as_deref(), Some("22-bookworm-slim"));
        assert_eq!(literal_of(r"^3\.12-slim$").as_deref(), Some("3.12-slim"));
        assert_eq!(literal_of(r"^3\\.12-slim$").as_deref(), Some("3.12-slim"), "escaped twice");
        for regex in ["22", "^22", "22$", "^22.*$", r"^\d+$", "^(a|b)$", "^$", "^a|b$", "^3.12$"] {
            assert_eq!(literal_of(regex), None, "{regex}");
        }
    }
}
