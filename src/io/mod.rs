//! The only room with files, the environment, the clock and the terminal.

#![expect(clippy::disallowed_methods, reason = "this room is where they are allowed")]

mod address;
mod attempts;
pub mod checkout;
mod client;
pub mod door;
pub mod forge;
pub mod git;
pub mod held;
pub mod kubectl;
pub mod listing;
mod program;
pub mod progress;
pub mod read;
pub mod registry;
pub mod revision;
mod roots;
pub mod terminal;
pub mod tree;
mod undo;
pub mod within;
pub mod workspace;
pub mod write;
