use super::lex::{Token, tokens};
use super::parse::{Command, Node, parse};
use super::pattern::{cut_end, cut_start, fits};
use super::word::{Form, Piece, Word};
use crate::workflow::value::Text;

/// A word: what is not text in angle brackets.
fn shown(word: &Word) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Literal { text, .. } => text.to_string(),
        Piece::Parameter { name, form: Form::Plain, .. } => format!("<{name}>"),
        Piece::Parameter { name, .. } => format!("<{name} ...>"),
        Piece::Command { script, .. } => format!("<( {script} )>"),
        Piece::Other { written, .. } => format!("<? {written}>"),
    };
    word.pieces.iter().map(piece).collect()
}

/// The commands of a script, those in others too, as words between bars.
fn read(script: &str) -> Vec<String> {
    let mut found = Vec::new();
    flat(&parse(tokens(&Text::from(script))).0, &mut found);
    found
}

fn flat(list: &[Node], found: &mut Vec<String>) {
    for node in list {
        match &node.command {
            Command::Simple(assignments, words) => {
                let mut all: Vec<String> =
                    assignments.iter().map(|it| format!("{}={}", it.name, shown(&it.value))).collect();
                all.extend(words.iter().map(shown));
                all.extend(node.redirects.iter().map(|it| format!("{}{}", it.operator, shown(&it.target))));
                found.push(all.join("|"));
            }
            Command::Pipeline(list) | Command::Group(list) | Command::Subshell(list) => flat(list, found),
            Command::Chain(first, rest) => {
                flat(std::slice::from_ref(first), found);
                for (_, next) in rest {
                    flat(std::slice::from_ref(next), found);
                }
            }
            Command::Not(inner) => flat(std::slice::from_ref(inner), found),
            Command::If(branches, other) => {
                for (condition, body) in branches {
                    flat(condition, found);
                    flat(body, found);
                }
                flat(other, found);
            }
            Command::For(name, words, body) => {
                found.push(format!("for {name}: {}", words.iter().map(shown).collect::<Vec<_>>().join(",")));
                flat(body, found);
            }
            Command::While(condition, body) => {
                flat(condition, found);
                flat(body, found);
            }
            Command::Case(subject, arms) => {
                found.push(format!("case {}", shown(subject)));
                for (patterns, body) in arms {
                    found.push(format!("{})", patterns.iter().map(shown).collect::<Vec<_>>().join(",")));
                    flat(body, found);
                }
            }
            Command::Function(name, body) => {
                found.push(format!("{name}()"));
                flat(std::slice::from_ref(body), found);
            }
        }
    }
}

#[test]
fn quotes_and_continuations() {
    assert_eq!(read("a 'b c' \"d \\\"e\\\"\" f\\ g \\\n  h"), ["a|b c|d \"e\"|f g|h"]);
    assert_eq!(read("a && b; c | d & e\n# f\ng#h"), ["a", "b", "c", "d", "e", "g#h"]);
    assert_eq!(read("a \"\" ''"), ["a||"]);
    assert_eq!(read("A=1 B='x y' c\nD=\nE+=f"), ["A=1|B=x y|c", "D=", "E=f"]);
}

#[test]
fn redirections_are_no_words() {
    assert_eq!(read("a > b 2>&1 c < d <<< e f 3 &> g"), ["a|c|f|3|>b|>&1|<d|<<<e|&>g"]);
    assert_eq!(read("a 2> b '2'> c >>\"$D\""), ["a|2|>b|>c|>><D>"]);
}

#[test]
fn bodies_of_here_documents_are_what_is_read() {
    assert_eq!(read("cat <<-'X Y' > f g\nX $A\n\tX Y\n\tend"), ["cat|g|<<-X $A\n|>f", "end"]);
    assert_eq!(read("cat <<EOF <<-\"B\"\na $C\nEOF\n\tx\n\tB\nend"), ["cat|<<a <C>\n|<<-x\n", "end"]);
}

#[test]
fn expansions() {
    assert_eq!(
        read("a $b \"${c:-d e}\" $(f \"g)\" h) '$l' $ `m n` $((1 + 2)) ${V//.} ${X##*/}"),
        ["a|<b>|<c ...>|<( f \"g)\" h )>|$l|$|<( m n )>|<? $((1 + 2))>|<V ...>|<X ...>"]
    );
    assert_eq!(read("x=$(a $(b c)) y"), ["x=<( a $(b c) )>|y"]);
}

#[test]
fn commands_hold_others() {
    assert_eq!(read("if a; then b; elif c\nthen\n d; else e; fi; f"), ["a", "b", "c", "d", "e", "f"]);
    assert_eq!(read("for x in a $b; do c $x; done\nd"), ["for x: a,<b>", "c|<x>", "d"]);
    assert_eq!(read("while read -r x; do a; done < f; b"), ["read|-r|x", "a", "b"]);
    assert_eq!(read("case $a in\n x|y) b;;\n (*) c ;;\nesac\nd"), ["case <a>", "x,y)", "b", "*)", "c", "d"]);
    assert_eq!(read("f() { a; }\nfunction g { b; }\n(c; d) && ! e"), ["f()", "a", "g()", "b", "c", "d", "e"]);
    assert_eq!(read("a=(b c)\nd"), ["a=b c", "d"]);
}

#[test]
fn what_is_left_open_ends_with_the_text() {
    let deep = "{ ".repeat(500) + &"( ".repeat(500);
    let dollars = "$(".repeat(2000);
    let braces = "${a:-".repeat(2000);
    for text in [
        "a 'b",
        "a \"b",
        "a $(b",
        "a ${b",
        "a `b",
        "a \\",
        "a <<",
        "a <<E\nb",
        "$((",
        "`",
        "a >",
        "\u{e9}$(\u{e9}",
        "if",
        "for",
        "case",
        "case x in",
        "fi",
        "}",
        "a &&",
        "f()",
        "f(",
        "! !",
        "if a; then",
        ";;",
        "a=(",
        "for ((i=0;i<3;i++)); do a; done",
        &deep,
        &dollars,
        &braces,
    ] {
        parse(tokens(&Text::from(text)));
    }
    assert!(matches!(tokens(&Text::from("a b")).as_slice(), [Token::Word(_), Token::Word(_)]));
}

#[test]
fn patterns_of_shells() {
    assert_eq!(fits("main", "m*n"), Some(true));
    assert_eq!(fits("main", "m?n"), Some(false));
    assert_eq!(fits("main", "[m]*"), None);
    let cut = |range: Option<std::ops::Range<usize>>, text: &'static str| text[range.unwrap()].to_owned();
    assert_eq!(cut(cut_start("a/b/c", "*/", false), "a/b/c"), "b/c");
    assert_eq!(cut(cut_start("a/b/c", "*/", true), "a/b/c"), "c");
    assert_eq!(cut(cut_end("a/b/c", "/*", false), "a/b/c"), "a/b");
    assert_eq!(cut(cut_end("a/b/c", "/*", true), "a/b/c"), "a");
    assert_eq!(cut(cut_end("abc", "x", true), "abc"), "abc");
}
