//! A workflow that gives an ARG of a FROM another value than the one that the bases were found with: the image is built on
//! something that nobody watches.

use super::examples::{CONCURRENCY, DISPATCH, WEB};
use super::outcome::{is_of, may_be, parts};
use super::target::{Target, targets};
use super::unwatched_tags::may_watch;
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Fix, Setting, Severity};
use crate::dockerfile;
use crate::grammar::fixed::FixedText;
use crate::grammar::given::{Given, MAX_WAYS};
use crate::source::Span;
use crate::words::list;
use crate::workflow::build::{Build, Tool};
use crate::workflow::value::{Text, Unknown, Why};
use indexmap::{IndexMap, IndexSet};

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
      - run: docker buildx build --push -t ghcr.io/acme/web:1.0.0 --build-arg NODE=20 .
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
        let builds = builds(&target);
        let passed = passed(&target, &builds, facts).unwrap_or_default();
        let mended = |problem: Diagnostic, arg: &dockerfile::Arg| problem.fix(fix(&target, &passed, &arg.name));
        for build in &builds {
            for arg in facts.args.iter().filter(|arg| arg.used) {
                let problem = problem(&target, build, arg);
                report.extend(problem.map(|problem| mended(problem, arg)));
            }
        }
        let left = facts.args.iter().filter(|arg| arg.used);
        report.extend(left.filter_map(|arg| not_built(&target, arg).map(|problem| mended(problem, arg))));
    }
}

/// The builds of the workflow that may be the image's: those of its Dockerfile, or the only one. Of several those of its
/// stage, and of those the ones with its name in their tags: one Dockerfile can make several images.
fn builds<'a>(target: &Target<'a>) -> Vec<&'a Build> {
    let mut all: Vec<&Build> = target.run.builds.iter().filter(|build| is_readable(build)).collect();
    if all.len() == 1 {
        return all;
    }
    let source = &target.image.source;
    let wanted = source.dockerfile();
    all.retain(|build| build.dockerfile.here() == Some(&*wanted));
    let all = narrowed(all, |build| build.target.as_ref().and_then(Text::known) == source.target.as_deref());
    let all = narrowed(all, |build| build.tags.iter().any(|tag| is_tag_of(tag.marked(), &target.image.repo_url)));
    // Images of one repository have tags that tell them apart.
    narrowed(all, |build| build.tags.iter().any(|tag| is_watched(tag, target)))
}

/// Whether a reference may be one that is watched of an image.
fn is_watched(reference: &Text, target: &Target<'_>) -> bool {
    may_be(reference, &target.image.repo_url)
        && parts(reference).1.is_none_or(|tag| may_watch(&target.image.tags, &tag))
}

/// Whether a build may run, and what it is given is here to be read.
fn is_readable(build: &Build) -> bool {
    !matches!(build.tool, Tool::Elsewhere { .. }) && !build.runs().is_no()
}

/// Those that fit, or all of them if none does.
fn narrowed(mut builds: Vec<&Build>, fits: impl Fn(&Build) -> bool) -> Vec<&Build> {
    if builds.iter().any(|build| fits(build)) {
        builds.retain(|build| fits(build));
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

/// By argument of a FROM, what the builds pass: a value or several, or none. `None` where they may not publish this image or where it is
/// not known what they are; an argument is left out of which not all values are known, or that only some of them pass.
fn passed<'f>(
    target: &Target<'_>,
    builds: &[&Build],
    facts: &'f dockerfile::Facts,
) -> Option<IndexMap<&'f str, Vec<String>>> {
    let url = &target.image.repo_url;
    let is_certain = |build: &&Build| {
        let is_known = build.args.iter().all(|arg| arg.name.known().is_some());
        is_known && build.destinations.iter().any(|to| is_of(to, url)) && build.runs().is_yes()
    };
    if !target.run.gaps.is_empty() || !builds.iter().all(is_certain) {
        return None;
    }
    let value = |build: &&Build, name: &str| {
        let arg = build.args.iter().find(|arg| arg.name.known() == Some(name));
        arg.map(|arg| arg.value.known().map(str::to_owned))
    };
    let mut all = IndexMap::new();
    // Each build, by the values of these.
    let mut ways: Vec<Vec<Option<String>>> = vec![Vec::new(); builds.len()];
    for arg in facts.args.iter().filter(|arg| arg.used) {
        let values: Vec<Option<Option<String>>> = builds.iter().map(|build| value(build, &arg.name)).collect();
        let known: IndexSet<String> = values.iter().flatten().flatten().cloned().collect();
        if values.iter().all(Option::is_none) || values.iter().all(|value| matches!(value, Some(Some(_)))) {
            all.insert(arg.name.as_str(), known.into_iter().collect::<Vec<String>>());
            ways.iter_mut().zip(values).for_each(|(way, value)| way.push(value.flatten()));
        }
    }
    // images.yaml has every value of one with every one of the others.
    let made = ways.into_iter().collect::<IndexSet<_>>().len();
    (all.values().map(|values| values.len().max(1)).product::<usize>() == made).then_some(all)
}

/// What has images.yaml say what all of the builds pass, if that is known.
fn fix(target: &Target<'_>, passed: &IndexMap<&str, Vec<String>>, name: &str) -> Option<Fix> {
    let own = &target.image.source.build_args;
    let others = own.iter().filter(|(own, _)| !passed.contains_key(own.as_str())).map(|(_, given)| given.all().len());
    let ways: usize = passed.values().map(|values| values.len().max(1)).chain(others).product();
    let setting = Setting { key: "buildArgs", name: Some(name.to_owned()), to: passed.get(name)?.clone() };
    // Where nothing is passed, and nothing is written, it is the Dockerfile's.
    let is_idle = setting.to.is_empty() && !own.contains_key(name);
    if ways > MAX_WAYS || is_idle {
        return None;
    }
    target.set([setting]).map(|edits| Fix { edits })
}

fn problem(target: &Target<'_>, build: &Build, arg: &dockerfile::Arg) -> Option<Diagnostic> {
    let name = &arg.name;
    let image = target.image;
    let own = image.source.build_args.get(name.as_str()).map(Given::all);
    let sets = build.args.iter().find(|set| set.name.known() == Some(name.as_str()));
    let file = image.source.pipeline.file_name();
    let known = arg.value.as_deref();
    let with = |value: Option<&str>| value.map_or("no value of it".to_owned(), |value| format!("`{name}={value}`"));
    let (message, place, help) = match (sets, own) {
        (None, None) => return None,
        // The Dockerfile says the same by itself.
        (None, Some(own)) if own.iter().any(|own| Some(own.as_str()) == default_of(arg)) => return None,
        (None, Some(own)) => (
            format!("{file} does not pass {name}, which images.yaml says is {}", values_of(own)),
            build.span,
            format!(
                "pass `{name}={}` as a build argument, or take it from `source.buildArgs` of {}",
                own.first()?,
                image.name
            ),
        ),
        // Only the name is given, and nobody knows the environment.
        (Some(set), _) if set.value.holes().any(|hole| is_of_environment(hole, name)) => return None,
        (Some(set), own) if set.value.known().is_none() => (
            format!(
                "{file} computes {name} as it runs, so {} may be built on another base than the one that was found with {}",
                image.name,
                own.map_or_else(|| with(known), |own| format!("{} of {name}", values_of(own)))
            ),
            set.span.unwrap_or(build.span),
            format!(
                "pass a fixed value and write it under `source.buildArgs` of {}, or list its `baseImages`",
                image.name
            ),
        ),
        (Some(set), _) => {
            let value = set.value.known().unwrap_or_default();
            let is_own = own.is_some_and(|own| own.iter().any(|own| own.as_str() == value));
            if is_own || (own.is_none() && known == Some(value)) {
                return None;
            }
            let found = match own {
                Some([_, _, ..]) => format!("{} of it", values_of(own.unwrap_or_default())),
                _ => with(known),
            };
            let all: Vec<&str> = target_values(target, name);
            let written = match all.as_slice() {
                [] | [_] => format!("\"{value}\""),
                all => format!("[{}]", all.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(", ")),
            };
            (
                format!("{file} builds {} with `{name}={value}`; its bases were found with {found}", image.name),
                set.span.unwrap_or(build.span),
                format!(
                    "write `buildArgs: {{{name}: {written}}}` under `source` of {}, then run `image-factory discover`",
                    image.name
                ),
            )
        }
    };
    let labels: [(Span, &str); 2] = [(arg.span, "FROM uses this"), (image.span, "the image")];
    let problem = Diagnostic::new(RULE.code, message, place);
    Some(labels.into_iter().fold(problem, |problem, (span, text)| problem.label(span, text)).help(help))
}

/// Values of several that no build passes, where it is known of all builds what they pass.
fn not_built(target: &Target<'_>, arg: &dockerfile::Arg) -> Option<Diagnostic> {
    let image = target.image;
    let own = image.source.build_args.get(arg.name.as_str())?.all();
    let passed = target_values(target, &arg.name);
    if own.len() < 2 || passed.is_empty() || !target.run.gaps.is_empty() {
        return None;
    }
    let left: Vec<FixedText> = own.iter().filter(|own| !passed.contains(&own.as_str())).cloned().collect();
    let place = builds(target).first()?.span;
    let file = image.source.pipeline.file_name();
    let message =
        format!("{file} builds {} with no {} of {}, which images.yaml says", image.name, values_of(&left), arg.name);
    (!left.is_empty()).then(|| {
        Diagnostic::new(RULE.code, message, place)
            .label(arg.span, "FROM uses this")
            .label(image.span, "the image")
            .help("build it with each value, or take the others out of `source.buildArgs`")
    })
}

/// What the Dockerfile says by itself.
fn default_of(arg: &dockerfile::Arg) -> Option<&str> {
    arg.default.as_deref().map(|text| text.trim_matches(['"', '\'']))
}

/// All values that builds of the image are given, where all of them are known.
fn target_values<'a>(target: &Target<'a>, name: &str) -> Vec<&'a str> {
    let mut all: Vec<&str> = Vec::new();
    for build in builds(target) {
        let set = build.args.iter().find(|set| set.name.known() == Some(name));
        let Some(value) = set.and_then(|set| set.value.known()) else { return Vec::new() };
        if !all.contains(&value) {
            all.push(value);
        }
    }
    all
}

fn values_of(values: &[FixedText]) -> String {
    list(&values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>())
}

fn is_of_environment(hole: &Unknown, name: &str) -> bool {
    matches!(hole.why(), Why::Environment(own) if own == name)
}
