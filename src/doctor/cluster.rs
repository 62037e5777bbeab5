//! What kubectl answers, to findings.

use super::{Area, Check};
use crate::cluster::{Project, Watch};
use crate::diff::intent::Intent;
use crate::diff::{self, ManifestSet};
use crate::forge::Credential;
use crate::model::KargoVersion;
use crate::model::name::PROJECT_LABEL;
use crate::source::visible_line;
use crate::status::of_warehouse;
use crate::words::{bounded, cut, list, some_of};
use serde_json::Value;
use std::collections::BTreeSet;

/// Findings of one kind that are told one by one.
pub(super) const LISTED: usize = 20;
/// What Kargo's chart calls its kinds.
const KINDS: [&str; 5] = ["projects", "projectconfigs", "warehouses", "stages", "promotions"];

fn ok(name: &'static str, says: impl Into<String>) -> Check {
    Check::ok(Area::Cluster, name, says)
}

fn wrong(name: &'static str, says: impl Into<String>, help: impl Into<String>) -> Check {
    Check::wrong(Area::Cluster, name, says, help)
}

fn skipped(name: &'static str, says: impl Into<String>) -> Check {
    Check::skipped(Area::Cluster, name, says)
}

/// Why nothing was learnt.
pub enum Silent {
    /// kubectl says this.
    Said(String),
    /// There is no kubectl.
    NoKubectl,
}

/// What kubectl could not tell: wrong if that is why a rebuild fails, else nobody could look.
pub fn unanswered(name: &'static str, silent: &Silent, help: &str) -> Check {
    match silent {
        Silent::NoKubectl => wrong(
            name,
            "there is no kubectl in PATH",
            "install it: https://kubernetes.io/docs/tasks/tools; `--only github` and `--only registry` need none",
        ),
        Silent::Said(said) if said.to_lowercase().contains("forbidden") => {
            skipped(name, format!("you may not look: {}", cut(&visible_line(said), 300, "...")))
        }
        Silent::Said(said) => wrong(name, format!("kubectl says: {}", cut(&visible_line(said), 300, "...")), help),
    }
}

/// The versions of kubectl and of the cluster: `kubectl version -o json`.
pub fn reached(versions: &Value) -> Check {
    let version = |of: &str| {
        visible_line(versions[of]["gitVersion"].as_str().unwrap_or("of an unknown version").trim_start_matches('v'))
    };
    ok("cluster", format!("kubectl {} reaches a cluster {}", version("clientVersion"), version("serverVersion")))
}

/// Whether the cluster knows Kargo's kinds: `kubectl api-resources --api-group=kargo.akuity.io -o name`.
pub fn kinds(names: &str) -> Check {
    let known: BTreeSet<&str> = names.lines().filter_map(|name| name.split('.').next()).collect();
    let missing: Vec<&str> = KINDS.into_iter().filter(|kind| !known.contains(kind)).collect();
    if missing.is_empty() {
        return ok("kinds", "the cluster has Kargo's kinds");
    }
    let says = format!("the cluster lacks Kargo's {}", list(&missing));
    wrong(
        "kinds",
        says,
        "install Kargo: https://docs.kargo.io/operator-guide; or take another cluster with `--context`",
    )
}

/// Which Kargo runs, by the label of its chart, a line each, and for which the manifests are.
pub fn kargo(versions: &str, wanted: KargoVersion) -> Check {
    let minor = |version: &str| {
        let mut parts = version.trim_start_matches('v').split('.').map(|part| part.parse::<u32>().ok());
        Some((parts.next()??, parts.next()??))
    };
    let found = versions.lines().map(str::trim).find(|version| minor(version).is_some());
    let (Some(found), Some(needed)) = (found, minor(wanted.word())) else {
        return skipped("kargo", "which Kargo runs is not known: no Deployment of its chart can be seen");
    };
    let says = format!(
        "Kargo {} runs, and the manifests are for {}",
        visible_line(found.trim_start_matches('v')),
        wanted.word()
    );
    match minor(found) {
        Some(found) if found < needed => wrong(
            "kargo",
            says,
            format!(
                "write `kargoVersion: \"{}.{}\"` into images.yaml, and apply what `image-factory synth` makes; or upgrade Kargo",
                found.0, found.1
            ),
        ),
        _ => ok("kargo", says),
    }
}

/// Whether the cluster has what analyses in Jobs need: `kubectl api-resources --api-group=argoproj.io -o name`.
pub fn rollouts(names: &str) -> Check {
    if names.lines().any(|name| name == "analysistemplates.argoproj.io") {
        return ok("rollouts", "the cluster has the AnalysisTemplates that `analysis: {mode: job}` needs");
    }
    wrong(
        "rollouts",
        "the cluster has no AnalysisTemplates, which `analysis: {mode: job}` needs",
        "install Argo Rollouts (its kinds will do), or choose another mode",
    )
}

/// Whether the Namespace is there and Kargo knows it for a Project's; none if it is not there.
pub fn namespace(name: &str, object: Option<&Value>) -> Check {
    let apply = "apply the manifests, which have it: `kubectl apply --server-side -f dist/image-factory.k8s.yaml`";
    match object {
        None => wrong("namespace", format!("there is no Namespace {name}"), apply),
        Some(object) if object["metadata"]["labels"][PROJECT_LABEL] == "true" => {
            ok("namespace", format!("the Namespace {name} is there, with the label of a Project"))
        }
        Some(_) => {
            wrong("namespace", format!("the Namespace {name} lacks the label `{PROJECT_LABEL}: \"true\"`"), apply)
        }
    }
}

/// The keys of a Secret, each with the length of its value.
pub fn shape(text: &str) -> Vec<(String, usize)> {
    let key = |line: &str| {
        let (key, length) = line.rsplit_once(' ')?;
        Some((visible_line(key), length.parse().ok()?))
    };
    text.lines().filter_map(key).collect()
}

/// Whether a token is where Stages look for it. Of the value nothing is known but its length, and whether a line break ends it; none
/// where there is no Secret.
pub fn secret(project: &str, credential: &Credential, shape: Option<&[(String, usize)]>, ends: bool) -> Check {
    let Credential { secret: name, key } = credential;
    let mend = format!(
        "`printf '%s' \"$TOKEN\" | kubectl create secret generic {name} -n {project} --from-file={key}=/dev/stdin --dry-run=client -o yaml | kubectl apply --server-side --force-conflicts -f -`"
    );
    let Some(shape) = shape else {
        return wrong("secret", format!("there is no Secret {name} in the Namespace {project}"), mend);
    };
    match shape.iter().find(|(known, _)| *known == **key) {
        // Stages take the blanks around it away.
        Some((_, length)) if *length == 0 || ends && *length == 1 => {
            wrong("secret", format!("the key {key} of the Secret {name} is empty"), mend)
        }
        Some((_, length)) => {
            let end = if ends { ", the last a line break, which does no harm" } else { "" };
            ok("secret", format!("the Secret {name} has the key {key}, of {length} bytes{end}"))
        }
        None => {
            let keys: Vec<&str> = shape.iter().map(|(key, _)| key.as_str()).collect();
            let has = if keys.is_empty() { "none at all".to_owned() } else { some_of(&keys) };
            wrong(
                "secret",
                format!("the Secret {name} has no key {key}; it has {has}"),
                format!("{mend}, or name the right one in images.yaml: `credentials`"),
            )
        }
    }
}

/// Whether the cluster has what images.yaml makes.
pub fn drift(cluster: &ManifestSet, made: &ManifestSet) -> Check {
    let report = diff::compare(cluster, made);
    if report.is_empty() {
        return ok("manifests", "what is in the cluster is what images.yaml makes");
    }
    let names =
        |objects: Vec<String>, what: &str| (!objects.is_empty()).then(|| format!("{what} {}", some_of(&objects)));
    let name = |identity: &crate::emit::Identity| format!("{} {}", identity.kind, visible_line(&identity.name));
    let changed = report.changed.iter().map(|changed| name(&changed.identity));
    let changed = changed.chain(report.renamed.iter().map(|renamed| name(&renamed.to))).collect();
    let parts = [
        names(changed, "otherwise"),
        names(report.added.iter().map(|object| name(&object.identity)).collect(), "missing"),
        names(report.removed.iter().map(|object| name(&object.identity)).collect(), "left over"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    wrong(
        "manifests",
        format!("what is in the cluster is not what images.yaml makes: {}", parts.join("; ")),
        "`image-factory synth`, then `kubectl apply --server-side -f dist/image-factory.k8s.yaml`; `diff --against` shows all of it, and README, \"Removing what is no longer made\", what becomes of what is left over",
    )
}

/// Warehouses that find nothing, each with Kargo's reason.
pub fn warehouses(project: &Project) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut looking = Vec::new();
    for (name, warehouse) in &project.warehouses {
        match &warehouse.watch {
            Watch::Nothing(message) => {
                let cause = of_warehouse(message);
                checks.push(wrong("warehouse", format!("Warehouse {name}: {}", cause.says), cause.help));
            }
            Watch::New | Watch::UnderWay(_) => looking.push(name),
            Watch::Found => {}
        }
    }
    let finding = project.warehouses.len() - looking.len();
    if checks.is_empty() && finding > 0 {
        let which = if looking.is_empty() { "all " } else { "" };
        checks.push(ok("warehouse", format!("{which}{finding} Warehouses find what they watch")));
    }
    let mut checks = few(checks);
    if !looking.is_empty() {
        let says = format!("Kargo is looking in this moment, so nothing is known of {}: ask again", some_of(&looking));
        checks.push(Check::skipped(Area::Cluster, "warehouse", says));
    }
    checks
}

/// Stages that should be automatic and are not, and those that are held.
pub fn stages(project: &Project, made: &ManifestSet) -> Vec<Check> {
    let intent = Intent::read(made, &ManifestSet::new(), false);
    let wanted: BTreeSet<&String> = intent
        .rebuilds
        .values()
        .filter(|rebuild| rebuild.policy.is_automatic())
        .map(|rebuild| &rebuild.stage)
        .collect();
    let mut checks = Vec::new();
    for (name, stage) in &project.stages {
        if wanted.contains(name) && !stage.automatic {
            let says =
                format!("Kargo promotes nothing to the Stage {name} by itself, and images.yaml says that it should");
            checks.push(wrong(
                "stage",
                says,
                "apply the manifests: their ProjectConfig says which Stages are automatic",
            ));
        }
        for held in stage.holds.values() {
            let says = format!("the Stage {name} is held at the Freight {held}, which somebody has promoted");
            checks.push(wrong(
                "stage",
                says,
                "`image-factory trigger` with its base promotes the newest, which releases it",
            ));
        }
    }
    if checks.is_empty() && !project.stages.is_empty() {
        checks.push(ok("stage", "Kargo promotes by itself what it should"));
    }
    few(checks)
}

/// The first of many, and how many more there are.
pub(super) fn few(mut checks: Vec<Check>) -> Vec<Check> {
    let more = checks.len().saturating_sub(LISTED);
    checks.truncate(LISTED);
    if let Some(last) = checks.last_mut().filter(|_| more > 0) {
        last.says = bounded(format!("{} (and {more} more like this)", last.says), 2000);
    }
    checks
}
