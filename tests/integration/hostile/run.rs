//! A case: the files with the value in them, and what becomes of them.

use super::table::{Document, Row};
use image_factory::diagnostic::{Diagnostic, render};
use image_factory::session::{Options, Session, Synthesis, Tree};
use image_factory::source::Sources;
use serde_json::{Value, json};
use std::fmt::Write;

/// Files with a value in the place of a key.
pub(crate) struct Case {
    pub(crate) images: String,
    pub(crate) lock: String,
    /// Other files by path, where the value is in one of them or is the name of one.
    beside: Vec<(String, String)>,
    /// The value as it is written, or what an error points at in its stead.
    scalar: String,
}

/// What came of it.
pub(crate) enum Outcome {
    /// The manifests.
    Made(String),
    /// Nothing; these are the errors.
    Refused(Vec<Problem>),
}

/// An error.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) code: String,
    /// The text that it points at.
    pub(crate) place: String,
    #[expect(dead_code, reason = "for the reader of a failed test")]
    message: String,
}

/// The outcome, and all that was said on the way.
pub(crate) struct Ran {
    pub(crate) outcome: Outcome,
    /// As people see it.
    pub(crate) shown: String,
    /// In every format.
    pub(crate) said: String,
}

const VALUE: &str = "@value@";
const KEY: &str = "@key@";

impl Case {
    pub(crate) fn of(row: &Row, value: &str) -> Self {
        let (mut images, mut lock) = row.document.values();
        let mut scalar = quoted(value);
        let mut beside = Vec::new();
        if let Some(key) = row.key.strip_prefix("lock:") {
            set(&mut lock, key);
        } else if let Some(key) = row.key.strip_prefix("state:") {
            lock = json!({"version": 1});
            beside = state_with(key, value);
            // The state's files are not ours; what is wrong with them is said at the image.
            "web".clone_into(&mut scalar);
        } else {
            if row.key.starts_with("webhooks.generic.") {
                images["webhooks"] = json!({"generic": {"secret": "s", "repository": "a.b"}});
            }
            if row.key.starts_with("projects[].") {
                images["projects"] = json!([{"name": "own", "images": ["web"]}]);
            }
            if let Some(notification) = notification(row.key) {
                images["notifications"] = json!([notification]);
            }
            set(&mut images, row.key);
            if row.key.ends_with("include[]") && value == row.harmless {
                beside.push((value.to_owned(), "[]".to_owned()));
            }
        }
        let text = |value: &Value| {
            // A mode alone is no delay.
            let text = value.to_string().replace("\"delay\":{\"mode\"", "\"delay\":{\"for\":\"0h\",\"mode\"");
            text.replace(&format!("\"{KEY}\":"), &format!("? {scalar} : ")).replace(&format!("\"{VALUE}\""), &scalar)
        };
        Self { images: text(&images), lock: text(&lock), beside, scalar }
    }

    /// What an error should point at.
    pub(crate) fn place(&self) -> &str {
        if self.scalar == "web" { "\"web\"" } else { &self.scalar }
    }

    pub(crate) fn run(&self) -> Ran {
        let texts = [("images.yaml", &self.images), ("images.lock.yaml", &self.lock)];
        let texts = texts.map(|(path, text)| (path.to_owned(), text.clone()));
        run(self.beside.iter().cloned().chain(texts))
    }
}

/// Runs over files by path.
pub(crate) fn run(files: impl IntoIterator<Item = (String, String)>) -> Ran {
    let session = Session::read(Tree::memory(files), Options::default()).unwrap();
    let Synthesis { sources, problems, documents, .. } = session.synth().unwrap();
    let shown = render::human(&problems, &sources, render::Page::FILE);
    let mut said = shown.clone();
    said.push_str(&render::json("synth", &problems, &sources));
    said.push_str(&render::sarif(&problems, &sources));
    said.push_str(&render::github(&problems, &sources));
    let errors = problems.iter().filter(|problem| problem.is_error());
    let outcome = if problems.stop() {
        Outcome::Refused(errors.map(|error| problem(error, &sources)).collect())
    } else {
        // A part of a hash tells a webhook from others, so that it follows from the value.
        let text = documents.into_text();
        let hash = word_of_webhook(&text);
        Outcome::Made(hash.map_or_else(|| text.clone(), |word| text.replace(&word, "webhook")))
    };
    Ran { outcome, shown, said }
}

/// The word that stands for a webhook, if there is one.
fn word_of_webhook(text: &str) -> Option<String> {
    let (before, _) = text.split_once("Headers\n        value: '[{\"name\":\"")?;
    let word = before.rsplit("- name: ").next()?;
    word.starts_with("webhook").then(|| word.to_owned())
}

fn problem(error: &Diagnostic, sources: &Sources) -> Problem {
    let place = error.labels.first().map(|label| {
        let span = label.span;
        sources.file(span.file).text().get(span.start as usize..span.end as usize).unwrap_or("no text").to_owned()
    });
    Problem { code: error.code.to_string(), place: place.unwrap_or_default(), message: error.message.clone() }
}

/// A scalar in double quotes, with everything but ASCII that can be seen escaped.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match (c, u32::from(c)) {
            ('"' | '\\', _) => out.extend(['\\', c]),
            (' '..='~', _) => out.push(c),
            (_, code @ 0..=0xff) => write!(out, "\\x{code:02x}").unwrap(),
            (_, code @ 0..=0xffff) => write!(out, "\\u{code:04x}").unwrap(),
            (_, code) => write!(out, "\\U{code:08x}").unwrap(),
        }
    }
    out + "\""
}

/// What a notification needs beside a key of it.
fn notification(key: &str) -> Option<Value> {
    Some(match key.strip_prefix("notifications[].")? {
        "on[]" | "slack.key" => json!({"slack": {"secret": "beside"}}),
        "teams.key" => json!({"teams": {"secret": "beside"}}),
        "webhook.key" | "webhook.body" => json!({"webhook": {"secret": "beside"}}),
        "githubIssue.labels[]" => json!({"githubIssue": {"repo": "acme/beside"}}),
        _ => return None,
    })
}

/// Puts the value into the place of a key, which is made if it is not there.
fn set(document: &mut Value, key: &str) {
    let mut at = document;
    // A key of this one names a repository.
    let free = if key.starts_with("checkouts.") { "acme/k" } else { "k" };
    for part in key.split('.') {
        let (name, lists) = (part.trim_end_matches("[]"), part.matches("[]").count());
        if at.is_null() {
            *at = json!({});
        }
        let map = at.as_object_mut().unwrap();
        at = match name {
            "~" => {
                let of_number = key.starts_with("registryBudget").then_some(json!(1));
                let value = map.values().next().cloned().or(of_number).unwrap_or(json!("x"));
                map.clear();
                map.insert(KEY.to_owned(), value);
                return;
            }
            "*" => {
                let first = map.keys().next().cloned().unwrap_or(free.to_owned());
                map.entry(first).or_insert(Value::Null)
            }
            _ => map.entry(name).or_insert(Value::Null),
        };
        for _ in 0..lists {
            if !at.is_array() {
                *at = json!([null]);
            }
            at = &mut at[0];
        }
    }
    *at = json!(VALUE);
}

/// The state of the Python original with a value in one of its texts.
fn state_with(key: &str, value: &str) -> Vec<(String, String)> {
    let (image, base) = match key {
        // Whether there can be a file of such a name or not, it is of a base that is there anyway.
        "images.baseImages[]" => (format!("baseImages: [node, {}]", quoted(value)), "fullImage: node:22".to_owned()),
        key => {
            let key = key.strip_prefix("base-images.").unwrap();
            let base = match key {
                "fullImage" => json!({"fullImage": VALUE}),
                "repoURL" => json!({"repoURL": VALUE, "tag": "22"}),
                "tag" => json!({"repoURL": "docker.io/library/node", "tag": VALUE}),
                "registry" => json!({"registry": VALUE, "repository": "acme/base", "tag": "1"}),
                "repository" => json!({"registry": "ghcr.io", "repository": VALUE, "tag": "1"}),
                _ => panic!("{key}"),
            };
            ("baseImages: [node]".to_owned(), base.to_string().replace(&format!("\"{VALUE}\""), &quoted(value)))
        }
    };
    let base = |name| (format!("state/base-images/{name}.yaml"), base.clone());
    vec![("state/images/web.yaml".to_owned(), image), base("node"), base(value)]
}

impl Document {
    /// images.yaml and its lock.
    fn values(self) -> (Value, Value) {
        use Document::{
            Azure, Enrolled, EnrolledAzure, EnrolledHook, EnrolledJob, External, Forgejo, GitLab, Gitea, Hook, Http,
            Job, Listed, Old, Repo, Untriggered,
        };
        let read = |text: &str| serde_yaml::from_str(text).unwrap();
        let analysis = match self {
            Http | Listed | Enrolled | GitLab | Gitea | Forgejo | Azure | Hook | EnrolledHook | EnrolledAzure => {
                "{mode: http, onDrift: dispatch, factory: {repo: acme/factory, branch: trunk}}"
            }
            Job | EnrolledJob | Untriggered => {
                "{mode: job, image: \"ghcr.io/acme/image-factory:1\", serviceAccount: runner}"
            }
            External | Repo | Old => "{mode: \"off\"}",
        };
        let image = match self {
            Http | Job => "{name: web, repository: acme/web, source: {repo: acme/web}}",
            Untriggered => "{name: web, repository: acme/web, source: {repo: acme/web}, triggers: [build]}",
            Listed => "{name: web, repository: acme/web, source: {repo: acme/web}, baseImages: [\"node:22\"]}",
            Enrolled | EnrolledJob => "{name: web, enrollment: {repository: acme/web, source: {repo: acme/web}}}",
            GitLab => {
                "{name: web, repository: acme/web, source: {provider: gitlab, repo: acme/web}, baseImages: [\"node:22\"]}"
            }
            Gitea => {
                "{name: web, repository: acme/web, source: {provider: gitea, repo: acme/web}, baseImages: [\"node:22\"]}"
            }
            Forgejo => {
                "{name: web, repository: acme/web, source: {provider: forgejo, repo: acme/web}, baseImages: [\"node:22\"]}"
            }
            Azure => {
                "{name: web, repository: acme/web, source: {provider: azure-devops, repo: acme/web, pipeline: 42}, baseImages: [\"node:22\"]}"
            }
            Hook => {
                "{name: web, repository: acme/web, source: {provider: webhook, repo: acme/web, webhook: {url: \"https://h/x\", headers: {X-K: v}, credentials: {secret: s}}}, baseImages: [\"node:22\"]}"
            }
            EnrolledHook => {
                "{name: web, enrollment: {repository: acme/web, source: {provider: webhook, repo: acme/web, webhook: {url: \"https://h/x\", headers: {X-K: v}, credentials: {secret: s}}}}, baseImages: [\"node:22\"]}"
            }
            EnrolledAzure => {
                "{name: web, enrollment: {repository: acme/web, source: {provider: azure-devops, repo: acme/web, pipeline: 42}}, baseImages: [\"node:22\"]}"
            }
            External => "{name: web, repository: acme/web}",
            Repo => "{name: web, tag: \"1\"}",
            Old => "{name: web, repoURL: docker.io/acme/web, allowTags: \"^1\"}",
        };
        let instances = match self {
            Gitea => "gitea: {url: \"https://gitea.example.com\"}, ",
            Forgejo => "forgejo: {url: \"https://forgejo.example.com\"}, ",
            _ => "",
        };
        let images =
            format!("{{{instances}analysis: {analysis}, baseImages: [{{image: \"node:22\"}}], images: [{image}]}}");
        let lock = "{version: 1, images: {web: {dockerfile: {repo: acme/web, branch: main, path: Dockerfile}, bases: [{image: \"docker.io/library/node:22\", kind: final, line: 1}], lines: [\"FROM node:22\"]}}}";
        (read(&images), read(lock))
    }
}
