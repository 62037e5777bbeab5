//! YAML text to a tree in which every node knows its place.
//!
//! Why not a serde YAML crate: after a successful parse none of them can say where a value stood and at the same time
//! report every problem of a file. The events come from granit-parser; this file turns them into nodes, resolves
//! aliases and merge keys, and limits what hostile input can cost: nesting by the parser's own limits, aliases by the
//! size of what they would expand to. Aliased collections are shared, so an alias costs no memory of its own.

use super::scalar::{ScalarType, scalar_type};
use super::slip::{Slip, slip};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, SourceFile, Span};
use granit_parser::{Event, Parser, ScalarStyle};
use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

/// Levels of nesting that are read; images.yaml needs seven, a workflow of GitHub's about ten.
const MAX_DEPTH: usize = 64;

/// The flat cost of a node beside its text.
const NODE_COST: u64 = 16;

/// What depends on what a file is for: how much of it is read, and what a person should do if it cannot be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Purpose {
    /// MiB that a file may hold once every alias is written out: bytes of text plus a flat cost for each node.
    pub(crate) mebibytes: u64,
    /// The file holds nothing.
    pub(crate) empty: &'static str,
    /// The file holds a second document.
    pub(crate) several: &'static str,
    /// Aliases expand to more than is read.
    pub(crate) large: &'static str,
    /// Added to the sentence that names the limit of nesting; may be empty.
    pub(crate) deep: &'static str,
}

impl Purpose {
    /// Of a text that is read again after a change: its problems are counted and not shown.
    pub(crate) const COMPARISON: Self = Self { mebibytes: 256, empty: "", several: "", large: "", deep: "" };
}

/// A YAML node and its place.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    pub(crate) span: Span,
    pub(crate) value: Value<'a>,
    /// What the node costs with all aliases written out.
    weight: u64,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    /// A scalar; `plain` if it is neither quoted nor tagged `!!str`, so that YAML gives it a type.
    Scalar { text: Cow<'a, str>, plain: bool },
    /// A sequence.
    Sequence(Rc<Vec<Node<'a>>>),
    /// A mapping in the order of the text; keys are unique.
    Mapping(Rc<Vec<(Node<'a>, Node<'a>)>>),
}

impl Value<'_> {
    /// Whether nothing is written, or a word for nothing.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Scalar { text, plain } if scalar_type(text, *plain) == ScalarType::Null)
    }
}

impl Node<'_> {
    /// What a person would call it.
    pub(crate) fn describe(&self) -> &'static str {
        match &self.value {
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
            Value::Scalar { text, plain } => match scalar_type(text, *plain) {
                ScalarType::Null => "empty",
                ScalarType::Bool(_) => "a boolean",
                ScalarType::Number => "a number",
                ScalarType::Text => "text",
            },
        }
    }
}

/// What the parser is told wherever it reads.
pub(super) fn options() -> granit_parser::Options {
    granit_parser::options! {
        block_nesting_limit: MAX_DEPTH,
        flow_nesting_limit: MAX_DEPTH,
        disallow_directives: false,
    }
}

/// Reads one document. `None` if there is nothing to read on from; the problems are in `diagnostics` either way.
pub(crate) fn parse<'a>(
    file: &'a SourceFile,
    id: FileId,
    purpose: &Purpose,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node<'a>> {
    parse_up_to(1, file, id, purpose, diagnostics)?.pop()
}

/// Reads so many documents, of which at least one is there; else as [`parse`].
pub(crate) fn parse_up_to<'a>(
    most: usize,
    file: &'a SourceFile,
    id: FileId,
    purpose: &Purpose,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<Node<'a>>> {
    let text = file.text();
    let offset = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut loader = Loader {
        id,
        text,
        offset,
        purpose: *purpose,
        diagnostics,
        anchors: HashMap::new(),
        stack: Vec::new(),
        expanded: 0,
        root: None,
    };
    let mut documents = 0;
    let mut roots = Vec::new();
    for event in Parser::new_from_str_with_options(&text[offset..], options()) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                loader.syntax_error(&error);
                return None;
            }
        };
        if matches!(event, Event::DocumentStart(..)) {
            documents += 1;
            roots.extend(loader.root.take());
            if documents > most {
                let at = loader.span(span);
                loader.diagnostics.push(
                    Diagnostic::new(Code::SeveralDocuments, "a second YAML document starts here", at)
                        .help(purpose.several),
                );
                return None;
            }
        }
        loader.event(event, span)?;
    }
    roots.extend(loader.root.take());
    if roots.is_empty() {
        let end = Span::new(id, 0, 0);
        loader.diagnostics.push(Diagnostic::new(Code::Empty, "the file is empty", end).help(purpose.empty));
    }
    Some(roots).filter(|roots| !roots.is_empty())
}

enum Open<'a> {
    Sequence { start: Span, items: Vec<Node<'a>>, anchor: usize },
    Mapping { start: Span, entries: Vec<(Node<'a>, Node<'a>)>, key: Option<Node<'a>>, anchor: usize },
}

struct Loader<'a, 'd> {
    id: FileId,
    text: &'a str,
    /// Bytes of the byte-order mark that the parser did not see.
    offset: usize,
    purpose: Purpose,
    diagnostics: &'d mut Vec<Diagnostic>,
    anchors: HashMap<usize, Node<'a>>,
    stack: Vec<Open<'a>>,
    /// What the document costs so far, aliases written out.
    expanded: u64,
    root: Option<Node<'a>>,
}

impl<'a> Loader<'a, '_> {
    fn span(&self, span: granit_parser::Span) -> Span {
        let at = |marker: &granit_parser::Marker| marker.byte_offset().unwrap_or(0) + self.offset;
        Span::new(self.id, at(&span.start), at(&span.end))
    }

    fn syntax_error(&mut self, error: &granit_parser::ScanError) {
        let at = error.marker().byte_offset().unwrap_or(0) + self.offset;
        let message = error.info().clone();
        let code =
            if message.contains("nesting") || message.contains("recursion") { Code::TooDeep } else { Code::Syntax };
        if code == Code::Syntax
            && let Some(Slip { at, message, help }) = slip(self.text, at, &message)
        {
            let at = Span::new(self.id, at.start, at.end);
            self.diagnostics.push(Diagnostic::new(code, message, at).help(help));
            return;
        }
        let width = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        let mut diagnostic = Diagnostic::new(code, message, Span::new(self.id, at, at + width));
        if code == Code::TooDeep {
            diagnostic = diagnostic.help(format!("at most {MAX_DEPTH} levels are read{}", self.purpose.deep));
        }
        self.diagnostics.push(diagnostic);
    }

    /// `None` stops the reading; a problem has been reported then.
    fn event(&mut self, event: Event<'a>, span: granit_parser::Span) -> Option<()> {
        let at = self.span(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let mut plain = style == ScalarStyle::Plain;
                if let Some(tag) = tag {
                    match tag.core_suffix() {
                        Some("str") => plain = false,
                        Some("int" | "float" | "bool" | "null") => {}
                        _ => self.unsupported_tag(&tag.original(), at),
                    }
                }
                // An empty value has no text; the parser stands for it with `~`.
                let text = if plain && at.start == at.end { Cow::Borrowed("") } else { text };
                let weight = NODE_COST + text.len() as u64;
                self.add(Node { span: at, value: Value::Scalar { text, plain }, weight }, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                if let Some(tag) = tag.filter(|tag| tag.core_suffix() != Some("seq")) {
                    self.unsupported_tag(&tag.original(), at);
                }
                self.stack.push(Open::Sequence { start: at, items: Vec::new(), anchor });
                Some(())
            }
            Event::MappingStart(_, anchor, tag) => {
                if let Some(tag) = tag.filter(|tag| tag.core_suffix() != Some("map")) {
                    self.unsupported_tag(&tag.original(), at);
                }
                self.stack.push(Open::Mapping { start: at, entries: Vec::new(), key: None, anchor });
                Some(())
            }
            Event::SequenceEnd | Event::MappingEnd => match self.stack.pop() {
                Some(Open::Sequence { start, items, anchor }) => {
                    let weight = NODE_COST + items.iter().map(|item| item.weight).sum::<u64>();
                    let span = cover(start, items.last().map(|node| node.span), at);
                    self.close(Node { span, value: Value::Sequence(Rc::new(items)), weight }, anchor);
                    Some(())
                }
                Some(Open::Mapping { start, entries, anchor, .. }) => {
                    let entries = self.merge(entries);
                    let weight = NODE_COST + entries.iter().map(|(k, v)| k.weight + v.weight).sum::<u64>();
                    let span = cover(start, entries.last().map(|(_, node)| node.span), at);
                    self.close(Node { span, value: Value::Mapping(Rc::new(entries)), weight }, anchor);
                    Some(())
                }
                None => Some(()),
            },
            Event::Alias(target) => {
                let Some(node) = self.anchors.get(&target).cloned() else {
                    self.diagnostics.push(
                        Diagnostic::new(Code::Syntax, "an alias to the collection that it stands in", at)
                            .help("write the value out instead"),
                    );
                    return None;
                };
                self.charge(node.weight, at)?;
                // The place of an aliased value is its anchor's: that is the text to mend.
                self.attach(node);
                Some(())
            }
            _ => Some(()),
        }
    }

    fn unsupported_tag(&mut self, tag: &str, at: Span) {
        self.diagnostics.push(
            Diagnostic::new(Code::Syntax, format!("the tag `{tag}` is not supported"), at).help("remove the tag"),
        );
    }

    fn charge(&mut self, weight: u64, at: Span) -> Option<()> {
        self.expanded = self.expanded.saturating_add(weight);
        if self.expanded <= self.purpose.mebibytes << 20 {
            return Some(());
        }
        let message = format!("the aliases up to here expand to more than {} MiB", self.purpose.mebibytes);
        self.diagnostics.push(Diagnostic::new(Code::TooLarge, message, at).help(self.purpose.large));
        None
    }

    fn add(&mut self, node: Node<'a>, anchor: usize) -> Option<()> {
        self.charge(node.weight, node.span)?;
        self.close(node, anchor);
        Some(())
    }

    /// Files a complete node, whose parts have been charged already.
    fn close(&mut self, node: Node<'a>, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        self.attach(node);
    }

    fn attach(&mut self, node: Node<'a>) {
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Open::Sequence { items, .. }) => items.push(node),
            Some(Open::Mapping { entries, key, .. }) => match key.take() {
                None => *key = Some(node),
                Some(key) => entries.push((key, node)),
            },
        }
    }

    /// Checks the keys of a mapping and writes its merge keys out; a key of its own wins over a merged one, an earlier
    /// merged one over a later (YAML 1.1 merge type).
    fn merge(&mut self, entries: Vec<(Node<'a>, Node<'a>)>) -> Vec<(Node<'a>, Node<'a>)> {
        let mut seen = Seen::default();
        let mut own = Vec::with_capacity(entries.len());
        let mut merged: Vec<Node<'a>> = Vec::new();
        for (key, value) in entries {
            let Value::Scalar { text, plain } = &key.value else {
                let message = format!("{} cannot be a key", key.describe());
                self.diagnostics.push(Diagnostic::new(Code::WrongType, message, key.span).help("write a plain word"));
                continue;
            };
            if *plain && text == "<<" {
                match value.value {
                    Value::Sequence(ref items) => merged.extend(items.iter().cloned()),
                    _ => merged.push(value),
                }
                continue;
            }
            if let Some(first) = seen.insert(text, key.span) {
                let message = format!("the key `{text}` is written twice");
                self.diagnostics.push(
                    Diagnostic::new(Code::DuplicateKey, message, key.span)
                        .here("written again here")
                        .label(first, "first written here")
                        .help("remove one of the two"),
                );
                continue;
            }
            own.push((key, value));
        }
        for node in merged {
            let Value::Mapping(more) = &node.value else {
                let message = format!("`<<` merges mappings; this is {}", node.describe());
                self.diagnostics.push(
                    Diagnostic::new(Code::WrongType, message, node.span)
                        .help("write an alias to a mapping, as in `<<: *common`"),
                );
                continue;
            };
            for (key, value) in more.iter() {
                if let Value::Scalar { text, .. } = &key.value
                    && seen.insert(text, key.span).is_none()
                {
                    own.push((key.clone(), value.clone()));
                }
            }
        }
        own
    }
}

/// From the start of a collection to the end of its last part; a flow collection ends with its bracket.
fn cover(start: Span, last: Option<Span>, end: Span) -> Span {
    let closes = end.end.max(start.end);
    match last {
        // A block collection's end event stands at the next token, past comments and blank lines.
        Some(last) if end.start == end.end && last.start >= start.start => Span { end: last.end, ..start },
        _ => Span { end: closes, ..start },
    }
}

/// Keys met so far: a list while there are few, then a table, so that a mapping of 100,000 keys is still linear.
#[derive(Default)]
struct Seen {
    few: Vec<(String, Span)>,
    many: HashMap<String, Span>,
}

impl Seen {
    /// Remembers a key, or says where it was first met.
    fn insert(&mut self, key: &str, span: Span) -> Option<Span> {
        const FEW: usize = 24;
        if let Some((_, first)) = self.few.iter().find(|(known, _)| known == key) {
            return Some(*first);
        }
        if self.few.len() < FEW {
            self.few.push((key.to_owned(), span));
            return None;
        }
        if let Some(first) = self.many.get(key) {
            return Some(*first);
        }
        self.many.insert(key.to_owned(), span);
        None
    }
}

impl Node<'_> {
    /// The same place with another value, for keys that are read as text.
    pub(crate) fn with_value<'b>(&self, value: Value<'b>) -> Node<'b> {
        Node { span: self.span, value, weight: self.weight }
    }
}
