//! A dispatch that pushes an image under tags that its Warehouse does not watch.

use super::examples::{CONCURRENCY, DISPATCH, ON_NODE, WEB};
use super::outcome::{Outcome, is_of, may_be, parts};
use super::target::{Target, by_cause, by_workflow, images_are};
use super::{Context, Needs, Rule, some_of};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::model::TagRule;
use crate::model::tags::{TagFilter, is_exact_version, literal_of};
use crate::source::Span;
use crate::workflow::build::Build;
use crate::workflow::value::{MAX_HOLES, Text};
use indexmap::IndexSet;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 155,
        name: "UnwatchedTags",
        severity: Severity::Warning,
        can_be_ignored: true,
        title: "a rebuild under tags that nobody watches",
        why: "
The Warehouse of an image watches the tags that `tags` says, versions unless it is there. Where the dispatch pushes
others alone, such as `latest`, a rebuild is never seen: what is built on the image does not follow, and a Dockerfile
that has changed is not noticed.
",
        wrong: &[("images.yaml", &[WEB, ON_NODE]), (".github/workflows/web.yml", &[DISPATCH, CONCURRENCY, LATEST])],
        right: &[("images.yaml", &[WEB, ON_NODE, "  tags: {strategy: Digest, constraint: latest}\n"])],
    }),
    needs: Needs::Files,
    check,
};

const LATEST: &str = r"
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with: {push: true, tags: ghcr.io/acme/web:latest}
";

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for targets in by_workflow(context).values() {
        let causes = by_cause(targets, |target| {
            let Outcome::Published(builds) = Outcome::of(target) else { return None };
            let tags = unwatched(&builds, target)?;
            let places: Vec<Span> = builds.iter().map(|build| build.span).collect();
            Some(((places.clone(), &target.image.tags), (places, tags)))
        });
        report.extend(causes.iter().filter_map(|((places, tags), targets)| problem(*places.first()?, tags, targets)));
    }
}

fn problem(place: Span, tags: &IndexSet<String>, targets: &[&Target<'_>]) -> Option<Diagnostic> {
    let image = targets.first()?.image;
    let quoted: Vec<String> = tags.iter().map(|tag| format!("`{tag}`")).collect();
    let message = format!(
        "a dispatch of {} pushes {} as {} alone, which {} not watched for",
        image.source.pipeline.file_name(),
        image.repo_url,
        some_of(&quoted),
        images_are(targets)
    );
    let problem = Diagnostic::new(RULE.code, message, place)
        .label(image.span, format!("{} of this image are watched", watched(&image.tags)));
    Some(match tags.first().filter(|tag| tags.len() == 1 && !tag.contains('$')) {
        Some(tag) => problem.help(format!(
            "push a tag that is watched, or watch this one: `tags: {{strategy: Digest, constraint: {tag}}}`"
        )),
        None => problem.help("push a tag that is watched, or say under `tags` which are pushed"),
    })
}

/// The tags that are pushed, if none of them is watched for certain.
fn unwatched(builds: &[&Build], target: &Target<'_>) -> Option<IndexSet<String>> {
    let (url, rule) = (&target.image.repo_url, &target.image.tags);
    if !target.run.gaps.is_empty() || !target.run.unread.is_empty() {
        return None;
    }
    let mut tags = IndexSet::new();
    for build in builds {
        // What is pushed by its digest has the tags that a merge gives it, and else those that nobody sees given.
        let tagged = || build.destinations.iter().filter(|to| !to.marked().contains('@'));
        tagged().next()?;
        for to in tagged().filter(|to| may_be(to, url)) {
            let tag = parts(to).1.filter(|_| is_of(to, url))?;
            if may_watch(rule, &tag) {
                return None;
            }
            tags.insert(tag.to_string());
        }
    }
    (!tags.is_empty()).then_some(tags)
}

/// Whether a tag may be one that is watched.
pub(super) fn may_watch(rule: &TagRule, tag: &Text) -> bool {
    match rule {
        TagRule::Digest { tag: watched } => tag.fits(watched).is_some() || tag.holes().count() > MAX_HOLES,
        TagRule::SemVer { filter, .. } => may_be_version(tag) && may_pass(filter, tag),
        TagRule::Lexical(filter) | TagRule::NewestBuild(filter) => may_pass(filter, tag),
    }
}

/// Whether it may be a version with three parts, which are the only ones that Kargo looks at.
fn may_be_version(tag: &Text) -> bool {
    if let Some(tag) = tag.known() {
        return is_exact_version(tag);
    }
    let start = tag.prefix().strip_prefix('v').unwrap_or(tag.prefix());
    start.bytes().next().is_none_or(|first| first.is_ascii_digit())
}

/// Whether a filter may let a tag through. Of its regexes those that match one text are judged.
fn may_pass(filter: &TagFilter, tag: &Text) -> bool {
    let Some(tag) = tag.known() else { return true };
    let matches = |regex: &str, otherwise: bool| literal_of(regex).map_or(otherwise, |literal| *literal == *tag);
    let allowed = filter.allow.is_empty() || filter.allow.iter().any(|regex| matches(regex, true));
    allowed && !filter.ignore.iter().any(|regex| matches(regex, false))
}

fn watched(rule: &TagRule) -> String {
    match rule {
        TagRule::Digest { tag } => format!("digests of the tag {tag}"),
        TagRule::SemVer { .. } => "versions such as 1.4.0 (SemVer)".to_owned(),
        TagRule::Lexical(_) | TagRule::NewestBuild(_) => "the tags that `allow` and `ignore` leave".to_owned(),
    }
}
