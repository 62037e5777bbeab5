//! How long Dockerfiles take to become a lock: `cargo bench --bench discover`.
//!
//! A thousand Dockerfiles of an ordinary size, with stages, an ARG, a here-document and a COPY --from. The throughput is in
//! bytes of Dockerfiles for what reads them and in bytes of the lock for what writes it.

use divan::Bencher;
use divan::counter::BytesCount;
use image_factory::discover;
use image_factory::dockerfile::{self, Request};
use image_factory::lock::{Entry, Lock, Placed};
use image_factory::model::{PLATFORM, Source};
use image_factory::source::{At, SourceFile, Sources, Span};
use indexmap::IndexMap;
use std::collections::BTreeMap;

fn main() {
    divan::main();
}

const COUNT: usize = 1_000;

fn dockerfile(number: usize) -> String {
    format!(
        "# syntax=docker/dockerfile:1\nARG NODE=2{}\nFROM node:${{NODE}}-bookworm-slim AS packages\nWORKDIR /app\n\
         COPY package.json yarn.lock ./\nRUN --mount=type=cache,target=/root/.cache <<EOF\nset -eu\nyarn install\nEOF\n\n\
         FROM packages AS build\nCOPY . .\nRUN yarn tsc && \\\n    yarn build\n\n\
         FROM node:${{NODE}}-bookworm-slim\nENV NODE_ENV=production PORT=8080\n\
         COPY --from=build --chown=node:node /app/dist ./\nCOPY --from=ghcr.io/astral-sh/uv:0.{} /uv /bin/uv\n\
         USER node\nCMD [\"node\", \".\"]\n",
        number % 4,
        number % 50
    )
}

fn source(number: usize) -> Source {
    Source {
        repo: format!("acme/svc-{number}"),
        branch: "main".to_owned(),
        dockerfile: None,
        context: None,
        workflow: "build.yml".to_owned(),
        target: None,
        platform: None,
        build_args: IndexMap::new(),
    }
}

fn lock(texts: &[String]) -> Lock {
    let build_args = BTreeMap::new();
    let request = Request { target: None, build_args: &build_args, platform: PLATFORM };
    let entries = texts.iter().enumerate().map(|(number, text)| {
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new("Dockerfile", text.as_str()));
        let (facts, _) = dockerfile::read(sources.file(id), id, &request);
        let at = Span::new(id, 0, 0);
        let entry = discover::entry(At::new(&source(number), at), &facts);
        (format!("svc-{number:04}"), entry.unwrap_or_else(|_| Placed::new(Entry::default(), at)))
    });
    Lock { images: entries.collect(), ..Lock::default() }
}

#[divan::bench]
fn read_a_thousand_dockerfiles(bencher: Bencher<'_, '_>) {
    let texts: Vec<String> = (0..COUNT).map(dockerfile).collect();
    let bytes = texts.iter().map(String::len).sum::<usize>();
    bencher.counter(BytesCount::new(bytes)).bench(|| lock(divan::black_box(&texts)));
}

#[divan::bench]
fn write_the_lock_of_a_thousand_images(bencher: Bencher<'_, '_>) {
    let texts: Vec<String> = (0..COUNT).map(dockerfile).collect();
    let lock = lock(&texts);
    bencher.counter(BytesCount::new(lock.text().len())).bench(|| divan::black_box(&lock).text());
}
