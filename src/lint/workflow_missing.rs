//! A workflow that is not where images.yaml says.

use super::{Context, Looked};
use crate::diagnostic::{Code, Diagnostic};
use crate::forge::github::WORKFLOWS;

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for (index, image) in context.model.images.iter().enumerate() {
        let Some(Looked::Missing(place)) = context.facts.workflow(index) else { continue };
        let source = &image.source;
        if source.repo.is_empty() || source.workflow.is_empty() {
            continue;
        }
        let message = format!("{} has no {WORKFLOWS}/{}", source.repo, source.workflow);
        let mut problem = Diagnostic::new(Code::WorkflowMissing, message, image.places.workflow).here(place.clone());
        if image.places.workflow == image.span {
            problem = problem.help(format!(
                "name the workflow that builds {0}, as in `workflow: build.yml`; without that key it is `{0}.yml`",
                image.name
            ));
        } else {
            problem = problem.help("write the file name of a workflow of that repository");
        }
        report.push(problem.help("GitHub answers 404 to a dispatch of a workflow that is not on the default branch"));
    }
}
