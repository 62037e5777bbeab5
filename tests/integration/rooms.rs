//! The architecture as a test: which room may use which, as ARCHITECTURE.md has it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const ARCHITECTURE: &str = include_str!("../../ARCHITECTURE.md");

/// A row of the table in ARCHITECTURE.md.
struct Row<'a> {
    room: &'a str,
    /// The rooms that it may name in `crate::`; `None` is all of them.
    may_import: Option<Vec<&'a str>>,
}

/// The rows of the one table whose head is `| room |`, from the ground up.
fn table() -> Vec<Row<'static>> {
    let (_, rest) = ARCHITECTURE.split_once("| room |").unwrap();
    let rows = rest.lines().skip(2).take_while(|line| line.starts_with('|'));
    let quoted = |cell: &'static str| cell.split('`').skip(1).step_by(2).collect::<Vec<_>>();
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
        let may_import = (cells[2].trim() != "all").then(|| quoted(cells[2]));
        Row { room: quoted(cells[0])[0], may_import }
    };
    rows.map(row).collect()
}

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
    let table = table();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let room = room(&path);
        if matches!(room.as_str(), "lib" | "main") {
            continue;
        }
        let Some(row) = table.iter().find(|row| row.room == room) else {
            wrong.push(format!("{} is in no room of the table", path.display()));
            continue;
        };
        for used in rooms_named(&text) {
            if used != room && row.may_import.as_ref().is_some_and(|rooms| !rooms.contains(&used.as_str())) {
                wrong.push(format!("{} uses {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_arrow_runs_back() {
    let table = table();
    for (index, row) in table.iter().enumerate() {
        for used in row.may_import.iter().flatten() {
            let above = table[..index].iter().any(|above| above.room == *used);
            assert!(above, "{} names {used}, which does not stand above it", row.room);
        }
    }
}

#[test]
fn the_table_has_the_rooms_that_there_are_and_allows_what_is_used() {
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in sources() {
        used.entry(room(&path)).or_default().extend(rooms_named(&text));
    }
    let mut idle = Vec::new();
    for row in table() {
        let Some(named) = used.get(row.room) else {
            idle.push(format!("there is no room {}", row.room));
            continue;
        };
        let unused = row.may_import.iter().flatten().filter(|allowed| !named.contains(**allowed));
        idle.extend(unused.map(|allowed| format!("{} may import {allowed}, and does not", row.room)));
    }
    assert!(idle.is_empty(), "{}", idle.join("\n"));
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

/// A policy of another kind would be taken for one that is known.
#[test]
fn nobody_compares_a_policy_with_one_that_he_knows() {
    for (path, text) in sources() {
        let squeezed: String = text.split_whitespace().collect();
        for compared in
            ["==Policy::", "!=Policy::", "==&Policy::", "Policy::MANUAL=>", "Policy::MANUAL|", "Policy::MANUAL=="]
        {
            let elsewhere = path != Path::new("model/policy.rs");
            assert!(!(elsewhere && squeezed.contains(compared)), "{} has {compared}", path.display());
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
