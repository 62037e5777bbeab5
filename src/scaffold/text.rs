//! A proposal to the text of images.yaml.

use super::propose::{LeftOut, Proposal};
use crate::edit::entry::{Line, Style, Value, block};
use crate::source::visible_line;
use crate::words::{PROPOSAL, UNSURE, append, counted, some_of};
use std::fmt;

/// The text of a first images.yaml that has one image; `schema` is the name of the file with the JSON Schema beside it.
pub fn first(entry: &[Line], schema: &str) -> String {
    let lines = block(entry, Style::default()).join("\n");
    format!(
        "# yaml-language-server: $schema={schema}\n\
         # Images, and what rebuilds them. `image-factory add` has made this file; it is yours to change.\n\
         images:\n{lines}\n"
    )
}

impl Proposal {
    /// The text of images.yaml; `schema` is the name of the file with the JSON Schema beside it.
    pub fn text(&self, schema: &str) -> String {
        let mut out = format!("# yaml-language-server: $schema={schema}\n{HEADER}");
        if self.unsure() > 0 {
            append!(out, "# {PROPOSAL} {CONFIRM}");
        }
        if let Some(branch) = &self.branch {
            out.push_str("defaults:\n");
            for line in block(std::slice::from_ref(branch), Style::default()) {
                // It is no list: the dash goes.
                out.push_str(&line.replacen('-', " ", 1));
                out.push('\n');
            }
        }
        out.push_str(if self.images.is_empty() { "images: []\n" } else { "images:\n" });
        for (number, image) in self.images.iter().enumerate() {
            out.push_str(if number == 0 { "" } else { "\n" });
            for line in block(image, Style::default()) {
                out.push_str(&line);
                out.push('\n');
            }
        }
        if !self.left_out.is_empty() {
            out.push_str("\n# Not proposed:\n");
        }
        for left in &self.left_out {
            append!(out, "#   {left}\n");
        }
        if !self.notes.is_empty() {
            out.push_str("\n# Found, and not used:\n");
        }
        for note in &self.notes {
            append!(out, "#   {note}\n");
        }
        out
    }

    /// How many lines are marked as unsure.
    pub fn unsure(&self) -> usize {
        self.branch.iter().chain(self.images.iter().flatten()).map(marked).sum()
    }
}

/// `3 Dockerfiles (a/Dockerfile, b/Dockerfile and 1 more): ship.yml has no workflow_dispatch`
impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<String> = self.dockerfiles.iter().map(|path| visible_line(path)).collect();
        write!(f, "{} ({}): {}", counted(paths.len(), "Dockerfile"), some_of(&paths), self.why)
    }
}

fn marked(line: &Line) -> usize {
    let own = usize::from(line.comment.as_ref().is_some_and(|comment| comment.starts_with(UNSURE)));
    own + if let Value::Lines(lines) = &line.value { lines.iter().map(marked).sum() } else { 0 }
}

const HEADER: &str = "\
# The images of this repository, and what rebuilds them. `image-factory init` has made this file from the Dockerfiles and
# workflows that it found; it is yours to change, and nothing makes it again.
";

const CONFIRM: &str = "\
a line with `# unsure:` is a guess. When one is right, take its comment away; when all are, take these lines
# away too. Until then `image-factory lint` and `image-factory synth` warn of them, and from then on they refuse guesses.
";
