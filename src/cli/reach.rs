//! How commands reach a cluster: flags that kubectl is given, and why it does not answer.

use super::ended::{Ended, Wrong};
use super::report::{Findings, meant};
use super::{Global, load};
use crate::cluster::{self, Projects};
use crate::grammar::kubernetes::NamespaceName;
use crate::io::kubectl::{Failure, Kubectl, MAX_OUTPUT};
use crate::io::read;
use crate::model::Model;
use clap::Args;
use std::borrow::Cow;
use std::path::PathBuf;

#[derive(Clone, Debug, Args)]
pub(super) struct Reach {
    /// The context of kubectl to take [default: the current one]
    #[arg(long, value_name = "NAME", help_heading = "Options for the cluster")]
    context: Option<String>,
    /// The configuration of kubectl to take
    #[arg(long, value_name = "FILE", help_heading = "Options for the cluster")]
    kubeconfig: Option<PathBuf>,
    /// The Namespace, which is the Project [default: those of images.yaml]
    #[arg(long, short, value_name = "NAME", value_parser = namespace, help_heading = "Options for the cluster")]
    namespace: Option<String>,
}

fn namespace(text: &str) -> Result<String, String> {
    let wrong = |_| "a Namespace has lower-case letters, digits and `-`, 63 at most".to_owned();
    text.parse::<NamespaceName>().map(|name| name.to_string()).map_err(wrong)
}

impl Reach {
    pub(super) fn kubectl(&self, global: &Global) -> Kubectl {
        Kubectl { context: self.context.clone(), kubeconfig: self.kubeconfig.clone(), verbose: global.verbose }
    }

    /// The Projects that are meant, each with its model: that of the flag, else all of images.yaml.
    pub(super) fn projects<'m>(&self, model: &'m Model) -> Result<Vec<(String, Cow<'m, Model>)>, Ended> {
        let mut all: Vec<(String, Cow<'_, Model>)> =
            model.by_project().map(|part| (part.project.name.to_string(), part)).collect();
        let Some(wanted) = &self.namespace else { return Ok(all) };
        let names: Vec<String> = all.iter().map(|(name, _)| name.clone()).collect();
        match &mut all[..] {
            // Whoever has one may have applied it elsewhere.
            [(name, _)] => name.clone_from(wanted),
            _ if names.contains(wanted) => all.retain(|(name, _)| name == wanted),
            _ => {
                let help = meant(wanted, "Projects", names.iter().map(String::as_str));
                return Err(Wrong::new(format!("images.yaml has no Project `{wanted}`")).help(help).into());
            }
        }
        Ok(all)
    }

    /// The names of the Projects that are meant, for who needs no more of images.yaml.
    pub(super) fn names(&self, global: &Global, found: &mut Findings) -> Result<Vec<String>, Ended> {
        if let Some(name) = &self.namespace {
            return Ok(vec![name.clone()]);
        }
        let (_, model) = load::model(global, found)?;
        Ok(self.projects(&model)?.into_iter().map(|(name, _)| name).collect())
    }

    /// What a cluster says of Kargo's objects in a Namespace.
    pub(super) fn ask(&self, global: &Global, namespace: &str) -> Result<Projects, Ended> {
        let kubectl = self.kubectl(global);
        let kinds = cluster::KINDS.join(",");
        let arguments = ["get", &kinds, "-n", namespace, "-o", "json"];
        let mut projects = Projects::new();
        let read = |output: &mut dyn std::io::Read| {
            cluster::read(output, &mut projects).map_err(|why| format!("its answer cannot be read: {}", why.why))
        };
        kubectl.run(&arguments, read).map_err(|why| failed(&kubectl.typed(&arguments), why))?;
        Ok(projects)
    }

    /// The Namespace that the flag says.
    pub(super) fn named(&self) -> Option<&str> {
        self.namespace.as_deref()
    }
}

/// What stdin says of Kargo's objects.
pub(super) fn stdin() -> Result<Projects, Ended> {
    let mut projects = Projects::new();
    let why = match read::stdin_by(MAX_OUTPUT, |text| cluster::read(text, &mut projects)) {
        Some(Ok(())) => return Ok(projects),
        Some(Err(why)) if why.line == 0 => format!("stdin: {}", why.why),
        Some(Err(why)) => format!("stdin, line {}: {}", why.line, why.why),
        None => format!("stdin is larger than {} MiB", MAX_OUTPUT >> 20),
    };
    let help = "give it what `kubectl get stages,promotions,freight,warehouses -n NAME -o json` prints";
    Err(Wrong::new(why).help(help).into())
}

/// Why kubectl did not answer, and what to do.
pub(super) fn failed(call: &str, failure: Failure) -> Ended {
    let (why, help) = match failure {
        Failure::Missing => (
            "there is no kubectl in PATH".to_owned(),
            "install it (https://kubernetes.io/docs/tasks/tools), or give what it prints on another machine to `status -`",
        ),
        Failure::Broken(why) => (format!("`{call}`: {why}"), "run it by hand"),
        Failure::Failed(said) => {
            let help = of_kubectl(&said);
            let said = if said.is_empty() { "it fails without a word".to_owned() } else { said };
            (format!("`{call}` fails: {said}"), help)
        }
    };
    Ended::Away(Wrong::new(why).help(help))
}

/// What to do about what kubectl says.
pub(super) fn of_kubectl(said: &str) -> &'static str {
    const RULES: [(&str, &str); 6] = [
        (
            "doesn't have a resource type",
            "Kargo is not installed there, or this is another cluster: `kubectl config current-context` says which",
        ),
        ("was refused", "start the cluster, or take another one with `--context`"),
        ("no such host", "look whether the cluster can be reached from here, or take another one with `--context`"),
        ("does not exist", "`kubectl config get-contexts` lists the contexts that there are"),
        ("forbidden", "have somebody give you the right to read Kargo's kinds in this Namespace"),
        ("logged in", "log in to the cluster again"),
    ];
    let rule = RULES.iter().find(|(words, _)| said.to_lowercase().contains(words));
    rule.map_or("run it by hand, or take another cluster with `--context`", |(_, help)| help)
}
