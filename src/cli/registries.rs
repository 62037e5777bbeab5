//! Flags of commands that ask registries.

use crate::io::registry::Settings;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct RegistryFlags {
    /// Ask this registry without encryption; may be given several times
    #[arg(long, value_name = "REGISTRY")]
    plain_http: Vec<String>,
    /// Ask this host in place of a registry, as docker.io=mirror.example.com; may be given several times
    #[arg(long, value_name = "REGISTRY=HOST", value_parser = mirror)]
    mirror: Vec<(String, String)>,
}

impl RegistryFlags {
    pub(super) fn settings(&self, verbose: bool) -> Settings {
        Settings {
            plain_http: self.plain_http.iter().cloned().collect(),
            mirrors: self.mirror.iter().cloned().collect(),
            verbose,
            ..Settings::default()
        }
    }
}

fn mirror(text: &str) -> Result<(String, String), String> {
    let (registry, host) = text.split_once('=').ok_or("write `REGISTRY=HOST`, as in `docker.io=mirror.example.com`")?;
    let is_host = |host: &str| !host.is_empty() && !host.contains(['/', '@']);
    if !is_host(registry) || !is_host(host) {
        return Err("write `REGISTRY=HOST` without a scheme or a path, as in `docker.io=mirror.example.com`".to_owned());
    }
    Ok((registry.to_owned(), host.to_owned()))
}
