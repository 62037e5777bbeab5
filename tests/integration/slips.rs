//! The slips that people make with YAML: each is told where it is, in words that say what to write.

use crate::harness::Folder;

const WEB: &str = "- name: web\n  repository: acme/web\n  source: {repo: acme/web}\n";

/// What was written; where the message points, as `line:column`; and what it says and advises.
type Slip = (&'static str, &'static str, &'static str, &'static str);

const SLIPS: [Slip; 39] = [
    (
        "- name: web\n   repository: acme/web\n  tag: a\n",
        "2:4",
        "`repository` is in column 4 and `name` above it in column 3",
        "take away 1 blank before it",
    ),
    (
        "- name: web\n repository: acme/web\n  tag: a\n",
        "2:2",
        "`repository` is in column 2 and `name` above it in column 3",
        "add 1 blank before it",
    ),
    (
        "- name: web\n  repository: acme/web\n   tag: a # b\n",
        "3:4",
        "`tag` is in column 4 and `repository` above it in column 3",
        "take away 1 blank",
    ),
    (
        "images:\n  - name: a\n    tag: b\n - name: b\n   tag: b\n",
        "4:2",
        "the dash is in column 2 and the dash of the item above it in column 3",
        "add 1 blank",
    ),
    (
        "- name: web\n  baseImages:\n   - a\n  - b\n",
        "4:3",
        "the dash is in column 3 and the dash of the item above it in column 4",
        "add 1 blank",
    ),
    (
        "- name: a\n  tag: b\n  - name: b\n    tag: b\n",
        "3:3",
        "the dash is in column 3 and the dash of the item above it in column 1",
        "take away 2 blanks",
    ),
    (
        "- name: web\n  repository acme/web\n  tag: a\n",
        "2:3",
        "a key without its colon",
        "write `repository: acme/web`",
    ),
    ("- name: web\n  repository: acme/web\n  tag a\n", "3:3", "a key without its colon", "write `tag: a`"),
    ("- name web\n  repository: acme/web\n", "1:3", "a key without its colon", "write `name: web`"),
    ("images\n- name: web\n  tag: a\n", "1:1", "a key without its colon", "write `images:`"),
    (
        "- name: web\r\n  repository:acme/web\r\n  tag: a\r\n",
        "2:3",
        "a colon without a blank behind it",
        "write `repository: acme/web`",
    ),
    ("- name:web\n  repository: acme/web\n", "1:3", "a colon without a blank behind it", "write `name: web`"),
    ("-name: web\n repository: acme/web\n", "1:1", "a dash without a blank behind it", "write `- name: web`"),
    (
        "- name: web\n\u{a0} repository: acme/web\n",
        "2:1",
        "this is a no-break space (U+00A0), which only looks like a blank",
        "write a blank in its place",
    ),
    (
        "- name: web\n  repository:\u{a0}acme/web\n  tag: a\n",
        "2:14",
        "this is a no-break space (U+00A0)",
        "write a blank in its place",
    ),
    (
        "- name: web\n\u{3000}repository: acme/web\n",
        "2:1",
        "this is a no-break space (U+3000)",
        "write a blank in its place",
    ),
    ("- name: web\n\trepository: acme/web\n", "2:1", "a tab in the indentation", "write blanks in its place"),
    ("images:\n\t- name: web\n\t  tag: a\n", "2:1", "a tab in the indentation", "write blanks in its place"),
    ("- name: web\n  source:\n  \t  repo: acme/web\n", "3:3", "a tab in the indentation", "write blanks"),
    ("- name: web\n  tag: a\n||||||| base\n  tag: b\n", "3:1", "a merge is not finished", "keep one of the two sides"),
    ("- name: web\n  tag: a\n=======\n  tag: b\n", "3:1", "a merge is not finished", "keep one of the two sides"),
    ("- name: web\n  tag: *\n", "2:8", "* begins an alias here", "put the text in quotes: `\"*\"`"),
    (
        "include: [*.yaml]\nimages: []\n",
        "1:11",
        "nothing above is marked with the anchor of `*.yaml`",
        "in quotes: `\"*.yaml\"`",
    ),
    (
        "[{\"name\": \"web\" \"tag\": \"a\"}]\n",
        "1:17",
        "this stands behind a text that has ended",
        "write a comma between the two",
    ),
    (
        "- name: \"web\" b\n  tag: a\n",
        "1:15",
        "this stands behind a text that has ended",
        "write one text with one pair of quotes",
    ),
    ("- name\u{ff1a} web\n  tag: a\n", "1:7", "this is a full-width colon (U+FF1A)", "write `name: web`"),
    ("- name: web\n  \u{feff}tag: a\n", "2:3", "a byte-order mark (U+FEFF), which cannot be seen", "remove it"),
    (
        "- name: web\n<<<<<<< HEAD\n  tag: a\n=======\n  tag: b\n>>>>>>> other\n",
        "2:1",
        "a merge is not finished",
        "keep one of the two sides",
    ),
    (
        "- name: web\n  tag: *latest\n",
        "2:8",
        "nothing above is marked with the anchor of `*latest`",
        "in quotes: `\"*latest\"`",
    ),
    (
        "- {name: web, tag: a\n- {name: b, tag: a}\n",
        "1:3",
        "the `{` that stands here is not closed",
        "write `}` where it ends",
    ),
    (
        "- name: web\n  baseImages: [\"node:22\"\n  versionBump: minor\n",
        "3:14",
        "a key cannot begin within the brackets of a line above",
        "close the list",
    ),
    (
        "- name: web\n  repository: \"acme/web\n  tag: a\n",
        "2:15",
        "the quote that begins here does not end",
        "write `\"` behind the text",
    ),
    ("- name: web\n  tag: %a\n", "2:8", "a text cannot begin with %", "put the text in quotes: `\"%a\"`"),
    (
        "- name: web\n  repository: @acme/web\n",
        "2:15",
        "a text cannot begin with @",
        "put the text in quotes: `\"@acme/web\"`",
    ),
    ("- name: web\n  tag: `a`\n", "2:8", "a text cannot begin with `", "put the text in quotes: `\"a\"`"),
    (
        "- name: web\n  description: rebuild: yes\n",
        "2:16",
        "a text with a colon and a blank in it",
        "description: \"rebuild: yes\"",
    ),
    // What is no slip that is known has the words of the parser.
    ("- name: web\n  ? [a\n", "2:5", "the `[` that stands here is not closed", "write `]` where it ends"),
    ("}\n", "1:1", "error[IF001]", ""),
    ("- &a &b c\n", "1:6", "error[IF001]", ""),
];

#[test]
fn each_slip_says_what_to_write() {
    for (text, place, message, help) in SLIPS {
        let folder = Folder::with(text);
        for command in ["synth", "lint"] {
            let shown = folder.run(&[command]).shown();
            assert_eq!(shown.matches("error[").count(), 1, "{text}\n{shown}");
            for part in ["error[IF001]", message, help, &format!("--> images.yaml:{place}\n")] {
                assert!(shown.contains(part), "{part:?}\n{text}\n{shown}");
            }
        }
    }
}

#[test]
fn values_of_another_shape_say_what_to_write() {
    for (text, message, help) in [
        (
            "  baseImages: node:22\n",
            "`baseImages` is text; it needs a list",
            "write `[\"node:22\"]`, or each item on a line of its own",
        ),
        (
            "  baseImages: [{image: \"node:22\"}]\n",
            "this is a mapping; text is needed here",
            "write `\"node:22\"` alone, without the key `image`",
        ),
        (
            "  baseImages:\n  - node: 22\n",
            "this is a mapping; text is needed here",
            "a colon and a blank make a key; write `\"node:22\"`",
        ),
        ("  baseImages: [\"node: 22\"]\n", "it holds a space", "write `node:22`"),
        ("  baseImages:\n", "`baseImages` is empty; it needs a list", "write its items below it, each behind `- `"),
        (
            "  versionBump: [minor]\n",
            "`versionBump` is a list; it needs text",
            "write `minor` alone, without a list around it",
        ),
        ("  versionBump: [minor, major]\n", "`versionBump` is a list", "write one of them alone, without a list"),
        ("  rebuildDelay: [3]\n", "`rebuildDelay` is a list", "write `\"3\"` alone, without a list around it"),
        ("  rebuildDelay: {days: 3}\n", "`rebuildDelay` is a mapping", "write one value in its place, without keys"),
        ("  autoRebuild: [true]\n", "`autoRebuild` is a list; it needs true or false", "write `true` alone"),
        ("  baseImages: {node: 22}\n", "`baseImages` is a mapping; it needs a list", "write `[\"node:22\"]`, or each"),
        (
            "  baseImages: {node:22, \"alpine:3\"}\n",
            "`baseImages` is a mapping; it needs a list",
            "write `[\"node:22\", \"alpine:3\"]`, or each item on a line of its own behind `- `",
        ),
        ("  baseImages: {image: \"node:22\"}\n", "`baseImages` is a mapping", "write `[\"node:22\"]`, or each item"),
        (
            "  baseImages:\n    node: 22\n    alpine: 3.20\n",
            "`baseImages` is a mapping; it needs a list",
            "write `[\"node:22\", \"alpine:3.20\"]`",
        ),
        ("  inputs: [channel=a, b=c]\n", "`inputs` is a list", "write `{channel: \"a\", b: \"c\"}`"),
        ("  inputs:\n  - channel: a\n  - b: c\n", "`inputs` is a list; it needs a mapping", "take the dashes away"),
        ("  inputs: [channel]\n", "`inputs` is a list", "write keys with values in place of the items"),
        ("  inputs: channel=a\n", "`inputs` is text; it needs a mapping", "write keys with values: `{channel: \"a\"}`"),
        (
            "  tags: \"^1.2\"\n",
            "`tags` is text; it needs a mapping",
            "write keys with values, as in `{constraint: ^1.2}`",
        ),
    ] {
        let shown = Folder::with(&(WEB.to_owned() + text)).run(&["synth", "--locked"]).shown();
        assert!(shown.contains(message) && shown.contains(help), "{text}\n{shown}");
    }
}

/// Where a list of mappings belongs, or one of them.
#[test]
fn lists_of_mappings_say_how_to_write_them() {
    let web = format!("images:\n{WEB}");
    for (text, message, help) in [
        (
            "images: {name: web, repository: acme/web, tag: a}\n",
            "`images` is a mapping; it needs a list",
            "write `- ` before its first key",
        ),
        (
            "images:\n  web:\n    repository: acme/web\n    tag: a\n",
            "`images` is a mapping; it needs a list",
            "write a list: `- name: web` in place of `web:`, and its keys below that",
        ),
        (
            "images: web\n",
            "`images` is text; it needs a list",
            "write a list: `- name: web`, with its other keys below that",
        ),
        (
            "images:\n- web\n",
            "this is text; a mapping is needed here",
            "write `name: web`, with its other keys below that",
        ),
        (
            "- name = web\n  tag = a\n",
            "this is text; a mapping is needed here",
            "write a colon and a blank behind `name`",
        ),
        (
            "images:\n-\n",
            "this is empty; a mapping is needed here",
            "write its keys behind the dash, or remove the dash",
        ),
        (
            "- name: web\n  repository: acme/web\n  source:\n  - repo: acme/web\n",
            "`source` is a list; it needs a mapping",
            "take the dashes away",
        ),
        (
            "- name: web\n  repository: acme/web\n  source: acme/web\n",
            "`source` is text; it needs a mapping",
            "as in `{repo: acme/web}`",
        ),
        (
            &format!("baseImages: node:22\n{web}"),
            "`baseImages` is text; it needs a list",
            "write a list: `- image: \"node:22\"`",
        ),
        (
            &format!("baseImages: [\"node:22\"]\n{web}"),
            "this is text; a mapping is needed here",
            "write `image: \"node:22\"`",
        ),
        (
            &format!("baseImages: {{image: \"node:22\"}}\n{web}"),
            "`baseImages` is a mapping; it needs a list",
            "write `- ` before its first key",
        ),
        (
            &format!("baseImages: {{node: 22, alpine: 3}}\n{web}"),
            "`baseImages` is a mapping; it needs a list",
            "write a list: `- image: \"node:22\"`, each image in a line of its own",
        ),
        (
            "images: {name: web, nonsense: 1}\n",
            "`images` is a mapping; it needs a list",
            "write a list: each item in lines of its own, the first behind `- `",
        ),
        (
            &format!("baseImages:\n  \"node:22\": {{interval: 1h}}\n{web}"),
            "`baseImages` is a mapping; it needs a list",
            "write a list: `- image: \"node:22\"` in place of `node:22:`",
        ),
        (
            &format!("baseImages:\n- node: 22\n{web}"),
            "unknown key `node`",
            "a colon and a blank make a key; write `image: \"node:22\"`",
        ),
    ] {
        let shown = Folder::with(text).run(&["synth", "--locked"]).shown();
        assert!(shown.contains(message) && shown.contains(help), "{help:?}\n{text}\n{shown}");
    }
}

/// A key in another mapping than its own: where it belongs is said, and no list of keys that are no answer.
#[test]
fn a_key_in_another_place_says_where_it_belongs() {
    let source = "`repo` is a key of `source`: indent it by two blanks more than `source`";
    for (text, helps) in [
        (
            "- name: web\n  repository: acme/web\n  source:\n  repo: acme/web\n  branch: main\n",
            &[
                "indent what belongs to it by two blanks more than the key",
                source,
                "`branch` is a key of `source`: indent it by two blanks more than `source`",
            ][..],
        ),
        (
            "- name: web\n  repository: acme/web\n  source:\n    repo: acme/web\n  buildArgs: {A: b}\n",
            &["`buildArgs` is a key of `source`: indent it by two blanks more than `source`"],
        ),
        (
            "defaults:\nrebuildDelay: 3d\nimages: []\n",
            &["`rebuildDelay` is a key of `defaults`: indent it by two blanks more than `defaults`"],
        ),
        (
            "github:\nsecret: a\nimages: []\n",
            &["`secret` is a key of `credentials` of `github`: write it below that, indented"],
        ),
        (
            "images:\nname: web\nrepository: acme/web\n",
            &["`repository` is a key of an item of `images`: write it below that, indented"],
        ),
        (
            "repository: acme/web\nimages: []\n",
            &["`repository` is a key of an item of `images`: write it below that, indented"],
        ),
        (
            "- name: web\n  repository: acme/web\n  source:\n    repo: acme/web\n    versionBump: minor\n",
            &["`versionBump` stands beside `source`: write it in the column of that"],
        ),
        (
            "- name: web\n  repository: acme/web\n  kargoVersion: \"1.9\"\n  tag: a\n",
            &["`kargoVersion` is a key of the whole file: write it beside `images`, without indentation"],
        ),
        (
            "- name: web\n  repository: acme/web\n  baseInterval: 1h\n  tag: a\n",
            &["`baseInterval` is a key of `defaults`: write it there"],
        ),
        ("- name: web\n  repository: acme/web\n  tag: a\n  nonsense: 1\n", &["`ignoreBases`\n"]),
        (
            "- name\u{a0}: web\n  repository: acme/web\n  tag: a\n",
            &["it holds U+00A0, which looks like a blank or like nothing; write `name`"],
        ),
        (
            "- \u{200b}name: web\n  repository: acme/web\n  tag: a\n",
            &["unknown key `\\u{200b}name`", "it holds U+200B"],
        ),
    ] {
        let shown = Folder::with(text).run(&["synth", "--locked"]).shown();
        for help in helps {
            assert!(shown.contains(help), "{help:?}\n{text}\n{shown}");
        }
        assert!(!shown.contains("enrollment"), "what is old is not proposed\n{text}\n{shown}");
    }
}

/// One round, not two: what stands in quotes next is right.
#[test]
fn a_number_for_a_version_that_is_not_known_says_which_are() {
    for (version, help) in [
        ("1.13", "write one of `1.9`, `1.10`, `1.11`, `1.12`, in quotes"),
        ("1.10", "put it in quotes: `\"1.10\"`"),
        ("[1.10]", "write `\"1.10\"` alone, without a list around it"),
    ] {
        let shown = Folder::with(&format!("kargoVersion: {version}\nimages:\n{WEB}")).run(&["synth"]).shown();
        assert!(shown.contains("error[IF021]") && shown.contains(help), "{shown}");
    }
}

/// A disk was full, or somebody has edited what says that nobody does. The help is a command that mends it.
#[test]
fn a_lock_that_is_broken_is_written_anew_by_discover() {
    let folder = Folder::with(WEB);
    folder.write("Dockerfile", "FROM node:22\n");
    assert_eq!(folder.run(&["discover", "--offline"]).code, 0);
    let lock = folder.read("images.lock.yaml");
    let (first, rest) = lock.split_once('\n').unwrap();
    for broken in [
        String::new(),
        "\n".to_owned(),
        format!("{first}\n"),
        format!("{first}\n[]\n"),
        format!("{first}\nimages: [\n"),
        format!("{lock}---\n{lock}"),
        format!("{lock}{rest}"),
        lock.replace("images:", "imagse:"),
        lock.replace("kind: final", "kind: finale"),
        lock.replace(", kind: final", ""),
        lock.replace("image: docker.io/library/node:22", "iamge: node:22"),
    ] {
        assert_ne!(broken, lock);
        folder.write("images.lock.yaml", &broken);
        for (command, code) in [("synth", 2), ("lint", 1)] {
            let outcome = folder.run(&[command]);
            assert_eq!(outcome.code, code, "{broken}\n{}", outcome.shown());
            let shown = outcome.shown();
            let (_, problem) = shown.split_once("--> images.lock.yaml:").unwrap();
            let helps = "help: run `image-factory discover`, which writes the file anew";
            assert!(problem.contains(helps) && !shown.contains("write a list of images"), "{broken}\n{shown}");
        }
        assert_eq!(folder.run(&["discover", "--offline"]).code, 0);
        assert_eq!(folder.read("images.lock.yaml"), lock, "{broken}");
    }
    // What somebody has written is not ours to write over, and nothing says that it will be.
    folder.write("images.lock.yaml", "images: [\n");
    let shown = folder.run(&["synth"]).shown();
    assert!(shown.contains("error[IF001]") && !shown.contains("anew"), "{shown}");
    assert_eq!(folder.run(&["discover", "--offline"]).code, 2);
}

/// Every busy team gets one.
#[test]
fn a_lock_with_a_merge_conflict_is_written_anew_by_discover() {
    let folder = Folder::with(WEB);
    folder.write("Dockerfile", "FROM node:22\n");
    assert_eq!(folder.run(&["discover", "--offline"]).code, 0);
    let lock = folder.read("images.lock.yaml");
    let merged = lock.replace("images:\n", "images:\n<<<<<<< HEAD\n=======\n>>>>>>> other\n");
    assert_ne!(merged, lock);
    folder.write("images.lock.yaml", merged);
    for command in ["synth", "lint"] {
        let shown = folder.run(&[command]).shown();
        assert!(shown.contains("a merge is not finished") && shown.contains("run `image-factory discover`"), "{shown}");
    }
    assert_eq!(folder.run(&["discover", "--offline"]).code, 0);
    assert_eq!(folder.read("images.lock.yaml"), lock);
}
