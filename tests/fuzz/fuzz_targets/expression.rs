#![no_main]
//! Expressions of a workflow: as a value, as a condition and as a matrix.

use image_factory_fuzz::dispatch;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|text: &str| {
    let expression = format!("${{{{ {text} }}}}");
    dispatch(
        &json!({
            "if": text,
            "strategy": {"matrix": {"own": [1, "a", {"n": "x"}], "include": expression}},
            "env": {"A": expression},
            "steps": [
                {"uses": "docker/build-push-action@v6", "if": expression, "with": {"tags": expression, "push": expression}},
                {"run": "docker build --build-arg \"A=$A\" ."},
            ],
        }),
        &[],
    );
});
