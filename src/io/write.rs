//! Writing the output: all of it or nothing, and nothing that is not ours.

use super::checkout::{self, Unfit};
use super::door;
use super::held::{Held, PREFIX, SUFFIX};
use super::undo::Undo;
use super::workspace::Workspace;
use crate::emit::{FilePlan, GENERATED, Identity, KUSTOMIZATION, folders, identities};
use anyhow::Context;
use std::collections::{BTreeSet, HashMap};
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
    /// No file of the checkout.
    Unfit(Unfit),
}

/// The YAML files of a folder and of those in it that are ours, sorted; none if there is no folder. The error is why it is no folder of the checkout at `root`.
pub fn existing(root: &Path, folder: &Path, plan: &FilePlan) -> anyhow::Result<Result<Vec<Existing>, Unfit>> {
    let cannot = || format!("cannot read the folder {}", folder.display());
    match checkout::folder(root, folder).with_context(cannot)? {
        Some(Ok(_)) => {}
        Some(Err(unfit)) => return Ok(Err(unfit)),
        None => return Ok(Ok(Vec::new())),
    }
    let planned: HashMap<&str, &str> = plan.files.iter().map(|file| (file.name.as_str(), file.text.as_str())).collect();
    let mut found = Vec::new();
    files_of(root, folder, "", &planned, &mut found)?;
    // Other folders are those of others, who may have made files in them that begin like ours.
    let listed = kustomization(root, folder).with_context(cannot)?;
    for inside in folders(&listed).into_iter().chain(plan.folders()).collect::<BTreeSet<_>>() {
        match checkout::folder(root, &folder.join(inside)).with_context(cannot)? {
            Some(Ok(_)) => files_of(root, &folder.join(inside), &format!("{inside}/"), &planned, &mut found)?,
            Some(Err(unfit)) => {
                found.push(Existing { name: format!("{inside}/{KUSTOMIZATION}"), state: State::Unfit(unfit) });
            }
            None => {}
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Ok(found))
}

/// The text of the file that lists the others, if it is ours and not larger than one that lists folders; else none.
fn kustomization(root: &Path, folder: &Path) -> std::io::Result<String> {
    const LARGEST: u64 = 1 << 20;
    let mut text = String::new();
    if let Some(Ok(real)) = checkout::file(root, &folder.join(KUSTOMIZATION))? {
        let mut bytes = Vec::new();
        fs::File::open(real)?.take(LARGEST).read_to_end(&mut bytes)?;
        text = String::from_utf8(bytes).unwrap_or_default();
    }
    Ok(text)
}

/// The YAML files of one folder; `before` stands before their names.
fn files_of(
    root: &Path,
    folder: &Path,
    before: &str,
    planned: &HashMap<&str, &str>,
    found: &mut Vec<Existing>,
) -> anyhow::Result<()> {
    let cannot = || format!("cannot read the folder {}", folder.display());
    for entry in fs::read_dir(folder).with_context(cannot)? {
        let entry = entry.with_context(cannot)?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if Path::new(&name).extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let name = format!("{before}{name}");
        let state = state(root, &entry.path(), planned.get(name.as_str()).copied())
            .with_context(|| format!("cannot read {}", entry.path().display()))?;
        found.push(Existing { name, state });
    }
    Ok(())
}

/// Compares piece by piece: the text of 10,000 images need not be in memory twice. Foreign files may be of any size; of them
/// only the first line is read.
fn state(root: &Path, path: &Path, planned: Option<&str>) -> std::io::Result<State> {
    let mut file = match checkout::file(root, path)? {
        Some(Ok(real)) => fs::File::open(real)?,
        Some(Err(unfit)) => return Ok(State::Unfit(unfit)),
        None => return Ok(State::Foreign),
    };
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

/// The right to write into folders of a checkout. They are held until this goes, and what a run that was killed has left in
/// them is swept.
#[derive(Debug)]
pub struct Writer<'a> {
    root: &'a Path,
    _held: Held,
}

impl<'a> Writer<'a> {
    /// Of the folders that some files of the checkout at `root` are in, which are made if they are not there.
    pub fn new<'p>(root: &'a Path, files: impl IntoIterator<Item = &'p PathBuf>) -> anyhow::Result<Self> {
        let folder = |path: &PathBuf| checkout::target(root, path).map(|path| folder_of(&path).to_owned());
        let folders = files.into_iter().map(folder).collect::<anyhow::Result<BTreeSet<_>>>()?;
        Ok(Self { root, _held: Held::new(folders)? })
    }

    /// Writes files in those folders, and removes others.
    ///
    /// Every text is on disk beside its target before the first target changes, so a full disk or a missing permission changes
    /// nothing. Where one of several changes fails all the same, those before it are taken back. What a link points at is replaced,
    /// not the link.
    pub fn apply(&self, files: &[(PathBuf, &str)], remove: &[PathBuf]) -> anyhow::Result<()> {
        let mut ready: Vec<(TempPath, PathBuf, &str)> = Vec::with_capacity(files.len());
        for (path, text) in files {
            let target = checkout::target(self.root, path)?;
            let temporary = temporary(&target, text).with_context(|| format!("cannot write {}", path.display()))?;
            ready.push((temporary, target, text));
        }
        let mut undo = Undo::default();
        let changed = change(ready, remove, &mut undo);
        if changed.is_err() {
            undo.all();
        }
        changed
    }
}

/// Has files in the place of their targets, and removes others.
fn change(ready: Vec<(TempPath, PathBuf, &str)>, remove: &[PathBuf], undo: &mut Undo) -> anyhow::Result<()> {
    let is_one = ready.len() + remove.len() == 1;
    for (temporary, target, text) in ready {
        let cannot = || format!("cannot write {}", target.display());
        let is_over = has_other_names(&target);
        if is_over || !is_one {
            undo.keep(folder_of(&target), &target, is_over).with_context(cannot)?;
        }
        if is_over {
            in_place(&target, text).with_context(cannot)?;
        } else {
            temporary.persist(&target).map_err(|error| error.error).with_context(cannot)?;
        }
    }
    for path in remove {
        let cannot = || format!("cannot remove {}", path.display());
        if !is_one {
            undo.keep(folder_of(path), path, false).with_context(cannot)?;
        }
        fs::remove_file(path).with_context(cannot)?;
    }
    Ok(())
}

/// Writes files of the checkout at `root`.
pub fn apply(root: &Path, files: &[(PathBuf, &str)]) -> anyhow::Result<()> {
    Writer::new(root, files.iter().map(|(path, _)| path))?.apply(files, &[])
}

/// Writes a report into the file that the user has named. What is no ordinary file, such as a pipe or `/dev/null`, is written
/// to and not replaced.
pub fn report(path: &Path, text: &str) -> anyhow::Result<()> {
    let text = door::masked(text);
    let root = Workspace::here()?;
    if !checkout::is_below(&root, path) && fs::metadata(path).is_ok_and(|data| !data.is_file() && !data.is_dir()) {
        let written =
            fs::OpenOptions::new().write(true).open(path).and_then(|mut file| file.write_all(text.as_bytes()));
        return written.with_context(|| format!("cannot write {}", path.display()));
    }
    apply(&root, &[(folder_of(path).join(path.file_name().unwrap_or_default()), &text)])
}

/// Whether a file has other names, in this checkout or elsewhere. They would keep the old text if it was replaced.
#[cfg(unix)]
fn has_other_names(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).is_ok_and(|data| data.nlink() > 1)
}

#[cfg(not(unix))]
fn has_other_names(_: &Path) -> bool {
    false
}

/// Writes over what a file holds.
fn in_place(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.set_len(text.len() as u64)?;
    file.sync_all()
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The text in a file beside its target, with the mode of that. The file is closed again: of 10,000 objects there would otherwise
/// be more open than a process may have.
fn temporary(target: &Path, text: &str) -> std::io::Result<TempPath> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        // Temporary files are for their owner alone; the output is an ordinary file, as the umask has it.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder_of(target))?;
    file.write_all(text.as_bytes())?;
    if let Ok(data) = fs::metadata(target) {
        file.as_file().set_permissions(data.permissions())?;
    }
    file.as_file().sync_all()?;
    Ok(file.into_temp_path())
}
