//! A word such as OWNER that stands for what somebody was to write.

use super::examples::ON_NODE;
use super::proposal::is_proposal;
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::source::{FileId, SourceFile, Span};
use crate::yaml::{self, Node, Purpose, Value};
use aho_corasick::AhoCorasick;
use std::sync::OnceLock;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 140,
        name: "Placeholder",
        severity: Severity::Error,
        // Somebody may be called so.
        can_be_ignored: true,
        title: "a placeholder",
        why: "
`OWNER/NAME` and `owner/web` are what stands in documentation, and what `init` writes where nobody could tell it which
repository this is. Manifests with them would ask GitHub to run workflows of a repository of others. The same goes for
the workflow of the factory: `OWNER/image-factory` is an action of nobody, and GitHub refuses to start the run. As long as
that workflow says that it is a [proposal](#if143), only that is said.
",
        wrong: &[(
            "images.yaml",
            &["- name: web\n  repository: acme/web\n  source: {repo: OWNER/NAME, workflow: web.yml}\n", ON_NODE],
        )],
        right: &[(
            "images.yaml",
            &["- name: web\n  repository: acme/web\n  source: {repo: acme/shop, workflow: web.yml}\n", ON_NODE],
        )],
    }),
    needs: Needs::Nothing,
    check,
};

/// Words that stand for a part of a repository's name.
const WORDS: [&str; 3] = ["OWNER", "NAME", "REPO"];

/// Keys whose values name images, where there are no capital letters.
const IMAGES: [&str; 4] = ["repository", "repoURL", "image", "baseImages"];

/// Keys under which a user chooses words that mean nothing to us.
const FREE: [&str; 4] = ["buildArgs", "inputs", "labels", "annotations"];

/// Whether the name of a repository on a code host is only the shape of one: `OWNER/NAME`.
pub fn is_placeholder(repo: &str) -> bool {
    let owner = repo.split('/').next().unwrap_or_default();
    matches!(owner, "owner" | "Owner") || repo.split('/').any(|part| WORDS.contains(&part))
}

/// The same of an image: `owner/web`, `ghcr.io/owner/web`.
pub(super) fn is_placeholder_image(reference: &str) -> bool {
    let (first, rest) = reference.split_once('/').unwrap_or((reference, ""));
    let path = if first.contains(['.', ':']) { rest } else { reference };
    path.starts_with("owner/")
}

/// What every placeholder has in it; made of constants, so there always is one.
fn signs() -> Option<&'static AhoCorasick> {
    static SIGNS: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    SIGNS.get_or_init(|| AhoCorasick::new(WORDS.into_iter().chain(["owner/", "Owner/"])).ok()).as_ref()
}

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for file in &context.facts.files {
        let text = context.sources.file(*file).text();
        // Of nearly all files this is all that is to be known.
        if signs().is_some_and(|signs| !signs.is_match(text)) {
            continue;
        }
        let mut problems = Vec::new();
        if let Some(root) = yaml::parse(context.sources.file(*file), *file, &Purpose::COMPARISON, &mut problems) {
            walk(context, &root, "", report);
        }
    }
    if let Some(id) = context.facts.factory {
        let file = context.sources.file(id);
        if !is_proposal(file, id) {
            report.extend(actions(file, id).into_iter().map(of_action));
        }
    }
}

fn walk(context: &Context<'_>, node: &Node<'_>, key: &str, report: &mut Vec<Diagnostic>) {
    match &node.value {
        Value::Scalar { text, .. } => {
            if key == "repo" && is_placeholder(text) {
                report.push(of_repo(context, text, node.span));
            } else if IMAGES.contains(&key) && is_placeholder_image(text) {
                let message = format!("`{text}` stands for an image that nobody has named");
                report.push(
                    Diagnostic::new(RULE.code, message, node.span)
                        .help("write who has it in place of `owner`, as in `acme/web`"),
                );
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| walk(context, item, key, report)),
        Value::Mapping(entries) => {
            for (name, value) in entries.iter() {
                let Value::Scalar { text: name, .. } = &name.value else { continue };
                if !FREE.contains(&name.as_ref()) {
                    walk(context, value, name, report);
                }
            }
        }
    }
}

fn of_repo(context: &Context<'_>, text: &str, span: Span) -> Diagnostic {
    let message = format!("`{text}` stands for a repository that nobody has named");
    let help = match &context.facts.own_repo {
        Some(own) => format!("write the repository that builds it; that of this checkout is `repo: {own}`"),
        None => "write the repository on GitHub that builds it, as in `repo: acme/web`".to_owned(),
    };
    Diagnostic::new(RULE.code, message, span).help(help)
}

/// Actions of nobody in a workflow, with their places.
pub(super) fn actions(file: &SourceFile, id: FileId) -> Vec<(Span, &str)> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in file.text().split_inclusive('\n') {
        let value = line.trim_start().trim_start_matches("- ").strip_prefix("uses:").map(str::trim);
        if let Some(value) = value.filter(|value| value.starts_with("OWNER/")) {
            let at = start + line.find(value).unwrap_or_default();
            let action = value.split([' ', '#']).next().unwrap_or_default();
            found.push((Span::new(id, at, at + action.len()), action));
        }
        start += line.len();
    }
    found
}

fn of_action((span, action): (Span, &str)) -> Diagnostic {
    let named = action.replacen("OWNER", "acme", 1);
    Diagnostic::new(RULE.code, format!("`{action}` stands for an action that nobody has named"), span)
        .help(format!("write who has a copy of image-factory on GitHub, as in `uses: {named}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_only_look_like_a_placeholder_are_names() {
        for repo in ["OWNER/NAME", "owner/name", "Owner/web", "acme/NAME", "acme/REPO"] {
            assert!(is_placeholder(repo), "{repo}");
        }
        for repo in ["acme/name", "owners/web", "acme/OWNERS", "homeowner/web", "acme/owner"] {
            assert!(!is_placeholder(repo), "{repo}");
        }
        for image in ["owner/web", "ghcr.io/owner/web:1", "localhost:5000/owner/web"] {
            assert!(is_placeholder_image(image), "{image}");
        }
        for image in ["owner", "acme/owner", "ghcr.io/acme/owner/web", "owners/web", "owner.example.com/web"] {
            assert!(!is_placeholder_image(image), "{image}");
        }
    }
}
