//! Kargo's own schemas as a judge of manifests: what its API server, its webhooks and its step runners would refuse.
//!
//! The CRDs leave three gaps, which are closed here. They do not refuse unknown fields (the API server drops them without a
//! word), so every object that does not ask for them is closed. They say nothing of what is in a subscription or in a
//! step's config, for which Kargo has schemas of its own. They take any text as a name or a timeout, so these are checked
//! by hand.

#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "this is part of tests alone")]

use jsonschema::Validator;
use kube_cel::CompiledSchema;
use serde::de::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Everything that judges, compiled once for a test binary.
pub(crate) struct Schemas {
    kinds: BTreeMap<String, Kind>,
    subscriptions: BTreeMap<String, Validator>,
    steps: BTreeMap<String, Validator>,
}

/// A CRD, or for kinds of Kubernetes what stands in for one.
struct Kind {
    fields: Validator,
    rules: CompiledSchema,
}

/// The schemas, or `None` if the folder with them is not beside this repository, which is said once then.
pub(crate) fn schemas() -> Option<&'static Schemas> {
    static SCHEMAS: OnceLock<Option<Schemas>> = OnceLock::new();
    SCHEMAS
        .get_or_init(|| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/kargo-schemas");
            if folder.is_dir() {
                return Some(Schemas::load(&folder));
            }
            println!("skipped: the checks against Kargo's schemas, which are not beside this repository");
            None
        })
        .as_ref()
}

impl Schemas {
    fn load(folder: &Path) -> Self {
        let mut kinds = BTreeMap::from([
            ("v1 Namespace".to_owned(), bare("Namespace", false)),
            ("v1 ServiceAccount".to_owned(), bare("ServiceAccount", true)),
        ]);
        for path in files(&folder.join("crds"), ".yaml") {
            let (name, kind) = crd(&read(&path));
            kinds.insert(name, kind);
        }
        let named = |name: &str, end: &str| {
            files(&folder.join(name), end)
                .into_iter()
                .map(|path| {
                    let name = path.file_name().unwrap().to_str().unwrap().strip_suffix(end).unwrap().to_owned();
                    let schema: Value = serde_json::from_str(&read(&path)).unwrap();
                    (name, jsonschema::validator_for(&schema).unwrap())
                })
                .collect()
        };
        Self { kinds, subscriptions: named("subscriptions", ".json"), steps: named("steps", "-config.json") }
    }

    /// Everything that is wrong with a manifest, each with the place of it; nothing if Kargo would take it.
    pub(crate) fn problems(&self, manifest: &Value) -> Vec<String> {
        let text = |pointer: &str| manifest.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let name = format!("{} {}", text("/apiVersion"), text("/kind"));
        let Some(kind) = self.kinds.get(&name) else { return vec![format!("there is no kind {name}")] };
        let mut problems = Vec::new();
        check(&kind.fields, manifest, "", &mut problems);
        if let Err(errors) = kube_cel::validate_compiled(&kind.rules, manifest, None) {
            problems.extend(errors.iter().map(ToString::to_string));
        }
        for (index, subscription) in items(manifest, "/spec/subscriptions") {
            self.subscription(subscription, &format!("/spec/subscriptions/{index}"), &mut problems);
        }
        for (index, request) in items(manifest, "/spec/requestedFreight") {
            let names =
                items(request, "/sources/stages").map(|(_, stage)| stage).chain(request.pointer("/origin/name"));
            for name in names.filter(|name| !name.as_str().is_some_and(is_dns_name)) {
                problems.push(format!("/spec/requestedFreight/{index}: {name} is not a name"));
            }
        }
        let mut aliases = BTreeSet::new();
        for (index, step) in items(manifest, "/spec/promotionTemplate/spec/steps") {
            self.step(step, &format!("/spec/promotionTemplate/spec/steps/{index}"), &mut aliases, &mut problems);
        }
        problems
    }

    /// An item of `subscriptions` has exactly one key (Kargo v1.11.2 `api/v1alpha1/warehouse_types.go`).
    fn subscription(&self, subscription: &Value, place: &str, problems: &mut Vec<String>) {
        let fields: Vec<(&String, &Value)> = subscription.as_object().into_iter().flatten().collect();
        let [(name, value)] = fields[..] else {
            problems.push(format!("{place}: a subscription has exactly one key"));
            return;
        };
        match self.subscriptions.get(name) {
            Some(schema) => check(schema, value, &format!("{place}/{name}"), problems),
            None => problems.push(format!("{place}: there is no schema for subscription {name}")),
        }
    }

    fn step<'a>(&self, step: &'a Value, place: &str, aliases: &mut BTreeSet<&'a str>, problems: &mut Vec<String>) {
        if let Some(alias) = step.get("as").and_then(Value::as_str) {
            let reserved = ["step-", "task-"]
                .iter()
                .filter_map(|prefix| alias.strip_prefix(prefix))
                .any(|number| number.bytes().all(|b| b.is_ascii_digit()));
            if reserved || !aliases.insert(alias) {
                problems.push(format!("{place}: the alias {alias} is reserved or taken"));
            }
        }
        if let Some(timeout) = step.pointer("/retry/timeout").and_then(Value::as_str)
            && !is_go_duration(timeout)
        {
            problems.push(format!("{place}: {timeout} is not a duration to Go"));
        }
        let Some(uses) = step.get("uses").and_then(Value::as_str) else { return };
        let config = step.get("config").cloned().unwrap_or_else(|| json!({}));
        match self.steps.get(uses) {
            Some(schema) => problems.extend(
                schema
                    .iter_errors(&config)
                    .map(|error| (error.instance_path().to_string(), error))
                    .filter(|(path, error)| {
                        let is_whole = is_of_any_type(error.instance()) && error.to_string().contains("is not of type");
                        !(is_whole
                            && MADE_BY_EXPRESSIONS.contains(&(uses, path.rsplit('/').next().unwrap_or_default())))
                    })
                    .map(|(path, error)| format!("{place}/config{path}: {error}")),
            ),
            None => problems.push(format!("{place}: there is no schema for step {uses}")),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "tests read their data themselves")]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "tests read their data themselves")]
fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.to_str().unwrap().ends_with(end)).collect();
    files.sort();
    assert!(!files.is_empty(), "no {end} in {}", folder.display());
    files
}

/// Kinds of steps, and the keys of their configs that an expression may make as a whole.
const MADE_BY_EXPRESSIONS: [(&str, &str); 3] = [("http", "headers"), ("http", "outputs"), ("set-metadata", "values")];

/// Whether a value is an expression and nothing else. Kargo works it out before it holds a config against the schema, and what
/// comes of it may be a list or a mapping (Kargo v1.11.2 `pkg/expressions/json_templates.go`); `tests/conformance` does that.
fn is_of_any_type(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.starts_with("${{") && text.ends_with("}}") && text.matches("${{").count() == 1)
}

fn check(schema: &Validator, value: &Value, place: &str, problems: &mut Vec<String>) {
    // Most values are valid, and this is the quick way to know.
    if !schema.is_valid(value) {
        problems.extend(schema.iter_errors(value).map(|error| format!("{place}{}: {error}", error.instance_path())));
    }
}

fn items<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = (usize, &'a Value)> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten().enumerate()
}

/// Group, version and kind of a CRD, and what judges its objects.
fn crd(text: &str) -> (String, Kind) {
    let documents = serde_yaml::Deserializer::from_str(text).map(|document| Value::deserialize(document).unwrap());
    let crd = documents.into_iter().find(Value::is_object).unwrap();
    let (group, kind) = (crd["spec"]["group"].as_str().unwrap(), crd["spec"]["names"]["kind"].as_str().unwrap());
    let [version] = &crd["spec"]["versions"].as_array().unwrap()[..] else { panic!("{kind} has several versions") };
    let schema = &version["schema"]["openAPIV3Schema"];
    let api_version = format!("{group}/{}", version["name"].as_str().unwrap());
    let rules = kube_cel::compile_schema(schema);
    let mut closed = closed(schema);
    // What the API server checks itself; a CRD only says that metadata is an object.
    closed["properties"]["apiVersion"] = json!({ "const": api_version });
    closed["properties"]["kind"] = json!({ "const": kind });
    closed["properties"]["metadata"] = metadata(crd["spec"]["scope"] == "Namespaced");
    let required = closed["required"].as_array().into_iter().flatten().cloned();
    closed["required"] = required.chain(["apiVersion", "kind", "metadata"].map(Value::from)).collect();
    (format!("{api_version} {kind}"), Kind { fields: jsonschema::validator_for(&closed).unwrap(), rules })
}

/// A kind of Kubernetes of which we write nothing but metadata.
fn bare(kind: &str, namespaced: bool) -> Kind {
    let schema = json!({
        "type": "object",
        "required": ["apiVersion", "kind", "metadata"],
        "properties": {"apiVersion": {"const": "v1"}, "kind": {"const": kind}, "metadata": metadata(namespaced)},
        "additionalProperties": false,
    });
    Kind { fields: jsonschema::validator_for(&schema).unwrap(), rules: kube_cel::compile_schema(&schema) }
}

/// Metadata as we write it. The API server takes names of 253 bytes; Kargo puts them into labels, which take 63.
fn metadata(namespaced: bool) -> Value {
    let key = r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";
    let label = "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$";
    let map =
        |value: Value| json!({"type": "object", "propertyNames": {"pattern": key}, "additionalProperties": value});
    let mut properties = json!({
        "name": {"type": "string", "minLength": 1, "maxLength": 63, "pattern": DNS_NAME},
        "labels": map(json!({"type": "string", "pattern": label})),
        "annotations": map(json!({"type": "string"})),
    });
    let mut required = vec!["name"];
    if namespaced {
        properties["namespace"] =
            json!({"type": "string", "maxLength": 63, "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"});
        required.push("namespace");
    }
    json!({"type": "object", "required": required, "properties": properties, "additionalProperties": false})
}

const DNS_NAME: &str = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

/// Whether a text is a DNS-1123 subdomain that also fits a label's value.
pub(crate) fn is_dns_name(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    text.len() <= 63 && text.split('.').all(part)
}

/// Hours, minutes and seconds as Go reads them; there is no `d`.
fn is_go_duration(text: &str) -> bool {
    let numbers: Vec<&str> = text.split_inclusive(['h', 'm', 's']).collect();
    !numbers.is_empty()
        && numbers.iter().all(|part| {
            part.strip_suffix(['h', 'm', 's']).is_some_and(|n| n.parse::<f64>().is_ok() && !n.starts_with(['-', '+']))
        })
}

/// An `OpenAPI` schema of a CRD as plain JSON Schema, in which an object takes no field that the schema does not name unless
/// it says so.
fn closed(schema: &Value) -> Value {
    let Value::Object(schema) = schema else { return schema.clone() };
    let mut out = Map::new();
    for (key, value) in schema {
        let value = match (key.as_str(), value) {
            ("properties", Value::Object(fields)) => {
                fields.iter().map(|(name, field)| (name.clone(), closed(field))).collect()
            }
            ("items" | "additionalProperties", value) => closed(value),
            // What stands in these are conditions on the node that they are in, not nodes.
            (_, value) => value.clone(),
        };
        out.insert(key.clone(), value);
    }
    let is = |key: &str| schema.get(key) == Some(&Value::Bool(true));
    if schema.get("type") == Some(&json!("object"))
        && !schema.contains_key("additionalProperties")
        && !is("x-kubernetes-preserve-unknown-fields")
    {
        out.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    if is("x-kubernetes-int-or-string") {
        out.insert("type".to_owned(), json!(["integer", "string"]));
    }
    if is("nullable")
        && let Some(Value::String(one)) = schema.get("type")
    {
        out.insert("type".to_owned(), json!([one, "null"]));
    }
    Value::Object(out)
}
