//! What a user is to write, or finds in the input, stands between backticks in every message that a test or a snapshot shows.

use std::fs;
use std::path::Path;

/// The lines of help in a text, each with the lines that it goes on in, without the backticks and what is between them.
fn helps(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        let bare = line.trim_start();
        let indent = line.len() - bare.len();
        if let Some(help) = bare.strip_prefix("= help: ").or_else(|| bare.strip_prefix("help: ")) {
            found.push((indent, help.split("\\n").next().unwrap().to_owned()));
            goes_on = true;
        } else if goes_on && found.last().is_some_and(|(column, _)| indent > *column) {
            let (_, help) = found.last_mut().unwrap();
            help.push(' ');
            help.push_str(bare);
        } else {
            goes_on = false;
        }
    }
    let plain = |help: &str| help.split('`').step_by(2).collect::<Vec<_>>().join("`");
    found.into_iter().map(|(_, help)| (plain(&help), help)).collect()
}

/// Why a help is not well written, of what is left of it without what is between backticks.
fn fault(plain: &str) -> Option<String> {
    let signs = ["--", "{", "}", "[", "]", "\"", "<<", "$(", "://"];
    if let Some(sign) = signs.iter().find(|sign| plain.contains(*sign)) {
        return Some(format!("{sign} without backticks"));
    }
    for lead in ["did you mean ", "write one of ", "it takes one of ", "in quotes: ", "as in ", "such as "] {
        let after = plain.split(lead).skip(1).find(|after| !after.starts_with(['`']) && !is_prose(after));
        if let Some(after) = after {
            return Some(format!("{lead}{after}"));
        }
    }
    let word = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '=' | '/' | '.' | '@'));
    let literal = |word: &&str| {
        let word = word.trim_end_matches('.');
        let code = word.strip_prefix("IF").is_some_and(|rest| rest.len() == 3 && rest.parse::<u16>().is_ok());
        let variable = word.contains('_') && word.chars().all(|c| c == '_' || c.is_ascii_uppercase());
        code || variable || word.contains('=') || word.contains('@')
    };
    plain.split(word).find(literal).map(|word| format!("{word} without backticks"))
}

fn is_prose(after: &str) -> bool {
    ["them", "the ", "a ", "that of", "those"].iter().any(|word| after.starts_with(word))
}

fn files(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| ["snap", "rs", "edges"].iter().any(|known| extension == *known))
        {
            found.push(fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_literal_in_a_help_stands_between_backticks() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut texts = Vec::new();
    files(&root.join("integration"), &mut texts);
    files(&root.join("fixtures"), &mut texts);
    let all: Vec<_> = texts.iter().flat_map(|text| helps(text)).collect();
    assert!(all.len() > 250, "the helps are found: {}", all.len());
    let bad: Vec<String> =
        all.iter().filter_map(|(plain, help)| fault(plain).map(|why| format!("{why}: {help}"))).collect();
    assert!(bad.is_empty(), "{} of {}\n{}", bad.len(), all.len(), bad.join("\n"));
}

#[test]
fn the_test_of_literals_knows_what_is_one() {
    for good in
        ["write `a` alone", "write one of `a`, `b`", "write one of them alone", "did you mean `x`?", "as in `a: b`"]
    {
        let (plain, _) = &helps(&format!("   = help: {good}"))[0];
        assert_eq!(fault(plain), None, "{good}");
    }
    for bad in
        ["write one of a, b", "did you mean IF001?", "put it in quotes: `a`: \"b\"", "set GH_HOST=a", "add --yes"]
    {
        let (plain, _) = &helps(&format!("   = help: {bad}"))[0];
        assert!(fault(plain).is_some(), "{bad}");
    }
}
