//! How a registry asks for a token, and where that is to be had (distribution "Token Authentication Specification").

use crate::source::percent_encoded;

/// What `WWW-Authenticate` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// Name and password with each request.
    Basic,
    /// A token from elsewhere.
    Bearer {
        /// Who gives it.
        realm: String,
        /// For whom.
        service: Option<String>,
        /// For what, if the registry says that.
        scope: Option<String>,
    },
}

impl Challenge {
    /// Reads a header; `None` if it asks for something else.
    pub fn parse(header: &str) -> Option<Self> {
        let (scheme, rest) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
        if scheme.eq_ignore_ascii_case("basic") {
            return Some(Self::Basic);
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let (mut realm, mut service, mut scope) = (None, None, None);
        for (name, value) in parameters(rest) {
            match name.to_ascii_lowercase().as_str() {
                "realm" => realm = Some(value),
                "service" => service = Some(value),
                "scope" => scope = Some(value),
                _ => {}
            }
        }
        Some(Self::Bearer { realm: realm?, service, scope })
    }
}

/// The address at which a token is asked for that may read a repository.
pub fn token_address(realm: &str, service: Option<&str>, scope: &str) -> String {
    let first = if realm.contains('?') { '&' } else { '?' };
    let service = service.map_or(String::new(), |service| format!("service={}&", percent_encoded(service)));
    format!("{realm}{first}{service}scope={}", percent_encoded(scope))
}

/// `name="value"` and `name=value` between commas; in quotes a backslash stands before what is meant (RFC 9110, 5.6.4).
fn parameters(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut chars = text.chars().peekable();
    loop {
        while chars.next_if(|c| *c == ',' || c.is_whitespace()).is_some() {}
        let mut name = String::new();
        while let Some(c) = chars.next_if(|c| !matches!(c, '=' | ',')) {
            name.push(c);
        }
        if chars.next_if_eq(&'=').is_none() {
            if chars.peek().is_none() {
                return found;
            }
            continue;
        }
        let mut value = String::new();
        if chars.next_if_eq(&'"').is_some() {
            while let Some(c) = chars.next() {
                match c {
                    '"' => break,
                    '\\' => value.extend(chars.next()),
                    c => value.push(c),
                }
            }
        } else {
            while let Some(c) = chars.next_if(|c| *c != ',') {
                value.push(c);
            }
        }
        found.push((name.trim().to_owned(), value.trim().to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_says_where_a_token_is_to_be_had() {
        let header = r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/node:pull,push""#;
        let expected = Challenge::Bearer {
            realm: "https://auth.docker.io/token".into(),
            service: Some("registry.docker.io".into()),
            scope: Some("repository:library/node:pull,push".into()),
        };
        assert_eq!(Challenge::parse(header), Some(expected));
        assert_eq!(Challenge::parse("basic realm=\"x\""), Some(Challenge::Basic));
        assert_eq!(Challenge::parse("Basic"), Some(Challenge::Basic));
        let odd = Challenge::parse("bearer a, REALM = https://r/ , x=\"a\\\"b");
        assert_eq!(odd, Some(Challenge::Bearer { realm: "https://r/".into(), service: None, scope: None }));
        for none in ["", "Bearer", "Bearer service=x", "Negotiate abc"] {
            assert_eq!(Challenge::parse(none), None, "{none}");
        }
    }

    #[test]
    fn a_token_is_asked_for_one_repository() {
        assert_eq!(
            token_address("https://a/t", Some("r s"), "repository:a/b:pull"),
            "https://a/t?service=r%20s&scope=repository%3Aa%2Fb%3Apull"
        );
        assert_eq!(token_address("https://a/t?x=1", None, "s"), "https://a/t?x=1&scope=s");
    }
}
