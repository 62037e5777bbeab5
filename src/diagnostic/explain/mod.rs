//! Why each code matters, with an example that is wrong and one that is right.
//!
//! The texts are Markdown files, one for each range of codes. A section looks like this:
//!
//! ````text
//! ## IF020
//!
//! Why it matters, in a few sentences.
//!
//! ```yaml wrong images.yaml
//! what is wrong
//! ```
//!
//! ```yaml right images.yaml
//! what is right
//! ```
//! ````
//!
//! An example may be of several files, a block each. The right one is the wrong one's files with these in their place. Where
//! no small file can show the problem, two paragraphs that begin with `Wrong: ` and `Right: ` stand for the blocks.

mod show;

pub use show::{markdown, plain, section};

use super::{Code, TABLE};

/// The sections, in the order of the table's ranges.
const TEXTS: [&str; 7] = [
    include_str!("reading.md"),
    include_str!("values.md"),
    include_str!("images.md"),
    include_str!("dockerfiles.md"),
    include_str!("output.md"),
    include_str!("workflows.md"),
    include_str!("surprises.md"),
];

/// One section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What is explained.
    pub code: Code,
    /// Why it matters: paragraphs of Markdown.
    pub why: Vec<&'static str>,
    /// What has the problem.
    pub wrong: Vec<Example>,
    /// What has not.
    pub right: Vec<Example>,
}

/// A file, or some words that stand for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Example {
    /// A whole file.
    File {
        /// Its path, as `images.yaml`.
        path: &'static str,
        /// What it is written in, as Markdown calls it.
        language: &'static str,
        /// What is in it.
        text: &'static str,
    },
    /// What no small file can show.
    Words(&'static str),
}

/// The explanation of a code; `None` if its section is missing or is not written as it should be.
pub fn explanation(code: Code) -> Option<Explanation> {
    sections().find(|(heading, _)| *heading == code.to_string()).and_then(|(_, body)| parse(code, body))
}

/// The headings of all sections, in the order of the texts.
pub fn headings() -> impl Iterator<Item = &'static str> {
    sections().map(|(heading, _)| heading)
}

/// The code that a person means by `IF012`, `if012`, `IF12` or `12`.
pub fn find(text: &str) -> Option<Code> {
    let number = number(text)?;
    TABLE.iter().copied().find(|code| code.number() == number)
}

/// The code whose number is nearest to the one that a person wrote; `None` if it is no number.
pub fn nearest(text: &str) -> Option<Code> {
    let number = number(text)?;
    TABLE.iter().copied().min_by_key(|code| code.number().abs_diff(number))
}

fn number(text: &str) -> Option<u16> {
    let digits = match text.get(..2) {
        Some(prefix) if prefix.eq_ignore_ascii_case("IF") => &text[2..],
        _ => text,
    };
    if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
}

fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    let sections = TEXTS.iter().flat_map(|text| text.split("\n## ").skip(1));
    sections.filter_map(|section| section.split_once('\n')).map(|(heading, body)| (heading.trim(), body))
}

fn parse(code: Code, body: &'static str) -> Option<Explanation> {
    let mut explanation = Explanation { code, why: Vec::new(), wrong: Vec::new(), right: Vec::new() };
    let mut rest = body.trim();
    while !rest.is_empty() {
        let block;
        if let Some(fenced) = rest.strip_prefix("```") {
            let (head, inside) = fenced.split_once('\n')?;
            let [language, side, path] = head.split(' ').collect::<Vec<_>>().try_into().ok()?;
            // The text keeps the line break at its end, as files have it.
            let end = inside.find("\n```")? + 1;
            let example = Example::File { path, language, text: &inside[..end] };
            explanation.side(side)?.push(example);
            rest = inside[end + 3..].trim_start();
            continue;
        }
        (block, rest) = rest.split_once("\n\n").unwrap_or((rest, ""));
        rest = rest.trim_start();
        if let Some(words) = block.strip_prefix("Wrong: ") {
            explanation.wrong.push(Example::Words(words));
        } else if let Some(words) = block.strip_prefix("Right: ") {
            explanation.right.push(Example::Words(words));
        } else {
            explanation.why.push(block);
        }
    }
    let complete = !explanation.why.is_empty() && !explanation.wrong.is_empty() && !explanation.right.is_empty();
    complete.then_some(explanation)
}

impl Explanation {
    fn side(&mut self, word: &str) -> Option<&mut Vec<Example>> {
        match word {
            "wrong" => Some(&mut self.wrong),
            "right" => Some(&mut self.right),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_however_they_are_written() {
        for text in ["IF007", "if007", "If7", "7", "007"] {
            assert_eq!(find(text), Some(Code::DuplicateKey), "{text}");
        }
        for text in ["", "IF", "IF000", "IF999", "x7", "-7", "+7", "70000", "\u{e9}7", "7\u{e9}"] {
            assert_eq!(find(text), None, "{text}");
        }
        assert_eq!(nearest("if11"), Some(Code::StateFile));
        assert_eq!(nearest("cycle"), None);
    }

    #[test]
    fn a_section_has_a_reason_and_both_examples() {
        let body = "Why.\n\nMore.\n\n```yaml wrong a.yaml\n- a\n\n- b\n```\n\nRight: nothing.\n";
        let found = parse(Code::Syntax, body).unwrap();
        assert_eq!(found.why, ["Why.", "More."]);
        assert_eq!(found.wrong, [Example::File { path: "a.yaml", language: "yaml", text: "- a\n\n- b\n" }]);
        assert_eq!(found.right, [Example::Words("nothing.")]);
        for bad in
            ["", "Why.", "Why.\n\nWrong: a.", "Why.\n\n```yaml\na\n```\n\nRight: b.", "Why.\n\n```yaml wrong a\nb"]
        {
            assert_eq!(parse(Code::Syntax, bad), None, "{bad}");
        }
    }
}
