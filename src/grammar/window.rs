//! Parts of the week and days, as people write them.

use super::{Form, form};
use jiff::civil::Date;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
pub(super) const HOUR: u32 = 60;
pub(super) const DAY: u32 = 24 * HOUR;
/// Minutes of a week.
pub const WEEK: u32 = 7 * DAY;
form!(
    /// A part of each week: `Mon-Fri 22:00-06:00`, `Sat-Sun`, `22:00-06:00`, `Mon,Wed 10:00-12:00`. What goes over midnight
    /// belongs to the day on which it begins.
    Window = |text| spans(text).map(|_| text),
    {
        "type": "string",
        "pattern": "^((?i:mon|tue|wed|thu|fri|sat|sun|[-,])*)( ?[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2})?$",
        "patternErrorMessage": "write days, times or both, as in `Mon-Fri 22:00-06:00`, `Sat-Sun` or `22:00-06:00`",
        "examples": ["Mon-Fri 22:00-06:00", "Sat-Sun", "22:00-06:00"]
    },
    []
);

form!(
    /// When nothing begins: a part of each week as a [`Window`] is, a day (`2026-12-25`) or days with both ends
    /// (`2026-12-24/2027-01-02`).
    Closure = |text| closed(text).map(|_| text),
    {"type": "string", "examples": ["Fri 16:00-24:00", "2026-12-25", "2026-12-24/2027-01-02"]},
    []
);

impl Form for Window {}
impl Form for Closure {}

/// A part of a week or of time: its begin, and the end that is no part of it.
pub type Part<T> = (T, T);

/// When nothing begins.
pub(super) enum Closed {
    /// In these parts of each week.
    EachWeek(Vec<Part<u32>>),
    /// From one day to another, both of them too.
    Days(Date, Date),
}

/// Sorted, with those put together that touch.
pub(super) fn merged<T: Ord + Copy>(mut parts: Vec<Part<T>>) -> Vec<Part<T>> {
    parts.sort_unstable();
    let mut out: Vec<Part<T>> = Vec::new();
    for (from, to) in parts {
        match out.last_mut() {
            Some((_, end)) if *end >= from => *end = (*end).max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

/// The parts of the week that a window is, none of them over its end.
pub(super) fn spans(text: &str) -> Result<Vec<Part<u32>>, String> {
    let text = text.trim();
    let (days, times) = match text.split_once(' ') {
        Some((days, times)) => (days, times.trim()),
        None if text.contains(':') => ("", text),
        None => (text, ""),
    };
    if days.is_empty() && times.is_empty() {
        return Err("it is empty".to_owned());
    }
    let days = if days.is_empty() { (0..7).collect() } else { days_of(days)? };
    let (from, to) = if times.is_empty() { (0, DAY) } else { times_of(times)? };
    let length = if to > from { to - from } else { to + DAY - from };
    let mut parts = Vec::new();
    for day in days {
        let (begin, end) = (day * DAY + from, day * DAY + from + length);
        parts.push((begin, end.min(WEEK)));
        if end > WEEK {
            parts.push((0, end - WEEK));
        }
    }
    Ok(merged(parts))
}

fn days_of(text: &str) -> Result<Vec<u32>, String> {
    let day = |name: &str| {
        let found = (0..).zip(DAYS).find(|(_, day)| day.eq_ignore_ascii_case(name));
        found.map(|(number, _)| number).ok_or_else(|| format!("`{name}` is no day; days are {}", DAYS.join(", ")))
    };
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (u32, u32) = (day(first)?, day(last)?);
        let last = if last < first { last + 7 } else { last };
        days.extend((first..=last).map(|day| day % 7));
    }
    Ok(days)
}

fn times_of(text: &str) -> Result<Part<u32>, String> {
    let form = || format!("`{text}` is no stretch of a day; write it as in `22:00-06:00`");
    let time = |text: &str| -> Option<u32> {
        let (hours, minutes) = text.split_once(':')?;
        let is_plain = |digits: &str, most: usize| {
            (1..=most).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
        };
        if !(is_plain(hours, 2) && minutes.len() == 2 && is_plain(minutes, 2)) {
            return None;
        }
        let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
        let all = hours * HOUR + minutes;
        (minutes < HOUR && all <= DAY).then_some(all)
    };
    let (from, to) = text.split_once('-').ok_or_else(form)?;
    let (from, to) = (time(from).ok_or_else(form)?, time(to).ok_or_else(form)?);
    if from == to || from == DAY {
        return Err(format!("`{text}` is no time at all; the whole day is `00:00-24:00`"));
    }
    Ok((from, to))
}

/// What a closure closes.
pub(super) fn closed(text: &str) -> Result<Closed, String> {
    if !text.starts_with(|c: char| c.is_ascii_digit()) || !text.contains('-') || text.contains(':') {
        return spans(text).map(Closed::EachWeek);
    }
    let date = |text: &str| -> Result<Date, String> {
        text.parse().map_err(|_| format!("`{text}` is no day; write it as in `2026-12-24`"))
    };
    let (from, to) = text.split_once('/').unwrap_or((text, text));
    let (from, to) = (date(from)?, date(to)?);
    if to < from {
        return Err(format!("it ends on {to}, before it begins"));
    }
    Ok(Closed::Days(from, to))
}
