//! How many rebuilds one new digest starts, and when: words of which one is taken.

use super::{Form, choice};

choice! {
    /// What becomes of a trigger that a chain of images repeats.
    Cascade {
        /// It stays: the image is rebuilt for each of its bases.
        All = "all",
        /// It goes where the chain ends at the same image.
        Reduce = "reduce",
    }
}

impl Form for Cascade {}
