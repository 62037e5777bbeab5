//! How an image's tags are watched: `tag`, `tags`, and what the Python original calls `allowTags`.

use super::Resolver;
use super::image::start_of;
use crate::config::{self, Slot, Texts};
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::model::tags::{self, TagFilter, TagRule};
use crate::model::{check, reference};
use crate::source::At;

/// How Kargo chooses among tags.
#[derive(Clone, Copy, PartialEq)]
enum Strategy {
    SemVer,
    Digest,
    Lexical,
    NewestBuild,
}

const STRATEGIES: [(&str, Strategy); 4] = [
    ("SemVer", Strategy::SemVer),
    ("Digest", Strategy::Digest),
    ("Lexical", Strategy::Lexical),
    ("NewestBuild", Strategy::NewestBuild),
];

impl Resolver {
    /// How an external image is watched; `None` if that cannot be told, which has been reported then.
    pub(super) fn external_tags(&mut self, item: &At<config::Image>) -> Option<TagRule> {
        let image = &item.value;
        let check_tag = |text: &str| reference::check_tag(text).map(drop);
        let strategy = self.choice(&image.image_selection_strategy, "the strategy", &STRATEGIES);
        if let (Some(tag), Some(tags)) = (image.tag.get(), image.tags.get()) {
            self.report(
                Diagnostic::new(Code::InvalidValue, "`tag` and `tags` say two things", tag.span)
                    .label(tags.span, "")
                    .help("keep one of them"),
            );
            return None;
        }
        if image.tag.get().is_some() {
            return self.text(&image.tag, "the tag", check_tag).map(|tag| TagRule::Digest { tag });
        }
        if !image.tags.is_absent() {
            return self.tags(&image.tags);
        }
        if let Some(at) = image.allow_tags.get() {
            if let Some(tag) = tags::literal_of(&at.value) {
                return Some(TagRule::Digest { tag });
            }
            let regex = self.text(&image.allow_tags, "the regex", check::regex)?;
            let filter = TagFilter { allow: vec![regex], ignore: Vec::new() };
            return Some(match strategy {
                Some(Strategy::SemVer) => TagRule::SemVer { constraint: TagRule::RELEASES.to_owned(), filter },
                Some(Strategy::NewestBuild) => TagRule::NewestBuild(filter),
                Some(Strategy::Digest | Strategy::Lexical) | None => TagRule::Lexical(filter),
            });
        }
        if image.tag.is_absent() {
            let place = image.name.get().map_or(start_of(item.span), |name| name.span);
            self.report(
                Diagnostic::new(Code::MissingKey, "an image without `source` needs `tag` or `tags`", place)
                    .help("write the tag to watch, as in `tag: \"22-bookworm-slim\"`, or `source:` if this image is built by you"),
            );
        }
        None
    }

    /// `tags`; `None` if absent or broken.
    pub(super) fn tags(&mut self, slot: &Slot<config::Tags>) -> Option<TagRule> {
        let at = slot.get()?;
        let tags = &at.value;
        let strategy = self.choice(&tags.strategy, "the strategy", &STRATEGIES).unwrap_or(Strategy::SemVer);
        let filter = TagFilter { allow: self.regexes(&tags.allow), ignore: self.regexes(&tags.ignore) };
        if strategy == Strategy::Digest {
            for list in [&tags.allow, &tags.ignore] {
                if let Some(at) = list.get() {
                    self.report(
                        Diagnostic::new(
                            Code::NoEffect,
                            "the Digest strategy looks at one tag and takes no regexes",
                            at.span,
                        )
                        .help("remove them")
                        .fix(Fix::remove_key(at.span)),
                    );
                }
            }
            let Some(constraint) = tags.constraint.get() else {
                if tags.constraint.is_absent() {
                    self.report(
                        Diagnostic::new(Code::MissingKey, "the Digest strategy needs a tag in `constraint`", at.span)
                            .help("write the tag to watch, as in `constraint: latest`"),
                    );
                }
                return None;
            };
            let ok =
                self.checked(constraint, Code::InvalidValue, "the tag", |text| reference::check_tag(text).map(drop));
            return ok.then(|| TagRule::Digest { tag: constraint.value.clone() });
        }
        if strategy == Strategy::SemVer {
            let constraint = match tags.constraint.get() {
                None => TagRule::RELEASES.to_owned(),
                Some(_) => self.text(&tags.constraint, "the range of versions", tags::check_constraint)?,
            };
            return Some(TagRule::SemVer { constraint, filter });
        }
        if let Some(constraint) = tags.constraint.get() {
            self.report(
                Diagnostic::new(Code::NoEffect, "this strategy takes no `constraint`", constraint.span)
                    .help("remove it, or write a regex under `allow`")
                    .fix(Fix::remove_key(constraint.span)),
            );
        }
        Some(if strategy == Strategy::Lexical { TagRule::Lexical(filter) } else { TagRule::NewestBuild(filter) })
    }

    fn regexes(&mut self, list: &Texts) -> Vec<String> {
        let slots = list.get().into_iter().flat_map(|at| &at.value);
        slots.filter_map(|slot| self.text(slot, "the regex", check::regex)).collect()
    }
}
