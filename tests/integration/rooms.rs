//! The architecture as a test: which room may use which.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Room, and the rooms that it may name in `crate::`. `cli` may use all; nothing may use `cli`.
const TABLE: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("diagnostic", &["source"]),
    ("yaml", &["source", "diagnostic"]),
    ("config", &["source", "diagnostic", "yaml"]),
    ("workflow", &["source", "diagnostic", "yaml"]),
    ("dockerfile", &["source", "diagnostic"]),
    // config in resolve alone, which `model_knows_how_images_yaml_is_written_in_one_place` checks.
    ("model", &["source", "diagnostic", "config"]),
    // yaml for the trees before and after a fix.
    ("lint", &["model", "dockerfile", "workflow", "discover", "diagnostic", "source", "yaml"]),
    // emit for the quoting of scalars.
    ("discover", &["dockerfile", "model", "diagnostic", "source", "emit"]),
    // yaml for the trees before and after; emit for the quoting of scalars; lint for where bake files are.
    ("scaffold", &["lint", "model", "dockerfile", "workflow", "discover", "diagnostic", "source", "yaml", "emit"]),
    ("constructs", &["diagnostic"]),
    ("k8s", &["constructs"]),
    ("kargo", &["constructs"]),
    ("rollouts", &["constructs"]),
    ("factory", &["model", "constructs", "kargo", "rollouts", "k8s", "templates", "diagnostic", "source"]),
    ("emit", &["constructs"]),
    // source for places in what is read; model for its values (Duration, Policy, Reference), never for a graph: what a set
    // means is read from its manifests. factory for the words of `factory::intent`, which a test below checks.
    ("diff", &["emit", "diagnostic", "source", "model", "factory"]),
    ("io", &["source", "emit"]),
    // emit for the quoting of scalars.
    ("templates", &["emit"]),
];

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    files.sort();
    files
        .into_iter()
        .map(|path| (path.strip_prefix(&root).unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect()
}

fn room(path: &Path) -> String {
    path.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// Every room that a text names as `crate::room`, also in `use crate::{a, b::c}`.
fn rooms_named(text: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
    let mut found = BTreeSet::new();
    for rest in text.split("crate::").skip(1) {
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut item = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        found.insert(word(item.trim()));
                        item.clear();
                        continue;
                    }
                    _ => {}
                }
                item.push(c);
            }
            found.insert(word(item.trim()));
        } else {
            found.insert(word(rest));
        }
    }
    found.remove("");
    found
}

#[test]
fn rooms_use_only_the_rooms_that_the_table_allows() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let room = room(&path);
        if matches!(room.as_str(), "lib" | "main" | "cli") {
            continue;
        }
        let Some((_, allowed)) = TABLE.iter().find(|(name, _)| *name == room) else {
            wrong.push(format!("{} is in no room of the table", path.display()));
            continue;
        };
        for used in rooms_named(&text) {
            if used != room && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{} uses {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn model_knows_how_images_yaml_is_written_in_one_place() {
    for (path, text) in sources() {
        if path.starts_with("model") && !path.starts_with("model/resolve") {
            assert!(!rooms_named(&text).contains("config"), "{} uses config", path.display());
        }
    }
}

#[test]
fn diff_knows_the_words_of_factory_and_nothing_else_of_it() {
    for (path, text) in sources() {
        if path.starts_with("diff") && rooms_named(&text).contains("factory") {
            let named = text.split("factory").skip(1).filter(|rest| rest.starts_with("::"));
            let others = named.filter(|rest| !rest.starts_with("::intent::")).count();
            assert!(text.contains("crate::factory::intent::"), "{} names factory in a group", path.display());
            assert_eq!(others, 0, "{} uses more of factory than its words", path.display());
        }
    }
}

#[test]
fn the_names_in_a_group_are_found() {
    let named = rooms_named("use crate::{config::{self, Slot}, model};\nlet x = crate::emit::GENERATED;");
    assert_eq!(named.into_iter().collect::<Vec<_>>(), ["config", "emit", "model"]);
}

#[test]
fn no_file_is_over_four_hundred_lines() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= 420, "{} has {lines} lines", path.display());
    }
}
