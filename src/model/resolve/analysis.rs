//! `analysis`: what looks at Dockerfiles again.

use super::report::Report;
use crate::config::{self, Slot};
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::forge::Pipeline;
use crate::forge::github::{Workflow, WorkflowFile};
use crate::grammar::git::Branch;
use crate::grammar::kargo::{AnalysisMode as Mode, OnDrift};
use crate::grammar::kubernetes::ObjectName;
use crate::model::{Analysis, Factory};
use crate::source::{At, Span};

pub(super) fn analysis(slot: &Slot<config::Analysis>, report: &mut Report) -> Analysis {
    let absent = At::new(config::Analysis::default(), Span::from_parts([0, 0, 0]));
    let at = slot.get().unwrap_or(&absent);
    let written = &at.value;
    let mode = report.read(&written.mode, "the mode").unwrap_or(Mode::Http);
    let dispatch = report.read(&written.on_drift, "what happens on drift") == Some(OnDrift::Dispatch);
    let image = report.read(&written.image, "the image");
    let service_account =
        report.read(&written.service_account, "the service account").unwrap_or(ObjectName::SERVICE_ACCOUNT);
    let factory = factory(&written.factory, report);
    // A mode that cannot be told has been reported, and so has a factory that cannot be used.
    let mode_is_known = written.mode.is_absent() || written.mode.get().is_some();
    if mode_is_known && mode != Mode::Off {
        unused_keys(written, mode, dispatch, report);
    }
    match mode {
        Mode::Off => Analysis::Off,
        Mode::Http if dispatch => Analysis::Http { on_drift: required_factory(written, at.span, factory, report) },
        Mode::Http => Analysis::Http { on_drift: None },
        Mode::Workflow => required_factory(written, at.span, factory, report).map_or(Analysis::Off, Analysis::Workflow),
        Mode::Job => {
            if written.image.is_absent() {
                let place = written.mode.get().map_or(at.span, |mode| mode.span);
                report.push(Diagnostic::new(Code::MissingKey, "the mode `job` needs `image`", place).help(
                    "write the image of this tool that the Job runs, as in `image: ghcr.io/myorg/image-factory:1.0.0`",
                ));
            }
            image.map_or(Analysis::Off, |image| Analysis::Job { image, service_account })
        }
    }
}

fn factory(slot: &Slot<config::Factory>, report: &mut Report) -> Option<Factory> {
    let written = &slot.get()?.value;
    let workflow = report.read(&written.workflow, "the workflow").unwrap_or(WorkflowFile::FACTORY);
    let branch = report.read(&written.branch, "the branch").unwrap_or(Branch::MAIN);
    let repo = report.read(&written.repo, "the repository")?;
    Some(Factory { pipeline: Pipeline::GitHub(Workflow { repo, file: workflow }), branch })
}

/// The factory where there must be one; that it is missing is said here, that it is wrong has been said.
fn required_factory(
    written: &config::Analysis,
    span: Span,
    factory: Option<Factory>,
    report: &mut Report,
) -> Option<Factory> {
    let example = "write where this images.yaml is, as in `factory: {repo: myorg/factory}`; its workflow \
                   `image-factory.yml` runs `discover` and `synth`";
    match &written.factory {
        Slot::Absent => {
            let (place, key) = match (written.on_drift.get(), written.mode.get()) {
                (Some(on_drift), _) if &*on_drift.value == OnDrift::Dispatch.word() => {
                    (on_drift.span, "`onDrift: dispatch`")
                }
                (_, Some(mode)) => (mode.span, "the mode `workflow`"),
                _ => (span, "this"),
            };
            let message = format!("{key} needs `factory`");
            report.push(Diagnostic::new(Code::MissingKey, message, place).help(example));
        }
        Slot::Is(at) if at.value.repo.is_absent() => {
            report.push(Diagnostic::new(Code::MissingKey, "the factory has no `repo`", at.span).help(example));
        }
        Slot::Is(_) | Slot::Broken => {}
    }
    factory
}

/// Keys that the mode does not read.
fn unused_keys(written: &config::Analysis, mode: Mode, dispatch: bool, report: &mut Report) {
    let place = |span: Option<Span>, key: &'static str| span.map(|span| (span, key));
    let job = [
        place(written.image.get().map(|at| at.span), "`image` is for the mode `job`"),
        place(written.service_account.get().map(|at| at.span), "`serviceAccount` is for the mode `job`"),
    ];
    let factory = place(
        written.factory.get().map(|at| at.span),
        "`factory` is for the mode `workflow` and for `onDrift: dispatch`",
    );
    let on_drift = place(written.on_drift.get().map(|at| at.span), "`onDrift` is for the mode `http`");
    let mut unused = Vec::new();
    if mode != Mode::Job {
        unused.extend(job);
    }
    if mode != Mode::Workflow && !(mode == Mode::Http && dispatch) {
        unused.push(factory);
    }
    if mode != Mode::Http {
        unused.push(on_drift);
    }
    for (span, what) in unused.into_iter().flatten() {
        report.push(
            Diagnostic::new(Code::NoEffect, what, span)
                .help("remove it, or change the mode")
                .fix(Fix::remove_key(span)),
        );
    }
}
