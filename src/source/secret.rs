//! Credentials in a text: where they stand, and the text with stars in their place.
//!
//! A report ends up in the log of a CI job, a manifest in a repository and in a cluster, so no text keeps a credential past the
//! point where it enters. Stars take the place of its bytes one by one: every place in the text stays where it is.

use aho_corasick::AhoCorasick;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

/// A credential in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// By what it was told to be one.
    pub kind: SecretKind,
}

/// What a credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// A token, and whose: `GitHub`.
    Token(&'static str),
    /// The password of `https://user:password@host`.
    Password,
}

/// What a token begins with, how many of its characters follow at least, and whose it is.
const KINDS: [(&str, usize, &str); 12] = [
    ("ghp_", 36, "GitHub"),
    ("gho_", 36, "GitHub"),
    ("ghu_", 36, "GitHub"),
    ("ghs_", 36, "GitHub"),
    ("ghr_", 36, "GitHub"),
    ("github_pat_", 50, "GitHub"),
    ("glpat-", 20, "GitLab"),
    ("dckr_pat_", 20, "Docker Hub"),
    ("dckr_oat_", 20, "Docker Hub"),
    ("AKIA", 16, "AWS"),
    ("xoxb-", 20, "Slack"),
    ("xoxp-", 20, "Slack"),
];

/// What stands before the user and the password of a URL.
const AUTHORITY: &str = "://";

/// Bytes of a token that stay, to tell which it is.
const SHOWN: usize = 8;

/// What tokens begin with, as in `ghp_`.
pub fn prefixes() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(prefix, ..)| *prefix)
}

/// The credentials of a text, by where they begin. A password that holds a token is there beside it.
pub fn find(text: &str) -> Vec<Secret> {
    let Some(beginnings) = beginnings() else { return Vec::new() };
    let mut found: Vec<Secret> = Vec::new();
    for beginning in beginnings.find_iter(text) {
        let secret = match KINDS.get(beginning.pattern().as_usize()) {
            Some((_, least, whose)) => token(text, beginning.range(), *least, whose, found.last()),
            None => password(text, beginning.end()),
        };
        found.extend(secret);
    }
    found
}

/// One search for all; the patterns are those of [`KINDS`] in their order, then [`AUTHORITY`]. It is made of constants, so there
/// always is one.
fn beginnings() -> Option<&'static AhoCorasick> {
    static BEGINNINGS: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    BEGINNINGS.get_or_init(|| AhoCorasick::new(prefixes().chain([AUTHORITY])).ok()).as_ref()
}

fn token(
    text: &str,
    prefix: Range<usize>,
    least: usize,
    whose: &'static str,
    before: Option<&Secret>,
) -> Option<Secret> {
    // What looks like the beginning of another token inside of one is part of it.
    let inside = before.is_some_and(|before| before.kind != SecretKind::Password && prefix.start < before.range.end);
    if inside || is_in_word(&text.as_bytes()[..prefix.start]) {
        return None;
    }
    let rest = text.as_bytes()[prefix.end..].iter();
    let length = rest.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count();
    (length >= least).then(|| Secret { range: prefix.start..prefix.end + length, kind: SecretKind::Token(whose) })
}

/// In the middle of a word it is something else; behind an escape as JSON (`\n`) and URLs (`%2F`) have them it is not.
fn is_in_word(before: &[u8]) -> bool {
    match before {
        [.., b'\\', b'b' | b'f' | b'n' | b'r' | b't'] | [] => false,
        [.., b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => false,
        [.., byte] => byte.is_ascii_alphanumeric() || *byte == b'_',
    }
}

/// The password of the user in a URL whose authority begins at a place (RFC 3986, 3.2.1). The name of a variable
/// (`${TOKEN}`) and what is masked already is none, and neither is the tag in `docker://alpine:3@sha256:…`.
fn password(text: &str, authority: usize) -> Option<Secret> {
    let ends = |c: char| c.is_whitespace() || c.is_control() || "/?#\"'`<>\\[]".contains(c);
    let rest = text.get(authority..)?;
    let (user, host) = match rest.find(ends) {
        // The address of a host may stand in brackets.
        Some(end) => rest[..end].rsplit_once('@')?,
        None => rest.rsplit_once('@')?,
    };
    let (name, password) = user.split_once(':')?;
    let is_digest = host.starts_with("sha256:") || host.starts_with("sha512:");
    let is_masked = password.bytes().all(|byte| byte == b'*');
    if is_digest || is_masked || is_variable(password) {
        return None;
    }
    let start = authority + name.len() + 1;
    Some(Secret { range: start..start + password.len(), kind: SecretKind::Password })
}

/// `$NAME`, `${...}`, `$(...)` and `{...}`.
fn is_variable(text: &str) -> bool {
    let word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let enclosed = |text: &str| text.starts_with('{') && text.ends_with('}');
    match text.strip_prefix('$') {
        Some(rest) => word(rest) || enclosed(rest) || (rest.starts_with('(') && rest.ends_with(')')),
        None => enclosed(text),
    }
}

/// A text without its credentials, and as long as before.
pub fn masked(text: &str) -> Cow<'_, str> {
    match find(text) {
        secrets if secrets.is_empty() => Cow::Borrowed(text),
        secrets => Cow::Owned(hide(text, &secrets)),
    }
}

/// Puts stars over what was found in a text.
pub(super) fn hide(text: &str, secrets: &[Secret]) -> String {
    let mut out = String::with_capacity(text.len());
    for secret in secrets {
        let shown = if secret.kind == SecretKind::Password { 0 } else { SHOWN };
        // One may begin in another.
        let from = (secret.range.start + shown).max(out.len());
        out.push_str(text.get(out.len()..from).unwrap_or_default());
        out.extend(std::iter::repeat_n('*', secret.range.end.saturating_sub(out.len())));
    }
    out.push_str(text.get(out.len()..).unwrap_or_default());
    out
}

/// Whether a text has stars where a credential stood: what is written into a file of the user must not.
pub fn is_masked(text: &str) -> bool {
    text.contains("****") || text.contains("*@")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail(length: usize) -> String {
        "aB3".chars().cycle().take(length).collect()
    }

    #[test]
    fn every_kind_is_masked_but_for_its_beginning_and_one_that_is_too_short_is_none() {
        for (prefix, least, whose) in KINDS {
            let token = format!("{prefix}{}", tail(least));
            let text = format!("\u{e9}key: \"{token}\" # {token}, \u{e9}");
            let kinds: Vec<SecretKind> = find(&text).into_iter().map(|secret| secret.kind).collect();
            assert_eq!(kinds, [SecretKind::Token(whose); 2]);
            let stars = format!("{}{}", &token[..8], "*".repeat(token.len() - 8));
            assert_eq!(masked(&text), text.replace(&token, &stars));
            assert_eq!(masked(&text).len(), text.len());
            let short = format!("{prefix}{}", tail(least - 1));
            assert_eq!(masked(&short), short);
        }
    }

    #[test]
    fn a_word_that_has_the_beginning_of_a_token_in_it_is_none_but_behind_an_escape_it_is_one() {
        let token = format!("ghp_{}", tail(36));
        for before in ["a", "_", "A1", "\u{1}a"] {
            assert_eq!(find(&format!("{before}{token}")), []);
        }
        for before in ["", " ", "-", "\u{e9}", "\\n", "\\t", "%2F", "%0a", "%"] {
            assert_eq!(find(&format!("{before}{token}")).len(), 1, "{before}");
        }
    }

    #[test]
    fn what_begins_inside_of_a_token_is_part_of_it() {
        let token = format!("ghp_{}-AKIA{}", tail(36), tail(16));
        assert_eq!(find(&token).len(), 1);
        let stars = format!("ghp_aB3a{}", "*".repeat(token.len() - 8));
        assert_eq!(masked(&token), stars);
    }

    #[test]
    fn many_beginnings_in_one_word_are_found_in_one_pass() {
        // Were each counted to the end of the word, this would take hours.
        let text = "AKIA-".repeat(1 << 20);
        assert_eq!(find(&text).len(), 1);
    }

    #[test]
    fn the_password_of_a_url_is_masked_whole_and_the_user_is_not() {
        for (text, hidden) in [
            ("https://me:pw@h/x", "https://me:**@h/x"),
            ("'https://me:p:w@h:80', 'http://a:b@c'", "'https://me:***@h:80', 'http://a:*@c'"),
            ("https://:pw@h", "https://:**@h"),
            ("postgres://u:p@ss@h", "postgres://u:****@h"),
            ("https://me:\u{e9}@[::1]/", "https://me:**@[::1]/"),
        ] {
            assert_eq!(masked(text), hidden);
            assert_eq!(masked(hidden), hidden);
        }
    }

    #[test]
    fn an_address_without_a_password_stays_as_it_is() {
        for text in [
            "https://github.com/a@b:c@d",
            "https://me@h/x",
            "https://me:@h",
            "https://h:80/a",
            "https://h:80 a@b",
            "https://me:${TOKEN}@h",
            "https://me:$TOKEN@h",
            "https://me:$(cat x)@h",
            "https://me:${{ secrets.T }}@h",
            "https://me:{token}@h",
            "docker://alpine:3.20@sha256:0123",
            "a: https://h:80\nb: c@d",
            "git@github.com:a/b",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn a_token_that_is_a_password_is_masked_whole() {
        let token = format!("ghp_{}", tail(36));
        let text = format!("https://me:{token}@h");
        let kinds: Vec<SecretKind> = find(&text).into_iter().map(|secret| secret.kind).collect();
        assert_eq!(kinds, [SecretKind::Password, SecretKind::Token("GitHub")]);
        assert_eq!(masked(&text), format!("https://me:{}@h", "*".repeat(token.len())));
    }

    #[test]
    fn what_is_masked_is_known_for_it() {
        let token = format!("AKIA{}", tail(16));
        assert!(is_masked(&masked(&token)) && is_masked(&masked("https://a:b@c")));
        assert!(!is_masked(&token) && !is_masked("**/*.yaml") && !is_masked("a@b"));
    }
}
