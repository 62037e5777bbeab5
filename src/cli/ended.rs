//! Why a run ends before it has done what it is for, how that is said, and which code it ends with.

use super::Exit;
use crate::io::checkout::Refused;
use crate::io::terminal;
use serde::Serialize;
use std::io::ErrorKind;

/// Why a run ends before it has done what it is for.
#[derive(Debug)]
pub(super) enum Ended {
    /// Problems that are shown elsewhere. With what follows from them, as whole lines.
    Problems(String),
    /// The call is wrong, or what it names.
    Wrong(Vec<Wrong>),
    /// What is asked does not answer.
    Away(Wrong),
    /// The machine is.
    Machine(anyhow::Error),
}

/// Something that is wrong, and has no place in a file.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Wrong {
    message: String,
    help: Vec<String>,
}

impl Wrong {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: Vec::new() }
    }

    /// Adds what to do.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Lines for people.
    pub(super) fn text(&self) -> String {
        let help = self.help.iter().map(|help| format!("  help: {help}\n"));
        std::iter::once(format!("error: {}\n", self.message)).chain(help).collect()
    }
}

impl From<Wrong> for Ended {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(vec![wrong])
    }
}

impl From<anyhow::Error> for Ended {
    fn from(error: anyhow::Error) -> Self {
        Self::Machine(error)
    }
}

impl Ended {
    /// Problems stop it, and nothing more is to be said.
    pub(super) fn problems() -> Self {
        Self::Problems(String::new())
    }

    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Problems(_) | Self::Wrong(_) => Exit::Input,
            Self::Machine(error) if error.is::<Refused>() => Exit::Input,
            Self::Machine(_) | Self::Away(_) => Exit::Machine,
        }
    }

    /// What is wrong beside problems.
    pub(super) fn wrong(&self) -> Vec<Wrong> {
        match self {
            Self::Problems(_) => Vec::new(),
            Self::Wrong(wrong) => wrong.clone(),
            Self::Away(wrong) => vec![wrong.clone()],
            Self::Machine(error) => {
                let refused = error.downcast_ref::<Refused>().map(|refused| refused.unfit.help());
                let cause = || error.chain().find_map(|cause| cause.downcast_ref()).map_or(OTHERWISE, help);
                vec![Wrong::new(format!("{error:#}")).help(refused.unwrap_or_else(cause))]
            }
        }
    }

    /// Says it, and how the run ends.
    pub(super) fn say(&self) -> Exit {
        match self {
            Self::Problems(more) => terminal::message(more),
            _ => terminal::message(&self.wrong().iter().map(Wrong::text).collect::<String>()),
        }
        self.exit()
    }
}

const OTHERWISE: &str = "nothing was written that is not whole, so the command can be run again";

/// What mends what a system says of files and folders.
fn help(error: &std::io::Error) -> &'static str {
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
