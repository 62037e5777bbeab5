//! Where code hosts are, and what authenticates there.

use super::report::Report;
use crate::config::{self, File, Slot, Text};
use crate::diagnostic::{Code, Diagnostic};
use crate::forge::gitlab::Auth;
use crate::forge::{Credential, Host, Provider, Service};
use crate::grammar::address::ApiUrl;
use crate::model::Hosts;
use crate::source::Span;

/// The address of a host and its credentials, as they are written.
type Keys<'a> = (&'a Text<ApiUrl>, &'a Slot<config::Credentials>);

/// All of them, whether images use them or not; and of which nothing is written.
pub(super) fn hosts(root: &File, report: &mut Report) -> (Hosts, Vec<Provider>) {
    let gitlab = root.gitlab.get().map(|at| &at.value);
    let gitea = |slot: &Slot<config::Gitea>, provider, report: &mut Report| {
        let at = slot.get();
        if let Some(at) = at.filter(|at| at.value.url.is_absent()) {
            report.push(no_address(provider, at.span));
        }
        service(at.map(|at| (&at.value.url, &at.value.credentials)), provider, report)
    };
    let unnamed = [(Provider::Gitea, root.gitea.is_absent()), (Provider::Forgejo, root.forgejo.is_absent())];
    let hosts = Hosts {
        github: service(
            root.github.get().map(|at| (&at.value.api_url, &at.value.credentials)),
            Provider::GitHub,
            report,
        ),
        gitlab: service(gitlab.map(|gitlab| (&gitlab.url, &gitlab.credentials)), Provider::GitLab, report),
        gitlab_auth: gitlab.and_then(|gitlab| report.read(&gitlab.auth, "what GitLab is shown")).unwrap_or(Auth::Token),
        gitea: gitea(&root.gitea, Provider::Gitea, report),
        forgejo: gitea(&root.forgejo, Provider::Forgejo, report),
        azure_devops: service(
            root.azure_devops.get().map(|at| (&at.value.url, &at.value.credentials)),
            Provider::AzureDevOps,
            report,
        ),
    };
    (hosts, unnamed.into_iter().filter_map(|(provider, is_unnamed)| is_unnamed.then_some(provider)).collect())
}

/// That a host is only where somebody runs it, and that is not said.
pub(super) fn no_address(provider: Provider, place: Span) -> Diagnostic {
    let (name, word) = (provider.host().name, provider.word());
    Diagnostic::new(Code::MissingKey, format!("nothing says where {name} is"), place).help(format!(
        "write its address at the root of images.yaml, as in `{word}: {{url: \"https://{word}.example.com\"}}`"
    ))
}

fn service(written: Option<Keys<'_>>, provider: Provider, report: &mut Report) -> Service {
    let host = provider.host();
    let what = match provider {
        Provider::GitHub => "the address of GitHub's API".to_owned(),
        _ => format!("the address of {}", host.name),
    };
    let api_url = written.and_then(|(address, _)| url(address, &what, report)).unwrap_or_else(|| host.address.clone());
    let credentials = written.map_or(&Slot::Absent, |(_, credentials)| credentials);
    Service { api_url, credential: Some(credential(credentials, host, report)) }
}

fn credential(slot: &Slot<config::Credentials>, host: &Host, report: &mut Report) -> Credential {
    let written = slot.get().map(|at| &at.value);
    let (secret, key) = &host.credential;
    let written_secret = written.and_then(|written| report.read(&written.secret, "the Secret"));
    let written_key = written.and_then(|written| report.read(&written.key, "the Secret's key"));
    Credential {
        secret: written_secret.unwrap_or_else(|| secret.clone()),
        key: written_key.unwrap_or_else(|| key.clone()),
    }
}

fn url(slot: &Text<ApiUrl>, what: &str, report: &mut Report) -> Option<ApiUrl> {
    let url = report.read(slot, what)?;
    if let Some(at) = slot.get().filter(|_| !url.is_encrypted()) {
        report.push(not_encrypted(what, at.span));
    }
    Some(url)
}

/// That everybody on the way reads a token.
pub(super) fn not_encrypted(what: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::PlainHttp, format!("{what} is not encrypted"), place)
        .here("the token would be sent in clear text")
        .help("write an address that begins with `https://`")
}
