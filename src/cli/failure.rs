//! What is said when a run cannot go on, and how it ends then.

use super::Exit;
use crate::io::checkout::Refused;
use crate::io::terminal;
use std::io::{Error, ErrorKind};

/// Says what has happened and what to do about it.
pub(super) fn exit(error: &anyhow::Error) -> Exit {
    let (exit, help) = match error.downcast_ref::<Refused>() {
        Some(refused) => (Exit::Input, refused.unfit.help()),
        None => (Exit::Machine, error.chain().find_map(|cause| cause.downcast_ref()).map_or(OTHERWISE, help)),
    };
    terminal::message(&format!("error: {error:#}\n  help: {help}\n"));
    exit
}

const OTHERWISE: &str = "nothing was written that is not whole, so the command can be run again";

/// What mends what a system says of files and folders.
fn help(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::NotFound => "look at how the path is written, and whether it is still there",
        ErrorKind::PermissionDenied => "`ls -ld` shows who may; run as that user, or give the right with `chmod`",
        ErrorKind::ReadOnlyFilesystem => "the disk takes no changes; write elsewhere, as with `synth --out DIR`",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on the disk, and run the command again",
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            "a file stands where a folder is needed; move it away, or name another"
        }
        ErrorKind::IsADirectory => "a folder stands where a file is needed; move it away, or name another",
        ErrorKind::InvalidFilename => "make the path shorter: a name may have 255 bytes, a path 4,095",
        _ => OTHERWISE,
    }
}
