//! What images are built on and are not rebuilt for.

use super::EdgeKind;
use crate::grammar::kubernetes::ObjectName;
use crate::reference::Reference;
use crate::source::Span;

/// A base that an image is built on and is not rebuilt for, whatever becomes of it.
#[derive(Clone, Debug)]
pub struct Idle {
    /// The name of the image.
    pub image: ObjectName,
    /// The base, as it is written there.
    pub base: Reference,
    /// Where that is.
    pub span: Span,
    /// Why nothing rebuilds the image for it.
    pub why: IdleFor,
}

/// Why a base starts nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdleFor {
    /// `triggers` leaves this kind of use out.
    Triggers(EdgeKind),
    /// `ignoreBases` leaves it out.
    IgnoreBases,
    /// A digest is written, and no tag: it never moves.
    Digest,
    /// A version of an image that we build, which is published once.
    FixedVersion,
}
