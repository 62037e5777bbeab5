//! Writing the output: all of it or nothing, and nothing that is not ours.

use crate::emit::GENERATED;
use anyhow::Context;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// A file of the output's folder as it is now.
#[derive(Debug)]
pub struct Existing {
    /// Name in the folder.
    pub name: String,
    /// Its text if it is ours, `None` if it is not (or is no text).
    pub ours: Option<String>,
}

/// The YAML files of a folder, sorted; none if there is no folder.
pub fn existing(folder: &Path) -> anyhow::Result<Vec<Existing>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot read the folder {}", folder.display())),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot read the folder {}", folder.display()))?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if Path::new(&name).extension().is_none_or(|extension| extension != "yaml") || !entry.path().is_file() {
            continue;
        }
        let ours = ours(&entry.path()).with_context(|| format!("cannot read {}", entry.path().display()))?;
        found.push(Existing { name, ours });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// The text of a file whose first line says that it is ours.
fn ours(path: &Path) -> std::io::Result<Option<String>> {
    let mut file = fs::File::open(path)?;
    // Foreign files may be of any size; of them only the first line is read.
    let mut bytes = Vec::new();
    (&mut file).take(GENERATED.len() as u64).read_to_end(&mut bytes)?;
    if bytes != GENERATED.as_bytes() {
        return Ok(None);
    }
    let rest = file.metadata()?.len().saturating_sub(bytes.len() as u64);
    bytes.reserve_exact(usize::try_from(rest).unwrap_or(0));
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8(bytes).ok())
}

/// Writes files, in folders that are made if they are not there, and removes others.
///
/// Every text is on disk beside its target before the first target changes, so a full disk or a missing permission changes
/// nothing.
pub fn apply(files: &[(PathBuf, &str)], remove: &[PathBuf]) -> anyhow::Result<()> {
    let mut ready: Vec<(TempPath, PathBuf)> = Vec::with_capacity(files.len());
    for (target, text) in files {
        let folder = target.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        // What a link points at is replaced, not the link.
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.clone());
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

/// The file is closed again: of 10,000 objects there would otherwise be more open than a process may have.
fn temporary(target: &Path, text: &[u8]) -> std::io::Result<TempPath> {
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".image-factory-").suffix(".tmp");
    #[cfg(unix)]
    {
        // Temporary files are for their owner alone; the output is an ordinary file, as the umask has it.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    Ok(file.into_temp_path())
}
