//! Files that nobody could look at, said once.

use super::examples::{BUILD, CONCURRENCY, DISPATCH, ON_NODE};
use super::placeholder::is_placeholder;
use super::{Context, Looked, Needs, Rule, some_of};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::model::ManagedImage;
use indexmap::IndexMap;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 108,
        name: "NotLookedAt",
        severity: Severity::Note,
        can_be_ignored: true,
        title: "a file that could not be looked at",
        why: "
Dockerfiles and workflows of other repositories are not in this checkout, so nothing can be said of them. `--checkout
OWNER/REPO=DIR` names a checkout that has them, and `--online` asks GitHub. It is a note: a rule that could not look has
found nothing wrong.
",
        wrong: &[(
            "images.yaml",
            &[
                r"
- name: api
  repository: acme/api
  source: {repo: acme/api, workflow: api.yml}
",
                ON_NODE,
            ],
        )],
        right: &[(".github/workflows/api.yml", &[DISPATCH, CONCURRENCY, BUILD])],
    }),
    needs: Needs::Nothing,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    let mut files: IndexMap<(&str, String), (&ManagedImage, &str)> = IndexMap::new();
    for (image, facts) in context.images() {
        let pipeline = &image.source.pipeline;
        // Of a repository that nobody has named that is said, and no file can be looked for.
        if is_placeholder(pipeline.repo()) {
            continue;
        }
        if let (Looked::Unknown(why), Some(path)) = (&*facts.workflow, pipeline.workflow_path()) {
            files.entry((pipeline.repo(), path)).or_insert((image, why));
        }
        if let Looked::Unknown(why) = &facts.dockerfile {
            files.entry((pipeline.repo(), image.source.dockerfile().into())).or_insert((image, why));
        }
    }
    let Some((_, (image, why))) = files.first() else { return };
    let names: Vec<String> = files.keys().map(|(repo, path)| format!("{repo}:{path}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (file, was) = if names.len() == 1 { ("1 file", "was") } else { (&*format!("{} files", names.len()), "were") };
    let (host, repo) = (image.source.pipeline.host().name, image.source.pipeline.repo());
    report.push(
        Diagnostic::new(RULE.code, format!("{file} {was} not looked at: {}", some_of(&names)), image.places.repo)
            .here((*why).to_owned())
            .help(if context.facts.online {
                format!("`--checkout {repo}=DIR` reads a checkout of that repository in place of asking {host}")
            } else {
                format!(
                    "run `image-factory lint --online` to ask {host}, or `--checkout {repo}=DIR` for a checkout of that repository"
                )
            }),
    );
}
