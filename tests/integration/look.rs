//! What a terminal sees: colours where they are wanted, help as wide as the terminal, and a line while something is waited for.

use crate::harness::{Folder, command};

const WRONG: &str = "- {name: web, repository: a/web, unknown: 1}\n";

fn is_colored(environment: &[(&str, &str)], arguments: &[&str]) -> bool {
    let outcome = Folder::with(WRONG).run_with(environment, arguments);
    (outcome.stdout + &outcome.stderr).contains('\u{1b}')
}

#[test]
fn colours_are_those_of_the_flag_then_of_the_environment_and_never_in_a_pipe_by_themselves() {
    let force = [("FORCE_COLOR", "1")];
    for call in [&["lint"][..], &["synth"], &["synth", "--help"], &["synth", "--nope"], &["man", "sinth"]] {
        let with = |flag: &'static str| [call, &[flag]].concat();
        assert!(!is_colored(&[], call) && is_colored(&force, call), "{call:?}");
        assert!(
            is_colored(&[("CLICOLOR_FORCE", "1")], call) && !is_colored(&[("CLICOLOR_FORCE", "0")], call),
            "{call:?}"
        );
        assert!(!is_colored(&[("NO_COLOR", "1"), force[0]], call), "{call:?}");
        assert!(is_colored(&[("NO_COLOR", "1")], &with("--color=always")), "{call:?}");
        assert!(!is_colored(&force, &with("--color=never")) && is_colored(&force, &with("--color=auto")), "{call:?}");
    }
    assert!(is_colored(&[], &["--color", "always", "lint"]));
    let outcome = Folder::with(WRONG).run(&["lint", "--color", "sometimes"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("always"), "{}", outcome.shown());
    // What programs read has none.
    let outcome = Folder::with(WRONG).run(&["lint", "--format", "json", "--color", "always"]);
    assert!(!outcome.stdout.contains('\u{1b}'), "{}", outcome.stdout);
}

#[test]
fn help_is_as_wide_as_the_terminal_and_has_groups_and_examples() {
    for columns in [60, 80, 130] {
        let help = Folder::empty().run_with(&[("COLUMNS", &columns.to_string())], &["lint", "--help"]).stdout;
        // What is pasted is not broken.
        let (options, _) = help.split_once("Examples:").unwrap();
        let longest = options.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(longest <= columns && longest > columns * 4 / 5, "{columns}: {help}");
    }
    insta::assert_snapshot!(Folder::empty().run(&["synth", "--help"]).stdout);
}

/// What a code means goes on below its first word.
#[test]
fn exit_codes_hang() {
    for command in ["init", "discover", "builds"] {
        let lines = |columns: &str| -> Vec<String> {
            let help = Folder::empty().run_with(&[("COLUMNS", columns)], &[command, "--help"]).stdout;
            help.split_once("Exit codes:\n").unwrap().1.lines().map(str::to_owned).collect()
        };
        let (narrow, wide) = (lines("60"), lines("400"));
        assert!(narrow.len() > wide.len() && wide.iter().all(|line| line.starts_with("  ")), "{narrow:#?}{wide:#?}");
        for line in &narrow {
            let (head, text) = line.split_at(5);
            let is_head = head.starts_with("  ") && head.ends_with("  ") && head.trim().parse::<u8>().is_ok();
            assert!(is_head || head.trim().is_empty(), "{line}");
            assert!(!text.starts_with(' ') && line.chars().count() <= 60, "{line}");
        }
        let joined = |lines: &[String]| lines.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(joined(&narrow), joined(&wide));
    }
}

/// Calls whose results people read, in a folder in which each has something to say.
const CALLS: [&[&str]; 16] = [
    &["analyze", "Dockerfile"],
    &["analyze", "Dockerfile", "--expect", "node:24"],
    &["explain", "IF020"],
    &["explain", "IF100", "IF124", "IF060"],
    &["explain"],
    &["init", "--dry-run", "--images", "new/images.yaml"],
    &["lint", "--fix", "--diff"],
    &["synth", "--check"],
    &["discover", "--check", "--offline"],
    &["add", "new", "--repo", "acme/new"],
    &["impact", "node:22"],
    &["why", "web"],
    &["diff"],
    &["builds"],
    &["graph"],
    &["builds", "b.yml"],
];

fn seen() -> Folder {
    let folder = Folder::with(
        "baseImages:\n- {image: \"unused:1\", rebuildDelay: 7d}\nimages:\n\
         - {name: web, repository: a/web, source: {repo: a/b}, rebuildDelay: 7d} # web, on node\n",
    );
    folder.write(".git/config", "[remote \"origin\"]\n\turl = https://github.com/a/b.git\n");
    folder.write(
        ".github/workflows/b.yml",
        "on: push\njobs:\n  a:\n    if: vars.WHETHER_IT_IS_BUILT_AT_ALL == 'yes' || github.ref == 'refs/heads/main'\n    steps:\n    \
         - run: docker build -t ghcr.io/a/b . && docker push ghcr.io/a/b\n  c: {uses: acme/tools/.github/workflows/build.yml@v1}\n",
    );
    folder.write(
        "Dockerfile",
        "ARG A\nFROM ${A} AS a\nFROM ghcr.io/acme-incorporated/platform/builders/node-with-everything:22-bookworm-slim AS b\nRUN true\n\
         FROM node:22\nCOPY --from=b /a /a\nCOPY --from=a /a /a\n",
    );
    folder
}

/// A text as a terminal shows it.
fn without_codes(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |shown, part| shown + part.split_once('m').expect("codes of colours alone").1)
}

#[test]
fn colours_change_nothing_but_colours() {
    for call in CALLS {
        for columns in ["60", "100", ""] {
            let with = |flag| seen().run_with(&[("COLUMNS", columns)], &[call, &["--color", flag]].concat());
            let (plain, colored) = (with("never"), with("always"));
            assert!(!(plain.stdout.clone() + &plain.stderr).contains('\u{1b}'), "{call:?}");
            // A line of `add` says nothing that is to be told from the rest by a colour but what to do.
            let painted = if call[0] == "add" { &colored.stderr } else { &colored.stdout };
            assert!(painted.contains('\u{1b}'), "{call:?}: {}", colored.shown());
            assert_eq!(without_codes(&colored.stdout), plain.stdout, "{call:?}");
            assert_eq!(without_codes(&colored.stderr), plain.stderr, "{call:?}");
        }
    }
}

#[test]
fn sentences_are_wrapped_between_words_from_60_columns_up() {
    let is_copied = |line: &str| line.starts_with(['+', '-', ' ', '@', '#']) || line.contains("://");
    for call in CALLS {
        for columns in [60, 72, 100] {
            let outcome = seen().run_with(&[("COLUMNS", &columns.to_string())], call);
            // YAML and the lines of a diff are as they are; a word that is longer than the line has it for itself.
            let is_text = |line: &&str| !(matches!(call[0], "init" | "lint" | "synth" | "explain") && is_copied(line));
            for line in outcome.stdout.lines().filter(is_text).chain(outcome.stderr.lines()) {
                let is_one_word = line
                    .trim_start_matches(['\u{251c}', '\u{2514}', '\u{2500}', '+', '-', ' '])
                    .split_whitespace()
                    .count()
                    <= 2;
                assert!(line.chars().count() <= columns || is_one_word, "{call:?}, {columns}: {line}");
            }
        }
    }
    let shown = seen().run_with(&[("COLUMNS", "60")], &["analyze", "Dockerfile"]).stdout;
    insta::assert_snapshot!(shown);
}

/// What a command shows in a terminal; `script` is one.
#[cfg(target_os = "linux")]
pub(crate) fn in_terminal(folder: &Folder, environment: &[(&str, &str)], arguments: &str) -> String {
    let asked = command(folder.path(), &[]);
    let mut terminal = std::process::Command::new("script");
    terminal.args(["-qec", &format!("{} {arguments}", asked.get_program().display()), "/dev/null"]);
    terminal.current_dir(folder.path()).envs(asked.get_envs().filter_map(|(name, value)| Some((name, value?))));
    for (name, _) in asked.get_envs().filter(|(_, value)| value.is_none()) {
        terminal.env_remove(name);
    }
    let output = terminal.env("TERM", "xterm").envs(environment.iter().copied()).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_rate_limit_that_is_waited_for_is_told_from_the_first_second_on_and_not_in_a_pipe() {
    use crate::server::{Reply, Server};

    let limited = || {
        let server = Server::new(|_, before| match before {
            0 => Reply::text(403, "{\"message\": \"API rate limit exceeded\"}").with("Retry-After: 2"),
            _ => Reply::text(200, "FROM node:22\n"),
        });
        let image = "- {name: web, repository: a/web, source: {repo: a/b}}";
        (Folder::with(&format!("github: {{apiUrl: \"{}\"}}\nimages:\n{image}\n", server.url)), server)
    };
    let (folder, server) = limited();
    let shown = in_terminal(&folder, &[("GITHUB_API_URL", &server.url)], "discover");
    assert!(
        shown.contains("\rdiscover [....................] 0/1, 1 s; 1 s more for GitHub's rate limit"),
        "{shown:?}"
    );
    assert!(shown.contains("\r\u{1b}[K"), "{shown:?}");
    let (folder, server) = limited();
    let outcome = folder.run_with(&[("GITHUB_API_URL", &server.url)], &["discover"]);
    assert!(outcome.code == 0 && !outcome.stderr.contains("discover ["), "{}", outcome.shown());
}
