//! A guess of `init` that nobody has confirmed: its line still has the comment `# unsure:`.

use super::examples::ON_NODE;
use super::placeholder::{is_placeholder, is_placeholder_image};
use super::proposal::is_proposal;
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::source::{FileId, SourceFile, Span};
use crate::words::UNSURE;
use crate::yaml::{self, Node, Purpose, Value};
use std::ops::Range;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 141,
        name: "Unsure",
        severity: Severity::Error,
        // The comment that ignores it would stand where the comment that is to go stands.
        can_be_ignored: false,
        title: "a guess that nobody has confirmed",
        why: "
What no file says `image-factory init` has to guess, and it says so with `# unsure:` and the reason behind the line. A
wrong guess is a rebuild of something else, or of nothing: look at each of them, and take the comment away. In a file
that says of itself that it is a [proposal](#if143), one warning tells of all of them, and `synth` goes on. Entries that
are comments themselves do not count.
",
        wrong: &[(
            "images.yaml",
            &[
                "- name: web\n  repository: acme/web # unsure: no workflow here pushes it; this is a guess from origin\n  source: {repo: acme/web, workflow: web.yml}\n",
                ON_NODE,
            ],
        )],
        right: &[(
            "images.yaml",
            &["- name: web\n  repository: acme/web\n  source: {repo: acme/web, workflow: web.yml}\n", ON_NODE],
        )],
    }),
    needs: Needs::Nothing,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for id in &context.facts.files {
        let file = context.sources.file(*id);
        if is_proposal(file, *id) {
            continue;
        }
        for (comment, code) in guesses(file, *id) {
            let mut problem =
                Diagnostic::new(RULE.code, "this is a guess of `init` that nobody has confirmed", comment);
            if !code.is_empty() {
                problem = problem.help(format!("if it is right, write it without the comment: `{code}`"));
            }
            report.push(problem.help("if it is not, write what is right, and take the comment away too"));
        }
    }
}

/// The comments of the guesses, and what stands before each on its line; not those of placeholders, which are one problem and
/// not two.
pub(super) fn guesses(file: &SourceFile, id: FileId) -> Vec<(Span, &str)> {
    let mut found = marks(file, id, UNSURE);
    for (_, code) in &mut found {
        *code = code.trim().trim_start_matches("- ");
    }
    found.retain(|(_, code)| !code.split_whitespace().any(|word| is_placeholder(word) || is_placeholder_image(word)));
    found
}

/// The comments that begin with this, and what stands before each on its line.
pub(super) fn marks<'a>(file: &'a SourceFile, id: FileId, mark: &str) -> Vec<(Span, &'a str)> {
    if !file.text().contains(mark) {
        return Vec::new();
    }
    let mut problems = Vec::new();
    let Some(root) = yaml::parse(file, id, &Purpose::COMPARISON, &mut problems) else { return Vec::new() };
    let mut scalars = Vec::new();
    with_hashes(&root, file.text(), &mut scalars);
    let mut found = Vec::new();
    let mut start = 0;
    for line in file.text().split_inclusive('\n') {
        // The first `#` that begins a comment: not behind a word, and not in a text.
        let begins = |(at, _): &(usize, &str)| {
            line[..*at].chars().next_back().is_none_or(char::is_whitespace)
                && !scalars.iter().any(|scalar: &Range<usize>| scalar.contains(&(start + at)))
        };
        if let Some((at, _)) = line.match_indices('#').find(begins)
            && line[at + 1..].trim_start().starts_with(mark)
        {
            found.push((Span::new(id, start + at, start + line.trim_end().len()), &line[..at]));
        }
        start += line.len();
    }
    found
}

/// The texts that have a `#` in them.
fn with_hashes(node: &Node<'_>, text: &str, found: &mut Vec<Range<usize>>) {
    match &node.value {
        Value::Scalar { .. } => {
            let range = node.span.start as usize..node.span.end as usize;
            if text.get(range.clone()).is_some_and(|text| text.contains('#')) {
                found.push(range);
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| with_hashes(item, text, found)),
        Value::Mapping(entries) => {
            for (key, value) in entries.iter() {
                with_hashes(key, text, found);
                with_hashes(value, text, found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn comments_are_told_from_texts_and_from_entries_that_are_comments() {
        let text = "# about `# unsure:`\na: b # unsure: one\n# unsure: two\n'c # unsure: no': \"d # unsure: no\"   #unsure: three\ne: f#unsure:no\ng: |\n  # unsure: no\n# - h: i # unsure: no\nj: k # really # unsure: no\n";
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new("a", text));
        let found: Vec<_> =
            marks(sources.file(id), id, UNSURE).iter().map(|(span, line)| (sources.text(*span), line.trim())).collect();
        assert_eq!(
            found,
            [
                ("# unsure: one", "a: b"),
                ("# unsure: two", ""),
                ("#unsure: three", "'c # unsure: no': \"d # unsure: no\"")
            ]
        );
    }
}
