//! Printing, the clock and what the terminal can do.

use super::door;
use crate::source::visible;
use std::io::{BufRead, ErrorKind, IsTerminal};
use std::time::{Duration, Instant};
use terminal_size::{Height, Width};

/// How messages may look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether escape codes may be used.
    pub color: bool,
    /// Columns of the terminal, or of `COLUMNS`; `None` if there is neither.
    pub columns: Option<usize>,
}

impl Look {
    /// That of a file.
    pub const NONE: Self = Self { color: false, columns: None };

    /// Columns for what has to end somewhere.
    pub fn width(self) -> usize {
        self.columns.unwrap_or(140)
    }
}

/// How messages on stderr may look: colour only on a terminal, and never against `NO_COLOR` (no-color.org).
pub fn stderr_look() -> Look {
    let err = std::io::stderr();
    look(err.is_terminal(), terminal_size::terminal_size_of(&err))
}

/// How results on stdout may look.
pub fn stdout_look() -> Look {
    let out = std::io::stdout();
    look(out.is_terminal(), terminal_size::terminal_size_of(&out))
}

fn look(terminal: bool, size: Option<(Width, Height)>) -> Look {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let columns = columns.or(size.map(|(Width(columns), _)| usize::from(columns)));
    Look { color: terminal && !set("NO_COLOR") && !dumb, columns: columns.map(|columns| columns.clamp(40, 400)) }
}

/// Prints results.
pub fn print(text: &str) -> anyhow::Result<()> {
    printed(door::out(text))
}

/// Prints what is left of results and messages, at the end of a run.
pub fn close() -> anyhow::Result<()> {
    printed(door::close())
}

/// A reader that has gone away (`| head -1`) is no failure.
fn printed(result: std::io::Result<()>) -> anyhow::Result<()> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(anyhow::Error::new(error).context("cannot write to stdout"))
        }
        _ => Ok(()),
    }
}

/// Prints messages, whatever a user, a file or a server has put into them made visible.
pub fn message(text: &str) {
    styled(&visible(text));
}

/// Asks for a yes or a no; anything but `y` and `yes` is no. `None` if there is no terminal to ask on.
pub fn confirm(question: &str) -> anyhow::Result<Option<bool>> {
    Ok(ask(question)?.map(|answer| matches!(answer.to_ascii_lowercase().as_str(), "y" | "yes")))
}

/// Asks for a line, without the blanks around it. `None` if there is no terminal to ask on.
pub fn ask(question: &str) -> anyhow::Result<Option<String>> {
    let input = std::io::stdin();
    if !input.is_terminal() || !std::io::stderr().is_terminal() {
        return Ok(None);
    }
    door::err_now(&visible(question));
    let mut answer = String::new();
    let read = input.lock().read_line(&mut answer);
    read.map_err(|error| anyhow::Error::new(error).context("cannot read the answer"))?;
    Ok(Some(answer.trim().to_owned()))
}

/// Prints messages that have escape codes of our own, and in which all else is visible already.
pub fn styled(text: &str) {
    door::err(text);
}

/// When something began, to say how long it took.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Instant);

impl Clock {
    /// Begins now.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since then.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
