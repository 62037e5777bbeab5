//! What must come out, worked out from what was asked for and from the specification alone; nothing here is shared with the
//! code that is tested.

use crate::asked::{Analysis, Asked, Build, Image, Layer, Settings, Tags, Time, Watched};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A Warehouse.
#[derive(Debug, PartialEq)]
pub(crate) struct Warehouse {
    pub(crate) repo_url: String,
    pub(crate) strategy: &'static str,
    pub(crate) constraint: Option<String>,
    pub(crate) allow: Vec<String>,
    pub(crate) ignore: Vec<String>,
    pub(crate) interval: String,
}

/// A Stage.
#[derive(Debug, PartialEq)]
pub(crate) struct Stage {
    pub(crate) origin: String,
    /// The Stage that Freight comes from and how long it must have been there; `None` takes it from the Warehouse.
    pub(crate) soaked: Option<(String, String)>,
    pub(crate) automatic: bool,
    /// By image.
    pub(crate) dispatches: Vec<Dispatch>,
}

/// A dispatch.
#[derive(Debug, PartialEq)]
pub(crate) struct Dispatch {
    pub(crate) alias: String,
    pub(crate) path: String,
    pub(crate) body: Value,
}

/// When a dependent is rebuilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Policy {
    Automatic(u64),
    Manual,
}

/// The name of an object: over 63 bytes, the first 54 of it and the first eight digits of its hash.
pub(crate) fn object_name(whole: &str) -> String {
    if whole.len() <= 63 {
        return whole.to_owned();
    }
    let hash = Sha256::digest(whole.as_bytes()).iter().take(4).fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    });
    format!("{}-{hash}", whole[..54].trim_end_matches(['.', '-']))
}

/// The name of a base before it is shortened.
fn base_name(watched: &Watched, settings: Option<&Settings>) -> String {
    if let Some(name) = settings.and_then(|settings| settings.name.clone()) {
        return name;
    }
    let place = match watched.registry.as_str() {
        "docker.io" => watched.path.strip_prefix("library/").unwrap_or(&watched.path).to_owned(),
        registry => format!("{registry}-{}", watched.path),
    };
    let written: String = format!("{place}-{}", watched.tag)
        .to_ascii_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
        .collect();
    let mut name = String::new();
    let mut rest = written.trim_matches(['.', '-']);
    while let Some(start) = rest.find(['.', '-']) {
        let end = rest[start..].find(|c| !matches!(c, '.' | '-')).map_or(rest.len(), |length| start + length);
        let run = &rest[start..end];
        let refused = run.contains("..") || run.contains(".-") || run.contains("-.");
        name += &rest[..start];
        name += if refused { "-" } else { run };
        rest = &rest[end..];
    }
    name + rest
}

/// The name of the Warehouse of a base that no image watches.
pub(crate) fn warehouse_name(watched: &Watched, settings: Option<&Settings>) -> String {
    object_name(&base_name(watched, settings))
}

/// All Warehouses by name.
pub(crate) fn warehouses(asked: &Asked) -> BTreeMap<String, Warehouse> {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let base_interval = asked.root.base_interval.map_or("24h0m0s", |time| time.go);
    let mut out = BTreeMap::new();
    for image in &asked.images {
        let (strategy, constraint, allow, ignore) = match &image.tags {
            None => ("SemVer", Some(">=0.0.0".to_owned()), Vec::new(), Vec::new()),
            Some(Tags::SemVer(range, allow, ignore)) => {
                ("SemVer", Some((*range).to_owned()), owned(allow), owned(ignore))
            }
            Some(Tags::Digest(tag)) => ("Digest", Some(tag.clone()), Vec::new(), Vec::new()),
            Some(Tags::Lexical(allow, ignore)) => ("Lexical", None, owned(allow), owned(ignore)),
            Some(Tags::NewestBuild(allow, ignore)) => ("NewestBuild", None, owned(allow), owned(ignore)),
        };
        let repo_url = image.repo_url.clone();
        let interval = match &image.build {
            Some(_) => asked.root.image_interval.map_or("5m0s", |time| time.go),
            // An external image is a base, with the settings of one.
            None => external_interval(asked, image, &repo_url).map_or(base_interval, |time| time.go),
        };
        let warehouse = Warehouse { repo_url, strategy, constraint, allow, ignore, interval: interval.to_owned() };
        out.insert(object_name(&image.name), warehouse);
    }
    for (watched, _) in dependents(asked) {
        if asked.watcher(&watched).is_some() {
            continue;
        }
        let settings = asked.settings(&watched);
        let interval = settings.and_then(|settings| settings.interval).map_or(base_interval, |time| time.go);
        let warehouse = Warehouse {
            repo_url: watched.repo_url(),
            strategy: "Digest",
            constraint: Some(watched.tag.clone()),
            allow: Vec::new(),
            ignore: Vec::new(),
            interval: interval.to_owned(),
        };
        out.insert(warehouse_name(&watched, settings), warehouse);
    }
    out
}

fn external_interval(asked: &Asked, image: &Image, repo_url: &str) -> Option<Time> {
    let tag = image.single_tag()?;
    let same = |watched: &Watched| watched.tag == tag && watched.repo_url() == repo_url;
    let base = asked.bases.iter().find(|base| same(&base.reference.watched()))?;
    base.settings.as_ref()?.interval
}

/// Who is rebuilt for which base, by name of the image.
fn dependents(asked: &Asked) -> BTreeMap<Watched, Vec<(&Image, &Build)>> {
    let mut images: Vec<&Image> = asked.images.iter().collect();
    images.sort_by_key(|image| &image.name);
    let mut out: BTreeMap<Watched, Vec<(&Image, &Build)>> = BTreeMap::new();
    for image in images {
        let Some(build) = &image.build else { continue };
        let bases = build.bases.iter().filter(|reference| !build.ignore_all && asked.triggers(reference));
        for watched in bases.map(crate::asked::Reference::watched) {
            let users = out.entry(watched).or_default();
            if users.last().is_none_or(|(last, _)| last.name != image.name) {
                users.push((image, build));
            }
        }
    }
    out
}

fn policy(layers: &[&Layer]) -> Policy {
    if layers.iter().find_map(|layer| layer.auto) == Some(false) {
        return Policy::Manual;
    }
    Policy::Automatic(layers.iter().find_map(|layer| layer.delay).map_or(0, |delay| delay.millis))
}

/// All Stages, in no order, so that two of one name can be seen.
fn all_stages(asked: &Asked) -> Vec<(String, Stage)> {
    let default = policy(&[&asked.root.layer]);
    let none = Layer::default();
    let mut out = Vec::new();
    for (watched, dependents) in dependents(asked) {
        let settings = asked.settings(&watched);
        let base_layer = settings.map_or(&none, |settings| &settings.layer);
        let name = asked.watcher(&watched).map_or_else(|| base_name(&watched, settings), |image| image.name.clone());
        let origin = object_name(&name);
        let mut by_policy: BTreeMap<Policy, Vec<(&Image, &Build)>> = BTreeMap::new();
        let policies: Vec<Policy> =
            dependents.iter().map(|(_, build)| policy(&[&build.layer, base_layer, &asked.root.layer])).collect();
        for (policy, dependent) in policies.iter().zip(&dependents) {
            by_policy.entry(*policy).or_default().push(*dependent);
        }
        let bare = if by_policy.contains_key(&default) { default } else { policies[0] };
        let soak = object_name(&format!("soak-{name}"));
        if by_policy.keys().any(|policy| matches!(policy, Policy::Automatic(1..))) {
            let stage = Stage { origin: origin.clone(), soaked: None, automatic: true, dispatches: Vec::new() };
            out.push((soak.clone(), stage));
        }
        for (policy, dependents) in by_policy {
            let delay = match policy {
                Policy::Automatic(millis @ 1..) => Some(crate::asked::time_of(millis)),
                _ => None,
            };
            let suffix = match (policy, delay) {
                _ if policy == bare => String::new(),
                (Policy::Manual, _) => "-manual".to_owned(),
                (_, None) => "-immediate".to_owned(),
                (_, Some(delay)) => format!("-after-{}", delay.unit),
            };
            let stage = Stage {
                origin: origin.clone(),
                soaked: delay.map(|delay| (soak.clone(), delay.go.to_owned())),
                automatic: policy != Policy::Manual,
                dispatches: dependents
                    .iter()
                    .map(|(image, build)| dispatch(asked, image, build, base_layer, &origin))
                    .collect(),
            };
            out.push((object_name(&format!("rebuild-trigger-{name}{suffix}")), stage));
        }
    }
    out
}

/// A text as a part of a URL.
fn segment(text: &str) -> String {
    text.bytes().fold(String::new(), |mut text, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(byte)),
            _ => write!(text, "%{byte:02X}").unwrap(),
        }
        text
    })
}

fn dispatch(asked: &Asked, image: &Image, build: &Build, base: &Layer, base_name: &str) -> Dispatch {
    let layers = [&asked.root.layer, base, &build.layer];
    let bump = layers.iter().rev().find_map(|layer| layer.bump).unwrap_or("patch");
    let mut inputs = Map::new();
    inputs.insert("version_bump".to_owned(), json!(bump));
    inputs.insert("triggered_by".to_owned(), json!("kargo-base-image-update"));
    inputs.insert("base_image".to_owned(), json!(base_name));
    for (key, value) in layers.iter().flat_map(|layer| &layer.inputs) {
        match value {
            Some(value) => inputs.insert(key.clone(), json!(value)),
            None => inputs.remove(key),
        };
    }
    let written = build.workflow.map_or_else(|| format!("{}.yml", image.name), str::to_owned);
    let workflow = written.strip_prefix(".github/workflows/").unwrap_or(&written);
    let segment = segment(workflow);
    let branch = build.branch.or(asked.root.branch).unwrap_or("main");
    let api = asked.root.api_url.unwrap_or("https://api.github.com").trim_end_matches('/');
    Dispatch {
        alias: format!("trigger-{}", image.name),
        path: format!("{api}/repos/{}/actions/workflows/{segment}/dispatches", build.repo),
        body: json!({"ref": branch, "inputs": inputs}),
    }
}

/// What a Stage does that looks at a Dockerfile.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Analysed {
    pub(crate) origin: String,
    /// The address that is read.
    pub(crate) reads: Option<String>,
    /// The lines that it must have.
    pub(crate) lines: Option<Vec<String>>,
    /// Address and body by which the factory is asked.
    pub(crate) asks: Option<(String, Value)>,
    /// What a Job is given.
    pub(crate) request: Option<Value>,
}

/// Stages that look at Dockerfiles, by name; `locked` says that the bases are in the lock and not listed by hand.
pub(crate) fn analyses(asked: &Asked, locked: bool) -> BTreeMap<String, Analysed> {
    let mut out = BTreeMap::new();
    let api = asked.root.api_url.unwrap_or("https://api.github.com").trim_end_matches('/');
    for image in &asked.images {
        let Some(build) = &image.build else { continue };
        let Some((written, encoded)) = build.dockerfile else { continue };
        let branch = build.branch.or(asked.root.branch).unwrap_or("main");
        let mut analysed = Analysed { origin: object_name(&image.name), ..Analysed::default() };
        let ask = |branch: Option<&str>| {
            let url = format!("{api}/repos/org/factory/actions/workflows/image-factory.yml/dispatches");
            (url, json!({"ref": branch.unwrap_or("main"), "inputs": {"image": image.name}}))
        };
        match asked.root.analysis.unwrap_or(Analysis::Http) {
            Analysis::Off => continue,
            Analysis::Workflow(_) if !locked => continue,
            Analysis::Workflow(branch) => analysed.asks = Some(ask(branch)),
            Analysis::Job => {
                let mut request =
                    json!({"repo": build.repo, "branch": branch, "dockerfile": written, "platform": "linux/amd64"});
                if api != "https://api.github.com" {
                    request["apiUrl"] = json!(api);
                }
                if locked {
                    let bases: BTreeSet<String> = build.bases.iter().map(ToString::to_string).collect();
                    request["expect"] = json!(bases);
                }
                analysed.request = Some(request);
            }
            mode @ (Analysis::Http | Analysis::HttpAndDispatch(_)) => {
                let query = segment(branch);
                analysed.reads = Some(format!("{api}/repos/{}/contents/{encoded}?ref={query}", build.repo));
                let evaluated = build.lines.iter().any(|line| line.contains("${{"));
                if locked && !build.lines.is_empty() && !evaluated {
                    analysed.lines = Some(build.lines.clone());
                    if let Analysis::HttpAndDispatch(branch) = mode {
                        analysed.asks = Some(ask(branch));
                    }
                }
            }
        }
        out.insert(object_name(&format!("analyze-dockerfile-{}", image.name)), analysed);
    }
    out
}

/// All Stages that rebuild or wait, by name.
pub(crate) fn stages(asked: &Asked) -> BTreeMap<String, Stage> {
    all_stages(asked).into_iter().collect()
}

/// Whether nothing is asked for that would be refused: two Stages with one name.
pub(crate) fn stage_names_are_unique(asked: &Asked) -> bool {
    let all = all_stages(asked);
    let count = all.len();
    count == all.into_iter().collect::<BTreeMap<_, _>>().len()
}
