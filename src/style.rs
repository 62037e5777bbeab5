//! How text may look in a terminal: its columns, one palette, and what is painted with it.
//!
//! Paint comes last. What it is put on has been masked and made visible before: codes inside a text would hide a credential from who
//! looks for one. Without its codes a painted text is the text.

use anstyle::AnsiColor;
pub use anstyle::Style;

/// As it is.
pub const PLAIN: Style = Style::new();
/// Titles.
pub const BOLD: Style = Style::new().bold();
/// What may be passed over.
pub const DIM: Style = Style::new().dimmed();
/// What is gone or wrong.
pub const RED: Style = AnsiColor::Red.on_default();
/// What is new or right.
pub const GREEN: Style = AnsiColor::Green.on_default();
/// What is otherwise, or to be looked at.
pub const YELLOW: Style = AnsiColor::Yellow.on_default();
/// What is written or run as it stands.
pub const CYAN: Style = AnsiColor::Cyan.on_default();
/// Words at the beginning of a message, as diagnostics have them.
pub const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
/// The same of a warning.
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// The same of what to do.
pub const HELP: Style = AnsiColor::BrightCyan.on_default().bold();

/// Fewer columns than these help nobody who reads sentences.
const NARROWEST: usize = 60;

/// How messages may look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether escape codes may be used.
    pub color: bool,
    /// Columns of the terminal, or of `COLUMNS`; `None` if there is neither.
    pub columns: Option<usize>,
}

impl Look {
    /// That of a file.
    pub const NONE: Self = Self { color: false, columns: None };

    /// Columns for what has to end somewhere.
    pub fn width(self) -> usize {
        self.columns.unwrap_or(140)
    }

    /// Columns at which sentences are wrapped; `None` where there is no end or no room.
    pub fn room(self) -> Option<usize> {
        self.columns.filter(|columns| *columns >= NARROWEST)
    }

    /// A text of one line in a style.
    pub fn paint(self, style: Style, text: &str) -> String {
        if !self.color || style == PLAIN || text.is_empty() {
            text.to_owned()
        } else {
            format!("{style}{text}{style:#}")
        }
    }

    /// A unified diff.
    pub fn diff(self, text: &str) -> String {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let begins = |index: usize, mark: &str| lines.get(index).is_some_and(|line| line.starts_with(mark));
        // A line that is gone may begin with two hyphens of its own.
        let names = |index: usize| begins(index, "--- ") && begins(index + 1, "+++ ") && begins(index + 2, "@@ ");
        let style = |index: usize, line: &str| match line.as_bytes().first() {
            _ if names(index) || (index > 0 && names(index - 1)) => BOLD,
            Some(b'@') => CYAN,
            Some(b'-') => RED,
            Some(b'+') => GREEN,
            _ => PLAIN,
        };
        lines.iter().enumerate().map(|(index, line)| self.paint_line(style(index, line), line)).collect()
    }

    /// Lines of which some begin with a mark: `+` for what is new, `-` for what is gone, `~` for what is otherwise.
    pub fn marked(self, text: &str) -> String {
        let style = |line: &str| match line.trim_start().as_bytes() {
            [b'+', b' ', ..] => GREEN,
            [b'-', b' ', ..] => RED,
            [b'~', b' ', ..] => YELLOW,
            _ => PLAIN,
        };
        text.split_inclusive('\n').map(|line| self.paint_line(style(line), line)).collect()
    }

    /// YAML: its keys and its comments.
    pub fn yaml(self, text: &str) -> String {
        text.split_inclusive('\n').map(|line| self.yaml_line(line)).collect()
    }

    fn yaml_line(self, line: &str) -> String {
        let (code, comment) = line.split_at(comment(line));
        let style = if comment.starts_with("# unsure:") { YELLOW } else { DIM };
        let key_start = code.len() - code.trim_start_matches([' ', '-']).len();
        let key_end = code.find(": ").or_else(|| code.trim_end().strip_suffix(':').map(str::len)).unwrap_or(key_start);
        let key = code.get(key_start..key_end).filter(|key| !key.contains(['"', '{', '[', ' '])).unwrap_or_default();
        let rest = &code[key_start + key.len()..];
        format!("{}{}{rest}{}", &code[..key_start], self.paint(CYAN, key), self.paint_line(style, comment))
    }

    /// Sentences in which what stands between backticks is to be written or run.
    pub fn sentence(self, text: &str) -> String {
        let parts: Vec<&str> = text.split('`').collect();
        let painted = |(index, part): (usize, &&str)| match index % 2 {
            0 => (*part).to_owned(),
            1 if index + 1 < parts.len() => {
                format!("`{part}`").split_inclusive('\n').map(|line| self.paint_line(CYAN, line)).collect()
            }
            _ => format!("`{part}"),
        };
        parts.iter().enumerate().map(painted).collect()
    }

    /// A line in a style, which ends before the line does.
    pub fn paint_line(self, style: Style, line: &str) -> String {
        let text = line.trim_end_matches(['\n', '\r']);
        self.paint(style, text) + &line[text.len()..]
    }
}

/// Where the comment of a line of YAML begins, or the line ends: quotes hide what is between them.
fn comment(line: &str) -> usize {
    let (mut quote, mut before) = (None, ' ');
    for (at, c) in line.char_indices() {
        match quote {
            Some(mark) if mark == c => quote = None,
            None if matches!(c, '"' | '\'') && !before.is_alphanumeric() => quote = Some(c),
            None if c == '#' && before.is_whitespace() => return at,
            _ => {}
        }
        before = c;
    }
    line.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLORED: Look = Look { color: true, columns: None };

    /// Styles as letters: `(B text)`.
    fn shown(painted: &str) -> String {
        let codes = [("1", "B"), ("2", "D"), ("31", "R"), ("32", "G"), ("33", "Y"), ("36", "C")];
        let text = codes.iter().fold(painted.to_owned(), |text, (code, letter)| {
            text.replace(&format!("\u{1b}[{code}m"), &format!("({letter} "))
        });
        text.replace("\u{1b}[0m", ")")
    }

    #[test]
    fn a_diff_has_names_places_and_both_sides() {
        let diff = "--- a.yaml\n+++ a.yaml\n@@ -1,3 +1,3 @@\n a\n-- b\n--- c\n+++ d\n e";
        let expected = "(B --- a.yaml)\n(B +++ a.yaml)\n(C @@ -1,3 +1,3 @@)\n a\n(R -- b)\n(R --- c)\n(G +++ d)\n e";
        assert_eq!(shown(&COLORED.diff(diff)), expected);
        assert_eq!(Look::NONE.diff(diff), diff);
    }

    #[test]
    fn yaml_has_keys_and_comments() {
        for (line, expected) in [
            ("- name: web # it is", "- (C name): web (D # it is)"),
            ("  source:\n", "  (C source):\n"),
            ("tag: '# no' # unsure: 1", "(C tag): '# no' (Y # unsure: 1)"),
            ("# a: b", "(D # a: b)"),
            ("- \"node:22\"", "- \"node:22\""),
            ("source: {repo: a/b}", "(C source): {repo: a/b}"),
            ("- {name: web}", "- {name: web}"),
            ("a#b", "a#b"),
            ("it's: 1 # no", "(C it's): 1 (D # no)"),
            ("", ""),
        ] {
            assert_eq!(shown(&COLORED.yaml(line)), expected);
            assert_eq!(Look::NONE.yaml(line), line);
        }
    }

    #[test]
    fn sentences_have_what_is_to_be_written_and_lists_have_marks() {
        assert_eq!(
            shown(&COLORED.sentence("run `a b`, or `c\nd`; a ` more")),
            "run (C `a b`), or (C `c)\n(C d`); a ` more"
        );
        assert_eq!(shown(&COLORED.marked("+ a\n    - b\n~ c\n-d\n")), "(G + a)\n(R     - b)\n(Y ~ c)\n-d\n");
        for text in ["`a` b `c", "```", "+ a\r\n"] {
            assert_eq!(Look::NONE.sentence(text), text);
            assert_eq!(Look::NONE.marked(text), text);
        }
    }
}
