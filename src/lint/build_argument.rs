//! A workflow that gives an ARG of a FROM another value than the one that the bases were found with: the image is built on
//! something that nobody watches.

use super::examples::{CONCURRENCY, DISPATCH, WEB};
use super::target::{Target, targets};
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::dockerfile;
use crate::grammar::fixed::FixedText;
use crate::source::Span;
use crate::workflow::ImageBuild;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 105,
        name: "BuildArgument",
        severity: Severity::Warning,
        can_be_ignored: true,
        title: "a build argument that changes the base",
        why: "
The workflow gives an ARG of a FROM another value than the one that the bases were found with. So the image is built on
one base while another one is watched, and no rebuild follows when its own base moves. `source.buildArgs` says which
values the workflow passes.
",
        wrong: &[
            ("images.yaml", &[WEB]),
            ("Dockerfile", &["ARG NODE=22\nFROM node:${NODE}\n"]),
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
      - run: docker build --build-arg NODE=20 .
",
                ],
            ),
        ],
        right: &[(
            "images.yaml",
            &[r#"
- name: web
  repository: acme/web
  source:
    repo: acme/web
    workflow: web.yml
    buildArgs: {NODE: "20"}
"#],
        )],
    }),
    needs: Needs::Files,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for target in targets(context) {
        let Some((_, facts)) = target.dockerfile.found() else { continue };
        for build in builds(&target) {
            for arg in facts.args.iter().filter(|arg| arg.used) {
                report.extend(problem(&target, &build, arg));
            }
        }
    }
}

/// The builds of the workflow that may be the image's: those of its Dockerfile, or the only one. Of several those of its
/// stage, and of those the ones with its name in their tags: one Dockerfile can make several images.
fn builds<'a>(target: &Target<'a>) -> Vec<ImageBuild<'a>> {
    let mut all: Vec<ImageBuild<'a>> = target.facts.workflow.image_builds(&target.facts.bakes).collect();
    if all.len() == 1 {
        return all;
    }
    let source = &target.image.source;
    let wanted = source.dockerfile();
    all.retain(|build| same_path(&build.dockerfile_path(), &wanted));
    let all = narrowed(all, |build| build.target.map(|stage| stage.value.as_str()) == source.target.as_deref());
    narrowed(all, |build| build.tags.iter().any(|tag| is_tag_of(&tag.value, &target.image.repo_url)))
}

/// Those that fit, or all of them if none does.
fn narrowed<'a>(mut builds: Vec<ImageBuild<'a>>, fits: impl Fn(&ImageBuild<'a>) -> bool) -> Vec<ImageBuild<'a>> {
    if builds.iter().any(&fits) {
        builds.retain(fits);
    }
    builds
}

/// Whether a tag, as `ghcr.io/acme/web:${{ github.sha }}`, is one of a repository.
fn is_tag_of(tag: &str, repo_url: &str) -> bool {
    let tag = tag
        .strip_prefix(repo_url)
        .or_else(|| repo_url.strip_prefix("docker.io/").and_then(|url| tag.strip_prefix(url)));
    tag.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '@']))
}

fn same_path(a: &str, b: &str) -> bool {
    let parts = |path: &'_ str| {
        path.split('/').filter(|part| !matches!(*part, "" | ".")).map(str::to_owned).collect::<Vec<_>>()
    };
    parts(a) == parts(b)
}

fn problem(target: &Target<'_>, build: &ImageBuild<'_>, arg: &dockerfile::Arg) -> Option<Diagnostic> {
    let name = &arg.name;
    let image = target.image;
    let own = image.source.build_args.get(name.as_str());
    let sets = build.args.iter().find(|set| set.name.value == *name);
    let file = image.source.pipeline.name();
    let known = arg.value.as_deref();
    let with = |value: Option<&str>| value.map_or("no value of it".to_owned(), |value| format!("`{name}={value}`"));
    let (message, place, help) = match (sets, own) {
        (None, None) => return None,
        // The Dockerfile says the same by itself.
        (None, Some(own))
            if arg.default.as_deref().map(|text| text.trim_matches(['"', '\''])) == Some(own.as_str()) =>
        {
            return None;
        }
        (None, Some(own)) => (
            format!("{file} does not pass {name}, which images.yaml says is `{own}`"),
            build.span,
            format!("pass `{name}={own}` as a build argument, or take it from `source.buildArgs` of {}", image.name),
        ),
        (Some(set), own) if set.is_expression => (
            format!(
                "{file} computes {name} as it runs, so {} may be built on another base than the one that was found with {}",
                image.name,
                with(own.map(FixedText::as_str).or(known))
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
    let problem = Diagnostic::new(RULE.code, message, place);
    Some(labels.into_iter().fold(problem, |problem, (span, text)| problem.label(span, text)).help(help))
}
