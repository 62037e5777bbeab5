//! A name of an object that was cut to 63 characters.

use super::{Context, Edges, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::model::name::{
    ANALYSIS_STAGE, IMAGE_STAGE, SOAK_STAGE, TRIGGER_STAGE, analysis_stage, image_stage, soak_stage, trigger_stage,
};
use crate::model::{Analysis, Rebuilds};

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 123,
        name: "ShortenedName",
        severity: Severity::Note,
        can_be_ignored: true,
        title: "a name that was shortened",
        why: "
The name of a Stage has at most 63 characters, of which `rebuild-trigger-` takes 16. A longer one is cut and ends in
eight characters of a hash, so that it stays unique and the same from run to run. A name of your own is easier to find
in Kargo.
",
        wrong: &[
            (
                "images.yaml",
                &[r"
images:
  - name: web
    repository: acme/web
    source: {repo: acme/web, workflow: web.yml}
"],
            ),
            ("Dockerfile", &["FROM ghcr.io/acme/images-of-the-platform-team/python-with-numpy:3.13\n"]),
        ],
        right: &[(
            "images.yaml",
            &[r#"
baseImages:
  - {image: "ghcr.io/acme/images-of-the-platform-team/python-with-numpy:3.13", name: numpy}
images:
  - name: web
    repository: acme/web
    source: {repo: acme/web, workflow: web.yml}
"#],
        )],
    }),
    needs: Needs::Nothing,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    let model = context.model;
    let edges = Edges::of(context);
    for base in &model.bases {
        let Some(first) = base.dependents.first() else { continue };
        let has_own = base.dependents.iter().any(|one| model.images[one.image].rebuilds == Rebuilds::PerBase);
        let name = trigger_stage(&base.name, "");
        let is_whole = !has_own || name == format!("{TRIGGER_STAGE}{}", base.name);
        let soaks = base.dependents.iter().any(|dependent| dependent.policy.delay().is_some());
        if is_whole && !(soaks && soak_stage(&base.name) != format!("{SOAK_STAGE}{}", base.name)) {
            continue;
        }
        report.push(
            Diagnostic::new(RULE.code, format!("the Stage of {} is called {name}", base.reference.familiar()), edges.place(first, &base.reference, model))
                .here("a name has at most 63 characters; this one is cut and ends in a hash")
                .help(format!(
                    "a name of its own reads better: `baseImages: [{{image: \"{}\", name: ...}}]`; it makes a new Warehouse, and so one rebuild",
                    base.reference.familiar()
                )),
        );
    }
    let analysed = model.analysis != Analysis::Off;
    for image in &model.images {
        let analysis = (analysed && image.dockerfile.is_some())
            .then(|| ("analysis Stage", analysis_stage(&image.name), ANALYSIS_STAGE));
        let rebuild =
            (image.rebuilds != Rebuilds::PerBase).then(|| ("Stage", image_stage(&image.name, ""), IMAGE_STAGE));
        for (what, name, start) in [rebuild, analysis].into_iter().flatten() {
            if name == format!("{start}{}", image.name) {
                continue;
            }
            report.push(
                Diagnostic::new(RULE.code, format!("the {what} of {} is called {name}", image.name), image.span)
                    .here("a name has at most 63 characters; this one is cut and ends in a hash")
                    .help("give the image a shorter name, or leave it"),
            );
        }
    }
}
