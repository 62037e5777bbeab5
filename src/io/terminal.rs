//! Printing, the clock and what the terminal can do.

use super::door;
use crate::source::visible;
pub use crate::style::Look;
use crate::style::{BOLD, ERROR, HELP, Style, WARNING};
use crate::words::folded;
use std::ffi::OsString;
use std::io::{BufRead, ErrorKind, IsTerminal};
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use terminal_size::{Height, Width};

/// Whether colours are used, where the command line says so.
static COLOR: OnceLock<bool> = OnceLock::new();

/// Decides on colours for the whole run, before anything is printed.
pub fn set_color(color: bool) {
    let _ = COLOR.set(color);
}

/// Whether a line of stderr can be drawn again and again.
pub fn can_redraw() -> bool {
    std::io::stderr().is_terminal() && !is_dumb(std::env::var_os)
}

/// The variable by which a shell asks; clap's name for it.
pub const COMPLETE: &str = "COMPLETE";

/// The shell that asks how a command line goes on, as the text that `completions` prints has it do.
pub fn asking_shell() -> Option<String> {
    std::env::var(COMPLETE).ok()
}

/// How messages on stderr may look.
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
    let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let columns = columns.or(size.map(|(Width(columns), _)| usize::from(columns)));
    let color = COLOR.get().copied().unwrap_or_else(|| is_colored(terminal, std::env::var_os));
    Look { color, columns: columns.map(|columns| columns.clamp(40, 400)) }
}

/// What the environment says of colours: `NO_COLOR` (no-color.org) before `CLICOLOR_FORCE` (bixense.com/clicolors) and `FORCE_COLOR`
/// (force-color.org), of which a 0 forces nothing, and only then whether it is a terminal.
fn is_colored(terminal: bool, variable: impl Fn(&'static str) -> Option<OsString>) -> bool {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    let forced = |name| set(name).is_some_and(|value| value != "0" && value != "false");
    if set("NO_COLOR").is_some() {
        return false;
    }
    let wanted = set("CLICOLOR").is_none_or(|value| value != "0");
    forced("CLICOLOR_FORCE") || forced("FORCE_COLOR") || (terminal && wanted && !is_dumb(variable))
}

fn is_dumb(variable: impl Fn(&'static str) -> Option<OsString>) -> bool {
    variable("TERM").is_some_and(|term| term == "dumb")
}

/// Prints results.
pub fn print(text: &str) -> anyhow::Result<()> {
    printed(door::out(text))
}

/// Whether results are for a terminal.
pub fn is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Prints results in place of all that the terminal shows, whole at once (ECMA-48, CUP and ED).
pub fn repaint(text: &str) -> anyhow::Result<()> {
    print(&format!("\u{1b}[H\u{1b}[2J{text}"))?;
    close()
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

/// Prints results as they look in this terminal. What is painted is masked first.
pub fn print_painted(text: &str, paint: impl FnOnce(Look, &str) -> String) -> anyhow::Result<()> {
    print(&paint(stdout_look(), &door::masked(text)))
}

/// Prints messages, whatever a user, a file or a server has put into them made visible.
pub fn message(text: &str) {
    // What is folded or painted could no longer be told to be a credential.
    let (text, look) = (visible(&door::masked(text)), stderr_look());
    styled(&painted(&look.room().map_or_else(|| text.clone(), |width| folded(&text, width)), look));
}

/// A message with colours on the words that say what kind of line it is, as diagnostics have them.
fn painted(text: &str, look: Look) -> String {
    const WORDS: [(&str, Style); 5] =
        [("error:", ERROR), ("warning:", WARNING), ("help:", HELP), ("note:", BOLD), ("next:", BOLD)];
    let line = |line: &str| {
        let rest = line.trim_start();
        let word = WORDS.iter().find_map(|(word, style)| Some((word, style, rest.strip_prefix(word)?)));
        let blanks = &line[..line.len() - rest.len()];
        word.map_or_else(
            || line.to_owned(),
            |(word, style, rest)| format!("{blanks}{}{rest}", look.paint(*style, word)),
        )
    };
    text.split_inclusive('\n').map(line).collect()
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

/// The time, in seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_decides_on_colours_by_one_order() {
        for (terminal, variables, expected) in [
            (true, vec![], true),
            (false, vec![], false),
            (true, vec![("TERM", "dumb")], false),
            (true, vec![("CLICOLOR", "0")], false),
            (true, vec![("NO_COLOR", "1")], false),
            (true, vec![("NO_COLOR", "")], true),
            (false, vec![("FORCE_COLOR", "1")], true),
            (false, vec![("FORCE_COLOR", "0")], false),
            (false, vec![("CLICOLOR_FORCE", "1"), ("TERM", "dumb")], true),
            (false, vec![("CLICOLOR_FORCE", "0")], false),
            (false, vec![("CLICOLOR_FORCE", "")], false),
            (true, vec![("CLICOLOR_FORCE", "1"), ("FORCE_COLOR", "1"), ("NO_COLOR", "0")], false),
        ] {
            let variable = |name| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).into());
            assert_eq!(is_colored(terminal, variable), expected, "{terminal} {variables:?}");
        }
    }

    #[test]
    fn the_words_of_a_message_are_painted_and_what_users_write_is_not() {
        let text = "error: no error: here\n  help: write\nmy help: a\nwarning: b";
        let shown = "\x1b[1m\x1b[91merror:\x1b[0m no error: here\n  \x1b[1m\x1b[96mhelp:\x1b[0m write\nmy help: a\n\x1b[1m\x1b[33mwarning:\x1b[0m b";
        assert_eq!(painted(text, Look { color: true, ..Look::NONE }), shown);
        assert_eq!(painted(text, Look::NONE), text);
    }
}
