//! `add`: adds an image to images.yaml.

use super::analyze::build_arg;
use super::first::{self, SCHEMA};
use super::load;
use super::report::{report, wrong};
use super::{Exit, Global};
use crate::diagnostic::Diagnostic;
use crate::edit::append;
use crate::edit::entry::{Line, Style, Value, block};
use crate::forge::{Origin, github};
use crate::io::read::exists;
use crate::io::workspace::Workspace;
use crate::io::{door, git, terminal, write};
use crate::lint::is_placeholder;
use crate::scaffold::text;
use crate::session::{Options, Session, Tree};
use crate::source::secret::Secret;
use crate::style::Look;
use crate::words::append;
use clap::Args;
use std::path::PathBuf;

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
}

pub(super) fn run(global: &Global, flags: &Flags) -> anyhow::Result<Exit> {
    let Some(workspace) = load::find(global)? else { return to_new_file(global, flags) };
    // Of an image that is not looked for yet nothing else need be known.
    let mut session = Session::read(Tree::disk(workspace), Options { locked: true, ..global.options() })?;
    let (model, problems) = session.model()?;
    let before = problems.only(|problem| problem.is_error() && !session.is_empty(problem));
    if before.stop() {
        report(&before, session.sources(), global);
        terminal::message("nothing is added to a file with errors\n");
        return Ok(Exit::Input);
    }
    let own = session.own_repo(&model)?;
    let entry = match entry(flags, own.clone()) {
        Ok(entry) => entry,
        Err(why) => return Ok(wrong(&why)),
    };
    let Workspace { images: path, root } = session.workspace().clone();
    let shown = Workspace::shown(&path);
    let Some(id) = session.images_id() else { return Ok(Exit::Input) };
    let Some(text) = append(session.sources().file(id), id, "images", &entry) else {
        terminal::message(&format!(
            "error: nothing can be added to {shown} without changing something else in it\n  help: paste this under its images:\n"
        ));
        terminal::print_painted(&(block(&entry, Style::default()).join("\n") + "\n"), Look::yaml)?;
        return Ok(Exit::Input);
    };
    session.replace_images(text.clone());
    let (_, after) = session.model()?;
    if after.stop() {
        report(&after.only(Diagnostic::is_error), session.sources(), global);
        terminal::message(&format!("{shown} is as it was\n"));
        return Ok(Exit::Input);
    }
    write::apply(&root, &[(path, &text)])?;
    if !global.quiet {
        terminal::message(&done(flags, &entry, &shown, own.as_deref()));
    }
    Ok(Exit::Ok)
}

/// Makes the first images.yaml, with the entry in it.
fn to_new_file(global: &Global, flags: &Flags) -> anyhow::Result<Exit> {
    let root = Workspace::here()?;
    let path = first::place(global, &root)?;
    let origin = git::origin(&root)?.as_deref().and_then(Origin::parse);
    let own = origin.filter(|origin| origin.is(&origin.repo, &github::API)).map(|origin| origin.repo);
    let entry = match entry(flags, own.clone()) {
        Ok(entry) => entry,
        Err(why) => return Ok(wrong(&why)),
    };
    let shown = Workspace::shown(&path);
    let text = text::first(&entry, SCHEMA);
    if !first::is_read(&path, &text, global)? {
        terminal::message(&format!("{shown} is not made\n"));
        return Ok(Exit::Input);
    }
    let files = first::files(path, text);
    let new = files.iter().filter(|file| !exists(&file.path));
    let new: Vec<(PathBuf, &str)> = new.map(|file| (file.path.clone(), file.text.as_str())).collect();
    write::apply(&root, &new)?;
    if !global.quiet {
        terminal::message(&format!("made {shown}\n{}", done(flags, &entry, &shown, own.as_deref())));
    }
    Ok(Exit::Ok)
}

/// The entry, in the order of the README. What has a default is left out; what looks like a credential is refused.
fn entry(flags: &Flags, origin: Option<String>) -> Result<Vec<Line>, String> {
    let entry = lines(flags, origin)?;
    let text = block(&entry, Style::default()).join("\n");
    door::credential(&text).map_or(Ok(entry), |secret| Err(no_secret(&text, &secret)))
}

fn lines(flags: &Flags, origin: Option<String>) -> Result<Vec<Line>, String> {
    let mut entry = vec![Line::text("name", &flags.name)];
    let text = |key, value: &Option<String>| value.as_ref().map(|value| Line::text(key, value));
    entry.extend(text("registry", &flags.registry));
    if let Some(tag) = &flags.tag {
        entry.extend(text("repository", &flags.repository));
        entry.push(Line::text("tag", tag));
        return Ok(entry);
    }
    let repo = flags.repo.clone().or(origin).ok_or_else(|| {
        format!(
            "nobody knows which repository builds {}: this checkout has no origin on GitHub\n  \
             help: name it with --repo OWNER/NAME; an image that is only watched needs --repository PATH --tag TAG",
            flags.name
        )
    })?;
    // Said here, since the guess below is made of it.
    let repo: github::Repo = repo.parse().map_err(|why| format!("the repository `{repo}` cannot be used: {why}"))?;
    if is_placeholder(&repo.to_string()) {
        return Err(format!("`{repo}` stands for a repository\n  help: write its name, as in `--repo acme/web`"));
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
        source.push(Line::new("buildArgs", Value::Map(flags.build_args.clone())));
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
fn no_secret(lines: &str, secret: &Secret) -> String {
    let start = lines[..secret.range.start].rfind('\n').map_or(0, |end| end + 1);
    let line = lines[start..].lines().next().unwrap_or_default();
    format!(
        "this looks like a credential, and images.yaml is committed: {}\n  help: keep it in a Secret of the cluster or of the workflow's repository",
        line.trim_start_matches(['-', ' ']).trim_end()
    )
}

fn done(flags: &Flags, entry: &[Line], shown: &str, own: Option<&str>) -> String {
    let mut text = format!("added {} to {shown}\n", flags.name);
    let guess = entry.iter().find(|line| line.key == "repository" && flags.repository.is_none());
    if let Some(Line { value: Value::Text(guess), .. }) = guess {
        append!(text, "  help: its repository {guess} is a guess; --repository names another\n");
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
