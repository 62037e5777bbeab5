//! A rebuild that the next one cancels.

use super::examples::{BUILD, CONCURRENCY, DISPATCH, ON_NODE, WEB};
use super::outcome::Outcome;
use super::target::{Target, by_cause, by_workflow, images_are};
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::model::inputs::BASE_IMAGE;
use crate::source::Span;
use crate::workflow::build::Group;
use crate::workflow::value::Why;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 153,
        name: "Cancelled",
        severity: Severity::Warning,
        can_be_ignored: true,
        title: "a rebuild that the next one cancels",
        why: "
Several bases can move at once, and each is a dispatch. With `cancel-in-progress: true` the second run of a group ends
the first in the midst of its work: perhaps between two pushes, and if the group is that of several images, for good.
Without it the second one waits.
",
        wrong: &[
            ("images.yaml", &[WEB, ON_NODE]),
            (
                ".github/workflows/web.yml",
                &[
                    DISPATCH,
                    r#"
concurrency: {group: "${{ github.workflow }}-${{ github.ref }}", cancel-in-progress: true}
"#,
                    BUILD,
                ],
            ),
        ],
        right: &[(".github/workflows/web.yml", &[DISPATCH, CONCURRENCY, BUILD])],
    }),
    needs: Needs::Files,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for targets in by_workflow(context).values() {
        let causes = by_cause(targets, |target| {
            let Outcome::Published(builds) = Outcome::of(target) else { return None };
            let mut groups = builds.iter().flat_map(|build| &build.groups);
            let group = groups.find(|group| group.cancels.is_yes() && is_of_several_runs(group))?;
            Some((group.span, group.span))
        });
        report.extend(causes.iter().filter_map(|(place, targets)| problem(*place, targets)));
    }
}

fn problem(place: Span, targets: &[&Target<'_>]) -> Option<Diagnostic> {
    let image = targets.first()?.image;
    let (file, are) = (image.source.pipeline.file_name(), images_are(targets));
    let message = format!("a dispatch of {file} cancels the one that goes on, so {are} perhaps not pushed");
    Some(
        Diagnostic::new(RULE.code, message, place)
            .here("of two runs at once the first is ended")
            .label(image.span, "rebuilds of this image run that workflow")
            .help(
                "cancel runs of pull requests alone: `cancel-in-progress: ${{ github.event_name == 'pull_request' }}`",
            ),
    )
}

/// Whether two rebuilds may be in it at once: each base that moves is one, and no run is there twice.
fn is_of_several_runs(group: &Group) -> bool {
    let differs = |why: &Why| match why {
        Why::Context(name) => ["run_id", "run_number", "run_attempt"].iter().any(|of_run| name.contains(of_run)),
        Why::Input(_) => true,
        _ => false,
    };
    !group.written.contains(BASE_IMAGE) && !group.name.holes().any(|hole| differs(hole.root()))
}
