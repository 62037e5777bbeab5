//! A request of one's own: whatever takes one over HTTP starts a build, and says by a status whether it did. So are Jenkins, Tekton,
//! Argo Events, Buildkite and the rest asked.
//!
//! | answer | meaning | outcome |
//! |---|---|---|
//! | one of `success` | it was taken | done |
//! | 408, 429, 5xx | not now | sent again |
//! | everything else | never like this | failed, with the message of the answer |

use super::github::Body;
use super::gitlab::Project;
use super::pipeline::names;
use super::{
    AnswerNames, Authorization, Dispatched, Dispatches, Elsewhere, Header, Host, Limit, Limits, NOWHERE, Request,
    Service,
};
use crate::grammar::address::check_host;
use crate::grammar::fixed::{FixedText, InputName};
use crate::grammar::kubernetes::{ObjectName, SecretKey, hash_of};
use crate::grammar::{Form, choice, form};
use indexmap::IndexMap;
use std::borrow::Cow;

/// What is known of it: nothing but what HTTP says.
pub static HOST: Host = Host {
    name: "the webhook",
    address: NOWHERE,
    variable: "",
    elsewhere: Elsewhere { tokens: &[], host: "", address: None },
    credential: (ObjectName::constant("webhook-credentials"), SecretKey::constant("token")),
    authorization: BEARER,
    limit: Limit::USUAL,
    message_keys: &["message"],
    no_branch: "",
    read_headers: &[],
    read_checks: &[],
    file: None,
    repository: |address, _| Request::for_robots(address),
};

/// How a request is taken of which nothing else is said.
pub static DISPATCHES: Dispatches<'static> = Dispatches {
    headers: &[],
    own_headers: Vec::new(),
    authorization: BEARER,
    taken: &SUCCESS,
    taken_if: "",
    checks: &[(&[400, 403, 404, 405, 415, 422], "url, method, headers and body of the webhook are what it takes")],
    branch_at: &["ref"],
    inputs_at: &[&["inputs"], &[]],
    names: names!("webhook"),
    probe: Request::for_robots,
    started,
    limits: Limits { inputs: None, name: None },
    run: None,
};

/// Statuses of a request that was taken, where nothing else is written.
pub const SUCCESS: [u16; 4] = [200, 201, 202, 204];
/// The input that is the body, where one is written.
pub const BODY: &str = "body";
const BEARER: Authorization<'static> = Authorization::Header { name: "Authorization", scheme: "Bearer " };
const JSON: Header<'static> = ("Content-Type", "application/json");
/// The longest address: what every proxy and server takes (RFC 9110, 4.1).
const MAX_URL: usize = 2_000;
/// The longest name of a header, and of a user.
const MAX_HEADER: usize = 255;
/// Parameters of an address that people put a secret into.
const SECRETS: [&str; 8] = ["token", "access_token", "private_token", "key", "api_key", "apikey", "secret", "password"];

choice! {
    /// The method of a request.
    Method {
        /// Sends a body; what nearly all take.
        Post = "POST",
        /// The same, to the address of what is to be there.
        Put = "PUT",
        /// The same, for a change.
        Patch = "PATCH",
        /// Sends none.
        Get = "GET",
    }
}

impl Form for Method {}

form! {
    /// The address of a request: http or https, a host, a path and a query; no user and no secret.
    HookUrl = hook_url, {
        "type": "string", "pattern": "^https?://[^\\x00-\\x20\"#<>@\\\\^`{|}\\x7f]+$",
        "patternErrorMessage": "write an address that begins with `https://`, without a user and without `#`",
        "examples": ["https://ci.example.com/job/web/buildWithParameters"]
    }, []
}

impl Form for HookUrl {}

impl HookUrl {
    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        origin(self)
    }

    /// All before the query.
    pub fn without_query(&self) -> &str {
        self.split('?').next().unwrap_or(self)
    }

    /// Whether what is sent there cannot be read on the way.
    pub fn is_encrypted(&self) -> bool {
        self.starts_with("https://")
    }
}

fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    url[start..].find(['/', '?']).map_or(url, |end| &url[..start + end])
}

fn hook_url(text: &str) -> Result<&str, String> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .ok_or("write an address that begins with `https://`")?;
    if let Some(c) = rest.chars().find(|c| !c.is_ascii_graphic() || "#@\\\"<>{}|^`".contains(*c)) {
        return Err(format!("{c:?} cannot stand in it"));
    }
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    check_host(place.split('/').next().unwrap_or(place))?;
    if place.split('/').any(|part| matches!(part, "." | "..")) {
        return Err("its path has dots that lead elsewhere".into());
    }
    let is_secret = |pair: &&str| {
        pair.split_once('=')
            .is_some_and(|(name, value)| !value.is_empty() && SECRETS.contains(&&*name.to_ascii_lowercase()))
    };
    if let Some((name, _)) = query.split('&').find(is_secret).and_then(|pair| pair.split_once('=')) {
        return Err(format!(
            "`{name}` in its query is a secret, and this file is no place for one; send it in a header, as `credentials` does"
        ));
    }
    if text.len() > MAX_URL { Err(format!("it is longer than {MAX_URL} characters")) } else { Ok(text) }
}

form! {
    /// The name of a header (RFC 9110, 5.1).
    HeaderName = header_name, {
        "type": "string", "pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", "patternErrorMessage": "write the name of a header"
    }, []
}

impl Form for HeaderName {}

fn header_name(text: &str) -> Result<&str, String> {
    let is_one = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+.^_`|~-".contains(&b);
    let is_right = !text.is_empty() && text.len() <= MAX_HEADER && text.bytes().all(is_one);
    if is_right { Ok(text) } else { Err("it is no name of a header".into()) }
}

form! {
    /// The name of a user in HTTP's scheme Basic (RFC 7617, 2), in ASCII, and without braces, which Kargo may take for its own.
    User = user, {
        "type": "string", "pattern": "^[\\x20-\\x7e]+$", "patternErrorMessage": "write the name of a user, without `:` and braces"
    }, []
}

impl Form for User {}

fn user(text: &str) -> Result<&str, String> {
    let is_one = |b: u8| matches!(b, b' '..=b'~') && !b":{}".contains(&b);
    if !text.is_empty() && text.len() <= MAX_HEADER && text.bytes().all(is_one) {
        Ok(text)
    } else {
        Err("write the name of a user, without `:` and braces; the password is in the Secret".into())
    }
}

form! {
    /// The value of a header (RFC 9110, 5.5).
    HeaderValue = header_value, {
        "type": "string", "minLength": 1, "pattern": "^(?![\\s\\S]*\\$\\{[{%])[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?$"
    }, []
}

impl Form for HeaderValue {
    const QUOTES_MEND: bool = true;
}

fn header_value(text: &str) -> Result<&str, String> {
    if text.len() > MAX_URL {
        return Err(format!("it is longer than {MAX_URL} characters"));
    }
    if text.is_empty() || text.trim() != text || !text.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return Err("a header has printable ASCII, without blanks at its ends".into());
    }
    Ok(text)
}

/// Where the token stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// In a header, behind a word and a blank, or alone.
    Header(HeaderName, String),
    /// As the password of a user.
    Basic(User),
}

/// A request of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// The repository with the Dockerfile.
    pub repo: Project,
    /// Where it is sent.
    pub url: HookUrl,
    /// How.
    pub method: Method,
    /// Headers beside that of the token.
    pub headers: IndexMap<HeaderName, HeaderValue>,
    /// The body, with placeholders; else JSON with `ref` and `inputs`.
    pub body: Option<FixedText>,
    /// Statuses of a request that was taken.
    pub success: Vec<u16>,
    /// Where the token stands, if there is one.
    pub place: Option<Place>,
    /// The address without its path, and the token.
    pub service: Service,
}

impl std::hash::Hash for Hook {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (&self.repo, &self.url).hash(state);
    }
}

impl Hook {
    /// How it is sent: two requests to one place that look alike and mean the same by their answers share their names.
    pub fn dispatches(&self) -> Dispatches<'_> {
        let has_type = self.headers.keys().any(|name| name.eq_ignore_ascii_case(JSON.0));
        let json = Some(JSON).filter(|_| !has_type && self.method != Method::Get);
        let own = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let authorization = match &self.place {
            None => Authorization::Body,
            Some(Place::Header(name, scheme)) => Authorization::Header { name, scheme },
            Some(Place::Basic(user)) => Authorization::Basic { user },
        };
        Dispatches {
            own_headers: json.into_iter().chain(own).collect(),
            authorization,
            taken: &self.success,
            names: AnswerNames::of(self.word()),
            ..DISPATCHES.clone()
        }
    }

    /// `webhook` and a part of the hash of all that tells it from others.
    pub(super) fn word(&self) -> String {
        let what =
            format!("{:?}", (self.url.origin(), &self.headers, self.method, &self.success, &self.place, &self.service));
        format!("webhook{}", hash_of(&what))
    }
}

/// Sends it.
pub fn dispatch(hook: &Hook, branch: &str, inputs: &IndexMap<InputName, FixedText>) -> Request {
    let request = Request::post(hook.url.to_string(), &Body { branch, inputs });
    let body = match (hook.method, &hook.body) {
        (Method::Get, _) => None,
        (_, Some(_)) => inputs.get(BODY).map(|body| body.as_str().to_owned()),
        (_, None) => request.body,
    };
    Request { method: hook.method.word(), body, ..request }
}

/// Of every address that nobody else has.
fn started(url: &str) -> Option<Dispatched<'_>> {
    let place = url.split('?').next()?;
    let api = Some(origin(url)).filter(|api| api.contains("://"))?;
    Some(Dispatched { api, repo: Cow::Borrowed(""), pipeline: place.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_a_path_and_a_query_and_no_secret() {
        for good in ["https://ci.example.com/job/a%20b/build?delay=0sec", "http://el.ns.svc:8080", "https://h/?x="] {
            assert!(good.parse::<HookUrl>().is_ok(), "{good}");
        }
        for bad in [
            "ci.example.com/job",
            "ftp://h/x",
            "https://user:pw@h/x",
            "https://h/a/../b",
            "https://h/x#y",
            "https://h/a b",
            "https://h/x?Token=abc",
            "https://h/x?a=b&api_key=abc",
            "https://",
        ] {
            assert!(bad.parse::<HookUrl>().is_err(), "{bad}");
        }
        let url: HookUrl = "https://h:8/a/b?c=d".parse().unwrap();
        assert_eq!((url.origin(), url.without_query()), ("https://h:8", "https://h:8/a/b"));
        assert_eq!("https://h?x=1".parse::<HookUrl>().unwrap().origin(), "https://h");
    }
}
