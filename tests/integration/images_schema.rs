//! The JSON Schema of images.yaml against the parser, on files that are right, wrong by themselves, and wrong in ways that
//! a schema cannot say.

use crate::harness::{Folder, fixtures};
use image_factory::config::images_schema;
use image_factory::session::{Options, Session, Tree};
use jsonschema::Validator;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Right to both.
const GOOD: &[&str] = &[
    "[]",
    "images: []",
    "- {name: a, repository: o/a, tag: latest}",
    "- {name: a, repository: o/a, source: {repo: o/r}}",
    "- {name: a.b-c, registry: localhost, repository: a__b/c.d, tag: _x}",
    "- {name: a, registry: \"host:5000\", repository: o/a, tags: {strategy: Digest, constraint: latest}}",
    "- {name: a, repository: o/a, tags: {strategy: Lexical, allow: [\"^v\"], ignore: [rc]}}",
    "- {name: a, repository: o/a, tags: {}}",
    "- {name: a, repository: o/a, tags: {constraint: \"^1.2\"}}",
    "- {name: a, repository: o/a, source: {repo: o/r, branch: release/1.x, workflow: .github/workflows/b u.yaml}}",
    "- {name: a, repository: o/a, source: {repo: o/r.x, provider: github, platform: linux/arm/v7, buildArgs: {V: \"1\"}}}",
    "- {name: a, repository: o/a, source: {repo: o/r, dockerfile: ./a..b/Dockerfile, context: ., target: x y}}",
    "- {name: a, repository: o/a, source: {repo: o/r}, rebuildDelay: 0, autoRebuild: false}",
    "- {name: a, repository: o/a, source: {repo: o/r}, rebuildDelay: \"0\", versionBump: major}",
    "- {name: a, repository: o/a, source: {repo: o/r}, rebuildDelay: 1w2d3h4m5s1000ms}",
    "- {name: a, repository: o/a, source: {repo: o/r}, rebuildDelay: 1.5h}",
    "- {name: a, repository: o/a, source: {repo: o/r}, rebuildDelay: .5h}",
    "- {name: a, repository: o/a, source: {repo: o/r}, rebuildDelay: 2000000µs}",
    "- {name: a, repository: o/a, source: {repo: o/r}, inputs: {a: \"1\", base_image: null}}",
    "- {name: a, repository: o/a, source: {repo: o/r}, inputs: {1.10: x, b: \"\"}}",
    "- {name: a, repository: o/a, source: {repo: o/r}, triggers: [final, frontend], ignoreBases: [\"ghcr.io/*\"]}",
    "- {name: a, repository: o/a, source: {repo: o/r}, baseImages: [node, \"node:22\", scratch, \"localhost:5000/a/b:1\"]}",
    "- {name: a, repository: o/a, source: {repo: o/r}, baseImages: [\"Host/a/b:X\", \"a_b/c-d\", quay.io/a]}",
    "- {name: a, repository: o/a, source: {repo: o/r}, baseImages: [\"node:22@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"]}",
    "- {name: a, repoURL: quay.io/o/a, allowTags: ^1$, imageSelectionStrategy: Lexical}",
    "- {name: a, enrollment: {registry: ghcr.io, repository: o/a, source: {repo: o/r}, rebuildDelay: 3d, autoRebuild: true}}",
    "- {name: a, repository: o/a, tag: x, updates: {a: [1]}, local: true}",
    "- {name: a, repository: o/a, source: {repo: o/r, pipeline: \"1\", job: y}}",
    "- {name: a, repository: o/a, source: {provider: gitlab, repo: o/g/r, sendAs: inputs}}",
    "- {name: a, repository: o/a, source: {provider: azure-devops, repo: o/My Project/r, pipeline: 42, sendAs: variables, pipelineFile: ci/build.yml}}",
    "gitea: {url: \"https://h\"}\nforgejo: {url: \"https://i/git\"}\nimages: [{name: a, repository: o/a, source: {provider: gitea, repo: o/r, workflow: .gitea/workflows/a.yml}}]",
    "- {name: a, repository: o/a, source: {provider: webhook, repo: o/r, webhook: {url: \"https://h/x?a=b\", method: PUT, headers: {A: b}, body: \"{{ base.tag }}\", success: [201], credentials: {secret: s, key: k, user: u}}}}",
    "- &a {name: a, repository: o/a, tag: x}\n- {<<: *a, name: b, tag: y}",
    "include: []",
    "baseImages: [{image: \"node:22\", name: node, interval: 12h, rebuildDelay: 0, autoRebuild: false, versionBump: minor, inputs: {a: b}}]",
    "baseImages: [{image: \"node:22\", onEnroll: baseline}]\ndefaults: {onEnroll: rebuild}\nimages: [{name: a, repository: o/a, source: {repo: o/r}, onEnroll: rebuild}]",
    "urgent: {}\ndefaults: {delay: {mode: fixed, for: 3d}}\nimages: [{name: a, repository: o/a, source: {repo: o/r}, delay: {for: 0}}]",
    "defaults: {maxParallel: 10, stagger: 2m}\nbaseImages: [{image: \"node:22\", maxParallel: 1, stagger: 0}]\nimages: []",
    "defaults: {cascade: reduce}\nimages: [{name: a, repository: o/a, source: {repo: o/r}, cascade: all}]",
    "project: p-1\nkargoVersion: \"1.9\"\nretry: {timeout: 1h, errorThreshold: 0}\nimages: []",
    "github: {apiUrl: \"http://127.0.0.1:9000/api/v3/\", credentials: {secret: a.b, key: A_b.c}}\nimages: []",
    "gitlab: {url: \"https://gitlab.com\", credentials: {secret: s, key: token}}\nimages: []",
    "namespace: {labels: {a/b: \"\", c: x_y}, annotations: {a.b/C: any thing}}\nimages: []",
    "defaults: {registry: \"[::1]:5000\", branch: main, baseInterval: 1d, imageInterval: 5m, ignoreBases: [], triggers: []}\nimages: []",
];

/// Wrong by itself: both refuse it.
const BAD: &[&str] = &[
    "text",
    "1",
    "{}",
    "- text",
    "- null",
    "images: {}",
    "images:",
    "image: []",
    "images: []\nprojekt: x",
    "images: []\nproject: A",
    "images: []\nproject: a.b",
    "images: []\nproject: \"\"",
    "images: []\nkargoVersion: 1.11",
    "images: []\nkargoVersion: \"1.8\"",
    "images: []\nnotifications: [{}]",
    "images: []\nnotifications: [{slack: {}}]",
    "images: []\nnotifications: [{slack: {secret: a}, on: []}]",
    "images: []\nnotifications: [{slack: {secret: a, url: x}}]",
    "images: []\nwaitForRun: true",
    "images: []\ndefaults: {waitForRun: 2h}",
    "images: []\nschedule: null",
    "images: []\nwebhooks: {gitlab: {secret: x}}",
    "images: []\ninclude: a.yaml",
    "images: []\ninclude: [1]",
    "images: []\nnamespace: {labels: {a: true}}",
    "images: []\nnamespace: {labels: {a: \"x y\"}}",
    "images: []\nnamespace: {labels: {a b: x}}",
    "images: []\nnamespace: {annotations: {a: \"${{ secret('x') }}\"}}",
    "images: []\nnamespace: {label: {}}",
    "images: []\ngithub: {apiUrl: api.github.com}",
    "images: []\ngithub: {apiUrl: \"https://u:p@x\"}",
    "images: []\ngithub: {token: x}",
    "images: []\ngithub: {credentials: {secret: A}}",
    "images: []\ngithub: {credentials: {key: a b}}",
    "images: []\nretry: {timeout: 70}",
    "images: []\nretry: {timeout: \"0\"}",
    "images: []\nretry: {errorThreshold: -1}",
    "images: []\nretry: {errorThreshold: 1.5}",
    "images: []\nretry: {errorThreshold: \"3\"}",
    "images: []\nretry: {errorThreshold: 4294967296}",
    "images: []\ndefaults: {registry: \"https://ghcr.io\"}",
    "images: []\ndefaults: {registry: ghcr}",
    "images: []\ndefaults: {branch: a b}",
    "images: []\ndefaults: {branch: \"\"}",
    "images: []\ndefaults: {baseInterval: 0}",
    "images: []\ndefaults: {baseInterval: 24}",
    "images: []\ndefaults: {rebuildDelay: 7}",
    "images: []\ndefaults: {rebuildDelay: 7 days}",
    "images: []\ndefaults: {rebuildDelay: -1h}",
    "images: []\ndefaults: {rebuildDelay: 1h30}",
    "images: []\ndefaults: {rebuildDelay: \"\"}",
    "images: []\ndefaults: {rebuildDelay: null}",
    "images: []\ndefaults: {rebuildDelay: true}",
    "images: []\ndefaults: {autoRebuild: \"true\"}",
    "images: []\ndefaults: {autoRebuild: yes}",
    "images: []\ndefaults: {versionBump: Patch}",
    "images: []\ndefaults: {onEnroll: Rebuild}",
    "images: []\ndefaults: {onEnroll: true}",
    "images: []\ndefaults: {triggers: [from]}",
    "images: []\ndefaults: {triggers: final}",
    "images: []\ndefaults: {inputs: {a: 1}}",
    "images: []\ndefaults: {inputs: {a: true}}",
    "images: []\ndefaults: {inputs: {\"\": a}}",
    "images: []\ndefaults: {inputs: {a: \"${{ x }}\"}}",
    "images: []\ndefaults: {inputs: {\"${% x\": a}}",
    "images: []\ndefaults: {inputs: []}",
    "baseImages: [{name: a}]",
    "baseImages: [\"node:22\"]",
    "baseImages: [{image: \"Node:22\"}]",
    "baseImages: [{image: \"node:22\", interval: \"0\"}]",
    "- {repository: o/a, tag: x}",
    "- {name: a, tag: x}",
    "- {name: a, repository: o/a}",
    "- {name: a, enrollment: {source: {repo: o/r}}}",
    "- {name: 1, repository: o/a, tag: x}",
    "- {name: A, repository: o/a, tag: x}",
    "- {name: a_b, repository: o/a, tag: x}",
    "- {name: a, repository: O/a, tag: x}",
    "- {name: a, repository: o//a, tag: x}",
    "- {name: a, repository: \"o/a:1\", tag: x}",
    "- {name: a, repository: o--o/a, tag: x}",
    "- {name: a, repository: o/a, tag: 22}",
    "- {name: a, repository: o/a, tag: \"a b\"}",
    "- {name: a, repository: o/a, tag: .x}",
    "- {name: a, repository: o/a, tag: null}",
    "- {name: a, repository: o/a, tags: {strategy: semver}}",
    "- {name: a, repository: o/a, tags: {allow: x}}",
    "- {name: a, repository: o/a, tags: latest}",
    "- {name: a, repository: o/a, tag: x, rebuildDelay: soon}",
    "- {name: a, repository: o/a, tag: x, baseImages: [A]}",
    "- {name: a, repository: o/a, source: {}}",
    "- {name: a, repository: o/a, source: o/r}",
    "- {name: a, repository: o/a, source: {repo: r}}",
    "- {name: a, repository: o/a, source: {repo: \"https://github.com/o/r\"}}",
    "- {name: a, repository: o/a, source: {repo: o/..}}",
    "- {name: a, repository: o/a, source: {repo: o/r, provider: gitlub}}",
    "- {name: a, repository: o/a, source: {provider: gitlab, repo: o/r, sendAs: all}}",
    "- {name: a, repository: o/a, source: {provider: webhook, repo: o/r, webhook: {}}}",
    "- {name: a, repository: o/a, source: {provider: webhook, repo: o/r, webhook: {url: \"https://u:p@h/x\"}}}",
    "- {name: a, repository: o/a, source: {provider: webhook, repo: o/r, webhook: {url: \"https://h/x\", method: DELETE}}}",
    "- {name: a, repository: o/a, source: {provider: webhook, repo: o/r, webhook: {url: \"https://h/x\", headers: {a b: c}}}}",
    "- {name: a, repository: o/a, source: {provider: webhook, repo: o/r, webhook: {url: \"https://h/x\", success: [404]}}}",
    "gitea: {}\nimages: []",
    "gitlab: {auth: basic}\nimages: []",
    "- {name: a, repository: o/a, source: {repo: o/r, workflow: build}}",
    "- {name: a, repository: o/a, source: {repo: o/r, workflow: a/b.yml}}",
    "- {name: a, repository: o/a, source: {repo: o/r, dockerfile: /Dockerfile}}",
    "- {name: a, repository: o/a, source: {repo: o/r, dockerfile: ../Dockerfile}}",
    "- {name: a, repository: o/a, source: {repo: o/r, context: \"\"}}",
    "- {name: a, repository: o/a, source: {repo: o/r, platform: amd64}}",
    "- {name: a, repository: o/a, source: {repo: o/r, buildArgs: {V: 22}}}",
    "- {name: a, repository: o/a, source: {repo: o/r, branch: \"a..b c\"}}",
    "- {name: a, repository: o/a, source: {repo: o/r}, baseImages: [\"a b\"]}",
    "- {name: a, repository: o/a, source: {repo: o/r}, baseImages: [\"https://a/b\"]}",
    "- {name: a, repository: o/a, source: {repo: o/r}, baseImages: [\"node@sha256:1\"]}",
    "- {name: a, repository: o/a, source: {repo: o/r}, baseImages: \"node:22\"}",
];

/// Wrong in a way that a schema cannot say: the parser alone refuses it.
const BEYOND: &[&str] = &[
    "- {name: a, repository: o/a, tag: x}\n- {name: a, repository: o/b, tag: x}",
    "- {name: a, repository: o/a, tag: x}\n- {name: b, repository: o/a, tag: x}",
    "- {name: a, repository: o/a, tag: x, tags: {}}",
    "- {name: a, repository: o/a, tag: x, source: {repo: o/r}}",
    "- {name: a, repository: o/a, tags: {strategy: Digest}}",
    "- {name: a, repository: o/a, tags: {constraint: latest}}",
    "- {name: a, repository: o/a, tags: {allow: [\"(\"]}}",
    "- {name: a, repository: docker.io/o/a, tag: x}",
    "- {name: a, repository: o/a, source: {repo: o/r}, rebuildDelay: 5ms}",
    "- {name: a, repository: o/a, source: {repo: o/r}, ignoreBases: [\"[\"]}",
    "- {name: a, repository: o/a, source: {repo: o/r, branch: a..b}}",
    "- {name: a, repository: o/a, source: {repo: o/r}, baseImages: [\"ghcr.io/o/a:latest\"]}",
    "images: []\nretry: {errorThreshold: 3.0}",
    "images: []\nretry: {timeout: 0s}",
    "images: []\nnamespace: {labels: {app.kubernetes.io/managed-by: me}}",
];

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(&images_schema()).unwrap();
    assert!(jsonschema::meta::is_valid(&schema), "the schema is one");
    jsonschema::validator_for(&schema).unwrap()
}

/// What an editor's validator would see; `None` where YAML itself is wrong or the file is no JSON.
fn as_json(text: &str) -> Option<Value> {
    let mut value: serde_yaml::Value = serde_yaml::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    value.apply_merge().ok()?;
    serde_json::to_value(value).ok()
}

fn schema_takes(validator: &Validator, text: &str) -> Option<bool> {
    Some(validator.is_valid(&as_json(text)?))
}

fn parser_takes(text: &str) -> bool {
    let session = Session::read(Tree::memory([("images.yaml", text)]), Options::default());
    !session.unwrap().model().unwrap().1.stop()
}

#[test]
fn schema_and_parser_agree() {
    let validator = validator();
    let mut wrong = Vec::new();
    for (texts, schema, parser) in [(GOOD, true, true), (BAD, false, false), (BEYOND, true, false)] {
        for text in texts {
            let found = (schema_takes(&validator, text), parser_takes(text));
            if found != (Some(schema), parser) {
                wrong.push(format!("schema {:?}, parser {}; wanted {schema}, {parser}: {text}", found.0, found.1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(GOOD.len() + BAD.len() >= 60);
}

/// Whatever the schema refuses the parser refuses: nobody is told by an editor to change a file that works.
#[test]
fn the_schema_takes_every_fixture_that_the_parser_takes() {
    let validator = validator();
    let mut compared = 0;
    for entry in std::fs::read_dir(fixtures()).unwrap() {
        let path = entry.unwrap().path().join("images.yaml");
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let Some(schema) = schema_takes(&validator, &text) else { continue };
        compared += 1;
        assert!(schema || !parser_takes(&text), "{}: {:?}", path.display(), errors(&validator, &text));
    }
    assert!(compared >= 30, "{compared} fixtures were compared");
}

/// A file for each kind of text, with `@` where the text stands.
const PLACES: &[&str] = &[
    "{\"project\": @, \"images\": []}",
    "{\"github\": {\"apiUrl\": @, \"credentials\": {}}, \"images\": []}",
    "{\"github\": {\"credentials\": {\"secret\": @}}, \"images\": []}",
    "{\"github\": {\"credentials\": {\"key\": @}}, \"images\": []}",
    "{\"namespace\": {\"labels\": {\"a\": @}}, \"images\": []}",
    "{\"namespace\": {\"labels\": {@: \"a\"}}, \"images\": []}",
    "{\"namespace\": {\"annotations\": {\"a\": @}}, \"images\": []}",
    "{\"retry\": {\"timeout\": @}, \"images\": []}",
    "{\"defaults\": {\"registry\": @}, \"images\": []}",
    "{\"defaults\": {\"branch\": @}, \"images\": []}",
    "{\"defaults\": {\"rebuildDelay\": @}, \"images\": []}",
    "{\"defaults\": {\"baseInterval\": @}, \"images\": []}",
    "{\"defaults\": {\"inputs\": {@: \"a\"}}, \"images\": []}",
    "{\"defaults\": {\"inputs\": {\"a\": @}}, \"images\": []}",
    "{\"defaults\": {\"ignoreBases\": [@]}, \"images\": []}",
    "{\"baseImages\": [{\"image\": @}]}",
    "[{\"name\": @, \"repository\": \"o/a\", \"tag\": \"x\"}]",
    "[{\"name\": \"a\", \"repository\": @, \"tag\": \"x\"}]",
    "[{\"name\": \"a\", \"repoURL\": @, \"allowTags\": \"x\"}]",
    "[{\"name\": \"a\", \"repository\": \"o/a\", \"tag\": @}]",
    "[{\"name\": \"a\", \"repository\": \"o/a\", \"registry\": @, \"tag\": \"x\"}]",
    "[{\"name\": \"a\", \"repository\": \"o/a\", \"tags\": {\"constraint\": @}}]",
    "[{\"name\": \"a\", \"repository\": \"o/a\", \"tags\": {\"allow\": [@]}}]",
    "[{\"name\": \"a\", \"repository\": \"o/a\", \"source\": {\"repo\": @}}]",
    "[{\"name\": \"a\", \"repository\": \"o/a\", \"source\": {\"repo\": \"o/r\", \"branch\": @}}]",
    "[{\"name\": \"a\", \"repository\": \"o/a\", \"source\": {\"repo\": \"o/r\", \"dockerfile\": @}}]",
    "[{\"name\": \"a\", \"repository\": \"o/a\", \"source\": {\"repo\": \"o/r\", \"workflow\": @}}]",
    "[{\"name\": \"a\", \"repository\": \"o/a\", \"source\": {\"repo\": \"o/r\", \"target\": @}}]",
    "[{\"name\": \"a\", \"repository\": \"o/a\", \"source\": {\"repo\": \"o/r\", \"platform\": @}}]",
    "[{\"name\": \"a\", \"repository\": \"o/a\", \"source\": {\"repo\": \"o/r\", \"buildArgs\": {\"A\": @}}}]",
    "[{\"name\": \"a\", \"repository\": \"o/a\", \"source\": {\"repo\": \"o/r\"}, \"baseImages\": [@]}]",
];

/// Pieces of texts that some check minds; every one and a fourth of the pairs is tried in every place.
const PIECES: &[&str] = &[
    "",
    "a",
    "A",
    "1",
    "0",
    "-",
    "--",
    ".",
    "..",
    "_",
    "__",
    "___",
    "/",
    "//",
    ":",
    ":5000",
    "@",
    " ",
    "\t",
    "\n",
    "\u{0}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{e9}",
    "\u{2028}",
    "\u{202e}",
    "\\",
    "\"",
    "'",
    "#",
    "?",
    "%2f",
    "*",
    "[",
    "[::1]",
    "(",
    "${{ x }}",
    "${%",
    "$",
    "~1",
    "^1",
    ">=1",
    "7d",
    "1.5h",
    ".h",
    "1.",
    "500ms",
    "\u{b5}s",
    "7 days",
    "300y",
    "a/b",
    "o/r.git",
    "../x",
    "./x",
    ".yml",
    "build.yaml",
    ".github/workflows/",
    "https://",
    "http://h",
    "localhost",
    "ghcr.io/",
    "node:22",
    "@sha256:1",
    "linux/amd64",
    "refs/heads/main",
    ".lock",
];

/// The same for awkward texts: where the schema is stricter than the parser, it is wrong.
#[test]
fn the_schema_refuses_no_text_that_the_parser_takes() {
    let validator = validator();
    let long = ["a".repeat(63), "a".repeat(64), "a/".repeat(127) + "a", "a".repeat(254), "a".repeat(256)];
    let pairs = PIECES.iter().flat_map(|first| PIECES.iter().map(move |second| format!("{first}{second}")));
    let single = PIECES.iter().map(ToString::to_string);
    let texts: BTreeSet<String> = pairs.step_by(4).chain(single).chain(long).collect();
    let mut wrong = Vec::new();
    for place in PLACES {
        let (mut taken, mut refused) = (0, 0);
        for text in &texts {
            let file = place.replace('@', &serde_json::to_string(text).unwrap());
            let value: Value = serde_json::from_str(&file).unwrap();
            if validator.is_valid(&value) {
                taken += 1;
            } else {
                refused += 1;
                if parser_takes(&file) {
                    wrong.push(file);
                }
            }
        }
        assert!(
            taken > 0 && (refused > 0 || place.contains("[@]") || ANY_TEXT.iter().any(|key| place.contains(key))),
            "{place}: {taken} taken, {refused} refused"
        );
    }
    assert!(wrong.is_empty(), "{} texts, among them\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}

/// Keys whose texts the schema leaves to the parser.
const ANY_TEXT: &[&str] = &["repoURL", "constraint", "target", "buildArgs"];

fn errors(validator: &Validator, text: &str) -> Vec<String> {
    let value = as_json(text).unwrap_or_default();
    validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// An editor shows nothing of a key without a description.
#[test]
fn every_key_has_a_description() {
    let schema: Value = serde_json::from_str(&images_schema()).unwrap();
    for (name, definition) in schema["definitions"].as_object().unwrap() {
        assert_eq!(definition["additionalProperties"], false, "{name} takes keys that the parser does not know");
        assert!(definition["description"].is_string(), "{name}");
        for (key, property) in definition["properties"].as_object().unwrap() {
            assert!(property["description"].as_str().is_some_and(|text| !text.is_empty()), "{name}.{key}");
            for example in property["examples"].as_array().into_iter().flatten().chain(property.get("default")) {
                let validator = jsonschema::validator_for(property).ok();
                assert!(validator.is_none_or(|v| v.is_valid(example)), "{name}.{key}: {example} is no example");
            }
        }
    }
}

/// Keys that nobody is to write anew: yaml-language-server offers none that has a `deprecationMessage` or `doNotSuggest`.
#[test]
fn keys_that_do_nothing_or_are_the_python_originals_are_not_offered() {
    fn walk(schema: &Value, offered: &mut BTreeSet<String>, not: &mut BTreeSet<String>) {
        for (key, value) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let is_offered = value.get("deprecationMessage").is_none() && value["doNotSuggest"] != true;
            if is_offered {
                offered.insert(key.clone())
            } else {
                not.insert(key.clone())
            };
        }
        let children = schema.as_object().map(|map| map.values().collect::<Vec<_>>());
        for child in children.or(schema.as_array().map(|items| items.iter().collect())).into_iter().flatten() {
            walk(child, offered, not);
        }
    }
    let schema: Value = serde_json::from_str(&images_schema()).unwrap();
    let (mut offered, mut not) = (BTreeSet::new(), BTreeSet::new());
    walk(&schema, &mut offered, &mut not);
    let expected = "allowTags enrollment errorThreshold gitlab imageSelectionStrategy job local repoURL updates";
    assert_eq!(not.iter().map(String::as_str).collect::<Vec<_>>().join(" "), expected);
    // At the root it is where GitLab is; among registries that tell of pushes there is none.
    let both: Vec<&str> = offered.intersection(&not).map(String::as_str).collect();
    assert_eq!(both, ["gitlab"]);
}

/// yaml-language-server says `errorMessage` and `patternErrorMessage` in place of "Value is above the maximum of 0".
#[test]
fn what_an_editor_says_of_delays_and_missing_keys_is_words() {
    let schema: Value = serde_json::from_str(&images_schema()).unwrap();
    let definitions = &schema["definitions"];
    let delay = &definitions["Image"]["properties"]["rebuildDelay"];
    let interval = &definitions["Defaults"]["properties"]["baseInterval"];
    for said in [&delay["then"]["errorMessage"], &delay["errorMessage"], &interval["errorMessage"]] {
        assert!(said.as_str().is_some_and(|said| said.starts_with("write a number and a unit")), "{said}");
    }
    // The first of several ways to be right is the one that an editor speaks of.
    let mut ways: Vec<&Value> = definitions["Image"]["allOf"].as_array().unwrap().iter().collect();
    ways.push(&definitions["File"]);
    for way in ways {
        assert!(way["anyOf"][0]["errorMessage"].as_str().is_some_and(|said| said.starts_with("write ")), "{way}");
    }
}

#[test]
fn the_committed_schema_is_current_and_the_sample_names_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let outcome = Folder::empty().run(&["schema"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    let committed = std::fs::read_to_string(root.join("image-factory/images.schema.json")).unwrap();
    assert!(committed == outcome.stdout, "run `cargo run -- schema > image-factory/images.schema.json` and commit it");
    let sample = std::fs::read_to_string(root.join("image-factory/images.yaml")).unwrap();
    assert!(sample.starts_with("# yaml-language-server: $schema=images.schema.json\n"), "{sample}");
    assert!(validator().is_valid(&as_json(&sample).unwrap()), "{:?}", errors(&validator(), &sample));
}
