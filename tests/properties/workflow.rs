//! Properties of the readers of workflows and bake files: no text makes them panic, there are always facts or a reason,
//! every place lies in the text, and what is written plainly is found at its very place.

use crate::memory::Memory;
use image_factory::diagnostic::Diagnostic;
use image_factory::source::{FileId, SourceFile, Sources, Span};
use image_factory::workflow::build::{Build, Location};
use image_factory::workflow::evaluate::{Evaluation, evaluate};
use image_factory::workflow::event::Event;
use image_factory::workflow::repository::{Repositories, Repository};
use image_factory::workflow::value::{Text, Unknown};
use image_factory::workflow::{self, Workflow};
use proptest::prelude::*;
use proptest::sample::Index;
use std::sync::LazyLock;

/// The fixtures, which the mutations start from.
static FIXTURES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/workflows");
    #[expect(clippy::disallowed_methods, reason = "a test reads its fixtures")]
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    #[expect(clippy::disallowed_methods, reason = "a test reads its fixtures")]
    paths.into_iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
});

const HCL: &str = "variable \"V\" { default = \"18\" }\ngroup \"default\" { targets = [\"a\"] }\nX = \"${V}-slim\"\n\
                   target \"a\" {\n  inherits = [\"b\", \"a\"]\n  dockerfile = \"a/Dockerfile\"\n  args = {\n    NODE = V\n    \
                   \"TAG\" = \"n${X}\"\n    F = upper(V) == \"x\" ? 1 : -2\n  }\n  tags = [for t in [1] : \"${t}\"]\n  \
                   dockerfile-inline = <<-EOT\n    FROM alpine\n  EOT\n}\ntarget \"b\" { args = { A = null } }\n\
                   function \"f\" {\n  params = [x]\n  variadic_params = y\n  result = \"${x}%{ for z in y ~}-${z}%{ endfor }\"\n}\n\
                   target \"m\" {\n  name = \"m-${o.n}\"\n  matrix = { o = [{ n = \"1\" }, { n = f(2, 3) }] }\n  \
                   contexts = { up = \"docker-image://${o.n}\", b = \"target:b\" }\n  tags = [target.a.args.TAG, split(\",\", \"x,y\")[*]...]\n  \
                   output = [{ type = \"image\", push = true }]\n  args = { for k, v in { A = 1 } : k => v if v < 2 }\n}\n";
const COMPOSE: &str = "x: &x {args: {A: \"${A:-1}\", B: null}}\nservices:\n  a: {image: \"a/b:${T:-${U-x}}\", build: {<<: *x, context: ., \
                       target: t}}\n  b: {extends: {service: a}, profiles: [p], build: {args: [A=2, C], x-bake: {tags: c}}}\n  c: \
                       {build: c, image: $$x}\ninclude: [{path: [other.yaml]}]\n";
const MAKE: &str = "V ?= 1\nA := $(V) \\\n  b\nA += $(A:%=x-%) $(shell echo $(V))\nifeq ($(V),1)\nP = --push\nelse ifdef Q\nP =\nendif\n\
                    define run\ndocker build $(P) -t a/$(1):$(V) $(or $(2),.)\nendef\n.PHONY: all\nall: web-a $(foreach x,b c,web-$(x)); @echo\n\
                    web-%: T = $*\nweb-%:\n\t@cd $(@D) && $(call run,$(T),$(subst b,c,$*)) \\\n\t  --build-arg X=$$V\n\t-$(MAKE) -C x $@\n";
const JSON: &str = "{\"variable\": {\"V\": {\"default\": \"18\"}}, \"group\": {\"default\": {\"targets\": [\"a\"]}},\n \
                    \"target\": {\"a\": {\"inherits\": [\"b\"], \"args\": {\"N\": \"${V}\", \"M\": \"$${V}%{x}\", \"O\": null}}}}\n";

/// Pieces that mean something to the readers.
const PIECES: &[&str] = &[
    "\"",
    "'",
    "`",
    "$",
    "${",
    "${{",
    "}}",
    "}",
    "$(",
    "))",
    "(",
    "\\",
    "\\\n",
    "\n",
    "\r\n",
    "\t",
    " ",
    "  ",
    "|",
    ">",
    "|-\n",
    "<<EOF",
    "<<-'",
    "EOF",
    "<<<",
    ">&",
    "&&",
    "&a ",
    "*a",
    "<<: *a",
    "#",
    " # ",
    "=",
    ",",
    ":",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "docker build ",
    "docker buildx bake ",
    "--build-arg",
    "--set ",
    "*.args.A=1",
    "-f",
    "-t=",
    "--",
    "A=1",
    "\u{e9}",
    "\u{feff}",
    "\0",
    "---\n",
    "!!str ",
    "on: ",
    "jobs:\n",
    "build-args: ",
    "workflow_dispatch",
    "\u{2028}",
    "%{",
];

#[derive(Clone, Debug)]
enum Mutation {
    Insert(Index, &'static str),
    Remove(Index, usize),
    Repeat(Index, usize, usize),
    Put(Index, String),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        3 => (any::<Index>(), prop::sample::select(PIECES)).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        2 => (any::<Index>(), 1..20_usize).prop_map(|(at, length)| Mutation::Remove(at, length)),
        1 => (any::<Index>(), 1..30_usize, 1..40_usize).prop_map(|(at, length, times)| Mutation::Repeat(at, length, times)),
        1 => (any::<Index>(), "\\PC{1,6}").prop_map(|(at, text)| Mutation::Put(at, text)),
    ]
}

fn mutate(text: &str, mutations: &[Mutation]) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for mutation in mutations {
        let at = |index: &Index| index.index(text.len() + 1);
        match mutation {
            Mutation::Insert(index, piece) => {
                let at = at(index);
                text.splice(at..at, piece.chars());
            }
            Mutation::Put(index, piece) => {
                let at = at(index);
                text.splice(at..at, piece.chars());
            }
            Mutation::Remove(index, length) => {
                let at = at(index);
                text.drain(at..(at + length).min(text.len()));
            }
            Mutation::Repeat(index, length, times) => {
                let at = at(index);
                let part = text[at..(at + length).min(text.len())].repeat(*times);
                text.splice(at..at, part);
            }
        }
    }
    text.into_iter().collect()
}

fn open(name: &str, text: &str) -> (Sources, FileId) {
    let mut sources = Sources::new();
    let id = sources.add(SourceFile::new(name, text));
    (sources, id)
}

fn read(text: &str) -> (Sources, Option<Workflow>, Vec<Diagnostic>) {
    let (sources, id) = open("build.yml", text);
    let (workflow, diagnostics) = workflow::read(sources.file(id), id);
    (sources, workflow, diagnostics)
}

/// What a dispatch builds, of a repository with some files that scripts may read.
fn run(text: &str, work: impl FnOnce(&Memory, &Evaluation) -> Result<(), TestCaseError>) -> Result<(), TestCaseError> {
    let path = ".github/workflows/build.yml";
    let action = "inputs: {a: {default: b}}\nruns: {using: composite, steps: [{run: docker build $A, shell: bash}]}\n";
    let files = [
        (path, text),
        ("docker-bake.hcl", HCL),
        ("docker-bake.json", JSON),
        ("action.yml", action),
        ("x.sh", "docker build .\n"),
    ];
    let memory = Memory::new(&files);
    let own = Repository { name: Some("acme/web"), default_branch: Some("main"), files: &memory };
    let evaluation = evaluate(&Repositories::of(own), &Event::dispatch("main"), path);
    work(&memory, &evaluation)
}

/// Every place of a build.
fn places(build: &Build) -> Vec<Span> {
    let location = |location: &Location| match location {
        Location::Here(path) | Location::Away(path) | Location::Unknown(path) | Location::Other(_, path) => {
            path.clone()
        }
    };
    let mut texts: Vec<Text> = vec![location(&build.dockerfile), location(&build.context)];
    texts.extend(build.target.iter().cloned());
    texts.extend(build.platforms.iter().chain(&build.tags).chain(&build.outputs).chain(&build.destinations).cloned());
    texts.extend(build.args.iter().flat_map(|arg| [arg.name.clone(), arg.value.clone()]));
    let holes: Vec<Span> = texts.iter().flat_map(Text::holes).filter_map(Unknown::place).collect();
    let others = build.args.iter().filter_map(|arg| arg.span).chain(build.conditions.iter().filter_map(|it| it.span));
    let way = build.way.iter().filter_map(|frame| frame.span);
    texts.iter().filter_map(Text::span).chain(holes).chain(others).chain(way).chain([build.span]).collect()
}

/// Facts or a reason, and every place in the text.
fn check(text: &str) -> Result<(), TestCaseError> {
    let (sources, workflow, diagnostics) = read(text);
    prop_assert!(workflow.is_some() || !diagnostics.is_empty(), "neither facts nor a reason");
    for diagnostic in &diagnostics {
        prop_assert!(!diagnostic.labels.is_empty(), "{diagnostic:?}");
        sources.line_col(diagnostic.labels[0].span);
    }
    run(text, |memory, evaluation| {
        for build in &evaluation.builds {
            for place in places(build) {
                prop_assert!(memory.has(place), "{place:?} of {build:?}");
            }
        }
        Ok(())
    })
}

/// Builds of a file that a command reads, every place in a text.
fn check_file(name: &str, text: &str, command: &str) -> Result<(), TestCaseError> {
    let path = ".github/workflows/build.yml";
    let workflow = format!("on: workflow_dispatch\njobs: {{a: {{steps: [{{run: \"{command}\"}}]}}}}\n");
    let files = [(path, workflow.as_str()), (name, text)];
    let memory = Memory::new(&files);
    let own = Repository { name: Some("acme/web"), default_branch: Some("main"), files: &memory };
    let evaluation = evaluate(&Repositories::of(own), &Event::dispatch("main"), path);
    prop_assert!(evaluation.problems.iter().all(|diagnostic| !diagnostic.labels.is_empty()));
    for place in evaluation.builds.iter().flat_map(places) {
        prop_assert!(memory.has(place), "{place:?}");
    }
    Ok(())
}

/// `NAME=value` as people write it.
fn plain_arg() -> impl Strategy<Value = String> {
    "[A-Z_][A-Z0-9_]{0,8}=[a-z0-9./:@+=-]{0,12}"
}

/// Of arguments with one name the last.
fn last_of_each(args: Vec<String>) -> Vec<String> {
    let name = |arg: &str| arg.split('=').next().map(str::to_owned);
    let mut last: Vec<String> = Vec::new();
    for arg in args {
        last.retain(|other| name(other) != name(&arg));
        last.push(arg);
    }
    last
}

proptest! {
    #![proptest_config(crate::config(400))]

    #[test]
    fn mutated_workflows_end_with_facts_or_a_reason(
        at in any::<Index>(),
        mutations in prop::collection::vec(mutation(), 1..6),
    ) {
        check(&mutate(at.get::<String>(&FIXTURES), &mutations))?;
    }

    #[test]
    fn scripts_of_any_pieces_are_read(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40),
        block in any::<bool>(),
    ) {
        let script: String = pieces.concat().replace(['\0', '\u{feff}'], "").replace("\r\n", "\n");
        let indented = script.replace('\n', "\n          ");
        let header = if block { "|" } else { ">" };
        check(&format!(
            "jobs:\n  a:\n    steps:\n      - run: {header}\n          docker build {indented}\n      \
             - uses: docker/build-push-action@v6\n        with:\n          build-args: {header}\n          X {indented}\n"
        ))?;
    }

    #[test]
    fn mutated_bake_files_end_with_facts_or_a_reason(
        json in any::<bool>(),
        mutations in prop::collection::vec(mutation(), 1..5),
    ) {
        let (name, text) = if json { ("docker-bake.json", JSON) } else { ("docker-bake.hcl", HCL) };
        check_file(name, &mutate(text, &mutations), "docker buildx bake --push '*'")?;
    }

    #[test]
    fn mutated_compose_files_end(mutations in prop::collection::vec(mutation(), 1..5)) {
        let text = mutate(COMPOSE, &mutations);
        check_file("compose.yaml", &text, "docker compose --profile p build --push a b c && docker compose push")?;
        check_file("compose.yaml", &text, "docker buildx bake")?;
    }

    #[test]
    fn mutated_makefiles_end(mutations in prop::collection::vec(mutation(), 1..6)) {
        check_file("Makefile", &mutate(MAKE, &mutations), "make all V=1 ; make web-x")?;
    }

    #[test]
    fn lines_of_build_args_are_found_where_they_stand(
        args in prop::collection::vec(plain_arg(), 1..8),
        indent in 1..6_usize,
        crlf in any::<bool>(),
    ) {
        let head = "jobs:\n  a:\n    steps:\n    - uses: docker/build-push-action@v6\n      with:\n        build-args: |\n";
        let lines: Vec<String> = args.iter().map(|arg| format!("        {:indent$}{arg}\n", "")).collect();
        let text = head.to_owned() + &lines.concat();
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        run(&text, |memory, evaluation| {
            let found: Vec<_> =
                evaluation.builds[0].args.iter().filter_map(|arg| arg.span).map(|span| memory.covered(span)).collect();
            prop_assert_eq!(found, last_of_each(args));
            Ok(())
        })?;
    }

    #[test]
    fn options_of_commands_are_found_where_they_stand(
        args in prop::collection::vec((plain_arg(), 0..4_u8), 1..8),
        continued in any::<bool>(),
    ) {
        let separator = if continued { " \\\n            " } else { " " };
        let options = args.iter().map(|(arg, form)| match form {
            0 => format!("--build-arg {arg}"),
            1 => format!("--build-arg={arg}"),
            2 => format!("--build-arg \"{arg}\""),
            _ => format!("--build-arg='{arg}'"),
        });
        let words: Vec<String> = ["docker build".to_owned()].into_iter().chain(options).chain([".".to_owned()]).collect();
        let text = format!("jobs:\n  a:\n    steps:\n      - run: |\n          {}\n", words.join(separator));
        run(&text, |memory, evaluation| {
            let found: Vec<_> =
                evaluation.builds[0].args.iter().filter_map(|arg| arg.span).map(|span| memory.covered(span)).collect();
            prop_assert_eq!(found, last_of_each(args.into_iter().map(|(arg, _)| arg).collect()));
            Ok(())
        })?;
    }
}
