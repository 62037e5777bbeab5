//! A `ref` that is no branch: GitHub refuses a commit, and a tag builds the same sources for ever.

use super::examples::ON_NODE;
use super::{Context, Looked, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::forge::Host;
use std::collections::HashSet;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 107,
        name: "NotABranch",
        severity: Severity::Warning,
        can_be_ignored: true,
        title: "a ref that is no branch",
        why: "
A dispatch names a branch or a tag. GitHub refuses a commit, and a tag does not move: each rebuild would build the same
old sources.
",
        wrong: &[(
            "images.yaml",
            &[
                r"
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml, branch: refs/tags/v1.2.0}
",
                ON_NODE,
            ],
        )],
        right: &[(
            "images.yaml",
            &[
                r"
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml, branch: release-1.2}
",
                ON_NODE,
            ],
        )],
    }),
    needs: Needs::Files,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    let mut seen = HashSet::new();
    for (image, facts) in context.images() {
        let branch = &image.source.branch;
        let missing = matches!(*facts.workflow, Looked::NoBranch);
        let Some(why) = wrong(branch, image.source.pipeline.host()).or_else(|| {
            let text = match (missing, facts.branch_is_tag) {
                (true, _) => format!("{} has no such branch", image.source.pipeline.repo()),
                (false, true) => "this is a tag, which does not move".to_owned(),
                (false, false) => return None,
            };
            Some(text)
        }) else {
            continue;
        };
        // The branch of `defaults` is that of many images.
        if !seen.insert((image.source.pipeline.repo(), image.places.branch)) {
            continue;
        }
        let shown: String = branch.chars().take(60).collect();
        report.push(
            Diagnostic::new(
                RULE.code,
                format!("`{shown}` is no branch of {}", image.source.pipeline.repo()),
                image.places.branch,
            )
            .here(why)
            .help("write the branch that is built, as in `branch: main`"),
        );
    }
}

/// What a text is that cannot be a branch.
fn wrong(branch: &str, host: &Host) -> Option<String> {
    let is_commit = matches!(branch.len(), 40 | 64) && branch.bytes().all(|b| b.is_ascii_hexdigit());
    if is_commit {
        return Some(format!("this is a commit; {} dispatches on branches and tags", host.name));
    }
    if branch.starts_with("refs/tags/") {
        return Some("this is a tag, which does not move".to_owned());
    }
    if branch.starts_with("refs/") && !branch.starts_with("refs/heads/") {
        return Some("only what is under refs/heads is a branch".to_owned());
    }
    branch.starts_with("origin/").then(|| "the name of the remote does not belong to the branch".to_owned())
}
