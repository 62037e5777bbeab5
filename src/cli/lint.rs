//! `lint`: all that is wrong or will surprise.

use super::facts::{self, Reach};
use super::files::{Places, checkout};
use super::load::Read;
use super::{Exit, Global, dockerfiles, fix, load};
use crate::diagnostic::ignore;
use crate::diagnostic::{Code, Diagnostic, Severity, any_error, render};
use crate::io::terminal;
use crate::lint::{self, Context};
use crate::source::Sources;
use clap::Args;
use std::path::PathBuf;

/// Flags of `lint`.
#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Mend in images.yaml, and in what it includes, what can be mended safely
    #[arg(long)]
    fix: bool,
    /// Ask GitHub for Dockerfiles and workflows that are in no checkout
    #[arg(long)]
    online: bool,
    /// Read the files of this repository from this folder; may be given several times
    #[arg(long, value_name = "OWNER/REPO=DIR", value_parser = checkout)]
    checkout: Vec<(String, PathBuf)>,
}

pub(super) fn run(global: &Global, flags: &Flags) -> anyhow::Result<Exit> {
    let found = fix::rounds(flags.fix, global, || diagnose(global, flags))?;
    let Some((read, diagnostics)) = found else { return Ok(Exit::Input) };
    let look = terminal::stdout_look();
    terminal::print(&render::human(&diagnostics, &read.sources, look.color, look.width))?;
    let found = diagnostics.iter().any(|diagnostic| diagnostic.severity > Severity::Note);
    Ok(if found { Exit::No } else { Exit::Ok })
}

/// Reads everything and finds its problems; `None` if there is no images.yaml, which has been said then.
fn diagnose(global: &Global, flags: &Flags) -> anyhow::Result<Option<(Read, Vec<Diagnostic>)>> {
    let Some(mut read) = load::read(global)? else { return Ok(None) };
    let (mut model, mut diagnostics) = read.resolve();
    // What `synth` would find by itself is known here too; nothing of it is written.
    if !any_error(&diagnostics)
        && let Some(added) = dockerfiles::add_new(&mut read, &model, global)?
        && !added.images.is_empty()
    {
        (model, diagnostics) = read.resolve();
    }
    let places = Places::new(&read.workspace, flags.checkout.clone(), &model.github.api_url)?;
    let reach = Reach { dockerfiles: true, online: flags.online };
    let (facts, problems) = facts::gather(&mut read, &model, &places, reach, global)?;
    diagnostics.extend(problems);
    diagnostics.extend(lint::all(&Context { model: &model, sources: &read.sources, facts: &facts }));
    let diagnostics = without_ignored(diagnostics, &read.sources);
    Ok(Some((read, diagnostics)))
}

/// Takes away what comments ignore, and says which comments ignore nothing.
fn without_ignored(diagnostics: Vec<Diagnostic>, sources: &Sources) -> Vec<Diagnostic> {
    let ignore::Outcome { mut kept, idle, .. } = ignore::apply(diagnostics, sources);
    // What a file would have said that nobody could look at is not known.
    let blind = kept.iter().any(|diagnostic| diagnostic.code == Code::NotLookedAt);
    let idle = idle.into_iter().filter(|idle| !(blind && idle.code.is_some_and(lint::needs_files)));
    kept.extend(idle.map(|idle| idle.diagnostic));
    kept
}
