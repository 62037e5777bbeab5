//! What credentials look like, by what those who issue them say.

use super::{Secret, SecretKind};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::ops::Range;
use std::sync::OnceLock;

/// What a token begins with, and what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// What it begins with, as `ghp_`.
    pub prefix: &'static str,
    /// How many characters follow at least.
    pub least: usize,
    rest: Rest,
    whose: &'static str,
}

/// Which characters follow what a token begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    /// Letters, digits, `_` and `-`, and dots between them.
    Word,
    /// Letters and digits, and no `_` behind them.
    Letters,
    /// Capital letters and digits, and nothing behind them that continues a word.
    Capitals,
    /// Those of base64.
    Base64,
    /// Those of a word, and slashes.
    Path,
}

const fn form(prefix: &'static str, least: usize, rest: Rest, whose: &'static str) -> Form {
    Form { prefix, least, rest, whose }
}

/// The tokens whose beginning says what they are. Where a form is published, it is by:
///
/// - GitHub, "About authentication to GitHub: token formats"; since 2026 those of Apps (`ghs_`) have dots in them.
/// - GitLab, "Token overview: token prefixes"; those that can be routed have dots in them.
/// - AWS, "IAM identifiers: unique ID prefixes": those of keys and of what signs in.
/// - Slack, "Token types", and "Sending messages using incoming webhooks".
///
/// The others are as their services hand them out.
const FORMS: [Form; 52] = {
    use Rest::{Base64, Capitals, Letters, Path, Word};
    [
        form("ghp_", 36, Word, "GitHub"),
        form("gho_", 36, Word, "GitHub"),
        form("ghu_", 36, Word, "GitHub"),
        form("ghs_", 36, Word, "GitHub"),
        form("ghr_", 36, Word, "GitHub"),
        form("github_pat_", 50, Word, "GitHub"),
        form("glpat-", 20, Word, "GitLab"),
        form("gloas-", 20, Word, "GitLab"),
        form("gldt-", 20, Word, "GitLab"),
        form("glrt-", 20, Word, "GitLab"),
        form("glrtr-", 20, Word, "GitLab"),
        form("glcbt-", 20, Word, "GitLab"),
        form("glptt-", 20, Word, "GitLab"),
        form("glft-", 20, Word, "GitLab"),
        form("glimt-", 20, Word, "GitLab"),
        form("glagent-", 20, Word, "GitLab"),
        form("glwt-", 20, Word, "GitLab"),
        form("glsoat-", 20, Word, "GitLab"),
        form("glffct-", 20, Word, "GitLab"),
        form("dckr_pat_", 20, Word, "Docker Hub"),
        form("dckr_oat_", 20, Word, "Docker Hub"),
        // `{"auths":`, what a Secret of type kubernetes.io/dockerconfigjson holds.
        form("eyJhdXRocyI6", 20, Base64, "a registry"),
        form("AKIA", 16, Capitals, "AWS"),
        form("ASIA", 16, Capitals, "AWS"),
        form("ABIA", 16, Capitals, "AWS"),
        form("ACCA", 16, Capitals, "AWS"),
        form("xoxb-", 20, Word, "Slack"),
        form("xoxp-", 20, Word, "Slack"),
        form("xoxa-", 20, Word, "Slack"),
        form("xoxc-", 20, Word, "Slack"),
        form("xoxd-", 20, Word, "Slack"),
        form("xoxe-", 20, Word, "Slack"),
        form("xoxr-", 20, Word, "Slack"),
        form("xoxs-", 20, Word, "Slack"),
        form("xapp-", 20, Word, "Slack"),
        form("xwfp-", 20, Word, "Slack"),
        form("hooks.slack.com/services/", 20, Path, "Slack"),
        form("npm_", 36, Letters, "npm"),
        form("pypi-AgE", 50, Word, "PyPI"),
        form("AIza", 35, Word, "Google"),
        form("GOCSPX-", 24, Word, "Google"),
        form("hvs.", 24, Word, "Vault"),
        form("hvb.", 24, Word, "Vault"),
        form("hvr.", 24, Word, "Vault"),
        form("sk_live_", 16, Letters, "Stripe"),
        form("rk_live_", 16, Letters, "Stripe"),
        form("dop_v1_", 64, Letters, "DigitalOcean"),
        form("hf_", 34, Letters, "Hugging Face"),
        form("sk-proj-", 40, Word, "OpenAI"),
        form("sk-ant-", 40, Word, "Anthropic"),
        form("AGE-SECRET-KEY-1", 58, Capitals, "age"),
        form("FlyV1 fm2_", 40, Base64, "Fly.io"),
    ]
};

/// What a token begins with that is three parts of base64 (RFC 7519, 3.1): `{"`.
const SIGNED: &str = "eyJ";
/// What stands before the user and the password of a URL; where one was taken for a path, a slash is gone (`https:/host`). A search
/// for these is three times as fast as one for the two bytes that they share.
const AUTHORITY: [&str; 3] = ["://", "s:/", "p:/"];
/// What a private key begins with (RFC 7468, 2).
const KEY: &str = "-----BEGIN ";
/// What stands before the user and the password in base64: in the header Authorization (RFC 7617, 2), and in the file in which
/// docker keeps them.
const BASIC: [&str; 4] = ["Basic ", "basic ", "\"auth\":", "\"auth\\\":"];

/// Bytes of a token that stay, to tell which it is.
const SHOWN: usize = 8;

/// What tokens whose beginning says what they are look like.
pub fn forms() -> &'static [Form] {
    &FORMS
}

/// The credentials that stand in a text as they are, by where they begin.
pub(super) fn find(text: &str) -> Vec<Secret> {
    let Some(beginnings) = beginnings() else { return Vec::new() };
    let mut found: Vec<Secret> = Vec::new();
    let mut names = 0;
    for beginning in beginnings.find_iter(text) {
        let at = beginning.range();
        let secret = match beginning.pattern().as_usize().checked_sub(FORMS.len()) {
            None => token(text, at, &FORMS[beginning.pattern().as_usize()], found.last(), &mut names),
            Some(0) => signed(text, at, found.last()),
            Some(1) => key(text, at.start),
            Some(2..=4) => authority(text, at).and_then(|authority| password(text, authority)),
            Some(_) => basic(text, at.end),
        };
        found.extend(secret);
    }
    found
}

/// One search for all; the patterns are those of [`FORMS`] in their order, then the others as [`find`] has them. It is made of
/// constants, so there always is one. The first of two that begin alike wins: for that alone the search has a fast way, which
/// leaves so little to the automaton that it need not be one that takes long to make.
fn beginnings() -> Option<&'static AhoCorasick> {
    static BEGINNINGS: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let make = || {
        let others = [SIGNED, KEY].into_iter().chain(AUTHORITY).chain(BASIC);
        let all = FORMS.iter().map(|form| form.prefix).chain(others);
        let mut search = AhoCorasick::builder();
        search.match_kind(MatchKind::LeftmostFirst).kind(Some(AhoCorasickKind::NoncontiguousNFA)).build(all).ok()
    };
    BEGINNINGS.get_or_init(make).as_ref()
}

/// `names` is where the last name ends that begins like a token: what begins like one inside of it is a name too.
fn token(text: &str, prefix: Range<usize>, form: &Form, before: Option<&Secret>, names: &mut usize) -> Option<Secret> {
    let may_be_name = form.prefix.ends_with('-');
    let is_in_name = may_be_name && prefix.start < *names;
    if is_in_name || is_inside(&prefix, before) || is_in_word(&text.as_bytes()[..prefix.start]) {
        return None;
    }
    let rest = &text.as_bytes()[prefix.end..];
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let length = match form.rest {
        Rest::Word => run(rest, |b, next| is_word(&b) || (b == b'.' && next.is_some_and(is_word))),
        Rest::Letters => run(rest, |b, _| b.is_ascii_alphanumeric()),
        Rest::Capitals => run(rest, |b, _| b.is_ascii_uppercase() || b.is_ascii_digit()),
        Rest::Base64 => run(rest, |b, _| is_base64(b)),
        Rest::Path => run(rest, |b, _| is_word(&b) || b == b'/'),
    };
    let goes_on = match form.rest {
        Rest::Letters | Rest::Capitals => rest.get(length).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_'),
        _ => false,
    };
    if may_be_name && is_name(&rest[..length]) {
        *names = prefix.end + length;
        return None;
    }
    (length >= form.least && !goes_on).then(|| Secret {
        range: prefix.start..prefix.end + length,
        kind: SecretKind::Token(form.whose),
        shown: if form.rest == Rest::Path { form.prefix.len() } else { SHOWN },
    })
}

/// Whether words with hyphens between them, as in `xapp-frontend-of-the-shop`, are the name of something: none has capital letters,
/// and none has as many digits in a row as the numbers in tokens that have no capital letters either.
fn is_name(rest: &[u8]) -> bool {
    const NUMBER: usize = 10;
    !rest.iter().any(u8::is_ascii_uppercase)
        && !rest.split(|b| !b.is_ascii_digit()).any(|digits| digits.len() >= NUMBER)
}

/// How many bytes at the beginning are as they should be; each is judged with the next.
fn run(bytes: &[u8], is_part: impl Fn(u8, Option<&u8>) -> bool) -> usize {
    bytes.iter().enumerate().take_while(|(at, b)| is_part(**b, bytes.get(at + 1))).count()
}

/// What looks like the beginning of another inside of one is part of it.
fn is_inside(at: &Range<usize>, before: Option<&Secret>) -> bool {
    before.is_some_and(|before| before.kind != SecretKind::Password && at.start < before.range.end)
}

/// In the middle of a word it is something else; behind an escape as JSON (`\n`) and URLs (`%2F`) have them it is not.
fn is_in_word(before: &[u8]) -> bool {
    match before {
        [.., b'\\', b'b' | b'f' | b'n' | b'r' | b't'] | [] => false,
        [.., b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => false,
        [.., byte] => byte.is_ascii_alphanumeric() || *byte == b'_',
    }
}

/// A token of three parts, of which the first two are JSON: header, claims, signature.
fn signed(text: &str, prefix: Range<usize>, before: Option<&Secret>) -> Option<Secret> {
    const LEAST: usize = 10;
    if is_inside(&prefix, before) || is_in_word(&text.as_bytes()[..prefix.start]) {
        return None;
    }
    let part = |from: usize| {
        let length = run(text.as_bytes().get(from..)?, |b, _| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        (length >= LEAST).then_some(from + length)
    };
    let dot = |at: usize| text.as_bytes().get(at).is_some_and(|b| *b == b'.').then_some(at + 1);
    let claims = dot(part(prefix.start)?)?;
    text.get(claims..)?.starts_with(SIGNED).then_some(())?;
    let end = part(dot(part(claims)?)?)?;
    Some(Secret { range: prefix.start..end, kind: SecretKind::Signed, shown: SHOWN })
}

/// Where the authority of a URL begins, before which something of [`AUTHORITY`] stands at a place.
fn authority(text: &str, at: Range<usize>) -> Option<usize> {
    let colon = at.start + text.get(at)?.find(':')?;
    let behind = colon + ":/".len();
    match text.as_bytes().get(behind) {
        Some(b'/') => Some(behind + 1),
        _ => ["http", "https"].iter().any(|scheme| text[..colon].ends_with(scheme)).then_some(behind),
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
    Some(Secret { range: start..start + password.len(), kind: SecretKind::Password, shown: 0 })
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

/// `user:password` in base64, behind what says so.
fn basic(text: &str, from: usize) -> Option<Secret> {
    let rest = text.get(from..)?;
    let encoded = rest.trim_start_matches([' ', '"', '\\']);
    let start = from + rest.len() - encoded.len();
    let digits = run(encoded.as_bytes(), |b, _| is_base64(b) && b != b'=');
    let padding = run(&encoded.as_bytes()[digits..], |b, _| b == b'=');
    let encoded = &encoded[..digits + padding];
    let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()?;
    let is_userinfo = decoded.contains(':') && !decoded.contains(char::is_control);
    is_userinfo.then(|| Secret { range: start..start + encoded.len(), kind: SecretKind::Password, shown: 0 })
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// The shortest line that only a key has, and no sentence, in bytes.
const KEY_LINE: usize = 24;

/// A private key that begins at a place: all of its armour's body, or what looks like it where the last line is missing.
fn key(text: &str, start: usize) -> Option<Secret> {
    let body = key_body(text, start)?;
    let (mut line_end, mut long) = (body.from, None);
    for line in text[body.from..body.end].split(|c: char| !u8::try_from(c).is_ok_and(is_base64)) {
        line_end += line.len();
        long = (line.len() >= KEY_LINE).then_some(line_end).or(long);
        line_end += 1;
    }
    let end = if body.is_closed { body.end } else { long? };
    long.map(|_| Secret { range: body.from..end, kind: SecretKind::Key, shown: 0 })
}

/// Where a private key begins that the end of a text cuts off, if the text ends in one.
pub(super) fn open_key(text: &str) -> Option<usize> {
    // Searching backwards looks at one byte after the other, and nearly no text has one.
    let start = text.contains(KEY).then(|| text.rfind(KEY))??;
    key_body(text, start).is_some_and(|body| body.end == text.len()).then_some(start)
}

/// What stands between the first and the last line of a key's armour.
struct KeyBody {
    from: usize,
    end: usize,
    /// Whether there is a last line.
    is_closed: bool,
}

/// The body of a private key (RFC 7468; of PGP: RFC 9580, 6.2) whose first line begins at a place.
fn key_body(text: &str, start: usize) -> Option<KeyBody> {
    const DASHES: &str = "-----";
    let head = text.get(start + KEY.len()..)?;
    let label = run(head.as_bytes(), |b, _| b.is_ascii_uppercase() || b == b' ');
    let body = head[label..].strip_prefix(DASHES).filter(|_| head[..label].contains("PRIVATE KEY"))?;
    let from = text.len() - body.len();
    let next = body.find(DASHES);
    // Comments, quotes, lists and JSON have other characters between the lines; headers of the armour have these.
    let may_be = |b: u8| is_base64(b) || b.is_ascii_whitespace() || b"\\\"'#,:-[]".contains(&b);
    let length = run(&body.as_bytes()[..next.unwrap_or(body.len())], |b, _| may_be(b));
    Some(KeyBody { from, end: from + length, is_closed: body[length..].starts_with("-----END ") })
}
