//! Files of a revision, out of git's objects: no second checkout is made.
//!
//! It runs git. A library (gix with revisions alone) would add 66 crates to the 103 that are here, to find out less: which
//! objects are where depends on work trees, alternates, partial clones and a configuration that git itself knows best, and
//! where there is a revision to name there is a git that made it.

use super::checkout::Unfit;
use super::git::program::{command, run};
use super::read::{FileText, MAX_FILE, text_of_bytes};
use super::workspace::normal;
use anyhow::{Context, bail};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

/// How many links are followed from one to the next.
const MAX_LINKS: usize = 8;

/// The files of one revision of a work tree.
pub struct Revision {
    root: PathBuf,
    name: String,
    /// By path from the root: the object, and whether it is a link.
    files: BTreeMap<PathBuf, (String, bool)>,
    objects: RefCell<Objects>,
}

/// Why a revision cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoRevision {
    /// There is no git on this machine.
    NoGit,
    /// There is no such revision here; in a shallow clone it may be in the rest.
    NotFound {
        /// Whether the clone is shallow.
        shallow: bool,
    },
    /// Anything else, as git says it.
    Other(String),
}

impl Revision {
    /// Finds a revision of the work tree at `root`, by any name that git knows: a branch, a tag, a commit, `HEAD~1`.
    pub fn open(root: &Path, name: &str) -> anyhow::Result<Result<Self, NoRevision>> {
        let commit = format!("{name}^{{commit}}");
        let found = match run(root, &["rev-parse", "--verify", "--end-of-options", &commit]) {
            Ok(output) => output,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Err(NoRevision::NoGit)),
            Err(error) => return Err(error).context("cannot run git"),
        };
        if !found.status.success() {
            let said = String::from_utf8_lossy(&found.stderr);
            // What git says of a name that it does not know; of a wrong work tree or an owner it says more.
            if !said.contains("Needed a single revision") && !said.contains("unknown revision") {
                return Ok(Err(NoRevision::Other(said.trim().to_owned())));
            }
            let shallow = run(root, &["rev-parse", "--is-shallow-repository"]).context("cannot run git")?;
            return Ok(Err(NoRevision::NotFound { shallow: shallow.stdout.starts_with(b"true") }));
        }
        let commit = String::from_utf8_lossy(&found.stdout).trim().to_owned();
        // What is excluded, as `^HEAD`, is a name with a caret.
        if !commit.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(Err(NoRevision::NotFound { shallow: false }));
        }
        let listed = run(root, &["ls-tree", "-r", "-z", "--full-tree", &commit]).context("cannot run git")?;
        if !listed.status.success() {
            return Ok(Err(NoRevision::Other(String::from_utf8_lossy(&listed.stderr).trim().to_owned())));
        }
        let files = listed.stdout.split(|byte| *byte == 0).filter_map(entry).collect();
        let objects = RefCell::new(Objects::start(root)?);
        Ok(Ok(Self { root: root.to_owned(), name: name.to_owned(), files, objects }))
    }

    /// The name that it was asked for by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it has a file at this path of the work tree.
    pub fn has(&self, path: &Path) -> bool {
        self.file(path).is_some()
    }

    /// The paths of all files, in the work tree.
    pub fn files(&self) -> impl Iterator<Item = PathBuf> {
        self.files.keys().map(|path| self.root.join(path))
    }

    /// The text of a file, by its path in the work tree; `None` if it was not there then.
    pub fn text_if_any(&self, path: &Path) -> anyhow::Result<Option<FileText>> {
        let unfit = |unfit| Ok(Some(FileText::Unfit(unfit)));
        let Some(mut relative) = self.relative(path) else { return Ok(None) };
        for links in 0..MAX_LINKS {
            let Some((object, is_link)) = self.files.get(&relative).cloned() else {
                return match links {
                    _ if self.is_folder(&relative) => unfit(Unfit::Folder),
                    0 => Ok(None),
                    _ => unfit(Unfit::Dangling),
                };
            };
            let bytes =
                self.objects.borrow_mut().get(&object).with_context(|| format!("cannot read {object} of git"))?;
            let Some(bytes) = bytes else { return Ok(Some(FileText::TooLarge)) };
            if !is_link {
                return Ok(Some(text_of_bytes(bytes)));
            }
            let target = PathBuf::from(String::from_utf8_lossy(&bytes).into_owned());
            let Some(inside) = self.relative(&self.root.join(&relative).parent().unwrap_or(&self.root).join(target))
            else {
                return unfit(Unfit::Outside);
            };
            relative = inside;
        }
        unfit(Unfit::Dangling)
    }

    fn is_folder(&self, relative: &Path) -> bool {
        self.files.range(relative.to_owned()..).next().is_some_and(|(path, _)| path.starts_with(relative))
    }

    fn relative(&self, path: &Path) -> Option<PathBuf> {
        Some(normal(normal(path).strip_prefix(normal(&self.root)).ok()?))
    }

    fn file(&self, path: &Path) -> Option<&(String, bool)> {
        self.files.get(&self.relative(path)?)
    }
}

/// `100644 blob OBJECT\tPATH` of `git ls-tree -z`; submodules are no files.
fn entry(line: &[u8]) -> Option<(PathBuf, (String, bool))> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let head = std::str::from_utf8(line.get(..tab)?).ok()?;
    let path = String::from_utf8_lossy(line.get(tab + 1..)?).into_owned();
    let [mode, "blob", object] = head.split(' ').collect::<Vec<_>>()[..] else { return None };
    Some((PathBuf::from(path), (object.to_owned(), mode == "120000")))
}

/// `git cat-file --batch`: one process for all objects.
struct Objects {
    child: Child,
    asked: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    fn start(root: &Path) -> anyhow::Result<Self> {
        let mut child = command(root)
            .context("cannot run git")?
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot run git")?;
        let (Some(asked), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            bail!("git has no input or no output");
        };
        Ok(Self { child, asked: Some(asked), answers: BufReader::new(answers) })
    }

    /// The bytes of an object; `None` if there are more than is read.
    fn get(&mut self, object: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let Some(asked) = &mut self.asked else { bail!("git has ended") };
        writeln!(asked, "{object}")?;
        asked.flush()?;
        let mut head = String::new();
        self.answers.read_line(&mut head)?;
        // `OBJECT blob SIZE`, or `OBJECT missing` in a partial clone that cannot fetch.
        let Some(size) = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok()) else {
            bail!("git says {:?}", head.trim_end());
        };
        // The line break behind the object is read with it.
        if size > MAX_FILE {
            std::io::copy(&mut (&mut self.answers).take(size + 1), &mut std::io::sink())?;
            return Ok(None);
        }
        let mut bytes = Vec::new();
        (&mut self.answers).take(size + 1).read_to_end(&mut bytes)?;
        bytes.pop();
        Ok(Some(bytes))
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // At the end of its input git ends by itself.
        self.asked = None;
        let _ = self.child.wait();
    }
}
