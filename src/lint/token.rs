//! A credential in images.yaml: the file is committed, and some of what it says ends up in the cluster.
//!
//! Nothing that is read shows it any more: it was masked, and its place noted, where the file was taken in.

use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::source::secret::{Secret, SecretKind};
use crate::source::{FileId, Span};

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 124,
        name: "Token",
        severity: Severity::Error,
        // In place of a credential the manifests would have stars.
        can_be_ignored: false,
        title: "a credential in images.yaml",
        why: "
Everybody who can read the repository can use the token, and its history keeps it after it has been taken out of the
file. So it has to be revoked. Kargo reads its token from a Secret of the cluster, and `images.yaml` only names that
one.
",
        wrong: &[(
            "images.yaml",
            &["defaults: {inputs: {token: ghp_000000000000000000000000000000000000}}\nimages: []\n"],
        )],
        right: &[(
            "images.yaml",
            &["github: {credentials: {secret: github-credentials, key: password}}\nimages: []\n"],
        )],
    }),
    needs: Needs::Nothing,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for file in &context.facts.files {
        let mut secrets = context.sources.file(*file).secrets().iter().peekable();
        while let Some(secret) = secrets.next() {
            // A password that is a token is one problem.
            let holds_next = secrets.peek().is_some_and(|next| next.range.start < secret.range.end);
            if secret.kind != SecretKind::Password || !holds_next {
                report.push(problem(*file, secret));
            }
        }
    }
}

fn problem(file: FileId, secret: &Secret) -> Diagnostic {
    let message = format!("this looks like {}", secret.kind);
    Diagnostic::new(RULE.code, message, Span::new(file, secret.range.start, secret.range.end))
        .here("whoever can read this file can use it")
        .help("revoke it now: it is in the history of the repository as soon as it is committed")
        .help("keep the new one in the Secret that `github.credentials` names")
}
