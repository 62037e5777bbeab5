//! What `synth` refuses: small files, and what a user sees of them. Conditions that are right, or too large for a screen, are
//! folders of tests/fixtures.

mod expressions;
mod graph;
mod hosts;
mod images;
mod include;
mod keys;
mod settings;
mod text;
mod trigger;

use crate::fixtures::{every_error_has_a_place, everything_or_nothing_is_written, synth};
use crate::harness::Folder;
use crate::lint::{lint, without_place};

/// What a user is told of files of which nothing is made.
fn refused(files: &str) -> String {
    let folder = Folder::holding(files);
    let outcome = synth(&folder);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""), "{}", outcome.stderr);
    everything_or_nothing_is_written("it", &folder);
    every_error_has_a_place("it", &outcome);
    assert_eq!(without_place(&lint(&folder)), None);
    outcome.stderr
}
