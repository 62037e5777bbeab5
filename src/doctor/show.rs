//! What was found, for people.

use super::{Area, Check, State};
use crate::style::{BOLD, GREEN, Look, RED, YELLOW};
use crate::words::{append, words, wrapped};

/// Columns before the words.
const INDENT: usize = 11;

impl Area {
    fn title(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Hosts => "code hosts",
            Self::Registry => "registries",
        }
    }
}

/// A line for each, with what mends it, and a count.
pub fn human(checks: &[Check], look: Look) -> String {
    let mut out = String::new();
    let mut area = None;
    for check in checks {
        if area.replace(check.area) != Some(check.area) {
            append!(out, "{}\n", look.paint(BOLD, check.area.title()));
        }
        let (word, style) = match check.state {
            State::Ok => ("ok", GREEN),
            State::Wrong => ("wrong", RED),
            State::Skipped => ("skipped", YELLOW),
        };
        append!(out, "  {}{}", look.paint(style, word), " ".repeat(INDENT - 2 - word.len()));
        line(&mut out, &check.says, look);
        if let Some(help) = &check.help {
            out.push_str(&" ".repeat(INDENT));
            line(&mut out, &format!("help: {help}"), look);
        }
    }
    let of = |state| checks.iter().filter(|check| check.state == state).count();
    append!(out, "{} ok, {} wrong, {} skipped\n", of(State::Ok), of(State::Wrong), of(State::Skipped));
    out
}

fn line(out: &mut String, text: &str, look: Look) {
    let text = look
        .room()
        .map_or_else(|| format!("{text}\n"), |width| wrapped(words(text, width.saturating_sub(INDENT)), INDENT, width));
    out.push_str(&look.sentence(&text));
}
