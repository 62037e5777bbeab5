//! Names of images, from where they are pushed to and where their Dockerfiles lie.

use super::auxiliary;
use super::builds::PushTarget;
use super::propose::{Draft, RepositoryFiles};
use std::collections::BTreeSet;

/// Folders that say nothing of what is built in them.
const PLAIN_FOLDERS: [&str; 10] = [
    "docker",
    "build",
    "deploy",
    "images",
    "dockerfiles",
    "containers",
    "container",
    "context",
    "src",
    ".devcontainer",
];

/// Names that nothing else may have.
#[derive(Default)]
pub(super) struct Names {
    /// Of images that are proposed.
    pub(super) images: BTreeSet<String>,
    /// Of the Warehouses of what is built on; such a Warehouse and that of an image would be one.
    pub(super) bases: BTreeSet<String>,
}

impl Names {
    fn has(&self, name: &str) -> bool {
        self.images.contains(name) || self.bases.contains(name)
    }
}

/// A name that nothing else has: from where it is pushed to, else from the file and its folder.
pub(super) fn choose(draft: &mut Draft<'_>, input: &RepositoryFiles<'_>, names: &mut Names) -> String {
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let project = input.origin.map_or(input.folder.to_owned(), |origin| last(&origin.repo));
    let (folders, file) = draft.path.rsplit_once('/').unwrap_or(("", draft.path));
    let local = draft.made.iter().flat_map(|made| &made.pushed).find_map(|to| match to {
        PushTarget::Local(name) => Some(name.clone()),
        _ => None,
    });
    let wanted = if let Some(to) = &draft.to {
        last(to.repository())
    } else if let Some(local) = local {
        local
    } else {
        let mut parts = folders.split('/').rev().filter(|part| !part.is_empty() && !PLAIN_FOLDERS.contains(part));
        let folder = parts.next().or_else(|| folders.ends_with(".devcontainer").then_some("devcontainer"));
        let stem = auxiliary::stem(file).unwrap_or_default();
        let mut name = match folder {
            // `api.Dockerfile` and `docker/Dockerfile.api` are named after what they build.
            _ if !stem.is_empty() && (file.starts_with(stem) || (folder.is_none() && !folders.is_empty())) => {
                stem.to_owned()
            }
            folder => [folder.unwrap_or(&project), stem].join("-"),
        };
        if let Some(target) = &draft.target {
            name = format!("{name}-{target}");
        }
        name
    };
    let mut name = slug(&wanted);
    if names.has(&name) {
        let target = draft.target.as_deref().unwrap_or_default();
        let longer = slug(&match target {
            // The folder has the name that is taken.
            "" if folders.rsplit('/').next() == Some(&*name) => folders.to_owned(),
            "" => format!("{folders}-{wanted}"),
            target => format!("{wanted}-{target}"),
        });
        let longer = if longer == name { format!("{name}-2") } else { longer };
        let mut numbered = (2..).map(|number| format!("{longer}-{number}"));
        let other = if names.has(&longer) { numbered.find(|name| !names.has(name)) } else { Some(longer) };
        if names.images.contains(&name) {
            draft.unsure.push(format!("the name {name} is taken"));
        }
        name = other.unwrap_or(name);
    }
    if name == slug(&wanted) {
        draft.spelling = Some(wanted.trim_end_matches('-').to_ascii_lowercase());
    }
    names.images.insert(name.clone());
    name
}

/// A text as a DNS name: lower-case letters and digits, with single hyphens between them.
fn slug(text: &str) -> String {
    const LONGEST: usize = 63;
    let lower = text.to_ascii_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = words.collect::<Vec<_>>().join("-");
    name.truncate(LONGEST);
    let name = name.trim_end_matches('-');
    if name.is_empty() { "image".to_owned() } else { name.to_owned() }
}
