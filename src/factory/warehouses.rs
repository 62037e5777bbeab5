//! What is watched: bases by the digest of their tag, images by their releases.

use super::{delivery, describe, metadata};
use crate::constructs::ApiObject;
use crate::grammar::kargo::Regex;
use crate::grammar::kubernetes::{ObjectName, Shard};
use crate::kargo::warehouse::{ImageSelectionStrategy, ImageSubscription, Subscription, WarehouseSpec};
use crate::model::tags::TagFilter;
use crate::model::{Interval, Model, TagRule, WatchedBy};
use crate::reference::RepoUrl;

/// Kargo's default, which its defaulting writes into Digest subscriptions although they look at one tag.
const DISCOVERY_LIMIT: u8 = 20;
/// Versions that are looked at: the newest is used, and a registry is asked for each.
const SEMVER_DISCOVERY_LIMIT: u8 = 5;

/// Warehouses of bases and of external images, by name.
pub(super) fn bases(model: &Model) -> impl Iterator<Item = ApiObject> {
    let own = model.bases.iter().filter_map(|base| match base.watched_by {
        WatchedBy::Own(interval) => Some((
            base.name.warehouse(),
            base.reference.repo_url(),
            TagRule::Digest { tag: base.reference.tag_or_latest() },
            interval,
            base.shard.as_ref(),
        )),
        WatchedBy::ImageOfThatName { .. } => None,
    });
    let external = model.externals.iter().map(|image| {
        let name = ObjectName::joined(&[&image.name]);
        (name, image.repo_url.clone(), image.tags.clone(), image.interval, model.shard.as_ref())
    });
    let mut all: Vec<_> = own.chain(external).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all.into_iter()
        .map(|(name, repo_url, tags, interval, shard)| warehouse(model, &name, repo_url, &tags, (interval, shard)))
}

/// Warehouses of managed images, by name.
pub(super) fn images(model: &Model) -> impl Iterator<Item = ApiObject> {
    let images = model.images.iter();
    let mut all: Vec<_> = images.map(|image| (ObjectName::joined(&[&image.name]), image)).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all.into_iter().map(|(name, image)| {
        warehouse(model, &name, image.repo_url.clone(), &image.tags, (image.interval, model.shard.as_ref()))
    })
}

fn warehouse(
    model: &Model,
    name: &str,
    repo_url: RepoUrl,
    tags: &TagRule,
    (interval, shard): (Interval, Option<&Shard>),
) -> ApiObject {
    let none = TagFilter::default();
    let (image_selection_strategy, constraint, filter) = match tags {
        TagRule::Digest { tag } => (ImageSelectionStrategy::Digest, Some(tag.as_str()), &none),
        TagRule::SemVer { constraint, filter } => (ImageSelectionStrategy::SemVer, Some(constraint.as_str()), filter),
        TagRule::Lexical(filter) => (ImageSelectionStrategy::Lexical, None, filter),
        TagRule::NewestBuild(filter) => (ImageSelectionStrategy::NewestBuild, None, filter),
    };
    let description = describe::warehouse(&repo_url, tags);
    let image = ImageSubscription {
        repo_url: repo_url.into(),
        image_selection_strategy,
        constraint: constraint.map(str::to_owned),
        strict_semvers: true,
        allow_tags_regexes: texts(&filter.allow),
        ignore_tags_regexes: texts(&filter.ignore),
        discovery_limit: if matches!(tags, TagRule::SemVer { .. }) { SEMVER_DISCOVERY_LIMIT } else { DISCOVERY_LIMIT },
    };
    let mut metadata = metadata(model, name, description);
    let shard = delivery::shard(&mut metadata, shard);
    ApiObject::new(
        metadata,
        WarehouseSpec {
            shard,
            interval: interval.to_string(),
            freight_creation_policy: "Automatic",
            subscriptions: vec![Subscription::Image(image)],
        },
    )
}

fn texts(regexes: &[Regex]) -> Vec<String> {
    regexes.iter().map(Regex::to_string).collect()
}
