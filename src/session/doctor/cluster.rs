//! The cluster, by kubectl: `version`, `api-resources` and `get`, and nothing else.

use crate::cluster::{self as facts, Projects};
use crate::diff::ManifestSet;
use crate::doctor::Check;
use crate::doctor::cluster::{self as doctor, Silent};
use crate::factory::intent::{GROUP, kind};
use crate::forge::Credential;
use crate::io::kubectl::{Failure, Kubectl};
use crate::model::{Analysis, Model};
use crate::source::{SourceFile, Sources};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Read;

/// Bytes of a short answer.
const MAX_ANSWER: u64 = 1 << 20;
/// What is printed of a Secret that is there, be it without a key; of one that is not, nothing is.
const THERE: &str = "there";
/// What mends a cluster that does not answer.
const REACH: &str = "look whether it runs and can be reached from here, or take another one with `--context`";

/// Asks kubectl, with an answer that is short.
fn asked(kubectl: &Kubectl, arguments: &[&str]) -> Result<String, Silent> {
    let read = |output: &mut dyn Read| {
        let mut text = String::new();
        output.take(MAX_ANSWER).read_to_string(&mut text).map_err(|error| error.to_string())?;
        Ok(text)
    };
    kubectl.run(arguments, read).map_err(silent)
}

fn silent(failure: Failure) -> Silent {
    match failure {
        Failure::Missing => Silent::NoKubectl,
        Failure::Failed(said) | Failure::Broken(said) => Silent::Said(said),
    }
}

fn json(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().filter(|value: &Value| value.is_object())
}

/// All of the cluster that the rebuilds of some Projects need; `made` are the manifests of images.yaml.
pub(crate) fn cluster(kubectl: &Kubectl, projects: &[(String, Cow<'_, Model>)], made: &str) -> Vec<Check> {
    let Some((_, model)) = projects.first() else { return Vec::new() };
    let mut checks = Vec::new();
    match asked(kubectl, &["version", "-o", "json"]) {
        Ok(text) => checks.push(doctor::reached(&json(&text).unwrap_or_default())),
        // All else would fail alike.
        Err(silent) => return vec![doctor::unanswered("cluster", &silent, REACH)],
    }
    let resources = |group: &str| asked(kubectl, &["api-resources", &format!("--api-group={group}"), "-o", "name"]);
    let kinds = match resources(GROUP) {
        Ok(names) => doctor::kinds(&names),
        Err(silent) => doctor::unanswered("kinds", &silent, REACH),
    };
    let has_kinds = kinds.state != crate::doctor::State::Wrong;
    checks.push(kinds);
    let version = r#"jsonpath={range .items[*]}{.metadata.labels.app\.kubernetes\.io/version}{"\n"}{end}"#;
    let labels = "app.kubernetes.io/name=kargo,app.kubernetes.io/component=controller";
    let versions = asked(kubectl, &["get", "deployments.apps", "-A", "-l", labels, "-o", version]).unwrap_or_default();
    checks.push(doctor::kargo(&versions, model.kargo));
    if matches!(model.analysis, Analysis::Job { .. }) {
        checks.push(match resources("argoproj.io") {
            Ok(names) => doctor::rollouts(&names),
            Err(silent) => doctor::unanswered("rollouts", &silent, REACH),
        });
    }
    let mut wanted = ManifestSet::new();
    let mut sources = Sources::default();
    let id = sources.add(SourceFile::new("images.yaml", made.to_owned()));
    wanted.add(&sources, id);
    for (namespace, model) in projects {
        let made = wanted.of_project(&model.project.name);
        checks.extend(project(kubectl, model, (namespace, has_kinds), &made));
    }
    checks
}

/// What one Project needs.
fn project(kubectl: &Kubectl, model: &Model, (namespace, has_kinds): (&str, bool), made: &ManifestSet) -> Vec<Check> {
    let mut checks = Vec::new();
    let found = asked(kubectl, &["get", "namespace", namespace, "-o", "json", "--ignore-not-found"]);
    let object = found.as_ref().ok().and_then(|text| json(text));
    checks.push(match &found {
        Ok(_) => doctor::namespace(namespace, object.as_ref()),
        Err(silent) => doctor::unanswered("namespace", silent, REACH),
    });
    let mut seen = BTreeSet::new();
    for image in &model.images {
        let Some(credential) = &model.hosts.of(&image.source.pipeline).credential else { continue };
        if seen.insert((credential.secret.to_string(), credential.key.to_string())) {
            checks.push(secret(kubectl, namespace, credential));
        }
    }
    if has_kinds {
        checks.extend(objects(kubectl, (namespace, object), made));
    }
    checks
}

/// The shape of a Secret, of which no value leaves kubectl.
fn secret(kubectl: &Kubectl, namespace: &str, credential: &Credential) -> Check {
    let Credential { secret: name, key } = credential;
    let get = |template: &str| {
        let output = format!("go-template={template}");
        asked(kubectl, &["get", "secret", name, "-n", namespace, "-o", &output, "--ignore-not-found"])
    };
    let lengths = r#"{{range $key, $value := .data}}{{$key}} {{len (base64decode $value)}}{{"\n"}}{{end}}there"#;
    let text = match get(lengths) {
        Ok(text) => text,
        Err(silent) => return doctor::unanswered("secret", &silent, REACH),
    };
    if !text.ends_with(THERE) {
        return doctor::secret(namespace, credential, None, false);
    }
    let shape = doctor::shape(&text);
    let length = shape.iter().find(|(known, _)| *known == **key).map_or(0, |(_, length)| *length);
    // Names of keys have no quotes.
    let ends = length.checked_sub(1).is_some_and(|last| {
        let line_break =
            format!(r#"{{{{if eq (index (base64decode (index .data "{key}")) {last}) 10}}}}yes{{{{end}}}}"#);
        get(&line_break).is_ok_and(|text| text == "yes")
    });
    doctor::secret(namespace, credential, Some(&shape), ends)
}

/// What is in the cluster beside what images.yaml makes, and what Kargo says of it.
fn objects(kubectl: &Kubectl, (namespace, object): (&str, Option<Value>), wanted: &ManifestSet) -> Vec<Check> {
    let mut kinds: Vec<String> =
        ["stages", "warehouses", "projectconfigs"].map(|kind| format!("{kind}.{GROUP}")).into();
    let makes = |kind: &str| wanted.objects().any(|object| object.identity.kind == kind);
    if makes(kind::ANALYSIS_TEMPLATE) {
        kinds.push("analysistemplates.argoproj.io".to_owned());
    }
    if makes(kind::SERVICE_ACCOUNT) {
        kinds.push("serviceaccounts".to_owned());
    }
    let mut there = ManifestSet::new();
    let mut projects = Projects::new();
    if let Some(object) = &object {
        there.add_object(object);
    }
    let project = format!("projects.{GROUP}");
    let calls: [&[&str]; 2] = [
        &["get", &project, namespace, "-o", "json", "--ignore-not-found"],
        &["get", &kinds.join(","), "-n", namespace, "-o", "json"],
    ];
    for call in calls {
        let read = |output: &mut dyn Read| {
            let take = |object: Value| {
                there.add_object(&object);
                facts::take(&mut projects, &object);
            };
            match facts::each(output, take) {
                // There is no such Project.
                Err(why) if why.line == 0 => Ok(()),
                result => result.map_err(|why| why.why),
            }
        };
        if let Err(failure) = kubectl.run(call, read) {
            return vec![doctor::unanswered("manifests", &silent(failure), REACH)];
        }
    }
    let mut checks = vec![doctor::drift(&there, wanted)];
    if let Some(project) = projects.get(namespace) {
        checks.extend(doctor::warehouses(project));
        checks.extend(doctor::stages(project, wanted));
    }
    checks
}
