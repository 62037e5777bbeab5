//! A report for people at a terminal.

use super::shown;
use super::{commands, for_people, leading, more_that_follow, moved, moving, named, not_compared, renaming};
use crate::diff::intent::SentenceKind;
use crate::diff::{Change, ChangeKind, Object, Report};
use crate::emit::Identity;
use crate::style::{BOLD, CYAN, DIM, GREEN, Look, PLAIN, RED, Style, YELLOW};
use crate::words::{counted, wrapped};

/// Fields of one object that are shown, and objects in one list; the rest is counted.
const FIELDS: usize = 40;
const OBJECTS: usize = 200;
/// Fewer columns than these help nobody.
const NARROWEST: usize = 40;

/// What people are shown, and how.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a choice of its own, most of them a flag of the command line"
)]
pub struct View {
    /// Whether escape codes may be used.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Whether values, lists and what follows from something else are shown whole.
    pub full: bool,
    /// Whether what it means is shown alone, without objects and fields.
    pub summary: bool,
    /// Whether what it means stands below the objects, nearest to the prompt.
    pub summary_last: bool,
}

impl View {
    /// All of a report in its order, cut to the width.
    pub fn new(color: bool, width: usize) -> Self {
        Self { color, width, ..Self::default() }
    }
}

/// The report: both sides, what it means, warnings, objects, and a line that counts. Commands and paths are never broken over
/// lines.
pub fn human(report: &Report, view: View) -> String {
    let view = View { width: view.width.max(NARROWEST), ..view };
    let mut page = Page { out: String::new(), view, qualified: report.qualified };
    if !report.from.is_empty() {
        page.title(&shown::one_line(&format!("from {} to {}", report.from, report.to)));
    }
    if report.is_empty() {
        page.line("", "no differences", PLAIN);
        page.left_out(report);
        return page.out;
    }
    if !view.summary_last || view.summary {
        page.meaning(report);
    }
    if !view.summary {
        page.all_objects(report);
    }
    page.left_out(report);
    if view.summary_last && !view.summary {
        page.meaning(report);
    }
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

/// The colour of a sentence: what is new, what is gone, what is otherwise, and what it costs.
fn style(kind: SentenceKind) -> Style {
    use SentenceKind as Is;
    match kind {
        Is::ImagesAdded | Is::Gained | Is::Watched => GREEN,
        Is::ImagesRemoved | Is::Lost | Is::Unwatched => RED,
        Is::Runs | Is::Requests | Is::Applying => PLAIN,
        _ => YELLOW,
    }
}

struct Page {
    out: String,
    view: View,
    /// Whether names have their namespaces before them.
    qualified: bool,
}

impl Page {
    fn paint(&mut self, text: &str, style: Style) {
        self.out.push_str(&Look { color: self.view.color, ..Look::NONE }.paint(style, text));
    }

    fn line(&mut self, before: &str, text: &str, style: Style) {
        self.paint(&format!("{before}{text}"), style);
        self.out.push('\n');
    }

    fn title(&mut self, text: &str) {
        self.line("", text, BOLD);
    }

    /// A paragraph with a mark before its first line; the mark is painted.
    fn wrapped(&mut self, mark: &str, text: &str, style: Style) {
        self.paint(mark, style);
        self.out.push_str(&wrapped(text.split(' '), mark.len(), self.view.width));
    }

    /// What the change means, and what a reviewer has to know before it is applied.
    fn meaning(&mut self, report: &Report) {
        let sentences = for_people(&report.intent, self.view.full);
        if !sentences.is_empty() {
            self.title("What this means");
            for (kind, text) in &sentences {
                let lines = wrapped(shown::one_line(text).split(' '), 2, self.view.width);
                self.out.push_str("- ");
                for line in lines.trim_end_matches('\n').split('\n') {
                    self.line("", line, style(*kind));
                }
            }
            self.out.push('\n');
        }
        for warning in &report.warnings {
            self.wrapped("warning: ", &shown::one_line(&warning.text), YELLOW);
            for command in commands(warning, self.view.full) {
                self.line("  ", &command, CYAN);
            }
            self.out.push('\n');
        }
    }

    fn all_objects(&mut self, report: &Report) {
        self.objects("Removed", '-', RED, &report.removed);
        self.objects("Added", '+', GREEN, &report.added);
        let (moved, renamed) = moved(&report.renamed, self.view.full);
        if !report.renamed.is_empty() {
            self.title("Renamed");
            if let Some(text) = moving(&moved) {
                self.wrapped("~ ", &text, YELLOW);
            }
            self.each(&renamed, |page, renamed| {
                let (what, to) = renaming(renamed);
                page.wrapped("~ ", &format!("{} {what} {to}", named(&renamed.from, page.qualified)), YELLOW);
                page.changes(&renamed.to, &renamed.changes);
            });
        }
        if !report.changed.is_empty() {
            self.title("Changed");
            self.each(&report.changed, |page, changed| {
                page.line("~ ", &named(&changed.identity, page.qualified), YELLOW);
                page.changes(&changed.identity, &changed.changes);
            });
        }
    }

    fn each<T>(&mut self, items: &[T], mut show: impl FnMut(&mut Self, &T)) {
        let most = if self.view.full { usize::MAX } else { OBJECTS };
        for item in items.iter().take(most) {
            show(self, item);
        }
        if items.len() > most {
            let more = format!("and {}", counted(items.len() - most, "more object"));
            self.line("  ", &more, DIM);
        }
        self.out.push('\n');
    }

    fn objects(&mut self, title: &str, mark: char, style: Style, objects: &[std::rc::Rc<Object>]) {
        if objects.is_empty() {
            return;
        }
        self.title(title);
        self.each(objects, |page, object| {
            page.line(&format!("{mark} "), &named(&object.identity, page.qualified), style);
            if let Some(description) = shown::description(object) {
                page.wrapped("    ", &description, PLAIN);
            }
        });
    }

    fn changes(&mut self, identity: &Identity, changes: &[Change]) {
        let (changes, echoes) = leading(identity, changes, self.view.full);
        let most = if self.view.full { usize::MAX } else { FIELDS };
        for change in changes.iter().take(most) {
            self.change(change);
        }
        if changes.len() > most {
            let more = format!("and {}", counted(changes.len() - most, "more field"));
            self.line("    ", &more, DIM);
        }
        if let Some(more) = more_that_follow(echoes) {
            self.line("    ", &format!("{more} (--full)"), DIM);
        }
    }

    /// One field: in one line where that fits, else the values below each other.
    fn change(&mut self, change: &Change) {
        let path = shown::one_line(&change.path.to_string());
        let room = if self.view.full { usize::MAX } else { self.view.width.saturating_sub(8).max(20) };
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
        if total <= self.view.width {
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
        for text in not_compared(report) {
            self.wrapped("note: ", &text, CYAN);
        }
    }
}
