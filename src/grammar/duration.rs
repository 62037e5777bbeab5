//! Lengths of time: written as people do, printed as Go does, so that a second `kubectl apply` finds no difference.

use super::{Form, Invalid, schema};
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

/// A length of time in nanoseconds, at most Go's `time.Duration` (292 years).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Duration(u64);

const NANOSECOND: u64 = 1;
const SECOND: u64 = 1_000_000_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Go's units and two of ours, longer names before their prefixes.
const UNITS: [(&str, u64); 10] = [
    ("ns", NANOSECOND),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", SECOND),
    ("m", MINUTE),
    ("h", HOUR),
    ("d", DAY),
    ("w", 7 * DAY),
];

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// So many seconds.
    pub const fn seconds(seconds: u32) -> Self {
        Self(seconds as u64 * SECOND)
    }

    /// So many minutes.
    pub const fn minutes(minutes: u32) -> Self {
        Self(minutes as u64 * MINUTE)
    }

    /// So many hours.
    pub const fn hours(hours: u32) -> Self {
        Self(hours as u64 * HOUR)
    }

    /// Whole seconds.
    pub const fn as_seconds(self) -> u64 {
        self.0 / SECOND
    }

    /// Whether it is no time at all.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// At least how often Kargo looks in a day that looks each time that this has passed: no more often than every five minutes
    /// unless its operator lowered that (Kargo v1.11.2 `charts/kargo/values.yaml`).
    pub fn looks_a_day(self) -> u64 {
        (24 * 60 * 60_u64).div_ceil(self.max(Self::minutes(5)).as_seconds())
    }

    /// Both one after the other.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// In the largest of days, hours, minutes and seconds that fits exactly, for names: `7d`, `36h`, `90m`, `45s`.
    pub fn in_largest_unit(self) -> String {
        for (unit, size) in [("d", DAY), ("h", HOUR), ("m", MINUTE)] {
            if self.0 >= size && self.0.is_multiple_of(size) {
                return format!("{}{unit}", self.0 / size);
            }
        }
        format!("{}s", seconds(self.0))
    }

    /// In the same unit, in words: `7 days`, `36 hours`, `1 minute`, `1.5 seconds`.
    pub fn in_words(self) -> String {
        let short = self.in_largest_unit();
        let (number, unit) = short.split_at(short.len() - 1);
        let unit = match unit {
            "d" => "day",
            "h" => "hour",
            "m" => "minute",
            _ => "second",
        };
        if number == "1" { format!("1 {unit}") } else { format!("{number} {unit}s") }
    }

    /// For sentences: as Go prints it, without parts that are zero (`168h`, `1h10m`).
    pub fn short(self) -> String {
        let long = self.to_string();
        let short = long.strip_suffix("m0s").map_or(long.clone(), |text| format!("{text}m"));
        short.strip_suffix("h0m").map_or(short.clone(), |text| format!("{text}h"))
    }
}

impl FromStr for Duration {
    type Err = Invalid;

    /// Reads `7d`, `36h`, `1w2d`, `1h30m`, `1.5h`, `0`; a day is 24 hours.
    ///
    /// Anything between zero and a second is one: nothing here is that quick.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text == "0" {
            return Ok(Self::ZERO);
        }
        if text.starts_with('-') {
            return Err("it is negative".into());
        }
        let mut rest = text;
        let mut total: u128 = 0;
        while !rest.is_empty() {
            let number_end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let (number, tail) = rest.split_at(number_end);
            let unit_end = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
            let (unit, tail) = tail.split_at(unit_end);
            let Some(amount) = amount(number) else { return Err(explain(text)) };
            let Some((_, size)) = UNITS.iter().find(|(name, _)| *name == unit) else {
                return Err(if unit.is_empty() {
                    format!("`{number}` has no unit; write `{number}d` for days or `{number}h` for hours").into()
                } else {
                    explain(text)
                });
            };
            total = total.saturating_add(amount.saturating_mul(u128::from(*size)) / FRACTION);
            rest = tail;
        }
        if text.is_empty() {
            return Err("it is empty".into());
        }
        let total =
            u64::try_from(total).ok().filter(|n| i64::try_from(*n).is_ok()).ok_or("it is longer than 292 years")?;
        if total != 0 && total < SECOND {
            return Err("it is shorter than a second".into());
        }
        Ok(Self(total))
    }
}

impl Form for Duration {
    fn in_place_of(scalar: &str) -> String {
        format!("write a number and a unit, as in `{scalar}d` for days or `{scalar}h` for hours")
    }

    /// No delay at all needs no unit.
    fn is_plain(number: &str) -> bool {
        number == "0"
    }
}

// A number and a unit, as often as one likes.
schema!(Duration, {
    "type": ["string", "integer"],
    "pattern": r"^(0|(([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h|d|w))+)$",
    "if": {"type": "integer"},
    "then": {"enum": [0], "errorMessage": "write a number and a unit, as in `7d`, `36h`, `1w2d` or `90m`; `0` alone is no delay"},
    "patternErrorMessage": "write a number and a unit, as in `7d`, `36h`, `1w2d` or `90m`",
    "errorMessage": "write a number and a unit, as in `7d`, `36h`, `1w2d` or `90m`", "examples": ["7d", "36h", "1w2d", 0]
});

/// How often something is done, or for how long: a length of time that is not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interval(Duration);

impl Interval {
    /// How often bases are looked at, where nothing else is written.
    pub const DAY: Self = Self(Duration::hours(24));
    /// How often images are; Kargo looks no more often.
    pub const FIVE_MINUTES: Self = Self(Duration::minutes(5));
    /// For how long a dispatch is tried, where nothing else is written: longer than GitHub's hourly limit lasts.
    pub const SEVENTY_MINUTES: Self = Self(Duration::minutes(70));
    /// For how long a run is waited for, where nothing else is written: builds of images take minutes, those of several platforms
    /// an hour, and runners may be busy for as long.
    pub const TWO_HOURS: Self = Self(Duration::hours(2));

    /// The length of time, unless it is zero.
    pub fn new(duration: Duration) -> Option<Self> {
        (!duration.is_zero()).then_some(Self(duration))
    }
}

impl Deref for Interval {
    type Target = Duration;

    fn deref(&self) -> &Duration {
        &self.0
    }
}

impl FromStr for Interval {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text.parse()?).ok_or_else(|| "it is zero".into())
    }
}

impl Form for Interval {
    fn in_place_of(scalar: &str) -> String {
        Duration::in_place_of(scalar)
    }
}

schema!(Interval, {
    "type": "string",
    "pattern": r"^(([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h|d|w))+$",
    "patternErrorMessage": "write a number and a unit, as in `7d`, `36h`, `1w2d` or `90m`",
    "errorMessage": "write a number and a unit, as in `24h`, `90m` or `1d`", "examples": ["24h", "90m", "1d"]
});

/// What decimal fractions are read to.
const FRACTION: u128 = 1_000_000_000;

/// A decimal number in billionths.
fn amount(number: &str) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') || whole.len() > 20 {
        return None;
    }
    let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let digits = format!("{fraction:0<9}");
    let fraction: u128 = digits.get(..9)?.parse().ok()?;
    Some(whole.saturating_mul(FRACTION) + fraction)
}

fn explain(text: &str) -> Invalid {
    format!("`{text}` is not a duration; write a number and a unit, as in `7d`, `36h`, `1w2d` or `90m`").into()
}

/// Seconds with a fraction that has no zeros at its end.
fn seconds(nanoseconds: u64) -> String {
    let (whole, fraction) = (nanoseconds / SECOND, nanoseconds % SECOND);
    if fraction == 0 {
        return whole.to_string();
    }
    let digits = format!("{fraction:09}");
    format!("{whole}.{}", digits.trim_end_matches('0'))
}

impl fmt::Display for Duration {
    /// As Go prints it: `24h0m0s`, `1h10m0s`, `30s`, `1.5s`, `0s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hours, minutes) = (self.0 / HOUR, self.0 % HOUR / MINUTE);
        if hours > 0 {
            write!(f, "{hours}h{minutes}m")?;
        } else if minutes > 0 {
            write!(f, "{minutes}m")?;
        }
        write!(f, "{}s", seconds(self.0 % MINUTE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_printed_as_go_does() {
        for (written, go, short, unit) in [
            ("7d", "168h0m0s", "168h", "7d"),
            ("36h", "36h0m0s", "36h", "36h"),
            ("1w2d", "216h0m0s", "216h", "9d"),
            ("1h10m", "1h10m0s", "1h10m", "70m"),
            ("90m", "1h30m0s", "1h30m", "90m"),
            ("1.5h", "1h30m0s", "1h30m", "90m"),
            ("45s", "45s", "45s", "45s"),
            ("10m", "10m0s", "10m", "10m"),
            ("1500ms", "1.5s", "1.5s", "1.5s"),
            ("24h", "24h0m0s", "24h", "1d"),
            ("0", "0s", "0s", "0s"),
            ("0s", "0s", "0s", "0s"),
            (".5m", "30s", "30s", "30s"),
            ("20m30s", "20m30s", "20m30s", "1230s"),
            ("10h0m10s", "10h0m10s", "10h0m10s", "36010s"),
        ] {
            let duration = written.parse::<Duration>().unwrap();
            assert_eq!(
                (duration.to_string(), duration.short(), duration.in_largest_unit()),
                (go.into(), short.into(), unit.into()),
                "{written}"
            );
        }
    }

    #[test]
    fn words_are_those_of_people() {
        let words = |text: &str| text.parse::<Duration>().unwrap().in_words();
        assert_eq!(
            ["7d", "36h", "24h", "60s", "1500ms"].map(words),
            ["7 days", "36 hours", "1 day", "1 minute", "1.5 seconds"]
        );
    }

    #[test]
    fn what_is_no_duration_is_refused_with_a_reason() {
        for written in [
            "",
            "7",
            "7 d",
            "d",
            "-7d",
            "7days",
            "1.2.3h",
            "7D",
            "1ns",
            "500ms",
            "300y",
            "3000000h",
            "1e3s",
            "99999999999999999999999w",
            "+1h",
            ".h",
            "\u{665}d",
        ] {
            assert!(
                written.parse::<Duration>().is_err_and(|why| !why.to_string().is_empty()),
                "{written:?} gives {:?}",
                written.parse::<Duration>()
            );
        }
        assert_eq!(
            "7".parse::<Duration>().unwrap_err().to_string(),
            "`7` has no unit; write `7d` for days or `7h` for hours"
        );
    }
}
