//! Hosts, as Docker reads them, and addresses of APIs.

use super::{Form, constant, form};

/// Longest name of a host that DNS allows.
const MAX_HOST: usize = 253;
/// Longest host with a port.
const MAX_HOST_AND_PORT: usize = MAX_HOST + ":65535".len();
/// The longest address that every proxy and server takes (RFC 9110, 4.1, asks for 8,000 with the path that follows it).
const MAX_ADDRESS: usize = 2_000;

form! {
    /// The address of an API: http or https, a host, perhaps a port and a path; without a slash at the end.
    ApiUrl = api_url, {
        "type": "string", "pattern": "^https?://[^\\x00-\\x20\"#%<>?@\\\\^`{|}\\x7f]+$",
        "patternErrorMessage": "write an address that begins with `https://`"
    }, []
}

constant!(ApiUrl);

impl Form for ApiUrl {}

impl ApiUrl {
    /// Whether a token that is sent there cannot be read on the way.
    pub fn is_encrypted(&self) -> bool {
        self.starts_with("https://")
    }
}

fn api_url(text: &str) -> Result<&str, String> {
    let url = text.trim_end_matches('/');
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .ok_or("write an address that begins with `https://`")?;
    if let Some(c) = rest.chars().find(|c| !c.is_ascii_graphic() || "?#@\\\"<>{}|^`%".contains(*c)) {
        return Err(format!("{c:?} cannot stand in it"));
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    check_host(host)?;
    if rest.contains("//") || path.split('/').any(|part| matches!(part, "." | "..")) {
        return Err("its path has an empty part or dots".into());
    }
    if url.len() > MAX_ADDRESS { Err(format!("it is longer than {MAX_ADDRESS} characters")) } else { Ok(url) }
}

/// A host that a connection can be made to, perhaps with a port.
pub(crate) fn check_host(host: &str) -> Result<&str, String> {
    if !is_host(host) {
        return Err(no_host(host));
    }
    if split_port(host).1.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Err("its port is above 65535".into());
    }
    if host.len() > MAX_HOST_AND_PORT {
        return Err(format!("its host name is longer than {MAX_HOST} characters"));
    }
    Ok(host)
}

pub(crate) fn no_host(text: &str) -> String {
    format!("`{text}` is not a registry's host name")
}

/// Dot-separated labels or an IPv6 address in brackets, with an optional port of any size.
pub(crate) fn is_host(text: &str) -> bool {
    let (host, port) = split_port(text);
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let is_host = match address {
        Some(address) => !address.is_empty() && address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':'),
        None => host.split('.').all(is_label),
    };
    is_host && port.is_none_or(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
}

fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (host, None),
    }
}

fn is_label(part: &str) -> bool {
    let inside = part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    inside && !part.is_empty() && !part.starts_with('-') && !part.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn api_addresses_are_a_host_and_perhaps_a_path() {
        for (text, url) in [
            ("https://api.github.com/", "https://api.github.com"),
            ("https://ghe.example.com:8443/api/v3", "https://ghe.example.com:8443/api/v3"),
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ] {
            assert_eq!(text.parse().map(|url: ApiUrl| url.to_string()), Ok(url.to_owned()));
        }
        for bad in [
            "",
            "api.github.com",
            "ftp://x",
            "https://",
            "https://a b",
            "https://u:p@x",
            "https://x?y",
            "https://x#y",
            "https://x/../y",
            "https://x/%2f",
            "https://x//y",
            "https://x/y//z",
            "https://x:port",
            "https://${{x}}",
        ] {
            assert!(bad.parse::<ApiUrl>().is_err(), "{bad:?}");
        }
    }
}
