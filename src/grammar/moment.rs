//! Moments as people write them: a date, a time and an offset from UTC.

use super::Invalid;
use super::duration::Duration;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A moment, in whole seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(i64);

impl Moment {
    /// So many seconds after 1970 began.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970.
    pub const fn as_seconds(self) -> i64 {
        self.0
    }

    /// So much later.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_seconds()).unwrap_or(i64::MAX)))
    }

    /// `Fri 2026-12-04 22:00` by the clocks of a time zone; in UTC if that is none of them.
    pub fn in_zone(self, zone: &str) -> String {
        self.shown(&TimeZone::get(zone).unwrap_or(TimeZone::UTC))
    }

    /// So many seconds since another; 0 if it was before.
    pub fn since(self, other: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(other.0)).unwrap_or(0)
    }

    fn shown(self, zone: &TimeZone) -> String {
        let at = Timestamp::from_second(self.0).unwrap_or_default().to_zoned(zone.clone());
        let format = if self.0 % 60 == 0 { "%a %Y-%m-%d %H:%M" } else { "%a %Y-%m-%d %H:%M:%S" };
        at.strftime(format).to_string()
    }
}

impl fmt::Display for Moment {
    /// `Fri 2026-12-04 22:00 UTC`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} UTC", self.shown(&TimeZone::UTC))
    }
}

impl Serialize for Moment {
    /// As RFC 3339 has it, in UTC: `2026-12-04T22:00:00Z`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Timestamp::from_second(self.0).unwrap_or_default())
    }
}

impl FromStr for Moment {
    type Err = Invalid;

    /// Reads what RFC 3339 has: `2026-12-04T22:00:00Z`, `2026-12-04 22:00+01:00`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let at: Timestamp = text.parse().map_err(|_| {
            Invalid::from(
                "write a date, a time and an offset from UTC, as in `2026-12-04T22:00Z` or `2026-12-04T22:00+01:00`",
            )
        })?;
        Ok(Self(at.as_second()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_and_shown() {
        let at: Moment = "2026-12-04T22:00+01:00".parse().unwrap();
        assert_eq!(at, "2026-12-04 21:00Z".parse().unwrap());
        assert_eq!(at.to_string(), "Fri 2026-12-04 21:00 UTC");
        assert_eq!(at.in_zone("Europe/Berlin"), "Fri 2026-12-04 22:00");
        assert_eq!(at.plus(Duration::seconds(61)).to_string(), "Fri 2026-12-04 21:01:01 UTC");
        for text in ["", "tomorrow", "2026-12-04", "2026-12-04T22:00", "22:00Z", "2026-13-04T22:00Z"] {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
    }
}
