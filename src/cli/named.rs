//! Bases and images that are named on the command line: by name, by reference, or by the beginning of one that is the only one.

use super::ended::Wrong;
use super::report::{meant, no_such_image};
use crate::impact::moves::Moved;
use crate::impact::{Plan, is_unreachable_of};
use crate::model::{Model, Reference};
use crate::words::some_of;
use std::collections::{BTreeMap, BTreeSet};

/// The image that is built of that name, by number.
pub(super) fn image(model: &Model, name: &str) -> Result<usize, Wrong> {
    let names = model.images.iter().enumerate().map(|(number, image)| (image.name.as_str(), number));
    match one_of(&names.collect::<Vec<_>>(), name)? {
        Some(number) => Ok(number),
        None => Err(no_such_image(model, name, "nothing that rebuilds it")),
    }
}

/// The bases of a name: one, or those that a release of an image of that name moves. What nobody is rebuilt for is one too, where
/// an image names it.
pub(super) fn bases(model: &Model, plan: &Plan<'_>, name: &str) -> Result<Vec<Moved>, Wrong> {
    let of = |base: usize| Moved { reference: model.bases[base].reference.clone(), base: Some(base) };
    let written = Reference::parse(name).ok().map(|reference| reference.by_tag());
    if let Some(base) = model.bases.iter().position(|base| Some(&base.reference) == written.as_ref()) {
        return Ok(vec![of(base)]);
    }
    let mut known: BTreeMap<String, Moved> = BTreeMap::new();
    for idle in &model.idle {
        known.insert(idle.base.familiar(), Moved { reference: idle.base.by_tag(), base: None });
    }
    for (number, base) in model.bases.iter().enumerate() {
        known.insert(base.reference.familiar(), of(number));
    }
    let exactly = model.bases.iter().position(|base| *base.name == *name);
    let image = model.images.iter().position(|image| *image.name == *name);
    if let Some(base) = exactly {
        return Ok(vec![of(base)]);
    }
    if let Some(image) = image {
        let published: Vec<Moved> = plan.published(image).iter().map(|base| of(*base)).collect();
        if published.is_empty() {
            return Err(Wrong::new(format!("no image is built on {name}"))
                .help("name a base: `image-factory why` tells those of an image"));
        }
        return Ok(published);
    }
    let exact = written.as_ref().and_then(|written| known.values().find(|moved| moved.reference == *written).cloned());
    if let Some(moved) = exact {
        return Ok(vec![moved]);
    }
    let names: Vec<(&str, usize)> = known.keys().enumerate().map(|(number, name)| (name.as_str(), number)).collect();
    if let Some(moved) = one_of(&names, name)?.and_then(|number| known.values().nth(number)) {
        return Ok(vec![moved.clone()]);
    }
    if let Some(reference) = written.filter(|it| model.images.iter().any(|image| is_unreachable_of(image, it))) {
        return Ok(vec![Moved { reference, base: None }]);
    }
    let all = known.keys().map(String::as_str);
    Err(Wrong::new(format!("no image is built on `{name}`")).help(meant(name, "bases", all)))
}

/// What has a name, else the only one of which a name begins so.
pub(super) fn one_of(known: &[(&str, usize)], name: &str) -> Result<Option<usize>, Wrong> {
    if let Some((_, one)) = known.iter().find(|(known, _)| *known == name) {
        return Ok(Some(*one));
    }
    let begun: Vec<&(&str, usize)> = known.iter().filter(|(known, _)| known.starts_with(name)).collect();
    let all: BTreeSet<usize> = begun.iter().map(|(_, one)| *one).collect();
    if all.len() > 1 {
        let names: Vec<String> = begun.iter().map(|(name, _)| format!("`{name}`")).collect();
        return Err(Wrong::new(format!("`{name}` is the beginning of several names"))
            .help(format!("write one of {}", some_of(&names))));
    }
    Ok(all.first().copied())
}
