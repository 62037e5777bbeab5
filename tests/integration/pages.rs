//! Manual pages and `--help`: the same arguments and the same exit codes, for the tool and for each command.

use crate::harness::Folder;
use std::collections::BTreeSet;

/// What a text in roff says, and the heads of its sections.
fn plain(roff: &str) -> String {
    let mut text = roff.to_owned();
    for (code, char) in [
        ("\\fB", ""),
        ("\\fI", ""),
        ("\\fR", ""),
        ("\\-", "-"),
        ("\\*(Aq", "'"),
        ("\\&", ""),
        ("\\(aq", "'"),
        ("\\\\", "\\"),
    ] {
        text = text.replace(code, char);
    }
    text
}

/// The lines of the sections of a page whose names begin so.
fn section(page: &str, name: &str) -> Vec<String> {
    let sections = page.split("\n.SH ").filter(|section| section.trim_start_matches('"').starts_with(name));
    let lines = sections.flat_map(|section| section.lines().skip(1));
    // How an apostrophe is written.
    lines.filter(|line| !line.starts_with(".ie ") && !line.starts_with(".el ")).map(str::to_owned).collect()
}

/// The words of a line that are flags, and the arguments that stand by themselves, without their brackets and dots.
fn named(line: &str) -> Vec<String> {
    let word = |word: &str| {
        word.trim_matches([',', '[', ']', '<', '>', '.']).split(['=', '[', '<']).next().unwrap_or_default().to_owned()
    };
    let is_value = |word: &str| word.starts_with(['<', '[']);
    let words: Vec<&str> = line.split_whitespace().collect();
    if words.iter().any(|word| word.starts_with('-')) {
        let flags = words.iter().filter(|word| word.starts_with('-'));
        return flags.map(|flag| word(flag)).collect();
    }
    words.iter().filter(|word| is_value(word)).map(|value| word(value)).collect()
}

/// What `--help` lists: of each argument the line that it begins with.
fn of_help(help: &str) -> BTreeSet<String> {
    let (before, _) = help.split_once("\nExit codes:").unwrap();
    let before = before.split("\nExamples:").next().unwrap();
    let is_entry = |line: &&str| {
        let rest = line.trim_start();
        let indent = line.len() - rest.len();
        (1..=6).contains(&indent) && rest.starts_with(['-', '[', '<'])
    };
    before
        .lines()
        .skip_while(|line| !line.ends_with(':'))
        .filter(is_entry)
        .flat_map(|line| {
            // What it is for stands behind two blanks.
            named(line.trim_start().split("  ").next().unwrap())
        })
        .collect()
}

/// What a page lists: of each argument the line behind `.TP`.
fn of_page(page: &str) -> BTreeSet<String> {
    let lines = section(page, "OPTIONS");
    let heads = lines.windows(2).filter(|pair| pair[0] == ".TP").map(|pair| pair[1].clone());
    heads.flat_map(|head| named(&head)).collect()
}

/// Code and meaning, in words.
type Codes = Vec<(String, String)>;

fn codes_of_help(help: &str) -> Codes {
    let mut codes: Codes = Vec::new();
    for line in help.split_once("\nExit codes:\n").unwrap().1.lines() {
        let (head, text) = line.split_at(5);
        if head.trim().is_empty() {
            let last = &mut codes.last_mut().unwrap().1;
            last.push(' ');
            last.push_str(text);
        } else {
            codes.push((head.trim().to_owned(), text.to_owned()));
        }
    }
    codes
}

fn codes_of_page(page: &str) -> Codes {
    let lines = section(page, "EXIT STATUS");
    lines.split(|line| line == ".TP").skip(1).map(|entry| (entry[0].clone(), entry[1..].join(" "))).collect()
}

#[test]
fn every_page_has_the_arguments_and_the_exit_codes_of_its_help() {
    let folder = Folder::empty();
    let root = image_factory::cli::command();
    let commands = root.get_subcommands().map(|command| Some(command.get_name().to_owned()));
    let mut seen = 0;
    for command in std::iter::once(None).chain(commands) {
        let with = |words: &[&str], last: &[&str]| -> String {
            let call: Vec<&str> = words.iter().copied().chain(command.as_deref()).chain(last.iter().copied()).collect();
            folder.run(&call).stdout
        };
        let (help, page) = (with(&[], &["--help"]), plain(&with(&["man"], &[])));
        assert_eq!(of_help(&help), of_page(&page), "{command:?}\n{help}\n{page}");
        assert_eq!(codes_of_help(&help), codes_of_page(&page), "{command:?}\n{help}\n{page}");
        assert!(of_help(&help).contains("--help") && codes_of_help(&help).len() > 2, "{command:?}\n{help}");
        seen += of_help(&help).len();
    }
    assert!(seen > 150, "{seen} of all commands: something is not read");
}
