//! Every text of images.yaml, its lock and the Python original's state, with values that try to leave their place.
//!
//! A row of the table is a key; a case is a row with a hostile value. The manifests of a case are decoded as their readers do
//! (YAML, then the URL, the JSON body, the strings of expressions; [`decode`]), and must then be those of a harmless value
//! with the hostile one in its stead: in the places that the table names, and with nothing else changed. Or nothing is made,
//! and one error points at the value.

#[path = "hostile/decode.rs"]
mod decode;
#[path = "hostile/run.rs"]
mod run;
#[path = "hostile/table.rs"]
mod table;

use crate::harness::Folder;
use image_factory::grammar::has_expression;
use image_factory::source::is_hidden;
use run::{Case, Outcome};
use serde_json::Value;
use std::collections::BTreeSet;
use table::{ROWS, Row};

/// Values by what is wrong with them.
pub(crate) fn values() -> Vec<(&'static str, String)> {
    let mut values: Vec<(&'static str, String)> = [
        ("quotes", "a'b\"c`d"),
        ("backslash", "a\\b\\\"c\\"),
        ("line", "a\nb\r\nc"),
        ("document", "a\n---\nkind: Secret\n"),
        ("parent", "../a"),
        ("parents", "a/../../b"),
        ("query", "a?b=c&d=e"),
        ("fragment", "a#b"),
        ("percent", "a%2fb%00c%2e%2e"),
        ("expression", "${{ secret('x') }}"),
        ("statement", "${% secret('x') %}"),
        ("expression within", "a\" + ${{ secret(\"x\").y }} + \""),
        ("ends of expressions", "a }} b %} c"),
        ("dollars", "$a$(GITHUB_TOKEN)${X}$"),
        ("template", "{{args.request}}{{{{a}}"),
        ("member", "a\",\"b\":\"c"),
        ("yaml", "!a &b *c: [d] {e} - | > @ , #f"),
        ("header", "a\r\nX-Evil: 1"),
        ("nul", "a\0b"),
        ("directions", "a\u{202e}b\u{200f}c\u{61c}d\u{2066}e"),
        ("invisible", "a\u{200b}b\u{feff}c\u{ad}d\u{e0041}e"),
        ("escapes", "a\u{1b}[2Jb\u{9b}31mc\u{7}d\u{7f}"),
        ("separators", "a\u{2028}b\u{2029}c\u{85}d"),
        ("beyond", "a\u{1f600}b\u{fffe}c\u{10ffff}d"),
        ("blank", " "),
        ("edges", " a "),
        ("tilde", "~"),
        ("empty", ""),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into();
    values.push(("long", "a".repeat(10_000)));
    values.push(("braces", "{".repeat(400) + "a" + &"}".repeat(400)));
    values.push(("groups", "(".repeat(3_000) + "a" + &")".repeat(3_000)));
    values.push(("repeats", "a{1000}{1000}{1000}".to_owned()));
    values
}

/// The outcome with the harmless value, which is in no other place of the manifests.
fn harmless(row: &Row) -> Value {
    match Case::of(row, &row.wrapped(row.harmless)).run().outcome {
        Outcome::Made(text) => decode::manifests(&text),
        Outcome::Refused(errors) => panic!("{}: the harmless value is refused: {errors:#?}", row.key),
    }
}

#[test]
fn every_place_gives_back_the_value_or_refuses_it() {
    let values = values();
    let problems: Vec<String> = std::thread::scope(|scope| {
        let parts: Vec<_> = ROWS
            .chunks(ROWS.len().div_ceil(4))
            .map(|rows| {
                let values = &values;
                scope.spawn(move || rows.iter().flat_map(|row| problems_of(row, values)).collect::<Vec<_>>())
            })
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}

/// What is not as the row says.
fn problems_of(row: &Row, values: &[(&'static str, String)]) -> Vec<String> {
    let mut problems = Vec::new();
    let plain = harmless(row);
    let places = decode::places(&plain, row.harmless);
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    if row.places != table::DECIDES && places != row.places {
        problems.push(format!("{}: it is in the places {places:#?}", row.key));
    }
    for (name, value) in values {
        // With nothing in its midst, what stands around the value is another one; to the state an empty text is none.
        if *name == "empty" && (row.wrap != "@" || !row.is_in_a_file()) {
            continue;
        }
        let case = Case::of(row, &row.wrapped(value));
        let ran = case.run();
        if let Some(c) = ran.said.chars().find(|c| is_hidden(*c)) {
            problems.push(format!("{} with {name}: a message holds {c:?}", row.key));
        }
        if let Some(line) = ran.shown.lines().find(|line| line.chars().count() > 1_200) {
            problems.push(format!("{} with {name}: a message has {} characters", row.key, line.chars().count()));
        }
        match ran.outcome {
            // There is no way to write such a line, so it is compared with nothing.
            Outcome::Made(text) if row.key == "lock:images.*.lines[]" && has_expression(value) => {
                let found = decode::places(&decode::manifests(&text), value);
                if !found.is_empty() {
                    problems.push(format!("{} with {name}: it is in {found:?}", row.key));
                }
            }
            // Such an address is one as it stands: its parts are no longer those of the harmless one.
            Outcome::Made(text) if row.key.ends_with("webhook.url") && ["query", "percent"].contains(name) => {
                if !text.contains(&format!("url: {}", row.wrapped(value))) {
                    problems.push(format!("{} with {name}: another address", row.key));
                }
            }
            // So is such a body, which is JSON of one's own.
            Outcome::Made(text) if row.key == "notifications[].webhook.body" && *name == "member" => {
                if !text.contains(&row.wrapped(value)) {
                    problems.push(format!("{} with {name}: another body", row.key));
                }
            }
            Outcome::Made(text) => {
                if !row.takes.contains(name) {
                    problems.push(format!("{} takes {name}", row.key));
                }
                if let Some(c) = text.chars().find(|c| is_hidden(*c)) {
                    problems.push(format!("{} with {name}: the manifests show {c:?} as it is", row.key));
                }
                let expected = decode::with(&plain, row.harmless, value);
                match std::panic::catch_unwind(|| decode::manifests(&text)) {
                    Ok(found) => problems.extend(
                        decode::difference(&expected, &found)
                            .map(|difference| format!("{} with {name}: {difference}", row.key)),
                    ),
                    Err(_) => problems.push(format!("{} with {name}: the manifests cannot be read", row.key)),
                }
            }
            Outcome::Refused(errors) => {
                if row.takes.contains(name) {
                    problems.push(format!("{} refuses {name}: {errors:?}", row.key));
                }
                let code = match *name {
                    "expression" | "statement" | "expression within" if row.tells_expressions => "IF026",
                    _ => row.refuses,
                };
                let [error] = errors.as_slice() else {
                    problems.push(format!("{} with {name}: not one error but {errors:#?}", row.key));
                    continue;
                };
                if error.code != code {
                    problems.push(format!("{} with {name}: {} in place of {code}", row.key, error.code));
                }
                if error.place != case.place() {
                    problems.push(format!("{} with {name}: the error points at {:?}", row.key, error.place));
                }
            }
        }
    }
    problems
}

/// What a test shows of the functions is what a user gets: nothing on stdout, and the same words.
#[test]
fn the_program_prints_nothing_of_what_it_refuses() {
    for row in ROWS.iter().filter(|row| row.is_in_a_file() && !row.key.ends_with("include[]")) {
        let case = Case::of(row, &row.wrapped("a\u{1b}[2J\u{202e}${{ secret('x') }}\0"));
        let folder = Folder::with(&case.images);
        folder.write("images.lock.yaml", &case.lock);
        let outcome = folder.run(&["synth", "--stdout", "--locked", "--images", "images.yaml"]);
        match case.run().outcome {
            Outcome::Made(text) => assert_eq!((outcome.code, &outcome.stdout), (0, &text), "{}", row.key),
            Outcome::Refused(_) => assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""), "{}", row.key),
        }
        assert!(
            !outcome.stderr.chars().chain(outcome.stdout.chars()).any(is_hidden),
            "{}: {}",
            row.key,
            outcome.stderr
        );
    }
}

/// Every key of images.yaml that may be text has a row.
#[test]
fn the_table_knows_every_text_of_the_schema() {
    let schema: Value = serde_json::from_str(&image_factory::config::images_schema()).unwrap();
    let mut found = BTreeSet::new();
    texts(&schema, &schema["definitions"]["File"], String::new(), &mut found);
    let known: BTreeSet<String> = ROWS.iter().map(|row| row.key.to_owned()).filter(|key| !key.contains(':')).collect();
    assert_eq!(known, found);
    assert!(found.len() > 80, "the schema was walked: {}", found.len());
}

/// Every text of the lock has one too.
#[test]
fn the_table_knows_every_text_of_the_lock() {
    let source = include_str!("../../src/lock/read.rs").split("\npub fn").next().unwrap();
    for line in source.lines().filter(|line| line.contains("Slot<String>") || line.contains("Entries<")) {
        let name = line.trim().trim_start_matches("pub ").split(':').next().unwrap();
        let name = if name == "build_args" { "buildArgs" } else { name };
        let mut keys = ROWS.iter().filter_map(|row| row.key.strip_prefix("lock:"));
        assert!(keys.any(|key| key.split(['.', '[']).any(|part| part == name)), "{name} has no row");
    }
}

/// Collects the keys under a schema that may be text: `a.b`, `a[].b`, `a.*` for the values of a mapping with free keys, and
/// `a.~` for those keys.
fn texts(root: &Value, schema: &Value, path: String, found: &mut BTreeSet<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        return texts(root, root.pointer(&name[1..]).unwrap(), path, found);
    }
    for part in schema["allOf"].as_array().into_iter().flatten().filter(|part| part.get("$ref").is_some()) {
        texts(root, part, path.clone(), found);
    }
    for part in schema["anyOf"].as_array().into_iter().flatten() {
        texts(root, part, path.clone(), found);
    }
    let is = |word: &str| {
        schema["type"] == word || schema["type"].as_array().is_some_and(|types| types.iter().any(|kind| kind == word))
    };
    if is("string") {
        found.insert(path);
        return;
    }
    let below = |part: &str| if path.is_empty() { part.to_owned() } else { format!("{path}.{part}") };
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        texts(root, schema, below(name), found);
    }
    if schema["additionalProperties"].is_object() {
        found.insert(below("~"));
        texts(root, &schema["additionalProperties"], below("*"), found);
    }
    if schema["items"].is_object() {
        texts(root, &schema["items"], format!("{path}[]"), found);
    }
}

/// Patterns that match nothing are refused where they stand, and none leads out of the checkout.
#[test]
fn included_files_lie_in_the_checkout() {
    let outside = Folder::empty();
    outside.write("secret.yaml", "token: hidden-in-a-file\n");
    let secret = outside.path().join("secret.yaml").display().to_string();
    let folder = Folder::empty();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&secret, folder.path().join("link.yaml")).unwrap();
    let mut patterns: Vec<String> = values().into_iter().map(|(_, value)| value).collect();
    patterns.extend([secret, "../*/secret.yaml".to_owned(), "/**/secret.yaml".to_owned(), "link.yaml".to_owned()]);
    patterns.extend(["a".repeat(5_000) + "/*", "a\0b/*".to_owned(), "l*.yaml".to_owned()]);
    for pattern in patterns {
        let row = ROWS.iter().find(|row| row.key == "include[]").unwrap();
        folder.write("images.yaml", Case::of(row, &pattern).images);
        let outcome = folder.run(&["synth", "--stdout", "--locked", "--images", "images.yaml"]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""), "{pattern:?}: {}", outcome.stderr);
        assert_eq!(outcome.stderr.matches("error[").count(), 1, "{pattern:?}: {}", outcome.stderr);
        // Out of the checkout by a link.
        let code = if ["link.yaml", "l*.yaml"].contains(&&*pattern) { "error[IF010]" } else { "error[IF008]" };
        assert!(outcome.stderr.contains(code), "{pattern:?}: {}", outcome.stderr);
        assert!(!outcome.stderr.chars().any(is_hidden), "{pattern:?}: {}", outcome.stderr);
        assert!(!outcome.stderr.contains("hidden-in-a-file"), "{pattern:?}: {}", outcome.stderr);
    }
}

/// What stands raw in a file, and in the name of one, is made visible too.
#[test]
fn messages_show_hidden_characters_of_files_and_of_their_names() {
    for c in ('\u{1}'..='\u{10ffff}').filter(|c| is_hidden(*c) && *c != '\r') {
        // One of each dozen of the tags that nobody can see is enough.
        if c > '\u{e0000}' && u32::from(c) % 12 != 0 {
            continue;
        }
        let run = run::run([(
            "images.yaml".to_owned(),
            format!("project: \"x\"\nimages:\n- name: \"a{c}b\" # {c}\n  what{c}: {c}\n"),
        )]);
        assert!(!run.said.chars().any(is_hidden), "{c:?}: {}", run.said);
    }
    let folder = Folder::with("include: [\"*.y\"]\nimages: []\n");
    folder.write("a\u{1b}[2J\u{202e}\n.y", "- name: x\n  nothing: y\n");
    let outcome = folder.run(&["synth", "--stdout", "--locked", "--verbose", "--images", "images.yaml"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("--> a\\u{1b}[2J\\u{202e}\\u{a}.y:2:3"), "{}", outcome.stderr);
    assert!(!outcome.stderr.chars().any(is_hidden), "{}", outcome.stderr);
}

/// The lines that remove objects are there to be pasted into a shell: what a file of the output names that we did not write
/// gets into none.
#[test]
fn names_of_a_forged_output_get_into_no_line_to_paste() {
    let folder = Folder::with("- {name: a, repository: o/a, tag: latest}\n- {name: b, repository: o/b, tag: latest}\n");
    assert_eq!(folder.run(&["synth"]).code, 0);
    let written = folder.read("dist/image-factory.k8s.yaml");
    folder.write("images.yaml", "- {name: a, repository: o/a, tag: latest}\n");
    for name in ["b; touch pwned", "$(touch pwned)", "b\u{1b}[2J", "-A", "'b`x`'"] {
        folder.write("dist/image-factory.k8s.yaml", written.replace("name: b\n", &format!("name: {name}\n")));
        let outcome = folder.run(&["synth"]);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        assert!(!outcome.stderr.contains("kubectl delete"), "{name}: {}", outcome.stderr);
        assert!(!outcome.stderr.chars().any(is_hidden), "{name}: {}", outcome.stderr);
    }
    folder.write("dist/image-factory.k8s.yaml", &written);
    assert!(
        folder.run(&["synth"]).stderr.contains("kubectl delete -n image-factory-kargo warehouse.kargo.akuity.io b\n")
    );
}
