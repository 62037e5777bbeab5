//! `workflow`: the workflow that builds an image, or the one that runs this tool.

use super::ended::{Ended, Wrong};
use super::load;
use super::report::{no_such_image, report};
use super::{Exit, Global};
use crate::diagnostic::Diagnostic;
use crate::forge::github::Repo;
use crate::grammar::kargo::VersionBump;
use crate::grammar::placeholder::{OPEN, Placeholder};
use crate::io::terminal;
use crate::lint::is_placeholder;
use crate::lock::Entry;
use crate::model::inputs::VERSION_BUMP;
use crate::model::{EdgeKind, ManagedImage, Model, Reference, tags};
use crate::templates::{self, Base, Build};
use crate::words::{append, list};
use clap::Args;
use indexmap::IndexMap;

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// The image to build; needed without --ci and --stale
    #[arg(value_name = "IMAGE", conflicts_with_all = ["ci", "stale"])]
    image: Option<String>,
    /// Print the workflow that runs image-factory: it checks pull requests, and keeps the lock and the manifests up to date
    #[arg(long)]
    ci: bool,
    /// Print the workflow that looks once a week which images are stale, and keeps an issue about it up to date
    #[arg(long, conflicts_with = "ci")]
    stale: bool,
    /// With --ci and --stale, the action, in who has a copy of image-factory [default: OWNER/image-factory@main, to be replaced]
    #[arg(long, value_name = "OWNER/image-factory@REF", conflicts_with = "image", value_parser = action)]
    action: Option<String>,
}

impl Flags {
    /// Whether images.yaml is asked for the image.
    pub(super) fn reads_images(&self) -> bool {
        !self.ci && !self.stale
    }
}

/// Reads an action with its version, as workflows name it.
pub(super) fn action(text: &str) -> Result<String, String> {
    let (repo, version) =
        text.split_once('@').ok_or("write `OWNER/image-factory@REF`, as in `acme/image-factory@main`")?;
    repo.parse::<Repo>().map_err(|why| why.to_string())?;
    if is_placeholder(repo) {
        return Err(format!("`{repo}` stands for a repository; write who has a copy of image-factory"));
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'/');
    if version.is_empty() || !version.bytes().all(is_plain) {
        return Err("behind the `@` stands a branch, a tag or a commit".to_owned());
    }
    Ok(text.to_owned())
}

/// What is still to be done where nobody has said who has the action.
pub(super) const OWNER: &str = "  help: in the workflow `OWNER` stands for who has a copy of image-factory; replace it, or name it with `--action acme/image-factory@main`\n";

pub(super) fn run(global: &Global, flags: &Flags) -> Result<Exit, Ended> {
    if !flags.reads_images() {
        let workflow = if flags.ci { templates::factory } else { templates::stale };
        let exit = print(workflow(flags.action.as_deref()))?;
        if flags.action.is_none() && !global.quiet {
            terminal::message(OWNER);
        }
        return Ok(exit);
    }
    let mut session = load::read(global, global.options())?;
    // What `synth` would find by itself is known here too; nothing of it is written.
    let (model, problems) = session.model()?;
    if problems.stop() {
        // Warnings are for `synth` and `lint`, which people run more often; this command is about one image.
        report(&problems.only(Diagnostic::is_error), session.sources(), global);
        return Err(Ended::problems());
    }
    let Some(name) = &flags.image else { return Err(no_image(&model).into()) };
    let Some(image) = model.images.iter().find(|image| image.name == *name) else {
        return Err(no_such_image(&model, name, "nothing to build").into());
    };
    let Some(path) = image.source.pipeline.workflow_path() else {
        let host = image.source.pipeline.host().name;
        return Err(Wrong::new(format!("{name} is built on {host}, which runs no workflow")).into());
    };
    let base = base(session.entry(&model, image)?, image);
    let build = build(&model, image, base)?;
    let exit = print(templates::build(&build))?;
    if !global.quiet {
        terminal::message(&where_it_belongs(&model, image, &path));
    }
    Ok(exit)
}

fn print(text: Result<String, String>) -> Result<Exit, Ended> {
    terminal::print(&text.map_err(Wrong::new)?)?;
    Ok(Exit::Ok)
}

fn no_image(model: &Model) -> Wrong {
    let names: Vec<&str> = model.images.iter().map(|image| image.name.as_str()).collect();
    let known = if names.is_empty() { String::new() } else { format!(": {}", list(&names)) };
    Wrong::new("no image is named, and neither `--ci` nor `--stale`")
        .help(format!("name the image to build{known}; `--ci` prints the workflow that runs image-factory"))
}

fn where_it_belongs(model: &Model, image: &ManagedImage, path: &str) -> String {
    let source = &image.source;
    let mut text = format!(
        "save it in {} as {path}, on the default branch as well as on {}\n",
        source.pipeline.repo(),
        source.branch
    );
    let same = |other: &&ManagedImage| other.name != image.name && other.source.pipeline == source.pipeline;
    let others: Vec<&str> = model.images.iter().filter(same).map(|other| other.name.as_str()).collect();
    if !others.is_empty() {
        append!(
            text,
            "  help: images.yaml names {} as the workflow of {} too, which this one does not build: give {} a `workflow` of its own\n",
            source.pipeline.name(),
            others.join(", "),
            image.name
        );
    }
    text
}

/// What the template is filled with.
fn build<'m>(model: &'m Model, image: &'m ManagedImage, base: Base) -> Result<Build<'m>, Wrong> {
    let source = &image.source;
    if let Some((name, _)) = source.build_args.iter().find(|(_, given)| given.all().len() > 1) {
        let message = format!("{} is built with several values of {name}, and this workflow builds once", image.name);
        return Err(Wrong::new(message).help("write a workflow of your own with a matrix, or an entry for each value"));
    }
    let here = |other: &&str| image.repo_url == **other;
    let managed = model.images.iter().map(|other| other.repo_url.as_str());
    let external = model.externals.iter().map(|other| other.repo_url.as_str());
    Ok(Build {
        name: &image.name,
        image: &image.repo_url,
        repo: source.pipeline.repo(),
        file: source.pipeline.name(),
        branch: &source.branch,
        dockerfile: source.dockerfile().into(),
        context: source.context.as_deref(),
        target: source.target.as_deref(),
        platform: source.platform.as_deref(),
        build_args: source
            .build_args
            .iter()
            .flat_map(|(name, given)| given.all().iter().map(|value| (name.as_str(), value.as_str())))
            .collect(),
        contexts: source.contexts.iter().map(|(name, source)| (name.as_str(), source.as_str())).collect(),
        inputs: inputs(model, image)?,
        base,
        moving_tags: moving_tags(model, image),
        shared: managed.chain(external).filter(here).count() > 1,
        moved: moved(model, image),
    })
}

/// The inputs that rebuilds send, with their value if it is the same for all.
fn inputs<'m>(model: &'m Model, image: &ManagedImage) -> Result<Vec<(&'m str, Option<&'m str>)>, Wrong> {
    let mut inputs: IndexMap<&str, Option<&str>> = IndexMap::new();
    let dependents = model.bases.iter().flat_map(|base| &base.dependents);
    let of_this = dependents.filter(|user| model.images.get(user.image).is_some_and(|user| user.name == image.name));
    for (name, value) in of_this.flat_map(|user| &user.inputs) {
        if name.eq_ignore_ascii_case(VERSION_BUMP) && value.parse::<VersionBump>().is_err() {
            let message =
                format!("{} is sent the version_bump {value:?}, which this workflow could not follow", image.name);
            return Err(Wrong::new(message).help("write `patch`, `minor` or `major`"));
        }
        // What only Kargo can put in is no value that a person could start a run with.
        let value = Some(value.as_str()).filter(|value| !value.contains(OPEN));
        inputs.entry(name).and_modify(|known| *known = known.filter(|known| Some(*known) == value)).or_insert(value);
    }
    Ok(inputs.into_iter().collect())
}

/// The input that is the base which moved and its digest, in rebuilds for whichever base.
fn moved<'m>(model: &'m Model, image: &ManagedImage) -> Option<&'m str> {
    let mut names: Option<Vec<&str>> = None;
    for base in &model.bases {
        for dependent in &base.dependents {
            if model.images.get(dependent.image).is_some_and(|user| user.name == image.name) {
                let meant = format!("{}@{}", base.reference, Placeholder::Digest);
                let here =
                    dependent.inputs.iter().filter(|(_, value)| ***value == meant).map(|(name, _)| name.as_str());
                let here: Vec<&str> = here.collect();
                names =
                    Some(names.map_or(here.clone(), |names| names.into_iter().filter(|n| here.contains(n)).collect()));
            }
        }
    }
    names?.first().copied()
}

/// Tags that no version has and that somebody counts on: the one that is watched, and those that other images are built on.
fn moving_tags<'m>(model: &'m Model, image: &'m ManagedImage) -> Vec<&'m str> {
    let bases = model.bases.iter().map(|base| &base.reference).filter(|base| image.repo_url == base.name());
    let mut found: Vec<&str> = bases.filter_map(Reference::tag).chain(image.tags.single_tag()).collect();
    let is_version =
        |tag: &str| tag.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    found.retain(|tag| *tag != "latest" && !is_version(tag) && !tags::is_exact_version(tag));
    found.sort_unstable();
    found.dedup();
    found
}

/// The base of the shipped stage.
fn base(entry: Option<Entry>, image: &ManagedImage) -> Base {
    match entry {
        // They would have to be pinned where the base is, which is one name alone.
        _ if !image.source.contexts.is_empty() => Base::Unknown("named contexts say what it is built on"),
        Some(entry) => final_base(&entry),
        None if image.lists_bases => Base::Unknown(
            "`baseImages` does not say which of them the shipped stage is built on, and the Dockerfile was in no checkout",
        ),
        None => Base::Unknown(
            "nobody has read the Dockerfile; run `image-factory discover`, then print this workflow again",
        ),
    }
}

fn final_base(entry: &Entry) -> Base {
    let found = entry.bases.iter().find(|base| base.kind == EdgeKind::Final);
    let Some((base, reference)) = found.and_then(|base| Some((base, Reference::parse(&base.image).ok()?))) else {
        return Base::Unknown("the shipped stage is built on no image, or on one that is only known when it is built");
    };
    let reference = if reference.digest().is_some() { reference } else { reference.by_tag() };
    let written = base.written.as_deref().unwrap_or(&base.image);
    let first = |line: &str| line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    let decides = |line: &&String| match first(line).as_str() {
        "FROM" => line.contains(written),
        "ARG" => written.contains('$'),
        _ => false,
    };
    let mut lines: Vec<String> = entry.lines.iter().filter(decides).cloned().collect();
    if lines.is_empty() {
        lines.push(written.to_owned());
    }
    Base::Known { reference: reference.to_string(), lines }
}
