//! What is written for each release of Kargo, against the table of what it knows; and that table against Kargo's own files.

use crate::harness::fixtures;
use image_factory::factory;
use image_factory::grammar::kargo::KargoVersion;
use image_factory::grammar::release::{KEYS, Known, LANGUAGE, SOURCES, TABLE};
use image_factory::io::workspace::Workspace;
use image_factory::model::Model;
use image_factory::session::{Options, Session, Tree, Verbosity};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The models of every images.yaml that is right: of the fixtures, of the conformance suite, and the sample.
fn models() -> Vec<(String, Model)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [fixtures(), root.join("tests/conformance/testdata")];
    let inside =
        folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        inside.chain([root.join("image-factory")]).map(|path| path.join("images.yaml")).collect();
    files.retain(|path| path.is_file());
    files.sort();
    let options = || Options { verbosity: Verbosity::Quiet, locked: true, ..Options::default() };
    let model = |path: PathBuf| {
        let workspace = Workspace { root: path.parent().unwrap().to_owned(), images: path.clone() };
        let (model, problems) = Session::read(Tree::disk(workspace), options()).ok()?.model().unwrap();
        (!problems.stop()).then(|| (path.parent().unwrap().display().to_string(), model))
    };
    files.into_iter().filter_map(model).collect()
}

/// What a release is asked for by what is written.
#[derive(Default)]
struct Asked(BTreeSet<String>);

impl Asked {
    fn object(&mut self, object: &Value) {
        let kind = object["kind"].as_str().unwrap();
        for (key, word) in [("labels", "label"), ("annotations", "annotation")] {
            let names = object["metadata"].get(key).and_then(Value::as_object).into_iter().flat_map(|map| map.keys());
            self.0.extend(names.filter(|name| name.starts_with("kargo.")).map(|name| format!("{word} {name}")));
        }
        if object["apiVersion"].as_str().unwrap().starts_with("kargo.akuity.io/") {
            self.value(&format!("{kind} spec"), object.get("spec").unwrap_or(&Value::Null));
        }
    }

    fn value(&mut self, path: &str, value: &Value) {
        match value {
            Value::Null => {}
            Value::Object(fields) => {
                if let Some(config) = fields.get("config") {
                    let uses = fields["uses"].as_str().unwrap();
                    self.0.insert(format!("step {uses}"));
                    self.value(&format!("{uses} config"), config);
                }
                for (name, field) in fields.iter().filter(|(name, _)| *name != "config") {
                    self.value(&format!("{path}.{name}"), field);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.value(&format!("{path}[]"), item)),
            leaf => {
                self.0.insert(path.to_owned());
                if let Some(text) = leaf.as_str() {
                    self.expressions(text);
                }
            }
        }
    }

    /// Calls and variables of a text, whatever of it is an expression; what stands in its strings is none.
    fn expressions(&mut self, text: &str) {
        let text = without_strings(text);
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        for part in text.split(|c| !is_word(c) && c != '(').filter(|part| !part.is_empty()) {
            let words: Vec<&str> = part.split('(').collect();
            for (at, word) in words.iter().enumerate() {
                let names: Vec<&str> = word.trim_start_matches('.').split('.').collect();
                let is_call = at + 1 < words.len()
                    && names.last().is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()));
                match names[..] {
                    ["response", ..] if is_call => _ = self.0.insert(format!("function {word}")),
                    ["ctx", ..] | ["request", "body", ..] | ["response", "status" | "body" | "headers", ..] => {
                        let names = if names[0] == "ctx" { &names[..] } else { &names[..2] };
                        self.0.insert(format!("variable {}", names.join(".")));
                    }
                    [name @ ("vars" | "outputs" | "stepMetas" | "task" | "secrets"), ..] => {
                        _ = self.0.insert(format!("variable {name}"));
                    }
                    [] | [_, ..] => {}
                }
                let method = word.starts_with('.') || names.len() > 1;
                let last = names.last().map(|name| if method { format!(".{name}") } else { (*name).to_owned() });
                if let Some(name) =
                    last.filter(|name| is_call && names[0] != "response" && !LANGUAGE.contains(&name.as_str()))
                {
                    self.0.insert(format!("function {name}"));
                }
            }
        }
    }
}

/// A text without what stands between double quotes.
fn without_strings(text: &str) -> String {
    let (mut out, mut is_string, mut escaped) = (String::new(), false, false);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if is_string => escaped = true,
            '"' => {
                is_string = !is_string;
                out.push(c);
            }
            _ if !is_string => out.push(c),
            _ => {}
        }
    }
    out
}

/// The line of the table that a path is told by.
fn line_of(path: &str) -> Option<&'static Known> {
    TABLE.iter().find(|known| match known.what.strip_suffix(".*") {
        Some(folder) => path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')),
        None => known.what == path,
    })
}

fn asked_of(model: &Model) -> BTreeSet<String> {
    let mut asked = Asked::default();
    factory::each(model, |object| asked.object(&serde_json::to_value(&object).unwrap()));
    asked.0
}

#[test]
fn all_that_is_written_for_a_release_is_in_its_table() {
    let models = models();
    assert!(models.len() >= 30, "the fixtures are found: {}", models.len());
    let mut written = BTreeSet::new();
    for version in KargoVersion::ALL {
        for (name, mut model) in models.iter().cloned() {
            model.kargo = *version;
            // What a user gives the Namespace is not ours.
            (model.project.labels, model.project.annotations) = Default::default();
            for path in asked_of(&model) {
                let known =
                    line_of(&path).unwrap_or_else(|| panic!("{name}: `{path}` has no line in src/grammar/release.rs"));
                assert!(version.knows(known), "{name}: Kargo {} does not know `{path}`", version.word());
                written.insert(known.what);
            }
        }
    }
    let never: Vec<&str> = TABLE.iter().map(|known| known.what).filter(|what| !written.contains(what)).collect();
    // So many automatic Stages are in no fixture.
    assert_eq!(never, ["ProjectConfig spec.promotionPolicies[].stageSelector.matchLabels.*"]);
}

#[test]
fn a_line_is_told_once_and_keys_are_done_by_every_release_that_lacks_none_of_theirs() {
    let all: BTreeSet<&str> = TABLE.iter().map(|known| known.what).collect();
    assert_eq!(all.len(), TABLE.len(), "two lines of one thing");
    for (key, needs) in KEYS {
        for version in KargoVersion::ALL {
            let lacks = needs.iter().find(|known| !version.knows(known)).map(|known| known.what);
            assert_eq!(version.lacks(key).map(|known| known.what), lacks, "{key} and {}", version.word());
        }
        assert!(needs.iter().all(|known| all.contains(known.what)), "{key}");
    }
}

/// By hand from the tags v1.9.0, v1.10.0 and v1.11.0 of Kargo: what is there and was not in the one before.
#[test]
fn what_came_after_the_oldest_release() {
    let newer: Vec<(u8, &str)> =
        TABLE.iter().filter(|known| known.since > 9).map(|known| (known.since, known.what)).collect();
    let by_hand = [
        (10, "step fail"),
        (11, "http config.pollInterval"),
        (11, "http config.errorExpression"),
        (10, "fail config.message"),
    ];
    assert_eq!(newer, by_hand);
}

/// A line of Kargo's files names the field that it is given for, where those of v1.11.2 are beside this repository.
#[test]
fn sources_are_where_the_table_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/kargo-schemas");
    let mut read = 0;
    for known in TABLE {
        let (file, line) = known.source.split_once(':').unwrap();
        let path = SOURCES.iter().find(|(name, _)| *name == file).unwrap_or_else(|| panic!("{file} is in no folder")).1;
        let name = Path::new(path).file_name().unwrap();
        let found = ["crds", "steps", "subscriptions"]
            .map(|part| folder.join(part).join(name))
            .into_iter()
            .find(|at| at.is_file());
        let Some(found) = found else { continue };
        let text = std::fs::read_to_string(found).unwrap();
        let line = text.lines().nth(line.parse::<usize>().unwrap() - 1).unwrap();
        let last = known.what.trim_end_matches(".*").trim_end_matches("[]").rsplit(['.', ' ']).next().unwrap();
        let named = line.trim().trim_start_matches('"').split(['"', ':']).next().unwrap();
        let is_whole = known.what.starts_with("step ") || known.what == "compose-output config.*";
        assert!(
            if is_whole { line.contains("title") || line.contains("type") } else { named == last },
            "{known:?}: {line}"
        );
        read += 1;
    }
    if folder.is_dir() {
        assert!(read > 50, "only {read} lines were looked at");
    } else {
        println!("skipped: Kargo's files are not beside this repository");
    }
}

/// The README's table of what came with which release is that of the code.
#[test]
fn the_readme_tells_what_came_with_which_release() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (_, chapter) = readme.split_once("### Older releases of Kargo").unwrap();
    let (chapter, _) = chapter.split_once("\n### ").unwrap();
    let told: BTreeSet<(&str, &str)> = chapter
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | since 1."))
        .map(|(what, since)| (what, since.trim_end_matches(" |")))
        .collect();
    let newer = TABLE.iter().filter(|known| known.since > 9);
    let newer: Vec<(&str, String)> = newer.map(|known| (known.what, known.since.to_string())).collect();
    assert_eq!(told, newer.iter().map(|(what, since)| (*what, since.as_str())).collect());
    for version in KargoVersion::ALL {
        assert!(chapter.contains(version.word()), "{} is not in the chapter", version.word());
    }
}
