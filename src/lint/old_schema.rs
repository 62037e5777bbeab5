//! A schema for editors that another version of this tool has made.

use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::source::{FileId, SourceFile, Span};

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 142,
        name: "OldSchema",
        severity: Severity::Warning,
        // A comment ignores what is on a line of values, and one command mends this.
        can_be_ignored: false,
        title: "a schema of another version",
        why: "
The schema that the comment `# yaml-language-server: $schema=...` names was printed by another version of image-factory.
So the editor marks what is right, and offers what is not. Run `image-factory schema` with the version that you use, and
write what it prints into that file. A schema at an address on the web, and one that is not of image-factory, is not looked
at.
",
        wrong: &[
            ("images.yaml", &["# yaml-language-server: $schema=images.schema.json\nimages: []\n"]),
            ("images.schema.json", &["{\"title\": \"images.yaml\", \"type\": \"object\"}\n"]),
        ],
        right: &[("images.yaml", &["# the schema of a user's editor is that of the version in use\nimages: []\n"])],
    }),
    needs: Needs::Files,
    check,
};

/// What the comment is known by, behind its `#` (README of yaml-language-server, "Using inlined schema").
const COMMENT: &str = "yaml-language-server:";
const KEY: &str = "$schema=";

/// The file that the comment names as the schema of a text, as it is written there; none if that is an address.
pub fn schema_named(file: &SourceFile, id: FileId) -> Option<(Span, &str)> {
    let text = file.text();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let comment = line.strip_prefix('#').is_some_and(|rest| rest.trim_start().starts_with(COMMENT));
        if let Some(at) = line.find(KEY).filter(|_| comment) {
            let path = line[at + KEY.len()..].split_whitespace().next()?;
            let from = start + at + KEY.len();
            return (!path.contains("://")).then(|| (Span::new(id, from, from + path.len()), path));
        }
        start += line.len();
    }
    None
}

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for (span, path) in &context.facts.old_schemas {
        report.push(
            Diagnostic::new(RULE.code, format!("{path} is a schema of another version of image-factory"), *span)
                .here("the editor goes by this one")
                .help(format!("run `image-factory schema > {path}`")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn a_schema_is_named_by_a_comment_of_its_own() {
        for (text, path) in [
            ("# yaml-language-server: $schema=a/b.json\n- x\n", Some("a/b.json")),
            ("# hello\r\n#yaml-language-server: x=1 $schema=../b.json y\r\n", Some("../b.json")),
            ("# yaml-language-server: $schema=https://example.com/b.json\n", None),
            ("# yaml-language-server: $schema=\n", None),
            ("- name: x # yaml-language-server: $schema=b.json\n", None),
            ("# see yaml-language-server: $schema=b.json\n", None),
            ("", None),
        ] {
            let mut sources = Sources::new();
            let id = sources.add(SourceFile::new("images.yaml", text));
            let named = schema_named(sources.file(id), id);
            assert_eq!(named.map(|(span, path)| (sources.text(span), path)), path.map(|path| (path, path)), "{text:?}");
        }
    }
}
