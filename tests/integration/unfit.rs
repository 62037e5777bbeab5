//! What stands in place of a file of the checkout: links out of it, links to nothing, folders, pipes and devices. None is opened,
//! none is shown, and nothing is written or removed through one.

use crate::harness::{Folder, Outcome, command};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

const SECRET: &str = "hidden-in-a-file-of-the-runner";

/// Every kind of input; all is well with them.
const FILES: [(&str, &str); 10] = [
    (".git/config", "[remote \"origin\"]\n\turl = git@github.com:acme/web.git\n"),
    (
        "images.yaml",
        "include: [teams/more.yaml]\nimages:\n\
        - {name: web, repository: acme/web, source: {repo: acme/web, dockerfile: apps/Dockerfile, workflow: build.yml}}\n\
        - {name: old, repository: acme/old, source: {repo: acme/web, dockerfile: apps/Dockerfile, workflow: build.yml}}\n",
    ),
    ("teams/more.yaml", "- {name: api, repository: acme/api, tag: latest}\n"),
    ("apps/Dockerfile", "FROM node:22\n"),
    (
        ".github/workflows/build.yml",
        "on:\n  workflow_dispatch:\n    inputs:\n      version_bump: {type: string}\n      triggered_by: {type: string}\n      base_image: {type: string}\n\
        concurrency: {group: web}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n\
        \x20   - uses: docker/bake-action@v6\n      with: {files: \"bake/docker-bake.hcl,bake/more.json,bake/compose.yaml\", push: true}\n",
    ),
    ("bake/docker-bake.hcl", "target \"default\" {\n  dockerfile = \"apps/Dockerfile\"\n}\n"),
    ("bake/more.json", "{}"),
    ("bake/compose.yaml", "services:\n  web:\n    build: {dockerfile: apps/Dockerfile}\n"),
    ("state/images/old.yaml", "name: old\nbaseImages: [node]\n"),
    ("state/base-images/node.yaml", "name: node\nfullImage: node:22\n"),
];

/// What is in place of a file, made at its path; the folder is one outside of the checkout, with the same paths in it.
type Place = fn(path: &Path, outside: &Path);

const PLACES: [(&str, &str, Place); 9] = [
    ("a link out of the checkout", OUT, |path, outside| symlink(outside, path).unwrap()),
    ("a link out of the checkout to nothing", OUT, |path, outside| {
        symlink(outside.with_file_name("not there"), path).unwrap();
    }),
    ("a link to the environment", OUT, |path, _| symlink("/proc/self/environ", path).unwrap()),
    ("a link to a device", OUT, |path, _| symlink("/dev/zero", path).unwrap()),
    ("a folder that is a link out of the checkout", OUT, |path, outside| {
        let (folder, outside) = (path.parent().unwrap(), outside.parent().unwrap());
        fs::remove_dir_all(folder).unwrap();
        symlink(outside, folder).unwrap();
    }),
    ("a link to nothing", "is a link to nothing", |path, _| symlink("nothing", path).unwrap()),
    ("a link to itself", "is a link to nothing", |path, _| symlink(path.file_name().unwrap(), path).unwrap()),
    ("a folder", "is a folder and no file", |path, _| fs::create_dir(path).unwrap()),
    ("a pipe", "is a pipe, a socket or a device and no file", |path, _| {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }),
];
const OUT: &str = "leads out of the checkout through a link";

/// The inputs: path, and the commands that read it with how they end.
type Commands = &'static [(&'static [&'static str], i32)];
const ALL: Commands = &[
    (&["synth"], 2),
    (&["synth", "--check"], 2),
    (&["synth", "--stdout"], 2),
    (&["lint"], 1),
    (&["lint", "--fix"], 1),
    (&["diff"], 2),
];
const READ: &[(&str, Commands)] = &[
    ("images.yaml", ALL),
    (
        "images.yaml",
        &[(&["discover", "--offline"], 2), (&["discover", "--offline", "--check"], 2), (&["add", "new"], 2)],
    ),
    ("teams/more.yaml", ALL),
    ("teams/more.yaml", &[(&["discover", "--offline"], 2), (&["add", "new"], 2)]),
    ("images.lock.yaml", ALL),
    ("images.lock.yaml", &[(&["discover", "--offline"], 2), (&["discover", "--offline", "--check"], 2)]),
    // The same end as that of a Dockerfile with errors: the other images were read.
    ("apps/Dockerfile", &[(&["discover", "--offline"], 3), (&["discover", "--offline", "--check"], 3)]),
    ("apps/Dockerfile", &[(&["synth"], 2), (&["synth", "--stdout"], 2), (&["lint"], 1)]),
    ("apps/Dockerfile", &[(&["lint", "--checkout", "acme/web=."], 1), (&["analyze", "apps/Dockerfile"], 2)]),
    (".github/workflows/build.yml", ALL),
    ("bake/docker-bake.hcl", &[(&["lint"], 1)]),
    ("bake/more.json", &[(&["lint"], 1)]),
    // What the Python original left is no error, whatever is wrong with it.
    ("state/images/old.yaml", &[(&["synth", "--stdout"], 0), (&["lint"], 1)]),
    ("state/base-images/node.yaml", &[(&["synth", "--stdout"], 0), (&["lint"], 1)]),
];

fn checkout() -> Folder {
    let folder = Folder::empty();
    for (path, text) in FILES {
        folder.write(path, text);
    }
    folder
}

/// Runs a command that must end by itself.
fn run(folder: &Folder, arguments: &[&str]) -> Outcome {
    let mut command = command(folder.path(), arguments);
    let child = command.env("SECRET", SECRET).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let id = child.id().to_string();
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || send.send(child.wait_with_output()));
    let Ok(output) = receive.recv_timeout(Duration::from_secs(30)) else {
        Command::new("kill").arg(id).status().unwrap();
        panic!("{arguments:?} hangs")
    };
    Outcome::of(output.unwrap())
}

/// A folder outside with a file at a path, whatever the kinds of files make of it.
fn outside(path: &str) -> Folder {
    let outside = Folder::empty();
    outside.write(path, format!("{SECRET}: [\nimages: {SECRET}\nname: {SECRET}\n"));
    outside
}

#[test]
fn nothing_but_files_of_the_checkout_is_read() {
    for (path, commands) in READ {
        for (kind, words, place) in PLACES {
            if kind.starts_with("a folder that") && !path.contains('/') {
                continue;
            }
            let outside = outside(path);
            let folder = checkout();
            let at = folder.path().join(path);
            let _ = fs::remove_file(&at);
            place(&at, &outside.path().join(path));
            for (arguments, code) in *commands {
                let outcome = run(&folder, arguments);
                let what = format!("{arguments:?}, {kind} for {path}: {}", outcome.shown());
                assert_eq!(outcome.code, *code, "{what}");
                let said = outcome.stdout + &outcome.stderr;
                assert!(said.split_whitespace().collect::<Vec<_>>().join(" ").contains(words), "{what}");
                assert!(
                    said.contains(if path.starts_with("state/") { "IF009" } else { "IF010" })
                        || arguments[0] == "analyze",
                    "{what}"
                );
                assert!(!said.contains(SECRET), "{what}");
                assert!(!folder.path().join("dist").exists(), "{what}");
            }
            assert_eq!(outside.files().len(), 1);
        }
    }
}

/// Whoever writes the link only must not learn what the machine has: whatever stands outside, the same is said.
#[test]
fn a_link_out_is_one_whatever_it_leads_to() {
    let outside = Folder::empty();
    outside.write("file", SECRET);
    outside.write("folder/file", SECRET);
    symlink("nowhere", outside.path().join("loose")).unwrap();
    symlink("around", outside.path().join("around")).unwrap();
    let secret = outside.path().join("closed");
    fs::create_dir(&secret).unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    let targets = ["file", "folder", "loose", "around", "not-there", "file/below", "folder/no", "closed/file", "."];
    for path in ["images.lock.yaml", "apps/Dockerfile", "teams/more.yaml", ".github/workflows/build.yml", "dist"] {
        let mut said = std::collections::BTreeMap::new();
        for target in targets {
            for relative in [false, true] {
                let folder = checkout();
                let at = folder.path().join(path);
                let _ = fs::remove_file(&at);
                let mut to = outside.path().join(target);
                if relative {
                    let up = folder.path().join(path).components().count() - 2;
                    to = Path::new(&"../".repeat(up)).join(to.strip_prefix("/").unwrap());
                }
                symlink(to, &at).unwrap();
                let outcomes = [&["synth"][..], &["lint"], &["diff"]].map(|arguments| {
                    // Times differ, and so does the name of the folder.
                    let shown = run(&folder, arguments).shown();
                    shown.replace(&folder.path().display().to_string(), "")
                });
                said.entry(outcomes).or_insert_with(Vec::new).push(target);
            }
        }
        assert_eq!(said.len(), 1, "{path}: {said:#?}");
        assert!(said.keys().all(|shown| shown[0].contains(OUT)), "{path}: {said:#?}");
    }
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o700)).unwrap();
}

/// By another name of the checkout, through links outside of it, and by way of the folders above.
#[test]
fn a_link_out_that_leads_back_in_is_followed() {
    let (folder, aside) = (checkout(), Folder::empty());
    let name = folder.path().file_name().unwrap();
    symlink(folder.path(), aside.path().join("alias")).unwrap();
    fs::rename(folder.path().join("apps/Dockerfile"), folder.path().join("real")).unwrap();
    for to in [
        folder.path().join("real"),
        aside.path().join("alias/real"),
        Path::new("../..").join(name).join("real"),
        Path::new("../apps/../real").to_owned(),
    ] {
        let at = folder.path().join("apps/Dockerfile");
        let _ = fs::remove_file(&at);
        symlink(&to, &at).unwrap();
        let outcome = run(&folder, &["analyze", "apps/Dockerfile", "--expect", "node:22"]);
        assert_eq!(outcome.code, 0, "{}: {}", to.display(), outcome.shown());
    }
}

/// Bake reads them, so this tool does.
#[test]
fn a_compose_file_is_read_as_any_other() {
    let (folder, outside) = (checkout(), outside("compose.yaml"));
    let lint = run(&folder, &["lint"]);
    assert!(!lint.stdout.contains("compose"), "{}", lint.stdout);
    let at = folder.path().join("bake/compose.yaml");
    fs::remove_file(&at).unwrap();
    symlink(outside.path().join("compose.yaml"), at).unwrap();
    let lint = run(&folder, &["lint"]);
    assert_eq!(lint.code, 1);
    assert!(lint.stdout.contains("bake/compose.yaml leads out of the checkout through a link"), "{}", lint.stdout);
}

#[test]
fn links_within_the_checkout_are_followed() {
    let folder = checkout();
    for (path, _) in FILES.into_iter().skip(1) {
        let name = path.replace('/', "-");
        folder.write(&format!("real/{name}"), folder.read(path));
        fs::remove_file(folder.path().join(path)).unwrap();
        symlink(folder.path().join("real").join(name), folder.path().join(path)).unwrap();
    }
    fs::create_dir_all(folder.path().join("real/dist")).unwrap();
    symlink("real/dist", folder.path().join("dist")).unwrap();
    let outcome = run(&folder, &["synth"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(folder.read("real/dist/image-factory.k8s.yaml").contains("name: web"));
    assert_eq!(run(&folder, &["add", "new", "--base", "node:22"]).code, 0);
    assert!(folder.read("real/images.yaml").contains("name: new"), "the link is one still");
}

/// What lies outside of the checkout, with files that could be taken for ours: empty, and with our first line.
fn precious() -> Folder {
    let outside = Folder::empty();
    let generated = "# Generated by image-factory synth. Do not edit.\n";
    for name in ["image-factory.k8s.yaml", "other.yaml"] {
        outside.write(name, format!("{generated}{SECRET}: 1\n"));
    }
    outside.write("empty", "");
    outside
}

#[test]
fn nothing_outside_is_written_or_removed_through_a_link() {
    type Link = (&'static str, &'static str, &'static [&'static [&'static str]]);
    let synth: &[&[&str]] =
        &[&["synth"], &["synth", "--force"], &["synth", "--split"], &["synth", "--check"], &["synth", "--out", "dist"]];
    let links: [Link; 7] = [
        ("dist", ".", synth),
        (
            "dist/image-factory.k8s.yaml",
            "image-factory.k8s.yaml",
            &[&["synth"], &["synth", "--force"], &["synth", "--check"]],
        ),
        ("dist/image-factory.k8s.yaml", "empty", &[&["synth"], &["synth", "--force"], &["synth", "--check"]]),
        ("dist/image-factory.k8s.yaml", "new", &[&["synth"], &["synth", "--force"]]),
        ("images.lock.yaml", "empty", &[&["synth"], &["discover", "--offline"]]),
        ("images.lock.yaml", "new", &[&["synth"], &["discover", "--offline"]]),
        ("out/lint.json", "new", &[&["lint", "--format", "json=out/lint.json"]]),
    ];
    for (link, target, commands) in links {
        let (folder, outside) = (checkout(), precious());
        let before = outside.files();
        let at = folder.path().join(link);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        symlink(outside.path().join(target), &at).unwrap();
        for arguments in commands {
            let outcome = run(&folder, arguments);
            let what = format!("{arguments:?} with {link}: {}", outcome.shown());
            assert_eq!(outcome.code, 2, "{what}");
            assert!(outcome.stderr.contains(OUT), "{what}");
            assert!(outcome.stderr.contains("help: "), "{what}");
            assert!(!outcome.shown().contains(SECRET), "{what}");
            assert_eq!(outside.files(), before, "{what}");
            assert!(fs::symlink_metadata(&at).unwrap().is_symlink(), "{what}");
        }
    }
    // Files of ours that a link leads to stay when they are no longer made.
    let (folder, outside) = (checkout(), precious());
    folder.write("dist/.keep", "");
    symlink(outside.path().join("other.yaml"), folder.path().join("dist/other.yaml")).unwrap();
    assert_eq!(run(&folder, &["synth"]).code, 0);
    assert!(folder.path().join("dist/other.yaml").is_symlink());
    // The user may say that it goes elsewhere.
    let elsewhere = outside.path().join("elsewhere").display().to_string();
    assert_eq!(run(&folder, &["synth", "--out", &elsewhere]).code, 0);
    assert!(outside.read("elsewhere/image-factory.k8s.yaml").contains("name: web"));
}

#[test]
fn init_writes_into_no_folder_behind_a_link() {
    for link in ["image-factory", ".github"] {
        let (folder, outside) = (Folder::empty(), Folder::empty());
        folder.write("Dockerfile", "FROM node:22\n");
        folder.write(".git/config", FILES[0].1);
        symlink(outside.path(), folder.path().join(link)).unwrap();
        let outcome = run(&folder, &["init", "--yes"]);
        assert_eq!(outcome.code, 2, "{}", outcome.stderr);
        let said = outcome.stderr.lines().find(|line| line.starts_with(&format!("error: {link}/")));
        assert!(said.is_some_and(|line| line.ends_with(OUT)), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("\n  help: "), "{}", outcome.stderr);
        assert_eq!(outside.files(), []);
        assert_eq!(folder.files().len(), 2, "all of it or nothing");
    }
}

#[test]
fn an_unfit_output_is_said_with_all_other_problems() {
    let outside = Folder::empty();
    let cases: [(&str, &str, Place); 3] = [
        ("dist", "is a file and no folder", |path, _| fs::write(path, "mine").unwrap()),
        ("dist", "is a link to nothing", |path, _| symlink("nothing", path).unwrap()),
        ("dist/image-factory.k8s.yaml", "is a folder and no file", |path, _| fs::create_dir_all(path).unwrap()),
    ];
    for (path, words, place) in cases {
        let folder = checkout();
        folder.write("teams/more.yaml", "- {name: api, repositroy: acme/api, tag: latest}\n");
        place(&folder.path().join(path), outside.path());
        let outcome = run(&folder, &["synth"]);
        assert_eq!(outcome.code, 2);
        for text in [&*format!("error[IF010]: {path} {words}\n"), "help: ", "unknown key `repositroy`"] {
            assert!(outcome.stderr.contains(text), "{text}: {}", outcome.stderr);
        }
    }
}

/// Modes and other names of files that are written over.
#[test]
fn files_keep_their_mode_and_their_hard_links() {
    for command in ["add", "lint", "synth", "discover"] {
        let folder = checkout();
        let file = match command {
            "add" => "images.yaml",
            "lint" => "teams/more.yaml",
            "synth" => "dist/image-factory.k8s.yaml",
            _ => "images.lock.yaml",
        };
        assert_eq!(run(&folder, &["synth"]).code, 0);
        folder.write("apps/Dockerfile", "FROM node:24\n");
        folder.write(
            "teams/more.yaml",
            "- {name: api, repository: acme/api, tag: latest}\n- {name: app, repository: acme/app, tag: 1.29}\n",
        );
        if command != "lint" {
            folder.write("teams/more.yaml", "- {name: other, repository: acme/other, tag: latest}\n");
        }
        let (at, link) = (folder.path().join(file), folder.path().join("link"));
        for (mode, linked) in [(0o600, false), (0o664, false), (0o640, true)] {
            let before = folder.read(file);
            fs::set_permissions(&at, fs::Permissions::from_mode(mode)).unwrap();
            if linked {
                fs::hard_link(&at, &link).unwrap();
            }
            let name = format!("new{mode}");
            let arguments: &[&str] = match command {
                "add" => &["add", &name, "--base", "node:22"],
                "lint" => &["lint", "--fix"],
                "discover" => &["discover", "--offline"],
                _ => &["synth"],
            };
            let outcome = run(&folder, arguments);
            assert!(outcome.code < 2, "{}", outcome.shown());
            assert_ne!(folder.read(file), before, "{}", outcome.shown());
            let data = fs::metadata(&at).unwrap();
            assert_eq!(data.mode() & 0o777, mode, "{command}");
            assert_eq!(data.nlink(), if linked { 2 } else { 1 }, "{command}");
            if linked {
                assert_eq!(folder.read("link"), folder.read(file), "{command}: one file with two names");
            }
            folder.write(
                file,
                if command == "synth" || command == "discover" { before.replace("22", "20") } else { before },
            );
        }
    }
}

/// What the user names may be a pipe, and is in the checkout if its name is.
#[test]
fn a_pipe_that_the_user_names_is_read() {
    let folder = checkout();
    assert_eq!(run(&folder, &["synth"]).code, 0);
    let binary = env!("CARGO_BIN_EXE_image-factory");
    for (line, code) in [
        (format!("{binary} analyze <(cat apps/Dockerfile) --expect node:22"), 0),
        (format!("{binary} diff --against <(cat dist/image-factory.k8s.yaml)"), 0),
        (format!("{binary} lint --format json=/dev/stdout | grep -q diagnostics"), 0),
        (format!("{binary} lint --format json=/dev/null"), 0),
        (format!("{binary} analyze apps"), 2),
        (format!("{binary} diff --against apps"), 2),
        (format!("{binary} synth --images apps"), 2),
        (format!("{binary} synth --images /dev/zero"), 2),
    ] {
        let mut shell = Command::new("bash");
        shell.args(["-c", &line]).current_dir(folder.path()).env_remove("GITHUB_TOKEN");
        let outcome = Outcome::of(shell.output().unwrap());
        assert_eq!(outcome.code, code, "{line}: {}", outcome.shown());
    }
}

/// What the system says of files is said with what to do about it.
#[test]
fn failures_of_the_machine_say_what_to_do() {
    let binary = env!("CARGO_BIN_EXE_image-factory");
    for (line, code, help) in [
        (format!("{binary} synth --stdout > /dev/full"), 3, "make room on the disk"),
        (format!("{binary} lint --format json=/dev/full"), 3, "make room on the disk"),
        (format!("{binary} synth --out images.yaml/dist"), 2, "move it away, or name another folder"),
        (format!("{binary} synth --out /proc/dist"), 3, "look at how the path is written"),
        (format!("{binary} synth --out {}", "a".repeat(300)), 3, "a name may have 255 bytes"),
    ] {
        let folder = checkout();
        let mut shell = Command::new("bash");
        let outcome = Outcome::of(shell.args(["-c", &line]).current_dir(folder.path()).output().unwrap());
        assert_eq!(outcome.code, code, "{line}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("error: ") && outcome.stderr.contains(help), "{line}: {}", outcome.stderr);
    }
}
