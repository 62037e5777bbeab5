//! A dispatch that publishes other images than the one that it is for.

use super::examples::{CONCURRENCY, DISPATCH, ON_NODE, WEB};
use super::outcome::{Outcome, parts};
use super::target::{Target, by_cause, by_workflow, images_are};
use super::{Context, Needs, Rule, some_of};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::source::Span;
use crate::workflow::build::Build;
use crate::workflow::value::Text;
use indexmap::IndexSet;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 151,
        name: "AnotherImage",
        severity: Severity::Warning,
        can_be_ignored: true,
        title: "a workflow that pushes another image",
        why: "
Every build that the dispatch would push goes to another repository than the image's, so no rebuild ever reaches it:
the entry names the workflow of another image, or another `registry` or `repository` than the workflow.
",
        wrong: &[("images.yaml", &[WEB, ON_NODE]), (".github/workflows/web.yml", &[DISPATCH, CONCURRENCY, OTHER])],
        right: &[(
            "images.yaml",
            &[r#"
- name: web
  repository: acme/other
  source: {repo: acme/web, workflow: web.yml}
  baseImages: ["node:22"]
"#],
        )],
    }),
    needs: Needs::Files,
    check,
};

const OTHER: &str = r"
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with: {push: true, tags: ghcr.io/acme/other:1.0.0}
";

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for targets in by_workflow(context).values() {
        let causes = by_cause(targets, |target| {
            let Outcome::Elsewhere(builds) = Outcome::of(target) else { return None };
            Some((builds.iter().map(|build| build.span).collect::<Vec<Span>>(), builds))
        });
        report.extend(causes.iter().filter_map(|(builds, targets)| problem(builds, targets)));
    }
}

fn problem(builds: &[&Build], targets: &[&Target<'_>]) -> Option<Diagnostic> {
    let (build, image) = (builds.first()?, targets.first()?.image);
    let names: IndexSet<String> =
        builds.iter().flat_map(|build| &build.destinations).map(|to| parts(to).0.to_string()).collect();
    let names: Vec<String> = names.into_iter().collect();
    let file = image.source.pipeline.file_name();
    let message = format!("a dispatch of {file} pushes {}, so {} never rebuilt", some_of(&names), images_are(targets));
    Some(
        Diagnostic::new(RULE.code, message, image.places.workflow)
            .here(format!("this workflow does not build {}", image.repo_url))
            .label(build.destinations.first().and_then(Text::span).unwrap_or(build.span), "it pushes this")
            .help(format!(
                "name the workflow that pushes {}, or write the `registry` and the `repository` that this one pushes to",
                image.repo_url
            )),
    )
}
