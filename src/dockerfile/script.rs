//! A file as `BuildKit`'s parser leaves it: ARGs before the first FROM, then stages with the instructions that matter.

use super::command::{Json, RawInstruction};
use super::heredoc;
use super::instruction::{self, ArgName, Instruction, Word};
use super::lines::{LineReader, MAX_LINE};
use super::report::Problems;
use super::syntax::{Directives, Met};
use crate::diagnostic::Code;
use std::ops::Range;

/// A Dockerfile as instructions, before anything is expanded.
#[derive(Debug)]
pub(super) struct Script {
    /// ARGs before the first FROM, in order.
    pub(super) globals: Vec<ArgName>,
    /// In the order of the text.
    pub(super) stages: Vec<RawStage>,
    /// A backslash, unless a directive says otherwise.
    pub(super) escape: char,
}

/// A stage as written.
#[derive(Debug)]
pub(super) struct RawStage {
    /// What stands after FROM; empty when the FROM cannot be read.
    pub(super) base: Word,
    /// The name in lower case.
    pub(super) name: Option<String>,
    /// The value of `--platform`.
    pub(super) platform: Option<Word>,
    /// The bytes of the FROM.
    pub(super) place: Range<usize>,
    /// What it uses and keeps, in order.
    pub(super) steps: Vec<StageStep>,
}

/// An instruction of a stage that may decide edges.
#[derive(Debug)]
pub(super) enum StageStep {
    /// COPY with `--from`.
    Copy(Word),
    /// RUN with mounts: the source of each, if it names one.
    Mounts(Vec<Option<Word>>),
    /// ONBUILD with the instruction that runs in stages built on this one.
    Onbuild(Box<RawInstruction>),
}

impl StageStep {
    /// The step that an instruction is, if it may decide edges.
    pub(super) fn of(instruction: Instruction) -> Option<Self> {
        match instruction {
            Instruction::Copy { from } => from.map(Self::Copy),
            Instruction::Run { mounts } => (!mounts.is_empty()).then_some(Self::Mounts(mounts)),
            Instruction::Onbuild(command) => Some(Self::Onbuild(command)),
            Instruction::From { .. } | Instruction::Arg(_) | Instruction::Other => None,
        }
    }
}

/// Reads a file. A line that `BuildKit` refuses is reported and left out.
pub(super) fn read(text: &str, report: &mut Problems) -> Script {
    let mut script = Script { globals: Vec::new(), stages: Vec::new(), escape: '\\' };
    let mut reader = LineReader::new(text);
    let mut directives = Directives::default();
    let mut instructions = 0;
    loop {
        let line = reader.next_logical(|line, place| {
            directive(directives.line(line), place, &mut script.escape, report);
            script.escape
        });
        let Some(line) = line else { break };
        instructions += 1;
        let command = RawInstruction::new(line, script.escape);
        let place = command.line.place(command.keyword.start..command.rest.end.max(command.keyword.end));
        match instruction::read(&command, script.escape) {
            Ok(instruction) => add(&mut script, instruction, &command, place.clone(), report),
            Err(refusal) => {
                let range = if refusal == instruction::Refusal::Unknown {
                    command.line.place(command.keyword.clone())
                } else {
                    place.clone()
                };
                // A FROM that cannot be read still begins a stage: what follows it is not that of the stage before.
                if command.name == "from" {
                    script.stages.push(unreadable(range.clone()));
                }
                report.refused(refusal, &command.name, range);
            }
        }
        skip_heredocs(&mut reader, &command, script.escape, place, report);
    }
    if let Some(place) = reader.too_long {
        let problem = report.at(
            Code::TooLarge,
            format!("a line is longer than {MAX_LINE} bytes, which BuildKit does not read"),
            place,
        );
        report.push(problem);
    }
    if script.stages.is_empty() {
        let what = if instructions == 0 { "the file holds no instruction" } else { "the file has no FROM" };
        let problem =
            report.at(Code::NoStage, what, 0..0).help("a Dockerfile begins with FROM; only ARGs may stand before it");
        report.push(problem);
    }
    script
}

/// A stage of which nothing is known but that it begins here.
fn unreadable(place: Range<usize>) -> RawStage {
    let base = Word { text: String::new(), place: place.clone() };
    RawStage { base, name: None, platform: None, place, steps: Vec::new() }
}

fn directive(met: Met, place: Range<usize>, escape: &mut char, report: &mut Problems) {
    match met {
        Met::Nothing => {}
        Met::Escape(character) => *escape = character,
        Met::BadEscape(value) => {
            let place = place.start + value.start..place.start + value.end;
            let problem = report.at(Code::Directive, "the escape character must be a backslash or a backquote", place);
            report.push(problem);
        }
        Met::Again(name) => {
            let problem = report.at(Code::Directive, format!("the directive `{name}` is given twice"), place);
            report.push(problem);
        }
    }
}

fn add(
    script: &mut Script,
    instruction: Instruction,
    command: &RawInstruction,
    place: Range<usize>,
    report: &mut Problems,
) {
    if let Instruction::From { base, name, platform } = instruction {
        script.stages.push(RawStage { base, name, platform, place, steps: Vec::new() });
        return;
    }
    let Some(stage) = script.stages.last_mut() else {
        if let Instruction::Arg(names) = instruction {
            script.globals.extend(names);
        } else {
            let message = format!("{} stands before the first FROM", command.name.to_ascii_uppercase());
            let problem =
                report.at(Code::DockerfileSyntax, message, place).help("only ARGs may stand before the first FROM");
            report.push(problem);
        }
        return;
    };
    stage.steps.extend(StageStep::of(instruction));
}

/// Reads past the bodies of the here-documents that a command begins.
fn skip_heredocs(
    reader: &mut LineReader<'_>,
    command: &RawInstruction,
    escape: char,
    place: Range<usize>,
    report: &mut Problems,
) {
    let trigger = command.trigger(escape);
    let inner = trigger.as_ref().unwrap_or(command);
    if !matches!(inner.name.as_str(), "run" | "copy" | "add") || inner.json() != Json::No {
        return;
    }
    let heredocs = match heredoc::in_line(&command.line.text) {
        Ok(heredocs) => heredocs,
        Err(fault) => return report.fault(fault, "<<", place),
    };
    for heredoc in heredocs {
        loop {
            let Some(line) = reader.next_line() else {
                let message = format!("the here-document `{}` has no end", heredoc.end);
                let help = format!("a line of only `{}` ends it", heredoc.end);
                let problem = report.at(Code::UnterminatedHeredoc, message, place).help(help);
                return report.push(problem);
            };
            let text = reader.text(&line);
            let text = if heredoc.tabs { text.trim_start_matches('\t') } else { text };
            if text == heredoc.end {
                break;
            }
        }
    }
}
