//! Text for people, put together: lists, numbers, paragraphs.

/// Names that a sentence lists before "and 7 more".
const LISTED: usize = 8;

/// Formats to the end of a `String`: `append!(out, "{name}\n")`. That cannot fail, so that there is no result to look at.
macro_rules! append {
    ($text:expr, $($format:tt)+) => {{
        use std::fmt::Write as _;
        let _ = $text.write_fmt(format_args!($($format)+));
    }};
}
pub(crate) use append;

/// "a", "a and b", "a, b and c", "a, b, c and 7 more".
pub fn list<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] if first.len() <= LISTED => format!("{} and {last}", first.join(", ")),
        names => some_of(names),
    }
}

/// The first few names, and how many more there are: "web, api and 7 more".
pub fn some_of<T: AsRef<str>>(names: &[T]) -> String {
    first_of(names, LISTED)
}

/// The first `shown` names, and how many more there are.
pub fn first_of<T: AsRef<str>>(names: &[T], shown: usize) -> String {
    let (shown, more) = names.split_at(names.len().min(shown));
    let shown: Vec<&str> = shown.iter().map(AsRef::as_ref).collect();
    let shown = shown.join(", ");
    if more.is_empty() { shown } else { format!("{shown} and {} more", more.len()) }
}

/// A word for one of something, as it is for so many: "image", "images", "repositories".
pub fn plural(number: usize, word: &str) -> String {
    match (number, word.strip_suffix('y')) {
        (1, _) => word.to_owned(),
        (_, Some(stem)) => format!("{stem}ies"),
        _ => format!("{word}s"),
    }
}

/// "1 image", "1234 images", "2 repositories".
pub fn counted(number: usize, word: &str) -> String {
    format!("{number} {}", plural(number, word))
}

/// "1 image", "1,234 images".
pub fn counted_by_thousands(number: usize, word: &str) -> String {
    format!("{} {}", thousands(number as u64), plural(number, word))
}

/// "12", "1,234,567".
pub fn thousands(number: u64) -> String {
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

/// A text of at most so many characters, of which `gap` is the end where there are more.
pub fn cut(text: &str, longest: usize, gap: &str) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    text.chars().take(longest.saturating_sub(gap.chars().count())).chain(gap.chars()).collect()
}

/// Words in lines of at most `width` columns, all but the first behind `indent` spaces, which the first has before it
/// already; a longer word has its line alone.
pub fn wrapped<'a>(words: impl IntoIterator<Item = &'a str>, indent: usize, width: usize) -> String {
    let mut out = String::new();
    let mut column = indent;
    for (index, word) in words.into_iter().enumerate() {
        let length = word.chars().count();
        if index > 0 && column + 1 + length > width {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if index > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_name_the_first_and_count_the_rest() {
        let names: Vec<String> = (1..=12).map(|n| n.to_string()).collect();
        assert_eq!(list(&names[..1]), "1");
        assert_eq!(list(&names[..3]), "1, 2 and 3");
        assert_eq!(list(&names[..9]), "1, 2, 3, 4, 5, 6, 7, 8 and 9");
        assert_eq!(list(&names), "1, 2, 3, 4, 5, 6, 7, 8 and 4 more");
        assert_eq!(first_of(&names[..2], 2), "1, 2");
        assert_eq!(first_of(&names[..4], 2), "1, 2 and 2 more");
    }

    #[test]
    fn numbers_are_those_of_people() {
        assert_eq!(
            [counted(1, "repository"), counted(2, "repository"), counted(0, "image")],
            ["1 repository", "2 repositories", "0 images"]
        );
        assert_eq!(
            [thousands(1), thousands(999), thousands(1_000), thousands(1_234_567)],
            ["1", "999", "1,000", "1,234,567"]
        );
    }

    #[test]
    fn paragraphs_are_wrapped_between_words() {
        assert_eq!(wrapped("aa bb  cc\nd".split_whitespace(), 0, 5), "aa bb\ncc d\n");
        assert_eq!(wrapped("a longer-than-it b".split_whitespace(), 0, 4), "a\nlonger-than-it\nb\n");
        assert_eq!(wrapped("a bb".split(' '), 2, 4), "a\n  bb\n");
    }

    #[test]
    fn texts_are_cut_by_characters() {
        assert_eq!(cut("\u{e9}\u{e9}\u{e9}", 3, "\u{2026}"), "\u{e9}\u{e9}\u{e9}");
        assert_eq!(cut("\u{e9}\u{e9}\u{e9}\u{e9}", 3, "\u{2026}"), "\u{e9}\u{e9}\u{2026}");
    }
}
