//! The tag that Kargo takes for the newest, of those that a repository has (Kargo v1.11.2 `pkg/image/*_selector.go`).

use crate::model::TagRule;
use crate::model::tags::TagFilter;
use regex::Regex;
use semver::{Comparator, Op, Version, VersionReq};

/// The tags of which one may be the newest, and if that is known the newest alone. The error says why nobody but Kargo can tell.
pub fn newest<'t>(rule: &'t TagRule, tags: &'t [String]) -> Result<Vec<&'t str>, &'static str> {
    match rule {
        TagRule::Digest { tag } => {
            Ok(tags.iter().map(String::as_str).find(|found| **found == **tag).into_iter().collect())
        }
        TagRule::SemVer { constraint, filter } => {
            let (filter, range) = (Filter::new(filter)?, Range::new(constraint)?);
            let versions =
                tags.iter().filter(|tag| filter.takes(tag)).filter_map(|tag| Some((version(tag)?, tag.as_str())));
            let newest = versions.filter(|(version, _)| range.has(version)).max_by(|(a, _), (b, _)| a.cmp(b));
            Ok(newest.map(|(_, tag)| tag).into_iter().collect())
        }
        TagRule::Lexical(filter) => {
            let filter = Filter::new(filter)?;
            Ok(tags.iter().map(String::as_str).filter(|tag| filter.takes(tag)).max().into_iter().collect())
        }
        TagRule::NewestBuild(filter) => {
            let filter = Filter::new(filter)?;
            Ok(tags.iter().map(String::as_str).filter(|tag| filter.takes(tag)).collect())
        }
    }
}

/// A version with all three parts; a `v` may stand before it (`strictSemvers`).
fn version(tag: &str) -> Option<Version> {
    Version::parse(tag.strip_prefix('v').unwrap_or(tag)).ok()
}

struct Filter {
    allow: Vec<Regex>,
    ignore: Vec<Regex>,
}

impl Filter {
    fn new(filter: &TagFilter) -> Result<Self, &'static str> {
        let all = |texts: &[crate::grammar::kargo::Regex]| {
            texts
                .iter()
                .map(|text| Regex::new(text))
                .collect::<Result<_, _>>()
                .map_err(|_| "its regular expressions are too large")
        };
        Ok(Self { allow: all(&filter.allow)?, ignore: all(&filter.ignore)? })
    }

    fn takes(&self, tag: &str) -> bool {
        let any = |regexes: &[Regex]| regexes.iter().any(|regex| regex.is_match(tag));
        !any(&self.ignore) && (self.allow.is_empty() || any(&self.allow))
    }
}

/// A range as Masterminds/semver v3 reads it: alternatives, each of comparisons that all hold.
struct Range(Vec<Vec<Comparison>>);

enum Comparison {
    Is(VersionReq),
    IsNot(VersionReq),
}

const NOT_UNDERSTOOD: &str = "its range of versions is not understood";

impl Range {
    fn new(text: &str) -> Result<Self, &'static str> {
        text.split("||").map(Self::alternative).collect::<Option<_>>().map(Self).ok_or(NOT_UNDERSTOOD)
    }

    fn alternative(text: &str) -> Option<Vec<Comparison>> {
        let words: Vec<&str> = text.split([',', ' ']).filter(|word| !word.is_empty()).collect();
        let mut found = Vec::new();
        let mut words = words.into_iter().peekable();
        while let Some(word) = words.next() {
            // `a - b`
            if words.next_if_eq(&"-").is_some() {
                found.push(comparison(">=", word)?);
                found.push(comparison("<=", words.next()?)?);
                continue;
            }
            let version = word.trim_start_matches(['=', '!', '>', '<', '~', '^']);
            let operator = &word[..word.len() - version.len()];
            let version = if version.is_empty() { words.next()? } else { version };
            found.push(comparison(operator, version)?);
        }
        Some(found)
    }

    fn has(&self, version: &Version) -> bool {
        self.0.iter().any(|all| all.iter().all(|comparison| comparison.holds(version)))
    }
}

/// A comparison with a version of which parts may be missing or `x`.
fn comparison(operator: &str, version: &str) -> Option<Comparison> {
    let version = version.strip_prefix('v').unwrap_or(version);
    let (core, rest) = version.split_at(version.find(['-', '+']).unwrap_or(version.len()));
    let wild = |part: &&str| matches!(*part, "x" | "X" | "*");
    let parts: Vec<&str> = core.split('.').take_while(|part| !wild(part)).collect();
    let op = match operator {
        "" | "=" | "!=" => Op::Exact,
        ">" => Op::Greater,
        "<" => Op::Less,
        ">=" | "=>" => Op::GreaterEq,
        "<=" | "=<" => Op::LessEq,
        "~" | "~>" => Op::Tilde,
        "^" => Op::Caret,
        _ => return None,
    };
    let range = if parts.is_empty() {
        VersionReq::STAR
    } else {
        let number = |index: usize| parts.get(index).map(|part| part.parse().ok());
        let pre = rest.strip_prefix('-').map_or("", |rest| rest.split('+').next().unwrap_or(rest));
        let pre = if parts.len() == 3 { semver::Prerelease::new(pre).ok()? } else { semver::Prerelease::EMPTY };
        let flat = |part: Option<Option<u64>>| part.map_or(Some(None), |part| part.map(Some));
        let (major, minor, patch) = (number(0)??, flat(number(1))?, flat(number(2))?);
        VersionReq { comparators: vec![Comparator { op, major, minor, patch, pre }] }
    };
    Some(if operator == "!=" { Comparison::IsNot(range) } else { Comparison::Is(range) })
}

impl Comparison {
    /// Without a prerelease in the range none is in it.
    fn holds(&self, version: &Version) -> bool {
        match self {
            Self::Is(range) => range.matches(version),
            Self::IsNot(range) => version.pre.is_empty() && !range.matches(version),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn semver(range: &str, allow: &[&str], ignore: &[&str]) -> TagRule {
        let regexes = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
        let filter = TagFilter { allow: regexes(allow), ignore: regexes(ignore) };
        TagRule::SemVer { constraint: range.parse().unwrap(), filter }
    }

    /// Masterminds/semver v3.4 README: "Checking Version Constraints", "Hyphen Range Comparisons", "Wildcards", "Tilde", "Caret",
    /// "Working With Prerelease Versions".
    #[test]
    fn ranges_mean_what_kargos_library_says() {
        let tags: Vec<String> =
            ["latest", "1", "1.2", "0.9.1", "v1.2.0", "1.2.9", "1.10.0", "2.0.0-rc.1", "2.4.0", "3.0.0"]
                .map(str::to_owned)
                .into();
        for (range, expected) in [
            (">=0.0.0", Some("3.0.0")),
            ("^1.2", Some("1.10.0")),
            ("~1.2.3", Some("1.2.9")),
            ("1.2", Some("1.2.9")),
            ("1.2.x", Some("1.2.9")),
            ("1", Some("1.10.0")),
            ("*", Some("3.0.0")),
            (">= 1.2, < 2.0.0", Some("1.10.0")),
            (">1.2 <1.10.0", None),
            ("1.2 - 1.4.5", Some("1.2.9")),
            ("0.x || >=2.1.0 <3", Some("2.4.0")),
            ("!=3.0.0", Some("2.4.0")),
            ("2.0.0-rc.1", Some("2.0.0-rc.1")),
            (">=2.0.0-rc.1 <2.0.0", None),
            ("=1.2.0", Some("v1.2.0")),
            ("^9", None),
        ] {
            assert_eq!(newest(&semver(range, &[], &[]), &tags), Ok(expected.into_iter().collect()), "{range}");
        }
        assert_eq!(newest(&semver("*", &["^1\\."], &["^1.10"]), &tags), Ok(vec!["1.2.9"]));
        assert_eq!(newest(&TagRule::Lexical(TagFilter::default()), &tags), Ok(vec!["v1.2.0"]));
        assert_eq!(newest(&TagRule::Digest { tag: "latest".parse().unwrap() }, &tags), Ok(vec!["latest"]));
        let filter = TagFilter { allow: vec!["^1".parse().unwrap()], ignore: vec!["0$".parse().unwrap()] };
        assert_eq!(newest(&TagRule::NewestBuild(filter), &tags), Ok(vec!["1", "1.2", "1.2.9"]));
    }
}
