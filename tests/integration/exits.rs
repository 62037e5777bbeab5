//! One table of exit codes: every command, over every kind of failure.
//!
//! 0 is fine, 1 is the answer "no", 2 is wrong input or a wrong call, 3 is the machine. The expectations are written by hand from
//! that one sentence.

pub(crate) mod tables;

use crate::harness::{Folder, command};
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command as Process, Stdio};
use std::time::{Duration, Instant};
use tables::{DENIED, DOCKERFILES, KINDS, Kind, NO_IMAGES, PRINTED, TABLE, WRONG, behind, checkout, deny};

/// The code, stdout and stderr of one who is bound by permissions.
pub(crate) fn outcome(folder: &Folder, call: &str) -> (i32, String, String) {
    let mut stdout = tempfile::tempfile().unwrap();
    let (code, said) = code(folder, call, stdout.try_clone().unwrap().into());
    let mut text = String::new();
    stdout.seek(SeekFrom::Start(0)).unwrap();
    stdout.read_to_string(&mut text).unwrap();
    (code, text, said)
}

/// Runs as one who is bound by permissions, and ends what hangs.
fn code(folder: &Folder, call: &str, stdout: Stdio) -> (i32, String) {
    let arguments: Vec<&str> = call.split_whitespace().collect();
    let mut command = command(folder.path(), &arguments);
    as_nobody(folder, &mut command);
    let mut child = command.stdout(stdout).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    let code = wait(&mut child).unwrap_or_else(|| panic!("{call} hangs"));
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (code, said)
}

fn as_nobody(folder: &Folder, command: &mut Process) {
    const NOBODY: u32 = 65_534;
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        give(folder.path(), NOBODY);
        command.uid(NOBODY).gid(NOBODY);
    }
}

fn give(path: &std::path::Path, to: u32) {
    std::os::unix::fs::lchown(path, Some(to), Some(to)).unwrap();
    if path.is_dir() && !path.is_symlink() {
        for entry in fs::read_dir(path).unwrap() {
            give(&entry.unwrap().path(), to);
        }
    }
}

fn wait(child: &mut Child) -> Option<i32> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(30) {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status.code().expect("not ended by a signal"));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    None
}

/// Runs all that differ from what is expected, each in a checkout of its own, and says which.
pub(crate) fn differing<T: Sync>(cases: &[T], run: impl Fn(&T) -> Option<String> + Sync) -> String {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        let mut wrong = String::new();
        while let Some(case) = cases.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            wrong.extend(run(case));
        }
        wrong
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// What is wrong with a call in a changed copy of a checkout, if anything is.
fn check(
    well: &Folder,
    call: &str,
    change: impl Fn(&Folder),
    stdout: Stdio,
    expected: i32,
    kind: &str,
) -> Option<String> {
    let folder = Folder::copy_of(well.path());
    change(&folder);
    let (code, said) = code(&folder, call, stdout);
    let told = code < 2 || said.contains("error") || said.contains("failed");
    (code != expected || !told).then(|| format!("{call}, {kind}: {code}, expected {expected}\n{said}\n"))
}

#[test]
fn every_command_ends_by_the_one_table() {
    let well = checkout();
    let cases: Vec<(&str, &Kind, i32)> = TABLE
        .iter()
        .flat_map(|(call, codes)| KINDS.iter().zip(codes).map(move |(kind, code)| (*call, kind, *code)))
        .collect();
    let wrong = differing(&cases, |(call, (kind, change, more), code)| {
        check(&well, &format!("{call} {more}"), change, Stdio::null(), *code, kind)
    });
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_cannot_be_read_is_the_machines_fault() {
    let well = checkout();
    let wrong = differing(DENIED, |(path, call, code)| {
        check(&well, call, |folder| deny(folder, path, 0), Stdio::null(), *code, path)
    });
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_dockerfile_that_was_not_read_is_3_for_discover_and_2_for_who_asks_for_it_alone() {
    let well = checkout();
    let wrong = differing(DOCKERFILES, |(kind, change)| {
        let discover = check(&well, "discover --offline", change, Stdio::null(), 3, kind);
        let is_here = !kind.contains("elsewhere");
        let analyze =
            || check(&well, "analyze apps/Dockerfile", change, Stdio::null(), if is_here { 2 } else { 0 }, kind);
        discover.or_else(analyze)
    });
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_wrong_call_is_2() {
    let well = checkout();
    let mut calls: Vec<String> = WRONG.iter().map(|call| (*call).to_owned()).collect();
    calls.extend(
        commands()
            .iter()
            .flat_map(|name| ["--nope", "--max-problems x", "a b c d --color x"].map(|more| format!("{name} {more}"))),
    );
    calls.extend(["nope", "--images"].map(str::to_owned));
    let wrong = differing(&calls, |call| check(&well, call, |_| {}, Stdio::null(), 2, "a wrong call"));
    assert!(wrong.is_empty(), "{wrong}");
}

/// A reader that has gone (`| head -1`) changes nothing; a disk without room is the machine's fault, for all but what prints
/// nothing.
#[test]
fn who_reads_no_further_is_no_failure_and_a_full_disk_is_one() {
    let well = checkout();
    let silent: [(&str, i32); 3] = [("synth", 0), ("discover --offline", 0), ("add api --base node:22", 0)];
    let wrong = differing(PRINTED, |(call, code)| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap().into();
        let gone = check(&well, call, behind, writer.into(), *code, "a reader that has gone");
        gone.or_else(|| check(&well, call, behind, full(), 3, "a full disk"))
    });
    let full = || Stdio::from(fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    let wrong = wrong + &differing(&silent, |(call, code)| check(&well, call, behind, full(), *code, "a full disk"));
    assert!(wrong.is_empty(), "{wrong}");
}

fn commands() -> Vec<String> {
    let mut root = image_factory::cli::command();
    root.build();
    root.get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

#[test]
fn every_command_is_in_each_table() {
    let all: BTreeSet<String> = commands().into_iter().collect();
    let of =
        |calls: &[&str]| calls.iter().map(|call| call.split(' ').next().unwrap().to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(of(&TABLE.iter().map(|(call, _)| *call).collect::<Vec<_>>()), all);
    assert_eq!(of(WRONG), all);
    let printed: Vec<&str> = PRINTED.iter().map(|(call, _)| *call).chain(["add"]).collect();
    assert_eq!(of(&printed), all);
}

/// What help says of 1: those commands that never end so do not name it.
#[test]
fn the_help_of_a_command_and_the_readme_name_its_codes() {
    let readme = fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let rows: Vec<String> =
        readme.lines().filter(|line| line.starts_with('|')).map(|line| line.replace('`', "")).collect();
    let is_told = |start: &str, text: &str| rows.iter().any(|row| row.starts_with(start) && row.contains(text));
    let folder = Folder::empty();
    for name in commands().into_iter().filter(|name| name != "help") {
        let help = folder.run_with(&[("COLUMNS", "400")], &[&name, "--help"]).stdout;
        let (_, codes) = help.split_once("\nExit codes:\n").unwrap();
        let codes: Vec<(&str, &str)> = codes.lines().map(|line| line.trim().split_once("  ").unwrap()).collect();
        let says_no = TABLE.iter().any(|(call, codes)| call.split(' ').next() == Some(&name) && codes.contains(&1));
        // Of `stale` a registry decides, of `status` a cluster; of `why` a base that is named.
        let expected: &[&str] = if says_no || ["init", "stale", "status", "why"].contains(&name.as_str()) {
            &["0", "1", "2", "3"]
        } else {
            &["0", "2", "3"]
        };
        assert_eq!(codes.iter().map(|(code, _)| *code).collect::<Vec<_>>(), expected, "{name}");
        for (code, meaning) in codes {
            let of_all = format!("| {code} | {meaning} |");
            let told = is_told(&of_all, "") || is_told(&format!("| {name} | "), &format!("| {meaning} |"));
            assert!(told, "the README does not say of {name}: {code} {meaning}");
        }
        let takes_images = help.contains("--images");
        assert_eq!(
            takes_images,
            TABLE.iter().any(|(call, codes)| call.split(' ').next() == Some(&name)
                && *codes != NO_IMAGES
                && !call.starts_with("analyze")),
            "{name}"
        );
    }
}
