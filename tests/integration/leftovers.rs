//! What is left of runs that were killed, and runs at the same time.

use crate::harness::{Folder, command};
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::process::Stdio;
use std::time::Duration;

/// Names of files in a folder that begin with a dot, sorted.
fn hidden(folder: &Folder, name: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path().join(name)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut hidden: Vec<String> = names.filter(|name| name.starts_with('.')).collect();
    hidden.sort();
    hidden
}

#[test]
fn what_a_killed_run_has_left_is_swept_and_nothing_else() {
    let folder = Folder::of("mission_with_base_images");
    assert_eq!(folder.run(&["synth"]).code, 0);
    let foreign = [".image-factory-notes.tmp", ".image-factory-link00.tmp", ".tmpa1B2c3", ".image-factory-folder"];
    folder.write("dist/.image-factory-notes.tmp", "mine");
    folder.write("dist/.image-factory-folder/.image-factory-a1B2c3.tmp", "mine");
    folder.write("dist/.tmpa1B2c3", "mine");
    folder.write("precious", "mine");
    std::os::unix::fs::symlink("../precious", folder.path().join("dist/.image-factory-link00.tmp")).unwrap();
    let mut foreign: Vec<String> = foreign.map(str::to_owned).into();
    foreign.sort();
    // A run that changes nothing there, one that does, and one that writes the lock beside images.yaml.
    for change in [false, true] {
        folder.write("dist/.image-factory-a1B2c3.tmp", "half");
        if change {
            folder.write("images.yaml", folder.read("images.yaml").replace("7d", "3d"));
        }
        assert_eq!(folder.run(&["synth"]).code, 0);
        assert_eq!(hidden(&folder, "dist"), foreign);
    }
    assert_eq!(folder.read("precious"), "mine");
    folder.write(".image-factory-a1B2c3.tmp", "half");
    folder.write("Dockerfile", "FROM alpine:3.20\n");
    folder.write("images.yaml", "- name: web\n  repository: acme/web\n  source: {repo: acme/web}\n");
    assert_eq!(folder.run(&["discover", "--offline"]).code, 0);
    assert_eq!(hidden(&folder, "."), Vec::<String>::new());
}

#[test]
fn a_run_waits_for_another_that_writes_into_the_same_folder() {
    let folder = Folder::of("mission_with_base_images");
    folder.write("dist/.image-factory-a1B2c3.tmp", "half");
    let other = File::open(folder.path().join("dist")).unwrap();
    other.lock().unwrap();
    // What would write nothing waits for nobody, and sweeps nothing.
    assert_eq!(folder.run(&["synth", "--check"]).code, 1);
    let mut run = command(folder.path(), &["synth"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = [0; 64];
    let count = run.stderr.as_mut().unwrap().read(&mut said).unwrap();
    assert_eq!(String::from_utf8_lossy(&said[..count]), "waiting for another run that writes into dist\n");
    assert!(run.try_wait().unwrap().is_none());
    assert_eq!(
        hidden(&folder, "dist"),
        [".image-factory-a1B2c3.tmp"],
        "it is the other's as long as that holds the folder"
    );
    drop(other);
    assert!(run.wait().unwrap().success());
    assert_eq!(hidden(&folder, "dist"), Vec::<String>::new());
    assert!(folder.read("dist/image-factory.k8s.yaml").contains("kind: Warehouse"));
}

#[test]
fn runs_that_were_killed_at_any_moment_leave_nothing_to_the_next() {
    let mut images = String::new();
    for number in 0..60 {
        write!(
            images,
            "- name: app{number}\n  repository: acme/app{number}\n  source: {{repo: acme/mono}}\n  baseImages: [\"node:{number}\"]\n"
        )
        .unwrap();
    }
    let folder = Folder::with(&images);
    let mut left = 0;
    for delay in (2..).map(|power| 3_u64.pow(power) / 2_u64.pow(power)) {
        let mut run = command(folder.path(), &["synth", "--split"]).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(delay));
        let ended = run.try_wait().unwrap().is_some();
        run.kill().unwrap();
        run.wait().unwrap();
        if folder.path().join("dist").exists() {
            left = left.max(hidden(&folder, "dist").len());
        }
        if ended {
            break;
        }
        // What is whole by now would not be written again.
        let _ = std::fs::remove_file(folder.path().join("dist/kustomization.yaml"));
    }
    println!("at most {left} temporary files were left by one run");
    assert_eq!(folder.run(&["synth", "--split"]).code, 0);
    assert_eq!(hidden(&folder, "dist"), Vec::<String>::new());
}

/// Each writes what it makes of its own images.yaml; at the end there is what one of them makes, and no mixture.
#[test]
fn two_runs_at_once_leave_the_files_of_one() {
    let images = |count: usize, delay: &str| -> String {
        let image = |number| {
            format!(
                "- {{name: app{number}, repository: acme/app{number}, source: {{repo: acme/mono}}, baseImages: [\"node:{number}\"], rebuildDelay: {delay}}}\n"
            )
        };
        (0..count).map(image).collect()
    };
    let [one, other] = [Folder::with(&images(40, "3d")), Folder::with(&images(3, "4d"))];
    let mut expected = Vec::new();
    for folder in [&one, &other] {
        assert_eq!(folder.run(&["synth", "--split"]).code, 0);
        expected.push(folder.bytes().into_iter().filter(|(path, _)| path.starts_with("dist/")).collect::<Vec<_>>());
    }
    let shared = Folder::empty();
    shared.write("dist/.keep", "");
    let out = shared.path().join("dist").display().to_string();
    // Both have looked at the folder before either writes.
    let held = File::open(&out).unwrap();
    held.lock().unwrap();
    let run = |folder: &Folder| {
        let mut run =
            command(folder.path(), &["synth", "--split", "--out", &out]).stderr(Stdio::piped()).spawn().unwrap();
        run.stderr.as_mut().unwrap().read_exact(&mut [0; 8]).unwrap();
        run
    };
    let runs = [run(&one), run(&other)];
    drop(held);
    for mut run in runs {
        assert!(run.wait().unwrap().success());
    }
    std::fs::remove_file(shared.path().join("dist/.keep")).unwrap();
    let left = shared.bytes();
    assert!(expected.contains(&left), "{:?}", left.iter().map(|(path, _)| path).collect::<Vec<_>>());
}

/// Runs that add to the lock, of which each has read it before the other has written: the entries of both are in it.
#[test]
fn runs_at_once_lose_no_entry_of_the_lock() {
    let image = |name: &str| {
        format!(
            "- {{name: {name}, repository: acme/{name}, source: {{repo: acme/{name}, dockerfile: {name}/Dockerfile}}}}\n"
        )
    };
    let (a, b) = (["discover", "--offline", "a"], ["discover", "--offline", "b"]);
    for (command_of_one, others_lock_is_read) in
        [(&a[..], true), (&["synth"][..], true), (&["discover", "--offline"][..], true), (&a[..], false)]
    {
        let folder = Folder::with(&["a", "b", "c"].map(image).concat());
        for name in ["a", "b", "c"] {
            folder.write(&format!("{name}/Dockerfile"), "FROM node:22\n");
        }
        let other = Folder::copy_of(folder.path());
        assert_eq!(other.run(&["discover", "--offline", "c"]).code, 0);
        folder.write("images.lock.yaml", other.read("images.lock.yaml"));
        assert_eq!(other.run(&b).code, 0);
        let held = File::open(folder.path()).unwrap();
        held.lock().unwrap();
        let mut run = command(folder.path(), command_of_one).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = [0; 1024];
        let count = run.stderr.as_mut().unwrap().read(&mut said).unwrap();
        assert!(String::from_utf8_lossy(&said[..count]).contains("waiting for another run that writes into"));
        let text = if others_lock_is_read { other.read("images.lock.yaml") } else { "somebody: else\n".to_owned() };
        folder.write("images.lock.yaml", &text);
        drop(held);
        let output = run.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        if others_lock_is_read {
            assert_eq!(output.status.code(), Some(0), "{command_of_one:?}: {said}");
            let lock = folder.read("images.lock.yaml");
            for name in ["a", "b", "c"] {
                assert!(lock.contains(&format!("\n  {name}:\n")), "{command_of_one:?}: {lock}\n{said}");
            }
        } else {
            assert_eq!(output.status.code(), Some(2), "{said}");
            assert!(said.contains("meanwhile, and what it wrote cannot be read") && said.contains("help: "), "{said}");
            assert_eq!(folder.read("images.lock.yaml"), text);
        }
    }
}
