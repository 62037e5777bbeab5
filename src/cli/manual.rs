//! What a manual page says beside what clap knows of a command: how it ends, which variables and files it reads, and calls.

use super::{exit, help};
use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

/// Commands that ask a code host.
const ASKING: &[&str] = &["discover", "analyze", "lint", "builds", "doctor", "trigger"];
/// Commands that read images.yaml.
const READING: &[&str] = &[
    "init", "add", "synth", "discover", "lint", "builds", "graph", "stale", "doctor", "status", "trigger", "impact",
    "why", "diff", "workflow",
];
/// Commands that ask anybody.
const SENDING: &[&str] = &["discover", "analyze", "lint", "builds", "stale", "doctor", "trigger"];

/// What is named, what it is for, and the commands that it is for; none for all.
type Entry = (&'static str, &'static str, &'static [&'static str]);

const ENVIRONMENT: [Entry; 16] = [
    ("GITHUB_TOKEN", "The token for GitHub. Public repositories can be read without one, 60 files an hour.", ASKING),
    ("GH_HOST, GITHUB_API_URL", "Another GitHub that may be asked, if images.yaml names it.", ASKING),
    ("GH_ENTERPRISE_TOKEN, GITHUB_ENTERPRISE_TOKEN", "The token for that.", ASKING),
    ("GITLAB_TOKEN, GITLAB_HOST", "The token for GitLab, and another GitLab that may be asked.", ASKING),
    ("GITEA_TOKEN, GITEA_SERVER_TOKEN, GITEA_SERVER_URL", "The token for Gitea, and where it may go.", ASKING),
    ("FORGEJO_TOKEN, FORGEJO_SERVER_URL", "The token for Forgejo, and where it may go.", ASKING),
    (
        "AZURE_DEVOPS_EXT_PAT, SYSTEM_COLLECTIONURI",
        "The token for Azure DevOps, and another address of it that may be asked.",
        ASKING,
    ),
    ("DOCKER_CONFIG", "The folder of Docker's config.json, else ~/.docker.", &["stale", "doctor", "trigger"]),
    ("HTTPS_PROXY, NO_PROXY", "The proxy, and hosts that are asked without it.", SENDING),
    ("SSL_CERT_FILE, SSL_CERT_DIR", "Certificates of authorities, in place of those of the system.", SENDING),
    (
        "NO_COLOR, FORCE_COLOR, CLICOLOR, CLICOLOR_FORCE, TERM",
        "Whether colours are used, unless --color says so. NO_COLOR comes first.",
        &[],
    ),
    ("COLUMNS", "How wide the terminal is taken to be.", &[]),
    ("PATH", "Where git is, which knows revisions and which files are ignored.", READING),
    ("PATH", "Where kubectl is, which asks the cluster.", &["doctor", "status", "trigger"]),
    ("KUBECONFIG", "The configuration of kubectl, unless --kubeconfig names it.", &["doctor", "status", "trigger"]),
    ("COMPLETE", "Set by the shell that asks how a line goes on.", &["completions"]),
];

const FILES: [Entry; 10] = [
    (
        "image-factory/images.yaml, images.yaml",
        "The images and what rebuilds them. The first that is there is taken, from the current folder upward.",
        READING,
    ),
    (
        "images.lock.yaml",
        "What each image is built on, beside images.yaml. discover and synth write it.",
        &[
            "synth", "discover", "lint", "builds", "graph", "stale", "doctor", "trigger", "impact", "why", "diff",
            "workflow",
        ],
    ),
    (
        "~/.docker/config.json",
        "What `docker login` has left for registries, and the helpers that know it.",
        &["stale", "doctor"],
    ),
    (
        "images.schema.json",
        "The JSON Schema of images.yaml, for editors. init and add put it beside images.yaml.",
        &["init", "add", "lint", "schema"],
    ),
    (
        "dist/image-factory.k8s.yaml",
        "The manifests. images.yaml may name another folder (out), and ask for a file for each object (split).",
        &["synth", "diff"],
    ),
    (
        ".github/workflows/",
        "The workflows that build images. init writes image-factory.yml there.",
        &["init", "synth", "lint", "builds"],
    ),
    ("Dockerfile", "What an image is built on is read from it.", &["init", "synth", "discover", "analyze", "lint"]),
    ("~/.local/share/bash-completion/completions/image-factory", "Where bash looks for completions.", &["completions"]),
    ("~/.config/fish/completions/image-factory.fish", "Where fish does.", &["completions"]),
    ("~/.local/share/man/man1/", "Where man looks for pages.", &["man"]),
];

/// All pages with the names of their files, that of the tool first.
pub(super) fn pages() -> std::io::Result<Vec<(String, String)>> {
    // `help` has no flags and needs no page.
    let mut root = help::command().disable_help_subcommand(true);
    // Gives commands their full names: `image-factory-synth`.
    root.build();
    let commands = root.get_subcommands().map(|command| (command.clone(), Some(command.get_name().to_owned())));
    std::iter::once((root.clone(), None))
        .chain(commands)
        .map(|(command, name)| page(command, name.as_deref()))
        .collect()
}

fn page(command: Command, name: Option<&str>) -> std::io::Result<(String, String)> {
    let has_commands = command.has_subcommands();
    // The version is that of the tool; commands have none of their own.
    let man = Man::new(command).source(concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")));
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if has_commands {
        man.render_subcommands_section(&mut text)?;
    }
    let codes: Vec<(String, String)> =
        exit::codes(name).into_iter().map(|(code, meaning)| (code.to_string(), meaning.to_owned())).collect();
    section("EXIT STATUS", &codes).to_writer(&mut text)?;
    section("ENVIRONMENT", &entries(&ENVIRONMENT, name)).to_writer(&mut text)?;
    section("FILES", &entries(&FILES, name)).to_writer(&mut text)?;
    section("EXAMPLES", &help::examples(name)).to_writer(&mut text)?;
    if let Some(name) = name {
        let others = [("image-factory(1)".to_owned(), format!("The tool; {name} is one of its commands."))];
        section("SEE ALSO", &others).to_writer(&mut text)?;
    }
    Ok((man.get_filename(), String::from_utf8_lossy(&text).into_owned()))
}

/// Those that are for a command; all for the tool.
fn entries(all: &[Entry], command: Option<&str>) -> Vec<(String, String)> {
    let is_for = |of: &[&str]| of.is_empty() || command.is_none_or(|command| of.contains(&command));
    let found = all.iter().filter(|(.., of)| is_for(of));
    found.map(|(name, what, _)| ((*name).to_owned(), (*what).to_owned())).collect()
}

/// A section with a paragraph for each row; none without rows.
fn section(title: &str, rows: &[(String, String)]) -> Roff {
    let mut roff = Roff::new();
    if !rows.is_empty() {
        roff.control("SH", [title]);
    }
    for (head, text) in rows {
        roff.control("TP", []);
        roff.text([bold(head)]);
        roff.text([roman(text)]);
    }
    roff
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forge::Provider;

    /// The variables of each code host are where the host is.
    #[test]
    fn the_variables_of_all_hosts_are_named() {
        let named: Vec<&str> = ENVIRONMENT.iter().flat_map(|(names, ..)| names.split(", ")).collect();
        for host in Provider::with_files().map(Provider::host) {
            let elsewhere = host.elsewhere.tokens.iter().copied().chain([host.variable, host.elsewhere.host]);
            for variable in elsewhere.chain(host.elsewhere.address) {
                assert!(named.contains(&variable), "{variable}");
            }
        }
    }

    #[test]
    fn every_command_that_is_named_is_one() {
        let root = help::command();
        for (name, _, commands) in ENVIRONMENT.iter().chain(&FILES) {
            for command in *commands {
                assert!(root.find_subcommand(command).is_some(), "{name}: {command}");
            }
        }
    }
}
