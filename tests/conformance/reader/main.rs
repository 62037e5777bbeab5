//! Reads many Dockerfiles in one process, for the comparison with `BuildKit` in `tests/conformance/dockerfile`.
//!
//! A line on standard input is a request, `{"dockerfile": TEXT, "target": STAGE, "buildArgs": {K: V}, "contexts": {K: V},
//! "platform": OS/ARCH}`,
//! of which all but the text may be left out. Each is answered by one line before the next is read:
//!
//! - `stages`: `name`, `base` (`stage`, `image`, `scratch` or `unknown`), with `stage` its index or `image` as expanded,
//!   and `reachable`
//! - `edges`: `kind` and `image` of what the shipped stage needs, in the order of the text
//! - `unresolved`: `written`, `line` and `empty`, the reference that is left when what lacks a value is empty
//! - `errors`, `warnings`: code and message of each diagnostic
//!
//! It is an example target, so that `cargo test` builds it and nothing runs it.

use image_factory::diagnostic::Diagnostic;
use image_factory::dockerfile::{Edge, Facts, Request, Stage, StageBase, Unresolved, read};
use image_factory::source::{SourceFile, Sources};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, Write};

/// A request as the oracle takes it too.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Asked {
    dockerfile: String,
    target: Option<String>,
    #[serde(default)]
    build_args: BTreeMap<String, String>,
    #[serde(default)]
    contexts: BTreeMap<String, String>,
    platform: Option<String>,
}

fn main() -> anyhow::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "the answers are all that this program is for")]
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let asked: Asked = serde_json::from_str(&line?)?;
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new("Dockerfile", asked.dockerfile));
        let request = Request {
            target: asked.target.as_deref(),
            build_args: &asked.build_args,
            contexts: &asked.contexts,
            platform: asked.platform.as_deref().unwrap_or("linux/amd64"),
        };
        let (facts, diagnostics) = read(sources.file(id), id, &request);
        // In one piece: whoever asks waits for the end of the line.
        out.write_all(format!("{}\n", answer(&facts, &diagnostics)).as_bytes())?;
        out.flush()?;
    }
    Ok(())
}

fn answer(facts: &Facts, diagnostics: &[Diagnostic]) -> Value {
    let edge = |edge: &Edge| json!({"kind": edge.kind.word(), "image": edge.image});
    let unresolved = |from: &Unresolved| json!({"written": from.written, "line": from.line, "empty": from.empty});
    let problems = |error: bool| -> Vec<String> {
        let of_kind = diagnostics.iter().filter(|problem| problem.is_error() == error);
        of_kind.map(|problem| format!("{} {}", problem.code, problem.message)).collect()
    };
    json!({
        "stages": facts.stages.iter().map(stage).collect::<Vec<_>>(),
        "edges": facts.edges.iter().map(edge).collect::<Vec<_>>(),
        "unresolved": facts.unresolved.iter().map(unresolved).collect::<Vec<_>>(),
        "errors": problems(true),
        "warnings": problems(false),
    })
}

fn stage(stage: &Stage) -> Value {
    let mut shown = json!({"name": stage.name.as_deref().unwrap_or(""), "written": stage.written,
        "line": stage.line, "reachable": stage.reachable});
    match &stage.base {
        StageBase::Stage(at) => {
            shown["base"] = json!("stage");
            shown["stage"] = json!(at);
        }
        StageBase::Image(image) => {
            shown["base"] = json!("image");
            shown["image"] = json!(image);
        }
        StageBase::Scratch => shown["base"] = json!("scratch"),
        StageBase::Unknown => shown["base"] = json!("unknown"),
    }
    shown
}
