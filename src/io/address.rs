//! Addresses: where a token may go, and where redirects lead.

use crate::forge::Endpoint;

/// Whether two addresses are of the same scheme, host and port: only there may the token of one go.
pub(super) fn same_origin(a: &str, b: &str) -> bool {
    Endpoint::parse(a).is_some_and(|a| Endpoint::parse(b) == Some(a))
}

/// Scheme, host and port of an address.
fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |at| start + at);
    &url[..end]
}

/// The address that a redirect names, from the one that was asked (RFC 9110, 10.2.2): whole, or a path of the same
/// origin. The error is why it is not followed.
pub(super) fn redirected(from: &str, location: &str) -> Result<String, &'static str> {
    let encrypted = from.starts_with("https://");
    let to = match location {
        _ if location.starts_with("https://") || location.starts_with("http://") => location.to_owned(),
        _ if location.starts_with("//") => format!("{}{location}", if encrypted { "https:" } else { "http:" }),
        _ if location.starts_with('/') => format!("{}{location}", origin(from)),
        _ => return Err("the address cannot be used"),
    };
    // What is asked without encryption is asked on its own host, which the environment has named so, or on this machine.
    let is_plain = !to.starts_with("https://");
    let is_here = || Endpoint::parse(&to).is_some_and(|to| to.is_loopback());
    if is_plain && (encrypted || !same_origin(from, &to) && !is_here()) {
        return Err("to an address without encryption");
    }
    Ok(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_stays_with_its_origin() {
        let address = "https://h.example/api/v3";
        for own in ["https://h.example/x", "https://H.example", "https://h.example?x", "https://h.example:443/"] {
            assert!(same_origin(own, address), "{own}");
        }
        for other in [
            "http://h.example/x",
            "https://h.example.evil/x",
            "https://h.example:444/x",
            "https://h.example@evil/x",
            "https://evil/https://h.example/",
        ] {
            assert!(!same_origin(other, address), "{other}");
        }
    }

    #[test]
    fn redirects_are_whole_addresses_or_paths_and_never_lose_encryption() {
        let from = "https://h:1/a?b";
        assert_eq!(redirected(from, "/c").as_deref(), Ok("https://h:1/c"));
        assert_eq!(redirected(from, "//i/c").as_deref(), Ok("https://i/c"));
        assert_eq!(redirected(from, "https://i/c").as_deref(), Ok("https://i/c"));
        for bad in ["http://i/c", "c", "", "file:///etc/passwd"] {
            assert!(redirected(from, bad).is_err(), "{bad}");
        }
        let from = "http://127.0.0.1:1/a";
        for here in ["/c", "//127.0.0.1:1/c", "http://localhost:2/c", "http://[::1]/c", "https://i/c"] {
            assert!(redirected(from, here).is_ok(), "{here}");
        }
        for bad in ["http://i/c", "//i/c", "http://169.254.169.254/c", "http://localhost.i/c", "http://h@127.0.0.1/"] {
            assert!(redirected(from, bad).is_err(), "{bad}");
        }
        assert!(redirected("http://h/a", "/c").is_ok() && redirected("http://h/a", "http://i/c").is_err());
    }
}
