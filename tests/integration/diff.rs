//! `diff` without its command: two sets of manifests in, what a reviewer reads out.

use crate::harness::Folder;
use image_factory::diagnostic::Diagnostic;
use image_factory::diff::render::{human, json, markdown};
use image_factory::diff::{ManifestSet, Report, compare};
use image_factory::source::{SourceFile, Sources};

/// A text as a set, and what was wrong with it.
fn read(text: &str) -> (ManifestSet, Vec<Diagnostic>, Sources) {
    let mut sources = Sources::new();
    let file = sources.add(SourceFile::new("k8s.yaml", text));
    let (set, problems) = ManifestSet::parse(&sources, file);
    (set, problems, sources)
}

fn set(text: &str) -> ManifestSet {
    let (set, problems, _) = read(text);
    assert!(problems.is_empty(), "{problems:#?}");
    set
}

/// What `synth` makes of an images.yaml.
fn synth(images: &str) -> String {
    let run = Folder::with(images).run(&["synth", "--stdout", "--quiet"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout
}

fn between(old: &str, new: &str) -> Report {
    compare(&set(&synth(old)), &set(&synth(new)))
}

/// A company of three images.
const THREE: &str = "\
project: factory
images:
- {name: api, repository: acme/api, source: {repo: acme/api}, rebuildDelay: 7d, baseImages: [\"node:22-bookworm-slim\", \"debian:12-slim\"]}
- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: [\"nginx:1.27\"]}
- {name: uv, repository: acme/uv, source: {repo: acme/tools, workflow: uv.yml}, rebuildDelay: 7d, baseImages: [\"python:3.12-slim\"]}
";

/// The same company after a change of three images: a base more, a delay less, and one that is no longer automatic.
const CHANGED: &str = "\
project: factory
images:
- {name: api, repository: acme/api, source: {repo: acme/api}, rebuildDelay: 3d, baseImages: [\"node:22-bookworm-slim\", \"debian:12-slim\"]}
- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: [\"nginx:1.27\", \"node:22-bookworm-slim\"]}
- {name: uv, repository: acme/uv, source: {repo: acme/tools, workflow: uv.yml}, autoRebuild: false, baseImages: [\"python:3.13-slim\"]}
";

#[test]
fn three_images_for_a_reviewer() {
    let report = between(THREE, CHANGED);
    for width in [60, 80, 200] {
        insta::assert_snapshot!(format!("diff_human_{width}"), human(&report, false, width));
    }
    insta::assert_snapshot!("diff_human_color", human(&report, true, 80));
    insta::assert_snapshot!("diff_markdown", markdown(&report));
    insta::assert_snapshot!("diff_json", json(&report));
}

#[test]
fn equal_sets_have_no_differences() {
    let report = between(THREE, THREE);
    assert!(report.is_empty());
    insta::assert_snapshot!(
        "diff_equal",
        format!("{}{}{}", human(&report, true, 80), markdown(&report), json(&report))
    );
}
