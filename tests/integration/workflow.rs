//! Workflow files to facts: what each fixture is read as, with the text that every place covers.

use crate::harness::fixtures;
use image_factory::diagnostic::Diagnostic;
use image_factory::source::{At, SourceFile, Sources, Span};
use image_factory::workflow::{Build, BuildArg, InputKind, Workflow, read};
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
        for (name, value) in &workflow.env {
            self.line(0, &format!("env {}", name.value), &value.value, value.span);
        }
        for job in &workflow.jobs {
            self.word(0, "job", Some(&job.id));
            for (name, value) in &job.env {
                self.line(2, &format!("env {}", name.value), &value.value, value.span);
            }
            for step in &job.metadata {
                self.word(2, "metadata", step.id.as_ref());
                for image in &step.images {
                    self.word(4, "image", Some(image));
                }
            }
            self.word(2, "uses", job.uses.as_ref());
            for build in &job.builds {
                self.build(build);
            }
        }
    }

    fn build(&mut self, build: &Build) {
        self.line(2, "build", &format!("{:?}", build.tool), build.span);
        for (label, value) in [
            ("dockerfile", &build.dockerfile),
            ("context", &build.context),
            ("directory", &build.directory),
            ("target", &build.target),
            ("source", &build.bake_source),
        ] {
            self.word(4, label, value.as_ref());
        }
        for (label, values) in [
            ("platform", &build.platforms),
            ("tag", &build.tags),
            ("bake file", &build.bake_files),
            ("bake target", &build.bake_targets),
        ] {
            for value in values {
                self.word(4, label, Some(value));
            }
        }
        for arg in &build.build_args {
            self.arg(arg);
        }
    }

    fn arg(&mut self, arg: &BuildArg) {
        self.line(4, if arg.is_expression { "expression arg" } else { "arg" }, &arg.name.value, arg.span);
        self.line(6, "name", &arg.name.value, arg.name.span);
        self.word(6, "value", arg.value.as_ref());
        self.word(6, "for", arg.bake_target.as_ref());
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

fn fixture(name: &str) -> (Sources, Workflow) {
    let (_, text) = all().into_iter().find(|(found, _)| found == name).unwrap();
    let (sources, workflow, diagnostics) = read_text(name, &text);
    assert_eq!(diagnostics, []);
    (sources, workflow.unwrap())
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

#[test]
fn a_line_of_build_args_has_a_place_of_its_own() {
    for name in ["build_args_in_a_literal_block", "crlf"] {
        let (sources, workflow) = fixture(name);
        let args = workflow.builds().next().unwrap().1.effective_args();
        assert_eq!(sources.text(args[0].span), "NODE_VERSION=18", "{name}");
        assert_eq!(sources.text(args[0].value.as_ref().unwrap().span), "18", "{name}");
    }
}

#[test]
fn of_two_build_args_with_one_name_the_last_counts() {
    let text = "jobs: {a: {steps: [{run: docker build --build-arg A=1 --build-arg B=2 --build-arg A=3 .}]}}\n";
    let (sources, workflow, _) = read_text("a", text);
    let workflow = workflow.unwrap();
    let (job, build) = workflow.builds().next().unwrap();
    let args = build.effective_args();
    assert_eq!((job.id.value.as_str(), build.build_args.len()), ("a", 3));
    assert_eq!(args.iter().map(|arg| sources.text(arg.span)).collect::<Vec<_>>(), ["B=2", "A=3"]);
}
