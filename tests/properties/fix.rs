//! `lint --fix` over files with slips: it never makes a file worse.

use image_factory::diagnostic::Code;
use image_factory::session::{Linted, Options, Session, Tree, Verbosity};
use proptest::prelude::*;
use std::collections::HashSet;

fn lint(text: &str) -> Linted {
    let options = Options { verbosity: Verbosity::Quiet, ..Options::default() };
    Session::read(Tree::memory([("images.yaml", text)]), options).unwrap().lint().unwrap()
}

/// The text after all rounds of fixes, and what is found in it.
fn fixed(text: &str) -> (String, Linted) {
    let mut text = text.to_owned();
    for _ in 0..8 {
        let linted = lint(&text);
        let Some((_, _, new)) = linted.fixed.first() else { return (text, linted) };
        text.clone_from(new);
    }
    panic!("there is always more to fix in\n{text}");
}

/// Lines of a file that can be right or wrong.
const LINES: [(&str, &str); 14] = [
    ("retry: {Timeout: 1h} # of all", "retry: {timeout: 1h} # of all"),
    ("defaults: {versionBump: Minor, autoRebuild: \"true\"}", "defaults: {versionBump: minor, autoRebuild: true}"),
    ("project: 7", "project: \"7\""),
    ("images: # ours", "images: # ours"),
    ("- name: web # the site", "- name: web # the site"),
    ("  repositroy: acme/web", "  repository: acme/web"),
    ("  source: {repo: [acme/web], workflow: build}", "  source: {repo: acme/web, workflow: build.yml}"),
    ("  base-images: ['node:22'] # long", "  baseImages: ['node:22'] # long"),
    ("  autoRebuild: \"yes\"", "  autoRebuild: true"),
    ("- name: api", "- name: api"),
    ("  repository: Acme/API", "  repository: acme/api"),
    (
        "  source: {Repo: acme/api, dockerfile: /Dockerfile} # \u{e9}",
        "  source: {repo: acme/api, dockerfile: Dockerfile} # \u{e9}",
    ),
    ("  baseImages: docker.io/library/node:22", "  baseImages: [docker.io/library/node:22]"),
    ("  versionBump: 'patc'", "  versionBump: 'patch'"),
];

proptest! {
    #![proptest_config(crate::config(200))]

    /// Whatever is wrong, what comes out is the right file, and its other bytes are as they were.
    #[test]
    fn slips_are_mended_and_nothing_else(wrong in any::<[bool; 14]>(), crlf in any::<bool>(), comments in any::<[bool; 14]>()) {
        let text = |is_wrong: &dyn Fn(usize) -> bool| {
            let eol = if crlf { "\r\n" } else { "\n" };
            let mut lines = Vec::new();
            for (index, (wrong, right)) in LINES.iter().enumerate() {
                lines.extend(comments[index].then(|| format!("  # about {index}")));
                lines.push((if is_wrong(index) { *wrong } else { *right }).to_owned());
            }
            lines.join(eol) + eol
        };
        let (after, left) = fixed(&text(&|index| wrong[index]));
        // Two spellings of one image are said where both are there; the common one is as good as the other. New quotes are as most
        // are then.
        let spelling = |text: &str| text.replace("docker.io/library/node", "node").replace("'7'", "\"7\"");
        prop_assert_eq!(spelling(&after), spelling(&text(&|_| false)));
        prop_assert!(!left.problems.stop(), "{:#?}", left.problems);
    }

    /// Only lines that a fix is about change, what comes out is YAML, and it has no more errors than before.
    #[test]
    fn files_with_any_slip_are_not_made_worse(cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..3_usize, "[a-zA-Z:,\\[\\]{}\"' -]{0,2}"), 1..5)) {
        let mut text = LINES.map(|(_, right)| right).join("\n");
        for (at, gone, new) in &cuts {
            let start = text.floor_char_boundary(at.index(text.len()));
            let end = text.floor_char_boundary(start + gone);
            text.replace_range(start..end.max(start), new);
        }
        let before = lint(&text);
        let Some((_, _, after)) = before.fixed.first() else { return Ok(()) };
        let meant: HashSet<usize> = before.problems.iter().filter_map(|problem| problem.fix.as_ref()).flat_map(|fix| &fix.edits)
            .flat_map(|edit| {
                let (file, span) = (before.sources.file(edit.span().file), edit.span());
                file.line_col(span.start as usize).line..=file.line_col(span.end as usize).line
            }).collect();
        let kept: Vec<&str> = text.lines().enumerate().filter(|(index, _)| !meant.contains(&(index + 1))).map(|(_, line)| line).collect();
        let mut lines = after.lines();
        prop_assert!(kept.iter().all(|line| lines.any(|other| other == *line)), "{text}\n{after}");
        prop_assert!(!lint(after).problems.iter().any(|problem| problem.code == Code::Syntax), "{after}");
        // Notes and warnings may come that nobody could give before.
        let errors = |linted: &Linted| linted.problems.iter().filter(|problem| problem.is_error()).count();
        let (_, left) = fixed(&text);
        prop_assert!(errors(&left) <= errors(&before), "{text}\n{after}\n{:#?}", left.problems);
    }
}
