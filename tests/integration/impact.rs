//! `impact` and `why`: who is rebuilt, when and why, and who is not. Expectations are those of the fixtures' own images.yaml, counted
//! by hand.

use crate::harness::Folder;
use serde_json::{Value, json};
use std::fmt::Write;

fn run(folder: &Folder, call: &str, code: i32) -> Value {
    let call = format!("{call} --format json --images images.yaml");
    let outcome = folder.run(&call.split(' ').collect::<Vec<_>>());
    assert_eq!(outcome.code, code, "{call}: {}", outcome.shown());
    serde_json::from_str::<Value>(&outcome.stdout).unwrap()["result"].take()
}

/// Name, first wave, last wave and runs of each image.
fn turns(impact: &Value) -> Vec<(&str, u64, u64, u64)> {
    let number = |value: &Value| value.as_u64().unwrap();
    let images = impact["images"].as_array().unwrap().iter();
    images
        .map(|it| (it["name"].as_str().unwrap(), number(&it["wave"]), number(&it["last_wave"]), number(&it["runs"])))
        .collect()
}

/// Image, base and reason.
fn not(answer: &Value) -> Vec<[&str; 3]> {
    let rows = answer["not"].as_array().unwrap().iter();
    rows.map(|row| ["image", "base", "reason"].map(|key| row[key].as_str().unwrap())).collect()
}

#[test]
fn the_readme_shows_what_comes_out() {
    let readme = crate::readme::readme();
    let folder = Folder::with(&crate::readme::block(&readme, "impact: images.yaml"));
    let command = crate::readme::block(&readme, "impact: command");
    let outcome = folder.run(&command.split_whitespace().skip(1).collect::<Vec<_>>());
    assert_eq!((outcome.code, outcome.stdout.trim_end()), (0, &*crate::readme::block(&readme, "impact: stdout")));
}

#[test]
fn waves_follow_chains_and_who_is_left_out_is_told_why() {
    let folder = Folder::of("cascade");
    let node = run(&folder, "impact node:22", 0);
    assert_eq!(
        turns(&node),
        [
            ("after-hand", 1, 1, 1),
            ("base", 1, 1, 1),
            ("other-tag", 1, 1, 1),
            ("pinned", 1, 2, 2),
            ("tool", 1, 2, 2),
            ("mid", 2, 2, 1),
            ("app", 3, 3, 1),
        ]
    );
    assert_eq!((&node["waves"], &node["runs"]), (&json!(3), &json!(9)));
    assert_eq!(
        not(&node),
        [
            ["app", "node:22", "reduced"],
            ["by-hand", "node:22", "manual"],
            ["mid", "node:22", "reduced"],
            ["other-tag", "ghcr.io/acme/mid:next", "unsure"],
        ]
    );
    // Together with the image that somebody builds by hand, of which a base is named by its image.
    let both = run(&folder, "impact node:22 by-hand", 0);
    assert_eq!(both["moved"], json!(["node:22", "ghcr.io/acme/by-hand:1"]));
    assert_eq!(turns(&both)[0], ("after-hand", 1, 1, 2));
    // The base is moved by mid alone.
    assert_eq!(turns(&run(&folder, "impact alpine", 0)), [("app", 1, 1, 1)]);
    assert_eq!(turns(&run(&folder, "impact ghcr.io/acme/mid:next", 0)), [("other-tag", 1, 1, 1)]);
}

/// One rebuild for bases that move together, and one for each that moves in another wave.
#[test]
fn bases_that_start_one_rebuild_start_one_run() {
    let folder = Folder::with(
        "\
defaults: {trigger: perImage, together: 15m}
images:
- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: [\"node:22\", \"debian:12\", \"ghcr.io/acme/base:latest\"]}
- {name: each, repository: acme/each, source: {repo: acme/each}, trigger: perBase, baseImages: [\"node:22\", \"debian:12\"]}
- {name: base, repository: acme/base, source: {repo: acme/base}, baseImages: [\"debian:12\"]}
",
    );
    let both = run(&folder, "impact node:22 debian:12", 0);
    assert_eq!(turns(&both), [("base", 1, 1, 1), ("each", 1, 1, 2), ("web", 1, 2, 2)]);
    let web = &both["images"][2]["stages"];
    assert_eq!((&web[0]["stage"], &web[0]["together_seconds"]), (&json!("rebuild-web"), &json!(900)));
    assert_eq!(turns(&run(&folder, "impact node:22", 0)), [("each", 1, 1, 1), ("web", 1, 1, 1)]);
}

/// Delays and windows are those of `synth --at`.
#[test]
fn the_first_wave_begins_as_synth_says() {
    for fixture in ["schedule", "delay"] {
        let folder = Folder::of(fixture);
        let at = "2026-12-03T12:00Z";
        let said = folder.run(&["synth", "--at", at, "--locked", "--images", "images.yaml"]).stdout;
        for base in ["node:22", "alpine:3"] {
            let impact = folder.run(&["impact", base, "--at", at, "--images", "images.yaml"]);
            let begins: Vec<&str> = impact
                .stdout
                .lines()
                .filter_map(|line| {
                    line.trim().strip_prefix(&format!("{base}: "))?.rsplit_once(", on ").map(|(_, on)| on)
                })
                .collect();
            assert!(!begins.is_empty(), "{}", impact.shown());
            for begin in begins {
                let is_told = |line: &str| line.trim().starts_with(base) && line.contains(&format!(" on {begin}"));
                assert!(said.lines().any(is_told), "{fixture} {begin}\n{said}");
            }
        }
    }
}

/// Each reason for which a base starts nothing.
#[test]
fn who_has_no_stage_is_told_why() {
    let folder = Folder::with(
        "\
images:
- {name: base, repository: acme/base, source: {repo: acme/base}}
- {name: lines, repository: acme/lines, source: {repo: acme/lines, target: run}, ignoreBases: [\"debian:*\"], triggers: [final, build]}
- {name: fixed, repository: acme/fixed, source: {repo: acme/fixed}, baseImages: [\"ghcr.io/acme/base:1.2.3\"]}
- {name: pinned, repository: acme/pinned, source: {repo: acme/pinned}, baseImages: [\"node@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"]}
- {name: nobody, repository: acme/nobody, source: {repo: acme/nobody}}
",
    );
    let lock = "\
# Generated by image-factory discover. Do not edit.
version: 1
images:
  base:
    dockerfile: {repo: acme/base, branch: main, path: Dockerfile}
    bases:
    - {image: \"docker.io/library/node:22\", kind: final, line: 7}
    lines: [\"FROM node:22\"]
  lines:
    dockerfile: {repo: acme/lines, branch: main, path: Dockerfile, target: run}
    bases:
    - {image: \"docker.io/library/debian:12\", kind: final, line: 2}
    - {image: \"docker.io/library/busybox:1\", kind: copy, line: 3}
    lines: [\"FROM node:22 AS unused\", \"FROM debian:12 AS run\", \"COPY --from=busybox:1 /a /a\"]
";
    folder.write("images.lock.yaml", lock);
    let node = run(&folder, "impact node:22", 0);
    assert_eq!(turns(&node), [("base", 1, 1, 1)]);
    assert_eq!(
        not(&node),
        [
            ["fixed", "ghcr.io/acme/base:1.2.3", "version"],
            ["lines", "node:22", "unreachable"],
            ["pinned", "node@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "digest"],
        ]
    );
    assert_eq!(node["unknown"], json!(["nobody"]));
    assert_eq!(not(&run(&folder, "impact debian:12", 0)), [["lines", "debian:12", "ignored"]]);
    assert_eq!(not(&run(&folder, "impact busy", 0)), [["lines", "busybox:1", "triggers"]]);
    // The same of one image, and the line of its Dockerfile.
    let why = run(&folder, "why base", 0);
    assert_eq!(why["paths"][0][0]["place"], json!({"file": "Dockerfile", "line": 7, "kind": "final"}));
    for (call, expected) in [
        ("why lines --base node:22", ["lines", "node:22", "unreachable"]),
        ("why lines --base debian:12", ["lines", "debian:12", "ignored"]),
        ("why fixed --base node:22", ["fixed", "ghcr.io/acme/base:1.2.3", "version"]),
    ] {
        let why = run(&folder, call, 1);
        assert_eq!((not(&why), &why["count"]), (vec![expected], &json!(0)), "{call}");
    }
    assert_eq!(run(&folder, "why nobody", 1)["unknown"], json!(true));
    let text = folder.run(&["why", "nobody", "--base", "node:22", "--images", "images.yaml"]).stdout;
    assert!(text.starts_with("nobody is not rebuilt when node:22 moves: neither it nor what"), "{text}");
}

#[test]
fn paths_are_those_of_the_dockerfiles_and_the_shortest_come_first() {
    let folder = Folder::of("cascade");
    let outcome = folder.run(&["why", "tool", "--images", "images.yaml"]);
    insta::assert_snapshot!(outcome.stdout, @"
    tool is rebuilt when a base moves, on 2 paths

    node:22
      -> tool, images.yaml:21; node:22: at each new digest

    node:22
      -> base, images.yaml:7; node:22: at each new digest
      -> tool, images.yaml:21; ghcr.io/acme/base:1: at each new digest
    ");
    let markdown = folder.run(&["why", "tool", "--format", "markdown", "--images", "images.yaml"]).stdout;
    assert!(
        markdown.contains("\n- `node:22`\n  - base, images.yaml:7; node:22: at each new digest\n    - tool, "),
        "{markdown}"
    );
    let names = |why: &Value| -> Vec<String> {
        let steps = |path: &Value| {
            path.as_array()
                .unwrap()
                .iter()
                .map(|step| step["image"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
                .join(" ")
        };
        why["paths"].as_array().unwrap().iter().map(steps).collect()
    };
    assert_eq!(names(&run(&folder, "why app", 0)), ["app", "base mid app"]);
    assert_eq!(names(&run(&folder, "why app --base node", 0)), ["base mid app"]);
    // Nobody goes through a Stage that somebody promotes.
    let by_hand = run(&folder, "why by-hand", 1);
    assert_eq!((names(&by_hand), not(&by_hand)), (vec![], vec![["by-hand", "node:22", "manual"]]));
}

/// Two images in each of thirty layers, each built on both of the layer before: 2^29 paths to the last.
#[test]
fn of_very_many_paths_some_are_listed_and_all_are_counted() {
    let mut images = "images:\n".to_owned();
    for layer in 0..30 {
        for side in ["a", "b"] {
            let on = |side| format!("\"ghcr.io/acme/{side}{}:latest\"", layer - 1);
            let bases = if layer == 0 { "\"node:22\"".to_owned() } else { format!("{}, {}", on("a"), on("b")) };
            let name = format!("{side}{layer}");
            writeln!(
                images,
                "- {{name: {name}, repository: acme/{name}, source: {{repo: acme/{name}}}, baseImages: [{bases}]}}"
            )
            .unwrap();
        }
    }
    let folder = Folder::with(&images);
    let why = run(&folder, "why a29", 0);
    assert_eq!((&why["count"], why["paths"].as_array().unwrap().len()), (&json!(1_u64 << 29), 20));
    let text = folder.run(&["why", "a29", "--images", "images.yaml"]).stdout;
    assert!(text.contains("\nand 536,870,892 more\n"), "{text}");
    // In each wave each base moves once.
    let impact = run(&folder, "impact node:22", 0);
    assert_eq!((&impact["waves"], &impact["runs"]), (&json!(30), &json!(2 + 29 * 4)));
}

#[test]
fn names_are_found_by_their_beginning_and_mistakes_are_told() {
    let folder = Folder::of("cascade");
    let said = |call: &str| {
        let outcome = folder.run(&format!("{call} --images images.yaml").split(' ').collect::<Vec<_>>());
        assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""), "{call}");
        outcome.stderr
    };
    assert_eq!(said("impact nod:22"), "error: no image is built on `nod:22`\n  help: did you mean `node:22`?\n");
    assert!(said("impact ghcr.io/acme/m").contains("write one of `ghcr.io/acme/mid:next`, `ghcr.io/acme/mid:stable`"));
    assert!(said("impact tool").contains("no image is built on tool"));
    assert!(said("why toll").contains("did you mean `tool`?"));
    assert!(said("why ba --base nope").contains("no image is built on `nope`"));
    assert_eq!(said("impact nope nopes").matches("error: ").count(), 2);
    for (call, name) in
        [("impact docker.io/library/node:22", "node:22"), ("impact node-22", "node:22"), ("impact alp", "alpine:3")]
    {
        assert_eq!(run(&folder, call, 0)["moved"], json!([name]), "{call}");
    }
}
