//! No command shows a credential, wherever one stands and however it is written: a table of all commands, over all places.

use crate::harness::{Folder, command};
use crate::revisions::git;
use clap::Command;
use image_factory::emit::GENERATED;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command as Process, Stdio};

/// What is secret in every credential, in upper case; what stays of one to tell it by is before it.
const SECRET: &str = "S3CR3T";
/// The same in the base64 of `me:S3CR3T-S3CR3T`.
const ENCODED: &str = "BWU6UZND";
/// The value of a variable, which has the form of no token.
const VALUE: &str = "nobody-knows-S3CR3T-by-its-form";

/// A credential of each kind, and in each way to write one, as between double quotes of YAML.
const CREDENTIALS: [(&str, &str); 11] = [
    ("token", "ghp_0000S3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3"),
    ("capitals", "AKIA0000S3CR3TS3CR3T"),
    ("webhook", "https://hooks.slack.com/services/T0S3cr3t/B0S3cr3t/S3cr3tS3cr3t"),
    ("signed", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJTM2NyM3QifQ.S3cr3tS3cr3t"),
    ("key", "-----BEGIN PRIVATE KEY-----\\nS3cr3tS3cr3tS3cr3tS3cr3tS3cr3t\\n-----END PRIVATE KEY-----"),
    ("password", "https://me:S3cr3t@example.com/x"),
    ("basic", "Basic bWU6UzNDUjNULVMzQ1IzVA=="),
    ("escape", "\\x67hp_0000S3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3"),
    ("unicode", "\\u0067hp_0000S3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3"),
    ("percent", "https://example.com/%67hp_0000S3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3"),
    ("variable", VALUE),
];

/// The calls of each command, with each of its formats and all that it writes. `{token}` is a credential.
const CALLS: [(&str, &[&str]); 21] = [
    (
        "init",
        &[
            "--dry-run",
            "--dry-run --images new.yaml --format human",
            "--dry-run --images new.yaml --format json",
            "--yes",
            "--images {token}.yaml",
            "--yes --format json --images {token}.yaml",
        ],
    ),
    (
        "add",
        &[
            "new --repo a/b --format human",
            "other --repo a/b --format json",
            "new --repo a/b --build-arg A={token}",
            "new --repo a/b --build-arg A={token} --format json",
            "{token} --repo {token}",
            "{token} --repo {token} --format json",
            "new --tag {token}",
        ],
    ),
    (
        "synth",
        &[
            "--check",
            "--check --format json",
            "--stdout",
            "--format json",
            "--format human",
            "--check",
            "--split --out split",
            "--split --out again --format json",
            "--out {token}",
            "--out {token} --format json",
            "--images {token} --format json",
            "--verbose --locked",
        ],
    ),
    (
        "discover",
        &[
            "--check --offline",
            "--check --offline --format json",
            "--offline --format human",
            "--offline --format json",
            "--verbose",
            "{token} --checkout a/b={token}",
            "{token} --format json",
        ],
    ),
    (
        "analyze",
        &[
            "Dockerfile",
            "Dockerfile --format json",
            "Dockerfile --format tree --expect {token}",
            "{token}",
            "Dockerfile --build-arg A={token} --target {token}",
            "--request {\"repo\":\"{token}\"}",
            "- --format json",
        ],
    ),
    (
        "lint",
        &[
            "",
            "--format human",
            "--format json",
            "--format sarif",
            "--format github",
            "--online --verbose",
            "--format human=a.txt --format json=a.json --format sarif=a.sarif --format github=a.github",
            "--fix --diff",
            "--fix",
            "--checkout {token}",
        ],
    ),
    (
        "builds",
        &[
            "",
            "--format json",
            "web --format human",
            "web --format json",
            "web.yml --format human",
            "web.yml --format json --online --verbose",
            "web.yml --input A={token} --ref {token}",
            "web.yml --input tokens={token} --format json",
            "{token}",
            "web --checkout a/b={token}",
        ],
    ),
    (
        "graph",
        &[
            "",
            "--format tree --focus web",
            "--format mermaid",
            "--format dot",
            "--format json",
            "--format html",
            "--focus {token}",
            "--focus {token} --format json",
            "--depth {token} --focus web",
        ],
    ),
    (
        "stale",
        &[
            "--mirror ghcr.io=127.0.0.1:1 --plain-http 127.0.0.1:1 --format human",
            "--mirror ghcr.io=127.0.0.1:1 --plain-http 127.0.0.1:1 --format json",
            "--mirror ghcr.io=127.0.0.1:1 --plain-http 127.0.0.1:1 --format markdown --verbose",
            "--mirror ghcr.io=127.0.0.1:1 --plain-http 127.0.0.1:1 --format github",
            "{token}",
            "{token} --format json",
            "--mirror {token}",
            "--older-than {token}",
            "--wait {token}",
        ],
    ),
    (
        "doctor",
        &[
            "--only cluster --format human",
            "--only github --format json --verbose",
            "--only registry --mirror ghcr.io=127.0.0.1:1 --mirror docker.io=127.0.0.1:1 --plain-http 127.0.0.1:1",
            "--offline --context {token} --kubeconfig {token} --verbose",
            "--namespace {token}",
            "--mirror {token}",
        ],
    ),
    (
        "status",
        &[
            "- --format human",
            "- --format json",
            "- {token}",
            "- {token} --format json",
            "--context {token} --kubeconfig {token} --verbose",
            "--namespace {token}",
        ],
    ),
    (
        "trigger",
        &[
            "web --dry-run --format human",
            "web --dry-run --format json --via github",
            "node:22 --via cluster --verbose",
            "web --verbose",
            "{token}",
            "{token} --format json",
            "node:22 --reason {token} --via cluster --context {token} --kubeconfig {token}",
            "web --reason {token}",
        ],
    ),
    (
        "impact",
        &[
            "node:22 --format human",
            "node:22 web --format json --at 2026-12-04T22:00Z",
            "node:22 --format markdown --verbose",
            "{token}",
            "{token} --format json",
            "node:22 --at {token}",
        ],
    ),
    (
        "why",
        &[
            "web --format human",
            "web --format json",
            "web --format markdown --base node:22",
            "{token}",
            "{token} --format json",
            "web --base {token}",
        ],
    ),
    (
        "diff",
        &[
            "",
            "--format human",
            "--format markdown",
            "--format json",
            "--base HEAD",
            "--base HEAD --format markdown",
            "--base HEAD --format json",
            "--base {token}",
            "--against old.yaml",
            "--against old.yaml --format json",
            "--against old.yaml --format markdown",
            "--against {token}",
            "--against -",
        ],
    ),
    ("explain", &["IF124", "--all", "{token}"]),
    ("schema", &["", "--images {token}"]),
    ("workflow", &["web", "--ci", "{token}"]),
    ("completions", &["bash", "zsh", "fish", "powershell", "elvish", "{token}"]),
    ("man", &["", "synth", "--out pages", "{token}"]),
    ("help", &["", "synth", "{token}"]),
];

/// Where credentials stand: what is written into a checkout, of what they are.
type Place = (&'static str, fn(&Folder, &[(&str, &str)]));

const PLACES: [Place; 15] = [
    ("value", |folder, all| folder.write("images.yaml", images(&inputs(all)))),
    ("value that is refused", |folder, all| {
        let entry = |(name, it): &(&str, &str)| {
            let of = format!("repository: \"{it}\", tag: \"{it}\", rebuildDelay: \"{it}\", baseImages: [\"{it}\"]");
            format!("- {{name: {name}, {of}, source: {{repo: \"{it}\", dockerfile: \"{it}\", branch: \"{it}\"}}}}\n")
        };
        folder.write("images.yaml", all.iter().map(entry).collect::<String>());
    }),
    ("key", |folder, all| {
        let keys: String = all.iter().map(|(_, it)| format!("\"{it}\": 1\n")).collect();
        folder.write("images.yaml", keys + &images(""));
    }),
    ("comment", |folder, all| {
        let line = |(name, it): &(&str, &str)| format!("{name}: 1 # {it}, image-factory: ignore[{it}] {it}\n");
        folder.write("images.yaml", all.iter().map(line).collect::<String>() + &images(""));
    }),
    ("duplicate key", |folder, all| {
        let line = |(_, it): &(&str, &str)| format!("    \"{it}\": a\n    \"{it}\": \"{it}\"\n");
        let inputs = all.iter().map(line).collect::<String>();
        folder.write("images.yaml", images(&format!("  inputs:\n{inputs}")));
    }),
    ("broken text", |folder, all| {
        folder.write("images.yaml", images(&inputs(all)) + "  : [\n" + &inputs(all));
    }),
    ("included file", |folder, all| {
        folder.write("images.yaml", format!("include: [more.yaml]\n{}", images("")));
        folder.write("more.yaml", images(&inputs(all)).replace("web", "more"));
    }),
    ("base revision", |folder, all| {
        let unknown: String = all.iter().map(|(name, it)| format!("  {name}: \"{it}\" # {it}\n")).collect();
        folder.write("images.yaml", images(&unknown));
        folder.write("dist/image-factory.k8s.yaml", manifests(all));
        git(folder.path(), &["add", "-A"]);
        git(folder.path(), &["commit", "-q", "-m", "a change"]);
        folder.write("images.yaml", images(""));
    }),
    ("lock", |folder, all| {
        let base = |(_, it): &(&str, &str)| format!("  - image: \"{it}\"\n    \"{it}\": \"{it}\"\n");
        let bases = all.iter().map(base).collect::<String>();
        folder.write("images.lock.yaml", format!("images:\n  web:\n  bases:\n{bases}"));
    }),
    ("state of the original", |folder, all| {
        let base = |(name, it): &(&str, &str)| {
            folder.write(&format!("state/base-images/{name}.yaml"), format!("name: {name}\nfullImage: \"{it}\"\n"));
            format!("- {name}\n")
        };
        let bases = all.iter().map(base).collect::<String>();
        folder.write("state/images/web.yaml", format!("name: web\nbaseImages:\n{bases}"));
        folder.write("images.yaml", images("").replace("  baseImages: [\"node:22\"]\n", ""));
    }),
    ("workflow", |folder, all| {
        let line = |(name, it): &(&str, &str)| {
            format!("      {name}: {{required: true, type: \"{it}\", \"{it}\": \"{it}\"}} # {it}\n")
        };
        let declared = all.iter().map(line).collect::<String>();
        let steps: String = all.iter().map(|(_, it)| format!("    - uses: \"{it}\"\n")).collect();
        let text = format!("on:\n  workflow_dispatch:\n    inputs:\n{declared}jobs:\n  a:\n    steps:\n{steps}");
        folder.write(".github/workflows/web.yml", text);
        folder.write("images.yaml", images("  inputs: {tokens: a}\n"));
    }),
    ("Dockerfile", |folder, all| {
        let line = |(name, it): &(&str, &str)| format!("ARG {name}=\"{it}\"\nFROM ${name} AS a{name}\nRUN echo {it}\n");
        folder.write("Dockerfile", all.iter().map(line).collect::<String>() + "FROM node:22\n");
        folder.write("images.yaml", images("").replace("  baseImages: [\"node:22\"]\n", ""));
    }),
    ("ARG that is read", |folder, all| {
        let lines: String = all.iter().map(|(name, it)| format!("ARG {name}=\"{it}\"\n")).collect();
        folder.write("Dockerfile", format!("{lines}ARG B=node # {}\nFROM $B:22\nADD {} /\n", all[0].1, all[5].1));
        folder.write("images.yaml", images("").replace("  baseImages: [\"node:22\"]\n", ""));
    }),
    ("manifests", |folder, all| {
        folder.write("dist/image-factory.k8s.yaml", manifests(all));
        git(folder.path(), &["add", "-A"]);
        git(folder.path(), &["commit", "-q", "-m", "a change"]);
    }),
    ("userinfo", |folder, _| {
        let address = "https://me:S3cr3t@github.com/a/b.git";
        folder.write(".git/config", format!("[remote \"origin\"]\n\turl = {address}\n"));
        folder.write("images.yaml", format!("github: {{apiUrl: \"{address}\"}}\n{}", images("")));
    }),
];

/// One image, with more behind it.
fn images(more: &str) -> String {
    let web = "- name: web\n  repository: a/web\n  source: {repo: a/b}\n  baseImages: [\"node:22\"]\n";
    format!("images:\n{web}{more}")
}

fn inputs(all: &[(&str, &str)]) -> String {
    let lines: String = all.iter().map(|(name, it)| format!("    {name}: \"{it}\"\n")).collect();
    format!("  inputs:\n{lines}")
}

/// What `synth` might have made: its Namespace, with credentials in annotations.
fn manifests(all: &[(&str, &str)]) -> String {
    let head = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: image-factory-kargo\n  annotations:\n";
    let annotations: String = all.iter().map(|(name, it)| format!("    {name}: \"{it}\"\n    \"{it}\": b\n")).collect();
    format!("{GENERATED}\n---\n{head}{annotations}")
}

/// A checkout in which all commands have something to read.
fn checkout() -> Folder {
    let folder = Folder::with(&images(""));
    git(folder.path(), &["init", "-q"]);
    folder.write("Dockerfile", "FROM node:22\n");
    folder.write(".github/workflows/web.yml", "on: workflow_dispatch\njobs: {}\n");
    folder.write(".git/config", "[remote \"origin\"]\n\turl = https://github.com/a/b.git\n");
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-q", "-m", "a change"]);
    folder
}

fn holds_secret(text: &str) -> bool {
    // Without the codes of colours, which a terminal does not show.
    let (first, rest) = text.split_once('\u{1b}').unwrap_or((text, ""));
    let rest = rest.split('\u{1b}').map(|part| part.split_once('m').map_or(part, |(_, part)| part));
    let text = std::iter::once(first).chain(rest).collect::<String>().to_uppercase();
    text.contains(SECRET) || text.contains(ENCODED)
}

/// Where a secret is shown, with what stands before it.
fn excerpt(text: &str) -> String {
    text.lines().filter(|line| holds_secret(line)).take(3).collect::<Vec<_>>().join("\n")
}

/// Runs a command and says whether it has masked anything. What it shows or has written must hold no secret, but for files of the
/// user that held one before.
fn run(folder: &Folder, arguments: &[&str]) -> Result<bool, String> {
    let before: BTreeMap<String, String> = folder.files().into_iter().collect();
    let mut child = command(folder.path(), arguments)
        .env("GITLAB_TOKEN", VALUE)
        .env("RUST_BACKTRACE", "1")
        // Codes that stand in a text could keep it from being found.
        .env("FORCE_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let input = before.get("Dockerfile").filter(|_| arguments[0] == "analyze").or(before.get("old.yaml"));
    // Who reads no stdin is gone before it is written.
    let _ = child.stdin.take().unwrap().write_all(input.map_or("", |text| text).as_bytes());
    let output = child.wait_with_output().unwrap();
    let mut masked = false;
    for shown in [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()) {
        if holds_secret(&shown) {
            return Err(format!("{arguments:?} shows:\n{}", excerpt(&shown)));
        }
        masked |= shown.contains("***");
    }
    for (path, text) in folder.files().into_iter().filter(|(path, _)| !path.starts_with(".git/")) {
        if holds_secret(&text) && !before.get(&path).is_some_and(|text| holds_secret(text)) {
            return Err(format!("{arguments:?} has written {path}:\n{}", excerpt(&text)));
        }
        masked |= !before.contains_key(&path) && text.contains("***");
    }
    Ok(masked)
}

/// The commands that have shown stars in the place of a credential, for each place.
#[test]
fn no_command_shows_a_credential_wherever_it_stands() {
    let of_place = |(place, make): &Place| {
        let folder = checkout();
        folder.write("old.yaml", manifests(&CREDENTIALS));
        make(&folder, &CREDENTIALS);
        let mut masked = BTreeSet::new();
        for (name, calls) in CALLS {
            // What a command writes is nothing to the others.
            let folder = Folder::copy_of(folder.path());
            for call in calls.iter().filter(|call| !call.contains("{token}")) {
                let arguments: Vec<&str> = std::iter::once(name).chain(call.split_whitespace()).collect();
                let has_masked = run(&folder, &arguments).unwrap_or_else(|why| panic!("{place}: {why}"));
                // These show some by themselves.
                if has_masked && name != "explain" && !call.contains("against") {
                    masked.insert(name);
                }
            }
        }
        masked
    };
    let places: Vec<(&str, BTreeSet<&str>)> = std::thread::scope(|scope| {
        let running: Vec<_> = PLACES.iter().map(|place| (place.0, scope.spawn(move || of_place(place)))).collect();
        running.into_iter().map(|(name, thread)| (name, thread.join().unwrap())).collect()
    });
    let mut table = String::new();
    for (place, commands) in places {
        writeln!(
            table,
            "{place}: {}",
            if commands.is_empty() { "nobody".to_owned() } else { commands.into_iter().collect::<Vec<_>>().join(", ") }
        )
        .unwrap();
    }
    insta::assert_snapshot!(table);
}

#[test]
fn no_command_shows_a_credential_of_its_command_line() {
    let folder = checkout();
    for (name, calls) in CALLS {
        for call in calls.iter().filter(|call| call.contains("{token}")) {
            for (_, token) in CREDENTIALS {
                let words = call.split_whitespace().map(|word| word.replace("{token}", token));
                let arguments: Vec<String> = std::iter::once(name.to_owned()).chain(words).collect();
                let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
                run(&folder, &arguments).unwrap();
            }
        }
    }
}

/// The line that says what is waited for has in it what a host says of a failure, and is cut at the end of the terminal.
#[cfg(target_os = "linux")]
#[test]
fn no_line_of_progress_shows_a_credential() {
    use crate::look::in_terminal;
    use crate::server::{Reply, Server};

    for (columns, (_, token)) in [64, 76, 88, 100, 120, 400].into_iter().zip(CREDENTIALS) {
        let server = Server::new(move |_, before| match before {
            0 => Reply::text(502, &format!("{{\"message\": \"{}\"}}", token.replace("\\x67", "g")))
                .with("Retry-After: 2"),
            _ => Reply::text(200, "FROM node:22\n"),
        });
        let folder = Folder::with(&format!(
            "github: {{apiUrl: \"{}\"}}\n{}",
            server.url,
            images("").replace("  baseImages: [\"node:22\"]\n", "")
        ));
        let environment =
            [("GITHUB_API_URL", server.url.as_str()), ("GITLAB_TOKEN", VALUE), ("COLUMNS", &columns.to_string())];
        for call in ["discover", "lint --online"] {
            let shown = in_terminal(&folder, &environment, call);
            assert!(call != "discover" || shown.contains("more for GitHub"), "{columns}: {shown:?}");
            assert!(!holds_secret(&shown) && !shown.contains("S3c"), "{call}, {columns}, {token}: {shown:?}");
        }
    }
}

#[test]
fn every_command_is_in_the_table_with_all_of_its_formats() {
    let mut root = image_factory::cli::command();
    root.build();
    let names: BTreeSet<&str> = root.get_subcommands().map(Command::get_name).collect();
    assert_eq!(names, CALLS.iter().map(|(name, _)| *name).collect());
    for command in root.get_subcommands() {
        let calls: Vec<&str> = CALLS
            .iter()
            .filter(|(name, _)| *name == command.get_name())
            .flat_map(|(_, calls)| *calls)
            .copied()
            .collect();
        for argument in command.get_arguments().filter(|argument| !argument.is_global_set()) {
            for value in argument.get_possible_values() {
                let is_given = calls.iter().any(|call| call.split_whitespace().any(|word| word == value.get_name()));
                let is_switch = matches!(value.get_name(), "true" | "false");
                assert!(is_given || is_switch, "{} is called with no {}", command.get_name(), value.get_name());
            }
        }
    }
}

/// A panic of the tests' own binary, which is run for it: the program has none to show.
#[test]
#[ignore = "the next runs it"]
fn a_panic() {
    image_factory::io::door::mask_panics();
    panic!("{} {VALUE}", CREDENTIALS[0].1);
}

#[test]
fn no_panic_shows_a_credential() {
    let output = Process::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "masking::a_panic", "--nocapture"])
        .env("GITLAB_TOKEN", VALUE)
        .output()
        .unwrap();
    let shown = String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("ghp_0000****") && shown.contains("this is a mistake in image-factory"), "{shown}");
    assert!(!holds_secret(&shown), "{shown}");
}
