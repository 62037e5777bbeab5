//! `analyze`: what one Dockerfile is built on.

use super::ended::{Ended, Wrong};
use super::report::report;
use super::{Exit, Global};
use crate::diagnostic::any_error;
use crate::discover::analysis::{Analysis, Expected};
use crate::dockerfile;
use crate::forge::Provider;
use crate::grammar::address::ApiUrl;
use crate::grammar::build::Platform;
use crate::grammar::git::{Branch, FilePath};
use crate::grammar::given::{self, Given, MAX_WAYS};
use crate::grammar::{Form, Invalid};
use crate::io::forge::{Forge, Settings, Wanted};
use crate::io::progress::Progress;
use crate::io::read::{self, FileText};
use crate::io::{door, terminal};
use crate::session::files::{Absent, Found, read_named};
use crate::session::{Problems, Verbosity};
use crate::source::{SourceFile, Sources};
use crate::style::{BOLD, CYAN, DIM, Look, YELLOW};
use crate::words::{literals, wrapped};
use anyhow::Context;
use clap::{Args, ValueEnum};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// The file to read; `-` is stdin
    #[arg(value_name = "DOCKERFILE", required_unless_present = "request", conflicts_with = "request")]
    dockerfile: Option<PathBuf>,
    /// The stage that is shipped [default: the last]
    #[arg(long, value_name = "STAGE", conflicts_with = "request")]
    target: Option<String>,
    /// A value for an ARG; may be given several times
    #[arg(long = "build-arg", value_name = "NAME=VALUE", value_parser = build_arg, conflicts_with = "request")]
    build_args: Vec<(String, String)>,
    /// A named context: an image as `docker-image://REF`, or anything else; may be given several times
    #[arg(long = "build-context", value_name = "NAME=SOURCE", value_parser = build_arg, conflicts_with = "request")]
    contexts: Vec<(String, String)>,
    /// What is built for [default: linux/amd64]
    #[arg(long, value_name = "OS/ARCH", conflicts_with = "request")]
    platform: Option<Platform>,
    /// An image that it must be built on, or `none`; may be given several times. Exit with 1 unless it is built on these
    /// and no others
    #[arg(long, value_name = "REF", conflicts_with = "request")]
    expect: Vec<String>,
    /// How to print it: tree for people, json for programs
    #[arg(long, value_enum, default_value_t = Format::Tree, hide_possible_values = true)]
    format: Format,
    /// All of it as JSON, with the Dockerfile read from GitHub or GitLab: {repo, branch, dockerfile, target, buildArgs,
    /// contexts, platform, expect, provider, apiUrl}
    #[arg(long, value_name = "JSON")]
    request: Option<String>,
}

/// Forms of the result.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people
    Tree,
    /// For programs
    Json,
}

impl Flags {
    /// Whether stdout is for programs.
    pub(super) fn is_json(&self) -> bool {
        matches!(self.format, Format::Json)
    }
}

/// Reads `NAME=VALUE`.
pub(super) fn build_arg(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or("write `NAME=VALUE`")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// What is asked, from flags or from JSON. Unknown keys are refused: a misspelt `expect` would expect nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Request {
    repo: String,
    branch: Option<String>,
    dockerfile: Option<String>,
    target: Option<String>,
    #[serde(default)]
    build_args: BTreeMap<String, Given<String>>,
    #[serde(default)]
    contexts: BTreeMap<String, String>,
    platform: Option<String>,
    expect: Option<Vec<String>>,
    provider: Option<String>,
    /// Address of GitHub's API or of the GitLab instance.
    api_url: Option<String>,
}

pub(super) fn run(global: &Global, flags: &Flags) -> Result<Exit, Ended> {
    let (request, found) = if let Some(json) = &flags.request {
        let (request, remote) = Request::parse(json).map_err(Wrong::new)?;
        (request, remote.fetch(global))
    } else {
        let request = Request {
            target: flags.target.clone(),
            build_args: flags
                .build_args
                .iter()
                .map(|(name, value)| (name.clone(), Given::One(value.clone())))
                .collect(),
            contexts: flags.contexts.iter().cloned().collect(),
            platform: flags.platform.as_ref().map(Platform::to_string),
            expect: (!flags.expect.is_empty()).then(|| flags.expect.clone()),
            ..Request::default()
        };
        let path = flags.dockerfile.as_deref().unwrap_or(Path::new("-"));
        let found = if path == Path::new("-") { stdin()? } else { read_named(path, global.verbosity()) };
        (request, found)
    };
    // A credential is no reference, and what is said of one that is none has it in lower case.
    let mask = door::known();
    let texts = request.expect.iter().flatten().map(|text| mask.masked(text)).collect::<Vec<_>>();
    let expected = match &request.expect {
        Some(_) => Some(Expected::parse(texts.iter().map(AsRef::as_ref)).map_err(Wrong::new)?),
        None => None,
    };
    let (name, text) = found.map_err(|absent| match absent.failure() {
        Some(failure) => Ended::Machine(failure.into()),
        None if absent.is_input() => Wrong::new(absent.why).into(),
        None => Ended::Machine(anyhow::Error::msg(absent.why)),
    })?;
    let mut sources = Sources::without(door::known());
    let id = sources.add(SourceFile::new(name.clone(), text));
    let ways = given::ways(&request.build_args)
        .ok_or_else(|| Wrong::new(format!("these build arguments make more than {MAX_WAYS} ways to build it")))?;
    let (target, contexts) = (request.target.as_deref(), &request.contexts);
    let platform = request.platform.as_deref().unwrap_or(&Platform::DEFAULT);
    let asked = |build_args| dockerfile::Request { target, build_args, contexts, platform };
    let read = dockerfile::read_each(sources.file(id), id, ways.iter().map(asked));
    let (facts, diagnostics) = read.unwrap_or_default();
    report(&Problems::of(diagnostics.clone(), &sources), &sources, global);
    let analysis = Analysis::new(
        (&name, target, &request.build_args),
        (contexts, platform),
        (&facts, &diagnostics),
        &sources,
        expected.as_ref(),
    );
    match flags.format {
        Format::Tree => terminal::print_painted(&analysis.tree(), painted)?,
        Format::Json => {
            let json = serde_json::to_string_pretty(&analysis).context("cannot write the analysis as JSON")?;
            terminal::print(&format!("{json}\n"))?;
        }
    }
    Ok(match (any_error(&diagnostics), analysis.is_as_expected()) {
        (true, _) => Exit::Input,
        (false, false) => Exit::No,
        (false, true) => Exit::Ok,
    })
}

/// Columns before the image in a line of the tree.
const BRANCH: usize = 12;

/// The tree as it looks in this terminal: a line that is too long goes on below its image.
fn painted(look: Look, tree: &str) -> String {
    let branch = |line: &str, at: usize| {
        let (kind, rest) = line.split_at(at);
        let rest = wrapped(rest.trim_end().split(' '), BRANCH, look.room().unwrap_or(usize::MAX));
        let below = if kind.starts_with('\u{251c}') { "\u{2502}" } else { " " };
        let rest = rest.trim_end().replace("\n ", &format!("\n{below}"));
        let (image, place) = rest.split_at(rest.find("(line ").unwrap_or(rest.len()));
        let style = if kind.contains("unknown") { YELLOW } else { CYAN };
        let (edge, kind) = kind.split_at(kind.find(' ').map_or(0, |blank| blank + 1));
        let place: String = place.split_inclusive('\n').map(|line| look.paint_line(DIM, line)).collect();
        format!("{edge}{}{image}{place}\n", look.paint(style, kind))
    };
    let line = |(index, line): (usize, &str)| match line.char_indices().nth(BRANCH) {
        _ if index == 0 => look.paint_line(BOLD, line),
        Some((at, _)) if line.starts_with(['\u{251c}', '\u{2514}']) => branch(line, at),
        _ if line.starts_with(['+', '-']) => look.marked(line),
        _ => look.paint_line(YELLOW, line),
    };
    tree.split_inclusive('\n').enumerate().map(line).collect()
}

fn stdin() -> anyhow::Result<Found> {
    Ok(match read::stdin()? {
        FileText::Ok(text) => Ok(("stdin".to_owned(), text)),
        FileText::NotUtf8 { .. } => Err(Absent::no_text("stdin is not UTF-8 text")),
        FileText::TooLarge => Err(Absent::no_text("what stdin gives is too large")),
        FileText::Unfit(unfit) => Err(Absent::no_text(format!("stdin {unfit}"))),
    })
}

/// A file of a repository, and who is asked for it.
struct Remote {
    provider: Provider,
    url: ApiUrl,
    file: Wanted,
}

impl Request {
    /// Reads and checks a request; the error is what is wrong with it.
    fn parse(json: &str) -> Result<(Self, Remote), String> {
        let request: Self =
            serde_json::from_str(json).map_err(|error| format!("the request cannot be read: {error}"))?;
        let provider = match request.provider.as_deref() {
            None => Provider::GitHub,
            Some(word) => word
                .parse()
                .map_err(|_| format!("the provider `{word}` is not known; write {}", literals(Provider::WORDS)))?,
        };
        provider.check_repo(&request.repo).map_err(|why| unusable("repo", &why))?;
        let branch: Branch = of_form("branch", request.branch.as_deref())?.unwrap_or(Branch::MAIN);
        let path: FilePath = of_form("dockerfile", request.dockerfile.as_deref())?.unwrap_or(FilePath::DOCKERFILE);
        of_form::<Platform>("platform", request.platform.as_deref())?;
        let url = of_form("apiUrl", request.api_url.as_deref())?.unwrap_or_else(|| provider.host().address.clone());
        let file = Wanted { provider, repo: request.repo.clone(), branch: branch.into(), path: path.into() };
        Ok((request, Remote { provider, url, file }))
    }
}

fn of_form<T: Form>(key: &str, text: Option<&str>) -> Result<Option<T>, String> {
    text.map(str::parse).transpose().map_err(|why| unusable(key, &why))
}

fn unusable(key: &str, why: &Invalid) -> String {
    format!("`{key}` of the request cannot be used: {why}")
}

impl Remote {
    fn fetch(self, global: &Global) -> Found {
        let Self { provider, url, file } = self;
        let mut settings = Settings::new(provider, &url);
        settings.verbose = global.verbose;
        let progress = Progress::new("analyze", 1, global.verbosity() == Verbosity::Normal);
        settings.waits = progress.waits();
        if !global.quiet {
            terminal::message(&settings.access.warning(provider).unwrap_or_default());
        }
        let name = file.to_string();
        match Forge::new(settings).fetch(&file) {
            Ok(text) => Ok((name, text)),
            Err(failure) => {
                let absent = Absent::from(failure);
                Err(Absent { why: format!("{name} was not read: {absent}"), ..absent })
            }
        }
    }
}
