//! A `.gitlab-ci.yml` of which GitLab makes no pipeline for a rebuild.

use super::examples::ON_NODE;
use super::target::{Target, by_cause, by_host, images_are};
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::forge::gitlab::Auth;
use crate::forge::{Pipeline, short_reference};
use crate::source::Span;
use crate::workflow::gitlab::{Known, Refusal};

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 162,
        name: "NoPipeline",
        severity: Severity::Error,
        can_be_ignored: true,
        title: "a .gitlab-ci.yml of which GitLab makes no pipeline for a rebuild",
        why: r#"
A rebuild asks GitLab for a pipeline, whose `CI_PIPELINE_SOURCE` is `api`, or `trigger` with `gitlab.auth: trigger`. Where
`workflow: rules` does not let it through, or no job is in it by its `rules` or `only`, GitLab answers 400, "Pipeline
filtered out by workflow rules" or "Pipeline will not run for the selected trigger", and nothing is built. Only what is
certain is said: a rule that asks for a variable of the project, or for changed files, may hold.
"#,
        wrong: &[
            ("images.yaml", &[OF_GITLAB, ON_NODE]),
            (
                ".gitlab-ci.yml",
                &[r#"
workflow:
  rules:
  - if: $CI_PIPELINE_SOURCE == "push"
build: {script: [make push]}
"#],
            ),
        ],
        right: &[(
            ".gitlab-ci.yml",
            &[r#"
workflow:
  rules:
  - if: $CI_PIPELINE_SOURCE == "push" || $CI_PIPELINE_SOURCE == "api"
build: {script: [make push]}
"#],
        )],
    }),
    needs: Needs::Files,
    check,
};

const OF_GITLAB: &str = r"
- name: web
  repository: acme/web
  source: {provider: gitlab, repo: acme/web}
";

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for of_host in by_host(context) {
        let causes = by_cause(&of_host.targets, |target| {
            let (source, refusal) = refusal(target)?;
            Some(((source, place(refusal)), (source, refusal)))
        });
        report.extend(causes.iter().filter_map(|((source, refusal), targets)| problem(source, *refusal, targets)));
    }
}

fn place(refusal: Refusal) -> Span {
    match refusal {
        Refusal::Workflow(place) | Refusal::NoJob(place) => place,
    }
}

/// What the pipeline's source is called, and why there is none.
fn refusal(target: &Target<'_>) -> Option<(&'static str, Refusal)> {
    let source = &target.image.source;
    let Pipeline::GitLab(pipeline) = &source.pipeline else { return None };
    let called = match pipeline.auth {
        Auth::Token => "api",
        Auth::Trigger => "trigger",
    };
    let is_tag = target.branch_is_tag || source.branch.starts_with("refs/tags/");
    let name = Some(short_reference(&source.branch));
    let mut known = Known::from([
        ("CI_PIPELINE_SOURCE", Some(called)),
        ("CI_COMMIT_REF_NAME", name),
        ("CI_COMMIT_BRANCH", name.filter(|_| !is_tag)),
        ("CI_COMMIT_TAG", name.filter(|_| is_tag)),
        ("CI_MERGE_REQUEST_IID", None),
        ("CI_MERGE_REQUEST_ID", None),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", None),
        ("CI_EXTERNAL_PULL_REQUEST_IID", None),
    ]);
    known.extend(target.variables.iter().filter_map(|(name, values)| match values.first() {
        Some(value) if values.len() == 1 => Some((*name, Some(*value))),
        _ => None,
    }));
    Some((called, target.workflow.rules.refusal(&known)?))
}

fn problem(source: &str, refusal: Refusal, targets: &[&Target<'_>]) -> Option<Diagnostic> {
    let image = targets.first()?.image;
    let message = format!(
        "{} makes no pipeline of the source `{source}`, so {} never rebuilt",
        image.source.pipeline.file_name(),
        images_are(targets)
    );
    let (here, help) = match refusal {
        Refusal::Workflow(_) => (
            "this does not let it through",
            format!("add a rule to `workflow: rules`: `- if: $CI_PIPELINE_SOURCE == \"{source}\"`"),
        ),
        Refusal::NoJob(_) => (
            "neither this job nor another is in it",
            format!("add a rule to the job that builds the image: `- if: $CI_PIPELINE_SOURCE == \"{source}\"`"),
        ),
    };
    Some(
        Diagnostic::new(RULE.code, message, place(refusal))
            .here(here)
            .label(image.span, "rebuilds of this image ask for one")
            .help(help),
    )
}
