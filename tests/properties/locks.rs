//! images.lock.yaml reads back as what was written, whatever the texts in it.

use crate::asked::awkward;
use crate::config;
use image_factory::config::{Slot, read_lock};
use image_factory::discover::{Base, Dockerfile, Entry, Lock};
use image_factory::model::EdgeKind;
use image_factory::source::{SourceFile, Sources};
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

fn lock() -> impl Strategy<Value = Lock> {
    let base = (text(), of(text()), select(EdgeKind::ALL.to_vec()), of(any::<u32>()))
        .prop_map(|(image, written, kind, line)| Base { image, written, kind, line });
    let dockerfile = (text(), text(), text(), of(text()), btree_map(text(), text(), 0..3), of(text())).prop_map(
        |(repo, branch, path, target, build_args, platform)| Dockerfile {
            repo,
            branch,
            path,
            target,
            build_args,
            platform,
        },
    );
    let entry = (of(dockerfile), vec(base, 0..3), vec(text(), 0..3)).prop_map(|(dockerfile, bases, lines)| Entry {
        dockerfile,
        bases,
        lines,
    });
    btree_map(text(), entry, 0..4).prop_map(|images| Lock { images })
}

/// What the reader says, as values.
fn read(text: String) -> Lock {
    let mut sources = Sources::new();
    let id = sources.add(SourceFile::new("images.lock.yaml", text));
    let (lock, diagnostics) = read_lock(&sources, id);
    assert!(diagnostics.is_empty(), "{diagnostics:?}\n{}", sources.file(id).text());
    let text = |slot: &Slot<String>| slot.get().map(|at| at.value.clone());
    let entries = lock.images.get().unwrap().value.0.iter().map(|(name, slot)| {
        let entry = &slot.get().unwrap().value;
        let dockerfile = entry.dockerfile.get().map(|at| {
            let file = &at.value;
            let args = file.build_args.get().into_iter().flat_map(|at| &at.value.0);
            Dockerfile {
                repo: text(&file.repo).unwrap(),
                branch: text(&file.branch).unwrap(),
                path: text(&file.path).unwrap(),
                target: text(&file.target),
                build_args: args.map(|(name, value)| (name.value.clone(), text(value).unwrap())).collect(),
                platform: text(&file.platform),
            }
        });
        let bases = entry.bases.items().map(|at| Base {
            image: text(&at.value.image).unwrap(),
            written: text(&at.value.written),
            kind: EdgeKind::ALL.into_iter().find(|kind| text(&at.value.kind).unwrap() == kind.name()).unwrap(),
            line: at.value.line.get().map(|at| at.value),
        });
        let lines = entry.lines.items().map(|at| at.value.clone());
        (name.value.clone(), Entry { dockerfile, bases: bases.collect(), lines: lines.collect() })
    });
    Lock { images: entries.collect() }
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
