//! The command line as it is shown: its width and colours, and examples of every command.

use super::{Cli, exit};
use crate::io::terminal::Look;
use crate::style::{BOLD, CYAN, PLAIN, Style};
use crate::words::{append, words, wrapped};
use clap::builder::StyledStr;
use clap::builder::styling::Styles;
use clap::{Arg, Command, CommandFactory, value_parser};
use std::path::PathBuf;

/// Columns where there is no terminal.
const WIDTH: usize = 100;

/// What each command is called with, and what for; without the name of the tool.
const EXAMPLES: [(&str, &[(&str, &str)]); 20] = [
    ("init", &[("init --dry-run", "see what would be written"), ("init --yes", "write it without being asked")]),
    (
        "add",
        &[
            ("add web --repo acme/web", "an image that a repository builds"),
            ("add nginx --repository library/nginx --tag 1.29", "one that is only watched"),
        ],
    ),
    (
        "synth",
        &[
            ("synth", "write the manifests, and what is new into the lock"),
            ("synth --check", "say in CI whether the committed ones are up to date"),
            ("synth --at 2026-12-04T12:00Z", "say when rebuilds would begin if their bases moved then"),
            ("synth --stdout --quiet | kubectl diff -f -", "compare with a cluster"),
        ],
    ),
    (
        "discover",
        &[
            ("discover", "look at the Dockerfiles of all images"),
            ("discover web --checkout acme/web=.", "look at one, in a checkout of its repository"),
            ("discover --check --offline", "say in CI whether the lock is up to date"),
        ],
    ),
    (
        "analyze",
        &[
            ("analyze Dockerfile --target runtime", "what one stage is built on"),
            ("analyze Dockerfile --expect node:22", "say whether it is what it should be"),
        ],
    ),
    (
        "lint",
        &[
            ("lint", "look at images.yaml, and at what is in this checkout"),
            ("lint --fix", "mend what has one right answer"),
            ("lint --format github --format sarif=lint.sarif", "two reports at once, for CI"),
        ],
    ),
    (
        "builds",
        &[
            ("builds", "a line for each image: whether its rebuild builds and pushes it"),
            ("builds web", "all that the rebuild of one does, and why"),
            ("builds release.yml --input tag=1.2", "what a workflow does by hand"),
        ],
    ),
    (
        "graph",
        &[
            ("graph", "what is built on what, as a tree"),
            ("graph --focus node:22", "what a new node:22 rebuilds, and when"),
            ("graph --focus web --depth 1 --format mermaid", "the nearest of one image, for Markdown"),
            ("graph --format html > graph.html", "one page to search and click in, for a browser"),
            ("graph --format dot | dot -Tsvg -o images.svg", "all of it as a picture"),
        ],
    ),
    (
        "stale",
        &[
            ("stale", "which published images are not built on what their bases are now"),
            ("stale web --format json", "one, for programs"),
            ("stale --older-than 7d --format markdown", "what has been so for a week, for an issue"),
            ("stale web --wait 30m", "after a rebuild, whether what was published is built on the new base"),
        ],
    ),
    (
        "doctor",
        &[
            ("doctor", "whether all is there that rebuilds need, and what mends what is not"),
            ("doctor --only cluster --context production", "in a cluster alone"),
        ],
    ),
    (
        "status",
        &[
            ("status", "what is happening in the cluster, and what went wrong"),
            ("status node:22 --watch", "of one base, again every five seconds"),
            ("kubectl get stages,promotions,freight,warehouses -A -o json | image-factory status -", "of any cluster"),
        ],
    ),
    (
        "trigger",
        &[
            ("trigger node:22 --reason CVE-2026-1234", "have Kargo rebuild all that is built on a base"),
            ("trigger web --dry-run", "see the request that starts the build of an image"),
            ("trigger --stale --yes", "start all that is stale"),
        ],
    ),
    (
        "impact",
        &[
            ("impact node:22", "who is rebuilt if a base moves, in which order, and who is not"),
            ("impact node:22 debian:12 --at now", "if two move together, and when that begins if they move now"),
            ("impact node:22 --format markdown", "for an issue"),
        ],
    ),
    (
        "why",
        &[
            ("why web", "every path from a base to an image"),
            ("why web --base node:22", "those of one base, or why there is none"),
        ],
    ),
    (
        "diff",
        &[
            ("diff", "what a synth would change"),
            ("diff --base origin/main --format markdown", "what a pull request would change"),
            ("kubectl get -A -o yaml warehouses,stages | image-factory diff --against -", "what a cluster would get"),
        ],
    ),
    (
        "explain",
        &[
            ("explain IF020", "one code"),
            ("explain schedule", "a policy, and what it changes in the manifests"),
            ("explain --all", "all codes, as Markdown"),
        ],
    ),
    ("schema", &[("schema > images.schema.json", "for `# yaml-language-server: $schema=images.schema.json`")]),
    (
        "workflow",
        &[
            ("workflow web", "the workflow that builds an image"),
            ("workflow --ci", "the one that checks pull requests"),
            ("workflow --stale", "the one that keeps an issue about stale images"),
        ],
    ),
    ("completions", &[("completions bash", "for ~/.local/share/bash-completion/completions/image-factory")]),
    (
        "man",
        &[
            ("man synth | man -l -", "read the page of a command"),
            ("man --out ~/.local/share/man/man1", "write all pages to where man looks for them"),
        ],
    ),
];

/// Commands that have nothing to do with images.yaml.
const WITHOUT_IMAGES: [&str; 5] = ["analyze", "explain", "schema", "completions", "man"];

/// The command line without colours and as wide as clap finds it.
pub(super) fn command() -> Command {
    with_examples(PLAIN, PLAIN, WIDTH)
}

/// The command line for who looks at it.
pub(super) fn command_for(look: Look) -> Command {
    let width = look.columns.unwrap_or(WIDTH);
    let command = if look.color {
        with_examples(BOLD, CYAN, width).styles(Styles::plain().header(BOLD).usage(BOLD).literal(CYAN).valid(CYAN))
    } else {
        with_examples(PLAIN, PLAIN, width)
    };
    command.term_width(width)
}

fn with_examples(heading: Style, literal: Style, width: usize) -> Command {
    let root = Cli::command().after_help(StyledStr::from(exit_codes(None, heading, width)));
    EXAMPLES.iter().fold(root, |root, (name, examples)| {
        let more = section(examples, heading, literal, width) + "\n\n" + &exit_codes(Some(name), heading, width);
        root.mut_subcommand(name, |command| {
            // It is refused there, so it is not shown; what is in its place has the value for who refuses it.
            let images = Arg::new("images").long("images").value_parser(value_parser!(PathBuf)).hide(true);
            let command = command.after_help(StyledStr::from(more));
            if WITHOUT_IMAGES.contains(name) { command.arg(images) } else { command }
        })
    })
}

/// Calls of a command as they are typed, and what each is good for; the first call of each for the tool.
pub(super) fn examples(command: Option<&str>) -> Vec<(String, String)> {
    let of_command = EXAMPLES.iter().filter(|(name, _)| command.is_none_or(|command| command == *name));
    let calls = of_command.flat_map(|(_, calls)| calls.iter().take(if command.is_none() { 1 } else { calls.len() }));
    calls.map(|(call, what)| (format!("{}{call}", tool(call)), (*what).to_owned())).collect()
}

/// What stands before a call of the table.
fn tool(call: &str) -> &'static str {
    if call.contains("image-factory") { "" } else { "image-factory " }
}

fn exit_codes(command: Option<&str>, heading: Style, width: usize) -> String {
    let mut text = format!("{heading}Exit codes:{heading:#}");
    for (code, meaning) in exit::codes(command) {
        append!(text, "\n  {code}  {}", hanging(meaning, 5, width));
    }
    text
}

/// A sentence that goes on below its first word.
fn hanging(sentence: &str, indent: usize, width: usize) -> String {
    wrapped(words(sentence, width.saturating_sub(indent)), indent, width).trim_end().to_owned()
}

/// A line for each call, and a line for what it is good for.
fn section(examples: &[(&str, &str)], heading: Style, literal: Style, width: usize) -> String {
    let mut text = format!("{heading}Examples:{heading:#}");
    for (call, what) in examples {
        let tool = tool(call);
        append!(text, "\n  {literal}{tool}{call}{literal:#}\n          {}", hanging(what, 10, width));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of commands, flags and values are those that there are.
    #[test]
    fn every_command_has_examples_that_can_be_called() {
        let names: Vec<String> =
            Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
        assert_eq!(names, EXAMPLES.map(|(name, _)| name));
        for (call, _) in EXAMPLES.iter().flat_map(|(_, examples)| *examples) {
            let call = call.rsplit("image-factory ").next().unwrap_or_default();
            let words = call.split_whitespace().take_while(|word| !matches!(*word, "|" | ">"));
            let parsed = Cli::command().try_get_matches_from(std::iter::once("image-factory").chain(words));
            assert!(parsed.is_ok(), "{call}: {}", parsed.map_or_else(|error| error.to_string(), |_| String::new()));
        }
    }
}
