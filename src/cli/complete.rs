//! Values for a line that somebody is typing: the shell asks through what `completions` prints, and clap says where the line is.
//!
//! A shell puts what it is given into the line as it is, and the line is run next. So a value that a shell would take for more
//! than a word is not offered, be it the name of a file, of a branch or what images.yaml says. Nobody is told that anything is
//! wrong: where there is nothing to offer, or it takes too long, nothing is said.

use super::{Global, NAME, help, load, value_of};
use crate::diagnostic::Code;
use crate::io::git::references::references;
use crate::io::read::FileText;
use crate::io::within::within;
use crate::io::workspace::Workspace;
use crate::io::{door, terminal};
use crate::lint;
use crate::model::Model;
use crate::policies::{self, Policy};
use crate::session::{Options, Session, Tree, Verbosity};
use clap::Command;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate as Candidate, PathCompleter, ValueCompleter};
use clap_complete::env::Shells;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// How long a shell waits at most.
const LIMIT: Duration = Duration::from_secs(2);
/// The longest images.yaml that is read, in bytes: one of 10,000 images has 3 million.
const LONGEST: usize = 4 << 20;
/// More values than these nobody reads.
const MOST: usize = 1_000;
/// The functions that clap defines.
const BASH: &str = "_clap_complete_image_factory";
const ZSH: &str = "_clap_dynamic_completer_image_factory";

/// Which values an argument has.
#[derive(Clone, Copy)]
enum Values {
    Words(&'static [&'static str]),
    File,
    Folder,
    /// Codes of problems and policies, with their titles.
    Explained,
    /// Commands of the tool.
    Commands,
    /// Branches, tags and remote branches.
    References,
    /// All images that are built.
    Images,
    /// What images are built on.
    Bases,
    /// Repositories that build images.
    Repositories,
    /// `OWNER/REPO=DIR`
    Checkout,
    /// `FORMAT[=FILE]`
    Report,
}

/// The values of arguments for which clap knows none by itself, by command; those of all commands are at the root.
const VALUES: [(&str, &str, Values); 38] = [
    ("", "images", Values::File),
    ("", "max_problems", Values::Words(&["all"])),
    ("add", "repo", Values::Repositories),
    ("add", "dockerfile", Values::File),
    ("add", "context", Values::Folder),
    ("add", "base", Values::Bases),
    ("init", "repo", Values::Repositories),
    ("synth", "file", Values::File),
    ("synth", "out", Values::Folder),
    ("synth", "at", Values::Words(&["now"])),
    ("discover", "names", Values::Images),
    ("discover", "checkout", Values::Checkout),
    ("analyze", "dockerfile", Values::File),
    ("analyze", "platform", Values::Words(&["linux/amd64", "linux/arm64"])),
    ("analyze", "expect", Values::Bases),
    ("lint", "file", Values::File),
    ("lint", "format", Values::Report),
    ("lint", "checkout", Values::Checkout),
    ("builds", "names", Values::Images),
    ("builds", "git_ref", Values::References),
    ("builds", "checkout", Values::Checkout),
    ("graph", "focus", Values::Images),
    ("stale", "names", Values::Images),
    ("doctor", "kubeconfig", Values::File),
    ("status", "names", Values::Images),
    ("status", "kubeconfig", Values::File),
    ("trigger", "names", Values::Images),
    ("trigger", "kubeconfig", Values::File),
    ("impact", "bases", Values::Bases),
    ("impact", "at", Values::Words(&["now"])),
    ("why", "image", Values::Images),
    ("why", "base", Values::Bases),
    ("diff", "base", Values::References),
    ("diff", "against", Values::File),
    ("explain", "codes", Values::Explained),
    ("workflow", "image", Values::Images),
    ("man", "command", Values::Commands),
    ("man", "out", Values::Folder),
];

/// What the shell of that name runs at its start, so that it asks here.
pub(super) fn registration(shell: &str) -> Option<String> {
    let mut text = Vec::new();
    Shells::builtins().completer(shell)?.write_registration(terminal::COMPLETE, NAME, NAME, NAME, &mut text).ok()?;
    let text = String::from_utf8(text).ok()?;
    Some(match shell {
        "bash" => {
            include_str!("complete.bash").to_owned() + &text.replace(&format!("-F {BASH} "), "-F _image_factory ")
        }
        // As a file of `fpath` it is run when it is asked for the first time.
        "zsh" => format!("{text}[[ ${{funcstack[1]}} != _{NAME} ]] || {ZSH} \"$@\"\n"),
        _ => text,
    })
}

/// Answers a shell; `None` where no shell asks, and the command line is one.
pub(super) fn answer(arguments: &[OsString]) -> Option<ExitCode> {
    let shell = terminal::asking_shell()?;
    let text = match arguments {
        [] | [_] => registration(&shell)?,
        [_, mark, words @ ..] if mark == "--" && Shells::builtins().completer(&shell).is_some() => {
            door::hush_panics();
            let words = words.to_vec();
            within(LIMIT, move || completed(&shell, words)).flatten().unwrap_or_default()
        }
        _ => return None,
    };
    // A shell that has gone away is told nothing.
    let _ = terminal::print(&text).and_then(|()| terminal::close());
    Some(ExitCode::SUCCESS)
}

fn completed(shell: &str, words: Vec<OsString>) -> Option<String> {
    let images = value_of(&words, "--images").map(PathBuf::from);
    let mut command = with_values(images.as_ref());
    let mut text = Vec::new();
    Shells::builtins().completer(shell)?.write_complete(&mut command, words, None, &mut text).ok()?;
    String::from_utf8(text).ok()
}

/// The command line with the values of its arguments, for whoever has named this images.yaml.
fn with_values(images: Option<&PathBuf>) -> Command {
    VALUES.iter().fold(help::command(), |root, (command, argument, values)| {
        let (values, images) = (*values, images.cloned());
        let offer =
            move |typed: &OsStr| typed.to_str().map_or_else(Vec::new, |typed| values.of(typed, images.as_ref()));
        let completer = ArgValueCompleter::new(offer);
        match *command {
            "" => root.mut_arg(argument, |argument| argument.add(completer)),
            command => {
                root.mut_subcommand(command, |command| command.mut_arg(argument, |argument| argument.add(completer)))
            }
        }
    })
}

impl Values {
    /// Those that begin with what is typed.
    fn of(self, typed: &str, images: Option<&PathBuf>) -> Vec<Candidate> {
        let mut found = self.all(typed, images);
        found.retain(|candidate| candidate.get_value().to_str().is_some_and(|value| is_offered(value, typed)));
        found.truncate(MOST);
        found
    }

    fn all(self, typed: &str, images: Option<&PathBuf>) -> Vec<Candidate> {
        let of_model =
            |values: fn(&Model) -> Vec<String>| plain(model(images).as_ref().map(values).unwrap_or_default());
        match self {
            Self::Words(words) => plain(words.iter().copied()),
            Self::File => PathCompleter::file().complete(OsStr::new(typed)),
            Self::Folder => PathCompleter::dir().complete(OsStr::new(typed)),
            Self::Explained => {
                let codes = lint::codes();
                let code = |code: &Code| Candidate::new(code.to_string()).help(Some(code.title().into()));
                let policy = |policy: Policy| Candidate::new(policy.name).help(Some(policy.title.into()));
                codes.all().iter().map(code).chain(policies::all().map(policy)).collect()
            }
            Self::Commands => plain(help::command().get_subcommands().map(Command::get_name)),
            Self::References => plain(Workspace::here().map(|root| references(&root)).unwrap_or_default()),
            Self::Images => of_model(|model| model.images.iter().map(|image| image.name.to_string()).collect()),
            Self::Bases => of_model(|model| model.bases.iter().map(|base| base.reference.familiar()).collect()),
            Self::Repositories => of_model(repositories),
            Self::Checkout => parted(typed, Self::Folder, || {
                let repositories = of_model(repositories);
                plain(repositories.iter().map(|candidate| format!("{}=", candidate.get_value().display())))
            }),
            Self::Report => parted(typed, Self::File, || plain(["human", "json", "sarif", "github"])),
        }
    }
}

/// Of `HEAD=PATH`: paths behind the `=`, else what stands before it.
fn parted(typed: &str, paths: Values, heads: impl FnOnce() -> Vec<Candidate>) -> Vec<Candidate> {
    let Some((head, path)) = typed.split_once('=') else { return heads() };
    paths.all(path, None).into_iter().map(|candidate| candidate.add_prefix(format!("{head}="))).collect()
}

fn plain(words: impl IntoIterator<Item = impl Into<OsString>>) -> Vec<Candidate> {
    words.into_iter().map(Candidate::new).collect()
}

/// Whether a value goes on where what is typed ends, with nothing that a shell would take for more than a part of a word, and
/// shows no credential.
fn is_offered(value: &str, typed: &str) -> bool {
    let Some(rest) = value.strip_prefix(typed) else { return false };
    let is_plain = |c: char| c.is_alphanumeric() || "._/:@%+=,-".contains(c);
    rest.chars().all(is_plain) && !value.starts_with(['-', '=']) && door::credential(value).is_none()
}

/// What images.yaml and its lock say; nothing where they are not there or too large.
fn model(images: Option<&PathBuf>) -> Option<Model> {
    let global = Global { images: images.cloned(), quiet: true, ..Global::default() };
    let tree = Tree::disk(load::find(&global).ok()??);
    let is_short = |text: &FileText| matches!(text, FileText::Ok(text) if text.len() <= LONGEST);
    tree.text_if_any(&tree.workspace().images).ok()?.filter(is_short)?;
    let options = Options { verbosity: Verbosity::Quiet, locked: true, ..Options::default() };
    Some(Session::read(tree, options).ok()?.model().ok()?.0)
}

fn repositories(model: &Model) -> Vec<String> {
    let mut found: Vec<String> = model.images.iter().map(|image| image.source.pipeline.repo().to_owned()).collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueHint;

    /// Whoever adds an argument decides whether something can be offered for it.
    #[test]
    fn of_every_argument_it_is_known_what_is_offered() {
        let mut root = with_values(None);
        root.build();
        let mut nothing = Vec::new();
        for command in root.get_subcommands().filter(|command| command.get_name() != "help") {
            for argument in command.get_arguments().filter(|argument| argument.get_action().takes_values()) {
                let has_values =
                    !argument.get_possible_values().is_empty() || argument.get_value_hint() != ValueHint::Unknown;
                if !has_values && argument.get::<ArgValueCompleter>().is_none() {
                    nothing.push(format!("{} {}", command.get_name(), argument.get_id()));
                }
            }
        }
        nothing.sort();
        let expected = [
            "add branch",
            "add build_args",
            "add delay",
            "add name",
            "add registry",
            "add repository",
            "add tag",
            "add target",
            "add workflow",
            "analyze build_args",
            "analyze contexts",
            "analyze request",
            "analyze target",
            "builds inputs",
            "doctor context",
            "doctor mirror",
            "doctor namespace",
            "doctor plain_http",
            "graph depth",
            "init action",
            "stale mirror",
            "stale older_than",
            "stale plain_http",
            "stale wait",
            "status context",
            "status namespace",
            "trigger context",
            "trigger mirror",
            "trigger namespace",
            "trigger plain_http",
            "trigger reason",
            "workflow action",
        ];
        assert_eq!(nothing, expected);
    }
}
