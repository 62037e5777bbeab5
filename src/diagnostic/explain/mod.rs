//! Why each code matters, with an example that is wrong and one that is right.
//!
//! Those of the rules of `lint` are values and stand with the rules. Those of the table's codes are Markdown files, one for each
//! range, where a section looks like this:
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

pub use show::{indented, list, markdown, paragraph_of, plain, section};

use super::{Code, ExampleFiles};

/// The sections, in the order of the table's ranges.
const TEXTS: [&str; 6] = [
    include_str!("reading.md"),
    include_str!("values.md"),
    include_str!("images.md"),
    include_str!("dockerfiles.md"),
    include_str!("output.md"),
    include_str!("comments.md"),
];

/// Why a code matters, and what it looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Why it matters: paragraphs of Markdown, each one line.
    pub why: Vec<String>,
    /// What has the problem.
    pub wrong: Vec<Example>,
    /// What of it is otherwise when there is no problem.
    pub right: Vec<Example>,
}

/// A file, or some words that stand for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Example {
    /// A file, from its first to its last line.
    File {
        /// Its path, as `images.yaml`.
        path: &'static str,
        /// What is in it.
        text: String,
    },
    /// What no small file can show.
    Words(String),
}

/// The explanation of a code; `None` if its section is missing or is not written as it should be.
pub fn explanation(code: Code) -> Option<Explanation> {
    if let Code::Rule(about) = code {
        let why = about.why.trim().split("\n\n").map(unwrapped).collect();
        return Explanation { why, wrong: files(about.wrong), right: files(about.right) }.complete();
    }
    sections().find(|(heading, _)| *heading == code.to_string()).and_then(|(_, body)| parse(body))
}

/// The lines of a paragraph as one: where they end is the matter of the file that it is in.
fn unwrapped(paragraph: &str) -> String {
    paragraph.replace('\n', " ")
}

fn files(files: ExampleFiles) -> Vec<Example> {
    let text = |parts: &[&str]| parts.iter().map(|part| part.strip_prefix('\n').unwrap_or(part)).collect();
    files.iter().map(|(path, parts)| Example::File { path, text: text(parts) }).collect()
}

fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    let sections = TEXTS.iter().flat_map(|text| text.split("\n## ").skip(1));
    sections.filter_map(|section| section.split_once('\n')).map(|(heading, body)| (heading.trim(), body))
}

fn parse(body: &'static str) -> Option<Explanation> {
    let mut explanation = Explanation { why: Vec::new(), wrong: Vec::new(), right: Vec::new() };
    let mut rest = body.trim();
    while !rest.is_empty() {
        let block;
        if let Some(fenced) = rest.strip_prefix("```") {
            let (head, inside) = fenced.split_once('\n')?;
            let [_, side, path] = head.split(' ').collect::<Vec<_>>().try_into().ok()?;
            // The text keeps the line break at its end, as files have it.
            let end = inside.find("\n```")? + 1;
            let example = Example::File { path, text: inside[..end].to_owned() };
            explanation.side(side)?.push(example);
            rest = inside[end + 3..].trim_start();
            continue;
        }
        (block, rest) = rest.split_once("\n\n").unwrap_or((rest, ""));
        rest = rest.trim_start();
        let line = unwrapped(block);
        if let Some(words) = line.strip_prefix("Wrong: ") {
            explanation.wrong.push(Example::Words(words.to_owned()));
        } else if let Some(words) = line.strip_prefix("Right: ") {
            explanation.right.push(Example::Words(words.to_owned()));
        } else {
            explanation.why.push(line);
        }
    }
    explanation.complete()
}

impl Explanation {
    fn complete(self) -> Option<Self> {
        let is_complete = !self.why.concat().is_empty() && !self.wrong.is_empty() && !self.right.is_empty();
        is_complete.then_some(self)
    }

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
    use crate::diagnostic::TABLE;

    #[test]
    fn every_code_of_the_table_has_one_section_in_its_order() {
        let expected: Vec<String> = TABLE.iter().map(ToString::to_string).collect();
        assert_eq!(sections().map(|(heading, _)| heading).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_section_has_a_reason_and_both_examples() {
        let body = "Why\nso.\n\nMore.\n\n```yaml wrong a.yaml\n- a\n\n- b\n```\n\nRight: nothing.\n";
        let found = parse(body).unwrap();
        assert_eq!(found.why, ["Why so.", "More."]);
        assert_eq!(found.wrong, [Example::File { path: "a.yaml", text: "- a\n\n- b\n".to_owned() }]);
        assert_eq!(found.right, [Example::Words("nothing.".to_owned())]);
        for bad in
            ["", "Why.", "Why.\n\nWrong: a.", "Why.\n\n```yaml\na\n```\n\nRight: b.", "Why.\n\n```yaml wrong a\nb"]
        {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
