//! Bases of an image that start one rebuild: which Stages there are, what they take and send, and what `diff` says of it.

use crate::harness::Folder;
use serde::Deserialize;
use serde_yaml::Value;
use std::fmt::Write;

/// The objects of an images.yaml.
fn objects(text: &str) -> Vec<Value> {
    let run = Folder::with(text).run(&["synth", "--stdout", "--quiet"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_yaml::Deserializer::from_str(&run.stdout).map(|document| Value::deserialize(document).unwrap()).collect()
}

/// Each Stage that is no analysis with whence its Freight comes: `rebuild-web <- node-22, soak-debian-12 (168h0m0s)`.
fn stages(text: &str) -> String {
    let mut out = String::new();
    for object in objects(text).iter().filter(|object| object["kind"] == "Stage") {
        let requests = object["spec"]["requestedFreight"].as_sequence().unwrap();
        let requests = requests.iter().map(|request| {
            let (origin, sources) = (request["origin"]["name"].as_str().unwrap(), &request["sources"]);
            match sources["requiredSoakTime"].as_str() {
                Some(time) => format!("{} ({time}) of {origin}", sources["stages"][0].as_str().unwrap()),
                None => origin.to_owned(),
            }
        });
        let requests: Vec<String> = requests.collect();
        writeln!(out, "{} <- {}", object["metadata"]["name"].as_str().unwrap(), requests.join(", ")).unwrap();
    }
    out
}

fn web(keys: &str) -> String {
    format!(
        "- {{name: web, repository: acme/web, source: {{repo: acme/web}}, baseImages: [\"node:22\", \"debian:12\"]{keys}}}\n"
    )
}

#[test]
fn an_image_has_a_stage_for_each_policy_of_its_bases() {
    let api = "- {name: api, repository: acme/api, source: {repo: acme/api}, baseImages: [\"node:22\"]}\n";
    let images = |settings: &str, keys: &str| format!("{settings}images:\n{}{api}", web(keys));
    let image = ", trigger: perImage";
    for (text, wanted) in [
        (images("", ""), "rebuild-trigger-debian-12 <- debian-12\nrebuild-trigger-node-22 <- node-22\n"),
        (images("", image), "rebuild-trigger-node-22 <- node-22\nrebuild-web <- debian-12, node-22\n"),
        (images("defaults: {trigger: perImage}\n", ""), "rebuild-api <- node-22\nrebuild-web <- debian-12, node-22\n"),
        (
            images("defaults: {trigger: perImage}\n", ", trigger: perBase"),
            "rebuild-api <- node-22\nrebuild-trigger-debian-12 <- debian-12\nrebuild-trigger-node-22 <- node-22\n",
        ),
        (
            images("", ", trigger: perImage, rebuildDelay: 7d"),
            "rebuild-trigger-node-22 <- node-22\nrebuild-web <- soak-debian-12 (168h0m0s) of debian-12, soak-node-22 (168h0m0s) of node-22\nsoak-debian-12 <- debian-12\nsoak-node-22 <- node-22\n",
        ),
        (
            images("baseImages: [{image: \"debian:12\", rebuildDelay: 7d}]\n", image),
            "rebuild-trigger-node-22 <- node-22\nrebuild-web <- node-22\nrebuild-web-after-7d <- soak-debian-12 (168h0m0s) of debian-12\nsoak-debian-12 <- debian-12\n",
        ),
        (
            images("baseImages: [{image: \"debian:12\", autoRebuild: false}]\n", image),
            "rebuild-trigger-node-22 <- node-22\nrebuild-web <- node-22\nrebuild-web-manual <- debian-12\n",
        ),
    ] {
        assert_eq!(stages(&text), wanted, "{text}");
    }
}

#[test]
fn who_says_what_is_so_without_changes_nothing() {
    let without = format!("images:\n{}", web(""));
    let made = |text: &str| Folder::with(text).run(&["synth", "--stdout", "--quiet"]).stdout;
    assert_eq!(made(&without), made(&format!("images:\n{}", web(", trigger: perBase"))));
    assert_eq!(made(&without), made(&format!("defaults: {{trigger: perBase}}\n{without}")));
}

/// The step that waits, of a Stage; none if there is none.
fn wait(text: &str) -> Option<Value> {
    let stages = objects(text).into_iter().filter(|object| object["kind"] == "Stage");
    let steps =
        stages.flat_map(|stage| stage["spec"]["promotionTemplate"]["spec"]["steps"].as_sequence().unwrap().clone());
    steps.into_iter().find(|step| step["as"] == "wait-for-bases")
}

#[test]
fn a_rebuild_waits_only_for_bases_that_can_move() {
    let with = |keys: &str| wait(&format!("images:\n{}", web(keys)));
    for keys in [
        "",
        ", trigger: perImage, together: 0",
        ", trigger: perImage, autoRebuild: false",
        ", trigger: perImage, ignoreBases: []",
    ] {
        assert_eq!(with(keys).is_some(), keys.ends_with("[]"), "{keys}");
    }
    let one = "- {name: a, repository: o/a, source: {repo: o/a}, baseImages: [\"node:22\"], trigger: perImage}\n";
    assert!(wait(&format!("images:\n{one}")).is_none());
    // Who waits in vain builds all the same, also where Kargo has no step that fails.
    let old = wait(&format!("kargoVersion: \"1.9\"\nimages:\n{}", web(", trigger: perImage"))).unwrap();
    assert_eq!(old["continueOnError"], true);
    // Ten looks, none quicker than Kargo's ten seconds nor slower than five minutes, and two more before it is given up.
    for (together, wanted) in [
        ("", ("+ 600000", "1m0s", "12m0s")),
        (", together: 20s", ("+ 20000", "10s", "40s")),
        (", together: 7d", ("+ 604800000", "5m0s", "168h10m0s")),
    ] {
        let step = with(&format!(", trigger: perImage{together}")).unwrap();
        let config = &step["config"];
        assert_eq!(
            config["successExpression"],
            format!("now().UnixMilli() >= ${{{{ outputs.plan.since {} }}}}", wanted.0)
        );
        assert_eq!(
            (&config["pollInterval"], &step["retry"]["timeout"]),
            (&Value::from(wanted.1), &Value::from(wanted.2))
        );
        assert!(config["headers"].as_sequence().unwrap().iter().all(|header| header["name"] != "Authorization"));
    }
}

#[test]
fn diff_says_when_bases_start_one_rebuild() {
    let images = |keys: &str| format!("images:\n{}", web(keys));
    let mut said = String::new();
    let (ten, twenty) = (", trigger: perImage", ", trigger: perImage, together: 20m");
    for (before, now) in [("", ten), (ten, twenty), (twenty, ", trigger: perImage, together: 0"), (ten, "")] {
        let folder = Folder::with(&images(before));
        assert_eq!(folder.run(&["synth", "--quiet"]).code, 0);
        folder.write("images.yaml", images(now));
        let run = folder.run(&["diff"]);
        said += &run.stdout.lines().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
        said += "\n\n";
    }
    insta::assert_snapshot!(said, @"
from dist to images.yaml
What this means
- web is now rebuilt once for those of its bases that move within 10 minutes, not once for each
- registry requests per day stay at 290 or more
- applying this starts no workflow run by itself

from dist to images.yaml
What this means
- a rebuild of web waits 20 minutes for other bases to move too
- registry requests per day stay at 290 or more
- applying this starts no workflow run by itself

from dist to images.yaml
What this means
- a rebuild of web no longer waits for other bases to move too
- registry requests per day stay at 290 or more
- applying this starts no workflow run by itself

from dist to images.yaml
What this means
- web is now rebuilt once for each of its bases, not once for those that move together
- registry requests per day stay at 290 or more
- applying this starts no workflow run by itself
");
}

/// Bodies are different for each base, and `diff` tells of each what it sends.
#[test]
fn diff_reads_what_is_sent_for_each_base() {
    let images = |bump: &str| {
        format!("baseImages: [{{image: \"node:22\", versionBump: {bump}}}]\nimages:\n{}", web(", trigger: perImage"))
    };
    let folder = Folder::with(&images("minor"));
    assert_eq!(folder.run(&["synth", "--quiet"]).code, 0);
    folder.write("images.yaml", images("major"));
    let run = folder.run(&["diff"]);
    let line = "the rebuilds of web send version_bump \"major\" in place of \"minor\"";
    assert!(run.stdout.contains(line), "{}", run.stdout);
}
