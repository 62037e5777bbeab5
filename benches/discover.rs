//! How long Dockerfiles take to become a lock: `cargo bench --bench discover`.
//!
//! A thousand Dockerfiles of an ordinary size, with stages, an ARG, a here-document and a COPY --from. The throughput is in
//! bytes of Dockerfiles for what reads them and in bytes of the lock for what writes it.

use divan::Bencher;
use divan::counter::BytesCount;
use image_factory::session::{NewLock, Options, Session, Tree};

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

/// A checkout with images.yaml and its Dockerfiles.
fn session() -> Session {
    let image = |number| {
        format!(
            "- {{name: svc-{number:04}, repository: acme/svc-{number:04}, source: {{repo: acme/all, dockerfile: svc-{number:04}/Dockerfile}}}}\n"
        )
    };
    let images = (0..COUNT).map(image).collect::<Vec<_>>().concat();
    let dockerfiles = (0..COUNT).map(|number| (format!("svc-{number:04}/Dockerfile"), dockerfile(number)));
    let tree = Tree::memory(dockerfiles.chain([("images.yaml".to_owned(), images)]));
    Session::read(tree, Options::default()).unwrap_or_else(|_| unreachable!("images.yaml is in memory"))
}

fn lock(session: Session) -> NewLock {
    let (model, problems) = session.images();
    let found = session.discover((&model, &problems), &[]).ok();
    let found = found.filter(|found| found.failures.is_empty()).and_then(|found| found.lock);
    found.unwrap_or_else(|| unreachable!("the inputs are right"))
}

#[divan::bench]
fn read_a_thousand_dockerfiles(bencher: Bencher<'_, '_>) {
    let bytes = (0..COUNT).map(|number| dockerfile(number).len()).sum::<usize>();
    bencher.counter(BytesCount::new(bytes)).with_inputs(session).bench_local_values(lock);
}

#[divan::bench]
fn write_the_lock_of_a_thousand_images(bencher: Bencher<'_, '_>) {
    let NewLock { after, text, .. } = lock(session());
    bencher.counter(BytesCount::new(text.len())).bench_local(|| divan::black_box(&after).text());
}
