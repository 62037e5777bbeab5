//! What an instruction says, as far as it decides edges, and what `BuildKit` refuses about it.
//!
//! Mirrors `BuildKit` v0.34.2 frontend/dockerfile/instructions/parse.go. Values that decide no edge are not looked at:
//! the durations of HEALTHCHECK, the modes of `--chmod`, and all that `BuildKit` finds out only while it runs a stage.

use super::command::{Json, RawInstruction};
use super::flags::{self, InstructionFlags};
use super::heredoc;
use super::mount;
use super::text::{equal_fold, lower};
use std::ops::Range;

/// A text that `BuildKit` takes, and where it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// The text, quotes and escapes taken off where `BuildKit` does so.
    pub(super) text: String,
    /// The bytes of the file.
    pub(super) place: Range<usize>,
}

/// One name of an ARG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ArgName {
    pub(super) name: String,
    /// What stands after `=`; none when there is no `=`.
    pub(super) default: Option<String>,
    /// The bytes of the file, default included.
    pub(super) place: Range<usize>,
}

/// An instruction, with what of it decides edges.
#[derive(Clone, Debug)]
pub(super) enum Instruction {
    /// FROM, with its stage's name in lower case and the value of `--platform`.
    From { base: Word, name: Option<String>, platform: Option<Word> },
    /// ARG with each name that it declares.
    Arg(Vec<ArgName>),
    /// COPY with the value of `--from`, if it is not empty.
    Copy { from: Option<Word> },
    /// RUN, with the source of each mount; none for a mount that names no source.
    Run { mounts: Vec<Option<Word>> },
    /// ONBUILD with what it keeps for later.
    Onbuild(Box<RawInstruction>),
    /// One that decides no edge, and is written as `BuildKit` wants it.
    Other,
}

/// Why `BuildKit` refuses an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It knows no such instruction.
    Unknown,
    /// The instruction is written wrongly; what, and what to write instead.
    Malformed(String, Option<String>),
    /// A variable where none is expanded.
    Variable(Word),
}

impl Refusal {
    pub(super) fn malformed(what: impl Into<String>) -> Self {
        Self::Malformed(what.into(), None)
    }
}

/// All instructions that `BuildKit` knows, in lower case.
pub(super) const NAMES: &[&str] = &[
    "add",
    "arg",
    "cmd",
    "copy",
    "entrypoint",
    "env",
    "expose",
    "from",
    "healthcheck",
    "label",
    "maintainer",
    "onbuild",
    "run",
    "shell",
    "stopsignal",
    "user",
    "volume",
    "workdir",
];

pub(super) fn read(command: &RawInstruction, escape: char) -> Result<Instruction, Refusal> {
    let name = command.name.as_str();
    match name {
        "from" => from(command),
        "arg" => arg(command, escape),
        "copy" | "add" => copy(command),
        "run" => run(command),
        "onbuild" => onbuild(command, escape),
        "env" | "label" => {
            pairs(command, escape)?;
            InstructionFlags::read(command, flags::NONE)?;
            Ok(Instruction::Other)
        }
        "healthcheck" => healthcheck(command),
        "cmd" | "entrypoint" | "shell" | "volume" => {
            let json = strings_or_shell(command.json())?;
            let empty = matches!(&json, Json::Strings(strings) if strings.is_empty()) || command.rest.is_empty();
            if empty && (name == "shell" || name == "volume") {
                return Err(Refusal::malformed(format!("{} needs an argument", upper(name))));
            }
            InstructionFlags::read(command, flags::NONE)?;
            match (name, json) {
                ("shell", Json::No) => Err(Refusal::malformed("SHELL needs a JSON array of strings")),
                ("volume", Json::Strings(paths)) if paths.iter().any(|path| path.trim().is_empty()) => {
                    Err(Refusal::malformed("a path of VOLUME is empty"))
                }
                _ => Ok(Instruction::Other),
            }
        }
        "expose" | "maintainer" | "user" | "workdir" | "stopsignal" => {
            if command.rest.is_empty() {
                return Err(Refusal::malformed(format!("{} needs an argument", upper(name))));
            }
            if name != "stopsignal" {
                InstructionFlags::read(command, flags::NONE)?;
            }
            Ok(Instruction::Other)
        }
        _ => Err(Refusal::Unknown),
    }
}

fn upper(name: &str) -> String {
    name.to_ascii_uppercase()
}

fn strings_or_shell(json: Json) -> Result<Json, Refusal> {
    match json {
        Json::Mixed => Err(Refusal::malformed("a JSON array of arguments holds something that is not a string")),
        json => Ok(json),
    }
}

fn from(command: &RawInstruction) -> Result<Instruction, Refusal> {
    let words = command.split_rest();
    let text = |range: &Range<usize>| &command.line.text[range.clone()];
    let name = match words.as_slice() {
        [_] => None,
        [_, middle, name] if equal_fold(text(middle), "as") => Some(stage_name(text(name))?),
        _ => {
            return Err(Refusal::Malformed(
                "FROM takes one argument, or three with AS between them".into(),
                Some("write `FROM [--platform=PLATFORM] IMAGE [AS NAME]`".into()),
            ));
        }
    };
    let flags = InstructionFlags::read(command, flags::FROM)?;
    let base = Word { text: text(&words[0]).to_owned(), place: command.line.place(words[0].clone()) };
    Ok(Instruction::From { base, name, platform: flags.value("platform") })
}

fn stage_name(written: &str) -> Result<String, Refusal> {
    let name = lower(written);
    let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    if name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(inside) {
        return Ok(name);
    }
    Err(Refusal::Malformed(
        format!("`{written}` is no name for a stage"),
        Some("a stage's name begins with a letter and holds letters, digits, `-`, `_` and `.`".into()),
    ))
}

fn arg(command: &RawInstruction, escape: char) -> Result<Instruction, Refusal> {
    let words = quoted_words(command.rest(), escape);
    if words.is_empty() {
        return Err(Refusal::malformed("ARG needs a name"));
    }
    let name = |(word, range): (String, Range<usize>)| {
        let place = command.line.place(command.rest.start + range.start..command.rest.start + range.end);
        match word.split_once('=') {
            Some(("", _)) => Err(Refusal::malformed("an ARG without a name")),
            Some((name, value)) => Ok(ArgName { name: name.to_owned(), default: Some(value.to_owned()), place }),
            None => Ok(ArgName { name: word, default: None, place }),
        }
    };
    Ok(Instruction::Arg(words.into_iter().map(name).collect::<Result<_, _>>()?))
}

fn copy(command: &RawInstruction) -> Result<Instruction, Refusal> {
    let add = command.name == "add";
    let args: Vec<String> = match strings_or_shell(command.json())? {
        Json::Strings(strings) => strings,
        _ => command.split_rest().into_iter().map(|range| command.line.text[range].to_owned()).collect(),
    };
    let Some((destination, [_, ..])) = args.split_last() else {
        return Err(Refusal::malformed(format!("{} needs a source and a destination", upper(&command.name))));
    };
    let flags = InstructionFlags::read(command, if add { flags::ADD } else { flags::COPY })?;
    if matches!(heredoc::from_word(destination), Ok(Some(_))) {
        return Err(Refusal::malformed(format!("{} takes no here-document as destination", upper(&command.name))));
    }
    let from = if add { None } else { flags.value("from") };
    Ok(Instruction::Copy { from })
}

fn run(command: &RawInstruction) -> Result<Instruction, Refusal> {
    strings_or_shell(command.json())?;
    let flags = InstructionFlags::read(command, flags::RUN)?;
    if flags.value_or_empty("network").is_some_and(|v| !matches!(v.text.as_str(), "default" | "none" | "host")) {
        return Err(Refusal::malformed("the network of RUN is none of default, none and host"));
    }
    if flags.value_or_empty("security").is_some_and(|v| !matches!(v.text.as_str(), "insecure" | "sandbox")) {
        return Err(Refusal::malformed("the security of RUN is neither insecure nor sandbox"));
    }
    for (device, _) in flags.values("device") {
        mount::device(&device.text)?;
    }
    let sources = flags.values("mount").map(|(mount, index)| mount::source(mount, command, &command.flags[index]));
    let mounts = sources.collect::<Result<_, _>>()?;
    Ok(Instruction::Run { mounts })
}

fn onbuild(command: &RawInstruction, escape: char) -> Result<Instruction, Refusal> {
    let Some(trigger) = command.trigger(escape) else {
        return Err(Refusal::malformed("ONBUILD needs an instruction"));
    };
    // What BuildKit's parser refuses before it looks at the instruction; the rest shows when a stage is built on this.
    match trigger.name.trim() {
        "onbuild" => return Err(Refusal::malformed("ONBUILD cannot keep another ONBUILD")),
        "from" | "maintainer" => {
            return Err(Refusal::malformed(format!("ONBUILD cannot keep {}", upper(&trigger.name))));
        }
        "env" | "label" => pairs_if_any(&trigger, escape)?,
        "add" | "copy" | "volume" | "run" | "cmd" | "entrypoint" | "shell" => drop(strings_or_shell(trigger.json())?),
        _ => {}
    }
    InstructionFlags::read(command, flags::NONE)?;
    Ok(Instruction::Onbuild(Box::new(trigger)))
}

fn healthcheck(command: &RawInstruction) -> Result<Instruction, Refusal> {
    let rest = command.rest();
    let kind = rest.find(char::is_whitespace).map_or(rest, |end| &rest[..end]);
    let args = rest[kind.len()..].trim_start();
    let json = strings_or_shell(super::command::json(args))?;
    let empty = args.is_empty() || matches!(json, Json::Strings(strings) if strings.is_empty());
    if kind.is_empty() {
        return Err(Refusal::malformed("HEALTHCHECK needs CMD or NONE"));
    }
    if equal_fold(kind, "none") {
        return if empty {
            Ok(Instruction::Other)
        } else {
            Err(Refusal::malformed("HEALTHCHECK NONE takes no arguments"))
        };
    }
    InstructionFlags::read(command, flags::HEALTHCHECK)?;
    match (equal_fold(kind, "cmd"), empty) {
        (true, false) => Ok(Instruction::Other),
        (true, true) => Err(Refusal::malformed("HEALTHCHECK CMD needs a command")),
        (false, _) => Err(Refusal::malformed(format!("HEALTHCHECK takes CMD or NONE, not `{kind}`"))),
    }
}

/// ENV and LABEL: `NAME value`, or any number of `NAME=value`.
fn pairs(command: &RawInstruction, escape: char) -> Result<(), Refusal> {
    if quoted_words(command.rest(), escape).is_empty() {
        return Err(Refusal::malformed(format!("{} needs an argument", upper(&command.name))));
    }
    pairs_if_any(command, escape)
}

fn pairs_if_any(command: &RawInstruction, escape: char) -> Result<(), Refusal> {
    let name = upper(&command.name);
    let words = quoted_words(command.rest(), escape);
    let Some((first, _)) = words.first() else { return Ok(()) };
    if !first.contains('=') {
        return match command.split_rest().len() {
            0 | 1 => Err(Refusal::malformed(format!("{name} needs a name and a value"))),
            _ => Ok(()),
        };
    }
    match words.iter().find(|(word, _)| !word.contains('=') || word.starts_with('=')) {
        Some((word, _)) => Err(Refusal::malformed(format!("{name} takes `NAME=VALUE`, not `{word}`"))),
        None => Ok(()),
    }
}

/// Splits at spaces outside quotes; quotes and escapes stay (`parseWords` of `parser/line_parsers.go`). Ranges are of
/// `text`.
fn quoted_words(text: &str, escape: char) -> Vec<(String, Range<usize>)> {
    let mut words = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some(&(start, c)) = chars.peek() {
        if c.is_whitespace() {
            chars.next();
            continue;
        }
        let mut word = String::new();
        let mut end = start;
        let mut quote: Option<char> = None;
        while let Some(&(at, c)) = chars.peek() {
            if quote.is_none() && c.is_whitespace() {
                break;
            }
            chars.next();
            end = at + c.len_utf8();
            let literal = quote == Some('\'');
            match quote {
                Some(open) if open == c => quote = None,
                None if c == '\'' || c == '"' => quote = Some(c),
                _ => {}
            }
            if c == escape && !literal {
                // An escape character at the very end is dropped.
                let Some((at, escaped)) = chars.next() else { break };
                word.push(c);
                word.push(escaped);
                end = at + escaped.len_utf8();
                continue;
            }
            word.push(c);
        }
        if !word.is_empty() {
            words.push((word, start..end));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_quotes_and_escapes() {
        let split = |text| quoted_words(text, '\\').into_iter().map(|(word, _)| word).collect::<Vec<_>>();
        assert_eq!(split(r#"A="x y" B='\' C=\  D"#), [r#"A="x y""#, r"B='\'", r"C=\ ", "D"]);
        assert_eq!(split("A=1\\"), ["A=1"]);
        assert_eq!(split("A=\"x y"), ["A=\"x y"]);
    }
}
