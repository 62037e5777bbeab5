//! What a move starts and why an image is rebuilt, for people and as Markdown.

use super::moves::{Impact, Rebuilt};
use super::why::{Step, Why};
use super::{Not, Stage};
use crate::style::{BOLD, Look, YELLOW};
use crate::words::{append, cell, counted, list, seconds, some_of, thousands, wrapped};

/// So many images of a wave, and so many that are not rebuilt, are listed for people.
const LISTED: usize = 20;

/// A paragraph, its lines after the first further in.
fn paragraph(out: &mut String, look: Look, indent: usize, text: &str) {
    let text = wrapped(text.split(' '), indent + 2, look.room().unwrap_or(usize::MAX));
    append!(out, "{}{}\n", " ".repeat(indent), look.sentence(text.trim_end()));
}

/// When a Stage rebuilds for its base: "node:22: after 2 days without a newer digest, at once for bases that move within 10 min".
fn when(stage: &Stage) -> String {
    let mut text = format!("{}: {}", stage.base, stage.policy);
    if let Some(together) = stage.together_seconds {
        append!(text, ", once for all bases that move within {}", seconds(together));
    }
    if let Some(pace) = &stage.pace {
        append!(text, ", {pace}");
    }
    if let Some(at) = stage.begins {
        append!(text, ", on {at}");
    }
    if stage.pinned {
        text.push_str("; it is pinned to a digest, so that the rebuild builds on what it was before");
    }
    text
}

/// "if node:22 moves, 5 images are rebuilt in 2 waves, by 6 runs"
fn summary(impact: &Impact) -> String {
    let Impact { moved, at, waves, runs, images, .. } = impact;
    let moves = if moved.len() == 1 { "moves" } else { "move together" };
    let at = at.map(|at| format!(" on {at}")).unwrap_or_default();
    let head = format!("if {} {moves}{at}, ", list(moved));
    if images.is_empty() {
        return head + "nothing is rebuilt";
    }
    let are = if images.len() == 1 { "is" } else { "are" };
    let how = match (waves, runs) {
        (Some(waves), Some(runs)) => {
            format!(
                "in {}, by {} {}",
                counted(*waves, "wave"),
                thousands(*runs),
                if *runs == 1 { "run" } else { "runs" }
            )
        }
        _ => "again and again, since some are built on each other".to_owned(),
    };
    format!("{head}{} {are} rebuilt {how}", counted(images.len(), "image"))
}

/// What is said of an image beside its Stages: "again until wave 3, 4 runs in all".
fn again(image: &Rebuilt) -> Option<String> {
    match (image.last_wave, image.runs) {
        (Some(last), Some(runs)) if last > image.wave => {
            Some(format!("again until wave {last}, {} runs in all", thousands(runs)))
        }
        (Some(_), Some(1)) => None,
        (Some(_), Some(runs)) => Some(format!("{} runs", thousands(runs))),
        _ => Some("again and again: it is built on itself, or on images that are".to_owned()),
    }
}

fn title(wave: usize) -> String {
    if wave == 1 {
        "wave 1: built on what moves".to_owned()
    } else {
        format!("wave {wave}: built on images of wave {}", wave - 1)
    }
}

fn more(out: &mut String, indent: &str, all: usize) {
    if all > LISTED {
        append!(out, "{indent}and {} more; `--format json` has all of them\n", thousands((all - LISTED) as u64));
    }
}

fn unknown(names: &[String]) -> String {
    format!("of {} it is not known what it is built on: run `image-factory discover`", some_of(names))
}

pub(super) fn impact(impact: &Impact, look: Look) -> String {
    let mut out = String::new();
    paragraph(&mut out, look, 0, &summary(impact));
    for images in impact.images.chunk_by(|a, b| a.wave == b.wave) {
        append!(out, "\n{}\n", look.paint(BOLD, &title(images[0].wave)));
        for image in images.iter().take(LISTED) {
            append!(out, "  {}\n", look.paint(BOLD, &image.name));
            paragraph(&mut out, look, 4, &format!("{}, {} at {}", image.repo, image.workflow, image.branch));
            for stage in &image.stages {
                paragraph(&mut out, look, 4, &when(stage));
            }
            if let Some(text) = again(image) {
                paragraph(&mut out, look, 4, &text);
            }
        }
        more(&mut out, "  ", images.len());
    }
    not(&mut out, look, &impact.not);
    if !impact.unknown.is_empty() {
        out.push('\n');
        paragraph(&mut out, look, 0, &unknown(&impact.unknown));
    }
    out
}

fn not(out: &mut String, look: Look, not: &[Not]) {
    if not.is_empty() {
        return;
    }
    append!(out, "\n{}\n", look.paint(YELLOW, "not rebuilt for it"));
    for Not { image, base, says, .. } in not.iter().take(LISTED) {
        paragraph(out, look, 2, &format!("{image}, built on {base}: {says}"));
    }
    more(out, "  ", not.len());
}

/// "web is rebuilt when node:22 moves, on 2 paths"
fn verdict(why: &Why) -> String {
    let Why { image, base, count, .. } = why;
    let on = match count {
        Some(0) => {
            return match base {
                Some(base) if why.not.is_empty() => {
                    format!(
                        "{image} is not rebuilt when {base} moves: neither it nor what it is built on is built on that"
                    )
                }
                Some(base) => format!("{image} is not rebuilt when {base} moves"),
                None => format!("nothing rebuilds {image}"),
            };
        }
        Some(1) => "1 path".to_owned(),
        Some(u64::MAX) => "more paths than can be counted".to_owned(),
        Some(count) => format!("{} paths", thousands(*count)),
        None => "paths that never end, since images are built on each other".to_owned(),
    };
    let moves = base.as_ref().map_or("a base".to_owned(), Clone::clone);
    format!("{image} is rebuilt when {moves} moves, on {on}")
}

/// Where a step's base is named, and what then happens.
fn step(step: &Step) -> String {
    let place = step.place.as_ref().map(|place| {
        let kind = place.kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
        format!(", {}:{}{kind}", place.file, place.line)
    });
    format!("{}{}; {}", step.image, place.unwrap_or_default(), when(&step.stage))
}

fn left(why: &Why) -> Option<String> {
    let shown = why.paths.len() as u64;
    match why.count {
        None | Some(u64::MAX) => Some("and more".to_owned()),
        Some(count) if count > shown => Some(format!("and {} more", thousands(count - shown))),
        Some(_) => None,
    }
}

pub(super) fn why(why: &Why, look: Look) -> String {
    let mut out = String::new();
    paragraph(&mut out, look, 0, &verdict(why));
    for path in &why.paths {
        let base = path.first().map_or("", |step| &step.stage.base);
        append!(out, "\n{}\n", look.paint(BOLD, base));
        for one in path {
            paragraph(&mut out, look, 2, &format!("-> {}", step(one)));
        }
    }
    if let Some(left) = left(why) {
        append!(out, "\n{left}\n");
    }
    not(&mut out, look, &why.not);
    if why.unknown {
        out.push('\n');
        paragraph(&mut out, look, 0, &unknown(std::slice::from_ref(&why.image)));
    }
    out
}

fn not_in_markdown(out: &mut String, not: &[Not]) {
    if !not.is_empty() {
        out.push_str("\n| not rebuilt | built on | why |\n|---|---|---|\n");
    }
    for Not { image, base, says, .. } in not.iter().take(LISTED) {
        append!(out, "| `{}` | `{}` | {} |\n", cell(image), cell(base), cell(says));
    }
    if not.len() > LISTED {
        out.push('\n');
        more(out, "", not.len());
    }
}

pub(super) fn impact_in_markdown(impact: &Impact) -> String {
    let mut out = format!("{}\n", cell(&summary(impact)));
    for images in impact.images.chunk_by(|a, b| a.wave == b.wave) {
        append!(out, "\n**{}**\n\n| image | built by | for |\n|---|---|---|\n", title(images[0].wave));
        for image in images.iter().take(LISTED) {
            let built = format!("{}, {} at {}", image.repo, image.workflow, image.branch);
            let said: Vec<String> = image.stages.iter().map(when).chain(again(image)).map(|text| cell(&text)).collect();
            append!(out, "| `{}` | {} | {} |\n", cell(&image.name), cell(&built), said.join("<br>"));
        }
        if images.len() > LISTED {
            out.push('\n');
            more(&mut out, "", images.len());
        }
    }
    not_in_markdown(&mut out, &impact.not);
    if !impact.unknown.is_empty() {
        append!(out, "\n{}\n", cell(&unknown(&impact.unknown)));
    }
    out
}

pub(super) fn why_in_markdown(why: &Why) -> String {
    let mut out = format!("{}\n", cell(&verdict(why)));
    for path in &why.paths {
        append!(out, "\n- `{}`\n", path.first().map_or("", |step| &step.stage.base));
        for (depth, one) in path.iter().enumerate() {
            append!(out, "{}- {}\n", "  ".repeat(depth + 1), cell(&step(one)));
        }
    }
    if let Some(left) = left(why) {
        append!(out, "\n{left}\n");
    }
    not_in_markdown(&mut out, &why.not);
    if why.unknown {
        append!(out, "\n{}\n", cell(&unknown(std::slice::from_ref(&why.image))));
    }
    out
}
