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

/// `script` gives the program a terminal.
#[cfg(target_os = "linux")]
#[test]
fn a_rate_limit_that_is_waited_for_is_told_from_the_first_second_on_and_not_in_a_pipe() {
    use crate::server::{Reply, Server};
    use std::process::Command;

    let limited = || {
        let server = Server::new(|_, before| match before {
            0 => Reply::text(403, "{\"message\": \"API rate limit exceeded\"}").with("Retry-After: 2"),
            _ => Reply::text(200, "FROM node:22\n"),
        });
        let image = "- {name: web, repository: a/web, source: {repo: a/b}}";
        (Folder::with(&format!("github: {{apiUrl: \"{}\"}}\nimages:\n{image}\n", server.url)), server)
    };
    let (folder, server) = limited();
    let asked = command(folder.path(), &["discover"]);
    let mut terminal = Command::new("script");
    terminal.args(["-qec", &format!("{} discover", asked.get_program().display()), "/dev/null"]);
    terminal.current_dir(folder.path()).envs(asked.get_envs().filter_map(|(name, value)| Some((name, value?))));
    for (name, _) in asked.get_envs().filter(|(_, value)| value.is_none()) {
        terminal.env_remove(name);
    }
    let output = terminal.env("GITHUB_API_URL", &server.url).env("TERM", "xterm").output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(
        shown.contains("\rdiscover [....................] 0/1, 1 s; 1 s more for GitHub's rate limit"),
        "{shown:?}"
    );
    assert!(shown.contains("\r\u{1b}[K"), "{shown:?}");
    let (folder, server) = limited();
    let outcome = folder.run_with(&[("GITHUB_API_URL", &server.url)], &["discover"]);
    assert!(outcome.code == 0 && !outcome.stderr.contains("discover ["), "{}", outcome.shown());
}
