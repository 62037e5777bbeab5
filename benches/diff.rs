//! How long `diff` takes from two texts to a report, with about 10,000 objects on each side: `cargo bench --bench diff`.
//!
//! `same` is a pull request that changes nothing, `few` one that changes an image in a hundred, `all` one that changes every
//! object. The throughput is in bytes of both texts.

use divan::Bencher;
use divan::counter::BytesCount;
use image_factory::diff::render::{View, human, json, markdown};
use image_factory::diff::{ManifestSet, Report, compare};
use image_factory::session::{Options, Session, Tree};
use image_factory::source::{FileId, SourceFile, Sources};
use std::fmt::{self, Write};

fn main() {
    divan::main();
}

/// Each has a Warehouse and a Stage that looks at its Dockerfile, and shares a few hundred Stages that rebuild.
const IMAGES: usize = 4_650;
/// Images that are built on one base.
const SHARED: usize = 20;

/// What differs between the two sides.
#[derive(Clone, Copy)]
enum Change {
    Same,
    Few,
    All,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Same => "same",
            Self::Few => "few",
            Self::All => "all",
        })
    }
}

const CHANGES: [Change; 3] = [Change::Same, Change::Few, Change::All];

/// The manifests of a company; `branch` says on which branch an image is built.
fn manifests(project: &str, branch: impl Fn(usize) -> &'static str) -> String {
    let mut images = format!("project: {project}\nimages:\n");
    let mut lock = String::from("version: 1\nimages:\n");
    for number in 0..IMAGES {
        let branch = branch(number);
        let (repo, path) = (number / 4, format!("apps/svc-{number:05}/Dockerfile"));
        write!(
            images,
            "- name: svc-{number:05}\n  repository: org/svc-{number:05}\n  rebuildDelay: 7d\n  source: {{repo: org/repo-{repo}, \
             branch: {branch}, dockerfile: {path}}}\n"
        )
        .unwrap_or_default();
        write!(
            lock,
            "  svc-{number:05}:\n    dockerfile: {{repo: org/repo-{repo}, branch: {branch}, path: {path}}}\n    bases:\n    \
             - {{image: \"ghcr.io/org/base-{a}:1.x\", kind: final, line: 1}}\n    - {{image: \"ghcr.io/org/base-{b}:1.x\", kind: build, line: 2}}\n    \
             lines: [\"FROM ghcr.io/org/base-{a}:1.x\", \"FROM ghcr.io/org/base-{b}:1.x AS build\", \"COPY --from=build /app .\"]\n",
            a = number / SHARED,
            b = (number / SHARED + 7) % (IMAGES / SHARED),
        )
        .unwrap_or_default();
    }
    let tree = Tree::memory([("images.yaml", images), ("images.lock.yaml", lock)]);
    let made = Session::read(tree, Options::default()).and_then(Session::synth).ok();
    let made = made.filter(|made| !made.problems.stop());
    made.unwrap_or_else(|| unreachable!("the inputs are right")).documents.into_text()
}

fn both(change: Change) -> (Sources, FileId, FileId) {
    let old = manifests("factory", |_| "main");
    let new = match change {
        Change::Same => old.clone(),
        Change::Few => manifests("factory", |number| if number % 100 == 0 { "develop" } else { "main" }),
        Change::All => manifests("factory", |_| "develop").replace("interval: ", "interval: 1"),
    };
    let mut sources = Sources::new();
    let old = sources.add(SourceFile::new("old.yaml", old));
    let new = sources.add(SourceFile::new("new.yaml", new));
    (sources, old, new)
}

fn bytes((sources, old, new): &(Sources, FileId, FileId)) -> BytesCount {
    BytesCount::new(sources.file(*old).text().len() + sources.file(*new).text().len())
}

fn set(sources: &Sources, file: FileId) -> ManifestSet {
    let mut set = ManifestSet::new();
    assert!(set.add(sources, file).is_empty(), "the inputs are right");
    set
}

fn report((sources, old, new): &(Sources, FileId, FileId)) -> Report {
    let (old, new) = (set(sources, *old), set(sources, *new));
    let count = old.objects().count();
    assert!(count > 9_500, "{count} objects");
    compare(&old, &new)
}

/// Texts to objects.
#[divan::bench]
fn a_parse(bencher: Bencher<'_, '_>) {
    let sides = both(Change::Same);
    bencher.counter(bytes(&sides)).bench_local(|| (set(&sides.0, sides.1), set(&sides.0, sides.2)));
}

/// Texts to a report.
#[divan::bench(args = CHANGES)]
fn b_report(bencher: Bencher<'_, '_>, change: Change) {
    let sides = both(change);
    bencher.counter(bytes(&sides)).bench_local(|| report(&sides));
}

/// A report to all formats.
#[divan::bench(args = CHANGES)]
fn c_render(bencher: Bencher<'_, '_>, change: Change) {
    let report = report(&both(change));
    bencher.bench_local(|| (human(&report, View::new(true, 120)), markdown(&report, View::default()), json(&report)));
}
