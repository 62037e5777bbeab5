//! A Kargo that does not know what is asked of it, so that it is left out (Kargo's `http-config.json` by release: what is
//! left out would fail the step as it runs).

use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::grammar::release::{ERROR_EXPRESSION, FAIL, POLL_INTERVAL};
use crate::model::{Analysis, Duration};

/// How often such a Kargo asks again (`defaultRequeueInterval`, `pkg/controller/promotions/promotions.go`), and once more when
/// the time is over.
const POLL: Duration = Duration::minutes(5);

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 129,
        name: "OldKargo",
        severity: Severity::Note,
        can_be_ignored: true,
        title: "a Kargo that lacks what is asked",
        why: "
Older releases of Kargo refuse fields and steps that newer ones know, so they are left out of the manifests. What is
left works, and says less when something fails.
",
        wrong: &[(
            "images.yaml",
            &[r#"
kargoVersion: "1.10"
images:
  - name: web
    repository: acme/web
    source: {repo: acme/web, workflow: web.yml}
    baseImages: ["node:22"]
"#],
        )],
        right: &[(
            "images.yaml",
            &[r#"
kargoVersion: "1.11"
images:
  - name: web
    repository: acme/web
    source: {repo: acme/web, workflow: web.yml}
    baseImages: ["node:22"]
"#],
        )],
    }),
    needs: Needs::Nothing,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    let model = context.model;
    let Some(place) = model.kargo_span else { return };
    let lacks = |known| !model.kargo.knows(known);
    let mut lost = Vec::new();
    if model.bases.iter().any(|base| !base.dependents.is_empty()) {
        if lacks(&ERROR_EXPRESSION) {
            lost.push("a failed dispatch does not say why");
            lost.push("one that was refused is sent twice");
        }
        if lacks(&POLL_INTERVAL) {
            lost.push("one that was put off is sent again after five minutes in place of one");
            if *model.retry.timeout < POLL {
                lost.push("`retry.timeout` leaves that no more than two tries");
            }
        }
        if lacks(&FAIL) {
            lost.push("nothing checks for a missing token first");
            lost.push("a failed Promotion tells of one image, not of all");
        }
    }
    let compares = matches!(model.analysis, Analysis::Http { .. })
        && model.images.iter().any(|image| image.dockerfile.as_ref().is_some_and(|file| !file.lines.is_empty()));
    if compares && lacks(&ERROR_EXPRESSION) {
        lost.push("a Dockerfile that has drifted fails its Stage without naming the lines");
    }
    if lost.is_empty() {
        return;
    }
    report.push(
        Diagnostic::new(RULE.code, "this Kargo lacks what the manifests would use", place)
            .here("what it does not know is left out")
            .help(format!("with it, {}", lost.join("; ")))
            .help("upgrade to Kargo 1.11, then remove this key"),
    );
}
