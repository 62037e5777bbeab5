//! Credentials in a text: where they stand, and the text with stars in their place.
//!
//! A report ends up in the log of a CI job, a manifest in a repository and in a cluster, so no text keeps a credential past the
//! point where it enters ([`masked`]), and none goes out that another way has led in ([`Mask`]). Stars take the place of its bytes
//! one by one: every place in the text stays where it is.
//!
//! Found are tokens whose beginning says what they are ([`forms`]), private keys, signed tokens, and the passwords of URLs and of
//! HTTP's Basic scheme, as they are and with the escapes that YAML, JSON, URLs and Dockerfiles have. Not found are secrets that
//! look like any other text, and those in base64 but for the ones of Basic and of docker's file.

mod forms;
mod mask;
mod plain;

pub use forms::{Form, forms};
pub use mask::{Mask, Stream};

use plain::Plain;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::fmt;
use std::ops::Range;

/// A credential in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// By what it was told to be one.
    pub kind: SecretKind,
    /// Bytes at its beginning that stay, to tell which it is.
    shown: usize,
}

/// What a credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// A token, and whose: `GitHub`.
    Token(&'static str),
    /// A JSON Web Token.
    Signed,
    /// The body of a private key.
    Key,
    /// The password of `https://user:password@host`, or the user and the password of HTTP's Basic scheme.
    Password,
    /// A value that is known.
    Value,
}

impl fmt::Display for SecretKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(whose) => write!(f, "a token of {whose}"),
            Self::Signed => f.write_str("a signed token (JWT)"),
            Self::Key => f.write_str("a private key"),
            Self::Password => f.write_str("a password"),
            Self::Value => f.write_str("the token of the environment"),
        }
    }
}

/// The credentials of a text, by where they begin. A password that holds a token is there beside it.
pub fn find(text: &str) -> Vec<Secret> {
    with_escapes(text, forms::find)
}

/// What is found in a text as it is written, and in what its escapes stand for.
fn with_escapes(text: &str, find: impl Fn(&str) -> Vec<Secret>) -> Vec<Secret> {
    let mut found = find(text);
    if let Some(plain) = Plain::of(text) {
        found.extend(find(&plain.text).iter().map(|secret| written(&plain, secret)));
    }
    found.sort_by_key(|secret| (secret.range.start, Reverse(secret.range.end), secret.shown));
    // What is found both ways is one.
    found.dedup_by(|next, kept| {
        let is_password = |secret: &Secret| secret.kind == SecretKind::Password;
        next.range.end <= kept.range.end && is_password(next) == is_password(kept)
    });
    found
}

/// Where a credential of a text without escapes stands in the one with them.
fn written(plain: &Plain, secret: &Secret) -> Secret {
    let Secret { range, kind, shown } = secret;
    let shown = if *shown == 0 { 0 } else { plain.raw(&(range.start..range.start + shown)).len() };
    Secret { range: plain.raw(range), kind: *kind, shown }
}

/// A text without its credentials, and as long as before.
pub fn masked(text: &str) -> Cow<'_, str> {
    hidden(text, &find(text))
}

fn hidden<'t>(text: &'t str, secrets: &[Secret]) -> Cow<'t, str> {
    if secrets.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(hide(text, secrets)) }
}

/// Puts stars over what was found in a text. White space stays, and what makes a line go on in the next: lines stay lines.
pub(super) fn hide(text: &str, secrets: &[Secret]) -> String {
    let mut out = String::with_capacity(text.len());
    for secret in secrets {
        // One may begin in another.
        let from = (secret.range.start + secret.shown).max(out.len());
        out.push_str(text.get(out.len()..from).unwrap_or_default());
        let mut inside = text.get(from..secret.range.end).unwrap_or_default().chars().peekable();
        while let Some(c) = inside.next() {
            let goes_on = c == '\\' && inside.peek().is_some_and(|next| matches!(next, '\r' | '\n'));
            match c {
                c if c.is_ascii_whitespace() || goes_on => out.push(c),
                c => out.extend(std::iter::repeat_n('*', c.len_utf8())),
            }
        }
    }
    out.push_str(text.get(out.len()..).unwrap_or_default());
    out
}

/// Whether a text has stars where a credential stood: what is written into a file of the user must not.
pub fn is_masked(text: &str) -> bool {
    text.contains("****") || text.contains("*@")
}

#[cfg(test)]
mod tests;
