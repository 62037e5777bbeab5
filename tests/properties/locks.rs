//! images.lock.yaml reads back as what was written, whatever the texts in it.

use crate::asked::awkward;
use crate::config;
use image_factory::lock::{self, Base, Dockerfile, Entry, Lock, Placed};
use image_factory::model::EdgeKind;
use image_factory::source::{SourceFile, Sources, Span};
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

/// Texts that flow mappings make more awkward than others do.
fn text() -> impl Strategy<Value = String> {
    let flow = select(vec![
        "a,b",
        "[a]",
        "{a}",
        "a: b",
        "a:",
        ":a",
        "a #b",
        "#",
        "{",
        "}",
        "]",
        "on",
        "y",
        "1_0",
        "<<",
        "~",
        "-",
        "?",
        "- a",
        "'a,'",
        "\"",
        "a'b,c",
        "node:${V}",
        "${{ x }}",
        "a:{b",
        "a:,b",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "%",
        "@",
        "`",
        "",
        " ",
        "0x1F",
        "1:30",
    ]);
    prop_oneof![2 => flow.prop_map(str::to_owned), 2 => awkward(), 1 => "[a-z,:{}\\[\\]#'\" -]{0,12}"]
}

/// A value whose place is of no account.
fn placed<T>(value: T) -> Placed<T> {
    let file = Sources::new().add(SourceFile::new("", ""));
    Placed::new(value, Span::new(file, 0, 0))
}

fn lock() -> impl Strategy<Value = Lock> {
    let base = (text(), of(text()), select(EdgeKind::ALL.to_vec()), of(any::<u32>()))
        .prop_map(|(image, written, kind, line)| Base { image: placed(image), written, kind, line });
    let texts = || btree_map(text(), text(), 0..3);
    let lists = btree_map(text(), vec(text(), 1..4), 0..3);
    let dockerfile = (of(text()), of(text()), of(text()), of(text()), lists, texts(), of(text())).prop_map(
        |(repo, branch, path, target, build_args, contexts, platform)| {
            placed(Dockerfile { repo, branch, path: path.map(placed), target, build_args, contexts, platform })
        },
    );
    let entry = (of(dockerfile), vec(base, 0..3), vec(text(), 0..3))
        .prop_map(|(dockerfile, bases, lines)| placed(Entry { dockerfile, bases, lines, ..Entry::default() }));
    btree_map(text(), entry, 0..4).prop_map(|images| Lock { images, ..Lock::default() })
}

fn read(text: String) -> Lock {
    let mut sources = Sources::new();
    let id = sources.add(SourceFile::new("images.lock.yaml", text));
    let (lock, diagnostics) = lock::read(&sources, id);
    assert!(diagnostics.is_empty(), "{diagnostics:?}\n{}", sources.file(id).text());
    lock
}

#[test]
fn a_lock_reads_back_as_what_was_written() {
    TestRunner::new(config(400))
        .run(&lock(), |lock| {
            prop_assert_eq!(read(lock.text()), lock);
            Ok(())
        })
        .unwrap();
}

/// Another reader of YAML 1.1 and 1.2 words takes every value for the same text.
#[test]
fn another_reader_takes_every_value_for_a_text() {
    TestRunner::new(config(200))
        .run(&lock(), |lock| {
            let value: serde_yaml::Value = serde_yaml::from_str(&lock.text())
                .map_err(|error| TestCaseError::fail(format!("{error}\n{}", lock.text())))?;
            for (name, entry) in &lock.images {
                let read = &value["images"][name.as_str()];
                for (index, base) in entry.bases.iter().enumerate() {
                    prop_assert_eq!(read["bases"][index]["image"].as_str(), Some(base.image.as_str()));
                }
                for (index, line) in entry.lines.iter().enumerate() {
                    prop_assert_eq!(read["lines"][index].as_str(), Some(line.as_str()));
                }
            }
            Ok(())
        })
        .unwrap();
}
