//! Each case is a text, what is edited in it, and the text afterwards.

use super::*;
use crate::source::{Sources, Span};

/// The text after edits at the first place of each word: another text, or none of the entry or the code.
fn edited(text: &str, words: &[(&str, Option<&str>)]) -> Result<String, String> {
    let mut sources = Sources::new();
    let id = sources.add(SourceFile::new("images.yaml", text));
    let edits = words.iter().map(|(word, to)| {
        let start = text.find(word).unwrap();
        let at = Span::new(id, start, start + word.len());
        let lead = text[..start].rsplit('\n').next().unwrap().trim_end();
        match to {
            Some(to) => Edit::Replace { at, from: word.trim_matches(['"', '\'']).into(), to: (*to).into() },
            None if word.starts_with("IF") => Edit::Unignore(at),
            None if lead.is_empty() || lead.ends_with(['-', '[', ',']) => Edit::RemoveItem { at, with_list: false },
            None => Edit::RemoveKey(at),
        }
    });
    let edited = apply(sources.file(id), id, &edits.collect::<Vec<_>>());
    if edited.made.iter().all(|made| *made) { Ok(edited.text) } else { Err(edited.text) }
}

#[test]
fn scalars_keep_their_quotes_and_get_some_where_they_need_them() {
    for (text, word, to, after) in [
        ("a: {tag: 22, b: 1} # c\r\n", "22", "22", "a: {tag: \"22\", b: 1} # c\r\n"),
        ("\u{feff}- a: 'Acme/X' # c\n", "'Acme/X'", "acme/x", "\u{feff}- a: 'acme/x' # c\n"),
        ("- a: \"Acme/X\"\n", "\"Acme/X\"", "acme/x", "- a: \"acme/x\"\n"),
        ("- [x, Node:22 ,y]", "Node:22", "node:22", "- [x, node:22 ,y]"),
        ("- a: X\n", "X", "no", "- a: \"no\"\n"),
        ("- a: X\n", "X", "a: b #", "- a: \"a: b #\"\n"),
    ] {
        assert_eq!(edited(text, &[(word, Some(to))]).as_deref(), Ok(after), "{text}");
    }
}

#[test]
fn what_cannot_be_replaced_safely_stays() {
    for (text, word, to) in [
        ("- a: &x X\n- b: *x\n", "X", "y"),
        ("- a: !!int 22\n", "22", "22"),
        ("- a: |\n    X\n", "X", "y"),
        ("- a: \"X\"\n", "\"X\"", "a\"b"),
        ("- a: X\n  a: b\n", "X", "y"),
    ] {
        assert_eq!(edited(text, &[(word, Some(to))]), Err(text.to_owned()));
    }
}

#[test]
fn comments_stay_where_an_entry_goes() {
    for (text, words, after) in [
        ("a: # x\n  # y\n  b: GO # z\n  # w\n  c: 2\n", &["GO"][..], "a: # x\n  # y\n  # z\n  # w\n  c: 2\n"),
        ("a:\r\n  b: GO # x\r\n  c: 1\r\n", &["GO"], "a:\r\n  # x\r\n  c: 1\r\n"),
        ("a:\n- {b: 1} # x\n- GO # y\n\n# z\n- LEAVE\n- d\n", &["GO", "LEAVE"], "a:\n- {b: 1} # x\n# y\n\n# z\n- d\n"),
        ("a: # x\n  # y\n  - GO # z\n# w\n", &["GO"], "a: [] # x\n  # y\n  # z\n# w\n"),
        ("- b: GO # x\n  c: 1\n", &["GO"], "- # x\n  c: 1\n"),
        ("- b: GO\n  # x\n  c: 1\n", &["GO"], "-\n  # x\n  c: 1\n"),
        ("a: [b, # x\n  GO, # y\n  c # z\n]\n", &["GO"], "a: [b, # x\n  # y\n  c # z\n]\n"),
        ("a: [b, # x\n  GO # y\n]\n", &["GO"], "a: [b # x\n  # y\n]\n"),
        (
            "a: [\n  # v\n  GO, # w\n\n  # x\n  OFF, # y\n  c # z\n]\n",
            &["GO", "OFF"],
            "a: [\n  # v\n  # w\n  # x\n  # y\n  c # z\n]\n",
        ),
        ("a: [GO # y\n, b # z\n]\n", &["GO"], "a: [ # y\n    b # z\n]\n"),
        ("- a\n- \"\u{e9} # no\"\n- GO #\u{4e2d}", &["GO"], "- a\n- \"\u{e9} # no\"\n#\u{4e2d}"),
        ("a: &x # y\n  - GO\nb: 1\n", &["GO"], "a: &x [] # y\nb: 1\n"),
        ("a: |\n  # x\nb: GO # y\nc: |-\n  # z\n", &["GO"], "a: |\n  # x\n# y\nc: |-\n  # z\n"),
    ] {
        let edits: Vec<_> = words.iter().map(|word| (*word, None)).collect();
        assert_eq!(edited(text, &edits).as_deref(), Ok(after), "{text}");
    }
}

#[test]
fn entries_go_with_their_comma_and_their_line() {
    for (text, words, after) in [
        ("a: {b: 1, c: GO} # x\n", &["GO"][..], "a: {b: 1} # x\n"),
        ("a: {b: GO, c: 1} # x\n", &["GO"], "a: {c: 1} # x\n"),
        ("- [1 ,GO , 3] # x", &["GO"], "- [1 ,3] # x"),
        ("- [GO, LEAVE, 1, OFF ]", &["GO", "LEAVE", "OFF"], "- [1 ]"),
        ("- [1, OFF,]", &["OFF"], "- [1,]"),
        ("- [1, GO\n, OFF]", &["GO", "OFF"], "- [1]"),
        ("- [0, GO, OFF, 1, LEAVE]", &["GO", "OFF", "LEAVE"], "- [0, 1]"),
        ("- [ OFF ]", &["OFF"], "- [ ]"),
        ("a: {\n  \"b\": GO,\n  \"c\":1,\n  d: OFF\n}\n", &["GO", "OFF"], "a: {\n  \"c\":1\n}\n"),
        ("- b: GO\n  c: 1\n", &["GO"], "- c: 1\n"),
        ("- b: GO\n  d: OFF\n\n  c: 1\n", &["GO", "OFF"], "- c: 1\n"),
        ("- - GO\n  - 1\n- 2\n", &["GO"], "- - 1\n- 2\n"),
        ("- - GO\n- 2\n", &["GO"], "- []\n- 2\n"),
        ("a:\n  b: GO\nc: 1\n", &["GO"], "a: {}\nc: 1\n"),
        ("a:\n- GO\nc: 1\n", &["GO"], "a: []\nc: 1\n"),
        ("# x\n- GO # y\n", &["GO"], "# x\n[]\n# y\n"),
        ("a:\n- [GO, 1]\nc: 1\n", &["[GO, 1]"], "a: []\nc: 1\n"),
        ("- a\n\n- GO\n\n- OFF\n\n- b\n", &["GO", "OFF"], "- a\n\n- b\n"),
        ("- a\n\n- GO\n\n", &["GO"], "- a\n"),
        ("\u{feff}- GO\n- b\n", &["GO"], "\u{feff}- b\n"),
        ("a:\tGO\t\nb:\t1\n", &["GO"], "b:\t1\n"),
        ("- a: &x !!str GO\n  b: 1\n", &["GO"], "- b: 1\n"),
        ("- a: 'GO\n\n    on'\n  c: 1\n", &["'GO\n\n    on'"], "- c: 1\n"),
        ("- a: 1\n- >-\n  GO\n\n- c\n", &["GO\n\n"], "- a: 1\n\n- c\n"),
    ] {
        let edits: Vec<_> = words.iter().map(|word| (*word, None)).collect();
        assert_eq!(edited(text, &edits).as_deref(), Ok(after), "{text}");
    }
}

/// Left alone, such a comment would be for the next line.
#[test]
fn a_comment_that_ignores_a_problem_goes_with_its_line() {
    let mark = "# image-factory: ignore[IF045]";
    for (text, after) in [
        ("a: 1\nb: GO MARK why\nc: 1\n", "a: 1\nc: 1\n"),
        ("a: 1\nb: GO # x MARK\nc: 1\n", "a: 1\n# x\nc: 1\n"),
        ("a: 1 MARK\n# x\nMARK\n\n# y\nb: GO\nc: 1\n", "a: 1 MARK\n# x\n\n# y\nc: 1\n"),
        ("a: 1\nMARK\nb: # x\n  - GO MARK\n", "a: 1\nMARK\nb: [] # x\n"),
        ("MARK\n- b: GO\n  c: 1\n", "MARK\n- c: 1\n"),
    ] {
        let (text, after) = (text.replace("MARK", mark), after.replace("MARK", mark));
        assert_eq!(edited(&text, &[("GO", None)]), Ok(after), "{text}");
    }
}

#[test]
fn a_list_goes_with_its_last_item_where_that_may_be() {
    let with_list = |text: &str, words: &[(&str, bool)]| {
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new("images.yaml", text));
        let item = |(word, with_list): &(&str, bool)| {
            let start = text.find(word).unwrap();
            Edit::RemoveItem { at: Span::new(id, start, start + word.len()), with_list: *with_list }
        };
        let edited = apply(sources.file(id), id, &words.iter().map(item).collect::<Vec<_>>());
        assert!(edited.made.iter().all(|made| *made));
        edited.text
    };
    assert_eq!(with_list("a: # x\n- GO # y\n# z\nb: 1\n", &[("GO", true)]), "# x\n# y\n# z\nb: 1\n");
    assert_eq!(with_list("{a: [GO, OFF], b: 1}\n", &[("GO", true), ("OFF", true)]), "{b: 1}\n");
    assert_eq!(with_list("a: [GO, OFF]\nb: 1\n", &[("GO", true), ("OFF", false)]), "a: []\nb: 1\n");
    assert_eq!(with_list("a: [GO, 1]\nb: 1\n", &[("GO", true)]), "a: [1]\nb: 1\n");
    assert_eq!(with_list("a:\n- GO\n", &[("GO", true)]), "a: []\n", "nothing would be left");
    assert_eq!(with_list("a: [GO]\nb: [OFF]\n", &[("GO", true), ("OFF", true)]), "b: []\n");
}

#[test]
fn what_is_inside_of_an_entry_goes_with_it() {
    let text = "a:\n- b: X # image-factory: ignore[IF045]\n  c: [GO]\n- d\n";
    let item = "b: X # image-factory: ignore[IF045]\n  c: [GO]";
    let edits = [(item, None), ("X", Some("y")), ("GO", None), ("IF045", None)];
    assert_eq!(edited(text, &edits).as_deref(), Ok("a:\n- d\n"));
}

#[test]
fn a_list_with_the_place_of_its_item_goes_as_a_whole() {
    let mut sources = Sources::new();
    let id = sources.add(SourceFile::new("images.yaml", "a:\n  b:\n  - GO # x\n  c: 1\n"));
    let at = Span::new(id, 12, 14);
    let edited = apply(sources.file(id), id, &[Edit::RemoveKey(at)]);
    assert_eq!(edited.text, "a:\n  # x\n  c: 1\n");
}

#[test]
fn what_cannot_be_removed_safely_stays() {
    for text in [
        "a: {b: &x GO, c: 1}\nd: *x\n",
        "a: &x\n  b: GO\n  c: 1\nd: *x\n",
        "a: &x {b: GO}\nd:\n  <<: *x\n  c: 1\n",
        "? b\n: GO\n? c\n: 1\n",
        "a: {? b : GO, c: 1}\n",
        "a: [b: GO, c]\n",
        "x: &x {b: 2}\na:\n  <<: *x\n  b: GO\n",
    ] {
        assert_eq!(edited(text, &[("GO", None)]), Err(text.to_owned()));
    }
}

#[test]
fn codes_go_and_the_comment_with_the_last_of_them() {
    let text = "# image-factory: ignore[IF001] why\na: 1 # image-factory: ignore[IF002, IF003 IF004] why\n";
    for (codes, after) in [
        (&["IF001"][..], "a: 1 # image-factory: ignore[IF002, IF003 IF004] why\n"),
        (&["IF003"], "# image-factory: ignore[IF001] why\na: 1 # image-factory: ignore[IF002, IF004] why\n"),
        (&["IF001", "IF002", "IF003", "IF004"], "a: 1\n"),
    ] {
        let edits: Vec<_> = codes.iter().map(|code| (*code, None)).collect();
        assert_eq!(edited(text, &edits).as_deref(), Ok(after), "{codes:?}");
    }
    let script = "a: |\n  b # image-factory: ignore[IF001]\n";
    assert_eq!(edited(script, &[("IF001", None)]), Err(script.to_owned()), "this is no comment");
}

#[test]
fn a_bad_edit_does_not_hold_up_the_others() {
    let text = "- a: GO\n  b: X\n- c: |\n    Y\n- d: Z\n";
    let edits = [("GO", None), ("X", Some("x")), ("|\n    Y\n", Some("y")), ("Z", Some("z"))];
    assert_eq!(edited(text, &edits), Err("- b: x\n- c: |\n    Y\n- d: z\n".to_owned()));
}

/// The text after settings in the mapping that has the value BESIDE: key, name and text, none of what goes; several texts have `|`
/// between them.
fn set(text: &str, settings: &[(&'static str, Option<&str>, Option<&str>)]) -> Option<String> {
    let mut sources = Sources::new();
    let id = sources.add(SourceFile::new("images.yaml", text));
    let start = text.find("BESIDE").unwrap();
    let beside = Span::new(id, start, start + "BESIDE".len());
    let edit = |(key, name, to): &(&'static str, Option<&str>, Option<&str>)| Edit::Set {
        beside,
        setting: Setting {
            key,
            name: name.map(str::to_owned),
            to: to.map(|to| to.split('|').map(str::to_owned).collect()).unwrap_or_default(),
        },
    };
    let edits: Vec<Edit> = settings.iter().map(edit).collect();
    let edited = apply(sources.file(id), id, &edits);
    edited.made.iter().all(|made| *made).then_some(edited.text)
}

#[test]
fn keys_are_written_added_and_taken_away_in_the_style_around_them() {
    for (before, settings, after) in [
        // In braces.
        ("- {r: BESIDE} # c\n", &[("t", None, Some("x"))][..], "- {r: BESIDE, t: x} # c\n"),
        ("- {t: 'a', r: BESIDE }\n", &[("t", None, Some("x"))], "- {t: 'x', r: BESIDE }\n"),
        ("- {r: BESIDE, t: a} # c\n", &[("t", None, None)], "- {r: BESIDE} # c\n"),
        ("- {r: BESIDE, t: a}\n", &[("t", None, None), ("u", None, Some("x"))], "- {r: BESIDE, u: x}\n"),
        (
            "- {r: BESIDE}\n",
            &[("m", Some("NODE"), Some("20")), ("m", Some("OS"), Some("x"))],
            "- {r: BESIDE, m: {NODE: \"20\", OS: x}}\n",
        ),
        ("- {r: BESIDE, m: {NODE: \"1\"}}\n", &[("m", Some("NODE"), Some("2"))], "- {r: BESIDE, m: {NODE: \"2\"}}\n"),
        (
            "- {r: BESIDE, m: {NODE: \"1\"}}\n",
            &[("m", Some("OS"), Some("x"))],
            "- {r: BESIDE, m: {NODE: \"1\", OS: x}}\n",
        ),
        ("- {r: BESIDE, m: {NODE: \"1\"}}\n", &[("m", Some("NODE"), None)], "- {r: BESIDE}\n"),
        ("- {r: BESIDE, m: {NODE: \"1\", OS: x}}\n", &[("m", Some("NODE"), None)], "- {r: BESIDE, m: {OS: x}}\n"),
        ("- {r: BESIDE, m: {}}\n", &[("m", Some("NODE"), Some("x"))], "- {r: BESIDE, m: {NODE: x}}\n"),
        ("- {r: BESIDE, m: }\n", &[("m", Some("NODE"), Some("x"))], "- {r: BESIDE, m: {NODE: x} }\n"),
        ("- { r: BESIDE }\n", &[("m", Some("NODE"), Some("x"))], "- { r: BESIDE, m: { NODE: x } }\n"),
        // Several.
        ("- {r: BESIDE}\n", &[("m", Some("NODE"), Some("20|x"))], "- {r: BESIDE, m: {NODE: [\"20\", x]}}\n"),
        ("- {r: BESIDE, m: {NODE: a}}\n", &[("m", Some("NODE"), Some("a|b"))], "- {r: BESIDE, m: {NODE: [a, b]}}\n"),
        ("- {r: BESIDE, m: {NODE: [a, b]}}\n", &[("m", Some("NODE"), Some("c"))], "- {r: BESIDE, m: {NODE: c}}\n"),
        (
            "s:\n  m:\n    NODE: [a, b] # c\n  r: BESIDE\n",
            &[("m", Some("NODE"), Some("b|d"))],
            "s:\n  m:\n    NODE: [b, d] # c\n  r: BESIDE\n",
        ),
        // In lines.
        (
            "s:\n  # a\n  r: BESIDE # b\n# c\nz: 1\n",
            &[("t", None, Some("x"))],
            "s:\n  # a\n  r: BESIDE # b\n  t: x\n# c\nz: 1\n",
        ),
        ("s:\n    t: a # b\n    r: BESIDE\n", &[("t", None, Some("22"))], "s:\n    t: \"22\" # b\n    r: BESIDE\n"),
        ("s:\n  r: BESIDE\n  t: a # b\n", &[("t", None, None)], "s:\n  r: BESIDE\n  # b\n"),
        (
            "s:\n  t: a # b\n  r: BESIDE\n",
            &[("t", None, None), ("u", None, Some("x"))],
            "s:\n  # b\n  r: BESIDE\n  u: x\n",
        ),
        ("- r: BESIDE", &[("t", None, Some("x"))], "- r: BESIDE\n  t: x"),
        ("s:\r\n  r: BESIDE\r\n", &[("t", None, Some("x"))], "s:\r\n  r: BESIDE\r\n  t: x\r\n"),
        ("s:\n  r: BESIDE\n", &[("m", Some("NODE"), Some("20"))], "s:\n  r: BESIDE\n  m: {NODE: \"20\"}\n"),
        (
            "s:\n  r: BESIDE\n  o:\n    a: b\n",
            &[("m", Some("NODE"), Some("20")), ("m", Some("OS"), Some("x"))],
            "s:\n  r: BESIDE\n  o:\n    a: b\n  m:\n    NODE: \"20\"\n    OS: x\n",
        ),
        (
            "s:\n  m: # a\n    NODE: \"1\" # b\n    # c\n  r: BESIDE\n",
            &[("m", Some("OS"), Some("2"))],
            "s:\n  m: # a\n    NODE: \"1\" # b\n    OS: \"2\"\n    # c\n  r: BESIDE\n",
        ),
        (
            "s:\n  m: # a\n    NODE: \"1\" # b\n  r: BESIDE\n",
            &[("m", Some("NODE"), None)],
            "s:\n  # a\n  # b\n  r: BESIDE\n",
        ),
        (
            "s:\n  m:\n    NODE: \"1\"\n    OS: x # b\n  r: BESIDE\n",
            &[("m", Some("OS"), None), ("m", Some("PY"), Some("z")), ("m", Some("NODE"), Some("2"))],
            "s:\n  m:\n    NODE: \"2\"\n    PY: z\n    # b\n  r: BESIDE\n",
        ),
        ("s:\n  m: # a\n  r: BESIDE\n", &[("m", Some("NODE"), Some("x"))], "s:\n  m: # a\n    NODE: x\n  r: BESIDE\n"),
        // What is merged in is overruled.
        (
            "x: &x {t: a}\ns:\n  <<: *x\n  r: BESIDE\n",
            &[("t", None, Some("b"))],
            "x: &x {t: a}\ns:\n  <<: *x\n  r: BESIDE\n  t: b\n",
        ),
        ("s:\n  m: ~\n  r: BESIDE\n", &[("m", Some("NODE"), Some("x"))], "s:\n  m: {NODE: x}\n  r: BESIDE\n"),
    ] {
        assert_eq!(set(before, settings).as_deref(), Some(after), "{before}");
    }
}

#[test]
fn what_cannot_be_set_safely_stays() {
    for (text, setting) in [
        ("- {r: BESIDE}\n", ("t", None, None)),
        ("- {r: BESIDE, t: &x a}\n- *x\n", ("t", None, Some("b"))),
        ("- r: BESIDE\n  t: |\n    a\n", ("t", None, Some("b"))),
        ("s: &x {r: BESIDE}\nt: *x\n", ("t", None, Some("b"))),
        ("- {r: BESIDE, m: {NODE: a}}\n", ("m", Some("OS"), None)),
        ("- {r: BESIDE, m: {NODE: a}}\n", ("m", None, Some("x"))),
        ("- {r: BESIDE, m: [NODE]}\n", ("m", Some("NODE"), Some("x"))),
        ("- {r: BESIDE, m: NODE}\n", ("m", Some("NODE"), Some("x"))),
        ("x: &x {NODE: a}\ns: {r: BESIDE, m: *x}\n", ("m", Some("NODE"), Some("b"))),
        ("- {r: BESIDE, r: x}\n", ("t", None, Some("b"))),
        ("s:\n  m:\n    NODE:\n    - a\n    - b\n  r: BESIDE\n", ("m", Some("NODE"), Some("c"))),
        ("- {r: BESIDE, m: {NODE: [a, # why\n  b]}}\n", ("m", Some("NODE"), Some("c"))),
    ] {
        assert_eq!(set(text, &[setting]), None, "{text}");
    }
}
