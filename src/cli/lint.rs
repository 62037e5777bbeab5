//! `lint`: all that is wrong or will surprise.

use super::ended::{Ended, Wrong};
use super::fix::{self, Fixed, Mode};
use super::load::{self, checkout};
use super::{Exit, Global};
use crate::diagnostic::render::{self, Format};
use crate::diagnostic::{Diagnostic, Severity};
use crate::io::read::stdin_bytes;
use crate::io::terminal::{self, Clock, Look};
use crate::io::write;
use crate::session::{Checkout, Linted, Options, Session, Tree};
use crate::source::{Sources, visible_line};
use crate::words::{counted, duration};
use clap::Args;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// The images.yaml to read, as --images has it; `-` is stdin
    #[arg(value_name = "FILE", conflicts_with = "images")]
    file: Option<PathBuf>,
    /// How to report: human, json, sarif or github; with =FILE into that file, which is made with its folder. May be given
    /// several times, once without a file or with `-` [default: human]
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = output)]
    format: Vec<Output>,
    /// Mend in images.yaml and what it includes what can be mended safely, and declare dispatches in workflows of this checkout
    #[arg(long)]
    fix: bool,
    /// Show what --fix would change, and write nothing
    #[arg(long, requires = "fix", conflicts_with = "format")]
    diff: bool,
    /// Ask GitHub for Dockerfiles and workflows that are in no checkout
    #[arg(long)]
    online: bool,
    /// Read the files of this repository from this folder; may be given several times
    #[arg(long, value_name = "OWNER/REPO=DIR", value_parser = checkout)]
    checkout: Vec<Checkout>,
}

impl Flags {
    /// Whether stdout is for programs.
    pub(super) fn is_json(&self) -> bool {
        let mut outputs = self.format.iter().filter(|output| output.file.is_none()).map(|output| output.format);
        matches!((outputs.next(), outputs.next()), (Some(Format::Json), None))
    }
}

/// A report and where it goes; stdout without a file.
#[derive(Clone, Debug)]
struct Output {
    format: Format,
    file: Option<PathBuf>,
}

fn output(text: &str) -> Result<Output, String> {
    let (word, file) = text.split_once('=').map_or((text, None), |(word, file)| (word, Some(file)));
    if file == Some("") {
        return Err("the name of the file is missing".to_owned());
    }
    let format = match word {
        "human" => Format::Human,
        "json" => Format::Json,
        "sarif" => Format::Sarif,
        "github" => Format::Github,
        _ => return Err("write one of `human`, `json`, `sarif`, `github`, or `FORMAT=FILE`".to_owned()),
    };
    // `-` is stdout, as it is stdin for what is read.
    Ok(Output { format, file: file.filter(|file| *file != "-").map(PathBuf::from) })
}

pub(super) fn run(global: &Global, flags: &Flags) -> Result<Exit, Ended> {
    let clock = Clock::start();
    let global = &global.of(flags.file.as_ref());
    if flags.fix && global.is_stdin() {
        return Err(Wrong::new("--fix changes files, and stdin is none").help("name the file in place of `-`").into());
    }
    if flags.format.iter().filter(|output| output.file.is_none()).count() > 1 {
        return Err(Wrong::new("two reports cannot both go to stdout")
            .help("write one of them into a file, as in `--format sarif=lint.sarif`")
            .into());
    }
    let options = Options { online: flags.online, checkouts: flags.checkout.clone(), ..global.options() };
    let mode = match (flags.fix, flags.diff) {
        (false, _) => Mode::Off,
        (true, false) => Mode::Write,
        (true, true) => Mode::Show,
    };
    let workspace = load::workspace(global)?;
    let stdin = if global.is_stdin() { Some(stdin_bytes()?) } else { None };
    let Fixed { linted, summary: fixed, diff } = fix::rounds(mode, global, |texts| {
        let tree = match &stdin {
            Some(bytes) => Tree::stdin(workspace.clone(), bytes.clone()),
            None => Tree::disk(workspace.clone()),
        };
        Ok(Session::read(tree.with(texts), options.clone())?.lint()?)
    })?;
    let left = linted.problems.iter().filter(|diagnostic| diagnostic.severity > Severity::Note).count();
    if !global.quiet {
        terminal::message(&fixed);
    }
    if mode == Mode::Show {
        terminal::print_painted(&diff, Look::diff)?;
        if !global.quiet {
            let left = if left == 0 { "no problems".to_owned() } else { counted(left, "problem") };
            terminal::message(&format!("{left} would be left\n"));
        }
    } else {
        report(&linted.problems, &linted.sources, &flags.format, global)?;
        if !global.quiet {
            terminal::message(&summary(&linted, clock.elapsed(), &flags.format));
        }
    }
    Ok(if left > 0 || !diff.is_empty() { Exit::No } else { Exit::Ok })
}

/// Writes all reports; files first, so that a report on stdout is whole.
fn report(diagnostics: &[Diagnostic], sources: &Sources, outputs: &[Output], global: &Global) -> anyhow::Result<()> {
    let text = |format, look| match format {
        Format::Human => render::human(diagnostics, sources, global.page(look)),
        Format::Json => render::json("lint", diagnostics, sources),
        Format::Sarif => render::sarif(diagnostics, sources),
        Format::Github => render::github(diagnostics, sources),
    };
    for output in outputs {
        if let Some(file) = &output.file {
            write::report(file, &text(output.format, Look::NONE))?;
        }
    }
    let on_stdout = match outputs {
        [] => Some(Format::Human),
        outputs => outputs.iter().find(|output| output.file.is_none()).map(|output| output.format),
    };
    on_stdout.map_or(Ok(()), |format| terminal::print(&text(format, terminal::stdout_look())))
}

fn shown(path: &Path) -> String {
    visible_line(&path.display().to_string())
}

/// `lint: 2 images, 3 problems, 1 ignored, 3.1 ms -> lint.sarif`; of a list that cannot be read nobody knows how many it has
fn summary(linted: &Linted, time: Duration, outputs: &[Output]) -> String {
    let problems = linted.problems.iter().filter(|diagnostic| diagnostic.severity > Severity::Note).count();
    let notes = linted.problems.len() - problems;
    let mut parts = Vec::new();
    if linted.images > 0 || problems == 0 {
        parts.push(counted(linted.images, "image"));
    }
    parts.push(if problems == 0 { "no problems".to_owned() } else { counted(problems, "problem") });
    if notes > 0 {
        parts.push(counted(notes, "note"));
    }
    if linted.problems.ignored() > 0 {
        parts.push(format!("{} ignored", linted.problems.ignored()));
    }
    parts.push(duration(time));
    let files: Vec<String> = outputs.iter().filter_map(|output| Some(shown(output.file.as_ref()?))).collect();
    let files = if files.is_empty() { String::new() } else { format!(" -> {}", files.join(", ")) };
    format!("lint: {}{files}\n", parts.join(", "))
}
