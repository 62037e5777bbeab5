//! Code hosts and registries.

use crate::diagnostic::Diagnostic;
use crate::doctor::hosts::{self as doctor, Answer};
use crate::doctor::{Area, Check};
use crate::forge::{Pipeline, Provider, READ, github, runs};
use crate::grammar::moment::Moment;
use crate::io::forge::{Forge, Sent, Settings};
use crate::io::registry::{self, Registries};
use crate::model::Model;
use crate::reference::Reference;
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// What `lint` says of what a workflow is sent: it is not there, cannot be started, or does not take the inputs.
const OF_DISPATCHES: [u16; 8] = [100, 101, 102, 103, 104, 107, 154, 162];
/// What it says of files that nobody could look at.
const NOT_LOOKED_AT: u16 = 108;

/// What code hosts say of tokens and workflows. `problems` are those that `lint` has found with the hosts asked.
pub(crate) fn hosts(model: &Model, problems: &[Diagnostic], verbose: bool, now: Moment) -> Vec<Check> {
    let mut by_service: IndexMap<(Provider, &str), BTreeSet<&str>> = IndexMap::new();
    let mut workflows: IndexMap<(&str, &str), &github::Workflow> = IndexMap::new();
    for image in &model.images {
        let pipeline = &image.source.pipeline;
        let service = (pipeline.provider(), model.hosts.of(pipeline).api_url.as_str());
        by_service.entry(service).or_default().insert(pipeline.repo());
        if let Pipeline::GitHub(workflow) = pipeline {
            workflows.entry((&workflow.repo, &workflow.file)).or_insert(workflow);
        }
    }
    let mut checks = Vec::new();
    for ((provider, url), repos) in &by_service {
        if provider.host().file.is_none() {
            let says = format!("{} is not asked: what it takes is known to its owner", provider.host().name);
            checks.push(Check::skipped(Area::Hosts, "host", says));
            continue;
        }
        let forge = Forge::new(Settings { verbose, ..Settings::new(*provider, url) });
        let found = if *provider == Provider::GitHub {
            of_github(&forge, url, workflows.values(), now)
        } else {
            of_others(&forge, *provider, url, repos)
        };
        checks.extend(found);
    }
    let of = |codes: &[u16], problem: &&Diagnostic| codes.contains(&problem.code.number());
    let wrong = problems.iter().filter(|problem| of(&OF_DISPATCHES, problem));
    let wrong = wrong.map(|problem| (problem.message.clone(), problem.help.first().cloned())).collect();
    let unknown: Vec<&Diagnostic> = problems.iter().filter(|problem| of(&[NOT_LOOKED_AT], problem)).collect();
    checks.extend(doctor::dispatches(wrong, if unknown.is_empty() { workflows.len() } else { 0 }));
    checks.extend(unknown.into_iter().map(|problem| Check::skipped(Area::Hosts, "dispatch", problem.message.clone())));
    checks
}

fn of_github<'w>(
    forge: &Forge,
    url: &str,
    workflows: impl Iterator<Item = &'w &'w github::Workflow> + Clone,
    now: Moment,
) -> Vec<Check> {
    let host = Provider::GitHub.host();
    let said = match forge.ask(&(github::DISPATCHES.probe)(url)) {
        Ok(said) => said,
        Err(why) => return vec![doctor::silent(host, &why.to_string())],
    };
    let mut checks = match forge.sent() {
        Sent::From(variable) => {
            let (status, message) = (said.status, said.message);
            let answer = Answer { status, message, scopes: said.scopes, expires: said.expires, left: said.left };
            let checks = doctor::token(host, variable, &answer, now);
            if status == crate::forge::UNAUTHORIZED {
                return checks;
            }
            checks
        }
        Sent::Unset(variable) => vec![Check::skipped(
            Area::Hosts,
            "token",
            format!("{variable} is not set, so of tokens nothing is known, and of private repositories neither"),
        )],
        Sent::Withheld(why) => vec![Check::skipped(Area::Hosts, "token", why)],
    };
    let asked: Vec<(String, crate::forge::Request)> = workflows
        .clone()
        .map(|workflow| (format!("{} of {}", workflow.file, workflow.repo), runs::workflow(url, workflow)))
        .collect();
    let answers = forge.ask_all(&asked, |(_, request)| request).into_iter().zip(&asked);
    let answers: Vec<_> = answers
        .map(|(said, (name, _))| match said {
            Ok(said) => (name.clone(), said.status, said.body, said.message),
            Err(why) => (name.clone(), 0, serde_json::Value::Null, why.to_string()),
        })
        .collect();
    checks.extend(doctor::workflows(&answers));
    let repos: BTreeSet<&str> = workflows.map(|workflow| &*workflow.repo).collect();
    let asked: Vec<_> = repos.into_iter().map(|repo| (repo, runs::permissions(url, repo))).collect();
    let answers = forge.ask_all(&asked, |(_, request)| request).into_iter().zip(&asked);
    let told =
        answers.filter_map(|(said, (repo, _))| Some((*repo, said.ok().filter(|said| said.status == READ)?.body)));
    checks.extend(doctor::actions(told));
    checks
}

/// Of hosts whose workflows are not looked at: whether their repositories are there.
fn of_others(forge: &Forge, provider: Provider, url: &str, repos: &BTreeSet<&str>) -> Vec<Check> {
    let host = provider.host();
    let asked: Vec<_> = repos.iter().map(|repo| (*repo, (host.repository)(url, repo))).collect();
    let mut checks = Vec::new();
    let mut there = 0;
    for (said, (repo, _)) in forge.ask_all(&asked, |(_, request)| request).into_iter().zip(&asked) {
        let variable = match forge.sent() {
            Sent::From(variable) | Sent::Unset(variable) => variable,
            Sent::Withheld(_) => host.variable,
        };
        let help = format!("look at `source.repo`, and whether the token in {variable} may read it");
        match said {
            Ok(said) if said.status == 200 => there += 1,
            Ok(said) => {
                let says = format!("{} does not show the repository {repo} ({})", host.name, said.status);
                checks.push(Check::wrong(Area::Hosts, "repository", says, help));
            }
            Err(why) => return vec![doctor::silent(host, &why.to_string())],
        }
    }
    if there > 0 {
        let says = format!("{}: {} can be read", host.name, crate::words::counted(there, "repository"));
        checks.insert(0, Check::ok(Area::Hosts, "repository", says));
    }
    checks
}

/// Whether each base, and each image that is built, can be read.
pub(crate) fn registries(model: &Model, settings: registry::Settings) -> Vec<Check> {
    let mut names: IndexMap<String, (Reference, bool)> = IndexMap::new();
    for base in &model.bases {
        names.entry(base.reference.familiar()).or_insert_with(|| (base.reference.clone(), true));
    }
    for image in &model.images {
        let tag = image.tags.single_tag();
        let name =
            tag.map_or_else(|| image.repo_url.as_str().to_owned(), |tag| format!("{}:{tag}", image.repo_url.as_str()));
        if let Ok(reference) = Reference::parse(&name) {
            names.entry(reference.familiar()).or_insert((reference, tag.is_some()));
        }
    }
    let asked: Vec<(String, (Reference, bool))> = names.into_iter().collect();
    let registries = Registries::new(settings);
    let answers = registries.each(&asked, |(_, (reference, by_tag))| {
        if *by_tag { registries.digest(reference).map(|_| ()) } else { registries.tags(reference).map(|_| ()) }
    });
    let mut failed = Vec::new();
    for ((name, _), answer) in asked.iter().zip(&answers) {
        failed.extend(answer.as_ref().err().map(|why| (name.clone(), why.to_string())));
    }
    let read = answers.iter().filter(|answer| answer.is_ok()).count();
    doctor::repositories(failed, read)
}
