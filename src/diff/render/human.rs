//! A report for people at a terminal.

use super::shown;
use super::{commands, for_people};
use crate::diff::{Change, ChangeKind, Object, Report};
use crate::emit::Identity;
use crate::words::{append, counted, wrapped};

/// Fields of one object that are shown, and objects in one list; the rest is counted.
const FIELDS: usize = 40;
const OBJECTS: usize = 200;
/// Fewer columns than these help nobody.
const NARROWEST: usize = 40;

const BOLD: &str = "1";
const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const CYAN: &str = "36";
const DIM: &str = "2";

/// The whole report: intent, warnings, objects, and a line that counts. `width` is the terminal's, in columns; `color` says
/// whether escape codes may be used. Commands and paths are never broken over lines.
pub fn human(report: &Report, color: bool, width: usize) -> String {
    let mut page = Page { out: String::new(), color, width: width.max(NARROWEST) };
    if !report.from.is_empty() {
        page.title(&shown::one_line(&format!("from {} to {}", report.from, report.to)));
    }
    if report.is_empty() {
        page.line("", "no differences", "");
        page.left_out(report);
        return page.out;
    }
    let sentences = for_people(&report.intent);
    if !sentences.is_empty() {
        page.title("What this means");
        for (_, text) in &sentences {
            page.wrapped("- ", &shown::one_line(text), "");
        }
        page.out.push('\n');
    }
    for warning in &report.warnings {
        page.wrapped("warning: ", &shown::one_line(&warning.text), YELLOW);
        for command in commands(warning) {
            page.line("  ", &command, CYAN);
        }
        page.out.push('\n');
    }
    page.objects("Removed", '-', RED, &report.removed);
    page.objects("Added", '+', GREEN, &report.added);
    if !report.renamed.is_empty() {
        page.title("Renamed");
        page.each(&report.renamed, |page, renamed| {
            let (from, to) = (&renamed.from, &renamed.to);
            page.wrapped("~ ", &format!("{} is now called {}", named(from), shown::one_line(&to.name)), YELLOW);
            page.changes(&renamed.changes);
        });
    }
    if !report.changed.is_empty() {
        page.title("Changed");
        page.each(&report.changed, |page, changed| {
            page.line("~ ", &named(&changed.identity), YELLOW);
            page.changes(&changed.changes);
        });
    }
    page.left_out(report);
    let counts = [
        (report.added.len(), "added"),
        (report.removed.len(), "removed"),
        (report.renamed.len(), "renamed"),
        (report.changed.len(), "changed"),
    ];
    let counts: Vec<String> =
        counts.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
    page.line("", &format!("objects: {}", counts.join(", ")), BOLD);
    page.out
}

struct Page {
    out: String,
    color: bool,
    width: usize,
}

impl Page {
    fn paint(&mut self, text: &str, style: &str) {
        if self.color && !style.is_empty() {
            append!(self.out, "\u{1b}[{style}m{text}\u{1b}[0m");
        } else {
            self.out.push_str(text);
        }
    }

    fn line(&mut self, before: &str, text: &str, style: &str) {
        self.paint(&format!("{before}{text}"), style);
        self.out.push('\n');
    }

    fn title(&mut self, text: &str) {
        self.line("", text, BOLD);
    }

    /// A paragraph with a mark before its first line; the mark is painted.
    fn wrapped(&mut self, mark: &str, text: &str, style: &str) {
        self.paint(mark, style);
        self.out.push_str(&wrapped(text.split(' '), mark.len(), self.width));
    }

    fn each<T>(&mut self, items: &[T], mut show: impl FnMut(&mut Self, &T)) {
        for item in items.iter().take(OBJECTS) {
            show(self, item);
        }
        if items.len() > OBJECTS {
            let more = format!("and {}", counted(items.len() - OBJECTS, "more object"));
            self.line("  ", &more, DIM);
        }
        self.out.push('\n');
    }

    fn objects(&mut self, title: &str, mark: char, style: &str, objects: &[std::rc::Rc<Object>]) {
        if objects.is_empty() {
            return;
        }
        self.title(title);
        self.each(objects, |page, object| {
            page.line(&format!("{mark} "), &named(&object.identity), style);
            if let Some(description) = shown::description(object) {
                page.wrapped("    ", &description, "");
            }
        });
    }

    fn changes(&mut self, changes: &[Change]) {
        for change in changes.iter().take(FIELDS) {
            self.change(change);
        }
        if changes.len() > FIELDS {
            let more = format!("and {}", counted(changes.len() - FIELDS, "more field"));
            self.line("    ", &more, DIM);
        }
    }

    /// One field: in one line where that fits, else the values below each other.
    fn change(&mut self, change: &Change) {
        let path = shown::one_line(&change.path.to_string());
        let room = self.width.saturating_sub(8).max(20);
        let (old, new) = match &change.what {
            ChangeKind::Changed(old, new) => {
                let (old, new) = shown::pair(old, new, room);
                (Some(old), Some(new))
            }
            ChangeKind::Reordered(..) => {
                let both = (
                    change.what.before().unwrap_or(crate::diff::Value::Null),
                    change.what.after().unwrap_or(crate::diff::Value::Null),
                );
                let (old, new) = shown::pair(&both.0, &both.1, room);
                (Some(old), Some(new))
            }
            ChangeKind::Added(new, _) => (None, Some(shown::value(new, room))),
            ChangeKind::Removed(old) => (Some(shown::value(old, room)), None),
        };
        let what = if matches!(change.what, ChangeKind::Reordered(..)) { " (order)" } else { "" };
        let length = |text: &Option<String>| text.as_ref().map_or(0, |text| text.chars().count());
        let total = 4 + path.chars().count() + 2 + length(&old) + 4 + length(&new);
        self.out.push_str("    ");
        self.paint(&format!("{path}{what}:"), DIM);
        if total <= self.width {
            match (&old, &new) {
                (Some(old), Some(new)) => {
                    self.out.push(' ');
                    self.paint(old, RED);
                    self.out.push_str(" -> ");
                    self.paint(new, GREEN);
                }
                (Some(old), None) => {
                    self.out.push(' ');
                    self.paint(&format!("- {old}"), RED);
                }
                (None, Some(new)) => {
                    self.out.push(' ');
                    self.paint(&format!("+ {new}"), GREEN);
                }
                (None, None) => {}
            }
            self.out.push('\n');
            return;
        }
        self.out.push('\n');
        for (mark, text, style) in [("- ", old, RED), ("+ ", new, GREEN)] {
            if let Some(text) = text {
                self.out.push_str("      ");
                self.line(mark, &text, style);
            }
        }
    }

    fn left_out(&mut self, report: &Report) {
        if report.left_out > 0 {
            let text = format!(
                "{} that image-factory did not make {} not compared",
                counted(report.left_out, "object"),
                if report.left_out == 1 { "was" } else { "were" }
            );
            self.wrapped("note: ", &text, CYAN);
        }
    }
}

/// `Stage rebuild-trigger-node-22`
fn named(identity: &Identity) -> String {
    shown::one_line(&identity.to_string())
}
