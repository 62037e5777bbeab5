//! One test binary: the program as a user runs it.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::format_collect,
    reason = "a test reads files, prints what it skips, and ends at the first surprise"
)]

mod action;
mod action_run;
mod add;
mod analyze;
mod at;
mod bounded;
mod builds;
mod calls;
mod complete;
mod conditions;
mod diff;
mod diff_against;
mod diff_fields;
mod diff_views;
mod discover;
mod dockerfile;
mod doctor;
mod echoes;
mod exits;
mod explain;
mod faults;
mod fix;
mod fix_builds;
mod fix_workflows;
mod fixtures;
mod floods;
mod forge;
mod formats;
mod graph;
mod harness;
mod hostile;
mod hostile_workflows;
mod images_schema;
mod impact;
mod init;
mod init_repositories;
mod kubectl;
mod leftovers;
mod limits;

mod lint;
mod lint_command;
mod literals;
mod look;
mod masking;
mod meant;
mod mistakes;
mod output;
mod pages;
mod pairs;
mod programs;
mod projects;
mod readme;
mod releases;
mod revisions;
mod rooms;
mod runner;
mod scalars;
mod schemas;
mod server;
mod several_bases;
mod shells;
mod slips;
mod stale;
mod status;
mod synth;
mod templates;
mod trees;
mod trigger;
mod trust;
mod unfit;
mod update;
mod ways;
mod workflow;
mod workflow_run;

/// A file that nobody names in this list would be a test that never runs.
#[test]
fn every_file_of_this_folder_is_a_module() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration");
    let main = include_str!("main.rs");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(module) = name.strip_suffix(".rs").filter(|module| *module != "main") {
            assert!(main.contains(&format!("\nmod {module};\n")), "tests/integration/{name} is not in main.rs");
        }
    }
}
