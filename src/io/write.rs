//! Writing the output: all of it or nothing, and nothing that is not ours.

use super::door;
use super::held::{Held, PREFIX, SUFFIX};
use crate::emit::{FilePlan, GENERATED, Identity, identities};
use anyhow::Context;
use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// A file of the output's folder as it is now.
#[derive(Debug)]
pub struct Existing {
    /// Name in the folder.
    pub name: String,
    /// Whose it is, and whether it would change.
    pub state: State,
}

/// Whose a file is, and whether it would change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not ours: its first line does not say so.
    Foreign,
    /// Ours, and as it would be written.
    Same,
    /// Ours, and the run would write something else or nothing.
    Differs,
}

/// The YAML files of a folder, sorted; none if there is no folder.
pub fn existing(folder: &Path, plan: &FilePlan) -> anyhow::Result<Vec<Existing>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot read the folder {}", folder.display())),
    };
    let planned: HashMap<&str, &str> = plan.files.iter().map(|file| (file.name.as_str(), file.text.as_str())).collect();
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot read the folder {}", folder.display()))?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if Path::new(&name).extension().is_none_or(|extension| extension != "yaml") || !entry.path().is_file() {
            continue;
        }
        let state = state(&entry.path(), planned.get(name.as_str()).copied())
            .with_context(|| format!("cannot read {}", entry.path().display()))?;
        found.push(Existing { name, state });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Compares piece by piece: the text of 10,000 images need not be in memory twice. Foreign files may be of any size; of them
/// only the first line is read.
fn state(path: &Path, planned: Option<&str>) -> std::io::Result<State> {
    let mut file = fs::File::open(path)?;
    let mut first = Vec::new();
    (&mut file).take(GENERATED.len() as u64).read_to_end(&mut first)?;
    if first != GENERATED.as_bytes() {
        return Ok(State::Foreign);
    }
    let Some(mut rest) = planned.and_then(|text| text.as_bytes().strip_prefix(first.as_slice())) else {
        return Ok(State::Differs);
    };
    let mut piece = vec![0; 64 << 10];
    loop {
        let count = file.read(&mut piece)?;
        match rest.strip_prefix(&piece[..count]) {
            Some([]) if count == 0 => return Ok(State::Same),
            Some(_) if count == 0 => return Ok(State::Differs),
            Some(left) => rest = left,
            None => return Ok(State::Differs),
        }
    }
}

/// The text of a file of ours.
pub fn text(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The objects that a file of ours holds, read document by document.
pub fn objects(path: &Path) -> anyhow::Result<Vec<Identity>> {
    let read = || -> std::io::Result<Vec<Identity>> {
        let mut found = Vec::new();
        let mut document = format!("{GENERATED}\n");
        for line in BufReader::new(fs::File::open(path)?).lines() {
            let line = line?;
            if line == "---" {
                found.extend(identities(&document));
                document.truncate(GENERATED.len() + 1);
            } else {
                document.push_str(&line);
                document.push('\n');
            }
        }
        found.extend(identities(&document));
        Ok(found)
    };
    read().with_context(|| format!("cannot read {}", path.display()))
}

/// Writes files, in folders that are made if they are not there, and removes others.
///
/// Every text is on disk beside its target before the first target changes, so a full disk or a missing permission changes
/// nothing. Their folders are held meanwhile, and what a run that was killed has left in them is swept.
pub fn apply(files: &[(PathBuf, &str)], remove: &[PathBuf]) -> anyhow::Result<()> {
    // What a link points at is replaced, not the link.
    let real = |target: &PathBuf| fs::canonicalize(target).unwrap_or_else(|_| target.clone());
    let files: Vec<(PathBuf, &str)> = files.iter().map(|(target, text)| (real(target), *text)).collect();
    let changed = files.iter().map(|(target, _)| target).chain(remove);
    let _held = Held::new(changed.map(|path| folder_of(path).to_owned()))?;
    let mut ready: Vec<(TempPath, PathBuf)> = Vec::with_capacity(files.len());
    for (target, text) in files {
        let temporary =
            temporary(&target, text.as_bytes()).with_context(|| format!("cannot write {}", target.display()))?;
        ready.push((temporary, target));
    }
    for (temporary, target) in ready {
        temporary
            .persist(&target)
            .map_err(|error| error.error)
            .with_context(|| format!("cannot write {}", target.display()))?;
    }
    for path in remove {
        fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

/// Writes a report into the file that the user has named. What is no ordinary file, such as a pipe or `/dev/null`, is written
/// to and not replaced.
pub fn report(path: &Path, text: &str) -> anyhow::Result<()> {
    let text = door::masked(text);
    if fs::metadata(path).is_ok_and(|data| !data.is_file()) {
        let written =
            fs::OpenOptions::new().write(true).open(path).and_then(|mut file| file.write_all(text.as_bytes()));
        return written.with_context(|| format!("cannot write {}", path.display()));
    }
    apply(&[(folder_of(path).join(path.file_name().unwrap_or_default()), &text)], &[])
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The file is closed again: of 10,000 objects there would otherwise be more open than a process may have.
fn temporary(target: &Path, text: &[u8]) -> std::io::Result<TempPath> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        // Temporary files are for their owner alone; the output is an ordinary file, as the umask has it.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder_of(target))?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    Ok(file.into_temp_path())
}
