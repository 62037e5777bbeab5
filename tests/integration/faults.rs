//! Every system call by which a run changes files fails once, and the run is killed at each.
//!
//! strace(1) makes them fail; without it a line says so, and nothing is tested.

use crate::harness::{Folder, command};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::{Command, Stdio};

/// The calls by which files are made, filled, renamed and removed, and by which a run is told that they are on disk. Not `close`: one
/// that strace fails is not made, and a file that stays open is another fault.
const CALLS: [&str; 15] = [
    "openat",
    "write",
    "fsync",
    "fdatasync",
    "ftruncate",
    "fchmod",
    "mkdir",
    "link",
    "linkat",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "flock",
];

/// A checkout in which `synth` writes dist and the lock, each with something new, and removes what is made no more.
fn checkout() -> Folder {
    let image = |name: &str| {
        format!(
            "- name: {name}\n  repository: acme/{name}\n  source: {{repo: acme/web, dockerfile: {name}/Dockerfile}}\n"
        )
    };
    let folder = Folder::with(&(image("web") + &image("old")));
    for (name, base) in [("web", "node:22"), ("old", "debian:12"), ("api", "python:3")] {
        folder.write(&format!("{name}/Dockerfile"), format!("FROM {base}\n"));
    }
    assert_eq!(folder.run(&["synth", "--split"]).code, 0);
    folder.write("images.yaml", image("web") + &image("api"));
    folder
}

/// Runs `synth` under strace: its exit code, what it says, and the calls.
fn traced(folder: &Folder, how: &str) -> (Option<i32>, String, String) {
    let trace = tempfile::NamedTempFile::new().unwrap();
    let run = command(folder.path(), &["synth", "--split"]);
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-e", how, "-o"]).arg(trace.path()).arg(run.get_program()).args(run.get_args());
    strace.current_dir(folder.path()).stdin(Stdio::null());
    for (name, value) in run.get_envs() {
        match value {
            Some(value) => strace.env(name, value),
            None => strace.env_remove(name),
        };
    }
    let output = strace.output().unwrap();
    let calls = std::fs::read_to_string(trace.path()).unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned(), calls)
}

fn restore(folder: &Folder, files: &[(String, String)]) {
    for (name, _) in folder.files() {
        std::fs::remove_file(folder.path().join(name)).unwrap();
    }
    for (name, text) in files {
        folder.write(name, text);
    }
}

#[test]
fn nothing_is_half_written_whatever_fails() {
    if Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_err() {
        println!("skipped: there is no strace");
        return;
    }
    let folder = checkout();
    let old = folder.files();
    let (code, said, calls) = traced(&folder, &format!("trace={}", CALLS.join(",")));
    assert_eq!(code, Some(0), "{said}");
    let new = folder.files();
    let has = |files: &[(String, String)], name: &str| files.iter().any(|(file, _)| file.contains(name));
    assert!(has(&old, "warehouse-debian-12") && !has(&new, "warehouse-debian-12") && has(&new, "warehouse-python-3"));
    // Those of git and of other threads are counted by themselves.
    let own = calls.split(' ').next().unwrap_or_default();
    let mut all: BTreeMap<&str, usize> = BTreeMap::new();
    let mut places: Vec<(&str, usize)> = Vec::new();
    for call in calls.lines().filter_map(|line| line.strip_prefix(own)).map(str::trim_start) {
        let is = |name: &&&str| call.strip_prefix(**name).is_some_and(|rest| rest.starts_with('('));
        let Some(name) = CALLS.iter().find(is) else { continue };
        let nth = all.entry(name).or_default();
        *nth += 1;
        // What is read is not changed.
        if *name != "openat" || ["O_CREAT", "O_WRONLY", "O_RDWR"].iter().any(|flag| call.contains(flag)) {
            places.push((name, *nth));
        }
    }
    let mut wrong = String::new();
    let (mut failed, mut killed) = (0, 0);
    for (call, nth) in &places {
        let here = format!("{call} {nth}");
        restore(&folder, &old);
        let (code, said, calls) = traced(&folder, &format!("inject={call}:error=EIO:when={nth}"));
        failed += usize::from(calls.contains("INJECTED"));
        let mut now = folder.files();
        now.retain(|(name, _)| !name.contains("/.image-factory-") && !name.starts_with(".image-factory-"));
        if now != old && now != new {
            writeln!(wrong, "{here} fails ({code:?}): neither as before nor as after\n{said}").unwrap();
        }
        if code == Some(0) && now != new {
            writeln!(wrong, "{here} fails, and nothing is said").unwrap();
        }
        restore(&folder, &old);
        let (code, ..) = traced(&folder, &format!("inject={call}:signal=KILL:when={nth}"));
        killed += usize::from(code.is_none() || code == Some(137));
        for file in folder.files().iter().filter(|(name, _)| !name.contains(".image-factory-")) {
            if !old.contains(file) && !new.contains(file) {
                writeln!(wrong, "killed at {here}: {} is neither as before nor as after", file.0).unwrap();
            }
        }
        let again = folder.run(&["synth", "--split"]);
        if again.code != 0 || folder.files() != new {
            writeln!(wrong, "killed at {here}: the next run does not mend it\n{}", again.shown()).unwrap();
        }
    }
    println!("{} places: {failed} failed, {killed} killed", places.len());
    assert!(failed == places.len() && killed == places.len() && failed > 30, "{failed} failed, {killed} killed");
    assert!(wrong.is_empty(), "{wrong}");
}
