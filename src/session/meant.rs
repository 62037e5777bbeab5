//! Files that may have been meant by the paths of those that are not there.

use crate::forge::github::WORKFLOWS;
use crate::io::forge::{Failure, Forge, Wanted};
use crate::scaffold::propose::is_dockerfile;
use crate::source::visible_line;
use crate::words::nearest;
use indexmap::IndexMap;
use std::collections::HashMap;

/// How often one is looked for in a run: a report shows no more problems at first, and each look compares with every file, or asks
/// a forge.
pub(super) const MOST_LOOKS: usize = 100;

/// "; did you mean" the workflow or the Dockerfile among these paths that is alike, or nothing.
pub(super) fn near(path: &str, files: &[String]) -> String {
    let is_workflow = |path: &str| path.starts_with(WORKFLOWS);
    let is_alike = |file: &&str| is_workflow(file) == is_workflow(path) && (is_workflow(file) || is_dockerfile(file));
    let near = nearest(path, files.iter().map(String::as_str).filter(is_alike));
    near.map_or(String::new(), |near| format!("; did you mean `{}`?", visible_line(near)))
}

/// What may have been meant by files that the forge says are not there, by their numbers: it is asked once what each of their
/// folders has.
pub(super) fn there(forge: &Forge, files: &[Wanted], texts: &[Result<String, Failure>]) -> HashMap<usize, String> {
    let mut folders: IndexMap<Wanted, Vec<usize>> = IndexMap::new();
    for (number, (file, _)) in
        files.iter().zip(texts).enumerate().filter(|(_, (_, text))| **text == Err(Failure::NoFile))
    {
        let path = file.path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        folders.entry(Wanted { path, ..file.clone() }).or_default().push(number);
    }
    folders.truncate(MOST_LOOKS);
    let (folders, missing): (Vec<Wanted>, Vec<Vec<usize>>) = folders.into_iter().unzip();
    let mut meant = HashMap::new();
    for (listed, missing) in forge.list_all(&folders).iter().zip(&missing) {
        // That a folder cannot be read, or is not there either, is no news.
        let listed: &[String] = listed.as_deref().unwrap_or_default();
        let file = |number: &usize| Some((*number, near(&files.get(*number)?.path, listed)));
        meant.extend(missing.iter().filter_map(file));
    }
    meant
}
