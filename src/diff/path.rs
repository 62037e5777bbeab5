//! Where in an object something is.

use std::fmt;
use std::rc::Rc;

/// A step on the way to a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// The field of a map.
    Field(Rc<str>),
    /// The item of a list by what names it, as a step's alias.
    Item(Rc<str>),
    /// The item of a list by its position, from 0.
    Index(usize),
    /// Into the JSON that a text holds.
    Json,
}

/// A path from an object to a value in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub Vec<Segment>);

impl Path {
    /// The path one step further.
    #[must_use]
    pub fn with(&self, segment: Segment) -> Self {
        let mut segments = Vec::with_capacity(self.0.len() + 1);
        segments.extend_from_slice(&self.0);
        segments.push(segment);
        Self(segments)
    }

    /// Whether it begins with these fields.
    pub fn starts_with(&self, fields: &[&str]) -> bool {
        self.0.len() >= fields.len()
            && self
                .0
                .iter()
                .zip(fields)
                .all(|(segment, field)| matches!(segment, Segment::Field(name) if &**name == *field))
    }
}

impl fmt::Display for Path {
    /// `spec.steps[trigger-web].config.body.ref`, `metadata.labels[a.b/c]`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Field(name) if !name.is_empty() && !name.contains(['.', '[', ']', ' ']) => {
                    write!(f, "{}{name}", if index == 0 { "" } else { "." })?;
                }
                Segment::Field(name) | Segment::Item(name) => write!(f, "[{name}]")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Json => {}
            }
        }
        Ok(())
    }
}
