//! Says what dispatches of many workflows build, for the comparisons in `tests/conformance/workflow`.
//!
//! A line on standard input is a request, `{"files": {PATH: TEXT}, "inputs": {NAME: TEXT}}`, whose workflow is
//! `.github/workflows/ship.yml`. Each is answered by one line before the next is read: a list of builds, each with `name` (of a target
//! or a service), `dockerfile`, `context`, `target`, `args`, `contexts`, `tags`, `platforms`, `outputs`, `pushed` and `runs`. What is
//! not known is an object with the key `unknown`.
//!
//! It is an example target, so that `cargo test` builds it and nothing runs it.

#[path = "../../support/memory.rs"]
mod memory;

use image_factory::workflow::build::{Build, Location, Tool};
use image_factory::workflow::evaluate;
use image_factory::workflow::event::{Event, Input};
use image_factory::workflow::repository::{Repositories, Repository};
use image_factory::workflow::value::{Text, Truth};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, Write};

const SHIP: &str = ".github/workflows/ship.yml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    files: BTreeMap<String, String>,
    #[serde(default)]
    inputs: BTreeMap<String, String>,
}

fn main() -> anyhow::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "the answers are all that this program is for")]
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let Asked { files, inputs } = serde_json::from_str(&line?)?;
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let files = memory::Memory::new(&files);
        let own = Repository { name: Some("acme/shop"), default_branch: Some("main"), files: &files };
        let event = inputs
            .into_iter()
            .fold(Event::dispatch("main"), |event, (name, value)| event.with(&name, Input::Is(value)));
        let run = evaluate(&Repositories::of(own), &event, SHIP);
        let answer = Value::Array(run.builds.iter().map(build).collect());
        // In one piece: whoever asks waits for the end of the line.
        out.write_all(format!("{answer}\n").as_bytes())?;
        out.flush()?;
    }
    Ok(())
}

fn build(build: &Build) -> Value {
    let name = match &build.tool {
        Tool::Bake { target, .. } => target,
        Tool::Compose { service } => service,
        Tool::Action(name) | Tool::Command(name) => name,
        Tool::Elsewhere { uses, .. } => uses,
    };
    let texts = |texts: &[Text]| texts.iter().map(text).collect::<Vec<_>>();
    let args: Map<String, Value> =
        build.args.iter().map(|arg| (arg.name.marked().to_owned(), text(&arg.value))).collect();
    let contexts: Map<String, Value> =
        build.contexts.iter().map(|one| (one.name.marked().to_owned(), text(&one.source))).collect();
    json!({
        "name": name,
        "dockerfile": location(&build.dockerfile),
        "context": location(&build.context),
        "target": build.target.as_ref().map(text),
        "args": args,
        "contexts": contexts,
        "tags": texts(&build.tags),
        "platforms": texts(&build.platforms),
        "outputs": texts(&build.outputs),
        "pushed": truth(&build.pushed),
        "runs": truth(&build.runs()),
    })
}

fn text(text: &Text) -> Value {
    text.known().map_or_else(|| json!({"unknown": text.to_string()}), Value::from)
}

fn location(location: &Location) -> Value {
    match location {
        Location::Here(path) => text(path),
        Location::Away(address) => json!({"away": text(address)}),
        Location::Other(name, path) => json!({"other": [text(name), text(path)]}),
        Location::Unknown(path) => json!({"unknown": path.to_string()}),
    }
}

fn truth(truth: &Truth) -> Value {
    match truth {
        Truth::Yes => true.into(),
        Truth::No => false.into(),
        Truth::Unknown(unknown) => json!({"unknown": unknown.to_string()}),
    }
}
