#![no_main]
//! Makefiles.

use image_factory_fuzz::dispatch;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|text: &str| {
    dispatch(
        &json!({"env": {"TAG": "one"}, "steps": [{"run": "make"}, {"run": "make all push NAME=x"}]}),
        &[("Makefile", text), ("common.mk", "NAME = web\n")],
    );
});
