//! How an image's tags are watched: `tag`, `tags`, and what the Python original calls `allowTags`.

use super::image::start_of;
use super::report::Report;
use crate::config::{self, Slot, Texts};
use crate::diagnostic::{Code, Diagnostic};
use crate::grammar::kargo::{Regex, Strategy, VersionRange};
use crate::model::tags::{TagFilter, TagRule, literal_of};
use crate::source::At;

/// How an external image is watched; `None` if that cannot be told, which has been reported then.
pub(super) fn external_tags(item: &At<config::Image>, report: &mut Report) -> Option<TagRule> {
    let image = &item.value;
    let strategy = image.image_selection_strategy.get();
    let strategy =
        strategy.and_then(|at| report.read_as::<Strategy>(&at.value, at.span, Code::InvalidValue, "the strategy"));
    if let (Some(tag), Some(tags)) = (image.tag.get(), image.tags.get()) {
        report.push(
            Diagnostic::new(Code::InvalidValue, "`tag` and `tags` say two things", tag.span)
                .label(tags.span, "")
                .help("keep one of them"),
        );
        return None;
    }
    if image.tag.get().is_some() {
        return report.read(&image.tag, "the tag").map(|tag| TagRule::Digest { tag });
    }
    if !image.tags.is_absent() {
        return tags(&image.tags, report);
    }
    if let Some(at) = image.allow_tags.get() {
        if let Some(tag) = literal_of(&at.value) {
            return Some(TagRule::Digest { tag });
        }
        let regex: Regex = report.read_as(&at.value, at.span, Code::InvalidValue, "the regex")?;
        let filter = TagFilter { allow: vec![regex], ignore: Vec::new() };
        return Some(match strategy {
            Some(Strategy::SemVer) => TagRule::SemVer { constraint: VersionRange::RELEASES, filter },
            Some(Strategy::NewestBuild) => TagRule::NewestBuild(filter),
            Some(Strategy::Digest | Strategy::Lexical) | None => TagRule::Lexical(filter),
        });
    }
    if image.tag.is_absent() {
        let place = image.name.get().map_or(start_of(item.span), |name| name.span);
        report.push(Diagnostic::new(Code::MissingKey, "an image without `source` needs `tag` or `tags`", place).help(
            "write the tag to watch, as in `tag: \"22-bookworm-slim\"`, or `source:` if this image is built by you",
        ));
    }
    None
}

/// `tags`; `None` if absent or broken.
pub(super) fn tags(slot: &Slot<config::Tags>, report: &mut Report) -> Option<TagRule> {
    let at = slot.get()?;
    let tags = &at.value;
    let strategy = report.read(&tags.strategy, "the strategy").unwrap_or(Strategy::SemVer);
    let filter = TagFilter { allow: regexes(&tags.allow, report), ignore: regexes(&tags.ignore, report) };
    if strategy == Strategy::Digest {
        for list in [&tags.allow, &tags.ignore] {
            report.no_effect(list, "the Digest strategy looks at one tag and takes no regexes", "remove them", true);
        }
        let Some(constraint) = tags.constraint.get() else {
            if tags.constraint.is_absent() {
                report.push(
                    Diagnostic::new(Code::MissingKey, "the Digest strategy needs a tag in `constraint`", at.span)
                        .help("write the tag to watch, as in `constraint: latest`"),
                );
            }
            return None;
        };
        let tag = report.read_as(&constraint.value, constraint.span, Code::InvalidValue, "the tag");
        return tag.map(|tag| TagRule::Digest { tag });
    }
    if strategy == Strategy::SemVer {
        let constraint = match tags.constraint.get() {
            None => VersionRange::RELEASES,
            Some(at) => report.read_as(&at.value, at.span, Code::InvalidValue, "the range of versions")?,
        };
        return Some(TagRule::SemVer { constraint, filter });
    }
    let help = "remove it, or write a regex under `allow`";
    report.no_effect(&tags.constraint, "this strategy takes no `constraint`", help, true);
    Some(if strategy == Strategy::Lexical { TagRule::Lexical(filter) } else { TagRule::NewestBuild(filter) })
}

fn regexes(list: &Texts<Regex>, report: &mut Report) -> Vec<Regex> {
    let slots = list.get().into_iter().flat_map(|at| &at.value);
    slots.filter_map(|slot| report.read(slot, "the regex")).collect()
}
