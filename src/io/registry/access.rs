//! What authenticates at a registry: what `docker login` has left, and the tokens that are had for it.

use super::{Failure, Registries};
use crate::forge::Endpoint;
use crate::io::attempts::lock;
use crate::registry::challenge::{Challenge, token_address};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use docker_credential::DockerCredential;
use serde::Deserialize;

/// The name under which `docker login` keeps what is for Docker Hub.
const DOCKER_HUB: &str = "https://index.docker.io/v1/";
/// A body with a token.
const MAX_TOKEN: u64 = 1 << 18;

/// What `docker login` has left. It has no `Debug`, so that it cannot get into a message.
#[derive(Clone)]
pub(super) enum Credential {
    /// Name and password, as the scheme Basic has them.
    Basic(String),
    /// A token that tokens are had for.
    Identity(String),
}

#[derive(Deserialize)]
struct Given {
    token: Option<String>,
    access_token: Option<String>,
}

impl Registries {
    /// What is known for a registry. Helpers that are asked are those that the user's own configuration names.
    pub(super) fn credential(&self, registry: &str) -> Option<Credential> {
        let mut known = lock(&self.credentials);
        if let Some(known) = known.get(registry) {
            return known.clone();
        }
        let server = if registry == "docker.io" { DOCKER_HUB } else { registry };
        let found = docker_credential::get_credential(server).ok().map(|credential| match credential {
            DockerCredential::IdentityToken(token) => Credential::Identity(token),
            DockerCredential::UsernamePassword(name, password) => {
                Credential::Basic(format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{password}"))))
            }
        });
        known.insert(registry.to_owned(), found.clone());
        found
    }

    /// The header that a challenge asks for; `None` if there is nothing to answer it with.
    pub(super) fn authorization(
        &self,
        (registry, repository, address): (&str, &str, &str),
        challenge: &Challenge,
    ) -> Result<Option<String>, Failure> {
        let credential = self.credential(registry).filter(|_| is_safe(address));
        let (realm, service, scope) = match challenge {
            Challenge::Basic => {
                return Ok(match credential {
                    Some(Credential::Basic(header)) => Some(header),
                    _ => None,
                });
            }
            Challenge::Bearer { realm, service, scope } => (realm, service.as_deref(), scope.as_deref()),
        };
        // Credentials go with it, so it is no worse a place than the registry itself.
        if !is_safe(realm) && (is_safe(address) || credential.is_some()) {
            return Err(Failure::Redirect("for a token, to an address without encryption"));
        }
        if Endpoint::parse(realm).is_none_or(|realm| realm.is_loopback() && !is_of_this_machine(address)) {
            return Err(Failure::Redirect("for a token, to an address that cannot be used"));
        }
        let wanted = format!("repository:{repository}:pull");
        let scope = scope.filter(|scope| scope.starts_with(&format!("repository:{repository}:"))).unwrap_or(&wanted);
        let response = match credential {
            Some(Credential::Identity(token)) => {
                let form = [
                    ("grant_type", "refresh_token"),
                    ("service", service.unwrap_or_default()),
                    ("client_id", "image-factory"),
                    ("scope", scope),
                    ("refresh_token", token.as_str()),
                ];
                self.agent.post(realm).send_form(form)
            }
            credential => {
                let request = self.agent.get(token_address(realm, service, scope));
                match credential {
                    Some(Credential::Basic(header)) => request.header("Authorization", header).call(),
                    _ => request.call(),
                }
            }
        };
        let mut response = response.map_err(|error| self.failure(error))?;
        match response.status().as_u16() {
            200 => {}
            400 | 401 | 403 => return Ok(None),
            429 => return Err(Failure::RateLimited(None)),
            status => return Err(Failure::Status(status)),
        }
        let body =
            response.body_mut().with_config().limit(MAX_TOKEN).read_to_vec().map_err(|error| self.failure(error))?;
        let given: Given =
            serde_json::from_slice(&body).map_err(|_| Failure::Invalid("what it gives for a token is none"))?;
        let token = given.token.or(given.access_token).filter(|token| token.bytes().all(|b| b.is_ascii_graphic()));
        Ok(token.map(|token| format!("Bearer {token}")))
    }
}

/// Whether nobody on the way to an address can read along.
fn is_safe(address: &str) -> bool {
    Endpoint::parse(address).is_some_and(|endpoint| address.starts_with("https://") || endpoint.is_loopback())
}

fn is_of_this_machine(address: &str) -> bool {
    Endpoint::parse(address).is_some_and(|endpoint| endpoint.is_loopback())
}
