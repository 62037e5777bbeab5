//! A dispatch that builds the image in another way than the entry says: from another Dockerfile, another stage or in another
//! context.

use super::examples::{CONCURRENCY, DISPATCH, WEB};
use super::outcome::{Outcome, is_of};
use super::target::{Target, by_cause, by_workflow, images_are};
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Edit, Fix, Setting, Severity};
use crate::dockerfile::{self, Request};
use crate::reference::Reference;
use crate::source::Sources;
use crate::words::list;
use crate::workflow::build::{Build, Location};
use std::collections::{BTreeMap, BTreeSet};

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

/// What a build has otherwise than `source`.
#[derive(PartialEq)]
struct Difference {
    /// What `source` says.
    own: Option<String>,
    /// What it would say if it said what the build has.
    theirs: Setting,
}

/// A build, compared with `source`.
struct Compared<'a> {
    build: &'a Build,
    differs: Vec<Difference>,
    /// What is known only when it runs, and what is known of that.
    unknown: Vec<(&'static str, String)>,
}

/// The builds that publish an image, if all of them differ for certain.
struct Cause<'a> {
    /// The one that differs least.
    nearest: Compared<'a>,
    /// Whether all of them differ in the same.
    alike: bool,
}

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for targets in by_workflow(context).values() {
        let causes = by_cause(targets, |target| {
            let cause = cause(context.sources, target)?;
            let keys: Vec<String> = cause.nearest.differs.iter().map(|it| it.theirs.name()).collect();
            Some(((cause.nearest.build.span, keys), cause))
        });
        report.extend(causes.iter().filter_map(|(cause, targets)| problem(context.sources, cause, targets)));
    }
}

fn cause<'a>(sources: &Sources, target: &Target<'a>) -> Option<Cause<'a>> {
    let Outcome::Published(builds) = Outcome::of(target) else { return None };
    let url = &target.image.repo_url;
    let is_certain = |build: &&Build| build.destinations.iter().any(|to| is_of(to, url));
    if !target.run.gaps.is_empty() || !builds.iter().all(is_certain) {
        return None;
    }
    let all: Vec<Compared<'a>> = builds.into_iter().map(|build| compared(sources, target, build)).collect();
    let first = all.first()?;
    let alike = all.iter().all(|one| one.differs == first.differs && one.unknown.is_empty());
    let nearest = all.into_iter().min_by_key(|one| one.differs.len())?;
    // It may be the one that is meant.
    if nearest.differs.is_empty() { None } else { Some(Cause { nearest, alike }) }
}

/// What differs of one build. What decides no bases is only compared where it is written.
fn compared<'a>(sources: &Sources, target: &Target<'_>, build: &'a Build) -> Compared<'a> {
    let (image, source) = (target.image, &target.image.source);
    let mut all = Compared { build, differs: Vec::new(), unknown: Vec::new() };
    let decides = !image.lists_bases;
    if decides || source.dockerfile.is_some() {
        let own = Some(source.dockerfile().to_string());
        all.compare("dockerfile", own, path(&build.dockerfile).map(Some));
    }
    if decides || source.target.is_some() {
        let theirs = build.target.as_ref().map(|target| target.known().map(str::to_owned).ok_or(target.to_string()));
        all.compare("target", source.target.as_ref().map(ToString::to_string), theirs.transpose());
    }
    if let Some(own) = &source.context {
        let own = own.trim_matches('/').trim_start_matches("./").to_owned();
        // The root is what is meant where nothing is written.
        let theirs = path(&build.context).map(|path| Some(path).filter(|path| !path.is_empty()));
        all.compare("context", Some(own).filter(|own| !own.is_empty() && own != "."), theirs);
    }
    // Of another file they mean something else.
    if decides && all.differs.is_empty() {
        all.compare_contexts(sources, target);
    }
    all
}

/// A path of this repository, or what is known of it.
fn path(location: &Location) -> Result<String, String> {
    match location {
        Location::Here(path) => {
            path.known().map(|path| path.trim_start_matches("./").to_owned()).ok_or(path.to_string())
        }
        Location::Other(repo, path) => Err(format!("{path} of {repo}")),
        Location::Away(text) | Location::Unknown(text) => Err(text.to_string()),
    }
}

impl Compared<'_> {
    /// `theirs`: what the build has, or what is known of it.
    fn compare(&mut self, key: &'static str, own: Option<String>, theirs: Result<Option<String>, String>) {
        match theirs {
            Err(part) => self.unknown.push((key, part)),
            Ok(theirs) if theirs != own => {
                let theirs = Setting { key, name: None, to: theirs.into_iter().collect() };
                self.differs.push(Difference { own, theirs });
            }
            Ok(_) => {}
        }
    }

    /// Of named contexts those are compared that the bases are others with.
    fn compare_contexts(&mut self, sources: &Sources, target: &Target<'_>) {
        let Some((id, facts)) = target.dockerfile.found() else { return };
        let source = &target.image.source;
        // One name has several spellings, and a text that is none has one.
        let folded = |name: &str| Reference::parse(name).map_or_else(|_| name.to_owned(), |name| name.context_name());
        let own: BTreeMap<String, (String, String)> = source
            .contexts
            .iter()
            .map(|(name, source)| (folded(name), (name.to_string(), source.to_string())))
            .collect();
        let mut theirs: BTreeMap<String, (String, String)> = BTreeMap::new();
        for context in &self.build.contexts {
            match (context.name.known(), context.known()) {
                (Some(name), Some(source)) => _ = theirs.insert(folded(name), (name.to_owned(), source)),
                _ => self.unknown.push(("contexts", format!("{}={}", context.name, context.source))),
            }
        }
        let ways = source.ways();
        let given =
            |all: &BTreeMap<String, (String, String)>| all.values().cloned().collect::<BTreeMap<String, String>>();
        let platform = source.platform();
        let bases = |contexts: &BTreeMap<String, String>| {
            let stage = source.target.as_deref();
            let request = |build_args| Request { target: stage, build_args, contexts, platform: &platform };
            let read = dockerfile::read_each(sources.file(id), id, ways.iter().map(request));
            let (facts, _) = read.unwrap_or_default();
            facts.edges.into_iter().map(|edge| (edge.image, edge.kind)).collect::<Vec<_>>()
        };
        let now: Vec<_> = facts.edges.iter().map(|edge| (edge.image.clone(), edge.kind)).collect();
        let names: BTreeSet<&String> = own.keys().chain(theirs.keys()).collect();
        for name in names {
            let (is, there) = (own.get(name), theirs.get(name));
            if is.map(|(_, source)| source) == there.map(|(_, source)| source) {
                continue;
            }
            let mut other = own.clone();
            other.remove(name);
            other.extend(there.map(|there| (name.clone(), there.clone())));
            let Some((spelling, _)) = is.or(there) else { continue };
            if bases(&given(&other)) != now {
                let to = there.map(|(_, source)| source.clone()).into_iter().collect();
                self.differs.push(Difference {
                    own: is.map(|(_, source)| source.clone()),
                    theirs: Setting { key: "contexts", name: Some(spelling.clone()), to },
                });
            }
        }
    }
}

fn problem(sources: &Sources, cause: &Cause<'_>, targets: &[&Target<'_>]) -> Option<Diagnostic> {
    let Compared { build, differs, unknown } = &cause.nearest;
    let image = targets.first()?.image;
    let file = image.source.pipeline.file_name();
    let said = |value: &Option<String>| value.as_ref().map_or("none".to_owned(), |value| format!("`{value}`"));
    let Difference { own, theirs } = differs.first()?;
    let what = match theirs.key {
        "dockerfile" => "another Dockerfile",
        "target" => "another stage",
        "contexts" => "from another named context",
        _ => "another context",
    };
    let message = format!(
        "a dispatch of {file} builds {what} than images.yaml says: {} rebuilt for the wrong bases",
        images_are(targets)
    );
    let mut problem = Diagnostic::new(RULE.code, message, build.span)
        .here(format!("the `{}` of {} is {} here", theirs.name(), image.name, said(&theirs.to.first().cloned())))
        .label(
            if theirs.key == "dockerfile" { image.places.dockerfile } else { image.span },
            format!("and {} here", said(own)),
        );
    for Difference { theirs, .. } in differs {
        let place = if theirs.to.is_empty() { "" } else { " under `source`" };
        problem = problem.help(format!("if the workflow is right, {theirs}{place}"));
    }
    if !unknown.is_empty() {
        let parts: Vec<String> = unknown.iter().map(|(key, part)| format!("the `{key}` is `{part}`")).collect();
        return Some(
            problem.help(format!("`--fix` leaves it: {} there, which is known only when it runs", list(&parts))),
        );
    }
    if !cause.alike {
        return Some(problem.help("`--fix` leaves it: several builds push the image, and not all in this way"));
    }
    let fix: Option<Vec<Vec<Edit>>> = targets.iter().map(|target| edits(sources, target)).collect();
    Some(problem.fix(fix.map(|edits| Fix { edits: edits.concat() })))
}

/// What has `source` of an image say what its build has.
fn edits(sources: &Sources, target: &Target<'_>) -> Option<Vec<Edit>> {
    let differs = cause(sources, target)?.nearest.differs;
    let has = |key: &str| differs.iter().any(|it| it.theirs.key == key);
    let source = &target.image.source;
    // Where nothing is written, the context says where the Dockerfile is.
    let moved = has("context") && !has("dockerfile") && source.dockerfile.is_none();
    let stays = moved.then(|| Setting { key: "dockerfile", name: None, to: vec![source.dockerfile().to_string()] });
    target.set(differs.into_iter().map(|it| it.theirs).chain(stays))
}
