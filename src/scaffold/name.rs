//! Names of images, from where they are pushed to and where their Dockerfiles lie.

use super::auxiliary;
use super::builds::Destination;
use super::image::Image;
use super::propose::Found;
use std::collections::BTreeSet;

/// Words that say nothing of what is built: neither as the name of a folder nor as that of an image.
const PLAIN: [&str; 12] = [
    "docker",
    "build",
    "deploy",
    "images",
    "image",
    "dockerfile",
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

/// What an image is called.
pub(super) struct Name {
    /// A name that nothing else has.
    pub(super) name: String,
    /// The same as its folder spells it, where that is another text: a repository may have `_` and `.` where a name may not.
    pub(super) spelling: Option<String>,
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// A name that nothing else has: from where it is pushed to, else from the file and its folder.
pub(super) fn choose(image: &Image<'_>, input: &Found<'_>, names: &mut Names) -> Name {
    let (folders, _) = image.path.rsplit_once('/').unwrap_or(("", image.path));
    let pushed = match &image.to {
        Destination::Known(reference) => Some(of_repository(reference.repository())),
        Destination::Guess { name, .. } => name.clone(),
    };
    let mut wanted = pushed.unwrap_or_else(|| of_path(input, image.path));
    if let Some(variant) = image.variant.as_ref().or(image.target.as_ref().filter(|_| is_guess(image))) {
        // The stage `server` of `acme/server` is that.
        if *variant != wanted {
            wanted = format!("{wanted}-{variant}");
        }
    }
    let project = slug(project(input));
    if PLAIN.contains(&slug(&wanted).as_str()) && !PLAIN.contains(&project.as_str()) {
        wanted = format!("{project}-{wanted}");
    }
    let mut name = slug(&wanted);
    if names.has(&name) {
        let target = image.target.as_deref().unwrap_or_default();
        let longer = slug(&match target {
            // The folder has the name that is taken.
            "" if last(folders) == name => folders.to_owned(),
            "" => format!("{folders}-{wanted}"),
            target => format!("{wanted}-{target}"),
        });
        let longer = if longer == name { format!("{name}-2") } else { longer };
        let mut numbered = (2..).map(|number| format!("{longer}-{number}"));
        let other = if names.has(&longer) { numbered.find(|name| !names.has(name)) } else { Some(longer) };
        name = other.unwrap_or(name);
    }
    let spelling = (name == slug(&wanted)).then(|| wanted.trim_end_matches('-').to_ascii_lowercase());
    names.images.insert(name.clone());
    Name { name, spelling }
}

fn is_guess(image: &Image<'_>) -> bool {
    matches!(image.to, Destination::Guess { name: None, .. })
}

/// The repository, or the folder that it is in.
fn project<'a>(input: &Found<'a>) -> &'a str {
    input.origin.map_or(input.folder, |origin| last(&origin.repo))
}

/// The last part of a repository that says something, as in `acme/web/image`.
fn of_repository(repository: &str) -> String {
    let mut parts = repository.rsplit('/');
    let name = parts.next().unwrap_or_default();
    match parts.next() {
        Some(above) if PLAIN.contains(&name) => format!("{above}-{name}"),
        _ => name.to_owned(),
    }
}

/// A name from the file and its folder.
pub(super) fn of_path(input: &Found<'_>, path: &str) -> String {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let mut parts = folders.split('/').rev().filter(|part| !part.is_empty() && !PLAIN.contains(part));
    let folder = parts.next().or_else(|| folders.ends_with(".devcontainer").then_some("devcontainer"));
    let stem = auxiliary::stem(file).unwrap_or_default();
    match folder {
        // `api.Dockerfile` and `docker/Dockerfile.api` are named after what they build.
        _ if !stem.is_empty() && (file.starts_with(stem) || (folder.is_none() && !folders.is_empty())) => {
            stem.to_owned()
        }
        folder if stem.is_empty() => folder.unwrap_or_else(|| project(input)).to_owned(),
        folder => [folder.unwrap_or_else(|| project(input)), stem].join("-"),
    }
}

/// A text as a DNS name: lower-case letters and digits, with single hyphens between them.
pub(super) fn slug(text: &str) -> String {
    const LONGEST: usize = 63;
    let lower = text.to_ascii_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = words.collect::<Vec<_>>().join("-");
    name.truncate(LONGEST);
    let name = name.trim_end_matches('-');
    if name.is_empty() { "image".to_owned() } else { name.to_owned() }
}
