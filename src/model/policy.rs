//! When a dependent is rebuilt.

use super::Duration;

/// When a dependent is rebuilt after its base has moved. Equal durations are one policy, however they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Policy {
    /// By itself, once the base has been quiet for so long; zero is at once.
    Automatic(Duration),
    /// When somebody promotes the Stage.
    Manual,
}

impl Policy {
    /// What a Stage of this policy has behind its name if the bare name is another's.
    pub fn suffix(self) -> String {
        match self {
            Policy::Manual => "-manual".into(),
            Policy::Automatic(delay) if delay.is_zero() => "-immediate".into(),
            Policy::Automatic(delay) => format!("-after-{}", delay.in_largest_unit()),
        }
    }

    /// The delay, if there is one.
    pub fn delay(self) -> Option<Duration> {
        match self {
            Policy::Automatic(delay) if !delay.is_zero() => Some(delay),
            _ => None,
        }
    }
}
