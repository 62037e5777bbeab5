//! What would mend a problem, as a value: changes to the text in terms of places. Nothing here changes a text.

use crate::source::Span;
use std::fmt;

/// One change to a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Writes another text in place of a scalar; it is always a string afterwards, in quotes where it needs them.
    Replace {
        /// The scalar, its quotes included.
        at: Span,
        /// What it says now. A place that says something else is left alone: some values have no place of their own and point
        /// at what is nearest.
        from: String,
        /// What it is to say.
        to: String,
    },
    /// Writes another text in place of a key.
    RenameKey {
        /// The key.
        at: Span,
        /// What it says now.
        from: String,
        /// What it is to say.
        to: String,
    },
    /// Writes a value of another shape in place of one.
    Reshape {
        /// The value.
        at: Span,
        /// Which shape, and what it says.
        to: Shape,
    },
    /// Removes a list item.
    RemoveItem {
        /// The item.
        at: Span,
        /// Whether the list may go with the last item, and its key with the list: where no list means what an empty one means.
        with_list: bool,
    },
    /// Removes the key whose value has this place, with the value.
    RemoveKey(Span),
    /// Removes a code from an ignore comment, and the comment with its last code. The place is the code's.
    Unignore(Span),
    /// Has a mapping say something under a key: writes it in place of what is there, adds the key, or takes it away.
    Set {
        /// A value of the mapping, by which it is found.
        beside: Span,
        /// What it is to say.
        setting: Setting,
    },
    /// Has a workflow take a dispatch: adds the event `workflow_dispatch` if it is not there, and the inputs that it lacks.
    Dispatch {
        /// What the problem is about; anywhere in the file.
        at: Span,
        /// The inputs, each an entry of a mapping, as in `reason: {type: string}`.
        inputs: Vec<String>,
    },
}

/// What a key of a mapping is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key, a plain word.
    pub key: &'static str,
    /// Which entry of the mapping under the key, if it has one.
    pub name: Option<String>,
    /// The text, or a list of several; none if it is to be taken away, and a mapping with its last entry.
    pub to: Vec<String>,
}

/// A value, and the shape of the one that it takes the place of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A number or a boolean, for a text that says the same in quotes or in another word.
    Word(String),
    /// A list of this text, for the text itself.
    List(String),
    /// A text, for the list that holds it alone.
    OnlyItem(String),
    /// A text, for a mapping with one key.
    OnlyPair(String),
}

impl Shape {
    /// What the value says.
    pub fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::List(text) | Self::OnlyItem(text) | Self::OnlyPair(text) => text,
        }
    }
}

impl Edit {
    /// The place that is changed, or that says which entry goes.
    pub fn span(&self) -> Span {
        match self {
            Self::Replace { at, .. }
            | Self::RenameKey { at, .. }
            | Self::Reshape { at, .. }
            | Self::RemoveItem { at, .. }
            | Self::Set { beside: at, .. }
            | Self::Dispatch { at, .. }
            | Self::RemoveKey(at)
            | Self::Unignore(at) => *at,
        }
    }

    /// What it writes.
    pub fn new_text(&self) -> Option<&str> {
        match self {
            Self::Replace { to, .. } | Self::RenameKey { to, .. } => Some(to),
            Self::Reshape { to, .. } => Some(to.text()),
            Self::Set { setting, .. } => setting.to.first().map(String::as_str),
            Self::RemoveItem { .. } | Self::RemoveKey(_) | Self::Unignore(_) | Self::Dispatch { .. } => None,
        }
    }
}

/// A few words on what it does, as in "writes `node:22`".
impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replace { to: text, .. }
            | Self::RenameKey { to: text, .. }
            | Self::Reshape { to: Shape::Word(text) | Shape::OnlyItem(text) | Shape::OnlyPair(text), .. } => {
                write!(f, "writes `{text}`")
            }
            Self::Reshape { to: Shape::List(text), .. } => write!(f, "writes `[{text}]`"),
            Self::RemoveItem { .. } | Self::RemoveKey(_) => f.write_str("removes the entry"),
            Self::Unignore(_) => f.write_str("removes the code from the comment"),
            Self::Set { setting, .. } if setting.to.is_empty() => f.write_str("removes the key"),
            Self::Set { setting, .. } => write!(f, "writes `{}`", setting.to.join(", ")),
            Self::Dispatch { .. } => f.write_str("declares the dispatch and its inputs"),
        }
    }
}

impl Setting {
    /// What it is about, as in `buildArgs.NODE`.
    pub fn name(&self) -> String {
        self.name.as_ref().map_or(self.key.to_owned(), |name| format!("{}.{name}", self.key))
    }
}

/// What to do by hand, as in: write `buildArgs: {NODE: "20"}`.
impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &String| format!("\"{text}\"");
        match (&self.name, self.to.as_slice()) {
            (_, []) => write!(f, "take `{}` away", self.name()),
            (None, [to, ..]) => write!(f, "write `{}: {to}`", self.key),
            (Some(name), [to]) => write!(f, "write `{}: {{{name}: {}}}`", self.key, quoted(to)),
            (Some(name), all) => {
                let all: Vec<String> = all.iter().map(quoted).collect();
                write!(f, "write `{}: {{{name}: [{}]}}`", self.key, all.join(", "))
            }
        }
    }
}

/// Everything that mends one problem; part of it is worth nothing.
///
/// A problem may have one only if mending it is safe: the same manifests are made afterwards, or none could be made before and
/// the text has one possible meaning, or the text is about what another file decides, which says so for certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The changes; at least one.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// Writes `to` in place of the scalar at a place that says `from`.
    pub fn replace(at: Span, from: impl Into<String>, to: impl Into<String>) -> Self {
        Self { edits: vec![Edit::Replace { at, from: from.into(), to: to.into() }] }
    }

    /// Writes `to` in place of the key at a place that says `from`.
    pub fn rename_key(at: Span, from: impl Into<String>, to: impl Into<String>) -> Self {
        Self { edits: vec![Edit::RenameKey { at, from: from.into(), to: to.into() }] }
    }

    /// Writes a value of another shape in place of the one at a place.
    pub fn reshape(at: Span, to: Shape) -> Self {
        Self { edits: vec![Edit::Reshape { at, to }] }
    }

    /// Removes the list item that has this place; `with_list`: and the list with the last of them.
    pub fn remove_item(at: Span, with_list: bool) -> Self {
        Self { edits: vec![Edit::RemoveItem { at, with_list }] }
    }

    /// Removes the key whose value has this place.
    pub fn remove_key(at: Span) -> Self {
        Self { edits: vec![Edit::RemoveKey(at)] }
    }

    /// Has the workflow that a place is in take a dispatch with these inputs.
    pub fn dispatch(at: Span, inputs: Vec<String>) -> Self {
        Self { edits: vec![Edit::Dispatch { at, inputs }] }
    }

    /// Removes a code from its ignore comment.
    pub fn unignore(at: Span) -> Self {
        Self { edits: vec![Edit::Unignore(at)] }
    }
}
