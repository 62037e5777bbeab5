//! Which certificates a server may show: those that this system trusts.

use ureq::tls::{Certificate, RootCerts};

/// The variables that name the certificates of authorities in place of the system's (OpenSSL's `SSL_CTX_set_default_verify_paths`).
const VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// What [`VARIABLES`] name, else those of the system, else those in the binary: a container may have none. The error is that
/// nothing that is named can be used.
pub(super) fn roots() -> Result<RootCerts, String> {
    let found = rustls_native_certs::load_native_certs();
    if !found.certs.is_empty() {
        let certificates: Vec<_> = found.certs.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
        return Ok(RootCerts::new_with_certs(&certificates));
    }
    let set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match VARIABLES.into_iter().find(set) {
        None => Ok(RootCerts::WebPki),
        Some(variable) => {
            let why = found.errors.first().map_or("there are none".to_owned(), ToString::to_string);
            Err(format!("the certificates in {variable} cannot be read: {why}"))
        }
    }
}
