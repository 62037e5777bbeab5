//! When rebuilds may begin: windows of the week in a time zone, and days on which nothing does.
//!
//! Kargo's own image has no time zones (Kargo v1.11.2 `kargo-base.apko.yaml` has no tzdata, and nothing embeds it), so that
//! `timezone("Europe/London")` of its expressions fails there. Everything is therefore worked out here, down to the seconds at
//! which a zone's offset changes, and Kargo compares numbers.

use super::window::{Closed, Closure, DAY, HOUR, Part, WEEK, Window, closed, merged, spans};
use super::{Invalid, form};
use crate::grammar::duration::Duration;
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan};
use std::fmt;
use std::str::FromStr;

/// Some window must be as long, in minutes: Kargo looks every five, and after errors of the network 17 can pass.
const SHORTEST: u32 = 30;
/// Changes of a zone's offset are written down between these years; after the last the zone stays as it is.
const YEARS: (i16, i16) = (2026, 2041);

form!(
    /// A time zone of the IANA database: `Europe/London`, `UTC`.
    Zone = |text| zone(text).map(|_| text),
    {"type": "string", "examples": ["Europe/London", "America/New_York", "UTC"]},
    [
        /// Where nothing else is written.
        UTC = "UTC",
    ]
);

impl super::Form for Zone {
    /// The only zone whose name differs in case, or in `_` for a blank.
    fn meant(text: &str) -> Option<String> {
        let folded = text.trim().replace(' ', "_");
        let database = TimeZoneDatabase::bundled();
        let mut alike = database.available().filter(|name| name.as_str().eq_ignore_ascii_case(&folded));
        alike.next().map(|name| name.as_str().to_owned()).filter(|name| name != text)
    }
}

/// When rebuilds may begin. It is open at some time, and not always.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Schedule {
    zone: Zone,
    allow: Vec<Window>,
    deny: Vec<Closure>,
}

/// What Kargo has to compare: all of it in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Parts of the week that are open, in minutes of local time since Monday 00:00, in their order.
    pub week: Vec<Part<u32>>,
    /// From when on (seconds since 1970) local time is by how many seconds ahead of UTC, in their order; the first is for all
    /// time before.
    pub offsets: Vec<(i64, i32)>,
    /// Parts of time that are closed, in seconds since 1970.
    pub closed: Vec<Part<i64>>,
}

impl Schedule {
    /// Open in the windows of `allow` (always, if there are none), and closed in those of `deny`. `None` if that is always.
    ///
    /// # Errors
    ///
    /// If it never opens, or never for long enough that Kargo would be sure to see it.
    pub fn new(zone: Zone, allow: Vec<Window>, deny: Vec<Closure>) -> Result<Option<Self>, Invalid> {
        let schedule = Self { zone, allow, deny };
        let week = schedule.week();
        if week == [(0, WEEK)] && schedule.days().next().is_none() {
            return Ok(None);
        }
        let longest = week.iter().map(|(from, to)| to - from).max();
        match longest {
            None => Err("it never opens: `deny` closes all that `allow` opens".into()),
            Some(longest) if longest < SHORTEST => {
                Err(format!("it is never open for {SHORTEST} minutes, and Kargo could miss it").into())
            }
            Some(_) => Ok(Some(schedule)),
        }
    }

    /// By whose clocks it opens.
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// What Kargo compares. The end of a window that goes over the end of the week is a window of its own.
    pub fn opening(&self) -> Opening {
        let zone = zone(&self.zone).unwrap_or(TimeZone::UTC);
        let seconds = |date: Date| date.to_zoned(zone.clone()).map_or(0, |zoned| zoned.timestamp().as_second());
        let start = |year| {
            Date::new(year, 1, 1)
                .map_or(Timestamp::UNIX_EPOCH, |date| Timestamp::from_second(seconds(date)).unwrap_or_default())
        };
        let (first, last) = (start(YEARS.0), start(YEARS.1));
        let mut offsets = vec![(0, zone.to_offset(first).seconds())];
        for change in zone.following(first).take_while(|change| change.timestamp() < last) {
            let offset = change.offset().seconds();
            if offsets.last().is_none_or(|(_, before)| *before != offset) {
                offsets.push((change.timestamp().as_second(), offset));
            }
        }
        let days = self.days().map(|(from, to)| (seconds(from), seconds(to.saturating_add(1.day()))));
        Opening { week: self.week(), offsets, closed: merged(days.collect()) }
    }

    /// Parts of the week that are open.
    fn week(&self) -> Vec<Part<u32>> {
        let all = [(0, WEEK)];
        let allow: Vec<_> = self.allow.iter().filter_map(|window| spans(window).ok()).flatten().collect();
        let allow = merged(if self.allow.is_empty() { all.to_vec() } else { allow });
        let deny = self.deny.iter().filter_map(|closure| match closed(closure) {
            Ok(Closed::EachWeek(spans)) => Some(spans),
            _ => None,
        });
        merged(deny.flatten().collect()).into_iter().fold(allow, |open, (from, to)| {
            let cut = |(begin, end): Part<u32>| [(begin, end.min(from)), (begin.max(to), end)];
            open.into_iter().flat_map(cut).filter(|(begin, end)| begin < end).collect()
        })
    }

    /// Days that are closed, the first and the last of each stretch.
    fn days(&self) -> impl Iterator<Item = Part<Date>> + '_ {
        self.deny.iter().filter_map(|closure| match closed(closure) {
            Ok(Closed::Days(from, to)) => Some((from, to)),
            _ => None,
        })
    }
}

impl Opening {
    /// For how long it can be closed, at least as long as it ever is.
    pub fn longest_closed(&self) -> Duration {
        let again = self.week.first().map(|(from, to)| (from + WEEK, to + WEEK));
        let next = self.week.iter().copied().skip(1).chain(again);
        let gap = self.week.iter().zip(next).map(|((_, to), (from, _))| from - to).max().unwrap_or_default();
        // Before what is closed for days it may have been closed for a part of the week already.
        let days = self.closed.iter().map(|(from, to)| (self.next_open(*to) - from) / 60).max().unwrap_or_default();
        // An hour that a zone puts in is closed too.
        Duration::minutes(gap + HOUR + u32::try_from(days).unwrap_or_default())
    }

    /// For how long at most it is open in a week; none if that is always, since days alone are closed.
    pub fn longest_open(&self) -> Option<Duration> {
        let ends = self.week.last().filter(|(_, to)| *to == WEEK).map_or(0, |(from, to)| to - from);
        // What goes over the end of the week is one.
        let spans = self.week.iter().map(|(from, to)| if *from == 0 { to - from + ends } else { to - from });
        spans.max().filter(|minutes| *minutes < WEEK).map(Duration::minutes)
    }

    /// Whether it is open at a time, in seconds since 1970.
    pub fn is_open(&self, at: i64) -> bool {
        let minute = self.minute(at);
        self.week.iter().any(|(from, to)| (*from..*to).contains(&minute)) && self.closed_until(at).is_none()
    }

    /// When it is open at last that is closed at a time, or soon after that; that time if it is open.
    pub fn next_open(&self, mut at: i64) -> i64 {
        while !self.is_open(at) {
            let minute = self.minute(at);
            let wait = self.week.iter().map(|(from, _)| (from + WEEK - minute - 1) % WEEK + 1).min();
            // After the end of days, or of the minutes until a part of the week begins.
            at = self.closed_until(at).unwrap_or(at + 60 * i64::from(wait.unwrap_or(1)));
        }
        at
    }

    /// The end of the days that are closed then.
    fn closed_until(&self, at: i64) -> Option<i64> {
        self.closed.iter().find(|(from, to)| (*from..*to).contains(&at)).map(|(_, to)| *to)
    }

    /// The minute of the local week.
    fn minute(&self, at: i64) -> u32 {
        let offset = self.offsets.iter().rev().find(|(from, _)| *from <= at).map_or(0, |(_, offset)| *offset);
        let minute = (at + i64::from(offset)).div_euclid(60) + i64::from(MONDAY);
        u32::try_from(minute.rem_euclid(i64::from(WEEK))).unwrap_or_default()
    }
}

/// What makes minutes since 1970, which began on a Thursday, those since a Monday.
pub const MONDAY: u32 = 3 * DAY;

const IN: &str = " in ";
const BUT_NOT: &str = ", but not ";

impl fmt::Display for Schedule {
    /// `Mon-Fri 22:00-06:00, Sat-Sun in Europe/London, but not 2026-12-24/2027-01-02`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let allow: Vec<&str> = self.allow.iter().map(Window::as_str).collect();
        let deny: Vec<&str> = self.deny.iter().map(Closure::as_str).collect();
        let allow = if allow.is_empty() { "Mon-Sun".to_owned() } else { allow.join(", ") };
        write!(f, "{allow}{IN}{}", self.zone)?;
        if deny.is_empty() { Ok(()) } else { write!(f, "{BUT_NOT}{}", deny.join(", ")) }
    }
}

impl FromStr for Schedule {
    type Err = Invalid;

    /// Reads what is displayed.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (open, deny) = text.split_once(BUT_NOT).unwrap_or((text, ""));
        let (allow, zone) = open.split_once(IN).ok_or("it names no time zone")?;
        let deny = deny.split(", ").filter(|text| !text.is_empty());
        let schedule = Self::new(
            zone.parse()?,
            allow.split(", ").map(str::parse).collect::<Result<_, _>>()?,
            deny.map(str::parse).collect::<Result<_, _>>()?,
        )?;
        schedule.ok_or_else(|| "it is always open".into())
    }
}

/// From the database that this program holds, so that every machine makes the same of it.
fn zone(name: &str) -> Result<TimeZone, String> {
    TimeZoneDatabase::bundled()
        .get(name)
        .ok()
        .filter(|zone| zone.iana_name() == Some(name) || name == "UTC")
        .ok_or_else(|| "it is no time zone of the IANA database, as in `Europe/London`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Form;

    fn schedule(zone: &str, allow: &[&str], deny: &[&str]) -> Result<Option<Schedule>, Invalid> {
        Schedule::new(
            zone.parse()?,
            allow.iter().map(|text| text.parse()).collect::<Result<_, _>>()?,
            deny.iter().map(|text| text.parse()).collect::<Result<_, _>>()?,
        )
    }

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_second()
    }

    /// By a calendar: 2026-12-04 is a Friday. London is at UTC in winter and an hour ahead between the last Sundays of March
    /// (2027-03-28 01:00 UTC) and October (2027-10-31 01:00 UTC).
    #[test]
    fn windows_are_those_of_local_time() {
        let london = schedule("Europe/London", &["Mon-Fri 22:00-06:00", "Sat-Sun"], &["2026-12-24/2027-01-02"]);
        let opening = london.unwrap().unwrap().opening();
        for (time, open) in [
            ("2026-12-03T21:59:00Z", false),
            ("2026-12-03T22:00:00Z", true),
            ("2026-12-04T05:59:59Z", true),
            ("2026-12-04T06:00:00Z", false),
            // Over midnight into the weekend, and from it into Monday.
            ("2026-12-04T22:30:00Z", true),
            ("2026-12-06T23:59:00Z", true),
            ("2026-12-07T00:00:00Z", false),
            // Days that are closed begin and end at midnight there.
            ("2026-12-23T23:59:59Z", true),
            ("2026-12-24T00:00:00Z", false),
            ("2027-01-02T23:59:59Z", false),
            ("2027-01-03T00:00:00Z", true),
            // Summer time: 22:00 there is 21:00 UTC.
            ("2027-06-16T20:59:00Z", false),
            ("2027-06-16T21:00:00Z", true),
            // The hour that is missing, and the one that comes twice, are in the night between Saturday and Sunday.
            ("2027-03-28T00:59:00Z", true),
            ("2027-03-28T22:59:00Z", true),
            ("2027-03-28T23:00:00Z", false),
            ("2027-10-31T23:59:00Z", true),
            ("2027-11-01T00:00:00Z", false),
        ] {
            assert_eq!(opening.is_open(at(time)), open, "{time}");
        }
    }

    /// A window in the hour that is missing opens no day; in the hour that comes twice it opens twice. 2028-02-29 is a Tuesday.
    #[test]
    fn changes_of_the_clock_and_leap_days() {
        let night = schedule("Europe/London", &["Sun 01:00-02:00"], &[]).unwrap().unwrap().opening();
        let minutes = |from: &str, hours: i64| (0..hours * 60).filter(|m| night.is_open(at(from) + m * 60)).count();
        assert_eq!(minutes("2027-03-27T12:00:00Z", 24), 0);
        assert_eq!(minutes("2027-10-30T12:00:00Z", 24), 120);
        assert_eq!(minutes("2027-11-06T12:00:00Z", 24), 60);
        let leap = schedule("UTC", &["Tue"], &[]).unwrap().unwrap().opening();
        assert_eq!(
            ["2028-02-28T23:59:59Z", "2028-02-29T00:00:00Z", "2028-03-01T00:00:00Z"].map(|time| leap.is_open(at(time))),
            [false, true, false]
        );
        let south = schedule("Australia/Sydney", &["Mon 00:00-06:00"], &[]).unwrap().unwrap().opening();
        // 2026-12-06 is a Sunday; Sydney is 11 hours ahead then.
        assert_eq!(
            [south.is_open(at("2026-12-06T13:00:00Z")), south.is_open(at("2026-12-06T19:00:00Z"))],
            [true, false]
        );
    }

    #[test]
    fn the_longest_wait_is_known() {
        let longest = |allow: &[&str], deny: &[&str]| {
            schedule("UTC", allow, deny).unwrap().unwrap().opening().longest_closed().short()
        };
        // An hour is for changes of the clock.
        assert_eq!(longest(&["22:00-06:00"], &[]), "17h");
        assert_eq!(longest(&["Mon-Fri 22:00-06:00", "Sat-Sun"], &[]), "23h");
        assert_eq!(longest(&["Sun 02:00-04:00"], &[]), "167h");
        assert_eq!(longest(&[], &["Sat-Sun"]), "49h");
        assert_eq!(longest(&["22:00-06:00"], &["2026-12-24/2026-12-25", "2026-12-26"]), "89h");
        // Of these Sundays the last before is over at 04:00 a week ago, and the next begins at 02:00 in a week, or in two.
        assert_eq!(longest(&["Sun 02:00-04:00"], &["2026-12-06"]), "337h");
        assert_eq!(longest(&["Sun 02:00-04:00"], &["2026-12-06", "2026-12-13"]), "505h");
    }

    /// A clock that is looked at every five minutes for a year and a half.
    #[test]
    fn nothing_is_closed_for_longer() {
        for (zone, allow, deny) in [
            ("Europe/London", &["Mon-Fri 22:00-06:00", "Sat-Sun"][..], &["2026-12-24/2027-01-02"][..]),
            ("Europe/London", &["Sun 01:00-02:00"], &["2027-03-21", "2027-04-04/2027-04-05"]),
            ("Australia/Sydney", &["Mon 00:00-06:00"], &["2026-12-07", "2026-12-14", "Mon 00:00-01:00"]),
            ("UTC", &["Sun 02:00-04:00"], &["2026-12-06", "2026-12-20"]),
            ("America/New_York", &[], &["Fri-Sun", "2026-11-26/2026-11-27"]),
        ] {
            let opening = schedule(zone, allow, deny).unwrap().unwrap().opening();
            let (mut since, mut longest) = (None, 0);
            for time in (at("2026-11-01T00:00:00Z")..at("2028-05-01T00:00:00Z")).step_by(300) {
                match (opening.is_open(time), since) {
                    (true, Some(begin)) => (since, longest) = (None, longest.max(time - begin)),
                    (false, None) => since = Some(time),
                    _ => {}
                }
            }
            let known = i64::try_from(opening.longest_closed().as_seconds()).unwrap();
            // Not in the first hour alone, in which a clock that goes back would end it.
            assert!(
                (longest..longest + 9 * 24 * 3600).contains(&known),
                "{zone} {allow:?} {deny:?}: {longest} {known}"
            );
        }
    }

    #[test]
    fn what_is_displayed_is_read_again() {
        let schedule =
            schedule("Europe/London", &["Mon-Fri 22:00-06:00", "Sat-Sun"], &["Fri 23:00-24:00", "2026-12-25"]);
        let schedule = schedule.unwrap().unwrap();
        let text = "Mon-Fri 22:00-06:00, Sat-Sun in Europe/London, but not Fri 23:00-24:00, 2026-12-25";
        assert_eq!((schedule.to_string().as_str(), text.parse()), (text, Ok(schedule)));
        let closed = self::schedule("UTC", &[], &["Sat-Sun"]).unwrap().unwrap();
        assert_eq!(closed.to_string(), "Mon-Sun in UTC, but not Sat-Sun");
        assert_eq!(closed.to_string().parse::<Schedule>().unwrap().opening(), closed.opening());
    }

    #[test]
    fn what_means_nothing_is_refused_with_a_reason() {
        let why = |result: Result<Option<Schedule>, Invalid>| result.unwrap_err().to_string();
        for (window, says) in [
            ("Mo-Fr 22:00-06:00", "`Mo` is no day"),
            ("Mon-Fri 22-6", "`22-6` is no stretch of a day"),
            ("Mon 25:00-26:00", "is no stretch"),
            ("Mon 24:30-25:00", "is no stretch"),
            ("06:00-06:00", "is no time at all"),
            ("24:00-06:00", "is no time at all"),
            ("", "it is empty"),
            ("Mon-Fri 22:00-06:00 x", "is no stretch"),
            ("22:00-06:00-07:00", "is no stretch"),
        ] {
            let said = window.parse::<Window>().unwrap_err().to_string();
            assert!(said.contains(says), "{window}: {said}");
        }
        for (closure, says) in [
            ("2026-13-01", "`2026-13-01` is no day"),
            ("2027-01-02/2026-12-24", "before it begins"),
            ("2027-02-29", "is no day"),
        ] {
            assert!(closure.parse::<Closure>().unwrap_err().to_string().contains(says), "{closure}");
        }
        assert!(why(schedule("Europe/Londno", &[], &["Sat"])).contains("no time zone"));
        assert_eq!(Zone::meant("europe/london").as_deref(), Some("Europe/London"));
        assert!(why(schedule("UTC", &["Sat"], &["Fri-Mon"])).contains("never opens"));
        assert!(why(schedule("UTC", &["Sat 10:00-10:20"], &[])).contains("30 minutes"));
        assert_eq!(schedule("UTC", &["Mon-Sun"], &[]), Ok(None));
        assert_eq!(schedule("UTC", &["00:00-24:00"], &[]), Ok(None));
    }
}
