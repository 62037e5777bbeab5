#![no_main]
//! Scripts of a step, and what a later step makes of their output.

use image_factory_fuzz::dispatch;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|text: &str| {
    dispatch(
        &json!({
            "env": {"REGISTRY": "ghcr.io", "TOKEN": "${{ secrets.TOKEN }}"},
            "steps": [
                {"id": "x", "run": text},
                {"run": "docker build -t \"${{ steps.x.outputs.tag }}\" $A ."},
            ],
        }),
        &[
            ("lib.sh", "NAME=web\nship() { docker build --push -t \"$1\" .; }\n"),
            ("Makefile", "all:\n\tdocker build .\n"),
        ],
    );
});
