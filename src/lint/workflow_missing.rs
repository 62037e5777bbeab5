//! A workflow that is not where images.yaml says.

use super::examples::{ON_NODE, WEB};
use super::{Context, Looked, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::forge::DeclaredAs;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 100,
        name: "WorkflowMissing",
        severity: Severity::Warning,
        can_be_ignored: true,
        title: "a workflow that is not there",
        why: "
GitHub answers 404 to a dispatch of a workflow that it does not know, so the image is never rebuilt. Without the key
`workflow` the file is called like the image: `web.yml` for `web`. Gitea and Forgejo look in the first of `.forgejo/workflows`,
`.gitea/workflows` and `.github/workflows` that is there. It is a warning, since the checkout that was looked
at may be of another branch.
",
        wrong: &[(
            "images.yaml",
            &[
                r"
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: wbe.yml}
",
                ON_NODE,
            ],
        )],
        right: &[("images.yaml", &[WEB, ON_NODE])],
    }),
    needs: Needs::Files,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for (image, facts) in context.images() {
        let Looked::Missing(place) = &*facts.workflow else { continue };
        let pipeline = &image.source.pipeline;
        let Some(host) = pipeline.declarations() else { continue };
        // In which of several folders it would be the label says.
        let file = pipeline.workflow_path().unwrap_or_else(|| {
            format!("{} {}", if host.form == DeclaredAs::Workflow { "workflow" } else { "file" }, pipeline.file_name())
        });
        let message = format!("{} has no {file}", pipeline.repo());
        let mut problem = Diagnostic::new(RULE.code, message, image.places.workflow).here(place.clone());
        if image.places.workflow == image.span {
            problem = problem.help(format!(
                "name the workflow that builds {0}, as in `workflow: build.yml`; without that key it is `{0}.yml`",
                image.name
            ));
        } else {
            problem = problem.help(match host.form {
                DeclaredAs::Workflow => "write the file name of a workflow of that repository",
                DeclaredAs::Spec | DeclaredAs::Parameters => "write the path of the file that the pipeline runs",
            });
        }
        report.push(problem.help(host.missing));
    }
}
