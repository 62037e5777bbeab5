//! The lines that decide edges, as expressions of Kargo's http step: variables that build on each other.

use crate::factory::intent::LOCKED_LINES;
use crate::kargo::expression::delimited;
use crate::kargo::stage::Variable;

const BODY: &str = "body";
const LINES: &str = "lines";
const STATEMENTS: &str = "statements";
const FOUND: &str = "found";
const SAME: &str = "same";

/// The body of the answer as a text: Kargo makes an empty body an empty mapping, whatever its type (Kargo v1.11.2
/// `pkg/promotion/runner/builtin/http_requester.go`).
pub(super) fn body() -> Variable {
    Variable { name: BODY.into(), value: r#"(type(response.body) == "string" ? response.body : "")"#.into() }
}

/// The variables that find the lines of the Dockerfile in the answer that decide edges, and compare them with those of the
/// lock. What they find is what [`crate`]`::dockerfile::edge_lines` finds: regular expressions and
/// trimming are Go's in both.
pub(super) fn compared() -> [Variable; 4] {
    let variable = |name: &'static str, value: String| Variable { name: name.into(), value: value.into() };
    let (body, lines) = (use_of(BODY), use_of(LINES));
    // Comments and blank lines may stand between the lines of an instruction, which \x01 joins.
    let statements = format!(
        r##"split(replace(replace(join(filter({lines}, # != "" and not (# startsWith "#")), "\n"), "\\\n", "\x01"), "`\n", "\x01"), "\n")"##
    );
    let found = format!(
        r#"let lines = {lines}; let directives = lines[0] matches "^#!|(?i)^(#|//)\\s*[a-z][a-z0-9]*\\s*=" ? filter(lines, # matches "(?i)^(#|//)\\s*(syntax|escape|check)\\s*=") : []; let parts = flatten(map({}, replace(#, "\x01", "") matches "(?i)^(from|arg|copy|add)" ? [replace(#, "\x01", "")] : split(#, "\x01"))); concat(directives, filter(parts, # matches "(?i)^(from|arg|onbuild)|from=|--from"))"#,
        use_of(STATEMENTS)
    );
    [
        variable(LINES, format!(r#"map(split(replace({body}, "\ufeff", ""), "\n"), trim(#))"#)),
        variable(STATEMENTS, statements),
        variable(FOUND, found),
        variable(SAME, format!("({}) == {}", use_of(FOUND), use_of(LOCKED_LINES))),
    ]
}

/// The variable that holds the lines of the lock, a list of the language.
pub(super) fn locked(lines: String) -> Variable {
    Variable { name: LOCKED_LINES.into(), value: lines.into() }
}

/// What stands for the body.
pub(super) fn body_text() -> String {
    use_of(BODY)
}

/// Whether the lines found are those of the lock.
pub(super) fn same() -> String {
    format!("({})", use_of(SAME))
}

/// The lines that are new, and those that are gone, as text.
pub(super) fn difference() -> String {
    format!(
        r#"(let found = ({}); let locked = {}; "New: " + join(filter(found, # not in locked), " | ")[:1000] + "; gone: " + join(filter(locked, # not in found), " | ")[:1000])"#,
        use_of(FOUND),
        use_of(LOCKED_LINES)
    )
}

fn use_of(name: &str) -> String {
    delimited(&format!("vars.{name}"))
}
