//! The flags that each instruction takes.
//!
//! Mirrors `BuildKit` v0.34.2 frontend/dockerfile/instructions/bflag.go and the flags that parse.go adds.

use super::command::RawInstruction;
use super::instruction::{Refusal, Word};
use crate::words::literals;

/// What a flag's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FlagKind {
    /// Nothing, `true` or `false`.
    Bool,
    /// A text; a second one is refused.
    Text,
    /// A text; the flag may be given several times.
    Texts,
}

/// The names of flags and their kinds; each instruction has a table of its own, as in `BuildKit`.
pub(super) type Known = &'static [(&'static str, FlagKind)];

/// Of an instruction that takes none.
pub(super) const NONE: Known = &[];
/// `--platform` of FROM.
pub(super) const FROM: Known = &[("platform", FlagKind::Text)];
/// As `BuildKit` adds them in parseCopy; ADD has a table of its own there too.
pub(super) const COPY: Known = &[
    ("chown", FlagKind::Text),
    ("from", FlagKind::Text),
    ("chmod", FlagKind::Text),
    ("link", FlagKind::Bool),
    ("exclude", FlagKind::Texts),
    ("parents", FlagKind::Bool),
];
/// As `BuildKit` adds them in parseAdd.
pub(super) const ADD: Known = &[
    ("chown", FlagKind::Text),
    ("chmod", FlagKind::Text),
    ("link", FlagKind::Bool),
    ("keep-git-dir", FlagKind::Bool),
    ("checksum", FlagKind::Text),
    ("unpack", FlagKind::Bool),
    ("exclude", FlagKind::Texts),
];
/// As `BuildKit` adds them in parseRun, and in the files of its `--mount`, `--device`, `--network` and `--security`.
pub(super) const RUN: Known = &[
    ("mount", FlagKind::Texts),
    ("device", FlagKind::Texts),
    ("network", FlagKind::Text),
    ("security", FlagKind::Text),
];
/// As `BuildKit` adds them in parseHealthcheck, once it has seen CMD.
pub(super) const HEALTHCHECK: Known = &[
    ("interval", FlagKind::Text),
    ("timeout", FlagKind::Text),
    ("start-period", FlagKind::Text),
    ("start-interval", FlagKind::Text),
    ("retries", FlagKind::Text),
];

/// The flags of one instruction, read.
pub(super) struct InstructionFlags {
    /// Name, value and which of the command's flags it is.
    values: Vec<(&'static str, Word, usize)>,
}

impl InstructionFlags {
    /// Reads the flags of a command that takes those that are known.
    pub(super) fn read(command: &RawInstruction, known: Known) -> Result<Self, Refusal> {
        let mut values: Vec<(&'static str, Word, usize)> = Vec::new();
        for (index, flag) in command.flags.iter().enumerate() {
            let (written, value) = match flag.text.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (flag.text.as_str(), None),
            };
            let Some((name, kind)) = known.iter().find(|(name, _)| Some(*name) == written.strip_prefix("--")) else {
                return Err(unknown(command, written, known));
            };
            if *kind != FlagKind::Texts && values.iter().any(|(used, ..)| used == name) {
                return Err(Refusal::malformed(format!("the flag {written} is given twice")));
            }
            let text = match (kind, value) {
                (FlagKind::Bool, None) => "true",
                (FlagKind::Bool, Some(value))
                    if !(value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false")) =>
                {
                    return Err(Refusal::malformed(format!(
                        "the flag {written} takes `true` or `false`, not `{value}`"
                    )));
                }
                (_, Some(value)) => value,
                (_, None) => return Err(Refusal::malformed(format!("the flag {written} needs a value"))),
            };
            // Where nothing was taken off the flag, its value can be pointed at alone.
            let mut range = flag.range.clone();
            if command.line.text[range.clone()] == *flag.text && value.is_some() {
                range.start = range.end - text.len();
            }
            values.push((name, Word { text: text.to_owned(), place: command.line.place(range) }, index));
        }
        Ok(Self { values })
    }

    /// The value of a flag; none when it is not given or empty.
    pub(super) fn value(&self, name: &str) -> Option<Word> {
        self.value_or_empty(name).filter(|word| !word.text.is_empty()).cloned()
    }

    /// The value of a flag; none when it is not given.
    pub(super) fn value_or_empty(&self, name: &str) -> Option<&Word> {
        self.values.iter().find(|(used, ..)| *used == name).map(|(_, word, _)| word)
    }

    /// The values of a flag that may be given several times, each with its index among the command's flags.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = (&Word, usize)> {
        self.values.iter().filter(move |(used, ..)| *used == name).map(|(_, word, index)| (word, *index))
    }
}

fn unknown(command: &RawInstruction, written: &str, known: Known) -> Refusal {
    let instruction = command.name.to_ascii_uppercase();
    let help = match (command.name.as_str(), known) {
        ("add", _) if written == "--from" => {
            "ADD copies from the build context alone: write `COPY --from=...`".to_owned()
        }
        (_, []) => format!("{instruction} takes no flags"),
        _ => {
            let names: Vec<String> = known.iter().map(|(name, _)| format!("--{name}")).collect();
            format!("{instruction} takes {}", literals(&names))
        }
    };
    Refusal::Malformed(format!("{instruction} has no flag {written}"), Some(help))
}
