//! `source`: where an image is built, and by what.

use super::report::Report;
use super::settings::Settings;
use crate::config::{self, Slot};
use crate::diagnostic::{Code, Diagnostic};
use crate::forge::github::{Workflow, WorkflowFile};
use crate::forge::{Pipeline, Provider};
use crate::grammar::build::BuildArgument;
use crate::grammar::fixed::FixedText;
use crate::grammar::given::{self, Given, MAX_WAYS};
use crate::grammar::kubernetes::ObjectName;
use crate::model::Source;
use crate::source::Span;
use indexmap::IndexMap;

/// Reads all of it; `None` if an image cannot be built by what is left, which has been reported. The name is that of the image,
/// if it has one; the place is that of the image.
pub(super) fn source(
    slot: &Slot<config::Source>,
    name: Option<&ObjectName>,
    place: Span,
    settings: &Settings,
    report: &mut Report,
) -> Option<Source> {
    let source = &slot.get()?.value;
    check_provider(source, report);
    if source.repo.is_absent() {
        let image = name.map_or("this image", ObjectName::as_str);
        report.push(
            Diagnostic::new(Code::MissingKey, format!("{image} has a `source` without `repo`"), place)
                .help("write the repository that builds it, as in `repo: myorg/myrepo`"),
        );
    }
    let workflow: Option<WorkflowFile> = report.read(&source.workflow, "the workflow");
    // One that cannot be used is not another.
    let of_image = name.filter(|_| source.workflow.is_absent()).map(WorkflowFile::of_image);
    let build_args = build_args(source, report);
    let mut contexts = IndexMap::new();
    for (key, value) in source.contexts.get().into_iter().flat_map(|at| &at.value.0) {
        let key = report.read_at(key, "the name of the context");
        let value = report.read(value, "the context");
        contexts.extend(key.zip(value));
    }
    let repo = report.read(&source.repo, "the repository of the source");
    let branch = report.read(&source.branch, "the branch");
    let (dockerfile, context) =
        (report.read(&source.dockerfile, "the path of the Dockerfile"), report.read(&source.context, "the context"));
    let (target, platform) = (report.read(&source.target, "the target"), report.read(&source.platform, "the platform"));
    Some(Source {
        pipeline: Pipeline::GitHub(Workflow { repo: repo?, file: workflow.or(of_image)? }),
        branch: branch.unwrap_or_else(|| settings.defaults.branch.clone()),
        dockerfile,
        context,
        target,
        platform,
        build_args,
        contexts,
    })
}

fn build_args(source: &config::Source, report: &mut Report) -> IndexMap<BuildArgument, Given<FixedText>> {
    let mut build_args = IndexMap::new();
    let Some(at) = source.build_args.get() else { return build_args };
    for (key, slot) in &at.value.0 {
        let name = report.read_at(key, "the name of the build argument");
        let Some(given) = slot.get() else { continue };
        if given.value.0.is_empty() {
            let message = format!("the build argument {} has no value: the list is empty", &*key.value);
            report.push(
                Diagnostic::new(Code::InvalidValue, message, given.span).help("write a value, or remove the key"),
            );
        }
        let mut all: Vec<FixedText> = Vec::new();
        for value in given.value.0.iter().filter_map(Slot::get) {
            let Some(text) = report.read_at(value, "the build argument") else { continue };
            if all.contains(&text) {
                let message = format!("`{text}` stands twice among the values of {}", &*key.value);
                report.push(Diagnostic::new(Code::InvalidValue, message, value.span).help("write it once"));
            } else {
                all.push(text);
            }
        }
        build_args.extend(name.zip(Given::new(all)));
    }
    if given::ways(&build_args).is_none() {
        let message = format!("these build arguments have the Dockerfile built in more than {MAX_WAYS} ways");
        report
            .push(Diagnostic::new(Code::InvalidValue, message, at.span).help(
                "every value is built with every value of the others; write an entry for each way that there is",
            ));
        build_args.clear();
    }
    build_args
}

fn check_provider(source: &config::Source, report: &mut Report) {
    let provider = report.read(&source.provider, "the provider");
    if let (Some(Provider::GitLab), Some(at)) = (provider, source.provider.get()) {
        report.push(
            Diagnostic::new(Code::NotSupportedYet, "rebuilding through GitLab is not supported yet", at.span)
                .help("remove `source` to only watch the image, or build it by a workflow on GitHub"),
        );
        return;
    }
    let help = "write `workflow` for a workflow on GitHub";
    report.no_effect(&source.pipeline, "`pipeline` is for GitLab", help, true);
    report.no_effect(&source.job, "`job` is for GitLab", help, true);
}
