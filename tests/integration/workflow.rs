//! Workflow files to facts: what each fixture is read as, with the text that every place covers.

use crate::harness::fixtures;
use crate::workflow_run::{Memory, SHIP, line, shop};
use image_factory::diagnostic::Diagnostic;
use image_factory::source::{At, SourceFile, Sources, Span};
use image_factory::workflow::evaluate::evaluate;
use image_factory::workflow::event::Event;
use image_factory::workflow::repository::Repositories;
use image_factory::workflow::{InputKind, Workflow, read};
use std::fmt::Write;
use std::fs;

/// Every fixture with its name, in order.
fn all() -> Vec<(String, String)> {
    let mut found: Vec<_> = fs::read_dir(fixtures().join("workflows"))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect();
    found.sort();
    found
}

/// Writes facts as lines; a place is shown by the line it begins in and the text that it covers.
struct Shown<'a> {
    sources: &'a Sources,
    text: String,
}

impl Shown<'_> {
    fn line(&mut self, indent: usize, label: &str, value: &str, span: Span) {
        let covered = self.sources.text(span);
        let line = self.sources.line_col(span);
        let covered = if covered == value { "same".to_owned() } else { format!("{covered:?}") };
        writeln!(self.text, "{:indent$}{label} {value:?} at {line} {covered}", "").unwrap();
    }

    fn word(&mut self, indent: usize, label: &str, value: Option<&At<String>>) {
        if let Some(at) = value {
            self.line(indent, label, &at.value, at.span);
        }
    }

    fn workflow(&mut self, workflow: &Workflow) {
        if let Some(triggers) = &workflow.triggers {
            self.line(0, "triggers", "on", triggers.key);
            for event in &triggers.events {
                self.word(2, "event", Some(event));
            }
        }
        if let Some(dispatch) = &workflow.dispatch {
            self.line(0, "dispatch", "workflow_dispatch", dispatch.span);
            if let Some(span) = dispatch.inputs_span {
                self.line(2, "key", "inputs", span);
            }
            for input in &dispatch.inputs {
                self.word(2, "input", Some(&input.name));
                let kind = match &input.kind.value {
                    InputKind::Choice(_) => "choice".to_owned(),
                    other => format!("{other:?}"),
                };
                self.line(4, "kind", &kind, input.kind.span);
                if let InputKind::Choice(options) = &input.kind.value {
                    for option in options {
                        self.word(6, "option", Some(option));
                    }
                }
                if let Some(required) = &input.required {
                    self.line(4, "required", &required.value.to_string(), required.span);
                }
                self.word(4, "default", input.default.as_ref());
            }
        }
        if workflow.has_concurrency {
            self.text.push_str("concurrency\n");
        }
    }

    fn diagnostics(&mut self, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
            self.line(0, &diagnostic.code.to_string(), &diagnostic.message, diagnostic.labels[0].span);
            for help in &diagnostic.help {
                writeln!(self.text, "  help: {help}").unwrap();
            }
        }
    }
}

fn read_text(name: &str, text: &str) -> (Sources, Option<Workflow>, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let id = sources.add(SourceFile::new(name, text));
    let (workflow, diagnostics) = read(sources.file(id), id);
    (sources, workflow, diagnostics)
}

#[test]
fn every_fixture_is_read_as_its_name_says() {
    let mut shown = String::new();
    for (name, text) in all() {
        let (sources, workflow, diagnostics) = read_text(&name, &text);
        assert!(workflow.is_some() || !diagnostics.is_empty(), "{name}: neither facts nor a reason");
        let mut facts = Shown { sources: &sources, text: String::new() };
        match &workflow {
            Some(workflow) => facts.workflow(workflow),
            None => facts.text.push_str("nothing is read\n"),
        }
        facts.diagnostics(&diagnostics);
        writeln!(shown, "=== {name}\n{}", facts.text).unwrap();
    }
    insta::assert_snapshot!("workflows", shown);
}

#[test]
fn messages_do_not_speak_of_images_yaml() {
    for (name, text) in all() {
        for diagnostic in read_text(&name, &text).2 {
            let said = format!("{} {}", diagnostic.message, diagnostic.help.join(" "));
            assert!(!said.contains("images") && !said.contains("include"), "{name}: {said}");
        }
    }
}

/// What a dispatch of each fixture builds, and what stands at the places of a build and of its arguments.
#[test]
fn what_every_fixture_builds() {
    let mut shown = String::new();
    for (name, text) in all() {
        let memory = Memory::new(&[(SHIP, &text)]);
        let evaluation = evaluate(&Repositories::of(shop(&memory)), &Event::dispatch("main"), SHIP);
        if evaluation.builds.is_empty() {
            continue;
        }
        writeln!(shown, "=== {name}").unwrap();
        for build in &evaluation.builds {
            writeln!(shown, "{}\n  at {:?}", line(build), memory.covered(build.span)).unwrap();
            for arg in &build.args {
                writeln!(shown, "  {} at {:?}", arg.name, arg.span.map(|span| memory.covered(span))).unwrap();
            }
        }
    }
    insta::assert_snapshot!("builds_of_fixtures", shown);
}
