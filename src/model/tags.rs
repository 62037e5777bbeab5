//! Which tags of a repository a Warehouse watches (Kargo v1.11.2 pkg/subscription/image.go, pkg/image).

/// How a Warehouse picks an image.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TagRule {
    /// Whatever the tag points at.
    Digest {
        /// The tag.
        tag: String,
    },
    /// The highest version.
    SemVer {
        /// A range, as Masterminds/semver reads it.
        constraint: String,
        /// Which tags are looked at.
        filter: TagFilter,
    },
    /// The last tag in the order of the alphabet.
    Lexical(TagFilter),
    /// The tag that was built last.
    NewestBuild(TagFilter),
}

/// RE2 expressions over tags, unanchored; a tag must match one of `allow`, if there are any, and none of `ignore`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TagFilter {
    /// One must match.
    pub allow: Vec<String>,
    /// None may match.
    pub ignore: Vec<String>,
}

impl TagRule {
    /// The range that takes every release and leaves prereleases out.
    pub const RELEASES: &str = ">=0.0.0";

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
pub fn literal_of(regex: &str) -> Option<String> {
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
    crate::reference::check_tag(&tag).is_ok().then_some(tag)
}

/// Whether Kargo will take a version range (Masterminds/semver v3 constraints.go); the error says why not.
///
/// Ranges are joined by `||`; each is a list of comparisons between commas or spaces, or `a - b`.
pub fn check_constraint(text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err("it is empty".into());
    }
    for alternative in text.split("||") {
        let ranges = alternative.replace(" - ", ",");
        let mut found = false;
        let mut pending_operator = false;
        for word in ranges.split([',', ' ']).filter(|word| !word.is_empty()) {
            found = true;
            let version = word.trim_start_matches(['=', '!', '>', '<', '~', '^']);
            let operator = &word[..word.len() - version.len()];
            if !matches!(operator, "" | "=" | "!=" | ">" | "<" | ">=" | "=>" | "<=" | "=<" | "~" | "~>" | "^") {
                return Err(format!("`{operator}` is not a comparison"));
            }
            if version.is_empty() {
                if pending_operator {
                    return Err(format!("`{word}` stands where a version is needed"));
                }
                pending_operator = true;
                continue;
            }
            if pending_operator && !operator.is_empty() {
                return Err(format!("`{word}` stands where a version is needed"));
            }
            pending_operator = false;
            check_version_pattern(version)?;
        }
        if !found || pending_operator {
            return Err("a comparison lacks its version".into());
        }
    }
    Ok(())
}

fn check_version_pattern(version: &str) -> Result<(), String> {
    let bad = || format!("`{version}` is not a version; write `1.2.3`, `1.2`, `1.x` or `*`");
    let core_end = version.find(['-', '+']).unwrap_or(version.len());
    let (core, rest) = version.split_at(core_end);
    let parts: Vec<&str> = core.strip_prefix('v').unwrap_or(core).split('.').collect();
    let part_ok = |part: &&str| {
        matches!(*part, "x" | "X" | "*")
            // Larger numbers are no versions to Kargo's library either.
            || (part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u64>().is_ok())
    };
    let rest_ok = rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.'))
        && !rest.ends_with(['-', '+', '.']);
    if parts.len() <= 3 && parts.iter().all(part_ok) && rest_ok { Ok(()) } else { Err(bad()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_checked_as_kargo_does() {
        for good in [
            ">=0.0.0",
            "^1.2",
            "~1.2.3",
            "1.x",
            "*",
            ">= 1.2, < 2.0.0",
            "1.2 - 1.4.5",
            "1.x || >=2.5.0 || 5.0.0 - 7.2.3",
            "v1.2.3-rc.1+b",
            "!=1.0.0",
            "=1",
        ] {
            assert_eq!(check_constraint(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            " ",
            "latest",
            ">",
            ">=1.2.",
            "1..2",
            ">>1",
            "1.2.3.4",
            "^1 ||",
            "22-bookworm-slim.",
            "~latest",
            "> > 1",
        ] {
            assert!(check_constraint(bad).is_err(), "{bad}");
        }
    }

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
