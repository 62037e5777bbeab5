//! Properties of the Dockerfile reader: it never panics, bodies of here-documents never make edges, and a stage that
//! nobody needs changes nothing.

use image_factory::diagnostic::Diagnostic;
use image_factory::dockerfile::{self, Edge, Facts, Request};
use image_factory::reference::EdgeKind;
use image_factory::source::{SourceFile, Sources};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn read(text: &str) -> (Facts, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let id = sources.add(SourceFile::new("Dockerfile", text));
    let build_args = BTreeMap::from([("GIVEN".to_owned(), "1.2.3".to_owned())]);
    dockerfile::read(
        sources.file(id),
        id,
        &Request { target: None, build_args: &build_args, contexts: &BTreeMap::new(), platform: "linux/amd64" },
    )
}

/// What edges are without their places.
fn images(edges: &[Edge]) -> Vec<(EdgeKind, String)> {
    edges.iter().map(|edge| (edge.kind, edge.image.clone())).collect()
}

fn image() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}(:[a-z0-9][a-z0-9.]{0,5})?",
        "[a-z]{1,6}\\.io/[a-z]{1,6}/[a-z]{1,6}(:[0-9]{1,3})?",
        Just("node:${GIVEN}".to_owned()),
        Just("node:${DEFAULTED%.*}-slim".to_owned()),
    ]
}

/// A command that makes edges, or none.
fn command() -> impl Strategy<Value = String> {
    let plain = "[a-z]{1,8}(:[a-z0-9][a-z0-9.]{0,5})?";
    prop_oneof![
        plain.prop_map(|image| format!("COPY --from={image} /a /b")),
        plain.prop_map(|image| format!("RUN --mount=type=cache,target=/c \\\n  --mount=from={image},target=/d true")),
        Just("RUN apt-get update && \\\n    # a comment\n\n    apt-get install -y curl".to_owned()),
        Just("COPY . /app".to_owned()),
        Just("ENV A=b C=\"d e\"".to_owned()),
        Just("RUN cat <<EOF > /f\nFROM evil\nEOF".to_owned()),
        Just("ONBUILD COPY --from=evil /a /b".to_owned()),
        Just("CMD [\"node\", \"app\"]".to_owned()),
    ]
}

/// A Dockerfile that looks like a real one: ARGs, stages that copy from each other, commands.
fn real() -> impl Strategy<Value = String> {
    let stage = (image(), prop::collection::vec(command(), 0..5), any::<bool>());
    prop::collection::vec(stage, 1..5).prop_map(|stages| {
        let mut lines = vec!["ARG GIVEN".to_owned(), "ARG DEFAULTED=22.1".to_owned()];
        for (at, (image, commands, copies)) in stages.into_iter().enumerate() {
            lines.push(format!("FROM {image} AS stage-{at}"));
            if copies && at > 0 {
                lines.push(format!("COPY --from=stage-{} /x /y", at - 1));
            }
            lines.extend(commands);
        }
        lines.join("\n") + "\n"
    })
}

/// Pieces that mean something somewhere.
fn piece() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "FROM ",
        "ARG ",
        "COPY ",
        "RUN ",
        "ONBUILD ",
        " AS x",
        "--from=",
        "--mount=",
        "from=",
        "<<EOF",
        "<<-'E F'",
        "EOF\n",
        "\\\n",
        "`\n",
        "# escape=`\n",
        "# syntax=a/b\n",
        "${",
        "}",
        "${A:-",
        "${A#",
        "${A//x/",
        "$",
        "'",
        "\"",
        "\n",
        "\r\n",
        "\t",
        "\u{feff}",
        "\0",
        "\u{a0}",
        "[\"a\"]",
        ",",
        "=",
        "\\",
        "<<",
        "--",
        "scratch",
        "\u{1f600}",
    ];
    prop_oneof![4 => prop::sample::select(KNOWN).prop_map(str::to_owned), 1 => "\\PC{0,4}"]
}

/// A real-looking file with pieces put in, and parts taken out.
pub(crate) fn mutated() -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), piece(), 0..6usize);
    (real(), prop::collection::vec(change, 0..8)).prop_map(|(text, changes)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, piece, cut) in changes {
            let at = at.index(chars.len() + 1);
            let end = (at + cut).min(chars.len());
            chars.splice(at..end, piece.chars());
        }
        chars.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_file_never_panics_and_every_problem_has_a_place(text in mutated()) {
        let (facts, diagnostics) = read(&text);
        for problem in &diagnostics {
            let span = problem.labels[0].span;
            prop_assert!(text.get(span.start as usize..span.end as usize).is_some(), "{problem:?}");
        }
        for edge in facts.edges.iter().chain(&facts.unreachable) {
            prop_assert!(text.get(edge.span.start as usize..edge.span.end as usize).is_some(), "{edge:?}");
            prop_assert!(edge.line >= 1);
        }
    }

    #[test]
    fn any_text_never_panics(text in any::<String>()) {
        read(&text);
    }

    #[test]
    fn the_body_of_a_heredoc_makes_no_edges(text in real(), body in mutated(), quoted in any::<bool>(), tabs in any::<bool>()) {
        prop_assume!(body.lines().all(|line| line.trim_matches(['\t', '\r']) != "END-OF-BODY"));
        let word = if quoted { "'END-OF-BODY'" } else { "END-OF-BODY" };
        let dash = if tabs { "-" } else { "" };
        let (without, problems) = read(&text);
        let (with, problems_with) = read(&format!("{text}RUN cat <<{dash}{word} > /f\n{body}\nEND-OF-BODY\n"));
        prop_assert_eq!(images(&without.edges), images(&with.edges));
        prop_assert_eq!(images(&without.unreachable), images(&with.unreachable));
        prop_assert_eq!(problems.len(), problems_with.len(), "{:?}", problems_with);
    }

    #[test]
    fn a_stage_that_nobody_needs_changes_nothing(text in real(), unneeded in real()) {
        // The shipped stage stays the last one; the others come before all that is there.
        let unneeded = unneeded.replace("ARG GIVEN\nARG DEFAULTED=22.1\n", "").replace("stage-", "unneeded-");
        let args = "ARG GIVEN\nARG DEFAULTED=22.1\n";
        let (without, _) = read(&text);
        let (with, problems) = read(&text.replacen(args, &format!("{args}{unneeded}"), 1));
        prop_assert_eq!(images(&without.edges), images(&with.edges));
        prop_assert!(problems.is_empty(), "{:?}", problems);
    }
}
