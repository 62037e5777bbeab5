//! What is said of a Project to people.

use super::{Base, Cause, Got, Image, Rebuild, State, Status};
use crate::grammar::moment::Moment;
use crate::style::{BOLD, GREEN, Look, PLAIN, RED, Style, YELLOW};
use crate::words::{append, columns, counted, seconds, words, wrapped};
use std::collections::BTreeMap;

/// Images of a Stage that are told one by one.
const LISTED: usize = 20;

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Held => "held",
            Self::Running => "at work",
            Self::Waiting => "waits",
            Self::Manual => "by hand",
            Self::Done => "done",
        }
    }

    fn style(self) -> Style {
        match self {
            Self::Failed => RED,
            Self::Held | Self::Running | Self::Waiting | Self::Manual => YELLOW,
            Self::Done => GREEN,
        }
    }
}

impl Got {
    fn word(self) -> &'static str {
        match self {
            Self::Dispatched => "dispatched",
            Self::NotYet => "not yet",
            Self::PutOff => "put off",
            Self::NotDispatched => "not dispatched",
            Self::RunFailed => "its run failed",
            Self::Baseline => "not built: the digest was there first",
            Self::Nothing => "nothing to send: built since this digest came",
        }
    }

    fn style(self) -> Style {
        match self {
            Self::Dispatched => GREEN,
            Self::NotDispatched | Self::RunFailed => RED,
            Self::PutOff => YELLOW,
            Self::NotYet | Self::Baseline | Self::Nothing => PLAIN,
        }
    }
}

/// All of a Project, and a count.
pub fn human(status: &Status, now: Moment, look: Look) -> String {
    let mut out = format!("Project {}\n", look.paint(BOLD, &status.project));
    for base in &status.bases {
        self::base(&mut out, base, now, look);
    }
    for dockerfile in &status.dockerfiles {
        append!(
            out,
            "{}  {}\n",
            look.paint(BOLD, &dockerfile.image),
            look.paint(RED, "its Dockerfile is not what the lock says")
        );
        line(&mut out, 2, &dockerfile.says, look);
        line(
            &mut out,
            2,
            &format!("help: `image-factory discover {}`, then apply what `synth` makes", dockerfile.image),
            look,
        );
    }
    let of = |state| status.bases.iter().filter(|base| base.state == state).count();
    let all = [State::Failed, State::Held, State::Running, State::Waiting, State::Manual, State::Done];
    let counts = all.map(|state| (of(state), state.word())).into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, word)| format!("{count} {word}")).collect();
    let between = if counts.is_empty() { "" } else { ": " };
    append!(out, "{}{between}{}\n", counted(status.bases.len(), "base"), counts.join(", "));
    out
}

/// A sentence that goes on below where it begins.
fn line(out: &mut String, indent: usize, text: &str, look: Look) {
    out.extend(std::iter::repeat_n(' ', indent));
    let text = look
        .room()
        .map_or_else(|| format!("{text}\n"), |width| wrapped(words(text, width.saturating_sub(indent)), indent, width));
    out.push_str(&look.sentence(&text));
}

fn base(out: &mut String, base: &Base, now: Moment, look: Look) {
    append!(out, "\n{}  {}\n", look.paint(BOLD, &base.image), look.paint(base.state.style(), base.state.word()));
    let found = base.since.map(|since| format!(" since {}", ago(since, now))).unwrap_or_default();
    let digest =
        base.digest.as_deref().map_or("no digest yet".to_owned(), |digest| format!("{}{found}", short(digest)));
    line(out, 2, &digest, look);
    if let Some(Cause { says, help }) = &base.cause {
        line(out, 2, says, look);
        line(out, 2, &format!("help: {help}"), look);
    }
    for rebuild in &base.rebuilds {
        self::rebuild(out, rebuild, now, look);
    }
}

fn rebuild(out: &mut String, rebuild: &Rebuild, now: Moment, look: Look) {
    let begins = rebuild.begins.map(|at| format!("; rebuilds begin {}", ahead(at, now))).unwrap_or_default();
    let ended = rebuild.ended.filter(|_| rebuild.state != State::Running).map(|at| format!("; ended {}", ago(at, now)));
    let says = format!("{}: {}{}{begins}", rebuild.stage, rebuild.says, ended.unwrap_or_default());
    line(out, 2, &says, look);
    let longest = rebuild.images.iter().map(|image| columns(&image.name)).max().unwrap_or(0);
    // Of many the worst are told, and of the rest how many there are.
    let mut images: Vec<&Image> = rebuild.images.iter().collect();
    if images.len() > LISTED {
        images.sort_by_key(|image| image.got);
    }
    for image in images.iter().take(LISTED) {
        self::image(out, image, longest, now, look);
    }
    if let Some(more) = images.get(LISTED..).filter(|more| !more.is_empty()) {
        let mut counts: BTreeMap<Got, usize> = BTreeMap::new();
        for image in more {
            *counts.entry(image.got).or_default() += 1;
        }
        let counts: Vec<String> = counts.iter().map(|(got, count)| format!("{count} {}", got.word())).collect();
        line(out, 4, &format!("and {} more: {}", more.len(), counts.join(", ")), look);
    }
    if let Some(help) = &rebuild.help {
        line(out, 4, &format!("help: {help}"), look);
    }
}

fn image(out: &mut String, image: &Image, longest: usize, now: Moment, look: Look) {
    let gap = " ".repeat(longest - columns(&image.name) + 2);
    let at = image.at.map(|at| format!(" {}", ago(at, now))).unwrap_or_default();
    append!(out, "    {}{gap}", image.name);
    let (indent, got) = (6 + longest, image.got.word());
    let text = format!("{got}{at}");
    let text = look.room().map_or_else(|| format!("{text}\n"), |width| wrapped(text.split(' '), indent, width));
    match text.strip_prefix(got) {
        Some(rest) => append!(out, "{}{rest}", look.paint(image.got.style(), got)),
        None => out.push_str(&text),
    }
    if let Some(run) = &image.run {
        append!(out, "      {run}\n");
    }
    if let Some(Cause { says, help }) = &image.cause {
        line(out, 6, says, look);
        line(out, 6, &format!("help: {help}"), look);
    }
}

/// The beginning of a digest.
fn short(digest: &str) -> &str {
    digest.get(..19).unwrap_or(digest)
}

/// `Mon 2026-11-30 14:42 UTC (3 h ago)`
fn ago(at: Moment, now: Moment) -> String {
    format!("{} ({} ago)", minute(at), seconds(now.since(at)))
}

/// `on Mon 2026-11-30 14:42 UTC (in 3 h)`
fn ahead(at: Moment, now: Moment) -> String {
    format!("on {} (in {})", minute(at), seconds(at.since(now)))
}

/// Without seconds.
fn minute(at: Moment) -> Moment {
    Moment::from_seconds(at.as_seconds().div_euclid(60) * 60)
}
