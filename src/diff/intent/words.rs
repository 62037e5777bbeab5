//! Words for times, lists and numbers.

use crate::model::{Duration, Policy};

/// Names that a sentence lists before "and 7 more".
const LISTED: usize = 8;

/// "7 days", "36 hours", "1 minute".
pub(in crate::diff) fn duration(duration: Duration) -> String {
    let short = duration.in_largest_unit();
    let digits = short.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(short.len());
    let (number, unit) = short.split_at(digits);
    let unit = match unit {
        "d" => "day",
        "h" => "hour",
        "m" => "minute",
        _ => "second",
    };
    if number == "1" { format!("1 {unit}") } else { format!("{number} {unit}s") }
}

/// "at each new digest", "after 7 days without a newer digest", "when somebody promotes it".
pub(in crate::diff) fn when(policy: Policy) -> String {
    match policy.delay() {
        Some(delay) => format!("after {} without a newer digest", duration(delay)),
        None if policy == Policy::Manual => "when somebody promotes it".to_owned(),
        None => "at each new digest".to_owned(),
    }
}

/// "no delay", "7 days", "by hand": for what a policy was and what it is now, and for the edges of a graph.
pub(in crate::diff) fn delay(policy: Policy) -> String {
    match policy.delay() {
        Some(delay) => duration(delay),
        None if policy == Policy::Manual => "by hand".to_owned(),
        None => "no delay".to_owned(),
    }
}

/// "a", "a and b", "a, b and c", "a, b, c and 7 more".
pub(in crate::diff) fn list<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let (shown, more) = if names.len() > LISTED + 1 { names.split_at(LISTED) } else { (&names[..], &[][..]) };
    match (shown, more.len()) {
        ([], _) => String::new(),
        ([one], 0) => (*one).to_owned(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (shown, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// "1 image", "3 images", "2 repositories".
pub(in crate::diff) fn count(number: usize, word: &str) -> String {
    match (number, word.strip_suffix('y')) {
        (1, _) => format!("1 {word}"),
        (_, Some(stem)) => format!("{} {stem}ies", thousands(number as u64)),
        _ => format!("{} {word}s", thousands(number as u64)),
    }
}

/// "12", "1,234,567".
pub(in crate::diff) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_people() {
        let time = |text| duration(Duration::parse(text).unwrap());
        assert_eq!(
            [time("7d"), time("36h"), time("24h"), time("60s"), time("1500ms")],
            ["7 days", "36 hours", "1 day", "1 minute", "1.5 seconds"]
        );
        let names: Vec<String> = (1..=12).map(|n| n.to_string()).collect();
        assert_eq!(list(&names[..1]), "1");
        assert_eq!(list(&names[..3]), "1, 2 and 3");
        assert_eq!(list(&names[..9]), "1, 2, 3, 4, 5, 6, 7, 8 and 9");
        assert_eq!(list(&names), "1, 2, 3, 4, 5, 6, 7, 8 and 4 more");
        assert_eq!(
            [count(1, "repository"), count(2, "repository"), count(0, "image")],
            ["1 repository", "2 repositories", "0 images"]
        );
        assert_eq!(
            [thousands(1), thousands(999), thousands(1_000), thousands(1_234_567)],
            ["1", "999", "1,000", "1,234,567"]
        );
    }
}
