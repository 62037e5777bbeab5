//! What every step of the resolver reports through: a value is read, or why it cannot be is said at its place.

use crate::config::{Slot, Text, Written, shortened, unknown_word};
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::grammar::duration::{Duration, Interval};
use crate::grammar::kargo::KargoVersion;
use crate::grammar::release::Known;
use crate::grammar::{Form, Invalid, has_expression};
use crate::source::{At, Span};

/// The problems so far, and the Kargo that the manifests are for.
#[derive(Default)]
pub(super) struct Report {
    problems: Vec<Diagnostic>,
    kargo: KargoVersion,
}

impl Report {
    /// Says which Kargo the manifests are for; [`Self::needs`] asks it.
    pub(super) fn is_for(&mut self, kargo: KargoVersion) {
        self.kargo = kargo;
    }

    /// Says so if that Kargo lacks what a key needs; `key` is one of [`KEYS`](crate::grammar::release::KEYS).
    pub(super) fn needs(&mut self, key: &str, span: Span) {
        if let Some(lacks) = self.kargo.lacks(key) {
            self.push(lacking(self.kargo, key, lacks, span));
        }
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.problems.push(diagnostic);
    }

    pub(super) fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.problems.extend(diagnostics);
    }

    /// Whether one of the problems is an error, or of this kind.
    pub(super) fn has_error_or(&self, code: Code) -> bool {
        self.problems.iter().any(|problem| problem.is_error() || problem.code == code)
    }

    /// All of them. One problem may be met once for every base of an image; it is said once.
    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        let mut seen = std::collections::HashSet::new();
        let key = |d: &Diagnostic| (d.code, d.message.clone(), d.labels.first().map(|label| label.span));
        self.problems.into_iter().filter(|d| seen.insert(key(d))).collect()
    }

    /// What a key says; `what` names it in messages.
    pub(super) fn read<T: Form>(&mut self, slot: &Text<T>, what: &str) -> Option<T> {
        self.read_at(slot.get()?, what)
    }

    /// The same of a key that is there.
    pub(super) fn read_at<T: Form>(&mut self, at: &At<Written<T>>, what: &str) -> Option<T> {
        self.read_as(&at.value, at.span, Code::InvalidValue, what)
    }

    /// A text as of a form; the code is that of a text that is not.
    pub(super) fn read_as<T: Form>(&mut self, text: &str, span: Span, code: Code, what: &str) -> Option<T> {
        let problem = match text.parse::<T>() {
            Ok(value) => return Some(value),
            Err(Invalid::Expression) => expression(span, what),
            Err(Invalid::Unknown(words)) => unknown_word(what, text, span, words),
            Err(Invalid::Because(why)) => {
                let message = format!("{what} `{}` cannot be used: {why}", shortened(text));
                let meant = T::meant(text).map(|meant| Fix::replace(span, text, meant));
                Diagnostic::new(code, message, span).fix(meant)
            }
        };
        self.push(problem);
        None
    }

    /// Whether Kargo would take a text as it is.
    pub(super) fn is_fixed(&mut self, text: &str, span: Span, what: &str) -> bool {
        let found = has_expression(text);
        if found {
            self.push(expression(span, what));
        }
        !found
    }

    /// A length of time, which may be none.
    pub(super) fn duration(&mut self, slot: &Text<Duration>, what: &str) -> Option<At<Duration>> {
        let at = slot.get()?;
        self.length(&at.value, at.span, what).map(|duration| At::new(duration, at.span))
    }

    /// A length of time that is not zero; `zero` is what to say of one that is.
    pub(super) fn interval(
        &mut self,
        slot: &Text<Interval>,
        what: &str,
        zero: impl FnOnce(Span) -> Diagnostic,
    ) -> Option<Interval> {
        let at = slot.get()?;
        let interval = Interval::new(self.length(&at.value, at.span, what)?);
        if interval.is_none() {
            self.push(zero(at.span));
        }
        interval
    }

    /// How often a Warehouse looks.
    pub(super) fn looks(&mut self, slot: &Text<Interval>, what: &str) -> Option<Interval> {
        let interval = self.interval(slot, what, |span| {
            Diagnostic::new(Code::Duration, format!("{what} is zero"), span)
                .help("write how often the registry is asked, as in `24h`")
        })?;
        if let Some(at) = slot.get().filter(|_| interval < Interval::FIVE_MINUTES) {
            self.push(
                Diagnostic::new(
                    Code::ShortInterval,
                    format!("{what} is below five minutes, Kargo's own minimum"),
                    at.span,
                )
                .here("Kargo looks every five minutes unless its operator lowered that")
                .help("write `5m` or more"),
            );
        }
        Some(interval)
    }

    fn length(&mut self, text: &str, span: Span, what: &str) -> Option<Duration> {
        match text.parse() {
            Ok(duration) => Some(duration),
            Err(why) => {
                let message = format!("{what} cannot be used: {why}");
                self.push(Diagnostic::new(Code::Duration, message, span));
                None
            }
        }
    }

    /// Says that nothing reads what is written here.
    pub(super) fn no_effect<T>(&mut self, slot: &Slot<T>, message: impl Into<String>, help: &str, removable: bool) {
        if let Some(at) = slot.get() {
            let fix = removable.then(|| Fix::remove_key(at.span));
            self.push(Diagnostic::new(Code::NoEffect, message, at.span).help(help).fix(fix));
        }
    }
}

fn expression(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::ExpressionInText, format!("{what} holds an expression"), span)
        .here("Kargo would evaluate this with access to the Secrets of the Project")
        .help("write a fixed text without `${{` and `${%`; expressions of GitHub Actions belong in the workflow")
}

fn lacking(kargo: KargoVersion, key: &str, lacks: &Known, span: Span) -> Diagnostic {
    let (kargo, oldest) = (kargo.word(), lacks.oldest().map(KargoVersion::word));
    let message = format!("`{key}` needs {}, which Kargo {kargo} lacks", lacks.what);
    let help = match oldest {
        Some(oldest) => format!("with Kargo {oldest}, write `kargoVersion: \"{oldest}\"`; else remove the key"),
        None => "remove it".to_owned(),
    };
    Diagnostic::new(Code::InvalidValue, message, span).here(format!("written for Kargo {kargo}")).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, Sources};

    #[test]
    fn a_key_that_a_release_cannot_do_names_one_that_can() {
        let span = Sources::new().add(SourceFile::new("images.yaml", ""));
        let span = Span { file: span, start: 0, end: 0 };
        let of = |since, gone| {
            let problem =
                lacking(KargoVersion::V1_10, "key", &Known { what: "step new", since, gone, source: "" }, span);
            (problem.message, problem.help)
        };
        let message = "`key` needs step new, which Kargo 1.10 lacks".to_owned();
        let help = "with Kargo 1.11, write `kargoVersion: \"1.11\"`; else remove the key".to_owned();
        assert_eq!(of(11, None), (message.clone(), vec![help]));
        assert_eq!(of(13, None), (message, vec!["remove it".to_owned()]));
    }
}
