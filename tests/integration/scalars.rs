//! Our YAML, read by the readers that our users have: kubectl's (Go, YAML 1.1 with the API server's own rules), `PyYAML` (YAML
//! 1.1) and `serde_yaml`. A string that another reader takes for a number, a boolean or a date is a broken manifest.

#![expect(clippy::unwrap_used, reason = "these are tests alone")]

use image_factory::emit::yaml;
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

/// Strings that a reader, or a writer, may stumble over.
const AWKWARD: &[&str] = &[
    // Booleans of YAML 1.1, in the cases that it knows and in others.
    "y",
    "Y",
    "n",
    "N",
    "yes",
    "Yes",
    "YES",
    "yEs",
    "no",
    "No",
    "NO",
    "on",
    "On",
    "ON",
    "off",
    "Off",
    "OFF",
    "oFF",
    "true",
    "True",
    "TRUE",
    "tRue",
    "false",
    "False",
    "FALSE",
    "t",
    "f",
    "T",
    "F",
    // Nothing.
    "",
    "~",
    "null",
    "Null",
    "NULL",
    "nUll",
    "nil",
    "None",
    "undefined",
    // Whole numbers of YAML 1.1, 1.2, Go and Python.
    "0",
    "-0",
    "+0",
    "1",
    "-1",
    "+1",
    "22",
    "007",
    "0755",
    "08",
    "0o17",
    "0O17",
    "-0o17",
    "0x1F",
    "0X1f",
    "+0x1F",
    "-0x1f",
    "0b101",
    "0B101",
    "1_000",
    "1_",
    "_1",
    "-1_0",
    "0x_1",
    "0b1_0",
    "1__0",
    "0_",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "123456789012345678901234567890",
    "1,000",
    "1 000",
    "0x",
    "0b",
    "0o",
    // Floats.
    "1.10",
    "1.0",
    "1.",
    ".5",
    "-.5",
    "+.5",
    ".",
    "..",
    "1e3",
    "1E3",
    "1e+3",
    "1e-3",
    "1.e3",
    "-1.5e10",
    "1e",
    "e3",
    "12e03",
    "6.02e23",
    "0.1_0",
    "1_0.5",
    "1e1_0",
    "0x1p-2",
    "0x.8p1",
    ".inf",
    ".Inf",
    ".INF",
    "-.inf",
    "+.inf",
    "inf",
    "Inf",
    "-inf",
    "+Inf",
    "infinity",
    "Infinity",
    ".nan",
    ".NaN",
    ".NAN",
    "nan",
    "NaN",
    "1.2.3",
    "3.12",
    "1e400",
    "0e0",
    // Times and dates.
    "1:30",
    "12:30:45",
    "190:20:30",
    "190:20:30.15",
    "-1:30",
    "1:60",
    "0:0",
    "2001-12-14",
    "2001-1-1",
    "2024-02-30",
    "2001-12-14t21:59:43.10-05:00",
    "2001-12-14 21:59:43.10 -5",
    "2001-12-15 2:59:43.10",
    "2001-12-14T21:59:43Z",
    "20011214",
    // What stands in manifests.
    "24h0m0s",
    "168h0m0s",
    "1h10m0s",
    "1.5s",
    "30s",
    "5m",
    "7d",
    "1w2d",
    "22-bookworm-slim",
    "3.12-slim",
    "1.4.0",
    "v1.40.0-focal",
    "12.8-slim",
    "sha256:0123456789abcdef",
    "docker.io/library/node:22",
    "localhost:5000/x",
    ">=0.0.0",
    "^1.2",
    "~1.2.3",
    "*",
    "1.2 - 1.4.5",
    "^v\\d+\\.\\d+$",
    "kargo.akuity.io/v1alpha1",
    "#2563eb",
    "${{ vars.x }}",
    "${% quote(x) %}",
    "Bearer ${{ trim(secret(\"a\")[\"b\"]) }}",
    "'it' + \"s\"",
    "response.status in [200, 204]",
    "{\"ref\":\"main\",\"inputs\":{\"a\":\"b: c\"}}",
    "[]",
    "{}",
    "[a, b]",
    "{a: b}",
    "refs/heads/main",
    "100%",
    "50% off",
    "a@b.c",
    "@sha256",
    "1-1-1",
    "12e4-slim",
    "0x1f-slim",
    "1_000-slim",
    "1e3s",
    "10h",
    "0h",
    "0m",
    "0s",
    "1g",
    "0xg",
    "0b2",
    "0o8",
    "1u",
    "1v",
    "1w",
    "08g",
    "1.m",
    "1-",
    "1-h",
    "3.h.4",
    "1k",
    "2i",
    "1n",
    "1y",
    "1N",
    "2p2",
    "1.5i",
    // Indicators, alone and in front.
    "-",
    "- a",
    "-a",
    "--",
    "---",
    "--- a",
    "---a",
    "...",
    "... a",
    "?",
    "? a",
    "?a",
    ":",
    ": a",
    ":a",
    "a:",
    "a: b",
    "a:b",
    "a :b",
    "a : b",
    "::",
    "a::b",
    ",",
    ", a",
    "[",
    "]",
    "{",
    "}",
    "[a",
    "a]",
    "{a",
    "a}",
    "#",
    "# a",
    "a #b",
    "a# b",
    "a#b",
    "&",
    "&a",
    "&a b",
    "*a",
    "*a b",
    "!",
    "!a",
    "!!str a",
    "!!str",
    "!<x>",
    "|",
    "|-",
    "| a",
    ">",
    ">-",
    "> a",
    "'",
    "''",
    "'a'",
    "a'b",
    "'a",
    "a'",
    "it's",
    "\"",
    "\"\"",
    "\"a\"",
    "a\"b",
    "\"a",
    "%",
    "%a",
    "%YAML 1.2",
    "%TAG ! a",
    "@",
    "@a",
    "`",
    "`a`",
    "=",
    "=a",
    "==",
    "<<",
    "<< a",
    "<<<",
    "<",
    "$",
    "$a",
    "${",
    "}}",
    "{{",
    "(a)",
    "(",
    ")",
    "/",
    "/a",
    "//",
    "_",
    "_a",
    "+",
    "+a",
    ";",
    "^",
    "\\",
    "\\n",
    "a\\b",
    "\\\\",
    "\\u0041",
    "\\x41",
    "'\\'",
    "a\\",
    "key: 'v'",
    "a, b",
    "a,b",
    // White space.
    " ",
    "  ",
    " a",
    "a ",
    " a ",
    "a  b",
    "\t",
    "\ta",
    "a\t",
    "a\tb",
    "a:\tb",
    "a\t#b",
    "-\ta",
    "\t\n",
    "\u{a0}",
    "\u{a0}a",
    "a\u{a0}b",
    "\u{3000}a",
    "\u{2003}",
    "\u{200b}",
    "a\u{200b}",
    // Line breaks of every kind, at every end.
    "\n",
    "\n\n",
    "a\n",
    "\na",
    "a\nb",
    "a\n\nb",
    "a\nb\n",
    "a\nb\n\n",
    "\n\ta",
    " a\nb",
    "a\n b",
    "a \nb",
    "a\n ",
    "\r",
    "\r\n",
    "a\rb",
    "a\r\nb\r\n",
    "\u{85}",
    "a\u{85}b",
    "\u{2028}",
    "a\u{2028}b",
    "\u{2029}",
    "a\u{2029}b",
    "\u{b}",
    "\u{c}",
    "a: |\n  b",
    "- a\n- b\n",
    "---\na: b\n",
    "...\n",
    "# a\nb",
    "\n---\n",
    "\n# Generated by image-factory synth. Do not edit.",
    // Characters that cannot be printed, or that change the look of what is around them.
    "\u{0}",
    "a\u{0}b",
    "\u{1}",
    "\u{7}",
    "\u{8}",
    "\u{1b}[31mred",
    "\u{1f}",
    "\u{7f}",
    "\u{80}",
    "\u{9f}",
    "\u{ad}",
    "\u{61c}",
    "\u{200d}",
    "\u{200e}a",
    "\u{200f}a",
    "\u{202e}abc",
    "\u{202a}",
    "\u{2060}",
    "\u{2066}a\u{2069}",
    "\u{feff}",
    "\u{feff}a",
    "a\u{feff}",
    "\u{fffd}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{fff9}",
    "\u{d7ff}",
    "\u{e000}",
    "\u{f8ff}",
    "\u{fdd0}",
    "\u{10000}",
    "\u{1fffe}",
    "\u{e0001}",
    "\u{e0041}",
    "\u{f0000}",
    "\u{10fffd}",
    "\u{10ffff}",
    "\u{fe0f}",
    "\u{180e}",
    "\u{2061}",
    // Other scripts.
    "\u{e9}",
    "e\u{301}",
    "\u{4e2d}\u{6587}",
    "\u{5e9}\u{5dc}\u{5d5}\u{5dd}",
    "\u{645}\u{631}\u{62d}\u{628}\u{627}",
    "\u{660}\u{661}",
    "\u{ff11}",
    "\u{1f600}",
    "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
    "\u{1f1e9}\u{1f1ea}",
    "\u{130}",
    "\u{131}",
    "\u{df}",
    "\u{e9}: \u{e9}",
    "\u{e9} #\u{e9}",
    "\u{2014}",
    "\u{201c}a\u{201d}",
    "\u{ff1a} a",
    "\u{1d7d8}",
    "\u{221e}",
    "\u{bd}",
];

/// The table, with strings that are too long to be written out.
fn strings() -> Vec<String> {
    let mut strings: Vec<String> = AWKWARD.iter().map(|text| (*text).to_owned()).collect();
    strings.extend([
        "x".repeat(128),
        "x".repeat(1_024),
        "x".repeat(1_025),
        "word ".repeat(300),
        "a: b ".repeat(300),
        "\u{4e2d}".repeat(400),
        "line\n".repeat(300),
        format!("{} #", "x ".repeat(600)),
        format!("\t{}", "y ".repeat(600)),
        "'".repeat(600),
        "\\\"".repeat(600),
        "\u{1f600}".repeat(300),
        "9".repeat(2_000),
    ]);
    strings
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    api_version: &'a str,
    kind: &'a str,
    metadata: IndexMap<&'a str, &'a str>,
    /// Values under plain keys.
    values: IndexMap<String, &'a str>,
    list: &'a [String],
    /// Items that begin with a key, or with another hyphen.
    nested: Vec<(IndexMap<&'a str, &'a str>, &'a str)>,
    /// Keys; a reader need not take longer ones than 1,024 characters.
    keys: IndexMap<&'a str, usize>,
    /// A nested value for each, so that the key stands alone on its line.
    parents: IndexMap<&'a str, IndexMap<&'a str, &'a str>>,
}

/// A document that holds every string in every place.
fn document(strings: &[String]) -> Document<'_> {
    let keys: Vec<&str> = strings.iter().map(String::as_str).filter(|text| escaped_length(text) <= 1_024 - 2).collect();
    Document {
        api_version: "v1",
        kind: "ConfigMap",
        metadata: IndexMap::from([("name", "awkward")]),
        values: strings.iter().enumerate().map(|(index, text)| (format!("v{index}"), text.as_str())).collect(),
        list: strings,
        nested: strings.iter().map(|text| (IndexMap::from([("k", text.as_str())]), text.as_str())).collect(),
        keys: keys.iter().enumerate().map(|(index, text)| (*text, index)).collect(),
        parents: keys.iter().map(|text| (*text, IndexMap::from([("child", *text)]))).collect(),
    }
}

/// What a string takes between quotes: the limit on keys counts what is written.
fn escaped_length(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { 1 + usize::from("'\"\\".contains(c)) } else { 10 }).sum()
}

fn written(strings: &[String]) -> String {
    let mut text = String::new();
    yaml::write(&document(strings), &mut text).unwrap();
    text
}

/// Compares what a reader made of the text with what was meant, and names every string that it took for something else.
fn compare(reader: &str, strings: &[String], read: &Value) {
    let expected = serde_json::to_value(document(strings)).unwrap();
    let mut wrong = BTreeSet::new();
    for (index, text) in strings.iter().enumerate() {
        for place in [format!("/values/v{index}"), format!("/list/{index}"), format!("/nested/{index}")] {
            if read.pointer(&place) != expected.pointer(&place) {
                let read = read.pointer(&place).map(ToString::to_string);
                wrong.insert(format!("{text:?} at {place} is {}", read.as_deref().unwrap_or("missing")));
            }
        }
    }
    for field in ["keys", "parents"] {
        for (key, value) in expected[field].as_object().unwrap() {
            if read[field].get(key) != Some(value) {
                wrong.insert(format!("{key:?} as a key of {field} is {:?}", read[field].get(key)));
            }
        }
        let surplus = read[field].as_object().unwrap().keys().filter(|key| expected[field].get(*key).is_none());
        wrong.extend(surplus.map(|key| format!("{key:?} is a key of {field} that nobody wrote")));
    }
    assert!(wrong.is_empty(), "{reader} reads {} otherwise: {wrong:#?}", wrong.len());
}

/// What a program prints for the text on its standard input, or `None` if there is no such program.
fn output_of(command: &mut Command, input: &str) -> Option<std::process::Output> {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.ok()?;
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // A reader that stops early closes the pipe; its exit code says so.
        scope.spawn(move || stdin.write_all(input.as_bytes()));
        Some(child.wait_with_output().unwrap())
    })
}

#[test]
fn the_table_is_long_and_has_nothing_twice() {
    let strings = strings();
    let unique: BTreeSet<&String> = strings.iter().collect();
    let mut sorted: Vec<&String> = strings.iter().collect();
    sorted.sort();
    let twice: Vec<&&String> = sorted.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| &pair[0]).collect();
    assert!(unique.len() >= 150 && twice.is_empty(), "{twice:?}");
}

#[test]
fn serde_yaml_reads_every_string_back() {
    let strings = strings();
    compare("serde_yaml", &strings, &serde_yaml::from_str(&written(&strings)).unwrap());
}

#[test]
fn pyyaml_reads_every_string_back() {
    // Both of its readers: the one in Python, and the one in C where it was built with it.
    const SCRIPT: &str = "import sys
try:
    import yaml
except ImportError:
    sys.exit(77)
import json
text = sys.stdin.buffer.read()
read = yaml.load(text, Loader=yaml.SafeLoader)
if yaml.__with_libyaml__:
    assert read == yaml.load(text, Loader=yaml.CSafeLoader), 'the two readers differ'
print(json.dumps(read, default=repr))
";
    let strings = strings();
    let output = output_of(Command::new("python3").args(["-c", SCRIPT]), &written(&strings));
    let Some(output) = output.filter(|output| output.status.code() != Some(77)) else {
        println!("skipped: PyYAML is not installed");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    compare("PyYAML", &strings, &serde_json::from_slice(&output.stdout).unwrap());
}

#[test]
fn kubectl_reads_every_string_back() {
    let strings = strings();
    // A label is put on the object and nothing is sent anywhere: what is printed is what was read.
    let mut kubectl = Command::new("kubectl");
    kubectl.args(["label", "--local", "--kubeconfig=/dev/null", "-f", "-", "-o", "json", "read=true"]);
    let Some(output) = output_of(&mut kubectl, &written(&strings)) else {
        println!("skipped: kubectl is not installed");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    compare("kubectl", &strings, &serde_json::from_slice(&output.stdout).unwrap());
}
