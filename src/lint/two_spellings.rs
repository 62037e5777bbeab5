//! One base that is written in two ways: right, and hard to search for.

use super::examples::{ON_NODE, WEB};
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Edit, Fix, Severity};
use crate::model::Reference;
use crate::source::Span;
use indexmap::IndexMap;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 122,
        name: "TwoSpellings",
        severity: Severity::Note,
        can_be_ignored: true,
        title: "one base under two spellings",
        why: "
Both spellings mean one image, and it is watched once. But whoever searches the file for one of them does not find the
other.
",
        wrong: &[(
            "images.yaml",
            &[
                r"
- name: api
  repository: acme/api
  source: {repo: acme/web, workflow: web.yml}
",
                ON_NODE,
                WEB,
                r#"
  baseImages: ["docker.io/library/node:22"]
"#,
            ],
        )],
        right: &[(
            "images.yaml",
            &[
                r"
- name: api
  repository: acme/api
  source: {repo: acme/web, workflow: web.yml}
",
                ON_NODE,
                WEB,
                ON_NODE,
            ],
        )],
    }),
    needs: Needs::Nothing,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for base in &context.model.bases {
        let mut spellings: IndexMap<&str, Vec<Span>> = IndexMap::new();
        for span in base.dependents.iter().flat_map(|dependent| &dependent.spans) {
            // The lock is written by a program, in one spelling.
            if !context.facts.files.contains(&span.file) {
                continue;
            }
            let text = context.sources.text(*span).trim_matches(['"', '\'']);
            // Pinned users are another matter, of which another rule speaks; a state file has no place of its own.
            if Reference::parse(text)
                .is_ok_and(|written| written.digest().is_none() && written.by_tag() == base.reference)
            {
                let spans = spellings.entry(text).or_default();
                if !spans.contains(span) {
                    spans.push(*span);
                }
            }
        }
        let familiar = base.reference.familiar();
        let usual = spellings.keys().copied().find(|text| *text == familiar).or(spellings.keys().copied().next());
        let Some(usual) = usual.filter(|_| spellings.len() > 1) else { continue };
        // Globs of `ignoreBases` see these two forms of every base: what they match does not change.
        let same = usual == familiar || usual == base.reference.to_string();
        for (text, spans) in spellings.iter().filter(|(text, _)| **text != usual) {
            let (Some(span), Some(first)) = (spans.first(), spellings[usual].first()) else { continue };
            let replace = |at: &Span| Edit::Replace { at: *at, from: (*text).to_owned(), to: usual.to_owned() };
            report.push(
                Diagnostic::new(RULE.code, format!("`{text}` is {usual} in other words"), *span)
                    .label(*first, "written like this here")
                    .help(format!("write `{usual}` in both places; the manifests stay the same"))
                    .fix(same.then(|| Fix { edits: spans.iter().map(replace).collect() })),
            );
        }
    }
}
