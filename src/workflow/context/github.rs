//! `github`, for an event that has not come yet.

use crate::workflow::event::Event;
use crate::workflow::repository::Repository;
use crate::workflow::value::{Object, Unknown, Value, Why};

/// Stands for the folder that a job works in, which is another on each machine.
pub(crate) const WORKSPACE: &str = "/github/workspace";

/// What is known of `github`: all of the rest is a run's. `inputs` are those of `github.event.inputs`.
pub(crate) fn github(event: &Event, repository: &Repository<'_>, path: &str, inputs: Value) -> Object {
    let open = |name: &str| Unknown::new(Why::Context(name.to_owned()), None);
    let known = |name: &str, value: Option<&str>| value.map_or_else(|| Value::Unknown(open(name)), Value::from);
    let (owner, name) = match repository.name.and_then(|name| name.split_once('/')) {
        Some((owner, name)) => (Some(owner), Some(name)),
        None => (None, None),
    };
    let ref_type = if event.git_ref.starts_with("refs/tags/") { "tag" } else { "branch" };
    let mut github: Object = [
        ("event_name", Value::from(event.name.as_str())),
        ("ref", Value::from(event.git_ref.as_str())),
        ("ref_name", Value::from(event.ref_name())),
        ("ref_type", Value::from(ref_type)),
        ("repository", known("github.repository", repository.name)),
        ("repository_owner", known("github.repository_owner", owner)),
        ("server_url", Value::from("https://github.com")),
        ("api_url", Value::from("https://api.github.com")),
        ("graphql_url", Value::from("https://api.github.com/graphql")),
        ("workspace", Value::from(WORKSPACE)),
        // These are of pull requests alone.
        ("head_ref", Value::from("")),
        ("base_ref", Value::from("")),
    ]
    .into_iter()
    .collect();
    if let Some(name) = repository.name {
        github.insert("workflow_ref", format!("{name}/{path}@{}", event.git_ref));
    }
    let mut described: Object = [
        ("full_name", known("github.repository", repository.name)),
        ("name", known("github.event.repository.name", name)),
        ("default_branch", known("github.event.repository.default_branch", repository.default_branch)),
    ]
    .into_iter()
    .collect();
    let login: Object =
        [("login", known("github.repository_owner", owner)), ("name", known("github.repository_owner", owner))]
            .into_iter()
            .collect();
    described.insert("owner", login.with_rest(open("github.event.repository.owner")));
    let described = described.with_rest(open("github.event.repository"));
    let mut payload = Object::default();
    payload.insert("repository", described);
    if event.name == "workflow_dispatch" {
        // What its payload has; whatever else is asked of it is null, as `github.event.pull_request`.
        payload.insert("inputs", inputs);
        payload.insert("ref", event.git_ref.as_str());
        payload.insert("workflow", path);
        for name in ["sender", "organization", "enterprise", "installation"] {
            payload.insert(name, Value::Unknown(open(&format!("github.event.{name}"))));
        }
    } else {
        payload = payload.with_rest(open("github.event"));
    }
    github.insert("event", payload);
    github.with_rest(open("github"))
}
