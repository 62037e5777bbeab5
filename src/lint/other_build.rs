//! A dispatch that builds the image in another way than the entry says: from another Dockerfile, another stage or in another
//! context.

use super::examples::{CONCURRENCY, DISPATCH, WEB};
use super::outcome::{Outcome, is_of};
use super::target::{Target, by_cause, by_workflow, images_are};
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::source::Span;
use crate::workflow::build::{Build, Location};

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 156,
        name: "OtherBuild",
        severity: Severity::Warning,
        can_be_ignored: true,
        title: "an image that is built in another way than images.yaml says",
        why: "
The bases of an image are those of the Dockerfile, the stage and the context that `source` names. Where its workflow
builds another file or another stage, the image is rebuilt for bases that it does not have, and not for those that it
has.
",
        wrong: &[
            ("images.yaml", &[WEB]),
            ("Dockerfile", &["FROM node:22\n"]),
            ("web/Dockerfile", &["FROM python:3.13\n"]),
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
      - uses: docker/build-push-action@v6
        with: {context: web, push: true, tags: ghcr.io/acme/web:1.0.0}
",
                ],
            ),
        ],
        right: &[(
            "images.yaml",
            &["
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml, dockerfile: web/Dockerfile}
"],
        )],
    }),
    needs: Needs::Files,
    check,
};

/// A key of `source`, what it says or does not say, and what the workflow has.
type Difference = (&'static str, Option<String>, Option<String>);

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for targets in by_workflow(context).values() {
        let causes = by_cause(targets, |target| {
            let (build, found) = differs(target)?;
            let keys: Vec<&str> = found.iter().map(|(key, ..)| *key).collect();
            Some(((build.span, keys), (build.span, found)))
        });
        report.extend(causes.iter().filter_map(|((place, found), targets)| problem(*place, found, targets)));
    }
}

/// The build of an image and what differs, if that is so for certain and of all builds that publish it.
fn differs<'a>(target: &Target<'a>) -> Option<(&'a Build, Vec<Difference>)> {
    let Outcome::Published(builds) = Outcome::of(target) else { return None };
    let url = &target.image.repo_url;
    let is_certain = |build: &&Build| build.destinations.iter().any(|to| is_of(to, url));
    if !target.run.gaps.is_empty() || !builds.iter().all(is_certain) {
        return None;
    }
    let all: Option<Vec<Vec<Difference>>> = builds.iter().map(|build| differences(target, build)).collect();
    let (build, found) = builds.into_iter().zip(all?).min_by_key(|(_, found)| found.len())?;
    (!found.is_empty()).then_some((build, found))
}

/// What differs of one build; `None` if something is not known. What decides no bases is only compared where it is written.
fn differences(target: &Target<'_>, build: &Build) -> Option<Vec<Difference>> {
    let (image, source) = (target.image, &target.image.source);
    let here = |location: &Location| location.here().map(|path| path.trim_start_matches("./").to_owned());
    let mut found = Vec::new();
    let decides = !image.lists_bases;
    if decides || source.dockerfile.is_some() {
        let (own, theirs) = (source.dockerfile().to_string(), here(&build.dockerfile)?);
        if own != theirs {
            found.push(("dockerfile", Some(own), Some(theirs)));
        }
    }
    if decides || source.target.is_some() {
        let own = source.target.as_ref().map(ToString::to_string);
        let theirs = match &build.target {
            Some(target) => Some(target.known()?.to_owned()),
            None => None,
        };
        if own != theirs {
            found.push(("target", own, theirs));
        }
    }
    if let Some(own) = &source.context {
        let theirs = here(&build.context)?;
        if own.trim_matches('/').trim_start_matches("./") != theirs {
            found.push(("context", Some(own.to_string()), Some(theirs)));
        }
    }
    Some(found)
}

fn problem(place: Span, found: &[Difference], targets: &[&Target<'_>]) -> Option<Diagnostic> {
    let image = targets.first()?.image;
    let file = image.source.pipeline.name();
    let said = |value: &Option<String>| value.as_ref().map_or("none".to_owned(), |value| format!("`{value}`"));
    let (key, own, theirs) = found.first()?;
    let what = match *key {
        "dockerfile" => "another Dockerfile",
        "target" => "another stage",
        _ => "another context",
    };
    let message = format!(
        "a dispatch of {file} builds {what} than images.yaml says: {} rebuilt for the wrong bases",
        images_are(targets)
    );
    let mut problem = Diagnostic::new(RULE.code, message, place)
        .here(format!("the `{key}` of {} is {} here", image.name, said(theirs)))
        .label(
            if *key == "dockerfile" { image.places.dockerfile } else { image.span },
            format!("and {} here", said(own)),
        );
    for (key, _, theirs) in found {
        problem = problem.help(match theirs {
            Some(theirs) => format!("if the workflow is right, write under `source`: `{key}: {theirs}`"),
            None => format!("if the workflow is right, take `{key}` away"),
        });
    }
    Some(problem)
}
