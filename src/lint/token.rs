//! A credential in images.yaml: the file is committed, and some of what it says ends up in the cluster.

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};

/// What a token begins with, how many of its characters follow at least, and whose it is.
const KINDS: &[(&str, usize, &str)] = &[
    ("ghp_", 36, "GitHub"),
    ("gho_", 36, "GitHub"),
    ("ghu_", 36, "GitHub"),
    ("ghs_", 36, "GitHub"),
    ("ghr_", 36, "GitHub"),
    ("github_pat_", 50, "GitHub"),
    ("glpat-", 20, "GitLab"),
    ("dckr_pat_", 20, "Docker Hub"),
    ("dckr_oat_", 20, "Docker Hub"),
    ("AKIA", 16, "AWS"),
    ("xoxb-", 20, "Slack"),
    ("xoxp-", 20, "Slack"),
];

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for file in &context.facts.images {
        for (span, whose) in tokens(context.sources.file(*file).text(), *file) {
            report.push(
                Diagnostic::new(Code::Token, format!("this looks like a token of {whose}"), span)
                    .here("whoever can read this file can use it")
                    .help("revoke it now: it is in the history of the repository as soon as it is committed")
                    .help("keep the new one in the Secret that `github.credentials` names"),
            );
        }
    }
}

fn tokens(text: &str, file: FileId) -> Vec<(Span, &'static str)> {
    let mut found = Vec::new();
    for (prefix, least, whose) in KINDS {
        for (at, _) in text.match_indices(prefix) {
            // In the middle of a word it is something else.
            if text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
                continue;
            }
            let rest = &text[at + prefix.len()..];
            let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count();
            if length >= *least {
                found.push((Span::new(file, at, at + prefix.len() + length), *whose));
            }
        }
    }
    found.sort_by_key(|(span, _)| span.start);
    found
}
