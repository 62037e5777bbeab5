//! Where everything stands in a YAML text, for edits.
//!
//! The tree has what a text means: aliases are followed, merge keys are written out, styles are forgotten. Here is what the tree
//! leaves out: each collection with its entries as they stand, the dashes, anchors and tags before them, and every comment.

use super::tree::options;
use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};
use std::iter::Peekable;
use std::ops::Range;

/// A text's collections and comments. All places are offsets in bytes.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// In the order in which they begin; [`Kind::Collection`] holds an index.
    pub(crate) collections: Vec<Collection>,
    /// The whole document.
    pub(crate) root: Option<Piece>,
    /// From each `#` to the end of its line, in the order of the text.
    pub(crate) comments: Vec<Range<usize>>,
}

/// A sequence or a mapping.
#[derive(Debug, Default)]
pub(crate) struct Collection {
    pub(crate) is_flow: bool,
    /// The pair `a: b` in a sequence in flow style, a mapping without braces.
    pub(crate) is_bare_pair: bool,
    /// The collection and the index of the entry in it whose value this is; none for the whole document.
    pub(crate) parent: Option<(usize, usize)>,
    pub(crate) entries: Vec<Entry>,
}

/// An item of a sequence, or a key of a mapping with its value.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: Option<Piece>,
    pub(crate) value: Piece,
    /// The last `-` or `?` between the entry before and this one.
    mark: Option<(usize, u8)>,
}

/// A key, an item or a value. The span is what [`super::Node`] has, without anchor and tag; of a collection in block style it
/// ends with its last entry.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) span: Range<usize>,
    /// Anchor and tag; empty if there is neither.
    pub(crate) properties: Range<usize>,
    pub(crate) has_tag: bool,
    pub(crate) kind: Kind,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Quoted,
    /// A scalar that begins with `|` or `>`; its place is its content.
    Block,
    Alias,
    Collection(usize),
}

impl Piece {
    /// Which collection it is, if it is one.
    pub(crate) fn collection(&self) -> Option<usize> {
        if let Kind::Collection(index) = self.kind { Some(index) } else { None }
    }

    /// Its first byte, that of an anchor or a tag before it included.
    pub(crate) fn first(&self) -> usize {
        if self.properties.is_empty() { self.span.start } else { self.properties.start }
    }
}

impl Entry {
    /// Whether its key is a merge key.
    pub(crate) fn is_merge(&self, text: &str) -> bool {
        self.key.as_ref().is_some_and(|key| key.kind == Kind::Plain && text.get(key.span.clone()) == Some("<<"))
    }

    /// Its dash, if it is an item in block style.
    pub(crate) fn dash(&self) -> Option<usize> {
        self.mark.filter(|(_, mark)| self.key.is_none() && *mark == b'-').map(|(at, _)| at)
    }

    /// Its own bytes: from the dash, key or item to the end of the value, without the comma and the comment behind it. None where
    /// that is not as simple, as with `? key` and a block scalar without text.
    pub(crate) fn span(&self, text: &str) -> Option<Range<usize>> {
        let first = self.key.as_ref().unwrap_or(&self.value).first();
        let is_explicit = self.key.is_some() && matches!(self.mark, Some((_, b'?')));
        let start = self.dash().unwrap_or(first);
        let value = &self.value.span;
        let mut end = value.end;
        if self.value.kind == Kind::Block {
            end = text.get(..end)?.trim_end().len();
            if end <= value.start {
                return None;
            }
        }
        let colon = self.key.as_ref().and_then(|key| colon(text, key));
        end = end.max(colon.map_or(0, |at| at + 1)).max(self.dash().map_or(0, |at| at + 1));
        (!is_explicit).then(|| start..end.max(self.value.properties.end))
    }

    /// Where the indicator before its value ends, or the anchor or tag after that.
    pub(crate) fn before_value(&self, text: &str) -> Option<usize> {
        if !self.value.properties.is_empty() {
            return Some(self.value.properties.end);
        }
        let indicator = self.key.as_ref().map_or(self.dash(), |key| colon(text, key));
        indicator.map(|at| at + 1)
    }
}

/// The `:` after a key; a key in braces may have none.
fn colon(text: &str, key: &Piece) -> Option<usize> {
    let rest = text.get(key.span.end..)?;
    let bare = rest.trim_start();
    bare.starts_with(':').then(|| text.len() - bare.len())
}

impl Layout {
    /// The layout of a text that can be read; `None` of any other.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let offset = text.len() - text.trim_start_matches('\u{feff}').len();
        let mut builder =
            Builder { text, offset, cursor: offset, mark: None, stack: Vec::new(), layout: Self::default() };
        let mut options = options();
        options.emit_anchor_events = true;
        let mut events = Parser::new_from_str_with_options(text.get(offset..)?, options).peekable();
        while let Some(event) = events.next() {
            let (event, span) = event.ok()?;
            builder.event(&event, span, &mut events)?;
        }
        builder.scan(text.len());
        Some(builder.layout)
    }

    /// The comments that begin within a range.
    pub(crate) fn comments_in(&self, range: &Range<usize>) -> &[Range<usize>] {
        let at = |offset| self.comments.partition_point(|comment| comment.start < offset);
        self.comments.get(at(range.start)..at(range.end)).unwrap_or_default()
    }

    /// The collection that a piece is.
    pub(crate) fn collection(&self, piece: &Piece) -> Option<&Collection> {
        self.collections.get(piece.collection()?)
    }
}

/// A collection that is still open.
struct Open {
    index: usize,
    piece: Piece,
    is_mapping: bool,
    mark: Option<(usize, u8)>,
    key: Option<(Piece, Option<(usize, u8)>)>,
}

struct Builder<'a> {
    text: &'a str,
    /// Bytes of the byte-order mark that the parser did not see.
    offset: usize,
    /// All before it has been looked at for comments.
    cursor: usize,
    /// The last `-` or `?` since the last token.
    mark: Option<(usize, u8)>,
    stack: Vec<Open>,
    layout: Layout,
}

impl Builder<'_> {
    fn range(&self, span: granit_parser::Span) -> Range<usize> {
        let at = |marker: &granit_parser::Marker| marker.byte_offset().unwrap_or(0) + self.offset;
        at(&span.start)..at(&span.end)
    }

    fn event<'e, E>(&mut self, event: &Event<'_>, span: granit_parser::Span, rest: &mut Peekable<E>) -> Option<()>
    where
        E: Iterator<Item = Result<(Event<'e>, granit_parser::Span), granit_parser::ScanError>>,
    {
        let at = self.range(span);
        let kind = match event {
            Event::Scalar(_, ScalarStyle::Plain, ..) => Kind::Plain,
            Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..) => Kind::Block,
            Event::Scalar(..) => Kind::Quoted,
            Event::Alias(_) => Kind::Alias,
            Event::SequenceStart(..) | Event::MappingStart(..) => Kind::Collection(self.layout.collections.len()),
            Event::SequenceEnd | Event::MappingEnd => return self.end(at),
            Event::DocumentStart(true, _) | Event::DocumentEnd => {
                self.scan(at.start);
                self.token(at.end);
                return Some(());
            }
            _ => return Some(()),
        };
        let tag = span.tag_span().map(|span| self.range(span));
        let has_tag = tag.is_some();
        let is_anchor = |next: &Result<(Event<'_>, _), _>| matches!(next, Ok((Event::Anchor(..), _)));
        let anchor = rest.next_if(is_anchor).and_then(Result::ok).map(|(_, span)| self.range(span));
        let properties = match (anchor, tag) {
            (Some(anchor), Some(tag)) => anchor.start.min(tag.start)..anchor.end.max(tag.end),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => at.start..at.start,
        };
        let piece = Piece { span: at.clone(), properties, has_tag, kind };
        self.scan(piece.first());
        let mark = self.mark;
        if !piece.properties.is_empty() {
            self.token(piece.properties.end);
        }
        self.scan(at.start);
        if !at.is_empty() {
            self.token(at.end);
        }
        if let Kind::Collection(index) = kind {
            let is_mapping = matches!(event, Event::MappingStart(..));
            let is_flow = matches!(
                event,
                Event::MappingStart(StructureStyle::Flow, ..) | Event::SequenceStart(StructureStyle::Flow, ..)
            );
            let is_bare_pair = is_flow && at.is_empty();
            let collection = Collection { is_flow, is_bare_pair, ..Collection::default() };
            self.layout.collections.push(collection);
            self.stack.push(Open { index, piece, is_mapping, mark, key: None });
            return Some(());
        }
        self.attach(piece, mark)
    }

    /// The end of a collection.
    fn end(&mut self, at: Range<usize>) -> Option<()> {
        let Open { index, mut piece, mark, .. } = self.stack.pop()?;
        if at.is_empty() {
            // In block style the event stands at the next token, past comments and blank lines.
            let last = self.layout.collections.get(index)?.entries.last();
            let last = last.and_then(|last| last.span(self.text).map(|span| span.end).or(Some(last.value.span.end)));
            piece.span.end = last.unwrap_or(piece.span.end).max(piece.span.start);
        } else {
            self.scan(at.start);
            self.token(at.end);
            piece.span.end = at.end;
        }
        self.attach(piece, mark)
    }

    fn attach(&mut self, piece: Piece, mark: Option<(usize, u8)>) -> Option<()> {
        let Some(open) = self.stack.last_mut() else {
            self.layout.root = Some(piece);
            return Some(());
        };
        if open.is_mapping && open.key.is_none() {
            open.key = Some((piece, mark));
            return Some(());
        }
        let (key, mark) = open.key.take().map_or((None, mark), |(key, mark)| (Some(key), mark));
        let parent = open.index;
        let entries = &mut self.layout.collections.get_mut(parent)?.entries;
        let number = entries.len();
        let collection = piece.collection();
        entries.push(Entry { key, value: piece, mark });
        if let Some(index) = collection {
            self.layout.collections.get_mut(index)?.parent = Some((parent, number));
        }
        Some(())
    }

    fn token(&mut self, end: usize) {
        self.cursor = self.cursor.max(end);
        self.mark = None;
    }

    /// Looks at what stands between tokens: white space, indicators and comments.
    fn scan(&mut self, to: usize) {
        while self.cursor < to {
            let bytes = self.text.as_bytes();
            let byte = bytes[self.cursor];
            // A tag may hold a `#` that begins nothing; so may a directive.
            let before = self.cursor.checked_sub(1).map(|at| bytes[at]).filter(|_| self.cursor > self.offset);
            if byte == b'#' && before.is_none_or(|before| before.is_ascii_whitespace()) {
                let line = &bytes[self.cursor..];
                let len = line.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(line.len());
                self.layout.comments.push(self.cursor..self.cursor + len);
                self.cursor += len;
                continue;
            }
            match byte {
                b'-' | b'?' => self.mark = Some((self.cursor, byte)),
                b':' | b',' => self.mark = None,
                // The `-` in the head of a block scalar is no dash.
                b'|' | b'>' => {
                    let head = &bytes[self.cursor + 1..to];
                    self.cursor += head.iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
                }
                _ => {}
            }
            self.cursor += 1;
        }
    }
}
