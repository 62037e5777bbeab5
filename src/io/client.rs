//! The client that asks code hosts and registries.

use super::roots;
use std::time::Duration;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

/// A client that keeps so many connections to a host, and why no certificate can be trusted, if none can: nothing is asked then
/// that needs one. It follows no redirects, since what authenticates would go along to other hosts, and takes every status for an
/// answer.
pub(super) fn client(timeout: Duration, at_once: usize) -> (Agent, Option<String>) {
    let (roots, unreadable) = match roots::roots() {
        Ok(roots) => (roots, None),
        Err(why) => (RootCerts::WebPki, Some(why)),
    };
    let agent = Agent::config_builder()
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(timeout))
        .max_idle_connections(2 * at_once)
        .max_idle_connections_per_host(at_once)
        .user_agent(concat!("image-factory/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent();
    (agent, unreadable)
}
