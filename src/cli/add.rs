//! `add`: adds an image to images.yaml.

use super::analyze::build_arg;
use super::ended::{Ended, Wrong};
use super::first::{self, SCHEMA};
use super::load;
use super::proposed::Proposed;
use super::report::{self, Done, File, FileState, Findings, Format};
use super::{Exit, Global};
use crate::diagnostic::Diagnostic;
use crate::edit::append;
use crate::edit::entry::{Line, Style, Value, block};
use crate::forge::{Origin, github};
use crate::io::workspace::Workspace;
use crate::io::{door, git, terminal, write};
use crate::lint::is_placeholder;
use crate::scaffold::text;
use crate::session::{Options, Session, Tree};
use crate::source::secret::Secret;
use crate::style::Look;
use crate::words::append;
use clap::Args;
use indexmap::IndexMap;
use serde::Serialize;

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Name of the image, which no other has
    #[arg(value_name = "NAME")]
    name: String,
    /// The repository on GitHub that builds it [default: that of this checkout]
    #[arg(long, value_name = "OWNER/NAME", conflicts_with = "tag")]
    repo: Option<String>,
    /// Registry that it is pushed to [default: that of images.yaml]
    #[arg(long, value_name = "HOST")]
    registry: Option<String>,
    /// Path in the registry [default: NAME behind the owner of the repository]
    #[arg(long, value_name = "PATH")]
    repository: Option<String>,
    /// Branch that is built [default: that of images.yaml]
    #[arg(long, value_name = "BRANCH", conflicts_with = "tag")]
    branch: Option<String>,
    /// Path of the Dockerfile
    #[arg(long, value_name = "FILE", conflicts_with = "tag")]
    dockerfile: Option<String>,
    /// Folder that is built
    #[arg(long, value_name = "DIR", conflicts_with = "tag")]
    context: Option<String>,
    /// Stage that is shipped
    #[arg(long, value_name = "STAGE", conflicts_with = "tag")]
    target: Option<String>,
    /// File name of the workflow [default: NAME.yml]
    #[arg(long, value_name = "FILE", conflicts_with = "tag")]
    workflow: Option<String>,
    /// A value for an ARG that stands in FROM
    #[arg(long = "build-arg", value_name = "NAME=VALUE", value_parser = build_arg, conflicts_with = "tag")]
    build_args: Vec<(String, String)>,
    /// An image that it is built on, in place of what the Dockerfile says
    #[arg(long, value_name = "REF", conflicts_with = "tag")]
    base: Vec<String>,
    /// How long a base has to be quiet before a rebuild, as 7d
    #[arg(long, value_name = "DURATION", conflicts_with = "tag")]
    delay: Option<String>,
    /// Rebuilds wait until somebody promotes
    #[arg(long, conflicts_with = "tag")]
    manual: bool,
    /// Not built, only watched: the tag
    #[arg(long, value_name = "TAG", requires = "repository")]
    tag: Option<String>,
    /// How to say what was done: human for people, json for programs
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true)]
    format: Format,
}

/// What was added, for programs.
#[derive(Debug, Serialize)]
struct Added {
    /// The images.yaml that it was added to.
    file: String,
    #[serde(flatten)]
    entry: Proposed,
}

pub(super) fn run(global: &Global, flags: &Flags) -> Result<Exit, Ended> {
    let mut found = Findings::default();
    let done = add(global, flags, &mut found);
    report::finish(("add", flags.format, false), global, &found, done)
}

fn add(global: &Global, flags: &Flags, found: &mut Findings) -> Result<Done<Added>, Ended> {
    let Some(workspace) = load::find(global)? else { return to_new_file(global, flags, found) };
    // Of an image that is not looked for yet nothing else need be known.
    let mut session = Session::read(Tree::disk(workspace), Options { locked: true, ..global.options() })?;
    let (model, problems) = session.model()?;
    let before = problems.only(|problem| problem.is_error() && !session.is_empty(problem));
    if before.stop() {
        *found = Findings::new(before, session.into_sources());
        return Err(Ended::Problems("nothing is added to a file with errors\n".to_owned()));
    }
    let own = session.own_repo(&model)?;
    let entry = entry(flags, own.clone())?;
    let Workspace { images: path, root } = session.workspace().clone();
    let shown = Workspace::shown(&path);
    let id = session.images_id().ok_or_else(Ended::problems)?;
    let Some(text) = append(session.sources().file(id), id, "images", &entry) else {
        return Err(to_be_pasted(flags.format, &shown, &entry)?.into());
    };
    session.replace_images(text.clone());
    let (_, after) = session.model()?;
    if after.stop() {
        *found = Findings::new(after.only(Diagnostic::is_error), session.into_sources());
        return Err(Ended::Problems(format!("{shown} is as it was\n")));
    }
    write::apply(&root, &[(path.clone(), &text)])?;
    let said = if global.quiet { String::new() } else { said(flags, &entry, &shown, own.as_deref()) };
    Ok(done(flags, &entry, shown, vec![File::new(&path, FileState::Written)], said))
}

/// Makes the first images.yaml, with the entry in it.
fn to_new_file(global: &Global, flags: &Flags, found: &mut Findings) -> Result<Done<Added>, Ended> {
    let root = Workspace::here()?;
    let path = first::place(global, &root)?;
    let origin = git::origin(&root)?.as_deref().and_then(Origin::parse);
    let own = origin.filter(|origin| origin.is(&origin.repo, &github::API)).map(|origin| origin.repo);
    let entry = entry(flags, own.clone())?;
    let shown = Workspace::shown(&path);
    let text = text::first(&entry, SCHEMA);
    *found = first::errors(&path, &text)?;
    if found.problems.stop() {
        return Err(Ended::Problems(format!("{shown} is not made\n")));
    }
    let planned = first::files(path, text);
    let files = first::states(&planned);
    first::write(&root, &planned, Vec::new())?;
    let said = format!("made {shown}\n{}", said(flags, &entry, &shown, own.as_deref()));
    Ok(done(flags, &entry, shown, files, if global.quiet { String::new() } else { said }))
}

fn done(flags: &Flags, entry: &[Line], file: String, files: Vec<File>, said: String) -> Done<Added> {
    let mut entry = Proposed::new(entry);
    if flags.repository.is_none() {
        entry = entry.unsure("repository", "a guess; `--repository` names another");
    }
    Done {
        exit: Exit::Ok,
        files,
        result: Added { file, entry },
        wrong: Vec::new(),
        out: String::new(),
        paint: None,
        said,
    }
}

/// What to say where nothing can be added; people get the entry on stdout.
fn to_be_pasted(format: Format, shown: &str, entry: &[Line]) -> anyhow::Result<Wrong> {
    let lines = block(entry, Style::default()).join("\n");
    let help = "paste this under its images:";
    let help = if format == Format::Json { format!("{help}\n{lines}") } else { help.to_owned() };
    if format == Format::Human {
        terminal::print_painted(&(lines + "\n"), Look::yaml)?;
    }
    Ok(Wrong::new(format!("nothing can be added to {shown} without changing something else in it")).help(help))
}

/// The entry, in the order of the README. What has a default is left out; what looks like a credential is refused.
fn entry(flags: &Flags, origin: Option<String>) -> Result<Vec<Line>, Wrong> {
    let entry = lines(flags, origin)?;
    let text = block(&entry, Style::default()).join("\n");
    door::credential(&text).map_or(Ok(entry), |secret| Err(no_secret(&text, &secret)))
}

fn lines(flags: &Flags, origin: Option<String>) -> Result<Vec<Line>, Wrong> {
    let mut entry = vec![Line::text("name", &flags.name)];
    let text = |key, value: &Option<String>| value.as_ref().map(|value| Line::text(key, value));
    entry.extend(text("registry", &flags.registry));
    if let Some(tag) = &flags.tag {
        entry.extend(text("repository", &flags.repository));
        entry.push(Line::text("tag", tag));
        return Ok(entry);
    }
    let repo = flags.repo.clone().or(origin).ok_or_else(|| {
        Wrong::new(format!(
            "nobody knows which repository builds {}: this checkout has no origin on GitHub",
            flags.name
        ))
        .help("name it with `--repo OWNER/NAME`; an image that is only watched needs `--repository PATH --tag TAG`")
    })?;
    // Said here, since the guess below is made of it.
    let cannot = |why| Wrong::new(format!("the repository `{repo}` cannot be used: {why}"));
    let repo: github::Repo = repo.parse().map_err(cannot)?;
    if is_placeholder(&repo.to_string()) {
        return Err(
            Wrong::new(format!("`{repo}` stands for a repository")).help("write its name, as in `--repo acme/web`")
        );
    }
    let owner = repo.owner().to_ascii_lowercase();
    entry.push(Line::text(
        "repository",
        flags.repository.clone().unwrap_or_else(|| format!("{owner}/{}", flags.name.to_ascii_lowercase())),
    ));
    let mut source = vec![Line::text("repo", repo.to_string())];
    let keys = [
        ("branch", &flags.branch),
        ("dockerfile", &flags.dockerfile),
        ("context", &flags.context),
        ("target", &flags.target),
    ];
    source.extend(keys.into_iter().filter_map(|(key, value)| text(key, value)));
    if !flags.build_args.is_empty() {
        let mut given: IndexMap<String, Vec<String>> = IndexMap::new();
        for (name, value) in &flags.build_args {
            given.entry(name.clone()).or_default().push(value.clone());
        }
        source.push(Line::new("buildArgs", Value::Given(given.into_iter().collect())));
    }
    source.extend(text("workflow", &flags.workflow));
    entry.push(Line::new("source", Value::Lines(source)));
    if !flags.base.is_empty() {
        entry.push(Line::new("baseImages", Value::List(flags.base.clone())));
    }
    entry.extend(text("rebuildDelay", &flags.delay));
    if flags.manual {
        entry.push(Line::new("autoRebuild", Value::False));
    }
    Ok(entry)
}

/// What to say of an entry with a credential in it, which is masked on its way out.
fn no_secret(lines: &str, secret: &Secret) -> Wrong {
    let start = lines[..secret.range.start].rfind('\n').map_or(0, |end| end + 1);
    let line = lines[start..].lines().next().unwrap_or_default();
    Wrong::new(format!(
        "this looks like a credential, and images.yaml is committed: {}",
        line.trim_start_matches(['-', ' ']).trim_end()
    ))
    .help("keep it in a Secret of the cluster or of the workflow's repository")
}

fn said(flags: &Flags, entry: &[Line], shown: &str, own: Option<&str>) -> String {
    let mut text = format!("added {} to {shown}\n", flags.name);
    let guess = entry.iter().find(|line| line.key == "repository" && flags.repository.is_none());
    if let Some(Line { value: Value::Text(guess), .. }) = guess {
        append!(text, "  help: its repository {guess} is a guess; `--repository` names another\n");
    }
    if flags.tag.is_none() && flags.workflow.is_none() {
        append!(text, "  help: rebuilds start {0}.yml; `image-factory workflow {0}` prints one\n", flags.name);
    }
    // Its Dockerfile is in no checkout that is known, so `synth` alone would not find it.
    let elsewhere = flags.repo.as_deref().is_some_and(|repo| own.is_none_or(|own| !own.eq_ignore_ascii_case(repo)));
    let discover = if elsewhere && flags.base.is_empty() { "image-factory discover, then " } else { "" };
    append!(text, "  next: {discover}image-factory synth\n");
    text
}
