//! Diagnostics as text, one format a file; pure.

mod human;

pub use human::human;
