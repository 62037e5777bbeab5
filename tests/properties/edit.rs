//! Edits of a text: another reader sees the old document with these changes, and all that is not theirs is still there.

use granit_parser::{Event, Parser};
use image_factory::diagnostic::Edit;
use image_factory::edit::apply;
use image_factory::source::{FileId, SourceFile, Sources, Span};
use proptest::prelude::*;
use serde_yaml::Value as Yaml;
use std::time::{Duration, Instant};

#[derive(Clone, Debug)]
enum Node {
    /// In one of eight styles; whether it is replaced.
    Scalar(u8, bool),
    Collection(Collection),
}

#[derive(Clone, Debug)]
struct Collection {
    is_mapping: bool,
    style: Style,
    entries: Vec<Entry>,
    /// Whether a list may go with its last item.
    may_go: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// Deeper than what is around by this much, a sequence in a mapping by one less; behind the dash where that can be.
    Block(usize),
    /// In one line.
    Flow,
    /// In brackets, a line an entry.
    Lines,
}

#[derive(Clone, Debug)]
struct Entry {
    node: Node,
    goes: bool,
    /// Comments above its line: 1 a remark, 2 one that ignores a problem, 3 both.
    above: u8,
    /// The comment beside its first line: 1 a remark, 2 one that ignores a problem.
    beside: u8,
    blank: bool,
    /// 1: an anchor before the value; 2: the key in quotes; 3: a tab behind the colon; 4: a comma behind the last.
    odd: u8,
}

/// A document: a mapping or a sequence, in block or flow style.
fn documents() -> impl Strategy<Value = Collection> {
    let scalar = (0..8_u8, prop::bool::weighted(0.25)).prop_map(|(style, replaced)| Node::Scalar(style, replaced));
    collection(scalar.prop_recursive(3, 24, 4, |inner| collection(inner).prop_map(Node::Collection)))
}

fn collection(inner: impl Strategy<Value = Node> + 'static) -> impl Strategy<Value = Collection> {
    let some = |weight: u32| prop_oneof![weight => Just(0_u8), 1 => Just(1), 1 => Just(2), 1 => Just(3)];
    let entry = (inner, prop::bool::weighted(0.3), some(4), some(3), prop::bool::weighted(0.2), 0..8_u8)
        .prop_map(|(node, goes, above, beside, blank, odd)| Entry { node, goes, above, beside, blank, odd });
    let style = prop_oneof![4 => (1..4_usize).prop_map(Style::Block), 1 => Just(Style::Flow), 1 => Just(Style::Lines)];
    (any::<bool>(), style, prop::collection::vec(entry, 1..5), any::<bool>())
        .prop_map(|(is_mapping, style, entries, may_go)| Collection { is_mapping, style, entries, may_go })
}

impl Collection {
    fn is_block(&self) -> bool {
        matches!(self.style, Style::Block(_))
    }

    fn all_go(&self) -> bool {
        self.entries.iter().all(|entry| entry.goes)
    }

    /// By entry: whether it goes, with lists that go with their last item.
    fn gone(&self) -> Vec<bool> {
        let mut gone: Vec<bool> = self.entries.iter().map(|entry| entry.goes).collect();
        for (index, entry) in self.entries.iter().enumerate() {
            let others = gone.iter().filter(|gone| !**gone).count();
            if let Node::Collection(list) = &entry.node
                && self.is_mapping
                && !list.is_mapping
                && list.may_go
                && list.all_go()
                && others > 1
            {
                gone[index] = true;
            }
        }
        gone
    }

    /// What another reader sees after the edits, from what it sees before; the words that are put in are numbered.
    fn changed(&self, old: &Yaml, number: &mut usize) -> Yaml {
        let gone = self.gone();
        let mut value = |entry: &Entry, old: &Yaml| match &entry.node {
            Node::Scalar(style, replaced) => {
                *number += 1;
                if *replaced && !is_block_scalar(*style) { Yaml::from(word(*number)) } else { old.clone() }
            }
            Node::Collection(inner) => inner.changed(old, number),
        };
        match old {
            Yaml::Sequence(items) => {
                let items = self.entries.iter().zip(items).map(|(entry, old)| value(entry, old));
                let items: Vec<Yaml> = items.collect();
                Yaml::Sequence(items.into_iter().zip(gone).filter(|(_, gone)| !gone).map(|(item, _)| item).collect())
            }
            Yaml::Mapping(pairs) => {
                let pairs = self.entries.iter().zip(pairs).map(|(entry, (key, old))| (key.clone(), value(entry, old)));
                let pairs: Vec<(Yaml, Yaml)> = pairs.collect();
                Yaml::Mapping(pairs.into_iter().zip(gone).filter(|(_, gone)| !gone).map(|(pair, _)| pair).collect())
            }
            _ => old.clone(),
        }
    }
}

fn is_block_scalar(style: u8) -> bool {
    matches!(style, 4 | 5)
}

/// What is written in place of a scalar.
fn word(number: usize) -> String {
    format!("new{number}")
}

/// What becomes of a node, which is named by its number in the order of the text, keys counted.
enum Wish {
    Replace(usize, String),
    RemoveItem(usize, bool),
    RemoveKey(usize),
}

/// A text before all edits, and after them but for white space and commas.
struct Rendered {
    old: String,
    new: String,
    eol: &'static str,
    wishes: Vec<Wish>,
    /// By wish: whether it can be fulfilled.
    possible: Vec<bool>,
    nodes: usize,
    scalars: usize,
    comments: usize,
    /// Whether what is written goes.
    gone: bool,
}

impl Rendered {
    fn of(document: &Collection, crlf: bool, bom: bool) -> Self {
        let eol = if crlf { "\r\n" } else { "\n" };
        let (old, new, wishes, possible) = (String::new(), String::new(), Vec::new(), Vec::new());
        let mut out = Self { old, new, eol, wishes, possible, nodes: 0, scalars: 0, comments: 0, gone: false };
        out.put(if bom { "\u{feff}" } else { "" });
        out.remark();
        out.put(eol);
        out.nodes += 1;
        if document.is_block() {
            out.block(document, 0, false, document.all_go().then_some(if document.is_mapping { "{}" } else { "[]" }));
        } else {
            out.flow(document, 0);
            out.put(eol);
        }
        out.remark();
        out
    }

    fn put(&mut self, text: &str) {
        self.old.push_str(text);
        if !self.gone {
            self.new.push_str(text);
        }
    }

    fn line(&mut self, indent: usize) {
        self.put(self.eol);
        self.put(&" ".repeat(indent));
    }

    /// A comment, which stays whatever goes around it.
    fn remark(&mut self) {
        self.comments += 1;
        let text = format!("# about {}, \u{e9} [#] - b:", self.comments);
        self.old.push_str(&text);
        self.new.push_str(&text);
    }

    /// A comment that goes with its line.
    fn ignoring(&mut self, goes: bool) {
        self.comments += 1;
        let gone = self.gone;
        self.gone |= goes;
        self.put(&format!("# image-factory: ignore[IF045] {}", self.comments));
        self.gone = gone;
    }

    fn above(&mut self, entry: &Entry, indent: usize, goes: bool) {
        if entry.above & 1 > 0 {
            self.remark();
            self.line(indent);
        }
        if entry.above & 2 > 0 {
            self.ignoring(goes);
            self.line(indent);
        }
    }

    fn beside(&mut self, entry: &Entry, goes: bool) {
        match entry.beside {
            0 | 3 => {}
            kind => {
                self.put(" ");
                if kind == 1 { self.remark() } else { self.ignoring(goes) }
            }
        }
    }

    /// Wishes that an entry goes, whose value is the next node.
    fn wish(&mut self, of: &Collection, entry: &Entry) {
        if entry.goes {
            let node = self.nodes + usize::from(of.is_mapping);
            self.wishes.push(if of.is_mapping { Wish::RemoveKey(node) } else { Wish::RemoveItem(node, of.may_go) });
            self.possible.push(true);
        }
    }

    fn key(&mut self, entry: &Entry) {
        self.nodes += 1;
        let quote = if entry.odd == 2 { "\"" } else { "" };
        self.put(&format!("{quote}k{}\u{4e2d}{quote}:", self.nodes));
    }

    /// Entries in block style; the cursor is behind a dash or at the start of a line. `instead` is what is written for all.
    fn block(&mut self, of: &Collection, indent: usize, compact: bool, mut instead: Option<&str>) {
        for (row, (entry, gone)) in of.entries.iter().zip(of.gone()).enumerate() {
            if row > 0 || !compact {
                if entry.blank {
                    self.put(self.eol);
                }
                self.put(&" ".repeat(indent));
                self.above(entry, indent, gone);
            }
            self.new.push_str(instead.take().unwrap_or_default());
            self.wish(of, entry);
            let around = self.gone;
            self.gone |= gone;
            if of.is_mapping {
                self.key(entry);
            } else {
                self.put("-");
            }
            self.nodes += 1;
            match &entry.node {
                Node::Collection(inner) if inner.is_block() => self.block_value(of, entry, inner, indent),
                node => {
                    self.put(if of.is_mapping && entry.odd == 3 { "\t" } else { " " });
                    self.anchor(entry, "", " ");
                    match node {
                        Node::Scalar(style, replaced) => self.scalar(*style, *replaced, Some(indent), entry),
                        Node::Collection(inner) => self.flow(inner, indent + 1),
                    }
                    if !matches!(node, Node::Scalar(4 | 5, _)) {
                        self.beside(entry, gone);
                        self.put(self.eol);
                    }
                }
            }
            self.gone = around;
        }
    }

    fn anchor(&mut self, entry: &Entry, before: &str, after: &str) {
        if entry.odd == 1 {
            self.put(&format!("{before}&a{}{after}", self.nodes));
        }
    }

    /// A collection in block style as the value of an entry in block style.
    fn block_value(&mut self, of: &Collection, entry: &Entry, inner: &Collection, indent: usize) {
        let Style::Block(step) = inner.style else { unreachable!() };
        let brackets = if inner.is_mapping { "{}" } else { "[]" };
        let is_empty = inner.all_go() && !self.gone;
        if of.is_mapping || entry.beside > 0 || entry.odd == 1 {
            self.anchor(entry, " ", "");
            self.new.push_str(if is_empty { brackets } else { "" });
            self.beside(entry, false);
            self.put(self.eol);
            let is_shallow = of.is_mapping && !inner.is_mapping;
            self.block(inner, indent + step - usize::from(is_shallow), false, None);
        } else {
            self.new.push_str(if is_empty { brackets } else { "" });
            self.put(&" ".repeat(step));
            self.block(inner, indent + 1 + step, true, None);
        }
    }

    /// A collection in brackets.
    fn flow(&mut self, of: &Collection, indent: usize) {
        let is_lines = of.style == Style::Lines;
        self.put(if of.is_mapping { "{" } else { "[" });
        let indent = indent + 1;
        for (row, (entry, gone)) in of.entries.iter().zip(of.gone()).enumerate() {
            if is_lines {
                if entry.blank {
                    self.put(self.eol);
                }
                self.line(indent);
                self.above(entry, indent, gone);
            }
            self.wish(of, entry);
            let around = self.gone;
            self.gone |= gone;
            if of.is_mapping {
                self.key(entry);
                self.put(" ");
            }
            self.nodes += 1;
            self.anchor(entry, "", " ");
            match &entry.node {
                Node::Scalar(style, replaced) => self.scalar(*style, *replaced, None, entry),
                Node::Collection(inner) => self.flow(inner, indent),
            }
            let is_last = row + 1 == of.entries.len();
            self.put(if is_last && entry.odd != 4 { "" } else { "," });
            if is_lines {
                self.beside(entry, gone);
            } else {
                self.put(if is_last { "" } else { " " });
            }
            self.gone = around;
        }
        if is_lines {
            self.line(indent);
        }
        self.put(if of.is_mapping { "}" } else { "]" });
    }

    /// A scalar; block scalars in block style alone, where `indent` is known.
    fn scalar(&mut self, style: u8, replaced: bool, indent: Option<usize>, entry: &Entry) {
        self.scalars += 1;
        let name = format!("w{}\u{e9}", self.scalars);
        let deeper = format!("{}{}", self.eol, " ".repeat(indent.unwrap_or(9) + 2));
        let in_place = word(self.scalars);
        let (raw, new) = match style {
            1 => (format!("'{name}, it''s # {{'"), format!("'{in_place}'")),
            2 => (format!("\"{name} \\\" # x\""), format!("\"{in_place}\"")),
            3 => (format!("{name} and{deeper}{deeper}more"), in_place),
            4 | 5 if indent.is_some() => {
                let head = if style == 4 { "|" } else { ">-" };
                self.put(head);
                self.beside(entry, false);
                self.put(&format!("{deeper}{name}{deeper}# no comment{}", self.eol));
                if replaced {
                    self.wishes.push(Wish::Replace(self.nodes - 1, self.scalars.to_string()));
                    self.possible.push(false);
                }
                return;
            }
            6 => (format!("\"{name},{deeper}{deeper}more\""), format!("\"{in_place}\"")),
            7 => (format!("{name}:x#y"), in_place),
            _ => (name, in_place),
        };
        if replaced && !is_block_scalar(style) {
            self.wishes.push(Wish::Replace(self.nodes - 1, word(self.scalars)));
            self.possible.push(true);
            self.old.push_str(&raw);
            self.new.push_str(if self.gone { "" } else { &new });
        } else {
            self.put(&raw);
        }
    }
}

/// What the nodes of a text say and where they stand, in the order of the text.
fn nodes(text: &str, id: FileId) -> Vec<(String, Span)> {
    let offset = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut nodes: Vec<(String, usize, usize)> = Vec::new();
    let (mut open, mut last) = (Vec::new(), 0);
    for event in Parser::new_from_str(&text[offset..]) {
        let (event, span) = event.unwrap_or_else(|error| panic!("{error}\n{text}"));
        let at = |marker: &granit_parser::Marker| marker.byte_offset().unwrap() + offset;
        let (start, end) = (at(&span.start), at(&span.end));
        let said = match event {
            Event::Scalar(said, ..) => said.into_owned(),
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                open.push(nodes.len());
                String::new()
            }
            Event::SequenceEnd | Event::MappingEnd => {
                // In block style the event stands at the next token.
                last = if start == end { last } else { end };
                nodes[open.pop().unwrap()].2 = last;
                continue;
            }
            _ => continue,
        };
        nodes.push((said, start, end));
        last = end;
    }
    nodes.into_iter().map(|(said, start, end)| (said, Span::new(id, start, end))).collect()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect()
}

proptest! {
    #![proptest_config(crate::config(300))]

    #[test]
    fn nothing_changes_but_what_is_edited(document in documents(), crlf in any::<bool>(), bom in any::<bool>()) {
        let rendered = Rendered::of(&document, crlf, bom);
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new("images.yaml", rendered.old.clone()));
        let nodes = nodes(&rendered.old, id);
        let edits: Vec<Edit> = rendered.wishes.iter().map(|wish| match wish {
            Wish::Replace(node, to) => Edit::Replace { at: nodes[*node].1, from: nodes[*node].0.clone(), to: to.clone() },
            Wish::RemoveItem(node, with_list) => Edit::RemoveItem { at: nodes[*node].1, with_list: *with_list },
            Wish::RemoveKey(node) => Edit::RemoveKey(nodes[*node].1),
        }).collect();
        let edited = apply(sources.file(id), id, &edits);
        prop_assert_eq!(&edited.made, &rendered.possible, "{:#?} in\n{}", edits, rendered.old);
        prop_assert_eq!(squeezed(&edited.text), squeezed(&rendered.new), "{}\n{}", rendered.old, edited.text);
        let read = |text: &str| serde_yaml::from_str::<Yaml>(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        prop_assert_eq!(read(&edited.text), document.changed(&read(&rendered.old), &mut 0), "{}\n{}", rendered.old, edited.text);
        if crlf {
            prop_assert_eq!(edited.text.matches('\n').count(), edited.text.matches("\r\n").count());
        }
        let blank = |text: &str| text.lines().any(|line| !line.is_empty() && line.trim().is_empty());
        prop_assert!(blank(&rendered.old) || !blank(&edited.text), "no line of spaces is left\n{}", edited.text);
    }
}

/// A text with places to edit, each from `G` to `O`, and what is done to every so many of them.
struct Many {
    text: String,
    step: usize,
    edit: fn(Span, &str) -> Edit,
}

impl Many {
    #[expect(clippy::disallowed_methods, reason = "nothing but time tells how much is done")]
    fn time(&self) -> Duration {
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new("images.yaml", self.text.as_str()));
        let words = self.text.match_indices('G').step_by(self.step).map(|(at, _)| {
            let end = at + self.text[at..].find('O').unwrap() + 1;
            (self.edit)(Span::new(id, at, end), &self.text[at..end])
        });
        let edits: Vec<Edit> = words.collect();
        let start = Instant::now();
        assert!(apply(sources.file(id), id, &edits).made.iter().all(|made| *made));
        start.elapsed()
    }
}

/// Eight times as many edits take about eight times as long, also on one line and in one comment; were each looked for from the
/// start of its line, they would take 64 times as long. The best of some runs counts.
#[test]
fn the_time_for_many_edits_is_linear() {
    let words = |count| (0..count).map(|n| format!("G{n}O")).collect::<Vec<_>>();
    let remove = |at, _: &str| Edit::RemoveItem { at, with_list: false };
    let kinds: [&dyn Fn(usize) -> Many; 4] = [
        &|count| Many { text: format!("[{}]", words(count).join(", ")), step: 2, edit: remove },
        &|count| Many { text: format!("- {} # c\n", words(count).join(" # c\n- ")), step: 2, edit: remove },
        &|count| Many {
            text: format!("[{}]", words(count).join(", ")),
            step: 1,
            edit: |at, from| Edit::Replace { at, from: from.to_owned(), to: "x".to_owned() },
        },
        &|count| Many {
            text: format!("# image-factory: ignore[{}]\n- a\n", words(count).join(", ")),
            step: 1,
            edit: |at, _| Edit::Unignore(at),
        },
    ];
    for (kind, many) in kinds.iter().enumerate() {
        // A machine that has more to do takes turns, so both sides have to be about as long.
        let is_linear = || {
            let few: Duration = (0..8).map(|_| many(500).time()).sum();
            let more = many(4_000).time();
            if more < few * 3 { Ok(()) } else { Err(format!("{few:?} for 8 times 500 edits, {more:?} for 4,000")) }
        };
        let found: Vec<_> = (0..10).map_while(|_| is_linear().err()).collect();
        assert!(found.len() < 10, "kind {kind}: {found:#?}");
    }
}
