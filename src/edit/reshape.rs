//! A value of one shape that takes the place of one of another: brackets around a text, or a text out of them.

use super::entry::{Nested, Style};
use super::plan::Reading;
use super::scalar::written;
use super::text::Splice;
use crate::diagnostic::Shape;
use crate::yaml::{Collection, Entry, Kind, Node, Piece, ScalarType, Value, scalar_type};

/// Whether a value is one that this shape takes the place of.
pub(super) fn is_for(shape: &Shape, value: &Value<'_>) -> bool {
    match (shape, value) {
        (Shape::Word(_) | Shape::List(_), Value::Scalar { .. }) => true,
        (Shape::OnlyItem(_), Value::Sequence(items)) => items.len() == 1,
        (Shape::OnlyPair(_), Value::Mapping(pairs)) => pairs.len() == 1,
        _ => false,
    }
}

/// Whether a value is what a shape says.
pub(super) fn is(shape: &Shape, node: &Node<'_>) -> bool {
    let is_text = |node: &Node<'_>, wanted: &str| {
        matches!(&node.value, Value::Scalar { text, plain }
            if text == wanted && scalar_type(text, *plain) == ScalarType::Text)
    };
    match (shape, &node.value) {
        (Shape::Word(word), Value::Scalar { text, plain }) => {
            text == word && matches!(scalar_type(text, *plain), ScalarType::Bool(_) | ScalarType::Number)
        }
        (Shape::List(text), Value::Sequence(items)) => matches!(items.as_slice(), [item] if is_text(item, text)),
        (Shape::OnlyItem(text) | Shape::OnlyPair(text), _) => is_text(node, text),
        _ => false,
    }
}

/// What to write in place of the value of an entry. `None` for values with a tag, and for block scalars.
pub(super) fn replacement(
    old: &Reading<'_>,
    (collection, entry): (&Collection, &Entry),
    shape: &Shape,
    style: Style,
) -> Option<Splice> {
    let (text, piece) = (old.text, &entry.value);
    if piece.has_tag {
        return None;
    }
    let raw = text.get(piece.span.clone())?;
    match (shape, piece.kind) {
        (Shape::Word(word), Kind::Plain | Kind::Quoted) => Some((piece.span.clone(), word.clone())),
        (Shape::List(said), Kind::Plain | Kind::Quoted) => {
            let item = as_it_was(raw, said).map_or_else(|| written(said, style.quotes), |raw| Some(raw.to_owned()))?;
            let key = entry.key.as_ref().filter(|_| style.lists == Nested::Block && !collection.is_flow);
            if let Some(key) = key.filter(|_| piece.properties.is_empty()) {
                let pad = old.lines.column(key.span.start) + style.items;
                let new = format!("{}{:pad$}- {item}", old.lines.newline, "");
                return Some((entry.before_value(text)?..piece.span.end, new));
            }
            Some((piece.span.clone(), format!("[{item}]")))
        }
        (Shape::OnlyItem(said) | Shape::OnlyPair(said), Kind::Collection(_)) => {
            let list = old.layout.collection(piece)?;
            let inner: &Piece = &list.entries.first()?.value;
            let raw = as_it_was(text.get(inner.span.clone())?, said).filter(|_| !inner.has_tag);
            let new = raw.map_or_else(|| written(said, style.quotes), |raw| Some(raw.to_owned()))?;
            if list.is_flow {
                return Some((piece.span.clone(), new));
            }
            Some((entry.before_value(text)?..piece.span.end, format!(" {new}")))
        }
        _ => None,
    }
}

/// A scalar as it is written, where it can stay so between brackets and without them.
fn as_it_was<'t>(raw: &'t str, said: &str) -> Option<&'t str> {
    let is_quoted = |quote: char| {
        raw.strip_prefix(quote).and_then(|raw| raw.strip_suffix(quote)) == Some(said) && !said.contains(['\\', quote])
    };
    (is_quoted('"') || is_quoted('\'')).then_some(raw)
}
