//! A dispatch that builds and publishes nothing.

use super::examples::{CONCURRENCY, DISPATCH, ON_NODE, WEB};
use super::outcome::Outcome;
use super::target::{Target, by_cause, by_workflow, images_are};
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::source::Span;
use crate::workflow::build::Build;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 150,
        name: "PushesNothing",
        severity: Severity::Warning,
        can_be_ignored: true,
        title: "a dispatch that pushes nothing",
        why: "
A rebuild is a dispatch of the image's workflow. Where that pushes only what an event `push` or a tag has started, or
leaves the job out, the run is green and the registry has no new image.
",
        wrong: &[
            ("images.yaml", &[WEB, ON_NODE]),
            (
                ".github/workflows/web.yml",
                &[
                    DISPATCH,
                    CONCURRENCY,
                    r"
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: ${{ github.event_name == 'push' }}
          tags: ghcr.io/acme/web:1.0.0
",
                ],
            ),
        ],
        right: &[(
            ".github/workflows/web.yml",
            &[
                DISPATCH,
                CONCURRENCY,
                r"
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: ${{ github.event_name != 'pull_request' }}
          tags: ghcr.io/acme/web:1.0.0
",
            ],
        )],
    }),
    needs: Needs::Files,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for targets in by_workflow(context).values() {
        let causes = by_cause(targets, |target| {
            let Outcome::Held(builds) = Outcome::of(target) else { return None };
            let place = |build: &&Build| held_by(build).unwrap_or(build.push_span.unwrap_or(build.span));
            let mut places: Vec<Span> = builds.iter().map(place).collect();
            places.dedup();
            Some((places.clone(), (places, builds)))
        });
        report.extend(causes.iter().filter_map(|((places, builds), targets)| problem(places, builds, targets)));
    }
}

/// Where the condition stands that keeps a build from running.
fn held_by(build: &Build) -> Option<Span> {
    let held = build.conditions.iter().find(|condition| condition.holds.is_no())?;
    Some(held.span.unwrap_or(build.span))
}

fn problem(places: &[Span], builds: &[&Build], targets: &[&Target<'_>]) -> Option<Diagnostic> {
    let (place, build, image) = (*places.first()?, builds.first()?, targets.first()?.image);
    let file = image.source.pipeline.file_name();
    let message = format!("a dispatch of {file} pushes nothing, so {} never rebuilt", images_are(targets));
    let (here, help) = match held_by(build) {
        Some(_) => (
            "this does not hold when the workflow is dispatched, so the build does not run",
            "let a dispatch through, as in `if: github.event_name == 'workflow_dispatch' || ...`",
        ),
        None if build.push_span.is_some() => (
            "this is not true when the workflow is dispatched",
            "let a dispatch push, as in `push: ${{ github.event_name != 'pull_request' }}`",
        ),
        None => ("what this builds stays on the machine of the run", "push it, as in `docker buildx build --push`"),
    };
    let mut problem = Diagnostic::new(RULE.code, message, place).here(here);
    for place in places.iter().skip(1).take(2) {
        problem = problem.label(*place, "and this");
    }
    Some(problem.label(image.span, "rebuilds of this image run that workflow").help(help))
}
