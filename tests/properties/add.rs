//! `add` keeps every old byte, and what it writes reads as the old file and one image more.

use image_factory::edit::append;
use image_factory::edit::entry::{Line, Value};
use image_factory::source::{SourceFile, Sources};
use proptest::prelude::*;
use serde_yaml::Value as Yaml;

fn appended(text: &str, entry: &[Line]) -> Option<String> {
    let mut sources = Sources::new();
    let id = sources.add(SourceFile::new("images.yaml", text));
    append(sources.file(id), id, "images", entry)
}

/// An item of a list in block style, its dash not indented.
fn item(number: usize, style: u8) -> String {
    match style {
        0 => format!("- name: a{number}\n  repository: x/a\n  tag: '1'\n"),
        1 => format!("- {{name: a{number}, tag: '1'}} # c\n"),
        2 => format!("-   name: a{number}\n    source: # c\n        repo: x/y\n    # of the item\n"),
        3 => format!(
            "- source:\n    repo: x/y\n  name: a{number}\n  inputs:\n    text: |\n      - a\n\n      # no comment\n"
        ),
        4 => format!("# before\n- name: \"a\n    {number}\"\n  baseImages:\n  - x\n  - y\n\n"),
        _ => format!("- # c\n  name: a{number}\n  baseImages: [\n    x, # c\n  ]\n  # c\n"),
    }
}

fn indented(text: &str, by: usize) -> String {
    let lines = text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{:by$}{line}\n", "") });
    lines.collect()
}

/// images.yaml in every shape, and whether its list is in block style.
fn texts() -> impl Strategy<Value = (String, bool)> {
    let items = proptest::collection::vec(0..6_u8, 0..4);
    (items, 0..7_u8, 0..5_usize, any::<[bool; 3]>()).prop_map(|(styles, shape, by, [crlf, cut, comment])| {
        let block: String = styles.iter().enumerate().map(|(number, style)| item(number, *style)).collect();
        let names: Vec<String> = (0..styles.len()).map(|number| format!("{{name: a{number}}}")).collect();
        let (flow, lines) = (names.join(", "), names.join(", # c\n  "));
        let is_block = !styles.is_empty();
        let (text, is_block) = match shape {
            0 if is_block => (block, true),
            1 if is_block => (format!("project: x # c\nimages: # ours\n{}", indented(&block, by)), true),
            2 if is_block => (format!("images:\n{}\n# end\nproject: x\n", indented(&block, by)), true),
            3 => (format!("[{flow}]\n"), false),
            4 => (format!("images: [{flow}] # c\nproject: x\n"), false),
            5 if is_block => (format!("images: [\n  {lines} # c\n  ]\n"), false),
            _ => ("baseImages:\n  - image: node # c\n  # d\n".to_owned(), true),
        };
        let text = if comment { format!("{text}# the end\n") } else { text };
        let text = if cut { text.trim_end_matches('\n').to_owned() } else { text };
        (if crlf { text.replace('\n', "\r\n") } else { text }, is_block)
    })
}

/// Values that need quotes of every kind, and some that need none.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9./-]{0,12}",
        "[ -~]{1,16}",
        any::<String>(),
        proptest::sample::select(vec![
            "no",
            "1_000",
            "22",
            "~",
            "null",
            "a: b",
            "x #y",
            "- a",
            "",
            "\t",
            "a\nb",
            "é\u{feff}"
        ])
        .prop_map(str::to_owned),
    ]
}

fn entries() -> impl Strategy<Value = Vec<Line>> {
    let words = || proptest::collection::vec(word(), 0..3);
    let pairs = proptest::collection::btree_map("[A-Z][A-Z0-9_]{0,8}", proptest::collection::vec(word(), 1..3), 0..3);
    (word(), word(), words(), pairs, any::<bool>()).prop_map(|(name, repo, bases, args, manual)| {
        let mut source = vec![Line::text("repo", repo)];
        if !args.is_empty() {
            source.push(Line::new("buildArgs", Value::Given(args.into_iter().collect())));
        }
        let mut entry = vec![Line::text("name", name), Line::new("source", Value::Lines(source))];
        entry.push(Line::new("baseImages", Value::List(bases)));
        if manual {
            entry.push(Line::new("autoRebuild", Value::False));
        }
        entry
    })
}

/// The same as a value of another reader.
fn value(entry: &[Line]) -> Yaml {
    let one = |line: &Line| {
        let value = match &line.value {
            Value::Text(text) => Yaml::from(text.as_str()),
            Value::False => Yaml::from(false),
            Value::List(items) => Yaml::Sequence(items.iter().map(|item| Yaml::from(item.as_str())).collect()),
            Value::Given(pairs) => Yaml::Mapping(
                pairs
                    .iter()
                    .map(|(key, values)| {
                        let all: Vec<Yaml> = values.iter().map(|value| Yaml::from(value.as_str())).collect();
                        let given = if let [one] = all.as_slice() { one.clone() } else { Yaml::Sequence(all) };
                        (Yaml::from(key.as_str()), given)
                    })
                    .collect(),
            ),
            Value::Map(pairs) => Yaml::Mapping(
                pairs.iter().map(|(key, value)| (Yaml::from(key.as_str()), Yaml::from(value.as_str()))).collect(),
            ),
            Value::Inputs(pairs) => Yaml::Mapping(
                pairs
                    .iter()
                    .map(|(key, value)| (Yaml::from(key.as_str()), value.as_deref().map_or(Yaml::Null, Yaml::from)))
                    .collect(),
            ),
            Value::Lines(lines) => value(lines),
        };
        (Yaml::from(line.key), value)
    };
    Yaml::Mapping(entry.iter().map(one).collect())
}

/// The old file as another reader has it, with one more item in its list: where it belongs by its name if there are two items or
/// more and each name is greater than the one before it, else at the end.
fn grown(text: &str, entry: &[Line]) -> Yaml {
    let mut old: Yaml = serde_yaml::from_str(text).unwrap();
    let list = match &mut old {
        Yaml::Mapping(mapping) => mapping.entry(Yaml::from("images")).or_insert_with(|| Yaml::Sequence(Vec::new())),
        list => list,
    };
    let list = list.as_sequence_mut().unwrap();
    let new = value(entry);
    let name = |item: &Yaml| item["name"].as_str().unwrap_or_default().to_owned();
    let names: Vec<String> = list.iter().map(name).collect();
    let is_sorted = names.len() > 1 && names.windows(2).all(|pair| pair[0] < pair[1]);
    let row = names.iter().position(|other| is_sorted && *other > name(&new)).unwrap_or(names.len());
    list.insert(row, new);
    old
}

fn is_subsequence(old: &str, new: &str) -> bool {
    let mut rest = new.chars();
    old.chars().all(|c| rest.any(|other| other == c))
}

/// Without spaces and brackets, some of which go with an empty list.
fn squeezed(text: &str) -> String {
    text.replace([' ', '[', ']'], "")
}

proptest! {
    #![proptest_config(crate::config(400))]

    #[test]
    fn an_image_more_and_every_old_byte((text, is_block) in texts(), entry in entries()) {
        // Readers differ on whether a block scalar at the very end has a line break: ours says that it does.
        prop_assume!(!text.ends_with("# no comment"));
        let new = appended(&text, &entry);
        prop_assert!(new.is_some(), "refused:\n{text}");
        let new = new.unwrap();
        let read: Yaml = serde_yaml::from_str(&new).unwrap();
        prop_assert_eq!(read, grown(&text, &entry), "{}", new);
        prop_assert!(is_subsequence(&text.replace(" []", "").replace("[]", ""), &new), "{text}\n{new}");
        if is_block {
            // One piece more, wherever it is.
            let ahead = text.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
            let behind = text.bytes().rev().zip(new.bytes().rev()).take_while(|(a, b)| a == b).count();
            prop_assert!(ahead + behind >= text.len(), "{text}\n{new}");
        }
        if text.contains("\r\n") {
            prop_assert_eq!(new.matches('\n').count(), new.matches("\r\n").count());
        }
    }

    #[test]
    fn any_text_is_kept_or_refused(text in "([-:#\\[\\]{}&*!|>'\"a ]|images: ?|- |\n|\n  ){0,40}", entry in entries()) {
        if let Some(new) = appended(&text, &entry) {
            prop_assert!(is_subsequence(&squeezed(&text), &squeezed(&new)), "{text}\n{new}");
        }
    }
}
