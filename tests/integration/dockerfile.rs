//! The corpus of Dockerfiles in `tests/fixtures/dockerfiles`, and what the reader says of places, ARGs and lines.

use image_factory::diagnostic::{Diagnostic, Severity};
use image_factory::dockerfile::{self, Edge, Facts, Request, StageBase};
use image_factory::source::{SourceFile, Sources};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A request as a `.edges` file writes it.
#[derive(Default)]
struct Asked {
    target: Option<String>,
    build_args: BTreeMap<String, String>,
    contexts: BTreeMap<String, String>,
    platform: Option<String>,
}

fn read(text: &str, asked: &Asked) -> (Sources, Facts, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let id = sources.add(SourceFile::new("Dockerfile", text));
    let request = Request {
        target: asked.target.as_deref(),
        build_args: &asked.build_args,
        contexts: &asked.contexts,
        platform: asked.platform.as_deref().unwrap_or("linux/amd64"),
    };
    let (facts, diagnostics) = dockerfile::read(sources.file(id), id, &request);
    (sources, facts, diagnostics)
}

fn read_plain(text: &str) -> (Sources, Facts, Vec<Diagnostic>) {
    read(text, &Asked::default())
}

/// What the reader says, in the lines of a `.edges` file.
fn shown(sources: &Sources, facts: &Facts, diagnostics: &[Diagnostic]) -> Vec<String> {
    let edge = |edge: &Edge| format!("{} {} {}", edge.kind.word(), edge.image, edge.line);
    let severity = |severity| match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let problem = |problem: &Diagnostic| {
        let line = sources.line_col(problem.labels[0].span).line;
        format!("{}: {} {line}", severity(problem.severity), problem.code)
    };
    let reachable = facts.edges.iter().map(edge);
    let unreachable = facts.unreachable.iter().map(|other| format!("unreachable {}", edge(other)));
    let unresolved = facts.unresolved.iter().map(|from| format!("unresolved {} {}", from.written, from.line));
    reachable.chain(unreachable).chain(unresolved).chain(diagnostics.iter().map(problem)).collect()
}

fn asked(expectation: &str) -> (Asked, Vec<&str>) {
    let mut asked = Asked::default();
    let mut rest = Vec::new();
    for line in expectation.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(target) = line.strip_prefix("target: ") {
            asked.target = Some(target.to_owned());
        } else if let Some((name, value)) = line.strip_prefix("arg: ").and_then(|arg| arg.split_once('=')) {
            asked.build_args.insert(name.to_owned(), value.to_owned());
        } else if let Some(platform) = line.strip_prefix("platform: ") {
            asked.platform = Some(platform.to_owned());
        } else {
            rest.push(line);
        }
    }
    (asked, rest)
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/dockerfiles")
}

/// The names of the files with an extension, without it.
fn conditions(extension: &str) -> io::Result<BTreeSet<String>> {
    let names: Vec<OsString> = corpus().read_dir()?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<_>>()?;
    Ok(names.iter().filter_map(|name| name.to_str()?.strip_suffix(extension).map(str::to_owned)).collect())
}

#[test]
fn every_condition_gives_its_edges() {
    let dockerfiles = conditions(".Dockerfile").unwrap();
    assert_eq!(dockerfiles, conditions(".edges").unwrap(), "each .Dockerfile has its .edges, and the other way round");
    assert!(dockerfiles.len() >= 200, "{} conditions", dockerfiles.len());
    let mut wrong = Vec::new();
    for condition in &dockerfiles {
        #[expect(clippy::disallowed_methods, reason = "a test reads its own fixtures")]
        let file = |extension: &str| fs::read_to_string(corpus().join(format!("{condition}{extension}"))).unwrap();
        let expectation = file(".edges");
        let (asked, expected) = asked(&expectation);
        let (sources, facts, diagnostics) = read(&file(".Dockerfile"), &asked);
        let shown = shown(&sources, &facts, &diagnostics);
        if shown != expected {
            wrong.push(format!("{condition}\n    expected {expected:?}\n    read     {shown:?}"));
        }
        assert_eq!(
            condition.contains("_refused") || condition.contains("no_dockerfile"),
            diagnostics.iter().any(Diagnostic::is_error),
            "{condition}: the name says whether it is refused"
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each expectation is what `BuildKit` v0.34.2 makes of it: dockerfile2llb/convert.go looks for a context of the name of each stage
/// and of each image, and dockerui/config.go `NamedContext` by the familiar name without `:latest`.
#[test]
fn a_named_context_stands_in_the_place_of_an_image_or_a_stage() {
    let image = "docker-image://node:22-slim";
    let of = |text: &str, name: &str, source: &str| {
        let contexts = BTreeMap::from([(name.to_owned(), source.to_owned())]);
        let (_, facts, diagnostics) = read(text, &Asked { contexts, ..Asked::default() });
        assert_eq!(diagnostics, [], "{text}");
        let edge = |edge: &Edge| format!("{} {}", edge.kind.word(), edge.reference.as_ref().unwrap());
        facts.edges.iter().map(edge).collect::<Vec<_>>().join(", ")
    };
    let node = "docker.io/library/node:22-slim";
    let rows: &[(&str, &str, &str, String)] = &[
        ("FROM upstream\n", "upstream", image, format!("final {node}")),
        ("FROM upstream:latest\n", "upstream", image, format!("final {node}")),
        ("FROM docker.io/library/upstream\n", "upstream:latest", image, format!("final {node}")),
        ("FROM upstream:1\n", "upstream", image, "final docker.io/library/upstream:1".to_owned()),
        ("ARG A=up\nFROM ${A}stream\n", "upstream", image, format!("final {node}")),
        ("FROM a/b:1\n", "a/b:1", image, format!("final {node}")),
        ("FROM upstream\n", "upstream", "src", String::new()),
        ("FROM upstream\n", "upstream", "target:base", String::new()),
        ("FROM upstream\n", "upstream", "https://github.com/a/b.git", String::new()),
        ("FROM upstream\n", "upstream", "docker-image://scratch", String::new()),
        ("FROM scratch\nCOPY --from=up /a /a\n", "up", image, format!("copy {node}")),
        ("FROM scratch\nRUN --mount=from=up,target=/a true\n", "up", "dir", String::new()),
        // A stage of that name is not built.
        ("FROM golang AS build\nFROM scratch\nCOPY --from=build /a /a\n", "build", image, format!("build {node}")),
        ("FROM golang AS build\nFROM build\n", "build", image, format!("final {node}")),
        ("FROM golang AS Build\n", "build", "dir", String::new()),
        // What it says is not run, so nothing of that is needed, and it is there before any other stage.
        ("FROM golang AS build\nCOPY --from=busybox /a /a\nFROM build\n", "build", image, format!("final {node}")),
        ("FROM scratch AS a\nCOPY --from=b /a /a\nFROM golang AS b\nFROM a\n", "b", image, format!("build {node}")),
        // Of stages these two are no names of contexts, and of images only the first.
        ("FROM scratch\n", "scratch", image, String::new()),
        ("FROM golang AS context\n", "context", image, "final docker.io/library/golang".to_owned()),
        ("FROM context\n", "context", image, format!("final {node}")),
        ("FROM scratch\nCOPY --from=context /a /a\n", "context", image, format!("copy {node}")),
    ];
    for (text, name, source, expected) in rows {
        assert_eq!(of(text, name, source), *expected, "{text} with {name}={source}");
    }
}

#[test]
fn a_span_covers_the_reference_as_written() {
    let text = "\u{feff}# syntax=docker/dockerfile:1\r\nARG V=22\r\nFROM --platform=linux/amd64 \\\r\n  node:${V} AS build\r\n\
                FROM scratch\r\nCOPY --from=build /a /a\r\nCOPY --link --from=busybox:1 /a /b\r\n\
                RUN --mount=type=cache,target=/c --mount=type=bind,from=debian:12,target=/d true\r\n";
    let (sources, facts, diagnostics) = read_plain(text);
    assert_eq!(diagnostics, []);
    let spans: Vec<_> = facts.edges.iter().map(|edge| (sources.text(edge.span), edge.line)).collect();
    assert_eq!(spans, [("docker/dockerfile:1", 1), ("node:${V}", 4), ("busybox:1", 7), ("debian:12", 8)]);
    assert_eq!(facts.edges[1].written, "node:${V}");
    assert_eq!(facts.edges[1].image, "node:22");
    assert_eq!(sources.text(facts.stages[0].span), "FROM --platform=linux/amd64 \\\r\n  node:${V} AS build");
}

#[test]
fn stages_say_what_they_are_built_on() {
    let (_, facts, _) =
        read_plain("FROM alpine AS Base\nFROM base AS b\nFROM scratch AS c\nFROM x:${V} AS d\nFROM b\n");
    let bases: Vec<_> =
        facts.stages.iter().map(|stage| (stage.name.as_deref(), stage.base.clone(), stage.reachable)).collect();
    assert_eq!(
        bases,
        [
            (Some("base"), StageBase::Image("alpine".into()), true),
            (Some("b"), StageBase::Stage(0), true),
            (Some("c"), StageBase::Scratch, false),
            (Some("d"), StageBase::Unknown, false),
            (None, StageBase::Stage(1), true),
        ]
    );
}

#[test]
fn args_know_whether_a_from_uses_them() {
    let asked = Asked { build_args: BTreeMap::from([("A".into(), "1".into())]), ..Asked::default() };
    let (sources, facts, _) = read("ARG A=0\nARG B=${A}.2 C=3\nARG D\nFROM x:${B}\nFROM y:${D:-4}\n", &asked);
    let args: Vec<_> =
        facts.args.iter().map(|a| (sources.text(a.span), a.default.as_deref(), a.value.as_deref(), a.used)).collect();
    assert_eq!(
        args,
        [
            ("A=0", Some("0"), Some("1"), true),
            ("B=${A}.2", Some("${A}.2"), Some("1.2"), true),
            ("C=3", Some("3"), Some("3"), false),
            ("D", None, None, true),
        ]
    );
}

#[test]
fn an_arg_without_value_is_a_warning_that_says_what_to_write() {
    let (sources, facts, diagnostics) = read_plain("ARG REGISTRY\nFROM ${REGISTRY}node:22\n");
    assert_eq!(facts.edges, []);
    assert_eq!(facts.unresolved[0].empty.as_deref(), Some("node:22"));
    let [warning] = diagnostics.as_slice() else { panic!("{diagnostics:?}") };
    assert_eq!(warning.message, "`${REGISTRY}node:22` cannot be resolved: the ARG REGISTRY has no value");
    let places: Vec<_> = warning.labels.iter().map(|label| sources.text(label.span)).collect();
    assert_eq!(places, ["REGISTRY", "${REGISTRY}node:22"]);
    assert!(warning.help[0].contains("`buildArgs: {REGISTRY: \"...\"}`"), "{:?}", warning.help);
    assert!(warning.help[1].contains("`ARG REGISTRY=`"), "{:?}", warning.help);
}

#[test]
fn several_problems_are_reported_together() {
    let (_, facts, diagnostics) = read_plain("FROM alpine\nCPY a b\nADD --from=x a b\nCOPY --from=9 a b\nRUN <<EOF\n");
    let codes: Vec<_> = diagnostics.iter().map(|problem| problem.code.to_string()).collect();
    assert_eq!(codes, ["IF061", "IF060", "IF065", "IF063"]);
    assert_eq!(diagnostics[0].help, ["did you mean `COPY`?"]);
    assert_eq!(facts.edges.len(), 1, "what can be read is read");
}

/// Kargo's own http step is given the same files and this snapshot in tests/conformance/engine: both find the same lines.
#[test]
fn lines_of_the_corpus() {
    let mut lines = BTreeMap::new();
    for condition in conditions(".Dockerfile").unwrap() {
        #[expect(clippy::disallowed_methods, reason = "a test reads its own fixtures")]
        let text = fs::read_to_string(corpus().join(format!("{condition}.Dockerfile"))).unwrap();
        let (_, facts, _) = read_plain(&text);
        assert_eq!(facts.lines, dockerfile::edge_lines(&text), "{condition}");
        lines.insert(condition, facts.lines);
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&lines).unwrap());
}

#[test]
fn a_file_that_is_no_dockerfile_gives_few_problems() {
    let (_, facts, diagnostics) = read_plain(&"%PDF \u{1}\u{2}\n".repeat(10_000));
    assert_eq!(facts.stages, []);
    assert!(diagnostics.len() <= 50, "{}", diagnostics.len());
}

#[test]
fn ten_thousand_stages_are_read() {
    let stage = |at: usize| format!("FROM scratch AS s{at}\nCOPY --from=s{} a b\n", at - 1);
    let text: String = std::iter::once("FROM alpine AS s0\n".to_owned()).chain((1..10_000).map(stage)).collect();
    let (_, facts, diagnostics) = read_plain(&text);
    assert_eq!(diagnostics, []);
    assert_eq!(facts.edges.len(), 1);
    assert!(facts.stages.iter().all(|stage| stage.reachable));
}
