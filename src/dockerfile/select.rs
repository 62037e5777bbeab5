//! The lines of a file that decide edges, as Kargo's `http` step picks them out of the raw text.

/// The physical lines, without the space around them, that decide edges.
///
/// This is, to the letter, what the expr-lang expression `filter(map(split(body, "\n"), trim(#)), # matches
/// '(?i)^\\s*(from|arg)\\s|--from=|,from=|=from=|^#\\s*syntax\\s*=')` gives in Kargo, so that a Stage can compare the
/// file of today with the one that the manifests were made from. Lines in the body of a here-document are taken too,
/// which only makes the comparison stricter.
pub fn edge_lines(text: &str) -> Vec<String> {
    text.split('\n').map(str::trim).filter(|line| decides(line)).map(str::to_owned).collect()
}

fn decides(line: &str) -> bool {
    // Folding maps characters one to one, so that the words can be looked for in one lower-case copy.
    let line: String = line.chars().map(super::text::fold).collect();
    let blank = |c: char| matches!(c, '\t' | '\n' | '\x0c' | '\r' | ' ');
    let start = line.trim_start_matches(blank);
    let begins = |word| start.strip_prefix(word).is_some_and(|rest: &str| rest.starts_with(blank));
    let syntax = || {
        let name = line.strip_prefix('#')?.trim_start_matches(blank).strip_prefix("syntax")?;
        name.trim_start_matches(blank).strip_prefix('=')
    };
    begins("from")
        || begins("arg")
        || ["--from=", ",from=", "=from="].iter().any(|part| line.contains(part))
        || syntax().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_decide_edges_are_picked_and_trimmed() {
        let text = "# syntax=a\r\n FROM b\r\nRUN --mount=type=bind,from=c x\nARG\tD\nCOPY --FROM=e f g\nFROMAGE\nfrom\n\
                    #syntax = x";
        assert_eq!(
            edge_lines(text),
            ["# syntax=a", "FROM b", "RUN --mount=type=bind,from=c x", "ARG\tD", "COPY --FROM=e f g", "#syntax = x"]
        );
    }
}
