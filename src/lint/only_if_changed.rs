//! A dispatched build that runs only if files have changed: nothing has when a base moves.

use super::examples::{CONCURRENCY, DISPATCH, ON_NODE, WEB};
use super::outcome::Outcome;
use super::target::{Target, by_cause, by_workflow, images_are};
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::source::Span;
use crate::workflow::build::{Build, Condition};
use crate::workflow::value::{Truth, Unknown, Why};

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 152,
        name: "OnlyIfChanged",
        severity: Severity::Warning,
        can_be_ignored: true,
        title: "a dispatched build that runs only if files have changed",
        why: "
A rebuild comes because a base has moved, while no file of the repository has. A job or a step that asks which files
have changed (dorny/paths-filter, tj-actions/changed-files, `git diff`) is then skipped, and the run is green.
",
        wrong: &[("images.yaml", &[WEB, ON_NODE]), (".github/workflows/web.yml", &[DISPATCH, CONCURRENCY, FILTERED])],
        right: &[(
            ".github/workflows/web.yml",
            &[
                DISPATCH,
                CONCURRENCY,
                r#"
jobs:
  changes:
    runs-on: ubuntu-latest
    outputs: {web: "${{ steps.filter.outputs.web }}"}
    steps:
      - id: filter
        uses: dorny/paths-filter@v3
        with: {filters: "web: ['web/**']"}
  build:
    needs: changes
    if: github.event_name == 'workflow_dispatch' || needs.changes.outputs.web == 'true'
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with: {push: true, tags: ghcr.io/acme/web:1.0.0}
"#,
            ],
        )],
    }),
    needs: Needs::Files,
    check,
};

const FILTERED: &str = r#"
jobs:
  changes:
    runs-on: ubuntu-latest
    outputs: {web: "${{ steps.filter.outputs.web }}"}
    steps:
      - id: filter
        uses: dorny/paths-filter@v3
        with: {filters: "web: ['web/**']"}
  build:
    needs: changes
    if: needs.changes.outputs.web == 'true'
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with: {push: true, tags: ghcr.io/acme/web:1.0.0}
"#;

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for targets in by_workflow(context).values() {
        let causes = by_cause(targets, |target| {
            let Outcome::Published(builds) = Outcome::of(target) else { return None };
            let filters: Option<Vec<_>> = builds.iter().map(|build| filter(build)).collect();
            let (condition, unknown) = filters?.first().copied()?;
            let place = condition.span.or(unknown.place()).unwrap_or(target.image.places.workflow);
            Some((place, (place, unknown.place().filter(|filter| place != *filter))))
        });
        report.extend(causes.iter().filter_map(|((place, filter), targets)| problem(*place, *filter, targets)));
    }
}

fn problem(place: Span, filter: Option<Span>, targets: &[&Target<'_>]) -> Option<Diagnostic> {
    let image = targets.first()?.image;
    let (file, are) = (image.source.pipeline.file_name(), images_are(targets));
    let message = format!("a dispatch of {file} builds only if files have changed, so {are} not rebuilt for a base");
    let problem = Diagnostic::new(RULE.code, message, place).here("when a base moves, no file here has changed");
    let problem = filter.into_iter().fold(problem, |problem, at| problem.label(at, "this says what has changed"));
    Some(problem.help("let a dispatch through, as in `if: github.event_name == 'workflow_dispatch' || ...`"))
}

/// The condition of a build that asks which files have changed.
fn filter(build: &Build) -> Option<(&Condition, &Unknown)> {
    build.conditions.iter().find_map(|condition| {
        let Truth::Unknown(unknown) = &condition.holds else { return None };
        let asks = match unknown.root() {
            Why::ChangedFiles { .. } => true,
            Why::Command(command) => ["git diff", "git log", "git show"].iter().any(|asks| command.contains(asks)),
            _ => false,
        };
        asks.then_some((condition, unknown))
    })
}
