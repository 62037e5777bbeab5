//! A workflow that gives an ARG of a FROM another value than the one that the bases were found with: the image is built on
//! something that nobody watches.

use super::target::{Target, targets};
use super::{Context, Looked, WorkflowFacts, bake_files};
use crate::diagnostic::{Code, Diagnostic};
use crate::dockerfile;
use crate::source::{At, Span};
use crate::workflow::{Build, BuildArg};
use indexmap::IndexMap;

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for target in targets(context) {
        let Some((_, facts)) = context.facts.dockerfiles.get(target.index).and_then(Looked::found) else { continue };
        if target.image.lists_bases {
            continue;
        }
        for made in builds(&target) {
            for arg in facts.args.iter().filter(|arg| arg.used) {
                report.extend(problem(&target, &made, arg));
            }
        }
    }
}

/// A build that the workflow makes.
struct Made<'a> {
    /// Path of its Dockerfile in the repository, as far as the workflow says.
    dockerfile: String,
    /// The arguments that it gets, each once.
    args: Vec<&'a BuildArg>,
    /// The stage that is built.
    stage: Option<&'a str>,
    /// Its tags, as written.
    tags: Vec<&'a str>,
    /// What makes it.
    span: Span,
}

/// The builds of the workflow that may be the image's: those of its Dockerfile, or the only one. Of several those of its
/// stage, and of those the ones with its name in their tags: one Dockerfile can make several images.
fn builds<'a>(target: &Target<'a>) -> Vec<Made<'a>> {
    let mut all: Vec<Made<'a>> = Vec::new();
    for (_, build) in target.facts.workflow.builds() {
        if build.tool.is_bake() {
            all.extend(baked(build, target.facts));
        } else {
            all.push(Made {
                dockerfile: dockerfile(build),
                args: build.effective_args(),
                stage: build.target.as_ref().map(|stage| stage.value.as_str()),
                tags: build.tags.iter().map(|tag| tag.value.as_str()).collect(),
                span: build.span,
            });
        }
    }
    let wanted = target.image.source.dockerfile();
    if all.len() > 1 || all.iter().any(|made| same_path(&made.dockerfile, &wanted)) {
        all.retain(|made| same_path(&made.dockerfile, &wanted));
    }
    narrow(&mut all, |made| made.stage == target.image.source.target.as_deref());
    narrow(&mut all, |made| made.tags.iter().any(|tag| is_tag_of(tag, &target.image.repo_url)));
    all
}

/// Keeps those that fit, if any does.
fn narrow(builds: &mut Vec<Made<'_>>, fits: impl Fn(&Made<'_>) -> bool) {
    if builds.iter().any(&fits) {
        builds.retain(fits);
    }
}

/// Whether a tag, as `ghcr.io/acme/web:${{ github.sha }}`, is one of a repository.
fn is_tag_of(tag: &str, repo_url: &str) -> bool {
    let rest = tag
        .strip_prefix(repo_url)
        .or_else(|| repo_url.strip_prefix("docker.io/").and_then(|short| tag.strip_prefix(short)));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '@']))
}

/// `file` is relative to where the build runs; without it there is a Dockerfile in the context.
fn dockerfile(build: &Build) -> String {
    let folder = build.directory.as_ref().map_or("", |folder| folder.value.as_str());
    let context = build.context.as_ref().map_or(".", |context| context.value.as_str());
    match &build.dockerfile {
        Some(path) => format!("{folder}/{}", path.value),
        None => format!("{folder}/{context}/Dockerfile"),
    }
}

/// The builds of one run of bake: its targets, with what `set` puts over their arguments.
fn baked<'a>(build: &'a Build, facts: &'a WorkflowFacts) -> Vec<Made<'a>> {
    let names: Vec<&str> = build.bake_targets.iter().map(|name| name.value.as_str()).collect();
    let folder = build.directory.as_ref().map_or("", |folder| folder.value.as_str());
    let mut made = Vec::new();
    for (_, bake) in facts.bakes.iter().filter(|(path, _)| bake_files(build).contains(path)) {
        for target in bake.selected(&names) {
            let name = target.name.value.as_str();
            let set = build.effective_args().into_iter().filter(|arg| {
                arg.bake_target.as_ref().is_none_or(|pattern| {
                    globset::Glob::new(&pattern.value).is_ok_and(|glob| glob.compile_matcher().is_match(name))
                })
            });
            let mut args: IndexMap<&str, &BuildArg> = IndexMap::new();
            for arg in bake.effective_args(name).into_iter().chain(set) {
                args.insert(&arg.name.value, arg);
            }
            let part = |slot: &'a Option<At<String>>, default: &'a str| {
                slot.as_ref().map_or(default, |text| text.value.as_str())
            };
            let (context, file) = (part(&target.context, "."), part(&target.dockerfile, "Dockerfile"));
            let args = args.into_values().collect();
            made.push(Made {
                dockerfile: format!("{folder}/{context}/{file}"),
                args,
                stage: target.target.as_ref().map(|stage| stage.value.as_str()),
                tags: target.tags.iter().map(|tag| tag.value.as_str()).collect(),
                span: target.name.span,
            });
        }
    }
    made
}

fn same_path(a: &str, b: &str) -> bool {
    let parts = |path: &'_ str| {
        path.split('/').filter(|part| !matches!(*part, "" | ".")).map(str::to_owned).collect::<Vec<_>>()
    };
    parts(a) == parts(b)
}

fn problem(target: &Target<'_>, made: &Made<'_>, arg: &dockerfile::Arg) -> Option<Diagnostic> {
    let name = &arg.name;
    let image = target.image;
    let own = image.source.build_args.get(name);
    let sets = made.args.iter().find(|set| set.name.value == *name);
    let file = &image.source.workflow;
    let known = arg.value.as_deref();
    let with = |value: Option<&str>| value.map_or("no value of it".to_owned(), |value| format!("`{name}={value}`"));
    let (message, place, help) = match (sets, own) {
        (None, None) => return None,
        // The Dockerfile says the same by itself.
        (None, Some(own)) if arg.default.as_deref().map(|text| text.trim_matches(['"', '\''])) == Some(own) => {
            return None;
        }
        (None, Some(own)) => (
            format!("{file} does not pass {name}, which images.yaml says is `{own}`"),
            made.span,
            format!("pass `{name}={own}` as a build argument, or take it from `source.buildArgs` of {}", image.name),
        ),
        (Some(set), own) if set.is_expression => (
            format!(
                "{file} computes {name} as it runs, so {} may be built on another base than the one that was found with {}",
                image.name,
                with(own.map(String::as_str).or(known))
            ),
            set.span,
            format!(
                "pass a fixed value and write it under `source.buildArgs` of {}, or list its `baseImages`",
                image.name
            ),
        ),
        (Some(set), _) => {
            let value = set.value.as_ref().map(|value| value.value.as_str());
            if value == known || value.is_none() {
                return None;
            }
            let value = value.unwrap_or_default();
            (
                format!(
                    "{file} builds {} with `{name}={value}`; its bases were found with {}",
                    image.name,
                    with(known)
                ),
                set.span,
                format!(
                    "write `buildArgs: {{{name}: \"{value}\"}}` under `source` of {}, then run `image-factory discover`",
                    image.name
                ),
            )
        }
    };
    let labels: [(Span, &str); 2] = [(arg.span, "FROM uses this"), (image.span, "the image")];
    let problem = Diagnostic::new(Code::BuildArgument, message, place);
    Some(labels.into_iter().fold(problem, |problem, (span, text)| problem.label(span, text)).help(help))
}
