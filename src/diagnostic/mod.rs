//! Problems in the input as values: what is wrong, where, why, and what to write instead.
//!
//! Every problem of a run is collected and shown together; nothing here prints.

mod code;
mod codes;
pub mod explain;
mod fix;
pub mod ignore;
pub mod render;

pub use code::{About, Code, ExampleFiles, TABLE};
pub use codes::Codes;
pub use fix::{Edit, Fix, Setting, Shape};

use crate::source::Span;
use crate::words::bounded;

/// Bytes of a text of a problem: one that quotes a name of a megabyte is no help, and ten thousand of them are ten gigabytes.
const LONGEST: usize = 1_000;

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; never changes an exit code.
    Note,
    /// The output is right, but probably not what the user wants.
    Warning,
    /// No manifests are written, and the run fails.
    Error,
}

impl Severity {
    /// What it is called in every format.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The text that it points at.
    pub span: Span,
    /// A few words beside the text; may be empty.
    pub text: String,
}

/// One problem.
///
/// The message is a lower-case fragment that names the thing and the reason; `help` says what to write. The first label
/// is the place of the problem, the others are places that explain it. A problem without any place is one of the
/// whole run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind of problem.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong: a fragment in lower case, in one line and without a full stop.
    pub message: String,
    /// Where; the first is the problem's own place.
    pub labels: Vec<Label>,
    /// What to do, a line each.
    pub help: Vec<String>,
    /// What mends it, if that is safe.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A problem at a place, with the severity that the table gives its code.
    pub fn new(code: Code, message: impl Into<String>, span: Span) -> Self {
        Self::global(code, message).label(span, "")
    }

    /// A problem that has no place in any file.
    pub fn global(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: bounded(message.into(), LONGEST),
            labels: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    /// Adds a place that explains the problem. On the first one, which [`Diagnostic::new`] made, use [`Diagnostic::here`].
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: bounded(text.into(), LONGEST) });
        self
    }

    /// Says something beside the problem's own place.
    #[must_use]
    pub fn here(mut self, text: impl Into<String>) -> Self {
        if let Some(first) = self.labels.first_mut() {
            first.text = bounded(text.into(), LONGEST);
        }
        self
    }

    /// Adds a line on what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(bounded(text.into(), LONGEST));
        self
    }

    /// Says what mends it.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fix = fix.into();
        self
    }

    /// Whether a comment may ignore it.
    pub fn can_be_ignored(&self) -> bool {
        self.severity != Severity::Error || self.code.can_be_ignored()
    }

    /// Whether it stops the run.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Whether any of them stops the run.
pub fn any_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}
