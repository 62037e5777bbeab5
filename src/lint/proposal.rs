//! A file that `init` has written and nobody has gone over: its comment `# proposal:`.

use super::examples::ON_NODE;
use super::placeholder::actions;
use super::unsure::{guesses, marks};
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::source::{FileId, SourceFile, Span};
use crate::words::{PROPOSAL, counted, some_of};

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 143,
        name: "Proposal",
        severity: Severity::Warning,
        // The comment that ignores it would stand where the comment that is to go stands.
        can_be_ignored: false,
        title: "a proposal that nobody has gone over",
        why: "
`image-factory init` writes what it found and what it had to guess, and says above it that it is a proposal. `lint` and
`synth` read it as it is, so that it can be tried, and warn. Whoever has looked at each `# unsure:` takes the comment
`# proposal:` away; from then on a guess that is left over [is an error](#if141), and so is a [placeholder](#if140) in the
workflow of the factory.
",
        wrong: &[(
            "images.yaml",
            &[
                "# proposal: a line with `# unsure:` is a guess\n- name: web\n  repository: acme/web # unsure: no workflow here pushes it; this is a guess from origin\n  source: {repo: acme/web, workflow: web.yml}\n",
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
    for id in context.facts.files.iter().copied().chain(context.facts.factory) {
        let file = context.sources.file(id);
        let Some((comment, _)) = marks(file, id, PROPOSAL).into_iter().next() else { continue };
        let lines = |found: Vec<(Span, &str)>| -> Vec<String> {
            let line = |(span, code)| format!("`{code}` in line {}", context.sources.line_col(span).line);
            found.into_iter().map(line).collect()
        };
        let (guesses, actions) = (lines(guesses(file, id)), lines(actions(file, id)));
        let message = match guesses.len() {
            0 => "this is still a proposal".to_owned(),
            count => format!("this is still a proposal, with {} of `init`", counted(count, "guess")),
        };
        let mut problem = Diagnostic::new(RULE.code, message, comment);
        if !guesses.is_empty() {
            problem =
                problem.help(format!("look at {}; take the comment of each away that is right", some_of(&guesses)));
        }
        if !actions.is_empty() {
            problem = problem.help(format!("write who it is in place of `OWNER`, for {}", some_of(&actions)));
        }
        report.push(problem.help("take this comment away when you have gone over the file"));
    }
}

/// Whether a file says of itself that it is one.
pub(super) fn is_proposal(file: &SourceFile, id: FileId) -> bool {
    !marks(file, id, PROPOSAL).is_empty()
}
