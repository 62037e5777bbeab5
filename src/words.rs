//! Text for people, put together: lists, numbers, paragraphs.

use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// Names that a sentence lists before "and 7 more".
const LISTED: usize = 8;

/// What the comment of a guess begins with, which nobody has confirmed.
pub const UNSURE: &str = "unsure:";

/// What the comment begins with that says of a whole file that its guesses are still to be looked at.
pub const PROPOSAL: &str = "proposal:";

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

/// Words as they are written in a file or a command, each between backticks: "`patch`, `minor`".
pub fn literals<T: AsRef<str>>(words: &[T]) -> String {
    words.iter().map(|word| format!("`{}`", word.as_ref())).collect::<Vec<_>>().join(", ")
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
        _ if word.ends_with("ss") => format!("{word}es"),
        _ => format!("{word}s"),
    }
}

/// "1 image", "1,234 images", "2 repositories".
pub fn counted(number: usize, word: &str) -> String {
    format!("{} {}", thousands(number as u64), plural(number, word))
}

/// A time as a person says it: "3.1 ms", "1.2 s", "12 s", "2 min 5 s".
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    let whole = (time + Duration::from_millis(500)).as_secs();
    match whole {
        _ if seconds < 1.0 => format!("{:.1} ms", seconds * 1000.0),
        ..10 => format!("{seconds:.1} s"),
        10.. => self::seconds(whole),
    }
}

/// So many seconds as a person says them: "4 s", "2 min 5 s", "1 h".
pub fn seconds(whole: u64) -> String {
    let (large, unit, small, part) = match whole {
        ..60 => return format!("{whole} s"),
        60..3600 => (whole / 60, "min", whole % 60, "s"),
        3600.. => (whole / 3600, "h", whole % 3600 / 60, "min"),
    };
    let large = thousands(large);
    if small == 0 { format!("{large} {unit}") } else { format!("{large} {unit} {small} {part}") }
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

/// The known name that a misspelt one most likely means, if one is near enough.
pub fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    known
        .map(|name| (distance(word, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Whether no other known name is as near to a misspelt one.
pub fn is_nearest_alone(word: &str, name: &str, known: &[&str]) -> bool {
    let others = known.iter().filter(|other| **other != name);
    others.map(|other| distance(word, other)).min().is_none_or(|other| distance(word, name) < other)
}

/// How many slips part two names; case and what stands between words is none.
fn distance(word: &str, name: &str) -> usize {
    let folded = |text: &str| text.replace(['_', '-', ' '], "").to_lowercase();
    strsim::osa_distance(&folded(word), &folded(name))
}

/// A text of at most so many characters, of which `gap` is the end where there are more.
pub fn cut(text: &str, longest: usize, gap: &str) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    text.chars().take(longest.saturating_sub(gap.chars().count())).chain(gap.chars()).collect()
}

/// A text as one word of a shell, in quotes.
pub fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A text of about so many bytes at most: of a longer one the beginning and the end, since what is quoted stands between.
pub fn bounded(text: String, longest: usize) -> String {
    if text.len() <= longest {
        return text;
    }
    let (start, end) = (text.floor_char_boundary(longest / 2), text.ceil_char_boundary(text.len() - longest / 2));
    format!("{}...{}", &text[..start], &text[end..])
}

/// The columns of a text in a terminal; one that is not seen has none.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// The words of a text. What stands between backticks is one, to be copied in one piece, unless it has more than `longest`
/// columns.
pub fn words(text: &str, longest: usize) -> Vec<&str> {
    let mut is_code = false;
    let between = |c: char| {
        is_code ^= c == '`';
        c == ' ' && !is_code
    };
    let mut words = Vec::new();
    for word in text.split(between) {
        if columns(word) > longest { words.extend(word.split(' ')) } else { words.push(word) }
    }
    words
}

/// A text that stays one cell of a table of Markdown, and no HTML.
pub fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;")
}

/// Words in lines of at most `width` columns, all but the first behind `indent` spaces, which the first has before it
/// already; a longer word has its line alone.
pub fn wrapped<'a>(words: impl IntoIterator<Item = &'a str>, indent: usize, width: usize) -> String {
    let mut out = String::new();
    let mut column = indent;
    for (index, word) in words.into_iter().enumerate() {
        let length = columns(word);
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

/// Messages in lines of at most `width` columns: a sentence goes on below its first word, also behind `help: ` and the like. What
/// stands by itself behind blanks is a command or a row of a table, and stays as it is.
pub fn folded(text: &str, width: usize) -> String {
    const MARKS: [&str; 5] = ["error: ", "warning: ", "help: ", "note: ", "next: "];
    let line = |line: &str| {
        let rest = line.trim_start_matches(' ');
        let blanks = line.len() - rest.len();
        let mark = MARKS.iter().find(|mark| rest.starts_with(**mark)).map_or(0, |mark| mark.len());
        let is_sentence = (blanks == 0 || mark > 0) && !rest.contains("  ") && rest.ends_with('\n');
        if columns(line) <= width || !is_sentence {
            return line.to_owned();
        }
        let indent = blanks + mark;
        let sentence = line[indent..].trim_end_matches('\n');
        line[..indent].to_owned() + &wrapped(words(sentence, width.saturating_sub(indent)), indent, width)
    };
    text.split_inclusive('\n').map(line).collect()
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
            [
                counted(1, "repository"),
                counted(2, "repository"),
                counted(2, "guess"),
                counted(0, "image"),
                counted(1_234, "image")
            ],
            ["1 repository", "2 repositories", "2 guesses", "0 images", "1,234 images"]
        );
        assert_eq!(
            [thousands(1), thousands(999), thousands(1_000), thousands(1_234_567)],
            ["1", "999", "1,000", "1,234,567"]
        );
        assert_eq!(
            [3_140, 999_900, 1_249_000, 9_499_900, 9_600_000, 12_243_800, 59_600_000, 125_000_000]
                .map(|microseconds| duration(Duration::from_micros(microseconds))),
            ["3.1 ms", "999.9 ms", "1.2 s", "9.5 s", "10 s", "12 s", "1 min", "2 min 5 s"]
        );
        assert_eq!(
            [0, 59, 60, 61, 3_599, 3_600, 3_659, 3_660, 86_400].map(seconds),
            ["0 s", "59 s", "1 min", "1 min 1 s", "59 min 59 s", "1 h", "1 h", "1 h 1 min", "24 h"]
        );
    }

    #[test]
    fn paragraphs_are_wrapped_between_words() {
        assert_eq!(wrapped("aa bb  cc\nd".split_whitespace(), 0, 5), "aa bb\ncc d\n");
        assert_eq!(wrapped("a longer-than-it b".split_whitespace(), 0, 4), "a\nlonger-than-it\nb\n");
        assert_eq!(wrapped("a bb".split(' '), 2, 4), "a\n  bb\n");
        assert_eq!(wrapped("\u{4e2d}\u{4e2d} a".split(' '), 0, 4), "\u{4e2d}\u{4e2d}\na\n");
    }

    #[test]
    fn messages_are_folded_where_they_are_sentences() {
        for (text, expected) in [
            (
                "error: aa bb cc\n  help: run `a b`, or d e\n",
                "error: aa bb\n       cc\n  help: run\n        `a b`,\n        or d e\n",
            ),
            ("a bb ccc dddd eeeee\n", "a bb ccc dddd\neeeee\n"),
            ("  kubectl delete stage a\n", "  kubectl delete stage a\n"),
            ("image  Dockerfile  why not\n", "image  Dockerfile  why not\n"),
            ("write this file now? [y/N] ", "write this file now? [y/N] "),
            ("short\n\n", "short\n\n"),
        ] {
            assert_eq!(folded(text, 14), expected, "{text}");
        }
    }

    #[test]
    fn what_is_to_be_copied_is_one_word_unless_it_is_too_long() {
        assert_eq!(words("run `a b c`, or d", 9), ["run", "`a b c`,", "or", "d"]);
        assert_eq!(words("run `a b c`, or d", 7), ["run", "`a", "b", "c`,", "or", "d"]);
        assert_eq!(words("a ` b", 9), ["a", "` b"]);
        assert_eq!(words("a  b", 9), ["a", "", "b"]);
    }

    #[test]
    fn texts_are_cut_by_characters() {
        assert_eq!(cut("\u{e9}\u{e9}\u{e9}", 3, "\u{2026}"), "\u{e9}\u{e9}\u{e9}");
        assert_eq!(cut("\u{e9}\u{e9}\u{e9}\u{e9}", 3, "\u{2026}"), "\u{e9}\u{e9}\u{2026}");
        assert_eq!(bounded("`aaaaaa` is wrong".to_owned(), 12), "`aaaaa... wrong");
        assert_eq!(bounded("\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}".to_owned(), 7), "\u{e9}...\u{e9}");
    }
}
