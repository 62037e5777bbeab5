//! The lines of a file that decide edges, as Kargo's `http` step picks them out of the raw text.

use super::text::fold;

/// The lines that decide edges, without the space around them.
///
/// This is what the expression in `src/factory/analysis/lines.rs` gives in Kargo, so that a Stage can compare the file of
/// today with the one that the manifests were made from; `tests/conformance/engine` runs both over the same files. It
/// reads no here-documents and does not know which escape character is in force, so it takes some lines that decide
/// nothing: that only makes the comparison stricter.
///
/// | lines | what is taken |
/// |---|---|
/// | parser directives, if the first line is one | `syntax`, `escape` and `check`, since a comment before them turns them off |
/// | FROM, ARG, COPY, ADD | the whole instruction, its continued lines put together without comments and blank lines |
/// | everything else | single lines with `from=` or `--from`, and ONBUILD |
pub fn edge_lines(text: &str) -> Vec<String> {
    let text = text.replace('\u{feff}', "");
    let lines: Vec<&str> = text.split('\n').map(str::trim).collect();
    let first = lines.first().copied().unwrap_or_default();
    let mut found = Vec::new();
    if first.starts_with("#!") || directive(first).is_some() {
        let known = |line: &&&str| directive(line).is_some_and(|name| matches!(&*name, "syntax" | "escape" | "check"));
        found.extend(lines.iter().filter(known).map(|line| (*line).to_owned()));
    }
    let mut code = lines.iter().copied().filter(|line| !line.is_empty() && !line.starts_with('#')).peekable();
    let mut parts: Vec<&str> = Vec::new();
    while let Some(line) = code.next() {
        let continued = if code.peek().is_some() { line.strip_suffix(['\\', '`']) } else { None };
        parts.push(continued.unwrap_or(line));
        if continued.is_some() {
            continue;
        }
        let whole = parts.concat();
        if begins(&whole, &["from", "arg", "copy", "add"]) {
            found.extend(decides(&whole).then_some(whole));
        } else {
            found.extend(parts.iter().filter(|part| decides(part)).map(|part| (*part).to_owned()));
        }
        parts.clear();
    }
    found
}

/// The name in `# name=value` or `// name=value`, in lower case.
fn directive(line: &str) -> Option<String> {
    let blank = |c: char| matches!(c, '\t' | '\n' | '\x0c' | '\r' | ' ');
    let rest = line.strip_prefix('#').or_else(|| line.strip_prefix("//"))?.trim_start_matches(blank);
    let (name, _) = rest.split_once('=')?;
    let name: String = name.trim_end_matches(blank).chars().map(fold).collect();
    let word = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.bytes().all(|b| b.is_ascii_alphanumeric());
    word.then_some(name)
}

fn decides(line: &str) -> bool {
    let folded: String = line.chars().map(fold).collect();
    begins(line, &["from", "arg", "onbuild"]) || folded.contains("from=") || folded.contains("--from")
}

fn begins(line: &str, words: &[&str]) -> bool {
    words.iter().any(|word| line.chars().take(word.len()).map(fold).eq(word.chars()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_decide_edges_are_picked_and_put_together() {
        let text = "\u{feff}# syntax=a\r\n#ESCAPE = `\r\n FROM \\\n  # a comment\n\n  b AS c\nRUN --mount=type=bind,from=d \\\n  true\n\
                    ARG\tE\nCOPY \\\n  --FROM=f g h\nCOPY a b\nRUN ls\nADD from=x y\n#check=x";
        assert_eq!(
            edge_lines(text),
            [
                "# syntax=a",
                "#ESCAPE = `",
                "#check=x",
                "FROM b AS c",
                "RUN --mount=type=bind,from=d ",
                "ARG\tE",
                "COPY --FROM=f g h",
                "ADD from=x y"
            ]
        );
    }

    #[test]
    fn a_comment_on_the_first_line_turns_directives_off() {
        assert_eq!(edge_lines("# built by hand\n# syntax=a\nFROM b"), ["FROM b"]);
        assert_eq!(edge_lines("# foo=bar\n# syntax=a\nFROM b"), ["# syntax=a", "FROM b"]);
        assert_eq!(edge_lines("#!/bin/x\n// syntax=a\nFROM b"), ["// syntax=a", "FROM b"]);
        assert_eq!(edge_lines(""), Vec::<String>::new());
    }

    #[test]
    fn a_backslash_at_the_end_of_the_file_joins_nothing() {
        assert_eq!(edge_lines("FROM a \\\n\n# b"), ["FROM a \\"]);
    }
}
