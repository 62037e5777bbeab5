//! How long each part of `synth` takes, with inputs named by the number of their images: `cargo bench`.
//!
//! `two` is a repository with two images, `thousand` a company, `ten_thousand` more than any company. The throughput is in
//! bytes of images.yaml for what reads it and in bytes of the manifests for what writes them.

use divan::Bencher;
use divan::counter::BytesCount;
use image_factory::constructs::ApiObject;
use image_factory::model::Model;
use image_factory::session::{Options, Session, Tree};
use image_factory::{diagnostic, emit, factory};
use std::fmt::{self, Write};

fn main() {
    divan::main();
}

/// An input and its name.
#[derive(Clone, Copy)]
struct Images {
    name: &'static str,
    count: usize,
}

const INPUTS: [Images; 3] = [
    Images { name: "two", count: 2 },
    Images { name: "thousand", count: 1_000 },
    Images { name: "ten_thousand", count: 10_000 },
];

impl fmt::Display for Images {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Images {
    /// Each image is built on one to three bases, of which there is one for every twenty images and five more. The same
    /// count gives the same text everywhere.
    fn text(self) -> String {
        const FIXED: [&str; 5] = [
            "docker.io/library/node:22-bookworm-slim",
            "python:3.12-slim",
            "gcr.io/distroless/python3-debian12:latest",
            "mcr.microsoft.com/playwright:v1.40.0-focal",
            "debian:12.8-slim",
        ];
        let base_count = self.count / 20 + FIXED.len();
        let mut text = String::from("# The images of a benchmark\n");
        let mut random = Random(0x0123_4567);
        for number in 0..self.count {
            write!(
                text,
                "\n- name: svc-{number:05}\n  registry: ghcr.io\n  repository: org/svc-{number:05}\n  source:\n    provider: github\n    \
                 repo: org/repo-{}\n    branch: main\n    dockerfile: apps/svc-{number:05}/Dockerfile\n    workflow: svc-{number:05}.yml\n  \
                 rebuildDelay: 7d\n  autoRebuild: true\n  baseImages:\n",
                number / 4
            )
            .unwrap_or_default();
            let mut bases: Vec<usize> = (0..=random.below(3)).map(|_| random.below(base_count)).collect();
            bases.sort_unstable();
            bases.dedup();
            for base in bases {
                match FIXED.get(base) {
                    Some(reference) => writeln!(text, "    - {reference}"),
                    None => writeln!(text, "    - ghcr.io/org/base-{base:03}:1.{}", base % 9),
                }
                .unwrap_or_default();
            }
        }
        text
    }
}

/// A linear congruential generator (Knuth's MMIX): no crate's next release may change the inputs.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % limit
    }
}

fn session(text: String) -> Session {
    let session = Session::read(Tree::memory([("images.yaml", text)]), Options::default());
    session.unwrap_or_else(|_| unreachable!("images.yaml is in memory"))
}

fn model(mut session: Session) -> Model {
    let made = session.model().ok().filter(|(_, problems)| !problems.stop());
    made.unwrap_or_else(|| unreachable!("the inputs are right")).0
}

fn built(model: &Model) -> Vec<ApiObject> {
    let mut objects = Vec::new();
    let problems = factory::each(model, |object| objects.push(object));
    assert!(!diagnostic::any_error(&problems), "the inputs are right");
    objects
}

fn written(objects: &[ApiObject]) -> String {
    let mut documents = emit::Documents::default();
    let written = objects.iter().all(|object| documents.push(object).is_ok());
    assert!(written, "objects are YAML");
    documents.into_text()
}

/// Text to structs with places.
#[divan::bench(args = INPUTS)]
fn a_read(bencher: Bencher<'_, '_>, images: Images) {
    let text = images.text();
    bencher.counter(BytesCount::new(text.len())).with_inputs(|| text.clone()).bench_local_values(session);
}

/// Structs to a validated graph.
#[divan::bench(args = INPUTS)]
fn b_resolve(bencher: Bencher<'_, '_>, images: Images) {
    let text = images.text();
    bencher.counter(BytesCount::new(text.len())).with_inputs(|| session(text.clone())).bench_local_values(model);
}

/// The graph to objects, with the sizes of all of them.
#[divan::bench(args = INPUTS)]
fn c_factory(bencher: Bencher<'_, '_>, images: Images) {
    let model = model(session(images.text()));
    let size = BytesCount::new(written(&built(&model)).len());
    bencher.counter(size).bench(|| built(&model));
}

/// Objects to YAML.
#[divan::bench(args = INPUTS)]
fn d_emit(bencher: Bencher<'_, '_>, images: Images) {
    let objects = built(&model(session(images.text())));
    let size = BytesCount::new(written(&objects).len());
    bencher.counter(size).bench_local(|| written(&objects));
}

/// Text to YAML, as `synth` without its files.
#[divan::bench(args = INPUTS)]
fn e_synth(bencher: Bencher<'_, '_>, images: Images) {
    let text = images.text();
    let size = BytesCount::new(text.len());
    bencher.counter(size).with_inputs(|| text.clone()).bench_local_values(|text| session(text).synth());
}
