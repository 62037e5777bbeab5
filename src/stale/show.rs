//! What is said of images: to people, as Markdown, and as GitHub's annotations.

use super::{OfBase, State, Verdict};
use crate::style::{BOLD, GREEN, Look, RED, Style, YELLOW};
use crate::words::{append, cell, columns, counted, thousands, wrapped};

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Unknown => "unknown",
            Self::Stale => "stale",
        }
    }

    fn style(self) -> Style {
        match self {
            Self::Fresh => GREEN,
            Self::Unknown => YELLOW,
            Self::Stale => RED,
        }
    }
}

/// What is said of a base, in a sentence without its name: the day on which it moved, what the image is built on, and what it is now.
fn sentence(base: &OfBase) -> String {
    match (base.state, &base.now) {
        (State::Stale, Some(now)) => {
            let since = base
                .since
                .as_deref()
                .and_then(|since| since.get(..10))
                .map_or(String::new(), |day| format!(" of {day}"));
            let old = base.built_on.as_ref().map_or("an older one".to_owned(), |old| old.short().to_owned());
            format!("is {}{since}; the image is built on {old}", now.short())
        }
        (State::Fresh, Some(now)) => format!("is {}, which the image is built on", now.short()),
        _ => base.why.clone().unwrap_or_default(),
    }
}

/// Lines of a verdict without its name: why nothing is known, images before it, and bases that are not fresh.
fn lines(verdict: &Verdict) -> Vec<String> {
    let through = (!verdict.through.is_empty()).then(|| format!("{} before it", crate::words::list(&verdict.through)));
    let bases = verdict.bases.iter().filter(|base| base.state != State::Fresh);
    verdict
        .why
        .iter()
        .cloned()
        .chain(through)
        .chain(bases.map(|base| format!("{}: {}", base.image, sentence(base))))
        .collect()
}

/// How many there are of each state: `2 stale, 1 unknown, 5 fresh`.
fn count(verdicts: &[Verdict]) -> String {
    let of = |state| verdicts.iter().filter(|verdict| verdict.state == state).count();
    let said = [State::Stale, State::Unknown, State::Fresh]
        .map(|state| format!("{} {}", thousands(of(state) as u64), state.word()));
    format!("{}: {}", counted(verdicts.len(), "image"), said.join(", "))
}

/// A line for each image and one for each of its bases that is not fresh, and a count.
pub fn human(verdicts: &[Verdict], look: Look) -> String {
    let longest = verdicts.iter().map(|verdict| columns(&verdict.name)).max().unwrap_or(0);
    let mut out = String::new();
    for verdict in verdicts {
        let state = verdict.state.word();
        let gap = " ".repeat(longest - columns(&verdict.name) + 2);
        let image = verdict.image.as_deref().unwrap_or("not found");
        append!(
            out,
            "{}{gap}{}{}  {image}\n",
            look.paint(BOLD, &verdict.name),
            look.paint(verdict.state.style(), state),
            " ".repeat(7 - state.len())
        );
        for line in lines(verdict) {
            append!(
                out,
                "  {}",
                wrapped(line.split(' '), 4, look.room().map_or(usize::MAX, |room| room.saturating_sub(2)))
            );
        }
    }
    append!(out, "{}\n", count(verdicts));
    out
}

/// A table of what is not fresh, and a count.
pub fn markdown(verdicts: &[Verdict]) -> String {
    let mut out = format!("{}\n", count(verdicts));
    let shown: Vec<&Verdict> = verdicts.iter().filter(|verdict| verdict.state != State::Fresh).collect();
    if !shown.is_empty() {
        out.push_str("\n| image | | why |\n|---|---|---|\n");
    }
    for verdict in shown {
        let why: Vec<String> = lines(verdict).iter().map(|line| cell(line)).collect();
        append!(out, "| `{}` | {} | {} |\n", cell(&verdict.name), verdict.state.word(), why.join("<br>"));
    }
    out
}

/// An annotation for each image that is not fresh (GitHub, "Workflow commands").
pub fn github(verdicts: &[Verdict]) -> String {
    let escaped = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let mut out = String::new();
    for verdict in verdicts.iter().filter(|verdict| verdict.state != State::Fresh) {
        let command = if verdict.state == State::Stale { "warning" } else { "notice" };
        let text = format!("{} is {}: {}", verdict.name, verdict.state.word(), lines(verdict).join("; "));
        append!(out, "::{command} title=image-factory stale::{}\n", escaped(&text));
    }
    append!(out, "{}\n", count(verdicts));
    out
}
