#![no_main]
//! Bake files in HCL or JSON, with variables from the environment.

use image_factory_fuzz::dispatch;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|text: &str| {
    let name = if text.trim_start().starts_with('{') { "docker-bake.json" } else { "docker-bake.hcl" };
    dispatch(
        &json!({
            "env": {"TAG": "one", "LIST": "a,b"},
            "steps": [{"uses": "docker/bake-action@v6", "with": {"source": ".", "targets": "*\ndefault", "set": "*.args.A=${{ secrets.A }}"}}],
        }),
        &[(name, text)],
    );
});
