//! An entry of `images` as a value, and its text.

use crate::emit::{flow_scalar, scalar};
use crate::yaml::{Node, ScalarType, Value as Yaml, scalar_type};

/// A key of an entry with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The key, a plain word.
    pub key: &'static str,
    /// The value.
    pub value: Value,
    /// What stands behind it in a comment, without the `#`; in one line.
    pub comment: Option<String>,
}

/// The value of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text.
    Text(String),
    /// `false`.
    False,
    /// A list of texts.
    List(Vec<String>),
    /// Texts by names that a user chooses.
    Map(Vec<(String, String)>),
    /// Keys one level deeper.
    Lines(Vec<Line>),
}

impl Line {
    /// A key with a text.
    pub fn text(key: &'static str, text: impl Into<String>) -> Self {
        Self { key, value: Value::Text(text.into()), comment: None }
    }

    /// A key with any value.
    pub fn new(key: &'static str, value: Value) -> Self {
        Self { key, value, comment: None }
    }

    /// Adds a comment behind the value.
    #[must_use]
    pub fn comment(mut self, comment: Option<String>) -> Self {
        self.comment = comment;
        self
    }
}

/// How an entry of a list in block style is laid out; all in columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Spaces before the dash.
    pub dash: usize,
    /// Spaces between the dash and the first key.
    pub gap: usize,
    /// How much deeper the keys of a mapping stand than its own key.
    pub step: usize,
    /// Quotes around texts that need some.
    pub quotes: Quotes,
}

/// Quotes around a text; one that would need escapes may have the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quotes {
    /// `'1.29'`
    Single,
    /// `"1.29"`
    #[default]
    Double,
}

impl Default for Style {
    fn default() -> Self {
        Self { dash: 0, gap: 1, step: 2, quotes: Quotes::default() }
    }
}

/// An entry as an item of a list in block style: lines without line breaks.
pub fn block(entry: &[Line], style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    block_lines(entry, style.dash + 1 + style.gap, style, &mut lines);
    if let Some(first) = lines.first_mut() {
        first.replace_range(style.dash..=style.dash, "-");
    }
    lines
}

fn block_lines(entry: &[Line], indent: usize, style: Style, out: &mut Vec<String>) {
    for line in entry {
        let mut text = format!("{:indent$}{}:", "", line.key);
        if !matches!(line.value, Value::Lines(_)) {
            text.push(' ');
            value(&mut text, &line.value, scalar, style.quotes);
        }
        if let Some(comment) = &line.comment {
            text.push_str(" # ");
            text.push_str(comment);
        }
        out.push(text);
        if let Value::Lines(lines) = &line.value {
            block_lines(lines, indent + style.step, style, out);
        }
    }
}

/// An entry in one line, as `{name: web, repository: acme/web}`.
pub fn flow(entry: &[Line], quotes: Quotes) -> String {
    let mut out = String::from("{");
    for (number, line) in entry.iter().enumerate() {
        out.push_str(if number == 0 { "" } else { ", " });
        out.push_str(line.key);
        out.push_str(": ");
        value(&mut out, &line.value, flow_scalar, quotes);
    }
    out.push('}');
    out
}

fn value(out: &mut String, value: &Value, scalar: fn(&mut String, &str), quotes: Quotes) {
    match value {
        Value::Text(value) => text(out, value, scalar, quotes),
        Value::False => out.push_str("false"),
        Value::List(items) => {
            out.push('[');
            for (number, item) in items.iter().enumerate() {
                out.push_str(if number == 0 { "" } else { ", " });
                text(out, item, flow_scalar, quotes);
            }
            out.push(']');
        }
        Value::Map(pairs) => {
            out.push('{');
            for (number, (key, value)) in pairs.iter().enumerate() {
                out.push_str(if number == 0 { "" } else { ", " });
                text(out, key, flow_scalar, quotes);
                out.push_str(": ");
                text(out, value, flow_scalar, quotes);
            }
            out.push('}');
        }
        Value::Lines(lines) => out.push_str(&flow(lines, quotes)),
    }
}

fn text(out: &mut String, text: &str, scalar: fn(&mut String, &str), quotes: Quotes) {
    let start = out.len();
    scalar(out, text);
    let is_single = out.get(start..).is_some_and(|written| written.starts_with('\''));
    let new = match quotes {
        _ if !is_single => return,
        _ if is_duration(text) => text.to_owned(),
        Quotes::Double if !text.contains(['"', '\\']) => format!("\"{text}\""),
        _ => return,
    };
    out.replace_range(start.., &new);
}

/// Whether a text is pairs of a number and a unit, as `7d` and `1w2d`: no reader of images.yaml takes that for anything but
/// text, while a manifest is read by more.
fn is_duration(text: &str) -> bool {
    let mut rest = text;
    while let Some(unit) = rest.find(|c: char| !c.is_ascii_digit()).filter(|at| *at > 0) {
        let Some(behind) = rest.get(unit..).and_then(|rest| rest.strip_prefix(['w', 'd', 'h', 'm', 's'])) else {
            return false;
        };
        rest = behind;
    }
    rest.is_empty() && !text.is_empty()
}

/// Whether a node says what an entry says, and nothing else.
pub(super) fn is(node: &Node<'_>, entry: &[Line]) -> bool {
    let Yaml::Mapping(pairs) = &node.value else { return false };
    pairs.len() == entry.len()
        && pairs.iter().zip(entry).all(|((key, node), line)| is_text(key, line.key) && has(node, &line.value))
}

fn has(node: &Node<'_>, value: &Value) -> bool {
    match (value, &node.value) {
        (Value::Text(text), _) => is_text(node, text),
        (Value::False, Yaml::Scalar { text, plain }) => scalar_type(text, *plain) == ScalarType::Bool(false),
        (Value::List(items), Yaml::Sequence(nodes)) => {
            items.len() == nodes.len() && nodes.iter().zip(items).all(|(node, item)| is_text(node, item))
        }
        (Value::Map(pairs), Yaml::Mapping(nodes)) => {
            let same = |((key, value), (name, text)): (&(Node<'_>, Node<'_>), &(String, String))| {
                is_text(key, name) && is_text(value, text)
            };
            pairs.len() == nodes.len() && nodes.iter().zip(pairs).all(same)
        }
        (Value::Lines(lines), _) => is(node, lines),
        _ => false,
    }
}

fn is_text(node: &Node<'_>, wanted: &str) -> bool {
    matches!(&node.value, Yaml::Scalar { text, plain } if text == wanted && scalar_type(text, *plain) == ScalarType::Text)
}
