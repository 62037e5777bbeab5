//! `explain`: why a code matters, and what a policy does, with examples.

use super::Exit;
use super::report::unified;
use crate::diagnostic::{Codes, explain};
use crate::emit::MANIFEST;
use crate::io::terminal;
use crate::lint;
use crate::policies::{self, Policy};
use crate::session::{Options, Session, Tree, Verbosity};
use crate::words::nearest;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Codes of problems, as IF020, of which the number alone will do, and policies, as schedule [default: a list of all, with
    /// their titles]
    #[arg(value_name = "CODE|POLICY")]
    codes: Vec<String>,
    /// Print all codes, as Markdown
    #[arg(long, conflicts_with = "codes")]
    all: bool,
    /// Print all policies, as Markdown
    #[arg(long, conflicts_with_all = ["codes", "all"])]
    policies: bool,
}

pub(super) fn run(flags: &Flags) -> anyhow::Result<Exit> {
    let (codes, look) = (lint::codes(), terminal::stdout_look());
    if flags.all {
        terminal::print(&explain::markdown(&codes))?;
        return Ok(Exit::Ok);
    }
    if flags.policies {
        let mut page = policies::head();
        for policy in policies::all() {
            page.push('\n');
            page.push_str(&policy.section(&manifests(policy)?));
        }
        terminal::print(&page)?;
        return Ok(Exit::Ok);
    }
    if flags.codes.is_empty() {
        terminal::print(&format!("{}\n{}", explain::list(&codes, look), policies::list(look)))?;
        return Ok(Exit::Ok);
    }
    let mut sections = Vec::new();
    let mut unknown = String::new();
    for text in &flags.codes {
        match (codes.find(text), policies::find(text)) {
            (Some(code), _) => sections.push(explain::plain(code, look)),
            (None, Some(policy)) => sections.push(policy.plain(&manifests(policy)?, look)),
            (None, None) => unknown.push_str(&not_explained(text, &codes)),
        }
    }
    if unknown.is_empty() {
        terminal::print(&sections.join("\n"))?;
        return Ok(Exit::Ok);
    }
    terminal::message(&unknown);
    Ok(Exit::Input)
}

/// What a policy changes in the manifests of its example, as a unified diff.
fn manifests(policy: Policy) -> anyhow::Result<String> {
    let made = |images: &str| {
        let options = Options { verbosity: Verbosity::Quiet, locked: true, ..Options::default() };
        let session = Session::read(Tree::memory([("images.yaml", images)]), options)?;
        anyhow::Ok(session.synth()?.documents.into_text())
    };
    Ok(unified(&made(policy.without)?, &made(policy.with)?, (MANIFEST, MANIFEST)))
}

fn not_explained(text: &str, codes: &Codes) -> String {
    let code = codes.nearest(text).map(|code| format!("`{code}`: {}", code.title()));
    let policy = || nearest(text, policies::all().map(|policy| policy.name)).map(|name| format!("`{name}`"));
    let near = code.or_else(policy).map_or(String::new(), |near| format!("  help: the nearest is {near}\n"));
    let range = match codes.all() {
        [first, .., last] => format!("the codes are {first} to {last}, with gaps"),
        _ => String::new(),
    };
    format!(
        "error: {text:?} is neither a code nor a policy; {range}\n{near}  help: `image-factory explain` lists them all\n"
    )
}
