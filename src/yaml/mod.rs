//! YAML text to a tree of nodes with places, for every room that reads YAML of people.
//!
//! It knows no kind of file: what a document means, and which keys it may have, is up to the rooms that read it.

mod layout;
mod scalar;
mod slip;
mod text;
mod tree;

pub(crate) use layout::{Collection, Entry, Kind, Layout, Piece};
pub(crate) use scalar::{ScalarType, scalar_type};
pub(crate) use text::TextMap;
pub(crate) use tree::{Node, Purpose, Value, parse, parse_up_to};
