//! A name of an object that was cut to 63 characters.

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Analysis;
use crate::model::name::{analysis_stage, soak_stage, trigger_stage};

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    let model = context.model;
    for base in &model.bases {
        let Some(first) = base.dependents.first() else { continue };
        let name = trigger_stage(&base.name, "");
        let whole = format!("rebuild-trigger-{}", base.name);
        let soaks = base.dependents.iter().any(|dependent| dependent.policy.delay().is_some());
        if name == whole && !(soaks && soak_stage(&base.name) != format!("soak-{}", base.name)) {
            continue;
        }
        report.push(
            Diagnostic::new(Code::ShortenedName, format!("the Stage of {} is called {name}", base.reference.familiar()), first.place(&model.images))
                .here("names of Stages have at most 63 characters, so this one was cut, with a hash to keep it unique")
                .help(format!(
                    "a name of its own reads better: `baseImages: [{{image: \"{}\", name: ...}}]`; it makes a new Warehouse, and so one rebuild",
                    base.reference.familiar()
                )),
        );
    }
    let analysed = model.analysis != Analysis::Off;
    for image in model.images.iter().filter(|image| analysed && image.dockerfile.is_some()) {
        let name = analysis_stage(&image.name);
        if name != format!("analyze-dockerfile-{}", image.name) {
            report.push(
                Diagnostic::new(
                    Code::ShortenedName,
                    format!("the analysis Stage of {} is called {name}", image.name),
                    image.span,
                )
                .here("names of Stages have at most 63 characters, so this one was cut, with a hash to keep it unique")
                .help("give the image a shorter name, or leave it"),
            );
        }
    }
}
