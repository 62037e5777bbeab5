//! `graph`: what is built on what, in each format.

use crate::harness::Folder;
use crate::programs::document;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A chain with a base in two places, a pinned one, one by hand, one that a chain repeats, and one that nothing rebuilds.
fn acme() -> Folder {
    let text = format!(
        "include: [teams/*.yaml]
defaults: {{cascade: reduce}}
images:
- {{name: base, repository: acme/base, source: {{repo: acme/base}}, baseImages: [\"node:22\", \"debian:12\"], rebuildDelay: 7d}}
- {{name: web, repository: acme/web, source: {{repo: acme/web}}, baseImages: [\"ghcr.io/acme/base:latest\", \"node:22\"]}}
- {{name: api, repository: acme/api, source: {{repo: acme/api}}, baseImages: [\"ghcr.io/acme/base:next\", \"python:3.12@{DIGEST}\"], autoRebuild: false}}
- {{name: alone, repository: acme/alone, source: {{repo: acme/alone}}, baseImages: []}}
"
    );
    let folder = Folder::with(&text);
    folder.write(
        "teams/pay.yaml",
        "- {name: gate, repository: acme/gate, source: {repo: acme/gate, dockerfile: images/Dockerfile, workflow: ship.yml}, \
         schedule: {allow: [\"Sat-Sun\"]}}\n",
    );
    folder.write(
        "images.lock.yaml",
        "version: 1\nimages:\n  gate:\n    dockerfile: {repo: acme/gate, branch: main, path: images/Dockerfile}\n    bases:\n    \
         - {image: \"ghcr.io/acme/web:1\", kind: final, line: 7}\n    - {image: \"ghcr.io/acme/web:1\", kind: copy, line: 9}\n    \
         - {image: \"docker.io/library/nginx:1.29\", kind: build, line: 2}\n",
    );
    folder
}

fn shown(folder: &Folder, arguments: &[&str]) -> String {
    let outcome = folder.run(&[&["graph"], arguments].concat());
    assert_eq!(outcome.code, 0, "{}", outcome.shown());
    assert_eq!(outcome.stderr, "");
    outcome.stdout
}

#[test]
fn a_tree_shows_each_base_and_what_is_below_a_shared_image_once() {
    insta::assert_snapshot!(shown(&acme(), &[]), @r#"
    debian:12
    └─ base  7 days  listed, images.yaml:4  several bases
       ├─ api  by hand, if a release moves the tag  listed, images.yaml:6  several bases
       └─ web  no delay  listed, images.yaml:5
          └─ gate  no delay, within Sat-Sun in UTC  final and copy, images/Dockerfile:7, 9  several bases
    nginx:1.29
    └─ gate  no delay, within Sat-Sun in UTC  build, images/Dockerfile:2  several bases
    node:22
    └─ base  7 days  listed, images.yaml:4  what it rebuilds is shown above
    python:3.12
    └─ api  by hand, pinned to a digest  listed, images.yaml:6  several bases
    nothing rebuilds
      alone
    4 bases, 5 images, 7 rebuilds
    "#);
}

#[test]
fn a_narrow_terminal_wraps_what_is_said_and_keeps_the_lines_of_the_tree() {
    let text = acme().run_with(&[("COLUMNS", "60")], &["graph"]).stdout;
    assert!(text.lines().all(|line| line.chars().count() <= 60), "{text}");
    // The line goes on between the branches, and below the name that it is about.
    let gate = "      \u{2514}\u{2500} gate  no delay, within Sat-Sun in UTC\n           final and copy, images/Dockerfile:7, 9\n";
    assert!(text.contains(gate) && text.contains("\n   \u{2502}    listed, images.yaml:6"), "{text}");
}

#[test]
fn mermaid_and_dot_have_the_same_nodes_and_edges() {
    insta::assert_snapshot!(shown(&acme(), &["--format", "mermaid"]), @r#"
    flowchart LR
      n0(["debian:12"])
      n1(["nginx:1.29"])
      n2(["node:22"])
      n3(["python:3.12"])
      n4["alone"]
      n5["api"]
      n6["base"]
      n7["gate"]
      n8["web"]
      n0 -->|"7 days"| n6
      n1 -->|"no delay, within Sat-Sun in UTC"| n7
      n2 -->|"7 days"| n6
      n3 -.->|"by hand, pinned to a digest"| n5
      n6 -.->|"by hand, if a release moves the tag"| n5
      n6 -->|"no delay"| n8
      n8 -->|"no delay, within Sat-Sun in UTC"| n7
    "#);
    insta::assert_snapshot!(shown(&acme(), &["--format", "dot"]), @r#"
    digraph images {
      rankdir=LR
      node [shape=box, style=rounded, fontname="sans-serif"]
      edge [fontname="sans-serif", fontsize=10]
      n0 [label="debian:12", shape=oval]
      n1 [label="nginx:1.29", shape=oval]
      n2 [label="node:22", shape=oval]
      n3 [label="python:3.12", shape=oval]
      n4 [label="alone"]
      n5 [label="api"]
      n6 [label="base"]
      n7 [label="gate"]
      n8 [label="web"]
      n0 -> n6 [label="7 days"]
      n1 -> n7 [label="no delay, within Sat-Sun in UTC"]
      n2 -> n6 [label="7 days"]
      n3 -> n5 [label="by hand, pinned to a digest", style=dashed]
      n6 -> n5 [label="by hand, if a release moves the tag", style=dashed]
      n6 -> n8 [label="no delay"]
      n8 -> n7 [label="no delay, within Sat-Sun in UTC"]
    }
    "#);
}

/// By hand, from images.yaml and its lock.
#[test]
fn json_tells_of_an_edge_all_that_is_known() {
    let outcome = acme().run(&["graph", "--format", "json"]);
    let document = document(&outcome);
    let result = &document["result"];
    let named = |name: &str| {
        let nodes = result["nodes"].as_array().unwrap();
        nodes.iter().find(|node| node["name"] == name).unwrap_or_else(|| panic!("{name}: {result:#}")).clone()
    };
    let gate = named("gate");
    assert_eq!(
        gate,
        json!({
            "id": gate["id"], "kind": "image", "name": "gate", "reference": "ghcr.io/acme/gate", "registry": "ghcr.io",
            "project": "image-factory-kargo", "file": "teams/pay.yaml", "line": 1, "provider": "github", "repo": "acme/gate",
            "branch": "main", "workflow": "ship.yml", "dockerfile": "images/Dockerfile",
        })
    );
    let edge = |from: &str, to: &str| {
        let is_it = |edge: &&Value| edge["from"] == named(from)["id"] && edge["to"] == named(to)["id"];
        result["edges"].as_array().unwrap().iter().find(is_it).cloned()
    };
    let window = "Sat-Sun in UTC";
    assert_eq!(
        edge("web", "gate").unwrap(),
        json!({
            "from": named("web")["id"], "to": gate["id"], "base": "ghcr.io/acme/web:1",
            "when": format!("at each new digest, within {window}"), "delay": format!("no delay, within {window}"), "window": window,
            "automatic": true, "pinned": false, "moves": true,
            "uses": [{"kind": "final", "file": "images/Dockerfile", "line": 7}, {"kind": "copy", "file": "images/Dockerfile", "line": 9}],
        })
    );
    let by_hand = edge("base", "api").unwrap();
    assert_eq!(
        [&by_hand["automatic"], &by_hand["moves"], &by_hand["pinned"]],
        [&json!(false), &json!(false), &json!(false)]
    );
    assert_eq!(by_hand["uses"], json!([{"kind": "listed", "file": "images.yaml", "line": 6}]));
    assert_eq!(edge("python:3.12", "api").unwrap()["pinned"], true);
    assert_eq!(edge("node:22", "web"), None, "a chain does that");
    assert_eq!(result["reduced"], json!([{"base": "node:22", "image": "web", "through": ["base"]}]));
    assert_eq!(result["cycles"], json!([]));
}

#[test]
fn focus_takes_names_references_and_beginnings_of_one_name() {
    let folder = acme();
    for (name, first) in [
        ("node:22", "node:22"),
        ("docker.io/library/node:22", "node:22"),
        ("nod", "node:22"),
        ("gate", "debian:12"),
        ("ga", "debian:12"),
    ] {
        assert_eq!(shown(&folder, &["--focus", name]).lines().next(), Some(first), "{name}");
    }
    // A base that an image of ours publishes is that image.
    assert_eq!(shown(&folder, &["--focus", "ghcr.io/acme/web:1"]), shown(&folder, &["--focus", "web"]));
    assert_eq!(
        shown(&folder, &["--focus", "web", "--depth", "1"]),
        "base\n\u{2514}\u{2500} web  no delay  listed, images.yaml:5\n   \u{2514}\u{2500} gate  no delay, within Sat-Sun in UTC  final and copy, images/Dockerfile:7, 9\n0 bases, 3 images, 2 rebuilds\n"
    );
    assert_eq!(
        shown(&folder, &["--focus", "web", "--depth", "0"]),
        "nothing rebuilds\n  web\n0 bases, 1 image, 0 rebuilds\n"
    );
    for (name, said) in [
        ("n", "`n` is the beginning of several names\n  help: write one of `nginx:1.29`, `node:22`\n"),
        ("bsae", "there is no base or image `bsae` in images.yaml\n  help: did you mean `base`?\n"),
    ] {
        let outcome = folder.run(&["graph", "--focus", name]);
        assert_eq!((outcome.code, outcome.stderr), (2, format!("error: {said}")));
    }
}

#[test]
fn images_that_are_built_on_each_other_are_shown_as_a_cycle() {
    let folder = Folder::with(
        "- {name: a, repository: acme/a, source: {repo: acme/b}, baseImages: [\"ghcr.io/acme/c:latest\", \"node:22\"]}
- {name: b, repository: acme/b, source: {repo: acme/b}, baseImages: [\"ghcr.io/acme/a:latest\"]}
- {name: c, repository: acme/c, source: {repo: acme/b}, baseImages: [\"ghcr.io/acme/b:latest\"]}
- {name: x, repository: acme/x, source: {repo: acme/b}, baseImages: [\"ghcr.io/acme/y:latest\"]}
- {name: y, repository: acme/y, source: {repo: acme/b}, baseImages: [\"ghcr.io/acme/x:latest\"]}
",
    );
    let outcome = folder.run(&["graph"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("error[IF043]"), "{}", outcome.shown());
    insta::assert_snapshot!(outcome.stdout, @r#"
    node:22
    └─ a  no delay  listed, images.yaml:1  several bases
       └─ b  no delay  listed, images.yaml:2
          └─ c  no delay  listed, images.yaml:3
             └─ a  no delay  listed, images.yaml:1  cycle: it is above
    x
    └─ y  no delay  listed, images.yaml:5
       └─ x  no delay  listed, images.yaml:4  cycle: it is above
    cycle: a -> b -> c -> a
    cycle: x -> y -> x
    1 base, 5 images, 6 rebuilds
    "#);
    let outcome = folder.run(&["graph", "--format", "json"]);
    assert_eq!(outcome.code, 2);
    assert_eq!(document(&outcome)["result"]["cycles"], json!([[1, 2, 3], [4, 5]]));
}

/// A chain of 3,000 images is no tree of 3,000 levels, and a tree of 3,000 images has each of them once.
#[test]
fn a_long_chain_and_a_wide_base_are_drawn_in_bounds() {
    let chain: String = (0..3_000)
        .map(|n| {
            let base = if n == 0 { "node:22".to_owned() } else { format!("ghcr.io/acme/i{}:latest", n - 1) };
            format!("- {{name: i{n}, repository: acme/i{n}, source: {{repo: acme/b}}, baseImages: [\"{base}\"]}}\n")
        })
        .collect();
    let text = shown(&Folder::with(&chain), &[]);
    assert!(text.lines().count() < 40 && text.contains("`--focus` shows what it rebuilds"), "{text}");
    assert!(text.ends_with("1 base, 3,000 images, 3,000 rebuilds\n"), "{text}");
    let wide: String = (0..3_000)
        .map(|n| {
            format!("- {{name: i{n}, repository: acme/i{n}, source: {{repo: acme/b}}, baseImages: [\"node:22\"]}}\n")
        })
        .collect();
    assert_eq!(shown(&Folder::with(&wide), &[]).lines().count(), 3_002);
}

/// Names of files and branches can be anything; in a drawing they stay text. What programs read has them as they are.
#[test]
fn hostile_names_stay_text_in_every_format() {
    let hostile = "a\"];x[<script>alert(1)</script>&\\N|`\u{202e}#;.Dockerfile";
    let quoted = serde_json::to_string(hostile).unwrap();
    let text = format!("- {{name: web, repository: acme/web, source: {{repo: acme/web, dockerfile: {quoted}}}}}\n");
    let folder = Folder::with(&text);
    let lock = format!(
        "version: 1\nimages:\n  web:\n    dockerfile: {{repo: acme/web, branch: main, path: {quoted}}}\n    bases:\n    - {{image: \"docker.io/library/node:22\", kind: final, line: 1}}\n"
    );
    folder.write("images.lock.yaml", lock);
    for format in ["tree", "mermaid", "dot"] {
        let text = shown(&folder, &["--format", format]);
        assert!(!text.contains('\u{202e}'), "{format}: {text}");
    }
    let outcome = folder.run(&["graph", "--format", "json"]);
    assert_eq!(document(&outcome)["result"]["nodes"][1]["dockerfile"], hostile);
}

/// The page lets its own script and style run and nothing else, which their hashes say (CSP, "script-src"); what images.yaml says is
/// text in it, and ends no script.
#[test]
fn the_page_has_the_rows_and_runs_nothing_but_its_own_script() {
    let hostile = "a</script><script>alert(1)</script><!--\u{202e}.Dockerfile";
    let quoted = serde_json::to_string(hostile).unwrap();
    let folder = Folder::with(&format!(
        "- {{name: web, repository: acme/web, source: {{repo: acme/web, dockerfile: {quoted}}}, baseImages: [\"node:22\"]}}\n"
    ));
    let page = shown(&folder, &["--format", "html"]);
    let between = |from: &str, to: &str| page.split_once(from).unwrap().1.split_once(to).unwrap().0.to_owned();
    assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (2, 2));
    assert!(!page.contains('\u{202e}') && !page.contains("https:"));
    // The name of SVG is no address that is asked.
    assert!(!page.replace("http://www.w3.org/2000/svg", "").contains("http:"));
    let policy = between("Content-Security-Policy\" content=\"", "\"");
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
            hash(&between("<script>", "</script>")),
            hash(&between("<style>", "</style>"))
        )
    );
    let rows: Value = serde_json::from_str(&between("id=\"graph\">", "</script>")).unwrap();
    assert_eq!([&rows["nodes"], &rows["edges"]].map(|rows| rows.as_array().unwrap().len()), [2, 1]);
    let texts = rows["texts"].as_array().unwrap();
    assert!(texts.contains(&json!(hostile.replace('\u{202e}', "\\u{202e}"))), "{texts:?}");
}
