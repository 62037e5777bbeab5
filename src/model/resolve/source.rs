//! `source`: where an image is built, and by what.

use super::hook::hook;
use super::hosts::no_address;
use super::report::Report;
use super::settings::Settings;
use crate::config::{self, Slot};
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::forge::github::{Workflow, WorkflowFile};
use crate::forge::{NOWHERE, Pipeline, Provider, azure, gitlab};
use crate::grammar::Form;
use crate::grammar::build::BuildArgument;
use crate::grammar::fixed::FixedText;
use crate::grammar::git::FilePath;
use crate::grammar::given::{self, Given, MAX_WAYS};
use crate::grammar::kargo::SendAs;
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
    if source.repo.is_absent() {
        let image = name.map_or("this image", ObjectName::as_str);
        report.push(
            Diagnostic::new(Code::MissingKey, format!("{image} has a `source` without `repo`"), place)
                .help("write the repository that builds it, as in `repo: myorg/myrepo`"),
        );
    }
    let pipeline = pipeline(source, name, settings, report);
    let build_args = build_args(source, report);
    let mut contexts = IndexMap::new();
    for (key, value) in source.contexts.get().into_iter().flat_map(|at| &at.value.0) {
        let key = report.read_at(key, "the name of the context");
        let value = report.read(value, "the context");
        contexts.extend(key.zip(value));
    }
    let branch = report.read(&source.branch, "the branch");
    let (dockerfile, context) =
        (report.read(&source.dockerfile, "the path of the Dockerfile"), report.read(&source.context, "the context"));
    let (target, platform) = (report.read(&source.target, "the target"), report.read(&source.platform, "the platform"));
    Some(Source {
        pipeline: pipeline?,
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

/// What builds it, by the keys of its provider; those of others are reported.
fn pipeline(
    source: &config::Source,
    name: Option<&ObjectName>,
    settings: &Settings,
    report: &mut Report,
) -> Option<Pipeline> {
    let provider = match &source.provider {
        Slot::Absent => Some(Provider::GitHub),
        slot => report.read(slot, "the provider"),
    };
    let Some(provider) = provider else {
        // The rest is most likely as it is for most.
        workflow(source, name, report);
        return None;
    };
    keys_of_others(source, provider, report);
    let hosts = &settings.hosts;
    if let (Some(service), Some(at)) = (hosts.service(provider), source.provider.get())
        && service.api_url == NOWHERE
        && settings.unnamed_hosts.contains(&provider)
    {
        report.push(no_address(provider, at.span));
    }
    Some(match provider {
        Provider::GitHub => Pipeline::GitHub(workflow(source, name, report)?),
        Provider::Gitea => Pipeline::Gitea(workflow(source, name, report)?),
        Provider::Forgejo => Pipeline::Forgejo(workflow(source, name, report)?),
        Provider::GitLab => {
            let by_inputs = send_as(source, [SendAs::Variables, SendAs::Inputs], report) == SendAs::Inputs;
            Pipeline::GitLab(gitlab::Pipeline {
                project: repo(source, report)?,
                auth: hosts.gitlab_auth,
                by_inputs,
                file: pipeline_file(source, report),
            })
        }
        Provider::AzureDevOps => {
            if let Some(at) = source.provider.get().filter(|_| source.pipeline.is_absent()) {
                report.push(
                    Diagnostic::new(
                        Code::MissingKey,
                        "a pipeline of Azure DevOps has a number, which is missing",
                        at.span,
                    )
                    .help("write what stands behind `definitionId=` in the address of its page, as in `pipeline: 42`"),
                );
            }
            let by_variables = send_as(source, [SendAs::Parameters, SendAs::Variables], report) == SendAs::Variables;
            let (repo, id) = (repo(source, report), report.read(&source.pipeline, "the number of the pipeline"));
            Pipeline::AzureDevOps(azure::Pipeline {
                repo: repo?,
                id: id?,
                by_variables,
                file: pipeline_file(source, report),
            })
        }
        Provider::Webhook => {
            if let Some(at) = source.provider.get().filter(|_| source.webhook.is_absent()) {
                report.push(
                    Diagnostic::new(Code::MissingKey, "nothing says which request starts the build", at.span)
                        .help("write it, as in `webhook: {url: \"https://ci.example.com/job/web/build\"}`"),
                );
            }
            let repo = repo(source, report);
            Pipeline::Webhook(Box::new(hook(source.webhook.get()?, repo, report)?))
        }
    })
}

fn repo<T: Form>(source: &config::Source, report: &mut Report) -> Option<T> {
    let at = source.repo.get()?;
    report.read_as(&at.value, at.span, Code::InvalidValue, "the repository of the source")
}

fn pipeline_file(source: &config::Source, report: &mut Report) -> Option<FilePath> {
    report.read(&source.pipeline_file, "the file of the pipeline")
}

fn workflow(source: &config::Source, name: Option<&ObjectName>, report: &mut Report) -> Option<Workflow> {
    let file: Option<WorkflowFile> = report.read(&source.workflow, "the workflow");
    // One that cannot be used is not another.
    let of_image = name.filter(|_| source.workflow.is_absent()).map(WorkflowFile::of_image);
    let repo = repo(source, report);
    Some(Workflow { repo: repo?, file: file.or(of_image)? })
}

/// As what inputs are sent: the first of these, unless another is written.
fn send_as(source: &config::Source, known: [SendAs; 2], report: &mut Report) -> SendAs {
    let [usual, other] = known;
    let Some(written) = report.read(&source.send_as, "as what inputs are sent") else { return usual };
    if let Some(at) = source.send_as.get().filter(|_| !known.contains(&written)) {
        let message = format!("this provider takes no {}", written.word());
        let help = format!("write `{}` or `{}`", usual.word(), other.word());
        report.push(Diagnostic::new(Code::InvalidValue, message, at.span).help(help));
    }
    written
}

/// Keys that this provider does not read.
fn keys_of_others(source: &config::Source, provider: Provider, report: &mut Report) {
    use Provider::{AzureDevOps, Forgejo, GitHub, GitLab, Gitea, Webhook};
    let mut unread = |is_read: bool, place: Option<Span>, key: &str, of: &str| {
        if let Some(span) = place.filter(|_| !is_read) {
            let message = format!("`{key}` is for {of}");
            let help = match provider {
                GitHub | Gitea | Forgejo => "remove it; `workflow` names the workflow that builds the image",
                GitLab => "remove it; GitLab runs the .gitlab-ci.yml of the branch",
                AzureDevOps => "remove it; `pipeline` is the number of the pipeline that builds the image",
                Webhook => "remove it; `webhook` says which request starts the build",
            };
            report.push(Diagnostic::new(Code::NoEffect, message, span).help(help).fix(Some(Fix::remove_key(span))));
        }
    };
    let has_workflows = matches!(provider, GitHub | Gitea | Forgejo);
    unread(has_workflows, source.workflow.get().map(|at| at.span), "workflow", "GitHub, Gitea and Forgejo");
    unread(provider == AzureDevOps, source.pipeline.get().map(|at| at.span), "pipeline", "Azure DevOps");
    unread(
        matches!(provider, GitLab | AzureDevOps),
        source.pipeline_file.get().map(|at| at.span),
        "pipelineFile",
        "GitLab and Azure DevOps",
    );
    unread(
        matches!(provider, GitLab | AzureDevOps),
        source.send_as.get().map(|at| at.span),
        "sendAs",
        "GitLab and Azure DevOps",
    );
    unread(provider == Webhook, source.webhook.get().map(|at| at.span), "webhook", "the provider `webhook`");
    unread(false, source.job.get().map(|at| at.span), "job", "the Python original");
}
