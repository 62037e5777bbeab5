//! Whether something is so, as far as that is known.

use super::{Text, Unknown, Value};

/// Yes, no, or not known and why.
#[derive(Clone, Debug, PartialEq)]
pub enum Truth {
    /// It is so.
    Yes,
    /// It is not.
    No,
    /// Nobody knows before the run.
    Unknown(Unknown),
}

impl Truth {
    /// Whether a text is one of a kind: of one that is known in part if all are that it may be.
    pub fn of_text(text: &Text, is: impl Fn(&str) -> bool) -> Self {
        const MAX_TEXTS: usize = 16;
        let Some(hole) = text.holes().next() else { return Self::from(is(text.marked())) };
        match text.possible(MAX_TEXTS) {
            Some(all) if all.iter().all(|text| is(text)) => Self::Yes,
            Some(all) if !all.iter().any(|text| is(text)) => Self::No,
            _ => Self::Unknown(hole.clone().or_at(text.span())),
        }
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, other) => other,
            (unknown, _) => unknown,
        }
    }

    /// One of both, or both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, other) => other,
            (unknown, _) => unknown,
        }
    }

    /// The opposite.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "`!` on a value that is no bool would be read as one")]
    pub fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown(unknown) => Self::Unknown(unknown),
        }
    }

    /// Whether it is so for certain.
    pub fn is_yes(&self) -> bool {
        matches!(self, Self::Yes)
    }

    /// Whether it is not so for certain.
    pub fn is_no(&self) -> bool {
        matches!(self, Self::No)
    }

    /// As a value of expressions; of one that is not known `text` is what was asked.
    pub fn value(self, text: &str) -> Value {
        match self {
            Self::Yes => Value::Bool(true),
            Self::No => Value::Bool(false),
            Self::Unknown(unknown) => {
                Value::Unknown(unknown.computed(text).one_of(vec![Value::Bool(true), Value::Bool(false)]))
            }
        }
    }
}

impl From<bool> for Truth {
    fn from(is: bool) -> Self {
        if is { Self::Yes } else { Self::No }
    }
}
