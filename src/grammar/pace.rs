//! How many rebuilds one new digest starts, when, and how quickly.

use super::duration::Duration;
use super::{Form, Invalid, choice};
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

choice! {
    /// What becomes of a trigger that a chain of images repeats.
    Cascade {
        /// It stays: the image is rebuilt for each of its bases.
        All = "all",
        /// It goes where the chain ends at the same image.
        Reduce = "reduce",
    }
}

impl Form for Cascade {}

choice! {
    /// From when on a delay counts.
    DelayMode {
        /// From the newest digest: the base must have been quiet for so long.
        Quiet = "quiet",
        /// From the first digest that nothing was built for.
        Fixed = "fixed",
    }
}

impl Form for DelayMode {}

/// How many rebuilds of one base go out at once, and how long the pause after them is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pace {
    at_once: NonZeroU32,
    pause: Duration,
}

impl Pace {
    /// The shortest pause: Kargo looks at nothing more often (v1.11.2 `pkg/controller/promotions/promotions.go`,
    /// `minSuggestedRequeueInterval`).
    pub const SHORTEST: Duration = Duration::seconds(10);

    /// So many, and then a pause.
    pub const fn new(at_once: NonZeroU32, pause: Duration) -> Self {
        Self { at_once, pause }
    }

    /// How many go out at once.
    pub fn at_once(self) -> usize {
        usize::try_from(self.at_once.get()).unwrap_or(usize::MAX)
    }

    /// The pause after them.
    pub fn pause(self) -> Duration {
        self.pause
    }

    /// The pauses of so many rebuilds.
    pub fn pauses(self, rebuilds: usize) -> usize {
        rebuilds.div_ceil(self.at_once()).saturating_sub(1)
    }

    /// How long the pauses of so many rebuilds are together, in seconds.
    pub fn seconds(self, rebuilds: usize) -> u64 {
        self.pause.as_seconds().saturating_mul(self.pauses(rebuilds) as u64)
    }
}

const AT_A_TIME: &str = " at a time, ";
const APART: &str = " apart";

impl fmt::Display for Pace {
    /// `10 at a time, 2m apart`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{AT_A_TIME}{}{APART}", self.at_once, self.pause.short())
    }
}

impl FromStr for Pace {
    type Err = Invalid;

    /// Reads what is displayed.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (number, pause) = text.split_once(AT_A_TIME).ok_or("it is no pace")?;
        let pause = pause.strip_suffix(APART).ok_or("it is no pace")?;
        Ok(Self::new(number.parse().map_err(|_| "it is no number")?, pause.parse()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_reads_back_and_counts_its_pauses() {
        let pace: Pace = "10 at a time, 2m apart".parse().unwrap();
        assert_eq!(pace.to_string(), "10 at a time, 2m apart");
        assert_eq!([0, 1, 10, 11, 20, 21, 300].map(|rebuilds| pace.pauses(rebuilds)), [0, 0, 0, 1, 1, 2, 29]);
        assert_eq!(pace.seconds(300), 58 * 60);
        for text in ["", "10", "0 at a time, 2m apart", "10 at a time, 2m", "10 at a time, x apart"] {
            assert!(text.parse::<Pace>().is_err(), "{text}");
        }
    }
}
