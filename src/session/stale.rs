//! Whether published images are built on what their bases are now: registries are asked, and nothing else.

use super::{Session, Verbosity};
use crate::io::progress::Progress;
use crate::io::registry::{Failure, Registries, Settings};
use crate::model::{Base, EdgeKind, ManagedImage, Model};
use crate::reference::{Reference, RepoUrl};
use crate::registry::provenance::{PREDICATE_TYPE, PROVENANCE, STATEMENT, materials};
use crate::registry::{Digest, Manifest, Material, Platform, version};
use crate::stale::{Build, Current, OfBase, Published, State, Verdict, follow};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Platforms of one image that are looked at; more than these no image has.
const MAX_PLATFORMS: usize = 32;
/// Tags of one repository that are looked at to find the one that was built last.
const MAX_BUILDS: usize = 200;

/// What was found, and whether something could not be looked at.
pub(crate) struct Looked {
    /// A verdict for each image that was asked for, by name.
    pub(crate) verdicts: Vec<Verdict>,
    /// Registries that did not answer, and why: what is unknown since may be known at another time.
    pub(crate) unreachable: Vec<String>,
}

/// An image with its bases, and whether each is that of the shipped stage.
struct Question<'m> {
    image: &'m ManagedImage,
    bases: Vec<(usize, bool)>,
}

impl Session {
    /// Looks at images of the model, by their numbers, and at those that they are built on.
    pub(crate) fn stale(
        mut self,
        model: &Model,
        asked: &BTreeSet<usize>,
        settings: Settings,
    ) -> anyhow::Result<Looked> {
        let (bases_of, built_on) = (bases_of(model), built_on(model));
        let looked_at = with_those_below(asked, &built_on);
        let mut questions = Vec::new();
        for index in &looked_at {
            questions.push(self.question(model, *index, &bases_of[*index])?);
        }
        let bases: BTreeSet<usize> =
            questions.iter().flat_map(|question| question.bases.iter().map(|(base, _)| *base)).collect();
        let bases: Vec<usize> = bases.into_iter().collect();
        let progress =
            Progress::new("stale", questions.len() + bases.len(), self.options.verbosity == Verbosity::Normal);
        let registries = Registries::new(Settings { waits: progress.waits(), ..settings });
        let found = registries.each(&questions, |question| {
            let found = published(&registries, question.image);
            progress.step();
            found
        });
        let now = registries.each(&bases, |base| {
            let digest = registries.digest(&model.bases[*base].reference);
            progress.step();
            digest.map(|digest| Current { digest, members: BTreeMap::new(), layers: BTreeMap::new(), created: None })
        });
        let mut now: BTreeMap<usize, Result<Current, Failure>> = bases.into_iter().zip(now).collect();
        deepen(&registries, model, &questions, &found, &mut now);
        let mut verdicts: Vec<Verdict> =
            questions.iter().zip(&found).map(|(question, found)| verdict(model, question, found, &now)).collect();
        let place = |image: &usize| looked_at.binary_search(image).ok();
        let edges: Vec<BTreeSet<usize>> =
            looked_at.iter().map(|image| built_on[*image].iter().filter_map(place).collect()).collect();
        follow(&mut verdicts, &edges);
        let of_images = questions
            .iter()
            .zip(&found)
            .filter_map(|(question, found)| Some((question.image.repo_url.registry(), found.as_ref().err()?)));
        let of_bases =
            now.iter().filter_map(|(base, now)| Some((model.bases[*base].reference.registry(), now.as_ref().err()?)));
        let failures = of_images.chain(of_bases).filter(|(_, failure)| failure.may_pass());
        let unreachable: BTreeSet<String> = failures.map(|(registry, why)| format!("{registry}: {why}")).collect();
        let verdicts =
            verdicts.into_iter().zip(&looked_at).filter(|(_, image)| asked.contains(image)).map(|(verdict, _)| verdict);
        Ok(Looked { verdicts: verdicts.collect(), unreachable: unreachable.into_iter().collect() })
    }

    fn question<'m>(&mut self, model: &'m Model, index: usize, bases: &[usize]) -> anyhow::Result<Question<'m>> {
        let image = &model.images[index];
        let entry = self.entry(model, image)?;
        let shipped: Option<BTreeSet<Reference>> = entry.map(|entry| {
            let shipped = entry.bases.iter().filter(|base| base.kind == EdgeKind::Final);
            shipped.filter_map(|base| Some(Reference::parse(&base.image).ok()?.by_tag())).collect()
        });
        let is_final = |base: &usize| match &shipped {
            Some(shipped) => shipped.contains(&model.bases[*base].reference.by_tag()),
            None => bases.len() == 1,
        };
        Ok(Question { image, bases: bases.iter().map(|base| (*base, is_final(base))).collect() })
    }
}

/// The images that are built on a base, by number, be it that a chain rebuilds them for it.
fn users(base: &Base) -> impl Iterator<Item = usize> {
    base.dependents.iter().map(|user| user.image).chain(base.followers.iter().map(|follower| follower.image))
}

/// For each image its bases, by number.
fn bases_of(model: &Model) -> Vec<Vec<usize>> {
    let mut found = vec![Vec::new(); model.images.len()];
    for (index, base) in model.bases.iter().enumerate() {
        users(base).for_each(|user| found[user].push(index));
    }
    found
}

/// For each image those that it is built on, by number.
fn built_on(model: &Model) -> Vec<BTreeSet<usize>> {
    let mut owners: HashMap<&RepoUrl, Vec<usize>> = HashMap::new();
    for (index, image) in model.images.iter().enumerate() {
        owners.entry(&image.repo_url).or_default().push(index);
    }
    let mut found = vec![BTreeSet::new(); model.images.len()];
    for base in &model.bases {
        let tag = base.reference.tag_or_latest();
        let is_published =
            |owner: &&usize| model.images[**owner].tags.single_tag().is_none_or(|single| single == &*tag);
        for owner in owners.get(&base.reference.repo_url()).into_iter().flatten().filter(is_published) {
            users(base).filter(|user| user != owner).for_each(|user| _ = found[user].insert(*owner));
        }
    }
    found
}

/// Images and all that they are built on, over any number of others.
fn with_those_below(asked: &BTreeSet<usize>, built_on: &[BTreeSet<usize>]) -> Vec<usize> {
    let mut all = asked.clone();
    let mut next: Vec<usize> = asked.iter().copied().collect();
    while let Some(image) = next.pop() {
        next.extend(built_on[image].iter().copied().filter(|below| all.insert(*below)));
    }
    all.into_iter().collect()
}

/// What is known of the newest of an image: its reference and what was found there.
fn published(registries: &Registries, image: &ManagedImage) -> Result<(Reference, Published), Failure> {
    let name = Reference::parse(image.repo_url.as_str())
        .map_err(|_| Failure::Invalid("it has no name that can be asked for"))?;
    let tag = if let Some(tag) = image.tags.single_tag() {
        tag.to_owned()
    } else {
        let tags = registries.tags(&name)?;
        let newest = version::newest(&image.tags, &tags).map_err(Failure::Invalid)?;
        let newest = match newest.as_slice() {
            [tag] => Some(*tag),
            tags => newest_build(registries, &name, tags)?,
        };
        newest.ok_or(Failure::Invalid("none of its tags is one that `tags` takes"))?.to_owned()
    };
    let reference = Reference::parse(&format!("{name}:{tag}"))
        .map_err(|_| Failure::Invalid("it has no tag that can be asked for"))?;
    let (_, top) = registries.tagged(&reference)?;
    let mut published = Published::default();
    if !top.is_index() {
        let config = registries.config(&reference, &top)?;
        published.platforms.insert(config.platform(), Build::new(None, &top, &config));
        return Ok((reference, published));
    }
    for (platform, descriptor) in top.images().take(MAX_PLATFORMS) {
        let manifest = registries.manifest(&reference, &descriptor.digest)?;
        let config = registries.config(&reference, &manifest)?;
        let mut build = Build::new(Some(&top), &manifest, &config);
        build.materials = provenance(registries, &reference, &top, &descriptor.digest)?;
        published.platforms.insert(platform, build);
    }
    Ok((reference, published))
}

/// The tag that was built last, as Kargo finds it: each is looked at; of those of one moment the last in the order of the alphabet
/// (Kargo v1.11.2 `pkg/image/newest_build_selector.go`).
fn newest_build<'t>(registries: &Registries, name: &Reference, tags: &[&'t str]) -> Result<Option<&'t str>, Failure> {
    if tags.len() > MAX_BUILDS {
        return Err(Failure::Invalid(
            "more than 200 of its tags may be the one that was built last: let `tags.allow` take fewer",
        ));
    }
    let mut built = Vec::new();
    for tag in tags {
        let reference = Reference::parse(&format!("{name}:{tag}"))
            .map_err(|_| Failure::Invalid("it has a tag that cannot be asked for"))?;
        let (_, top) = registries.tagged(&reference)?;
        let mut last = None;
        if top.is_index() {
            for (_, image) in top.images().take(MAX_PLATFORMS) {
                let manifest = registries.manifest(&reference, &image.digest)?;
                last = last.max(registries.config(&reference, &manifest)?.built(&manifest));
            }
        } else {
            last = registries.config(&reference, &top)?.built(&top);
        }
        built.push((last, *tag));
    }
    Ok(built.into_iter().max().map(|(_, tag)| tag))
}

/// What the provenance of an image in an index names; `None` if it has none.
fn provenance(
    registries: &Registries,
    reference: &Reference,
    index: &Manifest,
    image: &Digest,
) -> Result<Option<Vec<Material>>, Failure> {
    let mut found = None;
    for descriptor in index.attestations(image) {
        let manifest = registries.manifest(reference, &descriptor.digest)?;
        let is_provenance = |kind: &String| kind.starts_with(PROVENANCE);
        for layer in &manifest.layers {
            if layer.media_type == STATEMENT && layer.annotations.get(PREDICATE_TYPE).is_some_and(is_provenance) {
                let body = registries.blob(reference, layer)?;
                let named = materials(&body).map_err(|_| Failure::Invalid("its provenance cannot be read"))?;
                found.get_or_insert_with(Vec::new).extend(named);
            }
        }
    }
    Ok(found)
}

/// Learns more of the bases of which a digest does not decide: their platforms, layers, and when they were built.
fn deepen(
    registries: &Registries,
    model: &Model,
    questions: &[Question<'_>],
    found: &[Result<(Reference, Published), Failure>],
    now: &mut BTreeMap<usize, Result<Current, Failure>>,
) {
    let mut wanted: BTreeMap<usize, BTreeSet<Platform>> = BTreeMap::new();
    for (question, found) in questions.iter().zip(found) {
        let Ok((_, published)) = found else { continue };
        for (base, is_final) in &question.bases {
            let (reference, Some(Ok(current))) = (&model.bases[*base].reference, now.get(base)) else { continue };
            if published.judge(reference, *is_final, current).state != State::Fresh {
                let layers = published.platforms.iter().filter(|(_, build)| build.needs_layers(reference));
                wanted.entry(*base).or_default().extend(layers.map(|(platform, _)| platform.clone()));
            }
        }
    }
    let wanted: Vec<(usize, BTreeSet<Platform>)> = wanted.into_iter().collect();
    let deeper =
        registries.each(&wanted, |(base, platforms)| current(registries, &model.bases[*base].reference, platforms));
    for ((base, _), deeper) in wanted.into_iter().zip(deeper) {
        now.insert(base, deeper);
    }
}

/// All that is asked of a base: layers for these platforms, and the day of one.
fn current(registries: &Registries, base: &Reference, platforms: &BTreeSet<Platform>) -> Result<Current, Failure> {
    let (digest, top) = registries.tagged(base)?;
    let mut current = Current { digest, members: BTreeMap::new(), layers: BTreeMap::new(), created: None };
    if !top.is_index() {
        let config = registries.config(base, &top)?;
        current.layers.insert(config.platform(), config.rootfs.diff_ids);
        current.created = config.created;
        return Ok(current);
    }
    current.members =
        top.images().take(MAX_PLATFORMS).map(|(platform, image)| (platform, image.digest.clone())).collect();
    let first = current.members.keys().next().cloned();
    for platform in platforms.iter().cloned().chain(first.filter(|_| platforms.is_empty())) {
        let Some(digest) = current.members.get(&platform) else { continue };
        let config = registries.config(base, &registries.manifest(base, digest)?)?;
        current.layers.insert(platform, config.rootfs.diff_ids);
        current.created = current.created.or(config.created);
    }
    Ok(current)
}

fn verdict(
    model: &Model,
    question: &Question<'_>,
    found: &Result<(Reference, Published), Failure>,
    now: &BTreeMap<usize, Result<Current, Failure>>,
) -> Verdict {
    let name = &question.image.name;
    let (reference, published) = match found {
        Ok(found) => found,
        Err(why) => return Verdict::unknown(name, Some(question.image.repo_url.to_string()), why.to_string()),
    };
    let of_base = |(base, is_final): &(usize, bool)| {
        let reference = &model.bases[*base].reference;
        match now.get(base) {
            Some(Ok(current)) => published.judge(reference, *is_final, current),
            Some(Err(why)) => OfBase::unknown(reference, why.to_string()),
            None => OfBase::unknown(reference, "nobody has asked for it".to_owned()),
        }
    };
    Verdict::new(name, reference.familiar(), question.bases.iter().map(of_base).collect())
}
