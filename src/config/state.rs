//! The Python original's state files: which bases it found for an image, read as they are so that its users can switch
//! over without editing a file.
//!
//! These are other people's YAML, so they are read as a tree with `serde_yaml`. What a file lacks is said in words; the
//! caller knows which image it was for.

use crate::source::secret;
use serde_yaml::Value;
use std::collections::BTreeMap;

/// What the state folders say of the images that were looked up.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// By name of the image.
    pub images: BTreeMap<String, StateImage>,
}

/// One image's state file.
#[derive(Clone, Debug)]
pub struct StateImage {
    /// Path of the file, for messages.
    pub path: String,
    /// Its bases, or why the file cannot be used.
    pub bases: Result<Vec<StateBase>, String>,
}

/// One entry of an image's `baseImages`.
#[derive(Clone, Debug)]
pub struct StateBase {
    /// The name that the state gives it; ours is derived from the reference.
    pub name: String,
    /// Path of its file, for messages.
    pub path: String,
    /// Its reference, or why there is none.
    pub reference: Result<String, String>,
}

/// The names under `baseImages` of an image's state file.
pub fn image_bases(text: &str) -> Result<Vec<String>, String> {
    let tree = parse(text)?;
    match tree.get("baseImages") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Sequence(items)) => items
            .iter()
            .map(|item| {
                item.as_str().map(str::to_owned).ok_or_else(|| "an item of `baseImages` is not text".to_owned())
            })
            .collect(),
        Some(_) => Err("`baseImages` is not a list".into()),
    }
}

/// The reference that a base's state file stands for: `fullImage`, else `repoURL` or registry and repository with `tag`.
///
/// `allowTags` is not looked at: the original often escapes it twice.
pub fn base_reference(text: &str) -> Result<String, String> {
    let tree = parse(text)?;
    let field = |key: &str| tree.get(key).and_then(scalar).filter(|text| !text.is_empty() && text != "None");
    if let Some(image) = field("fullImage") {
        return Ok(image);
    }
    let repository = field("repoURL").or_else(|| {
        let repository = field("repository")?;
        Some(field("registry").map_or_else(|| repository.clone(), |registry| format!("{registry}/{repository}")))
    });
    match (repository, field("tag")) {
        (Some(repository), Some(tag)) => Ok(format!("{repository}:{tag}")),
        _ => Err("it has neither `fullImage` nor a repository with a `tag`".into()),
    }
}

fn parse(text: &str) -> Result<Value, String> {
    // Nothing points into these files, so they are no sources, which would be masked.
    let text = secret::masked(text.trim_start_matches('\u{feff}'));
    let tree: Value = serde_yaml::from_str(&text).map_err(|error| error.to_string())?;
    if tree.is_mapping() { Ok(tree) } else { Err("it is not a mapping".into()) }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_comes_from_the_full_image_or_its_parts() {
        assert_eq!(base_reference("name: x\nfullImage: node:22\nallowTags: ^22$").as_deref(), Ok("node:22"));
        assert_eq!(
            base_reference(
                "repoURL: docker.io/library/python\ntag: '3.12'\nallowTags: ^3\\\\.12$\ncurrentDigest: None"
            )
            .as_deref(),
            Ok("docker.io/library/python:3.12")
        );
        assert_eq!(base_reference("registry: ghcr.io\nrepository: a/b\ntag: 22").as_deref(), Ok("ghcr.io/a/b:22"));
        for bad in ["", "- a", "name: x", "fullImage:\ntag: 1", "{", "fullImage: None"] {
            assert!(base_reference(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn bases_are_a_list_of_names() {
        assert_eq!(image_bases("baseImages:\n- a\n- b"), Ok(vec!["a".into(), "b".into()]));
        assert_eq!(image_bases("name: x\nbaseImages: null\ncurrentDigest: None"), Ok(vec![]));
        assert!(image_bases("baseImages: {a: b}").is_err());
        assert!(image_bases("baseImages: [1]").is_err());
    }
}
