//! What the targets have in common: a repository in memory whose workflow is dispatched, by the function that a user's run calls.

#[path = "../../support/memory.rs"]
mod memory;

use image_factory::workflow::evaluate;
use image_factory::workflow::event::Event;
use image_factory::workflow::repository::{Repositories, Repository};

const SHIP: &str = ".github/workflows/ship.yml";

/// Works out a dispatch of a workflow whose only job is this, in a repository with these files beside it.
pub fn dispatch(job: &serde_json::Value, files: &[(&str, &str)]) {
    // JSON is YAML.
    let workflow = serde_json::json!({"on": "workflow_dispatch", "jobs": {"job": job}}).to_string();
    let files: Vec<(&str, &str)> = files.iter().copied().chain([(SHIP, workflow.as_str())]).collect();
    let memory = memory::Memory::new(&files);
    let own = Repository { name: Some("acme/shop"), default_branch: Some("main"), files: &memory };
    let run = evaluate(&Repositories::of(own), &Event::dispatch("main"), SHIP);
    // What is told of them is told of every one.
    for build in &run.builds {
        std::hint::black_box((
            build.runs(),
            build.publishes(),
            build.tags.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ));
    }
    for gap in &run.gaps {
        std::hint::black_box(gap.to_string());
    }
}
