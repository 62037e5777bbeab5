//! The shell: clap types live and die here. One file a command: ask a session, render, write.

mod add;
mod analyze;
mod at;
mod builds;
mod change;
mod complete;
mod completions;
mod diff;
mod discover;
mod doctor;
mod ended;
mod exit;
mod explain;
mod first;
mod fix;
mod graph;
mod help;
mod impact;
mod init;
mod lint;
mod load;
mod man;
mod manual;
mod named;
mod proposed;
mod reach;
mod refused;
mod registries;
mod report;
mod revision;
mod schema;
mod stale;
mod status;
mod synth;
mod trigger;
mod why;
mod workflow;

pub use exit::Exit;

use ended::{Ended, Wrong};

use crate::diagnostic::render::Page;
use crate::io::door;
use crate::io::terminal::{self, Look};
use crate::session::{Options, Verbosity};
use clap::{Args, FromArgMatches, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// Compiles images.yaml into the Kargo manifests that rebuild container images when their base images change.
#[derive(Debug, Parser)]
#[command(name = "image-factory", version)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// The name of the tool.
const NAME: &str = env!("CARGO_PKG_NAME");

/// Flags of all commands.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Options of all commands")]
struct Global {
    /// The images.yaml to read, or the folder that it is in; `-` is stdin [default: image-factory/images.yaml or images.yaml, from
    /// here upward]
    #[arg(long, global = true, value_name = "FILE")]
    images: Option<PathBuf>,
    /// Print no warnings and no summary
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say which files are read, and what is asked for over the network
    #[arg(long, short, global = true)]
    verbose: bool,
    /// Show at most so many problems, the worst; reports for programs always have all of them
    #[arg(long, global = true, value_name = "N|all", default_value = "100", value_parser = number_or_all)]
    max_problems: usize,
    /// Use colours: auto (on a terminal, or as the environment says), always or never
    // Found before clap reads it, since help and errors have colours too.
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Color::Auto, hide_possible_values = true)]
    color: Color,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// The value of a flag, as far as can be told before clap reads the arguments.
fn value_of(arguments: &[OsString], flag: &str) -> Option<String> {
    let words = arguments.iter().take_while(|word| *word != "--").map(|word| word.to_str().unwrap_or_default());
    let words: Vec<&str> = words.collect();
    let apart = words.windows(2).rev().find_map(|pair| (pair[0] == flag).then_some(pair[1]));
    let joined = words.iter().rev().find_map(|word| word.strip_prefix(flag)?.strip_prefix('='));
    joined.or(apart).map(str::to_owned)
}

/// What `--color` says, if it is there.
fn color(arguments: &[OsString]) -> Option<bool> {
    match Color::from_str(&value_of(arguments, "--color")?, false).ok()? {
        Color::Auto => None,
        Color::Always => Some(true),
        Color::Never => Some(false),
    }
}

fn number_or_all(text: &str) -> Result<usize, String> {
    if text == "all" { Ok(usize::MAX) } else { text.parse().map_err(|_| "write a number, or `all`".to_owned()) }
}

impl Global {
    fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        }
    }

    /// With the images.yaml that a command was given without a flag.
    fn of(&self, file: Option<&PathBuf>) -> Self {
        Self { images: file.or(self.images.as_ref()).cloned(), ..self.clone() }
    }

    /// Whether images.yaml comes by stdin.
    fn is_stdin(&self) -> bool {
        self.images.as_ref().is_some_and(|path| path.as_os_str() == "-")
    }

    fn options(&self) -> Options {
        Options { verbosity: self.verbosity(), ..Options::default() }
    }

    /// How problems are laid out for people.
    fn page(&self, look: Look) -> Page {
        Page { color: look.color, width: look.columns, most: self.max_problems }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Propose images.yaml from the Dockerfiles and workflows of this repository
    Init(init::Flags),
    /// Add an image to images.yaml
    Add(add::Flags),
    /// Write the manifests to dist/
    Synth(synth::Flags),
    /// Read Dockerfiles and write what images are built on to images.lock.yaml
    Discover(discover::Flags),
    /// Print what one Dockerfile is built on
    Analyze(analyze::Flags),
    /// Look for what is wrong or will surprise, also in Dockerfiles and workflows
    Lint(lint::Flags),
    /// Say what a dispatch builds and pushes, and why
    Builds(builds::Flags),
    /// Draw what is built on what, and when it is rebuilt
    Graph(graph::Flags),
    /// Say which published images are not built on what their bases are now
    Stale(stale::Flags),
    /// Look whether all is there that rebuilds need: in the cluster, at code hosts and in registries
    Doctor(doctor::Flags),
    /// Say what is happening in the cluster, and what went wrong
    Status(status::Flags),
    /// Start rebuilds by hand
    Trigger(trigger::Flags),
    /// Say what is rebuilt if bases move, in which order, when, and what is not
    Impact(impact::Flags),
    /// Say why an image is rebuilt: the paths from bases to it
    Why(why::Flags),
    /// Show what would be rebuilt otherwise than before, and which objects change
    Diff(diff::Flags),
    /// Say why a problem matters and how to mend it
    Explain(explain::Flags),
    /// Print the JSON Schema of images.yaml, for editors
    Schema,
    /// Print a GitHub workflow: one that builds an image, or one that runs image-factory
    Workflow(workflow::Flags),
    /// Print what a shell needs to complete this command line
    Completions(completions::Flags),
    /// Print a manual page
    Man(man::Flags),
}

impl Command {
    /// Its name, if it has a document of its own for programs and stdout is for that.
    fn in_json(&self) -> Option<&'static str> {
        match self {
            Self::Lint(flags) => flags.is_json().then_some("lint"),
            Self::Diff(flags) => flags.is_json().then_some("diff"),
            Self::Analyze(flags) => flags.is_json().then_some("analyze"),
            _ => None,
        }
    }

    /// Whether it asks images.yaml for anything.
    fn reads_images(&self) -> bool {
        match self {
            Self::Init(_)
            | Self::Add(_)
            | Self::Synth(_)
            | Self::Discover(_)
            | Self::Lint(_)
            | Self::Builds(_)
            | Self::Graph(_)
            | Self::Stale(_)
            | Self::Doctor(_)
            | Self::Status(_)
            | Self::Trigger(_)
            | Self::Impact(_)
            | Self::Why(_)
            | Self::Diff(_) => true,
            Self::Workflow(flags) => flags.reads_images(),
            Self::Analyze(_) | Self::Explain(_) | Self::Schema | Self::Completions(_) | Self::Man(_) => false,
        }
    }
}

/// The command line as clap has it, with all commands.
pub fn command() -> clap::Command {
    help::command()
}

/// Runs the command line and says how it ended.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(exit) = complete::answer(&arguments) {
        return exit;
    }
    door::mask_panics();
    if let Some(color) = color(&arguments) {
        terminal::set_color(color);
    }
    let matches = help::command_for(terminal::stdout_look()).try_get_matches_from(&arguments);
    let result = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => match wrong_call(&cli) {
            Some(wrong) => refused::wrong_call(wrong, &cli.global, &arguments),
            None => dispatch(&cli),
        },
        Err(error) => refused::end(error, &arguments),
    };
    let closed = terminal::close().map_err(Ended::from);
    match result.and_then(|exit| closed.map(|()| exit)) {
        Ok(exit) => exit.into(),
        Err(ended) => ended.say().into(),
    }
}

/// Why no command of this name takes a flag that all have.
fn wrong_call(cli: &Cli) -> Option<Wrong> {
    let beside = || matches!(cli.command, Command::Init(_) | Command::Add(_) | Command::Discover(_));
    if cli.global.is_stdin() && beside() {
        let message = "this command writes beside images.yaml, which stdin has no place for";
        return Some(Wrong::new(message).help("name a file with `--images FILE`"));
    }
    let is_idle = cli.global.images.is_some() && !cli.command.reads_images();
    is_idle.then(|| Wrong::new("this command reads no images.yaml").help("leave `--images` out"))
}

fn dispatch(cli: &Cli) -> Result<Exit, Ended> {
    let done = match &cli.command {
        Command::Init(flags) => init::run(&cli.global, flags),
        Command::Add(flags) => add::run(&cli.global, flags),
        Command::Synth(flags) => synth::run(&cli.global, flags),
        Command::Discover(flags) => discover::run(&cli.global, flags),
        Command::Analyze(flags) => analyze::run(&cli.global, flags),
        Command::Lint(flags) => lint::run(&cli.global, flags),
        Command::Builds(flags) => builds::run(&cli.global, flags),
        Command::Graph(flags) => graph::run(&cli.global, flags),
        Command::Stale(flags) => stale::run(&cli.global, flags),
        Command::Doctor(flags) => doctor::run(&cli.global, flags),
        Command::Status(flags) => status::run(&cli.global, flags),
        Command::Trigger(flags) => trigger::run(&cli.global, flags),
        Command::Impact(flags) => impact::run(&cli.global, flags),
        Command::Why(flags) => why::run(&cli.global, flags),
        Command::Diff(flags) => diff::run(&cli.global, flags),
        Command::Explain(flags) => explain::run(flags).map_err(Ended::from),
        Command::Schema => schema::run().map_err(Ended::from),
        Command::Workflow(flags) => workflow::run(&cli.global, flags),
        Command::Completions(flags) => completions::run(flags).map_err(Ended::from),
        Command::Man(flags) => man::run(&cli.global, flags).map_err(Ended::from),
    };
    match (done, cli.command.in_json()) {
        (Err(ended), Some(command)) => report::ended(command, &cli.global, ended),
        (done, _) => done,
    }
}
