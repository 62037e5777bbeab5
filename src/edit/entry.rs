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
    /// The same, with a list where there is not one text.
    Given(Vec<(String, Vec<String>)>),
    /// Texts by names that a user chooses, or null.
    Inputs(Vec<(String, Option<String>)>),
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
    /// Whether texts have quotes that need none.
    pub quotes_all: bool,
    /// Where `source` stands.
    pub source: Nested,
    /// Where lists stand.
    pub lists: Nested,
    /// Where other mappings stand.
    pub maps: Nested,
    /// How much deeper the dashes of a list stand than its key.
    pub items: usize,
    /// Whether there are blanks inside of braces.
    pub wide: bool,
}

/// Where the value of a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nested {
    /// In lines of its own.
    Block,
    /// In brackets, in the line of its key.
    Flow,
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
        Self {
            dash: 0,
            gap: 1,
            step: 2,
            quotes: Quotes::default(),
            quotes_all: false,
            source: Nested::Block,
            lists: Nested::Flow,
            maps: Nested::Flow,
            items: 0,
            wide: false,
        }
    }
}

/// An entry as an item of a list in block style: lines without line breaks.
pub fn block(entry: &[Line], style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    key_lines(entry, style.dash + 1 + style.gap, style, &mut lines);
    if let Some(first) = lines.first_mut() {
        first.replace_range(style.dash..=style.dash, "-");
    }
    lines
}

/// Keys in block style, in this column.
pub(super) fn keys(keys: &[Line], indent: usize, style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    key_lines(keys, indent, style, &mut lines);
    lines
}

/// Entries of a mapping whose names a user chooses, in block style.
pub(super) fn pairs(pairs: &[(String, Vec<String>)], indent: usize, style: Style) -> Vec<String> {
    let line = |pair: &(String, Vec<String>)| {
        let mut out = " ".repeat(indent);
        given(&mut out, pair, scalar, style);
        out
    };
    pairs.iter().map(line).collect()
}

fn one_pair(out: &mut String, (name, value): &(String, String), scalar: fn(&mut String, &str), style: Style) {
    text(out, name, scalar, Style { quotes_all: false, ..style });
    out.push_str(": ");
    text(out, value, scalar, style);
}

fn key_lines(entry: &[Line], indent: usize, style: Style, out: &mut Vec<String>) {
    for line in entry {
        let mut text = format!("{:indent$}{}:", "", line.key);
        let below = below(&line.value, indent, style);
        if below.is_none() {
            text.push(' ');
            value(&mut text, &line.value, scalar, style);
        }
        if let Some(comment) = &line.comment {
            text.push_str(" # ");
            text.push_str(comment);
        }
        out.push(text);
        out.extend(below.into_iter().flatten());
    }
}

/// The lines below a key; `None` if its value stands in the line of the key.
fn below(value: &Value, indent: usize, style: Style) -> Option<Vec<String>> {
    let of = |lead: usize, before: &str, write: &dyn Fn(&mut String)| {
        let mut text = format!("{:lead$}{before}", "");
        write(&mut text);
        text
    };
    let deeper = indent + style.step;
    match value {
        // In braces there is no room for comments.
        Value::Lines(lines) if style.source == Nested::Block || lines.iter().any(|line| line.comment.is_some()) => {
            let mut below = Vec::new();
            key_lines(lines, deeper, style, &mut below);
            Some(below)
        }
        Value::List(items) if style.lists == Nested::Block && !items.is_empty() => {
            let item = |item: &String| of(indent + style.items, "- ", &|out| text(out, item, scalar, style));
            Some(items.iter().map(item).collect())
        }
        Value::Map(all) if style.maps == Nested::Block && !all.is_empty() => {
            let line = |one: &(String, String)| of(deeper, "", &|out| one_pair(out, one, scalar, style));
            Some(all.iter().map(line).collect())
        }
        Value::Given(all) if style.maps == Nested::Block && !all.is_empty() => Some(pairs(all, deeper, style)),
        _ => None,
    }
}

/// An entry in one line, as `{name: web, repository: acme/web}`.
pub fn flow(entry: &[Line], style: Style) -> String {
    let mut out = String::new();
    braces(&mut out, style, &keys_in_flow(entry, style));
    out
}

/// Keys as they stand between braces.
pub(super) fn keys_in_flow(keys: &[Line], style: Style) -> String {
    joined(keys, |out, line| {
        out.push_str(line.key);
        out.push_str(": ");
        value(out, &line.value, flow_scalar, style);
    })
}

/// Entries of a mapping whose names a user chooses, as they stand between braces.
pub(super) fn pairs_in_flow(pairs: &[(String, Vec<String>)], style: Style) -> String {
    joined(pairs, |out, pair| given(out, pair, flow_scalar, style))
}

/// A text or a list of several, as they stand between braces.
pub(super) fn given_in_flow(all: &[String], style: Style) -> String {
    let mut out = String::new();
    values(&mut out, all, flow_scalar, style);
    out
}

fn joined<T>(things: &[T], write: impl Fn(&mut String, &T)) -> String {
    let mut out = String::new();
    for (number, thing) in things.iter().enumerate() {
        out.push_str(if number == 0 { "" } else { ", " });
        write(&mut out, thing);
    }
    out
}

fn braces(out: &mut String, style: Style, inside: &str) {
    let blank = if style.wide && !inside.is_empty() { " " } else { "" };
    out.extend(["{", blank, inside, blank, "}"]);
}

fn value(out: &mut String, value: &Value, scalar: fn(&mut String, &str), style: Style) {
    match value {
        Value::Text(value) => text(out, value, scalar, style),
        Value::False => out.push_str("false"),
        Value::List(items) => list(out, items, style),
        Value::Given(pairs) => braces(out, style, &pairs_in_flow(pairs, style)),
        Value::Map(pairs) => braces(out, style, &joined(pairs, |out, one| one_pair(out, one, flow_scalar, style))),
        Value::Inputs(pairs) => {
            let pair = |out: &mut String, (key, value): &(String, Option<String>)| {
                text(out, key, flow_scalar, Style { quotes_all: false, ..style });
                out.push_str(": ");
                match value {
                    Some(value) => text(out, value, flow_scalar, style),
                    None => out.push_str("null"),
                }
            };
            braces(out, style, &joined(pairs, pair));
        }
        Value::Lines(lines) => out.push_str(&flow(lines, style)),
    }
}

fn list(out: &mut String, items: &[String], style: Style) {
    out.push('[');
    for (number, item) in items.iter().enumerate() {
        out.push_str(if number == 0 { "" } else { ", " });
        text(out, item, flow_scalar, style);
    }
    out.push(']');
}

fn given(out: &mut String, (name, all): &(String, Vec<String>), scalar: fn(&mut String, &str), style: Style) {
    text(out, name, scalar, Style { quotes_all: false, ..style });
    out.push_str(": ");
    values(out, all, scalar, style);
}

fn values(out: &mut String, all: &[String], scalar: fn(&mut String, &str), style: Style) {
    match all {
        [one] => text(out, one, scalar, style),
        all => list(out, all, style),
    }
}

fn text(out: &mut String, text: &str, scalar: fn(&mut String, &str), style: Style) {
    let start = out.len();
    scalar(out, text);
    let written = out.get(start..).unwrap_or_default();
    let is_single = written.starts_with('\'');
    let new = match style.quotes {
        Quotes::Single if style.quotes_all && written == text => format!("'{}'", text.replace('\'', "''")),
        Quotes::Double if (is_single || style.quotes_all && written == text) && !text.contains(['"', '\\']) => {
            if !style.quotes_all && is_duration(text) { text.to_owned() } else { format!("\"{text}\"") }
        }
        Quotes::Single if is_single && !style.quotes_all && is_duration(text) => text.to_owned(),
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
        (Value::Given(pairs), Yaml::Mapping(nodes)) => {
            let same = |((key, value), (name, values)): (&(Node<'_>, Node<'_>), &(String, Vec<String>))| {
                is_text(key, name) && is_given(value, values)
            };
            pairs.len() == nodes.len() && nodes.iter().zip(pairs).all(same)
        }
        (Value::Map(pairs), Yaml::Mapping(nodes)) => {
            let same = |((key, value), (name, text)): (&(Node<'_>, Node<'_>), &(String, String))| {
                is_text(key, name) && is_text(value, text)
            };
            pairs.len() == nodes.len() && nodes.iter().zip(pairs).all(same)
        }
        (Value::Inputs(pairs), Yaml::Mapping(nodes)) => {
            let same = |((key, value), (name, text)): (&(Node<'_>, Node<'_>), &(String, Option<String>))| {
                is_text(key, name) && text.as_ref().map_or_else(|| value.value.is_null(), |text| is_text(value, text))
            };
            pairs.len() == nodes.len() && nodes.iter().zip(pairs).all(same)
        }
        (Value::Lines(lines), _) => is(node, lines),
        _ => false,
    }
}

/// Whether a node is the one text, or the list of several.
pub(super) fn is_given(node: &Node<'_>, values: &[String]) -> bool {
    match (values, &node.value) {
        ([one], _) => is_text(node, one),
        (all, Yaml::Sequence(nodes)) => {
            all.len() == nodes.len() && nodes.iter().zip(all).all(|(node, item)| is_text(node, item))
        }
        _ => false,
    }
}

/// Whether a node is this text, and no reader takes it for another type.
pub(super) fn is_text(node: &Node<'_>, wanted: &str) -> bool {
    matches!(&node.value, Yaml::Scalar { text, plain } if text == wanted && scalar_type(text, *plain) == ScalarType::Text)
}
