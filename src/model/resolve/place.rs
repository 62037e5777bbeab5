//! Where images are: references, and the registry and repository of an entry.

use super::image::start_of;
use super::report::Report;
use crate::config::{self, Text, Written};
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::reference::{Reference, Registry, RepoUrl, RepositoryPath};
use crate::source::{At, Span};

/// A reference that Docker and Kargo take.
pub(super) fn reference(text: &str, span: Span, report: &mut Report) -> Option<Reference> {
    reference_under("", text, span, report)
}

/// The same behind a registry and a slash where those are written elsewhere.
fn reference_under(registry: &str, written: &str, span: Span, report: &mut Report) -> Option<Reference> {
    if !report.is_fixed(written, span, "the reference") {
        return None;
    }
    let text = format!("{registry}{written}");
    let problem = match Reference::parse(&text) {
        Ok(reference) => match reference.refused_by_kargo() {
            None => return Some(reference),
            Some(why) => why.to_owned(),
        },
        Err(why) => why.to_string(),
    };
    let shown: String = text.chars().take(80).collect();
    let message = format!("`{shown}` is not an image that can be watched: {problem}");
    let lower = Reference::in_lower_case(&text);
    let lower = lower.as_deref().and_then(|lower| lower.strip_prefix(registry));
    let fix = lower.map(|lower| Fix::replace(span, written, lower));
    let together: String = written.split_whitespace().collect();
    let mut problem = Diagnostic::new(Code::Reference, message, span).fix(fix);
    if together != written && Reference::parse(&format!("{registry}{together}")).is_ok() {
        problem = problem.help(format!("write `{together}`"));
    }
    report.push(problem);
    None
}

/// A repository as it is written, behind its registry and a slash where that is written elsewhere.
fn repository(registry: &str, written: &str, span: Span, report: &mut Report) -> Option<RepoUrl> {
    let reference = reference_under(registry, written, span, report)?;
    if reference.tag().is_some() || reference.digest().is_some() {
        report.push(
            Diagnostic::new(Code::Reference, "a repository has no tag and no digest", span)
                .help(format!("write `{}` here, and the tag under `tag` or `tags`", reference.name())),
        );
        return None;
    }
    Some(reference.repo_url())
}

/// The keys of an entry that say where its image is, those of `enrollment` behind its own.
pub(super) struct PlaceKeys<'a> {
    pub(super) registry: &'a Text<Registry>,
    pub(super) repository: &'a Text<RepositoryPath>,
}

impl<'a> PlaceKeys<'a> {
    pub(super) fn of(image: &'a config::Image, enrolled: Option<&'a config::Enrollment>) -> Self {
        let (registry, repository) = (&image.registry, &image.repository);
        match enrolled {
            Some(enrolled) => {
                Self { registry: registry.or(&enrolled.registry), repository: repository.or(&enrolled.repository) }
            }
            None => Self { registry, repository },
        }
    }

    /// Registry and repository; `default` is the registry where none is written.
    pub(super) fn repo_url(
        &self,
        item: &At<config::Image>,
        default: &Registry,
        report: &mut Report,
    ) -> Option<RepoUrl> {
        let image = &item.value;
        if let (true, Some(at)) = (self.repository.is_absent(), image.repo_url.get()) {
            return repository("", &at.value, at.span, report);
        }
        let registry: Option<Registry> = report.read(self.registry, "the registry");
        let Some(at) = self.repository.get() else {
            if self.repository.is_absent() {
                let place = image.name.get().map_or(start_of(item.span), |name| name.span);
                report.push(
                    Diagnostic::new(Code::MissingKey, "the key `repository` is missing", place)
                        .help("write the path in the registry, as in `repository: myorg/myapp`"),
                );
            }
            return None;
        };
        let is_fixed = report.is_fixed(&at.value, at.span, "the repository");
        if !is_fixed || (registry.is_none() && !self.registry.is_absent()) {
            return None;
        }
        let registry = registry.as_ref().unwrap_or(default);
        if let Some(rest) = at.value.strip_prefix(&format!("{registry}/")) {
            report.push(repeated(at, registry, rest));
            return None;
        }
        repository(&format!("{registry}/"), &at.value, at.span, report)
    }
}

fn repeated(at: &At<Written<RepositoryPath>>, registry: &Registry, rest: &str) -> Diagnostic {
    let is_repository = Reference::parse(&at.value).is_ok_and(|reference| {
        reference.tag().is_none() && reference.digest().is_none() && reference.refused_by_kargo().is_none()
    });
    Diagnostic::new(Code::Reference, format!("the repository repeats the registry {registry}"), at.span)
        .help(format!("write `{rest}`"))
        .fix(is_repository.then(|| Fix::replace(at.span, &*at.value, rest)))
}
