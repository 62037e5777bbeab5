//! Words for lists and numbers.

/// Names that a sentence lists before "and 7 more".
const LISTED: usize = 8;

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
