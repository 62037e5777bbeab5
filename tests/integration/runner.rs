//! A small runner for jobs of GitHub Actions: what a workflow says is done, step by step, on this machine and without a network.
//!
//! Every `run:` is run in the shell that it names, with the environment, the files (`GITHUB_OUTPUT` and its like) and the
//! contexts that GitHub gives it; composite actions of ours are entered. What stands in for GitHub: `actions/checkout` is a
//! fetch from a bare repository, `actions/cache` a folder, `gh` a script over two JSON files. What the runner does not know ends
//! the test. Not done: containers, services, matrices, time limits, `concurrency`.

mod expression;
mod github;

use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) use github::{Event, GitHub};

/// How a job ended.
pub(crate) struct Outcome {
    pub(crate) ok: bool,
    /// What the log of the run shows.
    pub(crate) log: String,
    /// What the page of the run shows.
    pub(crate) summary: String,
}

/// Whether a log has a workflow command, such as an annotation, that GitHub obeys.
pub(crate) fn has_command(log: &str, what: &str) -> bool {
    let mut stopped = None;
    log.lines().any(|line| {
        if let Some(token) = line.strip_prefix("::stop-commands::") {
            stopped = Some(format!("::{token}::"));
        } else if stopped.as_deref() == Some(line) {
            stopped = None;
        }
        stopped.is_none() && line.starts_with(what)
    })
}

/// What the steps of one job share.
struct Job<'a> {
    github: &'a GitHub,
    /// `github`, and what else every step sees.
    context: Value,
    workspace: PathBuf,
    /// Files that the runner hands to steps.
    files: PathBuf,
    environment: Vec<(String, String)>,
    path: Vec<String>,
    shell: String,
    ok: bool,
    log: String,
    summary: String,
}

/// Steps of a job, or of an action that one of these uses.
struct Scope {
    inputs: Value,
    steps: Map<String, Value>,
    /// The folder of the action.
    action: Option<PathBuf>,
}

/// Runs one job of a workflow in a fresh folder; `None` if its `if:` does not hold for the event.
pub(crate) fn run_job(github: &GitHub, workflow: &str, name: &str, event: &Event) -> Option<Outcome> {
    let workflow = yaml(workflow);
    let job = &workflow["jobs"][name];
    let home = github.new_machine();
    let workspace = home.join("work/factory/factory");
    let files = home.join("temp/_runner");
    for folder in [&workspace, &files] {
        fs::create_dir_all(folder).unwrap();
    }
    let shell = job["defaults"]["run"]["shell"].as_str().unwrap_or("bash -e {0}");
    let mut run = Job {
        context: event.context(&workspace),
        workspace,
        files,
        environment: github.environment(&home),
        path: Vec::new(),
        shell: shell.to_owned(),
        ok: true,
        log: String::new(),
        summary: String::new(),
        github,
    };
    let mut scope = Scope { inputs: event.inputs(), steps: Map::new(), action: None };
    if job["if"].as_str().is_some_and(|condition| !expression::holds(condition, &run.contexts(&scope))) {
        return None;
    }
    // Texts that GitHub shows have to be ones that it understands.
    for shown in [&workflow["run-name"], &job["concurrency"]["group"]].into_iter().filter_map(Value::as_str) {
        let _ = writeln!(run.log, "{}", expression::text(shown, &run.contexts(&scope)));
    }
    github.grant(&job["permissions"]);
    run.steps(job["steps"].as_array().expect("a job has steps"), &mut scope);
    assert!(!run.log.contains(github::TOKEN), "the log shows the token:\n{}", run.log);
    println!("==== job {name}, {}: {}\n{}", event.name, if run.ok { "succeeded" } else { "failed" }, run.log);
    println!("---- summary\n{}====\n", run.summary);
    Some(Outcome { ok: run.ok, log: run.log, summary: run.summary })
}

impl Job<'_> {
    fn contexts(&self, scope: &Scope) -> Value {
        let mut contexts = self.context.clone();
        contexts["inputs"] = scope.inputs.clone();
        contexts["steps"] = Value::Object(scope.steps.clone());
        contexts["job"] = json!({"ok": self.ok});
        contexts
    }

    fn steps(&mut self, steps: &[Value], scope: &mut Scope) {
        for step in steps {
            let condition = step["if"].as_str().unwrap_or("success()");
            let says_when = ["always()", "failure()", "success()"].iter().any(|word| condition.contains(word));
            let runs = (self.ok || says_when) && expression::holds(condition, &self.contexts(scope));
            let _ = writeln!(self.log, "## {}{}", title(step), if runs { "" } else { " (skipped)" });
            let mut outputs = Map::new();
            if runs {
                let (ok, made) = match (step["uses"].as_str(), step["run"].as_str()) {
                    (Some(action), None) => self.uses(action, step, scope),
                    (None, Some(script)) => self.run(script, step, scope),
                    _ => panic!("a step has either `uses` or `run`: {step}"),
                };
                self.ok &= ok;
                outputs = made;
            }
            if let Some(id) = step["id"].as_str() {
                scope.steps.insert(id.to_owned(), json!({"outputs": outputs}));
            }
        }
    }

    /// A map of a step, its expressions replaced.
    fn texts(&self, map: &Value, scope: &Scope) -> Vec<(String, String)> {
        let contexts = self.contexts(scope);
        let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let entries = map.as_object().into_iter().flatten();
        entries.map(|(name, value)| (name.clone(), expression::text(&plain(value), &contexts))).collect()
    }

    fn uses(&mut self, action: &str, step: &Value, scope: &Scope) -> (bool, Map<String, Value>) {
        let with = self.texts(&step["with"], scope);
        let get = |name: &str| with.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let (name, version) = action.split_once('@').expect("an action has a version");
        assert!(!version.is_empty());
        match name {
            "actions/checkout" => {
                let said = self.github.checkout(&self.workspace, &self.context, get("fetch-depth").unwrap_or("1"));
                let _ = writeln!(self.log, "(stand-in) {said}");
                (true, Map::new())
            }
            "actions/cache/restore" => {
                let (file, key) = self.cached(&get);
                let stored = self.github.cache(key);
                let hit = stored.exists();
                let _ = writeln!(self.log, "(stand-in) {name}: {} {key}", if hit { "found" } else { "nothing for" });
                if hit {
                    fs::create_dir_all(file.parent().unwrap()).unwrap();
                    fs::copy(stored, file).unwrap();
                }
                (true, Map::from_iter([("cache-hit".to_owned(), json!(hit.to_string()))]))
            }
            "actions/cache/save" => {
                let (file, key) = self.cached(&get);
                fs::copy(file, self.github.cache(key)).unwrap();
                let _ = writeln!(self.log, "(stand-in) {name}: saved {key}");
                (true, Map::new())
            }
            // Ours, wherever its repository is.
            _ if name.ends_with("/image-factory") => {
                self.composite(&with);
                (self.ok, Map::new())
            }
            _ => panic!("this runner has nothing that stands in for {action}"),
        }
    }

    /// Enters action.yml as GitHub hands it out: the files that are tracked, without their history.
    fn composite(&mut self, with: &[(String, String)]) {
        let folder = self.github.action();
        let action = yaml(&fs::read_to_string(folder.join("action.yml")).unwrap());
        let mut inputs: Map<String, Value> = Map::new();
        let outer = Scope { inputs: json!({}), steps: Map::new(), action: None };
        for (name, value) in self.texts(
            &action["inputs"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, input)| (name.clone(), input["default"].clone()))
                .collect(),
            &outer,
        ) {
            inputs.insert(name, value.into());
        }
        for (name, value) in with {
            assert!(inputs.insert(name.clone(), value.clone().into()).is_some(), "the action has no input {name}");
        }
        assert_eq!(action["runs"]["using"], "composite");
        let mut scope = Scope { inputs: Value::Object(inputs), steps: Map::new(), action: Some(folder) };
        self.steps(action["runs"]["steps"].as_array().unwrap(), &mut scope);
    }

    /// The file that a cache is for, and its key.
    fn cached<'w>(&self, get: &impl Fn(&str) -> Option<&'w str>) -> (PathBuf, &'w str) {
        let (path, key) = (get("path").unwrap(), get("key").unwrap());
        assert!(!key.is_empty() && !path.is_empty() && !path.contains('\n'));
        (PathBuf::from(path.replacen('~', &self.variable("HOME"), 1)), key)
    }

    fn variable(&self, name: &str) -> String {
        let found = self.environment.iter().rev().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    fn run(&mut self, script: &str, step: &Value, scope: &Scope) -> (bool, Map<String, Value>) {
        let script = expression::text(script, &self.contexts(scope));
        let shell = step["shell"].as_str().unwrap_or(&self.shell);
        assert!(scope.action.is_none() || step["shell"].is_string(), "a step of an action says which shell it is for");
        let shell = if shell == "bash" { "bash --noprofile --norc -eo pipefail {0}" } else { shell };
        let file = self.files.join("script.sh");
        fs::write(&file, script).unwrap();
        let shell = shell.replace("{0}", file.to_str().unwrap());
        let words: Vec<&str> = shell.split(' ').collect();
        let mut command = Command::new(words[0]);
        let folder = step["working-directory"].as_str().map(|path| expression::text(path, &self.contexts(scope)));
        let path = self.path.iter().rev().cloned().chain([self.variable("PATH")]).collect::<Vec<_>>().join(":");
        command.args(&words[1..]).current_dir(self.workspace.join(folder.unwrap_or_default())).env_clear();
        command.envs(self.environment.iter().cloned()).env("PATH", path).envs(github::variables(&self.context));
        command.envs(scope.action.iter().map(|folder| ("GITHUB_ACTION_PATH", folder)));
        for name in ["OUTPUT", "ENV", "PATH", "STEP_SUMMARY"] {
            fs::write(self.files.join(name), "").unwrap();
            command.env(format!("GITHUB_{name}"), self.files.join(name));
        }
        fs::write(self.files.join("event.json"), self.context["github"]["event"].to_string()).unwrap();
        command.env("GITHUB_EVENT_PATH", self.files.join("event.json"));
        command.envs(self.texts(&step["env"], scope));
        let (ok, said) = github::both_outputs(&mut command, &self.files);
        self.log.push_str(&said);
        for old in ["::set-output", "::save-state", "::set-env", "::add-path"] {
            assert!(!said.lines().any(|line| line.starts_with(old)), "GitHub no longer takes {old}");
        }
        let summary = self.file("STEP_SUMMARY");
        assert!(summary.len() <= 1 << 20, "a summary has at most 1 MiB");
        self.summary.push_str(&summary);
        self.environment.extend(assignments(&self.file("ENV")));
        self.path.extend(self.file("PATH").lines().map(str::to_owned));
        let outputs = assignments(&self.file("OUTPUT"));
        (ok, outputs.into_iter().map(|(name, value)| (name, Value::String(value))).collect())
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.files.join(name)).unwrap()
    }
}

/// `name=value` and `name<<END` lines of a file that a step has written.
fn assignments(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let value = match (line.split_once("<<"), line.split_once('=')) {
            (Some((name, end)), None) => {
                let value: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
                (name.to_owned(), value.join("\n"))
            }
            (_, Some((name, value))) => (name.to_owned(), value.to_owned()),
            _ => panic!("GitHub would not understand {line:?}"),
        };
        found.push(value);
    }
    found
}

/// What the log calls a step.
pub(crate) fn title(step: &Value) -> &str {
    ["name", "uses", "run"].iter().find_map(|key| step[key].as_str()).unwrap_or_default()
}

/// YAML as GitHub reads it: `on` is a word.
pub(crate) fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

/// The root of this repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
