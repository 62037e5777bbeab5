//! What a set of manifests means: what is watched, what is rebuilt for it, when and how.
//!
//! It is read from the manifests themselves, so that the committed ones, a cluster and any revision are read alike, and so that
//! nothing is taken for granted that is not in them.

mod compare;
mod follows;
mod policies;
mod secret;
mod sentences;
mod told;

pub use compare::{Differences, Fired};
pub(super) use follows::{is_description, is_echo, is_name, is_told_above};
pub use sentences::{RebuildName, Sentence, SentenceKind, sentences};
pub use told::Told;

use super::set::{ManifestSet, Object};
use super::value::Value;
use crate::factory::intent::{
    BASELINE, BASES, BODIES, EXPECTED_BASES, FOLLOWERS, GROUP, JOB_REQUEST, LOCKED_LINES, PACE, PLACEHOLDERS, Purpose,
    SYNC_WAVE, TOGETHER, URGENT, kind, record,
};
use crate::forge::{Dispatched, dispatched};
use crate::model::release::{FAIL, POLL_INTERVAL};
use crate::model::{Duration, KargoVersion, Pace, Policy, Reference};
use policies::Policies;
use std::collections::{BTreeMap, BTreeSet};

/// What Kargo takes for an interval that is not written.
const INTERVAL: Duration = Duration::minutes(5);

/// What a set means.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Intent {
    /// The names of its Projects.
    pub projects: BTreeSet<String>,
    /// What is watched, by the name of its Warehouse.
    pub watched: BTreeMap<String, Watched>,
    /// What is rebuilt, by base and image.
    pub rebuilds: BTreeMap<(String, String), Rebuild>,
    /// Chains by which images are rebuilt that a base does not trigger itself, by base and image.
    pub followers: BTreeMap<(String, String), Vec<String>>,
    /// How quickly the rebuilds of a base go out where they do not do so all at once, by base.
    pub paces: BTreeMap<String, Pace>,
    /// The key of a Freight's metadata by which it skips delays and windows, as a Promotion by hand does; none if nothing does.
    pub urgent: Option<String>,
    /// How Dockerfiles are looked at, by image.
    pub checks: BTreeMap<String, DockerfileCheck>,
    /// The names of all Stages.
    pub stages: BTreeSet<String>,
    /// The Kargo whose steps they have; none if no step tells.
    pub kargo: Option<KargoVersion>,
    /// Whether Argo CD applies its objects in waves.
    pub waves: bool,
    /// The shards of the controllers that look after its Warehouses and Stages, by kind and name, where they have one.
    pub shards: BTreeMap<(&'static str, String), String>,
    /// Who hears how Promotions end, in words, and of what.
    pub told: Told,
    /// How its Stages dispatch; none if nothing is rebuilt.
    pub rounds: Option<Rounds>,
}

/// How the dispatches of a Stage go out, which each version of this tool has made better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rounds {
    /// One after the other, each as long as it has to wait.
    InTurn,
    /// All are tried before any is waited for, and what was taken is written down.
    Tried,
    /// And a failed read or write of that ends none, and those that wait do so together.
    Settled,
}

/// What a Warehouse watches.
#[derive(Clone, Debug, PartialEq)]
pub struct Watched {
    /// As people write it: `node:22`, `ghcr.io/acme/web`.
    pub reference: String,
    /// Registry and repository: `ghcr.io/acme/web`.
    pub repo_url: String,
    /// What is picked, in words: "the digest of 22", "versions >=0.0.0".
    pub what: String,
    /// How often it is looked at; Kargo does so at most every five minutes.
    pub interval: Duration,
    /// Whether something is rebuilt for it.
    pub is_base: bool,
}

/// An image that is rebuilt for a base.
#[derive(Clone, Debug, PartialEq)]
pub struct Rebuild {
    /// The base, as people write it.
    pub base: String,
    /// Name of the image.
    pub image: String,
    /// The name of the Warehouse that watches the base.
    pub warehouse: String,
    /// The Stage that rebuilds.
    pub stage: String,
    /// By itself, after a delay, or by hand.
    pub policy: Policy,
    /// Whether the digest that the base has when this begins is a reason too.
    pub at_first: bool,
    /// How long it waits for other bases, with which it is one rebuild; none if each base has a rebuild of its own.
    pub together: Option<Duration>,
    /// The workflow that is run, and on which branch.
    pub target: DispatchTarget,
    /// Inputs of the workflow; what is no text, as JSON.
    pub inputs: BTreeMap<String, String>,
    /// For how long the Promotion waits for the run, if it does.
    pub waits: Option<Duration>,
}

/// A workflow on a branch: what one dispatch asks its host to run.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct DispatchTarget {
    /// Address of the host's API.
    pub api: String,
    /// `owner/name`.
    pub repo: String,
    /// File name of the workflow.
    pub workflow: String,
    /// Branch or tag: the `ref` of the dispatch.
    pub branch: String,
}

/// How the Dockerfile of an image is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DockerfileCheck {
    /// By which of the modes of `analysis`.
    pub how: How,
    /// What it is compared with, as the manifests have it; none if it is not compared.
    pub expected: Option<String>,
}

/// By what a Dockerfile is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// A request of Kargo.
    Request,
    /// A Job in the cluster.
    Job,
    /// A workflow of the factory.
    Workflow,
}

impl Intent {
    /// Reads a set: its objects that are ours or in the set that it is compared with. `qualified` puts the namespace before
    /// each name, for sets of several Projects.
    pub fn read(set: &ManifestSet, other: &ManifestSet, qualified: bool) -> Self {
        let mut intent = Self::default();
        let policies = Policies::read(set);
        let of_kind = |kind: &'static str| {
            let of_kind = set.objects.iter().filter(move |(key, _)| key.group == GROUP && key.kind == kind);
            of_kind
                .filter(|(key, object)| object.is_ours() || other.objects.contains_key(key))
                .map(|(_, object)| &**object)
        };
        let has_wave = |object: &Object| object.value.text_at(&["metadata", "annotations", SYNC_WAVE]).is_some();
        intent.waves = [kind::PROJECT, kind::STAGE].iter().flat_map(|kind| of_kind(kind)).any(has_wave);
        for kind in [kind::STAGE, kind::WAREHOUSE] {
            let shard = |object: &Object| {
                let shard = object.value.text_at(&["spec", "shard"])?.to_owned();
                Some(((kind, qualify(object, &object.identity.name, qualified)), shard))
            };
            intent.shards.extend(of_kind(kind).filter_map(shard));
        }
        for object in of_kind(kind::WAREHOUSE) {
            if let Some(watched) = watched(object) {
                intent.watched.insert(qualify(object, &object.identity.name, qualified), watched);
            }
        }
        for object in of_kind(kind::PROJECT) {
            intent.projects.insert(object.identity.name.clone());
        }
        for object in of_kind(kind::STAGE) {
            intent.stage(object, &policies, qualified);
        }
        intent
    }

    /// The names of all images: those that are rebuilt, and those that are watched and no base.
    pub fn images(&self) -> BTreeSet<&str> {
        let watched = self.watched.iter().filter(|(_, watched)| !watched.is_base).map(|(name, _)| name.as_str());
        let rebuilt = self.rebuilds.keys().map(|(_, image)| image.as_str());
        watched.chain(rebuilt).chain(self.checks.keys().map(String::as_str)).collect()
    }

    /// At least how many requests registries get in a day, by registry.
    pub fn requests(&self) -> BTreeMap<&str, u64> {
        let mut requests = BTreeMap::new();
        for watched in self.watched.values() {
            let registry = watched.repo_url.split('/').next().unwrap_or_default();
            *requests.entry(registry).or_default() += watched.interval.looks_a_day();
        }
        requests
    }

    fn stage(&mut self, stage: &Object, policies: &Policies, qualified: bool) {
        let name = qualify(stage, &stage.identity.name, qualified);
        let spec = stage.value.get("spec").unwrap_or(&Value::Null);
        let steps = spec.items_at(&["promotionTemplate", "spec", "steps"]);
        self.kargo = self.kargo.max(kargo(steps));
        for (who, of) in told::of(steps) {
            self.told.entry(who).or_default().extend(of);
        }
        let requests = spec.items_at(&["requestedFreight"]);
        let mut rebuilds = false;
        for request in requests {
            rebuilds |= self.request(stage, (spec, request), policies, qualified);
        }
        if let Some(label) = variable(spec, URGENT).filter(|_| rebuilds) {
            self.urgent = Some(label.to_owned());
        }
        if rebuilds {
            let has = |alias| steps.iter().any(|step| step.text_at(&["as"]) == Some(alias));
            let rounds = match (has(record::PLAN), has(record::SETTLE)) {
                (_, true) => Rounds::Settled,
                (true, false) => Rounds::Tried,
                (false, false) => Rounds::InTurn,
            };
            self.rounds = self.rounds.max(Some(rounds));
        }
        let origin = requests.first().and_then(|request| request.text_at(&["origin", "name"])).unwrap_or_default();
        if !rebuilds && let Some((image, check)) = check(spec, steps, origin) {
            self.checks.insert(qualify(stage, &image, qualified), check);
        }
        self.stages.insert(name);
    }

    /// Reads what a Stage rebuilds for the Freight of one Warehouse, and says whether that is anything.
    fn request(
        &mut self,
        stage: &Object,
        (spec, request): (&Value, &Value),
        policies: &Policies,
        qualified: bool,
    ) -> bool {
        let origin = request.text_at(&["origin", "name"]).unwrap_or_default();
        let (name, warehouse) = (qualify(stage, &stage.identity.name, qualified), qualify(stage, origin, qualified));
        let policy = policies.of(stage, request);
        let value = |name| variable(spec, name).and_then(Value::embedded).unwrap_or(Value::Null);
        let several = variable(spec, BASES).is_some();
        let of_base = |value: Value| if several { value.get(origin).cloned().unwrap_or(Value::Null) } else { value };
        let held = of_base(value(BASELINE));
        let held: BTreeSet<&str> = held.items().iter().filter_map(Value::text).collect();
        let together = variable(spec, TOGETHER).and_then(|text| text.parse().ok()).unwrap_or(Duration::ZERO);
        let bodies = variable(spec, BODIES).and_then(|text| Value::embedded(unquoted(text)));
        let body = bodies.as_ref().and_then(|bodies| bodies.text_at(&[origin]));
        let steps = spec.items_at(&["promotionTemplate", "spec", "steps"]);
        let waits: BTreeMap<&str, Duration> = steps.iter().filter_map(wait).collect();
        let mut rebuilds = false;
        for step in steps {
            let image = step.text_at(&["as"]).and_then(|alias| Purpose::Trigger.image(alias));
            let (Some(image), Some((target, inputs))) = (image, dispatch(step, body)) else { continue };
            rebuilds = true;
            let base = self.watched.get(&warehouse).map_or(origin, |watched| &watched.reference).to_owned();
            let at_first = policy.is_automatic() && !held.contains(image);
            let waits = waits.get(image).copied();
            let image = qualify(stage, image, qualified);
            let rebuild = Rebuild {
                base: base.clone(),
                image: image.clone(),
                warehouse: warehouse.clone(),
                stage: name.clone(),
                policy: policy.clone(),
                at_first,
                together: several.then_some(together),
                target,
                inputs,
                waits,
            };
            self.rebuilds.insert((base, image), rebuild);
        }
        if !rebuilds {
            return false;
        }
        let base = self.watched.get(&warehouse).map_or(origin, |watched| &watched.reference).to_owned();
        for (image, through) in of_base(value(FOLLOWERS)).fields() {
            let through = through.items().iter().filter_map(Value::text);
            let through = through.map(|name| qualify(stage, name, qualified)).collect();
            self.followers.insert((base.clone(), qualify(stage, image, qualified)), through);
        }
        if let Some(pace) = variable(spec, PACE).and_then(|text| text.parse().ok()) {
            self.paces.insert(base, pace);
        }
        if let Some(watched) = self.watched.get_mut(&warehouse) {
            watched.is_base = true;
        }
        true
    }
}

/// A name with the namespace of an object before it; one of another namespace has its own already.
fn qualify(object: &Object, name: &str, qualified: bool) -> String {
    match &object.identity.namespace {
        Some(namespace) if qualified && !name.contains('/') => format!("{namespace}/{name}"),
        _ => name.to_owned(),
    }
}

fn watched(warehouse: &Object) -> Option<Watched> {
    let spec = warehouse.value.get("spec")?;
    let image = spec.items_at(&["subscriptions"]).first()?.get("image")?;
    let repo_url = image.text_at(&["repoURL"])?.to_owned();
    let constraint = image.text_at(&["constraint"]);
    let strategy = image.text_at(&["imageSelectionStrategy"]).unwrap_or("SemVer");
    let regexes = |key| image.items_at(&[key]).iter().filter_map(Value::text).collect::<Vec<_>>();
    let mut what = match (strategy, constraint) {
        ("Digest", tag) => format!("the digest of {}", tag.unwrap_or("latest")),
        ("SemVer", Some(range)) => format!("versions {range}"),
        ("SemVer", None) => "all versions".to_owned(),
        ("Lexical", _) => "the last tag of the alphabet".to_owned(),
        ("NewestBuild", _) => "the newest build".to_owned(),
        (other, _) => other.to_owned(),
    };
    for (key, word) in [("allowTagsRegexes", "matching"), ("ignoreTagsRegexes", "not matching")] {
        let regexes = regexes(key);
        if !regexes.is_empty() {
            what = format!("{what} {word} {}", regexes.join(" or "));
        }
    }
    let whole = match (strategy, constraint) {
        ("Digest", Some(tag)) => format!("{repo_url}:{tag}"),
        _ => repo_url.clone(),
    };
    let reference = Reference::parse(&whole).map_or(whole, |reference| reference.familiar());
    let interval = spec.text_at(&["interval"]).and_then(|text| text.parse().ok()).unwrap_or(INTERVAL);
    Some(Watched { reference, repo_url, what, interval, is_base: false })
}

/// The oldest Kargo that knows steps that send requests, as they are written for it: a step fails the Promotion where there is no
/// token, and a request says how often it is asked again.
fn kargo(steps: &[Value]) -> Option<KargoVersion> {
    let uses = |step: &Value, what: &str| step.text_at(&["uses"]) == Some(what);
    let mut requests = steps.iter().filter(|step| uses(step, "http")).peekable();
    requests.peek()?;
    if requests.any(|step| step.at(&["config", "pollInterval"]).is_some()) {
        POLL_INTERVAL.oldest()
    } else if steps.iter().any(|step| uses(step, "fail")) {
        FAIL.oldest()
    } else {
        KargoVersion::ALL.first().copied()
    }
}

/// The workflow that a step starts, and what it sends: the body is its own, unless it is one of several.
fn dispatch(step: &Value, body: Option<&str>) -> Option<(DispatchTarget, BTreeMap<String, String>)> {
    let (keys, Dispatched { api, repo, pipeline }) = dispatched(step.text_at(&["config", "url"])?)?;
    let body = body.or_else(|| step.text_at(&["config", "body"]).map(unquoted));
    let body = body.and_then(Value::embedded).unwrap_or(Value::Null);
    let target = DispatchTarget {
        api: api.to_owned(),
        repo: repo.into_owned(),
        workflow: pipeline,
        branch: body.text_at(keys.branch_at).unwrap_or_default().to_owned(),
    };
    let text = |value: &Value| {
        let text = value.text().map_or_else(|| value.to_json(), str::to_owned);
        PLACEHOLDERS.iter().fold(text, |text, (name, put)| text.replace(put, &name.to_string()))
    };
    let inputs = keys.inputs_at.iter().find_map(|way| body.at(way)).unwrap_or(&Value::Null);
    let listed = inputs.items().iter().filter_map(|item| Some((item.text_at(&["key"])?, item.get("value")?)));
    let mapped = inputs.fields().map(|(name, value)| (&**name, value.get("value").unwrap_or(value)));
    Some((target, mapped.chain(listed).map(|(name, value)| (name.to_owned(), text(value))).collect()))
}

/// What has expressions in it stands in quotes.
fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

/// The image whose run a step waits for, and for how long.
fn wait(step: &Value) -> Option<(&str, Duration)> {
    Some((Purpose::Await.image(step.text_at(&["as"])?)?, step.text_at(&["retry", "timeout"])?.parse().ok()?))
}

/// The value of a variable of a Stage.
fn variable<'v>(spec: &'v Value, name: &str) -> Option<&'v str> {
    let vars = spec.items_at(&["promotionTemplate", "spec", "vars"]);
    vars.iter().find(|var| var.text_at(&["name"]) == Some(name))?.text_at(&["value"])
}

/// The image whose Dockerfile a Stage looks at, and how.
fn check(spec: &Value, steps: &[Value], origin: &str) -> Option<(String, DockerfileCheck)> {
    let image_of = |purpose: Purpose| steps.iter().find_map(|step| purpose.image(step.text_at(&["as"])?));
    if let Some(image) = image_of(Purpose::Analyze) {
        let expected = variable(spec, LOCKED_LINES).map(str::to_owned);
        return Some((image.to_owned(), DockerfileCheck { how: How::Request, expected }));
    }
    let arguments = spec.items_at(&["verification", "args"]);
    if let Some(request) = arguments.iter().find(|argument| argument.text_at(&["name"]) == Some(JOB_REQUEST)) {
        let request = request.text_at(&["value"]).and_then(Value::embedded);
        let expected = request.as_ref().and_then(|request| request.get(EXPECTED_BASES)).map(Value::to_json);
        return Some((origin.to_owned(), DockerfileCheck { how: How::Job, expected }));
    }
    image_of(Purpose::Discover).map(|image| (image.to_owned(), DockerfileCheck { how: How::Workflow, expected: None }))
}
