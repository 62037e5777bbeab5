//! Runs the binary as a user does, in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The folder of the fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// A temporary folder, removed at the end of the test.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn empty() -> Self {
        Self(tempfile::Builder::new().prefix("image-factory-test-").tempdir().unwrap())
    }

    /// A copy of a fixture.
    pub(crate) fn of(fixture: &str) -> Self {
        let folder = Self::empty();
        copy(&fixtures().join(fixture), folder.path());
        folder
    }

    /// A copy of another folder.
    pub(crate) fn copy_of(folder: &Path) -> Self {
        let copied = Self::empty();
        copy(folder, copied.path());
        copied
    }

    /// A folder with files, as [`Folder::hold`] reads them.
    pub(crate) fn holding(files: &str) -> Self {
        let folder = Self::empty();
        folder.hold(files);
        folder
    }

    /// Writes files: `-- PATH --` is the line before each, and `-- no PATH --` takes one away. A text without such a line is
    /// images.yaml. The line break that it begins with is none of it.
    pub(crate) fn hold(&self, files: &str) {
        let mut path = Some("images.yaml");
        let mut texts: Vec<(&str, String)> = Vec::new();
        for line in files.strip_prefix('\n').unwrap_or(files).split_inclusive('\n') {
            let marked = line.trim_end().strip_prefix("-- ").and_then(|line| line.strip_suffix(" --"));
            match marked.map(|name| (name, name.strip_prefix("no "))) {
                Some((_, Some(gone))) => {
                    fs::remove_file(self.path().join(gone)).unwrap();
                    path = None;
                }
                Some((name, None)) => {
                    texts.push((name, String::new()));
                    path = None;
                }
                None => {
                    texts.extend(path.take().map(|path| (path, String::new())));
                    texts.last_mut().expect("a file begins with `-- PATH --`").1.push_str(line);
                }
            }
        }
        for (path, text) in texts {
            self.write(path, text);
        }
    }

    /// A folder with one images.yaml.
    pub(crate) fn with(images: &str) -> Self {
        let folder = Self::empty();
        folder.write("images.yaml", images);
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Every file with its text, by path.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        self.bytes().into_iter().map(|(path, bytes)| (path, text(bytes))).collect()
    }

    /// Every file with its bytes, by path.
    pub(crate) fn bytes(&self) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        list(self.path(), self.path(), &mut found);
        found.sort();
        found
    }

    /// Runs a command in it.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with(&[], arguments)
    }

    /// Runs a command in it, with more in its environment.
    pub(crate) fn run_with(&self, environment: &[(&str, &str)], arguments: &[&str]) -> Outcome {
        Outcome::of(command(self.path(), arguments).envs(environment.iter().copied()).output().unwrap())
    }
}

/// The binary with a clean environment, no terminal and nothing on stdin.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_image-factory"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    for name in [
        "NO_COLOR",
        "FORCE_COLOR",
        "CLICOLOR_FORCE",
        "CLICOLOR",
        "COLUMNS",
        "TERM",
        "ALL_PROXY",
        "all_proxy",
        "https_proxy",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ] {
        command.env_remove(name);
    }
    for (name, _) in std::env::vars_os() {
        // Tokens and hosts of forges, also those that the runner of a CI sets.
        if ["GH_", "GITHUB_", "GITLAB_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    // Nothing but loopback can be reached: what else is asked for goes to a proxy that is not there.
    command.env("HTTPS_PROXY", "http://127.0.0.1:9").env("NO_PROXY", "127.0.0.1").env_remove("no_proxy");
    command
}

/// How a run ended and what it said, its times blanked.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().expect("not ended by a signal"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: without_times(&String::from_utf8(output.stderr).unwrap()),
        }
    }

    /// All that a user sees, for a snapshot.
    pub(crate) fn shown(&self) -> String {
        format!("exit {}\n--- stdout\n{}--- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}

/// `3.1 ms` is another number at each run, and `1.2 s` on a machine that has more to do.
pub(crate) fn without_times(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        let mut words: Vec<&str> = line.split(' ').collect();
        for index in 1..words.len() {
            let unit = words[index].trim_end_matches(',');
            if matches!(unit, "ms" | "s") && words[index - 1].parse::<f64>().is_ok() {
                words[index - 1] = "[time]";
                words[index] = if unit == words[index] { "ms" } else { "ms," };
            }
        }
        lines.push(words.join(" "));
    }
    lines.join("\n")
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn list(root: &Path, folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(root, &path, found);
        } else {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            found.push((name, fs::read(&path).unwrap()));
        }
    }
}
