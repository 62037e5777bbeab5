//! Policies together: each pair of them, and all at once, over a base with 200 dependents.

use crate::harness::Folder;
use image_factory::forge::Provider;
use std::fmt::Write;

/// Dependents of one base.
const DEPENDENTS: usize = 200;

/// Where a policy is written.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Root,
    Defaults,
    /// In `source` of every second image.
    Source,
}
use Place::{Defaults, Root, Source};

/// Its name, where it is written, and how.
type Policy = (&'static str, Place, &'static str);

const POLICIES: &[Policy] = &[
    ("rebuildDelay", Defaults, "rebuildDelay: 1h"),
    ("delay", Defaults, "delay: {mode: fixed, for: 3d}"),
    ("schedule", Root, "schedule: {timezone: Europe/London, allow: [\"Mon-Fri 22:00-06:00\", Sat-Sun]}"),
    ("urgent", Root, "urgent: {label: urgent}"),
    ("onEnroll", Defaults, "onEnroll: rebuild"),
    ("retry", Root, "retry: {timeout: 20m}"),
    ("inputs", Defaults, "inputs: {base: \"{{ base.image }}@{{ base.digest }}\"}"),
    (
        "notifications",
        Root,
        "notifications: [{slack: {secret: slack}}, {githubIssue: {repo: acme/ops}, on: [failure, success]}]",
    ),
    ("webhooks", Root, "webhooks: {ghcr: {secret: ghcr-webhook}}"),
    ("cascade", Defaults, "cascade: reduce"),
    ("stagger", Defaults, "stagger: 2m\n  maxParallel: 20"),
    ("trigger", Defaults, "trigger: perImage"),
    ("waitForRun", Defaults, "waitForRun: true"),
    ("argocd", Root, "argocd: {syncWaves: true}"),
    ("shard", Root, "shard: eu"),
    ("registryBudget", Root, "registryBudget: {docker.io: 200}"),
    ("analysis", Root, "analysis: {mode: off}"),
    ("projects", Root, "projects: [{name: payments, images: [image-000, image-199]}]"),
    ("providers", Source, "provider: gitlab, repo: acme/shop"),
];

/// Pairs that no Stage can have, and what is said of them.
const CONTRADICTIONS: &[(&str, &str, &str)] = &[("rebuildDelay", "delay", "stand in one place")];

fn images(policies: &[&Policy]) -> String {
    let mut text = String::new();
    for (_, _, root) in policies.iter().filter(|policy| policy.1 == Root) {
        writeln!(text, "{root}").unwrap();
    }
    text.push_str("defaults:\n  branch: main\n");
    for (_, _, defaults) in policies.iter().filter(|policy| policy.1 == Defaults) {
        writeln!(text, "  {defaults}").unwrap();
    }
    text.push_str("images:\n");
    for index in 0..DEPENDENTS {
        let source = policies.iter().find(|policy| policy.1 == Source && index % 2 == 0);
        let source = source.map_or("repo: acme/shop, workflow: build.yml", |(_, _, source)| source);
        writeln!(
            text,
            "- {{name: image-{index:03}, repository: acme/image-{index:03}, source: {{{source}}}, baseImages: [\"node:22\"]}}"
        )
        .unwrap();
    }
    text
}

#[test]
fn every_pair_of_policies_fits_with_two_hundred_dependents() {
    let pairs: Vec<[&Policy; 2]> = POLICIES
        .iter()
        .enumerate()
        .flat_map(|(index, one)| POLICIES[index + 1..].iter().map(move |other| [one, other]))
        .collect();
    let wrong = crate::exits::differing(&pairs, |pair| {
        let outcome = Folder::with(&images(pair)).run(&["synth", "--locked", "--stdout"]);
        let names = (pair[0].0, pair[1].0);
        let contradiction = CONTRADICTIONS.iter().find(|(one, other, _)| (*one, *other) == names);
        let is_right = match contradiction {
            Some((.., said)) => outcome.code == 2 && outcome.stderr.contains(said),
            None => outcome.code == 0 && outcome.stdout.contains("image-199"),
        };
        (!is_right).then(|| format!("{names:?}: {}\n{}\n", outcome.code, outcome.stderr))
    });
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn all_policies_at_once_fit_with_two_hundred_dependents() {
    // A Stage for each image, and one for all of them.
    for left_out in [&["rebuildDelay"][..], &["rebuildDelay", "trigger"]] {
        let all: Vec<&Policy> = POLICIES.iter().filter(|policy| !left_out.contains(&policy.0)).collect();
        let outcome = Folder::with(&images(&all)).run(&["synth", "--locked", "--stdout"]);
        assert_eq!(outcome.code, 0, "without {left_out:?}: {}", outcome.stderr);
    }
}

/// Each policy has its page, and each page is of a policy that is in the pairs.
#[test]
fn every_page_is_of_a_policy_that_is_paired() {
    let paired: Vec<&str> = POLICIES.iter().map(|policy| policy.0).collect();
    let pages: Vec<&str> = image_factory::policies::all().map(|policy| policy.name).collect();
    // One of a host is of `providers`.
    let is_of_host = |page: &str| page.parse::<Provider>().is_ok();
    let missing: Vec<&&str> = pages.iter().filter(|page| !paired.contains(page) && !is_of_host(page)).collect();
    assert!(missing.is_empty(), "{missing:?} are explained, and in no pair");
}
