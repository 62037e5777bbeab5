//! A report as a comment of a pull request or the summary of a job.

use super::{
    View, commands, for_people, leading, mermaid, more_that_follow, moved, moving, named, not_compared, renaming, shown,
};
use crate::diff::{Change, ChangeKind, Object, Report};
use crate::emit::Identity;
use crate::words::{append, counted};

/// The first line, by which a job finds its comment again.
const MARKER: &str = "<!-- image-factory diff -->";
/// Bytes of a report: GitHub takes comments of 65,536 characters, and somebody may want to write a line above it.
const LONGEST: usize = 64_000;
/// Bytes that the intent and the warnings leave for the rest at least.
const KEPT_FOR_OBJECTS: usize = 8_000;
/// Fields of one object that are shown; the rest is counted.
const FIELDS: usize = 40;
/// Characters of a value.
const VALUE: usize = 240;

/// The report, of which a view says what is in it; it has neither colours nor a width. Nothing that stands in a manifest is taken for Markdown, HTML, a mention or an end of a block.
pub fn markdown(report: &Report, view: View) -> String {
    let mut out = format!("{MARKER}\n### image-factory: what this changes\n\n");
    if !report.from.is_empty() {
        let (from, to) = (shown::one_line(&report.from), shown::one_line(&report.to));
        append!(out, "From {} to {}.\n\n", escaped(&from), escaped(&to));
    }
    if report.is_empty() {
        out.push_str("No differences: the manifests stay as they are.\n");
        left_out(report, &mut out);
        return out;
    }
    let sentences: Vec<String> = for_people(&report.intent, view.full)
        .iter()
        .map(|(_, text)| format!("- {}\n", escaped(&capital(text))))
        .collect();
    if sentences.is_empty() {
        out.push_str("What is rebuilt, when and how stays as it is.\n");
    }
    fill(&mut out, &sentences, LONGEST - KEPT_FOR_OBJECTS, "sentence");
    let warnings: Vec<String> = report
        .warnings
        .iter()
        .map(|warning| {
            let mut block = format!("\n> [!WARNING]\n> {}\n", escaped(&capital(&warning.text)));
            if !warning.commands.is_empty() {
                for line in fenced("sh", &commands(warning, view.full)).lines() {
                    append!(block, "> {line}\n");
                }
            }
            block
        })
        .collect();
    fill(&mut out, &warnings, LONGEST - KEPT_FOR_OBJECTS / 2, "warning");
    let graph = mermaid::graph(&report.edges);
    if !graph.is_empty() && out.len() + graph.len() < LONGEST - KEPT_FOR_OBJECTS / 4 {
        out.push('\n');
        out.push_str(&graph);
    }
    if view.summary {
        append!(out, "\nObjects: {}\n", counts(report));
    } else {
        append!(out, "\n<details>\n<summary>Objects: {}</summary>\n", counts(report));
        fill(&mut out, &objects(report, view.full), LONGEST, "object");
        out.push_str("\n</details>\n");
    }
    left_out(report, &mut out);
    out
}

/// Adds blocks as long as there is room, and says what did not fit.
fn fill(out: &mut String, blocks: &[String], most: usize, what: &str) {
    for (index, block) in blocks.iter().enumerate() {
        if out.len() + block.len() > most {
            let more = counted(blocks.len() - index, what);
            append!(
                out,
                "\n**Cut here**: {more} did not fit, since GitHub takes no longer comment; run `image-factory diff` to see all.\n\n"
            );
            return;
        }
        out.push_str(block);
    }
}

/// "1 added, 2 changed"
fn counts(report: &Report) -> String {
    let counts = [
        (report.added.len(), "added"),
        (report.removed.len(), "removed"),
        (report.renamed.len(), "renamed"),
        (report.changed.len(), "changed"),
    ];
    let counts = counts.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}"));
    counts.collect::<Vec<_>>().join(", ")
}

/// A block for each object, the ones that say most first.
fn objects(report: &Report, full: bool) -> Vec<String> {
    let mut blocks = Vec::new();
    let (moved, renamed) = moved(&report.renamed, full);
    blocks.extend(moving(&moved).map(|text| format!("\n{}\n", escaped(&text))));
    for renamed in renamed {
        let (what, to) = renaming(renamed);
        blocks.push(format!(
            "\n**{}** {what} **{}**\n{}",
            title(&renamed.from, report.qualified),
            escaped(&to),
            fields(&renamed.to, &renamed.changes, full)
        ));
    }
    for (word, objects) in [("Added", &report.added), ("Removed", &report.removed)] {
        blocks.extend(objects.iter().map(|object| whole(word, object, report.qualified)));
    }
    for changed in &report.changed {
        blocks.push(format!(
            "\n**{}** changed\n{}",
            title(&changed.identity, report.qualified),
            fields(&changed.identity, &changed.changes, full)
        ));
    }
    blocks
}

fn whole(word: &str, object: &Object, qualified: bool) -> String {
    let description = shown::description(object).map(|text| format!(": {}", escaped(&text))).unwrap_or_default();
    format!("\n{word}: **{}**{description}\n", title(&object.identity, qualified))
}

fn title(identity: &Identity, qualified: bool) -> String {
    escaped(&named(identity, qualified))
}

/// Field by field: the path, and below it what was and what is; nothing if all of it has been said.
fn fields(identity: &Identity, changes: &[Change], full: bool) -> String {
    let mut lines = Vec::new();
    let (changes, echoes) = leading(identity, changes, full);
    let (most, room) = if full { (usize::MAX, usize::MAX) } else { (FIELDS, VALUE) };
    for change in changes.iter().take(most) {
        let order = if matches!(change.what, ChangeKind::Reordered(..)) { " (order)" } else { "" };
        lines.push(format!("@@ {}{order} @@", shown::one_line(&change.path.to_string())));
        let (old, new) = match (change.what.before(), change.what.after()) {
            (Some(old), Some(new)) => {
                let (old, new) = shown::pair(&old, &new, room);
                (Some(old), Some(new))
            }
            (old, new) => {
                let one = |value: Option<crate::diff::Value>| value.map(|value| shown::value(&value, room));
                (one(old), one(new))
            }
        };
        lines.extend(old.map(|old| format!("- {old}")));
        lines.extend(new.map(|new| format!("+ {new}")));
    }
    if changes.len() > most {
        lines.push(format!("# and {}", counted(changes.len() - most, "more field")));
    }
    lines.extend(more_that_follow(echoes).map(|more| format!("# {more}")));
    if lines.is_empty() { String::new() } else { format!("\n{}", fenced("diff", &lines)) }
}

/// Lines in a fence that none of them ends.
fn fenced(language: &str, lines: &[String]) -> String {
    let longest = lines.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", lines.join("\n"))
}

/// A text that is text: nothing in it is markup, a mention, or a link to an issue.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in shown::one_line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' | '!' => {
                out.push('\\');
                out.push(c);
            }
            // An empty comment after it: what follows is no name and no number any longer.
            '@' | '#' => {
                out.push(c);
                out.push_str("<!-- -->");
            }
            c => out.push(c),
        }
    }
    out
}

fn capital(text: &str) -> String {
    // What begins with a name stays as the name is written.
    let word = text.split(' ').next().unwrap_or_default();
    let known = ["all", "the", "applying", "registry", "of", "workflow"].contains(&word);
    let mut chars = text.chars();
    match chars.next().filter(|_| known) {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => text.to_owned(),
    }
}

fn left_out(report: &Report, out: &mut String) {
    for text in not_compared(report) {
        append!(out, "\n{}.\n", escaped(&text));
    }
}
